/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What taking an interruption stores, and the exchange of PSWs (PoP ch. 3,
 * assigned storage locations; ch. 6).
 */
#include "model.h"

#include <string.h>

#define PSW_EXTENDED UINT64_C(0x0000000100000000)
#define PSW_BASIC    UINT64_C(0x0000000080000000)

static void store(struct model_plan *plan, uint64_t absolute, uint32_t length,
                  uint64_t number)
{
    struct model_store *one = &plan->store[plan->count++];

    one->absolute = absolute;
    one->length = length;
    model_bytes(one->bytes, length, number);
}

static void swap(struct model_cpu *cpu, struct model_plan *plan, unsigned old,
                 unsigned new)
{
    plan->mask = cpu->cpu.psw_mask;
    plan->address = cpu->cpu.psw_address;
    plan->old_psw = cpu->cpu.prefix + old;
    plan->new_psw = cpu->cpu.prefix + new;
}

static uint16_t address_halfword(int class,
                                 const struct s390irq_interruption *record)
{
    switch (class) {
    case MODEL_MALFUNCTION:
    case MODEL_EMERGENCY:
    case MODEL_CALL:
    case MODEL_IUCV:
        return record->source;
    case MODEL_PFAULT_INIT:
        return 0x0600;
    case MODEL_PFAULT_DONE:
        return 0x0680;
    case MODEL_VIRTIO:
        return 0x0d00;
    default:
        return 0;
    }
}

static void external(struct model_vm *vm, struct model_cpu *cpu, int class,
                     const struct s390irq_interruption *record,
                     struct model_plan *plan)
{
    uint32_t prefix = cpu->cpu.prefix;

    swap(cpu, plan, 0x130, 0x1b0);
    store(plan, prefix + 0x86, 2, model_rows[class].code);
    if (class != MODEL_SERVICE || vm->flip != MODEL_FLIP_STALE_ADDRESS)
        store(plan, prefix + 0x84, 2, address_halfword(class, record));
    if (class == MODEL_SERVICE || class == MODEL_MEASUREMENT ||
        class == MODEL_VIRTIO)
        store(plan, prefix + 0x80, 4, record->parameter);
    if (class == MODEL_VIRTIO || class == MODEL_PFAULT_INIT ||
        class == MODEL_PFAULT_DONE)
        store(plan, prefix + 0x11b8, 8, record->parameter64);
}

/* The access exceptions: which identifications are there, the CPU says. */
static bool is_access(unsigned code)
{
    return code == 0x04 || code == 0x10 || code == 0x11 ||
           (code >= 0x38 && code <= 0x3b);
}

static bool is_nullified(unsigned code)
{
    return code == 0x10 || code == 0x11 || code == 0x16 ||
           (code >= 0x20 && code <= 0x27) || (code >= 0x29 && code <= 0x2f) ||
           (code >= 0x30 && code <= 0x34) || (code >= 0x38 && code <= 0x3b) ||
           code == 0x119;
}

static bool has_translation(unsigned code)
{
    return is_access(code) || (code >= 0x20 && code <= 0x27) || code == 0x2e ||
           code == 0x1c;
}

static bool is_access_register(unsigned code)
{
    return (code >= 0x29 && code <= 0x2d) || code == 0x2f;
}

static void program_fields(const struct s390irq_program *program, unsigned code,
                           uint32_t prefix, struct model_plan *plan)
{
    if (has_translation(code))
        store(plan, prefix + 0xa8, 8, program->translation_exception);
    if (is_access_register(code) ||
        (is_access(code) && program->flags & S390IRQ_PROGRAM_EXCEPTION_ACCESS))
        store(plan, prefix + 0xa0, 1, program->exception_access);
    if (is_access(code) && code != 0x04 &&
        program->flags & S390IRQ_PROGRAM_OPERAND_ACCESS)
        store(plan, prefix + 0xa2, 1, program->operand_access);
    if (code == 0x07 || code == 0x1b)
        store(plan, prefix + 0x90, 4, program->data_exception_code);
    if (code == 0x40) {
        store(plan, prefix + 0x94, 2, program->monitor_class);
        store(plan, prefix + 0xb0, 8, program->monitor_code);
    }
    if (program->code & 0x80) {
        store(plan, prefix + 0x96, 1, program->per_code);
        store(plan, prefix + 0x97, 1, program->per_atmid);
        store(plan, prefix + 0x98, 8, program->per_address);
        if (program->flags & S390IRQ_PROGRAM_PER_ACCESS)
            store(plan, prefix + 0xa1, 1, program->per_access);
    }
}

