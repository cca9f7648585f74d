/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How the next I/O interruption of an ISC is taken and gone. The usual one has
 * just come and is alone in its ISC: it never sees a list. Of a backlog the
 * first is taken, when the one that has just come stands at the end.
 */
#ifndef SI_PENDING_IO_NEXT_H
#define SI_PENDING_IO_NEXT_H

#include "pending/io_list.h"

/* The subchannel, NULL: the adapter of the ISC; and the payload as it was. */
struct si_io_taken {
    struct si_subchannel *node;
    uint64_t payload;
};

/*
 * With the lock held, which is given up: whatever pends. taken: what the usual
 * way has taken, when another one has come meanwhile; else nothing, which is
 * also answered as one without SI_PAYLOAD_PENDS. si_io_has_raised() is to be
 * asked.
 */
struct si_io_taken si_io_next_rest(struct si_io *io, struct si_io_isc *isc,
                                   struct si_io_taken taken);

/*
 * With the lock held: takes the last that came off the intake. False: it is
 * not alone there, not for the ISC, something is special to it, or an adapter
 * pends anywhere.
 */
static inline SI_SHORT bool si_io_next_came(struct si_io *io,
                                            const struct si_io_isc *isc,
                                            struct si_subchannel *last)
{
    struct si_subchannel *found = last;

    return !last->behind &&
           (uint32_t)atomic_load(&last->payload) == isc->came &&
           last->entry.state == SI_IO_IDLE && !atomic_load(&io->adapters) &&
           atomic_compare_exchange_strong(&io->intake, &found, NULL);
}

/*
 * One of those that pend in the list is about to be taken, and another one
 * stays, maybe the one that has just come. So the bit of the class is as it
 * was. A parameter that comes for that one in this moment counts as newer than
 * the rest, which it is.
 */
static inline SI_SHORT bool si_io_next_stays(struct si_io *io,
                                             struct si_io_isc *isc)
{
    struct si_subchannel *last = atomic_load(&io->intake);

    if (!last) {
        if (isc->pending == 1 || atomic_load(&io->adapters))
            return false;
        isc->pending--;
        return true;
    }
    if (!si_io_next_came(io, isc, last))
        return false;
    atomic_fetch_xor(&last->payload, SI_PAYLOAD_COMING | SI_PAYLOAD_LISTED);
    si_io_list_link_last(io, isc, last);
    return true;
}

/* The first of a backlog. */
static inline SI_SHORT bool si_io_next_first(struct si_io *io,
                                             struct si_io_isc *isc,
                                             struct si_io_taken *taken)
{
    struct si_io_entry *entry = isc->list.next;

    if (entry->state != SI_IO_PENDING || !si_io_next_stays(io, isc))
        return false;
    si_io_list_unlink_first(isc, entry);
    taken->node = si_io_list_subchannel(entry);
    taken->payload = si_io_list_end_listed(taken->node);
    return true;
}

/*
 * The one that is alone in the ISC. When it pends no more, nothing is left of
 * its payload but SI_PAYLOAD_THERE.
 */
static inline SI_SHORT bool si_io_next_alone(struct si_io *io,
                                             struct si_io_isc *isc,
                                             struct si_io_taken *taken)
{
    struct si_subchannel *last = atomic_load(&io->intake);

    if (!last || !si_io_next_came(io, isc, last))
        return false;
    taken->node = last;
    taken->payload = atomic_exchange(&last->payload, SI_PAYLOAD_THERE);
    atomic_fetch_and(io->word, ~isc->bit);
    return si_io_list_nothing_came(io);
}

/*
 * The usual way, with the lock held. True: it is taken, and the lock given up.
 * Else the rest is to be done, with what is taken.
 */
static inline SI_SHORT bool si_io_next(struct si_io *io, struct si_io_isc *isc,
                                       struct si_io_taken *taken)
{
    if (!(isc->pending ? si_io_next_first(io, isc, taken)
                       : si_io_next_alone(io, isc, taken)))
        return false;
    si_turn_take(&isc->turn, false);
    si_lock_release(&io->lock);
    return true;
}

#endif
