/* SPDX-License-Identifier: BSD-3-Clause */
/* Which bits of the PSW mask does the VMM look at? (PoP ch. 4) */
#ifndef VMM_PSW_H
#define VMM_PSW_H

#include <stdint.h>

#define PSW_DAT UINT64_C(0x0400000000000000)
#define PSW_KEY UINT64_C(0x00f0000000000000)
/* Bit 12: one in a PSW of 8 bytes. */
#define PSW_SHORT UINT64_C(0x0008000000000000)
/* Address-space control, with DAT on. */
#define PSW_SPACE                UINT64_C(0x0000c00000000000)
#define PSW_SPACE_SHIFT          46
#define PSW_WAIT                 UINT64_C(0x0002000000000000)
#define PSW_PROBLEM              UINT64_C(0x0001000000000000)
#define PSW_CONDITION_CODE       UINT64_C(0x0000300000000000)
#define PSW_CONDITION_CODE_SHIFT 44
#define PSW_EXTENDED_ADDRESSING  UINT64_C(0x0000000100000000)
#define PSW_BASIC_ADDRESSING     UINT64_C(0x0000000080000000)
#define PSW_64_BIT               UINT64_C(0x0000000180000000)

#endif
