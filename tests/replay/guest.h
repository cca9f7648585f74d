/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The recorded guest's handlers, and what its programs do between them. */
#ifndef REPLAY_GUEST_H
#define REPLAY_GUEST_H

#include "machine.h"

/*
 * Delivers and runs handlers, until the CPU is back at its program or does
 * not run any more. Handlers run where the PSW is: the one of the last swap
 * first, then the one that its old PSW names.
 */
bool guest_run(struct worker *worker);

#endif
