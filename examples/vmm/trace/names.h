/* SPDX-License-Identifier: BSD-3-Clause */
/* What is it called? Names for the numbers of events; "?" for unknown ones. */
#ifndef VMM_TRACE_NAMES_H
#define VMM_TRACE_NAMES_H

#include <stdint.h>

const char *name_of_outcome(int32_t outcome);
const char *name_of_answer(int32_t answer);
const char *name_of_state(int32_t state);
const char *name_of_published(int32_t how);
const char *name_of_order(uint32_t order);

#endif
