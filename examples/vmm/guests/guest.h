/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What all parts of the self-test share: numbers and macros. */

/* S390IRQ_KIND_*: the places in the table of counters. */
#define KIND_UNEXPECTED 0
#define KIND_SUPERVISOR_CALL 1
#define KIND_PROGRAM 2
#define KIND_INTERRUPT_KEY 3
#define KIND_MALFUNCTION_ALERT 4
#define KIND_EMERGENCY_SIGNAL 5
#define KIND_EXTERNAL_CALL 6
#define KIND_TOD_SYNC_CHECK 7
#define KIND_CLOCK_COMPARATOR 8
#define KIND_CPU_TIMER 9
#define KIND_TIMING_ALERT 10
#define KIND_MEASUREMENT_ALERT 11
#define KIND_WARNING_TRACK 12
#define KIND_SERVICE_SIGNAL 13
#define KIND_IUCV 14
#define KIND_PFAULT_INIT 15
#define KIND_PFAULT_DONE 16
#define KIND_VIRTIO 17
#define KIND_RESTART 18
#define KIND_MACHINE_CHECK 21
#define KIND_IO 22
#define KIND_ADAPTER 23
#define COUNTERS 32

/* Outcomes of DIAGNOSE 0x600 and 0x612. */
#define QUEUED 0
#define COALESCED 1
#define BUSY 2
#define FULL 3
#define SUPPRESSED 4
#define REMEMBERED 5

/* SIGP orders. */
#define SENSE 1
#define EXTERNAL_CALL 2
#define EMERGENCY_SIGNAL 3
#define START 4
#define STOP 5
#define RESTART 6
#define STOP_AND_STORE_STATUS 9
#define INITIAL_CPU_RESET 11
#define CPU_RESET 12
#define SET_PREFIX 13
#define STORE_STATUS 14
#define SET_ARCHITECTURE 18
#define CONDITIONAL_EMERGENCY 19
#define SENSE_RUNNING_STATUS 21
#define STORE_ADDITIONAL_STATUS 23

/* Subclass masks in control register 0. */
#define OPEN_WARNING_TRACK 0x200000000
#define OPEN_MALFUNCTION_ALERT 0x8000
#define OPEN_EMERGENCY_SIGNAL 0x4000
#define OPEN_EXTERNAL_CALL 0x2000
#define OPEN_TOD_SYNC_CHECK 0x1000
#define OPEN_CLOCK_COMPARATOR 0x800
#define OPEN_CPU_TIMER 0x400
#define OPEN_SERVICE 0x200
#define OPEN_INTERRUPT_KEY 0x40
#define OPEN_MEASUREMENT_ALERT 0x20
#define OPEN_TIMING_ALERT 0x10
#define OPEN_IUCV 0x2
#define OPEN_ALL 0x20000fe72

/* Interruption subclasses in control register 6. */
#define OPEN_ISC(isc) (0x80000000 >> (isc))
#define OPEN_EVERY_ISC 0xff000000

/* Subclass masks of machine checks in control register 14. */
#define OPEN_CHANNEL_REPORT 0x10000000
#define OPEN_RECOVERY 0x08000000
#define OPEN_DEGRADATION 0x04000000
#define OPEN_DAMAGE 0x02000000
#define OPEN_WARNING 0x01000000
#define OPEN_EVERY_CHECK 0x1f000000

/* PSW masks. */
#define PSW_CLOSED 0x0000000180000000
#define PSW_OPEN 0x0100000180000000
#define PSW_WAIT_OPEN 0x0102000180000000
#define PSW_WAIT_IO 0x0202000180000000
#define PSW_CHECK 0x0004000180000000
#define PSW_WAIT_CHECK 0x0006000180000000
#define PSW_ALL_OPEN 0x0304000180000000
#define PSW_WAIT_CLOSED 0x0002000180000000
#define PSW_PROBLEM 0x0001000180000000

