/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What became of everything, by kind. */
#include <string.h>

#include "cpu/machine.h"
#include "host/abi.h"

/* What was cleared while in hand is pending until its fate is known. */
static uint64_t count(struct si_local *local, uint32_t number)
{
    const struct si_hand *hand = &local->hand;

    if (si_classes[number].nature == SI_MACHINE)
        return si_machine_check_count(&local->checks, number, true);
    return si_local_count(local, number) +
           (hand->held && hand->cleared && hand->class_number == number);
}

static void add_tallies(const struct si_tally *tally,
                        struct s390irq_counters *counters)
{
    uint32_t kind;

    for (kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
        si_tally_report(&tally[kind], 0, &counters->kind[kind]);
}

/* What pends was injected, too. */
static void add_pending(struct s390irq_counters *counters, uint32_t kind,
                        uint64_t pending)
{
    counters->kind[kind].pending += pending;
    counters->kind[kind].injected += pending;
}

static void add_vcpu(struct s390irq_vcpu *vcpu,
                     struct s390irq_counters *counters)
{
    struct si_local *local = &vcpu->local;
    uint32_t number;

    si_lock_take(&local->lock);
    add_tallies(local->tally, counters);
    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (si_classes_is_local(number) &&
            si_classes[number].nature != SI_LEVEL)
            add_pending(counters, si_classes[number].kind,
                        count(local, number));
    counters->kind[S390IRQ_KIND_CLOCK_COMPARATOR].injected = 0;
    counters->kind[S390IRQ_KIND_CPU_TIMER].injected = 0;
    counters->wakes += atomic_load_explicit(&vcpu->wakes, memory_order_relaxed);
    counters->kicks += atomic_load_explicit(&vcpu->kicks, memory_order_relaxed);
    si_lock_release(&local->lock);
}

/* Adapters have a kind of their own, but no class. */
static void add_io(struct si_io *io, uint32_t isc,
                   struct s390irq_counters *counters)
{
    struct si_io_count count = si_io_count(io, isc);

    add_pending(counters, S390IRQ_KIND_IO, count.subchannels);
    add_pending(counters, S390IRQ_KIND_ADAPTER, count.adapters);
}

static void add_floating(struct si_floating *floating,
                         struct s390irq_counters *counters)
{
    uint32_t number;

    add_tallies(floating->tally, counters);
    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if (si_classes_floats(number) && si_classes[number].nature != SI_IO)
            add_pending(counters, si_classes[number].kind,
                        si_floating_count(floating, number));
    for (number = 0; number < SI_IO_ISCS; number++)
        add_io(&floating->io, number, counters);
}

int s390irq_vcpu_counters(struct s390irq_vcpu *vcpu,
                          struct s390irq_counters *counters)
{
    struct s390irq_counters sum;
    int rc = si_abi_check(counters, sizeof sum, sizeof sum);

    if (!vcpu)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    memset(&sum, 0, sizeof sum);
    add_vcpu(vcpu, &sum);
    si_abi_write(counters, &sum, sizeof sum);
    return 0;
}

int s390irq_vm_counters(struct s390irq_vm *vm,
                        struct s390irq_counters *counters)
{
    struct s390irq_counters sum;
    uint32_t address;
    int rc = si_abi_check(counters, sizeof sum, sizeof sum);

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    memset(&sum, 0, sizeof sum);
    add_floating(&vm->floating, &sum);
    for (address = 0; address < vm->cpus; address++) {
        /* What an unplugged CPU has done stays done. */
        struct s390irq_vcpu *vcpu = si_machine_slot(vm, address);

        if (vcpu)
            add_vcpu(vcpu, &sum);
    }
    si_abi_write(counters, &sum, sizeof sum);
    return 0;
}
