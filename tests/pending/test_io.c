/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/io.c: what pends for subchannels and adapters, by ISC. */
#include <sched.h>
#include <time.h>

#include "io_bench.h"

static void order_of_arrival(void **state)
{
    struct io_bench *bench = bench_new(6);

    (void)state;
    queue_is(bench, "");
    assert_int_equal(inject(bench, 3, 0, 7), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 1, 0, 7), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 2, 0, 0), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 6, 0, 4), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 4, 0, 7), S390IRQ_QUEUED);
    queue_is(bench, "2 6 314");
    bench_end(bench);
}

/* V-15: one for each subchannel; its place stays with its ISC. */
static void one_for_each_subchannel(void **state)
{
    struct io_bench *bench = bench_new(4);
    struct s390irq_interruption what = { 0 };
    bool anew;

    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(inject(bench, i, 0x100 + i, 2), S390IRQ_QUEUED);
    assert_int_equal(
        si_io_inject(&bench->io, BENCH_ID(1), 0x201, IO_WORD(2), &anew),
        S390IRQ_COALESCED);
    assert_false(anew);
    queue_is(bench, "123");
    assert_true(si_io_take(&bench->io, 2, &what));
    assert_int_equal(what.parameter, 0x201);
    assert_int_equal(what.u.io.subchannel, BENCH_ID(1));
    /* Another ISC: to its end, and that has to be routed. */
    assert_int_equal(inject(bench, 4, 0, 5), S390IRQ_QUEUED);
    assert_int_equal(
        si_io_inject(&bench->io, BENCH_ID(2), 0x202, IO_WORD(5), &anew),
        S390IRQ_COALESCED);
    assert_true(anew);
    queue_is(bench, "3 42");
    assert_int_equal(inject(bench, 3, 0, 5), S390IRQ_COALESCED);
    queue_is(bench, "423");
    /* And back: to the end there. */
    assert_int_equal(inject(bench, 4, 0, 2), S390IRQ_COALESCED);
    assert_int_equal(inject(bench, 2, 0, 2), S390IRQ_COALESCED);
    queue_is(bench, "42 3");
    bench_end(bench);
}

/* V-14: the adapters of an ISC are one. */
static void one_adapter_for_each_isc(void **state)
{
    struct io_bench *bench = bench_new(3);

    (void)state;
    assert_int_equal(si_io_signal(&bench->io, 3, false), S390IRQ_QUEUED);
    assert_int_equal(si_io_signal(&bench->io, 3, false), S390IRQ_COALESCED);
    assert_int_equal(si_io_signal(&bench->io, 6, false), S390IRQ_QUEUED);
    queue_is(bench, "A A");
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(inject(bench, i, 0, 3), S390IRQ_QUEUED);
    /* In the order in which they would be taken: they take turns. */
    queue_is(bench, "1A23 A");
    bench_end(bench);
}

static void add_and_drop(void **state)
{
    struct io_bench *bench = bench_new(2);
    bool anew;

    (void)state;
    assert_int_equal(si_io_add(&bench->io, &bench->host, BENCH_ID(1)),
                     S390IRQ_E_EXISTS);
    assert_int_equal(inject(bench, 3, 0, 0), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(si_io_inject(&bench->io, 0x00070001, 0, 0, &anew),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(inject(bench, 1, 0, 0), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 2, 0, 0), S390IRQ_QUEUED);
    assert_int_equal(si_io_drop(&bench->io, BENCH_ID(1)), 1);
    queue_is(bench, "2");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 1);
    assert_int_equal(si_io_drop(&bench->io, BENCH_ID(1)),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(si_io_drop(&bench->io, 0x00070001),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(inject(bench, 1, 0, 0), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(si_io_add(&bench->io, &bench->host, BENCH_ID(1)), 0);
    assert_int_equal(inject(bench, 1, 0, 0), S390IRQ_QUEUED);
    queue_is(bench, "21");
    bench_end(bench);
}

static void clear_one(void **state)
{
    struct io_bench *bench = bench_new(3);

    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(inject(bench, i, 0, 1), S390IRQ_QUEUED);
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(2)), 1);
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(2)), 0);
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(4)),
                     S390IRQ_E_NO_SUBCHANNEL);
    queue_is(bench, "13");
    /* V-15: after a clear, to the end. */
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(1)), 1);
    assert_int_equal(inject(bench, 1, 0, 1), S390IRQ_QUEUED);
    queue_is(bench, "31");
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(3)), 1);
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(1)), 1);
    queue_is(bench, "");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 4);
    bench_end(bench);
}

