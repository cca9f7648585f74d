/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What must be equal, and what must hold, after each call of the library. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

void begin_call(struct world *world)
{
    world->accesses = world->fail_at = 0;
    world->failed = false;
    world->offered = world->choice = S390IRQ_NO_CPU;
    world->model.touched = 0;
    world->model.fault = world->model.mild = false;
    world->model.lost_registers = chance(world->run, 20);
    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[i];
        const struct model_cpu *model = model_of(cpu);

        cpu->woken = cpu->kicked = 0;
        cpu->attention_missing = false;
        cpu->was_asleep = model->asleep;
        cpu->was_woken = model->wakes != 0;
        cpu->was_in_guest = model->in_guest;
        cpu->was_kicked = model->kicks != 0;
    }
}

/* A wake is for a sleeper, once a sleep, and never in vain. */
static void compare_wakes(struct host_cpu *cpu)
{
    struct run *run = cpu->world->run;
    struct model_cpu *model = model_of(cpu);
    bool known = !(cpu->world->config.flags & S390IRQ_VM_MASKS_UNKNOWN);

    if (cpu->attention_missing)
        differ(run, "CPU %u: woken or kicked without attention", cpu->address);
    if (cpu->woken) {
        if (!cpu->was_asleep || cpu->was_woken || cpu->woken > 1)
            differ(run, "CPU %u: woken %u times, asleep %d, woken before %d",
                   cpu->address, cpu->woken, cpu->was_asleep, cpu->was_woken);
        if (!model_reason(&cpu->world->model, model))
            differ(run, "CPU %u: woken in vain", cpu->address);
        model->wakes++;
    }
    if (cpu->kicked) {
        /* Passing on may come back to a CPU that has just entered. */
        bool entered = !known && model->in_guest && !model->kicks;
        bool may_be = entered || (cpu->was_in_guest && !cpu->was_kicked);

        if (!may_be || cpu->kicked > 1)
            differ(run, "CPU %u: kicked %u times, in guest %d, before %d",
                   cpu->address, cpu->kicked, cpu->was_in_guest,
                   cpu->was_kicked);
        if (known && !model_reason(&cpu->world->model, model))
            differ(run, "CPU %u: kicked in vain", cpu->address);
        model->kicks++;
    }
    /* Whoever was called has attention until it has been through deliver. */
    if (cpu->woken || cpu->kicked)
        model->look = true;
}

/* Nobody oversleeps: what is for this CPU alone has woken or kicked it. */
static void compare_local(struct host_cpu *cpu)
{
    struct world *world = cpu->world;
    struct model_cpu *model = model_of(cpu);
    bool alone = model->look || model->posted || model->first ||
                 model_open_item(model, &model->local);

    if (!model->there || model->in_hand || model->unseen || !alone ||
        !model_reason(&world->model, model))
        return;
    if (!s390irq_vcpu_attention(cpu->vcpu))
        differ(world->run, "CPU %u: attention is missing", cpu->address);
    if (model->asleep && !model->told_again && !model->wakes)
        differ(world->run, "CPU %u: has not been woken", cpu->address);
    if (model->in_guest && !model->kicks)
        differ(world->run, "CPU %u: has not been kicked", cpu->address);
}

/*
 * What floats: attention of all that are open; and if a sleeper is, it has
 * been woken or another is on its way.
 */
static void compare_floating(struct host_cpu *cpu, bool on_the_way)
{
    struct world *world = cpu->world;
    struct model_cpu *model = model_of(cpu);

    if (!model->there || model->in_hand || model->unseen ||
        model->state != S390IRQ_STATE_OPERATING ||
        !model_reason(&world->model, model) ||
        !model_open_item(model, &world->model.floating))
        return;
    if (!s390irq_vcpu_attention(cpu->vcpu))
        differ(world->run, "CPU %u: attention is missing for what floats",
               cpu->address);
    if (model->asleep && !model->told_again && !model->wakes && !on_the_way)
        differ(world->run, "CPU %u: has not been woken for what floats",
               cpu->address);
}

