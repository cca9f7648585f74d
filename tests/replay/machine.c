/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "hooks.h"

/* A date of our days, so that as a signed number it is negative. */
#define START_TOD UINT64_C(0xe200000000000000)

#define PREFIX_AREA   0x2000
#define MAX_DEADLINES 100000

/*
 * What the recorded machine has: sense running status, adapter-interruption
 * suppression, vector; no guarded storage and no multiple epochs.
 */
static const uint8_t facilities[32] = {
    [9 / 8] = 0x80 >> 9 % 8,
    [72 / 8] = 0x80 >> 72 % 8,
    [129 / 8] = 0x80 >> 129 % 8,
};

bool replay_fails(struct replay *replay, const char *format, ...)
{
    char text[sizeof replay->problem.text];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!replay->step)
        return problem_set(&replay->problem, "setup: %s", text);
    return problem_set(&replay->problem, "step %u %.40s: %s",
                       replay->step->number, replay->step->operation, text);
}

struct worker *machine_worker(struct replay *replay, uint64_t address)
{
    if (address < replay->scenario->cpus)
        return replay->worker + address;
    replay_fails(replay, "the machine has no CPU %llu",
                 (unsigned long long)address);
    return NULL;
}

uint64_t machine_absolute(const struct worker *worker, uint64_t real)
{
    uint32_t prefix = machine_prefix(worker);

    if (real < PREFIX_AREA)
        return real + prefix;
    return real - prefix < PREFIX_AREA ? real - prefix : real;
}

uint32_t machine_prefix(const struct worker *worker)
{
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;

    if (s390irq_vcpu_get_cpu(worker->vcpu, &parked) == 0)
        return parked.prefix;
    return worker->cpu.prefix;
}

/* A polling host must never miss what has become enabled. */
bool machine_registers_changed(struct worker *worker)
{
    int masks = s390irq_vcpu_masks_changed(worker->vcpu, &worker->cpu);
    int timers = s390irq_vcpu_timers_changed(worker->vcpu, &worker->cpu);

    if (masks < 0 || timers < 0)
        return replay_fails(worker->replay, "masks or timers of CPU %u: %s",
                            worker->address,
                            s390irq_strerror(masks < 0 ? masks : timers));
    if (s390irq_vcpu_has_interruption(worker->vcpu, &worker->cpu) == 1 &&
        !s390irq_vcpu_attention(worker->vcpu))
        return replay_fails(worker->replay,
                            "CPU %u has an interruption, but no attention",
                            worker->address);
    return true;
}

bool machine_load_psw(struct worker *worker, uint64_t mask, uint64_t address)
{
    worker->cpu.psw_mask = mask;
    worker->cpu.psw_address = address;
    return machine_registers_changed(worker);
}

/*
 * Where the worker waits is not in the recording but for the old PSW of a
 * restart: the next of those is believed.
 */
static void idle_psw(struct worker *worker)
{
    const struct delivery_list *list = worker->replay->scenario->choice;
    uint32_t restarts = 0;

    worker->cpu.psw_mask = PSW_CLOSED;
    worker->cpu.psw_address = IDLE_ADDRESS;
    for (size_t i = 0; i < list->count; i++) {
        const struct delivery *delivery = list->array + i;

        if (delivery->cpu != worker->address ||
            delivery->class_number != CLASS_RESTART ||
            restarts++ != worker->restarts)
            continue;
        if (delivery->somewhere && delivery->old_address.value) {
            worker->cpu.psw_address = delivery->old_address.value;
            worker->cpu.psw_mask |= delivery->old_mask.value & PSW_RESULT;
        }
        return;
    }
}

bool machine_go_idle(struct worker *worker)
{
    worker->activity = IDLE;
    worker->released = false;
    idle_psw(worker);
    return machine_registers_changed(worker);
}

static bool is_due(const struct worker *worker)
{
    if (worker->held)
        return false;
    if (worker->answer == S390IRQ_RUN)
        return s390irq_vcpu_attention(worker->vcpu) ||
               (worker->activity == SPIN && worker->released);
    return worker->woken;
}

/* What floats may be another's; what is local must have woken this one. */
static bool check_sleep(struct worker *worker)
{
    struct s390irq_poll poll;

    if (worker->answer == S390IRQ_RUN || worker->woken ||
        s390irq_vcpu_poll(worker->vcpu, &poll) < 0 ||
        !(*poll.local & *poll.open))
        return true;
    return replay_fails(worker->replay,
                        "CPU %u sleeps with attention and was not woken",
                        worker->address);
}

bool machine_pump(struct replay *replay)
{
    bool again = true;

    while (again) {
        again = false;
        for (uint32_t i = 0; i < replay->scenario->cpus; i++) {
            struct worker *worker = replay->worker + i;

            if (!check_sleep(worker))
                return false;
            if (!is_due(worker))
                continue;
            again = true;
            if (!guest_run(worker))
                return false;
        }
    }
    return true;
}

/* The earliest deadline of all CPUs. */
static uint64_t next_deadline(const struct replay *replay)
{
    uint64_t next = S390IRQ_NEVER;

    for (uint32_t i = 0; i < replay->scenario->cpus; i++)
        if (replay->worker[i].deadline < next)
            next = replay->worker[i].deadline;
    return next;
}

