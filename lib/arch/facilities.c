/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/facilities.h"

static const struct {
    uint8_t number;
    uint8_t facility;
} facilities[] = {
    { 9, SI_FACILITY_SENSE_RUNNING },
    { 64, SI_FACILITY_RUNTIME_INSTRUMENTATION },
    { 72, SI_FACILITY_SUPPRESSION },
    { 129, SI_FACILITY_VECTOR },
    { 133, SI_FACILITY_GUARDED_STORAGE },
    { 139, SI_FACILITY_MULTIPLE_EPOCH },
};

uint32_t si_facilities_read(const uint8_t *list, size_t bytes)
{
    uint32_t found = 0;
    size_t at;

    for (at = 0; at < sizeof facilities / sizeof facilities[0]; at++) {
        uint32_t number = facilities[at].number;

        if (number / 8 < bytes && (list[number / 8] & 0x80u >> number % 8))
            found |= facilities[at].facility;
    }
    return found;
}
