/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/irq_state.c: what pends at a CPU, in the buffers of Linux KVM. */
#include "records.h"
#include "states.h"

#define SIZE KVM_SIZE

static void add(struct kvm_buffer *buffer, struct s390irq_interruption what)
{
    kvm_append(buffer, S390IRQ_KVM_LOCAL, what);
}

static struct s390irq_interruption program(uint16_t code, uint8_t ilc)
{
    return (struct s390irq_interruption){
        .kind = S390IRQ_KIND_PROGRAM,
        .u.program = { .code = code,
                       .ilc = ilc,
                       .flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS |
                                S390IRQ_PROGRAM_OPERAND_ACCESS |
                                S390IRQ_PROGRAM_PER_ACCESS,
                       .translation_exception = 0x1234000 }
    };
}

static void inject(struct fake *fake, struct s390irq_interruption what)
{
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &what), 0);
}

static const struct s390irq_import_report fresh = S390IRQ_IMPORT_REPORT_INIT;

static int export(struct fake *fake, struct kvm_buffer *buffer, uint32_t flags,
                  struct s390irq_import_report *report)
{
    *report = fresh;
    memset(buffer->bytes, 0x5a, sizeof buffer->bytes);
    buffer->length = sizeof buffer->bytes;
    return s390irq_vcpu_export_kvm(fake->cpu[0].vcpu, buffer->bytes,
                                   &buffer->length, flags, report);
}

static int import(struct fake *fake, const struct kvm_buffer *buffer,
                  struct s390irq_import_report *report)
{
    *report = fresh;
    return s390irq_vcpu_import_kvm(fake->cpu[0].vcpu, buffer->bytes,
                                   buffer->length, report);
}

static void refused(struct fake *fake, const struct kvm_buffer *buffer, int rc)
{
    struct fake_snapshot *before = fake_snapshot(fake);
    struct s390irq_import_report report;

    assert_int_equal(import(fake, buffer, &report), rc);
    assert_int_equal(report.records, 0);
    fake_assert_unchanged(fake, before);
}

static void assert_exports(struct fake *fake, const struct kvm_buffer *expected)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer;

    assert_int_equal(export(fake, &buffer, 0, &report), 0);
    kvm_assert_same(&buffer, expected);
    assert_int_equal(buffer.bytes[expected->length], 0x5a);
    assert_int_equal(report.records, expected->length / SIZE);
    assert_int_equal(report.dropped | report.left_out_kinds, 0);
}

/* A CPU that waits and is open for nothing. */
static struct fake *waiting(uint32_t cpus)
{
    struct fake *fake = fake_usual(cpus);

    fake_boot(fake, 0, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    return fake;
}

/* H-28: all kinds that KVM has at a CPU, in the order of the kernel. */
static struct fake *filled(struct kvm_buffer *expected)
{
    struct fake *fake = waiting(3);

    inject(fake, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 2));
    inject(fake, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 0));
    inject(fake, kvm_check(S390IRQ_MCIC_WARNING));
    inject(fake, kvm_check(S390IRQ_MCIC_SYSTEM_DAMAGE));
    inject(fake, kvm_check(S390IRQ_MCIC_DEGRADATION));
    inject(fake, program(0x11, 6));
    inject(fake, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 1));
    inject(fake, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 7));
    inject(fake, kvm_with(S390IRQ_KIND_STOP, 1, 0));
    inject(fake, kvm_plain(S390IRQ_KIND_RESTART));
    memset(expected, 0, sizeof *expected);
    add(expected, kvm_plain(S390IRQ_KIND_RESTART));
    add(expected, kvm_with(S390IRQ_KIND_STOP, 1, 0));
    add(expected, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 7));
    add(expected, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 1));
    add(expected, kvm_check(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_DEGRADATION));
    add(expected, program(0x11, 6));
    add(expected, kvm_check(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_DEGRADATION |
                            S390IRQ_MCIC_SYSTEM_DAMAGE));
    add(expected, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 0));
    add(expected, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 2));
    return fake;
}

