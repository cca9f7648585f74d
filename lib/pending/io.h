/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * I/O interruptions: for each interruption subclass (ISC) a list of the
 * subchannels that pend, one entry each (V-15), in the order of their places,
 * and one bit for all adapters (V-14).
 *
 * An injection takes no lock: the word of the subchannel makes it pend, and if
 * it did not before, the subchannel is put on the intake, from where whoever
 * takes the lock next brings it to its list. The lock is the consumers'. The
 * bit of the class in the word of pending bits is a hint: set by who injects,
 * cleared by the consumer that finds nothing, who looks once more afterwards.
 *
 * What is taken and may come back keeps its place: in the hand of a CPU by a
 * struct si_io_hold, which stands in the list in its stead; taken out by the
 * host (TEST PENDING INTERRUPTION) by its own entry, which stays as a ghost
 * until it is the first of the list, or is needed at the end of it.
 */
#ifndef SI_PENDING_IO_H
#define SI_PENDING_IO_H

#include "host/lock.h"
#include "pending/subchannels.h"
#include "pending/tally.h"
#include "pending/turn.h"

#define SI_IO_ISCS 8

struct si_io_isc {
    struct si_io_entry list; /* the ends of the list */
    uint64_t pending;        /* subchannels, without those in hand */
    uint64_t held;           /* subchannels in hand */
    uint64_t cleared;        /* what has an older place will not come back */
    struct si_turn turn;
    bool adapter;  /* pends, and that has been seen */
    uint32_t word; /* the interruption-identification word */
    uint32_t came; /* the right half of the payload of one that just came */
    uint64_t bit;  /* of the class, in the word of pending bits */
    uint64_t adapter_place;
    uint64_t adapters_held;
};

static_assert(sizeof(struct si_io_isc) == 128, "a power of two");

/* Of all adapters of all ISCs: bit 0 is ISC 0. */
#define SI_IO_ADAPTER_COMING(isc) SI_BIT(isc)
#define SI_IO_ADAPTER_SEEN(isc)   SI_BIT((isc) + 8)
#define SI_IO_ADAPTERS_COMING     UINT64_C(0xff)
#define SI_IO_ADAPTERS_CLOSED     SI_BIT(16)

struct si_io {
    _Atomic(struct si_subchannel *) intake; /* the last that came */
    _Atomic uint64_t adapters;              /* what pends: SI_IO_ADAPTER_* */
    _Atomic uint64_t raised; /* classes that a consumer set again: routed by
                                whoever takes them out of here */
    struct si_lock lock;     /* of the consumers, for all that follows */
    bool is_closed;
    _Atomic uint64_t *word; /* the word of pending bits */
    uint64_t closed;        /* the bit of it that refuses injections */
    struct si_tally *tally; /* by kind */
    uint64_t places;        /* how many have been given out */
    struct si_io_isc isc[SI_IO_ISCS];     /* see si_io_class() */
    struct si_io_marks marks[SI_IO_ISCS]; /* of the adapters */
    struct si_subchannels subchannels;
    _Atomic uint32_t there; /* how many subchannels there are */
};

/* One in the hand of a CPU: its place in the list. */
struct si_io_hold {
    struct si_io_entry entry;         /* first */
    struct si_subchannel *subchannel; /* NULL: the adapter of the ISC */
    uint32_t take;                    /* see pending/turn.h */
};

struct si_io_count {
    uint64_t subchannels;
    uint64_t adapters;
};

/* They stand in the order of their classes, so that a class finds its own. */
static inline struct si_io_isc *si_io_class(struct si_io *io, uint32_t number)
{
    return &io->isc[(size_t)number - SI_CLASS_IO_7];
}

static inline struct si_io_isc *si_io_isc(struct si_io *io, uint32_t isc_number)
{
    return si_io_class(io, SI_CLASS_IO(isc_number));
}

static inline bool si_io_is_closed(const struct si_io *io)
{
    return (atomic_load(io->word) & io->closed) != 0;
}

void si_io_init(struct si_io *io, _Atomic uint64_t *word, uint64_t closed,
                struct si_tally *tally);
void si_io_free(struct si_io *io, const struct si_host *host);

/*
 * A subchannel comes or goes; what pends for it is cleared. Answer 0, or how
 * many were cleared, or the error. The identification is valid.
 */
int si_io_add(struct si_io *io, const struct si_host *host,
              uint32_t subchannel);
int si_io_drop(struct si_io *io, uint32_t subchannel);

/*
 * Injections: an outcome, or S390IRQ_E_NO_SUBCHANNEL. *anew: it pends where it
 * did not before, so that it has to be routed. closed_too: it was accepted
 * before the VM closed.
 */
int si_io_inject(struct si_io *io, uint32_t subchannel, uint32_t parameter,
                 uint32_t word, bool *anew);
int si_io_signal(struct si_io *io, uint32_t isc, bool closed_too);

/* Brings what has come to the lists, with the lock held. */
void si_io_collect_all(struct si_io *io);

static inline void si_io_collect(struct si_io *io)
{
    if (atomic_load(&io->intake) ||
        (atomic_load(&io->adapters) & SI_IO_ADAPTERS_COMING))
        si_io_collect_all(io);
}

/*
 * The lock, with everything collected; for a subchannel: also what is about to
 * be put on the intake by somebody; the last one has the lock already, and
 * lets others have it meanwhile.
 */
void si_io_enter(struct si_io *io);
void si_io_enter_for(struct si_io *io, const struct si_subchannel *node);
void si_io_wait_for(struct si_io *io, const struct si_subchannel *node);

