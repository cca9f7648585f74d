/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of CPUs that any thread may look into. Who changes it has it alone:
 * words and summary change together, so that nobody takes a word off the
 * summary that somebody has just joined.
 */
#ifndef SI_CPU_SET_H
#define SI_CPU_SET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <s390irq/base.h>

#include "arch/bits.h"

#define SI_SET_WORDS (S390IRQ_MAX_CPUS / 64)

struct si_set {
    _Atomic uint64_t summary; /* which words are not zero */
    _Atomic uint64_t word[SI_SET_WORDS];
};

static inline bool si_set_is_empty(const struct si_set *set)
{
    return atomic_load_explicit(&set->summary, memory_order_relaxed) == 0;
}

static inline void si_set_add_bit(_Atomic uint64_t *word, uint32_t bit)
{
    uint64_t before = atomic_load_explicit(word, memory_order_relaxed);

    atomic_store_explicit(word, before | SI_BIT(bit), memory_order_release);
}

/* Whether nothing is left. */
static inline bool si_set_remove_bit(_Atomic uint64_t *word, uint32_t bit)
{
    uint64_t left =
        atomic_load_explicit(word, memory_order_relaxed) & ~SI_BIT(bit);

    atomic_store_explicit(word, left, memory_order_release);
    return left == 0;
}

static inline void si_set_add(struct si_set *set, uint32_t address)
{
    si_set_add_bit(&set->word[address / 64], address % 64);
    si_set_add_bit(&set->summary, address / 64);
}

/* Whether nobody is left. */
static inline bool si_set_remove(struct si_set *set, uint32_t address)
{
    return si_set_remove_bit(&set->word[address / 64], address % 64) &&
           si_set_remove_bit(&set->summary, address / 64);
}

static inline bool si_set_has(const struct si_set *set, uint32_t address)
{
    return (atomic_load(&set->word[address / 64]) & SI_BIT(address % 64)) != 0;
}

/* The lowest member at or above `from`, or S390IRQ_MAX_CPUS. */
uint32_t si_set_next(const struct si_set *set, uint32_t from);

#endif
