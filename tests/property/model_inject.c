/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Making things pend: the outcome of each injection. */
#include "model.h"

#include <string.h>

#define PER 0x80

static bool same_source(int class)
{
    return class == MODEL_EMERGENCY || class == MODEL_MALFUNCTION;
}

/* One pends, or one for each sender. */
static int latch(struct model_vm *vm, struct model_pool *pool, int class,
                 const struct s390irq_interruption *record)
{
    struct model_item *item =
        model_find(pool, class, same_source(class) ? record->source : -1);

    if (class == MODEL_MEASUREMENT) /* pends anew beside one in hand */
        item = model_free_item(pool, class);
    if (!item) {
        model_add(vm, pool, class, record);
        return S390IRQ_QUEUED;
    }
    if (class == MODEL_CALL)
        return S390IRQ_BUSY;
    if (class == MODEL_IUCV && item->record.source != record->source)
        return S390IRQ_BUSY;
    item->record.parameter |= record->parameter;
    return S390IRQ_COALESCED;
}

/* A bounded queue. */
static int enqueue(struct model_vm *vm, struct model_pool *pool, int class,
                   uint32_t limit, const struct s390irq_interruption *record)
{
    uint32_t count = 0;

    for (unsigned i = 0; i < pool->count; i++)
        count += pool->item[i].class == class;
    if (count >= limit)
        return S390IRQ_FULL;
    model_add(vm, pool, class, record);
    return S390IRQ_QUEUED;
}

static void per_joins(struct s390irq_program *program,
                      const struct s390irq_program *event)
{
    program->code |= PER;
    program->per_address = event->per_address;
    program->per_code = event->per_code;
    program->per_atmid = event->per_atmid;
    program->per_access = event->per_access;
    program->flags &= (uint8_t)~S390IRQ_PROGRAM_PER_ACCESS;
    program->flags |= event->flags & S390IRQ_PROGRAM_PER_ACCESS;
}

/*
 * One program interruption pends; a PER event alone joins it, or is joined
 * (V-12).
 */
static int program(struct model_vm *vm, struct model_cpu *cpu,
                   const struct s390irq_interruption *record)
{
    struct model_item *item = model_find(&cpu->local, MODEL_PROGRAM, -1);
    const struct s390irq_program *new = &record->u.program;
    struct s390irq_program *old;

    if (!item) {
        model_add(vm, &cpu->local, MODEL_PROGRAM, record);
        return S390IRQ_QUEUED;
    }
    old = &item->record.u.program;
    if (item->hand >= 0)
        return S390IRQ_BUSY;
    if (new->code == PER) {
        per_joins(old, new);
        return S390IRQ_COALESCED;
    }
    if (old->code == PER) {
        struct s390irq_program event = *old;

        *old = *new;
        if (!(new->code &PER))
            per_joins(old, &event);
        return S390IRQ_COALESCED;
    }
    return S390IRQ_BUSY;
}

int model_program(struct model_vm *vm, struct model_cpu *cpu,
                  const struct s390irq_program *what)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_PROGRAM };
    int outcome = S390IRQ_CLOSED;

    record.u.program = *what;
    if (!vm->closed)
        outcome = program(vm, cpu, &record);
    return model_booked(vm, S390IRQ_KIND_PROGRAM, outcome);
}

int model_supervisor_call(struct model_vm *vm, struct model_cpu *cpu,
                          uint32_t code, uint32_t ilc)
{
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_SUPERVISOR_CALL,
        .source = (uint16_t)code,
        .parameter = ilc,
    };
    int outcome = S390IRQ_CLOSED;

    if (!vm->closed) {
        outcome = S390IRQ_BUSY;
        if (!model_find(&cpu->local, MODEL_SUPERVISOR_CALL, -1)) {
            model_add(vm, &cpu->local, MODEL_SUPERVISOR_CALL, &record);
            outcome = S390IRQ_QUEUED;
        }
    }
    return model_booked(vm, record.kind, outcome);
}

/* Ordinary local classes: whatever the state of the CPU. */
static int local(struct model_vm *vm, struct model_cpu *cpu,
                 const struct s390irq_interruption *record)
{
    int class = model_class_of(record->kind);

    if (vm->closed)
        return S390IRQ_CLOSED;
    if (class == MODEL_PFAULT_INIT)
        return enqueue(vm, &cpu->local, class, 64, record);
    return latch(vm, &cpu->local, class, record);
}

static int stop(struct model_vm *vm, struct model_cpu *cpu,
                const struct s390irq_interruption *record)
{
    if (record->parameter && !vm->registers)
        return S390IRQ_E_UNSUPPORTED;
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return S390IRQ_E_STATE;
    if (cpu->state == S390IRQ_STATE_STOPPED && record->parameter) {
        int outcome = model_status_in_place(vm, cpu);

        return outcome ? outcome : S390IRQ_COALESCED;
    }
    if (cpu->state == S390IRQ_STATE_STOPPED)
        return S390IRQ_COALESCED;
    if (vm->closed)
        return S390IRQ_CLOSED;
    if (model_find(&cpu->local, MODEL_STOP, -1))
        return S390IRQ_BUSY;
    model_add(vm, &cpu->local, MODEL_STOP, record);
    return S390IRQ_QUEUED;
}

