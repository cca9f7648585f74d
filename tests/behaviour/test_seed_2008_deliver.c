/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What became of the behaviours of 2008's KVM, S-1 to S-40: delivery. The
 * names of the cases carry the ids.
 */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_IO)

/* The kinds in the order in which the trace saw them delivered. */
static unsigned delivered(const struct fake *fake, uint16_t *kinds,
                          unsigned room)
{
    unsigned count = 0;

    for (unsigned i = 0; i < fake->events && i < FAKE_EVENTS; i++)
        if (fake->event[i].event == S390IRQ_TRACE_DELIVER && count < room)
            kinds[count++] = fake->event[i].kind;
    return count;
}

static void s03_priority_not_arrival(void **state)
{
    static const uint16_t order[] = {
        S390IRQ_KIND_PROGRAM,       S390IRQ_KIND_EMERGENCY_SIGNAL,
        S390IRQ_KIND_EXTERNAL_CALL, S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_VIRTIO,        S390IRQ_KIND_RESTART,
    };
    struct fake *fake = fake_watched(2);
    uint16_t kinds[16];

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_PROGRAM_NEW, OPEN, 0x6000);
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x7000);
    for (size_t i = sizeof order / sizeof *order; i-- > 0;)
        fake_raise(fake, 0, fake_class_of(order[i]));
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 6);
    assert_int_equal(delivered(fake, kinds, 16), 6);
    assert_memory_equal(kinds, order, sizeof order);
    fake_close(fake);
}

/* One class against its PSW bit and its submask: all four combinations. */
static void enabled_exactly_when(const struct fake_class *class)
{
    for (unsigned bits = 0; bits < 4; bits++) {
        struct fake *fake = fake_usual(2);
        uint64_t psw = PSW_64 | (bits & 1 ? class->psw_bit : 0);
        uint64_t cr0 =
            bits & 2 ? class->cr0_bit : CR0_EVERY_EXTERNAL & ~class->cr0_bit;
        int enabled = class->psw_bit == 0 || bits == 3;

        fake_boot(fake, 0, psw, cr0, S390IRQ_RUN);
        if (!(bits & 2)) {
            fake->cpu[0].cpu.cr[6] &= ~class->cr6_bit;
            fake_load_masks(fake, 0, psw, cr0);
        }
        fake_raise(fake, 0, class);
        assert_int_equal(
            s390irq_vcpu_has_interruption(fake->cpu[0].vcpu, &fake->cpu[0].cpu),
            enabled);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, enabled);
        fake_close(fake);
    }
}

static void s04_enabled_by_psw_and_submask(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++)
        enabled_exactly_when(&fake_classes[i]);
}

static void s08_external_call_survives_deliver(void **state)
{
    struct fake *fake = fake_usual(2);
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_EXTERNAL_CALL, 0, NULL),
                     0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        assert_int_equal(fake->cpu[0].report.intercepts, S390IRQ_INTERCEPT_CR0);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status),
                         1);
        assert_int_equal(status, S390IRQ_STATUS_EXTERNAL_CALL_PENDING);
    }
    fake_load_masks(fake, 0, OPEN, CR0_EXTERNAL_CALL);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    fake_close(fake);
}

static void intercepts_of(const struct fake_class *class)
{
    static const struct {
        int psw, cr0;
        uint32_t must, may;
    } rows[] = {
        { 0, 1, S390IRQ_INTERCEPT_PSW_EXTERNAL, 0 },
        { 1, 0, S390IRQ_INTERCEPT_CR0, 0 },
        { 0, 0, S390IRQ_INTERCEPT_PSW_EXTERNAL, S390IRQ_INTERCEPT_CR0 },
        { 1, 1, 0, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(2);
        uint32_t intercepts;

        fake_boot(fake, 0, rows[i].psw ? OPEN : PSW_64,
                  rows[i].cr0 ? class->cr0_bit : 0, S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.intercepts, 0);
        fake_raise(fake, 0, class);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        intercepts = fake->cpu[0].report.intercepts;
        assert_int_equal(intercepts & ~rows[i].may, rows[i].must);
        fake_close(fake);
    }
}

static void s09_what_to_watch_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];

        if (class->cr0_bit && class->kind != S390IRQ_KIND_CLOCK_COMPARATOR &&
            class->kind != S390IRQ_KIND_CPU_TIMER)
            intercepts_of(class);
    }
}

