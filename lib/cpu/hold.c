/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/hold.h"

bool si_hold_begin(struct s390irq_vm *vm, bool paused)
{
    uint32_t unparked = atomic_load(&vm->unparked);

    do {
        if (unparked & ~SI_MACHINE_PAUSED)
            return false;
        if (paused && !unparked)
            return false;
    } while (!atomic_compare_exchange_weak(&vm->unparked, &unparked,
                                           unparked | SI_MACHINE_HELD));
    return true;
}

void si_hold_end(struct s390irq_vm *vm)
{
    atomic_fetch_and(&vm->unparked, ~SI_MACHINE_HELD);
}

static bool closed(struct s390irq_vm *vm)
{
    return atomic_load(&vm->closed) != 0;
}

/* A slot without a CPU takes nothing. */
static bool closed_at(struct s390irq_vcpu *vcpu)
{
    return closed(vcpu->vm) || si_machine_state(vcpu) == SI_MACHINE_UNPLUGGED;
}

void si_hold_follow(struct s390irq_vcpu *vcpu)
{
    si_lock_take(&vcpu->vm->closing);
    si_local_close(&vcpu->local, closed_at(vcpu));
    si_lock_release(&vcpu->vm->closing);
}

/*
 * Reasons come and go on several threads: under the lock, so that whoever is
 * last sees them all, and nobody opens what another one has closed.
 */
static void follow_all(struct s390irq_vm *vm)
{
    uint32_t address;

    si_lock_take(&vm->closing);
    si_floating_close(&vm->floating, closed(vm));
    for (address = 0; address < vm->cpus; address++) {
        struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

        if (vcpu)
            si_local_close(&vcpu->local, closed_at(vcpu));
    }
    si_lock_release(&vm->closing);
}

bool si_hold_close(struct s390irq_vm *vm, uint32_t reason)
{
    bool anew = !(atomic_fetch_or(&vm->closed, reason) & reason);

    follow_all(vm);
    return anew;
}

void si_hold_reopen(struct s390irq_vm *vm, uint32_t reason)
{
    if (atomic_fetch_and(&vm->closed, ~reason) & reason)
        follow_all(vm);
}
