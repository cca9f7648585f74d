/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks (PoP ch. 11): each group pends on its own; one interruption
 * presents all that is enabled, an exigent one takes everything along.
 */
#include "model.h"

#include <string.h>

#define BIT(number) (UINT64_C(1) << (63 - (number)))

#define EXIGENT (S390IRQ_MCIC_SYSTEM_DAMAGE | S390IRQ_MCIC_PROCESSING_DAMAGE)
#define DAMAGE                                                   \
    (S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_TIMING_DAMAGE | \
     S390IRQ_MCIC_SERVICE_PROCESSOR | S390IRQ_MCIC_CHANNEL_SUBSYSTEM)

/* In the order in which their payloads are joined. */
static const struct {
    int class;
    uint64_t conditions;
} groups[] = {
    { MODEL_EXIGENT, EXIGENT },
    { MODEL_CHANNEL_REPORT, S390IRQ_MCIC_CHANNEL_REPORT },
    { MODEL_RECOVERY, S390IRQ_MCIC_SYSTEM_RECOVERY },
    { MODEL_DEGRADATION, S390IRQ_MCIC_DEGRADATION },
    { MODEL_DAMAGE, DAMAGE },
    { MODEL_WARNING, S390IRQ_MCIC_WARNING },
};

#define GROUPS 6

static const uint64_t subclasses =
    EXIGENT | DAMAGE | S390IRQ_MCIC_CHANNEL_REPORT |
    S390IRQ_MCIC_SYSTEM_RECOVERY | S390IRQ_MCIC_DEGRADATION |
    S390IRQ_MCIC_WARNING;

void model_join_checks(struct s390irq_machine_check *into,
                       const struct s390irq_machine_check *what)
{
    if (!(into->conditions & S390IRQ_MCIC_FAILING_ADDRESS) &&
        (what->conditions & S390IRQ_MCIC_FAILING_ADDRESS))
        into->failing_address = what->failing_address;
    if (!(into->flags & S390IRQ_MACHINE_CHECK_LOGOUT) &&
        (what->flags & S390IRQ_MACHINE_CHECK_LOGOUT))
        memcpy(into->logout, what->logout, sizeof into->logout);
    into->conditions |= what->conditions;
    into->external_damage |= what->external_damage;
    into->flags |= what->flags;
}

int model_machine_check(struct model_vm *vm, struct model_pool *pool,
                        const struct s390irq_interruption *record)
{
    const struct s390irq_machine_check *what = &record->u.machine_check;
    int outcome = vm->closed ? S390IRQ_CLOSED : S390IRQ_COALESCED;

    for (int i = 0; i < GROUPS; i++) {
        struct s390irq_interruption part = *record;
        struct model_item *item;

        if (!(what->conditions & groups[i].conditions))
            continue;
        if (vm->closed) {
            model_booked(vm, record->kind, S390IRQ_CLOSED);
            continue;
        }
        part.u.machine_check.conditions &= groups[i].conditions | ~subclasses;
        if (groups[i].class != MODEL_DAMAGE) {
            part.u.machine_check.conditions &= ~S390IRQ_MCIC_EXTERNAL_CODE;
            part.u.machine_check.external_damage = 0;
        }
        vm->books[record->kind].injected++;
        item = model_free_item(pool, groups[i].class);
        if (item) {
            model_join_checks(&item->record.u.machine_check,
                              &part.u.machine_check);
            vm->books[record->kind].coalesced++;
        } else {
            model_add(vm, pool, groups[i].class, &part);
            outcome = S390IRQ_QUEUED;
        }
    }
    return outcome;
}

/* Takes in hand all that is presented together, and joins it. */
static void gather(struct model_vm *vm, struct model_cpu *cpu, bool exigent,
                   struct s390irq_machine_check *all)
{
    bool masked = exigent && vm->flip != MODEL_FLIP_GROUPS;

