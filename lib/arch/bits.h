/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Big-endian bytes and bit numbers, on hosts of either endianness. */
#ifndef SI_ARCH_BITS_H
#define SI_ARCH_BITS_H

#include <stdint.h>
#include <string.h>

#define SI_BIT(number) (UINT64_C(1) << (number))

/* Number of the highest bit that is one; value is not 0. */
static inline uint32_t si_bits_highest(uint64_t value)
{
    return (uint32_t)__builtin_clzll(value) ^ 63;
}

/* Takes the highest bit that is one out of *bits, which is not 0. */
static inline uint32_t si_bits_take_highest(uint64_t *bits)
{
    uint32_t number = si_bits_highest(*bits);

    *bits &= ~SI_BIT(number);
    return number;
}

/* Number of the lowest bit that is one; value is not 0. */
static inline uint32_t si_bits_lowest(uint64_t value)
{
    return (uint32_t)__builtin_ctzll(value);
}

static inline uint64_t si_bits_big_endian(uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(value);
#else
    return value;
#endif
}

static inline uint32_t si_bits_big_endian32(uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap32(value);
#else
    return value;
#endif
}

/* The low `length` bytes of value as guest storage has them. */
static inline void si_bits_put(uint8_t *to, uint64_t value, uint32_t length)
{
    uint64_t image = si_bits_big_endian(value << (64 - 8 * length));

    memcpy(to, &image, length);
}

static inline uint64_t si_bits_get64(const uint8_t *from)
{
    uint64_t image;

    memcpy(&image, from, sizeof image);
    return si_bits_big_endian(image);
}

/* The value of `length` bytes, 1 to 8. */
static inline uint64_t si_bits_get(const uint8_t *from, uint32_t length)
{
    uint64_t image = 0;

    memcpy(&image, from, length);
    return si_bits_big_endian(image) >> (64 - 8 * length);
}

#endif
