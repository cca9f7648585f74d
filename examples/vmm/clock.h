/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What time is it? By default a virtual clock answers: it advances with the
 * blocks that are executed and jumps when all CPUs wait, so that two runs of
 * a guest are the same.
 */
#ifndef VMM_CLOCK_H
#define VMM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    bool host;       /* the system's clock instead */
    uint64_t tod;    /* the virtual one, in TOD units (2^-12 microseconds) */
    uint64_t origin; /* TOD when the system's clock began to count */
};

/* What a block of instructions and an exit to the host take, in TOD units. */
#define CLOCK_BLOCK 64
#define CLOCK_EXIT  4096

void clock_set_up(struct clock *clock, bool host);
uint64_t clock_tod(const struct clock *clock);
void clock_advance(struct clock *clock, uint64_t tod_units);
/* All CPUs wait for a device: the virtual clock jumps. */
void clock_skip_to(struct clock *clock, uint64_t virtual_tod);
/* How long is it to a TOD, in nanoseconds of the host? */
uint64_t clock_ns_until(const struct clock *clock, uint64_t tod);
/* All CPUs wait: lets the time pass up to a TOD. */
void clock_idle_until(struct clock *clock, uint64_t tod);

#endif
