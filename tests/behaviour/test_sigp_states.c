/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGNAL PROCESSOR (PoP ch. 4; decisions.md section 8): each order to a CPU in
 * each state, a case for each: condition code, status, and what comes of it.
 */
#include "fake.h"

#define OPEN   (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define TARGET 0
#define SENDER 1
#define CPUS   2

#define ADDRESS 0x4000 /* for what is stored, and a prefix */
#define ASN     0x77   /* not the target's */

enum {
    OPERATING,
    WAITING,
    STOPPED,
    CHECK_STOP,
    PAUSED,
    OUTSTANDING, /* a stop that was not carried out yet */
    NOT_THERE,
    ITSELF,
    STATES
};

static const char *const state_names[STATES] = {
    "operating", "waiting",           "stopped",   "check-stop",
    "paused",    "order outstanding", "not there", "itself",
};

/* What comes of an order. */
enum {
    NOTHING,
    CALL,      /* an external call pends */
    EMERGENCY, /* an emergency signal pends */
    STARTS,
    STOPS,
    RESTARTS,
    STORES_AND_STOPS,
    STORES, /* in its place: it is stopped already */
    RESETS,
    INITIAL, /* initial CPU reset */
    PREFIX,
    STORES_AT,
    EXTENDED,
};

struct answer {
    int cc;
    uint32_t status;
    int effect;
};

#define OK(effect)   \
    {                \
        0, 0, effect \
    }
#define STATUS(bits)     \
    {                    \
        1, bits, NOTHING \
    }
#define BUSY          \
    {                 \
        2, 0, NOTHING \
    }
#define NOBODY        \
    {                 \
        3, 0, NOTHING \
    }
#define CHECK STATUS(S390IRQ_STATUS_CHECK_STOP)
#define WRONG STATUS(S390IRQ_STATUS_INCORRECT_STATE)
#define NEVER STATUS(S390IRQ_STATUS_INVALID_PARAMETER)
#define WHAT  STATUS(S390IRQ_STATUS_INVALID_ORDER)
#define REST  STATUS(S390IRQ_STATUS_NOT_RUNNING)

/* By state, in the order of the enumeration. */
static const struct row {
    const char *name;
    uint32_t code;
    uint64_t parameter;
    struct answer answer[STATES];
} rows[] = {
    { "sense",
      1,
      0,
      { OK(NOTHING), OK(NOTHING), STATUS(S390IRQ_STATUS_STOPPED), CHECK,
        OK(NOTHING), BUSY, NOBODY, OK(NOTHING) } },
    { "external call",
      2,
      0,
      { OK(CALL), OK(CALL), OK(CALL), CHECK, OK(CALL), BUSY, NOBODY,
        OK(CALL) } },
    { "emergency signal",
      3,
      0,
      { OK(EMERGENCY), OK(EMERGENCY), OK(EMERGENCY), CHECK, OK(EMERGENCY), BUSY,
        NOBODY, OK(EMERGENCY) } },
    { "start",
      4,
      0,
      { OK(NOTHING), OK(NOTHING), OK(STARTS), CHECK, OK(NOTHING), BUSY, NOBODY,
        OK(NOTHING) } },
    { "stop",
      5,
      0,
      { OK(STOPS), OK(STOPS), OK(NOTHING), CHECK, OK(STOPS), BUSY, NOBODY,
        OK(STOPS) } },
    { "restart",
      6,
      0,
      { OK(RESTARTS), OK(RESTARTS), OK(RESTARTS), CHECK, OK(RESTARTS), BUSY,
        NOBODY, OK(RESTARTS) } },
    { "stop and store status",
      9,
      0,
      { OK(STORES_AND_STOPS), OK(STORES_AND_STOPS), OK(STORES), CHECK,
        OK(STORES_AND_STOPS), BUSY, NOBODY, OK(STORES_AND_STOPS) } },
    { "initial CPU reset",
      11,
      0,
      { OK(INITIAL), OK(INITIAL), OK(INITIAL), OK(INITIAL), OK(INITIAL),
        OK(INITIAL), NOBODY, OK(INITIAL) } },
    { "CPU reset",
      12,
      0,
      { OK(RESETS), OK(RESETS), OK(RESETS), OK(RESETS), OK(RESETS), OK(RESETS),
        NOBODY, OK(RESETS) } },
    { "set prefix",
      13,
      ADDRESS,
      { WRONG, WRONG, OK(PREFIX), CHECK, WRONG, BUSY, NOBODY, WRONG } },
    { "store status at address",
      14,
      ADDRESS,
      { WRONG, WRONG, OK(STORES_AT), CHECK, WRONG, BUSY, NOBODY, WRONG } },
    { "set architecture",
      18,
      1,
      { NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER } },
    { "conditional emergency signal",
      19,
      ASN,
      { WRONG, OK(EMERGENCY), OK(EMERGENCY), CHECK, WRONG, BUSY, NOBODY,
        WRONG } },
    { "sense running status",
      21,
      0,
      { OK(NOTHING), OK(NOTHING), REST, REST, OK(NOTHING), BUSY, NOBODY,
        OK(NOTHING) } },
    { "store additional status",
      23,
      ADDRESS,
      { WRONG, WRONG, OK(EXTENDED), CHECK, WRONG, BUSY, NOBODY, WRONG } },
    { "unknown order",
      0x55,
      0,
      { WHAT, WHAT, WHAT, WHAT, WHAT, WHAT, NOBODY, WHAT } },
};

