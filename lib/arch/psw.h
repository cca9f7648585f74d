/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The program-status word: its bits and when it is valid (PoP ch. 4). */
#ifndef SI_ARCH_PSW_H
#define SI_ARCH_PSW_H

#include <stdbool.h>
#include <stdint.h>

#define SI_PSW_IO                  UINT64_C(0x0200000000000000)
#define SI_PSW_EXTERNAL            UINT64_C(0x0100000000000000)
#define SI_PSW_MACHINE_CHECK       UINT64_C(0x0004000000000000)
#define SI_PSW_WAIT                UINT64_C(0x0002000000000000)
#define SI_PSW_EXTENDED_ADDRESSING UINT64_C(0x0000000100000000)
#define SI_PSW_BASIC_ADDRESSING    UINT64_C(0x0000000080000000)

/* Bits that must be zero in a 16-byte PSW: 0, 2-4, 12, 24-30, 33-63. */
#define SI_PSW_UNASSIGNED UINT64_C(0xb80800fe7fffffff)

#define SI_CR0_COMPARATOR_SIGN UINT64_C(0x0020000000000000)

/* The largest instruction address that the addressing mode can have. */
uint64_t si_psw_address_limit(uint64_t mask);

/*
 * Whether loading this PSW is free of early specification exceptions, with
 * the bits that these facilities (SI_FACILITY_*) assign (V-26):
 * unassigned bits, 64-bit mode without the basic-addressing bit, an address
 * wider than the mode (PoP ch. 6, early exception recognition).
 */
bool si_psw_valid(uint64_t mask, uint64_t address, uint32_t facilities);

/* Whether it is valid in the 64-bit mode whatever the facilities are. */
static inline bool si_psw_valid_64(uint64_t mask)
{
    const uint64_t mode = SI_PSW_EXTENDED_ADDRESSING | SI_PSW_BASIC_ADDRESSING;

    return (mask & (SI_PSW_UNASSIGNED | mode)) == mode;
}

/* The address `back` bytes before, wrapping as the addressing mode does. */
uint64_t si_psw_step_back(uint64_t mask, uint64_t address, uint32_t back);

static inline bool si_psw_waits(uint64_t mask)
{
    return (mask & SI_PSW_WAIT) != 0;
}

/* A wait that no interruption class can end (S-6: machine checks count). */
static inline bool si_psw_wait_disabled(uint64_t mask)
{
    return si_psw_waits(mask) &&
           (mask & (SI_PSW_IO | SI_PSW_EXTERNAL | SI_PSW_MACHINE_CHECK)) == 0;
}

#endif