static bool somebody_is_on_the_way(const struct world *world)
{
    for (uint32_t i = 0; i < world->config.cpus; i++) {
        const struct model_cpu *model = &world->model.cpu[i];

        /* What is in hand is settled first; then it is passed on. */
        if (model->there &&
            (model->in_hand ||
             (model->asleep && (model->wakes || model->told_again))))
            return true;
    }
    return false;
}

void compare_storage(struct world *world, bool all)
{
    const uint8_t *mine = world->storage;
    const uint8_t *models = world->model.storage;
    uint64_t at = 0, end = MODEL_STORAGE;

    for (unsigned i = 0; !all && i < world->model.touched; i++) {
        at = world->model.touch[i].absolute / MODEL_AREA * MODEL_AREA;
        end = at + MODEL_AREA;
        if (memcmp(mine + at, models + at, MODEL_AREA) != 0)
            break;
        at = end;
    }
    if (all || world->model.touched) {
        while (at < end && mine[at] == models[at])
            at++;
        if (at < end)
            differ(world->run, "storage at %#llx: library %02x, model %02x",
                   (unsigned long long)at, mine[at], models[at]);
    }
}

void end_call(struct world *world)
{
    bool on_the_way;

    for (uint32_t i = 0; i < world->config.cpus; i++)
        compare_wakes(&world->cpu[i]);
    on_the_way = somebody_is_on_the_way(world);
    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[i];

        compare_local(cpu);
        compare_floating(cpu, on_the_way);
        if (model_of(cpu)->there)
            same(world->run, "state", (uint64_t)s390irq_vcpu_state(cpu->vcpu),
                 (uint64_t)model_of(cpu)->state);
    }
    compare_storage(world, false);
}

static uint64_t timer_now(const struct world *world,
                          const struct s390irq_cpu *cpu)
{
    return model_timer(&world->model, cpu);
}

static void compare_two(struct world *world, const struct s390irq_cpu *mine,
                        const struct s390irq_cpu *models)
{
    struct run *run = world->run;

    same(run, "PSW mask", mine->psw_mask, models->psw_mask);
    same(run, "PSW address", mine->psw_address, models->psw_address);
    same(run, "prefix", mine->prefix, models->prefix);
    for (unsigned i = 0; i < 16; i++)
        same(run, "control register", mine->cr[i], models->cr[i]);
    same(run, "clock comparator", mine->clock_comparator,
         models->clock_comparator);
    same(run, "CPU timer", timer_now(world, mine), timer_now(world, models));
    same(run, "CPU timer runs", mine->cpu_timer_since_tod != 0,
         models->cpu_timer_since_tod != 0);
    same(run, "TOD programmable", mine->tod_programmable,
         models->tod_programmable);
    same(run, "floating-point control", mine->floating_point_control,
         models->floating_point_control);
    same(run, "breaking-event address", mine->breaking_event_address,
         models->breaking_event_address);
}

/* In the host's time of today, if its clock jumped meanwhile. */
struct s390irq_cpu owners_registers(const struct host_cpu *cpu)
{
    struct s390irq_cpu registers = cpu->cpu;

    if (registers.cpu_timer_since_tod)
        registers.cpu_timer_since_tod +=
            cpu->world->model.cpu[cpu->address].jump;
    return registers;
}

/* The owner's, or those of a parked CPU. */
void compare_registers(struct host_cpu *cpu)
{
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;
    struct model_cpu *model = model_of(cpu);
    struct run *run = cpu->world->run;
    int answer = s390irq_vcpu_get_cpu(cpu->vcpu, &parked);

    same(run, "get_cpu", (uint64_t)answer,
         (uint64_t)(model->parked ? 0 : S390IRQ_E_NOT_PARKED));
    if (!model->parked)
        parked = owners_registers(cpu);
    if (!run->differs)
        compare_two(cpu->world, &parked, &model->cpu);
}

/* In hand first, then subchannels by their places, then the one that waits. */
static int adapters_rank(const struct model_item *item)
{
    if (item->record.kind != S390IRQ_KIND_ADAPTER)
        return 1;
    return item->hand >= 0 ? 0 : 2;
}

