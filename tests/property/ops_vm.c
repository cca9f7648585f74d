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

static void compare_tod(struct run *run, struct world *world)
{
    uint32_t mine_index = 0, index;
    uint64_t mine = 0, tod, plain = 0;

    model_get_tod(&world->model, &index, &tod);
    same(run, "get_tod_epoch",
         (uint64_t)s390irq_vm_get_tod_epoch(world->vm, &mine_index, &mine), 0);
    same(run, "get_tod", (uint64_t)s390irq_vm_get_tod(world->vm, &plain), 0);
    same(run, "TOD", mine, tod);
    same(run, "TOD without index", plain, tod);
    same(run, "epoch index", mine_index, index);
}

static void act_set_tod(struct run *run, struct world *world)
{
    struct model_vm *vm = &world->model;
    uint64_t tod = vm->host_tod + vm->epoch + pick(run, 1000) - 500;
    uint32_t index = chance(run, 2) ? pick(run, 256) : 0;
    int answer;

    if (chance(run, 10))
        tod = draw(run);
    begin_call(world);
    answer = index ? s390irq_vm_set_tod_epoch(world->vm, index, tod)
                   : s390irq_vm_set_tod(world->vm, tod);
    note(world, "set TOD to %u, %llx: %d", index, (unsigned long long)tod,
         answer);
    same(run, "set_tod", (uint64_t)answer,
         (uint64_t)model_set_tod(vm, index, tod));
    end_call(world);
    compare_tod(run, world);
}

/* The host's clock jumps, and the embedder says so. */
static void act_adjust_tod(struct run *run, struct world *world)
{
    struct model_vm *vm = &world->model;
    uint64_t delta = 1 + pick(run, 100000);

    begin_call(world);
    vm->host_tod += delta;
    note(world, "the host's clock jumps by %llx", (unsigned long long)delta);
    same(run, "adjust_tod", (uint64_t)s390irq_vm_adjust_tod(world->vm, delta),
         0);
    model_adjust_tod(vm, delta);
    end_call(world);
    compare_tod(run, world);
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

/* The host maps its storage elsewhere: all pointers into it are void. */
static void act_lowcore(struct run *run, struct world *world)
{
    world->pointers = pick(run, 2);
    begin_call(world);
    for (uint32_t i = 0; i < world->config.cpus; i++)
        if (world->model.cpu[i].there)
            same(run, "lowcore_changed",
                 (uint64_t)s390irq_vcpu_lowcore_changed(world->cpu[i].vcpu), 0);
    end_call(world);
}

static void act_explain(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    const struct model_cpu *model = model_of(cpu);

    note(world, "CPU %u explain", cpu->address);
    /* Of a running CPU what it published counts. */
    if (model->parked || (!model->unseen && !model->in_hand &&
                          !(world->config.flags & S390IRQ_VM_MASKS_UNKNOWN)))
        compare_explanation(cpu);
}

const struct operation vm_operations[] = {
    { "time", 60, act_time },
    { "deadline", 30, act_deadline },
    { "pause", 2, act_pause },
    { "resume", 20, act_resume },
    { "vm_reset", 2, act_vm_reset },
    { "set_tod", 4, act_set_tod },
    { "adjust_tod", 4, act_adjust_tod },
    { "lowcore_changed", 3, act_lowcore },
    { "explain", 60, act_explain },
    { "close", 4, act_close },
    { NULL, 0, NULL },
};