static int own(struct model_vm *vm, struct model_cpu *cpu,
               const struct s390irq_interruption *record)
{
    if (!cpu->parked)
        return S390IRQ_E_STATE;
    if (record->kind == S390IRQ_KIND_PROGRAM)
        return model_program(vm, cpu, &record->u.program);
    return model_supervisor_call(vm, cpu, record->source, record->parameter);
}

static int set_prefix(struct model_vm *vm, struct model_cpu *cpu,
                      const struct s390irq_interruption *record)
{
    int outcome;

    if (vm->closed)
        return S390IRQ_CLOSED;
    outcome = model_set_prefix(vm, cpu, record->parameter);
    if (outcome == 0)
        model_book_taken(vm, cpu, S390IRQ_KIND_SET_PREFIX, 1);
    return outcome;
}

static bool needs_source(uint32_t kind)
{
    return kind == S390IRQ_KIND_EMERGENCY_SIGNAL ||
           kind == S390IRQ_KIND_EXTERNAL_CALL ||
           kind == S390IRQ_KIND_MALFUNCTION_ALERT;
}

int model_inject(struct model_vm *vm, struct model_cpu *cpu,
                 const struct s390irq_interruption *record)
{
    uint32_t kind = record->kind;

    if (needs_source(kind) && record->source >= vm->cpus)
        return S390IRQ_E_NO_CPU;
    if (!cpu->there)
        return S390IRQ_E_NO_CPU;
    if (kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
        kind == S390IRQ_KIND_CPU_TIMER) {
        cpu->look = true;
        return S390IRQ_COALESCED;
    }
    if (kind == S390IRQ_KIND_PROGRAM || kind == S390IRQ_KIND_SUPERVISOR_CALL)
        return own(vm, cpu, record);
    if (kind == S390IRQ_KIND_STOP)
        return model_booked(vm, kind, stop(vm, cpu, record));
    if (kind == S390IRQ_KIND_SET_PREFIX)
        return model_booked(vm, kind, set_prefix(vm, cpu, record));
    if (kind == S390IRQ_KIND_MACHINE_CHECK)
        return model_machine_check(vm, &cpu->local, record);
    return model_booked(vm, kind, local(vm, cpu, record));
}

/*
 * The SCCB has one slot, which a service signal in hand keeps whatever it is;
 * event bits join (K-9, K-10, V-12).
 */
static int service(struct model_vm *vm,
                   const struct s390irq_interruption *record)
{
    const uint32_t sccb = 0x7ffffff8;
    struct model_item *open = NULL;

    for (unsigned i = 0; i < vm->floating.count; i++) {
        struct model_item *item = &vm->floating.item[i];

        if (item->class != MODEL_SERVICE)
            continue;
        if ((item->hand >= 0 || item->record.parameter & sccb) &&
            record->parameter & sccb && vm->flip != MODEL_FLIP_SECOND_SCCB)
            return S390IRQ_BUSY;
        if (item->hand < 0)
            open = item;
    }
    if (!open) {
        model_add(vm, &vm->floating, MODEL_SERVICE, record);
        return S390IRQ_QUEUED;
    }
    if (record->parameter & sccb)
        open->record.parameter &= ~sccb;
    open->record.parameter |= record->parameter;
    return S390IRQ_COALESCED;
}

/* A flag of the VM; what comes while it is in hand pends anew. */
static int timing(struct model_vm *vm,
                  const struct s390irq_interruption *record)
{
    for (unsigned i = 0; i < vm->floating.count; i++)
        if (vm->floating.item[i].class == MODEL_TIMING &&
            vm->floating.item[i].hand < 0)
            return S390IRQ_COALESCED;
    model_add(vm, &vm->floating, MODEL_TIMING, record);
    return S390IRQ_QUEUED;
}

int model_inject_floating(struct model_vm *vm,
                          const struct s390irq_interruption *record)
{
    int class = model_class_of(record->kind);
    int outcome;

    if (record->kind == S390IRQ_KIND_MACHINE_CHECK)
        return model_machine_check(vm, &vm->floating, record);
    if (record->kind == S390IRQ_KIND_IO || record->kind == S390IRQ_KIND_ADAPTER)
        return model_inject_io(vm, record);
    if (vm->closed)
        outcome = S390IRQ_CLOSED;
    else if (record->kind == S390IRQ_KIND_SERVICE_SIGNAL)
        outcome = service(vm, record);
    else if (record->kind == S390IRQ_KIND_TIMING_ALERT)
        outcome = timing(vm, record);
    else
        outcome = enqueue(vm, &vm->floating, class, vm->limit, record);
    return model_booked(vm, record->kind, outcome);
}
