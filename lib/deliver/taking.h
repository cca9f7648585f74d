/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What taking an interruption means: the stores to the prefix area, the old
 * PSW, and where the new PSW is. Built here, carried out by deliver/apply.c
 * or, for a host that prepares and commits, by the host.
 */
#ifndef SI_DELIVER_TAKING_H
#define SI_DELIVER_TAKING_H

#include <s390irq/vcpu.h>

#include "arch/classes.h"

#define SI_TAKING_STORES 12

struct si_taking_store {
    uint16_t offset; /* from the prefix */
    uint16_t length; /* 1, 2, 4 or 8 bytes */
    uint64_t value;
};

struct si_taking {
    uint32_t class_number;
    uint32_t code; /* as a trace shows it */
    uint16_t old_psw;
    uint16_t new_psw;
    uint32_t count;
    uint64_t psw_mask; /* what the old PSW gets */
    uint64_t psw_address;
    struct si_taking_store store[SI_TAKING_STORES];
};

static inline void si_taking_store(struct si_taking *taking, uint32_t offset,
                                   uint32_t length, uint64_t value)
{
    struct si_taking_store *store = &taking->store[taking->count++];

    store->offset = (uint16_t)offset;
    store->length = (uint16_t)length;
    store->value = value;
}

/* Fills *taking for an interruption of this class that `what` describes. */
void si_taking_build(struct si_taking *taking, uint32_t class_number,
                     const struct s390irq_interruption *what,
                     const struct s390irq_cpu *cpu);

/* One builder a file; each adds what its class stores beside the old PSW. */
void si_external_build(struct si_taking *taking,
                       const struct s390irq_interruption *what);
void si_program_build(struct si_taking *taking,
                      const struct s390irq_interruption *what,
                      const struct s390irq_cpu *cpu);
void si_io_build(struct si_taking *taking,
                 const struct s390irq_interruption *what);
void si_svc_build(struct si_taking *taking,
                  const struct s390irq_interruption *what);

#endif
