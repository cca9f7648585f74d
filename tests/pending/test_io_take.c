/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/io_take.c: what is taken, and what comes back, to its place. */
#include "io_bench.h"

/* In hand of a CPU, with its own place. */
static struct s390irq_interruption hold(struct io_bench *bench, uint32_t isc,
                                        struct si_io_hold *place)
{
    struct s390irq_interruption what = { 0 };

    memset(place, 0xa5, sizeof *place);
    assert_true(si_io_hold(&bench->io, isc, place, &what));
    return what;
}

static struct io_bench *with_pending(uint32_t count, uint32_t isc)
{
    struct io_bench *bench = bench_new(count);

    for (uint32_t i = 1; i <= count; i++)
        assert_int_equal(inject(bench, i, i, isc), S390IRQ_QUEUED);
    return bench;
}

/* V-13: neither adapter nor subchannels starve. */
static void turns(void **state)
{
    struct io_bench *bench = with_pending(4, 2);
    struct s390irq_interruption what = { 0 };

    (void)state;
    for (uint32_t i = 1; i <= 4; i++) {
        (void)si_io_signal(&bench->io, 2, false);
        assert_true(si_io_take(&bench->io, 2, &what));
        assert_int_equal(what.kind, S390IRQ_KIND_IO);
        assert_int_equal(what.u.io.subchannel, BENCH_ID(i));
        assert_int_equal(what.u.io.word, IO_WORD(2));
        (void)si_io_signal(&bench->io, 2, false);
        assert_true(si_io_take(&bench->io, 2, &what));
        assert_int_equal(what.kind, S390IRQ_KIND_ADAPTER);
        assert_int_equal(what.u.io.subchannel, 0);
        assert_int_equal(what.parameter, 0);
        assert_int_equal(what.u.io.word, IO_ADAPTER_WORD(2));
    }
    assert_false(si_io_take(&bench->io, 2, &what));
    bench_end(bench);
}

static void in_hand_keeps_its_place(void **state)
{
    struct io_bench *bench = with_pending(4, 1);
    struct si_io_hold place[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(hold(bench, 1, &place[i]).parameter, 1 + i);
    queue_is(bench, "1234");
    si_io_give_back(&bench->io, &place[2]);
    si_io_give_back(&bench->io, &place[0]);
    queue_is(bench, "1234");
    si_io_remove(&bench->io, &place[1]);
    queue_is(bench, "134");
    assert_int_equal(hold(bench, 1, &place[0]).parameter, 1);
    assert_int_equal(hold(bench, 1, &place[1]).parameter, 3);
    si_io_remove(&bench->io, &place[1]);
    si_io_give_back(&bench->io, &place[0]);
    queue_is(bench, "14");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 0);
    bench_end(bench);
}

/* It pends anew; an abort makes one of the two, at the older place. */
static void in_hand_and_injected_again(void **state)
{
    (void)state;
    for (int back = 0; back < 2; back++) {
        struct io_bench *bench = with_pending(3, 1);
        struct si_io_hold place, other;

        hold(bench, 1, &place);
        assert_int_equal(inject(bench, 1, 0x99, 1), S390IRQ_QUEUED);
        queue_is(bench, "1231");
        assert_int_equal(inject(bench, 1, 0x9a, 1), S390IRQ_COALESCED);
        if (back) {
            si_io_give_back(&bench->io, &place);
            queue_is(bench, "123");
            tally_is(bench, S390IRQ_KIND_IO, 0, 1, 0);
            assert_int_equal(hold(bench, 1, &other).parameter, 0x9a);
        } else {
            si_io_remove(&bench->io, &place);
            queue_is(bench, "231");
            tally_is(bench, S390IRQ_KIND_IO, 0, 0, 0);
        }
        bench_end(bench);
    }
}

