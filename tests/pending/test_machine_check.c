/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/machine_check.c: groups in slots, in hand, back and cleared. */
#include "fake.h"

#include "arch/mcic.h"
#include "pending/machine_check.h"

#define CLOSED  SI_BIT(58)
#define EXIGENT SI_BIT(62)
#define GROUPS  6

/* The classes, highest first, and a condition of each. */
static const struct {
    uint32_t number;
    uint64_t condition;
    uint64_t bit; /* in the word */
} groups[GROUPS] = {
    { SI_CLASS_EXIGENT, S390IRQ_MCIC_PROCESSING_DAMAGE, EXIGENT },
    { SI_CLASS_CHANNEL_REPORT, S390IRQ_MCIC_CHANNEL_REPORT, SI_BIT(30) },
    { SI_CLASS_RECOVERY, S390IRQ_MCIC_SYSTEM_RECOVERY, SI_BIT(29) },
    { SI_CLASS_DEGRADATION, S390IRQ_MCIC_DEGRADATION, SI_BIT(28) },
    { SI_CLASS_DAMAGE, S390IRQ_MCIC_EXTERNAL_DAMAGE, SI_BIT(27) },
    { SI_CLASS_WARNING, S390IRQ_MCIC_WARNING, SI_BIT(26) },
};

struct place {
    _Atomic uint64_t word;
    struct si_machine_checks checks;
    struct si_tally tally;
};

static void place_new(struct place *place)
{
    memset(place, 0, sizeof *place);
    si_machine_check_init(&place->checks, &place->word, CLOSED);
    place->checks.exigent = EXIGENT;
}

/* Conditions of the groups in `set`, by their place in groups[]. */
static uint64_t conditions_of(unsigned set)
{
    uint64_t conditions = 0;

    for (unsigned i = 0; i < GROUPS; i++)
        if (set & 1u << i)
            conditions |= groups[i].condition;
    return conditions;
}

static uint64_t classes_of(unsigned set)
{
    uint64_t classes = 0;

    for (unsigned i = 0; i < GROUPS; i++)
        if (set & 1u << i)
            classes |= SI_BIT(groups[i].number);
    return classes;
}

static uint64_t bits_of(unsigned set)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < GROUPS; i++)
        if (set & 1u << i)
            bits |= groups[i].bit;
    return bits;
}

static int inject(struct place *place, unsigned set)
{
    struct s390irq_machine_check check = { .conditions = conditions_of(set) };
    uint64_t raised = 0;

    return si_machine_check_inject(&place->checks, &check, &place->tally,
                                   &raised);
}

static unsigned pending_set(struct place *place)
{
    unsigned set = 0;

    for (unsigned i = 0; i < GROUPS; i++)
        if (si_machine_check_count(&place->checks, groups[i].number, false))
            set |= 1u << i;
    return set;
}

static unsigned members(unsigned set)
{
    return (unsigned)__builtin_popcount(set);
}

/* Every pair of records: what pends then, its bits, the outcome, the books. */
static void every_pair(void **state)
{
    (void)state;
    for (unsigned first = 0; first < 1u << GROUPS; first++) {
        for (unsigned second = 1; second < 1u << GROUPS; second++) {
            struct s390irq_machine_check check = { .conditions =
                                                       conditions_of(second) };
            struct place place;
            uint64_t raised = 0;

            place_new(&place);
            if (first)
                assert_int_equal(inject(&place, first), S390IRQ_QUEUED);
            assert_int_equal(si_machine_check_inject(&place.checks, &check,
                                                     &place.tally, &raised),
                             second & ~first ? S390IRQ_QUEUED
                                             : S390IRQ_COALESCED);
            assert_int_equal(raised, bits_of(second & ~first));
            assert_int_equal(place.word, bits_of(first | second));
            assert_int_equal(pending_set(&place), first | second);
            assert_int_equal(place.tally.coalesced, members(first & second));
            assert_int_equal(place.tally.refused, 0);
            assert_int_equal(si_machine_check_clear(&place.checks),
                             members(first | second));
            assert_int_equal(place.word, 0);
            assert_int_equal(pending_set(&place), 0);
        }
    }
}

