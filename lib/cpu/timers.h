/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The timers of a CPU by the clock of the host, which each of these calls reads
 * once, and only if one of the timers is armed.
 */
#ifndef SI_CPU_TIMERS_H
#define SI_CPU_TIMERS_H

#include "cpu/machine.h"

/* What they are now; nothing and NEVER if none is armed. */
struct si_timers {
    uint64_t pending;  /* level classes whose condition holds */
    uint64_t deadline; /* host TOD at which another begins to, or NEVER */
};

struct si_timers si_timers_look(const struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu);

/* Whether the condition of one of these classes holds now. */
bool si_timers_due(const struct s390irq_vcpu *vcpu,
                   const struct s390irq_cpu *cpu, uint64_t classes);

/* Whether a deadline has been told, or may have to be. */
static inline bool si_timers_matter(const struct s390irq_vcpu *vcpu,
                                    const struct s390irq_cpu *cpu)
{
    return !si_level_unarmed(cpu) ||
           atomic_load_explicit(&vcpu->deadline, memory_order_relaxed) !=
               S390IRQ_NEVER;
}

/* The embedder is told of another deadline than it was told last. */
void si_timers_tell(struct s390irq_vcpu *vcpu, uint64_t deadline);

#endif
