/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What pends at a CPU, as KVM_S390_GET_IRQ_STATE and SET_IRQ_STATE have it. */
#include <string.h>

#include "cpu/orders.h"
#include "cpu/route.h"
#include "cpu/store_status.h"
#include "inject.h"
#include "kvm_buffer.h"
#include "listing.h"

#define STOP SI_BIT(SI_CLASS_STOP)

static void export_one(void *to, uint32_t class_number,
                       const struct s390irq_interruption *what, bool in_hand)
{
    (void)class_number;
    (void)in_hand;
    si_kvm_buffer_put(to, what);
}

static void merge(void *to, uint32_t class_number,
                  const struct s390irq_interruption *what, bool in_hand)
{
    struct s390irq_interruption *merged = to;

    (void)class_number;
    (void)in_hand;
    merged->kind = what->kind;
    si_machine_check_merge(&merged->u.machine_check, &what->u.machine_check);
}

/*
 * The kernel merges all machine checks of a CPU into one, and writes it once
 * for each of two classes. Written so, the one that it reads last is whole.
 */
static void export_checks(struct si_kvm_export *export, struct si_local *local,
                          uint64_t classes, uint64_t first)
{
    struct s390irq_interruption merged;
    uint64_t left = classes;
    bool there = false;

    memset(&merged, 0, sizeof merged);
    while (left) {
        uint32_t number = si_bits_take_highest(&left);

        there |= (SI_BIT(number) & first) && si_local_count(local, number);
        si_listing_local(local, number, merge, &merged);
    }
    if (there)
        si_kvm_buffer_put(export, &merged);
}

static void export_class(struct si_kvm_export *export, struct si_local *local,
                         uint32_t class_number)
{
    si_listing_local(local, class_number, export_one, export);
}

#define EXIGENT SI_BIT(SI_CLASS_EXIGENT)

/* With the lock held, in the kernel's order; then what it does not know. */
static void export_all(struct si_kvm_export *export, struct s390irq_vcpu *vcpu)
{
    static const uint8_t unknown[] = { SI_CLASS_SUPERVISOR_CALL,
                                       SI_CLASS_INTERRUPT_KEY,
                                       SI_CLASS_MALFUNCTION_ALERT,
                                       SI_CLASS_TOD_SYNC_CHECK,
                                       SI_CLASS_MEASUREMENT_ALERT,
                                       SI_CLASS_WARNING_TRACK,
                                       SI_CLASS_IUCV };
    struct si_local *local = &vcpu->local;
    size_t at;

    export_class(export, local, SI_CLASS_RESTART);
    if (si_machine_state(vcpu) == S390IRQ_STATE_OPERATING)
        export_class(export, local, SI_CLASS_STOP);
    export_class(export, local, SI_CLASS_PFAULT_INIT);
    export_class(export, local, SI_CLASS_EXTERNAL_CALL);
    export_checks(export, local, SI_CLASS_REPRESSIBLE, SI_CLASS_REPRESSIBLE);
    export_class(export, local, SI_CLASS_PROGRAM);
    export_checks(export, local, SI_CLASS_REPRESSIBLE | EXIGENT, EXIGENT);
    export_class(export, local, SI_CLASS_EMERGENCY_SIGNAL);
    for (at = 0; at < sizeof unknown; at++)
        export_class(export, local, unknown[at]);
    if (si_local_load(local) & SI_LOCAL_RESET)
        si_kvm_buffer_leave_out(export);
}

int s390irq_vcpu_export_kvm(struct s390irq_vcpu *vcpu, void *buffer,
                            size_t *length, uint32_t flags,
                            struct s390irq_import_report *report)
{
    struct si_kvm_export export;
    int rc = si_machine_check(vcpu);

    if (rc == 0)
        rc = si_kvm_buffer_begin_export(&export, S390IRQ_KVM_LOCAL, buffer,
                                        length, flags, report);
    if (rc < 0)
        return rc;
    si_lock_take(&vcpu->local.lock);
    if (vcpu->parked)
        export_all(&export, vcpu);
    else
        rc = S390IRQ_E_NOT_PARKED;
    si_lock_release(&vcpu->local.lock);
    return rc < 0 ? rc
                  : si_kvm_buffer_end_export(&export, length, flags, report);
}

/* What a buffer comes to, found before anything changes. */
struct import {
    struct si_kvm_import records;
    struct s390irq_vcpu *vcpu;
    struct s390irq_interruption what;
    struct si_own own; /* what its program interruptions come to */
    uint32_t kinds;
    uint32_t prefix;
    uint32_t call; /* source of the external call */
    uint32_t tokens;
    bool store_status;
    bool no_cpu;
    bool busy;     /* two of which there can be but one */
    uint32_t done; /* bits of kinds that were put in place */
};

