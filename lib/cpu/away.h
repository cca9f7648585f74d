/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The CPUs that do not poll: a set of sleepers for each floating class that
 * they are open for, and one of those in guest mode. All of it is a hint; the
 * claim decides.
 */
#ifndef SI_CPU_AWAY_H
#define SI_CPU_AWAY_H

#include "arch/classes.h"
#include "cpu/set.h"
#include "host/lock.h"

/* The number of the set of CPUs in guest mode, behind those of the classes. */
#define SI_AWAY_GUESTS SI_CLASS_WORD_COUNT

struct si_away {
    struct si_lock lock;           /* who comes and who goes */
    _Atomic uint32_t last_sleeper; /* CPU that fell asleep last */
    _Atomic uint64_t occupied;     /* which sets are not empty */
    struct si_set set[SI_AWAY_GUESTS + 1];
};

/*
 * [owner] Joins these sets, a bit for each. Whoever injects afterwards finds
 * it there: to be called before the last look at what pends.
 */
void si_away_join(struct si_away *away, uint32_t address, uint64_t sets);

/* [owner] Leaves them. */
void si_away_leave(struct si_away *away, uint32_t address, uint64_t sets);

/* Whether anybody is in this set; the RMW that injected came before. */
static inline bool si_away_is_anybody(const struct si_away *away,
                                      uint32_t number)
{
    return (atomic_load(&away->occupied) & SI_BIT(number)) != 0;
}

/* The lowest member at or above `from`, or S390IRQ_MAX_CPUS. */
static inline uint32_t si_away_next(const struct si_away *away, uint32_t number,
                                    uint32_t from)
{
    return si_away_is_anybody(away, number)
               ? si_set_next(&away->set[number], from)
               : S390IRQ_MAX_CPUS;
}

#endif
