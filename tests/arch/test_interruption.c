/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/interruption.c: V-17, what is checked before anything changes. */
#include "fake.h"

#include "arch/interruption.h"

#define SOURCE      1u
#define PARAMETER   2u
#define PARAMETER64 4u
#define UNION       8u

/* A good record of each kind, and the members that it may use. */
static const struct row {
    struct s390irq_interruption good;
    unsigned uses;
} rows[] = {
    { { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .source = 1, .parameter = 2 },
      SOURCE | PARAMETER },
    { { .kind = S390IRQ_KIND_PROGRAM, .u.program.code = 1 }, UNION },
    { { .kind = S390IRQ_KIND_INTERRUPT_KEY }, 0 },
    { { .kind = S390IRQ_KIND_MALFUNCTION_ALERT, .source = 4095 }, SOURCE },
    { { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 4095 }, SOURCE },
    { { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 4095 }, SOURCE },
    { { .kind = S390IRQ_KIND_TOD_SYNC_CHECK }, 0 },
    { { .kind = S390IRQ_KIND_CLOCK_COMPARATOR }, 0 },
    { { .kind = S390IRQ_KIND_CPU_TIMER }, 0 },
    { { .kind = S390IRQ_KIND_TIMING_ALERT }, 0 },
    { { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 1 }, PARAMETER },
    { { .kind = S390IRQ_KIND_WARNING_TRACK }, 0 },
    { { .kind = S390IRQ_KIND_IUCV, .source = 0xffff }, SOURCE },
    { { .kind = S390IRQ_KIND_PFAULT_INIT, .parameter64 = 1 }, PARAMETER64 },
    { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 8 }, PARAMETER },
    { { .kind = S390IRQ_KIND_PFAULT_DONE, .parameter64 = 1 }, PARAMETER64 },
    { { .kind = S390IRQ_KIND_VIRTIO, .parameter = 1, .parameter64 = 1 },
      PARAMETER | PARAMETER64 },
    { { .kind = S390IRQ_KIND_RESTART }, 0 },
    { { .kind = S390IRQ_KIND_STOP }, 0 },
    { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x2000 }, PARAMETER },
    { { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_WARNING },
      UNION },
    { { .kind = S390IRQ_KIND_IO,
        .parameter = 1,
        .u.io = { .subchannel = 0x10000, .word = 0x38000000 } },
      PARAMETER | UNION },
    { { .kind = S390IRQ_KIND_ADAPTER, .u.io.word = 0x80000000 }, UNION },
};

#define ROWS (sizeof rows / sizeof *rows)

static int check(struct s390irq_interruption what)
{
    return s390irq_interruption_check(&what);
}

static void good_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(check(rows[i].good), 0);
    for (size_t i = 0; i < fake_class_count; i++)
        assert_int_equal(check(fake_classes[i].record), 0);
}

static void unused_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        struct s390irq_interruption bad = rows[i].good;

        bad.source |= 0x8000;
        if (!(rows[i].uses & SOURCE))
            assert_int_equal(check(bad), S390IRQ_E_INVALID);
        bad = rows[i].good;
        bad.parameter |= 0x8000;
        if (!(rows[i].uses & PARAMETER))
            assert_int_equal(check(bad), S390IRQ_E_INVALID);
        bad = rows[i].good;
        bad.parameter64 |= 0x8000;
        if (!(rows[i].uses & PARAMETER64))
            assert_int_equal(check(bad), S390IRQ_E_INVALID);
        for (unsigned at = 0; at < 48 && !(rows[i].uses & UNION); at++) {
            bad = rows[i].good;
            ((uint8_t *)&bad.u)[at] = 1;
            assert_int_equal(check(bad), S390IRQ_E_INVALID);
        }
    }
}

static void unknown_kinds(void **state)
{
    unsigned known = 0;

    (void)state;
    for (unsigned kind = 0; kind <= UINT16_MAX; kind++) {
        struct s390irq_interruption what = { .kind = (uint16_t)kind };
        int is_known = 0;

        for (size_t i = 0; i < ROWS; i++)
            if (rows[i].good.kind == kind) {
                what = rows[i].good;
                is_known = 1;
            }
        assert_int_equal(check(what), is_known ? 0 : S390IRQ_E_INVALID);
        known += (unsigned)is_known;
    }
    assert_int_equal(known, ROWS);
    assert_int_equal(s390irq_interruption_check(NULL), S390IRQ_E_INVALID);
}

