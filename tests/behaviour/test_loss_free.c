/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Loss-free delivery (decisions.md section 5): each guest-memory access of
 * each class fails in turn. PSW, registers, pending set, masks and counters
 * are as before; the next try delivers exactly once, with the right bytes.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

static struct fake *open_without_ram(uint32_t cpus)
{
    struct fake_options options = { .cpus = cpus,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };

    return fake_open(&options);
}

/* One failing deliver of CPU 0: it says where, and the registers stay. */
static void deliver_fails(struct fake *fake, unsigned fail_at)
{
    struct s390irq_cpu before = fake->cpu[0].cpu;

    fake->accesses = 0;
    fake->fail_at = fail_at;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_int_equal(fake->cpu[0].report.fault_address, fake->failed_absolute);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_memory_equal(&fake->cpu[0].cpu, &before, sizeof before);
    assert_true(fake_attention(fake, 0));
    fake->fail_at = 0;
}

/*
 * Two of them. The first may take registers back from a parked CPU and raise
 * attention; beside that, no failure leaves a trace.
 */
static void deliver_in_vain(struct fake *fake, unsigned fail_at)
{
    struct fake_snapshot *before;

    deliver_fails(fake, fail_at);
    before = fake_snapshot(fake);
    deliver_fails(fake, fail_at);
    fake_assert_unchanged(fake, before);
}

static unsigned accesses_needed(const struct fake_class *class, uint64_t psw)
{
    struct fake *fake = open_without_ram(2);
    unsigned accesses;

    fake_boot(fake, 0, psw, CR0_EVERY_EXTERNAL,
              psw & PSW_WAIT ? S390IRQ_WAIT : S390IRQ_RUN);
    fake_raise(fake, 0, class);
    fake->accesses = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    accesses = fake->accesses;
    fake_close(fake);
    /* The new PSW is read, the old PSW is written: there are two at least. */
    assert_true(accesses >= 2);
    return accesses;
}

/* Fails access number fail_at, twice, then delivers. */
static void fail_one(const struct fake_class *class, uint64_t psw,
                     unsigned fail_at)
{
    struct fake *fake = open_without_ram(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu before;

    cpu->cpu.breaking_event_address = 0x4444;
    fake_boot(fake, 0, psw, CR0_EVERY_EXTERNAL,
              psw & PSW_WAIT ? S390IRQ_WAIT : S390IRQ_RUN);
    fake_raise(fake, 0, class);
    if (psw & PSW_WAIT)
        assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &cpu->cpu), 0);
    before = cpu->cpu;
    deliver_in_vain(fake, fail_at);
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu), 1);

    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(cpu->report.taken_kinds, 1u << class->kind);
    assert_int_equal(cpu->cpu.psw_address, 0x10000 + class->new_psw);
    fake_assert_stored(fake, 0, class, &before);
    assert_int_equal(fake_counter(fake, class->kind).taken, 1);
    assert_int_equal(fake_counter(fake, class->kind).pending, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void running(void **state)
{
    const struct fake_class *class = *state;
    unsigned accesses = accesses_needed(class, OPEN);

    for (unsigned i = 1; i <= accesses; i++)
        fail_one(class, OPEN, i);
}

static void asleep(void **state)
{
    const struct fake_class *class = *state;
    unsigned accesses = accesses_needed(class, WAITING);

    for (unsigned i = 1; i <= accesses; i++)
        fail_one(class, WAITING, i);
}

/* An error has changed nothing: who was parked is parked. */
static void parked_stays_parked(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        struct fake *fake = open_without_ram(2);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct fake_snapshot *before;

        fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
        fake_raise(fake, 0, &fake_classes[i]);
        assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &cpu->cpu), 0);
        before = fake_snapshot(fake);
        deliver_fails(fake, 1);
        fake_assert_unchanged(fake, before);
        fake_close(fake);
    }
}

