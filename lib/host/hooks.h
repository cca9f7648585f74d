/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The embedder's side: its hooks, its memory, its clock, its allocator. */
#ifndef SI_HOST_HOOKS_H
#define SI_HOST_HOOKS_H

#include <stdbool.h>

#include <s390irq/vm.h>

#include "arch/facilities.h"
#include "host/lock.h"

/*
 * What the hot calls are made of goes into them, and what they leave to stays
 * out: then they save no register and call nothing.
 */
#define SI_SHORT __attribute__((always_inline))
#define SI_RARE  __attribute__((noinline, cold))

struct si_host {
    struct s390irq_host_ops ops; /* a copy; missing hooks are NULL */
    void *opaque;                /* of the VM */
    uint8_t *ram;
    uint64_t ram_size;
    uint32_t log_level;
    bool watched;        /* there is a trace or a log hook */
    uint32_t facilities; /* SI_FACILITY_* */
};

/* Copies config and ops. Answers 0 or an error; see s390irq_vm_create(). */
int si_hooks_init(struct si_host *host, const struct s390irq_vm_config *config,
                  const struct s390irq_host_ops *ops, void *opaque);

/* Zeroed memory, or NULL. */
void *si_hooks_allocate(const struct si_host *host, size_t bytes);
void si_hooks_deallocate(const struct si_host *host, void *memory,
                         size_t bytes);

/* The host's TOD clock now. */
uint64_t si_hooks_tod(const struct si_host *host, void *cpu);

/* [owner] What the CPU has in its other registers; false: nobody knows. */
bool si_hooks_registers(const struct si_host *host, void *cpu,
                        struct s390irq_registers *registers);

#endif
