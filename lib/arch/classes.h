/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * THE table: every class of interruption that the library knows, one row
 * each. Everything that differs between classes is a column here; code looks
 * columns up and does not name classes.
 *
 * A class number is its priority and its bit in every word of pending and
 * open bits: higher is taken first (PoP ch. 6, priority of interruptions,
 * and external interruptions). Numbers from 32 on are never masked and never
 * float: they are bits of what is ready, not of the words (see
 * SI_CLASS_WORD_COUNT). Number 10 is free, for one more external interruption;
 * if it is to have another priority, the rows between move down by one.
 */
#ifndef SI_ARCH_CLASSES_H
#define SI_ARCH_CLASSES_H

#include <s390irq/interruption.h>

#include "arch/bits.h"
#include "arch/lowcore.h"
#include "arch/psw.h"

enum si_nature {
    SI_OWN = 1,   /* raised by the CPU itself, in a slot of its owner */
    SI_FLAG,      /* latched, one bit, no payload */
    SI_SOURCES,   /* latched, one per CPU that sends */
    SI_CALL,      /* latched, one slot with the CPU that sends */
    SI_PARAMETER, /* latched, parameters that are ORed */
    SI_SUBCODE,   /* latched, one slot with a subcode */
    SI_LEVEL,     /* computed from registers and the clock */
    SI_SERVICE,   /* the service-signal word */
    SI_RECORDS,   /* a bounded queue of records */
    SI_MACHINE,   /* a machine-check group, merged in its slot */
    SI_IO,        /* one entry per subchannel, and adapters, of an ISC */
    SI_ORDER,     /* not an interruption: what the CPU is told to do */
    SI_AT_ONCE,   /* an order that is carried out when given: never pends */
};

/* Where a class pends. */
#define SI_LOCAL    0x1
#define SI_FLOATING 0x2

/* Columns for what goes to the prefix area beside code and old PSW. */
#define SI_STORES_PARAMETER   0x1 /* parameter at 0x80 */
#define SI_STORES_PARAMETER64 0x2 /* parameter64 at 0x11b8 */
#define SI_STORES_SOURCE      0x4 /* source at 0x84, not `address` */

/* clang-format off */
/*
 * name, kind, class, text,
 *     nature, scope, PSW bit, control register, submask, code, address, stores
 */
