/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What pends at one CPU: one word that any thread may set bits in, with the
 * senders of external call and emergency signal in its upper half, so that
 * an injection is one atomic operation.
 */
#ifndef SI_PENDING_LOCAL_H
#define SI_PENDING_LOCAL_H

#include <stdbool.h>

#include "host/lock.h"
#include "pending/io.h"
#include "pending/machine_check.h"
#include "pending/own.h"
#include "pending/recorded.h"
#include "pending/sources.h"
#include "pending/tally.h"

/* Bits 0 to 30: classes. The reason to call deliver, open in every state: */
#define SI_LOCAL_LOOK    SI_BIT(31) /* kicked, timer, order: look again */
#define SI_LOCAL_CLASSES (SI_BIT(SI_CLASS_WORD_COUNT) - 1)

#define SI_LOCAL_CALL_SHIFT 32 /* 12 bits: who sent the external call */
#define SI_LOCAL_EMERGENCY_SHIFT                \
    44 /* 12 bits: who sent the first emergency \
        */
#define SI_LOCAL_ADDRESS        0xfffu
#define SI_LOCAL_EMERGENCY_SLOT SI_BIT(56) /* that emergency pends */
#define SI_LOCAL_EMERGENCY_MORE SI_BIT(57) /* the bitmap may have more */
#define SI_LOCAL_CLOSED         SI_BIT(58)
#define SI_LOCAL_RESET_SHIFT    59 /* 2 bits: S390IRQ_RESET_* posted, or 0 */
#define SI_LOCAL_RESET          (UINT64_C(3) << SI_LOCAL_RESET_SHIFT)
#define SI_LOCAL_RESTART_FIRST  SI_BIT(61) /* restart before anything else */
#define SI_LOCAL_EXIGENT        SI_BIT(62) /* exigent machine check pends */
#define SI_LOCAL_STORE_STATUS   SI_BIT(63) /* the stop stores status */
/* What comes before anything that can be masked. */
#define SI_LOCAL_POSTED \
    (SI_LOCAL_RESET | SI_LOCAL_RESTART_FIRST | SI_LOCAL_EXIGENT)

/* An interruption taken in hand: still pending, but spoken for. */
struct si_hand {
    bool held;
    bool cleared; /* local: cleared while in hand, it pends no more */
    uint32_t class_number;
    uint32_t source;         /* SI_SOURCES: which */
    uint32_t record;         /* SI_RECORDS: which */
    uint32_t parameter;      /* service signal: what */
    uint32_t generation;     /* of clears at the VM when it was taken in hand */
    struct si_io_hold *hold; /* SI_IO: its place, of the same CPU */
    struct s390irq_interruption what; /* as it will be stored */
};

/* Tokens of pfault init that can pend at one CPU. */
#define SI_LOCAL_RECORDS 64

struct si_local {
    _Atomic uint64_t word;
    struct si_sources emergency;   /* those that found the slot full */
    struct si_sources malfunction; /* alerts, by CPU */
    struct si_recorded pfault;
    struct si_lock lock;  /* guards hand, own while parked, the parked copy,
                             and the two members that follow */
    uint32_t measurement; /* parameters of the measurement alert */
    uint16_t iucv;        /* subcode */
    struct si_hand hand;
    struct si_io_hold hold; /* under the lock of struct si_io */
    struct si_own own;
    struct si_machine_checks checks;
    struct si_machine_hand own_checks;      /* in hand of those */
    struct si_machine_hand floating_checks; /* in hand of the VM's */
    struct si_tally tally[S390IRQ_KIND_LIMIT];
};

static inline uint64_t si_local_load(const struct si_local *local)
{
    return atomic_load(&local->word);
}

/* What pends of classes: the word's, and those that have no bit there. */
static inline uint64_t si_local_ready(const struct si_local *local,
                                      uint64_t word)
{
    uint64_t exigent = (word & SI_LOCAL_EXIGENT) != 0;

    return exigent << SI_CLASS_EXIGENT | si_own_classes(&local->own);
}

static inline uint32_t si_local_call_source(uint64_t word)
{
    return (uint32_t)(word >> SI_LOCAL_CALL_SHIFT) & SI_LOCAL_ADDRESS;
}

/*
 * The usual of the two that CPUs signal to each other: nothing of the class
 * pends, or all that pends of it is in the word. The rest is in local.c. While
 * nothing pends of a class its sender is zero.
 */
#define SI_LOCAL_EMERGENCY_BITS                                    \
    (SI_BIT(SI_CLASS_EMERGENCY_SIGNAL) | SI_LOCAL_EMERGENCY_SLOT | \
     (uint64_t)SI_LOCAL_ADDRESS << SI_LOCAL_EMERGENCY_SHIFT)
