/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Storing a CPU's status (PoP ch. 4, store status): the image is made with
 * the CPU's lock held and stored after it, since storage is a hook.
 */
#ifndef SI_CPU_STORE_STATUS_H
#define SI_CPU_STORE_STATUS_H

#include "cpu/machine.h"

/* A stopped CPU's status, copied out of it. */
struct si_status {
    struct s390irq_cpu cpu;
    struct s390irq_registers registers;
};

/* Whether the host can say what a status needs. */
static inline bool si_store_status_possible(const struct s390irq_vm *vm)
{
    return vm->host.ops.registers != NULL;
}

/* Stores it at an address, or where the architecture has its place. */
bool si_store_status_at(const struct si_status *status,
                        const struct si_host *host, void *opaque,
                        uint64_t absolute);
bool si_store_status_in_place(const struct si_status *status,
                              const struct si_host *host, void *opaque);

/*
 * Stores the additional status: vector registers and, if there is room for
 * it, the guarded-storage control block, as far as the VM has these.
 */
bool si_store_status_additional(const struct si_status *status,
                                const struct si_host *host, void *opaque,
                                uint64_t absolute, bool guarded_storage);

/*
 * [owner] The CPU is about to stop, its CPU timer stands still: stores its
 * status if the order wants that.
 */
void si_store_status_stopping(struct s390irq_vcpu *vcpu,
                              const struct s390irq_cpu *cpu);

#endif
