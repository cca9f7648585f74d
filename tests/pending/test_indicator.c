/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/pending/indicator.c: where an indicator is, and the end of its page. */
#include "fake.h"

#include "pending/indicator.h"

/* A doubleword as a number, counted from the right; or bytes, from the left. */
static void both_bit_orders(void **state)
{
    static const struct {
        uint64_t absolute;
        uint64_t offset;
        bool swap;
        uint64_t byte;
        uint8_t bit;
    } rows[] = {
        { 0x3000, 0, true, 0x3000, 0x80 },
        { 0x3000, 7, true, 0x3000, 0x01 },
        { 0x3000, 8, true, 0x3001, 0x80 },
        { 0x3000, 63, true, 0x3007, 0x01 },
        { 0x3000, 64, true, 0x3008, 0x80 },
        { 0x3000, 0, false, 0x3007, 0x01 },
        { 0x3000, 7, false, 0x3007, 0x80 },
        { 0x3000, 8, false, 0x3006, 0x01 },
        { 0x3000, 63, false, 0x3000, 0x80 },
        { 0x3000, 64, false, 0x300f, 0x01 },
        /* The address counts as bits: it need not be aligned. */
        { 0x3001, 0, true, 0x3001, 0x80 },
        { 0x3001, 0, false, 0x3006, 0x01 },
        { 0x3ff9, 7, true, 0x3ff9, 0x01 },
        { 0x3fff, 7, false, 0x3ff8, 0x80 },
        { UINT64_MAX - 4095, 32767, true, UINT64_MAX, 0x01 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct si_indicator found = { 0, 0 };

        assert_true(si_indicator_find(rows[i].absolute, rows[i].offset,
                                      rows[i].swap, &found));
        assert_int_equal(found.absolute, rows[i].byte);
        assert_int_equal(found.bit, rows[i].bit);
    }
}

/* Every bit of a page once, in both orders, and none beyond. */
static void all_bits_of_a_page(void **state)
{
    (void)state;
    for (int swap = 0; swap < 2; swap++) {
        static uint8_t page[4096];

        memset(page, 0, sizeof page);
        for (uint64_t offset = 0; offset < 32768; offset++) {
            struct si_indicator found;

            assert_true(si_indicator_find(0x7000, offset, swap, &found));
            assert_true(found.absolute >= 0x7000 && found.absolute < 0x8000);
            assert_int_equal(page[found.absolute - 0x7000] & found.bit, 0);
            page[found.absolute - 0x7000] |= found.bit;
        }
        for (size_t i = 0; i < sizeof page; i++)
            assert_int_equal(page[i], 0xff);
    }
}

/* L5 and H-17: one past the page is refused, four below is not. */
static void end_of_the_page(void **state)
{
    static const struct {
        uint64_t absolute;
        uint64_t offset;
        bool there;
    } rows[] = {
        { 0x3000, 8 * 4096, false },
        { 0x3000, 8 * 4096 - 1, true },
        { 0x3000, 8 * 4096 - 4, true },
        { 0x3001, 8 * 4096 - 8, false },
        { 0x3001, 8 * 4096 - 9, true },
        { 0x3fff, 7, true },
        { 0x3fff, 8, false },
        { 0x3000, UINT64_MAX, false },
        { 0x3fff, UINT64_MAX, false },
        { 0x3fff, UINT64_MAX - 8 * 4095, false },
        { 0x3fff, UINT64_MAX - 8 * 4095 + 1, false },
        { UINT64_MAX, 8, false },
    };

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        struct si_indicator found;

        assert_int_equal(si_indicator_find(rows[i / 2].absolute,
                                           rows[i / 2].offset, i % 2, &found),
                         rows[i / 2].there);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "indicator: both bit orders", both_bit_orders, NULL, NULL, NULL },
        { "indicator: every bit of a page once", all_bits_of_a_page, NULL, NULL,
          NULL },
        { "H-17 indicator: never beyond its page", end_of_the_page, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
