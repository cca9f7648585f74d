/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The delivery loop: as long as something is ready, take the highest; masks
 * are read again after every swap, so that swaps nest as the architecture has
 * it (PoP ch. 6, priority of interruptions).
 */
#ifndef SI_DELIVER_LOOP_H
#define SI_DELIVER_LOOP_H

#include "deliver/apply.h"
#include "deliver/claim.h"
#include "judge/enabled.h"
#include "judge/level.h"

/* How many interruptions one call takes at most before it answers LOOP. */
#define SI_LOOP_LIMIT 64

/* How the loop ended; errors are negative. */
#define SI_LOOP_IDLE    0 /* nothing is ready */
#define SI_LOOP_STOP    1 /* nothing but the stop order is */
#define SI_LOOP_REPEATS 2 /* the limit is reached */
/* An exigent machine check cannot be taken. */
#define SI_LOOP_CHECK_STOP 3

struct si_delivery {
    const struct si_host *host;
    void *opaque; /* of the CPU */
    uint32_t address;
    struct si_local *local;
    struct si_floating *floating;
    struct si_masks *masks;
    struct s390irq_cpu *cpu;
    uint8_t *lowcore; /* of cpu->prefix, or NULL: hooks */
    struct si_save_area *area;
    uint64_t epoch;
    uint64_t host_tod; /* read once a call, when a timer is armed */
    bool host_tod_known;
    uint32_t taken;
    uint32_t taken_kinds;
    uint64_t unsettled; /* classes taken since claims were settled */
    uint32_t last_kind;
    uint64_t route; /* floating classes that became pending */
    uint64_t fault;
};

/* The host's clock, read at the first need. */
uint64_t si_loop_host_tod(struct si_delivery *delivery);

/*
 * The classes that would be taken now, highest first. A PSW that is not
 * valid makes its program interruption pend. *word: local->word as judged.
 */
uint64_t si_loop_ready(struct si_delivery *delivery, uint64_t *word);

/* Answers SI_LOOP_* or an error, with what is in *delivery up to date. */
int si_loop_run(struct si_delivery *delivery);

/*
 * Whether an exigent machine check pends that these registers do not let in:
 * the CPU has to enter the check-stop state (PoP ch. 11, V-1).
 */
bool si_loop_stuck(const struct si_delivery *delivery, uint64_t ready);

/*
 * Takes the highest of these classes in hand. False: somebody was faster.
 * extended: a machine check may store into its extended save area now.
 */
bool si_loop_hold(struct si_delivery *delivery, uint64_t ready,
                  struct si_taking *taking, bool extended);

/* Builds the rest of a machine check that is in hand. */
void si_machine_check_build(struct si_delivery *delivery,
                            struct si_taking *taking, bool extended);

/* The interruption in local->hand was taken with this new PSW. */
void si_loop_commit(struct si_delivery *delivery,
                    const struct si_taking *taking, const uint8_t new_psw[16]);

#endif
