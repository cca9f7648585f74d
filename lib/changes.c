/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What changes between two delivers: masks, timers, the prefix area. */
#include "call.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/route.h"
#include "cpu/trace.h"
#include "cpu/usual.h"

/* For calls that need the registers to be with the owner. */
static int check_running(const struct s390irq_vcpu *vcpu,
                         const struct s390irq_cpu *cpu)
{
    int rc = si_call_check(cpu);

    if (rc == 0 && vcpu->parked)
        rc = S390IRQ_E_STATE;
    return rc;
}

/* Looks at clock and registers for a level condition that is enabled. */
static bool level_enabled(struct s390irq_vcpu *vcpu,
                          const struct s390irq_cpu *cpu, uint64_t open)
{
    uint64_t armed = si_level_armed(cpu, open);

    return armed && si_level_pending(
                        cpu, armed, si_hooks_tod(&vcpu->vm->host, vcpu->opaque),
                        atomic_load(&vcpu->vm->epoch)) != 0;
}

/* What it surely was open for: masks that change unseen may have closed. */
static uint64_t known_open(const struct s390irq_vcpu *vcpu, uint64_t before)
{
    return vcpu->vm->flags & S390IRQ_VM_MASKS_UNKNOWN ? 0 : before;
}

/*
 * A running CPU polls: what it is open for is its own affair, and one plain
 * store tells its polling loop. One in guest mode is told through the claim.
 */
static SI_RARE int masks_changed(struct s390irq_vcpu *vcpu,
                                 const struct s390irq_cpu *cpu)
{
    uint64_t open, before, known;
    bool enabled;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = check_running(vcpu, cpu);
    if (rc < 0)
        return rc;
    si_owner_check(vcpu);
    si_park_facts(vcpu, cpu);
    open = si_enabled_open(&vcpu->masks, cpu) | SI_LOCAL_LOOK;
    before = atomic_load_explicit(&vcpu->open, memory_order_relaxed);
    known = known_open(vcpu, before);
    if (open == known)
        return 0;
    if (open != before && !vcpu->in_guests)
        si_trace_publish(vcpu, open, S390IRQ_PUBLISHED_RUNNING);
    if (open != before)
        atomic_store_explicit(&vcpu->open, open, memory_order_release);
    enabled = level_enabled(vcpu, cpu, open & ~known);
    if (enabled)
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    if (open != before && vcpu->in_guests)
        si_park_reopen(vcpu, open);
    else if (enabled)
        si_route_local(vcpu, SI_LOCAL_LOOK);
    return 0;
}

/* Opens as a CPU does whose timers need no look; false: it is not so. */
static inline SI_SHORT bool reopened(struct s390irq_vcpu *vcpu,
                                     const struct s390irq_cpu *cpu)
{
    uint64_t open;

    if (!((uint32_t)(cpu->psw_mask >> 32) & SI_ENABLED_SIGNALS)) {
        if (!si_enabled_checks_known(&vcpu->masks, cpu))
            return false;
        si_park_closed(vcpu, si_enabled_checks_open(&vcpu->masks),
                       cpu->psw_mask);
        return true;
    }
    if (!si_enabled_known(&vcpu->masks, cpu))
        return false;
    open = si_enabled_known_open(&vcpu->masks, cpu);
    if ((open & SI_LEVEL_CLASSES) && !si_level_unarmed(cpu))
        return false;
    atomic_store_explicit(&vcpu->open, open, memory_order_release);
    si_park_facts(vcpu, cpu);
    return true;
}

int s390irq_vcpu_masks_changed(struct s390irq_vcpu *vcpu,
                               const struct s390irq_cpu *cpu)
{
    if (vcpu && cpu && si_usual_is(vcpu->usual, cpu)) {
        si_owner_check(vcpu);
        if (!((uint32_t)(cpu->psw_mask >> 32) & SI_ENABLED_PSW)) {
            si_park_closed(vcpu, SI_ENABLED_CLOSED, 0);
            return 0;
        }
        if (reopened(vcpu, cpu))
            return 0;
    }
    return masks_changed(vcpu, cpu);
}

int s390irq_vcpu_timers_changed(struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu)
{
    uint64_t armed, host_tod, open;
    uint64_t deadline = S390IRQ_NEVER;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = check_running(vcpu, cpu);
    if (rc < 0)
        return rc;
    si_owner_check(vcpu);
    armed = si_level_armed(cpu, SI_LEVEL_CLASSES);
    if (armed) {
        uint64_t epoch = atomic_load(&vcpu->vm->epoch);

        host_tod = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
        open = si_enabled_open(&vcpu->masks, cpu);
        deadline = si_level_deadline(cpu, armed, host_tod, epoch);
        if (si_level_pending(cpu, armed & open, host_tod, epoch))
            si_route_reason(vcpu, SI_LOCAL_LOOK);
    }
    si_call_tell_deadline(vcpu, deadline);
    return 0;
}

int s390irq_vcpu_lowcore_changed(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    vcpu->lowcore_known = false;
    si_usual_settle(vcpu);
    return 0;
}

int s390irq_vcpu_check_stop(struct s390irq_vcpu *vcpu)
{
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    if (vcpu->parked)
        return S390IRQ_E_STATE;
    si_owner_check(vcpu);
    vcpu->check_stop = true;
    si_usual_settle(vcpu);
    return 0;
}

/*
 * Judged on copies: nothing changes, an invalid PSW is not recognized yet. An
 * exigent machine check that cannot be taken is the end: check-stop.
 */
static SI_RARE int has_interruption(struct s390irq_vcpu *vcpu,
                                    const struct s390irq_cpu *cpu)
{
    uint64_t open, word, pending;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = si_call_check(cpu);
    if (rc < 0)
        return rc;
    if (si_machine_state(vcpu) != S390IRQ_STATE_OPERATING)
        return 0;
    word = si_local_load(&vcpu->local);
    if (word & SI_LOCAL_RESTART_FIRST)
        return 1;
    if ((word & SI_LOCAL_EXIGENT) && !(cpu->psw_mask & SI_PSW_MACHINE_CHECK))
        return 0;
    open = si_enabled_open(&vcpu->masks, cpu) & ~SI_BIT(SI_CLASS_STOP);
    pending = word | si_floating_load(&vcpu->vm->floating);
    return (pending & open) != 0 || si_local_ready(&vcpu->local, word) != 0 ||
           level_enabled(vcpu, cpu, open);
}

int s390irq_vcpu_has_interruption(struct s390irq_vcpu *vcpu,
                                  const struct s390irq_cpu *cpu)
{
    uint64_t open, word;

    if (!vcpu || !cpu || !si_usual_is(vcpu->usual, cpu) ||
        !si_enabled_known(&vcpu->masks, cpu))
        return has_interruption(vcpu, cpu);
    open = si_enabled_known_open(&vcpu->masks, cpu);
    word = si_local_load(&vcpu->local);
    if ((word & SI_LOCAL_EXIGENT) ||
        ((open & SI_LEVEL_CLASSES) && !si_level_unarmed(cpu)))
        return has_interruption(vcpu, cpu);
    open &= ~(SI_LOCAL_LOOK | SI_BIT(SI_CLASS_STOP));
    return ((word | si_floating_load(&vcpu->vm->floating)) & open) != 0;
}
