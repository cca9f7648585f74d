/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How the state of a machine travels: the library's own snapshot, and the
 * formats of Linux KVM.
 *
 * KVM's 72-byte records are big-endian byte strings here, as an s390x kernel
 * writes them, on hosts of either endianness.
 */
#ifndef S390IRQ_STATE_H
#define S390IRQ_STATE_H

#include <s390irq/base.h>
#include <s390irq/interruption.h>

/* The size of one of KVM's full records, and of its legacy ones. */
#define S390IRQ_KVM_RECORD 72
#define S390IRQ_KVM_LEGACY 16

/* Flags of the export calls. */
#define S390IRQ_EXPORT_PARTIAL 0x1 /* leave out what KVM has no record of */

/* What an import or a partial export did. `size` is set by the caller. */
struct s390irq_import_report {
    uint32_t size;
    uint32_t records;   /* how many were read (import) or written (export) */
    uint32_t coalesced; /* import: merged with one that was there */
    uint32_t dropped;   /* import: without effect; export: left out */
    uint32_t left_out_kinds; /* export: bits 1 << S390IRQ_KIND_* */
    uint32_t reserved;
};

#define S390IRQ_IMPORT_REPORT_INIT                          \
    {                                                       \
        sizeof(struct s390irq_import_report), 0, 0, 0, 0, 0 \
    }

S390IRQ_BEGIN_DECLS

/*
 * [P] Writes everything that the library knows of the VM to buffer: what
 * pends, orders outstanding, CPU states with the parked registers (and the
 * others of CPUs that are not operating), timers, TOD clock, pfault
 * handshakes, subchannels, adapters, AIS. Not in it: counters, and what
 * s390irq_queue_take_io() took out. The format is versioned and the same on
 * every host. From now on, until s390irq_vm_resume(), injections answer
 * S390IRQ_CLOSED: each one is in the state or was refused.
 * *length: room before, bytes used after; buffer may be NULL when *length is
 * 0, to ask for the size. Nothing closes unless the answer is 0.
 * Answers 0; S390IRQ_E_BUFFER (*length is what is needed now: injections may
 * add to it until the next call); S390IRQ_E_NOT_PARKED (the VM is not paused
 * with every CPU parked, is being saved or loaded by somebody else, or a route
 * is being fired: call again); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vm_save(struct s390irq_vm *vm,
                                                      void *buffer,
                                                      size_t *length);

/*
 * [P] Makes the VM what a saved one was. It needs the same number of CPUs or
 * more, and facilities that the state relies on; subchannels and adapters are
 * made as the state has them, and CPUs that it has not are unplugged. What
 * pended before is cleared. All or nothing: on an error the VM is as before.
 * Every CPU is woken, and its next deliver reports S390IRQ_CHANGED_LOADED and
 * what else changed. While it lasts, injections answer S390IRQ_CLOSED. A VM
 * whose CPUs are parked need not be paused.
 * The guest's TOD clock and the CPU timers go on from where they were when the
 * state was saved, on this host's clock; s390irq_vm_set_tod() may follow if
 * the guest is to notice how long it was away.
 * Answers 0; S390IRQ_E_NOT_PARKED; S390IRQ_E_FORMAT (damaged, cut, from a
 * later version, values out of bounds, more CPUs or limits than the VM has, a
 * facility that it has not); S390IRQ_E_NO_CPU (a CPU of the state has not been
 * created); S390IRQ_E_NO_MEMORY; S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vm_load(struct s390irq_vm *vm,
                                                      const void *buffer,
                                                      size_t length);

/*
 * [A] Writes an interruption as one of KVM's 72-byte records. flags:
 * S390IRQ_KVM_LOCAL or S390IRQ_KVM_FLOATING. Answers 0;
 * S390IRQ_E_NOT_REPRESENTABLE (KVM has no such record there);
 * S390IRQ_E_INVALID (NULL, flags, a record that does not check).
 */
S390IRQ_EXPORT int s390irq_interruption_to_kvm(
    const struct s390irq_interruption *interruption, uint32_t flags,
    uint8_t record[S390IRQ_KVM_RECORD]);

/*
 * [A] What floats, as the buffer of FLIC GET_ALL_IRQS, in the kernel's order.
 * *length: room before, bytes used after; buffer may be NULL when *length is
 * 0. flags: S390IRQ_EXPORT_*. report may be NULL.
 * Answers 0; S390IRQ_E_BUFFER (*length is what is needed);
 * S390IRQ_E_NOT_REPRESENTABLE (report->left_out_kinds says what; *length is as
 * before); S390IRQ_E_INVALID (NULL, flags); S390IRQ_E_STRUCT_TOO_SMALL,
 * S390IRQ_E_STRUCT_TOO_NEW (report).
 */
S390IRQ_EXPORT int s390irq_vm_export_flic(struct s390irq_vm *vm, void *buffer,
                                          size_t *length, uint32_t flags,
                                          struct s390irq_import_report *report);

/*
 * [A] Injects what such a buffer holds, as FLIC ENQUEUE does. What kernels
 * write is taken: service parameter 0 is dropped, subchannels that are not
 * there are added, repeated ones coalesce. All records are checked first.
 * While the VM is paused with every CPU parked it is all or nothing, unless
 * it is closed in the middle; otherwise records are injected one by one.
 * report->records says how many were.
 * Answers 0; S390IRQ_E_FORMAT (length, a type or a value); S390IRQ_FULL,
 * S390IRQ_CLOSED; S390IRQ_BUSY (another SCCB pends); S390IRQ_E_NO_MEMORY;
 * S390IRQ_E_INVALID (NULL); S390IRQ_E_STRUCT_TOO_SMALL, _TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vm_import_flic(struct s390irq_vm *vm,
                                          const void *buffer, size_t length,
                                          struct s390irq_import_report *report);

/*
 * [A] What pends at a parked CPU, as the buffer of KVM_S390_GET_IRQ_STATE, in
 * the kernel's order; level conditions are of the registers and not in it. As
 * s390irq_vm_export_flic(); also S390IRQ_E_NOT_PARKED, S390IRQ_E_NO_CPU
 * (unplugged). A reset that is outstanding cannot be represented either.
 */
S390IRQ_EXPORT int s390irq_vcpu_export_kvm(
    struct s390irq_vcpu *vcpu, void *buffer, size_t *length, uint32_t flags,
    struct s390irq_import_report *report);

/*
 * [A] Injects what such a buffer holds into a parked CPU, as
 * KVM_S390_SET_IRQ_STATE does, all or nothing, unless others inject into the
 * CPU or the VM is closed in the middle; set prefix is carried out at once and
 * needs a stopped CPU. Clock comparator and CPU timer are dropped.
 * Answers as s390irq_vm_import_flic(); S390IRQ_E_NOT_PARKED; S390IRQ_BUSY
 * (something pends there already, or two records exclude each other);
 * S390IRQ_E_STATE (set prefix, CPU not stopped; stop, not operating);
 * S390IRQ_E_NO_CPU (a source not below config.cpus, or unplugged itself);
 * S390IRQ_E_UNSUPPORTED (a stop that stores status, without the registers
 * hook); S390IRQ_E_GUEST_MEMORY (set prefix: no storage there).
 */
S390IRQ_EXPORT int s390irq_vcpu_import_kvm(
    struct s390irq_vcpu *vcpu, const void *buffer, size_t length,
    struct s390irq_import_report *report);

S390IRQ_END_DECLS

#endif
