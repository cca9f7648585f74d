/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Several threads inject and signal while others deliver, wait and park.
 * Exact books on both sides: nothing is lost, nothing comes twice. Small by
 * default; S390IRQ_TEST_LONG=1 makes it long.
 */
#include <sched.h>
#include <time.h>

#include "farm.h"

#define CPUS      4
#define INJECTORS 3
#define ROUNDS    8000

static enum farm_host host_of(void **state)
{
    return (enum farm_host)(uintptr_t)*state;
}

/* What the injectors know: calls by kind, and those answered QUEUED. */
struct injector {
    struct farm *farm;
    pthread_t thread;
    uint32_t number;
    uint64_t random;
    uint64_t calls[S390IRQ_KIND_LIMIT];
    uint64_t queued[S390IRQ_KIND_LIMIT];
    uint64_t coalesced[S390IRQ_KIND_LIMIT];
    uint64_t refused[S390IRQ_KIND_LIMIT];
    uint64_t sccbs;
    uint32_t record; /* the next virtio record of this injector */
    atomic_int done;
};

/* Counts the outcome, and gives CPUs that do not keep up some time. */
static void book(struct injector *self, uint32_t kind, int outcome)
{
    self->calls[kind]++;
    if (outcome == S390IRQ_QUEUED)
        self->queued[kind]++;
    else if (outcome == S390IRQ_COALESCED)
        self->coalesced[kind]++;
    else
        self->refused[kind]++;
    if (outcome != S390IRQ_QUEUED)
        nanosleep(&(struct timespec){ .tv_nsec = 1 }, NULL);
}

static void inject_virtio(struct injector *self)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_VIRTIO };
    uint32_t id = self->number * (FARM_RECORDS / INJECTORS) + self->record;
    int outcome;

    record.parameter64 = id;
    record.parameter = ~id;
    outcome = s390irq_vm_inject(self->farm->fake->vm, &record);
    book(self, S390IRQ_KIND_VIRTIO, outcome);
    if (outcome == S390IRQ_QUEUED)
        self->record++;
}

static void inject_service(struct injector *self, uint32_t dice)
{
    struct s390irq_vm *vm = self->farm->fake->vm;
    uint32_t parameter = dice & 1 ? 0x1000 * (self->number + 1) : 2;
    int outcome = s390irq_vm_inject_service(vm, parameter);

    book(self, S390IRQ_KIND_SERVICE_SIGNAL, outcome);
    if (parameter != 2 && outcome != S390IRQ_BUSY)
        self->sccbs++;
}

static void inject_one(struct injector *self, uint32_t dice)
{
    struct s390irq_interruption alert = { .kind = S390IRQ_KIND_TIMING_ALERT };
    struct s390irq_vcpu *vcpu = self->farm->cpu[dice % CPUS].vcpu;
    uint32_t source = dice / CPUS % CPUS;

    switch (dice / 256 % 5) {
    case 0:
        book(self, S390IRQ_KIND_EMERGENCY_SIGNAL,
             s390irq_vcpu_inject_emergency(vcpu, source));
        break;
    case 1:
        book(self, S390IRQ_KIND_EXTERNAL_CALL,
             s390irq_vcpu_inject_external_call(vcpu, source));
        break;
    case 2:
        book(self, S390IRQ_KIND_TIMING_ALERT,
             s390irq_vm_inject(self->farm->fake->vm, &alert));
        break;
    case 3:
        inject_service(self, dice / 4096);
        break;
    default:
        inject_virtio(self);
        break;
    }
}

static void *inject_all(void *argument)
{
    struct injector *self = argument;
    unsigned rounds = farm_rounds(ROUNDS);

    for (unsigned i = 0; i < rounds; i++)
        inject_one(self, farm_random(&self->random));
    atomic_store(&self->done, 1);
    return NULL;
}

static void start_injectors(struct farm *farm, struct injector *injector)
{
    memset(injector, 0, INJECTORS * sizeof *injector);
    for (uint32_t i = 0; i < INJECTORS; i++) {
        injector[i].farm = farm;
        injector[i].number = i;
        injector[i].random = 1000 + i;
        assert_int_equal(
            pthread_create(&injector[i].thread, NULL, inject_all, &injector[i]),
            0);
    }
}

static const uint32_t injected_kinds[] = {
    S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_EXTERNAL_CALL,
    S390IRQ_KIND_TIMING_ALERT,     S390IRQ_KIND_SERVICE_SIGNAL,
    S390IRQ_KIND_VIRTIO,
};

