/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The owner's calls: deliver, and what changes between two of them. */
#include <string.h>

#include "cpu/orders.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/route.h"
#include "host/abi.h"
#include "host/notice.h"

/* One call of deliver or prepare, with what it will report. */
struct call {
    struct s390irq_vcpu *vcpu;
    struct si_delivery delivery;
    bool was_parked;
    uint32_t changed;
    struct s390irq_report report;
};

static int check_cpu(const struct s390irq_cpu *cpu)
{
    int rc = si_abi_check(cpu, sizeof *cpu, sizeof *cpu);

    if (rc == 0 && !si_park_valid(cpu))
        rc = S390IRQ_E_INVALID;
    return rc;
}

/* For calls that need the registers to be with the owner. */
static int check_running(const struct s390irq_vcpu *vcpu,
                         const struct s390irq_cpu *cpu)
{
    int rc = check_cpu(cpu);

    if (rc == 0 && vcpu->parked)
        rc = S390IRQ_E_STATE;
    return rc;
}

static void find_lowcore(struct call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    uint32_t prefix = call->delivery.cpu->prefix;

    if (!vcpu->lowcore_known || vcpu->lowcore_prefix != prefix) {
        vcpu->lowcore =
            si_memory_lowcore(&vcpu->vm->host, vcpu->opaque, prefix);
        vcpu->lowcore_prefix = prefix;
        vcpu->lowcore_known = true;
    }
    call->delivery.lowcore = vcpu->lowcore;
}

/* A host that announces its masks has forgotten to: debug builds say so. */
static void check_masks(const struct call *call)
{
#ifdef SI_DEBUG
    struct s390irq_vcpu *vcpu = call->vcpu;
    uint64_t open = si_enabled_open(&vcpu->masks, call->delivery.cpu);

    if (!call->was_parked && !(vcpu->vm->flags & S390IRQ_VM_MASKS_UNKNOWN) &&
        (open | SI_LOCAL_REASONS) != atomic_load(&vcpu->open))
        si_machine_notice(vcpu, S390IRQ_TRACE_MASKS, 0, 0, 0);
#else
    (void)call;
#endif
}

/* Takes the registers and the reasons; nothing is delivered yet. */
static void begin(struct call *call, struct s390irq_vcpu *vcpu,
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
    delivery->epoch = atomic_load(&vm->epoch);
    delivery->host_tod_known = false;
    delivery->taken = 0;
    delivery->taken_classes = 0;
    delivery->last_class = 0;
    delivery->route = 0;
    delivery->fault = 0;
    call->vcpu = vcpu;
    si_owner_check(vcpu);
    call->was_parked = vcpu->parked;
    check_masks(call);
    call->changed = si_park_return(vcpu, cpu);
    if (si_local_load(&vcpu->local) & SI_LOCAL_REASONS)
        atomic_fetch_and(&vcpu->local.word, ~SI_LOCAL_REASONS);
}

/*
 * What was claimed for a class and did not take it passes it on; what an
 * abort or a commit made pending finds its CPU. In guest mode with unknown
 * masks only higher addresses are asked, so that a round ends.
 */
static void pass_on(struct call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    uint64_t classes = vcpu->tokens & ~call->delivery.taken_classes &
                       si_floating_load(&vcpu->vm->floating);

    vcpu->tokens = 0;
    while (classes) {
        uint32_t number = si_bits_highest(classes);

        classes &= ~SI_BIT(number);
        si_route_floating(vcpu->vm, number, vcpu->address + 1);
    }
    si_route_classes(vcpu->vm, call->delivery.route);
}

/* Only what is enabled wakes a waiting CPU; a running one is told of all. */
static uint64_t next_deadline(struct call *call, int answer, uint64_t open)
{
    struct si_delivery *delivery = &call->delivery;
    uint64_t classes = SI_LEVEL_CLASSES;

    if (answer == S390IRQ_WAIT)
        classes &= open;
    else if (answer != S390IRQ_RUN)
        classes = 0;
    classes = si_level_armed(delivery->cpu, classes);
    if (!classes)
        return S390IRQ_NEVER;
    return si_level_deadline(delivery->cpu, classes,
                             si_loop_host_tod(delivery), delivery->epoch);
}

