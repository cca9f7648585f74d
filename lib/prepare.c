/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Delivery in two steps, for hosts that make the stores themselves. */
#include <string.h>

#include "call.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/trace.h"
#include "cpu/usual.h"
#include "host/abi.h"

/* Until now the open word was that of a sleep, if the CPU slept. */
static void publish(struct s390irq_vcpu *vcpu, const struct s390irq_cpu *cpu)
{
    uint64_t open = si_enabled_open(&vcpu->masks, cpu);

    si_trace_publish(vcpu, open, S390IRQ_PUBLISHED_RUNNING);
    atomic_store_explicit(&vcpu->open, open | SI_LOCAL_LOOK,
                          memory_order_release);
}

/*
 * There is no report to say what *cpu cannot show: the next deliver says it.
 */
static void keep_told(struct si_call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;

    call->changed &= S390IRQ_CHANGED_CLEAR | S390IRQ_CHANGED_LOADED;
    if (!call->changed)
        return;
    si_lock_take(&vcpu->local.lock);
    vcpu->changed |= call->changed;
    si_lock_release(&vcpu->local.lock);
}

/* Why nothing can be prepared now, or 0. */
static int prepare_state(struct si_call *call)
{
    int answer;

    if (call->vcpu->parked) {
        si_park_stay(call->vcpu);
        si_park_pausing(call->vcpu);
        return S390IRQ_E_STATE;
    }
    answer = si_call_state(call);
    if (answer == S390IRQ_RUN) {
        publish(call->vcpu, call->delivery.cpu);
        return 0;
    }
    si_call_stand_still(call, false);
    si_call_leave(call, answer, 0, si_call_enters(call, answer, SI_LOOP_IDLE));
    if (answer == S390IRQ_PAUSED)
        si_park_pausing(call->vcpu);
    return S390IRQ_E_STATE;
}

static void remember(struct si_prepared *prepared,
                     const struct s390irq_cpu *cpu)
{
    prepared->ticket++;
    prepared->psw_mask = cpu->psw_mask;
    prepared->psw_address = cpu->psw_address;
    prepared->prefix = cpu->prefix;
    memcpy(prepared->cr, cpu->cr, sizeof prepared->cr);
}

static bool is_stale(const struct si_prepared *prepared,
                     const struct s390irq_cpu *cpu)
{
    return prepared->psw_mask != cpu->psw_mask ||
           prepared->psw_address != cpu->psw_address ||
           prepared->prefix != cpu->prefix ||
           memcmp(prepared->cr, cpu->cr, sizeof prepared->cr) != 0;
}

/* Takes the highest that is there in hand; 0: none. */
static int prepare(struct si_call *call, struct si_taking *taking)
{
    struct si_delivery *delivery = &call->delivery;

    for (;;) {
        uint64_t word, ready = si_loop_ready(delivery, &word);

        ready &= ~SI_BIT(SI_CLASS_STOP);
        if (!ready)
            return 0;
        if (si_loop_stuck(delivery, ready)) {
            atomic_fetch_or(&delivery->local->word, SI_LOCAL_LOOK);
            return 0;
        }
        if (si_loop_hold(delivery, ready, taking, false))
            return 1;
    }
}

int s390irq_vcpu_prepare(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                         struct s390irq_plan *plan)
{
    struct s390irq_plan made;
    struct si_call call;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = si_call_check(cpu);
    if (rc == 0)
        rc = si_abi_check(plan, sizeof *plan, sizeof *plan);
    if (rc < 0)
        return rc;
    if (vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    si_call_begin(&call, vcpu, cpu);
    rc = prepare_state(&call);
    keep_told(&call);
    if (rc == 0)
        rc = prepare(&call, &vcpu->prepared.taking);
    if (rc == 1) {
        remember(&vcpu->prepared, cpu);
        memset(&made, 0, sizeof made);
        made.kind = vcpu->local.hand.what.kind;
        made.ticket = vcpu->prepared.ticket;
        si_apply_plan(&vcpu->prepared.taking, cpu->prefix, &made);
        si_abi_write(plan, &made, sizeof made);
    } else {
        si_call_pass_on(vcpu, 0);
    }
    si_usual_settle(vcpu);
    si_owner_release(vcpu);
    return rc;
}

int s390irq_vcpu_commit(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                        const struct s390irq_plan *plan)
{
    struct si_call call;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = si_call_check(cpu);
    if (rc == 0)
        rc = si_abi_check(plan, sizeof *plan, sizeof *plan);
    if (rc < 0)
        return rc;
    if (!vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    if (plan->ticket != vcpu->prepared.ticket)
        return S390IRQ_E_INVALID;
    if (is_stale(&vcpu->prepared, cpu))
        return S390IRQ_E_STALE;
    si_call_begin(&call, vcpu, cpu);
    keep_told(&call);
    si_loop_commit(&call.delivery, &vcpu->prepared.taking, plan->new_psw);
    si_park_facts(vcpu, cpu);
    atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    si_call_settle(&call);
    si_call_pass_on(vcpu, call.delivery.route);
    si_usual_settle(vcpu);
    return 0;
}

int s390irq_vcpu_abort(struct s390irq_vcpu *vcpu)
{
    uint64_t given_back;
    int rc = si_machine_check(vcpu);

    if (rc < 0)
        return rc;
    if (!vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    si_owner_check(vcpu);
    given_back = si_claim_abort(&vcpu->local, &vcpu->vm->floating);
    si_notice_interruption(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                           S390IRQ_TRACE_PUT_BACK, 0, &vcpu->local.hand.what);
    if ((SI_BIT(vcpu->local.hand.class_number) & SI_LEVEL_CLASSES) ||
        (si_local_load(&vcpu->local) & SI_LOCAL_EXIGENT))
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    si_call_pass_on(vcpu, given_back);
    si_usual_settle(vcpu);
    return 0;
}
