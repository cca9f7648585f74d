/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What anybody may ask of a CPU: state, words to poll, registers, orders. */
#include "call.h"
#include "cpu/orders.h"
#include "cpu/park.h"
#include "cpu/registers.h"
#include "cpu/route.h"
#include "host/abi.h"

uint32_t s390irq_vcpu_address(const struct s390irq_vcpu *vcpu)
{
    return vcpu ? vcpu->address : S390IRQ_NO_CPU;
}

int s390irq_vcpu_state(const struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    return rc < 0 ? rc : (int)si_machine_state(vcpu);
}

int s390irq_vcpu_poll(const struct s390irq_vcpu *vcpu,
                      struct s390irq_poll *poll)
{
    if (!vcpu || !poll)
        return S390IRQ_E_INVALID;
    poll->local = (const uint64_t *)&vcpu->local.word;
    poll->floating = (const uint64_t *)&vcpu->vm->floating.word;
    poll->open = (const uint64_t *)&vcpu->open;
    return 0;
}

int s390irq_vcpu_attention(const struct s390irq_vcpu *vcpu)
{
    struct s390irq_poll poll;

    return s390irq_vcpu_poll(vcpu, &poll) == 0 && s390irq_attention(&poll);
}

int s390irq_vcpu_kick(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    si_route_reason(vcpu, SI_LOCAL_LOOK);
    return 0;
}

int s390irq_vcpu_timer_fired(struct s390irq_vcpu *vcpu)
{
    return s390irq_vcpu_kick(vcpu);
}

static int as_result(int outcome)
{
    switch (outcome) {
    case SI_ORDER_BUSY:
        return S390IRQ_BUSY;
    case SI_ORDER_GONE:
        return S390IRQ_E_NO_CPU;
    case SI_ORDER_CHECK_STOP:
    case SI_ORDER_STATE:
        return S390IRQ_E_STATE;
    default:
        return 0;
    }
}

int s390irq_vcpu_start(struct s390irq_vcpu *vcpu, const struct s390irq_cpu *cpu)
{
    int rc = cpu ? si_call_check(cpu) : 0;

    if (rc == 0 || !vcpu)
        rc = si_machine_check(vcpu);
    return rc < 0 ? rc : as_result(si_orders_start(vcpu, cpu));
}

int s390irq_vcpu_stop(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    return rc < 0 ? rc : as_result(si_orders_stop(vcpu));
}

int s390irq_vcpu_restart(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    return rc < 0 ? rc : as_result(si_orders_restart(vcpu));
}

int s390irq_vcpu_reset(struct s390irq_vcpu *vcpu, uint32_t kind)
{
    int rc = si_machine_check(vcpu);

    if (kind < S390IRQ_RESET_CPU || kind > S390IRQ_RESET_CLEAR)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    si_orders_reset(vcpu, kind);
    return 0;
}

int s390irq_vcpu_get_cpu(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    int rc = si_abi_check(cpu, sizeof *cpu, sizeof *cpu);

    if (rc == 0 || !vcpu)
        rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    si_lock_take(&vcpu->local.lock);
    if (vcpu->parked) {
        si_park_thaw(vcpu);
        si_park_copy(cpu, &vcpu->copy);
    } else {
        rc = S390IRQ_E_NOT_PARKED;
    }
    si_lock_release(&vcpu->local.lock);
    return rc;
}

int s390irq_vcpu_set_cpu(struct s390irq_vcpu *vcpu,
                         const struct s390irq_cpu *cpu)
{
    int rc = si_call_check(cpu);
    uint64_t host_tod = 0;

    if (rc == 0 || !vcpu)
        rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    if (cpu->cpu_timer_since_tod)
        host_tod = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
    si_lock_take(&vcpu->local.lock);
    if (vcpu->parked) {
        si_park_thaw(vcpu);
        si_park_copy(&vcpu->copy, cpu);
        si_park_facts(vcpu, cpu);
        if (si_machine_state(vcpu) != S390IRQ_STATE_OPERATING)
            vcpu->timer_frozen |= si_park_freeze(&vcpu->copy, host_tod);
    } else {
        rc = S390IRQ_E_NOT_PARKED;
    }
    si_lock_release(&vcpu->local.lock);
    if (rc == 0)
        si_route_reason(vcpu, SI_LOCAL_LOOK);
    return rc;
}

int s390irq_vcpu_get_registers(struct s390irq_vcpu *vcpu,
                               struct s390irq_registers *registers)
{
    struct s390irq_registers copy;
    int rc = si_abi_check(registers, sizeof copy, sizeof copy);

    if (rc == 0 || !vcpu)
        rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    if (!si_registers_copy(vcpu, &copy))
        return S390IRQ_E_STATE;
    si_abi_write(registers, &copy, sizeof copy);
    return 0;
}

int s390irq_vcpu_set_dispatched(struct s390irq_vcpu *vcpu, int dispatched)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    atomic_store(&vcpu->dispatched, dispatched != 0);
    return 0;
}
