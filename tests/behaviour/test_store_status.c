/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGP store status at address (PoP ch. 4; decisions.md section 8), and what
 * all orders that store a status have in common.
 */
#include "status.h"

/* Bits of the parameter that do not count; the low nine and bit 32. */
static void at_an_address(void **state)
{
    static const uint64_t parameters[] = {
        0x4000, 0x41ff, 0x80004001, UINT64_C(0xffffffff80004000), 0, 0x6e00,
    };
    static const unsigned hooks[] = { 0, FAKE_HOOK_MEMORY };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof parameters / sizeof *parameters; i++) {
        struct fake *fake = status_machine(FAKE_USUAL | hooks[i % 2], 0);
        uint64_t address = parameters[i / 2] & 0x7ffffe00;
        uint8_t *expected = status_storage(fake);
        uint32_t status;

        status_lay(fake, expected + address);
        assert_int_equal(
            status_order(fake, AT_ADDRESS, parameters[i / 2], &status), 0);
        assert_int_equal(status, 0x5a);
        status_assert_storage(fake, expected);
        assert_int_equal(atomic_load(&fake->dirty_pages),
                         hooks[i % 2] ? 0 : 1u << (address >> 12));
        assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                         S390IRQ_STATE_STOPPED);
        fake_close(fake);
    }
}

/* Of the parked copy: what others did to the CPU shows. */
static void of_the_parked_registers(void **state)
{
    struct fake *fake = status_stopped();
    struct fake_cpu *cpu = &fake->cpu[0];
    uint8_t *expected;
    uint32_t status;

    (void)state;
    cpu->cpu.cr[9] = 0x99;
    cpu->cpu.psw_address = 0x98765432;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_sigp(fake, STATUS_SENDER, 0, S390IRQ_SIGP_SET_PREFIX,
                               0x6000, NULL),
                     0);
    cpu->cpu.prefix = 0x6000;
    expected = status_storage(fake);
    status_lay(fake, expected + 0x4000);
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 0);
    status_assert_storage(fake, expected);
    fake_close(fake);
}

/* Of a CPU that never ran: an initial CPU reset and zeros. */
static void of_a_new_cpu(void **state)
{
    static const struct s390irq_registers none = S390IRQ_REGISTERS_INIT;
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;
    struct fake *fake = fake_usual(2);
    struct fake_saved saved = { .cpu = &initial, .registers = &none, .psw = 1 };
    uint8_t *expected;
    uint32_t status;

    (void)state;
    fake_fill(fake->ram, fake->ram_size);
    expected = status_storage(fake);
    fake_lay_save_area(expected + 0x4000, &saved);
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 0);
    status_assert_storage(fake, expected);
    fake_close(fake);
}

/* The CPU timer at the time of the stop, to the unit. */
static void cpu_timer_stands_still(void **state)
{
    static const uint32_t codes[] = { AT_ADDRESS, STOP_AND_STORE };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct fake *fake = status_machine(FAKE_USUAL, 1);
        struct fake_cpu *cpu = &fake->cpu[0];
        uint64_t place = i ? 0x1200 : 0x4000;
        uint32_t status;

        cpu->cpu.cpu_timer = 1000;
        cpu->cpu.cpu_timer_since_tod = FAKE_TOD_START;
        atomic_fetch_add(&fake->tod, 400);
        if (i)
            assert_int_equal(status_order(fake, STOP_AND_STORE, 0, &status), 0);
        else
            assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_true(cpu->report.changed & S390IRQ_CHANGED_TIMERS);
        atomic_fetch_add(&fake->tod, 5000);
        assert_int_equal(status_order(fake, codes[i], 0x4000, &status), 0);
        assert_int_equal(fake_load(fake, place + 0x128, 8), 600);
        assert_int_equal(cpu->cpu.cpu_timer, 600);
        assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->cpu.cpu_timer_since_tod, FAKE_TOD_START + 5400);
        fake_close(fake);
    }
}

/* Each store fails in turn, or there is no such storage at all. */
static void no_storage(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL | FAKE_HOOK_MEMORY, 0);
    unsigned accesses;
    uint32_t status;

    (void)state;
    fake->accesses = 0;
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 0);
    accesses = fake->accesses;
    for (unsigned i = 1; i <= accesses; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);

        fake->accesses = 0;
        fake->fail_at = i;
        assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
        fake->fail_at = 0;
        fake_assert_unchanged(fake, before);
    }
    assert_int_equal(status_order(fake, AT_ADDRESS, fake->ram_size, &status),
                     1);
    assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
    fake_close(fake);
    fake = status_stopped();
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x7ffffe00, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
    assert_int_equal(atomic_load(&fake->dirty_pages), 0);
    fake_close(fake);
}

