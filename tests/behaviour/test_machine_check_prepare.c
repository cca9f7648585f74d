/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks in two steps: in hand, taken, given back, and what may come
 * between (decisions.md section 5).
 */
#include "fake.h"

#include "checks.h"

#define KIND S390IRQ_KIND_MACHINE_CHECK

/* Exigent with some of both places: what a CPU has in hand in these tests. */
static struct fake *in_hand(unsigned cpus)
{
    struct fake *fake = fake_usual(cpus);

    check_boot(fake, 0, CHECK_OPEN, CR14_WARNING, S390IRQ_RUN);
    assert_int_equal(check_inject(fake, 0, check_conditions(0x03)), 0);
    assert_int_equal(check_inject_floating(fake, check_conditions(0x06)), 0);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE), 0);
    return fake;
}

static void prepared_and_committed(void **state)
{
    struct fake *fake = in_hand(1);

    (void)state;
    assert_int_equal(check_prepare(fake, 0), 1);
    assert_int_equal(check_plan.kind, KIND);
    /* Still pending for every query. */
    assert_int_equal(check_local_count(fake, 0), 3);
    assert_int_equal(check_floating_count(fake), 2);
    assert_int_equal(fake_counter(fake, KIND).pending, 5);
    check_commit(fake, 0);
    assert_int_equal(check_code(fake, 0), S390IRQ_MCIC_PROCESSING_DAMAGE |
                                              check_conditions(0x07) |
                                              CHECK_VALID);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101e0);
    assert_int_equal(check_local_count(fake, 0) + check_floating_count(fake),
                     0);
    assert_int_equal(fake_counter(fake, KIND).taken, 5);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* No guest storage is touched, and there is no extended save area. */
static void prepare_touches_nothing(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct fake *fake = fake_open(&options);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    fake_store(fake, fake_prefix(0) + LOWCORE_EXTENDED_SAVE_AREA, 8, 0x4000);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
    fake->accesses = 0;
    assert_int_equal(check_prepare(fake, 0), 1);
    check_commit(fake, 0);
    assert_int_equal(fake->accesses, 0);
    assert_int_equal(check_code(fake, 0), S390IRQ_MCIC_WARNING | CHECK_VALID);
    assert_int_equal(atomic_load(&fake->cpu[0].register_reads), 1);
    fake_close(fake);
}

static void prepared_and_aborted(void **state)
{
    struct fake *fake = in_hand(1);
    struct fake_snapshot *before;

    (void)state;
    assert_true(fake_attention(fake, 0));
    before = fake_snapshot(fake);
    assert_int_equal(check_prepare(fake, 0), 1);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    fake_assert_unchanged(fake, before);
    check_presents(fake, 0,
                   S390IRQ_MCIC_PROCESSING_DAMAGE | check_conditions(0x07));
    fake_assert_counters(fake);
    fake_close(fake);
}

/* What happens between prepare and its end. */
enum {
    LOCAL_CLEAR = 1,
    FLOATING_CLEAR = 2,
    INJECTED_AGAIN = 4, /* after the clears */
    COMMITTED = 8,
    EVERYTHING = 16
};