/* The same subchannel in the hands of two CPUs, given back in either order. */
static void twice_in_hand(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct io_bench *bench = with_pending(2, 1);
        struct si_io_hold place[2], other;

        hold(bench, 1, &place[0]);
        assert_int_equal(inject(bench, 1, 0x99, 1), S390IRQ_QUEUED);
        assert_int_equal(hold(bench, 1, &other).parameter, 2);
        assert_int_equal(hold(bench, 1, &place[1]).parameter, 0x99);
        queue_is(bench, "121");
        si_io_give_back(&bench->io, &place[first]);
        queue_is(bench, "121");
        si_io_give_back(&bench->io, &place[!first]);
        queue_is(bench, "12");
        si_io_remove(&bench->io, &other);
        /* The newer payload, whichever came back last. */
        assert_int_equal(hold(bench, 1, &other).parameter, 0x99);
        tally_is(bench, S390IRQ_KIND_IO, 0, 1, 0);
        bench_end(bench);
    }
}

/* It moved to another ISC meanwhile: there it stays. */
static void in_hand_and_moved(void **state)
{
    struct io_bench *bench = with_pending(2, 1);
    struct si_io_hold place;

    (void)state;
    hold(bench, 1, &place);
    assert_int_equal(inject(bench, 1, 0x99, 5), S390IRQ_QUEUED);
    queue_is(bench, "12 1");
    si_io_give_back(&bench->io, &place);
    queue_is(bench, "2 1");
    bench_end(bench);
}

/* Cleared while in hand: commit stands, abort drops it and counts. */
static void in_hand_and_cleared(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct io_bench *bench = with_pending(2, 1);
        struct si_io_hold place;

        hold(bench, 1, &place);
        if (i / 2 == 0)
            assert_int_equal(si_io_clear(&bench->io, 1), 1);
        else if (i / 2 == 1)
            assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(1)),
                             0);
        else
            assert_int_equal(si_io_drop(&bench->io, BENCH_ID(1)), 0);
        queue_is(bench, i / 2 ? "12" : "1");
        if (i % 2)
            si_io_give_back(&bench->io, &place);
        else
            si_io_remove(&bench->io, &place);
        queue_is(bench, i / 2 ? "2" : "");
        tally_is(bench, S390IRQ_KIND_IO, 0, 0,
                 (uint64_t)(i / 2 == 0) + (uint64_t)(i % 2));
        bench_end(bench);
    }
}

/* Cleared, then injected again: what came later is not lost, nor moved. */
static void cleared_and_injected_again(void **state)
{
    struct io_bench *bench = with_pending(3, 1);
    struct si_io_hold place;

    (void)state;
    hold(bench, 1, &place);
    assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(1)), 0);
    assert_int_equal(inject(bench, 1, 0x99, 1), S390IRQ_QUEUED);
    si_io_give_back(&bench->io, &place);
    queue_is(bench, "231");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 1);
    bench_end(bench);
}

static void adapter_in_hand(void **state)
{
    struct io_bench *bench = with_pending(2, 4);
    struct s390irq_interruption what = { 0 };
    struct si_io_hold first, second;

    (void)state;
    assert_int_equal(si_io_signal(&bench->io, 4, false), S390IRQ_QUEUED);
    queue_is(bench, "1A2");
    assert_true(si_io_take(&bench->io, 4, &what));
    assert_int_equal(hold(bench, 4, &first).kind, S390IRQ_KIND_ADAPTER);
    queue_is(bench, "A2");
    assert_int_equal(si_io_signal(&bench->io, 4, false), S390IRQ_QUEUED);
    queue_is(bench, "A2A");
    /* Back in its turn, and one with what came meanwhile. */
    si_io_give_back(&bench->io, &first);
    queue_is(bench, "A2");
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 1, 0);
    assert_int_equal(hold(bench, 4, &first).kind, S390IRQ_KIND_ADAPTER);
    assert_int_equal(hold(bench, 4, &second).kind, S390IRQ_KIND_IO);
    assert_int_equal(si_io_clear(&bench->io, 4), 0);
    si_io_give_back(&bench->io, &first);
    si_io_remove(&bench->io, &second);
    queue_is(bench, "");
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 1, 1);
    bench_end(bench);
}

