/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* TOD units (2^-12 microseconds) and nanoseconds: exact, without overflow. */
#ifndef SI_ARCH_TOD_H
#define SI_ARCH_TOD_H

#include <stdint.h>

/* ns = units * 125 / 512, rounded up: a wait must not end early. */
static inline uint64_t si_tod_to_ns(uint64_t units)
{
    return units / 512 * 125 + (units % 512 * 125 + 511) / 512;
}

/* units = ns * 512 / 125, rounded down; modulo 2^64 as the clock wraps. */
static inline uint64_t si_tod_from_ns(uint64_t ns)
{
    return ns / 125 * 512 + ns % 125 * 512 / 125;
}

#endif