#define SI_LOCAL_CALL_BITS                                       \
    (SI_BIT(SI_CLASS_EXTERNAL_CALL) | (uint64_t)SI_LOCAL_ADDRESS \
                                          << SI_LOCAL_CALL_SHIFT)

static inline uint32_t si_local_emergency_source(uint64_t word)
{
    return (uint32_t)(word >> SI_LOCAL_EMERGENCY_SHIFT) & SI_LOCAL_ADDRESS;
}

/* Adds the bits if neither they nor the others are there; false: they are. */
static inline bool si_local_add(struct si_local *local, uint64_t add,
                                uint64_t others)
{
    uint64_t word = si_local_load(local);

    return !(word & (others | SI_LOCAL_CLOSED)) &&
           atomic_compare_exchange_strong(&local->word, &word, word | add);
}

static inline bool si_local_add_emergency(struct si_local *local,
                                          uint32_t source)
{
    const uint64_t bit = SI_BIT(SI_CLASS_EMERGENCY_SIGNAL);

    return si_local_add(local,
                        bit | SI_LOCAL_EMERGENCY_SLOT |
                            (uint64_t)source << SI_LOCAL_EMERGENCY_SHIFT,
                        bit);
}

static inline bool si_local_add_call(struct si_local *local, uint32_t source)
{
    const uint64_t bit = SI_BIT(SI_CLASS_EXTERNAL_CALL);

    return si_local_add(local, bit | (uint64_t)source << SI_LOCAL_CALL_SHIFT,
                        bit);
}

/* Takes the bits out of a word as it was looked at; false: it has changed. */
static inline bool si_local_take_out(struct si_local *local, uint64_t *word,
                                     uint64_t bits)
{
    uint64_t before = *word;

    *word &= ~bits;
    return atomic_compare_exchange_strong(&local->word, &before, *word);
}

/* Makes room for a CPU of a VM with this many. False: no memory. */
bool si_local_init(struct si_local *local, const struct si_host *host,
                   uint32_t cpus);
void si_local_free(struct si_local *local, const struct si_host *host);

/* Injections: each answers an outcome; these with one atomic operation. */
int si_local_flag(struct si_local *local, uint32_t class_number);
int si_local_external_call(struct si_local *local, uint32_t source);
int si_local_emergency(struct si_local *local, uint32_t source);

/* The rarer ones: under the lock, or through a bitmap. */
int si_local_malfunction(struct si_local *local, uint32_t source);
int si_local_measurement(struct si_local *local, uint32_t parameter);
int si_local_iucv(struct si_local *local, uint32_t subcode);

/*
 * The sender that the next one of an SI_SOURCES class comes from;
 * S390IRQ_MAX_CPUS: there is none, the bit was left by a hint that came late.
 */
uint32_t si_local_source(const struct si_local *local, uint32_t class_number,
                         uint64_t word);

/* Whether one of an SI_SOURCES class pends from this CPU. */
bool si_local_pends_from(const struct si_local *local, uint32_t class_number,
                         uint32_t source);

/* The next CPU, from this address on, that one of such a class pends from. */
uint32_t si_local_next_source(const struct si_local *local,
                              uint32_t class_number, uint32_t from);

/* Makes it pend though the CPU is closed: it did before. */
void si_local_restore_source(struct si_local *local, uint32_t class_number,
                             uint32_t source);

/* Fills in what a class with one slot pends with. */
void si_local_describe(const struct si_local *local, uint32_t class_number,
                       uint64_t word, struct s390irq_interruption *what);

/*
 * Removes one pending interruption; source: which, of an SI_SOURCES class.
 * False if it is not there (any more).
 */
bool si_local_remove(struct si_local *local, uint32_t class_number,
                     uint32_t source);

/*
 * Takes the measurement alert with its parameters, with the lock held. False:
 * it is not there.
 */
bool si_local_measurement_take(struct si_local *local, uint32_t *parameter);

/* Back from a hand, also when closed. True: it joins one that came meanwhile.
 */
bool si_local_measurement_give_back(struct si_local *local, uint32_t parameter);

/* How many of a class pend, own classes included (owner, or parked). */
uint64_t si_local_count(struct si_local *local, uint32_t class_number);

/*
 * Removes what pends, with the lock held; own: program and SVC conditions
 * too. What is in hand pends no more, but whether it is taken is not decided
 * here, and it is not counted. Answers how many.
 */
uint64_t si_local_clear(struct si_local *local, bool own);

/* No injection is accepted while closed. */
void si_local_close(struct si_local *local, bool closed);

#endif
