/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/pending.h"

#include <stdlib.h>

void pending_close(struct pending *pending)
{
    free(pending->item);
    free(pending->change);
}

/* Room for one more; false: there is no memory, which shows in the end. */
static bool make_room(struct pending *pending, void **array, size_t count,
                      size_t *room, size_t size)
{
    size_t wanted = *room ? 2 * *room : 64;
    void *longer;

    if (count < *room)
        return true;
    longer = realloc(*array, wanted * size);
    if (!longer) {
        pending->no_memory = true;
        return false;
    }
    *array = longer;
    *room = wanted;
    return true;
}

static void tell(struct pending *pending, const struct pending_item *item,
                 enum pending_fate fate)
{
    void *array = pending->change;
    bool room = make_room(pending, &array, pending->changes,
                          &pending->change_room, sizeof *pending->change);

    pending->change = array;
    if (room)
        pending->change[pending->changes++] =
            (struct pending_change){ *item, fate };
}

static void add(struct pending *pending, const struct pending_item *item)
{
    void *array = pending->item;
    bool room = make_room(pending, &array, pending->items, &pending->item_room,
                          sizeof *pending->item);

    pending->item = array;
    if (room)
        pending->item[pending->items++] = *item;
}

/* The order is kept: the oldest is found first. */
static void drop(struct pending *pending, struct pending_item *item)
{
    const struct pending_item *end = pending->item + --pending->items;

    for (; item < end; item++)
        *item = item[1];
}

static struct pending_item *find(struct pending *pending, uint32_t place,
                                 uint32_t kind, uint32_t identity,
                                 uint32_t hand)
{
    for (size_t i = 0; i < pending->items; i++) {
        struct pending_item *item = &pending->item[i];

        if (item->kind == kind && item->place == place &&
            item->identity == identity && item->hand == hand)
            return item;
    }
    return NULL;
}

/* PoP ch. 11: conditions under one submask, and those that have none. */
static const uint64_t groups[] = {
    S390IRQ_MCIC_SYSTEM_DAMAGE | S390IRQ_MCIC_PROCESSING_DAMAGE,
    S390IRQ_MCIC_CHANNEL_REPORT,
    S390IRQ_MCIC_SYSTEM_RECOVERY,
    S390IRQ_MCIC_DEGRADATION,
    S390IRQ_MCIC_TIMING_DAMAGE | S390IRQ_MCIC_EXTERNAL_DAMAGE |
        S390IRQ_MCIC_SERVICE_PROCESSOR | S390IRQ_MCIC_CHANNEL_SUBSYSTEM,
    S390IRQ_MCIC_WARNING,
};

#define GROUPS (sizeof groups / sizeof *groups)

/*
 * The parts of an event, one after the other: each group of a machine check
 * is an interruption of its own, anything else is just one.
 */
static bool next_part(const struct s390irq_trace *event, uint32_t *next,
                      uint32_t *identity)
{
    uint32_t at = *next;

    *identity = 0;
    switch (event->kind) {
    case S390IRQ_KIND_MACHINE_CHECK:
        while (at < GROUPS && !(event->parameter64 & groups[at]))
            at++;
        *identity = at;
        *next = at + 1;
        return at < GROUPS;
    case S390IRQ_KIND_IO:
        *identity = event->code;
        break;
    case S390IRQ_KIND_ADAPTER:
        *identity = S390IRQ_IO_ISC(event->parameter64);
        break;
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_MALFUNCTION_ALERT:
        *identity = event->parameter;
        break;
    default:
        break;
    }
    *next = 1;
    return at == 0;
}

uint32_t pending_parts(const struct s390irq_trace *event)
{
    uint32_t next = 0, identity, parts = 0;

    while (next_part(event, &next, &identity))
        parts++;
    return parts;
}

bool pending_is_level(uint32_t kind)
{
    return kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
           kind == S390IRQ_KIND_CPU_TIMER;
}