/* Lost and doubled, against books that are not the library's. Cleared: n. */
static uint64_t assert_kind(struct farm *farm, const struct injector *injector,
                            uint32_t kind)
{
    struct s390irq_counter counter = fake_counter(farm->fake, kind);
    uint64_t calls = 0, queued = 0, coalesced = 0, refused = 0;

    for (uint32_t i = 0; i < INJECTORS; i++) {
        calls += injector[i].calls[kind];
        queued += injector[i].queued[kind];
        coalesced += injector[i].coalesced[kind];
        refused += injector[i].refused[kind];
    }
    assert_int_equal(farm_seen(farm, kind) + counter.cleared, queued);
    assert_int_equal(counter.injected, calls);
    assert_int_equal(counter.taken, farm_seen(farm, kind));
    assert_int_equal(counter.coalesced, coalesced);
    assert_int_equal(counter.refused, refused);
    assert_int_equal(counter.pending, 0);
    return counter.cleared;
}

/* Everything that was accepted came, and this many were cleared. */
static void assert_books(struct farm *farm, const struct injector *injector,
                         uint64_t cleared)
{
    uint64_t sum = 0;

    for (size_t k = 0; k < sizeof injected_kinds / sizeof *injected_kinds; k++)
        sum += assert_kind(farm, injector, injected_kinds[k]);
    assert_int_equal(sum, cleared);
    assert_int_equal(atomic_load(&farm->doubled), 0);
    assert_int_equal(farm_wrong(farm), 0);
}

/* Each virtio record and each SCCB by itself, if nothing was cleared. */
static void assert_payloads(struct farm *farm, const struct injector *injector)
{
    uint64_t sccbs = 0;

    for (uint32_t i = 0; i < INJECTORS; i++) {
        sccbs += injector[i].sccbs;
        for (uint32_t id = 0; id < injector[i].record; id++) {
            uint32_t bit = i * (FARM_RECORDS / INJECTORS) + id;

            assert_true(atomic_load(&farm->record[bit / 32]) & 1u << bit % 32);
        }
    }
    assert_int_equal(atomic_load(&farm->service_seen), sccbs);
}

/* A thread that asks for all that can be seen, all the time. */
struct onlooker {
    struct farm *farm;
    pthread_t thread;
    atomic_int quit;
    unsigned wrong;
};

static void look_at_queue(struct onlooker *self, struct s390irq_queue *queue)
{
    struct s390irq_interruption list[8];
    size_t count = 8;
    int answer = s390irq_queue_list(queue, list, &count);

    if (answer != (count > 8 ? S390IRQ_E_BUFFER : 0))
        self->wrong++;
    for (size_t i = 0; i < count && i < 8; i++)
        if (s390irq_interruption_check(&list[i]) != 0)
            self->wrong++;
    s390irq_queue_pending(queue);
}

static void *look_on(void *argument)
{
    struct onlooker *self = argument;
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    while (!atomic_load(&self->quit)) {
        look_at_queue(self, s390irq_vm_queue(self->farm->fake->vm));
        self->wrong +=
            s390irq_vm_counters(self->farm->fake->vm, &counters) != 0;
        for (uint32_t i = 0; i < CPUS; i++) {
            struct s390irq_vcpu *vcpu = self->farm->cpu[i].vcpu;

            look_at_queue(self, s390irq_vcpu_queue(vcpu));
            self->wrong += s390irq_vcpu_counters(vcpu, &counters) != 0;
            self->wrong += s390irq_vcpu_state(vcpu) < 0;
            if (s390irq_vcpu_get_cpu(vcpu, &cpu) == 0 &&
                cpu.prefix != self->farm->cpu[i].prefixes[0])
                self->wrong++;
        }
        sched_yield();
    }
    return NULL;
}

static void inject_while_others_deliver(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    struct injector injector[INJECTORS];

    struct onlooker onlooker = { .farm = farm };

    assert_int_equal(pthread_create(&onlooker.thread, NULL, look_on, &onlooker),
                     0);
    start_injectors(farm, injector);
    for (uint32_t i = 0; i < INJECTORS; i++)
        pthread_join(injector[i].thread, NULL);
    atomic_store(&onlooker.quit, 1);
    pthread_join(onlooker.thread, NULL);
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_int_equal(onlooker.wrong, 0);
    assert_books(farm, injector, 0);
    assert_payloads(farm, injector);
    farm_close(farm);
}