/* Machine checks of one group: in hand first, the latest of them foremost. */
static bool listed_before(struct world *world, const struct model_item *one,
                          const struct model_item *other)
{
    if (one->class != other->class)
        return one->class < other->class;
    if (one->class >= MODEL_ISC0 && one->class <= MODEL_ISC7 &&
        adapters_rank(one) != adapters_rank(other))
        return adapters_rank(one) < adapters_rank(other);
    if (one->record.kind != S390IRQ_KIND_MACHINE_CHECK)
        return model_before(&world->model, one, other);
    if (one->hand < 0 || other->hand < 0)
        return one->hand >= 0;
    return one->held > other->held;
}

/* The adapter goes before the first subchannel that waits, or the second. */
static void take_turns(struct world *world, const struct model_item **list,
                       unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        const struct model_item *item = list[i];
        unsigned left = model_adapters_turn(&world->model, item->class) ? 0 : 1;
        unsigned at = i;

        if (item->record.kind != S390IRQ_KIND_ADAPTER || item->hand >= 0)
            continue;
        while (at > 0 && list[at - 1]->class == item->class)
            at--;
        while (at < i && (list[at]->hand >= 0 || left-- > 0))
            at++;
        for (unsigned j = i; j > at; j--)
            list[j] = list[j - 1];
        list[at] = item;
    }
}

unsigned sorted(struct world *world, const struct model_pool *pool, bool own,
                const struct model_item **list)
{
    unsigned count = 0;

    for (unsigned i = 0; i < pool->count; i++) {
        const struct model_item *item = &pool->item[i];
        unsigned at = count;

        /* In hand and cleared: those of a queue are listed until let go. */
        if (item->cleared && pool != &world->model.floating &&
            item->class != MODEL_PFAULT_INIT)
            continue;
        if (!own && (item->class == MODEL_PROGRAM ||
                     item->class == MODEL_SUPERVISOR_CALL))
            continue;
        while (at > 0 && listed_before(world, item, list[at - 1])) {
            list[at] = list[at - 1];
            at--;
        }
        list[at] = item;
        count++;
    }
    take_turns(world, list, count);
    return count;
}

void compare_item(struct run *run, const struct s390irq_interruption *mine,
                  const struct s390irq_interruption *models)
{
    same(run, "list: kind", mine->kind, models->kind);
    same(run, "list: source", mine->source, models->source);
    same(run, "list: parameter", mine->parameter, models->parameter);
    same(run, "list: parameter64", mine->parameter64, models->parameter64);
    for (unsigned i = 0; i < sizeof mine->u / 8; i++)
        if (mine->u.reserved[i] != models->u.reserved[i])
            differ(run, "list: payload of kind %u at %u: %llx, model %llx",
                   mine->kind, i * 8, (unsigned long long)mine->u.reserved[i],
                   (unsigned long long)models->u.reserved[i]);
}

static size_t describe(char *text, size_t room,
                       const struct s390irq_interruption *what)
{
    uint32_t detail = what->source;

    if (what->kind == S390IRQ_KIND_IO || what->kind == S390IRQ_KIND_ADAPTER)
        detail = (what->u.io.subchannel & 0xfffff) << 4 |
                 (uint32_t)model_isc(what->u.io.word);
    return (size_t)snprintf(text, room, " %u/%x", what->kind, detail);
}

/* Both lists by kind, for whoever looks for the difference. */
static void lists_differ(struct run *run, const char *whose,
                         const struct s390irq_interruption *mine,
                         unsigned count, const struct model_item **models,
                         unsigned expected)
{
    char text[700];
    size_t used = 0;

    for (unsigned i = 0; i < count && used < 300; i++)
        used += describe(text + used, sizeof text - used, &mine[i]);
    used += (size_t)snprintf(text + used, sizeof text - used, "; model");
    for (unsigned i = 0; i < expected && used < 650; i++) {
        used += describe(text + used, sizeof text - used, &models[i]->record);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                 models[i]->hand >= 0 ? "h" : "",
                                 models[i]->cleared ? "c" : "");
    }
    differ(run, "queue of %s: library%s", whose, text);
}

