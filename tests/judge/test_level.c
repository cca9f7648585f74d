/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/judge/level.c: clock comparator and CPU timer (PoP ch. 4). */
#include "farm.h"

#include "judge/level.h"

#define COMPARATOR SI_BIT(SI_CLASS_CLOCK_COMPARATOR)
#define TIMER      SI_BIT(SI_CLASS_CPU_TIMER)
#define NEVER      S390IRQ_NEVER
#define TOP        (UINT64_C(1) << 63)

static struct s390irq_cpu comparator_cpu(uint64_t comparator, int is_signed)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    cpu.clock_comparator = comparator;
    cpu.cr[0] = is_signed ? CR0_CLOCK_SIGN : 0;
    return cpu;
}

static struct s390irq_cpu timer_cpu(uint64_t timer, uint64_t since)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    cpu.clock_comparator = UINT64_MAX;
    cpu.cpu_timer = timer;
    cpu.cpu_timer_since_tod = since;
    return cpu;
}

/* The guest's TOD clock is 1000 ahead of the host's. */
#define EPOCH UINT64_C(1000)

static void comparator(void **state)
{
    static const struct {
        uint64_t comparator;
        uint64_t tod; /* the guest's */
        int is_signed;
        int due;
        uint64_t deadline; /* guest TOD, or NEVER */
    } rows[] = {
        { 5000, 4999, 0, 0, 5001 },
        { 5000, 5000, 0, 0, 5001 }, /* equal is not pending */
        { 5000, 5001, 0, 1, NEVER },
        { 0, 5000, 0, 1, NEVER },
        { UINT64_MAX, 5000, 0, 0, NEVER },
        { UINT64_MAX, UINT64_MAX, 0, 0, NEVER },
        { UINT64_MAX - 2, UINT64_MAX - 9, 0, 0, UINT64_MAX - 1 },
        { UINT64_MAX - 1, UINT64_MAX, 0, 1, NEVER },
        { TOP, TOP - 1, 0, 0, TOP + 1 },
        { TOP - 1, TOP, 0, 1, NEVER },
        /* Signed: what is above the middle is negative, hence early. */
        { 5000, 5000, 1, 0, 5001 },
        { 5000, 5001, 1, 1, NEVER },
        /* ... but the host's clock would end before that. */
        { 5000, UINT64_MAX - 100, 1, 0, NEVER },
        { TOP, 5000, 1, 1, NEVER },
        { TOP, TOP, 1, 0, TOP + 1 },
        { TOP - 1, 5000, 1, 0, NEVER },
        { TOP - 1, TOP - 1, 1, 0, NEVER },
        { UINT64_MAX, 5000, 1, 1, NEVER },
        { UINT64_MAX, UINT64_MAX, 1, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu =
            comparator_cpu(rows[i].comparator, rows[i].is_signed);
        uint64_t host = rows[i].tod - EPOCH;
        uint64_t deadline =
            si_level_deadline(&cpu, SI_LEVEL_CLASSES, host, EPOCH);

        if (si_level_pending(&cpu, SI_LEVEL_CLASSES, host, EPOCH) !=
            (rows[i].due ? COMPARATOR : 0))
            fail_msg("row %zu: pending", i);
        if (deadline !=
            (rows[i].deadline == NEVER ? NEVER : rows[i].deadline - EPOCH))
            fail_msg("row %zu: deadline %#llx", i,
                     (unsigned long long)deadline);
    }
}

/* A guest clock that is set before zero, and runs through it. */
static void signed_through_zero(void **state)
{
    struct s390irq_cpu cpu = comparator_cpu(5000, 1);
    const uint64_t host = 10000, epoch = (uint64_t)-10101;

    (void)state;
    assert_int_equal(si_level_pending(&cpu, COMPARATOR, host, epoch), 0);
    assert_int_equal(si_level_deadline(&cpu, COMPARATOR, host, epoch), 15102);
    assert_int_equal(si_level_pending(&cpu, COMPARATOR, 15101, epoch), 0);
    assert_int_equal(si_level_pending(&cpu, COMPARATOR, 15102, epoch),
                     COMPARATOR);
    cpu.cr[0] = 0;
    assert_int_equal(si_level_pending(&cpu, COMPARATOR, host, epoch),
                     COMPARATOR);
}

static void timer(void **state)
{
    static const struct {
        uint64_t timer;
        uint64_t since;
        uint64_t host;
        uint64_t now; /* the timer then */
        uint64_t deadline;
    } rows[] = {
        { 100, 5000, 5000, 100, 5101 },
        { 100, 5000, 5100, 0, 5101 },
        { 100, 5000, 5101, UINT64_MAX, NEVER },
        { 0, 5000, 5000, 0, 5001 },
        { UINT64_MAX, 5000, 5000, UINT64_MAX, NEVER },
        { TOP - 1, 5000, 5000, TOP - 1, 5000 + TOP },
        { TOP, 5000, 5000, TOP, NEVER },
        { TOP, 5000, 5001, TOP - 1, 5001 + TOP },
        /* It stands still. */
        { 100, 0, 5000, 100, NEVER },
        { UINT64_MAX, 0, 5000, UINT64_MAX, NEVER },
        { 0, 0, 5000, 0, NEVER },
        /* The deadline would be behind the end of the host's clock. */
        { 100, UINT64_MAX - 10, UINT64_MAX - 10, 100, NEVER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = timer_cpu(rows[i].timer, rows[i].since);

        assert_int_equal(si_level_cpu_timer(&cpu, rows[i].host), rows[i].now);
        /* The guest's clock does not matter to it. */
        for (uint64_t epoch = 0; epoch < 3; epoch++) {
            assert_int_equal(si_level_pending(&cpu, SI_LEVEL_CLASSES,
                                              rows[i].host, epoch << 62),
                             rows[i].now & TOP ? TIMER : 0);
            if (si_level_deadline(&cpu, SI_LEVEL_CLASSES, rows[i].host,
                                  epoch << 62) != rows[i].deadline)
                fail_msg("row %zu: deadline", i);
        }
    }
}

/* A clock is needed only for what could ever hold. */
static void armed(void **state)
{
    static const struct {
        uint64_t comparator;
        int is_signed;
        uint64_t timer;
        uint64_t since;
        uint64_t armed;
    } rows[] = {
        { UINT64_MAX, 0, 0, 0, 0 },
        { UINT64_MAX, 1, 0, 0, COMPARATOR },
        { TOP - 1, 1, 0, 0, 0 },
        { TOP - 1, 0, 0, 0, COMPARATOR },
        { 0, 0, 0, 0, COMPARATOR },
        { UINT64_MAX, 0, 5, 0, 0 },
        { UINT64_MAX, 0, 5, 1, TIMER },
        { UINT64_MAX, 0, TOP, 0, TIMER },
        { 0, 0, TOP, 0, COMPARATOR | TIMER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = timer_cpu(rows[i].timer, rows[i].since);

        cpu.clock_comparator = rows[i].comparator;
        cpu.cr[0] = rows[i].is_signed ? CR0_CLOCK_SIGN : 0;
        assert_int_equal(si_level_armed(&cpu, UINT64_MAX), rows[i].armed);
        assert_int_equal(si_level_armed(&cpu, COMPARATOR),
                         rows[i].armed & COMPARATOR);
        assert_int_equal(si_level_armed(&cpu, TIMER), rows[i].armed & TIMER);
        assert_int_equal(si_level_armed(&cpu, ~SI_LEVEL_CLASSES), 0);
    }
}

/* Of two deadlines the earlier one, and only those that were asked for. */
static void both(void **state)
{
    struct s390irq_cpu cpu = timer_cpu(100, 5000);

    (void)state;
    cpu.clock_comparator = 5050;
    assert_int_equal(si_level_deadline(&cpu, SI_LEVEL_CLASSES, 5000, 0), 5051);
    assert_int_equal(si_level_deadline(&cpu, TIMER, 5000, 0), 5101);
    assert_int_equal(si_level_deadline(&cpu, COMPARATOR, 5000, 0), 5051);
    assert_int_equal(si_level_deadline(&cpu, 0, 5000, 0), NEVER);
    /* One holds already: the other is what there is to wait for. */
    assert_int_equal(si_level_deadline(&cpu, SI_LEVEL_CLASSES, 5060, 0), 5101);
    assert_int_equal(si_level_deadline(&cpu, SI_LEVEL_CLASSES, 5101, 0), NEVER);
    assert_int_equal(si_level_pending(&cpu, SI_LEVEL_CLASSES, 5101, 0),
                     COMPARATOR | TIMER);
    assert_int_equal(si_level_pending(&cpu, TIMER, 5101, 0), TIMER);
}

/* The conditions in the words of the architecture, without any trick. */
static uint64_t naive(const struct s390irq_cpu *cpu, uint64_t host,
                      uint64_t epoch)
{
    uint64_t tod = host + epoch, pending = 0;
    int64_t value = (int64_t)cpu->cpu_timer;

    if (cpu->cr[0] & CR0_CLOCK_SIGN
            ? (int64_t)cpu->clock_comparator < (int64_t)tod
            : cpu->clock_comparator < tod)
        pending |= COMPARATOR;
    if (cpu->cpu_timer_since_tod)
        value = (int64_t)(cpu->cpu_timer - (host - cpu->cpu_timer_since_tod));
    if (value < 0)
        pending |= TIMER;
    return pending;
}

/* A value near one of the corners. */
static uint64_t corner(uint64_t *random)
{
    static const uint64_t corners[] = { 0, 64, TOP, UINT64_MAX,
                                        FAKE_TOD_START };

    return corners[farm_random(random) % 5] + farm_random(random) % 48 - 24;
}

/*
 * Steps the clock and looks when a condition begins to hold: that, and never
 * an earlier TOD, is the deadline.
 */
static void check_deadline(const struct s390irq_cpu *cpu, uint64_t classes,
                           uint64_t host, uint64_t epoch)
{
    uint64_t before = naive(cpu, host, epoch) & classes;
    uint64_t deadline = si_level_deadline(cpu, classes, host, epoch);

    if (host == NEVER)
        return;
    for (uint64_t step = 1; step < 200; step++) {
        uint64_t now = naive(cpu, host + step, epoch) & classes;

        if (host + step == NEVER) /* the end of the host's clock */
            return;
        if (now & ~before) {
            assert_int_equal(deadline, host + step);
            return;
        }
        assert_int_not_equal(deadline, host + step);
    }
}

static void against_a_model(void **state)
{
    uint64_t random = 3;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        struct s390irq_cpu cpu =
            comparator_cpu(corner(&random), farm_random(&random) % 2);
        uint64_t host = corner(&random), epoch = corner(&random);
        uint64_t classes = SI_LEVEL_CLASSES;

        cpu.cpu_timer = corner(&random);
        if (farm_random(&random) % 2)
            cpu.cpu_timer_since_tod = host - farm_random(&random) % 64;
        if (farm_random(&random) % 4 == 0)
            classes = farm_random(&random) % 2 ? TIMER : COMPARATOR;
        assert_int_equal(si_level_pending(&cpu, classes, host, epoch),
                         naive(&cpu, host, epoch) & classes);
        /* What is not armed does not hold, now or ever. */
        assert_int_equal(naive(&cpu, host, epoch) & classes &
                             ~si_level_armed(&cpu, classes),
                         0);
        check_deadline(&cpu, classes, host, epoch);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "level: clock comparator, unsigned and signed", comparator, NULL,
          NULL, NULL },
        { "level: signed, through zero", signed_through_zero, NULL, NULL,
          NULL },
        { "level: CPU timer", timer, NULL, NULL, NULL },
        { "level: what is armed", armed, NULL, NULL, NULL },
        { "level: two deadlines", both, NULL, NULL, NULL },
        { "level: against a model, at every step of the clock", against_a_model,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
