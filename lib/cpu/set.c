/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/set.h"

#include "arch/bits.h"

uint32_t si_set_next(const struct si_set *set, uint32_t from)
{
    uint64_t above = UINT64_MAX << from % 64, words;
    uint32_t at = from / 64;

    if (at >= SI_SET_WORDS)
        return S390IRQ_MAX_CPUS;
    words = atomic_load(&set->summary) & UINT64_MAX << at;
    while (words) {
        uint32_t number = si_bits_lowest(words);
        uint64_t word = atomic_load(&set->word[number]);

        if (number == at)
            word &= above;
        if (word)
            return number * 64 + si_bits_lowest(word);
        words &= words - 1;
    }
    return S390IRQ_MAX_CPUS;
}
