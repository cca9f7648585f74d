/* SPDX-License-Identifier: BSD-3-Clause */
/* What happened, as one readable line for each event? */
#ifndef VMM_TRACE_LINES_H
#define VMM_TRACE_LINES_H

#include <s390irq/s390irq.h>

struct machine;
struct cpu;

/* cpu: the event is its, or NULL. */
void lines_event(struct machine *machine, const struct cpu *cpu,
                 const struct s390irq_trace *event);

#endif
