/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Loss-free delivery of machine checks (decisions.md section 5, V-11): each
 * access of guest storage fails in turn.
 */
#include "fake.h"

#include "checks.h"

#define KIND S390IRQ_KIND_MACHINE_CHECK

static struct fake *open_without_ram(void)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct fake *fake = fake_open(&options);

    fake_odd_cpu(&fake->cpu[0].cpu);
    check_boot(fake, 0, CHECK_OPEN, CR14_WARNING, S390IRQ_RUN);
    fake_store(fake, fake_prefix(0) + LOWCORE_EXTENDED_SAVE_AREA, 8, 0x800b);
    return fake;
}

static void pend_all(struct fake *fake)
{
    struct s390irq_interruption record =
        check_record(S390IRQ_MCIC_PROCESSING_DAMAGE | S390IRQ_MCIC_WARNING |
                     S390IRQ_MCIC_FAILING_ADDRESS |
                     S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_EXTERNAL_CODE);

    record.u.machine_check.failing_address = 0x3000;
    record.u.machine_check.external_damage = 0x77;
    record.u.machine_check.flags = S390IRQ_MACHINE_CHECK_LOGOUT;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record), 0);
    assert_int_equal(check_inject_floating(fake, check_conditions(0x07)), 0);
}

static int is_extended(const struct fake_access *access)
{
    return access->absolute >= 0x8000 && access->absolute < 0x9000;
}

static int costs_validity_only(struct fake *fake, unsigned at)
{
    const struct fake_access *access = &fake->access[at];

    return is_extended(access) ||
           access->absolute == fake_prefix(0) + LOWCORE_EXTENDED_SAVE_AREA;
}

/* V-11: each access fails in turn; nothing is lost, taken or half switched. */
static void loss_free(void **state)
{
    const uint64_t conditions =
        S390IRQ_MCIC_PROCESSING_DAMAGE | check_conditions(0x1f) |
        S390IRQ_MCIC_FAILING_ADDRESS | S390IRQ_MCIC_EXTERNAL_CODE;
    const uint64_t extended = UINT64_C(0x4008000000);
    unsigned accesses = 0, lossless = 0;

    (void)state;
    for (unsigned fail_at = 0; fail_at <= accesses; fail_at++) {
        struct fake *fake = open_without_ram();
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_cpu before = cpu->cpu;
        struct fake_snapshot *view;

        pend_all(fake);
        view = fake_snapshot(fake);
        fake->accesses = 0;
        fake->fail_at = fail_at;
        if (fake_deliver(fake, 0) == S390IRQ_E_GUEST_MEMORY) {
            assert_int_equal(cpu->report.fault_address, fake->failed_absolute);
            assert_int_equal(cpu->report.taken, 0);
            assert_memory_equal(&cpu->cpu, &before, sizeof before);
            assert_true(fake_attention(fake, 0));
            fake_assert_unchanged(fake, view);
            fake->fail_at = 0;
            check_presents(fake, 0, conditions | extended);
        } else {
            assert_int_equal(cpu->report.taken, 1);
            if (fail_at) {
                assert_true(costs_validity_only(fake, fail_at - 1));
                lossless++;
            } else {
                accesses = fake->accesses;
            }
            free(view);
        }
        assert_int_equal(cpu->cpu.psw_address, 0x101e0);
        fake_assert_psw(fake, fake_prefix(0) + LOWCORE_MACHINE_CHECK_OLD,
                        CHECK_OPEN, 0x5000);
        assert_int_equal(
            check_local_count(fake, 0) + check_floating_count(fake), 0);
        assert_int_equal(fake_counter(fake, KIND).taken, 6);
        fake_assert_counters(fake);
        fake_close(fake);
    }
    /* The designation, vectors, guarded storage. */
    assert_int_equal(lossless, 3);
}

/* A store into the extended save area that fails costs its bit. */
static void extended_store_fails(void **state)
{
    static const uint64_t without[] = { UINT64_C(0x4008000000),
                                        UINT64_C(0x4000000000),
                                        UINT64_C(0x0008000000) };
    unsigned met = 0;

    (void)state;
    for (unsigned fail_at = 1; met < 3; fail_at++) {
        struct fake *fake = open_without_ram();

        assert_true(fail_at < FAKE_ACCESSES);
        pend_all(fake);
        fake->accesses = 0;
        fake->fail_at = fail_at;
        if (fake_deliver(fake, 0) == S390IRQ_RUN) {
            assert_int_equal(check_code(fake, 0) & UINT64_C(0x4008000000),
                             UINT64_C(0x4008000000) & ~without[met]);
            met++;
        }
        fake_close(fake);
    }
}

/* A floating one for a sleeping CPU: after the failure another takes it. */
static void loss_free_asleep(void **state)
{
    unsigned accesses = 1, failures = 0;

    (void)state;
    for (unsigned fail_at = 0; fail_at <= accesses; fail_at++) {
        struct fake_options options = { .cpus = 2,
                                        .hooks =
                                            FAKE_USUAL | FAKE_HOOK_MEMORY };
        struct fake *fake = fake_open(&options);
        int answer;

        check_boot(fake, 0, CHECK_WAITING, CR14_EVERY, S390IRQ_WAIT);
        assert_int_equal(check_inject_floating(fake, check_conditions(0x1f)),
                         0);
        fake->accesses = 0;
        fake->fail_at = fail_at;
        answer = fake_deliver(fake, 0);
        if (!fail_at)
            accesses = fake->accesses;
        fake->fail_at = 0;
        if (answer < 0) {
            failures++;
            assert_int_equal(check_floating_count(fake), CHECK_GROUPS);
            fake->cpu[1].cpu.cr[14] = CR14_EVERY;
            fake_start(fake, 1, CHECK_OPEN, 0);
            check_presents(fake, 1, check_conditions(0x1f));
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        }
        assert_int_equal(fake_counter(fake, KIND).taken, CHECK_GROUPS);
        assert_int_equal(check_floating_count(fake), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
    /* All but the designation of the extended save area. */
    assert_int_equal(failures, accesses - 1);
    assert_true(accesses > 8);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-11 loss-free: each access of a machine check fails", loss_free,
          NULL, NULL, NULL },
        { "V-11 loss-free: a machine check for a sleeping CPU",
          loss_free_asleep, NULL, NULL, NULL },
        { "machine check: a failing extended store costs its bit",
          extended_store_fails, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
