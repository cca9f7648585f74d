/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/records.c: a bounded queue that keeps the places. */
#include "farm.h"

#include "pending/records.h"

#define LIMIT 8

static struct si_records records_new(uint32_t limit)
{
    static const struct si_host host = { .opaque = NULL };
    struct si_records records;

    assert_true(si_records_init(&records, &host, limit));
    return records;
}

static void records_end(struct si_records *records)
{
    static const struct si_host host = { .opaque = NULL };

    si_records_free(records, &host);
}

static void push(struct si_records *records, uint32_t number)
{
    assert_true(si_records_push(records, number, ~(uint64_t)number));
}

/* Takes the oldest in hand and checks which one it is. */
static uint32_t hold(struct si_records *records, uint32_t expected)
{
    uint32_t number = si_records_hold(records);

    assert_int_not_equal(number, SI_RECORDS_NONE);
    assert_int_equal(records->record[number].parameter, expected);
    assert_int_equal(records->record[number].parameter64, ~(uint64_t)expected);
    return number;
}

static void limits(void **state)
{
    (void)state;
    for (uint32_t limit = 1; limit <= 3; limit++) {
        struct si_records records = records_new(limit);

        for (unsigned round = 0; round < 3; round++) {
            for (uint32_t i = 0; i < limit; i++)
                push(&records, i);
            assert_false(si_records_push(&records, 9, 9));
            assert_int_equal(records.count, limit);
            assert_int_equal(records.pending, limit);
            for (uint32_t i = 0; i < limit; i++) {
                uint32_t number = hold(&records, i);

                /* In hand it still fills its place. */
                if (i == 0)
                    assert_false(si_records_push(&records, 9, 9));
                si_records_remove(&records, number);
            }
            assert_int_equal(si_records_hold(&records), SI_RECORDS_NONE);
            assert_int_equal(records.count, 0);
        }
        records_end(&records);
    }
}

static void *no_memory(void *vm, void *cpu, size_t bytes)
{
    (void)vm;
    (void)cpu;
    (void)bytes;
    return NULL;
}

static void not_freed(void *vm, void *cpu, void *memory, size_t bytes)
{
    (void)vm;
    (void)cpu;
    (void)bytes;
    assert_null(memory);
}

static void without_memory(void **state)
{
    struct si_host host = { .ops = { .allocate = no_memory,
                                     .deallocate = not_freed } };
    struct si_records records = { .limit = 0 };

    (void)state;
    assert_false(si_records_init(&records, &host, LIMIT));
    si_records_free(&records, &host);
}

static void places(void **state)
{
    struct si_records records = records_new(LIMIT);
    uint32_t first, second, third;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        push(&records, i);
    first = hold(&records, 0);
    second = hold(&records, 1);
    third = hold(&records, 2);
    push(&records, 4);
    assert_int_equal(records.pending, 2);
    assert_int_equal(records.count, 5);
    assert_true(si_records_give_back(&records, third));
    assert_true(si_records_give_back(&records, first));
    si_records_remove(&records, second);
    assert_int_equal(records.pending, 4);
    si_records_remove(&records, hold(&records, 0));
    si_records_remove(&records, hold(&records, 2));
    si_records_remove(&records, hold(&records, 3));
    si_records_remove(&records, hold(&records, 4));
    assert_int_equal(records.count, 0);
    records_end(&records);
}

static void clear(void **state)
{
    struct si_records records = records_new(LIMIT);
    uint32_t first, second;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        push(&records, i);
    first = hold(&records, 0);
    second = hold(&records, 1);
    assert_int_equal(si_records_clear(&records), 2);
    assert_int_equal(records.pending, 0);
    assert_int_equal(records.count, 2);
    assert_int_equal(si_records_hold(&records), SI_RECORDS_NONE);
    push(&records, 5);
    /* One was taken before the clear, the other does not come back. */
    si_records_remove(&records, first);
    assert_false(si_records_give_back(&records, second));
    assert_int_equal(records.count, 1);
    assert_int_equal(records.pending, 1);
    second = hold(&records, 5);
    assert_true(si_records_give_back(&records, second));
    assert_int_equal(si_records_clear(&records), 1);
    assert_int_equal(si_records_clear(&records), 0);
    for (uint32_t i = 0; i < LIMIT; i++)
        push(&records, i);
    assert_false(si_records_push(&records, 9, 9));
    records_end(&records);
}

