/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How I/O interruptions arrive: without a lock, onto the intake; and how they
 * come from there to their lists, under the lock of the consumers.
 */
#include <sched.h>

#include <s390irq/errors.h>

#include "pending/io_list.h"

/*
 * One that pends already and moves to another ISC: under the lock. False: it
 * pends no more.
 */
static bool move(struct si_io *io, struct si_subchannel *node,
                 uint32_t parameter, uint32_t word, int *outcome, bool *anew)
{
    uint64_t payload;

    si_io_enter_for(io, node);
    payload = atomic_load(&node->payload);
    if (payload & SI_PAYLOAD_CLOSED)
        *outcome = S390IRQ_CLOSED;
    else if (payload & SI_PAYLOAD_LISTED)
        si_io_accept(io, node, parameter, word, anew);
    si_lock_release(&io->lock);
    return (payload & (SI_PAYLOAD_CLOSED | SI_PAYLOAD_LISTED)) != 0;
}

/* V-15: one pends for each subchannel. 0: it pends no more, or not so. */
static int join(struct si_io *io, struct si_subchannel *node, uint64_t *payload,
                uint32_t parameter, uint32_t word, bool *anew)
{
    uint64_t next =
        (uint32_t)*payload | si_payload_make(parameter, 0) | SI_PAYLOAD_FRESH;
    int outcome = S390IRQ_COALESCED;

    if (si_payload_word(*payload) == word) {
        if (atomic_compare_exchange_strong(&node->payload, payload, next))
            return outcome;
        return 0;
    }
    if (move(io, node, parameter, word, &outcome, anew))
        return outcome;
    *payload = atomic_load(&node->payload);
    return 0;
}

int si_io_inject(struct si_io *io, uint32_t subchannel, uint32_t parameter,
                 uint32_t word, bool *anew)
{
    struct si_subchannel *node =
        si_subchannels_find(&io->subchannels, subchannel);
    uint32_t isc = S390IRQ_IO_ISC(word);
    uint64_t payload, next;

    *anew = false;
    if (!node)
        return S390IRQ_E_NO_SUBCHANNEL;
    payload = atomic_load(&node->payload);
    for (;;) {
        if (!(payload & SI_PAYLOAD_THERE))
            return S390IRQ_E_NO_SUBCHANNEL;
        if (payload & SI_PAYLOAD_CLOSED)
            return S390IRQ_CLOSED;
        if (payload & SI_PAYLOAD_PENDS) {
            int outcome = join(io, node, &payload, parameter, word, anew);

            if (outcome)
                return outcome;
            continue;
        }
        next = (payload & SI_PAYLOAD_IDLE) | SI_PAYLOAD_PENDS |
               SI_PAYLOAD_COMING | si_payload_make(parameter, word);
        if (atomic_compare_exchange_weak(&node->payload, &payload, next))
            break;
    }
    if (!(payload & SI_PAYLOAD_COMING))
        si_io_push(io, node);
    si_io_show(io, SI_CLASS_IO_BIT(isc));
    *anew = true;
    return S390IRQ_QUEUED;
}

/* V-14: the adapters of an ISC are one. */
int si_io_signal(struct si_io *io, uint32_t isc, bool closed_too)
{
    const uint64_t pends = SI_IO_ADAPTER_COMING(isc) | SI_IO_ADAPTER_SEEN(isc);
    uint64_t adapters = atomic_load(&io->adapters);

    do {
        if ((adapters & SI_IO_ADAPTERS_CLOSED) && !closed_too)
            return S390IRQ_CLOSED;
        if (adapters & pends)
            return S390IRQ_COALESCED;
    } while (!atomic_compare_exchange_weak(
        &io->adapters, &adapters, adapters | SI_IO_ADAPTER_COMING(isc)));
    si_io_show(io, SI_CLASS_IO_BIT(isc));
    return S390IRQ_QUEUED;
}

/* With the lock held: off the intake. It may have been cleared meanwhile. */
static inline SI_SHORT void list(struct si_io *io, struct si_subchannel *node)
{
    uint64_t payload = atomic_load(&node->payload), next;

    do {
        next = payload & ~SI_PAYLOAD_COMING;
        if (payload & SI_PAYLOAD_PENDS)
            next = (next & ~SI_PAYLOAD_FRESH) | SI_PAYLOAD_LISTED;
    } while (!atomic_compare_exchange_weak(&node->payload, &payload, next));
    if ((payload & (SI_PAYLOAD_PENDS | SI_PAYLOAD_LISTED)) != SI_PAYLOAD_PENDS)
        return;
    si_io_list_detach(io, node);
    si_io_list_append(io, node, si_payload_word(payload));
}

