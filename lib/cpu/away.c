/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/away.h"

/*
 * The RMW comes after the sets, and the joining CPU looks at what pends after
 * it: who has injected and then reads `occupied` sees the CPU in its sets, or
 * is seen by it.
 */
void si_away_join(struct si_away *away, uint32_t address, uint64_t sets)
{
    uint64_t rest = sets;

    if (!sets)
        return;
    si_lock_take(&away->lock);
    while (rest)
        si_set_add(&away->set[si_bits_take_highest(&rest)], address);
    atomic_fetch_or(&away->occupied, sets);
    si_lock_release(&away->lock);
}

void si_away_leave(struct si_away *away, uint32_t address, uint64_t sets)
{
    uint64_t occupied;

    if (!sets)
        return;
    si_lock_take(&away->lock);
    occupied = atomic_load_explicit(&away->occupied, memory_order_relaxed);
    while (sets) {
        uint32_t number = si_bits_take_highest(&sets);

        if (si_set_remove(&away->set[number], address))
            occupied &= ~SI_BIT(number);
    }
    atomic_store_explicit(&away->occupied, occupied, memory_order_release);
    si_lock_release(&away->lock);
}
