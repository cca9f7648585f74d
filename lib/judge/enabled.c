/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/enabled.h"

#define ALWAYS (SI_BIT(SI_CLASS_RESTART) | SI_BIT(SI_CLASS_STOP))

static uint64_t opened_by(uint32_t register_number, uint64_t control)
{
    uint64_t open = 0;
    uint32_t number;

    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if (si_classes[number].control == register_number &&
            (si_classes[number].submask & control))
            open |= SI_BIT(number);
    return open;
}

static uint64_t submasks(struct si_submasks *remembered,
                         uint32_t register_number, uint64_t control)
{
    if (atomic_load_explicit(&remembered->control, memory_order_relaxed) !=
        control) {
        atomic_store_explicit(&remembered->control, control,
                              memory_order_relaxed);
        remembered->open = opened_by(register_number, control);
    }
    return remembered->open;
}

uint64_t si_enabled_open(struct si_masks *masks, const struct s390irq_cpu *cpu)
{
    uint64_t open = ALWAYS;

    if (cpu->psw_mask & SI_PSW_EXTERNAL)
        open |= submasks(&masks->external, 0, cpu->cr[0]);
    if (cpu->psw_mask & SI_PSW_IO)
        open |= submasks(&masks->io, 6, cpu->cr[6]);
    if (cpu->psw_mask & SI_PSW_MACHINE_CHECK)
        open |= submasks(&masks->check, 14, cpu->cr[14]);
    return open;
}

/* By PSW bit: what has to change, the bit itself or a control register. */
static const struct {
    uint64_t psw;
    uint8_t closed;
    uint8_t submask;
} doors[] = {
    { SI_PSW_EXTERNAL, S390IRQ_INTERCEPT_PSW_EXTERNAL, S390IRQ_INTERCEPT_CR0 },
    { SI_PSW_IO, S390IRQ_INTERCEPT_PSW_IO, S390IRQ_INTERCEPT_CR6 },
    { SI_PSW_MACHINE_CHECK, S390IRQ_INTERCEPT_PSW_MACHINE_CHECK,
      S390IRQ_INTERCEPT_CR14 },
};

uint32_t si_enabled_intercepts(uint64_t masked, const struct s390irq_cpu *cpu)
{
    uint32_t intercepts = 0;

    while (masked) {
        const struct si_class *row = &si_classes[si_bits_take_highest(&masked)];
        uint32_t at;

        for (at = 0; at < sizeof doors / sizeof doors[0]; at++)
            if (row->psw == doors[at].psw)
                intercepts |= cpu->psw_mask & row->psw ? doors[at].submask
                                                       : doors[at].closed;
    }
    return intercepts;
}
