/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Makes interruptions pend: the typed calls, and records of any kind. */
#include <string.h>

#include "arch/interruption.h"
#include "arch/mcic.h"
#include "arch/program.h"
#include "cpu/orders.h"
#include "cpu/owner.h"
#include "cpu/route.h"
#include "cpu/usual.h"
#include "host/notice.h"
#include "inject.h"

/* Counts and reports what became of a local injection, and tells the CPU. */
static int local_outcome(struct s390irq_vcpu *vcpu, uint32_t class_number,
                         struct si_notice_payload payload, int outcome)
{
    si_tally_outcome(&vcpu->local.tally[si_classes[class_number].kind],
                     outcome);
    if (si_notice_wanted(&vcpu->vm->host))
        si_notice_about(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                        S390IRQ_TRACE_INJECT, si_classes[class_number].kind,
                        outcome, payload);
    if (outcome == S390IRQ_QUEUED)
        si_route_local(vcpu, SI_BIT(class_number));
    return outcome;
}

int si_inject_floating(struct s390irq_vm *vm, uint32_t class_number,
                       uint32_t kind, struct si_notice_payload payload,
                       int outcome)
{
    si_tally_outcome(&vm->floating.tally[kind], outcome);
    if (si_notice_wanted(&vm->host))
        si_notice_about(&vm->host, NULL, S390IRQ_NO_CPU, S390IRQ_TRACE_INJECT,
                        kind, outcome, payload);
    /* What joins one in hand is routed when that is settled. */
    if (outcome == S390IRQ_QUEUED &&
        (si_floating_load(&vm->floating) & SI_BIT(class_number)))
        si_route_floating(vm, class_number, 0);
    return outcome;
}

static int floating_outcome(struct s390irq_vm *vm, uint32_t class_number,
                            struct si_notice_payload payload, int outcome)
{
    return si_inject_floating(vm, class_number, si_classes[class_number].kind,
                              payload, outcome);
}

static struct si_notice_payload payload_of(uint32_t parameter,
                                           uint64_t parameter64)
{
    struct si_notice_payload payload = { 0, parameter, parameter64 };

    return payload;
}

/* The sender is one of the VM's CPUs, whether it is plugged still or not. */
static int check_sender(const struct s390irq_vcpu *vcpu, uint32_t source)
{
    int rc = si_machine_check(vcpu);

    if (rc == 0 && source >= vcpu->vm->cpus)
        rc = S390IRQ_E_NO_CPU;
    return rc;
}

static SI_RARE int inject_emergency(struct s390irq_vcpu *vcpu, uint32_t source)
{
    int rc = check_sender(vcpu, source);

    if (rc < 0)
        return rc;
    return local_outcome(vcpu, SI_CLASS_EMERGENCY_SIGNAL, payload_of(source, 0),
                         si_local_emergency(&vcpu->local, source));
}

static SI_RARE int inject_external_call(struct s390irq_vcpu *vcpu,
                                        uint32_t source)
{
    int rc = check_sender(vcpu, source);

    if (rc < 0)
        return rc;
    return local_outcome(vcpu, SI_CLASS_EXTERNAL_CALL, payload_of(source, 0),
                         si_local_external_call(&vcpu->local, source));
}

/* A CPU that runs sees it when it polls; one that does not is called out. */
static int queued(struct s390irq_vcpu *vcpu, uint32_t class_number)
{
    if (si_published_state(&vcpu->published) != SI_RUNNING)
        si_route_local(vcpu, SI_BIT(class_number));
    return S390IRQ_QUEUED;
}

int s390irq_vcpu_inject_emergency(struct s390irq_vcpu *vcpu, uint32_t source)
{
    if (vcpu && source < vcpu->senders &&
        si_local_add_emergency(&vcpu->local, source))
        return queued(vcpu, SI_CLASS_EMERGENCY_SIGNAL);
    return inject_emergency(vcpu, source);
}

int s390irq_vcpu_inject_external_call(struct s390irq_vcpu *vcpu,
                                      uint32_t source)
{
    if (vcpu && source < vcpu->senders &&
        si_local_add_call(&vcpu->local, source))
        return queued(vcpu, SI_CLASS_EXTERNAL_CALL);
    return inject_external_call(vcpu, source);
}

static SI_RARE int inject_service(struct s390irq_vm *vm, uint32_t parameter)
{
    if (!vm || !si_interruption_service_valid(parameter))
        return S390IRQ_E_INVALID;
    return floating_outcome(vm, SI_CLASS_SERVICE_SIGNAL,
                            payload_of(parameter, 0),
                            si_floating_service(&vm->floating, parameter));
}