/* With the lock held: the first that came first. */
static void list_all(struct si_io *io, struct si_subchannel *last)
{
    struct si_subchannel *first = NULL;

    while (last) {
        struct si_subchannel *behind = last->behind;

        last->behind = first;
        first = last;
        last = behind;
    }
    while (first) {
        struct si_subchannel *next = first->behind;

        list(io, first);
        first = next;
    }
}

static void see_adapters(struct si_io *io, uint64_t coming)
{
    while (coming) {
        uint32_t number = si_bits_take_highest(&coming);
        struct si_io_isc *isc = si_io_isc(io, number);

        atomic_fetch_xor(&io->adapters, SI_IO_ADAPTER_COMING(number) |
                                            SI_IO_ADAPTER_SEEN(number));
        isc->adapter = true;
        isc->adapter_place = ++io->places;
    }
}

static __attribute__((noinline)) void collect_some(struct si_io *io,
                                                   struct si_subchannel *last)
{
    uint64_t coming = atomic_load(&io->adapters) & SI_IO_ADAPTERS_COMING;

    list_all(io, last);
    see_adapters(io, coming);
}

void si_io_collect_all(struct si_io *io)
{
    struct si_subchannel *last = atomic_exchange(&io->intake, NULL);

    if (last && !last->behind && !atomic_load(&io->adapters))
        list(io, last);
    else
        collect_some(io, last);
}

void si_io_enter(struct si_io *io)
{
    si_lock_take(&io->lock);
    si_io_collect(io);
}

/* Somebody has made it pend and is between that and the intake. */
static bool is_coming(const struct si_subchannel *node)
{
    return (atomic_load(&node->payload) & SI_PAYLOAD_COMING) != 0;
}

void si_io_wait_for(struct si_io *io, const struct si_subchannel *node)
{
    while (is_coming(node)) {
        si_lock_release(&io->lock);
        sched_yield();
        si_io_enter(io);
    }
}

void si_io_enter_for(struct si_io *io, const struct si_subchannel *node)
{
    si_io_enter(io);
    si_io_wait_for(io, node);
}

/*
 * With the lock held. It keeps its place as long as it keeps its ISC. A
 * parameter that comes at the same time came after this one.
 */
void si_io_accept(struct si_io *io, struct si_subchannel *node,
                  uint32_t parameter, uint32_t word, bool *anew)
{
    struct si_io_isc *left = si_io_list_of(io, node->entry.word);
    uint64_t payload = atomic_load(&node->payload), next;

    do
        next = (payload & (SI_PAYLOAD_IDLE | SI_PAYLOAD_LISTED)) |
               SI_PAYLOAD_PENDS |
               si_payload_make(parameter, word & SI_IO_ISC_BITS);
    while (!atomic_compare_exchange_weak(&node->payload, &payload, next));
    *anew = left != si_io_list_of(io, word);
    if (!*anew) {
        node->version = ++io->places;
        return;
    }
    si_io_list_detach(io, node);
    si_io_list_append(io, node, si_payload_word(next));
    si_io_list_settle(io, si_io_list_of(io, word));
    si_io_list_settle(io, left);
}

/* Answers whether any of them is coming: it was accepted before. */
static bool close_page(struct si_subchannel *page)
{
    bool coming = false;
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_NODES; at++) {
        atomic_fetch_or(&page[at].payload, SI_PAYLOAD_CLOSED);
        coming |= is_coming(&page[at]);
    }
    return coming;
}

static void open_page(struct si_subchannel *page)
{
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_NODES; at++)
        atomic_fetch_and(&page[at].payload, ~SI_PAYLOAD_CLOSED);
}

/* With the lock held. Answers whether any is coming that was closed. */
static bool mark_all(struct si_io *io, bool closed)
{
    struct si_subchannel *page;
    uint32_t position = 0;
    bool coming = false;

    while ((page = si_subchannels_next_page(&io->subchannels, &position)))
        if (closed)
            coming |= close_page(page);
        else
            open_page(page);
    if (closed)
        atomic_fetch_or(&io->adapters, SI_IO_ADAPTERS_CLOSED);
    else
        atomic_fetch_and(&io->adapters, ~SI_IO_ADAPTERS_CLOSED);
    return coming;
}

static void wait_for_page(struct si_io *io, const struct si_subchannel *page)
{
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_NODES; at++)
        if (is_coming(&page[at])) {
            si_io_enter_for(io, &page[at]);
            si_lock_release(&io->lock);
        }
}

/* An injection that was accepted before may be on its way still. */
static void wait_for_all(struct si_io *io)
{
    struct si_subchannel *page;
    uint32_t position = 0;

    while ((page = si_subchannels_next_page(&io->subchannels, &position)))
        wait_for_page(io, page);
}

void si_io_close(struct si_io *io, bool closed)
{
    bool coming;

    si_io_enter(io);
    io->is_closed = closed;
    coming = mark_all(io, closed);
    si_lock_release(&io->lock);
    if (coming)
        wait_for_all(io);
}
