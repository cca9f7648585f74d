/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/recorded.c: a queue with its bit, and places kept in it. */
#include "fake.h"

#include "pending/recorded.h"

#define LIMIT  4
#define BIT    0x100u
#define CLOSED 0x200u

static const struct si_host host = { .opaque = NULL };

static void begin(struct si_recorded *recorded, _Atomic uint64_t *word)
{
    memset(recorded, 0, sizeof *recorded);
    *word = 0;
    recorded->word = word;
    recorded->bit = BIT;
    recorded->closed = CLOSED;
    assert_true(si_recorded_init(recorded, &host, LIMIT));
}

static void end(struct si_recorded *recorded)
{
    si_records_free(&recorded->records, &host);
}

static void bit_and_outcomes(void **state)
{
    struct s390irq_interruption what;
    struct si_recorded recorded;
    _Atomic uint64_t word;

    (void)state;
    begin(&recorded, &word);
    for (uint32_t i = 0; i < LIMIT; i++) {
        assert_int_equal(si_recorded_push(&recorded, i, i), S390IRQ_QUEUED);
        assert_int_equal(word, BIT);
    }
    assert_int_equal(si_recorded_push(&recorded, 9, 9), S390IRQ_FULL);
    word |= CLOSED;
    assert_int_equal(si_recorded_push(&recorded, 9, 9), S390IRQ_CLOSED);
    for (uint32_t i = 0; i < LIMIT; i++) {
        uint32_t number = si_recorded_hold(&recorded, &what);

        assert_int_equal(what.parameter, i);
        assert_int_equal(word, i + 1 < LIMIT ? CLOSED | BIT : CLOSED);
        si_recorded_remove(&recorded, number);
    }
    assert_int_equal(si_recorded_hold(&recorded, &what), SI_RECORDS_NONE);
    end(&recorded);
}

/* What is kept for one is not there for others, nor kept for ever. */
static void kept_places(void **state)
{
    struct si_recorded recorded;
    _Atomic uint64_t word;

    (void)state;
    begin(&recorded, &word);
    assert_false(si_recorded_reserve(&recorded, LIMIT + 1));
    assert_true(si_recorded_reserve(&recorded, 0));
    assert_true(si_recorded_reserve(&recorded, 2));
    assert_false(si_recorded_reserve(&recorded, 3));
    assert_int_equal(si_recorded_push(&recorded, 1, 1), S390IRQ_QUEUED);
    assert_int_equal(si_recorded_push(&recorded, 2, 2), S390IRQ_QUEUED);
    assert_int_equal(si_recorded_push(&recorded, 3, 3), S390IRQ_FULL);
    assert_int_equal(si_recorded_push_reserved(&recorded, 4, 4),
                     S390IRQ_QUEUED);
    assert_int_equal(si_recorded_push(&recorded, 5, 5), S390IRQ_FULL);
    si_recorded_release(&recorded, 1);
    assert_int_equal(si_recorded_push(&recorded, 6, 6), S390IRQ_QUEUED);
    assert_int_equal(si_recorded_clear(&recorded), LIMIT);
    assert_true(si_recorded_reserve(&recorded, LIMIT));
    word |= CLOSED;
    assert_int_equal(si_recorded_push_reserved(&recorded, 7, 7),
                     S390IRQ_CLOSED);
    si_recorded_release(&recorded, LIMIT - 1);
    assert_true(si_recorded_reserve(&recorded, LIMIT));
    end(&recorded);
}

static void restored(void **state)
{
    struct s390irq_interruption what;
    struct si_recorded recorded;
    _Atomic uint64_t word;

    (void)state;
    begin(&recorded, &word);
    word |= CLOSED;
    si_recorded_restore(&recorded, 1, 2);
    si_recorded_restore(&recorded, 3, 4);
    assert_int_equal(word, CLOSED | BIT);
    assert_int_equal(si_recorded_count(&recorded), 2);
    si_recorded_hold(&recorded, &what);
    assert_int_equal(what.parameter, 1);
    assert_int_equal(what.parameter64, 2);
    end(&recorded);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "recorded: the bit says that something is in the queue",
          bit_and_outcomes, NULL, NULL, NULL },
        { "recorded: places that are kept", kept_places, NULL, NULL, NULL },
        { "recorded: what was there before comes back though it is closed",
          restored, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
