/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Fields of the prefix area through a pointer. Guest storage is shared with
 * other CPUs: aligned fields are accessed in one piece (PoP ch. 5,
 * block-concurrent references).
 */
#ifndef SI_DELIVER_DIRECT_H
#define SI_DELIVER_DIRECT_H

#include "arch/bits.h"

/* The bytes as they are in storage. */
static inline uint64_t si_direct_image(const uint8_t *from)
{
    return __atomic_load_n((const uint64_t *)(const void *)from,
                           __ATOMIC_RELAXED);
}

static inline void si_direct_store_image(uint8_t *to, uint64_t image)
{
    __atomic_store_n((uint64_t *)(void *)to, image, __ATOMIC_RELAXED);
}

static inline uint64_t si_direct_load64(const uint8_t *from)
{
    return si_bits_big_endian(si_direct_image(from));
}

static inline void si_direct_store64(uint8_t *to, uint64_t value)
{
    si_direct_store_image(to, si_bits_big_endian(value));
}

static inline void si_direct_store32(uint8_t *to, uint32_t value)
{
    __atomic_store_n((uint32_t *)(void *)to, si_bits_big_endian32(value),
                     __ATOMIC_RELAXED);
}

#endif
