/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How I/O interruptions are taken for a while, and how they come back. */
#include <string.h>

#include <s390irq/errors.h>

#include "pending/io_list.h"

/*
 * The sequence of what is taken out: its place, its ISC, and the number of the
 * take, so that the same place taken twice has two of them.
 */
#define SEQUENCE_PLACE_SHIFT 12
#define SEQUENCE_ISC_SHIFT   9

/* In a mark, never in a sequence: that take is settled. */
#define PUT_BACK SI_BIT(63)

enum unmarked {
    NOT_TAKEN,
    TAKEN,
    FORGOTTEN
};

static uint64_t make_sequence(uint64_t place, uint32_t isc, uint32_t take)
{
    return place << SEQUENCE_PLACE_SHIFT | (uint64_t)isc << SEQUENCE_ISC_SHIFT |
           take;
}

static uint32_t take_of(uint64_t sequence)
{
    return (uint32_t)sequence & (SI_TURN_NUMBERS - 1);
}

static uint32_t isc_of(uint64_t sequence)
{
    return (uint32_t)(sequence >> SEQUENCE_ISC_SHIFT) & (SI_IO_ISCS - 1);
}

static uint64_t place_of(uint64_t sequence)
{
    return sequence >> SEQUENCE_PLACE_SHIFT;
}

/* Remembers a take that can be put back, and forgets the oldest. */
static void mark(struct si_io_marks *marks, uint64_t sequence)
{
    uint64_t *slot = &marks->mark[marks->next];

    if (*slot && !(*slot & PUT_BACK)) {
        marks->forgotten += marks->forgotten != UINT32_MAX;
        if (place_of(*slot) > marks->forgotten_place)
            marks->forgotten_place = place_of(*slot);
    }
    *slot = sequence;
    marks->next = (marks->next + 1) % SI_IO_MARKS;
}

/*
 * One that was forgotten, because as many were taken after it as there are
 * marks: it was injected again meanwhile, and is one with what was taken then.
 */
static enum unmarked unmark_forgotten(struct si_io_marks *marks,
                                      uint64_t sequence)
{
    if (!marks->forgotten || place_of(sequence) > marks->forgotten_place)
        return NOT_TAKEN;
    marks->forgotten--;
    return FORGOTTEN;
}

/* Each take comes back once. */
static enum unmarked unmark(struct si_io_marks *marks, uint64_t sequence)
{
    uint32_t at;

    for (at = 0; at < SI_IO_MARKS; at++) {
        if (marks->mark[at] == sequence) {
            marks->mark[at] |= PUT_BACK;
            return TAKEN;
        }
        if (marks->mark[at] == (sequence | PUT_BACK))
            return NOT_TAKEN;
    }
    return unmark_forgotten(marks, sequence);
}

/* With the lock held: the hold takes the place of the entry in the list. */
static void replace(struct si_io_isc *isc, struct si_io_hold *hold,
                    struct si_io_entry *entry,
                    struct s390irq_interruption *what)
{
    hold->entry = *entry;
    hold->entry.state = SI_IO_HELD;
    hold->subchannel = si_io_list_subchannel(entry);
    si_io_list_link(&hold->entry, entry);
    si_io_list_take(isc, entry);
    si_io_list_describe(entry, si_io_list_end_listed(hold->subchannel), what);
    hold->entry.parameter = what->parameter;
    isc->held++;
}

static void hold_adapter(struct si_io *io, struct si_io_isc *isc,
                         struct si_io_hold *hold, uint32_t word)
{
    hold->entry.place = isc->adapter_place;
    hold->entry.word = word;
    hold->subchannel = NULL;
    si_io_list_take_adapter(io, isc);
    isc->adapters_held++;
}

bool si_io_hold(struct si_io *io, uint32_t isc_number, struct si_io_hold *hold,
                struct s390irq_interruption *what)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    struct si_io_entry *entry;
    bool held;

    si_io_enter(io);
    held = si_io_list_next(isc, &entry);
    if (held) {
        if (entry) {
            replace(isc, hold, entry, what);
        } else {
            si_io_list_describe_adapter(isc_number, what);
            hold_adapter(io, isc, hold, what->u.io.word);
        }
        hold->take = si_turn_take(&isc->turn, !entry);
    }
    si_io_list_settle(io, isc);
    si_lock_release(&io->lock);
    return held;
}

/* With the lock held. */
static void end_hold(struct si_io *io, struct si_io_hold *hold)
{
    struct si_io_isc *isc = si_io_list_of(io, hold->entry.word);

    if (hold->subchannel) {
        si_io_list_unlink(&hold->entry);
        isc->held--;
    } else {
        isc->adapters_held--;
    }
}

void si_io_remove(struct si_io *io, struct si_io_hold *hold)
{
    si_lock_take(&io->lock);
    end_hold(io, hold);
    si_lock_release(&io->lock);
}

/* With the lock held: what came after it was listed is newer than it was. */
static uint64_t settle_version(struct si_io *io, struct si_subchannel *node)
{
    uint64_t payload =
        atomic_fetch_and(&node->payload, ~SI_PAYLOAD_FRESH) & ~SI_PAYLOAD_FRESH;

    node->version = ++io->places;
    return payload;
}

