/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/floating.c: the word of the VM, and what is in hand of it. */
#include "fake.h"

#include "pending/floating.h"

#define LIMIT   3
#define SERVICE SI_CLASS_SERVICE_SIGNAL
#define ALERT   SI_CLASS_TIMING_ALERT
#define VIRTIO  SI_CLASS_VIRTIO

static const struct si_host plain_host = { .opaque = NULL };

static struct si_floating *floating_new(void)
{
    struct si_floating *floating = calloc(1, sizeof *floating);

    assert_non_null(floating);
    assert_true(si_floating_init(floating, &plain_host, LIMIT));
    return floating;
}

static void floating_end(struct si_floating *floating)
{
    si_floating_free(floating, &plain_host);
    free(floating);
}

static struct si_hand empty_hand(uint32_t number)
{
    struct si_hand hand;

    memset(&hand, 0, sizeof hand);
    hand.class_number = number;
    return hand;
}

static struct si_hand hold(struct si_floating *floating, uint32_t number)
{
    struct si_hand hand = empty_hand(number);

    assert_true(si_floating_hold(floating, number, &hand));
    return hand;
}

static int pends(const struct si_floating *floating, uint32_t number)
{
    return (si_floating_load(floating) & SI_BIT(number)) != 0;
}

static uint64_t cleared(const struct si_floating *floating, uint32_t number)
{
    return atomic_load(&floating->tally[si_classes[number].kind].cleared);
}

static uint64_t coalesced(const struct si_floating *floating, uint32_t number)
{
    return atomic_load(&floating->tally[si_classes[number].kind].coalesced);
}

static void flags(void **state)
{
    struct si_floating *floating = floating_new();
    struct si_hand hand = empty_hand(ALERT), other = hand;

    (void)state;
    assert_false(si_floating_take(floating, ALERT, &hand));
    assert_false(si_floating_hold(floating, ALERT, &hand));
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_QUEUED);
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_COALESCED);
    hand = hold(floating, ALERT);
    assert_false(si_floating_hold(floating, ALERT, &other));
    assert_int_equal(si_floating_count(floating, ALERT), 1);
    /* Another one meanwhile: two in all, of which the abort makes one. */
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_QUEUED);
    assert_int_equal(si_floating_count(floating, ALERT), 2);
    assert_true(si_floating_give_back(floating, &hand));
    assert_int_equal(si_floating_count(floating, ALERT), 1);
    assert_int_equal(coalesced(floating, ALERT), 1);
    hand = hold(floating, ALERT);
    assert_false(si_floating_remove(floating, &hand));
    assert_int_equal(si_floating_count(floating, ALERT), 0);
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_QUEUED);
    assert_true(si_floating_take(floating, ALERT, &hand));
    assert_int_equal(si_floating_load(floating), 0);
    floating_end(floating);
}

