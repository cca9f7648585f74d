/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/flic.c: what floats, in the buffers of Linux KVM's FLIC. */
#include "records.h"
#include "states.h"

#define SIZE   KVM_SIZE
#define ALL_IO 0xff000000

static void add(struct kvm_buffer *buffer, struct s390irq_interruption what)
{
    kvm_append(buffer, S390IRQ_KVM_FLOATING, what);
}

static void inject(struct fake *fake, struct s390irq_interruption what)
{
    assert_true(s390irq_vm_inject(fake->vm, &what) >= 0);
}

static int import(struct fake *fake, const struct kvm_buffer *buffer,
                  struct s390irq_import_report *report)
{
    static const struct s390irq_import_report fresh =
        S390IRQ_IMPORT_REPORT_INIT;

    *report = fresh;
    return s390irq_vm_import_flic(fake->vm, buffer->bytes, buffer->length,
                                  report);
}

static int export(struct fake *fake, struct kvm_buffer *buffer, uint32_t flags,
                  struct s390irq_import_report *report)
{
    static const struct s390irq_import_report fresh =
        S390IRQ_IMPORT_REPORT_INIT;

    *report = fresh;
    memset(buffer->bytes, 0x5a, sizeof buffer->bytes);
    buffer->length = sizeof buffer->bytes;
    return s390irq_vm_export_flic(fake->vm, buffer->bytes, &buffer->length,
                                  flags, report);
}

/* Something of everything that KVM knows, injected in another order. */
static struct fake *filled(struct kvm_buffer *expected)
{
    struct fake *fake = fake_usual(2);

    for (uint32_t i = 1; i < 5; i++)
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x00010000 + i),
                         0);
    inject(fake, kvm_check(S390IRQ_MCIC_WARNING));
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1001, 0));
    inject(fake, kvm_with(S390IRQ_KIND_VIRTIO, 7, 8));
    inject(fake, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 11));
    inject(fake, kvm_io(0x00010003, 33, 6));
    inject(fake, kvm_io(0x00010002, 22, 1));
    inject(fake, kvm_io(0x00010001, 11, 6));
    inject(fake, kvm_adapter(7));
    inject(fake, kvm_adapter(1));
    inject(fake, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 10));
    inject(fake, kvm_check(S390IRQ_MCIC_CHANNEL_REPORT));
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x2, 0));
    memset(expected, 0, sizeof *expected);
    add(expected, kvm_adapter(1));
    add(expected, kvm_adapter(7));
    add(expected, kvm_io(0x00010002, 22, 1));
    add(expected, kvm_io(0x00010003, 33, 6));
    add(expected, kvm_io(0x00010001, 11, 6));
    add(expected, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 11));
    add(expected, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 10));
    add(expected, kvm_with(S390IRQ_KIND_VIRTIO, 7, 8));
    add(expected, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1003, 0));
    add(expected,
        kvm_check(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_CHANNEL_REPORT));
    return fake;
}

static void kernels_order(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer expected, buffer;
    struct fake *fake = filled(&expected);
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    assert_int_equal(export(fake, &buffer, 0, &report), 0);
    fake_assert_unchanged(fake, before);
    kvm_assert_same(&buffer, &expected);
    assert_int_equal(buffer.bytes[expected.length], 0x5a);
    assert_int_equal(report.records, 10);
    assert_int_equal(report.dropped | report.left_out_kinds, 0);
    fake_close(fake);
}

static void round_trip(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer expected, buffer;
    struct fake *fake = filled(&expected), *other = fake_usual(2);

    (void)state;
    assert_int_equal(export(fake, &buffer, 0, &report), 0);
    assert_int_equal(import(other, &buffer, &report), 0);
    assert_int_equal(report.records, 10);
    assert_int_equal(report.coalesced | report.dropped, 0);
    assert_int_equal(export(other, &buffer, 0, &report), 0);
    kvm_assert_same(&buffer, &expected);
    fake_assert_counters(other);
    fake_close(other);
    fake_close(fake);
}

