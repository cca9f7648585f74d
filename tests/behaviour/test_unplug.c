/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* CPUs that come and go while others run. */
#include "farm.h"

#define OPEN (PSW_64 | PSW_EXTERNAL)

static void assert_gone(struct fake *fake, struct s390irq_vcpu *vcpu,
                        uint32_t address)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_interruption key = { .kind = S390IRQ_KIND_INTERRUPT_KEY };
    struct s390irq_program program = { .code = 1, .ilc = 2 };
    struct s390irq_plan plan = { .size = sizeof plan };
    uint32_t status = 0;
    uint64_t token;

    assert_null(s390irq_vm_cpu(fake->vm, address));
    assert_int_equal(s390irq_vcpu_address(vcpu), address);
    assert_int_equal(s390irq_vcpu_state(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &key), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 0), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_inject_external_call(vcpu, 0),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_deliver(vcpu, &cpu, NULL), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_prepare(vcpu, &cpu, &plan), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_commit(vcpu, &cpu, &plan), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_abort(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_masks_changed(vcpu, &cpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_timers_changed(vcpu, &cpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_lowcore_changed(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_program(vcpu, &program), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_supervisor_call(vcpu, 1, 2),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_check_stop(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_has_interruption(vcpu, &cpu),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_kick(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_timer_fired(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_start(vcpu, NULL), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_stop(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_restart(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_get_cpu(vcpu, &cpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_set_cpu(vcpu, &cpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 8, 0, 0),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_pfault_may_start(vcpu, &cpu, &token),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_unplug(vcpu), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_sigp(vcpu, 0, S390IRQ_SIGP_SENSE, 0, &status),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_vcpu_attention(vcpu), 0);
    assert_int_equal(s390irq_queue_count(s390irq_vcpu_queue(vcpu)), 0);
    assert_int_equal(
        fake_sigp(fake, 0, address, S390IRQ_SIGP_SENSE, 0, &status), 3);
    /* What it sent before may arrive after. */
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, address),
                     S390IRQ_QUEUED);
    assert_in_range(s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu)),
                    1, 2);
}

/* In each state that a CPU can be in when it goes. */
static void gone_in_every_state(void **state)
{
    (void)state;
    for (int in = 0; in < 4; in++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[1].vcpu;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        if (in == 1)
            fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
        if (in == 2)
            fake_boot(fake, 1, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
        if (in == 3) {
            fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
            assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
            assert_int_equal(fake_deliver(fake, 1), S390IRQ_CHECK_STOP);
        }
        assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 0),
                         S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_inject_external_call(vcpu, 0),
                         S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_unplug(vcpu), 0);
        assert_gone(fake, vcpu, 1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* "As new": nothing of the old CPU shows, and it works. */
static void plugged_again(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[1].vcpu, *again = NULL;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT, initial = S390IRQ_CPU_INIT;

    (void)state;
    fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 0, 0), 0);
    assert_int_equal(s390irq_vcpu_create(fake->vm, 1, NULL, &again),
                     S390IRQ_E_EXISTS);
    assert_int_equal(s390irq_vcpu_unplug(vcpu), 0);
    assert_int_equal(s390irq_vcpu_create(fake->vm, 1, &fake->cpu[1], &again),
                     0);
    assert_ptr_equal(again, vcpu);
    assert_ptr_equal(s390irq_vm_cpu(fake->vm, 1), vcpu);
    assert_int_equal(s390irq_vcpu_state(vcpu), S390IRQ_STATE_STOPPED);
    assert_int_equal(s390irq_vcpu_get_cpu(vcpu, &cpu), 0);
    assert_memory_equal(&cpu, &initial, sizeof cpu);
    fake_boot(fake, 1, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), S390IRQ_CLEARED);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 0), S390IRQ_QUEUED);
    assert_true(fake_attention(fake, 1));
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 1);
    fake_close(fake);
}

/* A jump of the host's clock was the old CPU's business. */
static void clock_jump_before(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_vcpu *again;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    atomic_fetch_add(&fake->tod, 1000);
    assert_int_equal(s390irq_vm_adjust_tod(fake->vm, 1000), 0);
    assert_int_equal(s390irq_vcpu_unplug(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_create(fake->vm, 0, cpu, &again), 0);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.cpu_timer_since_tod, FAKE_TOD_START + 1000);
    fake_close(fake);
}

