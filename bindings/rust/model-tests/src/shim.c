/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The model's calls by CPU address, for a caller that has not its header. */
#include <stdlib.h>

#include "model.h"

struct model_vm *shim_open(uint32_t addresses, uint32_t cpus,
                           uint64_t host_tod)
{
    static const unsigned facilities[] = { 9, 72, 129, 133, 139 };
    struct model_vm *vm = calloc(1, sizeof *vm);

    if (!vm)
        abort();
    model_open(vm);
    vm->cpus = addresses;
    vm->limit = 1024;
    vm->host_tod = host_tod;
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        vm->facility[facilities[i]] = true;
    for (uint32_t i = 0; i < cpus; i++)
        model_create(vm, i);
    return vm;
}

void shim_external_calls_first(struct model_vm *vm)
{
    vm->flip = MODEL_FLIP_CALL_FIRST;
}

void shim_close(struct model_vm *vm)
{
    free(vm);
}

/* Before each call: what the last one left. */
void shim_begin(struct model_vm *vm)
{
    vm->touched = 0;
    vm->fault = vm->mild = false;
}

uint8_t *shim_storage(struct model_vm *vm, size_t *length)
{
    *length = sizeof vm->storage;
    return vm->storage;
}

/* *registers: the owner's before, what the model has after. */
int shim_deliver(struct model_vm *vm, uint32_t cpu,
                 struct s390irq_cpu *registers, uint32_t *taken,
                 uint32_t *kinds)
{
    struct model_answer answer;

    model_deliver(vm, &vm->cpu[cpu], registers, &answer);
    *registers = vm->cpu[cpu].cpu;
    *taken = answer.taken;
    *kinds = answer.taken_kinds;
    return answer.answer;
}

int shim_parked(const struct model_vm *vm, uint32_t cpu)
{
    return vm->cpu[cpu].parked;
}

void shim_masks(struct model_vm *vm, uint32_t cpu,
                const struct s390irq_cpu *registers)
{
    vm->cpu[cpu].cpu = *registers;
}

int shim_inject(struct model_vm *vm, uint32_t cpu,
                const struct s390irq_interruption *record)
{
    return model_inject(vm, &vm->cpu[cpu], record);
}

int shim_program(struct model_vm *vm, uint32_t cpu,
                 const struct s390irq_program *program)
{
    return model_program(vm, &vm->cpu[cpu], program);
}

int shim_supervisor_call(struct model_vm *vm, uint32_t cpu, uint32_t code,
                         uint32_t ilc)
{
    return model_supervisor_call(vm, &vm->cpu[cpu], code, ilc);
}

int shim_start(struct model_vm *vm, uint32_t cpu)
{
    return model_start(vm, &vm->cpu[cpu], NULL);
}

int shim_stop(struct model_vm *vm, uint32_t cpu)
{
    return model_stop(vm, &vm->cpu[cpu]);
}

int shim_reset(struct model_vm *vm, uint32_t cpu, uint32_t kind)
{
    return model_reset(vm, &vm->cpu[cpu], (int)kind);
}

int shim_take_io(struct model_vm *vm, uint32_t mask,
                 struct s390irq_interruption *out)
{
    struct model_loan *loan = &vm->loan[0];
    int answer;

    loan->out = false;
    answer = model_take_io(vm, mask, 0, loan);
    if (answer == 1)
        *out = loan->record;
    return answer;
}

uint32_t shim_pending(const struct model_vm *vm, int cpu)
{
    const struct model_pool *pool = cpu < 0 ? &vm->floating
                                            : &vm->cpu[cpu].local;
    bool own = cpu >= 0 && vm->cpu[cpu].parked;
    uint32_t kinds = 0;

    for (unsigned i = 0; i < pool->count; i++) {
        int class = pool->item[i].class;

        if (own || (class != MODEL_PROGRAM && class != MODEL_SUPERVISOR_CALL))
            kinds |= 1u << pool->item[i].record.kind;
    }
    return kinds;
}
