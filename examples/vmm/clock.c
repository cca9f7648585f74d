/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "clock.h"

#include <time.h>

/* Where the virtual clock begins: some day in this century. */
#define EPOCH UINT64_C(0xd000000000000000)

/* The first second of 1970 (PoP ch. 4, TOD clock: its epoch is 1900). */
#define UNIX_EPOCH UINT64_C(0x7d91048bca000000)

/* A TOD unit is 125/512 ns. */
static uint64_t tod_of_ns(uint64_t ns)
{
    return ns / 125 * 512 + ns % 125 * 512 / 125;
}

static uint64_t ns_of_tod(uint64_t tod)
{
    return tod / 512 * 125 + (tod % 512 * 125 + 511) / 512;
}

static uint64_t tod_of(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return tod_of_ns((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

void clock_set_up(struct clock *clock, bool host)
{
    clock->host = host;
    clock->tod = EPOCH;
    clock->origin =
        UNIX_EPOCH + tod_of(CLOCK_REALTIME) - tod_of(CLOCK_MONOTONIC);
}

uint64_t clock_tod(const struct clock *clock)
{
    return clock->host ? clock->origin + tod_of(CLOCK_MONOTONIC) : clock->tod;
}

void clock_advance(struct clock *clock, uint64_t tod_units)
{
    clock->tod += tod_units;
}

void clock_skip_to(struct clock *clock, uint64_t virtual_tod)
{
    if (clock->tod < virtual_tod)
        clock->tod = virtual_tod;
}

uint64_t clock_ns_until(const struct clock *clock, uint64_t tod)
{
    uint64_t now = clock_tod(clock);

    return tod > now ? ns_of_tod(tod - now) : 0;
}

void clock_idle_until(struct clock *clock, uint64_t tod)
{
    uint64_t ns = clock_ns_until(clock, tod);
    const struct timespec pause = { (time_t)(ns / 1000000000),
                                    (long)(ns % 1000000000) };

    if (!clock->host)
        clock_skip_to(clock, tod);
    else if (ns != 0)
        nanosleep(&pause, NULL);
}