#define PROGRAM(...)                                               \
    {                                                              \
        .kind = S390IRQ_KIND_PROGRAM, .u.program = { __VA_ARGS__ } \
    }

static void values(void **state)
{
    static const struct {
        struct s390irq_interruption what;
        int valid;
    } cases[] = {
        { PROGRAM(.code = 0), 0 },
        { PROGRAM(.code = 0x1ff), 1 },
        { PROGRAM(.code = 0x80), 1 },
        { PROGRAM(.code = 0x200), 1 },
        { PROGRAM(.code = 0x400), 0 },
        { PROGRAM(.code = 0x8001), 0 },
        { PROGRAM(.code = 1, .ilc = 1), 0 },
        { PROGRAM(.code = 1, .ilc = 2), 1 },
        { PROGRAM(.code = 1, .ilc = 3), 0 },
        { PROGRAM(.code = 1, .ilc = 4), 1 },
        { PROGRAM(.code = 1, .ilc = 6), 1 },
        { PROGRAM(.code = 1, .ilc = 8), 0 },
        { PROGRAM(.code = 1, .ilc = 255), 0 },
        { PROGRAM(.code = 1, .flags = S390IRQ_PROGRAM_NO_REWIND), 1 },
        { PROGRAM(.code = 1, .flags = 0x0e), 1 },
        { PROGRAM(.code = 1, .flags = 0x10), 0 },
        { PROGRAM(.code = 1, .reserved0 = 1), 0 },
        { PROGRAM(.code = 1, .reserved = 1), 0 },
        { PROGRAM(.code = 1, .per_address = 1, .monitor_code = 1), 1 },
        { { .kind = S390IRQ_KIND_SUPERVISOR_CALL,
            .source = 255,
            .parameter = 6 },
          1 },
        { { .kind = S390IRQ_KIND_SUPERVISOR_CALL,
            .source = 256,
            .parameter = 2 },
          0 },
        { { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 0 }, 0 },
        { { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 3 }, 0 },
        { { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 8 }, 0 },
        { { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 4096 }, 0 },
        { { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 0 }, 1 },
        { { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 4096 }, 0 },
        { { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 0xffff }, 0 },
        { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0 }, 1 },
        { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x7fffe000 }, 1 },
        { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x80000000 }, 0 },
        { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x3000 }, 0 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0 }, 0 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 4 }, 0 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0xfffffffc }, 0 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 3 }, 1 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x7ffffffb }, 1 },
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x80000000 }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (check(cases[i].what) != (cases[i].valid ? 0 : S390IRQ_E_INVALID))
            fail_msg("row %zu", i);
}

#define CHECK(...)                                               \
    {                                                            \
        .kind = S390IRQ_KIND_MACHINE_CHECK, .u.machine_check = { \
            .conditions = __VA_ARGS__                            \
        }                                                        \
    }

