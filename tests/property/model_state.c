/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* States of a CPU, resets, and the operator (PoP ch. 4). */
#include "model.h"

#include <string.h>

/* The CPU timer stands still unless the CPU operates. */
void model_freeze(struct model_vm *vm, struct model_cpu *cpu)
{
    if (cpu->cpu.cpu_timer_since_tod == 0)
        return;
    cpu->timer_ran = true;
    cpu->cpu.cpu_timer = model_timer(vm, &cpu->cpu);
    cpu->cpu.cpu_timer_since_tod = 0;
}

void model_fetch(struct model_vm *vm, struct model_cpu *cpu)
{
    if (!vm->registers || vm->lost_registers)
        return;
    cpu->other = *cpu->live;
    cpu->has_other = true;
}

/* Known without the hook: they are all zero. */
static void zero_registers(struct model_cpu *cpu)
{
    static const struct s390irq_registers zero = S390IRQ_REGISTERS_INIT;

    cpu->other = zero;
    cpu->has_other = true;
}

/* The registers of the hook grow old; loaded ones are still to be told. */
void model_runs(struct model_cpu *cpu)
{
    if (!(cpu->told & S390IRQ_CHANGED_LOADED))
        cpu->has_other = false;
}

static void operate(struct model_vm *vm, struct model_cpu *cpu)
{
    cpu->state = S390IRQ_STATE_OPERATING;
    if (cpu->timer_ran)
        cpu->cpu.cpu_timer_since_tod = vm->host_tod;
    cpu->timer_ran = false;
    model_runs(cpu);
    cpu->look = true;
}

/* An order that keeps SIGP busy. */
bool model_outstanding(const struct model_cpu *cpu)
{
    if (cpu->posted)
        return true;
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return false;
    for (unsigned i = 0; i < cpu->local.count; i++) {
        const struct model_item *item = &cpu->local.item[i];

        if (item->class == MODEL_STOP && !item->cleared)
            return true;
        if (item->class == MODEL_RESTART && !item->cleared &&
            cpu->state == S390IRQ_STATE_OPERATING)
            return true;
    }
    return false;
}

bool model_open_item(const struct model_cpu *cpu, const struct model_pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++) {
        int class = pool->item[i].class;

        /* What the owner of a running CPU raises, it knows. */
        if (!cpu->parked &&
            (class == MODEL_PROGRAM || class == MODEL_SUPERVISOR_CALL))
            continue;
        if (model_may_be_taken(pool, &pool->item[i]) &&
            model_open_for(&cpu->cpu, class))
            return true;
    }
    return false;
}

bool model_reason(struct model_vm *vm, struct model_cpu *cpu)
{
    if (cpu->look || cpu->posted)
        return true;
    if (cpu->asleep && cpu->answer == S390IRQ_PAUSED)
        return false;
    if (cpu->first)
        return true;
    return cpu->state == S390IRQ_STATE_OPERATING &&
           (model_open_item(cpu, &cpu->local) ||
            model_open_item(cpu, &vm->floating));
}

int model_start(struct model_vm *vm, struct model_cpu *cpu,
                const struct s390irq_cpu *registers)
{
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return S390IRQ_E_STATE;
    if (model_outstanding(cpu))
        return S390IRQ_BUSY;
    if (cpu->state == S390IRQ_STATE_OPERATING)
        return registers ? S390IRQ_E_STATE : 0;
    if (registers) {
        cpu->cpu = *registers;
        cpu->timer_ran = false;
    }
    operate(vm, cpu);
    return 0;
}

int model_stop(struct model_vm *vm, struct model_cpu *cpu)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_STOP };

    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return S390IRQ_E_STATE;
    if (model_outstanding(cpu))
        return S390IRQ_BUSY;
    if (cpu->state == S390IRQ_STATE_OPERATING) {
        model_add(vm, &cpu->local, MODEL_STOP, &record);
        vm->books[S390IRQ_KIND_STOP].injected++;
    }
    return 0;
}

int model_stop_and_store(struct model_vm *vm, struct model_cpu *cpu)
{
    int outcome;

    if (cpu->state == S390IRQ_STATE_STOPPED)
        return model_status_in_place(vm, cpu);
    outcome = model_stop(vm, cpu);
    if (outcome == 0)
        model_find(&cpu->local, MODEL_STOP, -1)->record.parameter = 1;
    return outcome;
}

int model_restart(struct model_vm *vm, struct model_cpu *cpu)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_RESTART };
    struct model_item *item;

    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return S390IRQ_E_STATE;
    if (model_outstanding(cpu))
        return S390IRQ_BUSY;
    item = model_find(&cpu->local, MODEL_RESTART, -1);
    vm->books[S390IRQ_KIND_RESTART].injected++;
    if (item)
        vm->books[S390IRQ_KIND_RESTART].coalesced++;
    else
        item = model_add(vm, &cpu->local, MODEL_RESTART, &record);
    if (cpu->state == S390IRQ_STATE_STOPPED) {
        cpu->first = true;
        operate(vm, cpu);
    }
    return 0;
}

