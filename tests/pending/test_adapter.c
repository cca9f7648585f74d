/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/adapter.c: masks, what is remembered, and suppression. */
#include "fake.h"

#include "arch/bits.h"
#include "pending/adapter.h"

#define CLOSED       SI_BIT(2)
#define MASKABLE     S390IRQ_ADAPTER_MASKABLE
#define SUPPRESSIBLE S390IRQ_ADAPTER_SUPPRESSIBLE

/* Adapters and the queue that they signal to, without a VM. */
struct bench {
    _Atomic uint64_t word;
    struct si_tally tally[S390IRQ_KIND_LIMIT];
    struct si_io io;
    struct si_adapters adapters;
};

static struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    si_io_init(&bench->io, &bench->word, CLOSED, bench->tally);
    si_adapters_init(&bench->adapters);
    return bench;
}

static int signal_it(struct bench *bench, uint32_t id)
{
    return si_adapters_signal(&bench->adapters, &bench->io, id,
                              si_adapters_load(&bench->adapters, id), false);
}

static int mask(struct bench *bench, uint32_t id, bool masked, int *outcome)
{
    return si_adapters_mask(&bench->adapters, &bench->io, id, masked, outcome);
}

static int pends(struct bench *bench, uint32_t isc)
{
    struct si_io_count count = si_io_count(&bench->io, isc);

    assert_int_equal((atomic_load(&bench->word) >> SI_CLASS_IO(isc)) & 1,
                     count.adapters);
    return (int)count.adapters;
}

static void take(struct bench *bench, uint32_t isc)
{
    struct s390irq_interruption what;

    assert_true(si_io_take(&bench->io, isc, &what));
    assert_int_equal(what.kind, S390IRQ_KIND_ADAPTER);
}

static void come_and_go(void **state)
{
    struct bench *bench = bench_new();

    (void)state;
    assert_int_equal(si_adapters_load(&bench->adapters, 5), 0);
    assert_int_equal(si_adapters_remove(&bench->adapters, 5),
                     S390IRQ_E_NO_ADAPTER);
    assert_int_equal(si_adapters_add(&bench->adapters, 5, 7, MASKABLE), 0);
    assert_int_equal(si_adapters_add(&bench->adapters, 5, 1, 0),
                     S390IRQ_E_EXISTS);
    assert_int_equal(si_adapters_load(&bench->adapters, 5),
                     SI_ADAPTER_THERE | MASKABLE | 7u << SI_ADAPTER_ISC_SHIFT);
    assert_int_equal(signal_it(bench, 5), S390IRQ_QUEUED);
    assert_int_equal(si_adapters_remove(&bench->adapters, 5), 0);
    assert_int_equal(pends(bench, 7), 1);
    assert_int_equal(si_adapters_load(&bench->adapters, S390IRQ_MAX_ADAPTERS),
                     0);
    assert_int_equal(si_adapters_remove(&bench->adapters, UINT32_MAX),
                     S390IRQ_E_NO_ADAPTER);
    free(bench);
}

/* V-16: signalled while masked, presented when unmasked, once. */
static void remembered(void **state)
{
    struct bench *bench = bench_new();
    int outcome;

    (void)state;
    assert_int_equal(si_adapters_add(&bench->adapters, 0, 2, MASKABLE), 0);
    assert_int_equal(mask(bench, 0, true, &outcome), 0);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    for (int i = 0; i < 3; i++)
        assert_int_equal(signal_it(bench, 0), S390IRQ_REMEMBERED);
    assert_int_equal(mask(bench, 0, true, &outcome), 1);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    assert_int_equal(pends(bench, 2), 0);
    assert_int_equal(mask(bench, 0, false, &outcome), 1);
    assert_int_equal(outcome, S390IRQ_QUEUED);
    assert_int_equal(pends(bench, 2), 1);
    assert_int_equal(mask(bench, 0, false, &outcome), 0);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    /* Nothing is remembered of what was not masked. */
    assert_int_equal(mask(bench, 0, true, &outcome), 0);
    assert_int_equal(mask(bench, 0, false, &outcome), 1);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    free(bench);
}

