/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Program-interruption codes: what each stores, and which nullify. */
#ifndef SI_ARCH_PROGRAM_H
#define SI_ARCH_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include <s390irq/interruption.h>

#define SI_PROGRAM_SPECIFICATION 0x06
#define SI_PROGRAM_PER           0x80
/* Bits that a program-interruption code can have (PoP ch. 6). */
#define SI_PROGRAM_CODE_BITS   0x03ff
#define SI_PROGRAM_TRANSACTION 0x200

#define SI_PROGRAM_NULLIFIES        0x01
#define SI_PROGRAM_TRANSLATION      0x02
#define SI_PROGRAM_EXCEPTION_ACCESS 0x04
#define SI_PROGRAM_OPERAND_ACCESS   0x08
#define SI_PROGRAM_MONITOR          0x10
#define SI_PROGRAM_DATA             0x20

/* Of the codes below 0x48. */
extern const uint8_t si_program_table[0x48];

/*
 * By code: whether it stores its code and no more, and has no traits. Of those
 * that do, not all are here: what is rare need not be quick.
 */
extern const bool si_program_plain[SI_PROGRAM_CODE_BITS + 1];

/* The two as they are stored side by side. */
static inline uint32_t si_program_ilc_and_code(
    const struct s390irq_program *program)
{
    return (uint32_t)program->ilc << 16 | program->code;
}

/* SI_PROGRAM_* traits of a code; PER and transaction bits do not matter. */
uint32_t si_program_traits(uint32_t code);

#endif
