/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The list of an ISC. All calls are made with the lock of struct si_io held. */
#ifndef SI_PENDING_IO_LIST_H
#define SI_PENDING_IO_LIST_H

#include "pending/io.h"

static inline struct si_io_isc *si_io_list_of(struct si_io *io, uint32_t word)
{
    return &io->isc[S390IRQ_IO_ISC(word)];
}

static inline struct si_subchannel *si_io_list_subchannel(
    struct si_io_entry *entry)
{
    return (struct si_subchannel *)(void *)entry;
}

static inline void si_io_list_link(struct si_io_entry *entry,
                                   struct si_io_entry *before)
{
    entry->previous = before->previous;
    entry->next = before;
    entry->previous->next = entry;
    before->previous = entry;
}

static inline void si_io_list_unlink(struct si_io_entry *entry)
{
    entry->previous->next = entry->next;
    entry->next->previous = entry->previous;
}

/* The first that pends, or NULL. Ghosts before it go. */
struct si_io_entry *si_io_list_first(struct si_io_isc *isc);

/* Links it by its place: passes what is in hand or was, not the whole list. */
void si_io_list_insert(struct si_io_isc *isc, struct si_io_entry *entry);

/* Takes a subchannel's entry out, whether it pends or is a ghost. */
void si_io_list_detach(struct si_io *io, struct si_subchannel *subchannel);

/*
 * The same, and it pends no more; of its payload the bits in `keep` stay.
 * Answers the payload as it was.
 */
uint64_t si_io_list_idle(struct si_io *io, struct si_subchannel *node,
                         uint64_t keep);

/*
 * Makes one that does not pend pend at the place, with its ISC. False: it has
 * come to pend in this moment.
 */
bool si_io_list_place(struct si_io *io, struct si_subchannel *node,
                      uint64_t place, uint32_t parameter, uint32_t word);

/* Puts it at the place in the list of the word's ISC; it pends there. */
void si_io_list_link_at(struct si_io *io, struct si_subchannel *node,
                        uint64_t place, uint32_t word);

/* The parameter of what pends or is held. */
static inline uint32_t si_io_list_parameter(const struct si_io_entry *entry)
{
    const struct si_subchannel *node =
        (const struct si_subchannel *)(const void *)entry;

    return entry->state == SI_IO_PENDING ? (uint32_t)atomic_load(&node->payload)
                                         : entry->parameter;
}

/* The adapter of the ISC pends no more. */
void si_io_list_take_adapter(struct si_io *io, struct si_io_isc *isc);

/*
 * The bit of the class says whether something of this ISC pends. What comes
 * while it is cleared is collected, and set again: then it is raised.
 */
void si_io_list_settle(struct si_io *io, struct si_io_isc *isc);

#endif
