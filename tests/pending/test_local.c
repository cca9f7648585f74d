/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/local.c: the pending word of one CPU, and its bitmap. */
#include "farm.h"

#include "pending/local.h"

#define EMERGENCY SI_BIT(SI_CLASS_EMERGENCY_SIGNAL)
#define CALL      SI_BIT(SI_CLASS_EXTERNAL_CALL)
#define HINTS     (EMERGENCY | SI_LOCAL_EMERGENCY_MORE)
#define NOBODY    S390IRQ_MAX_CPUS

static const struct si_host plain_host = { .opaque = NULL };

static struct si_local *local_new(void)
{
    struct si_local *local = calloc(1, sizeof *local);

    assert_non_null(local);
    assert_true(si_local_init(local, &plain_host, S390IRQ_MAX_CPUS));
    return local;
}

static void local_free(struct si_local *local)
{
    si_local_free(local, &plain_host);
    free(local);
}

static uint32_t next_source(const struct si_local *local)
{
    return si_local_source(local, SI_CLASS_EMERGENCY_SIGNAL,
                           si_local_load(local));
}

static uint64_t cleared(const struct si_local *local, uint32_t number)
{
    return atomic_load(&local->tally[si_classes[number].kind].cleared);
}

static void flags(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < SI_CLASS_COUNT; number++) {
        struct si_local *local;

        if (si_classes[number].nature != SI_FLAG ||
            !si_classes_is_local(number))
            continue;
        local = local_new();
        assert_int_equal(si_local_count(local, number), 0);
        assert_false(si_local_remove(local, number, 0));
        assert_int_equal(si_local_flag(local, number), S390IRQ_QUEUED);
        assert_int_equal(si_local_load(local), SI_BIT(number));
        assert_int_equal(si_local_flag(local, number), S390IRQ_COALESCED);
        assert_int_equal(si_local_count(local, number), 1);
        assert_true(si_local_remove(local, number, 0));
        assert_int_equal(si_local_load(local), 0);
        assert_false(si_local_remove(local, number, 0));
        local_free(local);
    }
}

/* The mark that puts a restart first goes with the restart. */
static void restart_first(void **state)
{
    struct si_local *local = local_new();

    (void)state;
    atomic_fetch_or(&local->word, SI_LOCAL_RESTART_FIRST);
    assert_int_equal(si_local_flag(local, SI_CLASS_RESTART), S390IRQ_QUEUED);
    assert_true(si_local_remove(local, SI_CLASS_RESTART, 0));
    assert_int_equal(si_local_load(local), 0);
    local_free(local);
}

static void external_call(void **state)
{
    static const uint32_t sources[] = { 0, 1, 2048, 4095 };

    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct si_local *local = local_new();
        uint32_t other = sources[i] ^ 0xfff;

        assert_int_equal(si_local_external_call(local, other), S390IRQ_QUEUED);
        assert_true(si_local_remove(local, SI_CLASS_EXTERNAL_CALL, 0));
        assert_int_equal(si_local_emergency(local, other), S390IRQ_QUEUED);
        assert_int_equal(si_local_external_call(local, sources[i]),
                         S390IRQ_QUEUED);
        assert_int_equal(si_local_external_call(local, sources[i]),
                         S390IRQ_BUSY);
        assert_int_equal(si_local_external_call(local, other), S390IRQ_BUSY);
        assert_int_equal(si_local_call_source(si_local_load(local)),
                         sources[i]);
        assert_int_equal(si_local_count(local, SI_CLASS_EXTERNAL_CALL), 1);
        assert_int_equal(next_source(local), other);
        local_free(local);
    }
}

