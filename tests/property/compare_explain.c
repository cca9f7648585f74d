/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Why something is not delivered: what the library says, and the model. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

/* What is expected of one explanation. */
struct reason {
    const struct s390irq_interruption *record;
    struct s390irq_interruption made; /* of no item */
    int class;
    bool floating;
    uint32_t held, outranked_by, control, adapter;
    uint64_t submask;
};

struct reasons {
    unsigned count;
    struct reason reason[2 * MODEL_ITEMS + 16];
};

static uint32_t psw_bit_of(int class)
{
    if (class >= MODEL_ISC0 && class <= MODEL_ISC7)
        return S390IRQ_HELD_PSW_IO;
    return class < MODEL_KEY ? S390IRQ_HELD_PSW_MACHINE_CHECK
                             : S390IRQ_HELD_PSW_EXTERNAL;
}

/* What the registers hold back, and the CPU's state. */
static void judge(const struct world *world, const struct model_cpu *model,
                  struct reason *reason)
{
    const struct model_row *row = &model_rows[reason->class];
    bool psw = !row->psw_bit || model->cpu.psw_mask & row->psw_bit;

    if (!psw)
        reason->held |= psw_bit_of(reason->class);
    if ((psw || model->parked) && row->submask &&
        !(model->cpu.cr[row->control] & row->submask)) {
        reason->held |= S390IRQ_HELD_SUBMASK;
        reason->control = row->control;
        reason->submask = row->submask;
    }
    if (model->state == S390IRQ_STATE_STOPPED &&
        !(model->first && reason->class == MODEL_RESTART))
        reason->held |= S390IRQ_HELD_STOPPED;
    if (model->state == S390IRQ_STATE_CHECK_STOP)
        reason->held |= S390IRQ_HELD_CHECK_STOP;
    if (world->model.paused)
        reason->held |= S390IRQ_HELD_PAUSED;
}

static struct reason *add(struct reasons *reasons, int class)
{
    struct reason *reason = &reasons->reason[reasons->count++];

    memset(reason, 0, sizeof *reason);
    reason->class = class;
    reason->record = &reason->made;
    reason->adapter = S390IRQ_NO_CPU;
    return reason;
}

static void add_items(struct world *world, const struct model_cpu *model,
                      const struct model_item **list, unsigned count,
                      bool floating, int class, struct reasons *reasons)
{
    for (unsigned i = 0; i < count; i++) {
        struct reason *reason;

        if (list[i]->class != class)
            continue;
        reason = add(reasons, class);
        reason->record = &list[i]->record;
        reason->floating = floating;
        judge(world, model, reason);
        if (list[i]->hand >= 0)
            reason->held |= S390IRQ_HELD_IN_HAND;
    }
}

static void add_level(struct world *world, const struct model_cpu *model,
                      int class, struct reasons *reasons)
{
    struct reason *reason;

    if (!model->parked || !model_level(&world->model, &model->cpu, class))
        return;
    reason = add(reasons, class);
    reason->made.kind = model_rows[class].kind;
    judge(world, model, reason);
}

static void add_adapter(uint32_t isc, uint32_t held, uint32_t adapter,
                        struct reasons *reasons)
{
    struct reason *reason = add(reasons, MODEL_ISC0 + (int)isc);

    reason->made.kind = S390IRQ_KIND_ADAPTER;
    reason->made.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc);
    reason->floating = true;
    reason->held = held;
    reason->adapter = adapter;
}

/* What does not even pend. */
static void add_adapters(struct world *world, struct reasons *reasons)
{
    const struct model_vm *vm = &world->model;

    for (uint32_t isc = 0; isc < 8; isc++)
        if (vm->lost & 0x80 >> isc)
            add_adapter(isc, S390IRQ_HELD_SUPPRESSED, S390IRQ_NO_CPU, reasons);
    for (uint32_t id = 0; id < MODEL_ADAPTERS; id++)
        if (vm->adapter[id].there && vm->adapter[id].remembered)
            add_adapter(vm->adapter[id].isc, S390IRQ_HELD_ADAPTER_MASKED, id,
                        reasons);
}

