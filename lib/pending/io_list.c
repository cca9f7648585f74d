/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/io_list.h"

struct si_io_entry *si_io_list_search(struct si_io_isc *isc)
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
    struct si_io_entry *before = &isc->list;

    si_io_list_first(isc);
    if (before->previous == before || before->previous->place < entry->place) {
        si_io_list_link(entry, before);
        return;
    }
    before = isc->list.next;
    while (before != &isc->list && before->place < entry->place)
        before = before->next;
    si_io_list_link(entry, before);
}

void si_io_list_leave(struct si_io *io, struct si_io_entry *entry)
{
    if (entry->state == SI_IO_PENDING)
        si_io_list_of(io, entry->word)->pending--;
    si_io_list_unlink(entry);
    entry->state = SI_IO_IDLE;
}

void si_io_list_take_adapter(struct si_io *io, struct si_io_isc *isc)
{
    if (isc->adapter)
        atomic_fetch_and(&io->adapters,
                         ~SI_IO_ADAPTER_SEEN(S390IRQ_IO_ISC(isc->word)));
    isc->adapter = false;
}

void si_io_list_look_again(struct si_io *io, struct si_io_isc *isc)
{
    si_io_collect(io);
    if (!si_io_list_pends(isc))
        return;
    atomic_fetch_or(io->word, isc->bit);
    atomic_fetch_or(&io->raised, isc->bit);
}

void si_io_list_link_at(struct si_io *io, struct si_subchannel *node,
                        uint64_t place, uint32_t word)
{
    struct si_io_isc *isc = si_io_list_of(io, word);
    struct si_io_entry *entry = &node->entry;

    if (entry->state != SI_IO_GHOST || entry->place != place) {
        si_io_list_detach(io, node);
        entry->place = place;
        entry->word = S390IRQ_IO_WORD(S390IRQ_IO_ISC(word));
        si_io_list_insert(isc, entry);
    }
    entry->state = SI_IO_PENDING;
    isc->pending++;
}

bool si_io_list_place(struct si_io *io, struct si_subchannel *node,
                      uint64_t place, uint32_t parameter, uint32_t word)
{
    uint64_t payload = atomic_load(&node->payload), next;

    do {
        if (payload & SI_PAYLOAD_PENDS)
            return false;
        next = (payload & SI_PAYLOAD_IDLE) | SI_PAYLOAD_PENDS |
               SI_PAYLOAD_LISTED |
               si_payload_make(parameter, word & SI_IO_ISC_BITS);
    } while (!atomic_compare_exchange_weak(&node->payload, &payload, next));
    si_io_list_link_at(io, node, place, word);
    node->version = place;
    si_io_list_settle(io, si_io_list_of(io, word));
    return true;
}
