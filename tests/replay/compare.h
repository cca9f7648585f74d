/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Whether what was delivered is what the scenario expects. */
#ifndef REPLAY_COMPARE_H
#define REPLAY_COMPARE_H

#include "scenario.h"

/*
 * CPU by CPU: among CPUs the order of what arrives on its own is nobody's.
 * With several lists to choose from, one of them has to match.
 */
bool compare_deliveries(const struct scenario *scenario,
                        const struct delivery_list *actual,
                        struct problem *problem);

#endif