/*
 * The first that nothing holds is taken, machine checks together; it outranks
 * the others.
 */
static void outrank(struct reasons *reasons)
{
    uint32_t first = 0;

    for (unsigned i = 0; i < reasons->count; i++) {
        struct reason *reason = &reasons->reason[i];

        if (reason->held)
            continue;
        if (first && (first != S390IRQ_KIND_MACHINE_CHECK ||
                      reason->record->kind != first)) {
            reason->held = S390IRQ_HELD_OUTRANKED;
            reason->outranked_by = first;
        } else {
            first = reason->record->kind;
        }
    }
}

static void expect(struct host_cpu *cpu, struct reasons *reasons)
{
    struct world *world = cpu->world;
    struct model_cpu *model = model_of(cpu);
    const struct model_item *own[MODEL_ITEMS], *floats[MODEL_ITEMS];
    unsigned owns = sorted(world, &model->local, model->parked, own);
    unsigned count = sorted(world, &world->model.floating, true, floats);

    reasons->count = 0;
    for (int class = 0; class < MODEL_CLASSES; class ++) {
        add_items(world, model, own, owns, false, class, reasons);
        add_level(world, model, class, reasons);
        add_items(world, model, floats, count, true, class, reasons);
    }
    add_adapters(world, reasons);
    outrank(reasons);
}

/* Both lists, for whoever looks for the difference. */
static void explanations_differ(struct host_cpu *cpu,
                                const struct s390irq_explanation *mine,
                                size_t count, const struct reasons *models)
{
    char text[700];
    size_t used = 0;

    for (unsigned i = 0; i < count && used < 300; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, " %u:%x/%u%s",
                             mine[i].interruption.kind, mine[i].held,
                             mine[i].outranked_by, mine[i].floating ? "f" : "");
    used += (size_t)snprintf(text + used, sizeof text - used, "; model");
    for (unsigned i = 0; i < models->count && used < 650; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, " %u:%x/%u%s",
                                 models->reason[i].record->kind,
                                 models->reason[i].held,
                                 models->reason[i].outranked_by,
                                 models->reason[i].floating ? "f" : "");
    differ(cpu->world->run, "explanation of CPU %u: library%s", cpu->address,
           text);
}

static bool equal(const struct s390irq_explanation *mine,
                  const struct reason *models)
{
    return mine->interruption.kind == models->record->kind &&
           mine->floating == models->floating && mine->held == models->held &&
           mine->outranked_by == models->outranked_by &&
           mine->control == models->control &&
           mine->submask == models->submask && mine->adapter == models->adapter;
}

/* As text: a line for each. */
static void compare_text(struct host_cpu *cpu, size_t count)
{
    static char text[256 * 2 * MODEL_ITEMS];
    size_t length = sizeof text, lines = 0;
    struct run *run = cpu->world->run;

    same(run, "explain_text",
         (uint64_t)s390irq_vcpu_explain_text(cpu->vcpu, text, &length), 0);
    same(run, "length of the text", length, strlen(text) + 1);
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    same(run, "lines of the text", lines, count);
}

void compare_explanation(struct host_cpu *cpu)
{
    static struct s390irq_explanation mine[2 * MODEL_ITEMS + 16];
    static struct reasons models;
    size_t count = sizeof mine / sizeof *mine;
    struct run *run = cpu->world->run;

    same(run, "explain",
         (uint64_t)s390irq_vcpu_explain(cpu->vcpu, mine, &count), 0);
    expect(cpu, &models);
    if (count != models.count)
        explanations_differ(cpu, mine, count, &models);
    for (unsigned i = 0; i < models.count && !run->differs; i++) {
        if (!equal(&mine[i], &models.reason[i]))
            explanations_differ(cpu, mine, count, &models);
        compare_item(run, &mine[i].interruption, models.reason[i].record);
    }
    compare_text(cpu, count);
}
