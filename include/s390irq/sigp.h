/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* SIGNAL PROCESSOR: orders from one CPU to another (PoP ch. 4). */
#ifndef S390IRQ_SIGP_H
#define S390IRQ_SIGP_H

#include <s390irq/base.h>

#define S390IRQ_SIGP_SENSE                 1
#define S390IRQ_SIGP_EXTERNAL_CALL         2
#define S390IRQ_SIGP_EMERGENCY_SIGNAL      3
#define S390IRQ_SIGP_START                 4
#define S390IRQ_SIGP_STOP                  5
#define S390IRQ_SIGP_RESTART               6
#define S390IRQ_SIGP_STOP_AND_STORE_STATUS 9
#define S390IRQ_SIGP_INITIAL_CPU_RESET     11
#define S390IRQ_SIGP_CPU_RESET             12
#define S390IRQ_SIGP_SET_PREFIX            13
#define S390IRQ_SIGP_STORE_STATUS          14 /* at address */
#define S390IRQ_SIGP_SET_ARCHITECTURE      18
#define S390IRQ_SIGP_CONDITIONAL_EMERGENCY 19
#define S390IRQ_SIGP_SENSE_RUNNING_STATUS  21
#define S390IRQ_SIGP_STORE_ADDITIONAL      23 /* status at address */

/* Status bits, with condition code 1. */
#define S390IRQ_STATUS_NOT_RUNNING           0x400
#define S390IRQ_STATUS_INCORRECT_STATE       0x200
#define S390IRQ_STATUS_INVALID_PARAMETER     0x100
#define S390IRQ_STATUS_EXTERNAL_CALL_PENDING 0x80
#define S390IRQ_STATUS_STOPPED               0x40
#define S390IRQ_STATUS_CHECK_STOP            0x10
#define S390IRQ_STATUS_INVALID_ORDER         0x02

S390IRQ_BEGIN_DECLS

/*
 * [A] Carries out a SIGP order. sender: the CPU that executes SIGP (any
 * thread may call for it); target: the CPU address as the guest gave it;
 * order: its low eight bits count; parameter: the parameter register, whose
 * low 32 bits count; *status: written with condition code 1 only.
 * Answers the condition code 0 to 3; S390IRQ_E_INVALID (sender or status
 * NULL); S390IRQ_E_NO_CPU (the sender is unplugged); S390IRQ_E_UNSUPPORTED
 * (a status is to be stored and there is no registers hook). Condition code 2
 * is for the guest: it will try again. Host code must never loop on it, since
 * the target may be waiting for this very thread. A CPU may signal itself;
 * stop, restart and resets of a running CPU are carried out at its next
 * deliver. Orders without a row above answer condition code 1, invalid order.
 */
S390IRQ_EXPORT int s390irq_vcpu_sigp(struct s390irq_vcpu *sender,
                                     uint32_t target, uint32_t order,
                                     uint64_t parameter, uint32_t *status);

S390IRQ_END_DECLS

#endif
