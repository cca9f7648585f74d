/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/judge/handler.c: what the PSWs of handlers are open for, remembered. */
#include "fake.h"

#include <stdbool.h>

#include "arch/psw.h"
#include "judge/handler.h"

#define DEGRADATION SI_BIT(SI_CLASS_DEGRADATION)
#define CR14        UINT64_C(0x04000000) /* degradation */

static void first_ones(void **state)
{
    struct si_handler handler[SI_HANDLERS];
    static const uint32_t new_psws[SI_HANDLERS] = { 0x1a0, 0x1b0, 0x1c0,
                                                    0x1d0, 0x1e0, 0x1f0 };

    (void)state;
    si_handler_init(handler);
    for (uint32_t at = 0; at < SI_HANDLERS; at++) {
        assert_int_equal(si_handler_of(new_psws[at]), at);
        assert_int_equal(handler[at].psw_mask, PSW_64);
        assert_int_equal(handler[at].open, SI_ENABLED_CLOSED);
        assert_false(si_handler_is(&handler[at], UINT64_MAX, 0));
        assert_false(si_handler_is(&handler[at], 0, 0));
    }
}

/* PoP ch. 4 and 6: which PSWs are valid, and what they mask. */
static void learns(void **state)
{
    static const struct {
        uint64_t psw_mask;
        uint64_t control;
        bool learned;
        uint64_t open;
    } rows[] = {
        { PSW_64, 0, true, SI_ENABLED_CLOSED },
        { PSW_64, CR14, true, SI_ENABLED_CLOSED },
        { PSW_64 | PSW_MACHINE_CHECK, 0, true, SI_ENABLED_CLOSED },
        { PSW_64 | PSW_MACHINE_CHECK, CR14, true,
          SI_ENABLED_CLOSED | DEGRADATION },
        { PSW_64 | PSW_IO, 0, false, 0 },
        { PSW_64 | PSW_EXTERNAL, 0, false, 0 },
        { PSW_64 | PSW_WAIT, 0, false, 0 },
        { PSW_64 | SI_BIT(63), 0, false, 0 },
        { SI_PSW_BASIC_ADDRESSING, 0, false, 0 },
        { SI_PSW_EXTENDED_ADDRESSING, 0, false, 0 },
        { 0, 0, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
        struct si_handler handler[SI_HANDLERS], before;
        struct si_masks masks;

        memset(&masks, 0, sizeof masks);
        si_enabled_init(&masks);
        si_handler_init(handler);
        before = handler[0];
        cpu.psw_mask = rows[i].psw_mask;
        cpu.cr[14] = rows[i].control;
        si_enabled_open(&masks, &cpu);
        assert_int_equal(si_handler_learn(&handler[0], &masks, &cpu),
                         rows[i].learned);
        if (!rows[i].learned) {
            assert_memory_equal(&handler[0], &before, sizeof before);
            continue;
        }
        assert_true(si_handler_is(&handler[0], cpu.psw_mask, cpu.cr[14]));
        assert_false(si_handler_is(&handler[0], cpu.psw_mask, cpu.cr[14] ^ 1));
        assert_int_equal(handler[0].open, rows[i].open);
    }
}

/* The masks are made for another control register 14. */
static void unknown(void **state)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct si_handler handler[SI_HANDLERS];
    struct si_masks masks;

    (void)state;
    memset(&masks, 0, sizeof masks);
    si_enabled_init(&masks);
    si_handler_init(handler);
    cpu.psw_mask = PSW_64 | PSW_MACHINE_CHECK;
    cpu.cr[14] ^= CR14;
    assert_false(si_handler_learn(&handler[0], &masks, &cpu));
    assert_int_equal(handler[0].psw_mask, PSW_64);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "handler: the first ones are of nobody", first_ones, NULL, NULL,
          NULL },
        { "handler: learns what a handler is", learns, NULL, NULL, NULL },
        { "handler: is not judged by other masks", unknown, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
