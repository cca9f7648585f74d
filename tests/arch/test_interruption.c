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
    { { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 4095 }, SOURCE },
    { { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 4095 }, SOURCE },
    { { .kind = S390IRQ_KIND_TOD_SYNC_CHECK }, 0 },
    { { .kind = S390IRQ_KIND_CLOCK_COMPARATOR }, 0 },
    { { .kind = S390IRQ_KIND_CPU_TIMER }, 0 },
    { { .kind = S390IRQ_KIND_TIMING_ALERT }, 0 },
    { { .kind = S390IRQ_KIND_WARNING_TRACK }, 0 },
    { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 8 }, PARAMETER },
    { { .kind = S390IRQ_KIND_PFAULT_DONE, .parameter64 = 1 }, PARAMETER64 },
    { { .kind = S390IRQ_KIND_VIRTIO, .parameter = 1, .parameter64 = 1 },
      PARAMETER | PARAMETER64 },
    { { .kind = S390IRQ_KIND_RESTART }, 0 },
    { { .kind = S390IRQ_KIND_STOP }, 0 },
    { { .kind = S390IRQ_KIND_SET_PREFIX, .parameter = 0x2000 }, PARAMETER },
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
        { PROGRAM(.code = 0x200), 0 },
        { PROGRAM(.code = 0x8001), 0 },
        { PROGRAM(.code = 1, .ilc = 1), 0 },
        { PROGRAM(.code = 1, .ilc = 2), 1 },
        { PROGRAM(.code = 1, .ilc = 3), 0 },
        { PROGRAM(.code = 1, .ilc = 4), 1 },
        { PROGRAM(.code = 1, .ilc = 6), 1 },
        { PROGRAM(.code = 1, .ilc = 8), 0 },
        { PROGRAM(.code = 1, .ilc = 255), 0 },
        { PROGRAM(.code = 1, .flags = S390IRQ_PROGRAM_NO_REWIND), 1 },
        { PROGRAM(.code = 1, .flags = 2), 0 },
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
        { { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0xfffffffb }, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (check(cases[i].what) != (cases[i].valid ? 0 : S390IRQ_E_INVALID))
            fail_msg("row %zu", i);
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
        { "interruption: service parameters", service_parameters, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
