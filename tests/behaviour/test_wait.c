/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Waiting and waking: deadlines, the wake hook, the blocking wait. */
#include <time.h>

#include "meeting.h"

#define OPEN         (PSW_64 | PSW_EXTERNAL)
#define WAITING      (OPEN | PSW_WAIT)
#define TIMERS       (CR0_CLOCK_COMPARATOR | CR0_CPU_TIMER)
#define SIGNED_NEVER INT64_MAX

/* Comparator and timer relative to nothing: as values; TOD is 1000. */
static void deadlines(void **state)
{
    static const struct {
        uint64_t cr0, comparator, timer, since, deadline;
    } rows[] = {
        { TIMERS, UINT64_MAX, 0, 0, S390IRQ_NEVER },
        { TIMERS, 1000, 0, 0, 1001 },
        { TIMERS, 5000, 0, 0, 5001 },
        { TIMERS, UINT64_MAX - 1, 0, 0, UINT64_MAX },
        { TIMERS, UINT64_MAX, 0, 1000, 1001 },
        { TIMERS, UINT64_MAX, 100, 1000, 1101 },
        { TIMERS, UINT64_MAX, 100, 950, 1051 },
        { TIMERS, UINT64_MAX, 100, 0, S390IRQ_NEVER },
        { TIMERS, UINT64_MAX, INT64_MAX, 1000,
          UINT64_C(0x8000000000000000) + 1000 },
        { TIMERS, 5000, 100, 1000, 1101 },
        { TIMERS, 1050, 100, 1000, 1051 },
        { CR0_CLOCK_COMPARATOR, 5000, 100, 1000, 5001 },
        { CR0_CPU_TIMER, 1050, 100, 1000, 1101 },
        { 0, 1050, 100, 1000, S390IRQ_NEVER },
        { TIMERS | CR0_CLOCK_SIGN, 5000, 0, 0, 5001 },
        { TIMERS | CR0_CLOCK_SIGN, SIGNED_NEVER, 0, 0, S390IRQ_NEVER },
        { TIMERS | CR0_CLOCK_SIGN, SIGNED_NEVER - 1, 0, 0, SIGNED_NEVER },
        { TIMERS, SIGNED_NEVER, 0, 0, UINT64_C(0x8000000000000000) },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        atomic_store(&fake->tod, 1000);
        fake_start(fake, 0, WAITING, rows[i].cr0);
        cpu->cpu.clock_comparator = rows[i].comparator;
        cpu->cpu.cpu_timer = rows[i].timer;
        cpu->cpu.cpu_timer_since_tod = rows[i].since;
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        assert_int_equal(cpu->report.deadline_tod, rows[i].deadline);
        assert_int_equal(atomic_load(&cpu->deadline_tod), rows[i].deadline);
        fake_close(fake);
    }
}

/* One tick before the deadline nothing is taken, at it everything. */
static void deadline_is_when_it_holds(void **state)
{
    (void)state;
    for (int timer = 0; timer < 2; timer++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_start(fake, 0, WAITING, TIMERS);
        if (timer) {
            cpu->cpu.cpu_timer = 777;
            cpu->cpu.cpu_timer_since_tod = FAKE_TOD_START;
        } else {
            cpu->cpu.clock_comparator = FAKE_TOD_START + 777;
        }
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        atomic_store(&fake->tod, cpu->report.deadline_tod - 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        assert_int_equal(cpu->report.taken, 0);
        atomic_store(&fake->tod, cpu->report.deadline_tod);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken, 1);
        fake_close(fake);
    }
}

