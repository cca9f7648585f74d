/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/io.h"

#include <string.h>

#include <s390irq/errors.h>

#include "pending/io_list.h"

/* How many entries a clear removes before it lets others have the lock. */
#define CLEAR_AT_ONCE 64

void si_io_init(struct si_io *io, _Atomic uint64_t *word, uint64_t closed,
                struct si_tally *tally)
{
    uint32_t number;

    si_lock_init(&io->lock);
    si_subchannels_init(&io->subchannels);
    io->word = word;
    io->closed = closed;
    io->tally = tally;
    for (number = 0; number < SI_IO_ISCS; number++) {
        struct si_io_isc *isc = si_io_isc(io, number);

        isc->list.previous = isc->list.next = &isc->list;
        isc->word = S390IRQ_IO_WORD(number);
        isc->came =
            SI_PAYLOAD_THERE | SI_PAYLOAD_PENDS | SI_PAYLOAD_COMING | isc->word;
        isc->bit = SI_CLASS_IO_BIT(number);
        si_turn_reset(&isc->turn);
    }
}

void si_io_free(struct si_io *io, const struct si_host *host)
{
    si_subchannels_free(&io->subchannels, host);
}

/* With the lock held, without which none comes or goes. */
static inline int add(struct si_io *io, struct si_subchannel *node)
{
    if (atomic_load(&node->payload) & SI_PAYLOAD_THERE)
        return S390IRQ_E_EXISTS;
    atomic_fetch_or(&node->payload, io->is_closed
                                        ? SI_PAYLOAD_THERE | SI_PAYLOAD_CLOSED
                                        : SI_PAYLOAD_THERE);
    atomic_fetch_add(&io->there, 1);
    return 0;
}

int si_io_add(struct si_io *io, const struct si_host *host, uint32_t subchannel)
{
    struct si_subchannel *node =
        si_subchannels_make(&io->subchannels, host, subchannel);
    int rc;

    if (!node)
        return S390IRQ_E_NO_MEMORY;
    si_lock_take(&io->lock);
    rc = add(io, node);
    si_lock_release(&io->lock);
    return rc;
}

void si_io_add_some(struct si_io *io, const uint32_t *subchannels,
                    uint32_t count)
{
    uint32_t at;

    si_lock_take(&io->lock);
    for (at = 0; at < count; at++) {
        struct si_subchannel *node =
            si_subchannels_find(&io->subchannels, subchannels[at]);

        if (node)
            add(io, node);
    }
    si_lock_release(&io->lock);
}

/* With the lock held: one has been removed of an ISC. */
static inline SI_SHORT void cleared(struct si_io *io,
                                    struct si_subchannel *node, uint32_t word)
{
    node->cleared = ++io->places;
    si_tally_add(&io->tally[S390IRQ_KIND_IO].cleared, 1);
    si_io_list_left(io, si_io_list_of(io, word));
}

/*
 * With the lock held: the last that came, which nobody has brought to a list,
 * goes off the intake; so it does not keep its place if it comes again. What is
 * behind it is known when it has been seen there. While it pends, only its
 * parameter changes without the lock.
 */
static inline SI_SHORT bool clear_last(struct si_io *io,
                                       struct si_subchannel *node,
                                       uint64_t keep)
{
    const uint32_t usual = SI_PAYLOAD_PENDS | SI_PAYLOAD_COMING;
    uint64_t payload = atomic_load(&node->payload);
    struct si_subchannel *last = atomic_load(&io->intake);

    if (last != node || (payload & (usual | SI_PAYLOAD_LISTED)) != usual ||
        node->entry.state != SI_IO_IDLE ||
        !atomic_compare_exchange_strong(&io->intake, &last, node->behind))
        return false;
    atomic_exchange(&node->payload, payload & keep & ~SI_PAYLOAD_COMING);
    cleared(io, node, si_payload_word(payload));
    return true;
}

/*
 * The same of any other, after everything has come to the lists: it is not to
 * be before what came before it is injected again. If it is about to come, it
 * does so for nothing.
 */
