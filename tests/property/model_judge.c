/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What may be taken now, what else would have to open, and when. */
#include "model.h"

#define PSW_EXTERNAL      UINT64_C(0x0100000000000000)
#define PSW_IO            UINT64_C(0x0200000000000000)
#define PSW_MACHINE_CHECK UINT64_C(0x0004000000000000)
#define PSW_RUNTIME       UINT64_C(0x0000008000000000)
#define PSW_EXTENDED      UINT64_C(0x0000000100000000)
#define PSW_BASIC         UINT64_C(0x0000000080000000)
#define PSW_UNASSIGNED    UINT64_C(0xb80800fe7fffffff)
#define CR0_CLOCK_SIGN    UINT64_C(0x0020000000000000)

uint64_t model_timer(const struct model_vm *vm, const struct s390irq_cpu *cpu)
{
    if (cpu->cpu_timer_since_tod == 0)
        return cpu->cpu_timer;
    return cpu->cpu_timer - (vm->host_tod - cpu->cpu_timer_since_tod);
}

bool model_open_for(const struct s390irq_cpu *cpu, int class)
{
    const struct model_row *row = &model_rows[class];

    if (row->psw_bit && !(cpu->psw_mask & row->psw_bit))
        return false;
    return !row->submask || (cpu->cr[row->control] & row->submask);
}

/* PoP ch. 4: clock comparator and CPU timer are conditions, not events. */
bool model_level(const struct model_vm *vm, const struct s390irq_cpu *cpu,
                 int class)
{
    uint64_t tod = vm->host_tod + vm->epoch;
    uint64_t comparator = cpu->clock_comparator;

    if (class == MODEL_TIMER)
        return (int64_t)model_timer(vm, cpu) < 0;
    if (class != MODEL_COMPARATOR)
        return false;
    if (vm->flip == MODEL_FLIP_EQUAL_COMPARATOR && comparator == tod)
        return true;
    if (cpu->cr[0] & CR0_CLOCK_SIGN)
        return (int64_t)comparator < (int64_t)tod;
    return comparator < tod;
}

struct model_item *model_first(const struct model_vm *vm,
                               struct model_pool *pool, int class)
{
    struct model_item *first = NULL;

    for (unsigned i = 0; i < pool->count; i++) {
        struct model_item *item = &pool->item[i];

        if (item->class == class && model_may_be_taken(pool, item) &&
            (!first || model_before(vm, item, first)))
            first = item;
    }
    return first;
}

static bool pends(struct model_vm *vm, struct model_cpu *cpu, int class)
{
    return model_first(vm, &cpu->local, class) ||
           model_first(vm, &vm->floating, class);
}

static int in_turn(const struct model_vm *vm, int rank)
{
    if (vm->flip == MODEL_FLIP_CALL_FIRST && rank == MODEL_EMERGENCY)
        return MODEL_CALL;
    if (vm->flip == MODEL_FLIP_CALL_FIRST && rank == MODEL_CALL)
        return MODEL_EMERGENCY;
    return rank;
}

int model_next(struct model_vm *vm, struct model_cpu *cpu,
               const struct s390irq_cpu *registers)
{
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return MODEL_NOTHING;
    if (cpu->first)
        return MODEL_RESTART;
    if (cpu->state == S390IRQ_STATE_STOPPED)
        return MODEL_NOTHING;
    for (int rank = 0; rank < MODEL_STOP; rank++) {
        int class = in_turn(vm, rank);

        if (!model_open_for(registers, class))
            continue;
        if (pends(vm, cpu, class) || model_level(vm, registers, class))
            return class;
    }
    return MODEL_NOTHING;
}

bool model_takes(struct model_vm *vm, struct model_cpu *cpu,
                 const struct s390irq_cpu *registers)
{
    int class = model_next(vm, cpu, registers);

    if (class == MODEL_EXIGENT) /* else it is a check-stop */
        return registers->psw_mask & PSW_MACHINE_CHECK;
    return class != MODEL_NOTHING;
}

/* V-26: what an early specification exception looks at; odd is late. */
bool model_valid_psw(const struct model_vm *vm, uint64_t mask, uint64_t address)
{
    uint64_t unassigned = PSW_UNASSIGNED;

    if (vm->facility[64])
        unassigned &= ~PSW_RUNTIME;
    if (mask & unassigned)
        return false;
    if (mask & PSW_EXTENDED)
        return mask & PSW_BASIC;
    return address <= (mask & PSW_BASIC ? 0x7fffffff : 0xffffff);
}

/* Host TOD at which it begins to hold; what holds already has none. */
static uint64_t begins(const struct model_vm *vm, const struct model_cpu *cpu,
                       int class)
{
    const struct s390irq_cpu *registers = &cpu->cpu;
    uint64_t last = registers->cr[0] & CR0_CLOCK_SIGN ? INT64_MAX : UINT64_MAX;
    uint64_t wait;

    if (model_level(vm, registers, class))
        return S390IRQ_NEVER;
    if (class == MODEL_COMPARATOR) {
        if (registers->clock_comparator == last)
            return S390IRQ_NEVER;
        wait = registers->clock_comparator + 1 - (vm->host_tod + vm->epoch);
    } else {
        if (registers->cpu_timer_since_tod == 0)
            return S390IRQ_NEVER;
        wait = model_timer(vm, registers) + 1;
    }
    if (vm->flip == MODEL_FLIP_DEADLINE)
        wait++;
    return wait > UINT64_MAX - vm->host_tod ? S390IRQ_NEVER
                                            : vm->host_tod + wait;
}

uint64_t model_deadline(const struct model_vm *vm, const struct model_cpu *cpu,
                        bool enabled_only)
{
    uint64_t deadline = S390IRQ_NEVER;

    for (int class = MODEL_COMPARATOR; class <= MODEL_TIMER; class ++) {
        uint64_t when = begins(vm, cpu, class);

        if (enabled_only && !model_open_for(&cpu->cpu, class))
            continue;
        if (when < deadline)
            deadline = when;
    }
    return deadline;
}

/* What pends but is masked, as the register that has to open. */
uint32_t model_intercepts(struct model_vm *vm, struct model_cpu *cpu,
                          bool levels)
{
    uint32_t intercepts = 0;

    for (int class = 0; class < MODEL_STOP; class ++) {
        const struct model_row *row = &model_rows[class];
        bool psw = cpu->cpu.psw_mask & row->psw_bit;

        if (!pends(vm, cpu, class) &&
            !(levels && model_level(vm, &cpu->cpu, class)))
            continue;
        if (model_open_for(&cpu->cpu, class))
            continue;
        if (row->psw_bit == PSW_EXTERNAL)
            intercepts |=
                psw ? S390IRQ_INTERCEPT_CR0 : S390IRQ_INTERCEPT_PSW_EXTERNAL;
        else if (row->psw_bit == PSW_IO)
            intercepts |=
                psw ? S390IRQ_INTERCEPT_CR6 : S390IRQ_INTERCEPT_PSW_IO;
        else
            intercepts |= psw ? S390IRQ_INTERCEPT_CR14
                              : S390IRQ_INTERCEPT_PSW_MACHINE_CHECK;
    }
    return intercepts;
}
