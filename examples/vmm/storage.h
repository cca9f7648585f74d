/* SPDX-License-Identifier: BSD-3-Clause */
/* How does the host reach guest storage on behalf of an instruction? */
#ifndef VMM_STORAGE_H
#define VMM_STORAGE_H

#include "machine.h"

#include <stddef.h>

/* Numbers from and to big-endian bytes; length 1 to 8. */
uint64_t storage_number(const uint8_t *bytes, size_t length);
void storage_bytes(uint8_t *bytes, uint64_t number, size_t length);

/*
 * Logical addresses of a guest that runs with DAT off: addressing mode and
 * prefixing are applied. False: there is no such storage (addressing
 * exception) and nothing was stored.
 */
bool storage_fetch(const struct cpu *cpu, uint64_t address, void *bytes,
                   size_t length);
bool storage_store(const struct cpu *cpu, uint64_t address, const void *bytes,
                   size_t length);

/* The address as the addressing mode of the PSW shortens it (PoP ch. 5). */
uint64_t storage_wrap(const struct cpu *cpu, uint64_t address);

#endif