static bool has(const struct import *import, uint32_t kind)
{
    return (import->kinds & 1u << kind) != 0;
}

static void look_at(struct import *import)
{
    const struct s390irq_interruption *what = &import->what;

    switch (what->kind) {
    case S390IRQ_KIND_EXTERNAL_CALL:
        import->busy |= has(import, what->kind) && import->call != what->source;
        import->call = what->source;
        import->no_cpu |= what->source >= import->vcpu->vm->cpus;
        break;
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
        import->no_cpu |= what->source >= import->vcpu->vm->cpus;
        break;
    case S390IRQ_KIND_PROGRAM:
        import->busy |=
            si_own_program(&import->own, &what->u.program) == S390IRQ_BUSY;
        break;
    case S390IRQ_KIND_SET_PREFIX:
        import->prefix = what->parameter;
        break;
    case S390IRQ_KIND_STOP:
        import->store_status |= what->parameter != 0;
        break;
    case S390IRQ_KIND_PFAULT_INIT:
        import->tokens++;
        break;
    default:
        break;
    }
    import->kinds |= 1u << what->kind;
}

static int look_at_all(struct import *import)
{
    size_t number;

    for (number = 0; number < import->records.count; number++) {
        int rc = si_kvm_buffer_get(&import->records, number, &import->what);

        if (rc < 0)
            return rc;
        look_at(import);
    }
    return 0;
}

/* What can be said without the CPU. */
static int check(struct import *import)
{
    struct s390irq_vcpu *vcpu = import->vcpu;
    int rc = look_at_all(import);

    if (rc < 0)
        return rc;
    if (import->no_cpu)
        return S390IRQ_E_NO_CPU;
    if (import->store_status && !si_store_status_possible(vcpu->vm))
        return S390IRQ_E_UNSUPPORTED;
    if (has(import, S390IRQ_KIND_SET_PREFIX) &&
        !si_memory_has_lowcore(&vcpu->vm->host, vcpu->opaque, import->prefix))
        return S390IRQ_E_GUEST_MEMORY;
    if (import->tokens > SI_LOCAL_RECORDS)
        return S390IRQ_FULL;
    return import->busy ? S390IRQ_BUSY : 0;
}

static bool something_pends(struct si_local *local)
{
    uint32_t number;

    if (si_local_load(local) & SI_LOCAL_RESET)
        return true;
    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (si_classes_is_local(number) &&
            si_classes[number].nature != SI_LEVEL &&
            si_local_count(local, number))
            return true;
    return false;
}

/* With the lock held. */
static int check_cpu(const struct import *import)
{
    struct s390irq_vcpu *vcpu = import->vcpu;
    uint32_t state = si_machine_state(vcpu);

    if (state == SI_MACHINE_UNPLUGGED)
        return S390IRQ_E_NO_CPU;
    if (!vcpu->parked)
        return S390IRQ_E_NOT_PARKED;
    if (si_local_load(&vcpu->local) & SI_LOCAL_CLOSED)
        return S390IRQ_CLOSED;
    if (something_pends(&vcpu->local))
        return S390IRQ_BUSY;
    if ((has(import, S390IRQ_KIND_SET_PREFIX) &&
         state != S390IRQ_STATE_STOPPED) ||
        (has(import, S390IRQ_KIND_STOP) && state != S390IRQ_STATE_OPERATING))
        return S390IRQ_E_STATE;
    return 0;
}

/* With the lock held: the stop order is set under it, too. */
static int put_stop(struct s390irq_vcpu *vcpu, uint32_t store_status)
{
    uint64_t bits = store_status ? STOP | SI_LOCAL_STORE_STATUS : STOP;

    return atomic_fetch_or(&vcpu->local.word, bits) & STOP ? S390IRQ_COALESCED
                                                           : S390IRQ_QUEUED;
}

/* The kernel's set prefix is carried out at once here (V-6). */
static int put_prefix(struct import *import)
{
    struct s390irq_vcpu *vcpu = import->vcpu;

    vcpu->copy.prefix = import->prefix;
    if (import->done & 1u << S390IRQ_KIND_SET_PREFIX)
        return S390IRQ_COALESCED;
    si_tally_own(&vcpu->local.tally[S390IRQ_KIND_SET_PREFIX].taken);
    return S390IRQ_QUEUED;
}

