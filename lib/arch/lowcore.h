/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Where the prefix area holds what (PoP ch. 3, assigned storage locations). */
#ifndef SI_ARCH_LOWCORE_H
#define SI_ARCH_LOWCORE_H

#define SI_LOWCORE_SIZE 0x2000

/* The bits that a prefix can have: a multiple of 8 KiB below 2 GiB. */
#define SI_PREFIX_BITS 0x7fffe000u

#define SI_LOWCORE_EXTERNAL_PARAMETER        0x080
#define SI_LOWCORE_EXTERNAL_ADDRESS_AND_CODE 0x084
#define SI_LOWCORE_SVC_ILC_AND_CODE          0x088
#define SI_LOWCORE_PROGRAM_ILC_AND_CODE      0x08c
#define SI_LOWCORE_DATA_EXCEPTION_CODE       0x090
#define SI_LOWCORE_MONITOR_CLASS             0x094
#define SI_LOWCORE_PER_CODE                  0x096
#define SI_LOWCORE_PER_ADDRESS               0x098
#define SI_LOWCORE_EXCEPTION_ACCESS          0x0a0
#define SI_LOWCORE_PER_ACCESS                0x0a1
#define SI_LOWCORE_OPERAND_ACCESS            0x0a2
#define SI_LOWCORE_TRANSLATION_EXCEPTION     0x0a8
#define SI_LOWCORE_ARCHITECTURE              0x0a3
#define SI_LOWCORE_MONITOR_CODE              0x0b0
#define SI_LOWCORE_SUBCHANNEL                0x0b8
#define SI_LOWCORE_IO_PARAMETER              0x0bc
#define SI_LOWCORE_IO_WORD                   0x0c0
#define SI_LOWCORE_MACHINE_CHECK_CODE        0x0e8
#define SI_LOWCORE_EXTERNAL_DAMAGE           0x0f4
#define SI_LOWCORE_FAILING_ADDRESS           0x0f8
#define SI_LOWCORE_BREAKING_EVENT            0x110
#define SI_LOWCORE_RESTART_OLD_PSW           0x120
#define SI_LOWCORE_EXTERNAL_OLD_PSW          0x130
#define SI_LOWCORE_SVC_OLD_PSW               0x140
#define SI_LOWCORE_PROGRAM_OLD_PSW           0x150
#define SI_LOWCORE_MACHINE_CHECK_OLD_PSW     0x160
#define SI_LOWCORE_IO_OLD_PSW                0x170
#define SI_LOWCORE_RESTART_NEW_PSW           0x1a0
#define SI_LOWCORE_EXTERNAL_NEW_PSW          0x1b0
#define SI_LOWCORE_SVC_NEW_PSW               0x1c0
#define SI_LOWCORE_PROGRAM_NEW_PSW           0x1d0
#define SI_LOWCORE_MACHINE_CHECK_NEW_PSW     0x1e0
#define SI_LOWCORE_IO_NEW_PSW                0x1f0
#define SI_LOWCORE_EXTENDED_SAVE_AREA        0x11b0
#define SI_LOWCORE_EXTERNAL_PARAMETER_64     0x11b8
#define SI_LOWCORE_SAVE_AREA                 0x1200
#define SI_LOWCORE_TRANSACTION_BLOCK         0x1800
#define SI_LOWCORE_TRANSACTION_BLOCK_SIZE    256

/* The save area: what a stored status and a machine check have where. */
#define SI_SAVE_AREA_SIZE             0x200
#define SI_SAVE_AREA_FLOATING_POINT   0x000
#define SI_SAVE_AREA_GENERAL          0x080
#define SI_SAVE_AREA_PSW              0x100 /* machine check: fixed logout */
#define SI_SAVE_AREA_PREFIX           0x118
#define SI_SAVE_AREA_FLOATING_CONTROL 0x11c
#define SI_SAVE_AREA_TOD_PROGRAMMABLE 0x124
#define SI_SAVE_AREA_CPU_TIMER        0x128
#define SI_SAVE_AREA_CLOCK_COMPARATOR 0x130
#define SI_SAVE_AREA_ACCESS           0x140
#define SI_SAVE_AREA_CONTROL          0x180

/* The extended save area, and additional status: vectors are at its start. */
#define SI_EXTENDED_VECTOR_SIZE     512
#define SI_EXTENDED_GUARDED_STORAGE 1024
#define SI_GUARDED_STORAGE_SIZE     32

#endif
