/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What became of the behaviours of 2008's KVM, S-1 to S-40: waiting, waking
 * and choosing a target. The names of the cases carry the ids.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

static void s06_disabled_wait(void **state)
{
    static const struct {
        uint64_t bits;
        int answer;
    } rows[] = {
        { 0, S390IRQ_WAIT_DISABLED },
        { PSW_PER, S390IRQ_WAIT_DISABLED },
        { PSW_PER | PSW_PROBLEM, S390IRQ_WAIT_DISABLED },
        { PSW_IO, S390IRQ_WAIT },
        { PSW_EXTERNAL, S390IRQ_WAIT },
        { PSW_MACHINE_CHECK, S390IRQ_WAIT },
        { PSW_PER | PSW_MACHINE_CHECK, S390IRQ_WAIT },
        { PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK, S390IRQ_WAIT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(1);

        fake_boot(fake, 0, PSW_64 | PSW_WAIT | rows[i].bits, 0, rows[i].answer);
        fake_close(fake);
    }
}

static void s07_idle_cpus_by_address(void **state)
{
    struct fake_options options = { .cpus = S390IRQ_MAX_CPUS,
                                    .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    uint32_t last = S390IRQ_MAX_CPUS - 1;
    struct s390irq_vcpu *vcpu = NULL;

    (void)state;
    fake_create_vm(fake);
    fake_create_cpu(fake, last);
    assert_int_equal(s390irq_vcpu_create(fake->vm, last + 1, NULL, &vcpu),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_create(fake->vm, last, NULL, &vcpu),
                     S390IRQ_E_EXISTS);
    assert_null(vcpu);
    assert_null(s390irq_vm_cpu(fake->vm, last + 1));
    assert_null(s390irq_vm_cpu(fake->vm, 0));
    assert_ptr_equal(s390irq_vm_cpu(fake->vm, last), fake->cpu[last].vcpu);
    fake_boot(fake, last, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, last), 1);
    fake_close(fake);
}

static void s20_has_interruption(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_CLOCK_COMPARATOR, S390IRQ_KIND_RESTART,
        S390IRQ_KIND_PROGRAM,
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fake *fake = fake_usual(2);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu),
                         0);
        fake_raise(fake, 0, fake_class_of(kinds[i]));
        assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu),
                         1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu),
                         0);
        fake_close(fake);
    }
}

static void s21_pending_timers_count(void **state)
{
    static const uint32_t kinds[] = { S390IRQ_KIND_CLOCK_COMPARATOR,
                                      S390IRQ_KIND_CPU_TIMER };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fake *fake = fake_usual(1);
        const struct fake_class *class = fake_class_of(kinds[i]);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, class->cr0_bit, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        cpu->cpu.psw_mask |= PSW_WAIT;
        assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu),
                         1);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken_kinds, 1u << kinds[i]);
        fake_close(fake);
    }
}

static void s22_disabled_wait_is_an_answer(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT_DISABLED);
    assert_int_equal(fake->cpu[0].report.deadline_tod, S390IRQ_NEVER);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(fake_wakes(fake, 0), 0);
    /* The embedder may end it at any time, and the guest by a restart. */
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT_DISABLED);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(fake_wakes(fake, 0), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101a0);
    fake_close(fake);
}

static void s23_no_timer_or_no_sleep(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_start(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 100;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.deadline_tod, S390IRQ_NEVER);
    atomic_fetch_add(&fake->tod, 1000);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.taken, 0);
    assert_int_equal(cpu->report.deadline_tod, S390IRQ_NEVER);
    /* Enabled and in the past: there is nothing to sleep for. */
    cpu->cpu.cr[0] = CR0_CLOCK_COMPARATOR;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds,
                     1u << S390IRQ_KIND_CLOCK_COMPARATOR);
    fake_close(fake);
}

static void s24_deadline_is_exact(void **state)
{
    static const uint64_t distances[] = {
        0, 1, 4095, 4096, 4096000000u, UINT64_C(1) << 60
    };
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_CLOCK_COMPARATOR, S390IRQ_WAIT);
    for (size_t i = 0; i < sizeof distances / sizeof *distances; i++) {
        uint64_t value = FAKE_TOD_START + distances[i];

        cpu->cpu.clock_comparator = value;
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        assert_int_equal(cpu->report.deadline_tod, value + 1);
        assert_int_equal(atomic_load(&cpu->deadline_tod), value + 1);
    }
    fake_close(fake);
}

static void s25_only_what_can_be_taken_ends_a_sleep(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EXTERNAL_CALL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 3), 0);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(s390irq_vcpu_inject_external_call(fake->cpu[0].vcpu, 1),
                     0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_EXTERNAL_CALL);
    fake_close(fake);
}

struct sleeper {
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu;
    atomic_uint awake;
    int answer;
};

static void *sleep_once(void *argument)
{
    struct sleeper *sleeper = argument;

    do
        sleeper->answer =
            s390irq_vcpu_deliver(sleeper->vcpu, &sleeper->cpu, NULL);
    while (sleeper->answer == S390IRQ_WAIT &&
           s390irq_vcpu_wait(sleeper->vcpu) == 0);
    atomic_store(&sleeper->awake, 1);
    return NULL;
}

