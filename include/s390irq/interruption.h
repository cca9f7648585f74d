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
#define S390IRQ_KIND_SUPERVISOR_CALL   1  /* local, the CPU's own */
#define S390IRQ_KIND_PROGRAM           2  /* local, the CPU's own */
#define S390IRQ_KIND_INTERRUPT_KEY     3  /* local, external 0040 */
#define S390IRQ_KIND_MALFUNCTION_ALERT 4  /* local, external 1200: source */
#define S390IRQ_KIND_EMERGENCY_SIGNAL  5  /* local, external 1201: source */
#define S390IRQ_KIND_EXTERNAL_CALL     6  /* local, external 1202: source */
#define S390IRQ_KIND_TOD_SYNC_CHECK    7  /* local, external 1003 */
#define S390IRQ_KIND_CLOCK_COMPARATOR  8  /* local level, external 1004 */
#define S390IRQ_KIND_CPU_TIMER         9  /* local level, external 1005 */
#define S390IRQ_KIND_TIMING_ALERT      10 /* floating, external 1406 */
#define S390IRQ_KIND_MEASUREMENT_ALERT 11 /* local, 1407: parameter */
#define S390IRQ_KIND_WARNING_TRACK     12 /* local, external 1007 */
#define S390IRQ_KIND_SERVICE_SIGNAL    13 /* floating, 2401: parameter */
#define S390IRQ_KIND_IUCV              14 /* local, 4000: source = subcode */
#define S390IRQ_KIND_PFAULT_INIT       15 /* local, 2603/0600: parameter64 */
#define S390IRQ_KIND_PFAULT_DONE       16 /* floating, 2603/0680: parameter64 */
#define S390IRQ_KIND_VIRTIO            17 /* floating, 2603/0d00: both */
#define S390IRQ_KIND_RESTART           18 /* local */
#define S390IRQ_KIND_STOP              19 /* local order: 1 = store status */
#define S390IRQ_KIND_SET_PREFIX        20 /* local order: parameter */
#define S390IRQ_KIND_MACHINE_CHECK     21 /* local, repressible also floating */
#define S390IRQ_KIND_IO                22 /* floating, of a subchannel */
#define S390IRQ_KIND_ADAPTER           23 /* floating, of an ISC */

/* Kinds are below this number, in this version and in every later one. */
#define S390IRQ_KIND_LIMIT 32

/* Flags of a program interruption. */
#define S390IRQ_PROGRAM_NO_REWIND 0x01 /* the PSW already names the place */
/*
 * Which access identifications are to be stored. With the access exceptions
 * (protection, ASCE type, region, segment and page translation) and with PER
 * they are stored only where the CPU says that it has them.
 */
#define S390IRQ_PROGRAM_EXCEPTION_ACCESS 0x02 /* exception_access */
#define S390IRQ_PROGRAM_OPERAND_ACCESS   0x04 /* operand_access */
#define S390IRQ_PROGRAM_PER_ACCESS       0x08 /* per_access */

/*
 * What the CPU knows of a program interruption (PoP ch. 6). 48 bytes, frozen:
 * it is part of struct s390irq_interruption. Only the members that the code
 * calls for are stored; the others are ignored and should be zero.
 */
