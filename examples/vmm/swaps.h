/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which interruptions does the VMM see a CPU take? Not what the library says,
 * but what it did: the new PSW that the CPU has is one of the six in its
 * prefix area, and beside it lies the PSW that was before. If several
 * interruptions were taken at once, each old PSW is the new PSW of the one
 * before.
 */
#ifndef VMM_SWAPS_H
#define VMM_SWAPS_H

#include <stdint.h>

struct cpu;

/* Counts what changed the PSW from (mask, address) to what it is now. */
void swaps_observe(struct cpu *cpu, uint64_t mask, uint64_t address);

/* Counts an I/O interruption by its interruption-identification word. */
void swaps_observe_io(struct cpu *cpu, uint32_t word);

#endif