static void s10_emergency_has_its_source(void **state)
{
    struct fake *fake = fake_usual(3);
    uint64_t prefix = fake_prefix(0);

    (void)state;
    fake_store(fake, prefix + LOWCORE_EXTERNAL_CPU, 2, 0xdead);
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 2),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 2),
                     S390IRQ_COALESCED);
    for (uint64_t source = 1; source <= 2; source++) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        assert_int_equal(fake_load(fake, prefix + LOWCORE_EXTERNAL_CPU, 2),
                         source);
        assert_int_equal(fake_load(fake, prefix + LOWCORE_EXTERNAL_CODE, 2),
                         EXTERNAL_EMERGENCY_SIGNAL);
        fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    }
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void s11_service_signal(void **state)
{
    struct fake *fake = fake_usual(1);
    uint64_t prefix = fake_prefix(0);

    (void)state;
    fake_store(fake, prefix + LOWCORE_EXTERNAL_CPU, 2, 0xdead);
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x12340),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x55550),
                     S390IRQ_BUSY);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x55552),
                     S390IRQ_BUSY);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), S390IRQ_COALESCED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake_load(fake, prefix + LOWCORE_EXTERNAL_CPU, 2), 0);
    assert_int_equal(fake_load(fake, prefix + LOWCORE_EXTERNAL_PARAMETER, 4),
                     0x12341);
    assert_int_equal(fake_floating(fake), 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* One class on a quiet CPU: answer, registers and every byte stored. */
static void deliver_one(const struct fake_class *class)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu before;

    cpu->cpu.breaking_event_address = 0x4444;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, class);
    before = cpu->cpu;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(cpu->report.taken_kinds, 1u << class->kind);
    assert_int_equal(cpu->report.changed & S390IRQ_CHANGED_PSW,
                     S390IRQ_CHANGED_PSW);
    assert_int_equal(cpu->cpu.psw_mask, PSW_64);
    assert_int_equal(cpu->cpu.psw_address, 0x10000 + class->new_psw);
    assert_memory_equal(cpu->cpu.cr, before.cr, sizeof before.cr);
    fake_assert_stored(fake, 0, class, &before);
    fake_close(fake);
}

static void s12_virtio(void **state)
{
    (void)state;
    deliver_one(fake_class_of(S390IRQ_KIND_VIRTIO));
}

static void s13_stop_waits_for_interruptions(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption stop = { .kind = S390IRQ_KIND_STOP };
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &stop),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &stop),
                     S390IRQ_BUSY);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_STOP, 0, NULL), 2);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_OPERATING);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101b0);
    assert_true(fake->cpu[0].report.taken_kinds &
                1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_pending(fake, 0), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_STOPPED);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &stop),
                     S390IRQ_COALESCED);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_STOP).taken, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void s15_restart(void **state)
{
    struct s390irq_interruption restart = { .kind = S390IRQ_KIND_RESTART };
    struct fake *fake = fake_usual(1);

    (void)state;
    deliver_one(fake_class_of(S390IRQ_KIND_RESTART));
    /* An injection never starts a CPU. */
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &restart),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &restart),
                     S390IRQ_COALESCED);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake_close(fake);
}

static void s16_program(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++)
        if (fake_classes[i].kind == S390IRQ_KIND_PROGRAM)
            deliver_one(&fake_classes[i]);
}

static void s17_failed_store_is_an_error_of_the_call(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct fake *fake = fake_open(&options);
    const struct fake_class *class = fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL);
    struct fake_snapshot *before;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    fake_raise(fake, 0, class);
    before = fake_snapshot(fake);
    fake->accesses = 0;
    fake->fail_at = 1;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_int_equal(fake->cpu[0].report.fault_address, fake->failed_absolute);
    fake_assert_unchanged(fake, before);
    fake->fail_at = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(
        fake_load(fake, fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER, 4),
        class->record.parameter);
    fake_close(fake);
}

/* A comparator value, and whether it is pending at the scripted TOD. */
static void comparator(uint64_t tod, uint64_t value, uint64_t sign, int pending)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    atomic_store(&fake->tod, tod);
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    cpu->cpu.clock_comparator = value;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    fake_load_masks(fake, 0, PSW_64, CR0_CLOCK_COMPARATOR | sign);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    fake_load_masks(fake, 0, OPEN, CR0_CLOCK_COMPARATOR | sign);
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->cpu),
                     pending);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, pending);
    fake_close(fake);
}

