/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The stretch of a workload that is counted. Under Valgrind the counting is
 * switched on at its beginning and off at its end; what that itself costs is
 * the count of the workload "empty", which scripts/bench takes off.
 */
#ifndef BENCH_STRETCH_H
#define BENCH_STRETCH_H

#include <stdbool.h>
#include <stdint.h>

void stretch_switch(void);
/* Ends what was counted so far and writes it down under this name. */
void stretch_write(const char *name, uint64_t size, uint64_t operations);
/* Whether the program runs under Valgrind. */
bool stretch_possible(void);

#define STRETCH_INLINE static inline __attribute__((always_inline))

/* counted is a constant: a run for the clock has no trace of the counting. */
STRETCH_INLINE void stretch_begin(bool counted)
{
    if (counted)
        stretch_switch();
}

STRETCH_INLINE void stretch_end(bool counted)
{
    if (counted)
        stretch_switch();
}

#endif
