/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The check-stop state (PoP ch. 11; decisions.md V-1): how it is entered, who
 * is told, and that only a reset leaves it.
 */
#include "fake.h"

#include "checks.h"

#define CLOSED (PSW_64 | PSW_EXTERNAL)
#define ALERT  S390IRQ_KIND_MALFUNCTION_ALERT

static void assert_check_stopped(struct fake *fake, uint32_t address)
{
    assert_int_equal(s390irq_vcpu_state(fake->cpu[address].vcpu),
                     S390IRQ_STATE_CHECK_STOP);
}

/* The two ways in. */
enum {
    EXIGENT,
    BY_OWNER,
    WAYS
};

static void provoke(struct fake *fake, uint32_t address, int way)
{
    if (way == BY_OWNER)
        assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[address].vcpu), 0);
    else
        assert_int_equal(
            check_inject(fake, address, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
}

static void enter(struct fake *fake, uint32_t address, int way)
{
    provoke(fake, address, way);
    assert_int_equal(fake_deliver(fake, address), S390IRQ_CHECK_STOP);
    assert_int_equal(fake->cpu[address].report.taken, 0);
    assert_check_stopped(fake, address);
}

/* Which alerts pend at a CPU, as bits by source. */
static unsigned alerts(struct fake *fake, uint32_t address)
{
    struct s390irq_interruption list[16];
    size_t count = 16;
    unsigned sources = 0;

    assert_int_equal(
        s390irq_queue_list(s390irq_vcpu_queue(fake->cpu[address].vcpu), list,
                           &count),
        0);
    for (size_t i = 0; i < count; i++)
        if (list[i].kind == ALERT)
            sources |= 1u << list[i].source;
    return sources;
}

/* CPU 2 of six, in company of every state. */
static struct fake *company(void)
{
    struct fake *fake = fake_usual(6);

    fake_boot(fake, 5, CLOSED, 0, S390IRQ_RUN);
    fake_check_stop(fake, 5);
    fake_boot(fake, 0, CLOSED, CR0_MALFUNCTION_ALERT, S390IRQ_RUN);
    fake_boot(fake, 1, CLOSED | PSW_WAIT, CR0_MALFUNCTION_ALERT, S390IRQ_WAIT);
    fake_boot(fake, 2, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_boot(fake, 3, CLOSED | PSW_WAIT, CR0_EMERGENCY_SIGNAL, S390IRQ_WAIT);
    assert_int_equal(fake_deliver(fake, 4), S390IRQ_STOPPED);
    return fake;
}

static void alerts_everybody_else(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct fake *fake = company();
        struct s390irq_cpu before = fake->cpu[2].cpu;

        enter(fake, 2, way);
        assert_memory_equal(&fake->cpu[2].cpu, &before, sizeof before);
        for (uint32_t i = 0; i < 6; i++)
            assert_int_equal(alerts(fake, i), i == 2 ? 0 : 1u << 2);
        /* Told are those that are open for it. */
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_wakes(fake, 1), 1);
        assert_int_equal(fake_wakes(fake, 3), 0);
        assert_int_equal(fake_wakes(fake, 4), 0);
        assert_int_equal(fake_wakes(fake, 5), 0);
        for (uint32_t i = 0; i < 2; i++) {
            assert_int_equal(fake_deliver(fake, i), S390IRQ_RUN);
            assert_int_equal(fake->cpu[i].report.taken_kinds, 1u << ALERT);
            assert_int_equal(
                fake_load(fake, fake_prefix(i) + LOWCORE_EXTERNAL_CODE, 2),
                EXTERNAL_MALFUNCTION_ALERT);
            assert_int_equal(
                fake_load(fake, fake_prefix(i) + LOWCORE_EXTERNAL_CPU, 2), 2);
        }
        /* Once, and never again for the same state. */
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_CHECK_STOP);
        assert_int_equal(alerts(fake, 0), 0);
        assert_int_equal(fake_counter(fake, ALERT).injected, 5 + 5);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void told_meanwhile(struct fake *fake, const char *hook,
                           struct fake_cpu *cpu)
{
    unsigned *told = fake->during_argument;

    if (strcmp(hook, "wake") != 0)
        return;
    assert_int_equal(cpu->address, 1);
    /* The state is entered before anybody is told of it. */
    assert_check_stopped(fake, 0);
    (*told)++;
}

static void told_after_the_state(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct fake *fake = fake_usual(2);
        unsigned told = 0;

        fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
        fake_boot(fake, 1, CLOSED | PSW_WAIT, CR0_MALFUNCTION_ALERT,
                  S390IRQ_WAIT);
        fake->during = told_meanwhile;
        fake->during_argument = &told;
        enter(fake, 0, way);
        fake->during = NULL;
        assert_int_equal(told, 1);
        fake_close(fake);
    }
}