static void cannot_be_masked(void **state)
{
    struct bench *bench = bench_new();
    int outcome;

    (void)state;
    assert_int_equal(si_adapters_add(&bench->adapters, 0, 2, SUPPRESSIBLE), 0);
    assert_int_equal(mask(bench, 0, true, &outcome), S390IRQ_E_UNSUPPORTED);
    assert_int_equal(mask(bench, 1, true, &outcome), S390IRQ_E_NO_ADAPTER);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    assert_int_equal(signal_it(bench, 0), S390IRQ_QUEUED);
    free(bench);
}

static void modes_are(struct bench *bench, uint8_t single, uint8_t suppressed,
                      uint8_t dropped)
{
    struct si_ais ais = si_adapters_get_ais(&bench->adapters);

    assert_int_equal(ais.single, single);
    assert_int_equal(ais.suppressed, suppressed);
    assert_int_equal(ais.dropped, dropped);
}

/* SINGLE: one is presented, then none until the mode is set anew. */
static void one_and_no_more(void **state)
{
    struct bench *bench = bench_new();

    (void)state;
    assert_int_equal(si_adapters_add(&bench->adapters, 0, 1, SUPPRESSIBLE), 0);
    assert_int_equal(si_adapters_add(&bench->adapters, 1, 1, 0), 0);
    assert_int_equal(si_adapters_add(&bench->adapters, 2, 3, SUPPRESSIBLE), 0);
    si_adapters_set_ais(&bench->adapters, 0x40, 0xff, 0);
    modes_are(bench, 0x40, 0, 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_QUEUED);
    modes_are(bench, 0x40, 0x40, 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_SUPPRESSED);
    modes_are(bench, 0x40, 0x40, 0x40);
    take(bench, 1);
    assert_int_equal(signal_it(bench, 0), S390IRQ_SUPPRESSED);
    /* Only who is suppressible, and only in this ISC. */
    assert_int_equal(signal_it(bench, 1), S390IRQ_QUEUED);
    assert_int_equal(signal_it(bench, 2), S390IRQ_QUEUED);
    assert_int_equal(signal_it(bench, 2), S390IRQ_COALESCED);
    /* The mode is set anew. */
    si_adapters_set_ais(&bench->adapters, 0x40, 0xff, 0);
    modes_are(bench, 0x40, 0, 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_COALESCED);
    modes_are(bench, 0x40, 0x40, 0);
    si_adapters_set_ais(&bench->adapters, 0x40, 0, 0);
    modes_are(bench, 0, 0, 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_COALESCED);
    modes_are(bench, 0, 0, 0);
    free(bench);
}

static void all_modes_at_once(void **state)
{
    struct bench *bench = bench_new();

    (void)state;
    for (uint32_t isc = 0; isc < 8; isc++)
        assert_int_equal(
            si_adapters_add(&bench->adapters, isc, isc, SUPPRESSIBLE), 0);
    si_adapters_set_ais(&bench->adapters, 0xff, 0xa5, 0x21);
    for (uint32_t isc = 0; isc < 8; isc++)
        assert_int_equal(signal_it(bench, isc), 0x21u & 0x80u >> isc
                                                    ? S390IRQ_SUPPRESSED
                                                    : S390IRQ_QUEUED);
    modes_are(bench, 0xa5, 0xa5, 0x21);
    si_adapters_reset(&bench->adapters);
    modes_are(bench, 0, 0, 0);
    free(bench);
}

/* Unmasking obeys the mode, too. */
static void unmasked_and_suppressed(void **state)
{
    struct bench *bench = bench_new();
    int outcome;

    (void)state;
    assert_int_equal(
        si_adapters_add(&bench->adapters, 0, 1, MASKABLE | SUPPRESSIBLE), 0);
    si_adapters_set_ais(&bench->adapters, 0x40, 0x40, 0x40);
    assert_int_equal(mask(bench, 0, true, &outcome), 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_REMEMBERED);
    modes_are(bench, 0x40, 0x40, 0);
    assert_int_equal(mask(bench, 0, false, &outcome), 1);
    assert_int_equal(outcome, S390IRQ_SUPPRESSED);
    modes_are(bench, 0x40, 0x40, 0x40);
    assert_int_equal(
        si_adapters_load(&bench->adapters, 0) & SI_ADAPTER_REMEMBERED, 0);
    free(bench);
}

