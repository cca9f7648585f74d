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
#include "pending/own.h"
#include "pending/tally.h"

/* Bits 0 to 29: classes. Reasons to call deliver, open in every state: */
#define SI_LOCAL_LOOK    SI_BIT(30) /* kicked, woken, timer: look again */
#define SI_LOCAL_ORDER   SI_BIT(31) /* a reset or a pause was posted */
#define SI_LOCAL_REASONS (SI_LOCAL_LOOK | SI_LOCAL_ORDER)
#define SI_LOCAL_CLASSES (SI_BIT(SI_CLASS_COUNT) - 1)

#define SI_LOCAL_CALL_SHIFT      32 /* 12 bits: who sent the external call */
#define SI_LOCAL_EMERGENCY_SHIFT 44 /* 12 bits: who sent the first emergency \
                                     */
#define SI_LOCAL_ADDRESS        0xfffu
#define SI_LOCAL_EMERGENCY_SLOT SI_BIT(56) /* that emergency pends */
#define SI_LOCAL_EMERGENCY_MORE SI_BIT(57) /* the bitmap may have more */
#define SI_LOCAL_CLOSED         SI_BIT(58)
#define SI_LOCAL_RESET_SHIFT    59 /* 2 bits: S390IRQ_RESET_* posted, or 0 */
#define SI_LOCAL_RESET          (UINT64_C(3) << SI_LOCAL_RESET_SHIFT)
#define SI_LOCAL_RESTART_FIRST  SI_BIT(61) /* restart before anything else */

/* Sources in one word of the bitmap; its bit 63 says closed. */
#define SI_LOCAL_SOURCES_PER_WORD 32

/* An interruption taken in hand: still pending, but spoken for. */
struct si_hand {
    bool held;
    bool cleared; /* local: cleared while in hand, it pends no more */
    uint32_t class_number;
    uint32_t source;     /* emergency: which */
    uint32_t record;     /* queue of records: which */
    uint32_t parameter;  /* service signal: what */
    uint32_t generation; /* of clears at the VM when it was taken in hand */
    struct s390irq_interruption what; /* as it will be stored */
};

struct si_local {
    _Atomic uint64_t word;
    _Atomic uint64_t *sources; /* emergency signals that found the slot full */
    uint32_t source_words;
    struct si_lock lock; /* guards hand, own while parked, the parked copy */
    struct si_hand hand;
    struct si_own own;
    struct si_tally tally[SI_CLASS_COUNT];
};

static inline uint64_t si_local_load(const struct si_local *local)
{
    return atomic_load(&local->word);
}

static inline uint32_t si_local_call_source(uint64_t word)
{
    return (uint32_t)(word >> SI_LOCAL_CALL_SHIFT) & SI_LOCAL_ADDRESS;
}

/* Injections: each answers an outcome, with one atomic operation. */
int si_local_flag(struct si_local *local, uint32_t class_number);
int si_local_external_call(struct si_local *local, uint32_t source);
int si_local_emergency(struct si_local *local, uint32_t source);

/*
 * The sender that the next emergency signal comes from; S390IRQ_MAX_CPUS:
 * there is none, the bit was left by a hint that came late.
 */
uint32_t si_local_emergency_source(const struct si_local *local, uint64_t word);

/* Whether an emergency signal from this CPU pends. */
bool si_local_emergency_pends(const struct si_local *local, uint32_t source);

/*
 * Removes one pending interruption; source: which emergency signal, as
 * si_local_emergency_source() said. False if it is not there (any more).
 */
bool si_local_remove(struct si_local *local, uint32_t class_number,
                     uint32_t source);

/* How many of a class pend, own classes included (owner, or parked). */
uint64_t si_local_count(const struct si_local *local, uint32_t class_number);

/*
 * Removes what pends, with the lock held; own: program and SVC conditions
 * too. What is in hand pends no more, but whether it is taken is not decided
 * here, and it is not counted. Answers how many.
 */
uint64_t si_local_clear(struct si_local *local, bool own);

/* No injection is accepted after this. */
void si_local_close(struct si_local *local);

#endif
