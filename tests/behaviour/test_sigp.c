/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGNAL PROCESSOR (PoP ch. 4; decisions.md section 8): each order in each
 * state of its target, condition code and status.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

/* What the target, CPU 0, is doing. */
enum target {
    RUNNING,
    ASLEEP,
    STOPPED,
    CHECK_STOPPED,
    STOP_OUTSTANDING,
    RESTART_OUTSTANDING,
    RESET_OUTSTANDING,
    TARGETS
};

#define CC(cc, status) \
    {                  \
        cc, status     \
    }
#define ANY   CC(0, 0), CC(0, 0)
#define CHECK CC(1, S390IRQ_STATUS_CHECK_STOP)
#define BUSY  CC(2, 0), CC(2, 0), CC(2, 0)

/* By target: running, asleep, stopped, check-stop, and the three busy ones. */
static const struct {
    const char *name;
    uint32_t order;
    uint64_t parameter;
    struct {
        int cc;
        uint32_t status;
    } answer[TARGETS];
} rows[] = {
    { "SIGP sense",
      S390IRQ_SIGP_SENSE,
      0,
      { ANY, CC(1, S390IRQ_STATUS_STOPPED), CHECK, BUSY } },
    { "SIGP external call",
      S390IRQ_SIGP_EXTERNAL_CALL,
      0,
      { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP emergency signal",
      S390IRQ_SIGP_EMERGENCY_SIGNAL,
      0,
      { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP start", S390IRQ_SIGP_START, 0, { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP stop", S390IRQ_SIGP_STOP, 0, { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP restart", S390IRQ_SIGP_RESTART, 0, { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP stop and store status",
      S390IRQ_SIGP_STOP_AND_STORE_STATUS,
      0,
      { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP store status at address",
      S390IRQ_SIGP_STORE_STATUS,
      0x4000,
      { CC(1, S390IRQ_STATUS_INCORRECT_STATE),
        CC(1, S390IRQ_STATUS_INCORRECT_STATE), CC(0, 0), CHECK, BUSY } },
    { "SIGP store additional status",
      S390IRQ_SIGP_STORE_ADDITIONAL,
      0x4000,
      { CC(1, S390IRQ_STATUS_INCORRECT_STATE),
        CC(1, S390IRQ_STATUS_INCORRECT_STATE), CC(0, 0), CHECK, BUSY } },
    { "SIGP initial CPU reset",
      S390IRQ_SIGP_INITIAL_CPU_RESET,
      0,
      { ANY, CC(0, 0), CC(0, 0), ANY, CC(0, 0) } },
    { "SIGP CPU reset",
      S390IRQ_SIGP_CPU_RESET,
      0,
      { ANY, CC(0, 0), CC(0, 0), ANY, CC(0, 0) } },
    { "SIGP set prefix",
      S390IRQ_SIGP_SET_PREFIX,
      0x4000,
      { CC(1, S390IRQ_STATUS_INCORRECT_STATE),
        CC(1, S390IRQ_STATUS_INCORRECT_STATE), CC(0, 0), CHECK, BUSY } },
    { "SIGP set prefix, no storage",
      S390IRQ_SIGP_SET_PREFIX,
      0x7fffe000,
      { CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER), CHECK, BUSY } },
    { "SIGP set architecture",
      S390IRQ_SIGP_SET_ARCHITECTURE,
      1,
      { CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER),
        CC(1, S390IRQ_STATUS_INVALID_PARAMETER) } },
    { "SIGP conditional emergency",
      S390IRQ_SIGP_CONDITIONAL_EMERGENCY,
      0,
      { ANY, CC(0, 0), CHECK, BUSY } },
    { "SIGP sense running status",
      S390IRQ_SIGP_SENSE_RUNNING_STATUS,
      0,
      { ANY, CC(1, S390IRQ_STATUS_NOT_RUNNING),
        CC(1, S390IRQ_STATUS_NOT_RUNNING), BUSY } },
    { "SIGP order 0",
      0,
      0,
      { CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER),
        CC(1, S390IRQ_STATUS_INVALID_ORDER) } },
};

static struct fake *target_in_state(enum target target)
{
    struct fake *fake = fake_usual(3);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
    if (target == STOPPED) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        return fake;
    }
    if (target == ASLEEP) {
        fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
        return fake;
    }
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    if (target == CHECK_STOPPED) {
        assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    } else if (target == STOP_OUTSTANDING) {
        assert_int_equal(fake_sigp(fake, 2, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    } else if (target == RESTART_OUTSTANDING) {
        assert_int_equal(fake_sigp(fake, 2, 0, S390IRQ_SIGP_RESTART, 0, NULL),
                         0);
    } else if (target == RESET_OUTSTANDING) {
        assert_int_equal(fake_sigp(fake, 2, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL),
                         0);
    }
    return fake;
}

/* One order against every state; only the low parts of its operands count. */
static void order(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;

    for (unsigned target = 0; target < TARGETS; target++) {
        for (unsigned high = 0; high < 2; high++) {
            struct fake *fake = target_in_state(target);
            uint32_t status = 0x5a5a5a5a;
            int expected = rows[row].answer[target].cc;
            int cc = fake_sigp(fake, 1, 0, rows[row].order | high * 0xabcd00,
                               rows[row].parameter |
                                   high * UINT64_C(0xdead000000000000),
                               &status);

            if (cc != expected)
                fail_msg("target %u: cc %d, should be %d", target, cc,
                         expected);
            assert_int_equal(status, cc == 1 ? rows[row].answer[target].status
                                             : 0x5a5a5a5a);
            fake_assert_counters(fake);
            fake_close(fake);
        }
    }
}

static void refused_orders_change_nothing(void **state)
{
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        for (unsigned target = 0; target < TARGETS; target++) {
            struct fake *fake;
            struct fake_snapshot *before;
            uint32_t status;

            if (rows[row].answer[target].cc == 0)
                continue;
            fake = target_in_state(target);
            before = fake_snapshot(fake);
            assert_int_equal(fake_sigp(fake, 1, 0, rows[row].order,
                                       rows[row].parameter, &status),
                             rows[row].answer[target].cc);
            fake_assert_unchanged(fake, before);
            fake_close(fake);
        }
    }
}

static void no_such_cpu_first(void **state)
{
    static const uint32_t targets[] = { 3, 4095, 4096, 0xffff, UINT32_MAX };
    struct fake_options options = { .cpus = 4, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake_create_vm(fake);
    for (uint32_t i = 0; i < 3; i++)
        fake_create_cpu(fake, i);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        for (uint32_t code = 0; code < 256; code++) {
            uint32_t status = 0x5a;
            int cc = fake_sigp(fake, 0, targets[i], code, 0, &status);

            if (code == S390IRQ_SIGP_SET_ARCHITECTURE) {
                assert_int_equal(cc, 1);
                assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
            } else {
                assert_int_equal(cc, 3);
                assert_int_equal(status, 0x5a);
            }
        }
    }
    fake_close(fake);
}

static void unknown_orders(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    for (uint32_t code = 0; code < 256; code++) {
        uint32_t status = 0;
        int known = 0;

        for (size_t row = 0; row < sizeof rows / sizeof *rows - 1; row++)
            known |= rows[row].order == code;
        if (known)
            continue;
        assert_int_equal(fake_sigp(fake, 0, 1, code, 0, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_INVALID_ORDER);
    }
    fake_close(fake);
}

static void sense_adds_up(void **state)
{
    struct fake *fake = fake_usual(2);
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (int i = 0; i < 2; i++) {
        int again = fake_sigp(fake, 1, i, S390IRQ_SIGP_EXTERNAL_CALL, 0, NULL);

        assert_int_equal(again, 0);
        assert_int_equal(
            fake_sigp(fake, 1, i, S390IRQ_SIGP_EXTERNAL_CALL, 0, &status), 1);
        assert_int_equal(status, S390IRQ_STATUS_EXTERNAL_CALL_PENDING);
        assert_int_equal(fake_sigp(fake, 1, i, S390IRQ_SIGP_SENSE, 0, &status),
                         1);
        assert_int_equal(status, S390IRQ_STATUS_EXTERNAL_CALL_PENDING |
                                     (i ? S390IRQ_STATUS_STOPPED : 0));
    }
    fake_assert_counters(fake);
    fake_close(fake);
}

static void outstanding_orders_end(void **state)
{
    struct fake *fake = fake_usual(2);
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101a0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_STOPPED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_INITIAL_CPU_RESET, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].cpu.psw_mask, 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    fake_close(fake);
}

/* Whoever asks what has become of the CPU must not be told "busy" for ever. */
static void check_stop_with_a_stop_outstanding(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_CHECK_STOP);
    assert_int_equal(s390irq_vcpu_start(vcpu, NULL), S390IRQ_E_STATE);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* STOP to a sleeping CPU is posted and wakes it. */
static void stop_of_a_sleeper(void **state)
{
    struct fake *fake = fake_usual(2);
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].cpu.psw_mask, WAITING);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_STOPPED);
    /* Started again it waits on, at the same place. */
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(fake_wakes(fake, 0), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    fake_close(fake);
}

