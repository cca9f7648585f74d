/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The transaction-diagnostic block (PoP ch. 5, transactional execution): a
 * program interruption with code bit 0x200 stores what the host gives.
 */
#include "fake.h"

#include "checks.h"

static void transaction_block(void **state)
{
    static const unsigned hooks[] = { 0, FAKE_HOOK_MEMORY };

    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct fake_options options = {
            .cpus = 1,
            .hooks = (FAKE_USUAL | hooks[i & 1]) &
                     ~(i & 4 ? FAKE_HOOK_TRANSACTION : 0u),
        };
        struct fake *fake = fake_open(&options);
        struct s390irq_program program = { .code = i & 2 ? 0x207 : 7,
                                           .ilc = 4 };
        uint64_t block = fake_prefix(0) + LOWCORE_TRANSACTION_BLOCK;
        int there = (i & 2) && !(i & 4);

        check_boot(fake, 0, CHECK_OPEN, 0, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_program(fake->cpu[0].vcpu, &program), 0);
        if (i & 1 && i & 2) {
            fake->accesses = 0;
            fake->fail_at = 4;
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
            fake->fail_at = 0;
        }
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        for (unsigned at = 0; at < 256; at++)
            assert_int_equal(fake_load(fake, block + at, 1),
                             there ? fake_transaction(0, at) : 0);
        assert_int_equal(fake_load(fake, block + 256, 8), 0);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_PROGRAM_CODE, 2),
            program.code);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void transaction_block_prepared(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_program program = { .code = 0x207, .ilc = 4 };

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_program(fake->cpu[0].vcpu, &program), 0);
    assert_int_equal(check_prepare(fake, 0), 1);
    assert_int_equal(check_plan.block_count, 1);
    assert_int_equal(check_plan.block[0].absolute,
                     fake_prefix(0) + LOWCORE_TRANSACTION_BLOCK);
    assert_int_equal(check_plan.block[0].length, 256);
    assert_int_equal(check_plan.block[0].bytes[255], fake_transaction(0, 255));
    check_commit(fake, 0);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "program: the transaction-diagnostic block", transaction_block, NULL,
          NULL, NULL },
        { "program: the transaction-diagnostic block in a plan",
          transaction_block_prepared, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
