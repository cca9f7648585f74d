/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/due.h"

void due_look(struct due *due, const struct s390irq_cpu *cpu, uint64_t tod)
{
    if (due->comparator != cpu->clock_comparator || !due->comparator_tod) {
        due->comparator = cpu->clock_comparator;
        due->comparator_tod = tod;
    }
    if (due->timer != cpu->cpu_timer || !due->timer_tod ||
        due->timer_since != cpu->cpu_timer_since_tod) {
        due->timer = cpu->cpu_timer;
        due->timer_since = cpu->cpu_timer_since_tod;
        due->timer_tod = tod;
    }
}

uint64_t due_tod(const struct due *due, uint32_t kind, uint64_t tod,
                 uint64_t guest_tod)
{
    uint64_t set = due->comparator_tod, late = guest_tod - due->comparator;

    if (kind == S390IRQ_KIND_CPU_TIMER) {
        set = due->timer_tod;
        late = -due->timer;
        if (due->timer_since)
            late += tod - due->timer_since;
    }
    return late < tod - set ? tod - late : set;
}
