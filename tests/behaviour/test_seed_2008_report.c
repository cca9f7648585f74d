/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What became of the behaviours of 2008's KVM, S-1 to S-40: locks, counters
 * and the log. The names of the cases carry the ids.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

/* What every hook does below: any call that any thread may make. */
static void call_everything(struct fake *fake, const char *hook,
                            struct fake_cpu *cpu)
{
    unsigned *calls = fake->during_argument;
    struct s390irq_interruption list[64];
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    struct s390irq_vcpu *vcpu = fake->cpu[2].vcpu;
    size_t count = 64;
    uint32_t status;
    uint64_t tod;

    (void)hook;
    (void)cpu;
    (*calls)++;
    fake->during = NULL; /* the calls below come back to the hooks */
    assert_true(s390irq_vcpu_inject_emergency(vcpu, 1) >= 0);
    assert_true(s390irq_vm_inject_service(fake->vm, 1) >= 0);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(s390irq_vm_counters(fake->vm, &counters), 0);
    assert_int_equal(s390irq_vcpu_get_cpu(vcpu, &registers), 0);
    assert_true(s390irq_vcpu_sigp(vcpu, 0, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0,
                                  &status) >= 0);
    assert_true(s390irq_vcpu_sigp(vcpu, 2, S390IRQ_SIGP_SET_PREFIX, 0x4000,
                                  &status) >= 0);
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
    assert_int_equal(s390irq_vcpu_timer_fired(fake->cpu[0].vcpu), 0);
    assert_int_equal(s390irq_vm_get_tod(fake->vm, &tod), 0);
    assert_true(s390irq_queue_clear(s390irq_vcpu_queue(vcpu)) >= 0);
    fake->during = call_everything;
}

static void no_lock_is_held(unsigned more)
{
    struct fake_options options = {
        .cpus = 3,
        .log_level = 5,
        .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY | FAKE_HOOK_CHOOSE | more,
    };
    struct fake *fake = fake_open(&options);
    unsigned calls = 0;

    fake->during_argument = &calls;
    fake->during = call_everything;
    fake_start(fake, 0, WAITING, CR0_EVERY_EXTERNAL);
    fake->cpu[0].cpu.clock_comparator = FAKE_TOD_START + 5;
    assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu),
                     0);
    for (int i = 0; i < 50; i++) {
        assert_true(fake_deliver(fake, 0) >= 0);
        assert_true(s390irq_vm_inject_service(fake->vm, 2) >= 0);
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_EXTERNAL_CALL, 0, NULL);
        fake->cpu[0].cpu.psw_mask = WAITING;
        atomic_fetch_add(&fake->tod, 1);
    }
    assert_true(calls > 100);
    fake->during = NULL;
    fake_close(fake);
}

static void s28_no_lock_is_held_in_a_hook(void **state)
{
    (void)state;
    no_lock_is_held(0);
    no_lock_is_held(FAKE_HOOK_LOWCORE);
    no_lock_is_held(FAKE_HOOK_KICK);
}

static void s38_counters(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_VIRTIO,           S390IRQ_KIND_RESTART,
        S390IRQ_KIND_PROGRAM,
    };
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption stop = { .kind = S390IRQ_KIND_STOP };
    struct s390irq_interruption prefix = {
        .kind = S390IRQ_KIND_SET_PREFIX,
        .parameter = fake_prefix(0),
    };

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fake_raise(fake, 0, fake_class_of(kinds[i]));
        assert_int_equal(fake_counter(fake, kinds[i]).injected, 1);
        assert_int_equal(fake_counter(fake, kinds[i]).pending, 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake_counter(fake, kinds[i]).taken, 1);
        assert_int_equal(fake_cpu_counter(fake, 0, kinds[i]).taken, 1);
        assert_int_equal(fake_counter(fake, kinds[i]).pending, 0);
        fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    }
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &stop), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_STOP).taken, 1);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &prefix), 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SET_PREFIX).taken, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* One injection, one delivery, one disabled wait: which levels spoke? */
static void log_at(uint32_t level, unsigned *lines)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_WATCHED,
                                    .log_level = level };
    struct fake *fake = fake_open(&options);

    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_load_masks(fake, 0, PSW_64 | PSW_WAIT, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT_DISABLED);
    memcpy(lines, fake->lines, sizeof fake->lines);
    fake_close(fake);
}

static void s39_log_levels(void **state)
{
    unsigned lines[8];

    (void)state;
    for (uint32_t level = 0; level <= 5; level++) {
        log_at(level, lines);
        assert_int_equal(lines[S390IRQ_LOG_ERROR], 0);
        for (uint32_t i = S390IRQ_LOG_STATE; i < 8; i++)
            assert_int_equal(lines[i] != 0, i <= level);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "S-28 no lock is held in a hook: each may call everything",
          s28_no_lock_is_held_in_a_hook, NULL, NULL, NULL },
        { "S-38 every kind of 2008 is counted", s38_counters, NULL, NULL,
          NULL },
        { "S-39 log levels: states 3, deliveries 4, injections 5",
          s39_log_levels, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