static void s26_each_leaves_its_own_wait(void **state)
{
    struct fake_options options = { .cpus = 2 };
    struct sleeper sleeper[2];
    pthread_t thread[2];
    struct fake *fake;

    (void)state;
    fake_needs_wait();
    fake = fake_open(&options);
    memset(sleeper, 0, sizeof sleeper);
    for (uint32_t i = 0; i < 2; i++) {
        fake_start(fake, i, WAITING, CR0_EMERGENCY_SIGNAL);
        sleeper[i].vcpu = fake->cpu[i].vcpu;
        sleeper[i].cpu = fake->cpu[i].cpu;
    }
    assert_int_equal(pthread_create(&thread[1], NULL, sleep_once, &sleeper[1]),
                     0);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(
            pthread_create(&thread[0], NULL, sleep_once, &sleeper[0]), 0);
        assert_int_equal(s390irq_vcpu_inject_emergency(sleeper[0].vcpu, 1), 0);
        pthread_join(thread[0], NULL);
        assert_int_equal(sleeper[0].answer, S390IRQ_RUN);
        assert_int_equal(atomic_load(&sleeper[1].awake), 0);
        sleeper[0].cpu.psw_mask = WAITING;
    }
    assert_int_equal(s390irq_vcpu_inject_emergency(sleeper[1].vcpu, 0), 0);
    pthread_join(thread[1], NULL);
    assert_int_equal(sleeper[1].answer, S390IRQ_RUN);
    fake_close(fake);
}

static void s27_timer_callback_is_a_hint(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_CLOCK_COMPARATOR, S390IRQ_WAIT);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 100;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    for (uint64_t early = 0; early <= 100; early += 50) {
        atomic_store(&fake->tod, FAKE_TOD_START + early);
        assert_int_equal(s390irq_vcpu_timer_fired(cpu->vcpu), 0);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        assert_int_equal(cpu->report.taken, 0);
        assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 101);
        assert_false(fake_attention(fake, 0));
    }
    atomic_store(&fake->tod, FAKE_TOD_START + 101);
    assert_int_equal(s390irq_vcpu_timer_fired(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds,
                     1u << S390IRQ_KIND_CLOCK_COMPARATOR);
    fake_close(fake);
}

static void s31_target_of_a_floating_interruption(void **state)
{
    struct fake_options options = { .cpus = 4, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    struct s390irq_interruption virtio = fake_record(S390IRQ_KIND_VIRTIO);

    (void)state;
    /* 2008 looked for a CPU for ever when there was none. */
    fake_create_vm(fake);
    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), S390IRQ_QUEUED);
    for (uint32_t i = 0; i < 4; i++)
        fake_create_cpu(fake, i);
    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), S390IRQ_QUEUED);
    assert_int_equal(fake_all_wakes(fake), 0);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    /* Nobody is chosen twice while another one sleeps. */
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), 0);
        assert_int_equal(fake_all_wakes(fake), i);
    }
    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), 0);
    assert_int_equal(fake_all_wakes(fake), 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(fake_wakes(fake, i), 1);
    assert_int_equal(fake_wakes(fake, 3), 0);
    fake_close(fake);
}

static void s32_wake_by_kind(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_external_call(fake->cpu[0].vcpu, 2),
                     0);
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 2), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    /* A running CPU polls: attention is all it needs. */
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 2), 0);
    assert_true(fake_attention(fake, 1));
    assert_int_equal(fake_wakes(fake, 1), 0);
    /* A stopped one is left alone. */
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[2].vcpu, 0), 0);
    assert_int_equal(fake_wakes(fake, 2), 0);
    assert_false(fake_attention(fake, 2));
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "S-6 a wait is disabled without I/O, external and machine checks",
          s06_disabled_wait, NULL, NULL, NULL },
        { "S-7 idle CPUs are known by address, up to the last one",
          s07_idle_cpus_by_address, NULL, NULL, NULL },
        { "S-20 has interruption: local, floating or comparator",
          s20_has_interruption, NULL, NULL, NULL },
        { "S-21 pending timers count as interruptions",
          s21_pending_timers_count, NULL, NULL, NULL },
        { "S-22 a disabled wait is an answer, and can be ended",
          s22_disabled_wait_is_an_answer, NULL, NULL, NULL },
        { "S-23 a masked comparator sets no timer, a past one no sleep",
          s23_no_timer_or_no_sleep, NULL, NULL, NULL },
        { "S-24 the deadline is the first TOD at which it holds",
          s24_deadline_is_exact, NULL, NULL, NULL },
        { "S-25 only what can be taken ends a sleep",
          s25_only_what_can_be_taken_ends_a_sleep, NULL, NULL, NULL },
        { "S-26 each CPU leaves the wait that it entered",
          s26_each_leaves_its_own_wait, NULL, NULL, NULL },
        { "S-27 a timer that fires is a hint, early or late",
          s27_timer_callback_is_a_hint, NULL, NULL, NULL },
        { "S-31 the target search ends, and chooses nobody twice",
          s31_target_of_a_floating_interruption, NULL, NULL, NULL },
        { "S-32 a CPU is woken for what it is open for", s32_wake_by_kind, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
