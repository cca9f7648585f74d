/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is told of an event of the library's trace? */
#ifndef VMM_TRACE_TRACE_H
#define VMM_TRACE_TRACE_H

#include <s390irq/s390irq.h>

struct machine_options;

/* The trace hook of the library, if one of the options needs it. */
void trace_add_hook(const struct machine_options *options,
                    struct s390irq_host_ops *ops);

#endif