/* Given back after a close: it was accepted before. */
static void given_back_when_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        struct fake *fake = open_without_ram(2);

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, &fake_classes[i]);
        assert_int_equal(s390irq_vm_close(fake->vm), 0);
        assert_true(fake_attention(fake, 0) ||
                    s390irq_vcpu_has_interruption(fake->cpu[0].vcpu,
                                                  &fake->cpu[0].cpu));
        fake->accesses = 0;
        fake->fail_at = 1;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
        fake->fail_at = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds,
                         1u << fake_classes[i].kind);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void restart_of_a_stopped_cpu(void **state)
{
    unsigned accesses =
        accesses_needed(fake_class_of(S390IRQ_KIND_RESTART), OPEN);

    (void)state;
    for (unsigned i = 1; i <= accesses; i++) {
        struct fake *fake = open_without_ram(2);
        struct fake_cpu *cpu = &fake->cpu[0];

        cpu->cpu.prefix = fake_prefix(0);
        cpu->cpu.psw_mask = WAITING;
        cpu->cpu.psw_address = 0x5000;
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL),
                         0);
        /* With the CPU timer, which runs from now on. */
        assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &cpu->cpu), 0);
        deliver_in_vain(fake, i);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->cpu.psw_address, 0x101a0);
        fake_assert_psw(fake, fake_prefix(0) + LOWCORE_RESTART_OLD, WAITING,
                        0x5000);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_RESTART).taken, 1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void queues_keep_their_order(void **state)
{
    struct fake *fake = open_without_ram(1);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_VIRTIO);
    uint64_t parameter64 = fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER64;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    for (record.parameter64 = 1; record.parameter64 <= 3; record.parameter64++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    for (uint64_t i = 1; i <= 3; i++) {
        for (unsigned j = 1; j <= 4; j++)
            deliver_in_vain(fake, j);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake_load(fake, parameter64, 8), i);
        fake_load_masks(fake, 0, OPEN, CR0_SERVICE_SIGNAL);
    }
    fake_close(fake);
}

/* What is injected from inside the failing write hook, once. */
struct meanwhile {
    uint32_t parameter;
    int outcome;
};

static void inject_service_meanwhile(struct fake *fake, const char *hook,
                                     struct fake_cpu *cpu)
{
    struct meanwhile *meanwhile = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, "write") != 0)
        return;
    fake->during = NULL;
    meanwhile->outcome =
        s390irq_vm_inject_service(fake->vm, meanwhile->parameter);
}

/* T-2: 2008's heirs took the signal, failed, and put it back too late. */
static void second_sccb_while_in_hand(void **state)
{
    struct fake *fake = open_without_ram(1);
    struct meanwhile meanwhile = { .parameter = 0x2000 };
    uint64_t parameter = fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1000), 0);
    fake->during = inject_service_meanwhile;
    fake->during_argument = &meanwhile;
    fake->accesses = 0;
    fake->fail_at = 2;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_null(fake->during);
    assert_int_equal(meanwhile.outcome, S390IRQ_BUSY);
    fake->fail_at = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake_load(fake, parameter, 4), 0x1000);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                     S390IRQ_QUEUED);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Event bits that come while the SCCB is in hand: never lost, never doubled. */
static void events_while_in_hand(void **state)
{
    uint64_t parameter = fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER;

    (void)state;
    for (unsigned fail_at = 0; fail_at <= 4; fail_at++) {
        struct fake *fake = open_without_ram(1);
        struct meanwhile meanwhile = { .parameter = 2 };
        uint32_t seen = 0;

        fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1001), 0);
        fake->during = inject_service_meanwhile;
        fake->during_argument = &meanwhile;
        fake->accesses = 0;
        fake->fail_at = fail_at;
        for (int i = 0; i < 4; i++) {
            if (fake_deliver(fake, 0) == S390IRQ_RUN &&
                fake->cpu[0].report.taken) {
                assert_int_equal(seen & fake_load(fake, parameter, 4), 0);
                seen |= (uint32_t)fake_load(fake, parameter, 4);
            }
            fake->fail_at = 0;
            fake_load_masks(fake, 0, OPEN, CR0_SERVICE_SIGNAL);
        }
        assert_null(fake->during);
        assert_true(meanwhile.outcome >= 0);
        assert_int_equal(seen, 0x1003);
        assert_int_equal(fake_floating(fake), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void sleep_meanwhile(struct fake *fake, const char *hook,
                            struct fake_cpu *cpu)
{
    if (strcmp(hook, "write") != 0 || cpu->address != 0)
        return;
    fake->during = NULL;
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_WAIT);
}

