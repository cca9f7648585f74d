/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Why a pending interruption is not taken. */
#ifndef SI_JUDGE_HELD_H
#define SI_JUDGE_HELD_H

#include <stdbool.h>

#include <s390irq/explain.h>

#include "arch/classes.h"

/* What decides, as far as it is known of a CPU. */
struct si_view {
    uint64_t psw_mask; /* bits 6, 7 and 13 count */
    uint64_t cr0, cr6, cr14;
    uint32_t state_held; /* S390IRQ_HELD_* for its state */
};

/*
 * S390IRQ_HELD_* for a class by PSW, control registers and state. *control
 * and *submask: the register and the bit, when S390IRQ_HELD_SUBMASK is among
 * them.
 */
uint32_t si_held_by(const struct si_view *view, uint32_t class_number,
                    uint8_t *control, uint64_t *submask);

/*
 * Whether what is ready of this class is taken in one interruption with the
 * first one that is (PoP ch. 11: machine checks are reported together).
 */
bool si_held_not(uint32_t first_class, uint32_t class_number);

#endif
