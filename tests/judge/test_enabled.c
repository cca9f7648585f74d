/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/judge/enabled.c: what a CPU is open for, and what it has to watch. */
#include "fake.h"

#include "judge/enabled.h"

#define ALWAYS (SI_BIT(SI_CLASS_RESTART) | SI_BIT(SI_CLASS_STOP))

static const struct {
    uint64_t cr0;
    uint64_t open;
} submasks[] = {
    { CR0_WARNING_TRACK, SI_BIT(SI_CLASS_WARNING_TRACK) },
    { CR0_MALFUNCTION_ALERT, SI_BIT(SI_CLASS_MALFUNCTION_ALERT) },
    { CR0_EMERGENCY_SIGNAL, SI_BIT(SI_CLASS_EMERGENCY_SIGNAL) },
    { CR0_EXTERNAL_CALL, SI_BIT(SI_CLASS_EXTERNAL_CALL) },
    { CR0_TOD_SYNC_CHECK, SI_BIT(SI_CLASS_TOD_SYNC_CHECK) },
    { CR0_CLOCK_COMPARATOR, SI_BIT(SI_CLASS_CLOCK_COMPARATOR) },
    { CR0_CPU_TIMER, SI_BIT(SI_CLASS_CPU_TIMER) },
    { CR0_SERVICE_SIGNAL,
      SI_BIT(SI_CLASS_SERVICE_SIGNAL) | SI_BIT(SI_CLASS_PFAULT_INIT) |
          SI_BIT(SI_CLASS_PFAULT_DONE) | SI_BIT(SI_CLASS_VIRTIO) },
    { CR0_INTERRUPT_KEY, SI_BIT(SI_CLASS_INTERRUPT_KEY) },
    { CR0_MEASUREMENT_ALERT, SI_BIT(SI_CLASS_MEASUREMENT_ALERT) },
    { CR0_IUCV, SI_BIT(SI_CLASS_IUCV) },
    { CR0_TIMING_ALERT, SI_BIT(SI_CLASS_TIMING_ALERT) },
    { CR0_CLOCK_SIGN, 0 },
};

#define SUBMASKS (sizeof submasks / sizeof *submasks)

static uint64_t open_of(uint64_t psw_mask, uint64_t cr0)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct si_masks masks = { .open = { 0 } };

    si_enabled_init(&masks);
    cpu.psw_mask = psw_mask;
    cpu.cr[0] = cr0;
    return si_enabled_open(&masks, &cpu);
}

/* CR6: ISC 0 is bit 32; CR14: channel report .35 to warning .39. */
static void io_and_machine_checks(void **state)
{
    struct si_masks masks = { .open = { 0 } };

    (void)state;
    si_enabled_init(&masks);
    for (unsigned bit = 0; bit < 64; bit++) {
        struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
        uint64_t io = bit >= 24 && bit < 32 ? SI_BIT(bit - 24 + 2) : 0;
        uint64_t check = bit >= 24 && bit < 29 ? SI_BIT(bit - 24 + 26) : 0;

        cpu.cr[0] = 0;
        cpu.cr[6] = SI_BIT(bit);
        cpu.cr[14] = SI_BIT(bit);
        cpu.psw_mask = PSW_64;
        assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS);
        cpu.psw_mask = PSW_64 | PSW_IO;
        assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS | io);
        cpu.psw_mask = PSW_64 | PSW_MACHINE_CHECK;
        assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS | check);
        cpu.psw_mask |= PSW_IO | PSW_EXTERNAL;
        assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS | io | check);
    }
}

/* All of CR0, one bit at a time. */
static void every_bit(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t cr0 = SI_BIT(bit), expected = 0;

        for (size_t i = 0; i < SUBMASKS; i++)
            if (submasks[i].cr0 == cr0)
                expected = submasks[i].open;
        assert_int_equal(open_of(PSW_64 | PSW_EXTERNAL, cr0),
                         ALWAYS | expected);
        assert_int_equal(open_of(PSW_64, cr0), ALWAYS);
        assert_int_equal(open_of(PSW_64 | PSW_IO | PSW_WAIT, cr0), ALWAYS);
    }
}

