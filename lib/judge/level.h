/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Conditions that registers and clock make, and that nothing latches: they
 * pend as long as they hold (PoP ch. 4, clock comparator and CPU timer).
 */
#ifndef SI_JUDGE_LEVEL_H
#define SI_JUDGE_LEVEL_H

#include <stdbool.h>

#include <s390irq/vcpu.h>

#include "arch/classes.h"

#define SI_LEVEL_CLASSES \
    (SI_BIT(SI_CLASS_CLOCK_COMPARATOR) | SI_BIT(SI_CLASS_CPU_TIMER))

/* The CPU timer at this host TOD. */
uint64_t si_level_cpu_timer(const struct s390irq_cpu *cpu, uint64_t host_tod);

/*
 * The registers are such that neither could ever hold, and by the sign control
 * nothing has to be known: the usual of a host that keeps no timers.
 */
static inline bool si_level_unarmed(const struct s390irq_cpu *cpu)
{
    return cpu->clock_comparator == UINT64_MAX &&
           !(cpu->cr[0] & SI_CR0_COMPARATOR_SIGN) &&
           !cpu->cpu_timer_since_tod && !(cpu->cpu_timer & SI_BIT(63));
}

/* Those of `classes` that could ever hold: only then is a clock needed. */
uint64_t si_level_armed(const struct s390irq_cpu *cpu, uint64_t classes);

/* Those of `classes` whose condition holds at this host TOD. */
uint64_t si_level_pending(const struct s390irq_cpu *cpu, uint64_t classes,
                          uint64_t host_tod, uint64_t epoch);

/*
 * The first host TOD at which a condition of `classes` begins to hold that
 * does not hold yet, or S390IRQ_NEVER.
 */
uint64_t si_level_deadline(const struct s390irq_cpu *cpu, uint64_t classes,
                           uint64_t host_tod, uint64_t epoch);

#endif
