/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The bits and offsets of the architecture that the tests check against,
 * written down here a second time, from the Principles of Operation, so that
 * an error in the library's own tables cannot hide itself.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include <stdint.h>

/* PSW (PoP ch. 4, program-status-word format). */
#define PSW_PER           UINT64_C(0x4000000000000000)
#define PSW_DAT           UINT64_C(0x0400000000000000)
#define PSW_IO            UINT64_C(0x0200000000000000)
#define PSW_EXTERNAL      UINT64_C(0x0100000000000000)
#define PSW_MACHINE_CHECK UINT64_C(0x0004000000000000)
#define PSW_WAIT          UINT64_C(0x0002000000000000)
#define PSW_PROBLEM       UINT64_C(0x0001000000000000)
#define PSW_24            UINT64_C(0)
#define PSW_31            UINT64_C(0x0000000080000000)
#define PSW_64            UINT64_C(0x0000000180000000)

/* Control register 0, external-interruption submasks (PoP ch. 6). */
#define CR0_CLOCK_SIGN        UINT64_C(0x0020000000000000)
#define CR0_WARNING_TRACK     UINT64_C(0x200000000)
#define CR0_MALFUNCTION_ALERT UINT64_C(0x8000)
#define CR0_EMERGENCY_SIGNAL  UINT64_C(0x4000)
#define CR0_EXTERNAL_CALL     UINT64_C(0x2000)
#define CR0_TOD_SYNC_CHECK    UINT64_C(0x1000)
#define CR0_CLOCK_COMPARATOR  UINT64_C(0x800)
#define CR0_CPU_TIMER         UINT64_C(0x400)
#define CR0_SERVICE_SIGNAL    UINT64_C(0x200)
#define CR0_INTERRUPT_KEY     UINT64_C(0x40)
#define CR0_MEASUREMENT_ALERT UINT64_C(0x20)
#define CR0_IUCV              UINT64_C(0x2)
#define CR0_TIMING_ALERT      UINT64_C(0x10)
#define CR0_EVERY_EXTERNAL                                              \
    (CR0_WARNING_TRACK | CR0_MALFUNCTION_ALERT | CR0_EMERGENCY_SIGNAL | \
     CR0_MEASUREMENT_ALERT | CR0_IUCV | CR0_EXTERNAL_CALL |             \
     CR0_TOD_SYNC_CHECK | CR0_CLOCK_COMPARATOR | CR0_CPU_TIMER |        \
     CR0_SERVICE_SIGNAL | CR0_INTERRUPT_KEY | CR0_TIMING_ALERT)

/* Control registers 6 (I/O interruptions) and 14 (machine checks). */
#define CR6_ISC(isc)         (UINT64_C(0x80000000) >> (isc))
#define CR6_EVERY_ISC        UINT64_C(0xff000000)
#define CR14_CHANNEL_REPORT  UINT64_C(0x10000000)
#define CR14_RECOVERY        UINT64_C(0x08000000)
#define CR14_DEGRADATION     UINT64_C(0x04000000)
#define CR14_EXTERNAL_DAMAGE UINT64_C(0x02000000)
#define CR14_WARNING         UINT64_C(0x01000000)
#define CR14_EVERY           UINT64_C(0x1f000000)

/* I/O interruption-identification words (PoP ch. 16). */
#define IO_WORD(isc)         ((uint32_t)(isc) << 27)
#define IO_ADAPTER_WORD(isc) (0x80000000u | IO_WORD(isc))

