/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a published word would answer to a claim, without claiming. */
#ifndef FAKE_PUBLISHED_H
#define FAKE_PUBLISHED_H

#include "cpu/published.h"

/* Whether it is in this state and open for one of these bits. */
static inline int published_is(const struct si_published *published,
                               enum si_published_state state, uint64_t bits)
{
    struct si_published copy = { atomic_load(&published->word) };

    return si_published_claim(&copy, 1u << state, bits, SI_TOKEN_NONE) == state;
}

#endif