static int clear_node(struct si_io *io, struct si_subchannel *node,
                      uint64_t keep)
{
    uint64_t payload;

    si_io_collect(io);
    payload = atomic_load(&node->payload);
    if (!(payload & SI_PAYLOAD_THERE))
        return S390IRQ_E_NO_SUBCHANNEL;
    si_io_list_detach(io, node);
    payload = si_io_list_end(node, payload, keep);
    if (payload & SI_PAYLOAD_PENDS)
        cleared(io, node, si_payload_word(payload));
    else
        node->cleared = ++io->places;
    return (payload & SI_PAYLOAD_PENDS) != 0;
}

/* Clears a subchannel that is there, but for these bits of its payload. */
static inline SI_SHORT int clear_subchannel(struct si_io *io,
                                            uint32_t subchannel, uint64_t keep)
{
    struct si_subchannel *node =
        si_subchannels_find(&io->subchannels, subchannel);
    int removed = 1;

    if (!node)
        return S390IRQ_E_NO_SUBCHANNEL;
    si_lock_take(&io->lock);
    if (!clear_last(io, node, keep))
        removed = clear_node(io, node, keep);
    si_lock_release(&io->lock);
    return removed;
}

int si_io_drop(struct si_io *io, uint32_t subchannel)
{
    int removed =
        clear_subchannel(io, subchannel, SI_PAYLOAD_IDLE & ~SI_PAYLOAD_THERE);

    if (removed >= 0)
        atomic_fetch_sub(&io->there, 1);
    return removed;
}

int si_io_clear_subchannel(struct si_io *io, uint32_t subchannel)
{
    return clear_subchannel(io, subchannel, SI_PAYLOAD_IDLE);
}

/* With the lock held: nothing of it pends, and none of its places matters. */
static bool restore_idle(struct si_io *io, struct si_subchannel *node,
                         uint32_t parameter, uint32_t word)
{
    uint64_t payload = atomic_load(&node->payload);

    if ((payload & ~SI_PAYLOAD_CLOSED) != SI_PAYLOAD_THERE ||
        node->entry.state != SI_IO_IDLE ||
        !atomic_compare_exchange_strong(&node->payload, &payload,
                                        payload | SI_PAYLOAD_PENDS |
                                            SI_PAYLOAD_LISTED |
                                            si_payload_make(parameter, word)))
        return false;
    si_io_list_append(io, node, word);
    return true;
}

/* The same of any that is there; others may have the lock meanwhile. */
static void restore_any(struct si_io *io, struct si_subchannel *node,
                        uint32_t parameter, uint32_t word)
{
    bool anew;

    si_io_wait_for(io, node);
    if (atomic_load(&node->payload) & SI_PAYLOAD_LISTED)
        si_io_accept(io, node, parameter, word, &anew);
    else if (atomic_load(&node->payload) & SI_PAYLOAD_THERE)
        si_io_list_place(io, node, ++io->places, parameter, word);
}

void si_io_restore(struct si_io *io, uint32_t isc,
                   const struct si_io_pending *pending, uint32_t count)
{
    const uint32_t word = S390IRQ_IO_WORD(isc);
    uint32_t at;

    si_io_enter(io);
    for (at = 0; at < count; at++) {
        struct si_subchannel *node =
            si_subchannels_find(&io->subchannels, pending[at].subchannel);

        if (node && !restore_idle(io, node, pending[at].parameter, word))
            restore_any(io, node, pending[at].parameter, word);
    }
    si_io_list_settle(io, si_io_isc(io, isc));
    si_lock_release(&io->lock);
}

bool si_io_get_turn(struct si_io *io, uint32_t isc_number)
{
    bool adapters;

    si_lock_take(&io->lock);
    adapters = si_turn_is_adapters(&si_io_isc(io, isc_number)->turn);
    si_lock_release(&io->lock);
    return adapters;
}

void si_io_set_turn(struct si_io *io, uint32_t isc_number, bool adapters)
{
    struct si_turn *turn = &si_io_isc(io, isc_number)->turn;

    si_lock_take(&io->lock);
    si_turn_reset(turn);
    if (adapters)
        turn->adapters = 0;
    si_lock_release(&io->lock);
}

void si_io_each_subchannel(struct si_io *io, si_io_see *see, void *to)
{
    struct si_subchannel *page;
    uint32_t position = 0, at;

    while ((page = si_subchannels_next_page(&io->subchannels, &position)))
        for (at = 0; at < SI_SUBCHANNEL_NODES; at++)
            if (atomic_load(&page[at].payload) & SI_PAYLOAD_THERE)
                see(to, page[at].entry.subchannel, 0);
}

