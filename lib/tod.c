/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The TOD clock of the VM: the host's clock plus an epoch of which the right
 * half is what comparators are judged by, and the left half counts wraps.
 */
#include "cpu/route.h"

static void look_again(struct s390irq_vcpu *vcpu, void *argument)
{
    (void)argument;
    si_route_reason(vcpu, SI_LOCAL_LOOK);
}

/* The host's clock is read first: no hook runs under the lock. */
static void set_tod(struct s390irq_vm *vm, uint64_t index, uint64_t tod)
{
    uint64_t host_tod = si_hooks_tod(&vm->host, NULL);

    si_lock_take(&vm->tod_lock);
    atomic_store(&vm->epoch, tod - host_tod);
    vm->epoch_index = index - (tod < host_tod);
    si_lock_release(&vm->tod_lock);
    si_machine_each(vm, look_again, NULL);
}

int s390irq_vm_set_tod(struct s390irq_vm *vm, uint64_t tod)
{
    if (!vm)
        return S390IRQ_E_INVALID;
    set_tod(vm, 0, tod);
    return 0;
}

int s390irq_vm_set_tod_epoch(struct s390irq_vm *vm, uint32_t index,
                             uint64_t tod)
{
    if (!vm || index > 0xff)
        return S390IRQ_E_INVALID;
    if (index && !(vm->host.facilities & SI_FACILITY_MULTIPLE_EPOCH))
        return S390IRQ_E_UNSUPPORTED;
    set_tod(vm, index, tod);
    return 0;
}

int s390irq_vm_get_tod(struct s390irq_vm *vm, uint64_t *tod)
{
    if (!vm || !tod)
        return S390IRQ_E_INVALID;
    *tod = si_hooks_tod(&vm->host, NULL) + atomic_load(&vm->epoch);
    return 0;
}

int s390irq_vm_get_tod_epoch(struct s390irq_vm *vm, uint32_t *index,
                             uint64_t *tod)
{
    uint64_t host_tod, epoch;

    if (!vm || !index || !tod)
        return S390IRQ_E_INVALID;
    host_tod = si_hooks_tod(&vm->host, NULL);
    si_lock_take(&vm->tod_lock);
    epoch = atomic_load(&vm->epoch);
    *index = (uint32_t)(vm->epoch_index + (host_tod + epoch < host_tod)) & 0xff;
    si_lock_release(&vm->tod_lock);
    *tod = host_tod + epoch;
    return 0;
}

/* The stamp of a running CPU's timer is its owner's: told at its deliver. */
static void move_stamp(struct s390irq_vcpu *vcpu, void *argument)
{
    const uint64_t delta = *(const uint64_t *)argument;

    si_lock_take(&vcpu->local.lock);
    if (!vcpu->parked) {
        vcpu->clock_jump += delta;
    } else {
        vcpu->start_tod += delta;
        if (vcpu->copy.cpu_timer_since_tod)
            vcpu->copy.cpu_timer_since_tod += delta;
    }
    si_lock_release(&vcpu->local.lock);
}

int s390irq_vm_adjust_tod(struct s390irq_vm *vm, uint64_t delta)
{
    uint64_t epoch;

    if (!vm)
        return S390IRQ_E_INVALID;
    si_lock_take(&vm->tod_lock);
    epoch = atomic_load(&vm->epoch);
    vm->epoch_index -= (epoch < delta) + (delta >> 63 ? UINT64_MAX : 0);
    atomic_store(&vm->epoch, epoch - delta);
    si_lock_release(&vm->tod_lock);
    si_machine_each(vm, move_stamp, &delta);
    si_machine_each(vm, look_again, NULL);
    return 0;
}
