/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which injections does an event concern? What pends is kept as the events
 * tell it: an interruption is known by where it pends, its kind and what tells
 * it from others of its kind there (the sender, the subchannel, the ISC, the
 * group of a machine check).
 */
#ifndef VMM_TRACE_PENDING_H
#define VMM_TRACE_PENDING_H

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an interruption is, if not in the hand of a CPU. */
#define PENDING_IN_PLACE  UINT32_MAX
#define PENDING_WITH_HOST (UINT32_MAX - 1) /* withdrawn, may be put back */

struct pending_item {
    uint64_t flow;      /* the number of the arrow that leads here */
    uint64_t since_tod; /* when it was injected, or the first that it joined */
    uint32_t place;     /* CPU address, or S390IRQ_NO_CPU */
    uint32_t identity;
    uint32_t hand;
    uint16_t kind;
    bool cleared; /* in hand: it will not come back */
    bool named;   /* with the host: TEST SUBCHANNEL has taken it */
};

enum pending_fate {
    PENDING_QUEUED,
    PENDING_JOINED, /* an injection: one that pends already */
    PENDING_DELIVERED,
    PENDING_WITHDRAWN,
    PENDING_CLEARED,
    PENDING_RETURNED, /* put back by the host, on a new arrow */
    PENDING_MERGED,   /* put back, and one with what came meanwhile */
    PENDING_FATES
};

struct pending_change {
    struct pending_item item;
    enum pending_fate fate;
};

struct pending {
    struct pending_item *item;
    size_t items, item_room;
    struct pending_change *change; /* what the last event did */
    size_t changes, change_room;
    uint64_t flows;
    bool no_memory;
};

void pending_close(struct pending *pending);

/* Fills change[] with what this event does to what pends. */
void pending_event(struct pending *pending, const struct s390irq_trace *event);

/* How many interruptions an event is about: more for machine checks only. */
uint32_t pending_parts(const struct s390irq_trace *event);

/* Clock comparator and CPU timer: nobody injects them. */
bool pending_is_level(uint32_t kind);

#endif
