/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A simulator: many CPUs on one thread, in virtual time. docs/embedding.md
 * explains it.
 *
 * Each CPU waits, enabled, for its clock comparator, which it sets anew in
 * the handler; at every fourth tick it sends an emergency signal to the next
 * CPU. The guest is a C function. The clock moves only when nobody can run.
 */
#include <s390irq/s390irq.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define CPUS        256u
#define PREFIX_AREA 0x2000u
#define START       0x10000u /* virtual time is in TOD units */
#define END         (START + 1000000u)

#define PSW_64BIT            0x0000000180000000
#define PSW_EXTERNAL         0x0100000000000000
#define PSW_WAIT             0x0002000000000000
#define CR0_CLOCK_COMPARATOR 0x800
#define CR0_EMERGENCY_SIGNAL 0x4000
#define HANDLER              0x2000

struct simulator;

struct simulated {
    struct simulator *simulator;
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu;
    uint64_t deadline; /* as deliver said */
    uint64_t period;
    uint64_t ticks;
    uint64_t signals;
    bool runnable; /* in the queue */
};

struct simulator {
    struct s390irq_vm *vm;
    uint64_t now;
    uint64_t hash; /* of all that happened */
    uint8_t *ram;
    struct simulated cpus[CPUS];
    struct simulated *queue[CPUS]; /* a ring: each CPU is in it once */
    uint32_t first, queued;
};

static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "simulator: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static uint64_t fetch(const uint8_t *from, uint32_t bytes)
{
    uint64_t value = 0;

    while (bytes--)
        value = value << 8 | *from++;
    return value;
}

static void store(uint8_t *to, uint64_t value)
{
    for (int at = 7; at >= 0; at--, value >>= 8)
        to[at] = (uint8_t)value;
}

static void note(struct simulator *simulator, uint64_t value)
{
    simulator->hash = (simulator->hash ^ value) * 0x100000001b3;
}

/* The hooks. */

static uint64_t tod(void *vm, void *cpu)
{
    const struct simulator *simulator = vm;

    (void)cpu;
    return simulator->now;
}

static void make_runnable(void *vm, void *cpu)
{
    struct simulator *simulator = vm;
    struct simulated *self = cpu;

    if (self->runnable)
        return;
    self->runnable = true;
    simulator->queue[(simulator->first + simulator->queued++) % CPUS] = self;
}

/* The guest. */

static void clock_comparator(struct simulated *self)
{
    struct simulator *simulator = self->simulator;
    uint32_t address = s390irq_vcpu_address(self->vcpu), status;

    self->ticks++;
    self->cpu.clock_comparator += self->period;
    check(s390irq_vcpu_timers_changed(self->vcpu, &self->cpu));
    if (self->ticks % 4 == 0)
        check(s390irq_vcpu_sigp(self->vcpu, (address + 1) % CPUS,
                                S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, &status));
    note(simulator, address);
}

/* What runs at HANDLER: looks at the code, returns to the old PSW. */
static void handler(struct simulated *self)
{
    const uint8_t *lowcore = self->simulator->ram + self->cpu.prefix;

    if (fetch(lowcore + 0x86, 2) == 0x1004)
        clock_comparator(self);
    else
        self->signals++;
    self->cpu.psw_mask = fetch(lowcore + 0x130, 8);
    self->cpu.psw_address = fetch(lowcore + 0x138, 8);
    check(s390irq_vcpu_masks_changed(self->vcpu, &self->cpu));
}

/* The simulator. */

/* One CPU for one turn. What still has something to do queues again. */
static void run(struct simulated *self)
{
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    int answer = check(s390irq_vcpu_deliver(self->vcpu, &self->cpu, &report));

    note(self->simulator, (uint64_t)answer << 32 | report.taken_kinds);
    self->deadline = report.deadline_tod;
    if (answer == S390IRQ_RUN)
        handler(self);
    if (answer == S390IRQ_RUN || s390irq_vcpu_attention(self->vcpu))
        make_runnable(self->simulator, self);
}

static void run_queue(struct simulator *simulator)
{
    while (simulator->queued) {
        struct simulated *self = simulator->queue[simulator->first];

        simulator->first = (simulator->first + 1) % CPUS;
        simulator->queued--;
        self->runnable = false;
        run(self);
    }
}

/* Everybody sleeps: time jumps to the next deadline. False: the end. */
static bool advance(struct simulator *simulator)
{
    uint64_t next = S390IRQ_NEVER;

    for (uint32_t at = 0; at < CPUS; at++)
        if (simulator->cpus[at].deadline < next)
            next = simulator->cpus[at].deadline;
    if (next > END)
        return false;
    simulator->now = next;
    for (uint32_t at = 0; at < CPUS; at++)
        if (simulator->cpus[at].deadline <= next)
            check(s390irq_vcpu_timer_fired(simulator->cpus[at].vcpu));
    return true;
}

static void make_cpu(struct simulator *simulator, uint32_t address)
{
    struct simulated *self = &simulator->cpus[address];
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    self->simulator = simulator;
    self->deadline = S390IRQ_NEVER;
    self->period = 1000 + 7 * address;
    cpu.prefix = address * PREFIX_AREA;
    cpu.psw_mask = PSW_64BIT | PSW_EXTERNAL | PSW_WAIT;
    cpu.cr[0] = CR0_CLOCK_COMPARATOR | CR0_EMERGENCY_SIGNAL;
    cpu.clock_comparator = START + self->period;
    self->cpu = cpu;
    store(simulator->ram + cpu.prefix + 0x1b0, PSW_64BIT);
    store(simulator->ram + cpu.prefix + 0x1b8, HANDLER);
    check(s390irq_vcpu_create(simulator->vm, address, self, &self->vcpu));
    check(s390irq_vcpu_start(self->vcpu, &cpu));
}

/* The comparator is due one unit after its value: "equal" is not yet. */
static uint64_t expected_ticks(const struct simulator *simulator,
                               uint32_t address)
{
    return (END - START - 1) / simulator->cpus[address % CPUS].period;
}

static bool good(const struct simulator *simulator)
{
    for (uint32_t at = 0; at < CPUS; at++) {
        const struct simulated *self = &simulator->cpus[at];

        if (self->ticks != expected_ticks(simulator, at) ||
            self->signals != expected_ticks(simulator, at + CPUS - 1) / 4)
            return false;
    }
    return true;
}

/* Answers the hash of one whole run, or 0 if something was lost in it. */
static uint64_t simulate(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct simulator *simulator = calloc(1, sizeof *simulator);
    uint64_t hash = 0;

    if (!simulator)
        return 0;
    simulator->ram = calloc(CPUS, PREFIX_AREA);
    simulator->now = START;
    config.cpus = CPUS;
    config.ram = simulator->ram;
    config.ram_size = CPUS * PREFIX_AREA;
    ops.tod = tod;
    ops.wake = make_runnable;
    check(s390irq_vm_create(&config, &ops, simulator, &simulator->vm));
    for (uint32_t address = 0; address < CPUS; address++)
        make_cpu(simulator, address);
    do
        run_queue(simulator);
    while (advance(simulator));
    if (good(simulator))
        hash = simulator->hash;
    s390irq_vm_unref(simulator->vm);
    free(simulator->ram);
    free(simulator);
    return hash;
}

int main(void)
{
    uint64_t first = simulate();
    uint64_t second = simulate();

    printf("simulator: %u CPUs, two runs: %016llx %016llx\n", CPUS,
           (unsigned long long)first, (unsigned long long)second);
    return first != 0 && first == second ? 0 : 1;
}
