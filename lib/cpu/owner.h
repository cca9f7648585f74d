/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Debug builds hold owners to their word: the owner's calls of a CPU come
 * from one thread until it parks. In other builds this is nothing.
 */
#ifndef SI_CPU_OWNER_H
#define SI_CPU_OWNER_H

#include "cpu/machine.h"

#ifdef SI_DEBUG
/* An owner's call begins: aborts if another thread owns the CPU. */
void si_owner_check(struct s390irq_vcpu *vcpu);

/* An owner's call ends: a CPU that is parked has no owner. */
void si_owner_release(struct s390irq_vcpu *vcpu);
#else
static inline void si_owner_check(struct s390irq_vcpu *vcpu)
{
    (void)vcpu;
}

static inline void si_owner_release(struct s390irq_vcpu *vcpu)
{
    (void)vcpu;
}
#endif

#endif