/* What a CPU has prepared still pends. */
static void in_hand(void **state)
{
    struct s390irq_plan plan = { .size = sizeof plan };
    struct s390irq_import_report report;
    struct fake *fake = fake_usual(1);
    struct kvm_buffer buffer, expected = { .length = 0 };

    (void)state;
    s390irq_vm_add_subchannel(fake->vm, 0x00010001);
    fake->cpu[0].cpu.cr[6] = ALL_IO;
    fake_boot(fake, 0, PSW_64 | PSW_IO, 0, S390IRQ_RUN);
    inject(fake, kvm_io(0x00010001, 5, 3));
    inject(fake, kvm_adapter(3));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan),
            1);
        assert_int_equal(export(fake, &buffer, 0, &report), 0);
        expected.length = 0;
        if (i == 0)
            add(&expected, kvm_adapter(3));
        add(&expected, i == 0 ? kvm_io(0x00010001, 5, 3) : kvm_adapter(3));
        kvm_assert_same(&buffer, &expected);
        assert_int_equal(
            s390irq_vcpu_commit(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan),
            0);
        fake->cpu[0].cpu.psw_mask = PSW_64 | PSW_IO;
    }
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

static void left_out(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer expected, buffer;
    struct fake *fake = filled(&expected);

    (void)state;
    inject(fake, kvm_with(S390IRQ_KIND_TIMING_ALERT, 0, 0));
    assert_int_equal(export(fake, &buffer, 0, &report),
                     S390IRQ_E_NOT_REPRESENTABLE);
    assert_int_equal(buffer.length, sizeof buffer.bytes);
    assert_int_equal(report.records, 0);
    assert_int_equal(report.dropped, 1);
    assert_int_equal(report.left_out_kinds, 1u << S390IRQ_KIND_TIMING_ALERT);
    assert_int_equal(
        s390irq_vm_export_flic(fake->vm, buffer.bytes, &buffer.length, 0, NULL),
        S390IRQ_E_NOT_REPRESENTABLE);
    assert_int_equal(export(fake, &buffer, S390IRQ_EXPORT_PARTIAL, &report), 0);
    kvm_assert_same(&buffer, &expected);
    assert_int_equal(report.records, 10);
    assert_int_equal(report.left_out_kinds, 1u << S390IRQ_KIND_TIMING_ALERT);
    fake_close(fake);
}

/* H-25: this number is ABI. V-19: what fits exactly is enough. */
static void room(void **state)
{
    struct s390irq_import_report report = S390IRQ_IMPORT_REPORT_INIT;
    struct kvm_buffer expected;
    struct fake *fake = filled(&expected), *empty = fake_usual(1);
    size_t length = 0;

    (void)state;
    assert_int_equal(S390IRQ_E_BUFFER, -11);
    assert_int_equal(s390irq_vm_export_flic(fake->vm, NULL, &length, 0, NULL),
                     S390IRQ_E_BUFFER);
    assert_int_equal(length, expected.length);
    for (size_t room = 0; room <= expected.length; room++) {
        uint8_t *bytes = malloc(room + 1);

        length = room;
        bytes[room] = 0x77;
        assert_int_equal(
            s390irq_vm_export_flic(fake->vm, bytes, &length, 0, &report),
            room < expected.length ? S390IRQ_E_BUFFER : 0);
        assert_int_equal(length, expected.length);
        assert_int_equal(report.records, room < expected.length ? 0 : 10);
        assert_int_equal(bytes[room], 0x77);
        free(bytes);
    }
    length = 0;
    assert_int_equal(s390irq_vm_export_flic(empty->vm, NULL, &length, 0, NULL),
                     0);
    assert_int_equal(length, 0);
    fake_close(empty);
    fake_close(fake);
}

