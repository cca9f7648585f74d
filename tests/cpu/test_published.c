/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/published.c: who is asleep, and who called it out. */
#include "fake.h"

#include "arch/classes.h"
#include "cpu/machine.h"
#include "cpu/published.h"
#include "cpu/route.h"

#define BIT_A UINT64_C(0x10)
#define BIT_B UINT64_C(0x20)

#define EITHER (SI_CLAIM_ASLEEP | SI_CLAIM_GUEST)

static const enum si_published_state away[] = { SI_ASLEEP, SI_GUEST };

static void claims(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct si_published published = { .word = 0 };

        assert_int_equal(si_published_claim(&published, EITHER, UINT64_MAX, 1),
                         SI_RUNNING);
        si_published_leave(&published, away[i], BIT_A);
        assert_true(si_published_is(&published, away[i], BIT_A | BIT_B));
        assert_false(si_published_is(&published, away[i], BIT_B));
        assert_false(si_published_is(&published, away[1 - i], BIT_A));
        assert_int_equal(si_published_claim(&published, EITHER, BIT_B, 1),
                         SI_RUNNING);
        assert_int_equal(
            si_published_claim(&published, EITHER, BIT_A | BIT_B, 7), away[i]);
        /* At most one claim for each sleep and each entry. */
        assert_int_equal(si_published_claim(&published, EITHER, BIT_A, 8),
                         SI_RUNNING);
        assert_false(si_published_is(&published, away[i], BIT_A));
        assert_int_equal(si_published_run(&published), 7);
        assert_int_equal(si_published_run(&published), SI_TOKEN_NONE);
        assert_int_equal(si_published_claim(&published, EITHER, BIT_A, 9),
                         SI_RUNNING);
    }
}

/* Who looks for a sleeper gets no guest, and the other way round. */
static void wanted_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct si_published published = { 0 };
        uint32_t wanted = 1u << away[i], other = EITHER & ~wanted;

        si_published_leave(&published, away[i], BIT_A);
        assert_int_equal(si_published_claim(&published, other, BIT_A, 1),
                         SI_RUNNING);
        assert_int_equal(si_published_claim(&published, wanted, BIT_A, 2),
                         away[i]);
        assert_int_equal(si_published_run(&published), 2);
    }
}

static void tokens(void **state)
{
    struct si_published published = { .word = 0 };

    (void)state;
    for (uint32_t token = 0; token <= SI_TOKEN_NONE; token++) {
        si_published_leave(&published, SI_ASLEEP, UINT32_MAX);
        assert_int_equal(
            si_published_claim(&published, EITHER, SI_BIT(token % 32), token),
            SI_ASLEEP);
        assert_int_equal(si_published_run(&published), token);
    }
    /* Not claimed: no token, also after a sleep that was. */
    si_published_leave(&published, SI_ASLEEP, BIT_A);
    assert_int_equal(si_published_run(&published), SI_TOKEN_NONE);
}

/* Bits beyond the open word are no reason to be claimed. */
static void upper_bits(void **state)
{
    struct si_published published = { .word = 0 };

    (void)state;
    si_published_leave(&published, SI_ASLEEP, UINT64_MAX << 32);
    assert_int_equal(si_published_claim(&published, EITHER, UINT64_MAX, 1),
                     SI_RUNNING);
    assert_false(si_published_is(&published, SI_ASLEEP, UINT64_MAX));
    si_published_leave(&published, SI_ASLEEP, UINT64_MAX);
    assert_true(si_published_is(&published, SI_ASLEEP, 1));
    assert_int_equal(
        si_published_claim(&published, EITHER, UINT64_MAX << 32, 1),
        SI_RUNNING);
}

