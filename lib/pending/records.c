/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/records.h"

bool si_records_init(struct si_records *records, const struct si_host *host,
                     uint32_t limit)
{
    uint32_t at;

    si_lock_init(&records->lock);
    records->record = si_hooks_allocate(host, limit * sizeof *records->record);
    if (!records->record)
        return false;
    records->limit = limit;
    records->first = records->last = SI_RECORDS_NONE;
    records->pending = records->count = records->reserved = 0;
    records->unused = 0;
    for (at = 0; at < limit; at++)
        records->record[at].next = at + 1 < limit ? at + 1 : SI_RECORDS_NONE;
    return true;
}

void si_records_free(struct si_records *records, const struct si_host *host)
{
    si_hooks_deallocate(host, records->record,
                        records->limit * sizeof *records->record);
}

bool si_records_push(struct si_records *records, uint32_t parameter,
                     uint64_t parameter64)
{
    uint32_t number = records->unused;
    struct si_record *record;

    if (records->count + records->reserved >= records->limit)
        return false;
    record = &records->record[number];
    records->unused = record->next;
    record->parameter = parameter;
    record->parameter64 = parameter64;
    record->state = SI_RECORD_PENDING;
    record->dropped = 0;
    record->next = SI_RECORDS_NONE;
    record->previous = records->last;
    if (records->last == SI_RECORDS_NONE)
        records->first = number;
    else
        records->record[records->last].next = number;
    records->last = number;
    records->pending++;
    records->count++;
    return true;
}

/* Passes over records in hand: at most one for each CPU. */
uint32_t si_records_hold(struct si_records *records)
{
    uint32_t number = records->first;

    while (number != SI_RECORDS_NONE &&
           records->record[number].state != SI_RECORD_PENDING)
        number = records->record[number].next;
    if (number != SI_RECORDS_NONE) {
        records->record[number].state = SI_RECORD_HELD;
        records->pending--;
    }
    return number;
}

void si_records_remove(struct si_records *records, uint32_t number)
{
    struct si_record *record = &records->record[number];

    if (record->previous == SI_RECORDS_NONE)
        records->first = record->next;
    else
        records->record[record->previous].next = record->next;
    if (record->next == SI_RECORDS_NONE)
        records->last = record->previous;
    else
        records->record[record->next].previous = record->previous;
    record->state = SI_RECORD_FREE;
    records->count--;
    record->next = records->unused;
    records->unused = number;
}

bool si_records_give_back(struct si_records *records, uint32_t number)
{
    struct si_record *record = &records->record[number];

    if (record->dropped) {
        si_records_remove(records, number);
        return false;
    }
    record->state = SI_RECORD_PENDING;
    records->pending++;
    return true;
}

uint32_t si_records_clear(struct si_records *records)
{
    uint32_t number = records->first, removed = 0;

    while (number != SI_RECORDS_NONE) {
        uint32_t next = records->record[number].next;

        if (records->record[number].state == SI_RECORD_HELD) {
            records->record[number].dropped = 1;
        } else {
            si_records_remove(records, number);
            removed++;
        }
        number = next;
    }
    records->pending = 0;
    return removed;
}