/* H-31: the loop goes on for one reason only. */
static void grows_meanwhile(void **state)
{
    struct kvm_buffer expected;
    struct fake *fake = filled(&expected);
    uint8_t *bytes = NULL;
    size_t length = 0;
    int rounds = 0, rc;

    (void)state;
    while ((rc = s390irq_vm_export_flic(fake->vm, bytes, &length, 0, NULL)) ==
           S390IRQ_E_BUFFER) {
        bytes = realloc(bytes, length);
        if (rounds++ < 3)
            inject(fake, kvm_with(S390IRQ_KIND_VIRTIO, 1, 2));
    }
    assert_int_equal(rc, 0);
    assert_int_equal(rounds, 4);
    assert_int_equal(length, expected.length + 3 * SIZE);
    free(bytes);
    fake_close(fake);
}

/* V-14, V-15, V-19: what kernels write more than once is one here. */
static void what_kernels_write(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 }, expected = { .length = 0 };
    struct fake *fake = fake_usual(1);

    (void)state;
    s390irq_vm_pause(fake->vm);
    for (int i = 0; i < 3; i++)
        add(&buffer, kvm_adapter(4));
    add(&buffer, kvm_io(0xfe0d0001, 1, 2));
    add(&buffer, kvm_io(0xfe0d0001, 2, 2));
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 1, 0));
    buffer.bytes[buffer.length - SIZE + 11] = 0; /* parameter 0 */
    add(&buffer, kvm_check(S390IRQ_MCIC_CHANNEL_REPORT));
    add(&buffer, kvm_check(S390IRQ_MCIC_CHANNEL_REPORT));
    memset(buffer.bytes + buffer.length - SIZE + 8, 0, 8); /* no submask */
    /* The type as QEMU makes it for subchannel set 2. */
    buffer.bytes[3 * SIZE + 5] = 0xfc;
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 8);
    assert_int_equal(report.coalesced, 4);
    assert_int_equal(report.dropped, 1);
    add(&expected, kvm_adapter(4));
    add(&expected, kvm_io(0xfe0d0001, 2, 2));
    add(&expected, kvm_check(S390IRQ_MCIC_CHANNEL_REPORT));
    assert_int_equal(export(fake, &buffer, 0, &report), 0);
    kvm_assert_same(&buffer, &expected);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void refused(struct fake *fake, const struct kvm_buffer *buffer, int rc)
{
    struct s390irq_import_report report;
    struct fake_snapshot *before = fake_snapshot(fake);

    assert_int_equal(import(fake, buffer, &report), rc);
    assert_int_equal(report.records, 0);
    fake_assert_unchanged(fake, before);
}

/* V-17: looked at as a whole first, whether the VM runs or not. */
static void bad_records(void **state)
{
    static const struct {
        size_t at;
        uint8_t value;
    } cases[] = { { 0, 1 }, { 4, 0xff }, { 5, 1 }, { 8, 1 }, { 16, 1 } };

    (void)state;
    for (int paused = 0; paused < 2; paused++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct kvm_buffer buffer;
            struct fake *fake = filled(&buffer);

            if (paused)
                s390irq_vm_pause(fake->vm);
            add(&buffer, kvm_io(0x00010009, 1, 2));
            buffer.bytes[buffer.length - SIZE + cases[i].at] = cases[i].value;
            refused(fake, &buffer, S390IRQ_E_FORMAT);
            for (size_t cut = 1; cut < SIZE; cut += 7) {
                buffer.length -= cut;
                refused(fake, &buffer, S390IRQ_E_FORMAT);
                buffer.length += cut;
            }
            fake_close(fake);
        }
}

