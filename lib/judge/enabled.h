/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a CPU is open for, by its PSW and control registers. */
#ifndef SI_JUDGE_ENABLED_H
#define SI_JUDGE_ENABLED_H

#include <s390irq/vcpu.h>

#include "arch/classes.h"

/* What control register 0 opens, remembered while it does not change. */
struct si_masks {
    uint64_t cr0;
    uint64_t external;
};

/*
 * The bits of all enabled classes, own ones excepted: their conditions are
 * never masked. (PoP ch. 6, external interruptions: PSW bit 7 and the
 * subclass masks of control register 0.)
 */
uint64_t si_enabled_open(struct si_masks *masks, const struct s390irq_cpu *cpu);

/*
 * S390IRQ_INTERCEPT_* for pending classes that the CPU is not open for: what
 * has to change before one of them can be taken.
 */
uint32_t si_enabled_intercepts(uint64_t masked, const struct s390irq_cpu *cpu);

#endif
