/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Threads inject machine checks into CPUs that take them, clear them, and
 * store the status of CPUs that start and stop: nothing is lost, the books
 * agree, and no wake-up is missed.
 */
#include <time.h>

#include "checks.h"
#include "farm.h"

#define CPUS      3
#define INJECTORS 2
#define ROUNDS    4000
#define KIND      S390IRQ_KIND_MACHINE_CHECK
#define STORED    20       /* how often a status is to be stored */
#define PATIENCE  20000000 /* how many orders that may take */

struct traffic;

struct taker {
    struct traffic *traffic;
    struct fake_cpu *cpu;
    pthread_t thread;
    uint64_t taken; /* machine checks that its guest saw */
    unsigned wrong;
};

struct sender {
    struct traffic *traffic;
    pthread_t thread;
    uint64_t random;
    uint64_t injected; /* groups */
    unsigned wrong;
};

struct traffic {
    struct fake *fake;
    atomic_int over;
    int clears;
    struct taker taker[CPUS];
    struct sender sender[INJECTORS];
};

/* A guest whose handler is open again at once, and then waits. */
static void *take(void *argument)
{
    struct taker *self = argument;
    struct fake_cpu *cpu = self->cpu;

    while (!atomic_load(&self->traffic->over)) {
        int answer;

        cpu->cpu.psw_mask = CHECK_WAITING;
        answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, &cpu->report);
        if (answer < 0 || answer == S390IRQ_CHECK_STOP ||
            (cpu->report.taken_kinds & ~(1u << KIND)))
            self->wrong++;
        self->taken += cpu->report.taken;
        if (answer != S390IRQ_RUN)
            s390irq_vcpu_wait(cpu->vcpu);
    }
    return NULL;
}

static uint64_t any_conditions(uint32_t dice, int floating)
{
    uint64_t conditions = check_conditions(dice & CHECK_ALL);

    if (!floating && dice & 0x20)
        conditions |= S390IRQ_MCIC_PROCESSING_DAMAGE;
    return conditions ? conditions : S390IRQ_MCIC_WARNING;
}

static void *inject(void *argument)
{
    struct sender *self = argument;
    struct fake *fake = self->traffic->fake;
    unsigned rounds = farm_rounds(ROUNDS);

    for (unsigned i = 0; i < rounds; i++) {
        uint32_t dice = farm_random(&self->random);
        int floating = dice & 0x100 ? 1 : 0;
        uint64_t conditions = any_conditions(dice >> 10, floating);
        struct s390irq_interruption record = check_record(conditions);
        struct fake_cpu *target = &fake->cpu[dice / 4 % CPUS];
        int outcome = floating ? s390irq_vm_inject(fake->vm, &record)
                               : s390irq_vcpu_inject(target->vcpu, &record);

        if (outcome != S390IRQ_QUEUED && outcome != S390IRQ_COALESCED)
            self->wrong++;
        self->injected += (uint64_t)__builtin_popcountll(conditions);
        if (self->traffic->clears && dice % 64 == 0)
            s390irq_queue_clear(s390irq_vcpu_queue(target->vcpu));
        if (self->traffic->clears && dice % 64 == 1)
            s390irq_vm_reset(fake->vm);
        if (outcome != S390IRQ_QUEUED)
            nanosleep(&(struct timespec){ .tv_nsec = 1 }, NULL);
    }
    return NULL;
}

