/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/orders.h"

#include <string.h>

#include "cpu/park.h"
#include "cpu/registers.h"
#include "cpu/route.h"
#include "cpu/trace.h"

#define RESTART SI_BIT(SI_CLASS_RESTART)
#define STOP    SI_BIT(SI_CLASS_STOP)

/*
 * A restart that was injected into a stopped CPU only pends; it is an order
 * once the CPU has to carry it out. A CPU in the check-stop state carries out
 * nothing but resets: it shows that, and is not busy for ever with a stop
 * that came before.
 */
bool si_orders_outstanding(const struct s390irq_vcpu *vcpu)
{
    uint64_t word = si_local_load(&vcpu->local);
    uint32_t state = si_machine_state(vcpu);

    if (word & SI_LOCAL_RESET)
        return true;
    if (state == S390IRQ_STATE_CHECK_STOP)
        return false;
    if (word & (STOP | SI_LOCAL_RESTART_FIRST))
        return true;
    return (word & RESTART) && state == S390IRQ_STATE_OPERATING;
}

/*
 * With the lock held, or busy: a sender never waits for a CPU in motion, it
 * tells its guest (PoP ch. 4, SIGP condition code 2).
 */
static int begin(struct s390irq_vcpu *vcpu)
{
    int outcome = 0;

    if (!si_lock_try(&vcpu->local.lock))
        return SI_ORDER_BUSY;
    if (si_machine_state(vcpu) == SI_MACHINE_UNPLUGGED)
        outcome = SI_ORDER_GONE;
    else if (si_orders_outstanding(vcpu))
        outcome = SI_ORDER_BUSY;
    else if (si_machine_state(vcpu) == S390IRQ_STATE_CHECK_STOP)
        outcome = SI_ORDER_CHECK_STOP;
    if (outcome)
        si_lock_release(&vcpu->local.lock);
    return outcome;
}

/* Whether a change of state moves the CPU timer: only then is a clock read. */
static bool timer_moves(const struct s390irq_vcpu *vcpu)
{
    return vcpu->timer_frozen ||
           (vcpu->parked && vcpu->copy.cpu_timer_since_tod);
}

static uint64_t read_clock(struct s390irq_vcpu *vcpu)
{
    si_lock_release(&vcpu->local.lock);
    return si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
}

/* The clock is a hook: it is read without the lock, and all checked again. */
static int begin_with_clock(struct s390irq_vcpu *vcpu, uint64_t *host_tod)
{
    int outcome = begin(vcpu);

    if (outcome || !timer_moves(vcpu))
        return outcome;
    *host_tod = read_clock(vcpu);
    return begin(vcpu);
}

/* With the lock held. */
static void start_at(struct s390irq_vcpu *vcpu, uint64_t host_tod)
{
    vcpu->start_tod = host_tod;
    si_registers_forget(vcpu);
    atomic_store(&vcpu->state, S390IRQ_STATE_OPERATING);
}

/* Without the lock: no hook runs under it. */
static void started(struct s390irq_vcpu *vcpu)
{
    si_machine_notice(vcpu, S390IRQ_TRACE_STATE, 0, S390IRQ_STATE_OPERATING, 0);
    si_route_reason(vcpu, SI_LOCAL_LOOK);
}

/* The boot CPU's registers; their timer is the caller's to start. */
static int set_registers(struct s390irq_vcpu *vcpu,
                         const struct s390irq_cpu *cpu)
{
    if (!cpu)
        return 0;
    if (!vcpu->parked)
        return SI_ORDER_BUSY;
    si_park_copy(&vcpu->copy, cpu);
    si_park_facts(vcpu, &vcpu->copy);
    vcpu->timer_frozen = false;
    return 0;
}

int si_orders_start(struct s390irq_vcpu *vcpu, const struct s390irq_cpu *cpu)
{
    uint64_t host_tod = 0;
    int outcome = begin_with_clock(vcpu, &host_tod);

    if (outcome)
        return outcome;
    if (si_machine_state(vcpu) == S390IRQ_STATE_OPERATING) {
        si_lock_release(&vcpu->local.lock);
        return cpu ? SI_ORDER_STATE : 0;
    }
    outcome = set_registers(vcpu, cpu);
    if (outcome) {
        si_lock_release(&vcpu->local.lock);
        return outcome;
    }
    start_at(vcpu, host_tod);
    si_lock_release(&vcpu->local.lock);
    started(vcpu);
    return 0;
}

