/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What floats, as the kernel's FLIC device reads and writes it. */
#include <string.h>

#include "cpu/hold.h"
#include "inject.h"
#include "kvm_buffer.h"
#include "listing.h"

/* What is several here is one record there. */
struct merging {
    struct si_kvm_export *export;
    uint32_t only; /* the kind that is wanted of an ISC */
    struct s390irq_interruption what;
};

static void export_plain(void *to, uint32_t class_number,
                         const struct s390irq_interruption *what, bool in_hand)
{
    (void)class_number;
    (void)in_hand;
    si_kvm_buffer_put(to, what);
}

static void export_io(void *to, uint32_t class_number,
                      const struct s390irq_interruption *what, bool in_hand)
{
    struct merging *merging = to;

    (void)class_number;
    (void)in_hand;
    if (what->kind != merging->only)
        return;
    if (what->kind == S390IRQ_KIND_ADAPTER)
        merging->what = *what;
    else
        si_kvm_buffer_put(merging->export, what);
}

static void merge(void *to, uint32_t class_number,
                  const struct s390irq_interruption *what, bool in_hand)
{
    struct merging *merging = to;

    (void)class_number;
    (void)in_hand;
    merging->what.kind = what->kind;
    merging->what.parameter |= what->parameter;
    if (what->kind == S390IRQ_KIND_MACHINE_CHECK)
        si_machine_check_merge(&merging->what.u.machine_check,
                               &what->u.machine_check);
}

static void put_merged(const struct merging *merging)
{
    if (merging->what.kind)
        si_kvm_buffer_put(merging->export, &merging->what);
}

static void export_iscs(struct si_kvm_export *export, struct s390irq_vm *vm,
                        uint32_t kind)
{
    uint32_t isc;

    for (isc = 0; isc < SI_IO_ISCS; isc++) {
        struct merging merging = { .export = export, .only = kind };

        si_listing_floating(&vm->floating, SI_CLASS_IO(isc), export_io,
                            &merging);
        put_merged(&merging);
    }
}

static void export_merged(struct si_kvm_export *export, struct s390irq_vm *vm,
                          uint64_t classes)
{
    struct merging merging = { .export = export };

    while (classes)
        si_listing_floating(&vm->floating, si_bits_take_highest(&classes),
                            merge, &merging);
    put_merged(&merging);
}

static void export_class(struct si_kvm_export *export, struct s390irq_vm *vm,
                         uint32_t class_number)
{
    si_listing_floating(&vm->floating, class_number, export_plain, export);
}

int s390irq_vm_export_flic(struct s390irq_vm *vm, void *buffer, size_t *length,
                           uint32_t flags, struct s390irq_import_report *report)
{
    struct si_kvm_export export;
    int rc = si_kvm_buffer_begin_export(&export, S390IRQ_KVM_FLOATING, buffer,
                                        length, flags, report);

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    export_iscs(&export, vm, S390IRQ_KIND_ADAPTER);
    export_iscs(&export, vm, S390IRQ_KIND_IO);
    export_class(&export, vm, SI_CLASS_PFAULT_DONE);
    export_class(&export, vm, SI_CLASS_VIRTIO);
    export_merged(&export, vm, SI_BIT(SI_CLASS_SERVICE_SIGNAL));
    export_merged(&export, vm, SI_CLASS_REPRESSIBLE);
    export_class(&export, vm, SI_CLASS_TIMING_ALERT);
    return si_kvm_buffer_end_export(&export, length, flags, report);
}

/* Injects one buffer. */
struct import {
    struct si_kvm_import records;
    struct s390irq_vm *vm;
    uint32_t sccb;        /* of the service signal in it */
    uint32_t pfault_done; /* how many of these, until they are injected */
    uint32_t virtio;
    bool busy;     /* two SCCBs */
    bool reserved; /* the queues have room that is ours */
};

static struct si_recorded *queue_of(const struct import *import, uint32_t kind)
{
    return import->vm->floating
        .records[kind == S390IRQ_KIND_VIRTIO ? SI_CLASS_VIRTIO
                                             : SI_CLASS_PFAULT_DONE];
}

static void look_at(struct import *import,
                    const struct s390irq_interruption *what)
{
    uint32_t sccb = what->parameter & SI_SERVICE_SCCB;

    switch (what->kind) {
    case S390IRQ_KIND_PFAULT_DONE:
        import->pfault_done++;
        break;
    case S390IRQ_KIND_VIRTIO:
        import->virtio++;
        break;
    case S390IRQ_KIND_SERVICE_SIGNAL:
        import->busy |= sccb && import->sccb && sccb != import->sccb;
        import->sccb |= sccb;
        break;
    default:
        break;
    }
}

/* V-17: all of it, before anything is injected. */
static int check(struct import *import)
{
    struct s390irq_interruption what;
    size_t number;

    for (number = 0; number < import->records.count; number++) {
        int rc = si_kvm_buffer_get(&import->records, number, &what);

        if (rc < 0)
            return rc;
        if (rc)
            look_at(import, &what);
    }
    return import->busy ? S390IRQ_BUSY : 0;
}

static uint32_t pending_sccb(const struct import *import)
{
    struct si_floating *floating = &import->vm->floating;

    return (si_floating_service_parameter(floating, true) |
            si_floating_service_parameter(floating, false)) &
           SI_SERVICE_SCCB;
}