/* One sender needs no bitmap: slot, coalesced, gone. */
static void emergency_slot(void **state)
{
    static const uint32_t sources[] = { 0, 31, 32, 63, 64, 4095 };

    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct si_local *local = local_new();

        assert_int_equal(next_source(local), NOBODY);
        assert_int_equal(si_local_emergency(local, sources[i]), S390IRQ_QUEUED);
        assert_int_equal(si_local_emergency(local, sources[i]),
                         S390IRQ_COALESCED);
        assert_true(
            si_local_pends_from(local, SI_CLASS_EMERGENCY_SIGNAL, sources[i]));
        assert_false(si_local_pends_from(local, SI_CLASS_EMERGENCY_SIGNAL,
                                         sources[i] ^ 1));
        assert_int_equal(si_local_load(local) & HINTS, EMERGENCY);
        assert_int_equal(next_source(local), sources[i]);
        assert_false(
            si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, sources[i] ^ 1));
        assert_true(
            si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, sources[i]));
        assert_int_equal(si_local_load(local) & HINTS, 0);
        assert_int_equal(si_local_count(local, SI_CLASS_EMERGENCY_SIGNAL), 0);
        local_free(local);
    }
}

/* Every CPU address once, in an order of no meaning. */
static void shuffle(uint32_t *order, uint64_t random)
{
    for (uint32_t i = 0; i < S390IRQ_MAX_CPUS; i++) {
        uint32_t other = farm_random(&random) % (i + 1);

        order[i] = order[other];
        order[other] = i;
    }
}

static void emergency_from_4096(void **state)
{
    static uint32_t order[S390IRQ_MAX_CPUS];
    struct si_local *local = local_new();

    (void)state;
    shuffle(order, 7);
    for (uint32_t i = 0; i < S390IRQ_MAX_CPUS; i++)
        assert_int_equal(si_local_emergency(local, order[i]), S390IRQ_QUEUED);
    for (uint32_t i = 0; i < S390IRQ_MAX_CPUS; i++) {
        assert_int_equal(si_local_emergency(local, order[i]),
                         S390IRQ_COALESCED);
        assert_true(
            si_local_pends_from(local, SI_CLASS_EMERGENCY_SIGNAL, order[i]));
    }
    for (uint32_t i = 0; i < S390IRQ_MAX_CPUS; i++) {
        assert_int_equal(si_local_count(local, SI_CLASS_EMERGENCY_SIGNAL),
                         S390IRQ_MAX_CPUS - i);
        assert_int_equal(si_local_load(local) & EMERGENCY, EMERGENCY);
        assert_int_equal(next_source(local), i);
        assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, i));
        assert_false(si_local_pends_from(local, SI_CLASS_EMERGENCY_SIGNAL, i));
    }
    assert_int_equal(si_local_load(local) & (HINTS | SI_LOCAL_EMERGENCY_SLOT),
                     0);
    local_free(local);
}

/* Random sends and takes against an array of flags. */
static void emergency_against_a_model(void **state)
{
    static uint8_t pends[S390IRQ_MAX_CPUS];
    struct si_local *local = local_new();
    uint64_t random = 11;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t source = farm_random(&random) % 97 * 42;
        uint32_t lowest = 0;

        if (farm_random(&random) % 2) {
            assert_int_equal(si_local_emergency(local, source),
                             pends[source] ? S390IRQ_COALESCED
                                           : S390IRQ_QUEUED);
            pends[source] = 1;
            continue;
        }
        while (lowest < NOBODY && !pends[lowest])
            lowest++;
        assert_int_equal(next_source(local), lowest);
        assert_int_equal((si_local_load(local) & EMERGENCY) != 0,
                         lowest != NOBODY);
        assert_int_equal(
            si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, lowest),
            lowest != NOBODY);
        if (lowest != NOBODY)
            pends[lowest] = 0;
    }
    local_free(local);
}

/*
 * The sender's two steps with the owner between them: first the bit in the
 * bitmap, then the hint in the word.
 */
static void hint_set_again(void **state)
{
    struct si_local *local = local_new();

    (void)state;
    /* A hint that is left over, and a sender who is at its first step. */
    atomic_fetch_or(&local->word, HINTS);
    assert_int_equal(next_source(local), NOBODY);
    atomic_fetch_or(&local->emergency.word[2], SI_BIT(6));
    assert_false(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, NOBODY));
    assert_int_equal(si_local_load(local), HINTS);
    assert_int_equal(next_source(local), 70);
    /* It is taken before the second step, which then hints at nothing. */
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 70));
    assert_int_equal(si_local_load(local), 0);
    atomic_fetch_or(&local->word, HINTS);
    assert_int_equal(next_source(local), NOBODY);
    assert_false(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, NOBODY));
    assert_int_equal(si_local_load(local), 0);
    local_free(local);
}

