/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The queue of I/O interruptions without a VM, and its list in one word. */
#ifndef TESTS_PENDING_IO_BENCH_H
#define TESTS_PENDING_IO_BENCH_H

#include "fake.h"

#include "pending/io_list.h"

#define BENCH_CLOSED     SI_BIT(63)
#define BENCH_ID(number) (0x00010000u | (uint32_t)(number))

struct io_bench {
    _Atomic uint64_t word;
    struct si_tally tally[S390IRQ_KIND_LIMIT];
    struct si_io io;
    struct si_host host;
};

/* With subchannels 1 to `count`. */
static inline struct io_bench *bench_new(uint32_t count)
{
    struct io_bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    si_io_init(&bench->io, &bench->word, BENCH_CLOSED, bench->tally);
    for (uint32_t number = 1; number <= count; number++)
        assert_int_equal(si_io_add(&bench->io, &bench->host, BENCH_ID(number)),
                         0);
    return bench;
}

static inline void bench_end(struct io_bench *bench)
{
    si_io_free(&bench->io, &bench->host);
    free(bench);
}

static inline int inject(struct io_bench *bench, uint32_t number,
                         uint32_t parameter, uint32_t isc)
{
    bool anew;

    return si_io_inject(&bench->io, BENCH_ID(number), parameter, IO_WORD(isc),
                        &anew);
}

/* 1 to 9: subchannels in order; A: the adapter; a space between ISCs. */
static inline void note_one(void *to, const struct s390irq_interruption *what,
                            bool in_hand)
{
    char *text = to;
    size_t length = strlen(text);

    (void)in_hand;
    assert_true(length < 60);
    text[length] = what->kind == S390IRQ_KIND_ADAPTER
                       ? 'A'
                       : (char)('0' + (what->u.io.subchannel & 0xf));
    text[length + 1] = '\0';
}

/* The whole queue, and that the bits of the classes say the same. */
static inline void queue_is(struct io_bench *bench, const char *expected)
{
    char text[64] = "";

    for (uint32_t isc = 0; isc < 8; isc++) {
        struct si_io_count count = si_io_count(&bench->io, isc);
        const struct si_io_isc *queue = si_io_isc(&bench->io, isc);
        size_t before = strlen(text);
        bool shows =
            (atomic_load(&bench->word) & SI_BIT(SI_CLASS_IO(isc))) != 0;

        si_io_each(&bench->io, isc, note_one, text);
        assert_int_equal(strlen(text) - before,
                         count.subchannels + count.adapters);
        assert_int_equal(shows, queue->pending || queue->adapter);
        strcat(text, isc < 7 && strlen(text) > before ? " " : "");
    }
    if (*text && text[strlen(text) - 1] == ' ')
        text[strlen(text) - 1] = '\0';
    assert_string_equal(text, expected);
}

static inline struct s390irq_interruption take_out(struct io_bench *bench,
                                                   uint32_t isc_mask,
                                                   uint32_t number)
{
    struct s390irq_interruption what;

    assert_int_equal(si_io_take_out(&bench->io, isc_mask,
                                    number ? BENCH_ID(number) : 0, &what),
                     1);
    assert_true(what.u.io.sequence != 0);
    return what;
}

static inline int put_back(struct io_bench *bench,
                           const struct s390irq_interruption *what)
{
    bool anew;

    return si_io_put_back(&bench->io, what, &anew);
}

static inline void tally_is(struct io_bench *bench, uint32_t kind,
                            uint64_t taken, uint64_t coalesced,
                            uint64_t cleared)
{
    const struct si_tally *tally = &bench->tally[kind];

    assert_int_equal(atomic_load(&tally->taken), taken);
    assert_int_equal(atomic_load(&tally->coalesced), coalesced);
    assert_int_equal(atomic_load(&tally->cleared), cleared);
}

#endif
