/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state/kvm.c, legacy.c: the 16-byte interruption record of Linux KVM. */
#include "fake.h"

#define LOCAL    S390IRQ_KVM_LOCAL
#define FLOATING S390IRQ_KVM_FLOATING

static const struct row {
    struct kvm_record record;
    uint32_t flags;
    struct s390irq_interruption expected;
} rows[] = {
    { { KVM_STOP, 0, 0 }, LOCAL, { .kind = S390IRQ_KIND_STOP } },
    { { KVM_STOP, 1, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_STOP, .parameter = 1 } },
    { { KVM_PROGRAM, 0x11, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_PROGRAM, .u.program.code = 0x11 } },
    { { KVM_PROGRAM, 0x1ff, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_PROGRAM, .u.program.code = 0x1ff } },
    { { KVM_SET_PREFIX, 0x2000, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x2000 } },
    { { KVM_SET_PREFIX, 0x7fffe000, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x7fffe000 } },
    { { KVM_RESTART, 0, 0 }, LOCAL, { .kind = S390IRQ_KIND_RESTART } },
    { { KVM_PFAULT_INIT, 0, UINT64_C(0x0123456789abcdef) },
      LOCAL,
      { .kind = S390IRQ_KIND_PFAULT_INIT,
        .parameter64 = UINT64_C(0x0123456789abcdef) } },
    { { KVM_PFAULT_DONE, 0, UINT64_C(0xfedcba9876543210) },
      FLOATING,
      { .kind = S390IRQ_KIND_PFAULT_DONE,
        .parameter64 = UINT64_C(0xfedcba9876543210) } },
    { { KVM_CLOCK_COMPARATOR, 0, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_CLOCK_COMPARATOR } },
    { { KVM_CPU_TIMER, 0, 0 }, LOCAL, { .kind = S390IRQ_KIND_CPU_TIMER } },
    { { KVM_EMERGENCY, 0, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL } },
    { { KVM_EMERGENCY, 4095, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 4095 } },
    { { KVM_EXTERNAL_CALL, 7, 0 },
      LOCAL,
      { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 7 } },
    { { KVM_SERVICE, 0x7ffff003, 0 },
      FLOATING,
      { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x7ffff003 } },
    { { KVM_VIRTIO, 0x01020304, 0x0506070809101112 },
      FLOATING,
      { .kind = S390IRQ_KIND_VIRTIO,
        .parameter = 0x01020304,
        .parameter64 = 0x0506070809101112 } },
    /* I/O: type, subchannel in parm, parameter and word in parm64. */
    { { 0x00001234, 0x00011234, UINT64_C(0xcafebabe18000000) },
      FLOATING,
      { .kind = S390IRQ_KIND_IO,
        .parameter = 0xcafebabe,
        .u.io = { .subchannel = 0x00011234, .word = 0x18000000 } } },
    { { 0x03fbffff, 0xfe0fffff, 0 },
      FLOATING,
      { .kind = S390IRQ_KIND_IO, .u.io = { .subchannel = 0xfe0fffff } } },
    { { 0x04000000, 0, 0xb8000000 },
      FLOATING,
      { .kind = S390IRQ_KIND_ADAPTER, .u.io.word = 0xb8000000 } },
};

#define ROWS (sizeof rows / sizeof *rows)

static int convert(struct kvm_record record, uint32_t flags,
                   struct s390irq_interruption *out)
{
    return s390irq_interruption_from_kvm(&record, sizeof record, flags, out);
}

static void put(uint8_t *to, uint64_t value, unsigned length)
{
    while (length-- > 0) {
        to[length] = (uint8_t)value;
        value >>= 8;
    }
}

/* An error leaves *out alone. */
static void assert_refused(const void *record, size_t length, uint32_t flags,
                           int error)
{
    struct s390irq_interruption out, before;

    memset(&before, 0x5a, sizeof before);
    out = before;
    assert_int_equal(s390irq_interruption_from_kvm(record, length, flags, &out),
                     error);
    assert_memory_equal(&out, &before, sizeof out);
}