static void kernels_order(void **state)
{
    struct kvm_buffer expected;
    struct fake *fake = filled(&expected);
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    assert_exports(fake, &expected);
    fake_assert_unchanged(fake, before);
    fake_close(fake);
}

/* H-27 with the rest: the same records come back, and are taken. */
static void round_trip(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer expected;
    struct fake *fake = filled(&expected), *other = waiting(3);

    (void)state;
    assert_int_equal(import(other, &expected, &report), 0);
    assert_int_equal(report.records, 9);
    assert_int_equal(report.coalesced | report.dropped, 0);
    assert_exports(other, &expected);
    fake_assert_counters(other);
    assert_true(fake_attention(other, 0));
    assert_int_equal(fake_pending(other, 0), fake_pending(fake, 0));
    fake_close(other);
    fake_close(fake);
}

/* The kernel's machine checks: one payload, written twice. */
static void machine_check_twice(void **state)
{
    struct s390irq_import_report report;
    struct s390irq_interruption what = kvm_check(
        S390IRQ_MCIC_PROCESSING_DAMAGE | S390IRQ_MCIC_EXTERNAL_DAMAGE |
        S390IRQ_MCIC_EXTERNAL_CODE | S390IRQ_MCIC_FAILING_ADDRESS);
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = waiting(1);

    (void)state;
    what.u.machine_check.failing_address = 0x123456789;
    what.u.machine_check.external_damage = 0x42;
    add(&buffer, what);
    add(&buffer, what);
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 2);
    assert_int_equal(report.coalesced, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void duplicates(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 }, expected = { .length = 0 };
    struct fake *fake = waiting(2);

    (void)state;
    for (int i = 0; i < 2; i++) {
        add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
        add(&buffer, kvm_with(S390IRQ_KIND_STOP, (uint32_t)i, 0));
        add(&buffer, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 1));
        add(&buffer, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
        add(&buffer, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 7));
        add(&buffer, program(i ? 0x80 : 0x11, 4));
    }
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 12);
    assert_int_equal(report.coalesced, 5);
    add(&expected, kvm_plain(S390IRQ_KIND_RESTART));
    add(&expected, kvm_with(S390IRQ_KIND_STOP, 1, 0));
    add(&expected, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 7));
    add(&expected, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 7));
    add(&expected, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 1));
    add(&expected, program(0x91, 4));
    add(&expected, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    assert_exports(fake, &expected);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Two of which there can be but one, and which are not the same. */
static void conflicts(void **state)
{
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = waiting(2);

    (void)state;
    add(&buffer, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    add(&buffer, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 1));
    add(&buffer, kvm_from(S390IRQ_KIND_EXTERNAL_CALL, 0));
    refused(fake, &buffer, S390IRQ_BUSY);
    buffer.length = SIZE;
    add(&buffer, program(0x11, 4));
    add(&buffer, program(0x10, 4));
    refused(fake, &buffer, S390IRQ_BUSY);
    fake_close(fake);
}

/* Level conditions are of the registers: neither written nor latched. */
static void level_conditions(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 }, none = { .length = 0 };
    struct fake *fake = fake_usual(1);

    (void)state;
    fake->cpu[0].cpu.cpu_timer = UINT64_MAX;
    fake_start(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_exports(fake, &none);
    add(&buffer, kvm_plain(S390IRQ_KIND_CPU_TIMER));
    add(&buffer, kvm_plain(S390IRQ_KIND_CLOCK_COMPARATOR));
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 2);
    assert_int_equal(report.dropped, 2);
    assert_exports(fake, &none);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* V-6: at once and first, wherever it stands in the buffer. */
static void set_prefix(void **state)
{
    struct s390irq_import_report report;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct kvm_buffer buffer = { .length = 0 }, expected = { .length = 0 };
    struct fake *fake = fake_usual(2);

    (void)state;
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    add(&buffer, kvm_with(S390IRQ_KIND_SET_PREFIX, LOWCORE_SIZE, 0));
    add(&buffer, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 3);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu), 0);
    assert_int_equal(cpu.prefix, LOWCORE_SIZE);
    add(&expected, kvm_plain(S390IRQ_KIND_RESTART));
    add(&expected, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    assert_exports(fake, &expected);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_cpu_counter(fake, 0, S390IRQ_KIND_SET_PREFIX).taken,
                     1);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void states(void **state)
{
    struct kvm_buffer prefix = { .length = 0 }, stop = { .length = 0 };
    struct fake *fake = waiting(2);

    (void)state;
    add(&prefix, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    add(&prefix, kvm_with(S390IRQ_KIND_SET_PREFIX, LOWCORE_SIZE, 0));
    add(&stop, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 1));
    add(&stop, kvm_plain(S390IRQ_KIND_STOP));
    refused(fake, &prefix, S390IRQ_E_STATE);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    refused(fake, &stop, S390IRQ_E_STATE);
    /* No storage for a prefix area there. */
    prefix.length = 0;
    add(&prefix, kvm_with(S390IRQ_KIND_SET_PREFIX, 0x7fffe000, 0));
    refused(fake, &prefix, S390IRQ_E_GUEST_MEMORY);
    fake_close(fake);
}

