/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Whoever is called out for a floating interruption and does not take it
 * passes it on. The models of tests/models found these; see guest.pml,
 * BROKEN_UPWARD and BROKEN_ANY_STATE.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)
#define MASKS   (CR0_SERVICE_SIGNAL | CR0_EMERGENCY_SIGNAL)

static struct fake *two_cpus(uint32_t flags, unsigned hooks)
{
    struct fake_options options = {
        .cpus = 2,
        .flags = flags,
        .hooks = FAKE_USUAL | FAKE_HOOK_KICK | hooks,
    };

    return fake_open(&options);
}

/* A sleeper is no round of guests: the lower address is asked as well. */
static void sleeper_passes_on_downwards(void **state)
{
    static const uint32_t flags[] = { 0, S390IRQ_VM_MASKS_UNKNOWN };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake *fake = two_cpus(flags[i], 0);

        fake_boot(fake, 0, OPEN, MASKS, S390IRQ_RUN);
        fake_boot(fake, 1, WAITING, MASKS, S390IRQ_WAIT);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 8), 0);
        assert_int_equal(fake_wakes(fake, 1), 1);
        assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
        assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 0),
                         0);
        assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
        assert_int_equal(fake->cpu[1].report.taken_kinds,
                         1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
        assert_int_equal(atomic_load(&fake->cpu[0].kicks), 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds,
                         1u << S390IRQ_KIND_SERVICE_SIGNAL);
        fake_close(fake);
    }
}

/*
 * CPU 1 goes from its wait into the guest while a sleeper is looked for: what
 * it takes closes it.
 */
static void enters_the_guest(struct fake *fake, const char *hook,
                             struct fake_cpu *cpu)
{
    (void)cpu;
    if (strcmp(hook, "choose") != 0)
        return;
    fake->during = NULL;
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 0), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
}

static void stale_sleeper_is_no_guest(void **state)
{
    struct fake *fake = two_cpus(S390IRQ_VM_MASKS_UNKNOWN, FAKE_HOOK_CHOOSE);

    (void)state;
    fake_boot(fake, 0, PSW_64, MASKS, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, MASKS, S390IRQ_WAIT);
    fake->during = enters_the_guest;
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 8), 0);
    assert_null(fake->during);
    /* The round of guests begins at the lowest address. */
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_true(fake->cpu[0].report.intercepts &
                S390IRQ_INTERCEPT_PSW_EXTERNAL);
    assert_int_equal(atomic_load(&fake->cpu[1].kicks), 1);
    fake_close(fake);
}

/* An event beside a service signal in hand can be taken by nobody yet. */
static void joins_one_in_hand(void **state)
{
    struct fake *fake = two_cpus(0, 0);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    fake_boot(fake, 0, OPEN, MASKS, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1001), 0);
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    fake_boot(fake, 1, WAITING, MASKS, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 2), 0);
    assert_int_equal(fake_wakes(fake, 1), 0);
    assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken_kinds,
                     1u << S390IRQ_KIND_SERVICE_SIGNAL);
    fake_close(fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "pass on: a sleeper that takes another asks every guest",
          sleeper_passes_on_downwards, NULL, NULL, NULL },
        { "pass on: a stale sleeper is not taken for a guest",
          stale_sleeper_is_no_guest, NULL, NULL, NULL },
        { "pass on: what joins one in hand waits until that is settled",
          joins_one_in_hand, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
