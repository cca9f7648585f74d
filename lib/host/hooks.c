/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/hooks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <s390irq/errors.h>

#include "arch/tod.h"
#include "host/abi.h"

int si_hooks_init(struct si_host *host, const struct s390irq_vm_config *config,
                  const struct s390irq_host_ops *ops, void *opaque)
{
    int rc;

    memset(host, 0, sizeof *host);
    if (ops) {
        rc = si_abi_check(ops, sizeof *ops, sizeof *ops);
        if (rc < 0)
            return rc;
        si_abi_read(&host->ops, ops, sizeof *ops);
    }
    if (host->ops.reserved || !host->ops.allocate != !host->ops.deallocate)
        return S390IRQ_E_INVALID;
    if (!config->ram != !config->ram_size ||
        (!config->facilities && config->facilities_size))
        return S390IRQ_E_INVALID;
    host->opaque = opaque;
    host->ram = config->ram;
    host->ram_size = config->ram_size;
    host->log_level = config->log_level;
    host->watched = host->ops.trace || host->ops.log;
    host->facilities =
        config->facilities
            ? si_facilities_read(config->facilities, config->facilities_size)
            : SI_FACILITIES_DEFAULT;
    return 0;
}

void *si_hooks_allocate(const struct si_host *host, size_t bytes)
{
    void *memory;

    if (!host->ops.allocate)
        return calloc(1, bytes);
    memory = host->ops.allocate(host->opaque, NULL, bytes);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

void si_hooks_deallocate(const struct si_host *host, void *memory, size_t bytes)
{
    if (!memory)
        return;
    if (host->ops.deallocate)
        host->ops.deallocate(host->opaque, NULL, memory, bytes);
    else
        free(memory);
}

uint64_t si_hooks_tod(const struct si_host *host, void *cpu)
{
    struct timespec now;

    SI_LOCK_ASSERT_NONE();
    if (host->ops.tod)
        return host->ops.tod(host->opaque, cpu);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return si_tod_from_ns((uint64_t)now.tv_sec * 1000000000u +
                          (uint64_t)now.tv_nsec);
}

bool si_hooks_registers(const struct si_host *host, void *cpu,
                        struct s390irq_registers *registers)
{
    static const struct s390irq_registers none = S390IRQ_REGISTERS_INIT;

    SI_LOCK_ASSERT_NONE();
    *registers = none;
    return host->ops.registers &&
           host->ops.registers(host->opaque, cpu, registers) == 0;
}