/* TEST PENDING INTERRUPTION: the lowest ISC of the mask. */
static void taken_by_mask(void **state)
{
    struct io_bench *bench = bench_new(3);
    struct s390irq_interruption what = { 0 };

    (void)state;
    assert_int_equal(inject(bench, 1, 0x11, 6), S390IRQ_QUEUED);
    assert_int_equal(inject(bench, 2, 0x22, 0), S390IRQ_QUEUED);
    assert_int_equal(si_io_signal(&bench->io, 3, false), S390IRQ_QUEUED);
    assert_int_equal(si_io_take_out(&bench->io, 0, 0, &what), 0);
    assert_int_equal(si_io_take_out(&bench->io, 0x6d, 0, &what), 0);
    what = take_out(bench, 0x12, 0);
    assert_int_equal(what.kind, S390IRQ_KIND_ADAPTER);
    assert_int_equal(what.u.io.word, IO_ADAPTER_WORD(3));
    what = take_out(bench, 0xff, 0);
    assert_int_equal(what.kind, S390IRQ_KIND_IO);
    assert_int_equal(what.u.io.subchannel, BENCH_ID(2));
    assert_int_equal(what.parameter, 0x22);
    what = take_out(bench, 0xff, 0);
    assert_int_equal(what.u.io.subchannel, BENCH_ID(1));
    assert_int_equal(what.u.io.word, IO_WORD(6));
    assert_int_equal(si_io_take_out(&bench->io, 0xff, 0, &what), 0);
    tally_is(bench, S390IRQ_KIND_IO, 2, 0, 0);
    tally_is(bench, S390IRQ_KIND_ADAPTER, 1, 0, 0);
    bench_end(bench);
}

/* TEST SUBCHANNEL: the one that is meant, from the middle. */
static void taken_by_subchannel(void **state)
{
    struct io_bench *bench = with_pending(4, 2);
    struct s390irq_interruption what = { 0 };

    (void)state;
    assert_int_equal(si_io_take_out(&bench->io, 0xdf, BENCH_ID(3), &what), 0);
    what = take_out(bench, 0x20, 3);
    assert_int_equal(what.parameter, 3);
    assert_int_equal(si_io_take_out(&bench->io, 0xff, BENCH_ID(3), &what), 0);
    assert_int_equal(si_io_take_out(&bench->io, 0xff, BENCH_ID(5), &what),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(si_io_take_out(&bench->io, 0xff, 0x00070003, &what),
                     S390IRQ_E_NO_SUBCHANNEL);
    queue_is(bench, "124");
    bench_end(bench);
}

/* Several taken, put back in every order: everybody has his old place. */
static void put_back_in_every_order(void **state)
{
    static const int order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

    (void)state;
    for (int i = 0; i < 6 * 8; i++) {
        static const uint32_t from[2][3] = { { 0, 0, 0 }, { 5, 2, 4 } };
        struct io_bench *bench = with_pending(6, 2);
        struct s390irq_interruption what[3];

        for (int t = 0; t < 3; t++)
            what[t] = take_out(bench, 0x20, from[i & 1][t]);
        /* Others take meanwhile, so that places leave the list. */
        if (i & 2)
            for (int t = 0; t < 3; t++)
                (void)take_out(bench, 0x20, 0);
        if (i & 4)
            assert_int_equal(inject(bench, 6, 0, 2),
                             i & 2 ? S390IRQ_QUEUED : S390IRQ_COALESCED);
        for (int t = 0; t < 3; t++)
            assert_int_equal(put_back(bench, &what[order[i / 8][t]]), 0);
        if (i & 2)
            queue_is(bench, i & 1 ? (i & 4 ? "2456" : "245")
                                  : (i & 4 ? "1236" : "123"));
        else
            queue_is(bench, "123456");
        bench_end(bench);
    }
}

/* The place and the payload that a put back leaves. */
static void put_back_of_one_injected_again(void **state)
{
    struct io_bench *bench = with_pending(4, 2);
    struct s390irq_interruption what, again;

    (void)state;
    what = take_out(bench, 0x20, 2);
    assert_int_equal(inject(bench, 2, 0x99, 2), S390IRQ_QUEUED);
    queue_is(bench, "1342");
    assert_int_equal(put_back(bench, &what), S390IRQ_COALESCED);
    queue_is(bench, "1234");
    tally_is(bench, S390IRQ_KIND_IO, 0, 1, 0);
    again = take_out(bench, 0x20, 2);
    assert_int_equal(again.parameter, 0x99);
    /* In another ISC meanwhile: it stays there. */
    assert_int_equal(inject(bench, 2, 0x9a, 6), S390IRQ_QUEUED);
    assert_int_equal(put_back(bench, &again), S390IRQ_COALESCED);
    queue_is(bench, "134 2");
    bench_end(bench);
}

/* Two takes of one subchannel: each comes back, and they become one. */
static void two_takes_of_one(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct io_bench *bench = with_pending(3, 2);
        struct s390irq_interruption what[2];
        uint32_t isc = i & 2 ? 5 : 2;

        what[0] = take_out(bench, 0x20, 1);
        assert_int_equal(inject(bench, 1, 0x99, isc), S390IRQ_QUEUED);
        what[1] = take_out(bench, 0xff, 1);
        assert_int_equal(put_back(bench, &what[i & 1]), 0);
        queue_is(bench, i == 3 ? "23 1" : i == 1 ? "231" : "123");
        assert_int_equal(put_back(bench, &what[!(i & 1)]), S390IRQ_COALESCED);
        /* The newer payload, in the older place if the ISC is the same. */
        queue_is(bench, i & 2 ? "23 1" : "123");
        assert_int_equal(take_out(bench, 0xff, 1).parameter, 0x99);
        tally_is(bench, S390IRQ_KIND_IO, 1, 1, 0);
        bench_end(bench);
    }
}

