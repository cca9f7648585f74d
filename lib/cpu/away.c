/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/away.h"

#define ALIKE  SI_BIT(SI_AWAY_ALIKE)
#define GUESTS SI_BIT(SI_AWAY_GUESTS)

static uint64_t alike(const struct si_away *away)
{
    return atomic_load_explicit(&away->alike, memory_order_relaxed);
}

/* With the lock held: who comes first says what the others have to be like. */
static uint64_t sets_to_join(struct si_away *away, uint64_t classes)
{
    if (!(away->kept & ALIKE) && !(classes & GUESTS))
        atomic_store_explicit(&away->alike, classes, memory_order_release);
    return classes == alike(away) ? ALIKE : classes;
}

/* With the lock held: for whom somebody is in these sets. */
static uint64_t occupied(const struct si_away *away)
{
    uint64_t others = away->kept & ~ALIKE;

    return away->kept & ALIKE ? others | alike(away) : others;
}

/*
 * The RMW comes after the sets, and the joining CPU looks at what pends after
 * it: who has injected and then reads `occupied` sees the CPU in its sets, or
 * is seen by it.
 */
uint64_t si_away_join(struct si_away *away, uint32_t address, uint64_t classes)
{
    uint64_t sets, rest;

    if (!classes)
        return 0;
    si_lock_take(&away->lock);
    sets = sets_to_join(away, classes);
    away->kept |= sets;
    for (rest = sets; rest; rest &= rest - 1)
        si_set_add(&away->set[si_bits_lowest(rest)], address);
    atomic_exchange(&away->occupied, occupied(away));
    si_lock_release(&away->lock);
    return sets;
}

void si_away_leave(struct si_away *away, uint32_t address, uint64_t sets)
{
    if (!sets)
        return;
    si_lock_take(&away->lock);
    for (; sets; sets &= sets - 1)
        if (si_set_remove(&away->set[si_bits_lowest(sets)], address))
            away->kept &= ~(sets & -sets);
    atomic_store_explicit(&away->occupied, occupied(away),
                          memory_order_release);
    si_lock_release(&away->lock);
}

/* Whether those who are alike are open for it; `occupied` was read before. */
static bool are_open_for(const struct si_away *away, uint32_t number)
{
    return (atomic_load(&away->alike) & SI_BIT(number)) != 0;
}

bool si_away_has(const struct si_away *away, uint32_t number, uint32_t address)
{
    return (are_open_for(away, number) &&
            si_set_has(&away->set[SI_AWAY_ALIKE], address)) ||
           si_set_has(&away->set[number], address);
}

uint32_t si_away_next(const struct si_away *away, uint32_t number,
                      uint32_t from)
{
    uint32_t like = S390IRQ_MAX_CPUS, next;

    if (!si_away_is_anybody(away, number))
        return S390IRQ_MAX_CPUS;
    next = si_set_next(&away->set[number], from);
    if (are_open_for(away, number))
        like = si_set_next(&away->set[SI_AWAY_ALIKE], from);
    return like < next ? like : next;
}
