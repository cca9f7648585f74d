/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/tod.h: 4096 units of the TOD clock are one microsecond. */
#include "farm.h"

#include "arch/tod.h"

__extension__ typedef unsigned __int128 wide;

static uint64_t model_to_ns(uint64_t units)
{
    return (uint64_t)(((wide)units * 125 + 511) / 512);
}

static uint64_t model_from_ns(uint64_t ns)
{
    return (uint64_t)((wide)ns * 512 / 125);
}

static void known_values(void **state)
{
    static const struct {
        uint64_t units;
        uint64_t ns;
    } rows[] = {
        { 0, 0 },
        { 4096, 1000 },
        { 512, 125 },
        { 4096 * UINT64_C(1000000), 1000000000 },
        { UINT64_C(1) << 63, UINT64_C(2251799813685248000) },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(si_tod_to_ns(rows[i].units), rows[i].ns);
        assert_int_equal(si_tod_from_ns(rows[i].ns), rows[i].units);
    }
    /* A wait must not end early: up. A clock must not run ahead: down. */
    assert_int_equal(si_tod_to_ns(1), 1);
    assert_int_equal(si_tod_to_ns(5), 2);
    assert_int_equal(si_tod_from_ns(1), 4);
}

static uint64_t random64(uint64_t *random)
{
    uint64_t high = farm_random(random);

    return (high << 32 | farm_random(random)) >> farm_random(random) % 64;
}

static void against_wide_arithmetic(void **state)
{
    uint64_t random = 42;

    (void)state;
    for (uint64_t i = 0; i < 2048; i++) {
        assert_int_equal(si_tod_to_ns(i), model_to_ns(i));
        assert_int_equal(si_tod_to_ns(UINT64_MAX - i),
                         model_to_ns(UINT64_MAX - i));
        assert_int_equal(si_tod_from_ns(i), model_from_ns(i));
        assert_int_equal(si_tod_from_ns(UINT64_MAX - i),
                         model_from_ns(UINT64_MAX - i));
    }
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t value = random64(&random);

        assert_int_equal(si_tod_to_ns(value), model_to_ns(value));
        assert_int_equal(si_tod_from_ns(value), model_from_ns(value));
        assert_true(si_tod_from_ns(si_tod_to_ns(value)) >= value);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "tod: known values", known_values, NULL, NULL, NULL },
        { "tod: exact, against arithmetic of 128 bits", against_wide_arithmetic,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
