/* SPDX-License-Identifier: BSD-3-Clause */
/* CHANNEL SUBSYSTEM CALL: what the subsystem is asked about itself. */
#include "instructions/instructions.h"

int channel_subsystem_call(struct cpu *cpu,
                           const struct instruction *instruction)
{
    (void)instruction;
    instructions_condition(cpu, 3);
    return 0;
}
