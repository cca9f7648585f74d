/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How the next I/O interruption of an ISC is taken and gone. The usual one has
 * just come and is alone in its ISC: it never sees a list.
 */
#include "pending/io_list.h"

/*
 * With the lock held, and nothing in the list: the one that is alone, off the
 * intake, or NULL. When it pends no more, nothing is left of its payload but
 * SI_PAYLOAD_THERE.
 */
static inline SI_SHORT struct si_subchannel *take_alone(struct si_io *io,
                                                        uint32_t word)
{
    const uint32_t usual =
        SI_PAYLOAD_THERE | SI_PAYLOAD_PENDS | SI_PAYLOAD_COMING | word;
    struct si_subchannel *node = atomic_load(&io->intake), *found = node;

    if (!node || node->behind || node->entry.state != SI_IO_IDLE ||
        (uint32_t)atomic_load(&node->payload) != usual ||
        atomic_load(&io->adapters))
        return NULL;
    return atomic_compare_exchange_strong(&io->intake, &found, NULL) ? node
                                                                     : NULL;
}

static struct si_io_taken take_adapter(struct si_io *io, uint32_t isc_number)
{
    struct si_io_taken taken = { NULL, SI_PAYLOAD_PENDS | SI_PAYLOAD_LISTED };

    taken.payload |= S390IRQ_IO_WORD(isc_number);
    si_io_list_take_adapter(io, &io->isc[isc_number]);
    return taken;
}

static inline SI_SHORT struct si_io_taken take_entry(struct si_io_isc *isc,
                                                     struct si_io_entry *entry)
{
    struct si_subchannel *node = si_io_list_subchannel(entry);
    struct si_io_taken taken = { node, 0 };

    si_io_list_take(isc, entry);
    taken.payload = si_io_list_end_listed(node);
    return taken;
}

/* With the lock held, which is given up. */
static __attribute__((noinline)) struct si_io_taken take_listed(
    struct si_io *io, uint32_t isc_number)
{
    struct si_io_isc *isc = &io->isc[isc_number];
    struct si_io_taken taken = { NULL, SI_PAYLOAD_LISTED };
    struct si_io_entry *entry;

    si_io_collect(io);
    if (si_io_list_next(isc, &entry)) {
        taken = entry ? take_entry(isc, entry) : take_adapter(io, isc_number);
        si_turn_take(&isc->turn, !entry);
    }
    si_io_list_left(io, isc);
    si_lock_release(&io->lock);
    if (taken.node && !si_io_has_raised(io))
        taken.payload &= ~SI_PAYLOAD_LISTED;
    return taken;
}

/*
 * The same of the first of several, while no adapter pends anywhere: then the
 * bit of the class stays as it is.
 */
static __attribute__((noinline)) struct si_io_taken take_first(
    struct si_io *io, struct si_io_isc *isc, struct si_io_entry *entry)
{
    struct si_io_taken taken;

    if (atomic_load(&io->intake))
        si_io_collect_all(io);
    taken = take_entry(isc, entry);
    taken.payload &= ~SI_PAYLOAD_LISTED;
    si_turn_take(&isc->turn, false);
    si_lock_release(&io->lock);
    return taken;
}

/* Whether that is so. */
static inline SI_SHORT bool is_first(const struct si_io *io,
                                     const struct si_io_isc *isc,
                                     const struct si_io_entry *entry)
{
    return entry->state == SI_IO_PENDING && isc->pending > 1 &&
           !atomic_load(&io->adapters);
}

static SI_RARE struct si_io_taken wait_and_take(struct si_io *io,
                                                uint32_t isc_number)
{
    si_lock_take(&io->lock);
    return take_listed(io, isc_number);
}

/* With the lock held, which is given up: another one has come meanwhile. */
static SI_RARE struct si_io_taken look_again(struct si_io *io,
                                             struct si_io_isc *isc,
                                             struct si_io_taken taken)
{
    si_io_list_look_again(io, isc);
    si_lock_release(&io->lock);
    taken.payload |= SI_PAYLOAD_LISTED;
    return taken;
}

struct si_io_taken si_io_take_next(struct si_io *io, uint32_t isc_number)
{
    struct si_io_isc *isc = &io->isc[isc_number];
    struct si_io_taken taken;

    if (!si_lock_try(&io->lock))
        return wait_and_take(io, isc_number);
    if (isc->list.next != &isc->list)
        return is_first(io, isc, isc->list.next)
                   ? take_first(io, isc, isc->list.next)
                   : take_listed(io, isc_number);
    taken.node = take_alone(io, S390IRQ_IO_WORD(isc_number));
    if (!taken.node)
        return take_listed(io, isc_number);
    taken.payload = atomic_exchange(&taken.node->payload, SI_PAYLOAD_THERE);
    si_turn_take(&isc->turn, false);
    atomic_fetch_and(io->word, ~SI_CLASS_IO_BIT(isc_number));
    if (!si_io_list_nothing_came(io))
        return look_again(io, isc, taken);
    si_lock_release(&io->lock);
    return taken;
}

bool si_io_take(struct si_io *io, uint32_t isc,
                struct s390irq_interruption *what)
{
    struct si_io_taken taken = si_io_take_next(io, isc);

    if (!(taken.payload & SI_PAYLOAD_PENDS))
        return false;
    if (taken.node)
        si_io_list_describe(&taken.node->entry, taken.payload, what);
    else
        si_io_list_describe_adapter(isc, what);
    return true;
}
