/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks as a guest sees them (PoP ch. 11; decisions.md V-1 to V-5,
 * V-30): masks, what is presented together, and what is stored.
 */
#include "fake.h"

#include "checks.h"

#define KIND S390IRQ_KIND_MACHINE_CHECK

/* Everything pends in one place; each of the 32 masks lets its own through. */
static void every_mask(int floating)
{
    for (unsigned mask = 0; mask < 1u << CHECK_GROUPS; mask++) {
        struct fake *fake = fake_usual(1);

        check_boot(fake, 0, CHECK_OPEN, check_submasks(mask), S390IRQ_RUN);
        if (floating)
            assert_int_equal(
                check_inject_floating(fake, check_conditions(0x1f)), 0);
        else
            assert_int_equal(check_inject(fake, 0, check_conditions(0x1f)), 0);
        assert_int_equal(fake_attention(fake, 0), mask != 0);
        check_presents(fake, 0, check_conditions(mask));
        assert_int_equal(check_local_count(fake, 0) +
                             check_floating_count(fake),
                         CHECK_GROUPS - check_members(mask));
        /* The rest is not lost. */
        check_load_cr14(fake, 0, CHECK_OPEN, CR14_EVERY);
        check_presents(fake, 0, check_conditions(0x1f & ~mask));
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void local_subclasses(void **state)
{
    (void)state;
    every_mask(0);
}

static void floating_subclasses(void **state)
{
    (void)state;
    every_mask(1);
}

/* External, timing, service-processor, channel-subsystem damage: one mask. */
static void damage_shares_a_submask(void **state)
{
    static const uint64_t conditions[] = {
        S390IRQ_MCIC_EXTERNAL_DAMAGE,
        S390IRQ_MCIC_TIMING_DAMAGE,
        S390IRQ_MCIC_SERVICE_PROCESSOR,
        S390IRQ_MCIC_CHANNEL_SUBSYSTEM,
    };

    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct fake *fake = fake_usual(1);

        check_boot(fake, 0, CHECK_OPEN, CR14_EVERY & ~CR14_EXTERNAL_DAMAGE,
                   S390IRQ_RUN);
        if (i < 4)
            assert_int_equal(check_inject(fake, 0, conditions[i]), 0);
        else
            assert_int_equal(check_inject_floating(fake, conditions[i - 4]), 0);
        check_presents(fake, 0, 0);
        check_load_cr14(fake, 0, CHECK_OPEN, CR14_EXTERNAL_DAMAGE);
        check_presents(fake, 0, conditions[i % 4]);
        fake_close(fake);
    }
}

/* One interruption for what is enabled in both places, the rest stays. */
static void enabled_ones_together(void **state)
{
    (void)state;
    for (unsigned local = 0; local < 1u << CHECK_GROUPS; local += 3) {
        for (unsigned floating = 0; floating < 1u << CHECK_GROUPS;
             floating += 2) {
            for (unsigned mask = 1; mask < 1u << CHECK_GROUPS; mask += 5) {
                struct fake *fake = fake_usual(1);
                unsigned taken = check_members(local & mask) +
                                 check_members(floating & mask);

                check_boot(fake, 0, CHECK_OPEN, check_submasks(mask),
                           S390IRQ_RUN);
                if (local)
                    assert_int_equal(
                        check_inject(fake, 0, check_conditions(local)), 0);
                if (floating)
                    assert_int_equal(
                        check_inject_floating(fake, check_conditions(floating)),
                        0);
                check_presents(fake, 0,
                               check_conditions((local | floating) & mask));
                assert_int_equal(check_local_count(fake, 0),
                                 check_members(local & ~mask));
                assert_int_equal(check_floating_count(fake),
                                 check_members(floating & ~mask));
                assert_int_equal(fake_counter(fake, KIND).taken, taken);
                assert_int_equal(fake_counter(fake, KIND).injected,
                                 check_members(local) +
                                     check_members(floating));
                fake_assert_counters(fake);
                fake_close(fake);
            }
        }
    }
}

static void exigent_takes_all(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 1u << CHECK_GROUPS; mask++) {
        struct fake *fake = fake_usual(2);

        check_boot(fake, 0, CHECK_OPEN, check_submasks(mask), S390IRQ_RUN);
        assert_int_equal(check_inject(fake, 0, check_conditions(0x15)), 0);
        assert_int_equal(check_inject_floating(fake, check_conditions(0x1a)),
                         0);
        assert_int_equal(check_inject(fake, 1, check_conditions(0x1f)), 0);
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
        check_presents(fake, 0,
                       S390IRQ_MCIC_SYSTEM_DAMAGE | check_conditions(0x1f));
        assert_int_equal(check_local_count(fake, 0), 0);
        assert_int_equal(check_floating_count(fake), 0);
        /* Another CPU's own are its own. */
        assert_int_equal(check_local_count(fake, 1), CHECK_GROUPS);
        assert_int_equal(fake_counter(fake, KIND).taken, 7);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* PoP ch. 6, priority: exigent, SVC, program, repressible, external. */
static void priority(void **state)
{
    static const unsigned order[] = {
        0x1e0, 0x1c0, 0x1d0, 0x1e0, 0x1b0, 0x1a0
    };
    struct fake *fake = fake_usual(2);
    unsigned taken = 0;

    (void)state;
    check_boot(fake, 0, PSW_64, CR14_EVERY, S390IRQ_RUN);
    for (unsigned offset = 0x1a0; offset <= 0x1f0; offset += 0x10)
        fake_new_psw(fake, 0, offset, CHECK_OPEN | PSW_EXTERNAL,
                     0x10000 + offset);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE), 0);
    check_load_cr14(fake, 0, CHECK_OPEN | PSW_EXTERNAL, CR14_EVERY);
    fake->events = 0;
    /* A repressible one comes after the exigent one was taken. */
    for (;;) {
        struct s390irq_plan plan = { .size = sizeof plan };
        int rc =
            s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan);

        if (rc == 0)
            break;
        assert_int_equal(rc, 1);
        assert_true(taken < sizeof order / sizeof *order);
        assert_int_equal(plan.new_psw_absolute & 0x1fff, order[taken]);
        memcpy(plan.new_psw, fake->ram + plan.new_psw_absolute, 16);
        assert_int_equal(
            s390irq_vcpu_commit(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan),
            0);
        if (taken++ == 0)
            assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING),
                             0);
    }
    assert_int_equal(taken, sizeof order / sizeof *order);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* A restart of a stopped CPU is first; its new PSW decides on the rest. */