/* What pends or is in hand, what comes, and what the answer is. */
static void service_outcomes(void **state)
{
    static const struct {
        uint32_t first;
        int held;
        uint32_t second;
        int outcome;
        uint32_t pends;
    } rows[] = {
        { 0, 0, 0x1000, S390IRQ_QUEUED, 0x1000 },
        { 0, 0, 0x1003, S390IRQ_QUEUED, 0x1003 },
        { 0, 0, 1, S390IRQ_QUEUED, 1 },
        { 0x1000, 0, 0x2000, S390IRQ_BUSY, 0x1000 },
        { 0x1000, 0, 0x2001, S390IRQ_BUSY, 0x1000 },
        { 0x1000, 0, 1, S390IRQ_COALESCED, 0x1001 },
        { 0x1001, 0, 2, S390IRQ_COALESCED, 0x1003 },
        { 1, 0, 0x1000, S390IRQ_COALESCED, 0x1001 },
        { 1, 0, 0x1002, S390IRQ_COALESCED, 0x1003 },
        { 1, 0, 1, S390IRQ_COALESCED, 1 },
        { 0x1000, 1, 0x2000, S390IRQ_BUSY, 0 },
        { 0x1000, 1, 0x2001, S390IRQ_BUSY, 0 },
        { 1, 1, 0x2000, S390IRQ_BUSY, 0 },
        { 0x1003, 1, 1, S390IRQ_QUEUED, 1 },
        { 3, 1, 3, S390IRQ_QUEUED, 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct si_floating *floating = floating_new();

        if (rows[i].first)
            assert_int_equal(si_floating_service(floating, rows[i].first), 0);
        if (rows[i].held) {
            struct si_hand hand = hold(floating, SERVICE);

            assert_int_equal(hand.what.parameter, rows[i].first);
        }
        assert_int_equal(si_floating_service(floating, rows[i].second),
                         rows[i].outcome);
        assert_int_equal(si_floating_service_parameter(floating, false),
                         rows[i].pends);
        assert_int_equal(si_floating_service_parameter(floating, true),
                         rows[i].held ? rows[i].first : 0);
        assert_int_equal(pends(floating, SERVICE), !rows[i].held);
        assert_int_equal(si_floating_count(floating, SERVICE),
                         (unsigned)rows[i].held + (rows[i].pends != 0));
        floating_end(floating);
    }
}

/* Ends of a hold: what was in hand, what came meanwhile, what is left. */
static void service_after_a_hold(void **state)
{
    static const struct {
        uint32_t held;
        uint32_t meanwhile;
        int commit;
        uint32_t left;
        unsigned coalesced;
    } rows[] = {
        { 0x1003, 0, 1, 0, 0 }, { 0x1003, 0, 0, 0x1003, 0 },
        { 0x1002, 1, 1, 1, 0 }, { 0x1002, 1, 0, 0x1003, 1 },
        { 2, 0, 1, 0, 0 },      { 2, 2, 1, 2, 0 },
        { 2, 2, 0, 2, 1 },      { 0x7ffffff8, 3, 0, 0x7ffffffb, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct si_floating *floating = floating_new();
        struct si_hand hand;

        assert_int_equal(si_floating_service(floating, rows[i].held), 0);
        hand = hold(floating, SERVICE);
        if (rows[i].meanwhile)
            assert_int_equal(si_floating_service(floating, rows[i].meanwhile),
                             S390IRQ_QUEUED);
        if (rows[i].commit)
            assert_int_equal(si_floating_remove(floating, &hand),
                             rows[i].left != 0);
        else
            assert_true(si_floating_give_back(floating, &hand));
        assert_int_equal(pends(floating, SERVICE), rows[i].left != 0);
        assert_int_equal(si_floating_service_parameter(floating, false),
                         rows[i].left);
        assert_int_equal(coalesced(floating, SERVICE), rows[i].coalesced);
        assert_int_equal(si_floating_count(floating, SERVICE),
                         rows[i].left != 0);
        floating_end(floating);
    }
}

/*
 * The broken twin of T-2: the service word is emptied when it is taken, and
 * put back by OR when a store fails. One SCCB at a time, as in the library.
 */
struct twin {
    uint32_t word;
};

static int twin_inject(struct twin *twin, uint32_t sccb)
{
    if (twin->word)
        return S390IRQ_BUSY;
    twin->word = sccb;
    return S390IRQ_QUEUED;
}

static uint32_t twin_take(struct twin *twin)
{
    uint32_t taken = twin->word;

    twin->word = 0;
    return taken;
}

static void twin_put_back(struct twin *twin, uint32_t taken)
{
    twin->word |= taken;
}

/* How many signals were accepted, and how many were taken in the end. */
struct books {
    unsigned accepted;
    unsigned taken;
    unsigned strange; /* taken, with an SCCB that nobody sent */
};

static void twin_run(struct books *books)
{
    struct twin twin = { 0 };
    uint32_t taken;

    books->accepted += twin_inject(&twin, 0x1000) == S390IRQ_QUEUED;
    taken = twin_take(&twin);
    books->accepted += twin_inject(&twin, 0x2000) == S390IRQ_QUEUED;
    twin_put_back(&twin, taken); /* the store failed */
    while ((taken = twin_take(&twin)) != 0) {
        books->taken++;
        books->strange += taken != 0x1000 && taken != 0x2000;
    }
}

static void library_run(struct books *books)
{
    struct si_floating *floating = floating_new();
    struct si_hand hand = empty_hand(SERVICE);

    books->accepted += si_floating_service(floating, 0x1000) == S390IRQ_QUEUED;
    hand = hold(floating, SERVICE);
    books->accepted += si_floating_service(floating, 0x2000) == S390IRQ_QUEUED;
    assert_true(si_floating_give_back(floating, &hand));
    while (si_floating_take(floating, SERVICE, &hand)) {
        books->taken++;
        books->strange +=
            hand.what.parameter != 0x1000 && hand.what.parameter != 0x2000;
    }
    floating_end(floating);
}

static void loss_of_a_service_signal(void **state)
{
    struct books broken = { 0, 0, 0 }, sound = { 0, 0, 0 };

    (void)state;
    twin_run(&broken);
    assert_int_equal(broken.accepted, 2);
    assert_int_equal(broken.taken, 1);
    assert_int_equal(broken.strange, 1);
    library_run(&sound);
    assert_int_equal(sound.accepted, 1);
    assert_int_equal(sound.taken, 1);
    assert_int_equal(sound.strange, 0);
}

static void records(void **state)
{
    struct si_floating *floating = floating_new();
    struct si_hand first, second = empty_hand(VIRTIO);

    (void)state;
    for (uint32_t i = 0; i < LIMIT; i++)
        assert_int_equal(si_floating_record(floating, VIRTIO, i, ~0u - i), 0);
    assert_int_equal(si_floating_record(floating, VIRTIO, 9, 9), S390IRQ_FULL);
    assert_int_equal(si_floating_record(floating, SI_CLASS_PFAULT_DONE, 0, 9),
                     0);
    first = hold(floating, VIRTIO);
    second = hold(floating, VIRTIO);
    assert_int_equal(first.what.parameter, 0);
    assert_int_equal(first.what.parameter64, ~0u);
    assert_int_equal(second.what.parameter, 1);
    assert_true(pends(floating, VIRTIO));
    assert_true(si_floating_take(floating, VIRTIO, &second));
    assert_int_equal(second.what.parameter, 2);
    /* All that is left is in hand: the bit is off, the count is not zero. */
    assert_false(pends(floating, VIRTIO));
    assert_int_equal(si_floating_count(floating, VIRTIO), 2);
    assert_false(si_floating_take(floating, VIRTIO, &second));
    assert_true(si_floating_give_back(floating, &first));
    assert_true(pends(floating, VIRTIO));
    first = hold(floating, VIRTIO);
    assert_int_equal(first.what.parameter, 0);
    assert_false(si_floating_remove(floating, &first));
    assert_int_equal(si_floating_count(floating, VIRTIO), 1);
    assert_int_equal(si_floating_count(floating, SI_CLASS_PFAULT_DONE), 1);
    floating_end(floating);
}

static void inject_one(struct si_floating *floating, uint32_t number)
{
    int outcome;

    if (number == SERVICE)
        outcome = si_floating_service(floating, 0x1001);
    else if (number == ALERT)
        outcome = si_floating_flag(floating, number);
    else
        outcome = si_floating_record(floating, number, 1, 2);
    assert_int_equal(outcome, S390IRQ_QUEUED);
}

static const uint32_t numbers[] = { ALERT, SERVICE, SI_CLASS_PFAULT_DONE,
                                    VIRTIO };

#define NUMBERS (sizeof numbers / sizeof *numbers)

static void clear(void **state)
{
    struct si_floating *floating = floating_new();

    (void)state;
    for (size_t i = 0; i < NUMBERS; i++)
        inject_one(floating, numbers[i]);
    inject_one(floating, VIRTIO);
    assert_int_equal(si_floating_clear(floating), 5);
    assert_int_equal(si_floating_load(floating), 0);
    for (size_t i = 0; i < NUMBERS; i++) {
        assert_int_equal(si_floating_count(floating, numbers[i]), 0);
        assert_int_equal(cleared(floating, numbers[i]),
                         numbers[i] == VIRTIO ? 2 : 1);
    }
    assert_int_equal(si_floating_clear(floating), 0);
    floating_end(floating);
}

/* Taken before the clear: commit stands, abort drops and counts. */
static void clear_with_one_in_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * NUMBERS; i++) {
        uint32_t number = numbers[i / 2];
        int commit = i % 2;
        struct si_floating *floating = floating_new();
        struct si_hand hand;

        inject_one(floating, number);
        hand = hold(floating, number);
        assert_int_equal(si_floating_clear(floating), 0);
        assert_int_equal(si_floating_count(floating, number), 1);
        if (commit)
            assert_false(si_floating_remove(floating, &hand));
        else
            assert_false(si_floating_give_back(floating, &hand));
        assert_int_equal(cleared(floating, number), !commit);
        assert_int_equal(si_floating_load(floating), 0);
        assert_int_equal(si_floating_count(floating, number), 0);
        inject_one(floating, number);
        floating_end(floating);
    }
}