/* Queues cleared under everybody's hands: what is gone was counted. */
static void clear_while_others_inject(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    struct injector injector[INJECTORS];
    uint64_t cleared = 0;

    start_injectors(farm, injector);
    for (uint32_t i = 0; !atomic_load(&injector[0].done); i++) {
        struct s390irq_queue *queue =
            i % (CPUS + 1) == CPUS
                ? s390irq_vm_queue(farm->fake->vm)
                : s390irq_vcpu_queue(farm->cpu[i % (CPUS + 1)].vcpu);
        int removed = s390irq_queue_clear(queue);

        cleared += removed > 0 ? (unsigned)removed : 0;
        sched_yield();
    }
    for (uint32_t i = 0; i < INJECTORS; i++)
        pthread_join(injector[i].thread, NULL);
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_books(farm, injector, cleared);
    farm_close(farm);
}

/* CPUs that are not parked though the pause is complete. */
static unsigned not_parked(struct farm *farm)
{
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    unsigned count = 0;

    for (uint32_t i = 0; i < CPUS; i++)
        count += s390irq_vcpu_get_cpu(farm->cpu[i].vcpu, &cpu) != 0;
    return count;
}

static uint64_t taken(struct farm *farm)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    uint64_t sum = 0;

    assert_int_equal(s390irq_vm_counters(farm->fake->vm, &counters), 0);
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
        sum += counters.kind[kind].taken;
    return sum;
}

/*
 * All CPUs parked means all, until they are resumed: also one that an
 * injection wakes meanwhile, whose deliver answers PAUSED.
 */
static void pause_while_others_inject(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    struct injector injector[INJECTORS];
    unsigned moved = 0;
    uint64_t before;

    start_injectors(farm, injector);
    while (!atomic_load(&injector[0].done)) {
        while (s390irq_vm_pause(farm->fake->vm) != 1)
            sched_yield();
        before = taken(farm);
        for (int looks = 0; looks < 10; looks++) {
            moved += not_parked(farm);
            sched_yield();
            moved += s390irq_vm_pause(farm->fake->vm) != 1;
        }
        moved += taken(farm) != before;
        s390irq_vm_resume(farm->fake->vm);
        sched_yield();
    }
    for (uint32_t i = 0; i < INJECTORS; i++)
        pthread_join(injector[i].thread, NULL);
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_int_equal(moved, 0);
    assert_books(farm, injector, 0);
    assert_payloads(farm, injector);
    farm_close(farm);
}

/* One order, repeated by this thread's "guest" while the target is busy. */
static int order(struct farm *farm, uint32_t target, uint32_t code,
                 uint64_t parameter, uint32_t *status)
{
    int cc;

    do {
        cc = s390irq_vcpu_sigp(farm->cpu[CPUS - 1].vcpu, target, code,
                               parameter, status);
        if (cc == 2)
            sched_yield();
    } while (cc == 2);
    return cc;
}

static void await_stopped(struct farm *farm, uint32_t target)
{
    uint32_t status = 0;

    while (order(farm, target, S390IRQ_SIGP_SENSE, 0, &status) != 1 ||
           !(status & S390IRQ_STATUS_STOPPED))
        sched_yield();
}

/* Orders to the first CPUs, whatever they are doing just now. */
static void signal_while_others_deliver(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    unsigned rounds = farm_rounds(2000);
    uint64_t emergencies = 0;
    uint64_t restarts = 0;
    uint32_t status;

    for (unsigned i = 0; i < rounds; i++) {
        uint32_t target = i % (CPUS - 1);

        assert_int_equal(
            order(farm, target, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, &status), 0);
        emergencies++;
        assert_int_equal(order(farm, target, S390IRQ_SIGP_STOP, 0, &status), 0);
        if (i % 3 == 0) {
            await_stopped(farm, target);
            assert_int_equal(
                order(farm, target, S390IRQ_SIGP_RESTART, 0, &status), 0);
            restarts++;
        } else {
            assert_int_equal(
                order(farm, target, S390IRQ_SIGP_START, 0, &status), 0);
        }
    }
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_int_equal(farm_wrong(farm), 0);
    assert_int_equal(farm_seen(farm, S390IRQ_KIND_RESTART), restarts);
    assert_int_equal(fake_counter(farm->fake, S390IRQ_KIND_STOP).taken, rounds);
    assert_int_equal(
        fake_counter(farm->fake, S390IRQ_KIND_EMERGENCY_SIGNAL).injected,
        emergencies);
    assert_int_equal(
        fake_counter(farm->fake, S390IRQ_KIND_EMERGENCY_SIGNAL).taken,
        farm_seen(farm, S390IRQ_KIND_EMERGENCY_SIGNAL));
    farm_close(farm);
}

struct prefix_setter {
    struct farm *farm;
    atomic_int quit;
    unsigned accepted;
    unsigned wrong;
};