static void tell_deadline(struct s390irq_vcpu *vcpu, uint64_t deadline)
{
    const struct si_host *host = &vcpu->vm->host;

    if (atomic_load_explicit(&vcpu->deadline, memory_order_relaxed) ==
        deadline)
        return;
    atomic_store_explicit(&vcpu->deadline, deadline, memory_order_relaxed);
    SI_LOCK_ASSERT_NONE();
    if (host->ops.deadline)
        host->ops.deadline(host->opaque, vcpu->opaque, deadline);
}

static uint32_t kinds_of(uint64_t classes)
{
    uint32_t kinds = 0;

    while (classes) {
        uint32_t number = si_bits_highest(classes);

        classes &= ~SI_BIT(number);
        kinds |= 1u << si_classes[number].kind;
    }
    return kinds;
}

/* RUN, WAIT and WAIT_DISABLED only: a CPU that does not operate opens not. */
static uint32_t intercepts(const struct call *call, uint64_t open)
{
    const struct si_delivery *delivery = &call->delivery;
    uint64_t pending = si_local_load(delivery->local) |
                       si_floating_load(delivery->floating);

    return si_enabled_intercepts(pending & ~open & SI_LOCAL_CLASSES,
                                 delivery->cpu);
}

static void fill_report(struct call *call, uint64_t deadline)
{
    const struct si_delivery *delivery = &call->delivery;
    struct s390irq_report *report = &call->report;

    if (delivery->taken)
        call->changed |= S390IRQ_CHANGED_PSW;
    report->taken = delivery->taken;
    report->taken_kinds = kinds_of(delivery->taken_classes);
    report->changed = call->changed;
    report->intercepts = 0;
    report->loop_kind = 0;
    report->deadline_tod = deadline;
    report->fault_address = delivery->fault;
}

/*
 * One try to answer; false: something came up, deliver goes on. enters: a
 * state that the CPU enters by its own doing.
 */
static bool leave(struct call *call, int answer, uint64_t open,
                  uint32_t enters)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    struct s390irq_cpu *cpu = call->delivery.cpu;
    uint64_t since = cpu->cpu_timer_since_tod;
    bool left;

    if (answer == S390IRQ_RUN)
        return si_park_run(vcpu, open);
    left = si_park_sleep(vcpu, cpu, open, enters);
    if (enters == S390IRQ_STATE_CHECK_STOP)
        vcpu->check_stop = false;
    if (cpu->cpu_timer_since_tod != since)
        call->changed |= S390IRQ_CHANGED_TIMERS;
    return left;
}

/* What the PSW says once nothing more is to be taken. */
static int answer_of_psw(const struct s390irq_cpu *cpu)
{
    if (!si_psw_waits(cpu->psw_mask))
        return S390IRQ_RUN;
    return si_psw_wait_disabled(cpu->psw_mask) ? S390IRQ_WAIT_DISABLED
                                               : S390IRQ_WAIT;
}

/* S390IRQ_RUN: the CPU operates; otherwise what keeps it from that. */
static int answer_of_state(struct call *call)
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

/* The stop order is done once the CPU shows as stopped, not before. */
static void end_stop(struct s390irq_vcpu *vcpu)
{
    struct si_local *local = &vcpu->local;

    if (si_local_remove(local, SI_CLASS_STOP, 0))
        si_tally_own(&local->tally[SI_CLASS_STOP].taken);
}

/*
 * As before: a CPU that was parked is parked again, but open for nothing, so
 * that others take what is floating. Attention is raised: its owner retries.
 */
static int failed(struct call *call, int error)
{
    atomic_fetch_or(&call->vcpu->local.word, SI_LOCAL_LOOK);
    if (call->was_parked)
        si_park_sleep(call->vcpu, call->delivery.cpu, 0, 0);
    fill_report(call, S390IRQ_NEVER);
    return error;
}

static int answer_of_loop(const struct call *call, int end)
{
    if (end == SI_LOOP_STOP)
        return S390IRQ_STOPPED;
    if (end == SI_LOOP_REPEATS)
        return S390IRQ_LOOP;
    return answer_of_psw(call->delivery.cpu);
}

