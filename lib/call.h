/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a call of deliver and one of prepare begin and end with. */
#ifndef SI_CALL_H
#define SI_CALL_H

#include "cpu/machine.h"

struct si_call {
    struct s390irq_vcpu *vcpu;
    struct si_delivery delivery;
    bool was_parked;
    uint32_t changed;
    struct s390irq_report report;
};

/* The caller's registers: their size, and whether the prefix is one. */
int si_call_check(const struct s390irq_cpu *cpu);

/* Takes the registers and the reasons; nothing is delivered yet. */
void si_call_begin(struct si_call *call, struct s390irq_vcpu *vcpu,
                   struct s390irq_cpu *cpu);

/* In vcpu->woken: it slept when the call of its owner began. */
#define SI_CALL_WOKEN 0x80000000u

/*
 * One of this kind was taken already, on the short way; 0: none. It is what
 * the CPU was woken for, if it was for anything.
 */
void si_call_took(struct si_call *call, uint32_t kind);

/*
 * Carries out what was posted. Answers S390IRQ_RUN if the CPU operates, else
 * the answer that says what keeps it from that.
 */
int si_call_state(struct si_call *call);

/* The state that the CPU enters by its own doing with this answer, or 0. */
uint32_t si_call_enters(const struct si_call *call, int answer, int end);

/*
 * What others need of a CPU that does not operate after this call: its other
 * registers, and its status if the stop order (stopping) says so.
 */
void si_call_stand_still(struct si_call *call, bool stopping);

/*
 * One try to leave the call with this answer, open for these classes; false:
 * something came up, and the CPU goes on.
 */
bool si_call_leave(struct si_call *call, int answer, uint64_t open,
                   uint32_t enters);

/*
 * What was taken since the last time settles the claims that were made for
 * it before: to be called before the CPU can be claimed again.
 */
void si_call_settle(struct si_call *call);

/*
 * Passes on what this CPU was claimed for and did not take, and routes the
 * classes that an abort or a commit made pending.
 */
void si_call_pass_on(struct s390irq_vcpu *vcpu, uint64_t given_back);

#endif