/* With the lock held. Not parked: its owner is about to park it. */
static int copy_status(const struct s390irq_vcpu *vcpu,
                       struct si_status *status)
{
    if (si_machine_state(vcpu) != S390IRQ_STATE_STOPPED)
        return SI_ORDER_STATE;
    if (!vcpu->parked || !vcpu->registers_known)
        return SI_ORDER_BUSY;
    status->cpu = vcpu->copy;
    status->registers = vcpu->registers;
    return 0;
}

/* Taken by the CPU after everything that it is open for (PoP ch. 4, stop). */
static int stop(struct s390irq_vcpu *vcpu, struct si_status *status)
{
    bool operating;
    int outcome = begin(vcpu);

    if (outcome)
        return outcome;
    operating = si_machine_state(vcpu) == S390IRQ_STATE_OPERATING;
    if (operating)
        atomic_fetch_or(&vcpu->local.word,
                        status ? STOP | SI_LOCAL_STORE_STATUS : STOP);
    else if (status)
        outcome = copy_status(vcpu, status);
    si_lock_release(&vcpu->local.lock);
    if (operating) {
        si_trace_order(vcpu, S390IRQ_KIND_STOP, S390IRQ_QUEUED, status != NULL);
        si_route_local(vcpu, STOP);
    } else if (status && !outcome) {
        outcome = SI_ORDER_STOPPED;
    }
    return outcome;
}

int si_orders_stop(struct s390irq_vcpu *vcpu)
{
    return stop(vcpu, NULL);
}

int si_orders_stop_and_store(struct s390irq_vcpu *vcpu,
                             struct si_status *status)
{
    return stop(vcpu, status);
}

int si_orders_copy_status(struct s390irq_vcpu *vcpu, struct si_status *status)
{
    int outcome = begin(vcpu);

    if (outcome)
        return outcome;
    outcome = copy_status(vcpu, status);
    si_lock_release(&vcpu->local.lock);
    return outcome;
}

/* With the lock held, as every change of the stop order. */
static int request_stop(struct s390irq_vcpu *vcpu, struct si_status *status)
{
    uint64_t word = si_local_load(&vcpu->local);

    switch (si_machine_state(vcpu)) {
    case S390IRQ_STATE_CHECK_STOP:
        return S390IRQ_E_STATE;
    case SI_MACHINE_UNPLUGGED:
        return S390IRQ_E_NO_CPU;
    case S390IRQ_STATE_STOPPED:
        return status && copy_status(vcpu, status) ? S390IRQ_BUSY
                                                   : S390IRQ_COALESCED;
    default:
        break;
    }
    if (word & SI_LOCAL_CLOSED)
        return S390IRQ_CLOSED;
    if (word & STOP)
        return S390IRQ_BUSY;
    atomic_fetch_or(&vcpu->local.word,
                    status ? STOP | SI_LOCAL_STORE_STATUS : STOP);
    return S390IRQ_QUEUED;
}

int si_orders_request_stop(struct s390irq_vcpu *vcpu, struct si_status *status)
{
    int outcome;

    si_lock_take(&vcpu->local.lock);
    outcome = request_stop(vcpu, status);
    si_lock_release(&vcpu->local.lock);
    return outcome;
}

/*
 * A stopped CPU takes the restart interruption before anything that pends,
 * an operating one after (PoP ch. 4, restart).
 */
int si_orders_restart(struct s390irq_vcpu *vcpu)
{
    uint64_t host_tod = 0;
    int outcome = begin_with_clock(vcpu, &host_tod);

    if (outcome)
        return outcome;
    if (si_machine_state(vcpu) == S390IRQ_STATE_OPERATING) {
        atomic_fetch_or(&vcpu->local.word, RESTART);
        si_lock_release(&vcpu->local.lock);
        si_trace_order(vcpu, S390IRQ_KIND_RESTART, S390IRQ_QUEUED, 0);
        si_route_local(vcpu, RESTART);
        return 0;
    }
    if (atomic_fetch_or(&vcpu->local.word, RESTART | SI_LOCAL_RESTART_FIRST) &
        RESTART)
        outcome = si_tally_outcome(&vcpu->local.tally[S390IRQ_KIND_RESTART],
                                   S390IRQ_COALESCED);
    start_at(vcpu, host_tod);
    si_lock_release(&vcpu->local.lock);
    si_trace_order(vcpu, S390IRQ_KIND_RESTART, outcome, 0);
    started(vcpu);
    return 0;
}

int si_orders_set_prefix(struct s390irq_vcpu *vcpu, uint32_t prefix)
{
    int outcome = begin(vcpu);

    if (outcome)
        return outcome;
    if (si_machine_state(vcpu) != S390IRQ_STATE_STOPPED)
        outcome = SI_ORDER_STATE;
    else if (!vcpu->parked)
        outcome = SI_ORDER_BUSY;
    else
        vcpu->copy.prefix = prefix;
    if (!outcome)
        si_tally_own(&vcpu->local.tally[S390IRQ_KIND_SET_PREFIX].taken);
    si_lock_release(&vcpu->local.lock);
    if (!outcome)
        si_trace_order(vcpu, S390IRQ_KIND_SET_PREFIX, S390IRQ_QUEUED, prefix);
    return outcome;
}

