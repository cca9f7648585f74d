/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of CPUs that any thread may add to and look into: the candidates for
 * a floating interruption. It is a hint; the claim decides.
 */
#ifndef SI_CPU_SET_H
#define SI_CPU_SET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <s390irq/base.h>

#include "host/lock.h"

#define SI_SET_WORDS (S390IRQ_MAX_CPUS / 64)

struct si_set {
    struct si_lock lock;      /* who comes and who goes */
    _Atomic uint64_t summary; /* which words are not zero */
    _Atomic uint64_t word[SI_SET_WORDS];
};

static inline bool si_set_is_empty(const struct si_set *set)
{
    return atomic_load(&set->summary) == 0;
}

/* Each member is added and removed by one thread, its owner. */
void si_set_add(struct si_set *set, uint32_t address);
void si_set_remove(struct si_set *set, uint32_t address);

bool si_set_has(const struct si_set *set, uint32_t address);

/* The lowest member at or above `from`, or S390IRQ_MAX_CPUS. */
uint32_t si_set_next(const struct si_set *set, uint32_t from);

#endif