/* The slot goes while the bitmap has more: the class stays on. */
static void hint_outlives_the_slot(void **state)
{
    struct si_local *local = local_new();

    (void)state;
    assert_int_equal(si_local_emergency(local, 1), S390IRQ_QUEUED);
    assert_int_equal(si_local_emergency(local, 2), S390IRQ_QUEUED);
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 1));
    assert_int_equal(si_local_load(local) & HINTS, HINTS);
    assert_int_equal(next_source(local), 2);
    /* While it is on, every sender goes to the bitmap. */
    assert_int_equal(si_local_emergency(local, 1), S390IRQ_QUEUED);
    assert_int_equal(si_local_load(local) & SI_LOCAL_EMERGENCY_SLOT, 0);
    assert_int_equal(next_source(local), 1);
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 1));
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 2));
    assert_int_equal(si_local_load(local) & HINTS, 0);
    assert_int_equal(si_local_emergency(local, 3), S390IRQ_QUEUED);
    assert_int_equal(si_local_load(local) & SI_LOCAL_EMERGENCY_SLOT,
                     SI_LOCAL_EMERGENCY_SLOT);
    local_free(local);
}

/* Everything that a CPU can have pending, fourteen in all. */
static void fill(struct si_local *local)
{
    struct s390irq_program program = { .code = 1 };

    assert_int_equal(si_own_program(&local->own, &program), S390IRQ_QUEUED);
    assert_int_equal(si_own_supervisor_call(&local->own, 1, 2), S390IRQ_QUEUED);
    assert_int_equal(si_local_flag(local, SI_CLASS_INTERRUPT_KEY), 0);
    assert_int_equal(si_local_emergency(local, 5), 0);
    assert_int_equal(si_local_emergency(local, 4000), 0);
    assert_int_equal(si_local_emergency(local, 0), 0);
    assert_int_equal(si_local_external_call(local, 9), 0);
    assert_int_equal(si_local_malfunction(local, 7), 0);
    assert_int_equal(si_local_measurement(local, 0), 0);
    assert_int_equal(si_local_iucv(local, 0x1234), 0);
    assert_int_equal(si_recorded_push(&local->pfault, 0, 1), 0);
    assert_int_equal(si_local_flag(local, SI_CLASS_TOD_SYNC_CHECK), 0);
    assert_int_equal(si_local_flag(local, SI_CLASS_RESTART), 0);
    assert_int_equal(si_local_flag(local, SI_CLASS_STOP), 0);
}

static uint64_t count_all(struct si_local *local)
{
    uint64_t count = 0;

    for (uint32_t number = 0; number < SI_CLASS_COUNT; number++)
        if (si_classes_is_local(number))
            count += si_local_count(local, number);
    return count;
}

static void clear(void **state)
{
    (void)state;
    for (int own = 0; own < 2; own++) {
        struct si_local *local = local_new();

        fill(local);
        atomic_fetch_or(&local->word, SI_LOCAL_LOOK);
        assert_int_equal(count_all(local), 14);
        assert_int_equal(si_local_clear(local, own), own ? 14 : 12);
        assert_int_equal(count_all(local), own ? 0 : 2);
        assert_int_equal(si_local_load(local) & SI_LOCAL_CLASSES, 0);
        assert_int_equal(si_local_load(local) & SI_LOCAL_LOOK, SI_LOCAL_LOOK);
        assert_int_equal(next_source(local), NOBODY);
        assert_int_equal(cleared(local, SI_CLASS_EMERGENCY_SIGNAL), 3);
        assert_int_equal(cleared(local, SI_CLASS_EXTERNAL_CALL), 1);
        assert_int_equal(cleared(local, SI_CLASS_PROGRAM), (unsigned)own);
        assert_int_equal(si_local_clear(local, own), 0);
        local_free(local);
    }
}

