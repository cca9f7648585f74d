/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/program.c: PoP ch. 6, program interruptions. */
#include "fake.h"

#include "arch/program.h"

#define N SI_PROGRAM_NULLIFIES
#define T SI_PROGRAM_TRANSLATION
#define X SI_PROGRAM_EXCEPTION_ACCESS
#define O SI_PROGRAM_OPERAND_ACCESS

/* What a code does beside storing itself; codes not here: nothing. */
static const struct {
    uint16_t code;
    uint8_t traits;
} rows[] = {
    { 0x04, T | X },
    { 0x07, SI_PROGRAM_DATA },
    { 0x10, N | T | X | O },
    { 0x11, N | T | X | O },
    { 0x12, T },
    { 0x16, N },
    { 0x1b, SI_PROGRAM_DATA },
    { 0x1c, T },
    { 0x20, N | T },
    { 0x21, N | T },
    { 0x22, N | T },
    { 0x23, N | T },
    { 0x24, N | T },
    { 0x25, N | T },
    { 0x26, N | T },
    { 0x27, N | T },
    { 0x29, N | X },
    { 0x2a, N | X },
    { 0x2b, N | X },
    { 0x2c, N | X },
    { 0x2d, N | X },
    { 0x2e, N | T },
    { 0x2f, N | X },
    { 0x30, N },
    { 0x31, N },
    { 0x32, N },
    { 0x33, N },
    { 0x34, N },
    { 0x38, N | T | X | O },
    { 0x39, N | T | X | O },
    { 0x3a, N | T | X | O },
    { 0x3b, N | T | X | O },
    { 0x40, SI_PROGRAM_MONITOR },
    { 0x119, N },
};

static uint32_t expected(uint32_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == code)
            return rows[i].traits;
    return 0;
}

static void every_code(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= SI_PROGRAM_CODE_BITS; code++) {
        uint32_t traits = si_program_traits(code);

        if (traits != expected(code & ~0x280u))
            fail_msg("code %#x: traits %#x, should be %#x", code, traits,
                     expected(code & ~0x280u));
    }
}

/* Plain ones store nothing else, and there is no PER event with them. */
static void plain_ones(void **state)
{
    uint32_t plain = 0;

    (void)state;
    for (uint32_t code = 0; code <= SI_PROGRAM_CODE_BITS; code++) {
        if (!si_program_plain[code])
            continue;
        assert_int_equal(expected(code), 0);
        assert_in_range(code, 1, 0x7f);
        plain++;
    }
    assert_int_equal(plain, 16);
}

static void beyond_the_table(void **state)
{
    static const uint32_t codes[] = { 0x200, 0x219, 0xffff, 0x10004,
                                      UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(si_program_traits(codes[i]), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "program: what every code stores, and which nullify", every_code,
          NULL, NULL, NULL },
        { "program: the plain ones store no more", plain_ones, NULL, NULL,
          NULL },
        { "program: codes beyond the table", beyond_the_table, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