static void deadline_follows_the_epoch(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    uint64_t tod = 0;

    (void)state;
    fake_start(fake, 0, WAITING, CR0_CLOCK_COMPARATOR);
    cpu->cpu.clock_comparator = 2000;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(s390irq_vm_set_tod(fake->vm, 1000), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 1001);
    atomic_fetch_add(&fake->tod, 10);
    assert_int_equal(s390irq_vm_get_tod(fake->vm, &tod), 0);
    assert_int_equal(tod, 1010);
    /* A jump wakes the sleeper: its comparator is a different deadline now. */
    atomic_store(&cpu->wakes, 0);
    assert_int_equal(s390irq_vm_set_tod(fake->vm, 2000), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 11);
    assert_int_equal(s390irq_vm_set_tod(fake->vm, 2001), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

static void deadline_hook_on_change_only(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    unsigned calls;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 100;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(atomic_load(&cpu->deadline_tod), FAKE_TOD_START + 101);
    calls = atomic_load(&cpu->deadlines);
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 101);
    assert_int_equal(atomic_load(&cpu->deadlines), calls);
    cpu->cpu.clock_comparator = UINT64_MAX;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(atomic_load(&cpu->deadlines), calls + 1);
    assert_int_equal(atomic_load(&cpu->deadline_tod), S390IRQ_NEVER);
    fake_close(fake);
}

/* Without a trace, whose events have times. */
static struct fake *untraced(uint32_t cpus)
{
    struct fake_options options = { .cpus = cpus,
                                    .hooks = FAKE_USUAL & ~FAKE_HOOK_WATCH };

    return fake_open(&options);
}

static void no_clock_without_timers(void **state)
{
    struct fake *fake = untraced(2);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    atomic_store(&fake->tod_reads, 0);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1),
                         0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_load_masks(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    }
    assert_int_equal(atomic_load(&fake->tod_reads), 0);
    fake_close(fake);
}

/* ... not by orders either: the clock may cost the host a system call. */
static void no_clock_for_orders_without_timers(void **state)
{
    static const uint32_t orders[] = {
        S390IRQ_SIGP_RESTART,   S390IRQ_SIGP_STOP,       S390IRQ_SIGP_START,
        S390IRQ_SIGP_STOP,      S390IRQ_SIGP_RESTART,    S390IRQ_SIGP_SENSE,
        S390IRQ_SIGP_CPU_RESET, S390IRQ_SIGP_SET_PREFIX, S390IRQ_SIGP_START,
        S390IRQ_SIGP_CPU_RESET,
    };
    struct fake *fake = untraced(2);

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    atomic_store(&fake->tod_reads, 0);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        assert_int_equal(fake_sigp(fake, 1, 0, orders[i], fake_prefix(0), NULL),
                         0);
        assert_true(fake_deliver(fake, 0) >= 0);
    }
    assert_int_equal(atomic_load(&fake->tod_reads), 0);
    fake_close(fake);
}

static void one_wake_a_sleep(void **state)
{
    struct fake *fake = fake_usual(4);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    for (unsigned sleep = 1; sleep <= 3; sleep++) {
        for (uint32_t source = 1; source < 4; source++)
            assert_int_equal(
                s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, source), 0);
        assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
        assert_int_equal(s390irq_vcpu_timer_fired(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_wakes(fake, 0), sleep);
        fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x8000);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 3);
        fake_load_masks(fake, 0, WAITING, CR0_EVERY_EXTERNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    }
    fake_close(fake);
}

