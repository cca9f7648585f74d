/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/io_next.h"

static struct si_io_taken take_adapter(struct si_io *io, struct si_io_isc *isc)
{
    struct si_io_taken taken = { NULL, SI_PAYLOAD_PENDS | isc->word };

    si_io_list_take_adapter(io, isc);
    return taken;
}

static struct si_io_taken take_entry(struct si_io_isc *isc,
                                     struct si_io_entry *entry)
{
    struct si_io_taken taken = { si_io_list_subchannel(entry), 0 };

    si_io_list_take(isc, entry);
    taken.payload = si_io_list_end_listed(taken.node);
    return taken;
}

/* With the lock held. */
static struct si_io_taken take_any(struct si_io *io, struct si_io_isc *isc)
{
    struct si_io_taken taken = { NULL, 0 };
    struct si_io_entry *entry;

    si_io_collect(io);
    if (si_io_list_next(isc, &entry)) {
        taken = entry ? take_entry(isc, entry) : take_adapter(io, isc);
        si_turn_take(&isc->turn, !entry);
    }
    si_io_list_left(io, isc);
    return taken;
}

struct si_io_taken si_io_next_rest(struct si_io *io, struct si_io_isc *isc,
                                   struct si_io_taken taken)
{
    if (taken.payload & SI_PAYLOAD_PENDS) {
        si_turn_take(&isc->turn, false);
        si_io_list_look_again(io, isc);
    } else {
        taken = take_any(io, isc);
    }
    si_lock_release(&io->lock);
    return taken;
}

bool si_io_take(struct si_io *io, uint32_t isc_number,
                struct s390irq_interruption *what)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    struct si_io_taken taken = { NULL, 0 };

    si_lock_take(&io->lock);
    if (!si_io_next(io, isc, &taken))
        taken = si_io_next_rest(io, isc, taken);
    if (!(taken.payload & SI_PAYLOAD_PENDS))
        return false;
    if (taken.node)
        si_io_list_describe(&taken.node->entry, taken.payload, what);
    else
        si_io_list_describe_adapter(isc_number, what);
    return true;
}
