/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks that pend: outcomes and books, lists, who is woken or kicked
 * for them, and what a host is told.
 */
#include "fake.h"

#include "checks.h"

#define KIND S390IRQ_KIND_MACHINE_CHECK

static void exigent_does_not_float(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    for (unsigned i = 0; i < 3; i++) {
        static const uint64_t exigent[] = { S390IRQ_MCIC_SYSTEM_DAMAGE,
                                            S390IRQ_MCIC_PROCESSING_DAMAGE,
                                            S390IRQ_MCIC_SYSTEM_DAMAGE |
                                                S390IRQ_MCIC_CHANNEL_REPORT };
        struct fake_snapshot *before = fake_snapshot(fake);

        assert_int_equal(check_inject_floating(fake, exigent[i]),
                         S390IRQ_E_INVALID);
        fake_assert_unchanged(fake, before);
    }
    fake_close(fake);
}

static int put(struct fake *fake, int floating, unsigned set)
{
    return floating ? check_inject_floating(fake, check_conditions(set))
                    : check_inject(fake, 0, check_conditions(set));
}

/* Outcomes, and their counters by check_groups. */
static void outcomes(void **state)
{
    (void)state;
    for (int floating = 0; floating < 2; floating++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_counter counter;

        check_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        assert_int_equal(put(fake, floating, 0x03), S390IRQ_QUEUED);
        assert_int_equal(put(fake, floating, 0x03), S390IRQ_COALESCED);
        assert_int_equal(put(fake, floating, 0x07), S390IRQ_QUEUED);
        assert_int_equal(put(fake, floating, 0x01), S390IRQ_COALESCED);
        assert_int_equal(s390irq_vm_close(fake->vm), 0);
        assert_int_equal(put(fake, floating, 0x18), S390IRQ_CLOSED);
        counter = fake_counter(fake, KIND);
        assert_int_equal(counter.injected, 2 + 2 + 3 + 1 + 2);
        assert_int_equal(counter.coalesced, 2 + 2 + 1);
        assert_int_equal(counter.refused, 2);
        assert_int_equal(counter.pending, 3);
        if (floating)
            assert_int_equal(s390irq_vm_reset(fake->vm), 0);
        else
            assert_int_equal(
                s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu)), 3);
        assert_int_equal(fake_counter(fake, KIND).cleared, 3);
        assert_int_equal(fake_counter(fake, KIND).pending, 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* H-11: what is not given is zero, in lists and in what is stored. */
static void nothing_uninitialized(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption record, list[8];

    (void)state;
    check_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    memset(list, 0xa5, sizeof list);
    record = check_record(S390IRQ_MCIC_SYSTEM_DAMAGE | check_conditions(0x1f));
    for (int floating = 0; floating < 2; floating++) {
        struct s390irq_queue *queue =
            floating ? s390irq_vm_queue(fake->vm)
                     : s390irq_vcpu_queue(fake->cpu[0].vcpu);
        size_t count = 8;

        if (floating)
            record.u.machine_check.conditions = check_conditions(0x1f);
        assert_int_equal(floating
                             ? s390irq_vm_inject(fake->vm, &record)
                             : s390irq_vcpu_inject(fake->cpu[0].vcpu, &record),
                         0);
        assert_int_equal(s390irq_queue_list(queue, list, &count), 0);
        assert_int_equal(count, CHECK_GROUPS + !floating);
        assert_int_equal(s390irq_queue_pending(queue), 1u << KIND);
        for (size_t i = 0; i < count; i++) {
            struct s390irq_interruption expected = check_record(
                !floating && i == 0 ? S390IRQ_MCIC_SYSTEM_DAMAGE
                                    : check_groups[i - !floating].condition);

            assert_memory_equal(&list[i], &expected, sizeof expected);
        }
    }
    check_load_cr14(fake, 0, CHECK_OPEN, CR14_EVERY);
    memset(fake->ram + fake_prefix(0) + 0xf4, 0x5a, 12);
    memset(fake->ram + fake_prefix(0) + 0x1300, 0x5a, 0x18);
    check_presents(fake, 0,
                   S390IRQ_MCIC_SYSTEM_DAMAGE | check_conditions(0x1f));
    for (unsigned i = 0; i < 0x18; i++)
        assert_int_equal(fake_load(fake, fake_prefix(0) + 0x1300 + i, 1), 0x5a);
    for (unsigned i = 0; i < 12; i++)
        assert_int_equal(fake_load(fake, fake_prefix(0) + 0xf4 + i, 1), 0x5a);
    fake_close(fake);
}

/* H-10: a refused or failed injection leaves no memory behind. */
static void nothing_allocated(void **state)
{
    struct fake *fake = fake_usual(1);
    size_t bytes = atomic_load(&fake->bytes_allocated);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    for (unsigned i = 0; i < 100; i++) {
        assert_true(check_inject(fake, 0, check_conditions(1 + i % 31)) >= 0);
        assert_true(check_inject_floating(fake, check_conditions(1 + i % 31)) >=
                    0);
        assert_int_equal(
            check_inject_floating(fake, S390IRQ_MCIC_SYSTEM_DAMAGE),
            S390IRQ_E_INVALID);
        assert_int_equal(check_inject(fake, 0, 1), S390IRQ_E_INVALID);
        if (i % 3 == 0)
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    }
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(check_inject(fake, 0, check_conditions(1)),
                     S390IRQ_CLOSED);
    assert_int_equal(check_inject_floating(fake, check_conditions(1)),
                     S390IRQ_CLOSED);
    assert_int_equal(atomic_load(&fake->bytes_allocated), bytes);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* What has to open before one of them can be taken. */
static void intercepts(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, 0, S390IRQ_RUN);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_CHANNEL_REPORT),
                     0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.intercepts, S390IRQ_INTERCEPT_CR14);
    check_load_cr14(fake, 0, PSW_64, CR14_EVERY);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.intercepts,
                     S390IRQ_INTERCEPT_PSW_MACHINE_CHECK);
    check_load_cr14(fake, 0, CHECK_OPEN, CR14_EVERY);
    assert_true(fake_attention(fake, 0));
    check_presents(fake, 0, S390IRQ_MCIC_CHANNEL_REPORT);
    assert_int_equal(fake->cpu[0].report.intercepts, 0);
    fake_close(fake);
}

