/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The usual of I/O interruptions: the one that is taken has just come and is
 * alone in its ISC, so that it never sees a list.
 */
#ifndef SI_PENDING_IO_ALONE_H
#define SI_PENDING_IO_ALONE_H

#include "pending/io_list.h"

/* With the lock held: the one that is alone, or NULL. */
static inline SI_SHORT struct si_subchannel *si_io_alone(struct si_io *io,
                                                         uint32_t isc_number)
{
    const struct si_io_isc *isc = &io->isc[isc_number];
    struct si_subchannel *node = atomic_load(&io->intake);
    uint64_t payload;

    if (!node || node->behind || node->entry.state != SI_IO_IDLE ||
        isc->list.next != &isc->list || atomic_load(&io->adapters))
        return NULL;
    payload = atomic_load(&node->payload);
    return (payload & SI_PAYLOAD_PENDS) && si_payload_isc(payload) == isc_number
               ? node
               : NULL;
}

/*
 * Takes it. NULL: it is not so; io_take.c does the rest. The hint is cleared:
 * *again says that si_io_look_again() has to be called.
 */
static inline SI_SHORT struct si_subchannel *si_io_take_alone(
    struct si_io *io, uint32_t isc_number, uint32_t *parameter, bool *again)
{
    struct si_subchannel *node, *found;

    if (!si_lock_try(&io->lock))
        return NULL;
    found = node = si_io_alone(io, isc_number);
    if (!node || !atomic_compare_exchange_strong(&io->intake, &found, NULL)) {
        si_lock_release(&io->lock);
        return NULL;
    }
    *parameter = (uint32_t)atomic_fetch_and(
        &node->payload, SI_PAYLOAD_IDLE & ~SI_PAYLOAD_COMING);
    si_turn_take(&io->isc[isc_number].turn, false);
    atomic_fetch_and(io->word, ~SI_BIT(SI_CLASS_IO(isc_number)));
    *again = atomic_load(&io->intake) || atomic_load(&io->adapters);
    si_lock_release(&io->lock);
    return node;
}

#endif