#define SI_CLASS_TABLE(row)                                                   \
    row(SET_PREFIX, SET_PREFIX, 35, "set prefix",                             \
        SI_AT_ONCE, 0, 0, 0, 0, 0, 0, 0)                                      \
    row(EXIGENT, MACHINE_CHECK, 34, "exigent machine check",                  \
        SI_MACHINE, SI_LOCAL, SI_PSW_MACHINE_CHECK, 0, 0, 0, 0, 0)            \
    row(SUPERVISOR_CALL, SUPERVISOR_CALL, 33, "supervisor call",              \
        SI_OWN, SI_LOCAL, 0, 0, 0, 0, 0, 0)                                   \
    row(PROGRAM, PROGRAM, 32, "program",                                      \
        SI_OWN, SI_LOCAL, 0, 0, 0, 0, 0, 0)                                   \
    row(CHANNEL_REPORT, MACHINE_CHECK, 30, "channel report",                  \
        SI_MACHINE, SI_LOCAL | SI_FLOATING, SI_PSW_MACHINE_CHECK,             \
        14, 0x10000000, 0, 0, 0)                                              \
    row(RECOVERY, MACHINE_CHECK, 29, "system recovery",                       \
        SI_MACHINE, SI_LOCAL | SI_FLOATING, SI_PSW_MACHINE_CHECK,             \
        14, 0x08000000, 0, 0, 0)                                              \
    row(DEGRADATION, MACHINE_CHECK, 28, "degradation",                        \
        SI_MACHINE, SI_LOCAL | SI_FLOATING, SI_PSW_MACHINE_CHECK,             \
        14, 0x04000000, 0, 0, 0)                                              \
    row(DAMAGE, MACHINE_CHECK, 27, "external damage",                         \
        SI_MACHINE, SI_LOCAL | SI_FLOATING, SI_PSW_MACHINE_CHECK,             \
        14, 0x02000000, 0, 0, 0)                                              \
    row(WARNING, MACHINE_CHECK, 26, "warning",                                \
        SI_MACHINE, SI_LOCAL | SI_FLOATING, SI_PSW_MACHINE_CHECK,             \
        14, 0x01000000, 0, 0, 0)                                              \
    row(INTERRUPT_KEY, INTERRUPT_KEY, 25, "interrupt key",                    \
        SI_FLAG, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x40, 0x0040, 0, 0)            \
    row(MALFUNCTION_ALERT, MALFUNCTION_ALERT, 24, "malfunction alert",        \
        SI_SOURCES, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x8000, 0x1200, 0,          \
        SI_STORES_SOURCE)                                                     \
    row(EMERGENCY_SIGNAL, EMERGENCY_SIGNAL, 23, "emergency signal",           \
        SI_SOURCES, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x4000, 0x1201, 0,          \
        SI_STORES_SOURCE)                                                     \
    row(EXTERNAL_CALL, EXTERNAL_CALL, 22, "external call",                    \
        SI_CALL, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x2000, 0x1202, 0,             \
        SI_STORES_SOURCE)                                                     \
    row(TOD_SYNC_CHECK, TOD_SYNC_CHECK, 21, "TOD-clock sync check",           \
        SI_FLAG, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x1000, 0x1003, 0, 0)          \
    row(CLOCK_COMPARATOR, CLOCK_COMPARATOR, 20, "clock comparator",           \
        SI_LEVEL, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x800, 0x1004, 0, 0)          \
    row(CPU_TIMER, CPU_TIMER, 19, "CPU timer",                                \
        SI_LEVEL, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x400, 0x1005, 0, 0)          \
    row(TIMING_ALERT, TIMING_ALERT, 18, "timing alert",                       \
        SI_FLAG, SI_FLOATING, SI_PSW_EXTERNAL, 0, 0x10, 0x1406, 0, 0)         \
    row(MEASUREMENT_ALERT, MEASUREMENT_ALERT, 17, "measurement alert",        \
        SI_PARAMETER, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x20, 0x1407, 0,          \
        SI_STORES_PARAMETER)                                                  \
    row(WARNING_TRACK, WARNING_TRACK, 16, "warning track",                    \
        SI_FLAG, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x200000000, 0x1007, 0, 0)     \
    row(SERVICE_SIGNAL, SERVICE_SIGNAL, 15, "service signal",                 \
        SI_SERVICE, SI_FLOATING, SI_PSW_EXTERNAL, 0, 0x200, 0x2401, 0,        \
        SI_STORES_PARAMETER)                                                  \
    row(IUCV, IUCV, 14, "IUCV",                                               \
        SI_SUBCODE, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x2, 0x4000, 0,             \
        SI_STORES_SOURCE)                                                     \
    row(PFAULT_INIT, PFAULT_INIT, 13, "pfault init",                          \
        SI_RECORDS, SI_LOCAL, SI_PSW_EXTERNAL, 0, 0x200, 0x2603, 0x0600,      \
        SI_STORES_PARAMETER64)                                                \
    row(PFAULT_DONE, PFAULT_DONE, 12, "pfault done",                          \
        SI_RECORDS, SI_FLOATING, SI_PSW_EXTERNAL, 0, 0x200, 0x2603, 0x0680,   \
        SI_STORES_PARAMETER64)                                                \
    row(VIRTIO, VIRTIO, 11, "virtio",                                         \
        SI_RECORDS, SI_FLOATING, SI_PSW_EXTERNAL, 0, 0x200, 0x2603, 0x0d00,   \
        SI_STORES_PARAMETER | SI_STORES_PARAMETER64)                          \
    row(IO_0, IO, 9, "I/O ISC 0",                                            \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x80000000, 0, 0, 0)                \
    row(IO_1, IO, 8, "I/O ISC 1",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x40000000, 0, 0, 0)                \
    row(IO_2, IO, 7, "I/O ISC 2",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x20000000, 0, 0, 0)                \
    row(IO_3, IO, 6, "I/O ISC 3",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x10000000, 0, 0, 0)                \
    row(IO_4, IO, 5, "I/O ISC 4",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x08000000, 0, 0, 0)                \
    row(IO_5, IO, 4, "I/O ISC 5",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x04000000, 0, 0, 0)                \
    row(IO_6, IO, 3, "I/O ISC 6",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x02000000, 0, 0, 0)                \
    row(IO_7, IO, 2, "I/O ISC 7",                                             \
        SI_IO, SI_FLOATING, SI_PSW_IO, 6, 0x01000000, 0, 0, 0)                \
    row(RESTART, RESTART, 1, "restart",                                       \
        SI_FLAG, SI_LOCAL, 0, 0, 0, 0, 0, 0)                                  \
    row(STOP, STOP, 0, "stop",                                                \
        SI_ORDER, SI_LOCAL, 0, 0, 0, 0, 0, 0)
