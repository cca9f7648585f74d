/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/mcic.h"

uint64_t si_mcic_of_class(uint32_t class_number)
{
    switch (class_number) {
    case SI_CLASS_EXIGENT:
        return SI_MCIC_EXIGENT;
    case SI_CLASS_CHANNEL_REPORT:
        return S390IRQ_MCIC_CHANNEL_REPORT;
    case SI_CLASS_RECOVERY:
        return S390IRQ_MCIC_SYSTEM_RECOVERY;
    case SI_CLASS_DEGRADATION:
        return S390IRQ_MCIC_DEGRADATION;
    case SI_CLASS_DAMAGE:
        return SI_MCIC_DAMAGE;
    default:
        return S390IRQ_MCIC_WARNING;
    }
}

uint64_t si_mcic_classes(uint64_t conditions)
{
    uint64_t left = SI_CLASS_MACHINE_CHECKS, classes = 0;

    while (left) {
        uint32_t number = si_bits_take_highest(&left);

        if (conditions & si_mcic_of_class(number))
            classes |= SI_BIT(number);
    }
    return classes;
}