static void store_status(void **state)
{
    struct fake_options options = {
        .cpus = 1, .hooks = FAKE_USUAL & ~(unsigned)FAKE_HOOK_REGISTERS
    };
    struct fake *fake = fake_open(&options);
    struct kvm_buffer buffer = { .length = 0 };

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    add(&buffer, kvm_with(S390IRQ_KIND_STOP, 1, 0));
    refused(fake, &buffer, S390IRQ_E_UNSUPPORTED);
    fake_close(fake);
}

static void sources(void **state)
{
    static const uint16_t kinds[] = { S390IRQ_KIND_EMERGENCY_SIGNAL,
                                      S390IRQ_KIND_EXTERNAL_CALL };
    struct s390irq_import_report report;
    struct fake *fake = waiting(3);

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (uint16_t source = 3; source < 5; source++) {
            struct kvm_buffer buffer = { .length = 0 };

            add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
            add(&buffer, kvm_from(kinds[i], source));
            refused(fake, &buffer, S390IRQ_E_NO_CPU);
            buffer.length = SIZE;
            add(&buffer, kvm_from(kinds[i], 1));
            assert_int_equal(import(fake, &buffer, &report), 0);
            s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu));
        }
    fake_close(fake);
}

/* V-19: an external call that pends is noticed, as all the others. */
static void something_pends(void **state)
{
    static const struct s390irq_interruption whats[] = {
        { .kind = S390IRQ_KIND_PROGRAM, .u.program.code = 1 },
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 2 },
        { .kind = S390IRQ_KIND_INTERRUPT_KEY },
        { .kind = S390IRQ_KIND_MALFUNCTION_ALERT },
        { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL },
        { .kind = S390IRQ_KIND_EXTERNAL_CALL },
        { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
        { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 1 },
        { .kind = S390IRQ_KIND_WARNING_TRACK },
        { .kind = S390IRQ_KIND_IUCV },
        { .kind = S390IRQ_KIND_PFAULT_INIT },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = S390IRQ_MCIC_SYSTEM_DAMAGE },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = S390IRQ_MCIC_SYSTEM_RECOVERY },
        { .kind = S390IRQ_KIND_RESTART },
        { .kind = S390IRQ_KIND_STOP },
    };
    struct kvm_buffer buffer = { .length = 0 };

    (void)state;
    add(&buffer, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, 1));
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        struct fake *fake = waiting(1);

        inject(fake, whats[i]);
        refused(fake, &buffer, S390IRQ_BUSY);
        fake_close(fake);
    }
}

