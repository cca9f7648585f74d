/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Counters against books that the test keeps itself. */
#include "farm.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

static void assert_counter(struct fake *fake, uint32_t kind,
                           struct s390irq_counter expected)
{
    struct s390irq_counter counter = fake_counter(fake, kind);

    assert_int_equal(counter.injected, expected.injected);
    assert_int_equal(counter.taken, expected.taken);
    assert_int_equal(counter.coalesced, expected.coalesced);
    assert_int_equal(counter.refused, expected.refused);
    assert_int_equal(counter.cleared, expected.cleared);
    assert_int_equal(counter.pending, expected.pending);
}

#define COUNTER(...) ((struct s390irq_counter){ __VA_ARGS__ })

static void emergency_signal(void **state)
{
    struct fake *fake = fake_usual(3);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1), 1);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 2), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 2), 1);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 9), S390IRQ_E_NO_CPU);
    assert_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL,
                   COUNTER(.injected = 4, .coalesced = 2, .pending = 2));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_counter(
        fake, S390IRQ_KIND_EMERGENCY_SIGNAL,
        COUNTER(.injected = 4, .coalesced = 2, .taken = 1, .pending = 1));
    assert_int_equal(s390irq_queue_clear(s390irq_vcpu_queue(vcpu)), 1);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(vcpu, 1), S390IRQ_CLOSED);
    assert_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL,
                   COUNTER(.injected = 5, .coalesced = 2, .taken = 1,
                           .cleared = 1, .refused = 1));
    fake_close(fake);
}

static void service_signal(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), S390IRQ_COALESCED);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1000),
                     S390IRQ_COALESCED);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2002), S390IRQ_BUSY);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0), S390IRQ_E_INVALID);
    assert_counter(
        fake, S390IRQ_KIND_SERVICE_SIGNAL,
        COUNTER(.injected = 4, .coalesced = 2, .refused = 1, .pending = 1));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(
        fake_load(fake, fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER, 4),
        0x1001);
    assert_counter(
        fake, S390IRQ_KIND_SERVICE_SIGNAL,
        COUNTER(.injected = 4, .coalesced = 2, .refused = 1, .taken = 1));
    fake_close(fake);
}

static void virtio(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = 2 };
    struct fake *fake = fake_open(&options);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_VIRTIO);

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &record),
                         i < 2 ? S390IRQ_QUEUED : S390IRQ_FULL);
    assert_counter(fake, S390IRQ_KIND_VIRTIO,
                   COUNTER(.injected = 5, .refused = 3, .pending = 2));
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_counter(fake, S390IRQ_KIND_VIRTIO,
                   COUNTER(.injected = 5, .refused = 3, .cleared = 2));
    fake_close(fake);
}

static void program_and_supervisor_call(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_program per = { .code = 0x80, .ilc = 2 };
    struct s390irq_program data = { .code = 7, .ilc = 2 };

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_program(vcpu, &data), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_program(vcpu, &per), S390IRQ_COALESCED);
    assert_int_equal(s390irq_vcpu_program(vcpu, &data), S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_supervisor_call(vcpu, 1, 2), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_supervisor_call(vcpu, 1, 2), S390IRQ_BUSY);
    assert_counter(
        fake, S390IRQ_KIND_PROGRAM,
        COUNTER(.injected = 3, .coalesced = 1, .refused = 1, .pending = 1));
    assert_counter(fake, S390IRQ_KIND_SUPERVISOR_CALL,
                   COUNTER(.injected = 2, .refused = 1, .pending = 1));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake_load(fake, fake_prefix(0) + LOWCORE_PROGRAM_CODE, 2),
                     0x87);
    assert_counter(
        fake, S390IRQ_KIND_PROGRAM,
        COUNTER(.injected = 3, .coalesced = 1, .refused = 1, .taken = 1));
    assert_counter(fake, S390IRQ_KIND_SUPERVISOR_CALL,
                   COUNTER(.injected = 2, .refused = 1, .taken = 1));
    /* A lone PER event first, then the condition that it joins. */
    assert_int_equal(s390irq_vcpu_program(vcpu, &per), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_program(vcpu, &data), S390IRQ_COALESCED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake_load(fake, fake_prefix(0) + LOWCORE_PROGRAM_CODE, 2),
                     0x87);
    fake_close(fake);
}