static void every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct s390irq_interruption out;

        memset(&out, 0x5a, sizeof out);
        assert_int_equal(convert(rows[i].record, rows[i].flags, &out), 0);
        assert_memory_equal(&out, &rows[i].expected, sizeof out);
        assert_int_equal(s390irq_interruption_check(&out), 0);
        /* The kernel takes each type at one place only. */
        assert_refused(&rows[i].record, 16, rows[i].flags ^ (LOCAL | FLOATING),
                       S390IRQ_E_FORMAT);
    }
}

static void big_endian(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct s390irq_interruption out;
        uint8_t bytes[16];

        put(bytes, rows[i].record.type, 4);
        put(bytes + 4, rows[i].record.parm, 4);
        put(bytes + 8, rows[i].record.parm64, 8);
        assert_int_equal(s390irq_interruption_from_kvm(
                             bytes, sizeof bytes,
                             rows[i].flags | S390IRQ_KVM_BIG_ENDIAN, &out),
                         0);
        assert_memory_equal(&out, &rows[i].expected, sizeof out);
    }
}

/* V-4: parm has the submasks; what is zero is what the other one says. */
static void machine_checks(void **state)
{
    static const struct {
        uint32_t parm;
        uint64_t parm64;
        uint64_t conditions;
    } cases[] = {
        { 0x10000000, 0, S390IRQ_MCIC_CHANNEL_REPORT },
        { 0x08000000, 0, S390IRQ_MCIC_SYSTEM_RECOVERY },
        { 0x04000000, 0, S390IRQ_MCIC_DEGRADATION },
        { 0x02000000, 0, S390IRQ_MCIC_EXTERNAL_DAMAGE },
        { 0x01000000, 0, S390IRQ_MCIC_WARNING },
        { 0x11000000, UINT64_C(0x00000f1d40330000),
          S390IRQ_MCIC_CHANNEL_REPORT | S390IRQ_MCIC_WARNING },
        { 0x10000000, UINT64_C(0x00400f1d40330000),
          S390IRQ_MCIC_CHANNEL_REPORT },
        { 0, UINT64_C(0x00400f5d48330000), S390IRQ_MCIC_CHANNEL_REPORT },
        { 0, S390IRQ_MCIC_CHANNEL_SUBSYSTEM, S390IRQ_MCIC_CHANNEL_SUBSYSTEM },
        { 0x01000000, S390IRQ_MCIC_DEGRADATION, S390IRQ_MCIC_DEGRADATION },
        { 0, S390IRQ_MCIC_WARNING | S390IRQ_MCIC_EXTERNAL_CODE,
          S390IRQ_MCIC_WARNING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint32_t flags = LOCAL; flags <= FLOATING; flags++) {
            struct kvm_record record = { KVM_MACHINE_CHECK, cases[i].parm,
                                         cases[i].parm64 };
            struct s390irq_interruption out,
                expected = { .kind = S390IRQ_KIND_MACHINE_CHECK,
                             .u.machine_check.conditions =
                                 cases[i].conditions };

            assert_int_equal(convert(record, flags, &out), 0);
            assert_memory_equal(&out, &expected, sizeof out);
        }
}

/* An exigent machine check is a CPU's own. */
static void exigent(void **state)
{
    static const uint64_t codes[] = { S390IRQ_MCIC_SYSTEM_DAMAGE,
                                      S390IRQ_MCIC_PROCESSING_DAMAGE };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct kvm_record record = { KVM_MACHINE_CHECK, 0, codes[i] };
        struct s390irq_interruption out;

        assert_int_equal(convert(record, LOCAL, &out), 0);
        assert_int_equal(out.u.machine_check.conditions, codes[i]);
        assert_refused(&record, 16, FLOATING, S390IRQ_E_FORMAT);
    }
}

