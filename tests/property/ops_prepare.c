/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Delivery in two halves, with anything at all in between. */
#include "driver.h"

#include <string.h>

static struct host_cpu *cpu_in_hand(struct run *run, struct world *world)
{
    uint32_t first = pick(run, world->config.cpus);

    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[(first + i) % world->config.cpus];

        if (model_of(cpu)->in_hand)
            return cpu;
    }
    return NULL;
}

static void act_prepare(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_cpu *model = model_of(cpu);
    struct s390irq_cpu before = cpu->cpu;
    struct s390irq_plan mine = { .size = sizeof mine };
    struct model_plan plan;
    int answer, expected;

    /* Who was loaded asks deliver first: prepare could not say so. */
    if (!model->there || model->told & S390IRQ_CHANGED_LOADED)
        return;
    begin_call(world);
    answer = s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &mine);
    note(world, "CPU %u prepare: %d, %s", cpu->address, answer,
         answer == 1 ? s390irq_kind_name(mine.kind) : "nothing");
    expected = model_prepare(&world->model, model, &before, &plan);
    same(run, "prepare", (uint64_t)answer, (uint64_t)expected);
    if (answer == 1 && !run->differs) {
        cpu->plan = mine;
        same(run, "plan.kind", mine.kind, plan.kind);
        same(run, "plan.new_psw_absolute", mine.new_psw_absolute, plan.new_psw);
    }
    if (!run->differs)
        compare_registers(cpu);
    end_call(world);
}

static bool admits(uint64_t absolute, uint32_t length)
{
    return absolute <= MODEL_STORAGE && length <= MODEL_STORAGE - absolute;
}

/* Makes the stores of the library's plan; false: there is no such storage. */
static bool make_stores(struct world *world, struct s390irq_plan *plan)
{
    if (!admits(plan->new_psw_absolute, 16))
        return false;
    memcpy(plan->new_psw, world->storage + plan->new_psw_absolute, 16);
    for (uint32_t i = 0; i < plan->store_count; i++) {
        const struct s390irq_store *store = &plan->store[i];

        if (!admits(store->absolute, store->length))
            return false;
        memcpy(world->storage + store->absolute, store->bytes, store->length);
    }
    for (uint32_t i = 0; i < plan->block_count; i++) {
        const struct s390irq_block *block = &plan->block[i];

        if (!admits(block->absolute, block->length))
            return false;
        memcpy(world->storage + block->absolute, block->bytes, block->length);
    }
    return true;
}

static void act_abort(struct run *run, struct world *world)
{
    struct host_cpu *cpu = cpu_in_hand(run, world);

    if (!cpu)
        return;
    begin_call(world);
    note(world, "CPU %u abort", cpu->address);
    same(run, "abort", (uint64_t)s390irq_vcpu_abort(cpu->vcpu), 0);
    model_abort(&world->model, model_of(cpu));
    end_call(world);
}

static void act_commit(struct run *run, struct world *world)
{
    struct host_cpu *cpu = cpu_in_hand(run, world);

    if (!cpu)
        return;
    begin_call(world);
    if (chance(run, 10)) { /* the guest goes on in between: stale */
        struct s390irq_cpu other = cpu->cpu;

        other.cr[pick(run, 16)] ^= 1;
        same(run, "stale commit",
             (uint64_t)s390irq_vcpu_commit(cpu->vcpu, &other, &cpu->plan),
             (uint64_t)S390IRQ_E_STALE);
    }
    if (!make_stores(world, &cpu->plan)) {
        act_abort(run, world);
        return;
    }
    note(world, "CPU %u commit", cpu->address);
    same(run, "commit",
         (uint64_t)s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &cpu->plan), 0);
    model_commit(&world->model, model_of(cpu));
    model_of(cpu)->unseen = true; /* until its next deliver */
    compare_registers(cpu);
    end_call(world);
}

const struct operation prepare_operations[] = {
    { "prepare", 30, act_prepare },
    { "commit", 60, act_commit },
    { "abort", 25, act_abort },
    { NULL, 0, NULL },
};