int s390irq_vm_inject_service(struct s390irq_vm *vm, uint32_t parameter)
{
    if (!vm || !si_interruption_service_valid(parameter) ||
        si_notice_wanted(&vm->host) ||
        !si_floating_add_service(&vm->floating, parameter))
        return inject_service(vm, parameter);
    if (si_route_wanted(vm, SI_BIT(SI_CLASS_SERVICE_SIGNAL)))
        si_route_floating(vm, SI_CLASS_SERVICE_SIGNAL, 0);
    return S390IRQ_QUEUED;
}

/* PoP ch. 11: exigent conditions are of one CPU and do not float. */
static int inject_floating_check(struct s390irq_vm *vm,
                                 const struct s390irq_machine_check *check)
{
    const uint32_t kind = S390IRQ_KIND_MACHINE_CHECK;
    uint64_t raised = 0;
    int outcome;

    if (check->conditions & SI_MCIC_EXIGENT)
        return S390IRQ_E_INVALID;
    outcome = si_machine_check_inject(&vm->floating.checks, check,
                                      &vm->floating.tally[kind], &raised);
    if (si_notice_wanted(&vm->host))
        si_notice_about(&vm->host, NULL, S390IRQ_NO_CPU, S390IRQ_TRACE_INJECT,
                        kind, outcome, payload_of(0, check->conditions));
    while (raised)
        si_route_floating(vm, si_bits_take_highest(&raised), 0);
    return outcome;
}

int s390irq_vm_inject(struct s390irq_vm *vm,
                      const struct s390irq_interruption *interruption)
{
    int rc = s390irq_interruption_check(interruption);
    int number;

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    if (interruption->kind == S390IRQ_KIND_MACHINE_CHECK)
        return inject_floating_check(vm, &interruption->u.machine_check);
    if (interruption->kind == S390IRQ_KIND_ADAPTER)
        return si_inject_adapter(vm, S390IRQ_IO_ISC(interruption->u.io.word));
    number = si_classes_of_kind(interruption->kind);
    if (number < 0 || !si_classes_floats((uint32_t)number))
        return S390IRQ_E_INVALID;
    switch (si_classes[number].nature) {
    case SI_IO:
        return si_inject_io(vm, interruption->u.io.subchannel,
                            interruption->parameter, interruption->u.io.word);
    case SI_SERVICE:
        return inject_service(vm, interruption->parameter);
    case SI_RECORDS:
        return floating_outcome(
            vm, (uint32_t)number,
            payload_of(interruption->parameter, interruption->parameter64),
            si_floating_record(&vm->floating, (uint32_t)number,
                               interruption->parameter,
                               interruption->parameter64));
    default:
        return floating_outcome(
            vm, (uint32_t)number, payload_of(0, 0),
            si_floating_flag(&vm->floating, (uint32_t)number));
    }
}

/* Under the lock, or by the owner of a CPU that runs. */
static int own_outcome(struct s390irq_vcpu *vcpu,
                       const struct s390irq_interruption *what)
{
    if (si_local_load(&vcpu->local) & SI_LOCAL_CLOSED)
        return S390IRQ_CLOSED;
    if (what->kind == S390IRQ_KIND_PROGRAM)
        return si_own_program(&vcpu->local.own, &what->u.program);
    return si_own_supervisor_call(&vcpu->local.own, what->source,
                                  what->parameter);
}

/* What the CPU itself found, told by its owner. */
static int raise(struct s390irq_vcpu *vcpu,
                 const struct s390irq_interruption *what)
{
    int rc = s390irq_interruption_check(what);

    if (rc == 0)
        rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    if (vcpu->parked)
        return S390IRQ_E_STATE;
    si_owner_check(vcpu);
    rc = own_outcome(vcpu, what);
    si_tally_outcome(&vcpu->local.tally[what->kind], rc);
    si_notice_interruption(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                           S390IRQ_TRACE_INJECT, rc, what);
    si_usual_settle(vcpu);
    return rc;
}

static SI_RARE int raise_program(struct s390irq_vcpu *vcpu,
                                 const struct s390irq_program *program)
{
    struct s390irq_interruption what;

    if (!vcpu || !program)
        return S390IRQ_E_INVALID;
    memset(&what, 0, sizeof what);
    what.kind = S390IRQ_KIND_PROGRAM;
    what.u.program = *program;
    return raise(vcpu, &what);
}

