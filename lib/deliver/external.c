/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/taking.h"

/*
 * PoP ch. 6, external interruptions: the CPU address (or the subcode, or
 * zero) and the code go side by side; parameters only where the class has
 * one, so that what 0x80 held stays for the others.
 */
void si_external_build(struct si_taking *taking,
                       const struct s390irq_interruption *what)
{
    const struct si_class *row = &si_classes[taking->class_number];
    uint32_t address = row->address;

    if (row->stores & SI_STORES_SOURCE)
        address = what->source;
    taking->code = row->code;
    si_taking_store(taking, SI_LOWCORE_EXTERNAL_ADDRESS_AND_CODE, 4,
                    address << 16 | row->code);
    if (row->stores & SI_STORES_PARAMETER)
        si_taking_store(taking, SI_LOWCORE_EXTERNAL_PARAMETER, 4,
                        what->parameter);
    if (row->stores & SI_STORES_PARAMETER64)
        si_taking_store(taking, SI_LOWCORE_EXTERNAL_PARAMETER_64, 8,
                        what->parameter64);
}