/* Waits until nothing pends any more; 0: that does not happen. */
static int drained(struct fake *fake)
{
    for (int i = 0; i < 20000; i++) {
        size_t count = check_floating_count(fake);

        for (uint32_t cpu = 0; cpu < CPUS; cpu++)
            count += check_local_count(fake, cpu);
        if (!count)
            return 1;
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    return 0;
}

static struct fake *machine(uint32_t cpus)
{
    struct fake_options options = { .cpus = cpus,
                                    .hooks = FAKE_HOOK_REGISTERS };
    struct fake *fake = fake_open(&options);

    for (uint32_t i = 0; i < cpus; i++)
        fake_new_psw(fake, i, LOWCORE_MACHINE_CHECK_NEW, CHECK_OPEN, 0x6000);
    return fake;
}

static void begin(struct traffic *traffic, int clears)
{
    memset(traffic, 0, sizeof *traffic);
    traffic->fake = machine(CPUS);
    traffic->clears = clears;
    for (uint32_t i = 0; i < CPUS; i++) {
        struct taker *taker = &traffic->taker[i];

        taker->traffic = traffic;
        taker->cpu = &traffic->fake->cpu[i];
        taker->cpu->cpu.cr[14] = CR14_EVERY;
        fake_start(traffic->fake, i, CHECK_WAITING, 0);
        assert_int_equal(pthread_create(&taker->thread, NULL, take, taker), 0);
    }
    for (uint32_t i = 0; i < INJECTORS; i++) {
        struct sender *sender = &traffic->sender[i];

        sender->traffic = traffic;
        sender->random = 77 + i;
        assert_int_equal(pthread_create(&sender->thread, NULL, inject, sender),
                         0);
    }
}

static void taken_and_given(void **state)
{
    static struct traffic traffic;
    struct s390irq_counter counter;
    uint64_t injected = 0, seen = 0;

    fake_needs_wait();
    begin(&traffic, *state != NULL);
    for (uint32_t i = 0; i < INJECTORS; i++) {
        pthread_join(traffic.sender[i].thread, NULL);
        injected += traffic.sender[i].injected;
        assert_int_equal(traffic.sender[i].wrong, 0);
    }
    assert_true(drained(traffic.fake));
    atomic_store(&traffic.over, 1);
    for (uint32_t i = 0; i < CPUS; i++) {
        assert_int_equal(s390irq_vcpu_kick(traffic.fake->cpu[i].vcpu), 0);
        pthread_join(traffic.taker[i].thread, NULL);
        seen += traffic.taker[i].taken;
        assert_int_equal(traffic.taker[i].wrong, 0);
    }
    counter = fake_counter(traffic.fake, KIND);
    assert_int_equal(counter.injected, injected);
    assert_int_equal(counter.pending, 0);
    assert_int_equal(counter.refused, 0);
    assert_int_equal(counter.taken + counter.coalesced + counter.cleared,
                     injected);
    if (!traffic.clears)
        assert_int_equal(counter.cleared, 0);
    /* An interruption has one group at least. */
    assert_true(seen && seen <= counter.taken);
    fake_assert_counters(traffic.fake);
    fake_close(traffic.fake);
}

/* --- status ------------------------------------------------------------- */

struct stopper {
    struct fake *fake;
    pthread_t thread;
    atomic_int over;
    unsigned wrong;
};

/* Runs CPU 0: each time it runs, its general registers are another number. */
static void *run(void *argument)
{
    struct stopper *self = argument;
    struct fake_cpu *cpu = &self->fake->cpu[0];

    while (!atomic_load(&self->over)) {
        int answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, &cpu->report);

        if (answer < 0)
            self->wrong++;
        if (answer != S390IRQ_RUN) {
            s390irq_vcpu_wait(cpu->vcpu);
            continue;
        }
        for (unsigned i = 0; i < 16; i++)
            cpu->registers.general[i]++;
    }
    return NULL;
}

/* A status that is stored is of one moment. */
static unsigned is_torn(const struct fake *fake, uint64_t absolute)
{
    uint64_t first = fake_load(fake, absolute + 0x80, 8);

    for (unsigned i = 1; i < 16; i++)
        if (fake_load(fake, absolute + 0x80 + 8 * i, 8) != first + i)
            return 1;
    return 0;
}

static void status_of_a_busy_cpu(void **state)
{
    static const uint32_t orders[] = {
        S390IRQ_SIGP_STORE_STATUS, S390IRQ_SIGP_START,
        S390IRQ_SIGP_STOP,         S390IRQ_SIGP_STOP_AND_STORE_STATUS,
        S390IRQ_SIGP_CPU_RESET,    S390IRQ_SIGP_STORE_ADDITIONAL,
        S390IRQ_SIGP_START,        S390IRQ_SIGP_STORE_STATUS,
    };
    struct stopper stopper = { .fake = machine(2) };
    unsigned stored = 0, torn = 0, rounds = farm_rounds(ROUNDS);
    uint64_t random = 5;

    (void)state;
    fake_needs_wait();
    fake_start(stopper.fake, 0, CHECK_OPEN, 0);
    assert_int_equal(pthread_create(&stopper.thread, NULL, run, &stopper), 0);
    for (unsigned i = 0; i < rounds || stored < STORED; i++) {
        uint32_t order = orders[farm_random(&random) % 8], status = 0;
        uint64_t at = order == S390IRQ_SIGP_STORE_ADDITIONAL ? 0x8000 : 0x7000;
        int cc = fake_sigp(stopper.fake, 1, 0, order, at, &status);

        if (cc == 0 && order == S390IRQ_SIGP_STORE_STATUS) {
            stored++;
            torn += is_torn(stopper.fake, at);
        }
        /* Busy: its owner is not slower than the tester's patience. */
        if (cc == 2)
            nanosleep(&(struct timespec){ .tv_nsec = 1 }, NULL);
        assert_true(i < PATIENCE);
    }
    atomic_store(&stopper.over, 1);
    assert_int_equal(s390irq_vcpu_kick(stopper.fake->cpu[0].vcpu), 0);
    pthread_join(stopper.thread, NULL);
    assert_int_equal(stopper.wrong, 0);
    assert_int_equal(torn, 0);
    fake_assert_counters(stopper.fake);
    fake_close(stopper.fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "threads: machine checks, taken and given", taken_and_given, NULL,
          NULL, NULL },
        { "threads: machine checks, cleared meanwhile", taken_and_given, NULL,
          NULL, (void *)"clears" },
        { "threads: the status of a CPU that starts and stops",
          status_of_a_busy_cpu, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
