/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * lib/state/record.c: the 72-byte interruption record of Linux KVM, held to
 * the layout of its UAPI offset by offset, on hosts of either endianness.
 */
#include "fake.h"

#define LOCAL    S390IRQ_KVM_LOCAL
#define FLOATING S390IRQ_KVM_FLOATING
#define SIZE     S390IRQ_KVM_RECORD
#define VALIDITY UINT64_C(0x00000f5d48330000)
#define ACCESSES                                                         \
    (S390IRQ_PROGRAM_EXCEPTION_ACCESS | S390IRQ_PROGRAM_OPERAND_ACCESS | \
     S390IRQ_PROGRAM_PER_ACCESS)

struct field {
    uint32_t offset;
    uint32_t length;
    uint64_t value;
};

/* The members are big-endian at these offsets; all else is zero. */
static const struct row {
    struct s390irq_interruption what;
    uint32_t flags;
    struct field field[12];
} rows[] = {
    { { .kind = S390IRQ_KIND_PROGRAM,
        .u.program = { .code = 0x0191,
                       .ilc = 4,
                       .flags = ACCESSES | S390IRQ_PROGRAM_NO_REWIND,
                       .data_exception_code = 0x21222324,
                       .translation_exception = UINT64_C(0x0102030405060708),
                       .monitor_code = UINT64_C(0x1112131415161718),
                       .per_address = UINT64_C(0x3132333435363738),
                       .monitor_class = 0x4142,
                       .per_code = 0x51,
                       .per_atmid = 0x52,
                       .exception_access = 0x53,
                       .per_access = 0x54,
                       .operand_access = 0x55 } },
      LOCAL,
      { { 0, 8, 0xfffe0001 },
        { 8, 8, UINT64_C(0x0102030405060708) },
        { 16, 8, UINT64_C(0x1112131415161718) },
        { 24, 8, UINT64_C(0x3132333435363738) },
        { 32, 4, 0x21222324 },
        { 36, 2, 0x0191 },
        { 38, 2, 0x4142 },
        { 40, 2, 0x5152 },
        { 42, 3, 0x535455 },
        { 45, 1, 0x0d } } },
    { { .kind = S390IRQ_KIND_STOP }, LOCAL, { { 0, 8, 0xfffe0000 } } },
    { { .kind = S390IRQ_KIND_STOP, .parameter = 1 },
      LOCAL,
      { { 0, 8, 0xfffe0000 }, { 8, 4, 1 } } },
    { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x7fffe000 },
      LOCAL,
      { { 0, 8, 0xfffe0002 }, { 8, 4, 0x7fffe000 } } },
    { { .kind = S390IRQ_KIND_RESTART }, LOCAL, { { 0, 8, 0xfffe0003 } } },
    { { .kind = S390IRQ_KIND_PFAULT_INIT,
        .parameter64 = UINT64_C(0x8182838485868788) },
      LOCAL,
      { { 0, 8, 0xfffe0004 }, { 16, 8, UINT64_C(0x8182838485868788) } } },
    { { .kind = S390IRQ_KIND_PFAULT_DONE,
        .parameter64 = UINT64_C(0x9182838485868788) },
      FLOATING,
      { { 0, 8, 0xfffe0005 }, { 16, 8, UINT64_C(0x9182838485868788) } } },
    { { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check = { .conditions = S390IRQ_MCIC_SYSTEM_DAMAGE |
                                           S390IRQ_MCIC_EXTERNAL_DAMAGE |
                                           S390IRQ_MCIC_WARNING |
                                           S390IRQ_MCIC_EXTERNAL_CODE |
                                           S390IRQ_MCIC_FAILING_ADDRESS,
                             .failing_address = UINT64_C(0xa1a2a3a4a5a6a7a8),
                             .external_damage = 0xb1b2b3b4,
                             .flags = S390IRQ_MACHINE_CHECK_LOGOUT,
                             .logout = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
                                         13, 14, 15, 16 } } },
      LOCAL,
      { { 0, 8, 0xfffe1000 },
        { 8, 8, 0x03000000 },
        { 16, 8, UINT64_C(0x848000a000000000) | VALIDITY },
        { 24, 8, UINT64_C(0xa1a2a3a4a5a6a7a8) },
        { 32, 4, 0xb1b2b3b4 },
        { 40, 8, UINT64_C(0x0102030405060708) },
        { 48, 8, UINT64_C(0x090a0b0c0d0e0f10) } } },
    { { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT },
      FLOATING,
      { { 0, 8, 0xfffe1000 },
        { 8, 8, 0x10000000 },
        { 16, 8, UINT64_C(0x0040000000000000) | VALIDITY } } },
    { { .kind = S390IRQ_KIND_CLOCK_COMPARATOR },
      LOCAL,
      { { 0, 8, 0xffff1004 } } },
    { { .kind = S390IRQ_KIND_CPU_TIMER }, LOCAL, { { 0, 8, 0xffff1005 } } },
    { { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 0xfed },
      LOCAL,
      { { 0, 8, 0xffff1201 }, { 8, 2, 0xfed } } },
    { { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 0x102 },
      LOCAL,
      { { 0, 8, 0xffff1202 }, { 8, 2, 0x102 } } },
    { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x7f123453 },
      FLOATING,
      { { 0, 8, 0xffff2401 }, { 8, 4, 0x7f123453 } } },
    { { .kind = S390IRQ_KIND_VIRTIO,
        .parameter = 0xc1c2c3c4,
        .parameter64 = UINT64_C(0xd1d2d3d4d5d6d7d8) },
      FLOATING,
      { { 0, 8, 0xffff2603 },
        { 8, 4, 0xc1c2c3c4 },
        { 16, 8, UINT64_C(0xd1d2d3d4d5d6d7d8) } } },
    { { .kind = S390IRQ_KIND_IO,
        .parameter = 0xe1e2e3e4,
        .u.io = { .subchannel = 0xfe0df1f2, .word = 0x28000000 } },
      FLOATING,
      { { 0, 8, 0x03faf1f2 },
        { 8, 2, 0xfe0d },
        { 10, 2, 0xf1f2 },
        { 12, 4, 0xe1e2e3e4 },
        { 16, 4, 0x28000000 } } },
    { { .kind = S390IRQ_KIND_ADAPTER, .u.io.word = 0x98000000 },
      FLOATING,
      { { 0, 8, 0x04000000 }, { 16, 4, 0x98000000 } } },
};

