/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The TOD clock with its epoch, jumps of the host's clock, and pfault. */
#include "model.h"

#define PSW_EXTERNAL UINT64_C(0x0100000000000000)

static void everybody_looks(struct model_vm *vm)
{
    for (uint32_t i = 0; i < vm->cpus; i++)
        vm->cpu[i].look = vm->cpu[i].there;
}

int model_set_tod(struct model_vm *vm, uint32_t index, uint64_t tod)
{
    if (index != 0 && !vm->facility[139])
        return S390IRQ_E_UNSUPPORTED;
    vm->epoch = tod - vm->host_tod;
    vm->epoch_index = index - (tod < vm->host_tod ? 1 : 0);
    everybody_looks(vm);
    return 0;
}

/* The index counts the wraps of the 64 bits. */
void model_get_tod(const struct model_vm *vm, uint32_t *index, uint64_t *tod)
{
    *tod = vm->host_tod + vm->epoch;
    *index = (vm->epoch_index + (*tod < vm->host_tod ? 1 : 0)) & 0xff;
    if (!vm->facility[139])
        *index = 0;
}

/* The guest notices nothing: its clock and its CPU timers go on. */
void model_adjust_tod(struct model_vm *vm, uint64_t delta)
{
    uint32_t index;
    uint64_t tod;

    vm->host_tod -= delta;
    model_get_tod(vm, &index, &tod);
    vm->host_tod += delta;
    vm->epoch = tod - vm->host_tod;
    vm->epoch_index = index - (tod < vm->host_tod ? 1 : 0);
    for (uint32_t i = 0; i < vm->cpus; i++) {
        struct model_cpu *cpu = &vm->cpu[i];

        if (!cpu->there)
            continue;
        if (cpu->cpu.cpu_timer_since_tod)
            cpu->cpu.cpu_timer_since_tod += delta;
        if (!cpu->parked)
            cpu->jump += delta;
    }
    everybody_looks(vm);
}

int model_pfault_begin(struct model_cpu *cpu, uint64_t token, uint64_t select,
                       uint64_t compare)
{
    if (token % 8 || compare & ~select)
        return S390IRQ_E_INVALID;
    if (cpu->pfault)
        return S390IRQ_BUSY;
    cpu->pfault = true;
    cpu->token = token;
    cpu->select = select;
    cpu->compare = compare;
    return 0;
}

int model_pfault_cancel(struct model_cpu *cpu)
{
    if (!cpu->pfault)
        return S390IRQ_CLEARED;
    cpu->pfault = false;
    return 0;
}

int model_pfault_may_start(struct model_vm *vm, struct model_cpu *cpu)
{
    return cpu->pfault && (cpu->cpu.psw_mask & cpu->select) == cpu->compare &&
           model_open_for(&cpu->cpu, MODEL_PFAULT_INIT) &&
           !model_takes(vm, cpu, &cpu->cpu);
}
