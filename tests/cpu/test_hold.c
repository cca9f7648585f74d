/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/hold.c: a machine that is held still, and closed for reasons. */
#include "farm.h"

#include "cpu/hold.h"

static int key(struct fake *fake, uint32_t address)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_INTERRUPT_KEY };
    int outcome = s390irq_vcpu_inject(fake->cpu[address].vcpu, &what);

    s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[address].vcpu));
    return outcome;
}

static int timing(struct fake *fake)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_TIMING_ALERT };
    int outcome = s390irq_vm_inject(fake->vm, &what);

    s390irq_queue_clear(s390irq_vm_queue(fake->vm));
    return outcome;
}

static void assert_takes(struct fake *fake, int outcome)
{
    assert_int_equal(timing(fake), outcome);
    for (uint32_t i = 0; i < fake->cpus; i++)
        assert_int_equal(key(fake, i), outcome);
}

static void one_holds(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    assert_false(si_hold_begin(fake->vm, true));
    assert_true(si_hold_begin(fake->vm, false));
    assert_false(si_hold_begin(fake->vm, false));
    si_hold_end(fake->vm);
    s390irq_vm_pause(fake->vm);
    assert_true(si_hold_begin(fake->vm, true));
    assert_false(si_hold_begin(fake->vm, false));
    s390irq_vm_resume(fake->vm);
    assert_false(si_hold_begin(fake->vm, false));
    si_hold_end(fake->vm);
    assert_false(si_hold_begin(fake->vm, true));
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_false(si_hold_begin(fake->vm, false));
    fake_close(fake);
}

/* Whoever comes meanwhile stays parked, and comes again. */
static void nobody_unparks(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_start(fake, 0, PSW_64, 0);
    assert_true(si_hold_begin(fake->vm, false));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
        assert_true(fake_attention(fake, 0));
    }
    assert_int_equal(atomic_load(&fake->vm->unparked), SI_MACHINE_HELD);
    si_hold_end(fake->vm);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

/* It takes injections again when the last reason is gone. */
static void reasons(void **state)
{
    static const uint32_t other[] = { SI_CLOSED_FOR_EVER, SI_CLOSED_LOADING };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake *fake = fake_usual(3);

        assert_int_equal(s390irq_vcpu_unplug(fake->cpu[2].vcpu), 0);
        fake->cpus = 2;
        assert_takes(fake, S390IRQ_QUEUED);
        assert_true(si_hold_close(fake->vm, SI_CLOSED_SAVED));
        assert_takes(fake, S390IRQ_CLOSED);
        assert_false(si_hold_close(fake->vm, SI_CLOSED_SAVED));
        assert_true(si_hold_close(fake->vm, other[i]));
        si_hold_reopen(fake->vm, SI_CLOSED_SAVED);
        assert_takes(fake, S390IRQ_CLOSED);
        fake->cpus = 3;
        fake_create_cpu(fake, 2);
        assert_takes(fake, S390IRQ_CLOSED);
        si_hold_reopen(fake->vm, other[i]);
        assert_takes(fake, S390IRQ_QUEUED);
        si_hold_reopen(fake->vm, other[i]);
        assert_takes(fake, S390IRQ_QUEUED);
        fake_close(fake);
    }
}

#define ROUNDS 3000

static void *close_and_open(void *argument)
{
    struct fake *fake = argument;

    for (int i = 0; i < ROUNDS; i++) {
        si_hold_close(fake->vm, SI_CLOSED_SAVED);
        si_hold_reopen(fake->vm, SI_CLOSED_SAVED);
    }
    return NULL;
}

/* Whoever is last leaves everything as the reasons say. */
static void two_threads(void **state)
{
    struct fake *fake = fake_usual(2);
    pthread_t thread;

    (void)state;
    pthread_create(&thread, NULL, close_and_open, fake);
    for (int i = 0; i < ROUNDS; i++) {
        si_hold_close(fake->vm, SI_CLOSED_LOADING);
        assert_takes(fake, S390IRQ_CLOSED);
        si_hold_reopen(fake->vm, SI_CLOSED_LOADING);
    }
    pthread_join(thread, NULL);
    assert_takes(fake, S390IRQ_QUEUED);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "hold: by one at a time, with every CPU parked", one_holds, NULL,
          NULL, NULL },
        { "hold: nobody unparks meanwhile", nobody_unparks, NULL, NULL, NULL },
        { "hold: closed for several reasons", reasons, NULL, NULL, NULL },
        { "hold: closed and opened by two threads", two_threads, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