#define ROWS (sizeof rows / sizeof *rows)

static void put(uint8_t *to, const struct field *field)
{
    uint64_t value = field->value;

    for (uint32_t at = field->length; at-- > 0; value >>= 8)
        to[field->offset + at] = (uint8_t)value;
}

static void build(const struct row *row, uint8_t record[SIZE])
{
    memset(record, 0, SIZE);
    for (const struct field *field = row->field; field->length; field++)
        put(record, field);
}

static int from(const uint8_t record[SIZE], uint32_t flags,
                struct s390irq_interruption *out)
{
    return s390irq_interruption_from_kvm(record, SIZE, flags, out);
}

static void refused(const uint8_t record[SIZE], uint32_t flags)
{
    struct s390irq_interruption out, before;

    memset(&before, 0x5a, sizeof before);
    out = before;
    assert_int_equal(from(record, flags, &out), S390IRQ_E_FORMAT);
    assert_memory_equal(&out, &before, sizeof out);
}

/* The record of a row, with one member changed. */
static void changed(uint32_t kind, struct field field, uint8_t record[SIZE])
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].what.kind == kind) {
            build(&rows[i], record);
            put(record, &field);
            return;
        }
    fail();
}

static void layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct s390irq_interruption out;
        uint8_t record[SIZE], written[SIZE];

        build(&rows[i], record);
        memset(written, 0x5a, sizeof written);
        assert_int_equal(
            s390irq_interruption_to_kvm(&rows[i].what, rows[i].flags, written),
            0);
        assert_memory_equal(written, record, SIZE);
        memset(&out, 0x5a, sizeof out);
        assert_int_equal(from(record, rows[i].flags, &out), 0);
        assert_memory_equal(&out, &rows[i].what, sizeof out);
        assert_int_equal(
            from(record, rows[i].flags | S390IRQ_KVM_BIG_ENDIAN, &out), 0);
        assert_memory_equal(&out, &rows[i].what, sizeof out);
    }
}

