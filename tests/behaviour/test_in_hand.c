/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What others do while an interruption is in hand, and what comes of it. */
#include "plan.h"

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_IO)

static void in_hand_still_pends(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption list[4];
    struct s390irq_plan plan;
    struct s390irq_plan second;
    size_t count = 4;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    assert_int_equal(plan_prepare(fake, 0, &plan), 1);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_SERVICE_SIGNAL);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].parameter, 0x7ffff003);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL).pending,
                     1);
    /* One in hand per CPU; nobody else sees it as takeable. */
    assert_int_equal(plan_prepare(fake, 0, &second), S390IRQ_E_STATE);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_STATE);
    assert_int_equal(plan_prepare(fake, 1, &second), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 0);
    plan_carry_out(fake, &plan);
    assert_int_equal(plan_commit(fake, 0, &plan), 0);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* One floating class in hand and back, or taken: the others do not notice. */
static void others_beside_one_in_hand(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_TIMING_ALERT,
        S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_PFAULT_DONE,
        S390IRQ_KIND_VIRTIO,
    };

    (void)state;
    for (int i = 0; i < 16; i++) {
        const struct fake_class *class = fake_class_of(kinds[i / 4]);
        struct fake *fake = fake_usual(2);
        uint32_t others = 0;
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, class->cr0_bit, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(plan.kind, class->kind);
        for (int k = 0; k < 4; k++) {
            if (k == i / 4)
                continue;
            fake_raise(fake, 0, fake_class_of(kinds[k]));
            others |= 1u << kinds[k];
        }
        if (i & 1)
            assert_int_equal(s390irq_vm_close(fake->vm), 0);
        plan_carry_out(fake, &plan);
        if (i & 2)
            assert_int_equal(plan_commit(fake, 0, &plan), 0);
        else
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_floating(fake),
                         others | (i & 2 ? 0 : 1u << class->kind));
        if (i & 1)
            assert_int_equal(s390irq_vm_inject_service(fake->vm, 1),
                             S390IRQ_CLOSED);
        for (int k = 0; k < 4; k++) {
            fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
            if (k == i / 4 && i & 2)
                continue;
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << kinds[k]);
        }
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* T-2: the slot stays full until the commit. */
static void second_sccb_is_busy(void **state)
{
    (void)state;
    for (int aborts = 0; aborts < 2; aborts++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1000), 0);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                         S390IRQ_BUSY);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 1),
                         S390IRQ_QUEUED);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 2),
                         S390IRQ_COALESCED);
        if (aborts) {
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
            assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                             S390IRQ_BUSY);
        } else {
            plan_carry_out(fake, &plan);
            assert_int_equal(plan_commit(fake, 0, &plan), 0);
            assert_true(s390irq_vm_inject_service(fake->vm, 0x2000) >= 0);
        }
        fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER, 4),
            aborts ? 0x1003 : 0x2003);
        assert_int_equal(fake_floating(fake), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Prepare is the moment of taking: commit after a clear still succeeds. */
static void cleared_in_between(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_EXTERNAL_CALL,
        S390IRQ_KIND_INTERRUPT_KEY,    S390IRQ_KIND_TIMING_ALERT,
        S390IRQ_KIND_SERVICE_SIGNAL,   S390IRQ_KIND_PFAULT_DONE,
        S390IRQ_KIND_VIRTIO,
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof kinds / sizeof *kinds; i++) {
        const struct fake_class *class = fake_class_of(kinds[i / 2]);
        struct fake *fake = fake_usual(2);
        struct s390irq_queue *queue =
            class->is_floating ? s390irq_vm_queue(fake->vm)
                               : s390irq_vcpu_queue(fake->cpu[0].vcpu);
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        if (class->is_floating)
            assert_int_equal(s390irq_vm_reset(fake->vm), 0);
        else
            assert_int_equal(s390irq_queue_clear(queue), 0);
        if (i % 2) {
            plan_carry_out(fake, &plan);
            assert_int_equal(plan_commit(fake, 0, &plan), 0);
            assert_int_equal(fake_counter(fake, class->kind).taken, 1);
            assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101b0);
        } else {
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
            assert_int_equal(fake_counter(fake, class->kind).taken, 0);
            assert_int_equal(fake_counter(fake, class->kind).cleared, 1);
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            assert_int_equal(fake->cpu[0].report.taken, 0);
        }
        assert_int_equal(s390irq_queue_count(queue), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* A reset of the CPU while one of its own is in hand. */
static void reset_in_between(void **state)
{
    (void)state;
    for (int commits = 0; commits < 2; commits++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL),
                         0);
        plan_carry_out(fake, &plan);
        if (commits)
            assert_int_equal(plan_commit(fake, 0, &plan), 0);
        else
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        assert_int_equal(fake_pending(fake, 0), 0);
        assert_int_equal(
            fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).taken, commits);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Records keep their places: the first in hand, others inject and take. */
static void old_place_in_the_queue(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_VIRTIO);
    struct s390irq_interruption list[4];
    struct s390irq_plan first;
    struct s390irq_plan second;
    size_t count = 4;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    for (record.parameter64 = 1; record.parameter64 <= 3; record.parameter64++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    assert_int_equal(plan_prepare(fake, 0, &first), 1);
    assert_int_equal(plan_prepare(fake, 1, &second), 1);
    plan_carry_out(fake, &second);
    assert_int_equal(
        fake_load(fake, fake_prefix(1) + LOWCORE_EXTERNAL_PARAMETER64, 8), 2);
    record.parameter64 = 4;
    assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_int_equal(plan_commit(fake, 1, &second), 0);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].parameter64, 1);
    assert_int_equal(list[1].parameter64, 3);
    assert_int_equal(list[2].parameter64, 4);
    fake_assert_counters(fake);
    fake_close(fake);
}

