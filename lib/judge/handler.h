/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Handlers run with a PSW that masks signals and I/O, does not wait, and is
 * valid in 64-bit mode; machine checks may be open. Such PSWs hardly ever
 * change: what one was judged to be is kept, and looking at the next one is
 * comparing it.
 */
#ifndef SI_JUDGE_HANDLER_H
#define SI_JUDGE_HANDLER_H

#include "arch/lowcore.h"
#include "judge/enabled.h"

struct si_handler {
    uint64_t psw_mask;
    uint64_t control; /* control register 14 */
    uint64_t open;    /* what it is open for with that one */
};

/* One for each new PSW of the prefix area. */
#define SI_HANDLERS 6

static inline uint32_t si_handler_of(uint32_t new_psw)
{
    return (new_psw - SI_LOWCORE_RESTART_NEW_PSW) / 16;
}

/* Whether the one with these registers was judged before. */
static inline bool si_handler_is(const struct si_handler *handler,
                                 uint64_t psw_mask, uint64_t control)
{
    return handler->psw_mask == psw_mask && handler->control == control;
}

/* The first ones: they are handlers, but of nobody. */
void si_handler_init(struct si_handler handlers[SI_HANDLERS]);

/*
 * [owner] Judges the registers, and keeps that. False: they are no handler's,
 * or the masks were not made for them.
 */
bool si_handler_learn(struct si_handler *handler, const struct si_masks *masks,
                      const struct s390irq_cpu *cpu);

#endif
