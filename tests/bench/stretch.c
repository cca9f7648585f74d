/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stretch.h"

#include <inttypes.h>
#include <stdio.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT    ((void)0)
#define CALLGRIND_DUMP_STATS_AT(at) ((void)(at))
#define RUNNING_ON_VALGRIND         0
#endif

__attribute__((noinline)) void stretch_switch(void)
{
    CALLGRIND_TOGGLE_COLLECT;
}

void stretch_write(const char *name, uint64_t size, uint64_t operations)
{
    char text[128];

    snprintf(text, sizeof text, "%s %" PRIu64 " %" PRIu64, name, size,
             operations);
    CALLGRIND_DUMP_STATS_AT(text);
}

bool stretch_possible(void)
{
    return RUNNING_ON_VALGRIND != 0;
}
