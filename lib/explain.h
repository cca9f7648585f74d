/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Explanations one by one, for the calls that give them as data or as text. */
#ifndef SI_EXPLAIN_H
#define SI_EXPLAIN_H

#include "cpu/machine.h"

/* Called for each, highest priority first; locks may be held. */
typedef void si_explain_each(void *to,
                             const struct s390irq_explanation *explanation);

void si_explain(struct s390irq_vcpu *vcpu, si_explain_each *each, void *to);

#endif