/* What came after the clear is not dropped with what was in hand before. */
static void clear_and_then_a_new_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * NUMBERS; i++) {
        uint32_t number = numbers[i / 2];
        int commit = i % 2;
        struct si_floating *floating = floating_new();
        struct si_hand hand;

        inject_one(floating, number);
        hand = hold(floating, number);
        assert_int_equal(si_floating_clear(floating), 0);
        if (number == SERVICE)
            assert_int_equal(si_floating_service(floating, 2), 0);
        else
            inject_one(floating, number);
        assert_int_equal(si_floating_count(floating, number), 2);
        if (commit)
            (void)si_floating_remove(floating, &hand);
        else
            (void)si_floating_give_back(floating, &hand);
        assert_int_equal(si_floating_count(floating, number), 1);
        assert_true(pends(floating, number));
        if (number == SERVICE)
            assert_int_equal(si_floating_service_parameter(floating, false), 2);
        hand = hold(floating, number);
        assert_true(si_floating_give_back(floating, &hand));
        floating_end(floating);
    }
}

/* Events that joined one in hand go with a clear. */
static void clear_of_late_events(void **state)
{
    struct si_floating *floating = floating_new();
    struct si_hand hand;

    (void)state;
    inject_one(floating, SERVICE);
    hand = hold(floating, SERVICE);
    assert_int_equal(si_floating_service(floating, 2), S390IRQ_QUEUED);
    assert_int_equal(si_floating_clear(floating), 1);
    assert_int_equal(cleared(floating, SERVICE), 1);
    assert_int_equal(si_floating_service(floating, 0x2000), S390IRQ_BUSY);
    assert_false(si_floating_remove(floating, &hand));
    assert_int_equal(si_floating_load(floating), 0);
    floating_end(floating);
}