/* CPUs that are not plugged are not told, later ones neither. */
static void empty_slots(void **state)
{
    struct fake_options options = { .cpus = 4, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    fake_create_cpu(fake, 3);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[3].vcpu), 0);
    fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
    enter(fake, 0, EXIGENT);
    fake_create_cpu(fake, 2);
    fake_create_cpu(fake, 3);
    assert_int_equal(alerts(fake, 1), 1);
    assert_int_equal(alerts(fake, 2), 0);
    assert_int_equal(alerts(fake, 3), 0);
    fake_close(fake);
}

static void closed_vm(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
    provoke(fake, 0, EXIGENT);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(alerts(fake, 1), 0);
    assert_int_equal(fake_counter(fake, ALERT).refused, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Only what is exigent, only while PSW bit 13 is zero. */
static void when(void **state)
{
    static const struct {
        uint64_t conditions;
        uint64_t psw_mask;
        int answer;
    } rows[] = {
        { S390IRQ_MCIC_SYSTEM_DAMAGE, PSW_64, S390IRQ_CHECK_STOP },
        { S390IRQ_MCIC_PROCESSING_DAMAGE, PSW_64, S390IRQ_CHECK_STOP },
        { S390IRQ_MCIC_PROCESSING_DAMAGE, PSW_64 | PSW_EXTERNAL | PSW_IO,
          S390IRQ_CHECK_STOP },
        { S390IRQ_MCIC_PROCESSING_DAMAGE, PSW_64 | PSW_WAIT,
          S390IRQ_CHECK_STOP },
        { S390IRQ_MCIC_SYSTEM_DAMAGE, CHECK_OPEN, S390IRQ_RUN },
        { S390IRQ_MCIC_SYSTEM_DAMAGE, CHECK_WAITING, S390IRQ_RUN },
        { UINT64_C(0x25e0000000000000), PSW_64, S390IRQ_RUN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(2);

        fake->cpu[0].cpu.psw_mask = rows[i].psw_mask;
        check_boot(fake, 0, rows[i].psw_mask, 0,
                   rows[i].psw_mask == CHECK_WAITING ? S390IRQ_WAIT
                   : rows[i].psw_mask == (PSW_64 | PSW_WAIT)
                       ? S390IRQ_WAIT_DISABLED
                       : S390IRQ_RUN);
        assert_int_equal(check_inject(fake, 0, rows[i].conditions), 0);
        assert_int_equal(fake_deliver(fake, 0), rows[i].answer);
        assert_int_equal(alerts(fake, 1), rows[i].answer == S390IRQ_CHECK_STOP);
        fake_close(fake);
    }
}

/* The handler of one runs closed when the next comes. */
static void second_one_in_its_handler(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    check_boot(fake, 0, CHECK_OPEN, 0, S390IRQ_RUN);
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE), 0);
    check_presents(fake, 0, S390IRQ_MCIC_PROCESSING_DAMAGE);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    fake_close(fake);
}

/* Told however masked the CPU is; opened in time, it is taken. */
static void attention(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    check_boot(fake, 0, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    check_boot(fake, 1, PSW_64, 0, S390IRQ_RUN);
    provoke(fake, 0, EXIGENT);
    assert_int_equal(fake_wakes(fake, 0), 1);
    provoke(fake, 1, EXIGENT);
    assert_true(fake_attention(fake, 1));
    check_load_cr14(fake, 1, CHECK_OPEN, 0);
    check_presents(fake, 1, S390IRQ_MCIC_SYSTEM_DAMAGE);
    fake_close(fake);
}

/* What cannot be taken goes before everything that could be. */
static void goes_before_the_rest(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    enter(fake, 0, EXIGENT);
    assert_int_equal(fake_pending(fake, 0),
                     1u << S390IRQ_KIND_SUPERVISOR_CALL |
                         1u << S390IRQ_KIND_INTERRUPT_KEY |
                         1u << S390IRQ_KIND_MACHINE_CHECK);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Everything but a reset leaves the CPU where it is. */
static void nothing_else_leaves_it(void **state)
{
    static const uint32_t orders[] = {
        S390IRQ_SIGP_EXTERNAL_CALL,
        S390IRQ_SIGP_EMERGENCY_SIGNAL,
        S390IRQ_SIGP_START,
        S390IRQ_SIGP_STOP,
        S390IRQ_SIGP_RESTART,
        S390IRQ_SIGP_STOP_AND_STORE_STATUS,
        S390IRQ_SIGP_SET_PREFIX,
        S390IRQ_SIGP_STORE_STATUS,
        S390IRQ_SIGP_CONDITIONAL_EMERGENCY,
        S390IRQ_SIGP_STORE_ADDITIONAL,
    };

    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu;

        fake_boot(fake, 0, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        vcpu = fake->cpu[0].vcpu;
        enter(fake, 0, way);
        for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
            uint32_t status = 0;

            assert_int_equal(fake_sigp(fake, 1, 0, orders[i], 0x4000, &status),
                             1);
            assert_int_equal(status, S390IRQ_STATUS_CHECK_STOP);
        }
        assert_int_equal(s390irq_vcpu_start(vcpu, NULL), S390IRQ_E_STATE);
        assert_int_equal(s390irq_vcpu_stop(vcpu), S390IRQ_E_STATE);
        assert_int_equal(s390irq_vcpu_restart(vcpu), S390IRQ_E_STATE);
        assert_int_equal(s390irq_vcpu_kick(vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_WARNING), 0);
        fake->cpu[0].cpu.psw_mask = CHECK_OPEN;
        assert_int_equal(s390irq_vcpu_set_cpu(vcpu, &fake->cpu[0].cpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
        assert_check_stopped(fake, 0);
        fake_close(fake);
    }
}

static void reset_leaves_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3 * WAYS; i++) {
        struct fake *fake = fake_usual(2);
        struct s390irq_vcpu *vcpu;

        fake_boot(fake, 0, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        vcpu = fake->cpu[0].vcpu;
        enter(fake, 0, (int)i / 3);
        assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU + i % 3),
                         0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(fake_pending(fake, 0), 0);
        /* Gone for good: it starts, and is not check-stopped again. */
        assert_int_equal(s390irq_vcpu_start(vcpu, NULL), 0);
        assert_true(fake_deliver(fake, 0) <= S390IRQ_WAIT_DISABLED);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* A reset that comes first takes the reason away. */
static void reset_before_it_is_entered(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct fake *fake = fake_usual(2);

        fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
        provoke(fake, 0, way);
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(alerts(fake, 1), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        fake_close(fake);
    }
}

/* A stop that was outstanding is over: the CPU is not busy for ever. */
static void outstanding_stop(void **state)
{
    static const uint32_t orders[] = { S390IRQ_SIGP_STOP,
                                       S390IRQ_SIGP_STOP_AND_STORE_STATUS };

    (void)state;
    for (unsigned i = 0; i < 2 * WAYS; i++) {
        struct fake *fake = fake_usual(2);
        uint32_t status = 0;

        fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
        assert_int_equal(fake_sigp(fake, 1, 0, orders[i % 2], 0, NULL), 0);
        enter(fake, 0, (int)i / 2);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, &status),
                         1);
        assert_int_equal(status, S390IRQ_STATUS_CHECK_STOP);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_STOP).cleared, 1);
        assert_int_equal(fake_load(fake, 0xa3, 1), 0);
        /* After a reset and a start it does not stop by itself. */
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(s390irq_vcpu_start(fake->cpu[0].vcpu, NULL), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* The CPU timer stands still in it (PoP ch. 4). */
static void timer_stands_still(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
        cpu->cpu.cpu_timer = 1000;
        cpu->cpu.cpu_timer_since_tod = FAKE_TOD_START;
        atomic_fetch_add(&fake->tod, 400);
        enter(fake, 0, way);
        assert_true(cpu->report.changed & S390IRQ_CHANGED_TIMERS);
        assert_int_equal(cpu->cpu.cpu_timer, 600);
        assert_int_equal(cpu->cpu.cpu_timer_since_tod, 0);
        assert_int_equal(cpu->report.deadline_tod, S390IRQ_NEVER);
        fake_close(fake);
    }
}

/* prepare does not enter it for an exigent one: deliver does. */
static void prepared(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_snapshot *before;

    (void)state;
    fake_boot(fake, 0, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    provoke(fake, 0, EXIGENT);
    before = fake_snapshot(fake);
    assert_int_equal(check_prepare(fake, 0), 0);
    fake_assert_unchanged(fake, before);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(alerts(fake, 1), 1);
    assert_int_equal(check_prepare(fake, 0), S390IRQ_E_STATE);
    fake_close(fake);
}

/* By its owner: found by prepare as well, and told. */
static void prepared_by_owner(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, CLOSED, 0, S390IRQ_RUN);
    provoke(fake, 0, BY_OWNER);
    assert_int_equal(check_prepare(fake, 0), S390IRQ_E_STATE);
    assert_check_stopped(fake, 0);
    assert_int_equal(alerts(fake, 1), 1);
    fake_close(fake);
}

/*
 * Not lost on the way: an exigent one that comes while something else is in
 * hand, or that stays after an error, keeps attention raised.
 */
static void never_forgotten(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };

    (void)state;
    for (int commits = 0; commits < 2; commits++) {
        struct fake *fake = fake_open(&options);

        fake_boot(fake, 0, CLOSED, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
        assert_int_equal(check_prepare(fake, 0), 1);
        provoke(fake, 0, EXIGENT);
        if (commits)
            check_commit(fake, 0);
        else
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
        fake_close(fake);
    }
    for (int aborts = 0; aborts < 2; aborts++) {
        struct fake *fake = fake_open(&options);

        check_boot(fake, 0, CHECK_OPEN, 0, S390IRQ_RUN);
        provoke(fake, 0, EXIGENT);
        if (aborts) {
            assert_int_equal(check_prepare(fake, 0), 1);
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        } else {
            fake->accesses = 0;
            fake->fail_at = 2;
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
            fake->fail_at = 0;
        }
        assert_true(fake_attention(fake, 0));
        check_presents(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE);
        fake_close(fake);
    }
}

/* In a pause nothing is entered; the resume brings it about. */
static void paused(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, CLOSED | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    provoke(fake, 0, EXIGENT);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_OPERATING);
    assert_int_equal(alerts(fake, 1), 0);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(alerts(fake, 1), 1);
    fake_close(fake);
}

/* A stopped CPU keeps it until it is started. */
static void stopped(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    provoke(fake, 0, EXIGENT);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(alerts(fake, 1), 0);
    fake_start(fake, 0, CLOSED, 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(alerts(fake, 1), 1);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "V-1 check-stop alerts every other CPU", alerts_everybody_else, NULL,
          NULL, NULL },
        { "V-1 others are told once the state is entered", told_after_the_state,
          NULL, NULL, NULL },
        { "V-1 exigent and PSW bit 13 zero, and nothing else", when, NULL, NULL,
          NULL },
        { "V-1 a second exigent machine check in the handler",
          second_one_in_its_handler, NULL, NULL, NULL },
        { "V-1 only a reset leaves check-stop", nothing_else_leaves_it, NULL,
          NULL, NULL },
        { "V-1 each reset leaves check-stop", reset_leaves_it, NULL, NULL,
          NULL },
        { "check-stop: empty slots are not alerted", empty_slots, NULL, NULL,
          NULL },
        { "check-stop: of a closed VM", closed_vm, NULL, NULL, NULL },
        { "check-stop: attention however masked", attention, NULL, NULL, NULL },
        { "check-stop: goes before what could be taken", goes_before_the_rest,
          NULL, NULL, NULL },
        { "check-stop: a reset before it is entered",
          reset_before_it_is_entered, NULL, NULL, NULL },
        { "check-stop: an outstanding stop is over", outstanding_stop, NULL,
          NULL, NULL },
        { "check-stop: the CPU timer stands still", timer_stands_still, NULL,
          NULL, NULL },
        { "check-stop: prepare leaves it to deliver", prepared, NULL, NULL,
          NULL },
        { "check-stop: by its owner, found by prepare", prepared_by_owner, NULL,
          NULL, NULL },
        { "check-stop: an exigent one is never forgotten", never_forgotten,
          NULL, NULL, NULL },
        { "check-stop: not in a pause", paused, NULL, NULL, NULL },
        { "check-stop: not while stopped", stopped, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
