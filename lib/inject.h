/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What the library itself makes pend for a CPU. */
#ifndef SI_INJECT_H
#define SI_INJECT_H

#include "cpu/machine.h"

/* A malfunction alert from the CPU with this address. Answers the outcome. */
int si_inject_malfunction(struct s390irq_vcpu *vcpu, uint32_t source);

#endif