/* Each side for itself: dropped, or merged with what came. */
static void in_between(void **state)
{
    (void)state;
    for (unsigned what = 0; what < EVERYTHING; what++) {
        struct fake *fake = in_hand(1);
        unsigned local = 3, floating = 2, again = 0, cleared = 0;
        struct s390irq_counter counter;

        assert_int_equal(check_prepare(fake, 0), 1);
        if (what & LOCAL_CLEAR) {
            assert_int_equal(
                s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu)), 0);
            assert_int_equal(check_local_count(fake, 0), 0);
            cleared += local;
            local = 0;
        }
        if (what & FLOATING_CLEAR) {
            assert_int_equal(s390irq_vm_reset(fake->vm), 0);
            cleared += floating;
            floating = 0;
        }
        if (what & INJECTED_AGAIN) {
            assert_int_equal(check_inject(fake, 0, check_conditions(0x01)),
                             S390IRQ_QUEUED);
            assert_int_equal(
                check_inject_floating(fake, check_conditions(0x02)),
                S390IRQ_QUEUED);
            again = 1;
        }
        if (what & COMMITTED) {
            check_commit(fake, 0);
            assert_int_equal(check_local_count(fake, 0), again);
            assert_int_equal(check_floating_count(fake), again);
            assert_int_equal(fake_counter(fake, KIND).taken, 5);
            assert_int_equal(fake_counter(fake, KIND).cleared, 0);
            fake_assert_counters(fake);
            fake_close(fake);
            continue;
        }
        assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        counter = fake_counter(fake, KIND);
        assert_int_equal(counter.taken, 0);
        assert_int_equal(counter.cleared, cleared);
        assert_int_equal(counter.coalesced,
                         again ? (local != 0) + (floating != 0) : 0);
        assert_int_equal(check_local_count(fake, 0), local ? local : again);
        assert_int_equal(check_floating_count(fake),
                         floating ? floating : again);
        fake_assert_counters(fake);
        assert_int_equal(fake_attention(fake, 0), local != 0);
        check_load_cr14(fake, 0, CHECK_OPEN, CR14_EVERY);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, local || floating || again);
        assert_int_equal(
            check_local_count(fake, 0) + check_floating_count(fake), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* A CPU reset meets the local ones in hand. */
static void reset_in_between(void **state)
{
    (void)state;
    for (int commits = 0; commits < 2; commits++) {
        struct fake *fake = in_hand(2);

        assert_int_equal(check_prepare(fake, 0), 1);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL),
                         0);
        if (commits)
            check_commit(fake, 0);
        else
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        assert_int_equal(check_local_count(fake, 0), 0);
        assert_int_equal(check_floating_count(fake), commits ? 0 : 2);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* V-12: the older of two keeps its failing address and its logout. */
static void older_first(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption record =
        check_record(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_FAILING_ADDRESS);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    record.u.machine_check.failing_address = 0x1000;
    record.u.machine_check.flags = S390IRQ_MACHINE_CHECK_LOGOUT;
    record.u.machine_check.logout[0] = 1;
    assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    assert_int_equal(check_prepare(fake, 0), 1);
    record.u.machine_check.failing_address = 0x2000;
    record.u.machine_check.logout[0] = 2;
    assert_int_equal(s390irq_vm_inject(fake->vm, &record), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    check_presents(fake, 0,
                   S390IRQ_MCIC_WARNING | S390IRQ_MCIC_FAILING_ADDRESS);
    assert_int_equal(
        fake_load(fake, fake_prefix(0) + LOWCORE_FAILING_ADDRESS, 8), 0x1000);
    assert_int_equal(fake_load(fake, fake_prefix(0) + 0x1300, 1), 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Given back at the VM, it finds another CPU. */
static void aborted_and_routed(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    assert_int_equal(check_inject_floating(fake, check_conditions(0x11)), 0);
    assert_int_equal(check_prepare(fake, 0), 1);
    check_boot(fake, 1, CHECK_WAITING, CR14_EVERY, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_wakes(fake, 1), 1);
    check_presents(fake, 1, check_conditions(0x11));
    check_presents(fake, 0, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Two CPUs have one each of the same class in hand: both are listed. */
static void two_in_hand(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption list[4];
    size_t count = 4;

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        check_boot(fake, i, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
        assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING), 0);
        assert_int_equal(check_prepare(fake, i), 1);
    }
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(check_floating_count(fake), 3);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list[i].u.machine_check.conditions,
                         S390IRQ_MCIC_WARNING);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_int_equal(check_floating_count(fake), 2);
    check_commit(fake, 1);
    assert_int_equal(check_floating_count(fake), 1);
    assert_int_equal(fake_counter(fake, KIND).coalesced, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "machine check: prepared and committed", prepared_and_committed, NULL,
          NULL, NULL },
        { "machine check: prepare touches no storage", prepare_touches_nothing,
          NULL, NULL, NULL },
        { "machine check: prepared and aborted", prepared_and_aborted, NULL,
          NULL, NULL },
        { "machine check: cleared and injected while in hand", in_between, NULL,
          NULL, NULL },
        { "machine check: a reset while in hand", reset_in_between, NULL, NULL,
          NULL },
        { "V-12 the older machine check keeps its address", older_first, NULL,
          NULL, NULL },
        { "machine check: aborted means routed again", aborted_and_routed, NULL,
          NULL, NULL },
        { "machine check: two CPUs have one in hand", two_in_hand, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
