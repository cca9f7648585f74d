/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The VM is saved in the middle of its life, and goes on: in another VM that
 * its state is loaded into, on another host's clock, or where it was.
 */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

/* Nothing in hand, everybody parked; false: a difference. */
static bool park_all(struct run *run, struct world *world)
{
    for (uint32_t i = 0; i < world->config.cpus && !run->differs; i++) {
        struct host_cpu *cpu = &world->cpu[i];

        if (!model_of(cpu)->there || !model_of(cpu)->in_hand)
            continue;
        begin_call(world);
        same(run, "abort", (uint64_t)s390irq_vcpu_abort(cpu->vcpu), 0);
        model_abort(&world->model, model_of(cpu));
        end_call(world);
    }
    begin_call(world);
    same(run, "pause", (uint64_t)s390irq_vm_pause(world->vm),
         (uint64_t)model_pause(&world->model));
    end_call(world);
    for (uint32_t i = 0; i < world->config.cpus && !run->differs; i++) {
        struct host_cpu *cpu = &world->cpu[i];

        if (!model_of(cpu)->there || model_of(cpu)->parked)
            continue;
        begin_call(world);
        deliver_both(cpu);
        end_call(world);
    }
    return !run->differs;
}

static void *save(struct run *run, struct world *world, size_t *length)
{
    void *bytes;

    *length = 0;
    same(run, "save: size", (uint64_t)s390irq_vm_save(world->vm, NULL, length),
         (uint64_t)S390IRQ_E_BUFFER);
    bytes = malloc(*length);
    if (!bytes)
        abort();
    same(run, "save", (uint64_t)s390irq_vm_save(world->vm, bytes, length), 0);
    same(run, "closed by save",
         (uint64_t)s390irq_vm_inject_service(world->vm, 1), S390IRQ_CLOSED);
    return bytes;
}

/* The other VM, with all CPUs; the state says which of them are there. */
static struct s390irq_vm *another(struct run *run, struct world *world)
{
    struct s390irq_vm *vm = NULL;

    if (s390irq_vm_create(&world->config, &world->ops, world, &vm) != 0) {
        differ(run, "the other VM cannot be created");
        return NULL;
    }
    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[i];

        if (s390irq_vcpu_create(vm, i, cpu, &cpu->vcpu) != 0)
            differ(run, "CPU %u of the other VM cannot be created", i);
        cpu->deadline_tod = S390IRQ_NEVER;
    }
    return vm;
}

/* What the state brought is no event. */
static void adopt_queue(struct world *world, uint32_t place,
                        struct s390irq_queue *queue)
{
    static struct s390irq_interruption list[MODEL_ITEMS];
    size_t count = MODEL_ITEMS;

    if (s390irq_queue_list(queue, list, &count) == 0)
        ledger_adopt(&world->ledger, place, list, count);
}

static void adopt(struct world *world)
{
    memset(&world->ledger, 0, sizeof world->ledger);
    adopt_queue(world, LEDGER_CPUS, s390irq_vm_queue(world->vm));
    for (uint32_t i = 0; i < world->config.cpus; i++)
        adopt_queue(world, i, s390irq_vcpu_queue(world->cpu[i].vcpu));
}

static void act_move(struct run *run, struct world *world)
{
    uint64_t host_tod = world->model.host_tod + pick(run, 1000000);
    struct s390irq_vm *before = world->vm;
    size_t length;
    void *bytes;

    if (world->model.closed || !park_all(run, world))
        return;
    bytes = save(run, world, &length);
    world->vm = another(run, world);
    note(world, "moves, %zu bytes", length);
    if (!run->differs) {
        uint64_t saved_at = world->model.host_tod;

        world->wakes = world->kicks = 0;
        world->model.host_tod = host_tod;
        begin_call(world);
        for (uint32_t i = 0; i < world->config.cpus; i++)
            world->cpu[i].was_woken = false; /* these are others */
        same(run, "load", (uint64_t)s390irq_vm_load(world->vm, bytes, length),
             0);
        world->model.host_tod = saved_at;
        model_moved(&world->model, host_tod);
        adopt(world);
        end_call(world);
    }
    s390irq_vm_unref(before);
    free(bytes);
    if (!run->differs)
        compare_all(world);
}

/* Saved for later: it goes on once it is resumed. */
static void act_save(struct run *run, struct world *world)
{
    size_t length;

    if (world->model.closed || !park_all(run, world))
        return;
    begin_call(world);
    free(save(run, world, &length));
    note(world, "saved, %zu bytes, and resumed", length);
    model_booked(&world->model, S390IRQ_KIND_SERVICE_SIGNAL, S390IRQ_CLOSED);
    same(run, "resume", (uint64_t)s390irq_vm_resume(world->vm), 0);
    model_resume(&world->model);
    end_call(world);
}

const struct operation state_operations[] = {
    { "move", 2, act_move },
    { "save", 2, act_save },
    { NULL, 0, NULL },
};
