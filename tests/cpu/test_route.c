/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/route.c: who is told (decisions on floating interruptions). */
#include "fake.h"

#include "cpu/route.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)
#define CPUS    6
#define ALERT   SI_CLASS_TIMING_ALERT

static struct fake *fake_with(unsigned hooks, uint32_t flags)
{
    struct fake_options options = { .cpus = CPUS,
                                    .flags = flags,
                                    .hooks = FAKE_USUAL | hooks };

    return fake_open(&options);
}

/* Sleeps, open for timing alerts. */
static void sleep_open(struct fake *fake, uint32_t address)
{
    fake_boot(fake, address, WAITING, CR0_TIMING_ALERT, S390IRQ_WAIT);
}

/* The one CPU that was woken since the last look, or S390IRQ_NO_CPU. */
static uint32_t woken(struct fake *fake)
{
    uint32_t who = S390IRQ_NO_CPU;

    for (uint32_t i = 0; i < CPUS; i++) {
        if (atomic_exchange(&fake->cpu[i].wakes, 0)) {
            assert_int_equal(who, S390IRQ_NO_CPU);
            assert_true(fake_attention(fake, i));
            who = i;
        }
    }
    return who;
}

static uint32_t kicked(struct fake *fake)
{
    uint32_t who = S390IRQ_NO_CPU;

    for (uint32_t i = 0; i < CPUS; i++) {
        if (atomic_exchange(&fake->cpu[i].kicks, 0)) {
            assert_int_equal(who, S390IRQ_NO_CPU);
            who = i;
        }
    }
    return who;
}

/* The last sleeper first, then upwards, each of them once. */
static void order_of_sleepers(void **state)
{
    static const uint32_t expected[] = { 1, 0, 3, 4, S390IRQ_NO_CPU };
    struct fake *fake = fake_with(0, 0);

    (void)state;
    sleep_open(fake, 4);
    sleep_open(fake, 0);
    fake_boot(fake, 2, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    sleep_open(fake, 3);
    sleep_open(fake, 1);
    for (size_t i = 0; i < 5; i++) {
        si_route_floating(fake->vm, ALERT, 0);
        assert_int_equal(woken(fake), expected[i]);
    }
    fake_close(fake);
}

/* Masked, running, stopped and check-stopped CPUs are never woken. */
static void nobody(void **state)
{
    struct fake *fake = fake_with(0, 0);

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_TIMING_ALERT, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, CR0_EVERY_EXTERNAL & ~CR0_TIMING_ALERT,
              S390IRQ_WAIT);
    fake_boot(fake, 2, PSW_64 | PSW_WAIT | PSW_IO, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT);
    fake_boot(fake, 3, PSW_64 | PSW_WAIT, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT_DISABLED);
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(woken(fake), S390IRQ_NO_CPU);
    fake_close(fake);
}

