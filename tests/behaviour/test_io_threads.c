/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Two threads inject I/O and adapter interruptions, two CPUs wait and take
 * them, others test and clear subchannels meanwhile. Every parameter is used
 * once, so that nothing can come twice unnoticed; every outcome is booked, so
 * that nothing can be lost. Small by default; S390IRQ_TEST_LONG=1 makes it
 * long.
 */
#include <sched.h>
#include <time.h>

#include "farm.h"

#define OPEN        (PSW_64 | PSW_IO)
#define WAITING     (OPEN | PSW_WAIT)
#define CPUS        2
#define INJECTORS   2
#define TESTERS     2
#define SUBCHANNELS 6 /* of each injector */
#define PARAMETERS  (1u << 22)
#define ROUNDS      20000
#define PATIENCE    60 /* seconds */

struct injector {
    struct machine *machine;
    pthread_t thread;
    uint32_t number;
    uint64_t random;
    uint32_t parameter;         /* the next one */
    uint32_t last[SUBCHANNELS]; /* injected into each subchannel */
    uint64_t outcome[2][8];     /* adapter, subchannel: by outcome */
};

struct owner {
    struct machine *machine;
    pthread_t thread;
    struct fake_cpu *cpu;
    uint64_t taken[2]; /* adapter, subchannel */
    unsigned wrong;
};

/* Takes, puts back and clears what others inject. */
struct tester {
    struct machine *machine;
    pthread_t thread;
    uint64_t random;
    uint64_t kept[2]; /* taken out for good */
    uint64_t put_back[8];
    unsigned wrong;
};

struct machine {
    struct fake *fake;
    struct injector injector[INJECTORS];
    struct owner owner[CPUS];
    struct tester tester[TESTERS];
    atomic_int injected;
    atomic_int quit;
    atomic_uint doubled;
    _Atomic uint32_t seen[PARAMETERS / 32];
};

static uint32_t id_of(uint32_t injector, uint32_t number)
{
    return 0x00010000u | injector << 8 | number;
}

static void see(struct machine *machine, uint32_t parameter)
{
    uint32_t bit = 1u << parameter % 32;

    if (atomic_fetch_or(&machine->seen[parameter / 32 % (PARAMETERS / 32)],
                        bit) &
        bit)
        atomic_fetch_add(&machine->doubled, 1);
}

static int was_seen(const struct machine *machine, uint32_t parameter)
{
    return (atomic_load(&machine->seen[parameter / 32]) >> parameter % 32) & 1;
}

static int inject_subchannel(struct injector *self)
{
    uint32_t number = farm_random(&self->random) % SUBCHANNELS;
    uint32_t isc = farm_random(&self->random) % 3;
    int outcome = s390irq_vm_inject_io(self->machine->fake->vm,
                                       id_of(self->number, number),
                                       self->parameter, IO_WORD(isc));

    self->last[number] = self->parameter++;
    self->outcome[1][outcome & 7]++;
    return outcome;
}

static int inject_adapter(struct injector *self)
{
    uint32_t adapter = farm_random(&self->random) % 3;
    int outcome = s390irq_vm_signal_adapter(self->machine->fake->vm, adapter);

    self->outcome[0][outcome & 7]++;
    return outcome;
}

static void *inject_all(void *argument)
{
    struct injector *self = argument;
    unsigned rounds = farm_rounds(ROUNDS);

    for (unsigned i = 0; i < rounds; i++) {
        int outcome = farm_random(&self->random) % 4 ? inject_subchannel(self)
                                                     : inject_adapter(self);

        /* Gives those that do not keep up some time. */
        if (outcome != S390IRQ_QUEUED && i % 4 == 0)
            nanosleep(&(struct timespec){ .tv_nsec = 1 }, NULL);
    }
    atomic_fetch_add(&self->machine->injected, 1);
    return NULL;
}

static uint64_t field(const struct owner *self, unsigned offset)
{
    return fake_load(self->machine->fake, self->cpu->cpu.prefix + offset, 4);
}

/* New PSWs are disabled for I/O: one interruption at a time. */
static void handle(struct owner *self)
{
    uint32_t kinds = self->cpu->report.taken_kinds;
    uint32_t word = (uint32_t)field(self, LOWCORE_IO_WORD);

    if (!self->cpu->report.taken)
        return;
    if (kinds == 1u << S390IRQ_KIND_IO) {
        see(self->machine, (uint32_t)field(self, LOWCORE_IO_PARAMETER));
        self->wrong += (word & ~IO_WORD(7)) != 0;
        self->wrong += (field(self, LOWCORE_SUBCHANNEL) & ~0xffffu) != 0x10000;
        self->taken[1]++;
    } else {
        self->wrong += kinds != 1u << S390IRQ_KIND_ADAPTER;
        self->wrong += (word & ~IO_WORD(7)) != 0x80000000u;
        self->wrong += field(self, LOWCORE_SUBCHANNEL) != 0;
        self->taken[0]++;
    }
}