static void places(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        uint32_t other = rows[i].flags ^ (LOCAL | FLOATING);
        uint8_t record[SIZE], untouched[SIZE] = { 0x77 };

        if (rows[i].what.kind == S390IRQ_KIND_MACHINE_CHECK && other == LOCAL)
            continue;
        build(&rows[i], record);
        refused(record, other);
        memcpy(record, untouched, SIZE);
        assert_int_equal(
            s390irq_interruption_to_kvm(&rows[i].what, other, record),
            S390IRQ_E_NOT_REPRESENTABLE);
        assert_memory_equal(record, untouched, SIZE);
    }
}

static void any_alignment(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        for (size_t skew = 0; skew < 8; skew++) {
            uint8_t *bytes = malloc(skew + SIZE);
            struct s390irq_interruption out;

            assert_non_null(bytes);
            assert_int_equal(s390irq_interruption_to_kvm(
                                 &rows[i].what, rows[i].flags, bytes + skew),
                             0);
            assert_int_equal(from(bytes + skew, rows[i].flags, &out), 0);
            assert_memory_equal(&out, &rows[i].what, sizeof out);
            free(bytes);
        }
}

/* H-27: KVM carries the instruction-length code in the flags. */
static void instruction_length(void **state)
{
    static const struct {
        uint8_t flags;
        uint8_t ilc;
    } cases[] = { { 0x00, 0 }, { 0x06, 0 }, { 0x01, 0 },
                  { 0x03, 2 }, { 0x05, 4 }, { 0x07, 6 } };
    uint8_t record[SIZE];
    struct s390irq_interruption out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        changed(S390IRQ_KIND_PROGRAM, (struct field){ 45, 1, cases[i].flags },
                record);
        assert_int_equal(from(record, LOCAL, &out), 0);
        assert_int_equal(out.u.program.ilc, cases[i].ilc);
        assert_int_equal(out.u.program.flags, ACCESSES);
        assert_int_equal(s390irq_interruption_to_kvm(&out, LOCAL, record), 0);
        assert_int_equal(record[45], 1 | cases[i].ilc);
    }
    for (uint32_t bit = 0x10; bit < 0x100; bit <<= 1) {
        changed(S390IRQ_KIND_PROGRAM, (struct field){ 45, 1, 1 | bit }, record);
        refused(record, LOCAL);
    }
}

