/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A machine that is held still while its state is copied or replaced: no CPU
 * unparks, and what is injected is refused.
 */
#ifndef SI_CPU_HOLD_H
#define SI_CPU_HOLD_H

#include "cpu/machine.h"

/*
 * Keeps every CPU parked. False: one is not, or somebody else holds the
 * machine. paused: it has to be paused as well.
 */
bool si_hold_begin(struct s390irq_vm *vm, bool paused);

/* A CPU that came in the meantime finds attention raised. */
void si_hold_end(struct s390irq_vm *vm);

/* Why injections are refused: bits of vm->closed. */
#define SI_CLOSED_FOR_EVER 0x1u
#define SI_CLOSED_SAVED    0x2u /* until resume */
#define SI_CLOSED_LOADING  0x4u

/* Refuses injections from now on. False: this reason was there already. */
bool si_hold_close(struct s390irq_vm *vm, uint32_t reason);

/* This reason is gone. */
void si_hold_reopen(struct s390irq_vm *vm, uint32_t reason);

/* Makes a CPU that was plugged refuse what the machine refuses. */
void si_hold_follow(struct s390irq_vcpu *vcpu);

#endif
