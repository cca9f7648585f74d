/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The list of an ISC. All calls are made with the lock of struct si_io held. */
#ifndef SI_PENDING_IO_LIST_H
#define SI_PENDING_IO_LIST_H

#include <s390irq/interruption.h>

#include "pending/io.h"

static inline struct si_io_isc *si_io_list_of(struct si_io *io, uint32_t word)
{
    return si_io_isc(io, S390IRQ_IO_ISC(word));
}

static inline struct si_subchannel *si_io_list_subchannel(
    struct si_io_entry *entry)
{
    return (struct si_subchannel *)(void *)entry;
}

static inline void si_io_list_link(struct si_io_entry *entry,
                                   struct si_io_entry *before)
{
    struct si_io_entry *previous = before->previous;

    entry->next = before;
    previous->next = entry;
    entry->previous = previous;
    before->previous = entry;
}

static inline void si_io_list_unlink(struct si_io_entry *entry)
{
    entry->previous->next = entry->next;
    entry->next->previous = entry->previous;
}

/* The first that pends, or NULL. Ghosts before it go. */
struct si_io_entry *si_io_list_search(struct si_io_isc *isc);

static inline struct si_io_entry *si_io_list_first(struct si_io_isc *isc)
{
    struct si_io_entry *entry = isc->list.next;

    return entry->state == SI_IO_PENDING ? entry : si_io_list_search(isc);
}

/* Links it by its place: passes what is in hand or was, not the whole list. */
void si_io_list_insert(struct si_io_isc *isc, struct si_io_entry *entry);

/* One that pends goes to the end of the list; it is not counted. */
static inline SI_SHORT void si_io_list_link_last(struct si_io *io,
                                                 struct si_io_isc *isc,
                                                 struct si_subchannel *node)
{
    struct si_io_entry *entry = &node->entry;

    node->version = ++io->places;
    entry->place = node->version;
    entry->word = isc->word;
    entry->state = SI_IO_PENDING;
    si_io_list_link(entry, &isc->list);
}

/* One that pends comes to the end of the list of its ISC. */
static inline void si_io_list_append(struct si_io *io,
                                     struct si_subchannel *node, uint32_t word)
{
    struct si_io_isc *isc = si_io_list_of(io, word);

    si_io_list_link_last(io, isc, node);
    isc->pending++;
}

/* Takes the first one, which pends, out; it is not counted. */
static inline SI_SHORT void si_io_list_unlink_first(struct si_io_isc *isc,
                                                    struct si_io_entry *first)
{
    isc->list.next = first->next;
    first->next->previous = &isc->list;
    first->state = SI_IO_IDLE;
}

/* Takes one that pends out. */
static inline void si_io_list_take(struct si_io_isc *isc,
                                   struct si_io_entry *entry)
{
    isc->pending--;
    si_io_list_unlink(entry);
    entry->state = SI_IO_IDLE;
}

/* Takes a subchannel's entry out, whether it pends or is a ghost. */
void si_io_list_leave(struct si_io *io, struct si_io_entry *entry);

static inline void si_io_list_detach(struct si_io *io,
                                     struct si_subchannel *subchannel)
{
    if (subchannel->entry.state != SI_IO_IDLE)
        si_io_list_leave(io, &subchannel->entry);
}

/*
 * It pends no more; of its payload, which was this since the lock was taken,
 * the bits in `keep` stay. Answers the payload as it was. While it pends, only
 * its parameter changes without the lock.
 */
static inline uint64_t si_io_list_end(struct si_subchannel *node,
                                      uint64_t payload, uint64_t keep)
{
    return payload & SI_PAYLOAD_PENDS
               ? atomic_exchange(&node->payload, payload & keep)
               : atomic_fetch_and(&node->payload, keep);
}

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

    return entry->state == SI_IO_PENDING
               ? si_payload_parameter(atomic_load(&node->payload))
               : entry->parameter;
}

/* The same of one that pends in the list. */
static inline uint64_t si_io_list_end_listed(struct si_subchannel *node)
{
    return atomic_exchange(&node->payload,
                           atomic_load(&node->payload) & SI_PAYLOAD_IDLE);
}

/* What is taken: payload, as it pended. */
static inline void si_io_list_describe(const struct si_io_entry *entry,
                                       uint64_t payload,
                                       struct s390irq_interruption *what)
{
    what->kind = S390IRQ_KIND_IO;
    what->parameter = si_payload_parameter(payload);
    what->u.io.subchannel = entry->subchannel;
    what->u.io.word = si_payload_word(payload);
}

static inline void si_io_list_describe_adapter(
    uint32_t isc, struct s390irq_interruption *what)
{
    what->kind = S390IRQ_KIND_ADAPTER;
    what->parameter = 0;
    what->u.io.subchannel = 0;
    what->u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc);
}

/* The adapter of the ISC pends no more. */
void si_io_list_take_adapter(struct si_io *io, struct si_io_isc *isc);

/* What comes next of the ISC; *entry NULL: the adapter. False: nothing. */
static inline bool si_io_list_next(struct si_io_isc *isc,
                                   struct si_io_entry **entry)
{
    *entry = NULL;
    if (isc->adapter && (!isc->pending || si_turn_is_adapters(&isc->turn)))
        return true;
    if (!isc->pending)
        return false;
    *entry = si_io_list_first(isc);
    return true;
}

/*
 * After the bit of the class was cleared: sets it again if something pends
 * that was not seen before; then it is raised. In this order nothing is lost.
 */
void si_io_list_look_again(struct si_io *io, struct si_io_isc *isc);

/* Whether there is nothing on the intake, and no adapter of any ISC. */
static inline SI_SHORT bool si_io_list_nothing_came(struct si_io *io)
{
    return !((uintptr_t)atomic_load(&io->intake) | atomic_load(&io->adapters));
}

static inline bool si_io_list_pends(const struct si_io_isc *isc)
{
    return isc->pending || isc->adapter;
}

/*
 * After something of the ISC was taken or cleared: the bit of the class says
 * whether anything is left.
 */
static inline SI_SHORT void si_io_list_left(struct si_io *io,
                                            struct si_io_isc *isc)
{
    if (si_io_list_pends(isc))
        return;
    atomic_fetch_and(io->word, ~isc->bit);
    if (!si_io_list_nothing_came(io))
        si_io_list_look_again(io, isc);
}

/* After anything. */
static inline void si_io_list_settle(struct si_io *io, struct si_io_isc *isc)
{
    if (si_io_list_pends(isc))
        si_io_show(io, isc->bit);
    else
        si_io_list_left(io, isc);
}

#endif