static uint32_t entered(const struct call *call, int answer, int end)
{
    if (end == SI_LOOP_STOP)
        return S390IRQ_STATE_STOPPED;
    if (answer == S390IRQ_CHECK_STOP && call->vcpu->check_stop)
        return S390IRQ_STATE_CHECK_STOP;
    return 0;
}

/* LOOP: attention stays raised, so that the sleep ends at once. */
static int deliver(struct call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    int answer, end;
    uint64_t open;

    if (vcpu->parked) {
        si_park_stay(vcpu);
        fill_report(call, S390IRQ_NEVER);
        return S390IRQ_PAUSED;
    }
    do {
        end = SI_LOOP_IDLE;
        open = 0;
        answer = answer_of_state(call);
        if (answer == S390IRQ_RUN) {
            find_lowcore(call);
            end = si_loop_run(&call->delivery);
            if (end < 0)
                return failed(call, end);
            answer = answer_of_loop(call, end);
        }
        if (end == SI_LOOP_REPEATS)
            atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
        if (answer <= S390IRQ_WAIT_DISABLED)
            open = si_enabled_open(&vcpu->masks, call->delivery.cpu);
    } while (!leave(call, answer, open, entered(call, answer, end)));
    if (end == SI_LOOP_STOP)
        end_stop(vcpu);
    fill_report(call, next_deadline(call, answer, open));
    if (answer == S390IRQ_LOOP)
        call->report.loop_kind = si_classes[call->delivery.last_class].kind;
    if (answer <= S390IRQ_WAIT_DISABLED)
        call->report.intercepts = intercepts(call, open);
    return answer;
}

int s390irq_vcpu_deliver(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                         struct s390irq_report *report)
{
    struct call call;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
    rc = check_cpu(cpu);
    if (rc == 0 && report)
        rc = si_abi_check(report, sizeof *report, sizeof *report);
    if (rc < 0)
        return rc;
    if (vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    begin(&call, vcpu, cpu);
    rc = deliver(&call);
    if (rc != S390IRQ_PAUSED)
        si_park_facts(vcpu, cpu);
    else
        si_park_pausing(vcpu);
    if (rc >= 0)
        tell_deadline(vcpu, call.report.deadline_tod);
    si_machine_notice(vcpu, S390IRQ_TRACE_ANSWER, 0, rc, 0);
    pass_on(&call);
    si_owner_release(vcpu);
    if (report)
        si_abi_write(report, &call.report, sizeof *report);
    return rc;
}

/* Looks at clock and registers for a level condition that is enabled. */
static bool level_enabled(struct s390irq_vcpu *vcpu,
                          const struct s390irq_cpu *cpu, uint64_t open)
{
    uint64_t armed = si_level_armed(cpu, open);

    return armed &&
           si_level_pending(cpu, armed,
                            si_hooks_tod(&vcpu->vm->host, vcpu->opaque),
                            atomic_load(&vcpu->vm->epoch)) != 0;
}

/*
 * A running CPU polls: what it is open for is its own affair, and one plain
 * store tells its polling loop. One in guest mode is told through the claim.
 */
int s390irq_vcpu_masks_changed(struct s390irq_vcpu *vcpu,
                               const struct s390irq_cpu *cpu)
{
    uint64_t open, before;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
    rc = check_running(vcpu, cpu);
    if (rc < 0)
        return rc;
    si_owner_check(vcpu);
    si_park_facts(vcpu, cpu);
    open = si_enabled_open(&vcpu->masks, cpu) | SI_LOCAL_REASONS;
    before = atomic_load_explicit(&vcpu->open, memory_order_relaxed);
    if (open == before)
        return 0;
    atomic_store_explicit(&vcpu->open, open, memory_order_release);
    if (level_enabled(vcpu, cpu, open & ~before))
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    if (vcpu->in_guests)
        si_park_reopen(vcpu, open);
    return 0;
}

int s390irq_vcpu_timers_changed(struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu)
{
    uint64_t armed, host_tod, open;
    uint64_t deadline = S390IRQ_NEVER;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
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
            atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    }
    tell_deadline(vcpu, deadline);
    return 0;
}

