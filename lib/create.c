/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "create.h"

#include <assert.h>

#include "call.h"
#include "cpu/hold.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/registers.h"
#include "cpu/timers.h"
#include "cpu/trace.h"
#include "cpu/usual.h"
#include "host/notice.h"

/* No cache line is written by two roles. */
#define OFFSET(member) offsetof(struct s390irq_vcpu, member)
static_assert(OFFSET(masks) - OFFSET(address) >= SI_CACHE_LINE,
              "constants and owner");
static_assert(OFFSET(local) - OFFSET(prepared) >= SI_CACHE_LINE,
              "owner and injectors");
static_assert(OFFSET(published) - OFFSET(local.tally) >= SI_CACHE_LINE,
              "injectors and what is published");

/* An empty slot. */
static void init(struct s390irq_vcpu *vcpu, struct s390irq_vm *vm,
                 uint32_t address)
{
    vcpu->vm = vm;
    vcpu->address = address;
    vcpu->senders = si_notice_wanted(&vm->host) ? 0 : vm->cpus;
    si_enabled_init(&vcpu->masks);
    si_handler_init(vcpu->handler);
    vcpu->queue.vm = vm;
    vcpu->queue.vcpu = vcpu;
    vcpu->parked = true;
    atomic_store(&vcpu->deadline, S390IRQ_NEVER);
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

/*
 * Stopped, parked, with the registers of an initial CPU reset and nothing
 * pending. False: somebody else was faster.
 */
static bool plug(struct s390irq_vcpu *vcpu, void *opaque)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;
    bool empty;

    si_lock_take(&vcpu->local.lock);
    empty = si_machine_state(vcpu) == SI_MACHINE_UNPLUGGED;
    if (empty) {
        vcpu->opaque = opaque;
        vcpu->timer_frozen = true;
        vcpu->pfault.token = SI_PFAULT_NONE;
        vcpu->copy = initial;
        si_registers_clear(vcpu);
        atomic_store(&vcpu->dispatched, true);
        si_park_facts(vcpu, &initial);
        vcpu->away = true;
        atomic_store(&vcpu->open, SI_LOCAL_LOOK);
        si_published_leave(&vcpu->published, SI_ASLEEP, SI_LOCAL_LOOK);
        atomic_store(&vcpu->state, S390IRQ_STATE_STOPPED);
    }
    si_lock_release(&vcpu->local.lock);
    if (empty)
        si_hold_follow(vcpu);
    return empty;
}

/* The slot of an address, made if it was never used; NULL: no memory. */
static struct s390irq_vcpu *find_slot(struct s390irq_vm *vm, uint32_t address)
{
    struct s390irq_vcpu *slot = si_machine_slot(vm, address);
    struct s390irq_vcpu *made;

    if (slot)
        return slot;
    made = allocate(vm);
    if (!made)
        return NULL;
    init(made, vm, address);
    if (atomic_compare_exchange_strong(&vm->vcpu[address], &slot, made))
        return made;
    si_create_free(made);
    return slot;
}

int s390irq_vcpu_create(struct s390irq_vm *vm, uint32_t address, void *opaque,
                        struct s390irq_vcpu **vcpu)
{
    struct s390irq_vcpu *slot;

    if (!vm || !vcpu)
        return S390IRQ_E_INVALID;
    if (address >= vm->cpus)
        return S390IRQ_E_NO_CPU;
    if (si_machine_vcpu(vm, address))
        return S390IRQ_E_EXISTS;
    slot = find_slot(vm, address);
    if (!slot)
        return S390IRQ_E_NO_MEMORY;
    if (!plug(slot, opaque))
        return S390IRQ_E_EXISTS;
    *vcpu = slot;
    return 0;
}

/*
 * Under the lock: whoever has a handle finds the CPU there or gone. Closed
 * before it is cleared, so that no injection is left behind.
 */
static uint64_t clear_slot(struct s390irq_vcpu *vcpu)
{
    uint64_t removed;

    si_lock_take(&vcpu->local.lock);
    atomic_store(&vcpu->state, SI_MACHINE_UNPLUGGED);
    removed = si_local_clear(&vcpu->local, true);
    atomic_fetch_and(&vcpu->local.word, ~(SI_LOCAL_RESET | SI_LOCAL_LOOK));
    if (!vcpu->parked)
        atomic_fetch_sub(&vcpu->vm->unparked, 1);
    vcpu->parked = true;
    vcpu->pausing = false;
    vcpu->changed = 0;
    vcpu->clock_jump = 0;
    si_lock_release(&vcpu->local.lock);
    return removed;
}

int s390irq_vcpu_unplug(struct s390irq_vcpu *vcpu)
{
    uint64_t removed;
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    if (vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    si_owner_check(vcpu);
    si_park_vanish(vcpu);
    si_lock_take(&vcpu->vm->closing);
    si_local_close(&vcpu->local, true);
    removed = clear_slot(vcpu);
    si_lock_release(&vcpu->vm->closing);
    vcpu->check_stop = false;
    vcpu->lowcore_known = false;
    si_trace_clear_local(vcpu, true, removed);
    si_machine_notice(vcpu, S390IRQ_TRACE_STATE, 0, SI_MACHINE_UNPLUGGED, 0);
    si_timers_tell(vcpu, S390IRQ_NEVER);
    si_call_pass_on(vcpu, 0);
    si_usual_settle(vcpu);
    si_owner_release(vcpu);
    return 0;
}