/* A machine check counts what it merges with itself. */
static int put_check(struct si_local *local,
                     const struct s390irq_machine_check *check)
{
    uint64_t raised;

    return si_machine_check_inject(&local->checks, check,
                                   &local->tally[S390IRQ_KIND_MACHINE_CHECK],
                                   &raised);
}

static int put_one(struct import *import)
{
    const struct s390irq_interruption *what = &import->what;
    struct si_local *local = &import->vcpu->local;

    switch (what->kind) {
    case S390IRQ_KIND_SET_PREFIX:
        return put_prefix(import);
    case S390IRQ_KIND_STOP:
        return put_stop(import->vcpu, what->parameter);
    case S390IRQ_KIND_PROGRAM:
        return si_own_program(&local->own, &what->u.program);
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
        return si_local_emergency(local, what->source);
    case S390IRQ_KIND_PFAULT_INIT:
        return si_recorded_push(&local->pfault, 0, what->parameter64);
    case S390IRQ_KIND_MACHINE_CHECK:
        return put_check(local, &what->u.machine_check);
    case S390IRQ_KIND_EXTERNAL_CALL: /* put_call() was first */
        return import->done & 1u << what->kind ? S390IRQ_COALESCED
                                               : S390IRQ_QUEUED;
    default:
        return si_local_flag(local, SI_CLASS_RESTART);
    }
}

static bool is_level(uint32_t kind)
{
    return kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
           kind == S390IRQ_KIND_CPU_TIMER;
}

/* Level conditions are of the registers, which travel on their own. */
static int put_next(struct import *import)
{
    uint32_t kind = import->what.kind;
    int outcome;

    if (is_level(kind)) {
        import->records.report.records++;
        import->records.report.dropped++;
        return 0;
    }
    outcome = put_one(import);
    if (outcome != S390IRQ_QUEUED && outcome != S390IRQ_COALESCED)
        return outcome;
    if (outcome == S390IRQ_COALESCED && kind != S390IRQ_KIND_MACHINE_CHECK)
        si_tally_add(&import->vcpu->local.tally[kind].coalesced, 1);
    si_kvm_buffer_count(&import->records, outcome);
    import->done |= 1u << kind;
    return 0;
}

/* Others may call the CPU without its lock: this may fail, and comes first. */
static int put_call(struct import *import)
{
    if (!has(import, S390IRQ_KIND_EXTERNAL_CALL))
        return 0;
    return si_local_external_call(&import->vcpu->local, import->call);
}

/* With the lock held. */
static int put_all(struct import *import)
{
    size_t number;
    int rc = check_cpu(import);

    if (rc == 0)
        rc = put_call(import);
    for (number = 0; rc == 0 && number < import->records.count; number++) {
        si_kvm_buffer_get(&import->records, number, &import->what);
        rc = put_next(import);
    }
    return rc;
}

static void notice_all(struct import *import)
{
    const struct s390irq_vcpu *vcpu = import->vcpu;
    size_t number;

    for (number = 0; number < import->records.count; number++) {
        si_kvm_buffer_get(&import->records, number, &import->what);
        si_notice_interruption(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                               S390IRQ_TRACE_INJECT, S390IRQ_QUEUED,
                               &import->what);
    }
}

/* What has no bit that a sleeper is open for makes it look, but in a pause. */
static void tell(struct s390irq_vcpu *vcpu)
{
    uint64_t word = si_local_load(&vcpu->local);
    bool looks;

    si_lock_take(&vcpu->local.lock);
    looks = !vcpu->pausing &&
            si_machine_state(vcpu) == S390IRQ_STATE_OPERATING &&
            si_local_ready(&vcpu->local, word);
    si_lock_release(&vcpu->local.lock);
    if (looks)
        si_route_reason(vcpu, SI_LOCAL_LOOK);
    else
        si_route_local(vcpu, word & SI_LOCAL_CLASSES);
}

int s390irq_vcpu_import_kvm(struct s390irq_vcpu *vcpu, const void *buffer,
                            size_t length, struct s390irq_import_report *report)
{
    struct import import = { .vcpu = vcpu };
    int rc = si_machine_check(vcpu);

    if (rc == 0)
        rc = si_kvm_buffer_begin_import(&import.records, S390IRQ_KVM_LOCAL,
                                        buffer, length, report);
    if (rc < 0)
        return rc;
    rc = check(&import);
    if (rc == 0) {
        si_lock_take(&vcpu->local.lock);
        rc = put_all(&import);
        si_lock_release(&vcpu->local.lock);
    }
    if (rc == 0) {
        notice_all(&import);
        tell(vcpu);
    }
    return si_kvm_buffer_end_import(&import.records, rc, report);
}
