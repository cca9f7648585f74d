/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/tally.h"

static uint64_t value(const _Atomic uint64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

void si_tally_report(const struct si_tally *tally, uint64_t pending,
                     struct s390irq_counter *counter)
{
    uint64_t taken = value(&tally->taken);
    uint64_t coalesced = value(&tally->coalesced);
    uint64_t refused = value(&tally->refused);
    uint64_t cleared = value(&tally->cleared);

    counter->taken += taken;
    counter->coalesced += coalesced;
    counter->refused += refused;
    counter->cleared += cleared;
    counter->pending += pending;
    counter->injected += taken + coalesced + refused + cleared + pending;
}