/* What a kernel leaves in members that the type does not use is ignored. */
static void unused_members(void **state)
{
    static const struct {
        uint32_t kind;
        uint32_t flags;
        struct field field;
    } cases[] = {
        { S390IRQ_KIND_RESTART, LOCAL, { 8, 8, UINT64_MAX } },
        { S390IRQ_KIND_CPU_TIMER, LOCAL, { 64, 8, UINT64_MAX } },
        { S390IRQ_KIND_PFAULT_INIT, LOCAL, { 8, 8, UINT64_MAX } },
        { S390IRQ_KIND_PFAULT_DONE, FLOATING, { 8, 8, UINT64_MAX } },
        { S390IRQ_KIND_SERVICE_SIGNAL, FLOATING, { 12, 4, UINT32_MAX } },
        { S390IRQ_KIND_VIRTIO, FLOATING, { 12, 4, UINT32_MAX } },
        { S390IRQ_KIND_EMERGENCY_SIGNAL, LOCAL, { 10, 6, UINT32_MAX } },
        { S390IRQ_KIND_PROGRAM, LOCAL, { 46, 2, UINT16_MAX } },
        { S390IRQ_KIND_MACHINE_CHECK, LOCAL, { 36, 4, UINT32_MAX } },
        { S390IRQ_KIND_IO, FLOATING, { 20, 4, UINT32_MAX } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t record[SIZE];
        struct s390irq_interruption plain, out;

        changed(cases[i].kind, (struct field){ 70, 1, 0 }, record);
        assert_int_equal(from(record, cases[i].flags, &plain), 0);
        changed(cases[i].kind, cases[i].field, record);
        assert_int_equal(from(record, cases[i].flags, &out), 0);
        assert_memory_equal(&out, &plain, sizeof out);
    }
}

/* V-17 */
static void bad_values(void **state)
{
    static const struct {
        uint32_t kind;
        uint32_t flags;
        struct field field;
    } cases[] = {
        { S390IRQ_KIND_PROGRAM, LOCAL, { 36, 2, 0 } },
        { S390IRQ_KIND_PROGRAM, LOCAL, { 36, 2, 0x8001 } },
        { S390IRQ_KIND_STOP, LOCAL, { 8, 4, 2 } },
        { S390IRQ_KIND_STOP, LOCAL, { 8, 4, 0x80000000 } },
        { S390IRQ_KIND_EMERGENCY_SIGNAL, LOCAL, { 8, 2, 4096 } },
        { S390IRQ_KIND_EXTERNAL_CALL, LOCAL, { 8, 2, 0xffff } },
        { S390IRQ_KIND_SERVICE_SIGNAL, FLOATING, { 8, 4, 0 } },
        { S390IRQ_KIND_SERVICE_SIGNAL, FLOATING, { 8, 4, 0x1004 } },
        { S390IRQ_KIND_SERVICE_SIGNAL, FLOATING, { 8, 4, 0x80001000 } },
        { S390IRQ_KIND_MACHINE_CHECK, LOCAL, { 8, 8, 0x80000000 } },
        { S390IRQ_KIND_MACHINE_CHECK, LOCAL, { 8, 8, UINT64_C(1) << 60 } },
        { S390IRQ_KIND_MACHINE_CHECK, LOCAL, { 16, 8, VALIDITY | 2 } },
        { S390IRQ_KIND_IO, FLOATING, { 0, 8, 0 } },
        { S390IRQ_KIND_IO, FLOATING, { 0, 8, UINT64_C(0x100000000) } },
        { S390IRQ_KIND_IO, FLOATING, { 8, 2, 0x0001 } },
        { S390IRQ_KIND_IO, FLOATING, { 10, 2, 0 } },
        { S390IRQ_KIND_IO, FLOATING, { 16, 4, 0xa8000000 } },
        { S390IRQ_KIND_ADAPTER, FLOATING, { 8, 4, 0x00010000 } },
        { S390IRQ_KIND_ADAPTER, FLOATING, { 12, 4, 1 } },
        { S390IRQ_KIND_ADAPTER, FLOATING, { 16, 4, 0x18000000 } },
        { S390IRQ_KIND_ADAPTER, FLOATING, { 16, 4, 0x98000001 } },
        { S390IRQ_KIND_ADAPTER, FLOATING, { 0, 8, 0x04000001 } },
        { S390IRQ_KIND_RESTART, LOCAL, { 0, 8, UINT64_C(0x1fffe0003) } },
        { S390IRQ_KIND_RESTART, LOCAL, { 0, 8, 0xfffe0006 } },
        { S390IRQ_KIND_RESTART, LOCAL, { 0, 8, 0xffff1200 } },
        { S390IRQ_KIND_RESTART, LOCAL, { 0, 8, UINT64_MAX } },
    };
    uint8_t zero[SIZE] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t record[SIZE];

        changed(cases[i].kind, cases[i].field, record);
        refused(record, cases[i].flags);
    }
    refused(zero, FLOATING);
    refused(zero, LOCAL);
}

/* As host machine checks arrive: code and submasks, payload as it was. */
static void invalid_payload(void **state)
{
    struct s390irq_interruption out;
    uint8_t record[SIZE];

    (void)state;
    changed(S390IRQ_KIND_MACHINE_CHECK,
            (struct field){ 16, 8, S390IRQ_MCIC_WARNING | VALIDITY }, record);
    assert_int_equal(from(record, LOCAL, &out), 0);
    assert_int_equal(out.u.machine_check.conditions, S390IRQ_MCIC_WARNING);
    assert_int_equal(out.u.machine_check.failing_address, 0);
    assert_int_equal(out.u.machine_check.external_damage, 0);
    changed(S390IRQ_KIND_MACHINE_CHECK, (struct field){ 16, 8, VALIDITY },
            record);
    assert_int_equal(from(record, LOCAL, &out), 0);
    assert_int_equal(out.u.machine_check.conditions,
                     S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_WARNING);
}