static void put_back_twice(void **state)
{
    struct io_bench *bench = with_pending(2, 2);
    struct s390irq_interruption what[2];

    (void)state;
    assert_int_equal(si_io_signal(&bench->io, 2, false), S390IRQ_QUEUED);
    for (int i = 0; i < 2; i++)
        what[i] = take_out(bench, 0x20, 0);
    assert_int_equal(what[1].kind, S390IRQ_KIND_ADAPTER);
    for (int i = 0; i < 2; i++) {
        struct s390irq_interruption again;

        assert_int_equal(put_back(bench, &what[i]), 0);
        assert_int_equal(put_back(bench, &what[i]), S390IRQ_E_INVALID);
        queue_is(bench, i ? "1A2" : "12");
        /* Taken again from the same place, it is another take. */
        again = take_out(bench, 0x20, 0);
        assert_int_equal(put_back(bench, &what[i]), S390IRQ_E_INVALID);
        assert_int_equal(put_back(bench, &again), 0);
        assert_int_equal(put_back(bench, &again), S390IRQ_E_INVALID);
    }
    queue_is(bench, "1A2");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 0);
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 0, 0);
    bench_end(bench);
}

/*
 * More takes of one than there are marks, each injected anew: an old one is
 * one with those after it, which were taken; the last ones pend again.
 */
static void more_takes_than_marks(void **state)
{
    (void)state;
    for (int cleared = 0; cleared < 2; cleared++) {
        struct io_bench *bench = bench_new(1);
        struct s390irq_interruption what[SI_IO_MARKS + 2];
        int old = cleared ? S390IRQ_CLEARED : S390IRQ_COALESCED;

        for (uint32_t i = 0; i < SI_IO_MARKS + 2; i++) {
            assert_int_equal(inject(bench, 1, i, 2), S390IRQ_QUEUED);
            what[i] = take_out(bench, 0x20, 0);
        }
        if (cleared)
            assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(1)),
                             0);
        assert_int_equal(put_back(bench, &what[1]), old);
        queue_is(bench, "");
        assert_int_equal(put_back(bench, &what[0]), old);
        queue_is(bench, "");
        assert_int_equal(put_back(bench, &what[0]), S390IRQ_E_INVALID);
        assert_int_equal(put_back(bench, &what[2]), cleared ? old : 0);
        queue_is(bench, cleared ? "" : "1");
        for (uint32_t i = 3; i < SI_IO_MARKS + 2; i++)
            assert_int_equal(put_back(bench, &what[i]), old);
        for (uint32_t i = 0; i < SI_IO_MARKS + 2; i++)
            assert_int_equal(put_back(bench, &what[i]), S390IRQ_E_INVALID);
        tally_is(bench, S390IRQ_KIND_IO, 0, cleared ? 0 : SI_IO_MARKS + 1,
                 cleared ? SI_IO_MARKS + 2 : 0);
        if (!cleared)
            assert_int_equal(take_out(bench, 0x20, 0).parameter,
                             SI_IO_MARKS + 1);
        bench_end(bench);
    }
}

