/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What others tell a CPU to do: start, stop, restart, reset, set prefix. A
 * parked CPU is acted on at once, a running one finds the order at its next
 * deliver. Behind SIGP and the operator's calls alike.
 */
#ifndef SI_CPU_ORDERS_H
#define SI_CPU_ORDERS_H

#include "cpu/store_status.h"

/* Outcomes beside 0 = accepted. */
#define SI_ORDER_BUSY       1 /* one is outstanding, or the CPU is in motion */
#define SI_ORDER_CHECK_STOP 2 /* the CPU is in the check-stop state */
#define SI_ORDER_STATE      3 /* not in the state that the order needs */
#define SI_ORDER_GONE       4 /* unplugged meanwhile */
#define SI_ORDER_STOPPED    5 /* done, but for the status: it is the caller's */

/* Whether an order is outstanding, so that others find the CPU busy. */
bool si_orders_outstanding(const struct s390irq_vcpu *vcpu);

int si_orders_start(struct s390irq_vcpu *vcpu, const struct s390irq_cpu *cpu);
int si_orders_stop(struct s390irq_vcpu *vcpu);

/*
 * Stop and store status. Accepted by an operating CPU, which does both; of a
 * stopped one *status is copied, for the caller to store (SI_ORDER_STOPPED).
 */
int si_orders_stop_and_store(struct s390irq_vcpu *vcpu,
                             struct si_status *status);

/*
 * Copies the status of a stopped CPU, for the caller to store. Busy also when
 * its owner has not said yet what it has in its registers.
 */
int si_orders_copy_status(struct s390irq_vcpu *vcpu, struct si_status *status);

/*
 * A stop as an interruption record asks for it: refused only while a stop
 * pends. Answers the outcome of an injection or S390IRQ_E_STATE. With status
 * not NULL the CPU stores it too, or if it is stopped already (COALESCED) the
 * caller.
 */
int si_orders_request_stop(struct s390irq_vcpu *vcpu, struct si_status *status);
int si_orders_restart(struct s390irq_vcpu *vcpu);
int si_orders_set_prefix(struct s390irq_vcpu *vcpu, uint32_t prefix);

/* S390IRQ_RESET_*: never busy. */
void si_orders_reset(struct s390irq_vcpu *vcpu, uint32_t kind);

/*
 * [owner] Carries out a reset if one was posted, on these registers. Answers
 * S390IRQ_CHANGED_* for what it did.
 */
uint32_t si_orders_take_reset(struct s390irq_vcpu *vcpu,
                              struct s390irq_cpu *cpu);

#endif