static void orders_to_itself(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL | CR0_EXTERNAL_CALL,
              S390IRQ_RUN);
    assert_int_equal(fake_sigp(fake, 0, 0, S390IRQ_SIGP_SENSE, 0, NULL), 0);
    assert_int_equal(
        fake_sigp(fake, 0, 0, S390IRQ_SIGP_SENSE_RUNNING_STATUS, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 0, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(
        fake_sigp(fake, 0, 0, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, NULL), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(
        fake_sigp(fake, 0, 0, S390IRQ_SIGP_SET_PREFIX, 0x4000, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_INCORRECT_STATE);
    assert_int_equal(fake_sigp(fake, 0, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.psw_address, 0x101a0);
    assert_int_equal(fake_sigp(fake, 0, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_OPERATING);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(
        fake_sigp(fake, 0, 0, S390IRQ_SIGP_INITIAL_CPU_RESET, 0, NULL), 0);
    assert_int_equal(cpu->cpu.cr[0], CR0_EMERGENCY_SIGNAL | CR0_EXTERNAL_CALL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->cpu.cr[0], 0xe0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* V-7: what the TARGET is doing decides. */
static void conditional_emergency(void **state)
{
    const uint64_t both = PSW_64 | PSW_EXTERNAL | PSW_IO;
    const struct {
        uint64_t psw, address;
        uint16_t primary, secondary, asn;
        int cc;
    } targets[] = {
        { both, 0x5000, 3, 4, 5, 1 },
        { both, 0x5000, 3, 4, 3, 0 },
        { both, 0x5000, 3, 4, 4, 0 },
        { both & ~PSW_IO, 0x5000, 3, 4, 5, 0 },
        { both & ~PSW_EXTERNAL, 0x5000, 3, 4, 5, 0 },
        { both, 0, 3, 4, 5, 1 },
        { both | PSW_WAIT, 0, 3, 4, 5, 1 },
        { both | PSW_WAIT, 0, 3, 4, 3, 1 },
        { both | PSW_WAIT, 0x5000, 3, 4, 5, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct fake *fake = fake_usual(2);
        struct fake_cpu *cpu = &fake->cpu[0];
        uint32_t status = 0;
        int cc;

        cpu->cpu.cr[4] = 0x77770000u | targets[i].primary;
        cpu->cpu.cr[3] = 0x77770000u | targets[i].secondary;
        fake_start(fake, 0, targets[i].psw, 0);
        cpu->cpu.psw_address = targets[i].address;
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(fake_deliver(fake, 0), targets[i].psw & PSW_WAIT
                                                    ? S390IRQ_WAIT
                                                    : S390IRQ_RUN);
        cc = fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY,
                       targets[i].asn, &status);
        if (cc != targets[i].cc)
            fail_msg("target %zu: cc %d", i, cc);
        assert_int_equal(status, cc ? S390IRQ_STATUS_INCORRECT_STATE : 0);
        assert_int_equal(fake_pending(fake, 0),
                         cc ? 0 : 1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
        fake_close(fake);
    }
}

static void conditional_emergency_follows_the_masks(void **state)
{
    const uint64_t both = PSW_64 | PSW_EXTERNAL | PSW_IO;
    struct fake *fake = fake_usual(2);
    uint32_t status = 0;

    (void)state;
    fake->cpu[0].cpu.cr[4] = 3;
    fake->cpu[0].cpu.cr[3] = 4;
    fake_boot(fake, 0, both, 0, S390IRQ_RUN);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, &status),
        1);
    fake_load_masks(fake, 0, PSW_64, 0);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, NULL), 0);
    fake_close(fake);
}

/* A stale view may only err towards accepted: parked registers count too. */
static void conditional_emergency_and_parked_registers(void **state)
{
    const uint64_t both = PSW_64 | PSW_EXTERNAL | PSW_IO;
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    uint32_t status = 0;

    (void)state;
    fake_start(fake, 0, both | PSW_WAIT, 0);
    cpu->cpu.psw_address = 0;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, &status),
        1);
    cpu->cpu.psw_mask &= ~PSW_IO;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, NULL), 0);
    fake_close(fake);
}

