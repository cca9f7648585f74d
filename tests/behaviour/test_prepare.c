/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Delivery in two halves: prepare, then commit or abort. */
#include "fake.h"

#include <pthread.h>

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

static struct s390irq_plan empty_plan(void)
{
    struct s390irq_plan plan = { .size = sizeof plan };

    return plan;
}

static int prepare(struct fake *fake, uint32_t address,
                   struct s390irq_plan *plan)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    *plan = empty_plan();
    return s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, plan);
}

static int commit(struct fake *fake, uint32_t address,
                  const struct s390irq_plan *plan)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    return s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, plan);
}

/* What the embedder does between the halves. */
static void carry_out(struct fake *fake, struct s390irq_plan *plan)
{
    assert_true(plan->store_count <= S390IRQ_PLAN_STORES);
    for (uint32_t i = 0; i < plan->store_count; i++) {
        const struct s390irq_store *store = &plan->store[i];

        assert_true(store->length >= 1 && store->length <= 16);
        assert_true(store->absolute + store->length <= fake->ram_size);
        memcpy(fake->ram + store->absolute, store->bytes, store->length);
    }
    memcpy(plan->new_psw, fake->ram + plan->new_psw_absolute, 16);
}

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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        assert_int_equal(plan.kind, class->kind);
        assert_int_equal(plan.new_psw_absolute,
                         fake_prefix(0) + class->new_psw);
        assert_memory_equal(&cpu->cpu, &before, sizeof before);
        carry_out(fake, &plan);
        assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
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
    assert_int_equal(prepare(fake, 0, &plan), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    assert_int_equal(prepare(fake, 0, &plan), 0);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), S390IRQ_E_STATE);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(prepare(fake, 0, &plan), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(prepare(fake, 0, &plan), S390IRQ_E_STATE);
    fake_close(fake);
}

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
    assert_int_equal(prepare(fake, 0, &plan), 1);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_SERVICE_SIGNAL);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].parameter, 0x7ffff003);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL).pending,
                     1);
    /* One in hand per CPU; nobody else sees it as takeable. */
    assert_int_equal(prepare(fake, 0, &second), S390IRQ_E_STATE);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_STATE);
    assert_int_equal(prepare(fake, 1, &second), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 0);
    carry_out(fake, &plan);
    assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        assert_int_equal(plan.kind, class->kind);
        for (int k = 0; k < 4; k++) {
            if (k == i / 4)
                continue;
            fake_raise(fake, 0, fake_class_of(kinds[k]));
            others |= 1u << kinds[k];
        }
        if (i & 1)
            assert_int_equal(s390irq_vm_close(fake->vm), 0);
        carry_out(fake, &plan);
        if (i & 2)
            assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
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
            carry_out(fake, &plan);
            assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        if (class->is_floating)
            assert_int_equal(s390irq_vm_reset(fake->vm), 0);
        else
            assert_int_equal(s390irq_queue_clear(queue), 0);
        if (i % 2) {
            carry_out(fake, &plan);
            assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL),
                         0);
        carry_out(fake, &plan);
        if (commits)
            assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        carry_out(fake, &plan);
        good = cpu->cpu;
        changes[i](&cpu->cpu);
        before = fake_snapshot(fake);
        assert_int_equal(commit(fake, 0, &plan), S390IRQ_E_STALE);
        fake_assert_unchanged(fake, before);
        assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
        cpu->cpu = good;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken, 1);
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
    assert_int_equal(prepare(fake, 0, &first), 1);
    assert_int_equal(prepare(fake, 1, &second), 1);
    carry_out(fake, &second);
    assert_int_equal(
        fake_load(fake, fake_prefix(1) + LOWCORE_EXTERNAL_PARAMETER64, 8), 2);
    record.parameter64 = 4;
    assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_int_equal(commit(fake, 1, &second), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
        assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1),
                         S390IRQ_COALESCED);
        carry_out(fake, &plan);
        if (commits)
            assert_int_equal(commit(fake, 0, &plan), 0);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
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

/* Prepare on a sleeping CPU: it is parked no more, abort parks it not. */
static void prepare_after_a_sleep(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_plan plan;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(prepare(fake, 0, &plan), 1);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu),
                     S390IRQ_E_NOT_PARKED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    carry_out(fake, &plan);
    assert_int_equal(commit(fake, 0, &plan), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, WAITING,
                    0x5000);
    assert_int_equal(prepare(fake, 0, &plan), S390IRQ_E_STATE);
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
        assert_int_equal(prepare(fake, 0, &plan), 1);
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
    assert_int_equal(prepare(fake, 0, &plan), S390IRQ_E_STATE);
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
        { "prepare: in hand still pends, for nobody else", in_hand_still_pends,
          NULL, NULL, NULL },
        { "prepare: the others beside one in hand", others_beside_one_in_hand,
          NULL, NULL, NULL },
        { "T-2 prepare: a second SCCB is busy", second_sccb_is_busy, NULL, NULL,
          NULL },
        { "prepare: cleared in between", cleared_in_between, NULL, NULL, NULL },
        { "prepare: CPU reset in between", reset_in_between, NULL, NULL, NULL },
        { "prepare: changed registers are stale", stale, NULL, NULL, NULL },
        { "prepare: records keep their places", old_place_in_the_queue, NULL,
          NULL, NULL },
        { "prepare: an emergency signal sent again",
          emergency_in_hand_and_sent_again, NULL, NULL, NULL },
        { "prepare: sent again after a clear", sent_again_after_a_clear, NULL,
          NULL, NULL },
        { "prepare: after a sleep, and pause", prepare_after_a_sleep, NULL,
          NULL, NULL },
        { "prepare: calls no hook that may unwind", prepare_calls_no_hook, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
