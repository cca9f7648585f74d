/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Interruptions as records: what can be made pending, what the outcome of
 * that is, and how a record comes from other people's formats.
 */
#ifndef S390IRQ_INTERRUPTION_H
#define S390IRQ_INTERRUPTION_H

#include <s390irq/base.h>

/*
 * Kinds of interruptions and requests. The numbers are stable and say nothing
 * about priority. "local": pends at one CPU. "floating": pends at the VM and
 * is taken by one CPU that is open for it.
 */
#define S390IRQ_KIND_SUPERVISOR_CALL  1  /* local, the CPU's own */
#define S390IRQ_KIND_PROGRAM          2  /* local, the CPU's own */
#define S390IRQ_KIND_INTERRUPT_KEY    3  /* local, external 0040 */
#define S390IRQ_KIND_EMERGENCY_SIGNAL 5  /* local, external 1201: source */
#define S390IRQ_KIND_EXTERNAL_CALL    6  /* local, external 1202: source */
#define S390IRQ_KIND_TOD_SYNC_CHECK   7  /* local, external 1003 */
#define S390IRQ_KIND_CLOCK_COMPARATOR 8  /* local level, external 1004 */
#define S390IRQ_KIND_CPU_TIMER        9  /* local level, external 1005 */
#define S390IRQ_KIND_TIMING_ALERT     10 /* floating, external 1406 */
#define S390IRQ_KIND_WARNING_TRACK    12 /* local, external 1007 */
#define S390IRQ_KIND_SERVICE_SIGNAL   13 /* floating, 2401: parameter */
#define S390IRQ_KIND_PFAULT_DONE      16 /* floating, 2603/0680: parameter64 */
#define S390IRQ_KIND_VIRTIO           17 /* floating, 2603/0d00: both */
#define S390IRQ_KIND_RESTART          18 /* local */
#define S390IRQ_KIND_STOP             19 /* local order, never a PSW swap */
#define S390IRQ_KIND_SET_PREFIX       20 /* local order: parameter */

/* Kinds are below this number, in this version and in every later one. */
#define S390IRQ_KIND_LIMIT 32

/* Flags of a program interruption. */
#define S390IRQ_PROGRAM_NO_REWIND 0x01 /* the PSW already names the place */

/*
 * What the CPU knows of a program interruption (PoP ch. 6). 48 bytes, frozen:
 * it is part of struct s390irq_interruption. Only the members that the code
 * calls for are stored; the others are ignored and should be zero.
 */
struct s390irq_program {
    uint16_t code;                  /* bit 0x80: a PER event goes with it */
    uint8_t ilc;                    /* instruction length: 0, 2, 4 or 6 */
    uint8_t flags;                  /* S390IRQ_PROGRAM_* */
    uint32_t data_exception_code;   /* DXC or VXC */
    uint64_t translation_exception; /* TEID */
    uint64_t monitor_code;
    uint64_t per_address;
    uint16_t monitor_class;
    uint8_t per_code;
    uint8_t per_atmid;
    uint8_t exception_access;
    uint8_t per_access;
    uint8_t operand_access;
    uint8_t reserved0; /* zero */
    uint64_t reserved; /* zero */
};

/*
 * One interruption, for everything that has no call of its own, for tests and
 * for lists. 64 bytes, frozen. What a kind does not use must be zero.
 */
struct s390irq_interruption {
    uint16_t kind;        /* S390IRQ_KIND_* */
    uint16_t source;      /* CPU address of the sender; SVC: the code */
    uint32_t parameter;   /* service, virtio; prefix address; SVC: ILC */
    uint64_t parameter64; /* virtio; pfault token */
    union {
        struct s390irq_program program;
        uint64_t reserved[6];
    } u;
};

/* Outcomes of an injection. Only QUEUED makes something pend anew. */
#define S390IRQ_QUEUED    0 /* pends; will be delivered or cleared by name */
#define S390IRQ_COALESCED 1 /* pends already: the two are one from now on */
#define S390IRQ_BUSY      2 /* its one slot is taken; nothing changed */
#define S390IRQ_FULL      3 /* its queue is at its limit; nothing changed */
#define S390IRQ_CLOSED    6 /* the VM takes nothing any more */

/* Flags of s390irq_interruption_from_kvm(). */
#define S390IRQ_KVM_LOCAL    0x1 /* the record is meant for a vCPU */
#define S390IRQ_KVM_FLOATING 0x2 /* the record is meant for the VM */

S390IRQ_BEGIN_DECLS

/* [A] The name of a kind in the words of the architecture, or "unknown". */
S390IRQ_EXPORT const char *s390irq_kind_name(uint32_t kind);

/*
 * [A] Looks at a record without injecting it: known kind, members that the
 * kind does not use zero, values in range (program code not zero and without
 * unassigned bits, ILC 0, 2, 4 or 6, source below S390IRQ_MAX_CPUS, service
 * parameter not zero and without bit 0x4, prefix a multiple of 8 KiB below
 * 2 GiB). Answers 0 or S390IRQ_E_INVALID.
 */
S390IRQ_EXPORT int s390irq_interruption_check(
    const struct s390irq_interruption *interruption);

/*
 * [A] Reads one of Linux KVM's interruption records into *out.
 * record: any alignment, host byte order, not kept; length: 16, the record
 * {u32 type, u32 parm, u64 parm64}; flags: exactly one of S390IRQ_KVM_LOCAL
 * and S390IRQ_KVM_FLOATING, since the kernel accepts different types at a
 * vCPU and at a VM. *out has passed s390irq_interruption_check().
 * Answers 0; S390IRQ_E_INVALID (NULL, flags); S390IRQ_E_FORMAT (length, type
 * or a value that the type does not allow: *out is untouched).
 */
S390IRQ_EXPORT int s390irq_interruption_from_kvm(
    const void *record, size_t length, uint32_t flags,
    struct s390irq_interruption *out);

S390IRQ_END_DECLS

#endif