/* Several of these pend at a time, in a queue. */
static bool is_queue(uint32_t kind)
{
    return kind == S390IRQ_KIND_PFAULT_INIT ||
           kind == S390IRQ_KIND_PFAULT_DONE || kind == S390IRQ_KIND_VIRTIO;
}

/* What is in hand and keeps its place takes in what comes. */
static struct pending_item *find_held(struct pending *pending, uint32_t place,
                                      uint32_t kind, uint32_t identity)
{
    for (size_t i = 0; i < pending->items; i++) {
        struct pending_item *item = &pending->item[i];

        if (item->kind == kind && item->place == place &&
            item->identity == identity && item->hand != PENDING_WITH_HOST)
            return item;
    }
    return NULL;
}

static void inject_part(struct pending *pending,
                        const struct s390irq_trace *event, uint32_t identity)
{
    bool anew = event->outcome == S390IRQ_QUEUED;
    struct pending_item *there =
        find(pending, event->cpu, event->kind, identity, PENDING_IN_PLACE);
    struct pending_item item = { .kind = event->kind,
                                 .place = event->cpu,
                                 .identity = identity,
                                 .hand = PENDING_IN_PLACE,
                                 .since_tod = event->tod };

    if (event->kind == S390IRQ_KIND_MACHINE_CHECK)
        anew = !there;
    if (anew) {
        item.flow = ++pending->flows;
        tell(pending, &item, PENDING_QUEUED);
        /* Carried out when it is given. */
        if (event->kind == S390IRQ_KIND_SET_PREFIX)
            tell(pending, &item, PENDING_DELIVERED);
        else
            add(pending, &item);
        return;
    }
    if (!there)
        there = find_held(pending, event->cpu, event->kind, identity);
    if (there)
        tell(pending, there, PENDING_JOINED);
}

static void inject(struct pending *pending, const struct s390irq_trace *event)
{
    uint32_t next = 0, identity;

    if (event->outcome != S390IRQ_QUEUED && event->outcome != S390IRQ_COALESCED)
        return;
    while (next_part(event, &next, &identity))
        inject_part(pending, event, identity);
}

/* The item of a part that pends at this place, for this CPU or floating. */
static bool take(struct pending *pending, const struct s390irq_trace *event,
                 uint32_t place, uint32_t identity, struct pending_item *taken)
{
    struct pending_item *item =
        find(pending, place, event->kind, identity, PENDING_IN_PLACE);

    if (!item)
        return false;
    *taken = *item;
    drop(pending, item);
    return true;
}

/* A machine check takes what pends at both places. */
static void each_taken(struct pending *pending,
                       const struct s390irq_trace *event,
                       void (*act)(struct pending *, struct pending_item *,
                                   const struct s390irq_trace *))
{
    struct pending_item item;
    uint32_t next = 0, identity;

    while (next_part(event, &next, &identity)) {
        bool taken = take(pending, event, event->cpu, identity, &item);

        if (taken)
            act(pending, &item, event);
        if ((!taken || event->kind == S390IRQ_KIND_MACHINE_CHECK) &&
            take(pending, event, S390IRQ_NO_CPU, identity, &item))
            act(pending, &item, event);
    }
}

static void to_hand(struct pending *pending, struct pending_item *item,
                    const struct s390irq_trace *event)
{
    item->hand = event->cpu;
    add(pending, item);
}

static void hold(struct pending *pending, const struct s390irq_trace *event)
{
    each_taken(pending, event, to_hand);
}

static void delivered(struct pending *pending, struct pending_item *item,
                      const struct s390irq_trace *event)
{
    (void)event;
    tell(pending, item, PENDING_DELIVERED);
}

/* What was in the hand of this CPU goes; answers whether there was something.
 */
static bool empty_hand(struct pending *pending, uint32_t cpu,
                       void (*act)(struct pending *, struct pending_item *,
                                   const struct s390irq_trace *),
                       const struct s390irq_trace *event)
{
    bool any = false;
    size_t i = 0, before = pending->items;

    while (i < before) {
        struct pending_item item = pending->item[i];

        if (item.hand != cpu) {
            i++;
            continue;
        }
        drop(pending, &pending->item[i]);
        before--;
        act(pending, &item, event);
        any = true;
    }
    return any;
}

