/* SPDX-License-Identifier: BSD-3-Clause */
#include "instructions/facilities.h"

#include <stddef.h>
#include <string.h>

/* Not in here, although Linux would use them: enhanced DAT (8, 78), IPTE of
   ranges (13), CRDTE (14), PTFF (28), transactions (50, 73). */
static const uint8_t both[] = { 0,  1,  2,  7,  9,  16, 18, 19,
                                21, 22, 25, 32, 33, 34, 35, 45 };
static const uint8_t linux_only[] = { 3,  4,  17, 24, 27, 30, 31, 37, 40,
                                      41, 49, 51, 52, 53, 57, 58, 76, 77 };
/* Adapter-interruption suppression, vector. */
static const uint8_t small_only[] = { 72, 129 };

static void add(uint8_t *bytes, const uint8_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[list[i] / 8] |= (uint8_t)(0x80 >> list[i] % 8);
}

void facilities_list(bool for_linux, uint8_t bytes[FACILITY_BYTES])
{
    memset(bytes, 0, FACILITY_BYTES);
    add(bytes, both, sizeof both);
    if (for_linux)
        add(bytes, linux_only, sizeof linux_only);
    else
        add(bytes, small_only, sizeof small_only);
}