    memset(all, 0, sizeof *all);
    for (int floating = 0; floating < 2; floating++) {
        struct model_pool *pool = model_pool_of(vm, cpu, floating);

        for (int i = 0; i < GROUPS; i++) {
            struct model_item *item = model_free_item(pool, groups[i].class);

            if (!item ||
                (!masked && !model_open_for(&cpu->cpu, groups[i].class)))
                continue;
            model_hold(vm, cpu, item);
            model_join_checks(all, &item->record.u.machine_check);
        }
    }
}

static void store(struct model_plan *plan, uint64_t absolute, uint32_t length,
                  uint64_t number)
{
    struct model_store *one = &plan->store[plan->count++];

    one->absolute = absolute;
    one->length = length;
    model_bytes(one->bytes, length, number);
}

static bool has_registers(const struct model_vm *vm)
{
    return vm->registers && !vm->lost_registers;
}

/* The extended save area, which cannot fail the machine check itself. */
static uint64_t extended(struct model_vm *vm, struct model_cpu *cpu)
{
    uint8_t bytes[8];
    uint64_t designation, length, origin, valid = 0;

    if (!has_registers(vm) || model_lost(vm, cpu->cpu.prefix + 0x11b0, 8) ||
        !model_loaded(vm, cpu->cpu.prefix + 0x11b0, bytes, 8))
        return 0;
    designation = model_number(bytes, 8);
    length = model_area_length(vm, designation);
    origin = length ? designation & ~(length - 1) : 0;
    if (!origin)
        return 0;
    if (vm->facility[129] && model_store_vectors(vm, origin, cpu->live))
        valid |= BIT(25);
    if (vm->facility[133] && length >= 2048 &&
        model_store_guarded(vm, origin, cpu->live))
        valid |= BIT(36);
    return valid;
}

static uint64_t validity(const struct model_vm *vm)
{
    uint64_t valid = BIT(20) | BIT(21) | BIT(22) | BIT(23) | BIT(29) | BIT(31) |
                     BIT(42) | BIT(43) | BIT(46) | BIT(47);

    if (has_registers(vm))
        valid |= BIT(27) | BIT(28) | BIT(33);
    return valid;
}

void model_plan_machine_check(struct model_vm *vm, struct model_cpu *cpu,
                              int class, bool prepared, struct model_plan *plan)
{
    struct s390irq_machine_check all;
    uint32_t prefix = cpu->cpu.prefix;
    uint64_t code;

    gather(vm, cpu, class == MODEL_EXIGENT, &all);
    if (!(all.conditions & S390IRQ_MCIC_EXTERNAL_DAMAGE))
        all.conditions &= ~S390IRQ_MCIC_EXTERNAL_CODE;
    code = all.conditions | validity(vm);
    if (!prepared)
        code |= extended(vm, cpu);
    plan->mask = cpu->cpu.psw_mask;
    plan->address = cpu->cpu.psw_address;
    plan->old_psw = prefix + 0x160;
    plan->new_psw = prefix + 0x1e0;
    store(plan, prefix + 0xa3, 1, 1);
    store(plan, prefix + 0xe8, 8, code);
    if (all.conditions & S390IRQ_MCIC_EXTERNAL_CODE)
        store(plan, prefix + 0xf4, 4, all.external_damage);
    if (all.conditions & S390IRQ_MCIC_FAILING_ADDRESS)
        store(plan, prefix + 0xf8, 8, all.failing_address);
    if (has_registers(vm))
        model_other_registers(cpu->live, prefix + 0x1200, plan);
    model_own_registers(vm, &cpu->cpu, prefix + 0x1200, plan);
    if (all.flags & S390IRQ_MACHINE_CHECK_LOGOUT) {
        store(plan, prefix + 0x1300, 8, model_number(all.logout, 8));
        store(plan, prefix + 0x1308, 8, model_number(all.logout + 8, 8));
    }
}