/* V-18: with room for all but the last nothing is injected. */
static void whole_or_nothing(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = 3 };
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_open(&options);

    (void)state;
    s390irq_vm_pause(fake->vm);
    add(&buffer, kvm_adapter(0));
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1000, 0));
    for (int i = 0; i < 3; i++)
        add(&buffer, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 1));
    for (int i = 0; i < 4; i++)
        add(&buffer, kvm_with(S390IRQ_KIND_VIRTIO, 0, 1));
    refused(fake, &buffer, S390IRQ_FULL);
    buffer.length -= SIZE;
    inject(fake, kvm_with(S390IRQ_KIND_VIRTIO, 0, 9));
    refused(fake, &buffer, S390IRQ_FULL);
    s390irq_vm_reset(fake->vm);
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x2000, 0));
    refused(fake, &buffer, S390IRQ_BUSY);
    s390irq_vm_reset(fake->vm);
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.records, 8);
    /* What was set aside is free again. */
    s390irq_vm_reset(fake->vm);
    for (int i = 0; i < 3; i++)
        inject(fake, kvm_with(S390IRQ_KIND_VIRTIO, 0, 1));
    refused(fake, &buffer, S390IRQ_FULL);
    s390irq_vm_close(fake->vm);
    refused(fake, &buffer, S390IRQ_CLOSED);
    fake_close(fake);
}

/* V-18: a VM that runs gets one after the other, and is told how many. */
static void one_by_one(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = 2 };
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_open(&options);

    (void)state;
    add(&buffer, kvm_adapter(0));
    for (int i = 0; i < 3; i++)
        add(&buffer, kvm_with(S390IRQ_KIND_VIRTIO, 0, 1));
    add(&buffer, kvm_adapter(1));
    assert_int_equal(import(fake, &buffer, &report), S390IRQ_FULL);
    assert_int_equal(report.records, 3);
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 3);
    s390irq_vm_close(fake->vm);
    assert_int_equal(import(fake, &buffer, &report), S390IRQ_CLOSED);
    assert_int_equal(report.records, 0);
    fake_close(fake);
}

static void no_memory(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };

    (void)state;
    add(&buffer, kvm_adapter(0));
    add(&buffer, kvm_io(0x00010001, 1, 0));
    add(&buffer, kvm_io(0xfe0b0001, 1, 0));
    for (int paused = 0; paused < 2; paused++)
        for (unsigned at = 1; at <= 4; at++) {
            struct fake *fake = fake_usual(1);

            if (paused)
                s390irq_vm_pause(fake->vm);
            fake->fail_allocation = atomic_load(&fake->allocations) + at;
            assert_int_equal(import(fake, &buffer, &report),
                             S390IRQ_E_NO_MEMORY);
            assert_int_equal(report.records, paused ? 0 : 1 + (at > 2));
            assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)),
                             report.records);
            assert_int_equal(import(fake, &buffer, &report), 0);
            assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)),
                             3);
            fake_close(fake);
        }
}

/* The same SCCB is the same request; another one is not lost in silence. */
static void one_sccb(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_usual(1);

    (void)state;
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1000, 0));
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1001, 0));
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1000, 0));
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(report.coalesced, 2);
    fake_assert_counters(fake);
    s390irq_vm_reset(fake->vm);
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x3000, 0));
    assert_int_equal(import(fake, &buffer, &report), S390IRQ_BUSY);
    s390irq_vm_reset(fake->vm);
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x4000, 0));
    refused(fake, &buffer, S390IRQ_BUSY);
    fake_close(fake);
}

static void faster(struct fake *fake, const char *hook, struct fake_cpu *cpu)
{
    (void)cpu;
    if (strcmp(hook, "trace") != 0 || (*(int *)fake->during_argument)++)
        return;
    inject(fake, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x3000, 0));
}

/* Somebody else's SCCB comes in the middle: places that were kept are free. */
static void overtaken(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_WATCHED,
                                    .cp_service_limit = 2 };
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_open(&options);
    int calls = 0;

    (void)state;
    add(&buffer, kvm_with(S390IRQ_KIND_VIRTIO, 1, 1));
    add(&buffer, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 1));
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 1, 0));
    add(&buffer, kvm_with(S390IRQ_KIND_SERVICE_SIGNAL, 0x1000, 0));
    s390irq_vm_pause(fake->vm);
    fake->during_argument = &calls;
    fake->during = faster;
    assert_int_equal(import(fake, &buffer, &report), S390IRQ_BUSY);
    fake->during = NULL;
    assert_int_equal(report.records, 1);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_SERVICE_SIGNAL);
    for (int i = 0; i < 2; i++) {
        inject(fake, kvm_with(S390IRQ_KIND_VIRTIO, 1, 1));
        inject(fake, kvm_with(S390IRQ_KIND_PFAULT_DONE, 0, 1));
    }
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_VIRTIO).pending, 2);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_PFAULT_DONE).pending, 2);
    fake_close(fake);
}

