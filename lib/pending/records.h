/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A bounded queue of records in the order of their arrival, allocated once.
 * A record in hand keeps its place until it is removed or given back. All
 * calls are made with the lock of the queue held by the caller.
 */
#ifndef SI_PENDING_RECORDS_H
#define SI_PENDING_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <s390irq/interruption.h>

#include "host/hooks.h"

#define SI_RECORDS_NONE UINT32_MAX

enum si_record_state {
    SI_RECORD_FREE,
    SI_RECORD_PENDING,
    SI_RECORD_HELD
};

struct si_record {
    uint64_t parameter64;
    uint32_t parameter;
    uint32_t next;
    uint32_t previous;
    uint8_t state;   /* enum si_record_state */
    uint8_t dropped; /* held, and cleared meanwhile */
};

struct si_records {
    struct si_lock lock;
    struct si_record *record;
    uint32_t limit;
    uint32_t first, last; /* in order of arrival */
    uint32_t unused;      /* list of free records */
    uint32_t pending;     /* how many are not in hand */
    uint32_t count;       /* how many there are, in hand included */
    uint32_t reserved;    /* places that are kept for somebody */
};

/* False: no memory. */
bool si_records_init(struct si_records *records, const struct si_host *host,
                     uint32_t limit);
void si_records_free(struct si_records *records, const struct si_host *host);

/* False: at the limit, but for what is reserved. */
bool si_records_push(struct si_records *records, uint32_t parameter,
                     uint64_t parameter64);

/* Takes the oldest pending record in hand: its number, or SI_RECORDS_NONE. */
uint32_t si_records_hold(struct si_records *records);

/* Removes a record in hand. */
void si_records_remove(struct si_records *records, uint32_t number);

/* Gives a record in hand back to its place. False: it was cleared. */
bool si_records_give_back(struct si_records *records, uint32_t number);

/* Removes all that pend; those in hand will not come back. How many. */
uint32_t si_records_clear(struct si_records *records);

#endif