/* Delivers in one step or in two, and aborts at times. */
static int deliver(struct owner *self, uint64_t *random)
{
    struct fake_cpu *cpu = self->cpu;
    struct s390irq_plan plan = { .size = sizeof plan };

    if (farm_random(random) % 3 == 0 &&
        s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan) == 1) {
        sched_yield();
        self->wrong += s390irq_vcpu_abort(cpu->vcpu) != 0;
    }
    return s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, &cpu->report);
}

static void *run(void *argument)
{
    struct owner *self = argument;
    struct fake_cpu *cpu = self->cpu;
    uint64_t random = cpu->address;

    while (!atomic_load(&self->machine->quit)) {
        int answer = deliver(self, &random);

        handle(self);
        self->wrong += answer != S390IRQ_RUN && answer != S390IRQ_WAIT;
        if (answer == S390IRQ_WAIT) {
            /* A kick that deliver has seen wakes nobody. */
            if (!atomic_load(&self->machine->quit))
                self->wrong += s390irq_vcpu_wait(cpu->vcpu) != 0;
            continue;
        }
        cpu->cpu.psw_mask = farm_random(&random) % 2 ? WAITING : OPEN;
        self->wrong += s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu) != 0;
    }
    return NULL;
}

/* TPI or TSCH; what is taken is put back, or kept. */
static void test_one(struct tester *self)
{
    struct s390irq_queue *queue = s390irq_vm_queue(self->machine->fake->vm);
    uint32_t dice = farm_random(&self->random);
    uint32_t subchannel = dice & 1 ? id_of(dice >> 1 & 1, dice >> 2 & 3) : 0;
    struct s390irq_interruption what;
    int rc = s390irq_queue_take_io(queue, dice >> 8 & 0xff, subchannel, &what);

    self->wrong += rc < 0;
    if (rc != 1)
        return;
    if (dice & 0x100000) {
        sched_yield();
        rc = s390irq_queue_put_back_io(queue, &what);
        self->wrong += rc < 0;
        self->put_back[rc & 7]++;
    } else if (what.kind == S390IRQ_KIND_IO) {
        see(self->machine, what.parameter);
        self->kept[1]++;
    } else {
        self->kept[0]++;
    }
}

static void *test_and_clear(void *argument)
{
    struct tester *self = argument;
    struct s390irq_vm *vm = self->machine->fake->vm;
    struct s390irq_interruption list[8];

    while (atomic_load(&self->machine->injected) < INJECTORS) {
        uint32_t dice = farm_random(&self->random);
        size_t count = 8;

        if (dice % 8 == 0)
            self->wrong +=
                s390irq_queue_clear_io(s390irq_vm_queue(vm),
                                       id_of(dice >> 8 & 1, dice >> 9 & 3)) < 0;
        else if (dice % 64 == 1)
            self->wrong += s390irq_queue_clear(s390irq_vm_queue(vm)) < 0;
        else if (dice % 8 == 2)
            s390irq_queue_list(s390irq_vm_queue(vm), list, &count);
        else
            test_one(self);
        sched_yield();
    }
    return NULL;
}

static struct machine *machine_new(void)
{
    struct fake_options options = { .cpus = CPUS };
    struct machine *machine;

    fake_needs_wait();
    machine = calloc(1, sizeof *machine);
    assert_non_null(machine);
    machine->fake = fake_open(&options);
    for (uint32_t i = 0; i < INJECTORS; i++)
        for (uint32_t number = 0; number < SUBCHANNELS; number++)
            assert_int_equal(
                s390irq_vm_add_subchannel(machine->fake->vm, id_of(i, number)),
                0);
    for (uint32_t id = 0; id < 3; id++)
        assert_int_equal(s390irq_vm_add_adapter(machine->fake->vm, id, id, 0),
                         0);
    return machine;
}

static void start(pthread_t *thread, void *(*function)(void *), void *argument)
{
    assert_int_equal(pthread_create(thread, NULL, function, argument), 0);
}

