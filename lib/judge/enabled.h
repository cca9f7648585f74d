/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a CPU is open for, by its PSW and control registers. */
#ifndef SI_JUDGE_ENABLED_H
#define SI_JUDGE_ENABLED_H

#include <stdatomic.h>

#include <s390irq/vcpu.h>

#include "arch/classes.h"

/*
 * What the submasks of a control register open, remembered while it does not
 * change. Written by the owner, read by who explains.
 */
struct si_submasks {
    _Atomic uint64_t control;
    uint64_t open;
};

struct si_masks {
    struct si_submasks external; /* control register 0 */
    struct si_submasks io;       /* control register 6 */
    struct si_submasks check;    /* control register 14 */
};

/*
 * The bits of all enabled classes that the words have: own conditions and
 * exigent machine checks are never masked. (PoP ch. 6: PSW bits 6, 7 and 13
 * and the subclass masks of control registers 0, 6 and 14.)
 */
uint64_t si_enabled_open(struct si_masks *masks, const struct s390irq_cpu *cpu);

/*
 * S390IRQ_INTERCEPT_* for pending classes that the CPU is not open for: what
 * has to change before one of them can be taken.
 */
uint32_t si_enabled_intercepts(uint64_t masked, const struct s390irq_cpu *cpu);

#endif
