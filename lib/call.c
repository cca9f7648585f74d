/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "call.h"

#include "cpu/orders.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/registers.h"
#include "cpu/route.h"
#include "cpu/store_status.h"
#include "cpu/trace.h"
#include "host/abi.h"
#include "host/notice.h"
#include "inject.h"

int si_call_check(const struct s390irq_cpu *cpu)
{
    int rc = si_abi_check(cpu, sizeof *cpu, sizeof *cpu);

    if (rc == 0 && !si_park_valid(cpu))
        rc = S390IRQ_E_INVALID;
    return rc;
}

/* A host that announces its masks has forgotten to: debug builds say so. */
static void check_masks(const struct si_call *call)
{
#ifdef SI_DEBUG
    struct s390irq_vcpu *vcpu = call->vcpu;
    uint64_t open = si_enabled_open(&vcpu->masks, call->delivery.cpu);

    if (!call->was_parked && !(vcpu->vm->flags & S390IRQ_VM_MASKS_UNKNOWN) &&
        (open | SI_LOCAL_LOOK) != atomic_load(&vcpu->open))
        si_machine_notice(vcpu, S390IRQ_TRACE_MASKS, 0, 0, 0);
#else
    (void)call;
#endif
}

/*
 * What a prepare took over and could not report. Only the owner writes it
 * while the CPU is not parked, but who starts it looks.
 */
static uint32_t take_told(struct s390irq_vcpu *vcpu)
{
    uint32_t changed;

    si_lock_take(&vcpu->local.lock);
    changed = vcpu->changed;
    vcpu->changed = 0;
    si_lock_release(&vcpu->local.lock);
    return changed;
}

void si_call_begin(struct si_call *call, struct s390irq_vcpu *vcpu,
                   struct s390irq_cpu *cpu)
{
    struct si_delivery *delivery = &call->delivery;
    struct s390irq_vm *vm = vcpu->vm;

    delivery->host = &vm->host;
    delivery->opaque = vcpu->opaque;
    delivery->address = vcpu->address;
    delivery->local = &vcpu->local;
    delivery->floating = &vm->floating;
    delivery->masks = &vcpu->masks;
    delivery->cpu = cpu;
    delivery->area = &vcpu->area;
    delivery->host_tod_known = false;
    delivery->taken = 0;
    delivery->taken_kinds = 0;
    delivery->unsettled = 0;
    delivery->last_kind = 0;
    delivery->route = 0;
    delivery->fault = 0;
    call->vcpu = vcpu;
    si_owner_check(vcpu);
    call->was_parked = vcpu->parked || vcpu->woken;
    if (!call->was_parked)
        si_registers_ran(vcpu);
    check_masks(call);
    call->changed = vcpu->woken & ~SI_CALL_WOKEN;
    vcpu->woken = 0;
    call->changed |= si_park_return(vcpu, cpu);
    if (!vcpu->parked && vcpu->changed)
        call->changed |= take_told(vcpu);
    delivery->epoch = atomic_load(&vm->epoch);
}

void si_call_took(struct si_call *call, uint32_t kind)
{
    if (!kind)
        return;
    call->delivery.taken = 1;
    call->delivery.taken_kinds = 1u << kind;
    call->delivery.last_kind = kind;
    call->delivery.unsettled = call->vcpu->sleep_tokens;
}

void si_call_settle(struct si_call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;

    vcpu->sleep_tokens &= ~call->delivery.unsettled;
    vcpu->guest_tokens &= ~call->delivery.unsettled;
    call->delivery.unsettled = 0;
}

static void route(struct s390irq_vcpu *vcpu, uint64_t classes, uint32_t from)
{
    classes &= si_floating_load(&vcpu->vm->floating);
    while (classes) {
        uint32_t number = si_bits_take_highest(&classes);

        si_route_floating(vcpu->vm, number, from);
    }
}

/*
 * For what this CPU was called out of guest mode only higher addresses are
 * asked, so that a round ends; a sleeper that was claimed began no round.
 */