#define ROWS (sizeof rows / sizeof *rows)

static struct fake *in_state(int state)
{
    struct fake_options options = { .cpus = CPUS, .hooks = FAKE_USUAL };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *target = &fake->cpu[TARGET];

    target->cpu.cr[3] = target->cpu.cr[4] = 0x1234;
    fake_boot(fake, SENDER, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, TARGET, state == WAITING ? OPEN | PSW_WAIT : OPEN, 0,
              state == WAITING ? S390IRQ_WAIT : S390IRQ_RUN);
    switch (state) {
    case STOPPED:
        assert_int_equal(s390irq_vcpu_stop(target->vcpu), 0);
        assert_int_equal(fake_deliver(fake, TARGET), S390IRQ_STOPPED);
        break;
    case CHECK_STOP:
        assert_int_equal(s390irq_vcpu_check_stop(target->vcpu), 0);
        assert_int_equal(fake_deliver(fake, TARGET), S390IRQ_CHECK_STOP);
        break;
    case PAUSED:
        s390irq_vm_pause(fake->vm);
        assert_int_equal(fake_deliver(fake, TARGET), S390IRQ_PAUSED);
        break;
    case OUTSTANDING:
        assert_int_equal(s390irq_vcpu_stop(target->vcpu), 0);
        break;
    default:
        break;
    }
    return fake;
}

static int state_of(struct fake *fake)
{
    return s390irq_vcpu_state(fake->cpu[TARGET].vcpu);
}

/* Its owner comes by; a pause ends first. */
static void comes_by(struct fake *fake, int answer)
{
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_true(fake_attention(fake, TARGET));
    assert_int_equal(fake_deliver(fake, TARGET), answer);
}

static void pends(struct fake *fake, int state, uint32_t kind)
{
    uint32_t sender = state == ITSELF ? TARGET : SENDER;
    struct s390irq_interruption list[2];
    size_t count = 2;

    assert_int_equal(
        s390irq_queue_list(s390irq_vcpu_queue(fake->cpu[TARGET].vcpu), list,
                           &count),
        0);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].kind, kind);
    assert_int_equal(list[0].source, sender);
}

static void reset(struct fake *fake, int state, int initial)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    int running = state == OPERATING || state == OUTSTANDING || state == ITSELF;

    /* Of a parked CPU at once, else by its owner. */
    assert_int_equal(state_of(fake),
                     running ? S390IRQ_STATE_OPERATING : S390IRQ_STATE_STOPPED);
    comes_by(fake, S390IRQ_STOPPED);
    assert_int_equal(state_of(fake), S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_pending(fake, TARGET), 0);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[TARGET].vcpu, &registers),
                     0);
    assert_int_equal(registers.psw_mask & PSW_IO, initial ? 0 : PSW_IO);
    assert_int_equal(registers.cr[4], initial ? 0 : 0x1234);
}