/* PoP ch. 5: addresses wrap as the addressing mode says. */
static uint64_t wrapped(uint64_t mask, uint64_t address)
{
    if (mask & PSW_EXTENDED)
        return address;
    return address & (mask & PSW_BASIC ? 0x7fffffff : 0xffffff);
}

static void program(struct model_cpu *cpu,
                    const struct s390irq_program *program,
                    struct model_plan *plan)
{
    unsigned code = program->code & ~0x280u;
    uint32_t prefix = cpu->cpu.prefix;

    swap(cpu, plan, 0x150, 0x1d0);
    if (is_nullified(code) && !(program->flags & S390IRQ_PROGRAM_NO_REWIND))
        plan->address =
            wrapped(plan->mask, plan->address - (uint64_t)program->ilc);
    program_fields(program, code, prefix, plan);
    store(plan, prefix + 0x8c, 2, program->ilc);
    store(plan, prefix + 0x8e, 2, program->code);
    store(plan, prefix + 0x110, 8, cpu->cpu.breaking_event_address);
}

static void supervisor_call(struct model_cpu *cpu,
                            const struct s390irq_interruption *record,
                            struct model_plan *plan)
{
    swap(cpu, plan, 0x140, 0x1c0);
    store(plan, cpu->cpu.prefix + 0x88, 2, record->parameter);
    store(plan, cpu->cpu.prefix + 0x8a, 2, record->source);
}

static void input_output(struct model_cpu *cpu,
                         const struct s390irq_interruption *record,
                         struct model_plan *plan)
{
    uint32_t prefix = cpu->cpu.prefix;

    swap(cpu, plan, 0x170, 0x1f0);
    plan->kind = record->kind;
    store(plan, prefix + 0xb8, 4, record->u.io.subchannel);
    store(plan, prefix + 0xbc, 4, record->parameter);
    store(plan, prefix + 0xc0, 4, record->u.io.word);
}

void model_plan(struct model_vm *vm, struct model_cpu *cpu, int class,
                bool prepared, struct model_plan *plan)
{
    static const struct s390irq_interruption nothing;
    struct model_item *item = model_first(vm, &cpu->local, class);
    const struct s390irq_interruption *record = &nothing;

    if (!item)
        item = model_first(vm, &vm->floating, class);
    if (item)
        record = &item->record;
    memset(plan, 0, offsetof(struct model_plan, store));
    plan->class = class;
    plan->kind = model_rows[class].kind;
    if (plan->kind == S390IRQ_KIND_MACHINE_CHECK) {
        model_plan_machine_check(vm, cpu, class, prepared, plan);
        return;
    }
    if (class == MODEL_SUPERVISOR_CALL)
        supervisor_call(cpu, record, plan);
    else if (class == MODEL_PROGRAM)
        program(cpu, &record->u.program, plan);
    else if (class == MODEL_RESTART)
        swap(cpu, plan, 0x120, 0x1a0);
    else if (class >= MODEL_ISC0 && class <= MODEL_ISC7)
        input_output(cpu, record, plan);
    else
        external(vm, cpu, class, record, plan);
    if (item)
        model_hold(vm, cpu, item);
}

bool model_carry_out(struct model_vm *vm, struct model_cpu *cpu,
                     const struct model_plan *plan)
{
    uint8_t old[16], new[16];

    if (!model_loaded(vm, plan->new_psw, new, 16))
        return false;
    model_bytes(old, 8, plan->mask);
    model_bytes(old + 8, 8, plan->address);
    if (!model_stored(vm, plan->old_psw, old, 16))
        return false;
    for (unsigned i = 0; i < plan->count; i++)
        if (!model_stored(vm, plan->store[i].absolute, plan->store[i].bytes,
                          plan->store[i].length))
            return false;
    cpu->cpu.psw_mask = model_number(new, 8);
    cpu->cpu.psw_address = model_number(new + 8, 8);
    return true;
}
