/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/held.h"

static const struct {
    uint64_t psw;
    uint32_t held;
} doors[] = {
    { SI_PSW_EXTERNAL, S390IRQ_HELD_PSW_EXTERNAL },
    { SI_PSW_IO, S390IRQ_HELD_PSW_IO },
    { SI_PSW_MACHINE_CHECK, S390IRQ_HELD_PSW_MACHINE_CHECK },
};

static uint64_t control_of(const struct si_view *view, uint32_t number)
{
    switch (number) {
    case 0:
        return view->cr0;
    case 6:
        return view->cr6;
    default:
        return view->cr14;
    }
}

static uint32_t held_by_psw(const struct si_view *view,
                            const struct si_class *row)
{
    uint32_t at;

    for (at = 0; at < sizeof doors / sizeof doors[0]; at++)
        if (row->psw == doors[at].psw && !(view->psw_mask & row->psw))
            return doors[at].held;
    return 0;
}

uint32_t si_held_by(const struct si_view *view, uint32_t class_number,
                    uint8_t *control, uint64_t *submask)
{
    const struct si_class *row = &si_classes[class_number];
    uint32_t held = view->state_held;

    if (class_number == SI_CLASS_EXIGENT) /* taken, or the CPU check-stops */
        return held;
    held |= held_by_psw(view, row);
    if (row->submask && !(control_of(view, row->control) & row->submask)) {
        held |= S390IRQ_HELD_SUBMASK;
        *control = row->control;
        *submask = row->submask;
    }
    return held;
}

bool si_held_not(uint32_t first_class, uint32_t class_number)
{
    return si_classes[first_class].nature == SI_MACHINE &&
           si_classes[class_number].nature == SI_MACHINE;
}
