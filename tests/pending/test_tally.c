/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/tally.c: what became of what was injected. */
#include "fake.h"

#include "pending/tally.h"

static void outcomes(void **state)
{
    static const struct {
        int outcome;
        unsigned coalesced;
        unsigned refused;
    } rows[] = {
        { S390IRQ_QUEUED, 0, 0 }, { S390IRQ_COALESCED, 1, 0 },
        { S390IRQ_BUSY, 0, 1 },   { S390IRQ_FULL, 0, 1 },
        { S390IRQ_CLOSED, 0, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct si_tally tally = { 0 };

        assert_int_equal(si_tally_outcome(&tally, rows[i].outcome),
                         rows[i].outcome);
        assert_int_equal(atomic_load(&tally.coalesced), rows[i].coalesced);
        assert_int_equal(atomic_load(&tally.refused), rows[i].refused);
        assert_int_equal(atomic_load(&tally.taken), 0);
        assert_int_equal(atomic_load(&tally.cleared), 0);
    }
}

static void report(void **state)
{
    struct si_tally tally = { 0 };
    struct s390irq_counter counter = { 1000, 100, 200, 300, 400, 0 };

    (void)state;
    si_tally_own(&tally.taken);
    si_tally_own(&tally.taken);
    si_tally_add(&tally.coalesced, 3);
    si_tally_add(&tally.refused, 4);
    si_tally_add(&tally.cleared, 5);
    si_tally_report(&tally, 6, &counter);
    assert_int_equal(counter.taken, 102);
    assert_int_equal(counter.coalesced, 203);
    assert_int_equal(counter.refused, 304);
    assert_int_equal(counter.cleared, 405);
    assert_int_equal(counter.pending, 6);
    assert_int_equal(counter.injected, 1000 + 2 + 3 + 4 + 5 + 6);
    assert_int_equal(counter.injected, counter.taken + counter.coalesced +
                                           counter.refused + counter.cleared +
                                           counter.pending);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "tally: outcomes", outcomes, NULL, NULL, NULL },
        { "tally: the report adds up", report, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
