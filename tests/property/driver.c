/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The random walk: which operation is next, and what to say of a difference. */
#include "driver.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t draw(struct run *run)
{
    run->random ^= run->random << 13;
    run->random ^= run->random >> 7;
    run->random ^= run->random << 17;
    return run->random;
}

uint32_t pick(struct run *run, uint32_t below)
{
    return (uint32_t)((draw(run) >> 16) % below);
}

bool chance(struct run *run, uint32_t in)
{
    return pick(run, in) == 0;
}

void note(struct world *world, const char *format, ...)
{
    struct run *run = world->run;
    char *line = run->note[run->notes++ % DRIVER_NOTES];
    size_t room = sizeof run->note[0];
    int used =
        snprintf(line, room, "%llu VM %u: ", (unsigned long long)run->step,
                 world->number);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line + used, room - (size_t)used, format, arguments);
    va_end(arguments);
}

/* The first difference counts; the walk ends there. */
void differ(struct run *run, const char *format, ...)
{
    va_list arguments;

    if (run->differs)
        return;
    run->differs = true;
    va_start(arguments, format);
    vsnprintf(run->difference, sizeof run->difference, format, arguments);
    va_end(arguments);
}

bool same(struct run *run, const char *what, uint64_t library, uint64_t model)
{
    if (library == model)
        return true;
    differ(run, "%s: library %#llx, model %#llx", what,
           (unsigned long long)library, (unsigned long long)model);
    return false;
}

struct host_cpu *any_cpu(struct run *run, struct world *world)
{
    uint32_t at = pick(run, world->config.cpus);

    while (!world->model.cpu[at].there)
        at = (at + 1) % world->config.cpus;
    return &world->cpu[at];
}

struct model_cpu *model_of(struct host_cpu *cpu)
{
    return &cpu->world->model.cpu[cpu->address];
}

struct host_cpu *running_cpu(struct run *run, struct world *world)
{
    uint32_t first = pick(run, world->config.cpus);

    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[(first + i) % world->config.cpus];
        struct model_cpu *model = model_of(cpu);

        if (model->there && !model->parked && !model->in_hand)
            return cpu;
    }
    return NULL;
}

static const struct operation *const tables[] = {
    cpu_operations,    prepare_operations, plug_operations,
    inject_operations, io_operations,      adapter_operations,
    order_operations,  vm_operations,      state_operations,
};

#define TABLES (sizeof tables / sizeof *tables)

static unsigned all_weights(void)
{
    unsigned sum = 0;

    for (size_t i = 0; i < TABLES; i++)
        for (const struct operation *at = tables[i]; at->name; at++)
            sum += at->weight;
    return sum;
}

/* In a calm world most of what is no CPU of its own does not happen. */
static const struct operation *choose(struct run *run, unsigned sum)
{
    unsigned left = pick(run, sum);

    for (size_t i = 0; i < TABLES; i++)
        for (const struct operation *at = tables[i]; at->name; at++) {
            if (left < at->weight)
                return run->calm && tables[i] != cpu_operations &&
                               tables[i] != prepare_operations &&
                               !chance(run, 4)
                           ? choose(run, sum)
                           : at;
            left -= at->weight;
        }
    return NULL;
}

static void say(struct run *run)
{
    unsigned kept = run->notes < DRIVER_NOTES ? run->notes : DRIVER_NOTES;
    unsigned first = run->notes - (run->show < kept ? run->show : kept);

    printf("# difference at step %llu, S390IRQ_TEST_SEED=%llu\n",
           (unsigned long long)run->step, (unsigned long long)run->seed);
    for (unsigned i = 0; i < DRIVER_WORLDS; i++)
        if (run->world[i])
            printf("#   VM %u: %s\n", i, run->world[i]->made);
    for (unsigned i = first; i < run->notes; i++)
        printf("#   %s\n", run->note[i % DRIVER_NOTES]);
    printf("# %s\n", run->difference);
    fflush(stdout);
}

static void one_step(struct run *run, unsigned sum)
{
    unsigned number = pick(run, DRIVER_WORLDS);
    struct world *world = run->world[number];

    if (!world || world->calls > world->life) {
        if (world)
            world_close(world);
        run->world[number] = world = world_open(run, number);
    }
    world->calls++;
    run->calm = world->calm;
    if (!run->differs)
        choose(run, sum)->act(run, world);
    if (!run->differs && run->step % 4 == 0)
        compare_all(world);
}

bool walk(struct run *run)
{
    unsigned sum = all_weights();

    run->random = run->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (run->step = 0; run->step < run->steps && !run->differs; run->step++) {
        one_step(run, sum);
        if (run->step % 500000 == 499999 && !run->quiet) {
            printf("# %llu of %llu steps\n", (unsigned long long)run->step + 1,
                   (unsigned long long)run->steps);
            fflush(stdout);
        }
    }
    if (run->differs && !run->quiet)
        say(run);
    for (unsigned i = 0; i < DRIVER_WORLDS; i++)
        if (run->world[i])
            world_close(run->world[i]);
    return !run->differs;
}