/*
 * From the sender that is in hand it joins what is in hand, which keeps its
 * slot: the handler has not started yet.
 */
static void emergency_in_hand_and_sent_again(void **state)
{
    (void)state;
    for (int commits = 0; commits < 2; commits++) {
        struct fake *fake = fake_usual(3);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_plan plan;
        unsigned taken = 0;

        fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1), 0);
        assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 2), 0);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1),
                         S390IRQ_COALESCED);
        plan_carry_out(fake, &plan);
        if (commits)
            assert_int_equal(plan_commit(fake, 0, &plan), 0);
        else
            assert_int_equal(s390irq_vcpu_abort(vcpu), 0);
        do {
            fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            taken += fake->cpu[0].report.taken;
        } while (fake->cpu[0].report.taken);
        assert_int_equal(taken, commits ? 1 : 2);
        assert_int_equal(fake_pending(fake, 0), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Cleared while in hand, then sent again: what came later is not lost. */
static void sent_again_after_a_clear(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_INTERRUPT_KEY,
        S390IRQ_KIND_TOD_SYNC_CHECK,   S390IRQ_KIND_WARNING_TRACK,
        S390IRQ_KIND_RESTART,          S390IRQ_KIND_TIMING_ALERT,
        S390IRQ_KIND_PFAULT_DONE,      S390IRQ_KIND_VIRTIO,
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct fake_class *class = fake_class_of(kinds[i]);
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_plan plan;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(s390irq_queue_clear(class->is_floating
                                                 ? s390irq_vm_queue(fake->vm)
                                                 : s390irq_vcpu_queue(vcpu)),
                         0);
        if (class->is_floating)
            assert_true(s390irq_vm_inject(fake->vm, &class->record) >= 0);
        else
            assert_true(s390irq_vcpu_inject(vcpu, &class->record) >= 0);
        assert_int_equal(s390irq_vcpu_abort(vcpu), 0);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << kinds[i]);
        fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/*
 * A stopped CPU starts with restart, before any other (PoP ch. 4, restart),
 * also if restart was in hand and was given back.
 */
static void restart_stays_first(void **state)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_HOOK_TOD };

    (void)state;
    for (int traced = 0; traced < 2; traced++) {
        struct fake *fake;
        struct s390irq_plan plan;

        options.hooks |= traced ? FAKE_HOOK_TRACE : 0;
        fake = fake_open(&options);
        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(s390irq_vcpu_restart(fake->cpu[0].vcpu), 0);
        assert_int_equal(plan_prepare(fake, 0, &plan), 1);
        assert_int_equal(plan.kind, S390IRQ_KIND_RESTART);
        assert_int_equal(
            s390irq_vcpu_inject_external_call(fake->cpu[0].vcpu, 1),
            S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds,
                         1u << S390IRQ_KIND_RESTART);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "prepare: in hand still pends, for nobody else", in_hand_still_pends,
          NULL, NULL, NULL },
        { "prepare: the others beside one in hand", others_beside_one_in_hand,
          NULL, NULL, NULL },
        { "T-2 prepare: a second SCCB is busy", second_sccb_is_busy, NULL, NULL,
          NULL },
        { "prepare: cleared in between", cleared_in_between, NULL, NULL, NULL },
        { "prepare: CPU reset in between", reset_in_between, NULL, NULL, NULL },
        { "prepare: records keep their places", old_place_in_the_queue, NULL,
          NULL, NULL },
        { "prepare: an emergency signal sent again",
          emergency_in_hand_and_sent_again, NULL, NULL, NULL },
        { "prepare: sent again after a clear", sent_again_after_a_clear, NULL,
          NULL, NULL },
        { "in hand: restart that is given back stays first",
          restart_stays_first, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
