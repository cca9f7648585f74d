/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Which records and parameters are valid (V-17: checked before anything). */
#ifndef SI_ARCH_INTERRUPTION_H
#define SI_ARCH_INTERRUPTION_H

#include <stdbool.h>
#include <string.h>

#include "arch/classes.h"
#include "arch/program.h"

/*
 * An SCCB address below 2 GiB, event bits, or both; bit 0x4 belongs to
 * neither.
 */
static inline bool si_interruption_service_valid(uint32_t parameter)
{
    return parameter != 0 && (parameter & 0x80000004u) == 0;
}

/* An instruction-length code. */
static inline bool si_interruption_ilc_valid(uint32_t ilc, uint32_t least)
{
    return (ilc & ~6u) == 0 && ilc >= least;
}

#define SI_INTERRUPTION_PROGRAM_FLAGS                               \
    (S390IRQ_PROGRAM_NO_REWIND | S390IRQ_PROGRAM_EXCEPTION_ACCESS | \
     S390IRQ_PROGRAM_OPERAND_ACCESS | S390IRQ_PROGRAM_PER_ACCESS)

/* What code, ILC and flags are together: the first word of a record. */
static inline uint32_t si_interruption_program_head(
    const struct s390irq_program *program)
{
    uint32_t head;

    memcpy(&head, program, sizeof head);
    return head;
}

/* What must be zero is: looked at together. The code has only its bits. */
static inline bool si_interruption_program_is_clean(
    const struct s390irq_program *program)
{
    const struct s390irq_program unassigned = {
        .code = (uint16_t)~SI_PROGRAM_CODE_BITS,
        .ilc = (uint8_t)~6u,
        .flags = (uint8_t)~SI_INTERRUPTION_PROGRAM_FLAGS,
    };

    return !((si_interruption_program_head(program) &
              si_interruption_program_head(&unassigned)) |
             program->reserved0 | program->reserved);
}

static inline bool si_interruption_program_valid(
    const struct s390irq_program *program)
{
    return program->code && si_interruption_program_is_clean(program);
}

/* Where an interruption-identification word has the ISC. */
#define SI_IO_ISC_BITS 0x38000000u

/*
 * A subsystem-identification word (PoP ch. 14): cssid, five bits of which the
 * last is m, ssid, one; then the number. Without m there is no cssid.
 */
static inline bool si_interruption_subchannel_valid(uint32_t subchannel)
{
    uint32_t cssid = subchannel >> 24, low = subchannel >> 16 & 0xff;

    return (low & 0xf1) == 0x01 && (cssid == 0 || (low & 0x08));
}

#endif