/* Who sleeps and is open takes it. */
static void wakes(void **state)
{
    struct s390irq_import_report report;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0, S390IRQ_WAIT);
    fake->cpu[1].cpu.cr[6] = ALL_IO;
    fake_boot(fake, 1, PSW_64 | PSW_WAIT | PSW_IO, 0, S390IRQ_WAIT);
    add(&buffer, kvm_io(0x00010001, 1, 7));
    assert_int_equal(import(fake, &buffer, &report), 0);
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken_kinds, 1u << S390IRQ_KIND_IO);
    fake_close(fake);
}

/* V-20: every answer is of the one registry, and says what is wrong. */
static void arguments(void **state)
{
    struct s390irq_import_report report = S390IRQ_IMPORT_REPORT_INIT;
    struct kvm_buffer buffer = { .length = 0 };
    struct fake *fake = fake_usual(1);
    size_t length = SIZE;

    (void)state;
    add(&buffer, kvm_adapter(0));
    assert_int_equal(
        s390irq_vm_export_flic(NULL, buffer.bytes, &length, 0, NULL),
        S390IRQ_E_INVALID);
    assert_int_equal(
        s390irq_vm_export_flic(fake->vm, buffer.bytes, NULL, 0, NULL),
        S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_export_flic(fake->vm, NULL, &length, 0, NULL),
                     S390IRQ_E_INVALID);
    for (uint32_t flag = 2; flag; flag <<= 1)
        assert_int_equal(
            s390irq_vm_export_flic(fake->vm, buffer.bytes, &length, flag, NULL),
            S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_import_flic(NULL, buffer.bytes, SIZE, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_import_flic(fake->vm, NULL, SIZE, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_import_flic(fake->vm, NULL, 0, NULL), 0);
    report.size = 4;
    assert_int_equal(
        s390irq_vm_import_flic(fake->vm, buffer.bytes, SIZE, &report),
        S390IRQ_E_STRUCT_TOO_SMALL);
    assert_int_equal(
        s390irq_vm_export_flic(fake->vm, buffer.bytes, &length, 0, &report),
        S390IRQ_E_STRUCT_TOO_SMALL);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(s390irq_vm_import_flic(fake->vm, buffer.bytes, SIZE, NULL),
                     0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "flic: everything in the kernel's order", kernels_order, NULL, NULL,
          NULL },
        { "flic: there and back", round_trip, NULL, NULL, NULL },
        { "flic: what is in hand pends", in_hand, NULL, NULL, NULL },
        { "flic: V-24, what KVM has no record of", left_out, NULL, NULL, NULL },
        { "flic: H-25, V-19, room that is too little, and just enough", room,
          NULL, NULL, NULL },
        { "flic: H-31, a buffer that has to grow", grows_meanwhile, NULL, NULL,
          NULL },
        { "flic: V-19, what kernels write more than once", what_kernels_write,
          NULL, NULL, NULL },
        { "flic: V-17, a bad record anywhere", bad_records, NULL, NULL, NULL },
        { "flic: V-18, all or nothing in a pause", whole_or_nothing, NULL, NULL,
          NULL },
        { "flic: V-18, one by one while the VM runs", one_by_one, NULL, NULL,
          NULL },
        { "flic: no memory for a subchannel", no_memory, NULL, NULL, NULL },
        { "flic: one SCCB at a time", one_sccb, NULL, NULL, NULL },
        { "flic: somebody else is faster", overtaken, NULL, NULL, NULL },
        { "flic: an import wakes who takes it", wakes, NULL, NULL, NULL },
        { "flic: V-20, arguments", arguments, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
