/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What became of everything, by kind. */
#include <string.h>

#include "cpu/machine.h"
#include "host/abi.h"

/* What was cleared while in hand is pending until its fate is known. */
static uint64_t count(const struct si_local *local, uint32_t number)
{
    const struct si_hand *hand = &local->hand;

    return si_local_count(local, number) +
           (hand->held && hand->cleared && hand->class_number == number);
}

static void add_vcpu(struct s390irq_vcpu *vcpu,
                     struct s390irq_counters *counters)
{
    struct si_local *local = &vcpu->local;
    uint32_t number;

    si_lock_take(&local->lock);
    for (number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *row = &si_classes[number];
        bool pends_here = !row->floating && row->nature != SI_LEVEL;

        if (row->kind)
            si_tally_report(&local->tally[number],
                            pends_here ? count(local, number) : 0,
                            &counters->kind[row->kind]);
    }
    counters->kind[S390IRQ_KIND_CLOCK_COMPARATOR].injected = 0;
    counters->kind[S390IRQ_KIND_CPU_TIMER].injected = 0;
    counters->wakes += atomic_load_explicit(&vcpu->wakes, memory_order_relaxed);
    counters->kicks += atomic_load_explicit(&vcpu->kicks, memory_order_relaxed);
    si_lock_release(&local->lock);
}

static void add_floating(struct si_floating *floating,
                         struct s390irq_counters *counters)
{
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (si_classes[number].floating)
            si_tally_report(&floating->tally[number],
                            si_floating_count(floating, number),
                            &counters->kind[si_classes[number].kind]);
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
        struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

        if (vcpu)
            add_vcpu(vcpu, &sum);
    }
    si_abi_write(counters, &sum, sizeof sum);
    return 0;
}
