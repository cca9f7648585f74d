/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/claim.c: claim first, then removed or given back. */
#include "number.h"

#include "deliver/claim.h"

/* A CPU's and a VM's pending sets, without a CPU or a VM. */
struct sets {
    struct si_local local;
    struct si_floating floating;
};

static const struct si_host plain_host = { .opaque = NULL };

static struct sets *sets_new(void)
{
    struct sets *sets = calloc(1, sizeof *sets);

    assert_non_null(sets);
    assert_true(si_local_init(&sets->local, &plain_host, S390IRQ_MAX_CPUS));
    assert_true(si_floating_init(&sets->floating, &plain_host, 4));
    return sets;
}

static void sets_end(struct sets *sets)
{
    si_floating_free(&sets->floating, &plain_host);
    si_local_free(&sets->local, &plain_host);
    free(sets);
}

static int is_level(const struct fake_class *class)
{
    return class->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
           class->kind == S390IRQ_KIND_CPU_TIMER;
}

static int raise_io(struct sets *sets, const struct s390irq_interruption *what)
{
    struct si_io *io = &sets->floating.io;
    bool anew;

    if (what->kind == S390IRQ_KIND_ADAPTER)
        return si_io_signal(io, S390IRQ_IO_ISC(what->u.io.word), false);
    (void)si_io_add(io, &plain_host, what->u.io.subchannel);
    return si_io_inject(io, what->u.io.subchannel, what->parameter,
                        what->u.io.word, &anew);
}

/* Makes it pend, as inject.c does. */
static int raise_one(struct sets *sets, const struct fake_class *class)
{
    const struct s390irq_interruption *what = &class->record;
    uint32_t number = fake_number(class);

    switch (si_classes[number].nature) {
    case SI_OWN:
        return number == SI_CLASS_PROGRAM
                   ? si_own_program(&sets->local.own, &what->u.program)
                   : si_own_supervisor_call(&sets->local.own, what->source,
                                            what->parameter);
    case SI_SOURCES:
        return number == SI_CLASS_EMERGENCY_SIGNAL
                   ? si_local_emergency(&sets->local, what->source)
                   : si_local_malfunction(&sets->local, what->source);
    case SI_PARAMETER:
        return si_local_measurement(&sets->local, what->parameter);
    case SI_SUBCODE:
        return si_local_iucv(&sets->local, what->source);
    case SI_CALL:
        return si_local_external_call(&sets->local, what->source);
    case SI_SERVICE:
        return si_floating_service(&sets->floating, what->parameter);
    case SI_IO:
        return raise_io(sets, what);
    case SI_RECORDS:
        if (!class->is_floating)
            return si_recorded_push(&sets->local.pfault, 0, what->parameter64);
        return si_floating_record(&sets->floating, number, what->parameter,
                                  what->parameter64);
    case SI_FLAG:
        return class->is_floating ? si_floating_flag(&sets->floating, number)
                                  : si_local_flag(&sets->local, number);
    default:
        return S390IRQ_QUEUED;
    }
}

static uint64_t count(struct sets *sets, const struct fake_class *class)
{
    uint32_t number = fake_number(class);

    if (is_level(class))
        return 0;
    return class->is_floating ? si_floating_count(&sets->floating, number)
                              : si_local_count(&sets->local, number);
}

static bool hold(struct sets *sets, const struct fake_class *class)
{
    return si_claim_hold(&sets->local, &sets->floating, fake_number(class));
}

static void assert_what(const struct s390irq_interruption *what,
                        const struct fake_class *class)
{
    if (!is_level(class))
        assert_int_equal(what->source, class->record.source);
    assert_int_equal(what->kind, class->kind);
    assert_int_equal(what->parameter, class->record.parameter);
    assert_int_equal(what->parameter64, class->record.parameter64);
    if (class->kind == S390IRQ_KIND_PROGRAM)
        assert_memory_equal(&what->u, &class->record.u, sizeof what->u);
    if (class->cr6_bit) {
        assert_int_equal(what->u.io.subchannel, class->record.u.io.subchannel);
        assert_int_equal(what->u.io.word, class->record.u.io.word);
    }
}

static void hold_and_commit(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct sets *sets = sets_new();
        int latched = !is_level(class);

        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        assert_int_equal(count(sets, class), latched);
        assert_true(hold(sets, class));
        assert_true(sets->local.hand.held);
        assert_int_equal(sets->local.hand.class_number, fake_number(class));
        assert_what(&sets->local.hand.what, class);
        /* Still pending for every query. */
        assert_int_equal(count(sets, class), latched);
        assert_int_equal(si_claim_commit(&sets->local, &sets->floating), 0);
        assert_false(sets->local.hand.held);
        assert_int_equal(count(sets, class), 0);
        assert_int_equal(si_floating_load(&sets->floating), 0);
        assert_int_equal(si_local_load(&sets->local) & SI_LOCAL_CLASSES, 0);
        sets_end(sets);
    }
}

static void hold_and_abort(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct sets *sets = sets_new();
        uint64_t local, floating, own;

        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        local = si_local_load(&sets->local);
        floating = si_floating_load(&sets->floating);
        own = sets->local.own.classes;
        assert_true(hold(sets, class));
        /* What is floating has to find a CPU again. */
        assert_int_equal(si_claim_abort(&sets->local, &sets->floating),
                         class->is_floating ? SI_BIT(fake_number(class)) : 0);
        assert_false(sets->local.hand.held);
        assert_int_equal(si_local_load(&sets->local), local);
        assert_int_equal(si_floating_load(&sets->floating), floating);
        assert_int_equal(sets->local.own.classes, own);
        assert_true(hold(sets, class));
        assert_what(&sets->local.hand.what, class);
        sets_end(sets);
    }
}

