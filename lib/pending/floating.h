/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What pends at the VM, for whichever CPU opens first: one word with a bit
 * per class. Its upper half is the parameter of the service signal, so that
 * one atomic operation makes it pending and one takes it.
 */
#ifndef SI_PENDING_FLOATING_H
#define SI_PENDING_FLOATING_H

#include "pending/local.h"

/* Above the parameter of the service signal, which is below 2 GiB. */
#define SI_FLOATING_CLOSED SI_BIT(63)
/* Bits 0 to 30: classes. */
#define SI_FLOATING_CLASSES SI_LOCAL_CLASSES

#define SI_FLOATING_SERVICE_SHIFT 32
#define SI_SERVICE_EVENTS         0x3u
#define SI_SERVICE_HELD           0x4u /* never part of a parameter: in hand */
#define SI_SERVICE_SCCB           0xfffffff8u

struct si_floating {
    _Atomic uint64_t word;
    struct si_lock lock; /* a hold or its end against a clear */
    uint32_t generation; /* under lock: how many times it was cleared */
    _Atomic uint64_t held[SI_CLASS_WORD_COUNT]; /* how many flags are in hand;
                                                service: the events in hand */
    struct si_recorded *records[SI_CLASS_WORD_COUNT]; /* of SI_RECORDS */
    struct si_machine_checks checks;
    struct si_io io; /* of SI_IO */
    struct si_tally tally[S390IRQ_KIND_LIMIT];
};

static inline uint64_t si_floating_load(const struct si_floating *floating)
{
    return atomic_load(&floating->word);
}

/*
 * The usual service signal: none pends or is in hand, or all of it is in the
 * word. The rest is in floating.c. False: it is not so.
 */
static inline bool si_floating_add_service(struct si_floating *floating,
                                           uint32_t parameter)
{
    uint64_t word = si_floating_load(floating);
    uint64_t add = SI_BIT(SI_CLASS_SERVICE_SIGNAL) |
                   (uint64_t)parameter << SI_FLOATING_SERVICE_SHIFT;

    return !(word >> SI_FLOATING_SERVICE_SHIFT) &&
           atomic_compare_exchange_strong(&floating->word, &word, word | add);
}

static inline bool si_floating_take_service(struct si_floating *floating,
                                            uint64_t word, uint32_t *parameter)
{
    const uint64_t bits = SI_BIT(SI_CLASS_SERVICE_SIGNAL) |
                          UINT64_MAX << SI_FLOATING_SERVICE_SHIFT;

    *parameter = (uint32_t)(word >> SI_FLOATING_SERVICE_SHIFT);
    return !(*parameter & (SI_SERVICE_HELD | 1u << 31)) &&
           atomic_compare_exchange_strong(&floating->word, &word, word & ~bits);
}

/* Makes room for the queues of records. False: no memory. */
bool si_floating_init(struct si_floating *floating, const struct si_host *host,
                      uint32_t records_limit);
void si_floating_free(struct si_floating *floating, const struct si_host *host);

/* Injections: each answers an outcome. */
int si_floating_flag(struct si_floating *floating, uint32_t class_number);
int si_floating_service(struct si_floating *floating, uint32_t parameter);
int si_floating_record(struct si_floating *floating, uint32_t class_number,
                       uint32_t parameter, uint64_t parameter64);

/*
 * Makes flags and a service signal pend where none does, though the VM is
 * closed: they did before. service: its parameter, or 0.
 */
void si_floating_restore(struct si_floating *floating, uint64_t flags,
                         uint32_t service);

/*
 * Takes one interruption of the class in hand: nobody else can take it, and
 * hand->what has its parameters. SI_IO: hand->hold is to be given. False:
 * somebody was faster.
 */
bool si_floating_hold(struct si_floating *floating, uint32_t class_number,
                      struct si_hand *hand);

/*
 * Takes one interruption of the class and removes it in the same step, for
 * when no store can fail. hand->what as above. False: somebody was faster.
 */
bool si_floating_take(struct si_floating *floating, uint32_t class_number,
                      struct si_hand *hand);

/*
 * What is in hand was taken. Answers whether something of the class became
 * pending by that, so that it has to be routed.
 */
bool si_floating_remove(struct si_floating *floating,
                        const struct si_hand *hand);

/*
 * What is in hand goes back to its place, unless it was cleared meanwhile.
 * Answers whether the class pends now.
 */
bool si_floating_give_back(struct si_floating *floating,
                           const struct si_hand *hand);

/* How many of a class pend, in hand included. */
uint64_t si_floating_count(struct si_floating *floating, uint32_t class_number);

/* The parameter of the service signal in hand, or of the one that pends. */
uint32_t si_floating_service_parameter(const struct si_floating *floating,
                                       bool in_hand);

/* Removes everything but what is in hand. Answers how many. */
uint64_t si_floating_clear(struct si_floating *floating);

/* No injection is accepted while closed. */
void si_floating_close(struct si_floating *floating, bool closed);

#endif
