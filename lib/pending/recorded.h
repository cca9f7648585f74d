/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A class whose interruptions are records: a queue with its lock, and the bit
 * in a word of pending bits that says that something is in it.
 */
#ifndef SI_PENDING_RECORDED_H
#define SI_PENDING_RECORDED_H

#include <stdatomic.h>

#include "pending/records.h"

struct si_recorded {
    struct si_records records;
    _Atomic uint64_t *word;
    uint64_t bit;
    uint64_t closed; /* the bit of the word that refuses injections */
};

/* False: no memory. */
bool si_recorded_init(struct si_recorded *recorded, const struct si_host *host,
                      uint32_t limit);

/* Answers the outcome of an injection. */
int si_recorded_push(struct si_recorded *recorded, uint32_t parameter,
                     uint64_t parameter64);

/*
 * Keeps this many places free for si_recorded_push_reserved(), which gives one
 * of them up each time; False: there are not so many. Or gives them up.
 */
bool si_recorded_reserve(struct si_recorded *recorded, uint32_t count);
void si_recorded_release(struct si_recorded *recorded, uint32_t count);
int si_recorded_push_reserved(struct si_recorded *recorded, uint32_t parameter,
                              uint64_t parameter64);

/* The same though it is closed: it was there before, and there is room. */
void si_recorded_restore(struct si_recorded *recorded, uint32_t parameter,
                         uint64_t parameter64);

/*
 * Takes the oldest in hand and copies its parameters to *what. Answers its
 * number, or SI_RECORDS_NONE.
 */
uint32_t si_recorded_hold(struct si_recorded *recorded,
                          struct s390irq_interruption *what);

/* What is in hand was taken. */
void si_recorded_remove(struct si_recorded *recorded, uint32_t number);

/* Gives it back to its place. False: it was cleared. */
bool si_recorded_give_back(struct si_recorded *recorded, uint32_t number);

/* How many there are, in hand included. */
uint64_t si_recorded_count(struct si_recorded *recorded);

/* Removes all that are not in hand. Answers how many. */
uint64_t si_recorded_clear(struct si_recorded *recorded);

/* Waits for an injection that saw the queue open. */
void si_recorded_settle(struct si_recorded *recorded);

#endif