static void restart_first(void **state)
{
    (void)state;
    for (int open = 0; open < 2; open++) {
        struct fake *fake = fake_usual(2);

        fake->cpu[0].cpu.prefix = fake_prefix(0);
        assert_int_equal(
            s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
        fake_new_psw(fake, 0, LOWCORE_RESTART_NEW, open ? CHECK_OPEN : PSW_64,
                     0x7000);
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
        assert_int_equal(s390irq_vcpu_restart(fake->cpu[0].vcpu), 0);
        if (open) {
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            assert_int_equal(fake->cpu[0].report.taken, 2);
            fake_assert_psw(fake, fake_prefix(0) + LOWCORE_MACHINE_CHECK_OLD,
                            CHECK_OPEN, 0x7000);
        } else {
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
            assert_int_equal(fake->cpu[0].report.taken, 1);
            assert_int_equal(fake->cpu[0].cpu.psw_address, 0x7000);
        }
        fake_close(fake);
    }
}

/* The bytes of a whole prefix area, with the library's own registers. */
static void stores_and_nothing_else(void **state)
{
    static const unsigned hooks[] = { 0, FAKE_HOOK_MEMORY, FAKE_HOOK_LOWCORE };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct fake_options options = { .cpus = 1,
                                        .hooks = FAKE_USUAL | hooks[i] };
        struct fake *fake = fake_open(&options);
        struct fake_cpu *cpu = &fake->cpu[0];
        uint8_t *area = fake->ram + fake_prefix(0);
        uint8_t expected[LOWCORE_SIZE];
        struct s390irq_cpu before;
        struct fake_check check = {
            .code = S390IRQ_MCIC_CHANNEL_REPORT | CHECK_VALID,
            .saved = { .cpu = &before, .registers = &cpu->registers },
        };

        fake_odd_cpu(&cpu->cpu);
        check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
        memset(area + 0x1200, 0x5a, 0x200);
        cpu->cpu.psw_address = 0x5432;
        before = cpu->cpu;
        check.saved.cpu_timer = before.cpu_timer;
        memcpy(expected, area, sizeof expected);
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_CHANNEL_REPORT), 0);
        check_presents(fake, 0, S390IRQ_MCIC_CHANNEL_REPORT);
        fake_lay_machine_check(expected, &check);
        fake_assert_bytes("prefix area", area, expected, sizeof expected);
        assert_int_equal(atomic_load(&cpu->register_reads), 1);
        fake_close(fake);
    }
}

