/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What will devices do later, and when? They go by the virtual clock even if
 * the guest has the host's: no guest is too slow for them.
 */
#ifndef VMM_EVENTS_H
#define VMM_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

typedef void event_function(struct machine *machine, uint64_t argument);

struct event {
    uint64_t tod; /* of the virtual clock */
    event_function *function;
    uint64_t argument;
};

/* The first to come is the first in the list. */
struct events {
    struct event event[32];
    unsigned count;
};

/* Calls the function after a while; false: the list is full. */
bool events_add(struct machine *machine, uint64_t tod_units,
                event_function *function, uint64_t argument);

/* Forgets such a call. */
void events_cancel(struct machine *machine, event_function *function,
                   uint64_t argument);

/* Calls what is due. */
void events_run(struct machine *machine);

/* Is something due at this TOD of the virtual clock? */
static inline bool events_due(const struct events *events, uint64_t tod)
{
    return events->count != 0 && events->event[0].tod <= tod;
}

#endif
