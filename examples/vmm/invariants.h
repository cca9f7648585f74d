/* SPDX-License-Identifier: BSD-3-Clause */
/* Does something that could be delivered sleep? (--check-invariants) */
#ifndef VMM_INVARIANTS_H
#define VMM_INVARIANTS_H

struct machine;

/*
 * To be called after each step. A CPU that waits and has no attention has
 * nothing that it would take; else the run fails, with an explanation.
 */
void invariants_check(struct machine *machine);

#endif