/* The state is looked at before the address, unlike set prefix. */
static void state_before_address(void **state)
{
    static const uint32_t codes[] = { AT_ADDRESS, ADDITIONAL };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct fake *fake = status_machine(FAKE_USUAL, 1);
        uint32_t status;

        assert_int_equal(status_order(fake, codes[i], 0x7ffffe01, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_INCORRECT_STATE);
        fake_check_stop(fake, 0);
        assert_int_equal(status_order(fake, codes[i], 0x7ffffe01, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_CHECK_STOP);
        fake_close(fake);
    }
}

/* Reset while it slept: busy until its owner has said what it has. */
static void busy_until_its_owner_came_by(void **state)
{
    static const uint32_t codes[] = { AT_ADDRESS, STOP_AND_STORE, ADDITIONAL };

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        struct fake *fake = fake_usual(2);
        struct fake_snapshot *before;
        uint8_t *storage;
        uint32_t status;

        fake_boot(fake, 0, STATUS_OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[0].vcpu,
                               i < 3 ? S390IRQ_RESET_CPU : S390IRQ_RESET_CLEAR),
            0);
        before = fake_snapshot(fake);
        storage = status_storage(fake);
        assert_int_equal(status_order(fake, codes[i % 3], 0x4000, &status),
                         i < 3 ? 2 : 0);
        if (i < 3) {
            status_assert_storage(fake, storage);
            fake_assert_unchanged(fake, before);
            /* Its owner has been woken, so that this ends. */
            assert_true(fake_attention(fake, 0));
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
            assert_int_equal(status_order(fake, codes[i], 0x4000, &status), 0);
        } else {
            free(storage);
            free(before);
        }
        fake_close(fake);
    }
}

/* Lost registers are not stored as if they were there. */
static void lost_registers(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL, 1);
    uint32_t status;

    (void)state;
    fake->cpu[0].registers_lost = 1;
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 2);
    fake->cpu[0].registers_lost = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(status_order(fake, AT_ADDRESS, 0x4000, &status), 0);
    fake_close(fake);
}

/* Without the hook nothing is stored; other answers come first. */
static void without_hook(void **state)
{
    static const uint32_t codes[] = { AT_ADDRESS, STOP_AND_STORE, ADDITIONAL };
    const unsigned hooks = FAKE_USUAL & ~FAKE_HOOK_REGISTERS;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct fake *fake = status_machine(hooks, 0);
        struct fake_snapshot *before = fake_snapshot(fake);
        uint8_t *storage = status_storage(fake);
        uint32_t status;

        assert_int_equal(status_order(fake, codes[i], 0x4000, &status),
                         S390IRQ_E_UNSUPPORTED);
        assert_int_equal(status, 0x5a);
        assert_int_equal(
            fake_sigp(fake, STATUS_SENDER, 9, codes[i], 0, &status), 3);
        status_assert_storage(fake, storage);
        fake_assert_unchanged(fake, before);
        fake_close(fake);
        fake = status_machine(hooks, 1);
        assert_int_equal(status_order(fake, codes[i], 0x4000, &status),
                         codes[i] == STOP_AND_STORE ? S390IRQ_E_UNSUPPORTED
                                                    : 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_close(fake);
    }
}

/* No lock is held: every call on the target answers, at once. */
static void touch_the_target(struct fake *fake, const char *hook,
                             struct fake_cpu *cpu)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;

    (void)cpu;
    if (strcmp(hook, "write") != 0)
        return;
    (*(unsigned *)fake->during_argument)++;
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &registers), 0);
    assert_true(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1) >= 0);
    assert_true(s390irq_queue_count(s390irq_vcpu_queue(fake->cpu[0].vcpu)));
}

static void no_lock_while_storing(void **state)
{
    static const uint32_t codes[] = { AT_ADDRESS, STOP_AND_STORE, ADDITIONAL };

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct fake *fake = status_machine(FAKE_USUAL | FAKE_HOOK_MEMORY, 0);
        unsigned writes = 0;
        uint32_t status;

        fake->during = touch_the_target;
        fake->during_argument = &writes;
        assert_int_equal(status_order(fake, codes[i],
                                      0x400b & ~(i == 2 ? 0u : 0xfu), &status),
                         0);
        fake->during = NULL;
        assert_true(writes >= 2);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "store status: at an address, and nothing else", at_an_address, NULL,
          NULL, NULL },
        { "store status: of the parked registers", of_the_parked_registers,
          NULL, NULL, NULL },
        { "store status: of a CPU that never ran", of_a_new_cpu, NULL, NULL,
          NULL },
        { "store status: the CPU timer of the stop", cpu_timer_stands_still,
          NULL, NULL, NULL },
        { "store status: each store fails", no_storage, NULL, NULL, NULL },
        { "store status: the state before the address", state_before_address,
          NULL, NULL, NULL },
        { "store status: busy until the owner came by",
          busy_until_its_owner_came_by, NULL, NULL, NULL },
        { "store status: lost registers are busy, not zero", lost_registers,
          NULL, NULL, NULL },
        { "store status: not without the registers hook", without_hook, NULL,
          NULL, NULL },
        { "H-19 no lock is held while a status is stored",
          no_lock_while_storing, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
