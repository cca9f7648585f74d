/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Claim first: an interruption is taken in hand, where it still pends and
 * keeps its slot but nobody else can take it; then the stores are made; then
 * it is removed or given back (api: prepare, commit, abort).
 */
#ifndef SI_DELIVER_CLAIM_H
#define SI_DELIVER_CLAIM_H

#include <stdbool.h>

#include "pending/floating.h"
#include "pending/local.h"

/*
 * Takes the next interruption of a class in hand (local->hand). False: it is
 * gone.
 */
bool si_claim_hold(struct si_local *local, struct si_floating *floating,
                   uint32_t class_number);

/*
 * Takes it and removes it in one step, for when no store can fail. *hand has
 * what it was; local->hand is not used. word: local->word as it was judged.
 */
bool si_claim_take(struct si_local *local, struct si_floating *floating,
                   uint32_t class_number, uint64_t word, struct si_hand *hand);

/*
 * Takes these machine-check classes in hand, what pends at the CPU and what
 * pends at the VM, as one interruption. An exigent one takes all the others
 * with it (PoP ch. 11, V-3). False: they are gone.
 */
bool si_claim_hold_checks(struct si_local *local, struct si_floating *floating,
                          uint64_t classes);

/* How many groups of machine checks are in hand, and the bits of their classes.
 */
uint64_t si_claim_checks(const struct si_local *local, uint64_t *classes);

/*
 * What is in hand has been taken, or goes back. Both answer the bits of
 * floating classes that pend now and have to be routed.
 */
uint64_t si_claim_commit(struct si_local *local, struct si_floating *floating);
uint64_t si_claim_abort(struct si_local *local, struct si_floating *floating);

#endif
