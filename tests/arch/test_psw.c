/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/psw.c: PoP ch. 4, program-status word. */
#include "fake.h"

#include "arch/psw.h"

static void limits(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t limit;
    } rows[] = {
        { PSW_24, 0xffffff },
        { PSW_31, 0x7fffffff },
        { PSW_64, UINT64_MAX },
        { PSW_31 | PSW_WAIT | PSW_IO, 0x7fffffff },
        { PSW_64 | PSW_PROBLEM, UINT64_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(si_psw_address_limit(rows[i].mask), rows[i].limit);
}

/* Bit n as the architecture counts: 0 is the leftmost. */
static int is_assigned(unsigned n)
{
    return n == 1 || (n >= 5 && n <= 11) || (n >= 13 && n <= 23) || n == 32;
}

static void every_mask_bit(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 64; n++) {
        uint64_t bit = UINT64_C(1) << (63 - n);

        if (n == 31)
            continue;
        assert_int_equal(si_psw_valid(bit, 0, 0), is_assigned(n));
        assert_int_equal(si_psw_valid(PSW_64 | bit, 0, 0), is_assigned(n));
    }
    assert_true(si_psw_valid(PSW_64, 0, 0));
    assert_false(si_psw_valid(PSW_64 & ~PSW_31, 0, 0));
}

static void address_against_mode(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t address;
        int valid;
    } rows[] = {
        { PSW_24, 0, 1 },
        { PSW_24, 0xffffff, 1 },
        { PSW_24, 0x1000000, 0 },
        { PSW_24, UINT64_MAX, 0 },
        { PSW_31, 0x1000000, 1 },
        { PSW_31, 0x7fffffff, 1 },
        { PSW_31, 0x80000000, 0 },
        { PSW_31, UINT64_C(0x100000000), 0 },
        { PSW_64, 0x80000000, 1 },
        { PSW_64, UINT64_MAX, 1 },
        /* An odd address is found later, when the instruction is fetched. */
        { PSW_64, 0x1001, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(si_psw_valid(rows[i].mask, rows[i].address, 0),
                         rows[i].valid);
}

static void step_back(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t address;
        uint32_t back;
        uint64_t result;
    } rows[] = {
        { PSW_64, 0x1006, 6, 0x1000 },
        { PSW_64, 0x1006, 0, 0x1006 },
        { PSW_64, 2, 4, UINT64_MAX - 1 },
        { PSW_31, 2, 4, 0x7ffffffe },
        { PSW_24, 2, 4, 0xfffffe },
        { PSW_24, 0, 6, 0xfffffa },
        { PSW_31, 0x80000000 - 2, 2, 0x7ffffffc },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            si_psw_step_back(rows[i].mask, rows[i].address, rows[i].back),
            rows[i].result);
}

/* All sixteen combinations of wait and the three masks. */
static void waits(void **state)
{
    static const uint64_t masks[] = { PSW_IO, PSW_EXTERNAL, PSW_MACHINE_CHECK };

    (void)state;
    for (unsigned choice = 0; choice < 16; choice++) {
        uint64_t psw = PSW_64;

        for (unsigned i = 0; i < 3; i++)
            if (choice & 1u << i)
                psw |= masks[i];
        if (choice & 8)
            psw |= PSW_WAIT;
        assert_int_equal(si_psw_waits(psw), choice >= 8);
        assert_int_equal(si_psw_wait_disabled(psw), choice == 8);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "psw: the address limit of each mode", limits, NULL, NULL, NULL },
        { "psw: every mask bit, alone", every_mask_bit, NULL, NULL, NULL },
        { "psw: an address wider than the mode", address_against_mode, NULL,
          NULL, NULL },
        { "psw: stepping back wraps as the mode does", step_back, NULL, NULL,
          NULL },
        { "S-6 psw: waits and disabled waits", waits, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