static void program_at_a_parked_cpu(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_PROGRAM);

    (void)state;
    fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record), 0);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record),
                     S390IRQ_BUSY);
    assert_counter(fake, S390IRQ_KIND_PROGRAM,
                   COUNTER(.injected = 2, .refused = 1, .pending = 1));
    assert_int_equal(s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu)),
                     1);
    assert_counter(fake, S390IRQ_KIND_PROGRAM,
                   COUNTER(.injected = 2, .refused = 1, .cleared = 1));
    fake_close(fake);
}

/* What joins while one is in hand, and where it counts in the end. */
static void joined_while_in_hand(void **state)
{
    (void)state;
    for (int commits = 0; commits < 2; commits++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_plan plan = { .size = sizeof plan };
        struct s390irq_interruption alert =
            fake_record(S390IRQ_KIND_TIMING_ALERT);
        struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
        struct s390irq_interruption list[8];
        size_t listed;

        fake_boot(fake, 0, OPEN, CR0_TIMING_ALERT, S390IRQ_RUN);
        assert_int_equal(s390irq_vm_inject(fake->vm, &alert), S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
        assert_int_equal(s390irq_vm_inject(fake->vm, &alert), S390IRQ_QUEUED);
        assert_counter(fake, S390IRQ_KIND_TIMING_ALERT,
                       COUNTER(.injected = 2, .pending = 2));
        listed = 8;
        assert_int_equal(s390irq_queue_list(queue, list, &listed), 0);
        assert_int_equal(listed, 2);
        assert_int_equal(s390irq_queue_count(queue), 2);
        memcpy(plan.new_psw, fake->ram + plan.new_psw_absolute, 16);
        if (commits)
            assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &plan),
                             0);
        else
            assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
        assert_counter(fake, S390IRQ_KIND_TIMING_ALERT,
                       COUNTER(.injected = 2, .taken = (unsigned)commits,
                               .coalesced = !commits, .pending = 1));

        fake_load_masks(fake, 0, OPEN, CR0_SERVICE_SIGNAL);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1001), 0);
        assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 2), 0);
        assert_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL,
                       COUNTER(.injected = 2, .pending = 2));
        assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
        assert_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL,
                       COUNTER(.injected = 2, .coalesced = 1, .pending = 1));
        fake_close(fake);
    }
}

static void restarts(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption restart = fake_record(S390IRQ_KIND_RESTART);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake->cpu[0].cpu.prefix = fake_prefix(0);
    assert_int_equal(s390irq_vcpu_set_cpu(vcpu, &fake->cpu[0].cpu), 0);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &restart), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &restart), S390IRQ_COALESCED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_counter(fake, S390IRQ_KIND_RESTART,
                   COUNTER(.injected = 3, .coalesced = 2, .pending = 1));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_counter(fake, S390IRQ_KIND_RESTART,
                   COUNTER(.injected = 3, .coalesced = 2, .taken = 1));
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_counter(
        fake, S390IRQ_KIND_RESTART,
        COUNTER(.injected = 4, .coalesced = 2, .taken = 1, .cleared = 1));
    fake_close(fake);
}

static void level_conditions_count_taken_only(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption poke = {
        .kind = S390IRQ_KIND_CLOCK_COMPARATOR,
    };

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &poke),
                     S390IRQ_COALESCED);
    assert_counter(fake, S390IRQ_KIND_CLOCK_COMPARATOR, COUNTER(0));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_CLOCK_COMPARATOR));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_counter(fake, S390IRQ_KIND_CLOCK_COMPARATOR, COUNTER(.taken = 1));
    fake_close(fake);
}

static void orders(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption stop = { .kind = S390IRQ_KIND_STOP };
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &stop), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &stop), S390IRQ_BUSY);
    assert_counter(fake, S390IRQ_KIND_STOP,
                   COUNTER(.injected = 2, .refused = 1, .pending = 1));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_inject(vcpu, &stop), S390IRQ_COALESCED);
    assert_counter(
        fake, S390IRQ_KIND_STOP,
        COUNTER(.injected = 3, .refused = 1, .coalesced = 1, .taken = 1));
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_SET_PREFIX, 0x4000, NULL), 0);
    assert_counter(fake, S390IRQ_KIND_SET_PREFIX,
                   COUNTER(.injected = 1, .taken = 1));
    fake_close(fake);
}

