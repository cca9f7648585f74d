/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Delivery in two halves: prepare, then commit or abort. */
#include "plan.h"

#include <pthread.h>

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

/* The two halves store what the one call stores, for every class. */
static void same_as_deliver(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct fake *fake = fake_usual(2);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_plan plan;
        struct s390irq_cpu before;
        struct fake_snapshot *snapshot;

        cpu->cpu.breaking_event_address = 0x4444;
        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        before = cpu->cpu;
        snapshot = fake_snapshot(fake);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(plan.kind, class->kind);
        assert_int_equal(plan.new_psw_absolute,
                         fake_prefix(0) + class->new_psw);
        assert_memory_equal(&cpu->cpu, &before, sizeof before);
        plan_carry_out(fake, &plan);
        assert_int_equal(plan_commit(fake, 0, &plan), 0);
        assert_int_equal(cpu->cpu.psw_mask, PSW_64);
        assert_int_equal(cpu->cpu.psw_address, 0x10000 + class->new_psw);
        fake_assert_stored(fake, 0, class, &before);
        assert_int_equal(fake_counter(fake, class->kind).taken, 1);
        fake_assert_counters(fake);
        free(snapshot);
        fake_close(fake);
    }
}

static void abort_gives_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct fake *fake = fake_usual(2);
        struct fake_snapshot *before;
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        before = fake_snapshot(fake);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        fake_assert_unchanged(fake, before);
        assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu),
                         S390IRQ_E_STATE);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << class->kind);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void nothing_to_prepare(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_plan plan;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(plan_prepare(fake, 0, &plan), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    assert_int_equal(plan_prepare(fake, 0, &plan), 0);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), S390IRQ_E_STATE);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(plan_prepare(fake, 0, &plan), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(plan_prepare(fake, 0, &plan), S390IRQ_E_STATE);
    fake_close(fake);
}

static void change_psw_mask(struct s390irq_cpu *cpu)
{
    cpu->psw_mask ^= PSW_PROBLEM;
}

static void change_psw_address(struct s390irq_cpu *cpu)
{
    cpu->psw_address += 2;
}

static void change_cr0(struct s390irq_cpu *cpu)
{
    cpu->cr[0] ^= CR0_EMERGENCY_SIGNAL;
}

static void change_cr15(struct s390irq_cpu *cpu)
{
    cpu->cr[15] ^= 8;
}

static void change_prefix(struct s390irq_cpu *cpu)
{
    cpu->prefix ^= LOWCORE_SIZE * 2;
}

static void stale(void **state)
{
    static void (*const changes[])(struct s390irq_cpu *) = {
        change_psw_mask, change_psw_address, change_cr0,
        change_cr15,     change_prefix,
    };

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct fake *fake = fake_usual(2);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_cpu good;
        struct fake_snapshot *before;
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        plan_carry_out(fake, &plan);
        good = cpu->cpu;
        changes[i](&cpu->cpu);
        before = fake_snapshot(fake);
        assert_int_equal(plan_commit(fake, 0, &plan), S390IRQ_E_STALE);
        fake_assert_unchanged(fake, before);
        assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
        cpu->cpu = good;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken, 1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Prepare on a sleeping CPU: it is parked no more, abort parks it not. */
static void prepare_after_a_sleep(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_plan plan;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(plan_prepare(fake, 0, &plan), 1);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu),
                     S390IRQ_E_NOT_PARKED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    plan_carry_out(fake, &plan);
    assert_int_equal(plan_commit(fake, 0, &plan), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, WAITING,
                    0x5000);
    assert_int_equal(plan_prepare(fake, 0, &plan), S390IRQ_E_STATE);
    fake_close(fake);
}

/* No hook but tod, log and trace is called: nothing can unwind here. */
static void only_these_hooks(struct fake *fake, const char *hook,
                             struct fake_cpu *cpu)
{
    unsigned *others = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, "tod") != 0 && strcmp(hook, "log") != 0 &&
        strcmp(hook, "trace") != 0)
        ++*others;
}

static void prepare_calls_no_hook(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        struct fake_options options = {
            .cpus = 2,
            .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY | FAKE_HOOK_LOWCORE |
                     FAKE_HOOK_KICK,
        };
        struct fake *fake = fake_open(&options);
        struct s390irq_plan plan;
        unsigned others = 0;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, &fake_classes[i]);
        fake->during_argument = &others;
        fake->during = only_these_hooks;
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(others, 0);
        fake->during = NULL;
        assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        fake_close(fake);
    }
}

static void *deliver_elsewhere(void *argument)
{
    struct fake *fake = argument;

    return fake_deliver(fake, 0) == S390IRQ_PAUSED ? fake : NULL;
}

/* Refused because of a pause, the CPU is parked: any thread may run it. */
static void refused_and_run_elsewhere(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_plan plan;
    pthread_t thread;
    void *paused;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(plan_prepare(fake, 0, &plan), S390IRQ_E_STATE);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(pthread_create(&thread, NULL, deliver_elsewhere, fake), 0);
    assert_int_equal(pthread_join(thread, &paused), 0);
    assert_non_null(paused);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "prepare: refused in a pause, run by another thread",
          refused_and_run_elsewhere, NULL, NULL, NULL },
        { "prepare: the same bytes as deliver", same_as_deliver, NULL, NULL,
          NULL },
        { "prepare: abort gives back, nothing changed", abort_gives_back, NULL,
          NULL, NULL },
        { "prepare: nothing to take", nothing_to_prepare, NULL, NULL, NULL },
        { "prepare: changed registers are stale", stale, NULL, NULL, NULL },
        { "prepare: after a sleep, and pause", prepare_after_a_sleep, NULL,
          NULL, NULL },
        { "prepare: calls no hook that may unwind", prepare_calls_no_hook, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
