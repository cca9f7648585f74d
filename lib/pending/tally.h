/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What became of the interruptions of one class at one place. What was
 * injected is not counted on the way in, which would cost every injection an
 * atomic operation: it is the sum of all that can have become of it.
 */
#ifndef SI_PENDING_TALLY_H
#define SI_PENDING_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include <s390irq/vm.h>

#include "arch/classes.h"

struct si_tally {
    _Atomic uint64_t taken; /* written by the owner of a CPU only */
    _Atomic uint64_t coalesced;
    _Atomic uint64_t refused;
    _Atomic uint64_t cleared;
};

static inline void si_tally_add(_Atomic uint64_t *count, uint64_t number)
{
    atomic_fetch_add_explicit(count, number, memory_order_relaxed);
}

/* Some more, by the only thread that writes this count. */
static inline void si_tally_own_some(_Atomic uint64_t *count, uint64_t number)
{
    uint64_t before = atomic_load_explicit(count, memory_order_relaxed);

    atomic_store_explicit(count, before + number, memory_order_relaxed);
}

/* One more. */
static inline void si_tally_own(_Atomic uint64_t *count)
{
    si_tally_own_some(count, 1);
}

/* Counts an outcome of an injection and answers it. */
static inline int si_tally_outcome(struct si_tally *tally, int outcome)
{
    if (outcome == S390IRQ_COALESCED)
        si_tally_add(&tally->coalesced, 1);
    else if (outcome != S390IRQ_QUEUED)
        si_tally_add(&tally->refused, 1);
    return outcome;
}

/* Adds the counts of a class, and what pends of it now, to *counter. */
void si_tally_report(const struct si_tally *tally, uint64_t pending,
                     struct s390irq_counter *counter);

#endif
