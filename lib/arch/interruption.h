/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Which records and parameters are valid (V-17: checked before anything). */
#ifndef SI_ARCH_INTERRUPTION_H
#define SI_ARCH_INTERRUPTION_H

#include <stdbool.h>

#include "arch/classes.h"

/* An SCCB address, event bits, or both; bit 0x4 belongs to neither. */
static inline bool si_interruption_service_valid(uint32_t parameter)
{
    return parameter != 0 && (parameter & 0x4) == 0;
}

#endif
