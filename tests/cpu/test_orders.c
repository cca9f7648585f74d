/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/orders.c: start, stop, restart, reset and set prefix. */
#include "fake.h"

#include "cpu/orders.h"
#include "cpu/park.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)
#define STOP    SI_BIT(SI_CLASS_STOP)
#define RESTART SI_BIT(SI_CLASS_RESTART)
#define PREFIX  0x6000

/* What a CPU can be in when an order comes. */
enum {
    STOPPED,
    RUNNING,
    ASLEEP,
    CHECK_STOPPED,
    SITUATIONS
};

static void put_into(struct fake *fake, int situation)
{
    if (situation == RUNNING)
        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    if (situation == ASLEEP)
        fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    if (situation == CHECK_STOPPED) {
        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    }
    atomic_store(&fake->cpu[0].wakes, 0);
}

static int order_start(struct s390irq_vcpu *vcpu)
{
    return si_orders_start(vcpu, NULL);
}

static int order_start_with_registers(struct s390irq_vcpu *vcpu)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    return si_orders_start(vcpu, &cpu);
}

static int order_set_prefix(struct s390irq_vcpu *vcpu)
{
    return si_orders_set_prefix(vcpu, PREFIX);
}

static const struct {
    const char *name;
    int (*order)(struct s390irq_vcpu *vcpu);
    int outcome[SITUATIONS];
    uint64_t bits[SITUATIONS]; /* that pend then */
} rows[] = {
    { "start", order_start, { 0, 0, 0, SI_ORDER_CHECK_STOP }, { 0 } },
    { "start with registers",
      order_start_with_registers,
      { 0, SI_ORDER_STATE, SI_ORDER_STATE, SI_ORDER_CHECK_STOP },
      { 0 } },
    { "stop",
      si_orders_stop,
      { 0, 0, 0, SI_ORDER_CHECK_STOP },
      { 0, STOP, STOP, 0 } },
    { "restart",
      si_orders_restart,
      { 0, 0, 0, SI_ORDER_CHECK_STOP },
      { RESTART | SI_LOCAL_RESTART_FIRST, RESTART, RESTART, 0 } },
    { "set prefix",
      order_set_prefix,
      { 0, SI_ORDER_STATE, SI_ORDER_STATE, SI_ORDER_CHECK_STOP },
      { 0 } },
};

#define ROWS (sizeof rows / sizeof *rows)

static void every_situation(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS * SITUATIONS; i++) {
        int situation = (int)(i % SITUATIONS);
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        int outcome;

        put_into(fake, situation);
        outcome = rows[i / SITUATIONS].order(vcpu);
        if (outcome != rows[i / SITUATIONS].outcome[situation])
            fail_msg("%s, situation %d: %d", rows[i / SITUATIONS].name,
                     situation, outcome);
        assert_int_equal(si_local_load(&vcpu->local) &
                             (SI_LOCAL_CLASSES | SI_LOCAL_RESTART_FIRST),
                         rows[i / SITUATIONS].bits[situation]);
        assert_int_equal(si_orders_outstanding(vcpu),
                         rows[i / SITUATIONS].bits[situation] != 0);
        /* The lock is free again, whatever the outcome. */
        assert_true(si_lock_try(&vcpu->local.lock));
        si_lock_release(&vcpu->local.lock);
        fake_close(fake);
    }
}

/* While one is outstanding all others are busy, the resets excepted. */
static void outstanding(void **state)
{
    static int (*const first[])(struct s390irq_vcpu *) = { si_orders_stop,
                                                           si_orders_restart };

    (void)state;
    for (size_t i = 0; i < 2 * ROWS; i++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        uint64_t word;

        put_into(fake, RUNNING);
        assert_int_equal(first[i % 2](vcpu), 0);
        word = si_local_load(&vcpu->local);
        assert_int_equal(rows[i / 2].order(vcpu), SI_ORDER_BUSY);
        assert_int_equal(si_local_load(&vcpu->local), word);
        si_orders_reset(vcpu, S390IRQ_RESET_CPU);
        assert_int_equal(rows[i / 2].order(vcpu), SI_ORDER_BUSY);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_false(si_orders_outstanding(vcpu));
        assert_int_equal(rows[i / 2].order(vcpu), 0);
        fake_close(fake);
    }
}

/* T-5: a CPU in motion is busy; the sender never waits for it. */
static void in_motion(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    si_lock_take(&vcpu->local.lock);
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(rows[i].order(vcpu), SI_ORDER_BUSY);
    si_lock_release(&vcpu->local.lock);
    assert_int_equal(si_machine_state(vcpu), S390IRQ_STATE_STOPPED);
    fake_close(fake);
}

/* A restart that was injected into a stopped CPU pends, and is no order. */
static void restart_that_only_pends(void **state)
{
    struct s390irq_interruption restart = fake_record(S390IRQ_KIND_RESTART);
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    assert_int_equal(s390irq_vcpu_inject(vcpu, &restart), S390IRQ_QUEUED);
    assert_false(si_orders_outstanding(vcpu));
    assert_int_equal(si_machine_state(vcpu), S390IRQ_STATE_STOPPED);
    assert_int_equal(si_orders_restart(vcpu), 0);
    assert_true(si_orders_outstanding(vcpu));
    assert_int_equal(si_machine_state(vcpu), S390IRQ_STATE_OPERATING);
    assert_int_equal(
        atomic_load(&vcpu->local.tally[S390IRQ_KIND_RESTART].coalesced), 1);
    fake_close(fake);
}

