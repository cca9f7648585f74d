/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The instructions that change what interruptions read or store: masks and
 * PSW, timers, registers that are saved. All others only move the PSW on.
 */
#ifndef REPLAY_INSTRUCTION_H
#define REPLAY_INSTRUCTION_H

#include "machine.h"

#define MAX_INSTRUCTION 16

struct instruction {
    uint8_t bytes[MAX_INSTRUCTION]; /* the one, and what stands behind it */
    uint32_t length;                /* by its first byte: 2, 4 or 6 */
};

bool instruction_read(const char *hex, struct instruction *out);

/* Executes it, without exceptions; the PSW names the next one afterwards. */
void instruction_execute(struct worker *worker,
                         const struct instruction *instruction);

/* Only moves the PSW on, as a suppressed instruction does. */
void instruction_pass(struct worker *worker,
                      const struct instruction *instruction);

#endif
