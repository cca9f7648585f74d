/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/sources.h"

#include <s390irq/interruption.h>

#include "arch/bits.h"

#define CLOSED SI_BIT(63)

static _Atomic uint64_t *word_of(const struct si_sources *sources,
                                 uint32_t source)
{
    return &sources->word[source / SI_SOURCES_PER_WORD];
}

static uint64_t bit_of(uint32_t source)
{
    return SI_BIT(source % SI_SOURCES_PER_WORD);
}

int si_sources_set(const struct si_sources *sources, uint32_t source)
{
    _Atomic uint64_t *word = word_of(sources, source);
    uint64_t old = atomic_load(word);

    do {
        if (old & CLOSED)
            return S390IRQ_CLOSED;
        if (old & bit_of(source))
            return S390IRQ_COALESCED;
    } while (!atomic_compare_exchange_weak(word, &old, old | bit_of(source)));
    return S390IRQ_QUEUED;
}

bool si_sources_clear(const struct si_sources *sources, uint32_t source)
{
    uint64_t bit = bit_of(source);

    return (atomic_fetch_and(word_of(sources, source), ~bit) & bit) != 0;
}

bool si_sources_has(const struct si_sources *sources, uint32_t source)
{
    return (atomic_load(word_of(sources, source)) & bit_of(source)) != 0;
}

uint32_t si_sources_lowest(const struct si_sources *sources)
{
    return si_sources_next(sources, 0);
}

uint32_t si_sources_next(const struct si_sources *sources, uint32_t from)
{
    uint64_t above = UINT64_MAX << from % SI_SOURCES_PER_WORD;
    uint32_t at;

    for (at = from / SI_SOURCES_PER_WORD; at < sources->words; at++) {
        uint64_t word = atomic_load(&sources->word[at]) & above & ~CLOSED;

        if (word)
            return at * SI_SOURCES_PER_WORD + si_bits_lowest(word);
        above = UINT64_MAX;
    }
    return S390IRQ_MAX_CPUS;
}

void si_sources_restore(const struct si_sources *sources, uint32_t source)
{
    atomic_fetch_or(word_of(sources, source), bit_of(source));
}

uint64_t si_sources_count(const struct si_sources *sources)
{
    uint64_t count = 0;
    uint32_t at;

    for (at = 0; at < sources->words; at++)
        count += (uint64_t)__builtin_popcountll(
            atomic_load(&sources->word[at]) & ~CLOSED);
    return count;
}

uint64_t si_sources_clear_all(const struct si_sources *sources)
{
    uint64_t removed = 0;
    uint32_t at;

    for (at = 0; at < sources->words; at++)
        removed += (uint64_t)__builtin_popcountll(
            atomic_fetch_and(&sources->word[at], CLOSED) & ~CLOSED);
    return removed;
}

void si_sources_close(const struct si_sources *sources, bool closed)
{
    uint32_t at;

    for (at = 0; at < sources->words; at++) {
        if (closed)
            atomic_fetch_or(&sources->word[at], CLOSED);
        else
            atomic_fetch_and(&sources->word[at], ~CLOSED);
    }
}
