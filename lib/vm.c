/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The VM: how it comes and goes, and what concerns all of its CPUs. */
#include <string.h>

#include "cpu/hold.h"
#include "cpu/route.h"
#include "cpu/trace.h"
#include "create.h"
#include "host/abi.h"

#define CP_SERVICE_LIMIT 65536

static int check_config(const struct s390irq_vm_config *config,
                        const struct si_host *host)
{
    if (config->cpus < 1 || config->cpus > S390IRQ_MAX_CPUS ||
        (config->flags & ~(uint32_t)S390IRQ_VM_MASKS_UNKNOWN) ||
        config->reserved || config->cp_service_limit < 1 ||
        config->cp_service_limit > CP_SERVICE_LIMIT)
        return S390IRQ_E_INVALID;
    if ((config->flags & S390IRQ_VM_MASKS_UNKNOWN) && !host->ops.kick)
        return S390IRQ_E_INVALID;
    return 0;
}

static void free_vm(struct s390irq_vm *vm)
{
    struct si_host host = vm->host;
    size_t cpus = vm->cpus;

    si_floating_free(&vm->floating, &host);
    si_hooks_deallocate(&host, vm->vcpu, cpus * sizeof *vm->vcpu);
    si_hooks_deallocate(&host, vm, sizeof *vm);
}

static struct s390irq_vm *allocate(const struct si_host *host,
                                   const struct s390irq_vm_config *config)
{
    struct s390irq_vm *vm = si_hooks_allocate(host, sizeof *vm);

    if (!vm)
        return NULL;
    vm->host = *host;
    vm->cpus = config->cpus;
    vm->flags = config->flags;
    vm->queue.vm = vm;
    si_adapters_init(&vm->adapters);
    atomic_store(&vm->references, 1);
    si_lock_init(&vm->tod_lock);
    si_lock_init(&vm->closing);
    vm->vcpu = si_hooks_allocate(host, vm->cpus * sizeof *vm->vcpu);
    if (!vm->vcpu ||
        !si_floating_init(&vm->floating, host, config->cp_service_limit)) {
        free_vm(vm);
        return NULL;
    }
    return vm;
}

int s390irq_vm_create(const struct s390irq_vm_config *config,
                      const struct s390irq_host_ops *ops, void *opaque,
                      struct s390irq_vm **vm)
{
    struct s390irq_vm_config known;
    struct s390irq_vm *made;
    struct si_host host;
    int rc;

    if (!vm)
        return S390IRQ_E_INVALID;
    rc = si_abi_check(config, sizeof known, sizeof known);
    if (rc < 0)
        return rc;
    si_abi_read(&known, config, sizeof known);
    rc = si_hooks_init(&host, &known, ops, opaque);
    if (rc == 0)
        rc = check_config(&known, &host);
    if (rc < 0)
        return rc;
    made = allocate(&host, &known);
    if (!made)
        return S390IRQ_E_NO_MEMORY;
    *vm = made;
    return 0;
}

struct s390irq_vm *s390irq_vm_ref(struct s390irq_vm *vm)
{
    if (vm)
        atomic_fetch_add(&vm->references, 1);
    return vm;
}

void s390irq_vm_unref(struct s390irq_vm *vm)
{
    struct si_host host;
    uint32_t address;

    if (!vm || atomic_fetch_sub(&vm->references, 1) != 1)
        return;
    host = vm->host;
    for (address = 0; address < vm->cpus; address++)
        si_create_free(si_machine_slot(vm, address));
    free_vm(vm);
    if (host.ops.released)
        host.ops.released(host.opaque, NULL);
}

int s390irq_vm_close(struct s390irq_vm *vm)
{
    if (!vm)
        return S390IRQ_E_INVALID;
    si_hold_close(vm, SI_CLOSED_FOR_EVER);
    return 0;
}

struct s390irq_vcpu *s390irq_vm_cpu(struct s390irq_vm *vm, uint32_t address)
{
    return vm ? si_machine_vcpu(vm, address) : NULL;
}

int s390irq_vm_reset(struct s390irq_vm *vm)
{
    uint64_t removed;

    if (!vm)
        return S390IRQ_E_INVALID;
    removed = si_floating_clear(&vm->floating);
    si_route_raised(vm);
    si_trace_clear_floating(vm, removed);
    si_adapters_reset(&vm->adapters);
    return 0;
}

/* A CPU that is parked is left asleep. */
static void ask_to_park(struct s390irq_vcpu *vcpu, void *argument)
{
    bool parked;

    (void)argument;
    si_lock_take(&vcpu->local.lock);
    parked = vcpu->parked;
    si_lock_release(&vcpu->local.lock);
    if (!parked)
        si_route_reason(vcpu, SI_LOCAL_LOOK);
}

int s390irq_vm_pause(struct s390irq_vm *vm)
{
    if (!vm)
        return S390IRQ_E_INVALID;
    if (!(atomic_fetch_or(&vm->unparked, SI_MACHINE_PAUSED) &
          SI_MACHINE_PAUSED))
        si_machine_each(vm, ask_to_park, NULL);
    return atomic_load(&vm->unparked) == SI_MACHINE_PAUSED;
}

static void wake_paused(struct s390irq_vcpu *vcpu, void *argument)
{
    bool pausing;

    (void)argument;
    si_lock_take(&vcpu->local.lock);
    pausing = vcpu->pausing;
    si_lock_release(&vcpu->local.lock);
    if (pausing)
        si_route_reason(vcpu, SI_LOCAL_LOOK);
}

int s390irq_vm_resume(struct s390irq_vm *vm)
{
    if (!vm)
        return S390IRQ_E_INVALID;
    si_hold_reopen(vm, SI_CLOSED_SAVED);
    if (atomic_fetch_and(&vm->unparked, ~SI_MACHINE_PAUSED) & SI_MACHINE_PAUSED)
        si_machine_each(vm, wake_paused, NULL);
    return 0;
}
