/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/taking.c and its builders: what each class stores. */
#include "number.h"

#include "deliver/taking.h"

static const struct s390irq_cpu before = {
    .size = sizeof(struct s390irq_cpu),
    .psw_mask = PSW_64 | PSW_EXTERNAL | PSW_PROBLEM,
    .psw_address = 0x5000,
    .breaking_event_address = 0x4444,
};

static struct si_taking build(const struct fake_class *class,
                              const struct s390irq_cpu *cpu)
{
    struct si_taking taking;

    memset(&taking, 0xa5, sizeof taking);
    si_taking_build(&taking, fake_number(class), &class->record, cpu);
    return taking;
}

/* Lays the stores over an area; each byte at most once. */
static void lay(uint8_t *area, uint8_t *stored, const struct si_taking *taking)
{
    for (uint32_t i = 0; i < taking->count; i++) {
        const struct si_taking_store *store = &taking->store[i];

        assert_true(store->length == 1 || store->length == 2 ||
                    store->length == 4 || store->length == 8);
        assert_int_equal(store->offset % store->length, 0);
        assert_true(store->offset + store->length <= LOWCORE_SIZE);
        if (store->length < 8)
            assert_int_equal(store->value >> 8 * store->length, 0);
        for (unsigned at = 0; at < store->length; at++) {
            unsigned shift = 8u * (store->length - 1u - at);

            assert_int_equal(stored[store->offset + at]++, 0);
            area[store->offset + at] = (uint8_t)(store->value >> shift);
        }
    }
}

static void every_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct si_taking taking = build(class, &before);
        uint8_t area[LOWCORE_SIZE] = { 0 }, stored[LOWCORE_SIZE] = { 0 };
        uint8_t expected[LOWCORE_SIZE] = { 0 };
        unsigned bytes = 0, expected_bytes = 0;

        assert_true(taking.count <= SI_TAKING_STORES);
        assert_true(taking.count < S390IRQ_PLAN_STORES);
        assert_int_equal(taking.old_psw, class->old_psw);
        assert_int_equal(taking.new_psw, class->new_psw);
        assert_int_equal(taking.psw_mask, before.psw_mask);
        assert_int_equal(taking.psw_address,
                         before.psw_address -
                             (class->rewind ? class->record.u.program.ilc : 0));
        lay(area, stored, &taking);
        for (const struct fake_field *field = class->field; field->length;
             field++) {
            expected_bytes += field->length;
            for (unsigned at = 0; at < field->length; at++)
                expected[field->offset + at] =
                    (uint8_t)(field->value >> 8 * (field->length - 1 - at));
        }
        for (unsigned at = 0; at < LOWCORE_SIZE; at++)
            bytes += stored[at];
        if (bytes != expected_bytes || memcmp(area, expected, LOWCORE_SIZE))
            fail_msg("%s: %u bytes stored, should be %u", class->name, bytes,
                     expected_bytes);
    }
}

/*
 * As a trace shows it: the program, SVC or external-interruption code, or the
 * subsystem-identification word.
 */
static void codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        uint64_t expected = 0;

        for (const struct fake_field *field = class->field; field->length;
             field++)
            if (field->offset == LOWCORE_EXTERNAL_CODE ||
                field->offset == LOWCORE_PROGRAM_CODE ||
                field->offset == LOWCORE_SVC_CODE ||
                field->offset == LOWCORE_SUBCHANNEL)
                expected = field->value;
        assert_int_equal(build(class, &before).code, expected);
    }
}

/* 0x80 keeps what it held, unless the class has a parameter (PoP ch. 6). */
static void parameter_only_where_there_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        struct si_taking taking = build(&fake_classes[i], &before);
        uint32_t kind = fake_classes[i].kind;
        int at_80 = 0, at_11b8 = 0;

        for (uint32_t at = 0; at < taking.count; at++) {
            at_80 += taking.store[at].offset == LOWCORE_EXTERNAL_PARAMETER;
            at_11b8 += taking.store[at].offset == LOWCORE_EXTERNAL_PARAMETER64;
        }
        assert_int_equal(at_80, kind == S390IRQ_KIND_SERVICE_SIGNAL ||
                                    kind == S390IRQ_KIND_MEASUREMENT_ALERT ||
                                    kind == S390IRQ_KIND_VIRTIO);
        assert_int_equal(at_11b8, kind == S390IRQ_KIND_PFAULT_DONE ||
                                      kind == S390IRQ_KIND_PFAULT_INIT ||
                                      kind == S390IRQ_KIND_VIRTIO);
    }
}

static void old_address(void **state)
{
    static const struct {
        uint16_t code;
        uint8_t ilc;
        uint8_t flags;
        uint64_t mask;
        uint64_t address;
        uint64_t old_address;
    } rows[] = {
        { 0x01, 4, 0, PSW_64, 0x5004, 0x5004 },
        { 0x11, 4, 0, PSW_64, 0x5004, 0x5000 },
        { 0x11, 6, 0, PSW_64, 0x5006, 0x5000 },
        { 0x11, 0, 0, PSW_64, 0x5004, 0x5004 },
        { 0x11, 4, S390IRQ_PROGRAM_NO_REWIND, PSW_64, 0x5004, 0x5004 },
        { 0x91, 4, 0, PSW_64, 0x5004, 0x5000 },
        { 0x119, 4, 0, PSW_64, 0x5004, 0x5000 },
        { 0x40, 4, 0, PSW_64, 0x5004, 0x5004 },
        /* The step back wraps as addresses do. */
        { 0x11, 6, 0, PSW_31, 2, 0x7ffffffc },
        { 0x11, 6, 0, PSW_24, 2, 0xfffffc },
        { 0x11, 6, 0, PSW_64, 2, UINT64_MAX - 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_interruption what = {
            .kind = S390IRQ_KIND_PROGRAM,
            .u.program = { .code = rows[i].code,
                           .ilc = rows[i].ilc,
                           .flags = rows[i].flags },
        };
        struct s390irq_cpu cpu = before;
        struct si_taking taking;

        cpu.psw_mask = rows[i].mask;
        cpu.psw_address = rows[i].address;
        si_taking_build(&taking, SI_CLASS_PROGRAM, &what, &cpu);
        assert_int_equal(taking.psw_address, rows[i].old_address);
        assert_int_equal(taking.psw_mask, rows[i].mask);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "taking: what every class stores", every_class, NULL, NULL, NULL },
        { "taking: codes for the trace", codes, NULL, NULL, NULL },
        { "taking: parameters only where there is one",
          parameter_only_where_there_is_one, NULL, NULL, NULL },
        { "taking: the old PSW of nullified instructions", old_address, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
