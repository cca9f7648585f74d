/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/usual.h"

#include "host/notice.h"

static uint32_t of_vm(const struct s390irq_vm *vm)
{
    uint32_t unusual = 0;

    if (si_notice_wanted(&vm->host))
        unusual |= SI_UNUSUAL_WATCHED;
    if (si_machine_kicks(vm) || (vm->flags & S390IRQ_VM_MASKS_UNKNOWN))
        unusual |= SI_UNUSUAL_GUEST;
    return unusual;
}

/* Of one that runs: all that is looked at is the owner's then. */
static uint32_t of_owner(const struct s390irq_vcpu *vcpu)
{
    uint32_t unusual = 0;

    if (vcpu->local.hand.held || vcpu->sleep_tokens || vcpu->guest_tokens)
        unusual |= SI_UNUSUAL_HAND;
    if (vcpu->changed)
        unusual |= SI_UNUSUAL_TOLD;
    if (vcpu->check_stop)
        unusual |= SI_UNUSUAL_STOPS;
    if (!vcpu->lowcore_known || !vcpu->lowcore)
        unusual |= SI_UNUSUAL_HOOKS;
    if (si_own_classes(&vcpu->local.own))
        unusual |= SI_UNUSUAL_OWN;
    return unusual;
}

void si_usual_settle(struct s390irq_vcpu *vcpu)
{
    if (vcpu->away || vcpu->parked ||
        si_machine_state(vcpu) != S390IRQ_STATE_OPERATING)
        vcpu->unusual = SI_UNUSUAL_AWAY;
    else
        vcpu->unusual = of_vm(vcpu->vm) | of_owner(vcpu);
}