/* Conditions in the machine-check interruption code. */
#define PROCESSING_DAMAGE 0x4000000000000000
#define RECOVERY 0x2000000000000000
#define DAMAGE 0x0c30000000000000 /* all that go with OPEN_DAMAGE */
#define EXTERNAL_DAMAGE 0x0400000000000000
#define DEGRADATION 0x0100000000000000
#define WARNING 0x0080000000000000
#define CHANNEL_REPORT 0x0040000000000000
#define EXTERNAL_CODE 0x0000002000000000
/* What is valid with every machine check; with a vector save area. */
#define VALID 0x00000f1d40330000
#define VALID_VECTOR 0x0000004000000000

/* Lowcore, as the architecture has it. */
#define EXT_PARAMETER 0x80
#define EXT_ADDRESS 0x84
#define EXT_CODE 0x86
#define SVC_ILC 0x88
#define SVC_CODE 0x8a
#define PGM_ILC 0x8c
#define PGM_CODE 0x8e
#define PGM_DXC 0x90
#define PGM_MONITOR_CLASS 0x94
#define ARCHITECTURE 0xa3
#define PGM_MONITOR_CODE 0xb0
#define IO_SUBCHANNEL 0xb8
#define IO_PARAMETER 0xbc
#define IO_WORD 0xc0
#define CHECK_CODE 0xe8
#define CHECK_DAMAGE 0xf4
#define RESTART_OLD 0x120
#define EXT_OLD 0x130
#define SVC_OLD 0x140
#define PGM_OLD 0x150
#define CHECK_OLD 0x160
#define IO_OLD 0x170
#define EXT_NEW 0x1b0
#define SVC_NEW 0x1c0
#define PGM_NEW 0x1d0
#define EXTENDED_SAVE_AREA 0x11b0
#define EXT_PARAMETER64 0x11b8

/* The save areas of machine checks and of SIGP, from 0x1200 on. */
#define SAVE_AREA 0x1200
#define SAVED_FLOATING 0x000
#define SAVED_GENERAL 0x080
#define SAVED_PSW 0x100
#define SAVED_PREFIX 0x118
#define SAVED_FLOATING_CONTROL 0x11c
#define SAVED_TOD_PROGRAMMABLE 0x124
#define SAVED_TIMER 0x128
#define SAVED_COMPARATOR 0x130
#define SAVED_ACCESS 0x140
#define SAVED_CONTROL 0x180

/* Lowcore, as this guest uses what is free of it: one copy for each CPU. */
#define LC_SAVE_EXT 0x200
#define LC_SAVE_SVC 0x280
#define LC_SAVE_PGM 0x300
#define LC_SAVE_RESTART 0x380
#define LC_COUNTERS 0x400 /* this CPU's block in the table */
#define LC_LOG_BASE 0x408 /* the log of what was taken ... */
#define LC_LOG 0x410      /* ... its next entry ... */
#define LC_LOG_END 0x418  /* ... and its end */
#define LC_FLAGS 0x420    /* one byte: FLAG_* */
#define LC_BYTE 0x421     /* operand of STOSM and STNSM */
#define LC_CPU 0x422      /* u16: CPU address */
#define LC_MARK 0x424     /* u32: tells one prefix area from the other */
#define LC_PGM_RESUME 0x428 /* where to go on after a program check */
#define LC_RESTART_ENTRY 0x430 /* where a restart begins, 0: it resumes */
#define LC_CR0 0x438
#define LC_TOD 0x440
#define LC_TIMER 0x448
#define LC_OLD_EXT 0x450     /* latest external old PSW, as stored */
#define LC_OLD_PGM 0x460     /* likewise */
#define LC_OLD_RESTART 0x470 /* likewise */
#define LC_WAIT_PSW 0x480
#define LC_SAVE_IO 0x490
#define LC_SAVE_CHECK 0x510
#define LC_OLD_IO 0x590
#define LC_OLD_CHECK 0x5a0
#define LC_NEXT_PSW 0x5b0 /* see BECOME */
#define LC_CR6 0x5c0
#define LC_CR14 0x5c8
#define LC_END 0x5d0

#define FLAG_ONE 0x01        /* after one interruption: closed */
#define FLAG_KEEP_TIMERS 0x02 /* do not withdraw timer conditions */

/* Prefix areas of CPU 1. */
#define AREA_1 0x4000
#define AREA_2 0x6000

