/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/enabled.h"

#define ALWAYS (SI_BIT(SI_CLASS_RESTART) | SI_BIT(SI_CLASS_STOP))

static uint64_t external_of(uint64_t cr0)
{
    uint64_t open = 0;
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (si_classes[number].cr0 & cr0)
            open |= SI_BIT(number);
    return open;
}

uint64_t si_enabled_open(struct si_masks *masks, const struct s390irq_cpu *cpu)
{
    if (!(cpu->psw_mask & SI_PSW_EXTERNAL))
        return ALWAYS;
    if (masks->cr0 != cpu->cr[0]) {
        masks->cr0 = cpu->cr[0];
        masks->external = external_of(cpu->cr[0]);
    }
    return ALWAYS | masks->external;
}

uint32_t si_enabled_intercepts(uint64_t masked, const struct s390irq_cpu *cpu)
{
    uint32_t intercepts = 0;

    while (masked) {
        uint32_t number = si_bits_take_highest(&masked);

        if (si_classes[number].psw & ~cpu->psw_mask & SI_PSW_EXTERNAL)
            intercepts |= S390IRQ_INTERCEPT_PSW_EXTERNAL;
        else if (si_classes[number].cr0)
            intercepts |= S390IRQ_INTERCEPT_CR0;
    }
    return intercepts;
}
