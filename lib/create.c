/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "create.h"

#include <assert.h>

#include "cpu/park.h"
#include "cpu/registers.h"

/* No cache line is written by two roles. */
#define OFFSET(member) offsetof(struct s390irq_vcpu, member)
static_assert(OFFSET(masks) - OFFSET(address) >= SI_CACHE_LINE,
              "constants and owner");
static_assert(OFFSET(local) - OFFSET(prepared) >= SI_CACHE_LINE,
              "owner and injectors");
static_assert(OFFSET(published) - OFFSET(local.tally) >= SI_CACHE_LINE,
              "injectors and what is published");

/* Stopped, parked, with the registers of an initial CPU reset. */
static void init(struct s390irq_vcpu *vcpu, struct s390irq_vm *vm,
                 uint32_t address, void *opaque)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    vcpu->vm = vm;
    vcpu->opaque = opaque;
    vcpu->address = address;
    vcpu->queue.vm = vm;
    vcpu->queue.vcpu = vcpu;
    atomic_store(&vcpu->deadline, S390IRQ_NEVER);
    atomic_store(&vcpu->open, SI_LOCAL_LOOK);
    atomic_store(&vcpu->state, S390IRQ_STATE_STOPPED);
    si_published_leave(&vcpu->published, SI_ASLEEP, SI_LOCAL_LOOK);
    vcpu->away = true;
    vcpu->parked = true;
    vcpu->timer_frozen = true;
    vcpu->copy = initial;
    si_registers_clear(vcpu);
    atomic_store(&vcpu->dispatched, true);
    si_park_facts(vcpu, &initial);
#ifndef S390IRQ_WITHOUT_WAIT
    pthread_mutex_init(&vcpu->wait_mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&vcpu->wait_condition, &attributes);
    pthread_condattr_destroy(&attributes);
#endif
}

/* On a cache line of its own, wherever the allocator puts it. */
static struct s390irq_vcpu *allocate(const struct s390irq_vm *vm)
{
    struct s390irq_vcpu *vcpu;
    uint8_t *memory =
        si_hooks_allocate(&vm->host, sizeof *vcpu + SI_CACHE_LINE);
    uintptr_t skip;

    if (!memory)
        return NULL;
    skip = -(uintptr_t)memory % SI_CACHE_LINE;
    vcpu = (struct s390irq_vcpu *)(void *)(memory + skip);
    vcpu->allocation = memory;
    if (!si_local_init(&vcpu->local, &vm->host, vm->cpus)) {
        si_hooks_deallocate(&vm->host, memory, sizeof *vcpu + SI_CACHE_LINE);
        return NULL;
    }
    return vcpu;
}

static void deallocate(const struct s390irq_vm *vm, struct s390irq_vcpu *vcpu)
{
    si_local_free(&vcpu->local, &vm->host);
    si_hooks_deallocate(&vm->host, vcpu->allocation,
                        sizeof *vcpu + SI_CACHE_LINE);
}

void si_create_free(struct s390irq_vcpu *vcpu)
{
    if (!vcpu)
        return;
#ifndef S390IRQ_WITHOUT_WAIT
    pthread_cond_destroy(&vcpu->wait_condition);
    pthread_mutex_destroy(&vcpu->wait_mutex);
#endif
    deallocate(vcpu->vm, vcpu);
}

int s390irq_vcpu_create(struct s390irq_vm *vm, uint32_t address, void *opaque,
                        struct s390irq_vcpu **vcpu)
{
    struct s390irq_vcpu *made, *nobody = NULL;

    if (!vm || !vcpu)
        return S390IRQ_E_INVALID;
    if (address >= vm->cpus)
        return S390IRQ_E_NO_CPU;
    if (si_machine_vcpu(vm, address))
        return S390IRQ_E_EXISTS;
    made = allocate(vm);
    if (!made)
        return S390IRQ_E_NO_MEMORY;
    init(made, vm, address, opaque);
    if (!atomic_compare_exchange_strong(&vm->vcpu[address], &nobody, made)) {
        si_create_free(made);
        return S390IRQ_E_EXISTS;
    }
    if (atomic_load(&vm->closed))
        si_local_close(&made->local, true);
    *vcpu = made;
    return 0;
}