static void take(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct sets *sets = sets_new();
        struct si_hand hand;

        memset(&hand, 0xa5, sizeof hand);
        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        assert_true(si_claim_take(&sets->local, &sets->floating,
                                  fake_number(class),
                                  si_local_load(&sets->local), &hand));
        assert_what(&hand.what, class);
        assert_false(sets->local.hand.held);
        assert_int_equal(count(sets, class), 0);
        if (!is_level(class))
            assert_false(si_claim_take(&sets->local, &sets->floating,
                                       fake_number(class),
                                       si_local_load(&sets->local), &hand) &&
                         si_classes[fake_number(class)].nature != SI_OWN);
        sets_end(sets);
    }
}

/* Somebody was faster, or cleared it. */
static void gone(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct sets *sets = sets_new();

        if (is_level(class) ||
            si_classes[fake_number(class)].nature == SI_OWN) {
            sets_end(sets);
            continue;
        }
        assert_false(hold(sets, class));
        assert_false(sets->local.hand.held);
        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        si_local_clear(&sets->local, true);
        si_floating_clear(&sets->floating);
        assert_false(hold(sets, class));
        assert_int_equal(count(sets, class), 0);
        sets_end(sets);
    }
}

/* A hint that came late is dropped, and the claim fails. */
static void late_hint(void **state)
{
    const uint64_t hints =
        SI_BIT(SI_CLASS_EMERGENCY_SIGNAL) | SI_LOCAL_EMERGENCY_MORE;
    const struct fake_class *class =
        fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL);
    struct sets *sets = sets_new();
    struct si_hand hand;

    (void)state;
    atomic_fetch_or(&sets->local.word, hints);
    assert_false(hold(sets, class));
    assert_false(sets->local.hand.held);
    assert_int_equal(si_local_load(&sets->local), 0);
    atomic_fetch_or(&sets->local.word, hints);
    assert_false(si_claim_take(&sets->local, &sets->floating,
                               SI_CLASS_EMERGENCY_SIGNAL, hints, &hand));
    assert_int_equal(si_local_load(&sets->local), 0);
    sets_end(sets);
}

/* Cleared while in hand: commit stands, abort drops it and counts. */
static void cleared_in_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 2];
        struct si_tally *tally;
        struct sets *sets = sets_new();

        if (is_level(class)) {
            sets_end(sets);
            continue;
        }
        tally = class->is_floating ? sets->floating.tally : sets->local.tally;
        tally += class->kind;
        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        assert_true(hold(sets, class));
        si_floating_clear(&sets->floating);
        si_lock_take(&sets->local.lock);
        assert_int_equal(si_local_clear(&sets->local, true), 0);
        si_lock_release(&sets->local.lock);
        if (i % 2)
            assert_int_equal(si_claim_commit(&sets->local, &sets->floating), 0);
        else
            assert_int_equal(si_claim_abort(&sets->local, &sets->floating), 0);
        assert_int_equal(atomic_load(&tally->cleared), i % 2 == 0);
        assert_int_equal(count(sets, class), 0);
        assert_false(sets->local.hand.held);
        sets_end(sets);
    }
}

/* Raised anew after a clear, while the old one is in hand: it stays. */
static void cleared_and_raised_anew(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 2];
        struct sets *sets = sets_new();

        if (is_level(class) || class->kind == S390IRQ_KIND_SERVICE_SIGNAL) {
            sets_end(sets);
            continue;
        }
        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        assert_true(hold(sets, class));
        si_floating_clear(&sets->floating);
        si_lock_take(&sets->local.lock);
        si_local_clear(&sets->local, true);
        si_lock_release(&sets->local.lock);
        assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
        if (i % 2)
            (void)si_claim_commit(&sets->local, &sets->floating);
        else
            (void)si_claim_abort(&sets->local, &sets->floating);
        if (count(sets, class) != 1)
            fail_msg("%s: %u pend", class->name, (unsigned)count(sets, class));
        assert_true(hold(sets, class));
        assert_what(&sets->local.hand.what, class);
        sets_end(sets);
    }
}

/* T-2: what joins a service signal in hand has to be routed at its end. */
static void commit_routes_late_events(void **state)
{
    const struct fake_class *class = fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL);
    struct sets *sets = sets_new();

    (void)state;
    assert_int_equal(raise_one(sets, class), S390IRQ_QUEUED);
    assert_true(hold(sets, class));
    assert_int_equal(si_floating_service(&sets->floating, 0x2000),
                     S390IRQ_BUSY);
    assert_int_equal(si_floating_service(&sets->floating, 1), S390IRQ_QUEUED);
    assert_int_equal(si_claim_commit(&sets->local, &sets->floating),
                     SI_BIT(SI_CLASS_SERVICE_SIGNAL));
    assert_true(hold(sets, class));
    assert_int_equal(sets->local.hand.what.parameter, 1);
    assert_int_equal(si_claim_commit(&sets->local, &sets->floating), 0);
    sets_end(sets);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "claim: hold and commit, every class", hold_and_commit, NULL, NULL,
          NULL },
        { "claim: hold and abort, every class", hold_and_abort, NULL, NULL,
          NULL },
        { "claim: take in one step, every class", take, NULL, NULL, NULL },
        { "claim: what is gone", gone, NULL, NULL, NULL },
        { "claim: a hint that came late", late_hint, NULL, NULL, NULL },
        { "claim: cleared in hand, every class", cleared_in_hand, NULL, NULL,
          NULL },
        { "claim: cleared in hand and raised anew", cleared_and_raised_anew,
          NULL, NULL, NULL },
        { "T-2 claim: events that come late are routed",
          commit_routes_late_events, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
