/* SPDX-License-Identifier: BSD-3-Clause */
/* What does the service processor answer? */
#ifndef VMM_SCLP_H
#define VMM_SCLP_H

#include "machine.h"

/* Ends a line that the guest left open on the console. */
void sclp_end_line(struct machine *machine);

#endif