static void start_all(struct machine *machine, uint32_t testers)
{
    for (uint32_t i = 0; i < CPUS; i++) {
        fake_start(machine->fake, i, WAITING, 0);
        machine->owner[i].machine = machine;
        machine->owner[i].cpu = &machine->fake->cpu[i];
        start(&machine->owner[i].thread, run, &machine->owner[i]);
    }
    for (uint32_t i = 0; i < INJECTORS; i++) {
        struct injector *injector = &machine->injector[i];

        injector->machine = machine;
        injector->number = i;
        injector->random = 77 + i;
        injector->parameter = i * (PARAMETERS / INJECTORS);
        start(&injector->thread, inject_all, injector);
    }
    for (uint32_t i = 0; i < testers; i++) {
        machine->tester[i].machine = machine;
        machine->tester[i].random = 4711 + i;
        start(&machine->tester[i].thread, test_and_clear, &machine->tester[i]);
    }
}

/* Until nothing pends; then everybody ends. */
static void end_all(struct machine *machine, uint32_t testers)
{
    struct s390irq_queue *queue = s390irq_vm_queue(machine->fake->vm);
    time_t end = time(NULL) + PATIENCE;

    for (uint32_t i = 0; i < INJECTORS; i++)
        pthread_join(machine->injector[i].thread, NULL);
    for (uint32_t i = 0; i < testers; i++)
        pthread_join(machine->tester[i].thread, NULL);
    while (s390irq_queue_count(queue) && time(NULL) < end)
        sched_yield();
    assert_int_equal(s390irq_queue_count(queue), 0);
    atomic_store(&machine->quit, 1);
    for (uint32_t i = 0; i < CPUS; i++)
        s390irq_vcpu_kick(machine->fake->cpu[i].vcpu);
    for (uint32_t i = 0; i < CPUS; i++)
        pthread_join(machine->owner[i].thread, NULL);
}

/* Against the books of the threads, which are not the library's. */
static void assert_books(struct machine *machine, int which, uint32_t kind)
{
    struct s390irq_counter counter = fake_counter(machine->fake, kind);
    uint64_t calls = 0, queued = 0, coalesced = 0;
    uint64_t taken = 0;

    for (uint32_t i = 0; i < INJECTORS; i++) {
        const uint64_t *outcome = machine->injector[i].outcome[which];

        queued += outcome[S390IRQ_QUEUED];
        coalesced += outcome[S390IRQ_COALESCED];
        for (int o = 0; o < 8; o++)
            calls += outcome[o];
    }
    for (uint32_t i = 0; i < CPUS; i++)
        taken += machine->owner[i].taken[which];
    for (uint32_t i = 0; i < TESTERS; i++)
        taken += machine->tester[i].kept[which];
    assert_int_equal(calls, queued + coalesced);
    assert_int_equal(counter.injected, calls);
    assert_int_equal(counter.taken, taken);
    assert_int_equal(counter.pending, 0);
    assert_int_equal(counter.refused, 0);
    /* An abort or a put back may join two that had been queued. */
    assert_true(counter.coalesced >= coalesced);
    assert_int_equal(taken + counter.cleared + counter.coalesced - coalesced,
                     queued);
}

static void assert_nothing_wrong(struct machine *machine)
{
    for (uint32_t i = 0; i < CPUS; i++)
        assert_int_equal(machine->owner[i].wrong, 0);
    for (uint32_t i = 0; i < TESTERS; i++)
        assert_int_equal(machine->tester[i].wrong, 0);
    assert_int_equal(atomic_load(&machine->doubled), 0);
    assert_books(machine, 0, S390IRQ_KIND_ADAPTER);
    assert_books(machine, 1, S390IRQ_KIND_IO);
    fake_assert_counters(machine->fake);
}

static void machine_end(struct machine *machine)
{
    fake_close(machine->fake);
    free(machine);
}

/* What was injected last into a subchannel has come, if nobody clears. */
static void inject_and_deliver(void **state)
{
    struct machine *machine = machine_new();

    (void)state;
    start_all(machine, 0);
    end_all(machine, 0);
    assert_nothing_wrong(machine);
    for (uint32_t i = 0; i < INJECTORS; i++)
        for (uint32_t number = 0; number < SUBCHANNELS; number++)
            assert_true(was_seen(machine, machine->injector[i].last[number]));
    assert_int_equal(fake_counter(machine->fake, S390IRQ_KIND_IO).cleared, 0);
    machine_end(machine);
}

static void with_tests_and_clears(void **state)
{
    struct machine *machine = machine_new();

    (void)state;
    start_all(machine, TESTERS);
    end_all(machine, TESTERS);
    assert_nothing_wrong(machine);
    machine_end(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "I/O threads: inject and deliver, nothing lost or doubled",
          inject_and_deliver, NULL, NULL, NULL },
        { "I/O threads: with tests, put backs and clears",
          with_tests_and_clears, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
