/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/program.h"

#define N SI_PROGRAM_NULLIFIES
#define T SI_PROGRAM_TRANSLATION
#define X SI_PROGRAM_EXCEPTION_ACCESS
#define O SI_PROGRAM_OPERAND_ACCESS

/* PoP ch. 6, program interruptions: ending and the locations stored. */
const uint8_t si_program_table[0x48] = {
    [0x04] = T | X,           /* protection */
    [0x07] = SI_PROGRAM_DATA, /* data */
    [0x10] = N | T | X | O,   /* segment translation */
    [0x11] = N | T | X | O,   /* page translation */
    [0x12] = T,               /* translation specification: as machines show */
    [0x16] = N,               /* trace table */
    [0x1b] = SI_PROGRAM_DATA, /* vector processing */
    [0x1c] = T,               /* space-switch event */
    [0x20] = N | T,           /* AFX translation */
    [0x21] = N | T,           /* ASX translation */
    [0x22] = N | T,           /* LX translation */
    [0x23] = N | T,           /* EX translation */
    [0x24] = N | T,           /* primary authority */
    [0x25] = N | T,           /* secondary authority */
    [0x26] = N | T,           /* LFX translation */
    [0x27] = N | T,           /* LSX translation */
    [0x29] = N | X,           /* ALEN translation */
    [0x2a] = N | X,           /* ALE sequence */
    [0x2b] = N | X,           /* ASTE validity */
    [0x2c] = N | X,           /* ASTE sequence */
    [0x2d] = N | X,           /* extended authority */
    [0x2e] = N | T,           /* LSTE sequence */
    [0x2f] = N | X,           /* ASTE instance */
    [0x30] = N,               /* stack full */
    [0x31] = N,               /* stack empty */
    [0x32] = N,               /* stack specification */
    [0x33] = N,               /* stack type */
    [0x34] = N,               /* stack operation */
    [0x38] = N | T | X | O,   /* ASCE type */
    [0x39] = N | T | X | O,   /* region first translation */
    [0x3a] = N | T | X | O,   /* region second translation */
    [0x3b] = N | T | X | O,   /* region third translation */
    [0x40] = SI_PROGRAM_MONITOR, /* monitor event */
};

const bool si_program_plain[SI_PROGRAM_CODE_BITS + 1] = {
    [0x01] = true, /* operation */
    [0x02] = true, /* privileged operation */
    [0x03] = true, /* execute */
    [0x05] = true, /* addressing */
    [0x06] = true, /* specification */
    [0x08] = true, /* fixed-point overflow */
    [0x09] = true, /* fixed-point divide */
    [0x0a] = true, /* decimal overflow */
    [0x0b] = true, /* decimal divide */
    [0x0c] = true, /* HFP exponent overflow */
    [0x0d] = true, /* HFP exponent underflow */
    [0x0e] = true, /* HFP significance */
    [0x0f] = true, /* HFP divide */
    [0x13] = true, /* special operation */
    [0x15] = true, /* operand */
    [0x1d] = true, /* HFP square root */
};

#define CRYPTO_OPERATION 0x119

uint32_t si_program_traits(uint32_t code)
{
    code &= ~(uint32_t)(SI_PROGRAM_PER | SI_PROGRAM_TRANSACTION);
    if (code == CRYPTO_OPERATION)
        return N;
    return code < sizeof si_program_table ? si_program_table[code] : 0;
}