static SI_RARE int raise_supervisor_call(struct s390irq_vcpu *vcpu,
                                         uint32_t code, uint32_t ilc)
{
    struct s390irq_interruption what;

    if (!vcpu || code > 0xff)
        return S390IRQ_E_INVALID;
    memset(&what, 0, sizeof what);
    what.kind = S390IRQ_KIND_SUPERVISOR_CALL;
    what.source = (uint16_t)code;
    what.parameter = ilc;
    return raise(vcpu, &what);
}

/* [owner] The CPU runs and has no such condition; the VM is open. */
static inline SI_SHORT bool may_raise(const struct s390irq_vcpu *vcpu)
{
    return vcpu && vcpu->usual != SI_USUAL_NOT &&
           !(si_local_load(&vcpu->local) & SI_LOCAL_CLOSED);
}

static inline SI_SHORT int raise_short(struct s390irq_vcpu *vcpu,
                                       const struct s390irq_program *program,
                                       uint32_t plain)
{
    si_owner_check(vcpu);
    vcpu->local.own.program = *program;
    si_own_raise(&vcpu->local.own, SI_CLASS_PROGRAM);
    si_usual_raised(vcpu, plain);
    return S390IRQ_QUEUED;
}

/* One that stores more than its code, or nullifies. */
static __attribute__((noinline)) int raise_other(
    struct s390irq_vcpu *vcpu, const struct s390irq_program *program)
{
    return si_interruption_program_valid(program)
               ? raise_short(vcpu, program, 0)
               : raise_program(vcpu, program);
}

int s390irq_vcpu_program(struct s390irq_vcpu *vcpu,
                         const struct s390irq_program *program)
{
    if (!may_raise(vcpu) || !program)
        return raise_program(vcpu, program);
    if (!si_interruption_program_is_clean(program) ||
        !si_program_plain[program->code])
        return raise_other(vcpu, program);
    return raise_short(vcpu, program, si_program_ilc_and_code(program));
}

int s390irq_vcpu_supervisor_call(struct s390irq_vcpu *vcpu, uint32_t code,
                                 uint32_t ilc)
{
    if (!may_raise(vcpu) || code > 0xff || !si_interruption_ilc_valid(ilc, 2))
        return raise_supervisor_call(vcpu, code, ilc);
    si_owner_check(vcpu);
    vcpu->local.own.svc_code = (uint16_t)code;
    vcpu->local.own.svc_ilc = (uint16_t)ilc;
    si_own_raise(&vcpu->local.own, SI_CLASS_SUPERVISOR_CALL);
    si_usual_raised(vcpu, 0);
    return S390IRQ_QUEUED;
}

/*
 * What has no bit of its own in the open word. A CPU that does not operate
 * finds it when it is started, and one that sleeps because of a pause when it
 * is resumed: neither is woken now.
 */
static void look(struct s390irq_vcpu *vcpu)
{
    bool pausing;

    si_lock_take(&vcpu->local.lock);
    pausing = vcpu->pausing;
    si_lock_release(&vcpu->local.lock);
    if (!pausing && si_machine_state(vcpu) == S390IRQ_STATE_OPERATING)
        si_route_reason(vcpu, SI_LOCAL_LOOK);
}

/* From another thread: only while nobody runs the CPU (api: D-7). */
static int inject_own(struct s390irq_vcpu *vcpu,
                      const struct s390irq_interruption *what)
{
    int outcome = S390IRQ_E_STATE;

    si_lock_take(&vcpu->local.lock);
    if (vcpu->parked)
        outcome = own_outcome(vcpu, what);
    si_lock_release(&vcpu->local.lock);
    if (outcome < 0)
        return outcome;
    si_tally_outcome(&vcpu->local.tally[what->kind], outcome);
    si_notice_interruption(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                           S390IRQ_TRACE_INJECT, outcome, what);
    if (outcome == S390IRQ_QUEUED)
        look(vcpu);
    return outcome;
}

static int inject_stop(struct s390irq_vcpu *vcpu, bool store_status)
{
    const struct si_host *host = &vcpu->vm->host;
    struct si_status status;
    int outcome;

    if (store_status && !si_store_status_possible(vcpu->vm))
        return S390IRQ_E_UNSUPPORTED;
    outcome = si_orders_request_stop(vcpu, store_status ? &status : NULL);
    if (outcome < 0)
        return outcome;
    if (store_status && outcome == S390IRQ_COALESCED &&
        !si_store_status_in_place(&status, host, vcpu->opaque))
        return S390IRQ_E_GUEST_MEMORY;
    return local_outcome(vcpu, SI_CLASS_STOP, payload_of(store_status, 0),
                         outcome);
}

