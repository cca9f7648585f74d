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
#include "deliver/save_area.h"
#include "host/hooks.h"

#define SI_TAKING_STORES 12
#define SI_TAKING_BLOCKS S390IRQ_PLAN_BLOCKS

struct si_taking_store {
    uint16_t offset; /* from the prefix */
    uint16_t length; /* 1, 2, 4 or 8 bytes */
    uint64_t value;
};

/* The bytes are somebody's who keeps them until the taking is over. */
struct si_taking_block {
    const uint8_t *bytes;
    uint16_t offset; /* from the prefix, a multiple of 4 */
    uint16_t length; /* a multiple of 4 */
};

struct si_taking {
    uint32_t class_number;
    uint32_t code; /* as a trace shows it */
    uint16_t old_psw;
    uint16_t new_psw;
    uint32_t count;
    uint32_t block_count;
    uint64_t psw_mask; /* what the old PSW gets */
    uint64_t psw_address;
    struct si_taking_store store[SI_TAKING_STORES];
    struct si_taking_block block[SI_TAKING_BLOCKS];
};

static inline void si_taking_store(struct si_taking *taking, uint32_t offset,
                                   uint32_t length, uint64_t value)
{
    struct si_taking_store *store = &taking->store[taking->count++];

    store->offset = (uint16_t)offset;
    store->length = (uint16_t)length;
    store->value = value;
}

static inline void si_taking_block(struct si_taking *taking, uint32_t offset,
                                   uint32_t length, const uint8_t *bytes)
{
    struct si_taking_block *block = &taking->block[taking->block_count++];

    block->bytes = bytes;
    block->offset = (uint16_t)offset;
    block->length = (uint16_t)length;
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
/*
 * The transaction-diagnostic block goes with the interruption if the program
 * was in a transaction: the host fills it.
 */
void si_program_transaction(struct si_taking *taking,
                            const struct si_host *host, void *opaque,
                            struct si_save_area *area);
void si_io_build(struct si_taking *taking,
                 const struct s390irq_interruption *what);
void si_svc_build(struct si_taking *taking,
                  const struct s390irq_interruption *what);

#endif
