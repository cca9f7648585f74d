/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Since when has a timer's condition held? Nobody injects it: it is due when
 * the clock reaches the comparator, or the CPU timer falls below zero, but not
 * before it was set.
 */
#ifndef VMM_TRACE_DUE_H
#define VMM_TRACE_DUE_H

#include <s390irq/s390irq.h>
#include <stdint.h>

/* The timers of a CPU, and since when they are as they are. */
struct due {
    uint64_t comparator, comparator_tod;
    uint64_t timer, timer_since, timer_tod;
};

/* An event of this CPU: its timers are looked at. */
void due_look(struct due *due, const struct s390irq_cpu *cpu, uint64_t tod);

/*
 * The host TOD at which the condition of this kind, which has been delivered
 * at `tod`, was due. guest_tod: the guest's clock at the same moment.
 */
uint64_t due_tod(const struct due *due, uint32_t kind, uint64_t tod,
                 uint64_t guest_tod);

#endif
