/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/latency.h"

#include <inttypes.h>

#define STEPS (1u << LATENCY_STEP_BITS)

/* Below STEPS each value is a class; above, its highest bits are. */
static unsigned class_of(uint64_t value)
{
    unsigned shift = 0;

    while (value >> shift >= 2 * STEPS)
        shift++;
    return shift * STEPS + (unsigned)(value >> shift);
}

/* The highest value of a class. */
static uint64_t end_of(unsigned class)
{
    unsigned shift = class / STEPS ? class / STEPS - 1 : 0;

    return ((uint64_t)(class - shift * STEPS) << shift) +
           ((UINT64_C(1) << shift) - 1);
}

void latency_add(struct latency *latency, uint64_t tod_units)
{
    latency->count++;
    latency->class_count[class_of(tod_units)]++;
    if (tod_units > latency->longest)
        latency->longest = tod_units;
}

uint64_t latency_share(const struct latency *latency, unsigned per_mille)
{
    uint64_t wanted = (latency->count * per_mille + 999) / 1000;
    uint64_t passed = 0;

    for (unsigned class = 0; class < LATENCY_CLASSES; class ++) {
        passed += latency->class_count[class];
        if (passed >= wanted && latency->count)
            return end_of(class) < latency->longest ? end_of(class)
                                                    : latency->longest;
    }
    return 0;
}

double latency_microseconds(uint64_t tod_units)
{
    return (double)tod_units / 4096;
}

void latency_print(FILE *to, const struct latency kinds[S390IRQ_KIND_LIMIT])
{
    fprintf(to,
            "from injection to delivery, in microseconds (timers: from when "
            "they were due)\n%-22s %9s %12s %12s %12s %12s\n",
            "class", "delivered", "p50", "p90", "p99", "longest");
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        const struct latency *latency = &kinds[kind];

        if (latency->count)
            fprintf(to, "%-22s %9" PRIu64 " %12.3f %12.3f %12.3f %12.3f\n",
                    s390irq_kind_name(kind), latency->count,
                    latency_microseconds(latency_share(latency, 500)),
                    latency_microseconds(latency_share(latency, 900)),
                    latency_microseconds(latency_share(latency, 990)),
                    latency_microseconds(latency->longest));
    }
}
