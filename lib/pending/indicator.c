/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/indicator.h"

#define PAGE       UINT64_C(4096)
#define PAGE_BITS  (8 * PAGE)
#define DOUBLEWORD 64

/*
 * Bit n of a doubleword in guest storage is the one of weight 2^n, and guest
 * storage is big-endian: the low bits are in the last byte. Counted from the
 * left, bit n is bit 63 - n.
 */
bool si_indicator_find(uint64_t absolute, uint64_t offset, bool swap,
                       struct si_indicator *indicator)
{
    uint64_t start = 8 * (absolute % PAGE), number;

    if (offset >= PAGE_BITS - start)
        return false;
    number = (start + offset) ^ (swap ? DOUBLEWORD - 1 : 0);
    indicator->absolute = absolute - absolute % PAGE + number / DOUBLEWORD * 8 +
                          7 - number % DOUBLEWORD / 8;
    indicator->bit = (uint8_t)(1u << number % 8);
    return true;
}
