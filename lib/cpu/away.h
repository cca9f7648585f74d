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

/*
 * The numbers of the sets behind those of the classes: CPUs in guest mode, and
 * sleepers that are all open for the same classes, which are in none of the
 * sets of these. Nearly all CPUs of a guest sleep so: one set to join.
 */
#define SI_AWAY_GUESTS SI_CLASS_WORD_COUNT
#define SI_AWAY_ALIKE  (SI_AWAY_GUESTS + 1)

struct si_away {
    struct si_lock lock;           /* who comes and who goes */
    _Atomic uint32_t last_sleeper; /* CPU that fell asleep last */
    _Atomic uint64_t occupied; /* for which classes somebody sleeps; guests */
    _Atomic uint64_t alike;    /* what those who are alike are open for */
    uint64_t kept;             /* under the lock: which sets are not empty */
    struct si_set set[SI_AWAY_ALIKE + 1];
};

/*
 * [owner] Is there for these classes, or as one of the guests. Whoever injects
 * afterwards finds it: to be called before the last look at what pends. Answers
 * the sets that it is in.
 */
uint64_t si_away_join(struct si_away *away, uint32_t address, uint64_t classes);

/* [owner] Leaves these sets. */
void si_away_leave(struct si_away *away, uint32_t address, uint64_t sets);

/* Whether anybody is there for it; the RMW that injected came before. */
static inline bool si_away_is_anybody(const struct si_away *away,
                                      uint32_t number)
{
    return (atomic_load(&away->occupied) & SI_BIT(number)) != 0;
}

/* Whether this CPU is. */
bool si_away_has(const struct si_away *away, uint32_t number, uint32_t address);

/* The lowest one at or above `from`, or S390IRQ_MAX_CPUS. */
uint32_t si_away_next(const struct si_away *away, uint32_t number,
                      uint32_t from);

#endif