/* Classes to be routed anew, because a consumer's hint was wrong. */
static inline bool si_io_has_raised(const struct si_io *io)
{
    return atomic_load(&io->raised) != 0;
}

static inline uint64_t si_io_take_raised(struct si_io *io)
{
    return si_io_has_raised(io) ? atomic_exchange(&io->raised, 0) : 0;
}

/* With the lock held: moves one that pends, as an injection does. */
void si_io_accept(struct si_io *io, struct si_subchannel *node,
                  uint32_t parameter, uint32_t word, bool *anew);

/* On the intake: whoever collects next finds it, with all that came before. */
static inline void si_io_push(struct si_io *io, struct si_subchannel *node)
{
    struct si_subchannel *last = atomic_load(&io->intake);

    do
        node->behind = last;
    while (!atomic_compare_exchange_weak(&io->intake, &last, node));
}

/* After what it announces; a bit that is set need not be set. */
static inline void si_io_show(struct si_io *io, uint64_t bit)
{
    if (!(atomic_load(io->word) & bit))
        atomic_fetch_or(io->word, bit);
}

/*
 * The usual injection: it does not pend, and nothing is in the way. word: with
 * nothing but the ISC.
 */
static inline SI_SHORT bool si_io_arrive(struct si_io *io, uint32_t subchannel,
                                         uint32_t parameter, uint32_t word)
{
    struct si_subchannel *node =
        si_subchannels_find(&io->subchannels, subchannel);
    uint64_t idle = SI_PAYLOAD_THERE;

    if (!node || !atomic_compare_exchange_strong(
                     &node->payload, &idle,
                     SI_PAYLOAD_THERE | SI_PAYLOAD_PENDS | SI_PAYLOAD_COMING |
                         si_payload_make(parameter, word)))
        return false;
    si_io_push(io, node);
    si_io_show(io, SI_CLASS_IO_BIT(S390IRQ_IO_ISC(word)));
    return true;
}

/* How many subchannels there are. */
static inline uint32_t si_io_there(const struct si_io *io)
{
    return atomic_load(&io->there);
}

/* How many of the two that follow come with one call: the lock is held. */
#define SI_IO_AT_ONCE 64

/* Subchannels for which si_subchannels_make() made room are there. */
void si_io_add_some(struct si_io *io, const uint32_t *subchannels,
                    uint32_t count);

/* As injected one after the other, though the VM is closed. */
struct si_io_pending {
    uint32_t subchannel;
    uint32_t parameter;
};

void si_io_restore(struct si_io *io, uint32_t isc,
                   const struct si_io_pending *pending, uint32_t count);

/* Whether the adapters of an ISC go first, and that they do or do not. */
bool si_io_get_turn(struct si_io *io, uint32_t isc);
void si_io_set_turn(struct si_io *io, uint32_t isc, bool adapters);

/*
 * The subchannels that are there, in the order of identifications. One that is
 * seen may be dropped.
 */
typedef void si_io_see(void *to, uint32_t subchannel, uint32_t parameter);
void si_io_each_subchannel(struct si_io *io, si_io_see *see, void *to);

/* Subchannels that pend of an ISC, in the order of their places. */
void si_io_each_pending(struct si_io *io, uint32_t isc, si_io_see *see,
                        void *to);

/* What pends of an ISC, in hand included. */
struct si_io_count si_io_count(struct si_io *io, uint32_t isc);

/* The same one by one, in the order in which they would be taken. */
typedef void si_io_visit(void *to, const struct s390irq_interruption *what,
                         bool in_hand);
void si_io_each(struct si_io *io, uint32_t isc, si_io_visit *visit, void *to);

/*
 * Removes what pends, and counts it: of an ISC, or of a subchannel (1, 0 or
 * S390IRQ_E_NO_SUBCHANNEL). What is in hand or taken out will not come back.
 */
uint64_t si_io_clear(struct si_io *io, uint32_t isc);
int si_io_clear_subchannel(struct si_io *io, uint32_t subchannel);

/* Injections are refused from now on, or no longer. What they brought before
 * is in the lists. */
void si_io_close(struct si_io *io, bool closed);

/*
 * pending/io_next.h: takes the next of an ISC and removes it in the same step.
 * Fills kind, u.io and parameter of *what; false: somebody was faster.
 */
bool si_io_take(struct si_io *io, uint32_t isc,
                struct s390irq_interruption *what);

/* pending/io_take.c: what is taken and may come back. All fill the same. */

/* Takes it in hand, to be removed or given back. */
bool si_io_hold(struct si_io *io, uint32_t isc, struct si_io_hold *hold,
                struct s390irq_interruption *what);
void si_io_remove(struct si_io *io, struct si_io_hold *hold);

/* Its place is its own again, unless it was cleared meanwhile: counted. */
void si_io_give_back(struct si_io *io, struct si_io_hold *hold);

/*
 * For the host: takes the next of the ISCs in isc_mask, or the subchannel's
 * (0: any). Answers 1, 0 or S390IRQ_E_NO_SUBCHANNEL. *what has a sequence.
 */
int si_io_take_out(struct si_io *io, uint32_t isc_mask, uint32_t subchannel,
                   struct s390irq_interruption *what);

/* Answers what s390irq_queue_put_back_io() does. *anew as above. */
int si_io_put_back(struct si_io *io, const struct s390irq_interruption *what,
                   bool *anew);

#endif
