/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/abi.h"

#include <string.h>

#include <s390irq/s390irq.h>

static uint32_t size_of(const void *structure)
{
    uint32_t size;

    memcpy(&size, structure, sizeof size);
    return size;
}

/* Every structure that starts with its size stays below this. */
#define SIZE_LIMIT 65536

int si_abi_check(const void *structure, size_t first, size_t known)
{
    const uint8_t *bytes = structure;
    uint32_t size, at;

    if (!structure)
        return S390IRQ_E_INVALID;
    size = size_of(structure);
    if (size == known)
        return 0;
    if (size < first)
        return S390IRQ_E_STRUCT_TOO_SMALL;
    if (size > SIZE_LIMIT)
        return S390IRQ_E_STRUCT_TOO_NEW;
    for (at = (uint32_t)known; at < size; at++)
        if (bytes[at])
            return S390IRQ_E_STRUCT_TOO_NEW;
    return 0;
}

void si_abi_read(void *to, const void *structure, size_t known)
{
    size_t size = size_of(structure);

    memset(to, 0, known);
    memcpy(to, structure, size < known ? size : known);
}

void si_abi_write(void *structure, const void *from, size_t known)
{
    uint32_t size = size_of(structure);

    memcpy((uint8_t *)structure + sizeof size,
           (const uint8_t *)from + sizeof size,
           (size < known ? size : known) - sizeof size);
}

size_t s390irq_struct_size(uint32_t structure)
{
    static const size_t sizes[] = {
        [S390IRQ_STRUCT_VM_CONFIG] = sizeof(struct s390irq_vm_config),
        [S390IRQ_STRUCT_HOST_OPS] = sizeof(struct s390irq_host_ops),
        [S390IRQ_STRUCT_CPU] = sizeof(struct s390irq_cpu),
        [S390IRQ_STRUCT_REPORT] = sizeof(struct s390irq_report),
        [S390IRQ_STRUCT_PLAN] = sizeof(struct s390irq_plan),
        [S390IRQ_STRUCT_INTERRUPTION] = sizeof(struct s390irq_interruption),
        [S390IRQ_STRUCT_COUNTERS] = sizeof(struct s390irq_counters),
        [S390IRQ_STRUCT_POLL] = sizeof(struct s390irq_poll),
        [S390IRQ_STRUCT_TRACE] = sizeof(struct s390irq_trace),
        [S390IRQ_STRUCT_PROGRAM] = sizeof(struct s390irq_program),
        [S390IRQ_STRUCT_MACHINE_CHECK] = sizeof(struct s390irq_machine_check),
        [S390IRQ_STRUCT_IO] = sizeof(struct s390irq_io),
        [S390IRQ_STRUCT_REGISTERS] = sizeof(struct s390irq_registers),
        [S390IRQ_STRUCT_ADAPTER] = sizeof(struct s390irq_adapter),
        [S390IRQ_STRUCT_ROUTE] = sizeof(struct s390irq_route),
        [S390IRQ_STRUCT_EXPLANATION] = sizeof(struct s390irq_explanation),
        [S390IRQ_STRUCT_IMPORT_REPORT] = sizeof(struct s390irq_import_report),
    };

    return structure < sizeof sizes / sizeof sizes[0] ? sizes[structure] : 0;
}

uint32_t s390irq_version(void)
{
    return S390IRQ_VERSION;
}

int s390irq_feature(uint32_t feature)
{
    switch (feature) {
#ifndef S390IRQ_WITHOUT_WAIT
    case S390IRQ_FEATURE_BLOCKING_WAIT:
        return 1;
#endif
#ifdef SI_DEBUG
    case S390IRQ_FEATURE_DEBUG_CHECKS:
        return 1;
#endif
    default:
        return 0;
    }
}
