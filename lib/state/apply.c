/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Puts a state that was checked into a VM that is held and closed: nothing
 * here can fail. What pended before is cleared, and counted so.
 */
#include "arch/mcic.h"
#include "cpu/park.h"
#include "state/load.h"

static void put_checks(struct si_machine_checks *checks,
                       const struct si_list *list)
{
    struct si_reader entries = list->entries;
    uint32_t at;

    for (at = 0; at < list->count; at++) {
        struct s390irq_machine_check check;

        si_saved_get_check(&entries, &check);
        si_machine_check_restore(
            checks, si_bits_highest(si_mcic_classes(check.conditions)), &check);
    }
}

static void put_records(struct si_recorded *recorded,
                        const struct si_list *list, bool wide)
{
    struct si_reader entries = list->entries;
    uint32_t at;

    for (at = 0; at < list->count; at++) {
        uint32_t parameter = wide ? (uint32_t)si_format_get(&entries, 4) : 0;

        si_recorded_restore(recorded, parameter, si_format_get(&entries, 8));
    }
}

static void put_sources(struct si_local *local, uint32_t class_number,
                        const struct si_list *list)
{
    struct si_reader entries = list->entries;
    uint32_t at;

    for (at = 0; at < list->count; at++)
        si_local_restore_source(
            local, class_number,
            (uint32_t)si_format_get(&entries, SI_SAVED_SOURCE));
}

/* The guest's clock goes on from where it was. */
static void set_clock(struct si_load *load,
                      const struct si_saved_machine *machine)
{
    struct s390irq_vm *vm = load->vm;

    si_lock_take(&vm->tod_lock);
    atomic_store(&vm->epoch, machine->tod - load->host_tod);
    vm->epoch_index =
        (uint64_t)machine->epoch_index - (machine->tod < load->host_tod);
    si_lock_release(&vm->tod_lock);
}

void si_apply_machine(struct si_load *load,
                      const struct si_saved_machine *machine)
{
    struct si_floating *floating = &load->vm->floating;
    uint64_t flags = 0;

    si_floating_clear(floating);
    if (machine->pending & SI_SAVED_KIND(TIMING_ALERT))
        flags |= SI_BIT(SI_CLASS_TIMING_ALERT);
    si_floating_restore(floating, flags, machine->service);
    put_checks(&floating->checks, &machine->checks);
    put_records(floating->records[SI_CLASS_PFAULT_DONE], &machine->pfault_done,
                true);
    put_records(floating->records[SI_CLASS_VIRTIO], &machine->virtio, true);
    set_clock(load, machine);
}

/* The bits of what has its payload beside or in the word. */
static uint64_t word_of(const struct si_saved_cpu *saved)
{
    uint64_t word = (uint64_t)saved->call << SI_LOCAL_CALL_SHIFT |
                    (uint64_t)saved->reset << SI_LOCAL_RESET_SHIFT;
    uint32_t number;

    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if (si_classes_is_local(number) &&
            (saved->pending & 1u << si_classes[number].kind))
            word |= SI_BIT(number);
    if (saved->flags & SI_SAVED_RESTART_FIRST)
        word |= SI_LOCAL_RESTART_FIRST;
    if (saved->flags & SI_SAVED_STORE_STATUS)
        word |= SI_LOCAL_STORE_STATUS;
    return word;
}

static void put_pending(struct si_local *local,
                        const struct si_saved_cpu *saved)
{
    local->iucv = saved->iucv;
    local->measurement = saved->measurement;
    if (saved->pending & SI_SAVED_KIND(PROGRAM))
        si_own_program(&local->own, &saved->program);
    if (saved->pending & SI_SAVED_KIND(SUPERVISOR_CALL))
        si_own_supervisor_call(&local->own, saved->svc_code, saved->svc_ilc);
    atomic_fetch_or(&local->word, word_of(saved));
    put_sources(local, SI_CLASS_MALFUNCTION_ALERT, &saved->malfunction);
    put_sources(local, SI_CLASS_EMERGENCY_SIGNAL, &saved->emergency);
    put_records(&local->pfault, &saved->tokens, false);
    put_checks(&local->checks, &saved->checks);
}

/* With the lock held. */
static void clear(struct s390irq_vcpu *vcpu)
{
    si_local_clear(&vcpu->local, true);
    atomic_fetch_and(
        &vcpu->local.word,
        ~(SI_LOCAL_RESET | (uint64_t)SI_LOCAL_ADDRESS << SI_LOCAL_CALL_SHIFT));
    vcpu->check_stop = false;
    vcpu->changed = 0;
}

/* With the lock held: its owner sees it at the next deliver. */
static void put_cpu(const struct si_load *load, struct s390irq_vcpu *vcpu,
                    const struct si_saved_cpu *saved)
{
    uint32_t flags = saved->flags;

    clear(vcpu);
    si_park_copy(&vcpu->copy, &saved->cpu);
    if (flags & SI_SAVED_TIMER_RUNS)
        vcpu->copy.cpu_timer_since_tod = load->host_tod;
    vcpu->timer_frozen = (flags & SI_SAVED_TIMER_FROZEN) != 0;
    vcpu->check_stop = (flags & SI_SAVED_CHECK_STOP) != 0;
    vcpu->changed = S390IRQ_CHANGED_LOADED;
    if (flags & SI_SAVED_CLEARED)
        vcpu->changed |= S390IRQ_CHANGED_CLEAR;
    vcpu->pfault = saved->pfault;
    vcpu->registers_known = (flags & SI_SAVED_REGISTERS) != 0;
    vcpu->registers = saved->registers;
    atomic_store(&vcpu->dispatched, (flags & SI_SAVED_DISPATCHED) != 0);
    si_park_facts(vcpu, &vcpu->copy);
    atomic_store(&vcpu->state, saved->state);
    put_pending(&vcpu->local, saved);
}

/* One that was unplugged since the check stays so. */
void si_apply_cpu(struct si_load *load, const struct si_saved_cpu *saved)
{
    struct s390irq_vcpu *vcpu;

    si_apply_gap(load, saved->address);
    load->next_address = saved->address + 1;
    vcpu = si_machine_vcpu(load->vm, saved->address);
    if (!vcpu)
        return;
    si_lock_take(&vcpu->local.lock);
    if (si_machine_state(vcpu) != SI_MACHINE_UNPLUGGED)
        put_cpu(load, vcpu, saved);
    si_lock_release(&vcpu->local.lock);
}

/*
 * As unplugging does, but for what is the owner's: that is in order when the
 * CPU is plugged again.
 */
void si_apply_gap(struct si_load *load, uint32_t address)
{
    uint32_t at;

    for (at = load->next_address; at < address; at++) {
        struct s390irq_vcpu *vcpu = si_machine_vcpu(load->vm, at);

        if (!vcpu)
            continue;
        si_lock_take(&vcpu->local.lock);
        atomic_store(&vcpu->state, SI_MACHINE_UNPLUGGED);
        clear(vcpu);
        si_lock_release(&vcpu->local.lock);
    }
}