/* The VM's books do not shrink when a CPU goes. */
static void counters_stay(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[1].vcpu;

    (void)state;
    fake_boot(fake, 1, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                     S390IRQ_QUEUED);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_unplug(vcpu), 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL).taken, 1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).cleared,
                     1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).injected,
                     1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* A sleeper that was claimed passes on when it goes instead of coming. */
static void floating_goes_elsewhere(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, OPEN | PSW_WAIT, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, OPEN | PSW_WAIT, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                     S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[1].vcpu), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    /* Later ones do not look at the empty slot. */
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                     S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, 1), 1);
    fake_close(fake);
}

static void refused_with_one_in_hand(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 0),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    assert_int_equal(s390irq_vcpu_unplug(NULL), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_unplug(cpu->vcpu), S390IRQ_E_STATE);
    assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_unplug(cpu->vcpu), 0);
    fake_close(fake);
}

/* A pause is complete without a CPU that is gone. */
static void pause_without_it(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[1].vcpu), 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    fake_close(fake);
}

#define ROUNDS (getenv("S390IRQ_TEST_LONG") ? 20000 : 2000)

struct traffic {
    struct fake *fake;
    atomic_int over;
};

static void *signals(void *argument)
{
    struct traffic *traffic = argument;
    struct s390irq_vcpu *target = traffic->fake->cpu[1].vcpu;
    struct s390irq_vcpu *sender = traffic->fake->cpu[0].vcpu;
    uint32_t status;

    while (!atomic_load(&traffic->over)) {
        int rc = s390irq_vcpu_inject_emergency(target, 0);
        int cc = s390irq_vcpu_sigp(sender, 1, S390IRQ_SIGP_RESTART, 0, &status);

        if (rc < 0 && rc != S390IRQ_E_NO_CPU)
            return (void *)(uintptr_t) "inject";
        if (cc < 0)
            return (void *)(uintptr_t) "sigp";
        s390irq_vm_inject_service(traffic->fake->vm, 1);
    }
    return NULL;
}

/* Others signal, start and route while the CPU comes and goes. */
static void while_others_run(void **state)
{
    const struct fake_options options = {
        .cpus = 2,
        .hooks = FAKE_HOOK_TOD | FAKE_HOOK_WAKE,
    };
    struct traffic traffic = { fake_open(&options), 0 };
    struct fake *fake = traffic.fake;
    struct fake_cpu *cpu = &fake->cpu[1];
    struct s390irq_vcpu *again;
    pthread_t thread;
    void *failed;

    (void)state;
    fake_default_psws(fake, 0);
    assert_int_equal(pthread_create(&thread, NULL, signals, &traffic), 0);
    for (int round = 0; round < ROUNDS; round++) {
        int rc = s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, NULL);

        assert_true(rc >= 0);
        assert_int_equal(s390irq_vcpu_unplug(cpu->vcpu), 0);
        assert_int_equal(s390irq_vcpu_create(fake->vm, 1, cpu, &again), 0);
        assert_ptr_equal(again, cpu->vcpu);
    }
    atomic_store(&traffic.over, 1);
    pthread_join(thread, &failed);
    assert_null(failed);
    fake_assert_counters(fake);
    /* A wake-up that was under way came to the CPU's successor. */
    atomic_store(&cpu->wakes_without_attention, 0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "unplug: a named error from every call, in every state",
          gone_in_every_state, NULL, NULL, NULL },
        { "unplug: plugged again, as new", plugged_again, NULL, NULL, NULL },
        { "unplug: a floating interruption goes elsewhere",
          floating_goes_elsewhere, NULL, NULL, NULL },
        { "unplug: not with one in hand", refused_with_one_in_hand, NULL, NULL,
          NULL },
        { "unplug: a pause does not wait for it", pause_without_it, NULL, NULL,
          NULL },
        { "unplug: while others run", while_others_run, NULL, NULL, NULL },
        { "unplug: the counters of the VM stay", counters_stay, NULL, NULL,
          NULL },
        { "unplug: a jump of the host's clock before", clock_jump_before, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
