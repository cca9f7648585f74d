/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a CPU is open for, by its PSW and control registers. */
#ifndef SI_JUDGE_ENABLED_H
#define SI_JUDGE_ENABLED_H

#include <stdatomic.h>
#include <stdbool.h>

#include <s390irq/vcpu.h>

#include "pending/local.h"

/* The control registers with subclass masks: 0, 6 and 14. */
#define SI_ENABLED_CONTROLS 3

/*
 * What the classes are open by, for each combination of the PSW bits, while
 * the control registers stay as they are. Written by the owner; the controls
 * are read by who explains.
 */
struct si_masks {
    _Atomic uint64_t control[SI_ENABLED_CONTROLS];
    uint64_t opened[SI_ENABLED_CONTROLS];
    uint64_t open[8]; /* by si_enabled_index(); with SI_LOCAL_LOOK */
};

/* The left half of the PSW bits that mask classes: 6, 7 and 13. */
#define SI_ENABLED_PSW \
    ((uint32_t)((SI_PSW_IO | SI_PSW_EXTERNAL | SI_PSW_MACHINE_CHECK) >> 32))

/* The same without machine checks, which handlers leave open. */
#define SI_ENABLED_SIGNALS ((uint32_t)((SI_PSW_IO | SI_PSW_EXTERNAL) >> 32))

/* What a CPU is open for whose PSW masks everything. */
#define SI_ENABLED_CLOSED \
    (SI_BIT(SI_CLASS_RESTART) | SI_BIT(SI_CLASS_STOP) | SI_LOCAL_LOOK)

/*
 * The index for the left half of a PSW mask: its bits 6, 7 and 13 side by
 * side. The multiplication moves them to the left end of the word.
 */
static inline uint32_t si_enabled_index(uint32_t psw)
{
    return (psw & SI_ENABLED_PSW) * 0x840u >> 29;
}

/* Whether the control registers are those that *masks was made for. */
static inline bool si_enabled_known(const struct si_masks *masks,
                                    const struct s390irq_cpu *cpu)
{
    const memory_order relaxed = memory_order_relaxed;

    return ((atomic_load_explicit(&masks->control[0], relaxed) ^ cpu->cr[0]) |
            (atomic_load_explicit(&masks->control[1], relaxed) ^ cpu->cr[6]) |
            (atomic_load_explicit(&masks->control[2], relaxed) ^
             cpu->cr[14])) == 0;
}

/* The same for control registers that are known: with SI_LOCAL_LOOK. */
static inline uint64_t si_enabled_known_open(const struct si_masks *masks,
                                             const struct s390irq_cpu *cpu)
{
    return masks->open[si_enabled_index((uint32_t)(cpu->psw_mask >> 32))];
}

/* Both for a PSW that lets in nothing but machine checks. */
static inline bool si_enabled_checks_known(const struct si_masks *masks,
                                           const struct s390irq_cpu *cpu)
{
    return atomic_load_explicit(&masks->control[2], memory_order_relaxed) ==
           cpu->cr[14];
}

static inline uint64_t si_enabled_checks_open(const struct si_masks *masks)
{
    return masks
        ->open[si_enabled_index((uint32_t)(SI_PSW_MACHINE_CHECK >> 32))];
}

/* Makes *masks for the control registers of an initial CPU reset. */
void si_enabled_init(struct si_masks *masks);

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