static void machine_checks(void **state)
{
    static const struct {
        struct s390irq_interruption what;
        int valid;
    } cases[] = {
        { CHECK(0), 0 },
        { CHECK(S390IRQ_MCIC_BACKED_UP), 0 },
        { CHECK(S390IRQ_MCIC_SYSTEM_DAMAGE), 1 },
        { CHECK(UINT64_C(0xedf2f08080080000) & ~UINT64_C(0x0000000080000000)),
          1 },
        { CHECK(S390IRQ_MCIC_WARNING | 0x0000080000000000), 0 },
        { CHECK(S390IRQ_MCIC_WARNING | 1), 0 },
        { CHECK(S390IRQ_MCIC_WARNING, .failing_address = 1), 0 },
        { CHECK(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_FAILING_ADDRESS,
                .failing_address = 1),
          1 },
        { CHECK(S390IRQ_MCIC_WARNING | S390IRQ_MCIC_EXTERNAL_CODE), 0 },
        { CHECK(S390IRQ_MCIC_EXTERNAL_DAMAGE, .external_damage = 1), 0 },
        { CHECK(S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_EXTERNAL_CODE,
                .external_damage = 1),
          1 },
        { CHECK(S390IRQ_MCIC_WARNING, .logout = { 1 }), 0 },
        { CHECK(S390IRQ_MCIC_WARNING, .logout = { 1 },
                .flags = S390IRQ_MACHINE_CHECK_LOGOUT),
          1 },
        { CHECK(S390IRQ_MCIC_WARNING, .flags = 2), 0 },
        { CHECK(S390IRQ_MCIC_WARNING, .reserved = 1), 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (check(cases[i].what) != (cases[i].valid ? 0 : S390IRQ_E_INVALID))
            fail_msg("row %zu", i);
}

/* PoP ch. 14, subsystem identification; ch. 16, interruption words. */
static void io(void **state)
{
    static const struct {
        struct s390irq_io io;
        int subchannel_valid;
        int adapter_valid;
    } cases[] = {
        { { .subchannel = 0x00010000 }, 1, 0 },
        { { .subchannel = 0x0007ffff, .word = 0x38000000 }, 1, 0 },
        { { .subchannel = 0xfe0f1234 }, 1, 0 },
        { { .subchannel = 0xfe071234 }, 0, 0 },
        { { .subchannel = 0x00000001 }, 0, 0 },
        { { .subchannel = 0x00110000 }, 0, 0 },
        { { .subchannel = 0x00010000, .word = 0x80000000 }, 0, 0 },
        { { .subchannel = 0x00010000, .word = 0x40000000 }, 0, 0 },
        { { .subchannel = 0x00010000, .word = 1 }, 0, 0 },
        { { .subchannel = 0x00010000, .sequence = 1 }, 0, 0 },
        { { .subchannel = 0x00010000, .reserved = { 0, 0, 0, 1 } }, 0, 0 },
        { { .word = 0x80000000 }, 0, 1 },
        { { .word = 0xb8000000 }, 0, 1 },
        { { .word = 0x38000000 }, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct s390irq_interruption what = { .kind = S390IRQ_KIND_IO };

        what.u.io = cases[i].io;
        assert_int_equal(check(what) == 0, cases[i].subchannel_valid);
        what.kind = S390IRQ_KIND_ADAPTER;
        assert_int_equal(check(what) == 0, cases[i].adapter_valid);
    }
}

static void io_code(void **state)
{
    static const uint8_t expected[12] = { 0, 3, 0x12, 0x34, 0xca, 0xfe,
                                          0, 4, 0x28, 0,    0,    0 };
    struct s390irq_interruption what = {
        .kind = S390IRQ_KIND_IO,
        .parameter = 0xcafe0004,
        .u.io = { .subchannel = 0x00031234, .word = S390IRQ_IO_WORD(5) },
    };
    uint8_t code[12];

    (void)state;
    assert_int_equal(s390irq_interruption_io_code(&what, code), 0);
    assert_memory_equal(code, expected, sizeof code);
    assert_int_equal(s390irq_interruption_io_code(NULL, code),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_interruption_io_code(&what, NULL),
                     S390IRQ_E_INVALID);
    what.kind = S390IRQ_KIND_VIRTIO;
    assert_int_equal(s390irq_interruption_io_code(&what, code),
                     S390IRQ_E_INVALID);
}

static void service_parameters(void **state)
{
    (void)state;
    for (uint32_t low = 0; low < 8; low++) {
        assert_int_equal(si_interruption_service_valid(low),
                         low >= 1 && low <= 3);
        assert_int_equal(si_interruption_service_valid(0x1000 | low), low < 4);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "interruption: good records", good_records, NULL, NULL, NULL },
        { "interruption: members that a kind does not use", unused_members,
          NULL, NULL, NULL },
        { "interruption: unknown kinds", unknown_kinds, NULL, NULL, NULL },
        { "interruption: values out of range", values, NULL, NULL, NULL },
        { "interruption: machine checks", machine_checks, NULL, NULL, NULL },
        { "interruption: I/O and adapters", io, NULL, NULL, NULL },
        { "interruption: the I/O interruption code", io_code, NULL, NULL,
          NULL },
        { "interruption: service parameters", service_parameters, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
