/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/set.c: a set of CPUs, by address. */
#include "farm.h"

#include "cpu/set.h"

#define NOBODY S390IRQ_MAX_CPUS

static void one_member(void **state)
{
    static const uint32_t addresses[] = { 0, 1, 63, 64, 65, 2047, 4032, 4095 };

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        uint32_t address = addresses[i];
        struct si_set set = { .summary = 0 };

        assert_false(si_set_has(&set, address));
        assert_int_equal(si_set_next(&set, 0), NOBODY);
        si_set_add(&set, address);
        assert_false(si_set_is_empty(&set));
        for (uint32_t other = 0; other < NOBODY; other++) {
            assert_int_equal(si_set_has(&set, other), other == address);
            assert_int_equal(si_set_next(&set, other),
                             other <= address ? address : NOBODY);
        }
        assert_int_equal(si_set_next(&set, NOBODY), NOBODY);
        si_set_remove(&set, address);
        assert_true(si_set_is_empty(&set));
        assert_int_equal(si_set_next(&set, 0), NOBODY);
    }
}

static void against_a_model(void **state)
{
    static uint8_t in[NOBODY + 1];
    struct si_set set = { .summary = 0 };
    uint64_t random = 1;
    uint32_t members = 0;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t address = farm_random(&random) % 61 * 67;
        uint32_t from = farm_random(&random) % (NOBODY + 1), next = from;

        if (in[address])
            si_set_remove(&set, address);
        else
            si_set_add(&set, address);
        members += in[address] ? -1u : 1u;
        in[address] ^= 1;
        assert_int_equal(si_set_is_empty(&set), members == 0);
        assert_int_equal(si_set_has(&set, address), in[address]);
        while (next < NOBODY && !in[next])
            next++;
        assert_int_equal(si_set_next(&set, from), next);
    }
}

/* All 4096, then every other one. */
static void full(void **state)
{
    struct si_set set = { .summary = 0 };

    (void)state;
    for (uint32_t i = 0; i < NOBODY; i++)
        si_set_add(&set, i);
    for (uint32_t i = 0; i < NOBODY; i++)
        assert_int_equal(si_set_next(&set, i), i);
    for (uint32_t i = 0; i < NOBODY; i += 2)
        si_set_remove(&set, i);
    for (uint32_t i = 0; i < NOBODY; i++)
        assert_int_equal(si_set_next(&set, i), i | 1);
    assert_int_equal(atomic_load(&set.summary), UINT64_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "set: one member", one_member, NULL, NULL, NULL },
        { "set: against a model", against_a_model, NULL, NULL, NULL },
        { "set: all CPUs", full, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
