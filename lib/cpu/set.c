/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/set.h"

#include "arch/bits.h"

/*
 * The count goes up before the bit is set and down after it is cleared: who
 * sees it zero can be sure that nobody was in the set at that moment.
 */
void si_set_add(struct si_set *set, uint32_t address)
{
    atomic_fetch_add(&set->count, 1);
    atomic_fetch_or(&set->word[address / 64], SI_BIT(address % 64));
}

void si_set_remove(struct si_set *set, uint32_t address)
{
    atomic_fetch_and(&set->word[address / 64], ~SI_BIT(address % 64));
    atomic_fetch_sub(&set->count, 1);
}

bool si_set_has(const struct si_set *set, uint32_t address)
{
    return (atomic_load(&set->word[address / 64]) & SI_BIT(address % 64)) != 0;
}

uint32_t si_set_next(const struct si_set *set, uint32_t from)
{
    uint64_t above = UINT64_MAX << from % 64;
    uint32_t at;

    if (!atomic_load(&set->count))
        return S390IRQ_MAX_CPUS;
    for (at = from / 64; at < SI_SET_WORDS; at++) {
        uint64_t word = atomic_load(&set->word[at]) & above;

        if (word)
            return at * 64 + si_bits_lowest(word);
        above = UINT64_MAX;
    }
    return S390IRQ_MAX_CPUS;
}
