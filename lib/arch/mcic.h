/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The machine-check interruption code (PoP ch. 11): which bits are conditions
 * and of what group, and which say that something stored is valid.
 */
#ifndef SI_ARCH_MCIC_H
#define SI_ARCH_MCIC_H

#include "arch/classes.h"

#define SI_MCIC_FAILING_ADDRESS S390IRQ_MCIC_FAILING_ADDRESS
#define SI_MCIC_EXTERNAL_CODE   S390IRQ_MCIC_EXTERNAL_CODE
#define SI_MCIC_DAMAGE_CODE \
    (S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_EXTERNAL_CODE)

#define SI_MCIC_EXIGENT \
    (S390IRQ_MCIC_SYSTEM_DAMAGE | S390IRQ_MCIC_PROCESSING_DAMAGE)

/*
 * The groups of repressible conditions, each with its submask in control
 * register 14. Timing, service-processor and channel-subsystem damage share
 * the one of external damage: that is a reading of the PoP in one place.
 */
#define SI_MCIC_DAMAGE                                           \
    (S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_TIMING_DAMAGE | \
     S390IRQ_MCIC_SERVICE_PROCESSOR | S390IRQ_MCIC_CHANNEL_SUBSYSTEM)
#define SI_MCIC_REPRESSIBLE                                    \
    (SI_MCIC_DAMAGE | S390IRQ_MCIC_CHANNEL_REPORT |            \
     S390IRQ_MCIC_SYSTEM_RECOVERY | S390IRQ_MCIC_DEGRADATION | \
     S390IRQ_MCIC_WARNING)

/* What goes with conditions of every group, as the injector knows it. */
#define SI_MCIC_MODIFIERS                                           \
    (S390IRQ_MCIC_BACKED_UP | S390IRQ_MCIC_STORAGE_ERROR |          \
     S390IRQ_MCIC_STORAGE_CORRECTED | S390IRQ_MCIC_KEY_ERROR |      \
     S390IRQ_MCIC_STORAGE_DEGRADED | S390IRQ_MCIC_FAILING_ADDRESS | \
     S390IRQ_MCIC_INDIRECT_STORAGE | S390IRQ_MCIC_DELAYED_ACCESS |  \
     S390IRQ_MCIC_ANCILLARY_REPORT)

#define SI_MCIC_CONDITIONS                                       \
    (SI_MCIC_EXIGENT | SI_MCIC_REPRESSIBLE | SI_MCIC_MODIFIERS | \
     SI_MCIC_EXTERNAL_CODE)

/* Validity of what was stored. */
#define SI_MCIC_PSW              UINT64_C(0x00000f0000000000) /* WP MS PM IA */
#define SI_MCIC_VECTOR           UINT64_C(0x0000004000000000)
#define SI_MCIC_FLOATING_POINT   UINT64_C(0x0000001000000000)
#define SI_MCIC_GENERAL          UINT64_C(0x0000000800000000)
#define SI_MCIC_CONTROL          UINT64_C(0x0000000400000000)
#define SI_MCIC_STORAGE_LOGICAL  UINT64_C(0x0000000100000000)
#define SI_MCIC_ACCESS           UINT64_C(0x0000000040000000)
#define SI_MCIC_GUARDED_STORAGE  UINT64_C(0x0000000008000000)
#define SI_MCIC_TOD_PROGRAMMABLE UINT64_C(0x0000000000200000)
#define SI_MCIC_FLOATING_CONTROL UINT64_C(0x0000000000100000)
#define SI_MCIC_CPU_TIMER        UINT64_C(0x0000000000020000)
#define SI_MCIC_CLOCK_COMPARATOR UINT64_C(0x0000000000010000)

/* All of them: what is no condition. */
#define SI_MCIC_VALIDITY                                                       \
    (SI_MCIC_PSW | SI_MCIC_VECTOR | SI_MCIC_FLOATING_POINT | SI_MCIC_GENERAL | \
     SI_MCIC_CONTROL | SI_MCIC_STORAGE_LOGICAL | SI_MCIC_ACCESS |              \
     SI_MCIC_GUARDED_STORAGE | SI_MCIC_TOD_PROGRAMMABLE |                      \
     SI_MCIC_FLOATING_CONTROL | SI_MCIC_CPU_TIMER | SI_MCIC_CLOCK_COMPARATOR)

/* The condition bits of a machine-check class. */
uint64_t si_mcic_of_class(uint32_t class_number);

/* The bits of the classes that these conditions are of. */
uint64_t si_mcic_classes(uint64_t conditions);

#endif
