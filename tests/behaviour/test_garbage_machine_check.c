/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine checks, stop records and register structures with everything wrong
 * that can be: a named error, and nothing that can be seen has changed.
 */
#include "checks.h"

#define TAIL 8

/* One injected somewhere, which has to be refused. */
static void refused(struct fake *fake, const struct s390irq_interruption *what,
                    int floating)
{
    struct fake_snapshot *before = fake_snapshot(fake);
    int answer = floating ? s390irq_vm_inject(fake->vm, what)
                          : s390irq_vcpu_inject(fake->cpu[0].vcpu, what);

    assert_int_equal(answer, S390IRQ_E_INVALID);
    fake_assert_unchanged(fake, before);
}

static struct fake *machine(void)
{
    struct fake *fake = fake_usual(2);

    check_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
    assert_int_equal(check_inject_floating(fake, S390IRQ_MCIC_WARNING), 0);
    return fake;
}

/* Every bit of a record in turn: the record is refused or is still good. */
static void every_bit(void **state)
{
    const struct s390irq_interruption good =
        check_record(S390IRQ_MCIC_CHANNEL_REPORT);
    struct fake *fake = machine();
    unsigned bad_bits = 0;

    (void)state;
    for (unsigned bit = 16; bit < 8 * sizeof good; bit++) {
        struct s390irq_interruption record = good;

        ((uint8_t *)&record)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (s390irq_interruption_check(&record) == 0)
            continue;
        assert_int_equal(s390irq_interruption_check(&record),
                         S390IRQ_E_INVALID);
        refused(fake, &record, 0);
        refused(fake, &record, 1);
        bad_bits++;
    }
    /*
     * Good are 18 more conditions (not the code, which needs its damage) and
     * the flag, for a logout of zeros.
     */
    assert_int_equal(bad_bits, 8 * sizeof good - 16 - 18 - 1);
    fake_close(fake);
}

static void nonsense(void **state)
{
    static const struct s390irq_interruption rows[] = {
        { .kind = S390IRQ_KIND_MACHINE_CHECK },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = S390IRQ_MCIC_BACKED_UP },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = UINT64_MAX },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_WARNING,
                               .failing_address = 1 } },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_EXTERNAL_DAMAGE,
                               .external_damage = 1 } },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_WARNING |
                                             S390IRQ_MCIC_EXTERNAL_CODE } },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_WARNING,
                               .logout = { [15] = 1 } } },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_WARNING,
                               .flags = 3 } },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_WARNING,
                               .reserved = 1 } },
        { .kind = S390IRQ_KIND_STOP, .parameter = 2 },
        { .kind = S390IRQ_KIND_STOP, .parameter = 0x80000000 },
        { .kind = S390IRQ_KIND_STOP, .parameter = 1, .source = 1 },
        { .kind = S390IRQ_KIND_STOP, .parameter = 1, .u.reserved = { 1 } },
    };
    struct fake *fake = machine();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        refused(fake, &rows[i], 0);
        refused(fake, &rows[i], 1);
    }
    fake_close(fake);
}

static void structure_sizes(void **state)
{
    struct {
        struct s390irq_registers registers;
        uint8_t tail[TAIL];
    } newer, untouched;
    static const struct {
        uint32_t size;
        uint8_t tail;
        int answer;
    } rows[] = {
        { 0, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { 1, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { sizeof(struct s390irq_registers) - 4, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { sizeof newer, 1, S390IRQ_E_STRUCT_TOO_NEW },
        { sizeof newer, 0x80, S390IRQ_E_STRUCT_TOO_NEW },
    };
    struct fake *fake = machine();
    struct s390irq_vcpu *vcpu = fake->cpu[1].vcpu;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);

        memset(&newer, 0, sizeof newer);
        newer.registers.size = rows[i].size;
        newer.tail[TAIL - 1] = rows[i].tail;
        untouched = newer;
        assert_int_equal(s390irq_vcpu_get_registers(vcpu, &newer.registers),
                         rows[i].answer);
        assert_memory_equal(&newer, &untouched, sizeof newer);
        fake_assert_unchanged(fake, before);
    }
    memset(&newer, 0, sizeof newer);
    newer.registers.size = sizeof newer;
    assert_int_equal(s390irq_vcpu_get_registers(vcpu, &newer.registers), 0);
    assert_int_equal(newer.registers.size, sizeof newer);
    fake_close(fake);
}

/* Both CPUs are looked at; none of it is seen by them. */
static void null_and_numbers(void **state)
{
    struct fake *fake = machine();
    struct s390irq_registers registers = S390IRQ_REGISTERS_INIT;
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    assert_int_equal(s390irq_vcpu_get_registers(NULL, NULL), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_get_registers(NULL, &registers),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[0].vcpu, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_set_dispatched(NULL, 0), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_set_dispatched(NULL, INT32_MIN),
                     S390IRQ_E_INVALID);
    fake_assert_unchanged(fake, before);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "garbage: every bit of a machine check", every_bit, NULL, NULL,
          NULL },
        { "garbage: machine checks and stops without sense", nonsense, NULL,
          NULL, NULL },
        { "garbage: sizes of the registers", structure_sizes, NULL, NULL,
          NULL },
        { "garbage: registers and dispatched of nobody", null_and_numbers, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