/* The same in the simplest way: an array in the order of arrival. */
struct model {
    uint32_t parameter[LIMIT];
    uint32_t held[LIMIT]; /* record number, or SI_RECORDS_NONE: pends */
    int dropped[LIMIT];
    uint32_t count;
};

static void model_remove(struct model *model, uint32_t at)
{
    model->count--;
    for (; at < model->count; at++) {
        model->parameter[at] = model->parameter[at + 1];
        model->held[at] = model->held[at + 1];
        model->dropped[at] = model->dropped[at + 1];
    }
}

static void step_push(struct model *model, struct si_records *records,
                      uint32_t parameter)
{
    int room = model->count < LIMIT;

    assert_int_equal(si_records_push(records, parameter, ~(uint64_t)parameter),
                     room);
    if (room) {
        model->parameter[model->count] = parameter;
        model->held[model->count] = SI_RECORDS_NONE;
        model->dropped[model->count++] = 0;
    }
}

static void step_hold(struct model *model, struct si_records *records)
{
    uint32_t at = 0;

    while (at < model->count && model->held[at] != SI_RECORDS_NONE)
        at++;
    if (at == model->count)
        assert_int_equal(si_records_hold(records), SI_RECORDS_NONE);
    else
        model->held[at] = hold(records, model->parameter[at]);
}

/* Ends the hold of the record at this place, if it is held. */
static void step_end(struct model *model, struct si_records *records,
                     uint32_t at, int removes)
{
    if (at >= model->count || model->held[at] == SI_RECORDS_NONE)
        return;
    if (removes) {
        si_records_remove(records, model->held[at]);
        model_remove(model, at);
        return;
    }
    assert_int_equal(si_records_give_back(records, model->held[at]),
                     !model->dropped[at]);
    if (model->dropped[at])
        model_remove(model, at);
    else
        model->held[at] = SI_RECORDS_NONE;
}

static void step_clear(struct model *model, struct si_records *records)
{
    uint32_t removed = 0;

    for (uint32_t at = model->count; at-- > 0;) {
        model->dropped[at] = 1;
        if (model->held[at] == SI_RECORDS_NONE) {
            model_remove(model, at);
            removed++;
        }
    }
    assert_int_equal(si_records_clear(records), removed);
}

static void against_a_model(void **state)
{
    struct si_records records = records_new(LIMIT);
    struct model model = { .count = 0 };
    uint64_t random = 5;

    (void)state;
    for (uint32_t i = 0; i < 50000; i++) {
        uint32_t what = farm_random(&random) % 32;
        uint32_t at = farm_random(&random) % LIMIT, pending = 0;

        if (what < 12)
            step_push(&model, &records, i);
        else if (what < 22)
            step_hold(&model, &records);
        else if (what < 31)
            step_end(&model, &records, at, what % 2);
        else
            step_clear(&model, &records);
        for (at = 0; at < model.count; at++)
            pending += model.held[at] == SI_RECORDS_NONE;
        assert_int_equal(records.count, model.count);
        assert_int_equal(records.pending, pending);
    }
    records_end(&records);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "records: limits", limits, NULL, NULL, NULL },
        { "records: no memory", without_memory, NULL, NULL, NULL },
        { "records: what is in hand keeps its place", places, NULL, NULL,
          NULL },
        { "records: clear", clear, NULL, NULL, NULL },
        { "records: against a model", against_a_model, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
