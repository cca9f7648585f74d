/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state/kvm.c: the 16-byte interruption record of Linux KVM. */
#include "fake.h"

#define LOCAL    S390IRQ_KVM_LOCAL
#define FLOATING S390IRQ_KVM_FLOATING

static const struct row {
    struct kvm_record record;
    uint32_t flags;
    struct s390irq_interruption expected;
} rows[] = {
    { { KVM_STOP, 0, 0 }, LOCAL, { .kind = S390IRQ_KIND_STOP } },
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
};

#define ROWS (sizeof rows / sizeof *rows)

static int convert(struct kvm_record record, uint32_t flags,
                   struct s390irq_interruption *out)
{
    return s390irq_interruption_from_kvm(&record, sizeof record, flags, out);
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

static void lengths(void **state)
{
    uint8_t bytes[80] = { 0 };

    (void)state;
    memcpy(bytes, &rows[0].record, sizeof rows[0].record);
    for (size_t length = 0; length <= sizeof bytes; length++)
        if (length != 16)
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
        { { KVM_STOP, 1, 0 }, LOCAL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(&cases[i].record, 16, cases[i].flags, S390IRQ_E_FORMAT);
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
        0, LOCAL | FLOATING, 4, LOCAL | 4, FLOATING | 0x80000000, UINT32_MAX
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
