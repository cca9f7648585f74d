/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the service processor answer? */
#ifndef VMM_SCLP_H
#define VMM_SCLP_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct sclp {
    uint32_t guest_receives; /* events that the guest wants to read */
};

/* There is something typed for the guest to read. */
void sclp_keys_typed(struct machine *machine);

#endif