void si_call_pass_on(struct s390irq_vcpu *vcpu, uint64_t given_back)
{
    uint64_t sleep = vcpu->sleep_tokens, guest = vcpu->guest_tokens & ~sleep;

    vcpu->sleep_tokens = 0;
    vcpu->guest_tokens = 0;
    given_back |= si_io_take_raised(&vcpu->vm->floating.io);
    route(vcpu, sleep | given_back, 0);
    route(vcpu, guest & ~given_back, vcpu->address + 1);
}

void si_call_stand_still(struct si_call *call, bool stopping)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    struct s390irq_cpu *cpu = call->delivery.cpu;

    si_registers_fetch(vcpu, stopping);
    if (!stopping)
        return;
    if (cpu->cpu_timer_since_tod) {
        si_park_stop_timer(vcpu, cpu, si_loop_host_tod(&call->delivery));
        call->changed |= S390IRQ_CHANGED_TIMERS;
    }
    si_store_status_stopping(vcpu, cpu);
}

/* PoP ch. 11, check-stop state: every other CPU is told, V-1. */
static void alert(struct s390irq_vcpu *other, void *argument)
{
    const struct s390irq_vcpu *vcpu = argument;

    if (other != vcpu)
        si_inject_malfunction(other, vcpu->address);
}

/* The stop order is done once the CPU shows as stopped, not before. */
static void entered_stopped(struct s390irq_vcpu *vcpu)
{
    struct si_local *local = &vcpu->local;

    if (si_local_remove(local, SI_CLASS_STOP, 0))
        si_tally_own(&local->tally[S390IRQ_KIND_STOP].taken);
}

/* Orders that were outstanding will not be carried out any more. */
static void entered_check_stop(struct s390irq_vcpu *vcpu)
{
    struct si_local *local = &vcpu->local;

    vcpu->check_stop = false;
    atomic_fetch_and(&local->word, ~SI_LOCAL_RESTART_FIRST);
    if (si_local_remove(local, SI_CLASS_STOP, 0)) {
        si_tally_add(&local->tally[S390IRQ_KIND_STOP].cleared, 1);
        si_trace_clear_stop(vcpu);
    }
    si_machine_each(vcpu->vm, alert, vcpu);
}

/*
 * One try to answer; false: something came up, deliver goes on. enters: a
 * state that the CPU enters by its own doing. It counts as parked when all is
 * done that belongs to that, so that a saved machine is never in between.
 */
bool si_call_leave(struct si_call *call, int answer, uint64_t open,
                   uint32_t enters)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    struct s390irq_cpu *cpu = call->delivery.cpu;
    uint64_t since = cpu->cpu_timer_since_tod;
    bool left;

    if (answer == S390IRQ_RUN)
        return si_park_run(vcpu, open);
    if (enters)
        atomic_fetch_add(&vcpu->vm->unparked, 1);
    left = si_park_sleep(vcpu, cpu, open, enters);
    if (cpu->cpu_timer_since_tod != since)
        call->changed |= S390IRQ_CHANGED_TIMERS;
    if (left && enters == S390IRQ_STATE_STOPPED)
        entered_stopped(vcpu);
    if (left && enters == S390IRQ_STATE_CHECK_STOP)
        entered_check_stop(vcpu);
    if (enters)
        atomic_fetch_sub(&vcpu->vm->unparked, 1);
    return left;
}

/* S390IRQ_RUN: the CPU operates; otherwise what keeps it from that. */
int si_call_state(struct si_call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;

    call->changed |= si_orders_take_reset(vcpu, call->delivery.cpu);
    if (si_machine_paused(vcpu->vm))
        return S390IRQ_PAUSED;
    switch (si_machine_state(vcpu)) {
    case S390IRQ_STATE_STOPPED:
        return S390IRQ_STOPPED;
    case S390IRQ_STATE_CHECK_STOP:
        return S390IRQ_CHECK_STOP;
    default:
        return vcpu->check_stop ? S390IRQ_CHECK_STOP : S390IRQ_RUN;
    }
}

uint32_t si_call_enters(const struct si_call *call, int answer, int end)
{
    if (end == SI_LOOP_STOP)
        return S390IRQ_STATE_STOPPED;
    if (answer == S390IRQ_CHECK_STOP &&
        (call->vcpu->check_stop || end == SI_LOOP_CHECK_STOP))
        return S390IRQ_STATE_CHECK_STOP;
    return 0;
}