/* V-17, V-18: a bad record at the end, and nothing of the buffer is there. */
static void bad_records(void **state)
{
    struct kvm_buffer buffer;
    struct fake *fake = filled(&buffer), *other = waiting(3);

    (void)state;
    for (size_t cut = 1; cut < SIZE; cut++) {
        buffer.length -= cut;
        refused(other, &buffer, S390IRQ_E_FORMAT);
        buffer.length += cut;
    }
    buffer.bytes[buffer.length - SIZE + 7] = 0x99; /* no such type */
    refused(other, &buffer, S390IRQ_E_FORMAT);
    buffer.length -= SIZE;
    memset(buffer.bytes + buffer.length, 0, SIZE);
    buffer.length += SIZE;
    refused(other, &buffer, S390IRQ_E_FORMAT);
    /* A type of the VM's. */
    buffer.bytes[buffer.length - SIZE + 4] = 0xff;
    buffer.bytes[buffer.length - SIZE + 5] = 0xff;
    buffer.bytes[buffer.length - SIZE + 6] = 0x24;
    buffer.bytes[buffer.length - SIZE + 7] = 0x01;
    refused(other, &buffer, S390IRQ_E_FORMAT);
    fake_close(other);
    fake_close(fake);
}

static void limits(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = waiting(1);

    (void)state;
    for (uint32_t i = 0; i < 65; i++)
        add(&buffer, kvm_with(S390IRQ_KIND_PFAULT_INIT, 0, i));
    refused(fake, &buffer, S390IRQ_FULL);
    buffer.length -= SIZE;
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 64);
    assert_exports(fake, &buffer);
    fake_close(fake);
}

static void closed_vm(void **state)
{
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = waiting(1);

    (void)state;
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    s390irq_vm_close(fake->vm);
    refused(fake, &buffer, S390IRQ_CLOSED);
    fake_close(fake);
}

/* V-24: KVM has no record of these. */
static void left_out(void **state)
{
    static const struct s390irq_interruption whats[] = {
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 2 },
        { .kind = S390IRQ_KIND_INTERRUPT_KEY },
        { .kind = S390IRQ_KIND_MALFUNCTION_ALERT },
        { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
        { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 1 },
        { .kind = S390IRQ_KIND_WARNING_TRACK },
        { .kind = S390IRQ_KIND_IUCV },
    };
    uint32_t kinds = 0;
    struct s390irq_import_report report;
    struct kvm_buffer buffer, expected = { .length = 0 };
    struct fake *fake = waiting(1);

    (void)state;
    inject(fake, kvm_plain(S390IRQ_KIND_RESTART));
    add(&expected, kvm_plain(S390IRQ_KIND_RESTART));
    for (uint32_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        inject(fake, whats[i]);
        kinds |= 1u << whats[i].kind;
        assert_int_equal(export(fake, &buffer, 0, &report),
                         S390IRQ_E_NOT_REPRESENTABLE);
        assert_int_equal(buffer.length, sizeof buffer.bytes);
        assert_int_equal(report.records, 0);
        assert_int_equal(report.dropped, i + 1);
        assert_int_equal(report.left_out_kinds, kinds);
    }
    assert_int_equal(export(fake, &buffer, S390IRQ_EXPORT_PARTIAL, &report), 0);
    kvm_assert_same(&buffer, &expected);
    assert_int_equal(report.records, 1);
    assert_int_equal(report.left_out_kinds, kinds);
    fake_close(fake);
}

static void room(void **state)
{
    struct kvm_buffer expected;
    struct fake *fake = filled(&expected);

    (void)state;
    for (size_t room = 0; room <= expected.length; room++) {
        uint8_t *bytes = malloc(room + 1);
        size_t length = room;

        bytes[room] = 0x77;
        assert_int_equal(s390irq_vcpu_export_kvm(fake->cpu[0].vcpu,
                                                 room ? bytes : NULL, &length,
                                                 0, NULL),
                         room < expected.length ? S390IRQ_E_BUFFER : 0);
        assert_int_equal(length, expected.length);
        assert_int_equal(bytes[room], 0x77);
        free(bytes);
    }
    fake_close(fake);
}

static void not_parked(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_usual(2);

    (void)state;
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    refused(fake, &buffer, S390IRQ_E_NOT_PARKED);
    assert_int_equal(export(fake, &buffer, 0, &report), S390IRQ_E_NOT_PARKED);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[0].vcpu), 0);
    buffer.length = 0;
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    assert_int_equal(import(fake, &buffer, &report), S390IRQ_E_NO_CPU);
    assert_int_equal(export(fake, &buffer, 0, &report), S390IRQ_E_NO_CPU);
    fake_close(fake);
}

