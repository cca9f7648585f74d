/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "farm.h"

#include <sched.h>
#include <time.h>

#define OPEN             (PSW_64 | PSW_EXTERNAL)
#define WAITING          (OPEN | PSW_WAIT)
#define SPINS            40
#define PATIENCE_SECONDS 60

uint32_t farm_random(uint64_t *state)
{
    *state =
        *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

unsigned farm_rounds(unsigned rounds)
{
    return fake_is_asked_for("S390IRQ_TEST_LONG") ? rounds * 50 : rounds;
}

static uint64_t field(const struct farm_cpu *self, unsigned offset,
                      unsigned length)
{
    return fake_load(self->farm->fake, self->cpu.prefix + offset, length);
}

static void handle_virtio(struct farm_cpu *self)
{
    uint64_t id = field(self, LOWCORE_EXTERNAL_PARAMETER64, 8);
    uint32_t bit = 1u << id % 32;

    if (id >= FARM_RECORDS ||
        field(self, LOWCORE_EXTERNAL_PARAMETER, 4) != (uint32_t)~id) {
        self->wrong++;
        return;
    }
    if (atomic_fetch_or(&self->farm->record[id / 32], bit) & bit)
        atomic_fetch_add(&self->farm->doubled, 1);
}

/* The handler of an external interruption: what does the lowcore say? */
static void handle_external(struct farm_cpu *self, uint32_t kind)
{
    static const uint16_t codes[S390IRQ_KIND_LIMIT] = {
        [S390IRQ_KIND_EMERGENCY_SIGNAL] = EXTERNAL_EMERGENCY_SIGNAL,
        [S390IRQ_KIND_EXTERNAL_CALL] = EXTERNAL_CALL,
        [S390IRQ_KIND_TIMING_ALERT] = EXTERNAL_TIMING_ALERT,
        [S390IRQ_KIND_SERVICE_SIGNAL] = EXTERNAL_SERVICE_SIGNAL,
        [S390IRQ_KIND_VIRTIO] = EXTERNAL_CP_SERVICE,
        [S390IRQ_KIND_CLOCK_COMPARATOR] = EXTERNAL_CLOCK_COMPARATOR,
    };

    if (field(self, LOWCORE_EXTERNAL_CODE, 2) != codes[kind])
        self->wrong++;
    if (kind == S390IRQ_KIND_VIRTIO)
        handle_virtio(self);
    if (kind == S390IRQ_KIND_SERVICE_SIGNAL &&
        field(self, LOWCORE_EXTERNAL_PARAMETER, 4) & ~UINT32_C(7))
        atomic_fetch_add(&self->farm->service_seen, 1);
    if (kind == S390IRQ_KIND_CLOCK_COMPARATOR)
        self->cpu.clock_comparator = UINT64_MAX;
}

static void handle(struct farm_cpu *self)
{
    unsigned externals = 0;
    unsigned counted = 0;

    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++) {
        if (!(self->report.taken_kinds & 1u << kind))
            continue;
        self->seen[kind]++;
        counted++;
        if (kind == S390IRQ_KIND_RESTART || kind == S390IRQ_KIND_STOP)
            continue;
        externals++;
        handle_external(self, kind);
    }
    /* Every new PSW is disabled: one external interruption at a time. */
    if (externals > 1 || self->report.taken > counted)
        self->wrong++;
    if (self->cpu.prefix != self->prefixes[0] &&
        self->cpu.prefix != self->prefixes[1])
        self->wrong++;
}

static void spin(struct farm_cpu *self)
{
    for (int i = 0; i < SPINS; i++)
        if (s390irq_attention(&self->poll))
            return;
    sched_yield();
}

static void load_psw(struct farm_cpu *self, uint64_t mask)
{
    self->cpu.psw_mask = mask;
    if (self->farm->host != FARM_UNSEEN &&
        s390irq_vcpu_masks_changed(self->vcpu, &self->cpu) != 0)
        self->wrong++;
}

/* In the guest until it is kicked: nobody looks at attention here. */
static void stay_in_guest(struct farm_cpu *self)
{
    while (!atomic_load(&self->immediate_exit) &&
           !atomic_load(&self->farm->quit))
        sched_yield();
}

/* Runs a while, closed and open, and at times loads a wait PSW. */
static void run_guest(struct farm_cpu *self)
{
    uint32_t dice = farm_random(&self->random);
    int watched =
        (self->report.intercepts & S390IRQ_INTERCEPT_PSW_EXTERNAL) != 0;

    if (dice & 1) {
        load_psw(self, PSW_64);
        spin(self);
    }
    load_psw(self, dice & 2 ? OPEN : WAITING);
    if (!(dice & 2))
        return;
    if (self->farm->host == FARM_POLLS)
        spin(self);
    else if (self->farm->host == FARM_KICKED || !watched)
        stay_in_guest(self);
}

