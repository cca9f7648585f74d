/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/published.h"

#define OPEN         UINT64_C(0xffffffff)
#define STATE_SHIFT  SI_PUBLISHED_STATE_SHIFT
#define STATE        UINT64_C(3)
#define TOKEN_SHIFT  34
#define TOKEN        UINT64_C(31)
#define NUMBER_SHIFT 39
#define NUMBER       (UINT64_MAX << NUMBER_SHIFT)
#define NEXT_NUMBER  (UINT64_C(1) << NUMBER_SHIFT)

static enum si_published_state state_of(uint64_t word)
{
    return (enum si_published_state)(word >> STATE_SHIFT & STATE);
}

static uint64_t make(uint64_t number, uint64_t open,
                     enum si_published_state state, uint32_t token)
{
    return (number & NUMBER) | (open & OPEN) | (uint64_t)state << STATE_SHIFT |
           (uint64_t)token << TOKEN_SHIFT;
}

uint32_t si_published_run(struct si_published *published)
{
    uint64_t word = atomic_load(&published->word);

    if (state_of(word) == SI_RUNNING)
        return SI_TOKEN_NONE;
    word = atomic_exchange(&published->word,
                           make(word, 0, SI_RUNNING, SI_TOKEN_NONE));
    return (uint32_t)(word >> TOKEN_SHIFT & TOKEN);
}

void si_published_leave(struct si_published *published,
                        enum si_published_state state, uint64_t open)
{
    uint64_t word = atomic_load(&published->word);

    atomic_exchange(&published->word,
                    make(word + NEXT_NUMBER, open, state, SI_TOKEN_NONE));
}

enum si_published_state si_published_claim(struct si_published *published,
                                           uint32_t wanted, uint64_t bits,
                                           uint32_t token)
{
    uint64_t word = atomic_load(&published->word);
    enum si_published_state state;

    do {
        state = state_of(word);
        if (!(wanted & 1u << state) || !(word & bits & OPEN))
            return SI_RUNNING;
    } while (!atomic_compare_exchange_weak(
        &published->word, &word, make(word, word, SI_CLAIMED, token)));
    return state;
}

bool si_published_is(const struct si_published *published,
                     enum si_published_state state, uint64_t bits)
{
    uint64_t word = atomic_load(&published->word);

    return state_of(word) == state && (word & bits & OPEN);
}