struct s390irq_program {
    uint16_t code; /* 0x80: with a PER event; 0x200: in a transaction */
    uint8_t ilc;   /* instruction length: 0, 2, 4 or 6 */
    uint8_t flags; /* S390IRQ_PROGRAM_* */
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
 * Conditions of a machine check, by their bits in the machine-check
 * interruption code (PoP ch. 11). Validity bits are not here: the library
 * sets those of what it stores.
 */
#define S390IRQ_MCIC_SYSTEM_DAMAGE     UINT64_C(0x8000000000000000)
#define S390IRQ_MCIC_PROCESSING_DAMAGE UINT64_C(0x4000000000000000)
#define S390IRQ_MCIC_SYSTEM_RECOVERY   UINT64_C(0x2000000000000000)
#define S390IRQ_MCIC_TIMING_DAMAGE     UINT64_C(0x0800000000000000)
#define S390IRQ_MCIC_EXTERNAL_DAMAGE   UINT64_C(0x0400000000000000)
#define S390IRQ_MCIC_DEGRADATION       UINT64_C(0x0100000000000000)
#define S390IRQ_MCIC_WARNING           UINT64_C(0x0080000000000000)
#define S390IRQ_MCIC_CHANNEL_REPORT    UINT64_C(0x0040000000000000)
#define S390IRQ_MCIC_SERVICE_PROCESSOR UINT64_C(0x0020000000000000)
#define S390IRQ_MCIC_CHANNEL_SUBSYSTEM UINT64_C(0x0010000000000000)
#define S390IRQ_MCIC_BACKED_UP         UINT64_C(0x0002000000000000)
#define S390IRQ_MCIC_STORAGE_ERROR     UINT64_C(0x0000800000000000)
#define S390IRQ_MCIC_STORAGE_CORRECTED UINT64_C(0x0000400000000000)
#define S390IRQ_MCIC_KEY_ERROR         UINT64_C(0x0000200000000000)
#define S390IRQ_MCIC_STORAGE_DEGRADED  UINT64_C(0x0000100000000000)
#define S390IRQ_MCIC_FAILING_ADDRESS   UINT64_C(0x0000008000000000)
#define S390IRQ_MCIC_EXTERNAL_CODE     UINT64_C(0x0000002000000000)
#define S390IRQ_MCIC_INDIRECT_STORAGE  UINT64_C(0x0000000080000000)
#define S390IRQ_MCIC_DELAYED_ACCESS    UINT64_C(0x0000000020000000)
#define S390IRQ_MCIC_ANCILLARY_REPORT  UINT64_C(0x0000000000080000)

/* Flags of a machine check. */
#define S390IRQ_MACHINE_CHECK_LOGOUT 0x1 /* the fixed logout is given */

/* What made a machine check pend. 48 bytes, frozen. */
struct s390irq_machine_check {
    uint64_t conditions;      /* S390IRQ_MCIC_*, a subclass among them */
    uint64_t failing_address; /* with FAILING_ADDRESS */
    uint32_t external_damage; /* with EXTERNAL_DAMAGE and EXTERNAL_CODE */
    uint32_t flags;           /* S390IRQ_MACHINE_CHECK_* */
    uint8_t logout[16];       /* fixed logout, as stored at 0x1300 */
    uint64_t reserved;        /* zero */
};

/*
 * An I/O interruption. subchannel: the subsystem-identification word, 0 for
 * an adapter. word: the interruption-identification word: the ISC in bits 2
 * to 4, bit 0 one for an adapter, all else zero. The interruption parameter
 * is the member `parameter` of the record. 48 bytes, frozen.
 */
struct s390irq_io {
    uint32_t subchannel;
    uint32_t word;
    uint64_t sequence; /* of one that was taken, to put it back; else zero */
    uint64_t reserved[4];
};

/* The ISC of an interruption-identification word. */
#define S390IRQ_IO_ISC(word) ((uint32_t)(word) >> 27 & 7)
#define S390IRQ_IO_ADAPTER   0x80000000u
#define S390IRQ_IO_WORD(isc) ((uint32_t)(isc) << 27)

/*
 * One interruption, for everything that has no call of its own, for tests and
 * for lists. 64 bytes, frozen. What a kind does not use must be zero.
 */
struct s390irq_interruption {
    uint16_t kind;        /* S390IRQ_KIND_* */
    uint16_t source;      /* CPU of the sender; SVC: code; IUCV: subcode */
    uint32_t parameter;   /* external, I/O; prefix; SVC: ILC; stop: 0, 1 */
    uint64_t parameter64; /* virtio; pfault token */
    union {
        struct s390irq_program program;
        struct s390irq_machine_check machine_check;
        struct s390irq_io io;
        uint64_t reserved[6];
    } u;
};

/* Outcomes of an injection. Only QUEUED makes something pend anew. */
#define S390IRQ_QUEUED     0 /* pends; will be delivered or cleared by name */
#define S390IRQ_COALESCED  1 /* pends already: the two are one from now on */
#define S390IRQ_BUSY       2 /* its one slot is taken; nothing changed */
#define S390IRQ_FULL       3 /* its queue is at its limit; nothing changed */
#define S390IRQ_SUPPRESSED 4 /* adapter-interruption suppression took it */
#define S390IRQ_REMEMBERED 5 /* its adapter is masked: presented on unmask */
#define S390IRQ_CLOSED     6 /* the VM takes nothing any more */

/* The outcome of putting one back that was cleared meanwhile. */
#define S390IRQ_CLEARED 7

/* Flags of s390irq_interruption_from_kvm(). */
#define S390IRQ_KVM_LOCAL      0x1 /* the record is meant for a vCPU */
#define S390IRQ_KVM_FLOATING   0x2 /* the record is meant for the VM */
#define S390IRQ_KVM_BIG_ENDIAN 0x4 /* a 16-byte record is not in host order */

S390IRQ_BEGIN_DECLS

/* [A] The name of a kind in the words of the architecture, or "unknown". */
S390IRQ_EXPORT const char *s390irq_kind_name(uint32_t kind);

/*
 * [A] Looks at a record without injecting it: known kind, members that the
 * kind does not use zero, values in range (program code not zero and without
 * unassigned bits, ILC 0, 2, 4 or 6, source below S390IRQ_MAX_CPUS, service
 * parameter not zero, below 2 GiB and without bit 0x4, prefix a multiple of
 * 8 KiB below 2 GiB, stop 0 or 1, a machine check with a subclass and without
 * bits that are not S390IRQ_MCIC_*, I/O words as struct s390irq_io says,
 * sequence zero).
 * Answers 0 or S390IRQ_E_INVALID.
 */
S390IRQ_EXPORT int s390irq_interruption_check(
    const struct s390irq_interruption *interruption);

/*
 * [A] The twelve bytes of an I/O interruption code (subsystem identification,
 * parameter, interruption identification) as guest storage has them at real
 * 0xb8, for TEST PENDING INTERRUPTION: its operand gets the first eight.
 * Answers 0 or S390IRQ_E_INVALID (NULL, neither IO nor ADAPTER).
 */
S390IRQ_EXPORT int s390irq_interruption_io_code(
    const struct s390irq_interruption *interruption, uint8_t code[12]);

/*
 * [A] Reads one of Linux KVM's interruption records into *out.
 * record: any alignment, not kept; length: 16, the record {u32 type, u32
 * parm, u64 parm64} in host byte order or S390IRQ_KVM_BIG_ENDIAN, or 72, the
 * full record, always big-endian; flags: exactly one of S390IRQ_KVM_LOCAL
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