static void compare_queue(struct world *world, const char *whose,
                          uint32_t place, struct s390irq_queue *queue,
                          const struct model_pool *pool, bool own)
{
    static struct s390irq_interruption mine[MODEL_ITEMS];
    const struct model_item *models[MODEL_ITEMS];
    struct run *run = world->run;
    size_t count = MODEL_ITEMS;
    unsigned expected = sorted(world, pool, own, models);
    uint32_t kinds = 0;

    same(run, "queue_list", (uint64_t)s390irq_queue_list(queue, mine, &count),
         0);
    if (world->traced)
        ledger_compare(&world->ledger, place, own, mine, count);
    if (count != expected)
        lists_differ(run, whose, mine, (unsigned)count, models, expected);
    same(run, "queue_count", s390irq_queue_count(queue), expected);
    for (unsigned i = 0; i < expected && !run->differs; i++) {
        if (mine[i].kind != models[i]->record.kind ||
            mine[i].u.io.subchannel != models[i]->record.u.io.subchannel)
            lists_differ(run, whose, mine, (unsigned)count, models, expected);
        kinds |= 1u << models[i]->record.kind;
        compare_item(run, &mine[i], &models[i]->record);
    }
    same(run, "queue_pending", s390irq_queue_pending(queue), kinds);
}

static void compare_counters(struct world *world)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct run *run = world->run;

    same(run, "counters", (uint64_t)s390irq_vm_counters(world->vm, &counters),
         0);
    same(run, "wakes", counters.wakes, world->wakes);
    same(run, "kicks", counters.kicks, world->kicks);
    if (world->traced)
        ledger_compare_counters(&world->ledger, &counters);
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT && !run->differs;
         kind++) {
        const struct s390irq_counter *mine = &counters.kind[kind];
        const struct model_books *models = &world->model.books[kind];

        if (mine->injected != models->injected ||
            mine->taken != models->taken ||
            mine->coalesced != models->coalesced ||
            mine->refused != models->refused ||
            mine->cleared != models->cleared)
            differ(run,
                   "counters of kind %u: library injected %llu taken %llu "
                   "coalesced %llu refused %llu cleared %llu pending %llu, "
                   "model %llu %llu %llu %llu %llu",
                   kind, (unsigned long long)mine->injected,
                   (unsigned long long)mine->taken,
                   (unsigned long long)mine->coalesced,
                   (unsigned long long)mine->refused,
                   (unsigned long long)mine->cleared,
                   (unsigned long long)mine->pending,
                   (unsigned long long)models->injected,
                   (unsigned long long)models->taken,
                   (unsigned long long)models->coalesced,
                   (unsigned long long)models->refused,
                   (unsigned long long)models->cleared);
        if (kind != S390IRQ_KIND_CLOCK_COMPARATOR &&
            kind != S390IRQ_KIND_CPU_TIMER &&
            mine->injected != mine->taken + mine->coalesced + mine->refused +
                                  mine->cleared + mine->pending)
            differ(run, "counters of kind %u do not add up", kind);
    }
}

/* At which CPU it was taken. */
static void compare_taken(struct host_cpu *cpu)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct run *run = cpu->world->run;

    same(run, "counters of a CPU",
         (uint64_t)s390irq_vcpu_counters(cpu->vcpu, &counters), 0);
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++)
        same(run, "taken by a CPU", counters.kind[kind].taken,
             model_of(cpu)->taken[kind]);
}

void compare_all(struct world *world)
{
    char whose[16];

    compare_queue(world, "the VM", LEDGER_CPUS, s390irq_vm_queue(world->vm),
                  &world->model.floating, true);
    for (uint32_t i = 0; i < world->config.cpus; i++) {
        struct host_cpu *cpu = &world->cpu[i];
        struct model_cpu *model = model_of(cpu);

        if (!model->there || world->run->differs)
            continue;
        snprintf(whose, sizeof whose, "CPU %u", i);
        compare_queue(world, whose, i, s390irq_vcpu_queue(cpu->vcpu),
                      &model->local, model->parked);
        compare_registers(cpu);
        compare_taken(cpu);
    }
    compare_counters(world);
    if (world->ledger.fault[0])
        differ(world->run, "trace: %s", world->ledger.fault);
    if (world->run->step % 64 == 0)
        compare_storage(world, true);
}