/*
 * With the lock held. It was injected again meanwhile: the two are one, with
 * the payload that is newer, in the older place if that is of the same ISC.
 */
static bool join(struct si_io *io, struct si_subchannel *node,
                 const struct si_io_entry *back)
{
    struct si_io_isc *left = si_io_list_of(io, node->entry.word);
    bool stays = left == si_io_list_of(io, back->word), newer;
    uint64_t payload = atomic_load(&node->payload), next;

    do {
        if (payload & SI_PAYLOAD_FRESH)
            payload = settle_version(io, node);
        newer = back->place > node->version;
        next = (payload & (SI_PAYLOAD_IDLE | SI_PAYLOAD_LISTED)) |
               SI_PAYLOAD_PENDS |
               si_payload_make(back->parameter, back->word & SI_IO_ISC_BITS);
    } while (newer &&
             !atomic_compare_exchange_weak(&node->payload, &payload, next));
    if (newer)
        node->version = back->place;
    if (newer ? !stays : stays && back->place < node->entry.place)
        si_io_list_link_at(io, node, back->place, back->word);
    si_io_list_settle(io, si_io_list_of(io, back->word));
    si_io_list_settle(io, left);
    return newer && !stays;
}

static bool was_cleared(struct si_io *io, const struct si_subchannel *node,
                        const struct si_io_entry *back)
{
    return !(atomic_load(&node->payload) & SI_PAYLOAD_THERE) ||
           back->place < node->cleared ||
           back->place < si_io_list_of(io, back->word)->cleared;
}

/* With the lock held: as s390irq_queue_put_back_io() answers. */
static int return_subchannel(struct si_io *io, struct si_subchannel *node,
                             const struct si_io_entry *back, bool *anew)
{
    for (;;) {
        *anew = false;
        if (was_cleared(io, node, back))
            return S390IRQ_CLEARED;
        if (atomic_load(&node->payload) & SI_PAYLOAD_LISTED) {
            *anew = join(io, node, back);
            return S390IRQ_COALESCED;
        }
        *anew = si_io_list_place(io, node, back->place, back->parameter,
                                 back->word);
        if (*anew)
            return S390IRQ_QUEUED;
        si_io_collect(io);
        si_io_wait_for(io, node);
    }
}

/* One that comes in this moment joins what is returned. */
static int return_adapter(struct si_io *io, struct si_io_isc *isc,
                          uint64_t place, bool *anew)
{
    const uint32_t number = S390IRQ_IO_ISC(isc->word);
    const uint64_t coming = SI_IO_ADAPTER_COMING(number);
    bool pends;

    *anew = false;
    if (place < isc->cleared)
        return S390IRQ_CLEARED;
    pends = atomic_fetch_or(&io->adapters, SI_IO_ADAPTER_SEEN(number)) &
            (coming | SI_IO_ADAPTER_SEEN(number));
    atomic_fetch_and(&io->adapters, ~coming);
    if (!isc->adapter || place < isc->adapter_place)
        isc->adapter_place = place;
    isc->adapter = true;
    *anew = !pends;
    si_io_list_settle(io, isc);
    return pends ? S390IRQ_COALESCED : S390IRQ_QUEUED;
}

static void count_return(struct si_tally *tally, int outcome)
{
    if (outcome == S390IRQ_COALESCED)
        si_tally_add(&tally->coalesced, 1);
    else if (outcome == S390IRQ_CLEARED)
        si_tally_add(&tally->cleared, 1);
}

void si_io_give_back(struct si_io *io, struct si_io_hold *hold)
{
    struct si_io_isc *isc = si_io_list_of(io, hold->entry.word);
    uint32_t kind = hold->subchannel ? S390IRQ_KIND_IO : S390IRQ_KIND_ADAPTER;
    bool anew;
    int outcome;

    si_io_enter(io);
    outcome = hold->subchannel
                  ? return_subchannel(io, hold->subchannel, &hold->entry, &anew)
                  : return_adapter(io, isc, hold->entry.place, &anew);
    end_hold(io, hold);
    if (outcome != S390IRQ_CLEARED)
        si_turn_undo(&isc->turn, hold->take);
    count_return(&io->tally[kind], outcome);
    si_lock_release(&io->lock);
}

/* With the lock held: a subchannel's entry stays in the list as a ghost. */
static void take_out(struct si_io *io, uint32_t isc_number,
                     struct si_io_entry *entry,
                     struct s390irq_interruption *what)
{
    struct si_io_isc *isc = si_io_isc(io, isc_number);
    uint32_t take = si_turn_take(&isc->turn, !entry);
    uint64_t sequence;