int s390irq_vcpu_lowcore_changed(struct s390irq_vcpu *vcpu)
{
    if (!vcpu)
        return S390IRQ_E_INVALID;
    vcpu->lowcore_known = false;
    return 0;
}

int s390irq_vcpu_check_stop(struct s390irq_vcpu *vcpu)
{
    if (!vcpu)
        return S390IRQ_E_INVALID;
    if (vcpu->parked)
        return S390IRQ_E_STATE;
    vcpu->check_stop = true;
    return 0;
}

/* Judged on copies: nothing changes, an invalid PSW is not recognized yet. */
int s390irq_vcpu_has_interruption(struct s390irq_vcpu *vcpu,
                                  const struct s390irq_cpu *cpu)
{
    struct si_masks masks = { 0, 0 };
    uint64_t open, pending;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
    rc = check_cpu(cpu);
    if (rc < 0)
        return rc;
    if (si_machine_state(vcpu) != S390IRQ_STATE_OPERATING)
        return 0;
    open = si_enabled_open(&masks, cpu) & ~SI_BIT(SI_CLASS_STOP);
    pending = si_local_load(&vcpu->local) |
              si_floating_load(&vcpu->vm->floating);
    return (pending & open) != 0 || si_own_classes(&vcpu->local.own) != 0 ||
           level_enabled(vcpu, cpu, open);
}

/* Why nothing can be prepared now, or 0. */
static int prepare_state(struct call *call)
{
    int answer;

    if (call->vcpu->parked) {
        si_park_stay(call->vcpu);
        si_park_pausing(call->vcpu);
        return S390IRQ_E_STATE;
    }
    answer = answer_of_state(call);
    if (answer == S390IRQ_RUN)
        return 0;
    leave(call, answer, 0, entered(call, answer, SI_LOOP_IDLE));
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
static int prepare(struct call *call, struct si_taking *taking)
{
    struct si_delivery *delivery = &call->delivery;

    for (;;) {
        uint64_t word, ready = si_loop_ready(delivery, &word);
        uint32_t number;

        ready &= ~SI_BIT(SI_CLASS_STOP);
        if (!ready)
            return 0;
        number = si_bits_highest(ready);
        if (!si_claim_hold(delivery->local, delivery->floating, number))
            continue;
        si_taking_build(taking, number, &delivery->local->hand.what,
                        delivery->cpu);
        return 1;
    }
}

int s390irq_vcpu_prepare(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                         struct s390irq_plan *plan)
{
    struct s390irq_plan made;
    struct call call;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
    rc = check_cpu(cpu);
    if (rc == 0)
        rc = si_abi_check(plan, sizeof *plan, sizeof *plan);
    if (rc < 0)
        return rc;
    if (vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    begin(&call, vcpu, cpu);
    rc = prepare_state(&call);
    if (rc == 0)
        rc = prepare(&call, &vcpu->prepared.taking);
    if (rc == 1) {
        remember(&vcpu->prepared, cpu);
        memset(&made, 0, sizeof made);
        made.kind = si_classes[vcpu->prepared.taking.class_number].kind;
        made.ticket = vcpu->prepared.ticket;
        si_apply_plan(&vcpu->prepared.taking, cpu->prefix, &made);
        si_abi_write(plan, &made, sizeof made);
    } else {
        pass_on(&call);
    }
    return rc;
}

int s390irq_vcpu_commit(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                        const struct s390irq_plan *plan)
{
    struct call call;
    int rc;

    if (!vcpu)
        return S390IRQ_E_INVALID;
    rc = check_cpu(cpu);
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
    begin(&call, vcpu, cpu);
    si_loop_commit(&call.delivery, &vcpu->prepared.taking, plan->new_psw);
    atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    pass_on(&call);
    return 0;
}

int s390irq_vcpu_abort(struct s390irq_vcpu *vcpu)
{
    if (!vcpu)
        return S390IRQ_E_INVALID;
    if (!vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    if (SI_BIT(vcpu->local.hand.class_number) & SI_LEVEL_CLASSES)
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    si_route_classes(vcpu->vm,
                     si_claim_abort(&vcpu->local, &vcpu->vm->floating));
    return 0;
}
