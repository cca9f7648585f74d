/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What the CPU finds when it executes an instruction: supervisor call and
 * program interruption conditions. They and their payload are the CPU's, so
 * they come from the recording; what is made of them is the library's.
 */
#ifndef REPLAY_CONDITIONS_H
#define REPLAY_CONDITIONS_H

#include "instruction.h"

struct conditions {
    const struct delivery *supervisor_call, *program;
};

/* What the step that is under way has for this CPU. */
bool conditions_find(const struct worker *worker, struct conditions *out);

/* Whether the instruction is completed: nothing, SVC, or PER alone. */
bool conditions_complete(const struct conditions *conditions);

/*
 * Raises them. The PSW is the one after the instruction; without an
 * instruction it is the recorded one.
 */
bool conditions_raise(struct worker *worker,
                      const struct conditions *conditions,
                      const struct instruction *instruction);

/*
 * The parts of the PSW that belong to the program (condition code, key, ...)
 * and were changed by an instruction show in the old PSWs behind it.
 */
void conditions_adopt_psw(struct worker *worker);

#endif