/* The flag is cleared before deliver, never after it (T-4). */
static void *owner(void *argument)
{
    struct farm_cpu *self = argument;
    int answer;

    while (!atomic_load(&self->farm->quit)) {
        atomic_store(&self->immediate_exit, 0);
        answer = s390irq_vcpu_deliver(self->vcpu, &self->cpu, &self->report);
        handle(self);
        if (answer == S390IRQ_RUN)
            run_guest(self);
        else if (answer < 0)
            self->wrong++;
        else if (!atomic_load(&self->farm->quit) &&
                 s390irq_vcpu_wait(self->vcpu) != 0)
            self->wrong++;
    }
    return NULL;
}

static void leave_guest(struct fake *fake, const char *hook,
                        struct fake_cpu *cpu)
{
    struct farm *farm = fake->during_argument;

    if (strcmp(hook, "kick") == 0)
        atomic_store(&farm->cpu[cpu->address].immediate_exit, 1);
}

static void start_cpu(struct farm *farm, uint32_t address)
{
    static const struct s390irq_report report = S390IRQ_REPORT_INIT;
    struct farm_cpu *self = &farm->cpu[address];

    fake_start(farm->fake, address, WAITING, CR0_EVERY_EXTERNAL);
    self->farm = farm;
    self->vcpu = farm->fake->cpu[address].vcpu;
    self->cpu = farm->fake->cpu[address].cpu;
    self->poll = farm->fake->cpu[address].poll;
    self->report = report;
    self->random = address;
    self->prefixes[0] = fake_prefix(address);
    self->prefixes[1] = (farm->cpus + 2 + (address & 1)) * LOWCORE_SIZE;
    assert_int_equal(pthread_create(&self->thread, NULL, owner, self), 0);
}

struct farm *farm_open(uint32_t cpus, enum farm_host host)
{
    struct fake_options options = {
        .cpus = cpus,
        .flags = host == FARM_UNSEEN ? S390IRQ_VM_MASKS_UNKNOWN : 0,
        .hooks = host == FARM_POLLS ? 0 : FAKE_HOOK_KICK,
        .cp_service_limit = 64,
    };
    struct farm *farm;

    fake_needs_wait();
    farm = calloc(1, sizeof *farm);
    assert_non_null(farm);
    farm->fake = fake_open(&options);
    farm->cpus = cpus;
    farm->host = host;
    farm->fake->during_argument = farm;
    farm->fake->during = leave_guest;
    farm->cpu = calloc(cpus, sizeof *farm->cpu);
    farm->record = calloc(FARM_RECORDS / 32, sizeof *farm->record);
    assert_non_null(farm->cpu);
    assert_non_null(farm->record);
    for (uint32_t i = 0; i < cpus; i++)
        start_cpu(farm, i);
    return farm;
}

static size_t pending(struct farm *farm)
{
    size_t count = s390irq_queue_count(s390irq_vm_queue(farm->fake->vm));

    for (uint32_t i = 0; i < farm->cpus; i++)
        count += s390irq_queue_count(s390irq_vcpu_queue(farm->cpu[i].vcpu));
    return count;
}

int farm_drain(struct farm *farm)
{
    time_t end = time(NULL) + PATIENCE_SECONDS;

    while (pending(farm)) {
        if (time(NULL) > end)
            return 0;
        sched_yield();
    }
    return 1;
}

void farm_stop(struct farm *farm)
{
    atomic_store(&farm->quit, 1);
    for (uint32_t i = 0; i < farm->cpus; i++)
        s390irq_vcpu_kick(farm->cpu[i].vcpu);
    for (uint32_t i = 0; i < farm->cpus; i++)
        pthread_join(farm->cpu[i].thread, NULL);
}

uint64_t farm_seen(const struct farm *farm, uint32_t kind)
{
    uint64_t seen = 0;

    for (uint32_t i = 0; i < farm->cpus; i++)
        seen += farm->cpu[i].seen[kind];
    return seen;
}

unsigned farm_wrong(const struct farm *farm)
{
    unsigned wrong = 0;

    for (uint32_t i = 0; i < farm->cpus; i++)
        wrong += farm->cpu[i].wrong;
    return wrong;
}

void farm_close(struct farm *farm)
{
    fake_close(farm->fake);
    free(farm->record);
    free(farm->cpu);
    free(farm);
}
