/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A thousand CPUs on one thread in virtual time. Clock comparators fire,
 * emergency signals go round a pseudo-random ring, service signals come from
 * a device. Nothing but the order of calls decides anything, so two runs give
 * the same hash of all calls and answers.
 */
#include "farm.h"

#define CPUS    1000
#define STEPS   20000
#define WAITING (PSW_64 | PSW_EXTERNAL | PSW_WAIT)
#define OPEN_FOR \
    (CR0_CLOCK_COMPARATOR | CR0_EMERGENCY_SIGNAL | CR0_SERVICE_SIGNAL)

struct machine {
    struct fake *fake;
    uint64_t random;
    uint32_t ring[CPUS];     /* whom each CPU signals */
    uint32_t runnable[CPUS]; /* woken and not yet run, in order: a queue */
    uint32_t head;
    uint32_t count;
    uint64_t comparators; /* what the guests' handlers counted */
    uint64_t emergencies;
    uint64_t services;
    uint64_t sent;     /* emergency signals */
    uint64_t accepted; /* service signals */
};

static void make_runnable(struct fake *fake, const char *hook,
                          struct fake_cpu *cpu)
{
    struct machine *machine = fake->during_argument;

    if (strcmp(hook, "wake") != 0)
        return;
    assert_true(machine->count < CPUS);
    machine->runnable[(machine->head + machine->count++) % CPUS] = cpu->address;
}

/* A random cyclic permutation: every CPU is signalled by exactly one. */
static void make_ring(struct machine *machine)
{
    uint32_t order[CPUS];

    for (uint32_t i = 0; i < CPUS; i++)
        order[i] = i;
    for (uint32_t i = CPUS - 1; i > 0; i--) {
        uint32_t j = farm_random(&machine->random) % (i + 1);
        uint32_t kept = order[i];

        order[i] = order[j];
        order[j] = kept;
    }
    for (uint32_t i = 0; i < CPUS; i++)
        machine->ring[order[i]] = order[(i + 1) % CPUS];
}

static void arm(struct machine *machine, struct fake_cpu *cpu)
{
    cpu->cpu.clock_comparator = atomic_load(&machine->fake->tod) + 1000 +
                                farm_random(&machine->random) % 100000;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
}

/* The handler of what was taken: one external interruption at a time. */
static void handle(struct machine *machine, struct fake_cpu *cpu)
{
    assert_int_equal(cpu->report.taken, 1);
    switch (cpu->report.taken_kinds) {
    case 1u << S390IRQ_KIND_CLOCK_COMPARATOR:
        machine->comparators++;
        arm(machine, cpu);
        assert_int_equal(fake_sigp(machine->fake, cpu->address,
                                   machine->ring[cpu->address],
                                   S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, NULL),
                         0);
        machine->sent++;
        break;
    case 1u << S390IRQ_KIND_EMERGENCY_SIGNAL:
        machine->emergencies++;
        assert_int_equal(
            machine->ring[fake_load(machine->fake,
                                    cpu->cpu.prefix + LOWCORE_EXTERNAL_CPU, 2)],
            cpu->address);
        break;
    case 1u << S390IRQ_KIND_SERVICE_SIGNAL:
        machine->services++;
        break;
    default:
        fail_msg("taken kinds %x", cpu->report.taken_kinds);
    }
}

/* Runs one CPU until it sleeps again. */
static void run(struct machine *machine, uint32_t address)
{
    struct fake_cpu *cpu = &machine->fake->cpu[address];

    while (fake_deliver(machine->fake, address) == S390IRQ_RUN) {
        handle(machine, cpu);
        fake_load_masks(machine->fake, address, WAITING, OPEN_FOR);
    }
    assert_int_equal(cpu->report.taken, 0);
}

static void run_all(struct machine *machine)
{
    while (machine->count) {
        uint32_t address = machine->runnable[machine->head];

        machine->head = (machine->head + 1) % CPUS;
        machine->count--;
        run(machine, address);
    }
}

/* Jumps to the earliest deadline and fires what is due, in CPU order. */
static void next_deadline(struct machine *machine)
{
    struct fake *fake = machine->fake;
    uint64_t next = S390IRQ_NEVER;

    for (uint32_t i = 0; i < CPUS; i++) {
        uint64_t deadline = atomic_load(&fake->cpu[i].deadline_tod);

        next = deadline < next ? deadline : next;
    }
    assert_true(next != S390IRQ_NEVER);
    assert_true(next > atomic_load(&fake->tod));
    atomic_store(&fake->tod, next);
    for (uint32_t i = 0; i < CPUS; i++)
        if (atomic_load(&fake->cpu[i].deadline_tod) <= next)
            assert_int_equal(s390irq_vcpu_timer_fired(fake->cpu[i].vcpu), 0);
}

static void device(struct machine *machine)
{
    int outcome = s390irq_vm_inject_service(machine->fake->vm, 0x8000);

    fake_note(machine->fake, "service %d", outcome);
    assert_int_equal(outcome, S390IRQ_QUEUED);
    machine->accepted++;
}

static void start_all(struct machine *machine)
{
    for (uint32_t i = 0; i < CPUS; i++) {
        fake_start(machine->fake, i, WAITING, OPEN_FOR);
        machine->fake->cpu[i].cpu.clock_comparator =
            FAKE_TOD_START + farm_random(&machine->random) % 100000;
        assert_int_equal(s390irq_vcpu_set_cpu(machine->fake->cpu[i].vcpu,
                                              &machine->fake->cpu[i].cpu),
                         0);
        run(machine, i);
    }
    machine->head = machine->count = 0; /* all of them sleep now */
}

static uint64_t simulate(uint64_t seed)
{
    struct fake_options options = { .cpus = CPUS, .hooks = FAKE_USUAL };
    struct machine machine = { .fake = fake_open(&options), .random = seed };
    struct fake *fake = machine.fake;
    uint64_t hash;

    make_ring(&machine);
    fake->during_argument = &machine;
    fake->during = make_runnable;
    start_all(&machine);
    for (unsigned step = 0; step < STEPS; step++) {
        if (step % 8 == 0)
            device(&machine);
        else
            next_deadline(&machine);
        run_all(&machine);
    }
    assert_int_equal(machine.emergencies, machine.sent);
    assert_int_equal(machine.services, machine.accepted);
    assert_true(machine.comparators >= STEPS / 2);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_CLOCK_COMPARATOR).taken,
                     machine.comparators);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL).taken,
                     machine.services);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).taken,
                     machine.emergencies);
    fake_assert_counters(fake);
    hash = fake_journal_hash(fake);
    fake->during = NULL;
    fake_close(fake);
    return hash;
}

static void two_runs_one_hash(void **state)
{
    uint64_t first = simulate(1);

    (void)state;
    assert_int_equal(simulate(1), first);
    assert_int_not_equal(simulate(2), first);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "thousand: two runs give the same hash of calls and answers",
          two_runs_one_hash, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
