/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Who is told that something pends. */
#ifndef SI_CPU_ROUTE_H
#define SI_CPU_ROUTE_H

#include "cpu/machine.h"

/* These bits of vcpu->local were set: wakes or kicks the CPU if it must. */
void si_route_local(struct s390irq_vcpu *vcpu, uint64_t bits);

/* Sets reason bits at the CPU and tells it. */
void si_route_reason(struct s390irq_vcpu *vcpu, uint64_t reasons);

/*
 * Something of a floating class became pending: finds one CPU that takes it.
 * from: the lowest address to consider in guest mode; 0 for a new one.
 */
void si_route_floating(struct s390irq_vm *vm, uint32_t class_number,
                       uint32_t from);

/* Whether anybody may have to be told: CPUs that run and poll see it. */
static inline bool si_route_wanted(const struct s390irq_vm *vm, uint64_t bit)
{
    return (atomic_load(&vm->away.occupied) & (bit | SI_BIT(SI_AWAY_GUESTS))) !=
           0;
}

/* What a consumer of I/O interruptions left to be routed. */
void si_route_all(struct s390irq_vm *vm, uint64_t classes);

static inline void si_route_raised(struct s390irq_vm *vm)
{
    uint64_t raised = si_io_take_raised(&vm->floating.io);

    if (raised)
        si_route_all(vm, raised);
}

#ifndef S390IRQ_WITHOUT_WAIT
/* Ends s390irq_vcpu_wait() of this CPU. */
void si_route_end_wait(struct s390irq_vcpu *vcpu);
#endif

#endif
