/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "workload.h"

static void store(uint8_t *ram, uint64_t absolute, uint64_t value)
{
    for (unsigned i = 8; i-- > 0; value >>= 8)
        ram[absolute + i] = (uint8_t)value;
}

uint64_t machine_load(const uint8_t *ram, uint64_t absolute, unsigned length)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < length; i++)
        value = value << 8 | ram[absolute + i];
    return value;
}

void machine_default_psws(uint8_t *ram, uint32_t cpus)
{
    static const unsigned offsets[] = {
        LOWCORE_RESTART_NEW, LOWCORE_EXTERNAL_NEW,      LOWCORE_SVC_NEW,
        LOWCORE_PROGRAM_NEW, LOWCORE_MACHINE_CHECK_NEW, LOWCORE_IO_NEW,
    };

    for (uint32_t cpu = 0; cpu < cpus; cpu++)
        for (unsigned i = 0; i < sizeof offsets / sizeof *offsets; i++) {
            uint64_t at = MACHINE_PREFIX(cpu) + offsets[i];

            store(ram, at, HANDLER_PSW);
            store(ram, at + 8, HANDLER(offsets[i]));
        }
}