static void lengths(void **state)
{
    uint8_t bytes[80] = { 0 };

    (void)state;
    memcpy(bytes, &rows[0].record, sizeof rows[0].record);
    for (size_t length = 0; length <= sizeof bytes; length++)
        if (length != 16 && length != 72)
            assert_refused(bytes, length, LOCAL, S390IRQ_E_FORMAT);
    assert_refused(bytes, SIZE_MAX, LOCAL, S390IRQ_E_FORMAT);
}

static void alignments(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t skew = 0; skew < 8; skew++) {
            uint8_t *bytes = malloc(skew + 16);
            struct s390irq_interruption out;

            assert_non_null(bytes);
            memcpy(bytes + skew, &rows[i].record, 16);
            assert_int_equal(s390irq_interruption_from_kvm(bytes + skew, 16,
                                                           rows[i].flags, &out),
                             0);
            assert_memory_equal(&out, &rows[i].expected, sizeof out);
            free(bytes);
        }
}

static void bad_values(void **state)
{
    static const struct {
        struct kvm_record record;
        uint32_t flags;
    } cases[] = {
        { { KVM_PROGRAM, 0, 0 }, LOCAL },
        { { KVM_PROGRAM, 0x400, 0 }, LOCAL },
        { { KVM_PROGRAM, 0x10001, 0 }, LOCAL },
        { { KVM_EMERGENCY, 4096, 0 }, LOCAL },
        { { KVM_EMERGENCY, 0x10001, 0 }, LOCAL },
        { { KVM_EXTERNAL_CALL, 4096, 0 }, LOCAL },
        { { KVM_EXTERNAL_CALL, 0x10000, 0 }, LOCAL },
        { { KVM_SERVICE, 0, 0 }, FLOATING },
        { { KVM_SERVICE, 0x1004, 0 }, FLOATING },
        { { KVM_STOP, 2, 0 }, LOCAL },
        { { KVM_STOP, UINT32_MAX, 0 }, LOCAL },
        /* No subclass, no such submask, a bit that is none. */
        { { KVM_MACHINE_CHECK, 0, 0 }, LOCAL },
        { { KVM_MACHINE_CHECK, 0, UINT64_C(0x00000f1d40330000) }, LOCAL },
        { { KVM_MACHINE_CHECK, 0, S390IRQ_MCIC_BACKED_UP }, LOCAL },
        { { KVM_MACHINE_CHECK, 0x80000000, 0 }, LOCAL },
        { { KVM_MACHINE_CHECK, 0x20000000, S390IRQ_MCIC_WARNING }, LOCAL },
        { { KVM_MACHINE_CHECK, 0, S390IRQ_MCIC_WARNING | 1 }, LOCAL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&cases[i].record, 16, cases[i].flags, S390IRQ_E_FORMAT);
}

/*
 * V-17: KVM takes any of these, a record of zeros among them; here type, word
 * and what they are about must agree.
 */
static void io_that_disagrees(void **state)
{
    static const struct kvm_record cases[] = {
        { 0, 0, 0 },
        { 0x00001234, 0x00001234, 0 }, /* id without one */
        { 0x00001234, 0x00011235, 0 }, /* number */
        { 0x00011234, 0x00011234, 0 }, /* subchannel set */
        { 0x00001234, 0x00031234, 0 },
        { 0x00001234, 0xfe091234, 0 }, /* cssid */
        { 0x03f81234, 0x00011234, 0 },
        { 0x03f81234, 0xfe011234, 0 }, /* without m */
        { 0x03fc1234, 0xfe091234, 0 },
        { 0x08001234, 0x00011234, 0 },          /* unassigned bits */
        { 0x00001234, 0x00011234, 0x80000000 }, /* adapter's word */
        { 0x00001234, 0x00011234, 0x40000000 }, /* reserved bits */
        { 0x00001234, 0x00011234, 0x00000001 },
        { 0x04001234, 0x00011234, 0x18000000 },
        { 0x04000000, 0, 0x18000000 }, /* adapter without */
        { 0x04000000, 0x00011234, 0x98000000 },
        { 0x04000000, 0, UINT64_C(0x0000000198000000) }, /* parameter */
        { 0x04000001, 0, 0x98000000 },
        { 0x0c000000, 0, 0x98000000 },
        { 0xfffdffff, 0x0001ffff, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&cases[i], 16, FLOATING, S390IRQ_E_FORMAT);
}

/* QEMU gives the subchannel-set identification two times too large. */
static void io_of_qemu(void **state)
{
    static const struct kvm_record cases[] = {
        { 0x03fa1234, 0xfe0b1234, 0x08000000 }, /* set 1 */
        { 0x03fc1234, 0xfe0d1234, 0x08000000 }, /* set 2, in cssid bits */
        { 0x03fe1234, 0xfe0f1234, 0x08000000 }, /* set 3 */
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct s390irq_interruption out;

        assert_int_equal(convert(cases[i], FLOATING, &out), 0);
        assert_int_equal(out.u.io.subchannel, cases[i].parm);
    }
}

/* As the kernel, which looks at the bits of a prefix only. */
static void prefix_bits(void **state)
{
    struct s390irq_interruption out;
    struct kvm_record record = { KVM_SET_PREFIX, 0xffffffff, 0 };

    (void)state;
    assert_int_equal(convert(record, LOCAL, &out), 0);
    assert_int_equal(out.parameter, 0x7fffe000);
}

static int is_known(uint32_t type)
{
    if (type == KVM_MACHINE_CHECK)
        return 1;
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].record.type == type)
            return 1;
    return 0;
}