/* An SCCB that pends already is the same one. */
static int inject_service(struct import *import, uint32_t parameter)
{
    struct si_notice_payload payload = { .parameter = parameter };
    uint32_t sccb = parameter & SI_SERVICE_SCCB;

    if (sccb && sccb == pending_sccb(import))
        parameter &= ~SI_SERVICE_SCCB;
    if (!parameter)
        return si_inject_floating(import->vm, SI_CLASS_SERVICE_SIGNAL,
                                  S390IRQ_KIND_SERVICE_SIGNAL, payload,
                                  S390IRQ_COALESCED);
    return s390irq_vm_inject_service(import->vm, parameter);
}

/* One that is not there is added. */
static int inject_io(struct import *import,
                     const struct s390irq_interruption *what)
{
    struct s390irq_vm *vm = import->vm;
    int rc = si_io_add(&vm->floating.io, &vm->host, what->u.io.subchannel);

    if (rc == S390IRQ_E_NO_MEMORY)
        return rc;
    return s390irq_vm_inject(vm, what);
}

static int inject_record(struct import *import,
                         const struct s390irq_interruption *what)
{
    struct si_recorded *queue = queue_of(import, what->kind);
    uint32_t number = (uint32_t)si_classes_of_kind(what->kind);
    uint32_t *left = what->kind == S390IRQ_KIND_VIRTIO ? &import->virtio
                                                       : &import->pfault_done;

    if (!import->reserved)
        return s390irq_vm_inject(import->vm, what);
    (*left)--;
    return si_inject_floating(
        import->vm, number, what->kind, si_notice_payload(what),
        si_recorded_push_reserved(queue, what->parameter, what->parameter64));
}

static int inject_one(struct import *import,
                      const struct s390irq_interruption *what)
{
    switch (what->kind) {
    case S390IRQ_KIND_SERVICE_SIGNAL:
        return inject_service(import, what->parameter);
    case S390IRQ_KIND_IO:
        return inject_io(import, what);
    case S390IRQ_KIND_PFAULT_DONE:
    case S390IRQ_KIND_VIRTIO:
        return inject_record(import, what);
    default:
        return s390irq_vm_inject(import->vm, what);
    }
}

static bool is_service(const struct s390irq_interruption *what)
{
    return what->kind == S390IRQ_KIND_SERVICE_SIGNAL;
}

/* Injects one after the other. Answers the outcome that ended it, or 0. */
static int inject_all(struct import *import, bool service, bool others)
{
    struct s390irq_interruption what;
    size_t number;

    for (number = 0; number < import->records.count; number++) {
        int rc = si_kvm_buffer_get(&import->records, number, &what);

        if (rc == 0 && service) {
            import->records.report.records++;
            import->records.report.dropped++;
        }
        if (rc <= 0 || !(is_service(&what) ? service : others))
            continue;
        rc = inject_one(import, &what);
        if (rc != S390IRQ_QUEUED && rc != S390IRQ_COALESCED)
            return rc;
        si_kvm_buffer_count(&import->records, rc);
    }
    return 0;
}

static int make_memory(struct import *import)
{
    struct s390irq_vm *vm = import->vm;
    struct s390irq_interruption what;
    size_t number;

    for (number = 0; number < import->records.count; number++)
        if (si_kvm_buffer_get(&import->records, number, &what) > 0 &&
            what.kind == S390IRQ_KIND_IO &&
            !si_subchannels_make(&vm->floating.io.subchannels, &vm->host,
                                 what.u.io.subchannel))
            return S390IRQ_E_NO_MEMORY;
    return 0;
}

static int reserve(struct import *import)
{
    struct si_recorded *done = queue_of(import, S390IRQ_KIND_PFAULT_DONE);
    struct si_recorded *virtio = queue_of(import, S390IRQ_KIND_VIRTIO);

    if (!si_recorded_reserve(done, import->pfault_done))
        return S390IRQ_FULL;
    if (!si_recorded_reserve(virtio, import->virtio)) {
        si_recorded_release(done, import->pfault_done);
        return S390IRQ_FULL;
    }
    import->reserved = true;
    return 0;
}

static void release(struct import *import)
{
    si_recorded_release(queue_of(import, S390IRQ_KIND_PFAULT_DONE),
                        import->pfault_done);
    si_recorded_release(queue_of(import, S390IRQ_KIND_VIRTIO), import->virtio);
}

/*
 * V-18: nobody takes anything meanwhile, and what can be refused comes first:
 * memory, room, the one SCCB.
 */
static int inject_whole(struct import *import)
{
    uint32_t sccb = pending_sccb(import);
    int rc;

    if (si_io_is_closed(&import->vm->floating.io))
        return S390IRQ_CLOSED;
    if (sccb && import->sccb && sccb != import->sccb)
        return S390IRQ_BUSY;
    rc = make_memory(import);
    if (rc == 0)
        rc = reserve(import);
    if (rc)
        return rc;
    rc = inject_all(import, true, false);
    if (rc == 0)
        rc = inject_all(import, false, true);
    release(import);
    return rc;
}

static int inject(struct import *import)
{
    int rc;

    if (!si_hold_begin(import->vm, true))
        return inject_all(import, true, true);
    rc = inject_whole(import);
    si_hold_end(import->vm);
    return rc;
}

int s390irq_vm_import_flic(struct s390irq_vm *vm, const void *buffer,
                           size_t length, struct s390irq_import_report *report)
{
    struct import import = { .vm = vm };
    int rc = si_kvm_buffer_begin_import(&import.records, S390IRQ_KVM_FLOATING,
                                        buffer, length, report);

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    rc = check(&import);
    if (rc == 0)
        rc = inject(&import);
    return si_kvm_buffer_end_import(&import.records, rc, report);
}