static void wakes(void **state)
{
    struct fake *fake = fake_usual(4);

    (void)state;
    check_boot(fake, 0, CHECK_WAITING, CR14_WARNING, S390IRQ_WAIT);
    check_boot(fake, 1, PSW_64 | PSW_WAIT, CR14_EVERY, S390IRQ_WAIT_DISABLED);
    check_boot(fake, 2, CHECK_WAITING, CR14_CHANNEL_REPORT, S390IRQ_WAIT);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_CHANNEL_REPORT),
                     0);
    assert_int_equal(fake_wakes(fake, 2), 1);
    assert_int_equal(fake_all_wakes(fake), 1);
    check_presents(fake, 2, S390IRQ_MCIC_CHANNEL_REPORT);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    check_presents(fake, 0, S390IRQ_MCIC_WARNING);
    /* Local ones: masked, enabled, exigent. */
    check_boot(fake, 3, CHECK_WAITING, CR14_RECOVERY, S390IRQ_WAIT);
    assert_int_equal(check_inject(fake, 3, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(fake_wakes(fake, 3), 0);
    assert_int_equal(check_inject(fake, 3, S390IRQ_MCIC_SYSTEM_RECOVERY), 0);
    assert_int_equal(fake_wakes(fake, 3), 1);
    check_presents(fake, 3, S390IRQ_MCIC_SYSTEM_RECOVERY);
    assert_int_equal(check_inject(fake, 1, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_true(fake_attention(fake, 1));
    fake_close(fake);
}

/* In guest mode a CPU is kicked for it. */
static void kicks(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);

    (void)state;
    check_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    check_boot(fake, 1, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_DEGRADATION), 0);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    assert_int_equal(atomic_load(&fake->cpu[1].kicks), 1);
    check_presents(fake, 1, S390IRQ_MCIC_DEGRADATION);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE), 0);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    fake_close(fake);
}

/* A chosen CPU that does not take it passes it on. */
static void passed_on(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    check_boot(fake, 1, CHECK_WAITING, CR14_WARNING, S390IRQ_WAIT);
    check_boot(fake, 0, CHECK_WAITING, CR14_WARNING, S390IRQ_WAIT);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    fake->cpu[0].cpu.cr[14] = 0;
    assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu),
                     0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(fake_wakes(fake, 1), 1);
    check_presents(fake, 1, S390IRQ_MCIC_WARNING);
    assert_int_equal(check_floating_count(fake), 0);
    fake_close(fake);
}

static void has_interruption(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_RECOVERY, S390IRQ_RUN);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 0);
    cpu->cpu.cr[14] = CR14_WARNING;
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 1);
    cpu->cpu.psw_mask = PSW_64 | PSW_EXTERNAL;
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 1);
    /* An exigent one that cannot be taken: check-stop, nothing is. */
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 0);
    cpu->cpu.psw_mask = CHECK_OPEN;
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 1);
    fake_close(fake);
}

static void traced(void **state)
{
    struct fake *fake = fake_watched(1);
    const struct s390irq_trace *event = NULL;

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    fake->events = 0;
    assert_int_equal(check_inject_floating(fake, check_conditions(0x11)), 0);
    assert_int_equal(fake->event[0].event, S390IRQ_TRACE_INJECT);
    assert_int_equal(fake->event[0].kind, KIND);
    assert_int_equal(fake->event[0].cpu, S390IRQ_NO_CPU);
    check_presents(fake, 0, check_conditions(0x11));
    for (unsigned i = 0; i < fake->events; i++)
        if (fake->event[i].event == S390IRQ_TRACE_DELIVER)
            event = &fake->event[i];
    assert_non_null(event);
    assert_int_equal(event->kind, KIND);
    assert_int_equal(event->parameter64, check_conditions(0x11));
    assert_int_equal(event->old_psw_mask, CHECK_OPEN);
    assert_int_equal(event->new_psw_address, 0x101e0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "machine check: exigent conditions do not float",
          exigent_does_not_float, NULL, NULL, NULL },
        { "machine check: outcomes, counted by groups", outcomes, NULL, NULL,
          NULL },
        { "H-11 what is not given is zero, or not stored",
          nothing_uninitialized, NULL, NULL, NULL },
        { "H-10 injections leave no memory behind", nothing_allocated, NULL,
          NULL, NULL },
        { "machine check: intercepts", intercepts, NULL, NULL, NULL },
        { "machine check: who is woken", wakes, NULL, NULL, NULL },
        { "machine check: who is kicked", kicks, NULL, NULL, NULL },
        { "machine check: passed on when the chosen one closes", passed_on,
          NULL, NULL, NULL },
        { "machine check: would one be taken", has_interruption, NULL, NULL,
          NULL },
        { "machine check: traced", traced, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
