/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a guest get into storage? */
#ifndef VMM_LOADER_H
#define VMM_LOADER_H

#include <stdint.h>

/* Where a flat image goes and begins. */
#define LOADER_FLAT_ADDRESS 0x20000

/*
 * Loads an ELF executable for s390x (64-bit, by physical addresses) or else
 * the file as it is, to LOADER_FLAT_ADDRESS. Answers NULL or what is wrong.
 */
const char *loader_load(const char *path, uint8_t *ram, uint64_t ram_size,
                        uint64_t *entry);

#endif
