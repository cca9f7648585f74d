/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A VM of the library beside its model: made at random, with its hooks. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether there is such storage, and the host lets the access pass. */
static int admit(struct world *world, uint64_t absolute, size_t length)
{
    world->accesses++;
    if (world->accesses == world->fail_at) {
        world->failed = true;
        world->failed_absolute = absolute;
        return 0;
    }
    return absolute <= MODEL_STORAGE && length <= MODEL_STORAGE - absolute;
}

static int hook_read(void *vm, void *cpu, uint64_t absolute, void *data,
                     size_t length)
{
    struct world *world = vm;

    (void)cpu;
    if (!admit(world, absolute, length))
        return -1;
    memcpy(data, world->storage + absolute, length);
    return 0;
}

static int hook_write(void *vm, void *cpu, uint64_t absolute, const void *data,
                      size_t length)
{
    struct world *world = vm;

    (void)cpu;
    if (!admit(world, absolute, length))
        return -1;
    memcpy(world->storage + absolute, data, length);
    return 0;
}

static void *hook_lowcore(void *vm, void *cpu, uint64_t absolute)
{
    struct world *world = vm;

    (void)cpu;
    if (absolute > MODEL_STORAGE - MODEL_AREA ||
        (absolute / MODEL_AREA + world->pointers) % 2)
        return NULL;
    return world->storage + absolute;
}

static uint64_t hook_tod(void *vm, void *cpu)
{
    struct world *world = vm;

    (void)cpu;
    return world->model.host_tod;
}

static void hook_deadline(void *vm, void *cpu, uint64_t deadline_tod)
{
    struct host_cpu *self = cpu;

    (void)vm;
    self->deadline_tod = deadline_tod;
}

static void hook_wake(void *vm, void *cpu)
{
    struct host_cpu *self = cpu;

    (void)vm;
    self->woken++;
    self->world->wakes++;
    if (!s390irq_vcpu_attention(self->vcpu))
        self->attention_missing = true;
}

static void hook_kick(void *vm, void *cpu)
{
    struct host_cpu *self = cpu;

    (void)vm;
    self->kicked++;
    self->world->kicks++;
    if (!s390irq_vcpu_attention(self->vcpu))
        self->attention_missing = true;
}

static int hook_registers(void *vm, void *cpu,
                          struct s390irq_registers *registers)
{
    struct host_cpu *self = cpu;

    (void)vm;
    if (self->world->model.lost_registers)
        return -1;
    *registers = self->other;
    return 0;
}

/* Any CPU, or none: the library must not trust it. */
static uint32_t hook_choose(void *vm, void *cpu, uint32_t kind,
                            uint32_t address)
{
    struct world *world = vm;

    (void)cpu;
    (void)kind;
    world->offered = address;
    world->choice = pick(world->run, 2 * MODEL_CPUS);
    return world->choice;
}

static void hook_transaction(void *vm, void *cpu, uint8_t block[256])
{
    struct host_cpu *self = cpu;

    (void)vm;
    for (unsigned i = 0; i < 256; i++)
        block[i] = (uint8_t)(self->address * 16 + i);
}

static int hook_set_bit(void *vm, void *cpu, uint64_t absolute, uint8_t bits)
{
    struct world *world = vm;
    uint8_t before;

    (void)cpu;
    if (!admit(world, absolute, 1))
        return -1;
    before = world->storage[absolute];
    world->storage[absolute] |= bits;
    return before;
}

static void hook_trace(void *vm, void *cpu, const struct s390irq_trace *event)
{
    struct world *world = vm;

    (void)cpu;
    ledger_event(&world->ledger, event);
}

