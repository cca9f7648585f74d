/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What is different once a VM was saved and loaded into another one. */
#include "model.h"

#include <string.h>

/* What pends counts as injected there, nothing else happened yet. */
static void new_books(struct model_vm *vm, const struct model_pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        vm->books[pool->item[i].record.kind].injected++;
}

/* Whose turn it is goes along, not how that came about. */
static void new_turns(struct model_vm *vm)
{
    bool adapters[8];

    for (int isc = 0; isc < 8; isc++)
        adapters[isc] = model_adapters_turn(vm, MODEL_ISC0 + isc);
    vm->turns = 0;
    for (int isc = 0; isc < 8; isc++) {
        struct model_turn *turn = &vm->turn[vm->turns++];

        turn->class = MODEL_ISC0 + isc;
        turn->adapter = !adapters[isc];
        turn->undone = false;
    }
}

/* Only what the facilities make of the registers goes along. */
static void new_registers(const struct model_vm *vm,
                          struct s390irq_registers *registers)
{
    if (!vm->facility[133])
        memset(registers->guarded_storage, 0,
               sizeof registers->guarded_storage);
    for (int i = 0; i < 32 && !vm->facility[129]; i++) {
        registers->vector[i][1] = 0;
        if (i >= 16)
            registers->vector[i][0] = 0;
    }
}

static void new_cpu(const struct model_vm *vm, struct model_cpu *cpu,
                    uint64_t delta)
{
    new_registers(vm, &cpu->other);
    cpu->told |= S390IRQ_CHANGED_LOADED;
    cpu->parked = cpu->asleep = cpu->look = true;
    cpu->in_guest = cpu->unseen = cpu->told_again = false;
    cpu->answer = S390IRQ_STOPPED;
    cpu->wakes = cpu->kicks = 0;
    if (cpu->state == S390IRQ_STATE_OPERATING)
        cpu->has_other = false;
    if (cpu->cpu.cpu_timer_since_tod)
        cpu->cpu.cpu_timer_since_tod += delta;
}

/* The guest's clocks go on from where they were, by another host's. */
void model_moved(struct model_vm *vm, uint64_t host_tod)
{
    uint64_t delta = host_tod - vm->host_tod;
    uint32_t index;
    uint64_t tod;

    model_get_tod(vm, &index, &tod);
    vm->host_tod = host_tod;
    vm->epoch = tod - host_tod;
    vm->epoch_index = index - (tod < host_tod ? 1 : 0);
    vm->paused = false;
    vm->last_sleeper = S390IRQ_NO_CPU;
    for (int i = 0; i < MODEL_LOANS; i++)
        vm->loan[i].out = false;
    new_turns(vm);
    memset(vm->books, 0, sizeof vm->books);
    new_books(vm, &vm->floating);
    for (uint32_t i = 0; i < vm->cpus; i++) {
        memset(vm->cpu[i].taken, 0, sizeof vm->cpu[i].taken);
        if (!vm->cpu[i].there)
            continue;
        new_cpu(vm, &vm->cpu[i], delta);
        new_books(vm, &vm->cpu[i].local);
    }
}