/* A record of something else, or of nothing. */
static void put_back_what_was_not_taken(void **state)
{
    struct io_bench *bench = with_pending(3, 2);
    struct s390irq_interruption what = take_out(bench, 0x20, 1), wrong;

    (void)state;
    (void)take_out(bench, 0x20, 2);
    for (unsigned bit = 0; bit < 64; bit++) {
        wrong = what;
        wrong.u.io.sequence ^= SI_BIT(bit);
        assert_int_equal(put_back(bench, &wrong), S390IRQ_E_INVALID);
    }
    wrong = what;
    wrong.u.io.sequence = 0;
    assert_int_equal(put_back(bench, &wrong), S390IRQ_E_INVALID);
    for (uint32_t number = 2; number <= 3; number++) {
        wrong = what;
        wrong.u.io.subchannel = BENCH_ID(number);
        assert_int_equal(put_back(bench, &wrong), S390IRQ_E_INVALID);
    }
    wrong = what;
    wrong.u.io.subchannel = BENCH_ID(7);
    assert_int_equal(put_back(bench, &wrong), S390IRQ_E_NO_SUBCHANNEL);
    wrong = what;
    wrong.u.io.word = IO_WORD(3);
    assert_int_equal(put_back(bench, &wrong), S390IRQ_E_INVALID);
    wrong.kind = S390IRQ_KIND_ADAPTER;
    wrong.u.io.word = IO_ADAPTER_WORD(2);
    assert_int_equal(put_back(bench, &wrong), S390IRQ_E_INVALID);
    queue_is(bench, "3");
    assert_int_equal(put_back(bench, &what), 0);
    queue_is(bench, "13");
    bench_end(bench);
}

static void put_back_what_was_cleared(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct io_bench *bench = with_pending(3, 2);
        struct s390irq_interruption what = take_out(bench, 0x20, 2);
        int gone = S390IRQ_CLEARED;
        uint64_t cleared = i / 2 == 0 ? 2 : 0;

        if (i / 2 == 0)
            assert_int_equal(si_io_clear(&bench->io, 2), 2);
        else if (i / 2 == 1)
            assert_int_equal(si_io_clear_subchannel(&bench->io, BENCH_ID(2)),
                             0);
        else
            assert_int_equal(si_io_drop(&bench->io, BENCH_ID(2)), 0);
        if (i / 2 == 2 && i % 2)
            assert_int_equal(si_io_add(&bench->io, &bench->host, BENCH_ID(2)),
                             0);
        if (i == 4)
            gone = S390IRQ_E_NO_SUBCHANNEL;
        else if (i % 2)
            assert_int_equal(inject(bench, 2, 0x99, 2), S390IRQ_QUEUED);
        assert_int_equal(put_back(bench, &what), gone);
        assert_int_equal(put_back(bench, &what),
                         i == 4 ? gone : S390IRQ_E_INVALID);
        queue_is(bench,
                 i / 2 == 0 ? (i % 2 ? "2" : "") : (i % 2 ? "132" : "13"));
        tally_is(bench, S390IRQ_KIND_IO, i == 4, 0, cleared + (i == 4 ? 0 : 1));
        bench_end(bench);
    }
}

static void adapter_put_back(void **state)
{
    struct io_bench *bench = bench_new(1);
    struct s390irq_interruption first, second;

    (void)state;
    assert_int_equal(si_io_signal(&bench->io, 0, false), S390IRQ_QUEUED);
    first = take_out(bench, 0x80, 0);
    assert_int_equal(si_io_signal(&bench->io, 0, false), S390IRQ_QUEUED);
    second = take_out(bench, 0x80, 0);
    assert_int_equal(put_back(bench, &second), 0);
    assert_int_equal(put_back(bench, &first), S390IRQ_COALESCED);
    assert_int_equal(put_back(bench, &first), S390IRQ_E_INVALID);
    queue_is(bench, "A");
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 1, 0);
    first = take_out(bench, 0x80, 0);
    assert_int_equal(si_io_clear(&bench->io, 0), 0);
    assert_int_equal(si_io_signal(&bench->io, 0, false), S390IRQ_QUEUED);
    assert_int_equal(put_back(bench, &first), S390IRQ_CLEARED);
    queue_is(bench, "A");
    tally_is(bench, S390IRQ_KIND_ADAPTER, 0, 1, 1);
    bench_end(bench);
}

