/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Adapter and subchannels of one ISC take turns (V-13): whichever was taken
 * last goes second. A take that is put back did not happen, so what was taken
 * lately is remembered one by one.
 */
#ifndef SI_PENDING_TURN_H
#define SI_PENDING_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/bits.h"

/* Takes are numbered modulo this. */
#define SI_TURN_NUMBERS 512

/* Bit 0 is the last take; there are 64. */
struct si_turn {
    uint64_t adapters; /* it was the adapter, else a subchannel */
    uint32_t takes;    /* how many */
    uint64_t undone;   /* it was put back */
};

/* As if the adapter had been taken last: subchannels go first. */
static inline void si_turn_reset(struct si_turn *turn)
{
    turn->adapters = UINT64_MAX;
    turn->undone = 0;
}

static inline bool si_turn_is_adapters(const struct si_turn *turn)
{
    uint64_t stands = ~turn->undone;

    return stands && !(turn->adapters & (stands & -stands));
}

/* Something is taken: the number of this take. */
static inline uint32_t si_turn_take(struct si_turn *turn, bool adapter)
{
    turn->adapters = turn->adapters << 1 | adapter;
    turn->undone <<= 1;
    turn->takes++;
    return turn->takes % SI_TURN_NUMBERS;
}

/* The take with this number did not happen. */
static inline void si_turn_undo(struct si_turn *turn, uint32_t take)
{
    uint32_t since = (turn->takes - take) % SI_TURN_NUMBERS;

    if (since < 64)
        turn->undone |= SI_BIT(since);
}

#endif
