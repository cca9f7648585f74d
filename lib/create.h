/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How a CPU comes and goes. */
#ifndef SI_CREATE_H
#define SI_CREATE_H

#include "cpu/machine.h"

/* Frees a CPU; NULL does nothing. */
void si_create_free(struct s390irq_vcpu *vcpu);

#endif
