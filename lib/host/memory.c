/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/memory.h"

#include <string.h>

#include "arch/lowcore.h"

#define PAGE_OFFSET UINT64_C(0xfff)

static uint8_t *in_ram(const struct si_host *host, uint64_t absolute,
                       size_t length)
{
    if (absolute > host->ram_size || length > host->ram_size - absolute)
        return NULL;
    return host->ram ? host->ram + absolute : NULL;
}

uint8_t *si_memory_lowcore(const struct si_host *host, void *cpu,
                           uint64_t absolute)
{
    uint8_t *pointer;

    SI_LOCK_ASSERT_NONE();
    if (host->ops.lowcore)
        pointer = host->ops.lowcore(host->opaque, cpu, absolute);
    else
        pointer = in_ram(host, absolute, SI_LOWCORE_SIZE);
    return (uintptr_t)pointer % sizeof(uint64_t) ? NULL : pointer;
}

bool si_memory_read(const struct si_host *host, void *cpu, uint64_t absolute,
                    void *data, size_t length)
{
    const uint8_t *from = in_ram(host, absolute, length);

    SI_LOCK_ASSERT_NONE();
    if (from) {
        memcpy(data, from, length);
        return true;
    }
    return host->ops.read &&
           host->ops.read(host->opaque, cpu, absolute, data, length) == 0;
}

bool si_memory_write(const struct si_host *host, void *cpu, uint64_t absolute,
                     const void *data, size_t length)
{
    uint8_t *to = in_ram(host, absolute, length);

    SI_LOCK_ASSERT_NONE();
    if (to) {
        memcpy(to, data, length);
        return true;
    }
    return host->ops.write &&
           host->ops.write(host->opaque, cpu, absolute, data, length) == 0;
}

bool si_memory_write_dirty(const struct si_host *host, void *cpu,
                           uint64_t absolute, const void *data, size_t length)
{
    if (!si_memory_write(host, cpu, absolute, data, length))
        return false;
    if (host->ops.dirty && in_ram(host, absolute, length))
        host->ops.dirty(host->opaque, cpu, absolute & ~PAGE_OFFSET);
    return true;
}

bool si_memory_has_lowcore(const struct si_host *host, void *cpu,
                           uint64_t absolute)
{
    uint8_t byte;

    if (!host->ram && !host->ops.read)
        return si_memory_lowcore(host, cpu, absolute) != NULL;
    return si_memory_read(host, cpu, absolute, &byte, 1) &&
           si_memory_read(host, cpu, absolute + SI_LOWCORE_SIZE / 2, &byte, 1);
}

int si_memory_set_bits(const struct si_host *host, uint64_t absolute,
                       uint8_t bits)
{
    uint8_t *byte = in_ram(host, absolute, 1);
    int before;

    SI_LOCK_ASSERT_NONE();
    if (!byte)
        return host->ops.set_bit
                   ? host->ops.set_bit(host->opaque, NULL, absolute, bits)
                   : -1;
    before = __atomic_fetch_or(byte, bits, __ATOMIC_SEQ_CST);
    if (host->ops.dirty)
        host->ops.dirty(host->opaque, NULL, absolute & ~PAGE_OFFSET);
    return before;
}
