/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/io_list.h"

struct si_io_entry *si_io_list_first(struct si_io_isc *isc)
{
    struct si_io_entry *entry = isc->list.next;

    while (entry != &isc->list && entry->state != SI_IO_PENDING) {
        struct si_io_entry *next = entry->next;

        if (entry->state == SI_IO_GHOST) {
            si_io_list_unlink(entry);
            entry->state = SI_IO_IDLE;
        }
        entry = next;
    }
    return entry == &isc->list ? NULL : entry;
}

void si_io_list_insert(struct si_io_isc *isc, struct si_io_entry *entry)
{
    struct si_io_entry *before;

    si_io_list_first(isc);
    before = isc->list.next;
    while (before != &isc->list && before->place < entry->place)
        before = before->next;
    si_io_list_link(entry, before);
}

void si_io_list_detach(struct si_io *io, struct si_subchannel *subchannel)
{
    struct si_io_entry *entry = &subchannel->entry;

    if (entry->state == SI_IO_IDLE)
        return;
    if (entry->state == SI_IO_PENDING)
        si_io_list_of(io, entry->word)->pending--;
    si_io_list_unlink(entry);
    entry->state = SI_IO_IDLE;
}

/* Changed under the lock only, so that a plain look is enough. */
void si_io_list_settle(struct si_io *io, struct si_io_isc *isc)
{
    uint64_t bit = SI_BIT(SI_CLASS_IO(isc - io->isc));
    bool pends = isc->pending || isc->adapter;
    bool shows = (atomic_load(io->word) & bit) != 0;

    if (pends && !shows)
        atomic_fetch_or(io->word, bit);
    else if (!pends && shows)
        atomic_fetch_and(io->word, ~bit);
}
