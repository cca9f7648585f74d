/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/mcic.c: each bit of a machine-check code has one meaning. */
#include "fake.h"

#include "arch/mcic.h"

/* PoP ch. 11: the groups, and the conditions that each has. */
static const struct {
    uint32_t number;
    uint64_t conditions;
} rows[] = {
    { 34, UINT64_C(0xc000000000000000) }, /* SD, PD */
    { 30, UINT64_C(0x0040000000000000) }, /* CP */
    { 29, UINT64_C(0x2000000000000000) }, /* SR */
    { 28, UINT64_C(0x0100000000000000) }, /* DG */
    { 27, UINT64_C(0x0c30000000000000) }, /* CD, ED, SP, CK */
    { 26, UINT64_C(0x0080000000000000) }, /* W */
};

#define ROWS (sizeof rows / sizeof *rows)

static void groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(si_mcic_of_class(rows[i].number), rows[i].conditions);
}

static void classes_of_each_bit(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t condition = UINT64_C(1) << bit, expected = 0;

        for (size_t i = 0; i < ROWS; i++)
            if (rows[i].conditions & condition)
                expected |= UINT64_C(1) << rows[i].number;
        assert_int_equal(si_mcic_classes(condition), expected);
    }
    assert_int_equal(si_mcic_classes(UINT64_MAX), SI_CLASS_MACHINE_CHECKS);
    assert_int_equal(si_mcic_classes(0), 0);
}

/* What injectors may set and what the library sets never meet. */
static void conditions_and_validity(void **state)
{
    const uint64_t validity[] = {
        SI_MCIC_PSW,
        SI_MCIC_VECTOR,
        SI_MCIC_FLOATING_POINT,
        SI_MCIC_GENERAL,
        SI_MCIC_CONTROL,
        SI_MCIC_STORAGE_LOGICAL,
        SI_MCIC_ACCESS,
        SI_MCIC_GUARDED_STORAGE,
        SI_MCIC_TOD_PROGRAMMABLE,
        SI_MCIC_FLOATING_CONTROL,
        SI_MCIC_CPU_TIMER,
        SI_MCIC_CLOCK_COMPARATOR,
    };
    uint64_t seen = SI_MCIC_CONDITIONS;

    (void)state;
    assert_int_equal(SI_MCIC_CONDITIONS, UINT64_C(0xedf2f0a0a0080000));
    for (size_t i = 0; i < sizeof validity / sizeof *validity; i++) {
        assert_int_equal(seen & validity[i], 0);
        seen |= validity[i];
    }
    assert_int_equal(seen & ~SI_MCIC_CONDITIONS, UINT64_C(0x00000f5d48330000));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "mcic: the conditions of each group", groups, NULL, NULL, NULL },
        { "mcic: the group of each condition", classes_of_each_bit, NULL, NULL,
          NULL },
        { "mcic: conditions and validity are apart", conditions_and_validity,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