/* clang-format on */

enum si_class_number {
#define SI_CLASS_NUMBER(name, kind, number, ...) SI_CLASS_##name = (number),
    SI_CLASS_TABLE(SI_CLASS_NUMBER)
#undef SI_CLASS_NUMBER
};

/* Classes below this are bits of the words of pending and open bits. */
#define SI_CLASS_WORD_COUNT 31
#define SI_CLASS_COUNT      36

/* The class of an ISC, and of an ISC's bit: 0x80 is ISC 0. */
#define SI_CLASS_IO(isc)           (SI_CLASS_IO_0 - (isc))
#define SI_CLASS_IO_BIT(isc)       (SI_BIT(SI_CLASS_IO_0) >> (isc))
#define SI_CLASS_IO_BITS(isc_mask) ((uint64_t)(isc_mask) << SI_CLASS_IO_7)
#define SI_CLASS_ISC(number)       (SI_CLASS_IO_0 - (number))

/* The subclass masks of the ISCs are in the order of the classes. */
#define SI_CLASS_IO_SUBMASK_SHIFT (31 - SI_CLASS_IO_0)

/* The bits of the repressible machine-check groups. */
#define SI_CLASS_REPRESSIBLE \
    (SI_BIT(SI_CLASS_CHANNEL_REPORT + 1) - SI_BIT(SI_CLASS_WARNING))
/* The bits of all machine-check groups, among what is ready. */
#define SI_CLASS_MACHINE_CHECKS \
    (SI_CLASS_REPRESSIBLE | SI_BIT(SI_CLASS_EXIGENT))

struct si_class {
    uint8_t kind;     /* S390IRQ_KIND_*; 0: no row has this number */
    uint8_t nature;   /* enum si_nature */
    uint8_t scope;    /* SI_LOCAL, SI_FLOATING */
    uint8_t stores;   /* SI_STORES_* */
    uint8_t control;  /* the control register of the submask */
    uint16_t code;    /* external-interruption code */
    uint16_t address; /* what 0x84 gets when there is no source */
    uint64_t psw;     /* PSW bit that enables the class; 0: always enabled */
    uint64_t submask; /* bit in the control register; 0: none */
};

/* Indexed by class number. */
extern const struct si_class si_classes[SI_CLASS_COUNT];

/* The row of a class whose number is known when this is compiled. */
static inline struct si_class si_classes_row(enum si_class_number number)
{
    struct si_class row = { 0 };

    switch (number) {
#define SI_CLASS_CASE(name, kind_, number_, text, nature_, scope_, psw_, \
                      control_, submask_, code_, address_, stores_)      \
    case (number_):                                                      \
        row.kind = S390IRQ_KIND_##kind_;                                 \
        row.control = (control_);                                        \
        row.code = (code_);                                              \
        row.psw = (psw_);                                                \
        row.submask = (submask_);                                        \
        break;
        SI_CLASS_TABLE(SI_CLASS_CASE)
#undef SI_CLASS_CASE
    }
    return row;
}

/* Bits of all classes that pend at the VM. */
extern const uint64_t si_classes_floating;

/* What the architecture calls the class: finer than the name of its kind. */
const char *si_classes_name(uint32_t number);

static inline bool si_classes_floats(uint32_t number)
{
    return (si_classes[number].scope & SI_FLOATING) != 0;
}

static inline bool si_classes_is_local(uint32_t number)
{
    return (si_classes[number].scope & SI_LOCAL) != 0;
}

/*
 * The class of a kind, or -1: there is none. A machine check and an I/O
 * interruption have one of several: the highest row of their kind is answered,
 * and the record says which it is.
 */
int si_classes_of_kind(uint32_t kind);

/* Whether there is such a kind of interruption. */
bool si_classes_known(uint32_t kind);

#endif