    if (entry) {
        struct si_subchannel *node = si_io_list_subchannel(entry);

        si_io_list_describe(entry, si_io_list_end_listed(node), what);
        sequence = make_sequence(entry->place, isc_number, take);
        mark(&node->marks, sequence);
        entry->state = SI_IO_GHOST;
        isc->pending--;
    } else {
        si_io_list_describe_adapter(isc_number, what);
        sequence = make_sequence(isc->adapter_place, isc_number, take);
        mark(&io->marks[isc_number], sequence);
        si_io_list_take_adapter(io, isc);
    }
    what->u.io.sequence = sequence;
    si_io_list_settle(io, isc);
    si_tally_add(&io->tally[what->kind].taken, 1);
}

/* With the lock held: the lowest ISC first. */
static int take_any(struct si_io *io, uint32_t isc_mask,
                    struct s390irq_interruption *what)
{
    uint32_t number;

    for (number = 0; number < SI_IO_ISCS; number++) {
        struct si_io_entry *entry;

        if (!(isc_mask & 0x80u >> number) ||
            !si_io_list_next(si_io_isc(io, number), &entry))
            continue;
        take_out(io, number, entry, what);
        return 1;
    }
    return 0;
}

/* With the lock held. */
static int take_one(struct si_io *io, uint32_t isc_mask,
                    struct si_subchannel *node,
                    struct s390irq_interruption *what)
{
    uint32_t number = S390IRQ_IO_ISC(node->entry.word);

    if (!(atomic_load(&node->payload) & SI_PAYLOAD_THERE))
        return S390IRQ_E_NO_SUBCHANNEL;
    if (node->entry.state != SI_IO_PENDING || !(isc_mask & 0x80u >> number))
        return 0;
    take_out(io, number, &node->entry, what);
    return 1;
}

int si_io_take_out(struct si_io *io, uint32_t isc_mask, uint32_t subchannel,
                   struct s390irq_interruption *what)
{
    struct si_subchannel *node = NULL;
    int taken;

    if (subchannel) {
        node = si_subchannels_find(&io->subchannels, subchannel);
        if (!node)
            return S390IRQ_E_NO_SUBCHANNEL;
    } else if (!(atomic_load(io->word) & SI_CLASS_IO_BITS(isc_mask))) {
        return 0;
    }
    memset(what, 0, sizeof *what);
    si_io_enter(io);
    if (node)
        si_io_wait_for(io, node);
    taken = node ? take_one(io, isc_mask, node, what)
                 : take_any(io, isc_mask, what);
    si_lock_release(&io->lock);
    return taken;
}

/* With the lock held. */
static int put_back_subchannel(struct si_io *io, struct si_subchannel *node,
                               const struct s390irq_interruption *what,
                               bool *anew)
{
    struct si_io_entry back = {
        .place = place_of(what->u.io.sequence),
        .parameter = what->parameter,
        .word = what->u.io.word,
        .state = SI_IO_IDLE,
    };

    if (!node || !(atomic_load(&node->payload) & SI_PAYLOAD_THERE))
        return S390IRQ_E_NO_SUBCHANNEL;
    switch (unmark(&node->marks, what->u.io.sequence)) {
    case TAKEN:
        return return_subchannel(io, node, &back, anew);
    case FORGOTTEN:
        return was_cleared(io, node, &back) ? S390IRQ_CLEARED
                                            : S390IRQ_COALESCED;
    default:
        return S390IRQ_E_INVALID;
    }
}

/* With the lock held. */
static int put_back_adapter(struct si_io *io, struct si_io_isc *isc,
                            const struct s390irq_interruption *what, bool *anew)
{
    uint64_t place = place_of(what->u.io.sequence);

    switch (unmark(&io->marks[S390IRQ_IO_ISC(what->u.io.word)],
                   what->u.io.sequence)) {
    case TAKEN:
        return return_adapter(io, isc, place, anew);
    case FORGOTTEN:
        return place < isc->cleared ? S390IRQ_CLEARED : S390IRQ_COALESCED;
    default:
        return S390IRQ_E_INVALID;
    }
}

/* It counted as taken, which it was not. */
int si_io_put_back(struct si_io *io, const struct s390irq_interruption *what,
                   bool *anew)
{
    uint64_t sequence = what->u.io.sequence;
    struct si_io_isc *isc = si_io_list_of(io, what->u.io.word);
    struct si_tally *tally = &io->tally[what->kind];
    struct si_subchannel *node = NULL;
    int outcome;

    *anew = false;
    if (!sequence || (sequence & PUT_BACK) ||
        isc_of(sequence) != S390IRQ_IO_ISC(what->u.io.word))
        return S390IRQ_E_INVALID;
    if (what->kind == S390IRQ_KIND_IO)
        node = si_subchannels_find(&io->subchannels, what->u.io.subchannel);
    si_io_enter(io);
    if (node)
        si_io_wait_for(io, node);
    outcome = what->kind == S390IRQ_KIND_IO
                  ? put_back_subchannel(io, node, what, anew)
                  : put_back_adapter(io, isc, what, anew);
    if (outcome >= 0) {
        si_tally_add(&tally->taken, UINT64_MAX);
        count_return(tally, outcome);
    }
    if (outcome >= 0 && outcome != S390IRQ_CLEARED)
        si_turn_undo(&isc->turn, take_of(sequence));
    si_lock_release(&io->lock);
    return outcome;
}