static void deliver(struct pending *pending, const struct s390irq_trace *event)
{
    if (!empty_hand(pending, event->cpu, delivered, event))
        each_taken(pending, event, delivered);
}

/* Only the last one of its kind can be put back, as far as we remember. */
static void to_host(struct pending *pending, struct pending_item *item,
                    const struct s390irq_trace *event)
{
    struct pending_item *before = find(pending, item->place, item->kind,
                                       item->identity, PENDING_WITH_HOST);

    if (before)
        drop(pending, before);
    item->hand = PENDING_WITH_HOST;
    item->named = event->outcome != 0;
    add(pending, item);
    tell(pending, item, PENDING_WITHDRAWN);
}

static void withdraw(struct pending *pending, const struct s390irq_trace *event)
{
    each_taken(pending, event, to_host);
}

/* From the hand of a CPU, on the arrow that it was on. */
static void back(struct pending *pending, struct pending_item *item,
                 const struct s390irq_trace *event)
{
    (void)event;
    item->hand = PENDING_IN_PLACE;
    if (item->cleared) {
        tell(pending, item, PENDING_CLEARED);
    } else if (!is_queue(item->kind) &&
               find(pending, item->place, item->kind, item->identity,
                    PENDING_IN_PLACE)) {
        tell(pending, item, PENDING_MERGED);
    } else {
        add(pending, item);
    }
}

static void put_back_by_host(struct pending *pending,
                             const struct s390irq_trace *event)
{
    uint32_t next = 0, identity;
    struct pending_item *there;
    struct pending_item item;

    next_part(event, &next, &identity);
    there = find(pending, event->cpu, event->kind, identity, PENDING_WITH_HOST);
    if (!there)
        return;
    item = *there;
    drop(pending, there);
    if (event->outcome == S390IRQ_CLEARED) {
        tell(pending, &item, PENDING_CLEARED);
    } else if (event->outcome == S390IRQ_COALESCED) {
        tell(pending, &item, PENDING_MERGED);
    } else {
        item.hand = PENDING_IN_PLACE;
        item.flow = ++pending->flows;
        add(pending, &item);
        tell(pending, &item, PENDING_RETURNED);
    }
}

static void put_back(struct pending *pending, const struct s390irq_trace *event)
{
    if (event->cpu == S390IRQ_NO_CPU)
        put_back_by_host(pending, event);
    else
        empty_hand(pending, event->cpu, back, event);
}

static void clear(struct pending *pending, const struct s390irq_trace *event)
{
    uint32_t kinds = event->kind ? 1u << event->kind : event->parameter;
    size_t i = 0;

    while (i < pending->items) {
        struct pending_item *item = &pending->item[i];
        bool meant = item->place == event->cpu && (kinds >> item->kind & 1) &&
                     (!event->kind || item->identity == event->code);

        if (meant && item->hand == PENDING_IN_PLACE) {
            tell(pending, item, PENDING_CLEARED);
            drop(pending, item);
            continue;
        }
        item->cleared |= meant;
        i++;
    }
}

/* A stop order that is done. */
static void state(struct pending *pending, const struct s390irq_trace *event)
{
    if (event->kind)
        each_taken(pending, event, delivered);
}

void pending_event(struct pending *pending, const struct s390irq_trace *event)
{
    static void (*const acts[])(struct pending *,
                                const struct s390irq_trace *) = {
        [S390IRQ_TRACE_INJECT] = inject,
        [S390IRQ_TRACE_DELIVER] = deliver,
        [S390IRQ_TRACE_STATE] = state,
        [S390IRQ_TRACE_HOLD] = hold,
        [S390IRQ_TRACE_WITHDRAW] = withdraw,
        [S390IRQ_TRACE_PUT_BACK] = put_back,
        [S390IRQ_TRACE_CLEAR] = clear,
    };

    pending->changes = 0;
    if (event->event < sizeof acts / sizeof *acts && acts[event->event])
        acts[event->event](pending, event);
}
