/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * THE table: every class of interruption that the library knows, one row
 * each. Everything that differs between classes is a column here; code looks
 * columns up and does not name classes.
 *
 * A class number is its priority and its bit in every word of pending and
 * open bits: higher is taken first (PoP ch. 6, priority of interruptions,
 * and external interruptions). Numbers that no row has are kept for classes
 * to come: 29 and 26 machine checks, 24 malfunction alert, 17 measurement
 * alert, 14 IUCV, 13 pfault init, 10 to 3 I/O by subclass.
 */
#ifndef SI_ARCH_CLASSES_H
#define SI_ARCH_CLASSES_H

#include <s390irq/interruption.h>

#include "arch/bits.h"
#include "arch/lowcore.h"
#include "arch/psw.h"

enum si_nature {
    SI_OWN = 1, /* raised by the CPU itself, in a slot of its owner */
    SI_FLAG,    /* latched, one bit, no payload */
    SI_SOURCES, /* latched, one per CPU that sends */
    SI_CALL,    /* latched, one slot with the CPU that sends */
    SI_LEVEL,   /* computed from registers and the clock */
    SI_SERVICE, /* the service-signal word */
    SI_RECORDS, /* a bounded queue of records */
    SI_ORDER,   /* not an interruption: what the CPU is told to do */
    SI_AT_ONCE, /* an order that is carried out when given: never pends */
};

/* Columns for what goes to the prefix area beside code and old PSW. */
#define SI_STORES_PARAMETER   0x1 /* parameter at 0x80 */
#define SI_STORES_PARAMETER64 0x2 /* parameter64 at 0x11b8 */

/* clang-format off */
/*
 * kind, class, name,
 *     nature, floating, PSW bit, CR0 submask, code, address, stores
 */
#define SI_CLASS_TABLE(row)                                                   \
    row(SUPERVISOR_CALL, 28, "supervisor call",                               \
        SI_OWN, 0, 0, 0, 0, 0, 0)                                             \
    row(PROGRAM, 27, "program",                                               \
        SI_OWN, 0, 0, 0, 0, 0, 0)                                             \
    row(INTERRUPT_KEY, 25, "interrupt key",                                   \
        SI_FLAG, 0, SI_PSW_EXTERNAL, 0x40, 0x0040, 0, 0)                      \
    row(EMERGENCY_SIGNAL, 23, "emergency signal",                             \
        SI_SOURCES, 0, SI_PSW_EXTERNAL, 0x4000, 0x1201, 0, 0)                 \
    row(EXTERNAL_CALL, 22, "external call",                                   \
        SI_CALL, 0, SI_PSW_EXTERNAL, 0x2000, 0x1202, 0, 0)                    \
    row(TOD_SYNC_CHECK, 21, "TOD-clock sync check",                           \
        SI_FLAG, 0, SI_PSW_EXTERNAL, 0x1000, 0x1003, 0, 0)                    \
    row(CLOCK_COMPARATOR, 20, "clock comparator",                             \
        SI_LEVEL, 0, SI_PSW_EXTERNAL, 0x800, 0x1004, 0, 0)                    \
    row(CPU_TIMER, 19, "CPU timer",                                           \
        SI_LEVEL, 0, SI_PSW_EXTERNAL, 0x400, 0x1005, 0, 0)                    \
    row(TIMING_ALERT, 18, "timing alert",                                     \
        SI_FLAG, 1, SI_PSW_EXTERNAL, 0x10, 0x1406, 0, 0)                      \
    row(WARNING_TRACK, 16, "warning track",                                   \
        SI_FLAG, 0, SI_PSW_EXTERNAL, 0x200000000, 0x1007, 0, 0)               \
    row(SERVICE_SIGNAL, 15, "service signal",                                 \
        SI_SERVICE, 1, SI_PSW_EXTERNAL, 0x200, 0x2401, 0, SI_STORES_PARAMETER)\
    row(PFAULT_DONE, 12, "pfault done",                                       \
        SI_RECORDS, 1, SI_PSW_EXTERNAL, 0x200, 0x2603, 0x0680,                \
        SI_STORES_PARAMETER64)                                                \
    row(VIRTIO, 11, "virtio",                                                 \
        SI_RECORDS, 1, SI_PSW_EXTERNAL, 0x200, 0x2603, 0x0d00,                \
        SI_STORES_PARAMETER | SI_STORES_PARAMETER64)                          \
    row(SET_PREFIX, 2, "set prefix",                                          \
        SI_AT_ONCE, 0, 0, 0, 0, 0, 0)                                         \
    row(RESTART, 1, "restart",                                                \
        SI_FLAG, 0, 0, 0, 0, 0, 0)                                            \
    row(STOP, 0, "stop",                                                      \
        SI_ORDER, 0, 0, 0, 0, 0, 0)
/* clang-format on */

enum si_class_number {
#define SI_CLASS_NUMBER(kind, number, ...) SI_CLASS_##kind = (number),
    SI_CLASS_TABLE(SI_CLASS_NUMBER)
#undef SI_CLASS_NUMBER
};

/* Numbers 0 to 29 are classes. */
#define SI_CLASS_COUNT 30

struct si_class {
    uint8_t kind;   /* S390IRQ_KIND_*; 0: no row has this number */
    uint8_t nature; /* enum si_nature */
    uint8_t floating;
    uint8_t stores;   /* SI_STORES_* */
    uint16_t code;    /* external-interruption code */
    uint16_t address; /* what 0x84 gets when there is no sending CPU */
    uint64_t psw;     /* PSW bit that enables the class; 0: always enabled */
    uint64_t cr0;     /* submask in control register 0; 0: none */
};

/* Indexed by class number. */
extern const struct si_class si_classes[SI_CLASS_COUNT];

/* Bits of all classes that pend at the VM. */
extern const uint64_t si_classes_floating;

/* The class of a kind, or -1: there is none. */
int si_classes_of_kind(uint32_t kind);

#endif
