/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The steps of a scenario: what each does to the machine, and its results. */
#ifndef REPLAY_STEPS_H
#define REPLAY_STEPS_H

#include "machine.h"

/* One operation. worker is the CPU of the step. */
typedef bool (*steps_function)(struct replay *replay, struct worker *worker);

#define STEPS_IN_A_ROW   0x1 /* stops of this row are not carried out yet */
#define STEPS_EXCEPTIONS 0x2 /* raises program interruptions by itself */

struct steps_operation {
    const char *name;
    steps_function run;
    uint32_t flags;
};

/* By file; a NULL name ends each. */
extern const struct steps_operation steps_of_registers[];
extern const struct steps_operation steps_of_storage[];
extern const struct steps_operation steps_of_programs[];
extern const struct steps_operation steps_of_signals[];
extern const struct steps_operation steps_of_io[];
extern const struct steps_operation steps_of_driver[];

/* Runs all steps. */
bool steps_run(struct replay *replay);

/* An argument of the step under way. */
bool steps_value(struct replay *replay, const char *name, uint64_t limit,
                 uint64_t *out);
bool steps_place(struct replay *replay, const char *name, uint64_t length,
                 uint64_t *absolute);
struct worker *steps_target(struct replay *replay);

/* A result is compared if the step has it. */
bool steps_result(struct replay *replay, const char *name, uint64_t value);
bool steps_timed_out(struct replay *replay, bool timed_out);

#endif
