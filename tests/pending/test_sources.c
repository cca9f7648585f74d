/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/sources.c: a bit for each CPU that sends. */
#include "fake.h"

#include "pending/sources.h"

#define CPUS  100
#define WORDS SI_SOURCES_WORDS(CPUS)

static void set_and_clear(void **state)
{
    _Atomic uint64_t word[WORDS] = { 0 };
    const struct si_sources sources = { word, WORDS };

    (void)state;
    assert_int_equal(si_sources_lowest(&sources), S390IRQ_MAX_CPUS);
    for (uint32_t source = CPUS; source-- > 0;) {
        assert_false(si_sources_has(&sources, source));
        assert_int_equal(si_sources_set(&sources, source), S390IRQ_QUEUED);
        assert_int_equal(si_sources_set(&sources, source), S390IRQ_COALESCED);
        assert_true(si_sources_has(&sources, source));
        assert_int_equal(si_sources_lowest(&sources), source);
        assert_int_equal(si_sources_count(&sources), CPUS - source);
    }
    for (uint32_t source = 0; source < CPUS; source++) {
        assert_int_equal(si_sources_lowest(&sources), source);
        assert_true(si_sources_clear(&sources, source));
        assert_false(si_sources_clear(&sources, source));
    }
    assert_int_equal(si_sources_count(&sources), 0);
}

static void closed(void **state)
{
    _Atomic uint64_t word[WORDS] = { 0 };
    const struct si_sources sources = { word, WORDS };

    (void)state;
    assert_int_equal(si_sources_set(&sources, 40), S390IRQ_QUEUED);
    si_sources_close(&sources, true);
    assert_int_equal(si_sources_set(&sources, 40), S390IRQ_CLOSED);
    assert_int_equal(si_sources_set(&sources, 41), S390IRQ_CLOSED);
    assert_int_equal(si_sources_lowest(&sources), 40);
    assert_int_equal(si_sources_count(&sources), 1);
    assert_int_equal(si_sources_clear_all(&sources), 1);
    assert_int_equal(si_sources_set(&sources, 40), S390IRQ_CLOSED);
    si_sources_close(&sources, false);
    assert_int_equal(si_sources_set(&sources, 40), S390IRQ_QUEUED);
}

static void next_one(void **state)
{
    static const uint32_t set[] = { 0, 1, 31, 32, 63, 64, 99 };
    _Atomic uint64_t word[WORDS] = { 0 };
    const struct si_sources sources = { word, WORDS };
    size_t at = 0;

    (void)state;
    si_sources_close(&sources, true);
    assert_int_equal(si_sources_next(&sources, 0), S390IRQ_MAX_CPUS);
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        if (set[i] < CPUS)
            si_sources_restore(&sources, set[i]);
    for (uint32_t from = 0; from < CPUS; from++) {
        while (at < sizeof set / sizeof *set && set[at] < from)
            at++;
        assert_int_equal(si_sources_next(&sources, from),
                         at < sizeof set / sizeof *set && set[at] < CPUS
                             ? set[at]
                             : S390IRQ_MAX_CPUS);
    }
    assert_int_equal(si_sources_set(&sources, 2), S390IRQ_CLOSED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "sources: lowest first, one for each", set_and_clear, NULL, NULL,
          NULL },
        { "sources: closed and open again", closed, NULL, NULL, NULL },
        { "sources: the next one from any address on", next_one, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
