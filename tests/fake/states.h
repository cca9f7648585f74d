/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machines in states of which much is random, saved ones among them, and
 * what they do from there: two machines in the same state do the same.
 */
#ifndef STATES_H
#define STATES_H

#include "fake.h"

struct states_random {
    uint64_t value;
};

uint64_t states_next(struct states_random *random);
/* Below `limit`. */
uint32_t states_below(struct states_random *random, uint32_t limit);

/* Opens it, fills it from this seed and pauses it with all CPUs parked. */
struct fake *states_make(uint32_t cpus, uint64_t seed);

/* Saves it, as it is: memory for the caller to free. */
uint8_t *states_save(struct fake *fake, size_t *length);

/* Makes guest storage what it is there, and loads. Answers what load does. */
int states_load(struct fake *to, const struct fake *from, const void *state,
                size_t length);

/* A machine with something of everything, and its state. */
struct states_sample {
    struct fake *fake;
    uint8_t *bytes;
    size_t length;
};

struct states_sample states_sample(uint32_t cpus, uint64_t seed);
void states_drop(struct states_sample *sample);

/* The state is refused with this error, and nothing has changed. */
void states_assert_refused(struct fake *fake, const uint8_t *state,
                           size_t length, int error);

/* Fails unless everything that can be seen of the two is the same. */
void states_assert_same(struct fake *a, struct fake *b);

/*
 * Resumes both and lets every CPU take what it can with random masks, step by
 * step; fails at the first step in which they differ.
 */
void states_assert_same_deliveries(struct fake *a, struct fake *b,
                                   uint64_t seed);

/* The checksum of a state that was changed by hand is made to agree again. */
void states_seal(uint8_t *state, size_t length);

#endif