static void set_prefix(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    assert_int_equal(si_orders_set_prefix(vcpu, PREFIX), 0);
    assert_int_equal(vcpu->copy.prefix, PREFIX);
    assert_false(si_orders_outstanding(vcpu));
    assert_int_equal(fake_all_wakes(fake), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].cpu.prefix, PREFIX);
    assert_int_equal(fake->cpu[0].report.changed, S390IRQ_CHANGED_PREFIX);
    fake_close(fake);
}

/* Everything that no other reset may leave behind. */
static void reset_in_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * SITUATIONS; i++) {
        uint32_t kind = S390IRQ_RESET_CPU + (uint32_t)(i % 3);
        static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_cpu expected;

        put_into(fake, i / 3);
        expected = i / 3 == STOPPED ? initial : cpu->cpu;
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EXTERNAL_CALL));
        si_orders_reset(vcpu, kind);
        assert_int_equal(si_orders_outstanding(vcpu), i / 3 == RUNNING);
        assert_int_equal(si_machine_state(vcpu), i / 3 == RUNNING
                                                     ? S390IRQ_STATE_OPERATING
                                                     : S390IRQ_STATE_STOPPED);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(cpu->report.taken, 0);
        assert_int_equal(fake_pending(fake, 0), 0);
        if (kind != S390IRQ_RESET_CPU)
            expected = initial;
        assert_memory_equal(&cpu->cpu, &expected, sizeof expected);
        assert_int_equal((cpu->report.changed & S390IRQ_CHANGED_CLEAR) != 0,
                         kind == S390IRQ_RESET_CLEAR);
        assert_false(si_orders_outstanding(vcpu));
        /* And it starts again, from check-stop too. */
        assert_int_equal(si_orders_start(vcpu, NULL), 0);
        assert_int_equal(fake_deliver(fake, 0) == S390IRQ_CHECK_STOP, 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Of two resets that are posted the stronger one is carried out, once. */
static void two_resets(void **state)
{
    static const struct {
        uint32_t first;
        uint32_t second;
        uint32_t changed;
        uint64_t cr0;
    } pairs[] = {
        { S390IRQ_RESET_CPU, S390IRQ_RESET_CPU, 0, CR0_EVERY_EXTERNAL },
        { S390IRQ_RESET_INITIAL, S390IRQ_RESET_CPU, 0, 0xe0 },
        { S390IRQ_RESET_CPU, S390IRQ_RESET_INITIAL, 0, 0xe0 },
        { S390IRQ_RESET_CLEAR, S390IRQ_RESET_INITIAL, S390IRQ_CHANGED_CLEAR,
          0xe0 },
        { S390IRQ_RESET_CPU, S390IRQ_RESET_CLEAR, S390IRQ_CHANGED_CLEAR, 0xe0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_cpu *cpu = &fake->cpu[0].cpu;

        put_into(fake, RUNNING);
        assert_int_equal(si_orders_take_reset(vcpu, cpu), 0);
        assert_int_equal(si_machine_state(vcpu), S390IRQ_STATE_OPERATING);
        si_orders_reset(vcpu, pairs[i].first);
        si_orders_reset(vcpu, pairs[i].second);
        assert_int_equal(si_orders_take_reset(vcpu, cpu) &
                             S390IRQ_CHANGED_CLEAR,
                         pairs[i].changed);
        assert_int_equal(cpu->cr[0], pairs[i].cr0);
        assert_int_equal(si_machine_state(vcpu), S390IRQ_STATE_STOPPED);
        assert_int_equal(si_orders_take_reset(vcpu, cpu), 0);
        fake_close(fake);
    }
}

/* The CPU timer stands still from the stop to the start. */
static void cpu_timer(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    put_into(fake, RUNNING);
    cpu->cpu.cpu_timer = 1000;
    cpu->cpu.cpu_timer_since_tod = FAKE_TOD_START;
    assert_int_equal(si_orders_stop(cpu->vcpu), 0);
    atomic_store(&fake->tod, FAKE_TOD_START + 100);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->vcpu->copy.cpu_timer, 900);
    atomic_store(&fake->tod, FAKE_TOD_START + 5000);
    assert_int_equal(si_orders_start(cpu->vcpu, NULL), 0);
    atomic_store(&fake->tod, FAKE_TOD_START + 5010);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.cpu_timer, 900);
    assert_int_equal(cpu->cpu.cpu_timer_since_tod, FAKE_TOD_START + 5000);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 5901);
    fake_close(fake);
}

/* A stop by record: busy only while a stop pends. */
static void stop_by_record(void **state)
{
    static const int outcomes[SITUATIONS] = {
        S390IRQ_COALESCED,
        S390IRQ_QUEUED,
        S390IRQ_QUEUED,
        S390IRQ_E_STATE,
    };

    (void)state;
    for (int situation = 0; situation < SITUATIONS; situation++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

        put_into(fake, situation);
        assert_int_equal(si_orders_request_stop(vcpu, NULL),
                         outcomes[situation]);
        if (outcomes[situation] == S390IRQ_QUEUED)
            assert_int_equal(si_orders_request_stop(vcpu, NULL), S390IRQ_BUSY);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "orders: every order in every situation", every_situation, NULL, NULL,
          NULL },
        { "orders: busy while one is outstanding", outstanding, NULL, NULL,
          NULL },
        { "T-5 orders: a CPU in motion is busy", in_motion, NULL, NULL, NULL },
        { "orders: a restart that only pends", restart_that_only_pends, NULL,
          NULL, NULL },
        { "orders: set prefix", set_prefix, NULL, NULL, NULL },
        { "orders: resets in every situation", reset_in_every_situation, NULL,
          NULL, NULL },
        { "orders: two resets", two_resets, NULL, NULL, NULL },
        { "orders: the CPU timer of a stopped CPU", cpu_timer, NULL, NULL,
          NULL },
        { "orders: a stop by record", stop_by_record, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