/* Each deadline is told once; the library says when there is another. */
static bool reach(struct replay *replay, uint64_t tod)
{
    if (tod > replay->now)
        replay->now = tod;
    for (uint32_t i = 0; i < replay->scenario->cpus; i++) {
        struct worker *worker = replay->worker + i;

        if (worker->deadline > replay->now)
            continue;
        worker->deadline = S390IRQ_NEVER;
        s390irq_vcpu_timer_fired(worker->vcpu);
    }
    return machine_pump(replay);
}

static bool never(const struct worker *worker)
{
    (void)worker;
    return false;
}

bool machine_wait_for(struct worker *worker,
                      bool (*condition)(const struct worker *worker),
                      uint64_t us, bool *is_so)
{
    struct replay *replay = worker->replay;
    uint64_t end = replay->now + us * TOD_PER_US;
    int rounds = 0;

    if (!machine_pump(replay))
        return false;
    while (!(*is_so = condition(worker)) && replay->now < end) {
        uint64_t next = next_deadline(replay);

        if (++rounds > MAX_DEADLINES)
            return replay_fails(replay, "deadlines without end");
        if (!reach(replay, next < end ? next : end))
            return false;
    }
    return true;
}

bool machine_let_pass(struct replay *replay, uint64_t us)
{
    bool is_so;

    return machine_wait_for(replay->worker, never, us, &is_so);
}

/* All of a worker's prefix area, and the absolute one, which status uses. */
bool machine_check_storage(struct replay *replay)
{
    struct problem problem = { "" };
    bool good = storage_check(&replay->storage, 0, PREFIX_AREA, &problem);

    for (uint32_t i = 0; i < replay->scenario->cpus && good; i++) {
        uint64_t prefix = machine_prefix(replay->worker + i);

        good = storage_check(&replay->storage, prefix, prefix + PREFIX_AREA,
                             &problem);
    }
    if (good)
        good = storage_check_written(&replay->storage, &problem);
    return good || replay_fails(replay, "%s", problem.text);
}

/* PoP ch. 3: the new PSWs of the recorded guest; all else has a pattern. */
static void make_prefix_area(struct replay *replay, uint32_t prefix)
{
    struct storage *storage = &replay->storage;

    storage_fill(storage, prefix, 0x1a0);
    storage_fill(storage, prefix + 0x1200, 0x200);
    for (uint32_t i = 0; i < CLASSES; i++) {
        uint64_t absolute = prefix + classes[i].new_psw;

        storage_value_by_program(storage, absolute, 8,
                                 replay->scenario->new_psw_mask);
        storage_value_by_program(storage, absolute + 8, 8,
                                 replay->scenario->handler[i]);
    }
}

static void start_registers(struct worker *worker,
                            const struct setup_cpu *setup)
{
    worker->cpu.prefix = setup->prefix;
    worker->cpu.clock_comparator = setup->clock_comparator;
    worker->cpu.cpu_timer = setup->cpu_timer;
    worker->cpu.cpu_timer_since_tod = worker->replay->now;
    memcpy(worker->cpu.cr, setup->control, sizeof worker->cpu.cr);
    idle_psw(worker);
}

static bool make_worker(struct replay *replay, uint32_t address)
{
    const struct setup_cpu *setup = replay->scenario->cpu + address;
    struct worker *worker = replay->worker + address;
    int rc;

    *worker = (struct worker){
        .replay = replay,
        .address = address,
        .cpu = S390IRQ_CPU_INIT,
        .registers = S390IRQ_REGISTERS_INIT,
        .deadline = S390IRQ_NEVER,
        .answer = S390IRQ_STOPPED,
        .activity = setup->listed ? IDLE : FOREVER,
        .started = true,
    };
    rc = s390irq_vcpu_create(replay->vm, address, worker, &worker->vcpu);
    if (rc < 0)
        return replay_fails(replay, "CPU %u: %s", address,
                            s390irq_strerror(rc));
    if (!setup->listed)
        return true;
    if (!storage_has(setup->prefix, PREFIX_AREA))
        return replay_fails(replay, "no storage for a prefix area at %x",
                            setup->prefix);
    make_prefix_area(replay, setup->prefix);
    start_registers(worker, setup);
    rc = s390irq_vcpu_start(worker->vcpu, &worker->cpu);
    if (rc < 0)
        return replay_fails(replay, "CPU %u: %s", address,
                            s390irq_strerror(rc));
    return guest_run(worker);
}

bool machine_create(struct replay *replay, bool recording, uint8_t pattern)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    int rc;

    if (!storage_create(&replay->storage, recording, pattern))
        return replay_fails(replay, "no memory for the guest's storage");
    replay->devices.subchannel =
        calloc(0x10000, sizeof *replay->devices.subchannel);
    if (!replay->devices.subchannel)
        return replay_fails(replay, "out of memory");
    replay->now = START_TOD;
    replay->script = (struct script){ .level = 1, .wait = 1 };
    config.cpus = replay->scenario->cpus;
    config.facilities = facilities;
    config.facilities_size = sizeof facilities;
    if (!recording) {
        config.ram = replay->storage.ram;
        config.ram_size = STORAGE_SIZE;
    }
    rc = s390irq_vm_create(&config, recording ? &hooks_with_storage : &hooks,
                           replay, &replay->vm);
    if (rc < 0)
        return replay_fails(replay, "the VM: %s", s390irq_strerror(rc));
    for (uint32_t i = 0; i < config.cpus; i++)
        if (!make_worker(replay, i))
            return false;
    return true;
}

void machine_free(struct replay *replay)
{
    s390irq_vm_unref(replay->vm);
    free(replay->devices.subchannel);
    delivery_free(&replay->log);
    if (replay->storage.ram)
        storage_free(&replay->storage);
}