/* An entry of the log: tag u16, detail u16, parameter u32, parameter64. */
#define LOG_ENTRY 16
#define TAG_SUPERVISOR_CALL 0x0a00 /* + code; detail: ILC */
#define TAG_PROGRAM 0x0b00         /* + code; detail: ILC */
#define TAG_RESTART 0x0c00
#define TAG_IO 0x0d00            /* + ISC, 0x10: adapter; detail: subchannel */
#define TAG_MACHINE_CHECK 0x0e00 /* parameters: damage code, MCIC */

/*
 * Unless the condition holds, the test has failed; its result code is
 * PART * 1000 and the number of the line.
 */
#define MUST(condition)               \
    j##condition 99f;                 \
    lgfi %r2, (PART * 1000 + __LINE__); \
    jg failed;                        \
    99:

/* A register is what it should be. */
#define MUST_BE(register, value) \
    cgfi register, value;        \
    MUST(e)

/* The bytes at offset(base) are those at the label. */
#define MUST_EQUAL(label, bytes, offset, base) \
    larl %r5, label;                           \
    clc offset(bytes, base), 0(%r5);           \
    MUST(e)

/* The log is this table, no more and no less; it is empty afterwards. */
#define MUST_HAVE_TAKEN(table)      \
    larl %r2, table;                \
    lgfi %r3, table##_end - table;  \
    brasl %r14, log_compare;        \
    MUST_BE(%r2, 0)

#define ENTER                   \
    stmg %r6, %r15, 48(%r15);   \
    aghi %r15, -160

#define LEAVE                   \
    lmg %r6, %r15, 208(%r15);   \
    br %r14

/* signal: order in r2, CPU in r3, parameter in r4; r2 = cc, r3 = status. */
#define SIGNAL(order, cpu)   \
    lghi %r2, order;         \
    lghi %r3, cpu;           \
    brasl %r14, signal

#define MUST_ANSWER(code) MUST_BE(%r2, code)

/* DIAGNOSE 0x600: r3 = outcome. */
#define INJECT(request)       \
    larl %r2, request;        \
    diag %r2, %r3, 0x600

/* One taken, of those that are open in control register 0. */
#define WAIT_FOR(open)        \
    llihf %r2, (open) >> 32;  \
    iilf %r2, (open) & 0xffffffff; \
    brasl %r14, wait_one

/* Everything taken that is pending and open. */
#define TAKE(open)            \
    llihf %r2, (open) >> 32;  \
    iilf %r2, (open) & 0xffffffff; \
    brasl %r14, take_all

/* The same for I/O, r2 being control register 6. */
#define WAIT_FOR_IO(open)     \
    llilf %r2, open;          \
    brasl %r14, wait_io

#define TAKE_IO(open)         \
    llilf %r2, open;          \
    brasl %r14, take_io

/* The same for machine checks, r2 being control register 14. */
#define WAIT_FOR_CHECK(open)  \
    llilf %r2, open;          \
    brasl %r14, wait_check

#define TAKE_CHECKS(open)     \
    llilf %r2, open;          \
    brasl %r14, take_checks

/* Goes on with the PSW mask at the label. */
#define BECOME(mask)                \
    larl %r1, mask;                 \
    mvc LC_NEXT_PSW(8), 0(%r1);     \
    larl %r1, 97f;                  \
    stg %r1, LC_NEXT_PSW + 8;       \
    lpswe LC_NEXT_PSW;              \
    97:

/* An entry of the log. */
    .macro taken tag, detail=0, parameter=0, parameter64=0
    .short \tag, \detail
    .long \parameter
    .quad \parameter64
    .endm

    .macro taken_io isc, number, parameter
    taken TAG_IO + \isc, \number, \parameter, \
        0x0001000000000000 + (\number << 32) + (\isc << 27)
    .endm

    .macro taken_adapter isc
    taken TAG_IO + 0x10 + \isc, 0, 0, 0x80000000 + (\isc << 27)
    .endm

/* A request for DIAGNOSE 0x600: 24 bytes, on a doubleword. */
    .macro request kind, cpu=0, parameter=0, parameter64=0, repetitions=1
    .short \kind, \cpu
    .long \parameter
    .quad \parameter64
    .long \repetitions, 0
    .endm