void world_hooks(struct world *world, struct s390irq_host_ops *ops)
{
    struct s390irq_host_ops none = S390IRQ_HOST_OPS_INIT;

    *ops = none;
    if (world->hooked) {
        ops->read = hook_read;
        ops->write = hook_write;
        ops->set_bit = hook_set_bit;
    }
    if (world->pointer)
        ops->lowcore = hook_lowcore;
    ops->tod = hook_tod;
    ops->deadline = hook_deadline;
    ops->wake = hook_wake;
    if (world->chooses)
        ops->choose = hook_choose;
    if (world->traced)
        ops->trace = hook_trace;
    if (world->model.kicks)
        ops->kick = hook_kick;
    if (world->model.registers)
        ops->registers = hook_registers;
    if (world->model.transaction)
        ops->transaction = hook_transaction;
}

void poke(struct world *world, uint64_t absolute, const void *bytes,
          uint32_t length)
{
    memcpy(world->storage + absolute, bytes, length);
    memcpy(world->model.storage + absolute, bytes, length);
}

static void choose_facilities(struct run *run, struct world *world)
{
    static const unsigned looked_at[] = { 9, 64, 72, 129, 133, 139 };

    for (size_t i = 0; i < sizeof looked_at / sizeof *looked_at; i++) {
        unsigned number = looked_at[i];

        if (chance(run, 4))
            continue;
        world->model.facility[number] = true;
        world->facilities[number / 8] |= (uint8_t)(0x80 >> number % 8);
    }
    world->config.facilities = world->facilities;
    world->config.facilities_size = sizeof world->facilities;
}

static void choose_config(struct run *run, struct world *world, unsigned number)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct model_vm *model = &world->model;

    world->config = config;
    world->config.cpus = model->cpus = 1 + pick(run, MODEL_CPUS);
    world->config.cp_service_limit = model->limit = 1 + pick(run, 6);
    world->hooked = number % 2;
    world->traced = number % 3 == 0;
    world->pointer = world->hooked && chance(run, 2);
    if (!world->hooked) {
        world->config.ram = world->storage;
        world->config.ram_size = MODEL_STORAGE;
    }
    world->chooses = chance(run, 3);
    world->calm = chance(run, 2);
    model->kicks = number >= 2 && chance(run, 2);
    if (model->kicks && chance(run, 2))
        world->config.flags = model->flags = S390IRQ_VM_MASKS_UNKNOWN;
    model->registers = !chance(run, 3);
    model->transaction = chance(run, 2);
    choose_facilities(run, world);
    model->host_tod = 0x10000000 + pick(run, 1000000);
}

void create_cpu(struct world *world, uint32_t address)
{
    struct host_cpu *cpu = &world->cpu[address];
    struct s390irq_cpu initial = S390IRQ_CPU_INIT;
    struct s390irq_registers registers = S390IRQ_REGISTERS_INIT;

    cpu->world = world;
    cpu->address = address;
    cpu->cpu = initial;
    cpu->other = registers;
    world->model.cpu[address].live = &cpu->other;
    if (s390irq_vcpu_create(world->vm, address, cpu, &cpu->vcpu) != 0)
        differ(world->run, "CPU %u cannot be created", address);
    model_create(&world->model, address);
}

struct world *world_open(struct run *run, unsigned number)
{
    struct world *world = calloc(1, sizeof *world);
    int answer;

    if (!world)
        abort();
    world->run = run;
    world->number = number;
    world->model.flip = run->flip;
    model_open(&world->model);
    choose_config(run, world, number);
    world_hooks(world, &world->ops);
    answer = s390irq_vm_create(&world->config, &world->ops, world, &world->vm);
    if (answer != 0) {
        differ(run, "VM cannot be created: %d", answer);
        return world;
    }
    for (uint32_t i = 0; i < world->config.cpus; i++)
        create_cpu(world, i);
    world->life = 200 + pick(run, 20000);
    snprintf(world->made, sizeof world->made,
             "made: %u CPUs, flags %x, %s%s%s%s%s", world->config.cpus,
             world->config.flags, world->hooked ? "hooks" : "ram",
             world->pointer ? ", pointers" : "",
             world->model.kicks ? ", kicks" : "",
             world->chooses ? ", chooses" : "", world->calm ? ", calm" : "");
    note(world, "%s", world->made);
    return world;
}

void world_close(struct world *world)
{
    s390irq_vm_unref(world->vm);
    free(world);
}