/* No two sleeps in a row look alike, nor any of the next million. */
static void numbers(void **state)
{
    struct si_published published = { .word = 0 };
    uint64_t first;

    (void)state;
    si_published_leave(&published, SI_ASLEEP, BIT_A);
    first = atomic_load(&published.word);
    for (unsigned i = 0; i < 1000000; i++) {
        if (i % 3 == 0)
            si_published_claim(&published, EITHER, BIT_A, 1);
        if (i % 2 == 0)
            si_published_run(&published);
        si_published_leave(&published, SI_ASLEEP, BIT_A);
        assert_true(atomic_load(&published.word) != first);
    }
}

/* The claim of one sleep, made with the word of it, does not hit the next. */
static void stale_claim(void **state)
{
    struct si_published published = { .word = 0 };
    uint64_t stale, claimed;

    (void)state;
    si_published_leave(&published, SI_ASLEEP, BIT_A);
    stale = atomic_load(&published.word);
    assert_int_equal(
        si_published_claim(&published, EITHER, BIT_A, SI_TOKEN_NONE),
        SI_ASLEEP);
    claimed = atomic_load(&published.word);
    si_published_run(&published);
    si_published_leave(&published, SI_ASLEEP, BIT_A);
    assert_false(
        atomic_compare_exchange_strong(&published.word, &stale, claimed));
    assert_true(si_published_is(&published, SI_ASLEEP, BIT_A));
}

/*
 * The broken twin of T-1: the CPU has an attention word of its own; injectors
 * raise it BEFORE they claim the sleeper; the published word has no number;
 * the owner clears attention when it looks at what pends. Every function is
 * one atomic step, so that the test can put them in any order.
 */
enum {
    TWIN_RUNNING,
    TWIN_ASLEEP,
    TWIN_CLAIMED
};

struct twin {
    unsigned pending;
    unsigned taken;
    int attention;
    int published;
    int wakes; /* calls of the wake hook */
};

static void twin_set_pending(struct twin *twin)
{
    twin->pending++;
}

static int twin_look(const struct twin *twin)
{
    return twin->published;
}

static void twin_raise(struct twin *twin)
{
    twin->attention = 1;
}

static int twin_claim(struct twin *twin, int seen)
{
    if (seen != TWIN_ASLEEP || twin->published != seen)
        return 0;
    twin->published = TWIN_CLAIMED;
    return 1;
}

static void twin_wake(struct twin *twin)
{
    twin->wakes++;
}

/* Wakes up, takes what pends, and publishes that it sleeps again. */
static void twin_deliver(struct twin *twin)
{
    twin->published = TWIN_RUNNING;
    twin->attention = 0;
    twin->taken += twin->pending;
    twin->pending = 0;
    twin->published = TWIN_ASLEEP;
}

static void twin_inject(struct twin *twin)
{
    int seen;

    twin_set_pending(twin);
    seen = twin_look(twin);
    if (seen != TWIN_ASLEEP)
        return;
    twin_raise(twin);
    if (twin_claim(twin, seen))
        twin_wake(twin);
}

/*
 * Injector 1 stops between raising attention and claiming; injector 2 wakes
 * the CPU, which takes both and sleeps again; then 1 goes on.
 */
static void broken_form(void **state)
{
    struct twin twin = { .published = TWIN_ASLEEP };
    int seen;

    (void)state;
    twin_set_pending(&twin);
    seen = twin_look(&twin);
    twin_raise(&twin);
    twin_inject(&twin);
    assert_int_equal(twin.wakes, 1);
    twin_deliver(&twin);
    assert_int_equal(twin.taken, 2);
    assert_true(twin_claim(&twin, seen)); /* of a sleep that is over */
    twin_wake(&twin);
    assert_int_equal(twin.wakes, 2);
    /* A sleeping thread looks at attention, and goes on sleeping. */
    assert_int_equal(twin.attention, 0);
    /* From now on nobody wakes it: all see it claimed, awake as they think. */
    twin_inject(&twin);
    twin_inject(&twin);
    assert_int_equal(twin.pending, 2);
    assert_int_equal(twin.wakes, 2);
    assert_int_equal(twin.attention, 0);
    assert_int_equal(twin.published, TWIN_CLAIMED);
}

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_WAIT)
#define KEY  SI_BIT(SI_CLASS_INTERRUPT_KEY)

