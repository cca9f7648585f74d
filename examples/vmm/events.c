/* SPDX-License-Identifier: BSD-3-Clause */
#include "events.h"

#include "machine.h"

#include <string.h>

static void remove_at(struct events *events, unsigned at)
{
    struct event *event = events->event + at;

    events->count--;
    memmove(event, event + 1, (events->count - at) * sizeof *event);
}

bool events_add(struct machine *machine, uint64_t tod_units,
                event_function *function, uint64_t argument)
{
    struct events *events = &machine->events;
    uint64_t tod = machine->clock.tod + tod_units;
    unsigned at = events->count;

    if (at == sizeof events->event / sizeof events->event[0])
        return false;
    for (; at > 0 && events->event[at - 1].tod > tod; at--)
        events->event[at] = events->event[at - 1];
    events->event[at] = (struct event){ tod, function, argument };
    events->count++;
    return true;
}

void events_cancel(struct machine *machine, event_function *function,
                   uint64_t argument)
{
    struct events *events = &machine->events;

    for (unsigned at = events->count; at-- > 0;) {
        if (events->event[at].function == function &&
            events->event[at].argument == argument)
            remove_at(events, at);
    }
}

void events_run(struct machine *machine)
{
    while (events_due(&machine->events, machine->clock.tod)) {
        struct event event = machine->events.event[0];

        remove_at(&machine->events, 0);
        event.function(machine, event.argument);
    }
}