static void unknown_types(void **state)
{
    static const uint32_t far[] = { 0, 1, 0x7fffffff, 0xfffdffff, UINT32_MAX };

    (void)state;
    for (uint32_t low = 0; low < 0x20000; low++) {
        struct kvm_record record = { 0xfffe0000u + low, 0, 0 };

        if (is_known(record.type))
            continue;
        assert_refused(&record, 16, LOCAL, S390IRQ_E_FORMAT);
        assert_refused(&record, 16, FLOATING, S390IRQ_E_FORMAT);
    }
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        struct kvm_record record = { far[i], 0, 0 };

        assert_refused(&record, 16, LOCAL, S390IRQ_E_FORMAT);
        assert_refused(&record, 16, FLOATING, S390IRQ_E_FORMAT);
    }
}

static void arguments(void **state)
{
    static const uint32_t flags[] = {
        0, LOCAL | FLOATING, 4, 7, LOCAL | 8, FLOATING | 0x80000000, UINT32_MAX
    };

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        assert_refused(&rows[0].record, 16, flags[i], S390IRQ_E_INVALID);
    assert_refused(NULL, 16, LOCAL, S390IRQ_E_INVALID);
    assert_int_equal(
        s390irq_interruption_from_kvm(&rows[0].record, 16, LOCAL, NULL),
        S390IRQ_E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "kvm: every type of the 16-byte record", every_type, NULL, NULL,
          NULL },
        { "kvm: a 16-byte record from a big-endian host", big_endian, NULL,
          NULL, NULL },
        { "kvm: V-4, a machine check has its submasks in parm", machine_checks,
          NULL, NULL, NULL },
        { "kvm: an exigent machine check does not float", exigent, NULL, NULL,
          NULL },
        { "kvm: V-17, an I/O record that disagrees with itself",
          io_that_disagrees, NULL, NULL, NULL },
        { "kvm: I/O types as QEMU makes them", io_of_qemu, NULL, NULL, NULL },
        { "kvm: bad lengths", lengths, NULL, NULL, NULL },
        { "kvm: any alignment", alignments, NULL, NULL, NULL },
        { "kvm: values that a type does not allow", bad_values, NULL, NULL,
          NULL },
        { "kvm: bits of a prefix", prefix_bits, NULL, NULL, NULL },
        { "kvm: unknown types", unknown_types, NULL, NULL, NULL },
        { "kvm: arguments", arguments, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