/*
 * The same steps by the library's calls. What injector 1 knows of the CPU
 * when it stops is `seen`; the claim is made with it, as one step.
 */
static struct fake *library_until_the_claim(uint64_t *seen)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu;

    /* Its handler opens and waits again, as an idle guest does. */
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x6000);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    vcpu = fake->cpu[0].vcpu;
    assert_int_equal(si_local_flag(&vcpu->local, SI_CLASS_INTERRUPT_KEY),
                     S390IRQ_QUEUED);
    *seen = atomic_load(&vcpu->published.word);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(fake->cpu[0].report.taken, 2);
    assert_false(fake_attention(fake, 0));
    return fake;
}

/* Whatever came before, the next interruption wakes the CPU and is taken. */
static void assert_wakes(struct fake *fake)
{
    unsigned wakes = fake_wakes(fake, 0);
    int attention = fake_attention(fake, 0);

    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_true(fake_attention(fake, 0));
    assert_true(attention || fake_wakes(fake, 0) == wakes + 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake_pending(fake, 0), 0);
    assert_false(fake_attention(fake, 0));
}

/* The claim by the word that was seen fails: the number is another one. */
static void library_form_one_step(void **state)
{
    uint64_t seen;
    struct fake *fake = library_until_the_claim(&seen);
    struct si_published *published = &fake->cpu[0].vcpu->published;

    (void)state;
    assert_true(si_published_is(published, SI_ASLEEP, KEY));
    assert_false(atomic_compare_exchange_strong(&published->word, &seen, 0));
    assert_true(si_published_is(published, SI_ASLEEP, KEY));
    assert_wakes(fake);
    fake_close(fake);
}

/*
 * The injector that stops before it looks calls a later sleep out for nothing;
 * since attention comes after the claim, it stays, and so does its wake.
 */
static void library_form_late_look(void **state)
{
    uint64_t seen;
    struct fake *fake = library_until_the_claim(&seen);

    (void)state;
    si_route_local(fake->cpu[0].vcpu, KEY);
    assert_int_equal(fake_wakes(fake, 0), 2);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_false(fake_attention(fake, 0));
    assert_wakes(fake);
    fake_close(fake);
}

/*
 * And one that stops between claim and attention: the owner, awake for some
 * other reason, sleeps again; attention then comes late, but it comes, and
 * the new sleep can be claimed all the same.
 */
static void library_form_late_attention(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x6000);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    assert_int_equal(si_local_flag(&vcpu->local, SI_CLASS_INTERRUPT_KEY),
                     S390IRQ_QUEUED);
    assert_int_equal(
        si_published_claim(&vcpu->published, EITHER, KEY, SI_TOKEN_NONE),
        SI_ASLEEP);
    assert_true(fake_attention(fake, 0)); /* by what pends */
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_false(fake_attention(fake, 0));
    atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_wakes(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "published: one claim for each sleep", claims, NULL, NULL, NULL },
        { "published: a claim says for which state", wanted_state, NULL, NULL,
          NULL },
        { "published: tokens", tokens, NULL, NULL, NULL },
        { "published: the open word has 32 bits", upper_bits, NULL, NULL,
          NULL },
        { "published: every sleep has a number", numbers, NULL, NULL, NULL },
        { "published: a stale claim", stale_claim, NULL, NULL, NULL },
        { "T-1 published: the broken form sleeps for ever", broken_form, NULL,
          NULL, NULL },
        { "T-1 published: a claim of a sleep that is over",
          library_form_one_step, NULL, NULL, NULL },
        { "T-1 published: an injector that looks late", library_form_late_look,
          NULL, NULL, NULL },
        { "T-1 published: an injector that raises attention late",
          library_form_late_attention, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