/* V-13: what is put back has its turn again. */
static void turns_of_what_is_put_back(void **state)
{
    struct io_bench *bench = with_pending(3, 0);
    struct s390irq_interruption one, adapter;

    (void)state;
    assert_int_equal(si_io_signal(&bench->io, 0, false), S390IRQ_QUEUED);
    one = take_out(bench, 0x80, 0);
    assert_int_equal(put_back(bench, &one), 0);
    queue_is(bench, "1A23");
    one = take_out(bench, 0x80, 0);
    adapter = take_out(bench, 0x80, 0);
    assert_int_equal(put_back(bench, &adapter), 0);
    queue_is(bench, "A23");
    assert_int_equal(put_back(bench, &one), 0);
    queue_is(bench, "1A23");
    one = take_out(bench, 0x80, 0);
    adapter = take_out(bench, 0x80, 0);
    assert_int_equal(put_back(bench, &one), 0);
    assert_int_equal(put_back(bench, &adapter), 0);
    queue_is(bench, "1A23");
    bench_end(bench);
}

/* A clear between takes and put backs of many: nothing is left behind. */
static void ghosts_of_many(void **state)
{
    struct io_bench *bench = bench_new(300);
    static struct s390irq_interruption what[300];

    (void)state;
    for (uint32_t i = 1; i <= 300; i++)
        assert_int_equal(inject(bench, i, i, 2), S390IRQ_QUEUED);
    for (uint32_t i = 0; i < 300; i++)
        what[i] = take_out(bench, 0x20, 1 + i * 7 % 300);
    assert_int_equal(si_io_count(&bench->io, 2).subchannels, 0);
    assert_int_equal(si_io_clear(&bench->io, 2), 0);
    assert_int_equal(inject(bench, 1, 1, 2), S390IRQ_QUEUED);
    for (uint32_t i = 0; i < 300; i++)
        assert_int_equal(put_back(bench, &what[i]), S390IRQ_CLEARED);
    queue_is(bench, "1");
    tally_is(bench, S390IRQ_KIND_IO, 0, 0, 300);
    bench_end(bench);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-13 io: adapter and subchannels take turns", turns, NULL, NULL,
          NULL },
        { "io: in hand keeps its place", in_hand_keeps_its_place, NULL, NULL,
          NULL },
        { "io: in hand, and injected again", in_hand_and_injected_again, NULL,
          NULL, NULL },
        { "io: in the hands of two", twice_in_hand, NULL, NULL, NULL },
        { "V-15 io: in hand, and moved to another ISC", in_hand_and_moved, NULL,
          NULL, NULL },
        { "io: in hand, and cleared", in_hand_and_cleared, NULL, NULL, NULL },
        { "io: in hand, cleared, injected again", cleared_and_injected_again,
          NULL, NULL, NULL },
        { "io: an adapter in hand", adapter_in_hand, NULL, NULL, NULL },
        { "H-7 io: taken by mask, the lowest ISC", taken_by_mask, NULL, NULL,
          NULL },
        { "io: taken by subchannel", taken_by_subchannel, NULL, NULL, NULL },
        { "V-13 io: put back in every order", put_back_in_every_order, NULL,
          NULL, NULL },
        { "io: put back, injected again meanwhile",
          put_back_of_one_injected_again, NULL, NULL, NULL },
        { "io: two takes of one subchannel", two_takes_of_one, NULL, NULL,
          NULL },
        { "io: put back twice", put_back_twice, NULL, NULL, NULL },
        { "io: more takes than are remembered", more_takes_than_marks, NULL,
          NULL, NULL },
        { "io: put back what was not taken", put_back_what_was_not_taken, NULL,
          NULL, NULL },
        { "io: put back what was cleared", put_back_what_was_cleared, NULL,
          NULL, NULL },
        { "io: an adapter is put back", adapter_put_back, NULL, NULL, NULL },
        { "V-13 io: the turn of what is put back", turns_of_what_is_put_back,
          NULL, NULL, NULL },
        { "io: the places of many", ghosts_of_many, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