/* What is refused leaves no trace: neither remembered nor suppressed. */
static void closed(void **state)
{
    static const uint32_t flags[] = { 0, SUPPRESSIBLE, MASKABLE,
                                      MASKABLE | SUPPRESSIBLE };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct bench *bench = bench_new();
        int outcome;

        assert_int_equal(si_adapters_add(&bench->adapters, 0, 1, flags[i]), 0);
        si_adapters_set_ais(&bench->adapters, 0x40, 0x40, 0);
        if (flags[i] & MASKABLE)
            assert_int_equal(mask(bench, 0, true, &outcome), 0);
        atomic_fetch_or(&bench->word, CLOSED);
        si_io_close(&bench->io, true);
        assert_int_equal(signal_it(bench, 0), S390IRQ_CLOSED);
        modes_are(bench, 0x40, 0, 0);
        assert_int_equal(
            si_adapters_load(&bench->adapters, 0) & SI_ADAPTER_REMEMBERED, 0);
        assert_int_equal(pends(bench, 1), 0);
        free(bench);
    }
}

/* What was accepted before the close is not lost by it. */
static void accepted_before_the_close(void **state)
{
    struct bench *bench = bench_new();
    int outcome;

    (void)state;
    assert_int_equal(
        si_adapters_add(&bench->adapters, 0, 1, MASKABLE | SUPPRESSIBLE), 0);
    assert_int_equal(mask(bench, 0, true, &outcome), 0);
    assert_int_equal(signal_it(bench, 0), S390IRQ_REMEMBERED);
    atomic_fetch_or(&bench->word, CLOSED);
    si_io_close(&bench->io, true);
    assert_int_equal(mask(bench, 0, false, &outcome), 1);
    assert_int_equal(outcome, S390IRQ_QUEUED);
    take(bench, 1);
    assert_int_equal(si_adapters_signal(&bench->adapters, &bench->io, 0,
                                        si_adapters_load(&bench->adapters, 0),
                                        true),
                     S390IRQ_QUEUED);
    assert_int_equal(mask(bench, 0, true, &outcome), 0);
    assert_int_equal(si_adapters_signal(&bench->adapters, &bench->io, 0,
                                        si_adapters_load(&bench->adapters, 0),
                                        true),
                     S390IRQ_REMEMBERED);
    free(bench);
}

static void reset(void **state)
{
    struct bench *bench = bench_new();
    int outcome;

    (void)state;
    assert_int_equal(si_adapters_add(&bench->adapters, 3, 6, MASKABLE), 0);
    assert_int_equal(mask(bench, 3, true, &outcome), 0);
    assert_int_equal(signal_it(bench, 3), S390IRQ_REMEMBERED);
    si_adapters_reset(&bench->adapters);
    assert_int_equal(si_adapters_load(&bench->adapters, 3),
                     SI_ADAPTER_THERE | MASKABLE | 6u << SI_ADAPTER_ISC_SHIFT);
    assert_int_equal(si_adapters_load(&bench->adapters, 4), 0);
    assert_int_equal(mask(bench, 3, false, &outcome), 0);
    assert_int_equal(outcome, SI_ADAPTERS_NOTHING);
    free(bench);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "adapter: they come and go", come_and_go, NULL, NULL, NULL },
        { "V-16 adapter: masked remembers, unmasked presents", remembered, NULL,
          NULL, NULL },
        { "adapter: one that cannot be masked", cannot_be_masked, NULL, NULL,
          NULL },
        { "adapter: one interruption and no more", one_and_no_more, NULL, NULL,
          NULL },
        { "adapter: modes of all ISCs", all_modes_at_once, NULL, NULL, NULL },
        { "adapter: unmasked, but suppressed", unmasked_and_suppressed, NULL,
          NULL, NULL },
        { "adapter: what is refused leaves no trace", closed, NULL, NULL,
          NULL },
        { "adapter: accepted before the close", accepted_before_the_close, NULL,
          NULL, NULL },
        { "adapter: reset", reset, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
