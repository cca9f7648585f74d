/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/enabled.h"

static const struct {
    uint32_t number;
    uint32_t psw; /* the left half of the PSW bit */
} controls[SI_ENABLED_CONTROLS] = {
    { 0, (uint32_t)(SI_PSW_EXTERNAL >> 32) },
    { 6, (uint32_t)(SI_PSW_IO >> 32) },
    { 14, (uint32_t)(SI_PSW_MACHINE_CHECK >> 32) },
};

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

/* Every subset of the PSW bits, from all of them down to none. */
static void combine(struct si_masks *masks)
{
    uint32_t psw = SI_ENABLED_PSW, at;

    for (;;) {
        uint64_t open = SI_ENABLED_CLOSED;

        for (at = 0; at < SI_ENABLED_CONTROLS; at++)
            if (psw & controls[at].psw)
                open |= masks->opened[at];
        masks->open[si_enabled_index(psw)] = open;
        if (!psw)
            return;
        psw = (psw - 1) & SI_ENABLED_PSW;
    }
}

static void learn(struct si_masks *masks, const struct s390irq_cpu *cpu)
{
    uint32_t at;

    for (at = 0; at < SI_ENABLED_CONTROLS; at++) {
        uint64_t control = cpu->cr[controls[at].number];

        if (atomic_load_explicit(&masks->control[at], memory_order_relaxed) ==
            control)
            continue;
        atomic_store_explicit(&masks->control[at], control,
                              memory_order_relaxed);
        masks->opened[at] = opened_by(controls[at].number, control);
    }
    combine(masks);
}

void si_enabled_init(struct si_masks *masks)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    learn(masks, &initial);
}

uint64_t si_enabled_open(struct si_masks *masks, const struct s390irq_cpu *cpu)
{
    if (!si_enabled_known(masks, cpu))
        learn(masks, cpu);
    return si_enabled_known_open(masks, cpu) & ~SI_LOCAL_LOOK;
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