static void s18_clock_comparator(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    comparator(1000, 999, 0, 1);
    comparator(1000, 1000, 0, 0);
    comparator(1000, 1001, 0, 0);
    comparator(1000, 0, 0, 1);
    comparator(1000, UINT64_C(1) << 63, 0, 0);
    comparator(1000, UINT64_C(1) << 63, CR0_CLOCK_SIGN, 1);
    comparator(UINT64_C(1) << 63, 1000, 0, 1);
    comparator(UINT64_C(1) << 63, 1000, CR0_CLOCK_SIGN, 0);
    comparator(UINT64_MAX, UINT64_MAX, 0, 0);
    deliver_one(fake_class_of(S390IRQ_KIND_CLOCK_COMPARATOR));

    /* The epoch is the VM's. */
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = 5000;
    assert_int_equal(s390irq_vm_set_tod(fake->vm, 5000), 0);
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 1);
    atomic_fetch_add(&fake->tod, 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

static void s19_cpu_timer(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    deliver_one(fake_class_of(S390IRQ_KIND_CPU_TIMER));
    fake_boot(fake, 0, OPEN, CR0_CPU_TIMER, S390IRQ_RUN);
    cpu->cpu.cpu_timer = 10;
    cpu->cpu.cpu_timer_since_tod = atomic_load(&fake->tod);
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    atomic_fetch_add(&fake->tod, 10); /* exactly 0: not negative yet */
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 11);
    atomic_fetch_add(&fake->tod, 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds, 1u << S390IRQ_KIND_CPU_TIMER);
    fake_close(fake);
}

static void s37_floating_goes_to_whoever_delivers(void **state)
{
    struct fake *fake = fake_usual(3);
    struct s390irq_interruption virtio = fake_record(S390IRQ_KIND_VIRTIO);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, i ? OPEN : PSW_64, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    fake_new_psw(fake, 2, LOWCORE_EXTERNAL_NEW, OPEN, 0x7000);
    for (int i = 0; i < 3; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), 0);
    assert_false(fake_attention(fake, 0));
    assert_true(fake_attention(fake, 1));
    assert_true(fake_attention(fake, 2));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 1);
    assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
    assert_int_equal(fake->cpu[2].report.taken, 2);
    assert_int_equal(fake_floating(fake), 0);
    fake_close(fake);
}

static void s40_lowcore_of_every_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++)
        deliver_one(&fake_classes[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "S-3 priority decides, not arrival, again after every delivery",
          s03_priority_not_arrival, NULL, NULL, NULL },
        { "S-4 each class needs its PSW bit and its submask",
          s04_enabled_by_psw_and_submask, NULL, NULL, NULL },
        { "S-8 a pending external call survives deliver and shows in sense",
          s08_external_call_survives_deliver, NULL, NULL, NULL },
        { "S-9 the report says what opening to watch for",
          s09_what_to_watch_for, NULL, NULL, NULL },
        { "S-10 emergency signal stores its source",
          s10_emergency_has_its_source, NULL, NULL, NULL },
        { "S-11 service signal: CPU address 0, one SCCB, events join it",
          s11_service_signal, NULL, NULL, NULL },
        { "S-12 virtio stores 2603, 0d00 and both parameters", s12_virtio, NULL,
          NULL, NULL },
        { "S-13 stop pends until done and lets interruptions go first",
          s13_stop_waits_for_interruptions, NULL, NULL, NULL },
        { "S-15 restart swaps its PSWs and does not start a CPU", s15_restart,
          NULL, NULL, NULL },
        { "S-16 program interruption: code, ILC, payload, rewinding",
          s16_program, NULL, NULL, NULL },
        { "S-17 a failed store is an error of the call, nobody is killed",
          s17_failed_store_is_an_error_of_the_call, NULL, NULL, NULL },
        { "S-18 clock comparator: strict, signed on demand, VM's epoch",
          s18_clock_comparator, NULL, NULL, NULL },
        { "S-19 CPU timer: pending while negative", s19_cpu_timer, NULL, NULL,
          NULL },
        { "S-37 floating interruptions go to whoever delivers next",
          s37_floating_goes_to_whoever_delivers, NULL, NULL, NULL },
        { "S-40 every class stores its lowcore fields and nothing else",
          s40_lowcore_of_every_class, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
