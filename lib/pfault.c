/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The pfault handshake: a guest says where its token is and in which state it
 * can do without a page for a while (DIAGNOSE 0x258, as Linux KVM has it).
 */
#include "cpu/owner.h"
#include "cpu/park.h"

#define CR0_CP_SERVICE (si_classes[SI_CLASS_PFAULT_INIT].submask)

int s390irq_vcpu_pfault_begin(struct s390irq_vcpu *vcpu, uint64_t token,
                              uint64_t select, uint64_t compare)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    if (token % 8 || (compare & ~select))
        return S390IRQ_E_INVALID;
    si_owner_check(vcpu);
    si_lock_take(&vcpu->local.lock);
    if (vcpu->pfault.token != SI_PFAULT_NONE) {
        rc = S390IRQ_BUSY;
    } else {
        vcpu->pfault.token = token;
        vcpu->pfault.select = select;
        vcpu->pfault.compare = compare;
    }
    si_lock_release(&vcpu->local.lock);
    si_owner_release(vcpu);
    return rc;
}

int s390irq_vcpu_pfault_cancel(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    si_owner_check(vcpu);
    si_lock_take(&vcpu->local.lock);
    if (vcpu->pfault.token == SI_PFAULT_NONE)
        rc = S390IRQ_CLEARED;
    vcpu->pfault.token = SI_PFAULT_NONE;
    si_lock_release(&vcpu->local.lock);
    si_owner_release(vcpu);
    return rc;
}

static bool guest_agrees(const struct si_pfault *pfault,
                         const struct s390irq_cpu *cpu)
{
    return pfault->token != SI_PFAULT_NONE &&
           (cpu->psw_mask & pfault->select) == pfault->compare &&
           (cpu->psw_mask & SI_PSW_EXTERNAL) && (cpu->cr[0] & CR0_CP_SERVICE);
}

int s390irq_vcpu_pfault_may_start(struct s390irq_vcpu *vcpu,
                                  const struct s390irq_cpu *cpu,
                                  uint64_t *token)
{
    struct si_pfault pfault;
    int rc = s390irq_vcpu_has_interruption(vcpu, cpu);

    if (!token)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    si_lock_take(&vcpu->local.lock);
    pfault = vcpu->pfault;
    si_lock_release(&vcpu->local.lock);
    if (rc == 1 || si_machine_state(vcpu) != S390IRQ_STATE_OPERATING ||
        !guest_agrees(&pfault, cpu))
        return 0;
    *token = pfault.token;
    return 1;
}