/* Each group gets its own conditions, the modifiers and the payload. */
static void parts_of_a_record(void **state)
{
    const uint64_t modifiers =
        S390IRQ_MCIC_BACKED_UP | S390IRQ_MCIC_STORAGE_ERROR |
        S390IRQ_MCIC_STORAGE_CORRECTED | S390IRQ_MCIC_KEY_ERROR |
        S390IRQ_MCIC_STORAGE_DEGRADED | S390IRQ_MCIC_FAILING_ADDRESS |
        S390IRQ_MCIC_INDIRECT_STORAGE | S390IRQ_MCIC_DELAYED_ACCESS |
        S390IRQ_MCIC_ANCILLARY_REPORT;
    struct s390irq_machine_check check = {
        .conditions =
            conditions_of(0x3f) | modifiers | S390IRQ_MCIC_SYSTEM_DAMAGE |
            S390IRQ_MCIC_TIMING_DAMAGE | S390IRQ_MCIC_SERVICE_PROCESSOR |
            S390IRQ_MCIC_CHANNEL_SUBSYSTEM | S390IRQ_MCIC_EXTERNAL_CODE,
        .failing_address = 0x123456789abc,
        .external_damage = 0x5a5a,
        .flags = S390IRQ_MACHINE_CHECK_LOGOUT,
        .logout = { 1, 2, 3 },
    };
    struct place place;
    uint64_t raised;

    (void)state;
    place_new(&place);
    assert_int_equal(
        si_machine_check_inject(&place.checks, &check, &place.tally, &raised),
        S390IRQ_QUEUED);
    for (unsigned i = 0; i < GROUPS; i++) {
        const struct s390irq_machine_check *slot =
            &place.checks.slot[si_machine_check_slot(groups[i].number)];
        uint64_t own = groups[i].condition;
        struct s390irq_interruption what = {
            .kind = S390IRQ_KIND_MACHINE_CHECK,
            .u.machine_check = *slot,
        };

        if (groups[i].number == SI_CLASS_EXIGENT)
            own |= S390IRQ_MCIC_SYSTEM_DAMAGE;
        if (groups[i].number == SI_CLASS_DAMAGE)
            own |= S390IRQ_MCIC_TIMING_DAMAGE | S390IRQ_MCIC_SERVICE_PROCESSOR |
                   S390IRQ_MCIC_CHANNEL_SUBSYSTEM | S390IRQ_MCIC_EXTERNAL_CODE;
        assert_int_equal(slot->conditions, own | modifiers);
        assert_int_equal(slot->failing_address, 0x123456789abc);
        assert_int_equal(slot->external_damage,
                         groups[i].number == SI_CLASS_DAMAGE ? 0x5a5a : 0);
        assert_memory_equal(slot->logout, check.logout, 16);
        assert_int_equal(slot->flags, check.flags);
        /* What is listed can be injected somewhere else. */
        assert_int_equal(s390irq_interruption_check(&what), 0);
    }
}

/* Two records for one group, told apart by `mark`. */
static struct s390irq_machine_check marked(unsigned mark, bool payload)
{
    struct s390irq_machine_check check = {
        .conditions = S390IRQ_MCIC_EXTERNAL_DAMAGE,
    };

    if (!payload)
        return check;
    check.conditions |=
        S390IRQ_MCIC_FAILING_ADDRESS | S390IRQ_MCIC_EXTERNAL_CODE |
        (mark == 1 ? S390IRQ_MCIC_BACKED_UP : S390IRQ_MCIC_KEY_ERROR);
    check.failing_address = 0x1000 * mark;
    check.external_damage = 0x10 * mark;
    check.flags = S390IRQ_MACHINE_CHECK_LOGOUT;
    memset(check.logout, (int)mark, sizeof check.logout);
    return check;
}