/* Who sleeps, and is open or has a condition of its own, is woken. */
static void wakes(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer emergency = { .length = 0 }, own = { .length = 0 };
    struct fake *fake = fake_usual(1);

    (void)state;
    add(&emergency, kvm_from(S390IRQ_KIND_EMERGENCY_SIGNAL, 0));
    add(&own, program(0x11, 4));
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, CR0_EXTERNAL_CALL,
              S390IRQ_WAIT);
    assert_int_equal(import(fake, &emergency, &report), 0);
    assert_int_equal(fake_wakes(fake, 0), 0);
    s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[0].vcpu));
    assert_int_equal(import(fake, &own, &report), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_PROGRAM);
    fake_load_masks(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL,
                    CR0_EMERGENCY_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(import(fake, &emergency, &report), 0);
    assert_int_equal(fake_wakes(fake, 0), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

static void arguments(void **state)
{
    struct s390irq_import_report report = fresh;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = waiting(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    size_t length = SIZE;

    (void)state;
    add(&buffer, kvm_plain(S390IRQ_KIND_RESTART));
    assert_int_equal(
        s390irq_vcpu_export_kvm(NULL, buffer.bytes, &length, 0, NULL),
        S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_export_kvm(vcpu, buffer.bytes, NULL, 0, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_export_kvm(vcpu, NULL, &length, 0, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(
        s390irq_vcpu_export_kvm(vcpu, buffer.bytes, &length, 2, NULL),
        S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_import_kvm(NULL, buffer.bytes, SIZE, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_import_kvm(vcpu, NULL, SIZE, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_import_kvm(vcpu, NULL, 0, NULL), 0);
    report.size = 4;
    assert_int_equal(s390irq_vcpu_import_kvm(vcpu, buffer.bytes, SIZE, &report),
                     S390IRQ_E_STRUCT_TOO_SMALL);
    assert_int_equal(
        s390irq_vcpu_export_kvm(vcpu, buffer.bytes, &length, 0, &report),
        S390IRQ_E_STRUCT_TOO_SMALL);
    assert_int_equal(fake_pending(fake, 0), 0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "irq state: H-28, everything in the kernel's order", kernels_order,
          NULL, NULL, NULL },
        { "irq state: H-27, there and back", round_trip, NULL, NULL, NULL },
        { "irq state: V-19, a machine check that is written twice",
          machine_check_twice, NULL, NULL, NULL },
        { "irq state: records that say the same", duplicates, NULL, NULL,
          NULL },
        { "irq state: records that exclude each other", conflicts, NULL, NULL,
          NULL },
        { "irq state: level conditions", level_conditions, NULL, NULL, NULL },
        { "irq state: V-6, set prefix is first", set_prefix, NULL, NULL, NULL },
        { "irq state: set prefix and stop need their states", states, NULL,
          NULL, NULL },
        { "irq state: a stop that cannot store status", store_status, NULL,
          NULL, NULL },
        { "irq state: sources that the VM has not", sources, NULL, NULL, NULL },
        { "irq state: V-19, something pends already", something_pends, NULL,
          NULL, NULL },
        { "irq state: V-17, V-18, a bad record anywhere", bad_records, NULL,
          NULL, NULL },
        { "irq state: V-18, more tokens than there is room for", limits, NULL,
          NULL, NULL },
        { "irq state: a VM that is closed", closed_vm, NULL, NULL, NULL },
        { "irq state: V-24, what KVM has no record of", left_out, NULL, NULL,
          NULL },
        { "irq state: room that is too little, and just enough", room, NULL,
          NULL, NULL },
        { "irq state: a CPU that is not parked", not_parked, NULL, NULL, NULL },
        { "irq state: an import wakes the CPU", wakes, NULL, NULL, NULL },
        { "irq state: arguments", arguments, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
