/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* "Why is this not delivered?", as data and as text. */
#ifndef S390IRQ_EXPLAIN_H
#define S390IRQ_EXPLAIN_H

#include <s390irq/base.h>
#include <s390irq/interruption.h>

/* What holds an interruption back; 0: nothing, the next deliver takes it. */
#define S390IRQ_HELD_PSW_EXTERNAL      0x0001 /* PSW bit 7 is zero */
#define S390IRQ_HELD_PSW_IO            0x0002 /* PSW bit 6 is zero */
#define S390IRQ_HELD_PSW_MACHINE_CHECK 0x0004 /* PSW bit 13 is zero */
#define S390IRQ_HELD_SUBMASK           0x0008 /* see control and submask */
#define S390IRQ_HELD_STOPPED           0x0010 /* the CPU is stopped */
#define S390IRQ_HELD_CHECK_STOP        0x0020 /* the CPU is check-stopped */
#define S390IRQ_HELD_PAUSED            0x0040 /* s390irq_vm_pause() */
#define S390IRQ_HELD_OUTRANKED         0x0080 /* outranked_by is taken first */
#define S390IRQ_HELD_IN_HAND           0x0100 /* prepared, at some CPU */
#define S390IRQ_HELD_SUPPRESSED        0x0200 /* AIS mode of the ISC */
#define S390IRQ_HELD_ADAPTER_MASKED    0x0400 /* remembered until unmasked */

/*
 * One pending interruption and what holds it back. 128 bytes, frozen. Level
 * conditions that hold are listed; adapters that were suppressed or are
 * remembered are, too, with their number in `adapter`.
 */
struct s390irq_explanation {
    struct s390irq_interruption interruption;
    uint32_t held;         /* S390IRQ_HELD_* */
    uint16_t outranked_by; /* S390IRQ_KIND_* */
    uint8_t floating;
    uint8_t control;  /* SUBMASK: the control register, 0, 6 or 14 */
    uint64_t submask; /* SUBMASK: the bit in it that is zero */
    uint32_t adapter; /* ADAPTER_MASKED: its number; else S390IRQ_NO_CPU */
    uint32_t reserved0;
    uint64_t reserved[5];
};

S390IRQ_BEGIN_DECLS

/*
 * [A] Everything that pends for this CPU, its own and the VM's, highest
 * priority first. *count: room before, how many there are after; array may
 * be NULL when *count is 0. A running CPU is judged by what it published
 * last; program, SVC and level conditions of a running CPU are not listed, and
 * a submask only where the PSW bit is one. Nothing changes.
 * Answers 0; S390IRQ_E_BUFFER (the array holds as many as fitted);
 * S390IRQ_E_INVALID (NULL); S390IRQ_E_NO_CPU (unplugged).
 */
S390IRQ_EXPORT int s390irq_vcpu_explain(struct s390irq_vcpu *vcpu,
                                        struct s390irq_explanation *array,
                                        size_t *count);

/*
 * [A] The same as text, a line for each, NUL at the end. *length: room in
 * bytes before, bytes needed with the NUL after; text may be NULL when
 * *length is 0. Answers as s390irq_vcpu_explain(); with S390IRQ_E_BUFFER the
 * text is cut.
 */
S390IRQ_EXPORT int s390irq_vcpu_explain_text(struct s390irq_vcpu *vcpu,
                                             char *text, size_t *length);

S390IRQ_END_DECLS

#endif
