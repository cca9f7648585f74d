/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose turn is it, and for how long? */
#ifndef VMM_LOOP_H
#define VMM_LOOP_H

#include "machine.h"

/* Runs the machine until CPU 0 waits disabled, or no CPU can go on. */
void loop_run(struct machine *machine);

/* Hook of the engine: a block of the running CPU begins. True: stop. */
bool loop_block(void *machine);

#endif