/* By which of the two records have a payload. */
static void merging(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 4; which++) {
        struct s390irq_machine_check first = marked(1, which & 1);
        struct s390irq_machine_check second = marked(2, which & 2);
        unsigned of = which & 1 ? 1 : which & 2 ? 2 : 0;
        const struct s390irq_machine_check *slot;
        uint8_t logout[16];
        struct place place;
        uint64_t raised;

        place_new(&place);
        si_machine_check_inject(&place.checks, &first, &place.tally, &raised);
        assert_int_equal(si_machine_check_inject(&place.checks, &second,
                                                 &place.tally, &raised),
                         S390IRQ_COALESCED);
        slot = &place.checks.slot[si_machine_check_slot(SI_CLASS_DAMAGE)];
        memset(logout, (int)of, sizeof logout);
        assert_int_equal(slot->conditions,
                         first.conditions | second.conditions);
        assert_int_equal(slot->external_damage,
                         first.external_damage | second.external_damage);
        assert_int_equal(slot->failing_address, 0x1000 * of);
        assert_memory_equal(slot->logout, logout, sizeof logout);
        assert_int_equal(slot->flags, of ? S390IRQ_MACHINE_CHECK_LOGOUT : 0);
    }
}

static void closed_changes_nothing(void **state)
{
    struct si_machine_checks before;
    struct place place;

    (void)state;
    place_new(&place);
    inject(&place, 0x0c);
    atomic_fetch_or(&place.word, CLOSED);
    before = place.checks;
    assert_int_equal(inject(&place, 0x3f), S390IRQ_CLOSED);
    assert_memory_equal(&place.checks, &before, sizeof before);
    assert_int_equal(place.word, CLOSED | bits_of(0x0c));
    assert_int_equal(place.tally.refused, GROUPS);
    assert_int_equal(place.tally.coalesced, 0);
}

/* Which are moved, for every set that pends and every set that is wanted. */
static void holding(void **state)
{
    (void)state;
    for (unsigned there = 1; there < 1u << GROUPS; there++) {
        for (unsigned wanted = 1; wanted < 1u << GROUPS; wanted++) {
            /* An exigent one that is gone takes nobody along. */
            unsigned held = (wanted & ~there & 1) ? 0 : there & wanted;
            struct si_machine_hand hand;
            struct place place;

            place_new(&place);
            inject(&place, there);
            assert_int_equal(
                si_machine_check_hold(&place.checks, classes_of(wanted), &hand),
                held != 0);
            assert_int_equal(hand.classes, classes_of(held));
            assert_int_equal(place.word, bits_of(there & ~held));
            /* In hand it pends for every query. */
            assert_int_equal(pending_set(&place), there);
            if (!held)
                continue;
            si_machine_check_remove(&place.checks, &hand);
            assert_int_equal(pending_set(&place), there & ~held);
            assert_null(place.checks.hands);
        }
    }
}

/* Given back among what came meanwhile: the older first, merged and counted. */
static void giving_back(void **state)
{
    (void)state;
    for (unsigned held = 1; held < 1u << GROUPS; held++) {
        for (unsigned anew = 0; anew < 1u << GROUPS; anew++) {
            struct si_machine_hand hand;
            struct place place;

            place_new(&place);
            inject(&place, held);
            assert_true(
                si_machine_check_hold(&place.checks, classes_of(held), &hand));
            atomic_store(&place.word, 0);
            if (anew)
                assert_int_equal(inject(&place, anew), S390IRQ_QUEUED);
            for (unsigned i = 0; i < GROUPS; i++)
                assert_int_equal(si_machine_check_count(
                                     &place.checks, groups[i].number, false),
                                 ((held >> i) & 1) + ((anew >> i) & 1));
            assert_int_equal(
                si_machine_check_give_back(&place.checks, &hand, &place.tally),
                classes_of(held));
            assert_int_equal(place.word, bits_of(held | anew));
            assert_int_equal(pending_set(&place), held | anew);
            assert_int_equal(place.tally.coalesced, members(held & anew));
            assert_int_equal(place.tally.cleared, 0);
        }
    }
}

static void older_first(void **state)
{
    struct s390irq_machine_check first = marked(1, true);
    struct s390irq_machine_check second = marked(2, true);
    const struct s390irq_machine_check *slot;
    struct si_machine_hand hand;
    struct place place;
    uint64_t raised;

    (void)state;
    place_new(&place);
    si_machine_check_inject(&place.checks, &first, &place.tally, &raised);
    assert_true(
        si_machine_check_hold(&place.checks, SI_BIT(SI_CLASS_DAMAGE), &hand));
    si_machine_check_inject(&place.checks, &second, &place.tally, &raised);
    si_machine_check_give_back(&place.checks, &hand, &place.tally);
    slot = &place.checks.slot[si_machine_check_slot(SI_CLASS_DAMAGE)];
    assert_int_equal(slot->failing_address, first.failing_address);
    assert_memory_equal(slot->logout, first.logout, sizeof slot->logout);
    assert_int_equal(slot->external_damage, 0x30);
    assert_int_equal(slot->conditions, first.conditions | second.conditions);
}

