/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/usual.h"

#include <assert.h>
#include <stddef.h>

#include "host/notice.h"

static_assert(offsetof(struct s390irq_cpu, size) == 0 &&
                  offsetof(struct s390irq_cpu, prefix) == 4,
              "how registers begin");

static bool vm_is_usual(const struct s390irq_vm *vm)
{
    return !si_notice_wanted(&vm->host) && !si_machine_kicks(vm) &&
           !(vm->flags & S390IRQ_VM_MASKS_UNKNOWN);
}

static bool runs(const struct s390irq_vcpu *vcpu)
{
    return !vcpu->parked && si_machine_state(vcpu) == S390IRQ_STATE_OPERATING;
}

/* What others post later raises SI_LOCAL_LOOK; what is given back does not. */
static bool has_nothing_to_do(const struct s390irq_vcpu *vcpu)
{
    return !(si_local_load(&vcpu->local) & SI_LOCAL_POSTED) &&
           !vcpu->local.hand.held && !vcpu->changed && !vcpu->check_stop &&
           !atomic_load_explicit(&vcpu->registers_known,
                                 memory_order_relaxed) &&
           !si_own_classes(&vcpu->local.own);
}

void si_usual_settle(struct s390irq_vcpu *vcpu)
{
    const struct s390irq_cpu expected = { .size = sizeof expected,
                                          .prefix = vcpu->lowcore_prefix };

    vcpu->usual = SI_USUAL_NOT;
    vcpu->usual_own = SI_USUAL_NOT;
    vcpu->usual_plain = 0;
    vcpu->usual_asleep = SI_USUAL_NOT;
    if (!vm_is_usual(vcpu->vm) || !vcpu->lowcore_known || !vcpu->lowcore)
        return;
    if (vcpu->away)
        vcpu->usual_asleep = si_usual_head(&expected);
    else if (runs(vcpu) && has_nothing_to_do(vcpu))
        vcpu->usual = si_usual_head(&expected);
}