/* ... and so does the PSW that a commit has loaded. */
static void conditional_emergency_after_a_commit(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_EXTERNAL | PSW_IO, CR0_INTERRUPT_KEY,
              S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, &status),
        1);
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    memcpy(plan.new_psw, fake->ram + plan.new_psw_absolute, 16);
    assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &plan), 0);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_CONDITIONAL_EMERGENCY, 5, NULL), 0);
    fake_close(fake);
}

/* The lowest 32 bits of CPU 1's registers change by orders of CPU 0 only. */
static void set_prefix_on_a_stopped_cpu(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_cpu before;

    (void)state;
    fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(fake_sigp(fake, 0, 1, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_STOPPED);
    before = fake->cpu[1].cpu;
    assert_int_equal(
        fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX, 0x6000, NULL), 0);
    assert_int_equal(fake->cpu[1].cpu.prefix, before.prefix);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, &cpu), 0);
    before.prefix = 0x6000;
    assert_memory_equal(&cpu, &before, sizeof cpu);
    assert_int_equal(fake_sigp(fake, 0, 1, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_true(fake->cpu[1].report.changed & S390IRQ_CHANGED_PREFIX);
    fake_assert_psw(fake, 0x6000 + LOWCORE_RESTART_OLD, OPEN, 0x5000);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void a_closed_vm_is_busy(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(
        fake_sigp(fake, 0, 1, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, NULL), 2);
    assert_int_equal(fake_sigp(fake, 0, 1, S390IRQ_SIGP_EXTERNAL_CALL, 0, NULL),
                     2);
    assert_int_equal(fake_pending(fake, 1), 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static const struct CMUnitTest others[] = {
    { "SIGP: what is refused changes nothing", refused_orders_change_nothing,
      NULL, NULL, NULL },
    { "SIGP: no such CPU comes first", no_such_cpu_first, NULL, NULL, NULL },
    { "SIGP: unknown orders", unknown_orders, NULL, NULL, NULL },
    { "SIGP: sense adds external call and stopped", sense_adds_up, NULL, NULL,
      NULL },
    { "SIGP: busy ends when the order is done", outstanding_orders_end, NULL,
      NULL, NULL },
    { "SIGP: check-stop with a stop outstanding",
      check_stop_with_a_stop_outstanding, NULL, NULL, NULL },
    { "SIGP: stop of a sleeping CPU", stop_of_a_sleeper, NULL, NULL, NULL },
    { "SIGP: orders to itself", orders_to_itself, NULL, NULL, NULL },
    { "SIGP: conditional emergency looks at its target", conditional_emergency,
      NULL, NULL, NULL },
    { "SIGP: conditional emergency follows the masks",
      conditional_emergency_follows_the_masks, NULL, NULL, NULL },
    { "SIGP: conditional emergency and parked registers",
      conditional_emergency_and_parked_registers, NULL, NULL, NULL },
    { "SIGP: conditional emergency after a commit",
      conditional_emergency_after_a_commit, NULL, NULL, NULL },
    { "SIGP: set prefix on a stopped CPU", set_prefix_on_a_stopped_cpu, NULL,
      NULL, NULL },
    { "SIGP: a closed VM is busy to its guest", a_closed_vm_is_busy, NULL, NULL,
      NULL },
};

#define ROWS   (sizeof rows / sizeof *rows)
#define OTHERS (sizeof others / sizeof *others)

int main(void)
{
    static struct CMUnitTest tests[ROWS + OTHERS];

    for (size_t i = 0; i < ROWS; i++) {
        tests[i].name = rows[i].name;
        tests[i].test_func = order;
        tests[i].initial_state = (void *)(uintptr_t)i;
    }
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