static void every_combination(void **state)
{
    (void)state;
    for (unsigned choice = 0; choice < 1u << SUBMASKS; choice++) {
        uint64_t cr0 = 0, expected = ALWAYS;

        for (size_t i = 0; i < SUBMASKS; i++)
            if (choice & 1u << i) {
                cr0 |= submasks[i].cr0;
                expected |= submasks[i].open;
            }
        assert_int_equal(open_of(PSW_64 | PSW_EXTERNAL, cr0), expected);
    }
}

/* What is remembered of CR0 is not used for another CR0. */
static void memory(void **state)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct si_masks masks = { .open = { 0 } };

    (void)state;
    si_enabled_init(&masks);
    cpu.psw_mask = PSW_64 | PSW_EXTERNAL;
    for (unsigned round = 0; round < 3; round++)
        for (size_t i = 0; i < SUBMASKS; i++) {
            cpu.cr[0] = submasks[i].cr0;
            assert_int_equal(si_enabled_open(&masks, &cpu),
                             ALWAYS | submasks[i].open);
            cpu.psw_mask ^= PSW_EXTERNAL;
            cpu.cr[0] = 0;
            assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS);
            cpu.psw_mask ^= PSW_EXTERNAL;
            assert_int_equal(si_enabled_open(&masks, &cpu), ALWAYS);
        }
}

/* PSW bit 7 first; CR0 counts once the PSW is open. */
static void intercepts(void **state)
{
    static const struct {
        uint64_t psw_mask;
        uint64_t masked;
        uint32_t intercepts;
    } rows[] = {
        { PSW_64, 0, 0 },
        { PSW_64 | PSW_EXTERNAL, 0, 0 },
        { PSW_64, SI_BIT(SI_CLASS_EMERGENCY_SIGNAL),
          S390IRQ_INTERCEPT_PSW_EXTERNAL },
        { PSW_64 | PSW_EXTERNAL, SI_BIT(SI_CLASS_EMERGENCY_SIGNAL),
          S390IRQ_INTERCEPT_CR0 },
        { PSW_64 | PSW_EXTERNAL,
          SI_BIT(SI_CLASS_VIRTIO) | SI_BIT(SI_CLASS_WARNING_TRACK),
          S390IRQ_INTERCEPT_CR0 },
        { PSW_64 | PSW_IO,
          SI_BIT(SI_CLASS_SERVICE_SIGNAL) | SI_BIT(SI_CLASS_EXTERNAL_CALL),
          S390IRQ_INTERCEPT_PSW_EXTERNAL },
        { PSW_64, ALWAYS, 0 },
        { PSW_64, SI_BIT(SI_CLASS_IO_3), S390IRQ_INTERCEPT_PSW_IO },
        { PSW_64 | PSW_IO, SI_BIT(SI_CLASS_IO_3), S390IRQ_INTERCEPT_CR6 },
        { PSW_64, SI_BIT(SI_CLASS_WARNING),
          S390IRQ_INTERCEPT_PSW_MACHINE_CHECK },
        { PSW_64 | PSW_MACHINE_CHECK, SI_BIT(SI_CLASS_WARNING),
          S390IRQ_INTERCEPT_CR14 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

        cpu.psw_mask = rows[i].psw_mask;
        assert_int_equal(si_enabled_intercepts(rows[i].masked, &cpu),
                         rows[i].intercepts);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "enabled: every bit of CR0", every_bit, NULL, NULL, NULL },
        { "enabled: every bit of CR6 and CR14", io_and_machine_checks, NULL,
          NULL, NULL },
        { "enabled: every combination of submasks", every_combination, NULL,
          NULL, NULL },
        { "enabled: what is remembered follows CR0", memory, NULL, NULL, NULL },
        { "enabled: what to intercept", intercepts, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
