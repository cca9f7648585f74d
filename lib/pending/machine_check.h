/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks that pend, at a CPU or at the VM: a slot for each group of
 * conditions that is masked on its own (PoP ch. 11, subclass masks), and what
 * CPUs have in hand of them. Conditions of one group merge in its slot.
 */
#ifndef SI_PENDING_MACHINE_CHECK_H
#define SI_PENDING_MACHINE_CHECK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "host/lock.h"
#include "pending/tally.h"

/* The groups: five repressible ones, and the exigent one. */
#define SI_MACHINE_CHECK_GROUPS 6

/* What a CPU has in hand of one side, moved out of the slots. */
struct si_machine_hand {
    struct si_machine_hand *next;
    uint64_t classes; /* bits of the classes in hand */
    bool cleared;     /* cleared meanwhile: it will not come back */
    struct s390irq_machine_check slot[SI_MACHINE_CHECK_GROUPS];
};

struct si_machine_checks {
    struct si_lock lock;    /* slots and hands, and their bits in *word */
    _Atomic uint64_t *word; /* where the repressible classes have bits */
    uint64_t closed;        /* the bit there that refuses injections */
    uint64_t exigent;       /* the bit there of an exigent one, 0: none */
    struct si_machine_hand *hands;
    struct s390irq_machine_check slot[SI_MACHINE_CHECK_GROUPS];
};

void si_machine_check_init(struct si_machine_checks *checks,
                           _Atomic uint64_t *word, uint64_t closed);

/* The slot of a machine-check class. */
uint32_t si_machine_check_slot(uint32_t class_number);

/*
 * Puts a record into the slots of its groups. Answers the outcome, which is
 * counted in *tally by groups; *raised: the bits that were set in the word.
 */
int si_machine_check_inject(struct si_machine_checks *checks,
                            const struct s390irq_machine_check *check,
                            struct si_tally *tally, uint64_t *raised);

/* Fills an empty slot though the VM is closed: it was full before. */
void si_machine_check_restore(struct si_machine_checks *checks,
                              uint32_t class_number,
                              const struct s390irq_machine_check *check);

/*
 * Moves what pends of these classes to *hand. An exigent one takes the others
 * along: if it is asked for and gone, nothing is moved. False: nothing was.
 */
bool si_machine_check_hold(struct si_machine_checks *checks, uint64_t classes,
                           struct si_machine_hand *hand);

/* What is in hand was taken. */
void si_machine_check_remove(struct si_machine_checks *checks,
                             struct si_machine_hand *hand);

/*
 * What is in hand goes back unless it was cleared, as the older of what pends
 * there now. Answers the bits of its classes that pend now.
 */
uint64_t si_machine_check_give_back(struct si_machine_checks *checks,
                                    struct si_machine_hand *hand,
                                    struct si_tally *tally);

/*
 * How many of a class pend, in hand included; cleared: also those in hand
 * that will not come back.
 */
uint64_t si_machine_check_count(struct si_machine_checks *checks,
                                uint32_t class_number, bool cleared);

/* Removes everything but what is in hand. Answers how many. */
uint64_t si_machine_check_clear(struct si_machine_checks *checks);

/* Waits for an injection that saw the VM open. */
void si_machine_check_settle(struct si_machine_checks *checks);

/* Joins `from` to `into`, which was first (V-12). */
void si_machine_check_merge(struct s390irq_machine_check *into,
                            const struct s390irq_machine_check *from);

#endif
