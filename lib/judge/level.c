/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/level.h"

#define COMPARATOR SI_BIT(SI_CLASS_CLOCK_COMPARATOR)
#define TIMER      SI_BIT(SI_CLASS_CPU_TIMER)
#define SIGN       SI_BIT(63)

/* With the sign control both operands are compared as signed numbers. */
static uint64_t sign_control(const struct s390irq_cpu *cpu)
{
    return cpu->cr[0] & SI_CR0_COMPARATOR_SIGN ? SIGN : 0;
}

uint64_t si_level_cpu_timer(const struct s390irq_cpu *cpu, uint64_t host_tod)
{
    if (!cpu->cpu_timer_since_tod)
        return cpu->cpu_timer;
    return cpu->cpu_timer - (host_tod - cpu->cpu_timer_since_tod);
}

/* No TOD is above the largest comparator: it never comes due. */
static bool comparator_armed(const struct s390irq_cpu *cpu)
{
    return (cpu->clock_comparator ^ sign_control(cpu)) != UINT64_MAX;
}

uint64_t si_level_armed(const struct s390irq_cpu *cpu, uint64_t classes)
{
    if (!comparator_armed(cpu))
        classes &= ~COMPARATOR;
    if (!cpu->cpu_timer_since_tod && !(cpu->cpu_timer & SIGN))
        classes &= ~TIMER;
    return classes & SI_LEVEL_CLASSES;
}

/* Strictly below: equal is not pending. */
static bool comparator_due(const struct s390irq_cpu *cpu, uint64_t guest_tod)
{
    uint64_t sign = sign_control(cpu);

    return (cpu->clock_comparator ^ sign) < (guest_tod ^ sign);
}

uint64_t si_level_pending(const struct s390irq_cpu *cpu, uint64_t classes,
                          uint64_t host_tod, uint64_t epoch)
{
    uint64_t pending = 0;

    if (comparator_due(cpu, host_tod + epoch))
        pending |= COMPARATOR;
    if (si_level_cpu_timer(cpu, host_tod) & SIGN)
        pending |= TIMER;
    return pending & classes;
}

static uint64_t earlier(uint64_t deadline, uint64_t now, uint64_t distance)
{
    uint64_t at = now + distance;

    if (distance == 0 || at < now)
        return deadline;
    return at < deadline ? at : deadline;
}

uint64_t si_level_deadline(const struct s390irq_cpu *cpu, uint64_t classes,
                           uint64_t host_tod, uint64_t epoch)
{
    uint64_t armed = si_level_armed(cpu, classes);
    uint64_t ahead = armed & ~si_level_pending(cpu, armed, host_tod, epoch);
    uint64_t deadline = S390IRQ_NEVER;

    if (ahead & COMPARATOR)
        deadline = earlier(deadline, host_tod,
                           cpu->clock_comparator - (host_tod + epoch) + 1);
    if ((ahead & TIMER) && cpu->cpu_timer_since_tod)
        deadline =
            earlier(deadline, host_tod, si_level_cpu_timer(cpu, host_tod) + 1);
    return deadline;
}
