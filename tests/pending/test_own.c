/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/own.c: V-12 for what a CPU raises itself. */
#include "fake.h"

#include "pending/own.h"

#define PROGRAM_BIT SI_BIT(SI_CLASS_PROGRAM)
#define SVC_BIT     SI_BIT(SI_CLASS_SUPERVISOR_CALL)

/* Every program has these members too, told apart by `mark`. */
static struct s390irq_program program_of(uint16_t code, uint8_t mark)
{
    struct s390irq_program program = {
        .code = code,
        .ilc = 4,
        .translation_exception = mark,
        .per_address = mark,
        .per_code = mark,
        .per_atmid = mark,
        .per_access = mark,
    };

    return program;
}

static void two_conditions(void **state)
{
    static const struct {
        uint16_t first;
        uint16_t second;
        int outcome;
        uint16_t code;  /* what pends then */
        uint8_t of;     /* whose own members: 1 or 2 */
        uint8_t per_of; /* whose PER members */
    } rows[] = {
        { 0x01, 0x01, S390IRQ_BUSY, 0x01, 1, 1 },
        { 0x01, 0x11, S390IRQ_BUSY, 0x01, 1, 1 },
        { 0x91, 0x11, S390IRQ_BUSY, 0x91, 1, 1 },
        { 0x91, 0x91, S390IRQ_BUSY, 0x91, 1, 1 },
        { 0x01, 0x91, S390IRQ_BUSY, 0x01, 1, 1 },
        { 0x11, 0x80, S390IRQ_COALESCED, 0x91, 1, 2 },
        { 0x91, 0x80, S390IRQ_COALESCED, 0x91, 1, 2 },
        { 0x80, 0x80, S390IRQ_COALESCED, 0x80, 1, 2 },
        { 0x80, 0x11, S390IRQ_COALESCED, 0x91, 2, 1 },
        { 0x80, 0x91, S390IRQ_COALESCED, 0x91, 2, 2 },
        { 0x80, 0x119, S390IRQ_COALESCED, 0x199, 2, 1 },
    };
    const size_t count = sizeof rows / sizeof *rows;

    (void)state;
    for (size_t at = 0; at < 2 * count; at++) {
        size_t i = at % count;
        struct s390irq_program first = program_of(rows[i].first, 1);
        struct s390irq_program second = program_of(rows[i].second, 2);
        struct si_own own = { 0 };

        /* One of them says that it has the PER access identification. */
        *(at < count ? &first.flags : &second.flags) =
            S390IRQ_PROGRAM_PER_ACCESS;
        assert_int_equal(si_own_program(&own, &first), S390IRQ_QUEUED);
        assert_int_equal(own.classes, PROGRAM_BIT);
        assert_memory_equal(&own.program, &first, sizeof first);
        assert_int_equal(si_own_program(&own, &second), rows[i].outcome);
        assert_int_equal(own.classes, PROGRAM_BIT);
        assert_int_equal(own.program.code, rows[i].code);
        assert_int_equal(own.program.translation_exception, rows[i].of);
        assert_int_equal(own.program.per_address, rows[i].per_of);
        assert_int_equal(own.program.per_code, rows[i].per_of);
        assert_int_equal(own.program.per_atmid, rows[i].per_of);
        assert_int_equal(own.program.per_access, rows[i].per_of);
        assert_int_equal(own.program.flags, rows[i].per_of == 1 + at / count
                                                ? S390IRQ_PROGRAM_PER_ACCESS
                                                : 0);
    }
}

static void supervisor_call(void **state)
{
    struct s390irq_program program = program_of(1, 1);
    struct si_own own = { 0 };

    (void)state;
    assert_int_equal(si_own_supervisor_call(&own, 0xff, 6), S390IRQ_QUEUED);
    assert_int_equal(own.classes, SVC_BIT);
    assert_int_equal(si_own_supervisor_call(&own, 1, 2), S390IRQ_BUSY);
    assert_int_equal(own.svc_code, 0xff);
    assert_int_equal(own.svc_ilc, 6);
    assert_int_equal(si_own_program(&own, &program), S390IRQ_QUEUED);
    assert_int_equal(own.classes, SVC_BIT | PROGRAM_BIT);
    own.classes &= ~SVC_BIT;
    assert_int_equal(si_own_supervisor_call(&own, 1, 2), S390IRQ_QUEUED);
    assert_int_equal(own.svc_code, 1);
}

static void specification(void **state)
{
    (void)state;
    for (uint32_t ilc = 0; ilc <= 6; ilc += 2) {
        struct s390irq_program expected = { .code = 6, .ilc = (uint8_t)ilc };
        struct si_own own = { .program = program_of(0x91, 3) };

        si_own_specification(&own, ilc);
        assert_int_equal(own.classes, PROGRAM_BIT);
        assert_memory_equal(&own.program, &expected, sizeof expected);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "own: a second program condition, and PER", two_conditions, NULL,
          NULL, NULL },
        { "own: supervisor call", supervisor_call, NULL, NULL, NULL },
        { "own: specification exception", specification, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
