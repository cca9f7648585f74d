/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The architecture's constants, and what both subjects have in common. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdint.h>

#include "fake/machine.h"

/* Each CPU has its prefix area: CPU 0 at 0, the next 8 KiB above. */
#define MACHINE_PREFIX(address) ((uint32_t)(address)*LOWCORE_SIZE)

/* New PSWs, masked, in the prefix areas of all CPUs. */
void machine_default_psws(uint8_t *ram, uint32_t cpus);

/* A value from guest storage, which is big endian. */
uint64_t machine_load(const uint8_t *ram, uint64_t absolute, unsigned length);

#endif
