/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "conditions.h"

#include <string.h>

#define CODE_SPECIFICATION 0x06
#define CODE_DATA          0x07
#define CODE_PER           0x80

#define CR0_AFP_REGISTER UINT64_C(0x40000)

/* All but what decides on interruptions: PER, DAT, I/O, external, machine
 * check, wait. */
#define PSW_OF_PROGRAM UINT64_C(0xb8f9ffffffffffff)

static uint32_t code_of(const struct delivery *delivery)
{
    return (uint32_t)delivery_field(delivery, 0x8e, 2);
}

/* Conditions of the PSW itself: deliver finds them, nobody raises them. */
static bool is_of_psw(const struct delivery *delivery)
{
    return code_of(delivery) == CODE_SPECIFICATION &&
           (delivery_field(delivery, 0x8c, 2) == 0 ||
            delivery->old_address.value & 1);
}

static void find_in(const struct delivery_list *list, uint32_t cpu,
                    uint32_t step, struct conditions *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct delivery *delivery = list->array + i;

        if (delivery->cpu != cpu || delivery->step != step)
            continue;
        if (delivery->class_number == CLASS_SVC && !out->supervisor_call)
            out->supervisor_call = delivery;
        if (delivery->class_number == CLASS_PROGRAM && !out->program &&
            !is_of_psw(delivery))
            out->program = delivery;
    }
}

bool conditions_find(const struct worker *worker, struct conditions *out)
{
    const struct replay *replay = worker->replay;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < replay->scenario->choices; i++)
        find_in(replay->scenario->choice + i, worker->address,
                replay->step->number, out);
    return out->supervisor_call || out->program;
}

bool conditions_complete(const struct conditions *conditions)
{
    return !conditions->program || code_of(conditions->program) == CODE_PER;
}

/* Only what was stored; a byte of an access identification by its own. */
static uint32_t access_flags(const struct delivery *delivery)
{
    uint32_t flags = 0;

    if (delivery_stored(delivery, 0xa0))
        flags |= S390IRQ_PROGRAM_EXCEPTION_ACCESS;
    if (delivery_stored(delivery, 0xa1))
        flags |= S390IRQ_PROGRAM_PER_ACCESS;
    if (delivery_stored(delivery, 0xa2))
        flags |= S390IRQ_PROGRAM_OPERAND_ACCESS;
    return flags;
}

static void make_program(const struct delivery *delivery,
                         struct s390irq_program *out)
{
    *out = (struct s390irq_program){
        .code = (uint16_t)code_of(delivery),
        .ilc = (uint8_t)delivery_field(delivery, 0x8c, 2),
        .flags = (uint8_t)access_flags(delivery),
        .data_exception_code = (uint32_t)delivery_field(delivery, 0x90, 4),
        .translation_exception = delivery_field(delivery, 0xa8, 8),
        .monitor_code = delivery_field(delivery, 0xb0, 8),
        .per_address = delivery_field(delivery, 0x98, 8),
        .monitor_class = (uint16_t)delivery_field(delivery, 0x94, 2),
        .per_code = (uint8_t)delivery_field(delivery, 0x96, 1),
        .per_atmid = (uint8_t)delivery_field(delivery, 0x97, 1),
        .exception_access = (uint8_t)delivery_field(delivery, 0xa0, 1),
        .per_access = (uint8_t)delivery_field(delivery, 0xa1, 1),
        .operand_access = (uint8_t)delivery_field(delivery, 0xa2, 1),
    };
}

static void adopt(struct worker *worker, const struct delivery *delivery)
{
    uint64_t care = delivery->old_mask.care & PSW_OF_PROGRAM;

    worker->cpu.psw_mask =
        (worker->cpu.psw_mask & ~care) | (delivery->old_mask.value & care);
}

static bool raised(struct worker *worker, const char *what, int outcome)
{
    if (outcome == S390IRQ_QUEUED || outcome == S390IRQ_COALESCED)
        return true;
    if (outcome < 0)
        return replay_fails(worker->replay, "%s: %s", what,
                            s390irq_strerror(outcome));
    return replay_fails(worker->replay, "%s: outcome %d", what, outcome);
}

static bool raise_supervisor_call(struct worker *worker,
                                  const struct delivery *delivery)
{
    return raised(worker, "supervisor call",
                  s390irq_vcpu_supervisor_call(
                      worker->vcpu, (uint32_t)delivery_field(delivery, 0x8a, 2),
                      (uint32_t)delivery_field(delivery, 0x88, 2)));
}

/* PoP ch. 6, data exception: the code also goes to the FPC with AFP. */
static bool raise_program(struct worker *worker,
                          const struct delivery *delivery, uint8_t flags)
{
    struct s390irq_program program;

    make_program(delivery, &program);
    program.flags |= flags;
    worker->cpu.breaking_event_address = delivery_field(delivery, 0x110, 8);
    if (program.code == CODE_DATA && worker->cpu.cr[0] & CR0_AFP_REGISTER)
        worker->cpu.floating_point_control =
            (worker->cpu.floating_point_control & ~0xff00u) |
            (program.data_exception_code & 0xff) << 8;
    return raised(worker, "program interruption",
                  s390irq_vcpu_program(worker->vcpu, &program));
}

/* Where the program was when it was interrupted, if only the recording knows.
 */
static bool recorded_psw(struct worker *worker,
                         const struct conditions *conditions)
{
    const struct delivery *first = conditions->supervisor_call
                                       ? conditions->supervisor_call
                                       : conditions->program;

    return machine_load_psw(worker, first->old_mask.value,
                            first->old_address.value);
}

bool conditions_raise(struct worker *worker,
                      const struct conditions *conditions,
                      const struct instruction *instruction)
{
    const struct delivery *svc = conditions->supervisor_call;
    const struct delivery *program = conditions->program;
    uint8_t flags = 0;

    if (!instruction) {
        if (!recorded_psw(worker, conditions))
            return false;
        flags = S390IRQ_PROGRAM_NO_REWIND;
    } else {
        adopt(worker, svc ? svc : program);
    }
    return (!svc || raise_supervisor_call(worker, svc)) &&
           (!program || raise_program(worker, program, flags));
}

void conditions_adopt_psw(struct worker *worker)
{
    const struct delivery_list *list = worker->replay->scenario->choice;

    for (size_t i = 0; i < list->count; i++) {
        const struct delivery *delivery = list->array + i;

        if (delivery->cpu == worker->address &&
            delivery->step == worker->replay->step->number &&
            delivery->old_address.value == worker->cpu.psw_address)
            adopt(worker, delivery);
    }
}
