/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Deliver: take all that is enabled, and say what the CPU does next. */
#include "call.h"
#include "cpu/owner.h"
#include "cpu/park.h"
#include "cpu/timers.h"
#include "host/abi.h"
#include "usual.h"

static void find_lowcore(struct si_call *call)
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

/* Only what is enabled wakes a waiting CPU; a running one is told of all. */
static uint64_t next_deadline(struct si_call *call, int answer, uint64_t open)
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
    return si_level_deadline(delivery->cpu, classes, si_loop_host_tod(delivery),
                             delivery->epoch);
}

/*
 * RUN, WAIT and WAIT_DISABLED only: a CPU that does not operate opens not. A
 * timer condition that holds has no deadline any more: who runs is told of it
 * here.
 */
static uint32_t intercepts(struct si_call *call, int answer, uint64_t open)
{
    struct si_delivery *delivery = &call->delivery;
    uint64_t levels = answer == S390IRQ_RUN ? SI_LEVEL_CLASSES & ~open : 0;
    uint64_t pending =
        si_local_load(delivery->local) | si_floating_load(delivery->floating);

    levels = si_level_armed(delivery->cpu, levels);
    if (levels)
        pending |= si_level_pending(
            delivery->cpu, levels, si_loop_host_tod(delivery), delivery->epoch);
    return si_enabled_intercepts(pending & ~open & SI_LOCAL_CLASSES,
                                 delivery->cpu);
}

static void fill_report(struct si_call *call, uint64_t deadline)
{
    const struct si_delivery *delivery = &call->delivery;
    struct s390irq_report *report = &call->report;

    if (delivery->taken)
        call->changed |= S390IRQ_CHANGED_PSW;
    report->taken = delivery->taken;
    report->taken_kinds = delivery->taken_kinds;
    report->changed = call->changed;
    report->intercepts = 0;
    report->loop_kind = 0;
    report->deadline_tod = deadline;
    report->fault_address = delivery->fault;
}

/* What the PSW says once nothing more is to be taken. */
static int answer_of_psw(const struct s390irq_cpu *cpu)
{
    if (!si_psw_waits(cpu->psw_mask))
        return S390IRQ_RUN;
    return si_psw_wait_disabled(cpu->psw_mask) ? S390IRQ_WAIT_DISABLED
                                               : S390IRQ_WAIT;
}

/*
 * As before: a CPU that was parked is parked again, but open for nothing, so
 * that others take what is floating. Attention is raised: its owner retries.
 */
static int failed(struct si_call *call, int error)
{
    atomic_fetch_or(&call->vcpu->local.word, SI_LOCAL_LOOK);
    if (call->was_parked)
        si_park_sleep(call->vcpu, call->delivery.cpu, 0, 0);
    fill_report(call, S390IRQ_NEVER);
    return error;
}

static int answer_of_loop(const struct si_call *call, int end)
{
    if (end == SI_LOOP_STOP)
        return S390IRQ_STOPPED;
    if (end == SI_LOOP_REPEATS)
        return S390IRQ_LOOP;
    if (end == SI_LOOP_CHECK_STOP)
        return S390IRQ_CHECK_STOP;
    return answer_of_psw(call->delivery.cpu);
}

/* LOOP: attention stays raised, so that the sleep ends at once. */
static int deliver(struct si_call *call)
{
    struct s390irq_vcpu *vcpu = call->vcpu;
    int answer, end;
    uint64_t open;

    if (vcpu->parked) {
        si_call_stand_still(call, false);
        si_park_stay(vcpu);
        fill_report(call, S390IRQ_NEVER);
        return S390IRQ_PAUSED;
    }
    do {
        end = SI_LOOP_IDLE;
        open = 0;
        answer = si_call_state(call);
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
        else
            si_call_stand_still(call, end == SI_LOOP_STOP);
    } while (
        !si_call_leave(call, answer, open, si_call_enters(call, answer, end)));
    fill_report(call, next_deadline(call, answer, open));
    if (answer == S390IRQ_LOOP)
        call->report.loop_kind = call->delivery.last_kind;
    if (answer <= S390IRQ_WAIT_DISABLED)
        call->report.intercepts = intercepts(call, answer, open);
    return answer;
}

int si_deliver_whole(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                     struct s390irq_report *report, uint32_t kind)
{
    struct si_call call;
    int rc;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    rc = si_call_check(cpu);
    if (rc == 0 && report)
        rc = si_abi_check(report, sizeof *report, sizeof *report);
    if (rc < 0)
        return rc;
    if (vcpu->local.hand.held)
        return S390IRQ_E_STATE;
    si_call_begin(&call, vcpu, cpu);
    si_call_took(&call, kind);
    rc = deliver(&call);
    if (!vcpu->parked)
        si_park_facts(vcpu, cpu);
    if (rc == S390IRQ_PAUSED)
        si_park_pausing(vcpu);
    if (rc >= 0)
        si_timers_tell(vcpu, call.report.deadline_tod);
    si_machine_notice(vcpu, S390IRQ_TRACE_ANSWER, 0, rc, 0);
    si_call_settle(&call);
    si_call_pass_on(vcpu, call.delivery.route);
    si_usual_settle(vcpu);
    si_owner_release(vcpu);
    if (report)
        si_abi_write(report, &call.report, sizeof *report);
    return rc;
}

static int deliver_reporting(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                             struct s390irq_report *report)
    __attribute__((noinline));

static int deliver_reporting(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                             struct s390irq_report *report)
{
    return report->size == sizeof *report
               ? si_usual_deliver(vcpu, cpu, report)
               : si_deliver_whole(vcpu, cpu, report, 0);
}

static SI_RARE int deliver_otherwise(struct s390irq_vcpu *vcpu,
                                     struct s390irq_cpu *cpu,
                                     struct s390irq_report *report)
{
    return si_usual_is(vcpu->usual_asleep, cpu)
               ? si_usual_awake(vcpu, cpu, report)
               : si_deliver_whole(vcpu, cpu, report, 0);
}

int s390irq_vcpu_deliver(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                         struct s390irq_report *report)
{
    if (!vcpu || !cpu)
        return S390IRQ_E_INVALID;
    if (!si_usual_is(vcpu->usual, cpu))
        return si_usual_head(cpu) == vcpu->usual_own
                   ? si_usual_own(vcpu, cpu, report)
                   : deliver_otherwise(vcpu, cpu, report);
    si_owner_check(vcpu);
    return report ? deliver_reporting(vcpu, cpu, report)
                  : si_usual_deliver(vcpu, cpu, NULL);
}
