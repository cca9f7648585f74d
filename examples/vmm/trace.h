/* SPDX-License-Identifier: BSD-3-Clause */
/* What happened, as one readable line for each event? */
#ifndef VMM_TRACE_H
#define VMM_TRACE_H

#include <s390irq/s390irq.h>

/* The trace hook of the library. */
void trace_hook(void *machine, void *cpu, const struct s390irq_trace *event);

#endif