/* Cleared while in hand: dropped, and what comes later is not mixed up. */
static void cleared_in_hand(void **state)
{
    (void)state;
    for (unsigned held = 1; held < 1u << GROUPS; held++) {
        for (unsigned anew = 0; anew < 1u << GROUPS; anew++) {
            struct si_machine_hand hand;
            struct place place;

            place_new(&place);
            inject(&place, held);
            assert_true(
                si_machine_check_hold(&place.checks, classes_of(held), &hand));
            assert_int_equal(si_machine_check_clear(&place.checks), 0);
            assert_int_equal(pending_set(&place), 0);
            for (unsigned i = 0; i < GROUPS; i++)
                assert_int_equal(si_machine_check_count(&place.checks,
                                                        groups[i].number, true),
                                 (held >> i) & 1);
            if (anew)
                inject(&place, anew);
            assert_int_equal(
                si_machine_check_give_back(&place.checks, &hand, &place.tally),
                classes_of(held & anew));
            assert_int_equal(pending_set(&place), anew);
            assert_int_equal(place.tally.cleared, members(held));
            assert_int_equal(place.tally.coalesced, 0);
            assert_null(place.checks.hands);
        }
    }
}

/* Several CPUs have something in hand; they let go in any order. */
static void many_hands(void **state)
{
    static const unsigned orders[][3] = {
        { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
        { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 }
    };

    (void)state;
    for (unsigned order = 0; order < 6; order++) {
        struct si_machine_hand hand[3];
        struct place place;

        place_new(&place);
        for (unsigned i = 0; i < 3; i++) {
            inject(&place, 0x20);
            assert_true(si_machine_check_hold(&place.checks, classes_of(0x20),
                                              &hand[i]));
        }
        assert_int_equal(
            si_machine_check_count(&place.checks, SI_CLASS_WARNING, false), 3);
        for (unsigned i = 0; i < 3; i++) {
            struct si_machine_hand *one = &hand[orders[order][i]];

            if (i == 1)
                si_machine_check_give_back(&place.checks, one, &place.tally);
            else
                si_machine_check_remove(&place.checks, one);
        }
        assert_null(place.checks.hands);
        assert_int_equal(
            si_machine_check_count(&place.checks, SI_CLASS_WARNING, false), 1);
    }
}

/* At the VM there is no exigent one, and no bit that says so. */
static void floating_place(void **state)
{
    struct si_machine_hand hand;
    struct place place;

    (void)state;
    place_new(&place);
    place.checks.exigent = 0;
    assert_int_equal(inject(&place, 0x3e), S390IRQ_QUEUED);
    assert_int_equal(place.word, SI_CLASS_REPRESSIBLE);
    assert_true(
        si_machine_check_hold(&place.checks, SI_CLASS_REPRESSIBLE, &hand));
    assert_int_equal(place.word, 0);
    assert_int_equal(
        si_machine_check_give_back(&place.checks, &hand, &place.tally),
        SI_CLASS_REPRESSIBLE);
    assert_int_equal(place.word, SI_CLASS_REPRESSIBLE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "machine check: every pair of records", every_pair, NULL, NULL,
          NULL },
        { "V-2 each subclass of a record pends on its own", parts_of_a_record,
          NULL, NULL, NULL },
        { "V-12 the first failing address and logout are kept", merging, NULL,
          NULL, NULL },
        { "machine check: closed changes nothing", closed_changes_nothing, NULL,
          NULL, NULL },
        { "machine check: what is taken in hand", holding, NULL, NULL, NULL },
        { "machine check: given back among others", giving_back, NULL, NULL,
          NULL },
        { "machine check: given back as the older one", older_first, NULL, NULL,
          NULL },
        { "machine check: cleared while in hand", cleared_in_hand, NULL, NULL,
          NULL },
        { "machine check: several in hand", many_hands, NULL, NULL, NULL },
        { "machine check: at the VM", floating_place, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
