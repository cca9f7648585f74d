/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the machine say that it can (PoP ch. 4, facility indications)? */
#ifndef VMM_FACILITIES_H
#define VMM_FACILITIES_H

#include <stdbool.h>
#include <stdint.h>

/* The list, in doublewords. */
#define FACILITY_DOUBLEWORDS 3
#define FACILITY_BYTES       (8 * FACILITY_DOUBLEWORDS)

/*
 * The facility list as instructions store it. For Linux it has what the
 * kernel insists on and nothing that Unicorn lacks; small guests get what
 * only they use.
 */
void facilities_list(bool for_linux, uint8_t bytes[FACILITY_BYTES]);

#endif