static void initial_registers(struct s390irq_cpu *cpu)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    *cpu = initial;
}

static void cpu_reset(struct model_vm *vm, struct model_cpu *cpu)
{
    struct model_item call = { .class = MODEL_NOTHING };
    struct model_item *item = model_find(&cpu->local, MODEL_CALL, -1);

    if (vm->flip == MODEL_FLIP_RESET_KEEPS && item)
        call = *item;
    model_clear(vm, &cpu->local, true);
    if (call.class != MODEL_NOTHING)
        model_add(vm, &cpu->local, MODEL_CALL, &call.record);
    cpu->first = cpu->check_stop = false;
    cpu->pfault = false;
    model_freeze(vm, cpu);
    cpu->state = S390IRQ_STATE_STOPPED;
}

void model_carry_out_reset(struct model_vm *vm, struct model_cpu *cpu, int kind)
{
    cpu->posted = 0;
    cpu_reset(vm, cpu);
    if (kind == S390IRQ_RESET_CPU)
        return;
    initial_registers(&cpu->cpu);
    cpu->timer_ran = true;
    if (kind == S390IRQ_RESET_CLEAR) {
        cpu->told |= S390IRQ_CHANGED_CLEAR;
        zero_registers(cpu);
    }
}

/* At once when parked, else its owner carries it out; the stronger counts. */
int model_reset(struct model_vm *vm, struct model_cpu *cpu, int kind)
{
    cpu->look = true;
    if (cpu->parked)
        model_carry_out_reset(vm, cpu, kind);
    else if (kind > cpu->posted)
        cpu->posted = kind;
    return 0;
}

int model_set_prefix(struct model_vm *vm, struct model_cpu *cpu,
                     uint32_t prefix)
{
    uint8_t byte;

    if (!model_loaded(vm, prefix, &byte, 1) ||
        !model_loaded(vm, prefix + MODEL_AREA - 1, &byte, 1))
        return S390IRQ_E_GUEST_MEMORY;
    if (model_outstanding(cpu))
        return S390IRQ_BUSY;
    if (cpu->state != S390IRQ_STATE_STOPPED)
        return S390IRQ_E_STATE;
    cpu->cpu.prefix = prefix;
    return 0;
}

void model_create(struct model_vm *vm, uint32_t address)
{
    struct model_cpu *cpu = &vm->cpu[address];
    const struct s390irq_registers *live = cpu->live;
    uint64_t taken[S390IRQ_KIND_LIMIT];

    memcpy(taken, cpu->taken, sizeof taken);
    memset(cpu, 0, sizeof *cpu);
    cpu->live = live;
    memcpy(cpu->taken, taken, sizeof taken);
    cpu->there = true;
    cpu->state = S390IRQ_STATE_STOPPED;
    cpu->parked = cpu->asleep = true;
    cpu->dispatched = true;
    cpu->timer_ran = true;
    zero_registers(cpu);
    cpu->answer = S390IRQ_STOPPED;
    initial_registers(&cpu->cpu);
}

int model_pause(struct model_vm *vm)
{
    int parked = 1;

    vm->paused = true;
    for (uint32_t i = 0; i < vm->cpus; i++)
        if (vm->cpu[i].there && !vm->cpu[i].parked) {
            vm->cpu[i].look = true;
            parked = 0;
        }
    return parked;
}

void model_resume(struct model_vm *vm)
{
    if (!vm->paused)
        return;
    vm->paused = false;
    for (uint32_t i = 0; i < vm->cpus; i++)
        if (vm->cpu[i].there && vm->cpu[i].answer == S390IRQ_PAUSED)
            vm->cpu[i].look = true;
}

void model_clear_loans(struct model_vm *vm)
{
    for (int i = 0; i < MODEL_LOANS; i++)
        vm->loan[i].cleared = true;
    for (unsigned i = 0; i < MODEL_TURNS; i++)
        vm->turn[i].undone = true;
}

void model_vm_reset(struct model_vm *vm)
{
    model_clear(vm, &vm->floating, true);
    model_clear_loans(vm);
    for (int i = 0; i < MODEL_ADAPTERS; i++)
        vm->adapter[i].masked = vm->adapter[i].remembered = false;
    vm->single = vm->suppressed = vm->lost = 0;
}

int model_unplug(struct model_vm *vm, struct model_cpu *cpu)
{
    if (cpu->in_hand)
        return S390IRQ_E_STATE;
    model_clear(vm, &cpu->local, true);
    cpu->there = cpu->asleep = cpu->in_guest = false;
    return 0;
}