static void stored(struct fake *fake, uint64_t absolute, int there)
{
    assert_int_equal(fake_load(fake, absolute + 0x88, 8),
                     there ? fake->cpu[TARGET].registers.general[1] : 0);
    assert_int_equal(fake_load(fake, absolute + 0x118, 4),
                     there ? fake_prefix(TARGET) : 0);
}

static void assert_effect(struct fake *fake, int state, int effect)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;

    switch (effect) {
    case CALL:
        pends(fake, state, S390IRQ_KIND_EXTERNAL_CALL);
        break;
    case EMERGENCY:
        pends(fake, state, S390IRQ_KIND_EMERGENCY_SIGNAL);
        break;
    case STARTS:
        assert_int_equal(state_of(fake), S390IRQ_STATE_OPERATING);
        comes_by(fake, S390IRQ_RUN);
        assert_int_equal(fake->cpu[TARGET].report.taken, 0);
        break;
    case STORES_AND_STOPS:
    case STOPS:
        assert_int_equal(state_of(fake), S390IRQ_STATE_OPERATING);
        stored(fake, 0x1200, 0);
        comes_by(fake, S390IRQ_STOPPED);
        assert_int_equal(state_of(fake), S390IRQ_STATE_STOPPED);
        stored(fake, 0x1200, effect == STORES_AND_STOPS);
        assert_int_equal(fake_load(fake, 0xa3, 1), effect == STORES_AND_STOPS);
        break;
    case RESTARTS:
        assert_int_equal(state_of(fake), S390IRQ_STATE_OPERATING);
        comes_by(fake, S390IRQ_RUN);
        assert_int_equal(fake->cpu[TARGET].report.taken_kinds,
                         1u << S390IRQ_KIND_RESTART);
        fake_assert_psw(fake, fake_prefix(TARGET) + LOWCORE_RESTART_OLD,
                        state == WAITING ? OPEN | PSW_WAIT : OPEN, 0x5000);
        break;
    case STORES:
        assert_int_equal(state_of(fake), S390IRQ_STATE_STOPPED);
        stored(fake, 0x1200, 1);
        break;
    case RESETS:
    case INITIAL:
        reset(fake, state, effect == INITIAL);
        break;
    case PREFIX:
        assert_int_equal(
            s390irq_vcpu_get_cpu(fake->cpu[TARGET].vcpu, &registers), 0);
        assert_int_equal(registers.prefix, ADDRESS);
        break;
    case STORES_AT:
        stored(fake, ADDRESS, 1);
        break;
    default:
        assert_int_equal(fake_load(fake, ADDRESS + 24, 8),
                         fake->cpu[TARGET].registers.vector[1][1]);
        break;
    }
}

static void one(void **case_state)
{
    size_t number = (size_t)(uintptr_t)*case_state;
    const struct row *row = &rows[number / STATES];
    int state = (int)(number % STATES);
    const struct answer *expected = &row->answer[state];
    struct fake *fake = in_state(state);
    uint32_t sender = state == ITSELF ? TARGET : SENDER;
    struct fake_snapshot *before = fake_snapshot(fake);
    uint32_t status = 0x5a5a5a5a;

    assert_int_equal(fake_sigp(fake, sender, state == NOT_THERE ? CPUS : TARGET,
                               row->code, row->parameter, &status),
                     expected->cc);
    assert_int_equal(status, expected->cc == 1 ? expected->status : 0x5a5a5a5a);
    if (expected->effect == NOTHING)
        fake_assert_unchanged(fake, before);
    else
        free(before);
    if (expected->effect != NOTHING)
        assert_effect(fake, state, expected->effect);
    fake_assert_counters(fake);
    fake_close(fake);
}

#define NAME_LENGTH 64

int main(void)
{
    static struct CMUnitTest tests[ROWS * STATES];
    static char names[ROWS * STATES][NAME_LENGTH];

    for (size_t i = 0; i < ROWS * STATES; i++) {
        snprintf(names[i], NAME_LENGTH, "sigp %s: %s", rows[i / STATES].name,
                 state_names[i % STATES]);
        tests[i].name = names[i];
        tests[i].test_func = one;
        tests[i].initial_state = (void *)(uintptr_t)i;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