/* V-6: at once, never queued. */
static int inject_set_prefix(struct s390irq_vcpu *vcpu, uint32_t prefix)
{
    if (si_local_load(&vcpu->local) & SI_LOCAL_CLOSED)
        return local_outcome(vcpu, SI_CLASS_SET_PREFIX, payload_of(prefix, 0),
                             S390IRQ_CLOSED);
    if (!si_memory_has_lowcore(&vcpu->vm->host, vcpu->opaque, prefix))
        return S390IRQ_E_GUEST_MEMORY;
    switch (si_orders_set_prefix(vcpu, prefix)) {
    case 0:
        return S390IRQ_QUEUED;
    case SI_ORDER_BUSY:
        return local_outcome(vcpu, SI_CLASS_SET_PREFIX, payload_of(prefix, 0),
                             S390IRQ_BUSY);
    case SI_ORDER_GONE:
        return S390IRQ_E_NO_CPU;
    default:
        return S390IRQ_E_STATE;
    }
}

int si_inject_malfunction(struct s390irq_vcpu *vcpu, uint32_t source)
{
    int rc = check_sender(vcpu, source);

    if (rc < 0)
        return rc;
    return local_outcome(vcpu, SI_CLASS_MALFUNCTION_ALERT,
                         payload_of(source, 0),
                         si_local_malfunction(&vcpu->local, source));
}

static int inject_check(struct s390irq_vcpu *vcpu,
                        const struct s390irq_machine_check *check)
{
    const uint32_t kind = S390IRQ_KIND_MACHINE_CHECK;
    uint64_t raised = 0;
    int outcome = si_machine_check_inject(&vcpu->local.checks, check,
                                          &vcpu->local.tally[kind], &raised);

    if (si_notice_wanted(&vcpu->vm->host))
        si_notice_about(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                        S390IRQ_TRACE_INJECT, kind, outcome,
                        payload_of(0, check->conditions));
    if (raised & ~SI_LOCAL_EXIGENT)
        si_route_local(vcpu, raised);
    if (raised & SI_LOCAL_EXIGENT)
        look(vcpu);
    return outcome;
}

static int inject_local(struct s390irq_vcpu *vcpu, uint32_t class_number,
                        const struct s390irq_interruption *what)
{
    switch (si_classes[class_number].nature) {
    case SI_OWN:
        return inject_own(vcpu, what);
    case SI_SOURCES:
        return class_number == SI_CLASS_EMERGENCY_SIGNAL
                   ? inject_emergency(vcpu, what->source)
                   : si_inject_malfunction(vcpu, what->source);
    case SI_PARAMETER:
        return local_outcome(
            vcpu, class_number, payload_of(what->parameter, 0),
            si_local_measurement(&vcpu->local, what->parameter));
    case SI_SUBCODE:
        return local_outcome(vcpu, class_number, payload_of(what->source, 0),
                             si_local_iucv(&vcpu->local, what->source));
    case SI_RECORDS:
        return local_outcome(
            vcpu, class_number, payload_of(0, what->parameter64),
            si_recorded_push(&vcpu->local.pfault, 0, what->parameter64));
    case SI_CALL:
        return inject_external_call(vcpu, what->source);
    case SI_MACHINE:
        return inject_check(vcpu, &what->u.machine_check);
    case SI_LEVEL: /* not latched: the CPU looks at its clock */
        si_route_reason(vcpu, SI_LOCAL_LOOK);
        return S390IRQ_COALESCED;
    case SI_ORDER:
        return inject_stop(vcpu, what->parameter != 0);
    case SI_AT_ONCE:
        return inject_set_prefix(vcpu, what->parameter);
    default:
        return local_outcome(vcpu, class_number, payload_of(0, 0),
                             si_local_flag(&vcpu->local, class_number));
    }
}

int s390irq_vcpu_inject(struct s390irq_vcpu *vcpu,
                        const struct s390irq_interruption *interruption)
{
    int rc = s390irq_interruption_check(interruption);
    int number;

    if (rc == 0 || !vcpu)
        rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    number = si_classes_of_kind(interruption->kind);
    if (number < 0 || (!si_classes_is_local((uint32_t)number) &&
                       si_classes[number].nature != SI_AT_ONCE))
        return S390IRQ_E_INVALID;
    return inject_local(vcpu, (uint32_t)number, interruption);
}
