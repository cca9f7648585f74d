/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/save_area.c: what is where, and what is never stored. */
#include "fake.h"

#include "deliver/save_area.h"

static void image(void **state)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_registers registers;
    struct fake_saved saved = { .cpu = &cpu, .cpu_timer = 0x1234, .psw = 1 };

    (void)state;
    fake_odd_cpu(&cpu);
    cpu.prefix = 0x12346000;
    cpu.psw_mask = PSW_64;
    fake_fill_registers(&registers, 5);
    for (int known = 0; known < 2; known++) {
        uint8_t made[SI_SAVE_AREA_SIZE], expected[SI_SAVE_AREA_SIZE] = { 0 };

        memset(made, 0xa5, sizeof made);
        saved.registers = known ? &registers : NULL;
        fake_lay_save_area(expected, &saved);
        si_save_area_fill(made, &cpu, 0x1234, saved.registers);
        fake_assert_bytes("image", made, expected, sizeof made);
    }
}

/* Apart, in words, inside; the rest is the fields that stay as they were. */
static void runs(void **state)
{
    static const struct {
        unsigned from;
        unsigned to;
    } never[] = { { 0x110, 0x118 }, { 0x120, 0x124 }, { 0x138, 0x140 } };
    uint8_t covered[SI_SAVE_AREA_SIZE] = { 0 };

    (void)state;
    assert_true(SI_SAVE_RUNS <= S390IRQ_PLAN_BLOCKS);
    for (unsigned i = 0; i < SI_SAVE_RUNS; i++) {
        const struct si_save_run *run = &si_save_area_runs[i];

        assert_int_equal(run->offset % 4, 0);
        assert_int_equal(run->length % 4, 0);
        assert_int_not_equal(run->part & SI_SAVE_STATUS, 0);
        for (unsigned at = 0; at < run->length; at++)
            assert_int_equal(covered[run->offset + at]++, 0);
    }
    for (unsigned i = 0; i < sizeof never / sizeof *never; i++)
        for (unsigned at = never[i].from; at < never[i].to; at++)
            assert_int_equal(covered[at]++, 0);
    for (unsigned at = 0; at < SI_SAVE_AREA_SIZE; at++)
        assert_int_equal(covered[at], 1);
}

static void extended(void **state)
{
    struct s390irq_registers registers;
    uint8_t vectors[SI_EXTENDED_VECTOR_SIZE];
    uint8_t block[SI_GUARDED_STORAGE_SIZE];

    (void)state;
    fake_fill_registers(&registers, 0x6e);
    si_save_area_vectors(vectors, &registers);
    si_save_area_guarded_storage(block, &registers);
    for (unsigned i = 0; i < 512; i++)
        assert_int_equal(vectors[i], registers.vector[i / 16][i / 8 % 2] >>
                                             (56 - 8 * (i % 8)) &
                                         0xff);
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(block[i], registers.guarded_storage[i / 8] >>
                                           (56 - 8 * (i % 8)) &
                                       0xff);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "save area: the image", image, NULL, NULL, NULL },
        { "save area: the runs", runs, NULL, NULL, NULL },
        { "save area: vectors and guarded storage", extended, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
