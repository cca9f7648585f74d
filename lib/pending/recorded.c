/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/recorded.h"

bool si_recorded_init(struct si_recorded *recorded, const struct si_host *host,
                      uint32_t limit)
{
    return si_records_init(&recorded->records, host, limit);
}

/* With the lock held. */
static int push(struct si_recorded *recorded, uint32_t parameter,
                uint64_t parameter64)
{
    if (!si_records_push(&recorded->records, parameter, parameter64))
        return S390IRQ_FULL;
    atomic_fetch_or(recorded->word, recorded->bit);
    return S390IRQ_QUEUED;
}

/* given_up: how many places that were reserved. */
static int push_if_open(struct si_recorded *recorded, uint32_t given_up,
                        uint32_t parameter, uint64_t parameter64)
{
    int outcome = S390IRQ_CLOSED;

    si_lock_take(&recorded->records.lock);
    recorded->records.reserved -= given_up;
    if (!(atomic_load(recorded->word) & recorded->closed))
        outcome = push(recorded, parameter, parameter64);
    si_lock_release(&recorded->records.lock);
    return outcome;
}

int si_recorded_push(struct si_recorded *recorded, uint32_t parameter,
                     uint64_t parameter64)
{
    return push_if_open(recorded, 0, parameter, parameter64);
}

int si_recorded_push_reserved(struct si_recorded *recorded, uint32_t parameter,
                              uint64_t parameter64)
{
    return push_if_open(recorded, 1, parameter, parameter64);
}

bool si_recorded_reserve(struct si_recorded *recorded, uint32_t count)
{
    struct si_records *records = &recorded->records;
    bool there;

    si_lock_take(&records->lock);
    there = records->limit - records->count - records->reserved >= count;
    if (there)
        records->reserved += count;
    si_lock_release(&records->lock);
    return there;
}

void si_recorded_release(struct si_recorded *recorded, uint32_t count)
{
    si_lock_take(&recorded->records.lock);
    recorded->records.reserved -= count;
    si_lock_release(&recorded->records.lock);
}

void si_recorded_restore(struct si_recorded *recorded, uint32_t parameter,
                         uint64_t parameter64)
{
    si_lock_take(&recorded->records.lock);
    push(recorded, parameter, parameter64);
    si_lock_release(&recorded->records.lock);
}

uint32_t si_recorded_hold(struct si_recorded *recorded,
                          struct s390irq_interruption *what)
{
    struct si_records *records = &recorded->records;
    uint32_t number;

    si_lock_take(&records->lock);
    number = si_records_hold(records);
    if (number != SI_RECORDS_NONE) {
        what->parameter = records->record[number].parameter;
        what->parameter64 = records->record[number].parameter64;
    }
    if (!records->pending)
        atomic_fetch_and(recorded->word, ~recorded->bit);
    si_lock_release(&records->lock);
    return number;
}

void si_recorded_remove(struct si_recorded *recorded, uint32_t number)
{
    si_lock_take(&recorded->records.lock);
    si_records_remove(&recorded->records, number);
    si_lock_release(&recorded->records.lock);
}

bool si_recorded_give_back(struct si_recorded *recorded, uint32_t number)
{
    bool back;

    si_lock_take(&recorded->records.lock);
    back = si_records_give_back(&recorded->records, number);
    if (back)
        atomic_fetch_or(recorded->word, recorded->bit);
    si_lock_release(&recorded->records.lock);
    return back;
}

uint64_t si_recorded_count(struct si_recorded *recorded)
{
    uint64_t count;

    si_lock_take(&recorded->records.lock);
    count = recorded->records.count;
    si_lock_release(&recorded->records.lock);
    return count;
}

uint64_t si_recorded_clear(struct si_recorded *recorded)
{
    uint64_t count;

    si_lock_take(&recorded->records.lock);
    count = si_records_clear(&recorded->records);
    atomic_fetch_and(recorded->word, ~recorded->bit);
    si_lock_release(&recorded->records.lock);
    return count;
}

void si_recorded_settle(struct si_recorded *recorded)
{
    si_lock_take(&recorded->records.lock);
    si_lock_release(&recorded->records.lock);
}
