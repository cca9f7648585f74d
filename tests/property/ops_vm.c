/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The VM as a whole: pause, clocks, subsystem reset, close. */
#include "driver.h"

#include <string.h>

static void act_time(struct run *run, struct world *world)
{
    world->model.host_tod += 1 + pick(run, 100);
}

/* The earliest deadline comes, and the host says so. */
static void act_deadline(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_vm *vm = &world->model;
    struct model_cpu *model = model_of(cpu);

    if (!model->there || cpu->deadline_tod == S390IRQ_NEVER ||
        cpu->deadline_tod <= vm->host_tod ||
        cpu->deadline_tod - vm->host_tod > 1000000)
        return;
    vm->host_tod = cpu->deadline_tod - pick(run, 2);
    begin_call(world);
    note(world, "CPU %u timer fired", cpu->address);
    same(run, "timer_fired", (uint64_t)s390irq_vcpu_timer_fired(cpu->vcpu), 0);
    model->look = true;
    end_call(world);
}

static void act_pause(struct run *run, struct world *world)
{
    int answer;

    begin_call(world);
    answer = s390irq_vm_pause(world->vm);
    note(world, "pause: %d", answer);
    same(run, "pause", (uint64_t)answer, (uint64_t)model_pause(&world->model));
    end_call(world);
}

static void act_resume(struct run *run, struct world *world)
{
    begin_call(world);
    note(world, "resume");
    same(run, "resume", (uint64_t)s390irq_vm_resume(world->vm), 0);
    model_resume(&world->model);
    end_call(world);
}

static void act_vm_reset(struct run *run, struct world *world)
{
    begin_call(world);
    note(world, "subsystem reset");
    same(run, "vm_reset", (uint64_t)s390irq_vm_reset(world->vm), 0);
    model_vm_reset(&world->model);
    end_call(world);
}

static void everybody_looks(struct world *world)
{
    for (uint32_t i = 0; i < world->config.cpus; i++)
        world->model.cpu[i].look = true;
}

static void act_set_tod(struct run *run, struct world *world)
{
    struct model_vm *vm = &world->model;
    uint64_t tod = vm->host_tod + vm->epoch + pick(run, 1000) - 500;
    uint64_t now = 0;

    if (chance(run, 10))
        tod = draw(run);
    begin_call(world);
    note(world, "set TOD to %llx", (unsigned long long)tod);
    same(run, "set_tod", (uint64_t)s390irq_vm_set_tod(world->vm, tod), 0);
    vm->epoch = tod - vm->host_tod;
    everybody_looks(world);
    end_call(world);
    same(run, "get_tod", (uint64_t)s390irq_vm_get_tod(world->vm, &now), 0);
    same(run, "TOD", now, tod);
}

static void act_close(struct run *run, struct world *world)
{
    if (world->calls + 300 < world->life)
        return;
    begin_call(world);
    note(world, "close");
    same(run, "close", (uint64_t)s390irq_vm_close(world->vm), 0);
    world->model.closed = true;
    end_call(world);
}

const struct operation vm_operations[] = {
    { "time", 60, act_time },        { "deadline", 30, act_deadline },
    { "pause", 3, act_pause },       { "resume", 8, act_resume },
    { "vm_reset", 2, act_vm_reset }, { "set_tod", 4, act_set_tod },
    { "close", 4, act_close },       { NULL, 0, NULL },
};
