/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Adapters: registered, masked, suppressed, signalled, by routes as well. */
#include "driver.h"

#include <string.h>

static void act_add(struct run *run, struct world *world)
{
    uint32_t id = pick(run, MODEL_ADAPTERS), isc = pick(run, 3) * 3;
    uint32_t flags = pick(run, 8);
    int answer;

    begin_call(world);
    answer = s390irq_vm_add_adapter(world->vm, id, isc, flags);
    note(world, "add adapter %u, ISC %u, flags %x: %d", id, isc, flags, answer);
    same(run, "add_adapter", (uint64_t)answer,
         (uint64_t)model_add_adapter(&world->model, id, isc, flags));
    end_call(world);
}

static void act_remove(struct run *run, struct world *world)
{
    uint32_t id = pick(run, MODEL_ADAPTERS);
    int answer;

    begin_call(world);
    answer = s390irq_vm_remove_adapter(world->vm, id);
    note(world, "remove adapter %u: %d", id, answer);
    same(run, "remove_adapter", (uint64_t)answer,
         (uint64_t)model_remove_adapter(&world->model, id));
    end_call(world);
}

static void act_mask(struct run *run, struct world *world)
{
    uint32_t id = pick(run, MODEL_ADAPTERS);
    int masked = (int)pick(run, 2), answer;

    begin_call(world);
    answer = s390irq_vm_mask_adapter(world->vm, id, masked);
    note(world, "mask adapter %u, %d: %d", id, masked, answer);
    same(run, "mask_adapter", (uint64_t)answer,
         (uint64_t)model_mask_adapter(&world->model, id, masked));
    end_call(world);
}

static void act_signal(struct run *run, struct world *world)
{
    uint32_t id = pick(run, MODEL_ADAPTERS);
    int answer;

    begin_call(world);
    answer = s390irq_vm_signal_adapter(world->vm, id);
    note(world, "adapter %u signals: %d", id, answer);
    same(run, "signal_adapter", (uint64_t)answer,
         (uint64_t)model_signal_adapter(&world->model, id));
    end_call(world);
}

static void compare_adapter(struct run *run, struct world *world)
{
    uint32_t id = pick(run, MODEL_ADAPTERS);
    const struct model_adapter *model = &world->model.adapter[id];
    struct s390irq_adapter mine = S390IRQ_ADAPTER_INIT;
    uint8_t single = 0, suppressed = 0;
    int answer = s390irq_vm_get_adapter(world->vm, id, &mine);

    same(run, "get_adapter", (uint64_t)answer,
         (uint64_t)(model->there ? 0 : S390IRQ_E_NO_ADAPTER));
    if (answer == 0 && !run->differs) {
        same(run, "adapter: ISC", mine.isc, model->isc);
        same(run, "adapter: flags", mine.flags, model->flags);
        same(run, "adapter: masked", mine.masked, model->masked);
        same(run, "adapter: remembered", mine.remembered, model->remembered);
    }
    answer = s390irq_vm_get_ais_all(world->vm, &single, &suppressed);
    same(run, "get_ais_all", (uint64_t)answer,
         (uint64_t)(world->model.facility[72] ? 0 : S390IRQ_E_UNSUPPORTED));
    same(run, "single", single, world->model.single);
    same(run, "suppressed", suppressed, world->model.suppressed);
}

static void act_ais(struct run *run, struct world *world)
{
    uint32_t isc = pick(run, 3) * 3, mode = pick(run, 2);
    int answer;

    begin_call(world);
    answer = s390irq_vm_set_ais(world->vm, isc, mode);
    note(world, "AIS of ISC %u, mode %u: %d", isc, mode, answer);
    same(run, "set_ais", (uint64_t)answer,
         (uint64_t)model_set_ais(&world->model, isc, mode));
    end_call(world);
    compare_adapter(run, world);
}

static void act_ais_all(struct run *run, struct world *world)
{
    uint8_t single = (uint8_t)pick(run, 256);
    uint8_t suppressed = (uint8_t)pick(run, 256);
    int answer;

    if (chance(run, 2))
        suppressed &= single;
    begin_call(world);
    answer = s390irq_vm_set_ais_all(world->vm, single, suppressed);
    note(world, "AIS %02x, %02x: %d", single, suppressed, answer);
    same(run, "set_ais_all", (uint64_t)answer,
         (uint64_t)model_set_ais_all(&world->model, single, suppressed));
    end_call(world);
}

static void act_route(struct run *run, struct world *world)
{
    struct s390irq_route route = S390IRQ_ROUTE_INIT;
    int answer;

    route.adapter = pick(run, MODEL_ADAPTERS);
    route.indicator_absolute = 0x2c000 + pick(run, 2) * 0x1000 + pick(run, 64);
    route.indicator_offset = pick(run, 200);
    route.summary_absolute = 0x2e000 + pick(run, 2) * 0x1000 + pick(run, 64);
    route.summary_offset = pick(run, 100);
    if (chance(run, 20))
        route.indicator_absolute = MODEL_STORAGE + pick(run, 0x1000);
    if (chance(run, 20))
        route.summary_absolute = MODEL_STORAGE + pick(run, 0x1000);
    if (chance(run, 20))
        route.summary_offset = 8 * 4096 - pick(run, 1000);
    begin_call(world);
    if (world->hooked && chance(run, 10))
        world->fail_at = 1 + pick(run, 2);
    answer = s390irq_vm_fire_route(world->vm, &route);
    note(world, "route of adapter %u: %d%s", route.adapter, answer,
         world->failed ? ", a fault" : "");
    world->model.mild = world->failed;
    world->model.fault_absolute = world->failed_absolute;
    same(run, "fire_route", (uint64_t)answer,
         (uint64_t)model_fire_route(&world->model, &route));
    end_call(world);
    same(run, "check_route",
         (uint64_t)s390irq_vm_check_route(world->vm, &route),
         (uint64_t)model_check_route(&world->model, &route));
}

/* The guest looks at its summary indicators. */
static void act_clear_summaries(struct run *run, struct world *world)
{
    static const uint8_t zero[128];

    poke(world, 0x2e000 + pick(run, 2) * 0x1000, zero, sizeof zero);
}

const struct operation adapter_operations[] = {
    { "add adapter", 15, act_add },
    { "remove adapter", 4, act_remove },
    { "mask adapter", 15, act_mask },
    { "signal adapter", 25, act_signal },
    { "AIS", 10, act_ais },
    { "AIS of all", 4, act_ais_all },
    { "route", 25, act_route },
    { "summaries", 8, act_clear_summaries },
    { NULL, 0, NULL },
};