static void closed(void **state)
{
    struct si_floating *floating = floating_new();
    struct si_hand hand = empty_hand(VIRTIO);

    (void)state;
    for (size_t i = 0; i < NUMBERS; i++)
        inject_one(floating, numbers[i]);
    si_floating_close(floating, true);
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_CLOSED);
    assert_int_equal(si_floating_service(floating, 1), S390IRQ_CLOSED);
    assert_int_equal(si_floating_service(floating, 0x2000), S390IRQ_CLOSED);
    assert_int_equal(si_floating_record(floating, VIRTIO, 1, 1),
                     S390IRQ_CLOSED);
    for (size_t i = 0; i < NUMBERS; i++) {
        assert_true(pends(floating, numbers[i]));
        hand = hold(floating, numbers[i]);
        assert_true(si_floating_give_back(floating, &hand));
        assert_true(si_floating_take(floating, numbers[i], &hand));
    }
    assert_int_equal(si_floating_load(floating), SI_FLOATING_CLOSED);
    assert_int_equal(si_floating_clear(floating), 0);
    assert_int_equal(si_floating_flag(floating, ALERT), S390IRQ_CLOSED);
    floating_end(floating);
}

/* Each of the allocations fails in turn, and what was got is given back. */
static void without_memory(void **state)
{
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };
    unsigned fails = 0;
    int done;

    (void)state;
    do {
        struct fake *fake = fake_prepare(&options);
        struct si_host host = { .ops = fake->ops, .opaque = fake };
        struct si_floating *floating = calloc(1, sizeof *floating);

        assert_non_null(floating);
        fake->fail_allocation = ++fails;
        done = si_floating_init(floating, &host, LIMIT);
        si_floating_free(floating, &host);
        assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
        free(floating);
        fake_discard(fake);
    } while (!done);
    assert_int_equal(fails, 5);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "floating: flags", flags, NULL, NULL, NULL },
        { "floating: service-signal outcomes", service_outcomes, NULL, NULL,
          NULL },
        { "floating: what a hold leaves of a service signal",
          service_after_a_hold, NULL, NULL, NULL },
        { "T-2 floating: put back by OR loses a service signal",
          loss_of_a_service_signal, NULL, NULL, NULL },
        { "floating: records", records, NULL, NULL, NULL },
        { "floating: clear", clear, NULL, NULL, NULL },
        { "floating: clear with one in hand", clear_with_one_in_hand, NULL,
          NULL, NULL },
        { "floating: clear, and then a new one", clear_and_then_a_new_one, NULL,
          NULL, NULL },
        { "floating: clear of events that came late", clear_of_late_events,
          NULL, NULL, NULL },
        { "floating: closed", closed, NULL, NULL, NULL },
        { "floating: no memory", without_memory, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