/* Every condition: the groups' submasks, and back as it was. */
static void every_condition(void **state)
{
    static const struct {
        uint64_t condition;
        uint32_t submask;
    } cases[] = {
        { S390IRQ_MCIC_SYSTEM_DAMAGE, 0 },
        { S390IRQ_MCIC_PROCESSING_DAMAGE, 0 },
        { S390IRQ_MCIC_SYSTEM_RECOVERY, 0x08000000 },
        { S390IRQ_MCIC_TIMING_DAMAGE, 0x02000000 },
        { S390IRQ_MCIC_EXTERNAL_DAMAGE, 0x02000000 },
        { S390IRQ_MCIC_DEGRADATION, 0x04000000 },
        { S390IRQ_MCIC_WARNING, 0x01000000 },
        { S390IRQ_MCIC_CHANNEL_REPORT, 0x10000000 },
        { S390IRQ_MCIC_SERVICE_PROCESSOR, 0x02000000 },
        { S390IRQ_MCIC_CHANNEL_SUBSYSTEM, 0x02000000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct s390irq_interruption out,
            what = { .kind = S390IRQ_KIND_MACHINE_CHECK,
                     .u.machine_check.conditions =
                         cases[i].condition | S390IRQ_MCIC_BACKED_UP |
                         S390IRQ_MCIC_STORAGE_ERROR |
                         S390IRQ_MCIC_ANCILLARY_REPORT };
        uint8_t record[SIZE], expected[SIZE] = { 0 };

        put(expected, &(struct field){ 0, 8, KVM_MACHINE_CHECK });
        put(expected, &(struct field){ 8, 8, cases[i].submask });
        put(expected, &(struct field){
                          16, 8, what.u.machine_check.conditions | VALIDITY });
        assert_int_equal(s390irq_interruption_to_kvm(&what, LOCAL, record), 0);
        assert_memory_equal(record, expected, SIZE);
        assert_int_equal(from(record, LOCAL, &out), 0);
        assert_memory_equal(&out, &what, sizeof out);
    }
}

/* KVM has no record of these (V-24). */
static void not_representable(void **state)
{
    static const struct s390irq_interruption whats[] = {
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 2 },
        { .kind = S390IRQ_KIND_INTERRUPT_KEY },
        { .kind = S390IRQ_KIND_MALFUNCTION_ALERT },
        { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
        { .kind = S390IRQ_KIND_TIMING_ALERT },
        { .kind = S390IRQ_KIND_MEASUREMENT_ALERT },
        { .kind = S390IRQ_KIND_WARNING_TRACK },
        { .kind = S390IRQ_KIND_IUCV },
    };

    (void)state;
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
        for (uint32_t flags = LOCAL; flags <= FLOATING; flags++) {
            uint8_t record[SIZE] = { 0x77 };

            assert_int_equal(
                s390irq_interruption_to_kvm(&whats[i], flags, record),
                S390IRQ_E_NOT_REPRESENTABLE);
            assert_int_equal(record[0], 0x77);
        }
}

static void arguments(void **state)
{
    static const uint32_t flags[] = { 0, LOCAL | FLOATING, LOCAL | 4, LOCAL | 8,
                                      UINT32_MAX };
    struct s390irq_interruption bad = { .kind = S390IRQ_KIND_SERVICE_SIGNAL };
    uint8_t record[SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        assert_int_equal(
            s390irq_interruption_to_kvm(&rows[0].what, flags[i], record),
            S390IRQ_E_INVALID);
    assert_int_equal(s390irq_interruption_to_kvm(NULL, LOCAL, record),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_interruption_to_kvm(&rows[0].what, LOCAL, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_interruption_to_kvm(&bad, FLOATING, record),
                     S390IRQ_E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "record: every kind at its offsets, both ways", layouts, NULL, NULL,
          NULL },
        { "record: each kind at its place only", places, NULL, NULL, NULL },
        { "record: any alignment", any_alignment, NULL, NULL, NULL },
        { "record: H-27, the instruction-length code travels",
          instruction_length, NULL, NULL, NULL },
        { "record: what a type does not use is ignored", unused_members, NULL,
          NULL, NULL },
        { "record: V-17, values that a type does not allow", bad_values, NULL,
          NULL, NULL },
        { "record: a payload that the code calls invalid", invalid_payload,
          NULL, NULL, NULL },
        { "record: every machine-check condition", every_condition, NULL, NULL,
          NULL },
        { "record: V-24, what KVM has no record of", not_representable, NULL,
          NULL, NULL },
        { "record: arguments", arguments, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