/* Assigned storage locations, from the prefix on (PoP ch. 3). */
#define LOWCORE_EXTERNAL_PARAMETER    0x80
#define LOWCORE_EXTERNAL_CPU          0x84
#define LOWCORE_EXTERNAL_CODE         0x86
#define LOWCORE_SVC_ILC               0x88
#define LOWCORE_SVC_CODE              0x8a
#define LOWCORE_PROGRAM_ILC           0x8c
#define LOWCORE_PROGRAM_CODE          0x8e
#define LOWCORE_DATA_EXCEPTION        0x90
#define LOWCORE_MONITOR_CLASS         0x94
#define LOWCORE_PER_CODE              0x96
#define LOWCORE_PER_ATMID             0x97
#define LOWCORE_PER_ADDRESS           0x98
#define LOWCORE_EXCEPTION_ACCESS      0xa0
#define LOWCORE_PER_ACCESS            0xa1
#define LOWCORE_OPERAND_ACCESS        0xa2
#define LOWCORE_TRANSLATION_EXCEPTION 0xa8
#define LOWCORE_ARCHITECTURE          0xa3
#define LOWCORE_MONITOR_CODE          0xb0
#define LOWCORE_SUBCHANNEL            0xb8
#define LOWCORE_IO_PARAMETER          0xbc
#define LOWCORE_IO_WORD               0xc0
#define LOWCORE_MACHINE_CHECK_CODE    0xe8
#define LOWCORE_EXTERNAL_DAMAGE       0xf4
#define LOWCORE_FAILING_ADDRESS       0xf8
#define LOWCORE_BREAKING_EVENT        0x110
#define LOWCORE_RESTART_OLD           0x120
#define LOWCORE_EXTERNAL_OLD          0x130
#define LOWCORE_SVC_OLD               0x140
#define LOWCORE_PROGRAM_OLD           0x150
#define LOWCORE_MACHINE_CHECK_OLD     0x160
#define LOWCORE_IO_OLD                0x170
#define LOWCORE_RESTART_NEW           0x1a0
#define LOWCORE_EXTERNAL_NEW          0x1b0
#define LOWCORE_SVC_NEW               0x1c0
#define LOWCORE_PROGRAM_NEW           0x1d0
#define LOWCORE_MACHINE_CHECK_NEW     0x1e0
#define LOWCORE_IO_NEW                0x1f0
#define LOWCORE_EXTENDED_SAVE_AREA    0x11b0
#define LOWCORE_EXTERNAL_PARAMETER64  0x11b8
#define LOWCORE_SAVE_AREA             0x1200
#define LOWCORE_TRANSACTION_BLOCK     0x1800
#define LOWCORE_SIZE                  0x2000

/* External-interruption codes, and subcodes of 2603. */
#define EXTERNAL_INTERRUPT_KEY     0x0040
#define EXTERNAL_CLOCK_COMPARATOR  0x1004
#define EXTERNAL_CPU_TIMER         0x1005
#define EXTERNAL_WARNING_TRACK     0x1007
#define EXTERNAL_TOD_SYNC_CHECK    0x1003
#define EXTERNAL_MALFUNCTION_ALERT 0x1200
#define EXTERNAL_EMERGENCY_SIGNAL  0x1201
#define EXTERNAL_MEASUREMENT_ALERT 0x1407
#define EXTERNAL_IUCV              0x4000
#define EXTERNAL_CALL              0x1202
#define EXTERNAL_TIMING_ALERT      0x1406
#define EXTERNAL_SERVICE_SIGNAL    0x2401
#define EXTERNAL_CP_SERVICE        0x2603
#define CP_SERVICE_PFAULT_INIT     0x0600
#define CP_SERVICE_PFAULT_DONE     0x0680
#define CP_SERVICE_VIRTIO          0x0d00

/* Types of the 16-byte interruption record of Linux KVM. */
#define KVM_STOP             0xfffe0000u
#define KVM_PROGRAM          0xfffe0001u
#define KVM_SET_PREFIX       0xfffe0002u
#define KVM_RESTART          0xfffe0003u
#define KVM_PFAULT_INIT      0xfffe0004u
#define KVM_PFAULT_DONE      0xfffe0005u
#define KVM_MACHINE_CHECK    0xfffe1000u
#define KVM_CLOCK_COMPARATOR 0xffff1004u
#define KVM_CPU_TIMER        0xffff1005u
#define KVM_EMERGENCY        0xffff1201u
#define KVM_EXTERNAL_CALL    0xffff1202u
#define KVM_SERVICE          0xffff2401u
#define KVM_VIRTIO           0xffff2603u

struct kvm_record {
    uint32_t type;
    uint32_t parm;
    uint64_t parm64;
};

#endif
