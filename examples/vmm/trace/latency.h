/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long did it take? Times are counted in classes that are at most 1/64
 * wide, so that any number of them needs the same storage.
 */
#ifndef VMM_TRACE_LATENCY_H
#define VMM_TRACE_LATENCY_H

#include <s390irq/s390irq.h>
#include <stdint.h>
#include <stdio.h>

#define LATENCY_STEP_BITS 6 /* 64 steps from a power of two to the next */
#define LATENCY_CLASSES   ((65 - LATENCY_STEP_BITS) << LATENCY_STEP_BITS)

struct latency {
    uint64_t count;
    uint64_t longest;
    uint64_t class_count[LATENCY_CLASSES];
};

/* In TOD units (2^-12 microseconds). */
void latency_add(struct latency *latency, uint64_t tod_units);

/*
 * What this share of the times, out of 1000, does not exceed: exact up to the
 * width of a class. 0 if there are none.
 */
uint64_t latency_share(const struct latency *latency, unsigned per_mille);

double latency_microseconds(uint64_t tod_units);

/* A table in microseconds, a line for each kind that has times. */
void latency_print(FILE *to, const struct latency kinds[S390IRQ_KIND_LIMIT]);

#endif
