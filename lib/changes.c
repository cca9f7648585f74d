/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What changes between two delivers: masks, timers, the prefix area. */
#include "call.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/route.h"
#include "cpu/timers.h"
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
    enabled = si_timers_due(vcpu, cpu, open & ~known);
    if (enabled)
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    if (open != before && vcpu->in_guests)
        si_park_reopen(vcpu, open);
    else if (enabled)
        si_route_local(vcpu, SI_LOCAL_LOOK);
    return 0;
}

static inline SI_SHORT int publish(struct s390irq_vcpu *vcpu,
                                   const struct s390irq_cpu *cpu, uint64_t open)
{
    atomic_store_explicit(&vcpu->open, open, memory_order_release);
    si_park_facts(vcpu, cpu);
    return 0;
}

/* The same if no timer is due that was not enabled before. */
static SI_RARE int publish_by_clock(struct s390irq_vcpu *vcpu,
                                    const struct s390irq_cpu *cpu,
                                    uint64_t open)
{
    uint64_t before = atomic_load_explicit(&vcpu->open, memory_order_relaxed);

    return si_timers_due(vcpu, cpu, open & ~before) ? masks_changed(vcpu, cpu)
                                                    : publish(vcpu, cpu, open);
}

static inline SI_SHORT int open_signals(struct s390irq_vcpu *vcpu,
                                        const struct s390irq_cpu *cpu)
{
    uint64_t open;

    if (!si_enabled_known(&vcpu->masks, cpu))
        return masks_changed(vcpu, cpu);
    open = si_enabled_known_open(&vcpu->masks, cpu);
    if ((open & SI_LEVEL_CLASSES) && !si_level_unarmed(cpu))
        return publish_by_clock(vcpu, cpu, open);
    return publish(vcpu, cpu, open);
}

static inline SI_SHORT int open_machine_checks(struct s390irq_vcpu *vcpu,
                                               const struct s390irq_cpu *cpu)
{
    if (!si_enabled_checks_known(&vcpu->masks, cpu))
        return masks_changed(vcpu, cpu);
    si_park_closed(vcpu, si_enabled_checks_open(&vcpu->masks), cpu->psw_mask);
    return 0;
}

int s390irq_vcpu_masks_changed(struct s390irq_vcpu *vcpu,
                               const struct s390irq_cpu *cpu)
{
    uint32_t psw;

    if (!vcpu || !cpu || !si_usual_is(vcpu->usual, cpu))
        return masks_changed(vcpu, cpu);
    si_owner_check(vcpu);
    psw = (uint32_t)(cpu->psw_mask >> 32);
    if (psw & SI_ENABLED_SIGNALS)
        return open_signals(vcpu, cpu);
    if (psw & SI_ENABLED_PSW)
        return open_machine_checks(vcpu, cpu);
    si_park_closed(vcpu, SI_ENABLED_CLOSED, 0);
    return 0;
}

int s390irq_vcpu_timers_changed(struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu)
{
    struct si_timers timers;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = check_running(vcpu, cpu);
    if (rc < 0)
        return rc;
    si_owner_check(vcpu);
    timers = si_timers_look(vcpu, cpu);
    if (timers.pending & si_enabled_open(&vcpu->masks, cpu))
        si_route_reason(vcpu, SI_LOCAL_LOOK);
    si_timers_tell(vcpu, timers.deadline);
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
           si_timers_due(vcpu, cpu, open);
}

/* The usual CPU with a timer that is armed. */
static SI_RARE int has_by_clock(struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu, uint64_t pending)
{
    uint64_t open;

    if (!si_enabled_known(&vcpu->masks, cpu))
        return has_interruption(vcpu, cpu);
    open = si_enabled_known_open(&vcpu->masks, cpu);
    return (pending & open) || si_timers_due(vcpu, cpu, open);
}

/* The classes of I/O are in the order of their submasks. */
static inline SI_SHORT bool has_io(const struct s390irq_cpu *cpu,
                                   uint64_t pending)
{
    return (cpu->cr[6] >> SI_CLASS_IO_SUBMASK_SHIFT & pending) &&
           (cpu->psw_mask & SI_PSW_IO);
}

/* The stop order pends, and does not interrupt. */
int s390irq_vcpu_has_interruption(struct s390irq_vcpu *vcpu,
                                  const struct s390irq_cpu *cpu)
{
    const uint64_t interrupting = SI_LOCAL_CLASSES & ~SI_BIT(SI_CLASS_STOP);
    uint64_t word, pending;

    if (!vcpu || !cpu || !si_usual_is(vcpu->usual, cpu))
        return has_interruption(vcpu, cpu);
    word = si_local_load(&vcpu->local);
    if (word & SI_LOCAL_EXIGENT)
        return has_interruption(vcpu, cpu);
    pending = (word | si_floating_load(&vcpu->vm->floating)) & interrupting;
    if (!si_level_unarmed(cpu))
        return has_by_clock(vcpu, cpu, pending);
    if (!(pending & ~SI_CLASS_IO_BITS(0xff)))
        return has_io(cpu, pending);
    if (!si_enabled_known(&vcpu->masks, cpu))
        return has_interruption(vcpu, cpu);
    return (pending & si_enabled_known_open(&vcpu->masks, cpu)) != 0;
}
