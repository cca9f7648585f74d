/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/psw.h"

#include "arch/facilities.h"

#define RUNTIME_INSTRUMENTATION UINT64_C(0x0000008000000000)

uint64_t si_psw_address_limit(uint64_t mask)
{
    if (mask & SI_PSW_EXTENDED_ADDRESSING)
        return UINT64_MAX;
    if (mask & SI_PSW_BASIC_ADDRESSING)
        return 0x7fffffff;
    return 0xffffff;
}

bool si_psw_valid(uint64_t mask, uint64_t address, uint32_t facilities)
{
    uint64_t unassigned = facilities & SI_FACILITY_RUNTIME_INSTRUMENTATION
                              ? SI_PSW_UNASSIGNED & ~RUNTIME_INSTRUMENTATION
                              : SI_PSW_UNASSIGNED;
    uint64_t mode =
        mask & (SI_PSW_EXTENDED_ADDRESSING | SI_PSW_BASIC_ADDRESSING);

    return (mask & unassigned) == 0 && mode != SI_PSW_EXTENDED_ADDRESSING &&
           address <= si_psw_address_limit(mask);
}

uint64_t si_psw_step_back(uint64_t mask, uint64_t address, uint32_t back)
{
    return (address - back) & si_psw_address_limit(mask);
}
