/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What other threads know of a CPU that sleeps or is in guest mode: one word
 * with what it is open for, its state, and a number that changes with every
 * sleep and every entry, so that a claim cannot hit a later one (T-1).
 * The protocol is modelled in tests/models.
 */
#ifndef SI_CPU_PUBLISHED_H
#define SI_CPU_PUBLISHED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum si_published_state {
    SI_RUNNING, /* polls its words: needs nobody to tell it */
    SI_ASLEEP,
    SI_GUEST,   /* in guest mode, where it does not poll */
    SI_CLAIMED, /* was asleep or in guest mode; somebody called it out */
};

/* A token says for which floating class a CPU was claimed. */
#define SI_TOKEN_NONE 31 /* no class has this number */

#define SI_PUBLISHED_STATE_SHIFT 32 /* of the word: 2 bits */

struct si_published {
    _Atomic uint64_t word;
};

static inline enum si_published_state si_published_state(
    const struct si_published *published)
{
    return (enum si_published_state)(
        atomic_load(&published->word) >> SI_PUBLISHED_STATE_SHIFT & 3);
}

/* [owner] Takes the word back; answers the token it was claimed with. */
uint32_t si_published_run(struct si_published *published);

/* [owner] Sleeps or enters guest mode, open for these bits (low 32). */
void si_published_leave(struct si_published *published,
                        enum si_published_state state, uint64_t open);

/* States that a claim may be for; who looks for a sleeper wants no guest. */
#define SI_CLAIM_ASLEEP (1u << SI_ASLEEP)
#define SI_CLAIM_GUEST  (1u << SI_GUEST)

/*
 * Claims the CPU if it is in one of the wanted states and open for one of
 * these bits. At most one claim for each sleep and each entry. Answers the
 * state it was in, or SI_RUNNING: nothing to do.
 */
enum si_published_state si_published_claim(struct si_published *published,
                                           uint32_t wanted, uint64_t bits,
                                           uint32_t token);

/* Whether such a claim would succeed now, for one state. */
bool si_published_is(const struct si_published *published,
                     enum si_published_state state, uint64_t bits);

#endif