/* PoP ch. 4, resets: what an initial CPU reset sets. */
static void initial_registers(struct s390irq_cpu *cpu)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    si_park_copy(cpu, &initial);
}

static void reset_registers(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                            uint32_t kind, uint64_t host_tod)
{
    vcpu->timer_frozen |= si_park_freeze(cpu, host_tod);
    if (kind == S390IRQ_RESET_CPU)
        return;
    initial_registers(cpu);
    vcpu->timer_frozen = true;
}

/* With the lock held and the registers at hand: how many were cleared. */
static uint64_t reset_now(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                          uint32_t kind, uint64_t host_tod)
{
    uint64_t removed = si_local_clear(&vcpu->local, true);

    vcpu->pfault.token = SI_PFAULT_NONE;
    vcpu->check_stop = false;
    atomic_fetch_and(&vcpu->local.word, ~SI_LOCAL_RESET);
    reset_registers(vcpu, cpu, kind, host_tod);
    if (kind == S390IRQ_RESET_CLEAR)
        si_registers_clear(vcpu);
    si_park_facts(vcpu, cpu);
    atomic_store(&vcpu->state, S390IRQ_STATE_STOPPED);
    return removed;
}

/* Without the lock. */
static void was_reset(const struct s390irq_vcpu *vcpu, uint64_t removed)
{
    si_trace_clear_local(vcpu, true, removed);
    si_machine_notice(vcpu, S390IRQ_TRACE_STATE, 0, S390IRQ_STATE_STOPPED, 0);
}

/* Of two resets that are posted the stronger one is carried out. */
static void post_reset(struct s390irq_vcpu *vcpu, uint32_t kind)
{
    uint64_t word = si_local_load(&vcpu->local), next;

    do {
        uint64_t posted = (word & SI_LOCAL_RESET) >> SI_LOCAL_RESET_SHIFT;

        next = (word & ~SI_LOCAL_RESET) | (posted > kind ? posted : kind)
                                              << SI_LOCAL_RESET_SHIFT;
    } while (!atomic_compare_exchange_weak(&vcpu->local.word, &word, next));
}

void si_orders_reset(struct s390irq_vcpu *vcpu, uint32_t kind)
{
    uint64_t host_tod = 0, removed = 0;
    bool at_once;

    si_lock_take(&vcpu->local.lock);
    if (timer_moves(vcpu)) {
        host_tod = read_clock(vcpu);
        si_lock_take(&vcpu->local.lock);
    }
    if (si_machine_state(vcpu) == SI_MACHINE_UNPLUGGED) {
        si_lock_release(&vcpu->local.lock);
        return;
    }
    at_once = vcpu->parked;
    if (at_once) {
        si_park_thaw(vcpu);
        removed = reset_now(vcpu, &vcpu->copy, kind, host_tod);
        if (kind == S390IRQ_RESET_CLEAR)
            vcpu->changed |= S390IRQ_CHANGED_CLEAR;
    } else {
        post_reset(vcpu, kind);
    }
    si_lock_release(&vcpu->local.lock);
    if (at_once)
        was_reset(vcpu, removed);
    si_route_reason(vcpu, SI_LOCAL_LOOK);
}

static uint32_t posted_reset(const struct s390irq_vcpu *vcpu)
{
    return (uint32_t)((si_local_load(&vcpu->local) & SI_LOCAL_RESET) >>
                      SI_LOCAL_RESET_SHIFT);
}

/* Resets are posted under the lock: under it the kind is the last word. */
uint32_t si_orders_take_reset(struct s390irq_vcpu *vcpu,
                              struct s390irq_cpu *cpu)
{
    struct s390irq_cpu before;
    uint64_t host_tod = 0, removed;
    uint32_t kind;

    if (!posted_reset(vcpu))
        return 0;
    before = *cpu;
    if (cpu->cpu_timer_since_tod)
        host_tod = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
    si_lock_take(&vcpu->local.lock);
    kind = posted_reset(vcpu);
    removed = reset_now(vcpu, cpu, kind, host_tod);
    si_lock_release(&vcpu->local.lock);
    was_reset(vcpu, removed);
    return si_park_differences(&before, cpu) |
           (kind == S390IRQ_RESET_CLEAR ? S390IRQ_CHANGED_CLEAR : 0);
}