/* Interrupted registers are not changed but for the PSW. */
static void only_the_psw_changes(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_cpu before;

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE), 0);
    before = fake->cpu[0].cpu;
    check_presents(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE);
    assert_int_equal(fake->cpu[0].report.changed, S390IRQ_CHANGED_PSW);
    before.psw_mask = fake->cpu[0].cpu.psw_mask;
    before.psw_address = fake->cpu[0].cpu.psw_address;
    assert_memory_equal(&before, &fake->cpu[0].cpu, sizeof before);
    fake_close(fake);
}

/* Validity is what was stored, whatever hooks there are. */
static void validity(void **state)
{
    (void)state;
    for (int lost = 0; lost < 3; lost++) {
        struct fake_options options = {
            .cpus = 1,
            .hooks = FAKE_USUAL & ~(lost == 2 ? FAKE_HOOK_REGISTERS : 0u),
        };
        struct fake *fake = fake_open(&options);
        uint64_t real = fake_prefix(0);

        fake->cpu[0].registers_lost = lost;
        check_boot(fake, 0, CHECK_OPEN, CR14_EVERY, S390IRQ_RUN);
        memset(fake->ram + real + 0x1200, 0x5a, 0x200);
        fake_store(fake, real + LOWCORE_EXTENDED_SAVE_AREA, 8, 0x4000);
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        assert_int_equal(check_code(fake, 0),
                         S390IRQ_MCIC_WARNING |
                             (lost ? CHECK_VALID & ~UINT64_C(0x1840000000)
                                   : CHECK_VALID | UINT64_C(0x4000000000)));
        for (unsigned at = 0x1200; at < 0x1400; at += 8)
            if (at < 0x1300 || (at >= 0x1340 && at < 0x1380))
                assert_int_equal(fake_load(fake, real + at, 8) ==
                                     0x5a5a5a5a5a5a5a5a,
                                 lost != 0);
        assert_int_equal(atomic_load(&fake->dirty_pages) != 0, !lost);
        fake_close(fake);
    }
}

/* A record cannot claim validity: it is refused. */
static void validity_is_not_injected(void **state)
{
    struct fake *fake = fake_usual(1);
    const uint64_t conditions = UINT64_C(0xedf2f0a0a0080000);

    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t one = UINT64_C(1) << bit;
        int good = (conditions & one) && one != S390IRQ_MCIC_EXTERNAL_CODE;
        int outcome = check_inject(fake, 0, S390IRQ_MCIC_WARNING | one);

        assert_int_equal(outcome < 0, !good);
        if (!good)
            assert_int_equal(outcome, S390IRQ_E_INVALID);
    }
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-2 every local subclass has its own submask", local_subclasses,
          NULL, NULL, NULL },
        { "V-5 every floating subclass has its own submask",
          floating_subclasses, NULL, NULL, NULL },
        { "V-2 the kinds of damage share one submask", damage_shares_a_submask,
          NULL, NULL, NULL },
        { "V-3 only what is enabled is presented, from both places",
          enabled_ones_together, NULL, NULL, NULL },
        { "V-3 an exigent one takes all the others with it", exigent_takes_all,
          NULL, NULL, NULL },
        { "machine check: its places in the priority", priority, NULL, NULL,
          NULL },
        { "machine check: restart of a stopped CPU comes first", restart_first,
          NULL, NULL, NULL },
        { "machine check: a whole prefix area", stores_and_nothing_else, NULL,
          NULL, NULL },
        { "machine check: only the PSW changes", only_the_psw_changes, NULL,
          NULL, NULL },
        { "V-30 validity is what was stored", validity, NULL, NULL, NULL },
        { "V-30 validity is not taken from the injector",
          validity_is_not_injected, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
