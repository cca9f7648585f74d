/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/registers.h"

/* With the lock held. */
static bool wanted(const struct s390irq_vcpu *vcpu, bool stopping)
{
    return !vcpu->registers_known &&
           (stopping || si_machine_state(vcpu) == S390IRQ_STATE_STOPPED);
}

/*
 * The hook runs without the lock: a reset in between has made its own, and a
 * start in between wants none.
 */
void si_registers_fetch(struct s390irq_vcpu *vcpu, bool stopping)
{
    bool missing;

    si_lock_take(&vcpu->local.lock);
    missing = wanted(vcpu, stopping);
    si_lock_release(&vcpu->local.lock);
    if (!missing || !si_hooks_registers(&vcpu->vm->host, vcpu->opaque,
                                        &vcpu->area.registers))
        return;
    si_lock_take(&vcpu->local.lock);
    if (wanted(vcpu, stopping)) {
        vcpu->registers = vcpu->area.registers;
        vcpu->registers_known = true;
    }
    si_lock_release(&vcpu->local.lock);
}

void si_registers_forget(struct s390irq_vcpu *vcpu)
{
    if (!(vcpu->changed & S390IRQ_CHANGED_LOADED))
        vcpu->registers_known = false;
}

void si_registers_ran(struct s390irq_vcpu *vcpu)
{
    if (!vcpu->registers_known)
        return;
    si_lock_take(&vcpu->local.lock);
    si_registers_forget(vcpu);
    si_lock_release(&vcpu->local.lock);
}

void si_registers_clear(struct s390irq_vcpu *vcpu)
{
    static const struct s390irq_registers zero = S390IRQ_REGISTERS_INIT;

    vcpu->registers = zero;
    vcpu->registers_known = true;
}

bool si_registers_copy(struct s390irq_vcpu *vcpu,
                       struct s390irq_registers *registers)
{
    bool there;

    si_lock_take(&vcpu->local.lock);
    there = vcpu->registers_known;
    if (there)
        *registers = vcpu->registers;
    si_lock_release(&vcpu->local.lock);
    return there;
}
