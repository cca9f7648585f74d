/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Carries a taking out on guest storage, and swaps the PSW. */
#ifndef SI_DELIVER_APPLY_H
#define SI_DELIVER_APPLY_H

#include "deliver/taking.h"
#include "host/memory.h"

/* Loads the new PSW and makes the stores through a pointer: cannot fail. */
void si_apply_direct(const struct si_taking *taking, uint8_t *lowcore,
                     uint8_t new_psw[16]);

/*
 * The same through hooks: the load first, so that as little as possible is
 * stored when an access fails. False: *fault is the absolute address.
 */
bool si_apply_hooks(const struct si_taking *taking, const struct si_host *host,
                    void *opaque, uint32_t prefix, uint8_t new_psw[16],
                    uint64_t *fault);

/* The same as a plan for the host. */
void si_apply_plan(const struct si_taking *taking, uint32_t prefix,
                   struct s390irq_plan *plan);

/* The new PSW becomes the PSW. */
void si_apply_swap(struct s390irq_cpu *cpu, const uint8_t new_psw[16]);

#endif
