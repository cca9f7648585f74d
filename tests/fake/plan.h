/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Delivery in two halves, as an embedder makes them. */
#ifndef PLAN_H
#define PLAN_H

#include "fake.h"

int plan_prepare(struct fake *fake, uint32_t address,
                 struct s390irq_plan *plan);
int plan_commit(struct fake *fake, uint32_t address,
                const struct s390irq_plan *plan);
/* What the embedder does between the halves. */
void plan_carry_out(struct fake *fake, struct s390irq_plan *plan);

#endif