/* What is in hand is not counted: whether it is taken is not decided. */
static void clear_with_one_in_hand(void **state)
{
    static const struct {
        uint32_t number;
        uint32_t source;
    } rows[] = {
        { SI_CLASS_INTERRUPT_KEY, 0 },    { SI_CLASS_EXTERNAL_CALL, 0 },
        { SI_CLASS_EMERGENCY_SIGNAL, 5 }, { SI_CLASS_EMERGENCY_SIGNAL, 0 },
        { SI_CLASS_RESTART, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct si_local *local = local_new();

        fill(local);
        local->hand.held = true;
        local->hand.class_number = rows[i].number;
        local->hand.source = rows[i].source;
        assert_int_equal(si_local_clear(local, true), 13);
        assert_true(local->hand.held);
        assert_true(local->hand.cleared);
        assert_int_equal(cleared(local, rows[i].number),
                         rows[i].number == SI_CLASS_EMERGENCY_SIGNAL ? 2 : 0);
        /* What comes now came after the clear, and the next clear takes it. */
        assert_int_equal(si_local_flag(local, SI_CLASS_WARNING_TRACK), 0);
        assert_int_equal(si_local_emergency(local, 5), S390IRQ_QUEUED);
        assert_int_equal(si_local_clear(local, true), 2);
        local_free(local);
    }
}

static void closed(void **state)
{
    struct si_local *local = local_new();

    (void)state;
    fill(local);
    si_local_close(local, true);
    assert_int_equal(si_local_flag(local, SI_CLASS_INTERRUPT_KEY),
                     S390IRQ_CLOSED);
    assert_int_equal(si_local_flag(local, SI_CLASS_WARNING_TRACK),
                     S390IRQ_CLOSED);
    assert_int_equal(si_local_external_call(local, 1), S390IRQ_CLOSED);
    assert_int_equal(si_local_emergency(local, 5), S390IRQ_CLOSED);
    assert_int_equal(si_local_emergency(local, 77), S390IRQ_CLOSED);
    assert_int_equal(si_local_iucv(local, 0x1234), S390IRQ_CLOSED);
    assert_int_equal(si_local_iucv(local, 0x4321), S390IRQ_CLOSED);
    assert_int_equal(si_local_measurement(local, 1), S390IRQ_CLOSED);
    assert_int_equal(si_local_malfunction(local, 8), S390IRQ_CLOSED);
    /* What pends stays, and can be taken. */
    assert_int_equal(count_all(local), 14);
    assert_int_equal(next_source(local), 0);
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 0));
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 5));
    assert_true(si_local_remove(local, SI_CLASS_EMERGENCY_SIGNAL, 4000));
    assert_int_equal(next_source(local), NOBODY);
    assert_int_equal(si_local_load(local) & EMERGENCY, 0);
    local_free(local);
}

/* A sender that saw the word open finds the bitmap closed. */
static void closed_on_the_way(void **state)
{
    struct si_local *local = local_new();

    (void)state;
    assert_int_equal(si_local_emergency(local, 1), S390IRQ_QUEUED);
    si_local_close(local, true);
    atomic_fetch_and(&local->word, ~SI_LOCAL_CLOSED);
    assert_int_equal(si_local_emergency(local, 2), S390IRQ_CLOSED);
    assert_int_equal(si_local_emergency(local, 4095), S390IRQ_CLOSED);
    assert_int_equal(si_local_count(local, SI_CLASS_EMERGENCY_SIGNAL), 1);
    assert_int_equal(si_local_load(local) & SI_LOCAL_EMERGENCY_MORE, 0);
    local_free(local);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "local: flags", flags, NULL, NULL, NULL },
        { "local: restart first", restart_first, NULL, NULL, NULL },
        { "local: external call has one slot", external_call, NULL, NULL,
          NULL },
        { "local: emergency signal of one sender", emergency_slot, NULL, NULL,
          NULL },
        { "local: emergency signals of 4096 senders, lowest first",
          emergency_from_4096, NULL, NULL, NULL },
        { "local: emergency signals against a model", emergency_against_a_model,
          NULL, NULL, NULL },
        { "local: the hint is cleared and set again", hint_set_again, NULL,
          NULL, NULL },
        { "local: the hint outlives the slot", hint_outlives_the_slot, NULL,
          NULL, NULL },
        { "local: clear", clear, NULL, NULL, NULL },
        { "local: clear with one in hand", clear_with_one_in_hand, NULL, NULL,
          NULL },
        { "local: closed", closed, NULL, NULL, NULL },
        { "local: closed on the way to the bitmap", closed_on_the_way, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
