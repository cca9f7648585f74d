/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Where in a page the indicators of adapters are. */
#ifndef SI_PENDING_INDICATOR_H
#define SI_PENDING_INDICATOR_H

#include <stdbool.h>
#include <stdint.h>

struct si_indicator {
    uint64_t absolute; /* of the byte */
    uint8_t bit;
};

/*
 * The indicator that an address and an offset in bits name; swap: counted from
 * the left of each doubleword. False: it is beyond the page of the address.
 */
bool si_indicator_find(uint64_t absolute, uint64_t offset, bool swap,
                       struct si_indicator *indicator);

#endif