/* More than are removed under one hold of the lock. */
static void clear_an_isc(void **state)
{
    struct io_bench *bench = bench_new(1000);

    (void)state;
    for (uint32_t i = 1; i <= 1000; i++)
        assert_int_equal(inject(bench, i, 0, i % 2), S390IRQ_QUEUED);
    assert_int_equal(si_io_signal(&bench->io, 1, false), S390IRQ_QUEUED);
    assert_int_equal(si_io_clear(&bench->io, 1), 501);
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 500);
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 0, 1);
    assert_int_equal(si_io_count(&bench->io, 1).subchannels, 0);
    assert_int_equal(si_io_count(&bench->io, 0).subchannels, 500);
    assert_int_equal(atomic_load(&bench->word), SI_BIT(SI_CLASS_IO(0)));
    assert_int_equal(si_io_clear(&bench->io, 1), 0);
    assert_int_equal(si_io_clear(&bench->io, 0), 500);
    queue_is(bench, "");
    assert_int_equal(inject(bench, 7, 0, 1), S390IRQ_QUEUED);
    queue_is(bench, "7");
    bench_end(bench);
}

static void closed(void **state)
{
    struct io_bench *bench = bench_new(2);

    (void)state;
    assert_int_equal(inject(bench, 1, 5, 1), S390IRQ_QUEUED);
    atomic_fetch_or(&bench->word, BENCH_CLOSED);
    si_io_close(&bench->io, true);
    assert_int_equal(inject(bench, 1, 6, 2), S390IRQ_CLOSED);
    assert_int_equal(inject(bench, 2, 6, 1), S390IRQ_CLOSED);
    assert_int_equal(inject(bench, 3, 6, 1), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(si_io_signal(&bench->io, 1, false), S390IRQ_CLOSED);
    queue_is(bench, "1");
    assert_int_equal(si_io_signal(&bench->io, 4, true), S390IRQ_QUEUED);
    assert_int_equal(si_io_signal(&bench->io, 4, true), S390IRQ_COALESCED);
    queue_is(bench, "1 A");
    bench_end(bench);
}

/* All of a set pend; each is found, in its place, whatever is taken. */
/* An injection that was accepted: it goes on when the close looks for it. */
static void *arrive_late(void *argument)
{
    const struct timespec pause = { 0, 20000000 };
    struct io_bench *bench = argument;
    struct si_subchannel *node =
        si_subchannels_find(&bench->io.subchannels, BENCH_ID(1));

    while (!(atomic_load(&node->payload) & SI_PAYLOAD_CLOSED))
        sched_yield();
    nanosleep(&pause, NULL);
    si_io_push(&bench->io, node);
    si_io_show(&bench->io, SI_CLASS_IO_BIT(3));
    return NULL;
}

static void closed_on_the_way(void **state)
{
    struct io_bench *bench = bench_new(200);
    struct si_subchannel *node =
        si_subchannels_find(&bench->io.subchannels, BENCH_ID(1));
    pthread_t thread;

    (void)state;
    atomic_fetch_or(&node->payload, SI_PAYLOAD_PENDS | SI_PAYLOAD_COMING |
                                        si_payload_make(1, S390IRQ_IO_WORD(3)));
    assert_int_equal(pthread_create(&thread, NULL, arrive_late, bench), 0);
    si_io_close(&bench->io, true);
    assert_true(atomic_load(&node->payload) & SI_PAYLOAD_LISTED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    queue_is(bench, "1");
    bench_end(bench);
}

static void sixty_thousand(void **state)
{
    struct io_bench *bench = bench_new(60000);
    struct s390irq_interruption what = { 0 };

    (void)state;
    for (uint32_t i = 1; i <= 60000; i++)
        assert_int_equal(inject(bench, i, i, 3), S390IRQ_QUEUED);
    for (uint32_t i = 2; i <= 60000; i += 2)
        assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(i)), 1);
    for (uint32_t i = 1; i <= 60000; i += 2) {
        assert_true(si_io_take(&bench->io, 3, &what));
        assert_int_equal(what.parameter, i);
    }
    assert_false(si_io_take(&bench->io, 3, &what));
    bench_end(bench);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "H-7 io: by ISC, then in the order of arrival", order_of_arrival,
          NULL, NULL, NULL },
        { "V-15 io: one for each subchannel", one_for_each_subchannel, NULL,
          NULL, NULL },
        { "V-14 io: one adapter interruption for each ISC",
          one_adapter_for_each_isc, NULL, NULL, NULL },
        { "io: subchannels come and go", add_and_drop, NULL, NULL, NULL },
        { "V-15 io: a subchannel is cleared", clear_one, NULL, NULL, NULL },
        { "io: an ISC is cleared", clear_an_isc, NULL, NULL, NULL },
        { "io: closed", closed, NULL, NULL, NULL },
        { "io: a close waits for what was accepted", closed_on_the_way, NULL,
          NULL, NULL },
        { "io: sixty thousand", sixty_thousand, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