/* What floats is counted where it was taken; the VM's are the sum. */
static void per_cpu_and_sum(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    for (uint32_t i = 0; i < 9; i++) {
        uint32_t who = i % 4 % 3;

        fake_raise(fake, who, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
        assert_int_equal(fake_deliver(fake, who), S390IRQ_RUN);
        fake_load_masks(fake, who, OPEN, CR0_EVERY_EXTERNAL);
    }
    assert_int_equal(fake_cpu_counter(fake, 0, S390IRQ_KIND_TIMING_ALERT).taken,
                     5);
    assert_int_equal(fake_cpu_counter(fake, 1, S390IRQ_KIND_TIMING_ALERT).taken,
                     2);
    assert_int_equal(fake_cpu_counter(fake, 2, S390IRQ_KIND_TIMING_ALERT).taken,
                     2);
    assert_counter(fake, S390IRQ_KIND_TIMING_ALERT,
                   COUNTER(.injected = 9, .taken = 9));
    fake_assert_counters(fake);
    fake_close(fake);
}

static void wakes_and_kicks(void **state)
{
    struct fake_options options = { .cpus = 3,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct s390irq_counters before = S390IRQ_COUNTERS_INIT;
    struct s390irq_counters after = S390IRQ_COUNTERS_INIT;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_counters(fake->vm, &before), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
        assert_int_equal(s390irq_vcpu_kick(fake->cpu[1].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    }
    assert_int_equal(s390irq_vm_counters(fake->vm, &after), 0);
    assert_int_equal(after.wakes - before.wakes, 3);
    assert_int_equal(after.kicks - before.kicks, 3);
    assert_int_equal(fake_wakes(fake, 0), 3);
    assert_int_equal(atomic_load(&fake->cpu[1].kicks), 3);
    assert_int_equal(s390irq_vcpu_counters(fake->cpu[0].vcpu, &after), 0);
    assert_int_equal(after.kicks, 0);
    fake_close(fake);
}

/* A long random walk over one CPU's injections, with the books beside it. */
static void random_walk(void **state)
{
    struct fake *fake = fake_usual(4);
    struct s390irq_counter books = { 0, 0, 0, 0, 0, 0 };
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    uint64_t random = 42;
    int outcome;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    for (int i = 0; i < 20000; i++) {
        uint32_t dice = farm_random(&random);

        if (dice % 16 < 9) {
            outcome = s390irq_vcpu_inject_emergency(vcpu, dice / 16 % 4);
            books.injected++;
            books.coalesced += outcome == S390IRQ_COALESCED;
            books.pending += outcome == S390IRQ_QUEUED;
        } else if (dice % 16 < 15) {
            fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            books.taken += fake->cpu[0].report.taken;
            books.pending -= fake->cpu[0].report.taken;
        } else {
            outcome = s390irq_queue_clear(s390irq_vcpu_queue(vcpu));
            assert_int_equal(outcome, books.pending);
            books.cleared += books.pending;
            books.pending = 0;
        }
        assert_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL, books);
    }
    assert_true(books.taken > 1000 && books.coalesced > 1000);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "counters: emergency signal", emergency_signal, NULL, NULL, NULL },
        { "counters: service signal", service_signal, NULL, NULL, NULL },
        { "counters: virtio and its limit", virtio, NULL, NULL, NULL },
        { "counters: program and supervisor call", program_and_supervisor_call,
          NULL, NULL, NULL },
        { "counters: program at a parked CPU", program_at_a_parked_cpu, NULL,
          NULL, NULL },
        { "counters: joined while in hand", joined_while_in_hand, NULL, NULL,
          NULL },
        { "counters: restart", restarts, NULL, NULL, NULL },
        { "counters: level conditions count taken only",
          level_conditions_count_taken_only, NULL, NULL, NULL },
        { "counters: stop and set prefix", orders, NULL, NULL, NULL },
        { "counters: by CPU, and the sum", per_cpu_and_sum, NULL, NULL, NULL },
        { "counters: wakes and kicks are the hooks' calls", wakes_and_kicks,
          NULL, NULL, NULL },
        { "counters: a random walk with books beside it", random_walk, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