/* It cannot be masked, but only a CPU that operates can take it. */
static void exigent_machine_check_of_a_sleeper(void **state)
{
    const struct s390irq_interruption check = {
        .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_SYSTEM_DAMAGE,
    };
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    fake_boot(fake, 1, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(fake_deliver(fake, 2), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_PAUSED);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(s390irq_vcpu_inject(fake->cpu[i].vcpu, &check), 0);
        assert_int_equal(fake_wakes(fake, i), i == 0);
        assert_int_equal(fake_attention(fake, i), i == 0);
    }
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(s390irq_vcpu_start(fake->cpu[2].vcpu, NULL), 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(fake_deliver(fake, i), S390IRQ_CHECK_STOP);
    fake_close(fake);
}

/* Prepare ends a sleep: what is given back is seen by who polls. */
static void attention_after_prepare(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    cpu->cpu.psw_mask = OPEN;
    cpu->cpu.cr[0] = CR0_EVERY_EXTERNAL;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
    assert_true(fake_attention(fake, 0));
    fake_close(fake);
}

/* Every answer but RUN is slept on, and each sleep can be ended by a kick. */
static void every_sleep_can_be_kicked(void **state)
{
    struct fake *fake = fake_usual(5);
    const int answers[] = { S390IRQ_WAIT, S390IRQ_WAIT_DISABLED,
                            S390IRQ_STOPPED, S390IRQ_CHECK_STOP };

    (void)state;
    fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
    fake_boot(fake, 1, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    assert_int_equal(fake_deliver(fake, 2), S390IRQ_STOPPED);
    fake_boot(fake, 3, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[3].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 3), S390IRQ_CHECK_STOP);
    for (uint32_t i = 0; i < 4; i++) {
        for (unsigned again = 1; again <= 2; again++) {
            assert_false(fake_attention(fake, i));
            assert_int_equal(s390irq_vcpu_kick(fake->cpu[i].vcpu), 0);
            assert_true(fake_attention(fake, i));
            assert_int_equal(fake_wakes(fake, i), again);
            assert_int_equal(fake_deliver(fake, i), answers[i]);
        }
    }
    fake_close(fake);
}

static void kick_of_a_running_cpu_is_attention(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_false(fake_attention(fake, 0));
    fake_close(fake);
}

/* What happens while CPU 0 is on its way to sleep, and in which hook. */
/* Taken by the deliver that is going on, or attention for the next one. */
static void nothing_is_lost_on_the_way_to_sleep(void **state)
{
    static const char *const hooks[] = { "tod", "deadline", "trace", "log" };
    static void (*const happens[])(struct fake *) = {
        fake_meets_emergency, fake_meets_service, fake_meets_timer,
        fake_meets_tod_jump,  fake_meets_stop,
    };

    (void)state;
    for (size_t i = 0; i < 4 * 5; i++) {
        struct fake_options options = { .cpus = 2,
                                        .hooks = FAKE_WATCHED,
                                        .log_level = 5 };
        struct fake *fake = fake_open(&options);
        struct fake_meeting meeting = { hooks[i % 4], happens[i / 4] };
        int answer;

        fake_start(fake, 0, WAITING, CR0_EVERY_EXTERNAL);
        fake->cpu[0].cpu.clock_comparator = FAKE_TOD_START + 100;
        assert_int_equal(
            s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
        fake->during_argument = &meeting;
        fake->during = fake_meet;
        answer = fake_deliver(fake, 0);
        assert_null(fake->during);
        if (answer == S390IRQ_WAIT) {
            assert_true(fake_attention(fake, 0));
            answer = fake_deliver(fake, 0);
        }
        assert_int_equal(answer, meeting.happens == fake_meets_stop
                                     ? S390IRQ_STOPPED
                                     : S390IRQ_RUN);
        fake_close(fake);
    }
}

/*
 * The same with a CPU that ran: debug builds tell the trace first of all that
 * its masks were not announced, which is as early as a hook can come.
 */
static void tod_jump_at_the_very_beginning(void **state)
{
    struct fake *fake;
    struct fake_cpu *cpu;
    struct fake_meeting meeting = { "trace", fake_meets_tod_jump };
    int answer;

    (void)state;
    if (!s390irq_feature(S390IRQ_FEATURE_DEBUG_CHECKS))
        skip();
    fake = fake_watched(1);
    cpu = &fake->cpu[0];
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 100;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    cpu->cpu.psw_mask = WAITING;
    cpu->cpu.cr[0] |= CR0_EMERGENCY_SIGNAL;
    fake->during_argument = &meeting;
    fake->during = fake_meet;
    answer = fake_deliver(fake, 0);
    assert_null(fake->during);
    assert_true(answer == S390IRQ_RUN || fake_attention(fake, 0));
    fake_close(fake);
}

struct sleeper {
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu;
    unsigned waits;
};

static void *run_until_awake(void *argument)
{
    struct sleeper *sleeper = argument;

    while (s390irq_vcpu_deliver(sleeper->vcpu, &sleeper->cpu, NULL) !=
           S390IRQ_RUN) {
        sleeper->waits++;
        if (s390irq_vcpu_wait(sleeper->vcpu) != 0)
            break;
    }
    return NULL;
}

static void blocking_wait(void **state)
{
    struct fake_options options = { .cpus = 2 };

    (void)state;
    fake_needs_wait();
    for (int i = 0; i < 50; i++) {
        struct fake *fake = fake_open(&options);
        struct sleeper sleeper = { .vcpu = fake->cpu[0].vcpu };
        pthread_t thread;

        fake_start(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL);
        sleeper.cpu = fake->cpu[0].cpu;
        assert_int_equal(
            pthread_create(&thread, NULL, run_until_awake, &sleeper), 0);
        if (i % 2)
            nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
        assert_int_equal(s390irq_vcpu_inject_emergency(sleeper.vcpu, 1), 0);
        pthread_join(thread, NULL);
        assert_int_equal(sleeper.cpu.psw_address, 0x101b0);
        fake_close(fake);
    }
}

/* Without a tod hook the clock is the system's: 20 ms are 20 ms. */
static void blocking_wait_ends_at_the_deadline(void **state)
{
    struct fake_options options = { .cpus = 1 };
    struct sleeper sleeper = { .waits = 0 };
    struct fake *fake;
    const uint64_t milliseconds_20 = 20 * UINT64_C(4096000);
    uint64_t before = 0;
    uint64_t after = 0;

    (void)state;
    fake_needs_wait();
    fake = fake_open(&options);
    sleeper.vcpu = fake->cpu[0].vcpu;
    fake_start(fake, 0, WAITING, CR0_CLOCK_COMPARATOR);
    assert_int_equal(s390irq_vm_get_tod(fake->vm, &before), 0);
    fake->cpu[0].cpu.clock_comparator = before + milliseconds_20;
    assert_int_equal(s390irq_vcpu_set_cpu(sleeper.vcpu, &fake->cpu[0].cpu), 0);
    sleeper.cpu = fake->cpu[0].cpu;
    run_until_awake(&sleeper);
    assert_int_equal(s390irq_vm_get_tod(fake->vm, &after), 0);
    assert_int_equal(sleeper.cpu.psw_address, 0x101b0);
    assert_true(after > before + milliseconds_20);
    assert_true(sleeper.waits <= 2);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "wait: deadlines to the unit", deadlines, NULL, NULL, NULL },
        { "wait: the deadline is when the condition holds",
          deadline_is_when_it_holds, NULL, NULL, NULL },
        { "wait: the deadline follows the epoch", deadline_follows_the_epoch,
          NULL, NULL, NULL },
        { "wait: the deadline hook is called for changes",
          deadline_hook_on_change_only, NULL, NULL, NULL },
        { "wait: no clock is read while no timer is armed",
          no_clock_without_timers, NULL, NULL, NULL },
        { "wait: orders read no clock while no timer is armed",
          no_clock_for_orders_without_timers, NULL, NULL, NULL },
        { "wait: one wake a sleep", one_wake_a_sleep, NULL, NULL, NULL },
        { "wait: an exigent machine check of a sleeper",
          exigent_machine_check_of_a_sleeper, NULL, NULL, NULL },
        { "wait: attention after a prepare that ended a sleep",
          attention_after_prepare, NULL, NULL, NULL },
        { "wait: every sleep can be kicked", every_sleep_can_be_kicked, NULL,
          NULL, NULL },
        { "wait: a kick of a running CPU is attention",
          kick_of_a_running_cpu_is_attention, NULL, NULL, NULL },
        { "wait: nothing is lost on the way to sleep",
          nothing_is_lost_on_the_way_to_sleep, NULL, NULL, NULL },
        { "wait: a TOD jump at the very beginning of deliver",
          tod_jump_at_the_very_beginning, NULL, NULL, NULL },
        { "wait: the blocking wait", blocking_wait, NULL, NULL, NULL },
        { "wait: the blocking wait ends at the deadline",
          blocking_wait_ends_at_the_deadline, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
