/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Guest absolute storage: through a pointer where there is one, else hooks. */
#ifndef SI_HOST_MEMORY_H
#define SI_HOST_MEMORY_H

#include <stdbool.h>

#include "host/hooks.h"

/*
 * Host pointer to the prefix area at `absolute`, or NULL: use the hooks. One
 * that is not aligned to 8 bytes is not used.
 */
uint8_t *si_memory_lowcore(const struct si_host *host, void *cpu,
                           uint64_t absolute);

/* Whether there is guest storage for a prefix area: both of its pages. */
bool si_memory_has_lowcore(const struct si_host *host, void *cpu,
                           uint64_t absolute);

/* Copies; false: there is no such storage, or no hook to reach it. */
bool si_memory_read(const struct si_host *host, void *cpu, uint64_t absolute,
                    void *data, size_t length);
bool si_memory_write(const struct si_host *host, void *cpu, uint64_t absolute,
                     const void *data, size_t length);

/*
 * The same, and the host is told of the page that changed: for what is not an
 * interruption being taken. The bytes lie in one page.
 */
bool si_memory_write_dirty(const struct si_host *host, void *cpu,
                           uint64_t absolute, const void *data, size_t length);

/*
 * ORs bits into a byte of guest storage, atomically. Answers the byte as it
 * was, or a negative number: there is no such storage.
 */
int si_memory_set_bits(const struct si_host *host, uint64_t absolute,
                       uint8_t bits);

/* Whether the host gave a way to do that. */
static inline bool si_memory_sets_bits(const struct si_host *host)
{
    return host->ram || host->ops.set_bit;
}

#endif