void si_io_each_pending(struct si_io *io, uint32_t isc_number, si_io_see *see,
                        void *to)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    const struct si_io_entry *entry;

    si_io_enter(io);
    for (entry = isc->list.next; entry != &isc->list; entry = entry->next)
        if (entry->state == SI_IO_PENDING)
            see(to, entry->subchannel, si_io_list_parameter(entry));
    si_lock_release(&io->lock);
}

struct si_io_count si_io_count(struct si_io *io, uint32_t isc_number)
{
    const struct si_io_isc *isc = si_io_isc(io, isc_number);
    struct si_io_count count;

    si_io_enter(io);
    count.subchannels = isc->pending + isc->held;
    count.adapters = isc->adapter + isc->adapters_held;
    si_lock_release(&io->lock);
    return count;
}

static void visit_adapters(uint32_t isc_number, uint64_t count, bool in_hand,
                           si_io_visit *visit, void *to)
{
    struct s390irq_interruption what;

    memset(&what, 0, sizeof what);
    what.kind = S390IRQ_KIND_ADAPTER;
    what.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc_number);
    while (count--)
        visit(to, &what, in_hand);
}

static void visit_entry(const struct si_io_entry *entry, si_io_visit *visit,
                        void *to)
{
    struct s390irq_interruption what;

    memset(&what, 0, sizeof what);
    what.kind = S390IRQ_KIND_IO;
    what.parameter = si_io_list_parameter(entry);
    what.u.io.subchannel = entry->subchannel;
    what.u.io.word = entry->word;
    visit(to, &what, entry->state == SI_IO_HELD);
}

/* In hand first; then the one whose turn it is, the other, and the rest. */
void si_io_each(struct si_io *io, uint32_t isc_number, si_io_visit *visit,
                void *to)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    const struct si_io_entry *entry;
    uint64_t adapter, passed = 0;

    si_io_enter(io);
    adapter = isc->adapter;
    visit_adapters(isc_number, isc->adapters_held, true, visit, to);
    for (entry = isc->list.next; entry != &isc->list; entry = entry->next) {
        if (entry->state == SI_IO_GHOST)
            continue;
        if (entry->state == SI_IO_PENDING &&
            passed++ == !si_turn_is_adapters(&isc->turn)) {
            visit_adapters(isc_number, adapter, false, visit, to);
            adapter = 0;
        }
        visit_entry(entry, visit, to);
    }
    visit_adapters(isc_number, adapter, false, visit, to);
    si_lock_release(&io->lock);
}

/* With the lock held: the first that is older than a clear, or NULL. */
static struct si_io_entry *first_before(struct si_io_isc *isc, uint64_t place)
{
    struct si_io_entry *entry = si_io_list_first(isc);

    return entry && entry->place < place ? entry : NULL;
}

/* With the lock held: removes some; true: there may be more. */
static bool clear_some(struct si_io *io, struct si_io_isc *isc, uint64_t place,
                       uint64_t *removed)
{
    struct si_io_entry *entry = NULL;
    uint32_t count;

    for (count = 0; count < CLEAR_AT_ONCE; count++) {
        entry = first_before(isc, place);
        if (!entry)
            break;
        si_io_list_take(isc, entry);
        si_io_list_end_listed(si_io_list_subchannel(entry));
    }
    *removed += count;
    si_tally_add(&io->tally[S390IRQ_KIND_IO].cleared, count);
    si_io_list_left(io, isc);
    return entry != NULL;
}

static uint64_t clear_adapter(struct si_io *io, struct si_io_isc *isc)
{
    uint64_t removed = isc->adapter;

    si_io_list_take_adapter(io, isc);
    si_tally_add(&io->tally[S390IRQ_KIND_ADAPTER].cleared, removed);
    return removed;
}

/* What comes while it is under way came after it. */
uint64_t si_io_clear(struct si_io *io, uint32_t isc_number)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    uint64_t removed, place;
    bool more;

    si_io_enter(io);
    place = isc->cleared = ++io->places;
    si_turn_reset(&isc->turn);
    removed = clear_adapter(io, isc);
    more = clear_some(io, isc, place, &removed);
    si_lock_release(&io->lock);
    while (more) {
        si_lock_take(&io->lock);
        more = clear_some(io, isc, place, &removed);
        si_lock_release(&io->lock);
    }
    return removed;
}
