/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The registers that the library does not run on: kept of a CPU that is not
 * operating, so that others can store its status without its thread.
 */
#ifndef SI_CPU_REGISTERS_H
#define SI_CPU_REGISTERS_H

#include "cpu/machine.h"

/*
 * [owner] Gets them from the host if the CPU is stopped and they are not
 * there yet; stopping: it is about to be stopped.
 */
void si_registers_fetch(struct s390irq_vcpu *vcpu, bool stopping);

/*
 * With the lock held: the CPU starts, and will change them. Loaded ones stay
 * until its owner has been told of them and the CPU has run.
 */
void si_registers_forget(struct s390irq_vcpu *vcpu);

/* [owner] The CPU has run since the last call: it has changed them. */
void si_registers_ran(struct s390irq_vcpu *vcpu);

/* With the lock held: a clear reset. */
void si_registers_clear(struct s390irq_vcpu *vcpu);

/* Copies them out; false: they are not there. */
bool si_registers_copy(struct s390irq_vcpu *vcpu,
                       struct s390irq_registers *registers);

#endif