/* Sets CPU 0's prefix for ever, whatever state it is in. */
static void *set_prefixes(void *argument)
{
    struct prefix_setter *self = argument;
    const struct farm_cpu *target = &self->farm->cpu[0];
    uint32_t status = 0;

    for (unsigned i = 0; !atomic_load(&self->quit); i++) {
        int cc = s390irq_vcpu_sigp(self->farm->cpu[1].vcpu, 0,
                                   S390IRQ_SIGP_SET_PREFIX,
                                   target->prefixes[i % 2], &status);

        self->accepted += cc == 0;
        if (cc == 1 && status != S390IRQ_STATUS_INCORRECT_STATE)
            self->wrong++;
        if (i % 8 == 0)
            sched_yield();
    }
    return NULL;
}

/*
 * T-6: SIGP set prefix comes from a thread that is not the owner's, while the
 * owner runs and parks. The struct that the owner reads is written by nobody
 * else; under ThreadSanitizer this test would say so.
 */
static void prefix_set_by_another_thread(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    struct prefix_setter setter = { .farm = farm };
    unsigned rounds = farm_rounds(1000);
    pthread_t thread;
    uint32_t status;

    assert_int_equal(pthread_create(&thread, NULL, set_prefixes, &setter), 0);
    for (unsigned i = 0; i < rounds; i++) {
        assert_int_equal(order(farm, 0, S390IRQ_SIGP_STOP, 0, &status), 0);
        await_stopped(farm, 0);
        assert_true(s390irq_vcpu_inject_emergency(farm->cpu[0].vcpu, 1) >= 0);
        sched_yield();
        assert_int_equal(order(farm, 0, S390IRQ_SIGP_START, 0, &status), 0);
    }
    atomic_store(&setter.quit, 1);
    pthread_join(thread, NULL);
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_int_equal(setter.wrong, 0);
    assert_int_equal(farm_wrong(farm), 0);
    assert_int_equal(fake_counter(farm->fake, S390IRQ_KIND_SET_PREFIX).taken,
                     setter.accepted);
    farm_close(farm);
}

/* Deadlines that others move and fire while the owner sleeps on them. */
static void timers_while_others_kick(void **state)
{
    struct farm *farm = farm_open(CPUS, host_of(state));
    unsigned rounds = farm_rounds(4000);
    uint64_t tod = 0;

    for (unsigned i = 0; i < rounds; i++) {
        struct s390irq_vcpu *vcpu = farm->cpu[i % CPUS].vcpu;
        struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

        assert_int_equal(s390irq_vcpu_timer_fired(vcpu), 0);
        assert_int_equal(s390irq_vcpu_kick(vcpu), 0);
        assert_int_equal(s390irq_vm_get_tod(farm->fake->vm, &tod), 0);
        assert_int_equal(s390irq_vm_set_tod(farm->fake->vm, tod + 1), 0);
        if (s390irq_vcpu_get_cpu(vcpu, &cpu) == 0) {
            cpu.clock_comparator = tod;
            s390irq_vcpu_set_cpu(vcpu, &cpu);
        }
    }
    assert_true(farm_drain(farm));
    farm_stop(farm);
    assert_int_equal(farm_wrong(farm), 0);
    assert_int_equal(
        fake_counter(farm->fake, S390IRQ_KIND_CLOCK_COMPARATOR).taken,
        farm_seen(farm, S390IRQ_KIND_CLOCK_COMPARATOR));
    farm_close(farm);
}

static const struct {
    const char *name;
    CMUnitTestFunction test;
} scenes[] = {
    { "threads: inject while others deliver and wait",
      inject_while_others_deliver },
    { "threads: clear while others inject and deliver",
      clear_while_others_inject },
    { "threads: pause while others inject", pause_while_others_inject },
    { "threads: SIGP while others deliver and wait",
      signal_while_others_deliver },
    { "T-6 set prefix by another thread while the owner runs and parks",
      prefix_set_by_another_thread },
    { "threads: timers and kicks while others wait", timers_while_others_kick },
};

#define SCENES (sizeof scenes / sizeof *scenes)

int main(void)
{
    static const char *const hosts[FARM_HOSTS] = { "polling", "kicked",
                                                   "unseen masks" };
    static struct CMUnitTest tests[SCENES * FARM_HOSTS];
    static char names[SCENES * FARM_HOSTS][96];

    for (size_t i = 0; i < SCENES * FARM_HOSTS; i++) {
        snprintf(names[i], sizeof names[i], "%s (%s)",
                 scenes[i / FARM_HOSTS].name, hosts[i % FARM_HOSTS]);
        tests[i].name = names[i];
        tests[i].test_func = scenes[i / FARM_HOSTS].test;
        tests[i].initial_state = (void *)(uintptr_t)(i % FARM_HOSTS);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