/* CPU 1 skipped what CPU 0 had in hand and sleeps: it must be told. */
static void given_back_means_routed_again(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_TIMING_ALERT,
        S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_PFAULT_DONE,
        S390IRQ_KIND_VIRTIO,
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fake *fake = open_without_ram(2);

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, fake_class_of(kinds[i]));
        fake->cpu[1].cpu.psw_mask = WAITING;
        fake->during = sleep_meanwhile;
        fake->accesses = 0;
        fake->fail_at = 2;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
        fake->fail_at = 0;
        assert_null(fake->during);
        assert_int_equal(fake_wakes(fake, 1), 1);
        assert_true(fake_attention(fake, 1));
        assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
        assert_int_equal(fake->cpu[1].report.taken, 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/*
 * An invalid new PSW: the first interruption is taken, the specification
 * exception after it is another one and may fail on its own.
 */
static void earlier_ones_stay_taken(void **state)
{
    const uint64_t invalid = PSW_64 | 2;
    unsigned taken_first = 0;
    int done = 0;

    (void)state;
    for (unsigned fail_at = 1; !done; fail_at++) {
        struct fake *fake = open_without_ram(2);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
        fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, invalid, 0x6000);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
        fake->accesses = 0;
        fake->fail_at = fail_at;
        if (fake_deliver(fake, 0) != S390IRQ_E_GUEST_MEMORY) {
            done = 1;
            assert_int_equal(cpu->report.taken, 2);
        } else if (cpu->report.taken) {
            taken_first++;
            assert_int_equal(cpu->report.taken, 1);
            assert_int_equal(cpu->cpu.psw_mask, invalid);
            assert_int_equal(cpu->cpu.psw_address, 0x6000);
            assert_true(fake_attention(fake, 0));
        } else {
            assert_int_equal(cpu->cpu.psw_mask, OPEN);
        }
        fake->fail_at = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->cpu.psw_address, 0x101d0);
        fake_assert_psw(fake, fake_prefix(0) + LOWCORE_PROGRAM_OLD, invalid,
                        0x6000);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_PROGRAM_CODE, 2), 6);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_PROGRAM_ILC, 2), 0);
        assert_int_equal(fake_cpu_counter(fake, 0, S390IRQ_KIND_PROGRAM).taken,
                         1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
    assert_true(taken_first >= 2);
}

static void prefix_beyond_storage(void **state)
{
    const uint32_t far = 0x7fffe000;
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    cpu->cpu.prefix = far;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_int_equal(cpu->report.fault_address & ~(uint64_t)0x1fff, far);
    assert_int_equal(cpu->cpu.psw_mask, OPEN);
    assert_int_equal(cpu->cpu.prefix, far);
    cpu->cpu.prefix = fake_prefix(0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

static void set_prefix_without_storage(void **state)
{
    struct fake *fake = open_without_ram(2);
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_SET_PREFIX,
        .parameter = 0x4000,
    };

    (void)state;
    for (unsigned i = 1; i <= 2; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);
        uint32_t status = 0;

        fake->accesses = 0;
        fake->fail_at = i;
        assert_int_equal(s390irq_vcpu_inject(fake->cpu[1].vcpu, &record),
                         S390IRQ_E_GUEST_MEMORY);
        fake->accesses = 0;
        assert_int_equal(
            fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX, 0x4000, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
        fake_assert_unchanged(fake, before);
    }
    fake->fail_at = 0;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[1].vcpu, &record), 0);
    fake_close(fake);
}

#define CLASSES_AT_MOST 64
#define NAME_LENGTH     80

static const struct CMUnitTest others[] = {
    { "loss-free: given back in a VM that was closed", given_back_when_closed,
      NULL, NULL, NULL },
    { "loss-free: restart of a stopped CPU", restart_of_a_stopped_cpu, NULL,
      NULL, NULL },
    { "loss-free: a parked CPU stays parked on an error", parked_stays_parked,
      NULL, NULL, NULL },
    { "loss-free: queues keep their order", queues_keep_their_order, NULL, NULL,
      NULL },
    { "T-2 a second SCCB while the first is in hand is busy",
      second_sccb_while_in_hand, NULL, NULL, NULL },
    { "T-2 event bits while an SCCB is in hand", events_while_in_hand, NULL,
      NULL, NULL },
    { "loss-free: what is given back is routed again",
      given_back_means_routed_again, NULL, NULL, NULL },
    { "loss-free: earlier interruptions stay taken", earlier_ones_stay_taken,
      NULL, NULL, NULL },
    { "loss-free: a prefix beyond storage", prefix_beyond_storage, NULL, NULL,
      NULL },
    { "loss-free: set prefix probes both pages", set_prefix_without_storage,
      NULL, NULL, NULL },
};

int main(void)
{
    static struct CMUnitTest tests[2 * CLASSES_AT_MOST];
    static char names[2 * CLASSES_AT_MOST][NAME_LENGTH];
    size_t count = 0;

    for (size_t i = 0; i < fake_class_count; i++) {
        for (int sleeping = 0; sleeping < 2; sleeping++, count++) {
            snprintf(names[count], NAME_LENGTH, "loss-free: %s, CPU %s",
                     fake_classes[i].name, sleeping ? "asleep" : "running");
            tests[count].name = names[count];
            tests[count].test_func = sleeping ? asleep : running;
            tests[count].initial_state = (void *)&fake_classes[i];
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        tests[count++] = others[i];
    return _cmocka_run_group_tests("loss-free", tests, count, NULL, NULL);
}
