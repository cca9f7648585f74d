/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What becomes of a scenario. */
#ifndef REPLAY_JUDGE_H
#define REPLAY_JUDGE_H

#include "scenario.h"

enum outcome {
    PASSED,
    FAILED,
    SKIPPED, /* it is the CPU's or a device's alone */
    LISTED,  /* nobody judges it */
    OUTCOMES
};

#define MAX_REASON 600

/* Replays it; reason: why not PASSED, or what was decided. */
enum outcome judge(const struct scenario *scenario, char reason[MAX_REASON]);

#endif
