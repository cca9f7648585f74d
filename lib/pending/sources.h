/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Signals that pend once for each CPU that sends them: a bit for each sender,
 * set by anybody, taken by the owner, lowest address first.
 */
#ifndef SI_PENDING_SOURCES_H
#define SI_PENDING_SOURCES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Sources in one word of the bitmap; its bit 63 says closed. */
#define SI_SOURCES_PER_WORD 32
#define SI_SOURCES_WORDS(cpus) \
    (((cpus) + SI_SOURCES_PER_WORD - 1) / SI_SOURCES_PER_WORD)

struct si_sources {
    _Atomic uint64_t *word;
    uint32_t words;
};

/* Answers the outcome of an injection. */
int si_sources_set(const struct si_sources *sources, uint32_t source);

/* False: it was not set. */
bool si_sources_clear(const struct si_sources *sources, uint32_t source);

bool si_sources_has(const struct si_sources *sources, uint32_t source);

/* The lowest sender, or S390IRQ_MAX_CPUS; next: at or above `from`. */
uint32_t si_sources_lowest(const struct si_sources *sources);
uint32_t si_sources_next(const struct si_sources *sources, uint32_t from);

/* Sets it though it is closed: it was there before. */
void si_sources_restore(const struct si_sources *sources, uint32_t source);

uint64_t si_sources_count(const struct si_sources *sources);

/* Removes all. Answers how many. */
uint64_t si_sources_clear_all(const struct si_sources *sources);

/* No injection is accepted while closed. */
void si_sources_close(const struct si_sources *sources, bool closed);

#endif