static void policy_of_the_host(void **state)
{
    static const struct {
        uint32_t choice;
        uint32_t woken;
    } rows[] = {
        { 0, 0 },
        { 2, 2 },
        { S390IRQ_NO_CPU, 3 }, /* agree: the last sleeper */
        { 1, 3 },              /* it runs */
        { 4, 3 },              /* it is stopped */
        { 5, 3 },              /* asleep, but not open */
        { CPUS, 3 },
        { S390IRQ_MAX_CPUS, 3 },
        { S390IRQ_MAX_CPUS + 2, 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_with(FAKE_HOOK_CHOOSE, 0);

        fake_boot(fake, 1, OPEN, CR0_TIMING_ALERT, S390IRQ_RUN);
        fake_boot(fake, 5, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
        sleep_open(fake, 0);
        sleep_open(fake, 2);
        sleep_open(fake, 3);
        fake->choice = rows[i].choice;
        si_route_floating(fake->vm, ALERT, 0);
        assert_int_equal(fake->choices, 1);
        assert_int_equal(fake->proposed, 3);
        assert_int_equal(fake->chosen_kind, S390IRQ_KIND_TIMING_ALERT);
        assert_int_equal(woken(fake), rows[i].woken);
        fake_close(fake);
    }
}

static void local(void **state)
{
    const uint64_t key = SI_BIT(SI_CLASS_INTERRUPT_KEY);
    struct fake *fake = fake_with(0, 0);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    si_route_local(vcpu, key);
    assert_int_equal(woken(fake), S390IRQ_NO_CPU);
    si_route_local(vcpu, key | SI_BIT(SI_CLASS_EMERGENCY_SIGNAL));
    assert_int_equal(woken(fake), 0);
    /* Once a sleep. */
    si_route_local(vcpu, SI_BIT(SI_CLASS_EMERGENCY_SIGNAL));
    assert_int_equal(woken(fake), S390IRQ_NO_CPU);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_false(fake_attention(fake, 0));
    si_route_reason(vcpu, SI_LOCAL_LOOK);
    assert_int_equal(woken(fake), 0);
    assert_int_equal(si_local_load(&vcpu->local) & SI_LOCAL_LOOK,
                     SI_LOCAL_LOOK);
    fake_close(fake);
}

/* Claim, then attention, then the hook: the hook sees both. */
static void look_from_the_hook(struct fake *fake, const char *hook,
                               struct fake_cpu *cpu)
{
    unsigned *looks = fake->during_argument;

    if (strcmp(hook, "wake") && strcmp(hook, "kick"))
        return;
    ++*looks;
    assert_true(fake_attention(fake, cpu->address));
    assert_false(si_published_is(&cpu->vcpu->published, SI_ASLEEP, UINT64_MAX));
    assert_false(si_published_is(&cpu->vcpu->published, SI_GUEST, UINT64_MAX));
}

static void order_of_steps(void **state)
{
    struct fake *fake = fake_with(FAKE_HOOK_KICK, 0);
    unsigned looks = 0;

    (void)state;
    sleep_open(fake, 0);
    fake_boot(fake, 1, OPEN, CR0_TIMING_ALERT, S390IRQ_RUN);
    fake->during = look_from_the_hook;
    fake->during_argument = &looks;
    si_route_floating(fake->vm, ALERT, 0);
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(looks, 2);
    fake->during = NULL;
    fake_close(fake);
}

/* A sleeper first; then one in guest mode that is open, from `from` on. */
static void kicks(void **state)
{
    struct fake *fake = fake_with(FAKE_HOOK_KICK, 0);

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        fake_boot(fake, i, OPEN,
                  i == 0 ? CR0_EMERGENCY_SIGNAL : CR0_TIMING_ALERT,
                  S390IRQ_RUN);
    sleep_open(fake, 4);
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(woken(fake), 4);
    assert_int_equal(kicked(fake), S390IRQ_NO_CPU);
    si_route_floating(fake->vm, ALERT, 2);
    assert_int_equal(kicked(fake), 2);
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(kicked(fake), 1);
    si_route_floating(fake->vm, ALERT, 2);
    assert_int_equal(kicked(fake), 3);
    /* Once an entry: nobody is left. */
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(kicked(fake), S390IRQ_NO_CPU);
    assert_int_equal(woken(fake), S390IRQ_NO_CPU);
    fake_close(fake);
}

/* Unknown masks: every one in guest mode may be open. */
static void kicks_of_unknown_masks(void **state)
{
    struct fake *fake = fake_with(FAKE_HOOK_KICK, S390IRQ_VM_MASKS_UNKNOWN);

    (void)state;
    fake_boot(fake, 1, PSW_64, 0, S390IRQ_RUN);
    fake_boot(fake, 3, PSW_64, 0, S390IRQ_RUN);
    si_route_floating(fake->vm, ALERT, 2);
    assert_int_equal(kicked(fake), 3);
    si_route_floating(fake->vm, ALERT, 2);
    assert_int_equal(kicked(fake), S390IRQ_NO_CPU);
    si_route_floating(fake->vm, ALERT, 0);
    assert_int_equal(kicked(fake), 1);
    fake_close(fake);
}

/* Each class finds its own CPU. */
static void classes(void **state)
{
    struct fake *fake = fake_with(0, 0);

    (void)state;
    sleep_open(fake, 2);
    fake_boot(fake, 1, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    si_route_floating(fake->vm, ALERT, 0);
    si_route_floating(fake->vm, SI_CLASS_VIRTIO, 0);
    assert_int_equal(fake_wakes(fake, 2), 1);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(fake_all_wakes(fake), 2);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "route: the last sleeper, then the lowest", order_of_sleepers, NULL,
          NULL, NULL },
        { "route: who cannot take it is not woken", nobody, NULL, NULL, NULL },
        { "route: the host's policy", policy_of_the_host, NULL, NULL, NULL },
        { "route: local", local, NULL, NULL, NULL },
        { "T-1 route: claim, then attention, then the hook", order_of_steps,
          NULL, NULL, NULL },
        { "route: kicks", kicks, NULL, NULL, NULL },
        { "route: kicks of unknown masks", kicks_of_unknown_masks, NULL, NULL,
          NULL },
        { "route: several classes", classes, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
