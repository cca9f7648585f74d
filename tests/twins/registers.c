/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * T-6. An owner loads its CPU's prefix while a sender sets it. SHARED: both
 * use the one struct of registers, as an interface would have it that keeps
 * a pointer to them. Otherwise: the owner's registers are its own, and the
 * sender acts on the copy of the parked CPU (s390irq_vcpu_deliver()).
 */
#include <s390irq/s390irq.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static uint8_t ram[1 << 20];

struct machine {
    struct s390irq_vcpu *target;
    struct s390irq_vcpu *sender;
    struct s390irq_cpu registers;
    atomic_int began, over; /* relaxed: they order nothing */
};

static void *set_prefix(void *argument)
{
    struct machine *machine = argument;
#ifdef SHARED
    atomic_store_explicit(&machine->began, 1, memory_order_relaxed);
    /* Until the owner has met it. */
    while (!atomic_load_explicit(&machine->over, memory_order_relaxed))
        machine->registers.prefix = 0x4000;
#else
    uint32_t status = 0;
    int cc;

    do
        cc = s390irq_vcpu_sigp(machine->sender, 0, S390IRQ_SIGP_SET_PREFIX,
                               0x4000, &status);
    while (cc == 2);
    atomic_store_explicit(&machine->began, 1, memory_order_relaxed);
#endif
    return NULL;
}

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct machine machine = { NULL, NULL, S390IRQ_CPU_INIT, 0, 0 };
    struct s390irq_vm *vm;
    pthread_t thread;
    uint32_t seen = 0;
    int left = 1000;

    config.cpus = 2;
    config.ram = ram;
    config.ram_size = sizeof ram;
    if (s390irq_vm_create(&config, NULL, NULL, &vm) < 0 ||
        s390irq_vcpu_create(vm, 0, NULL, &machine.target) < 0 ||
        s390irq_vcpu_create(vm, 1, NULL, &machine.sender) < 0 ||
        pthread_create(&thread, NULL, set_prefix, &machine) != 0)
        return 1;
    while (left > 0) {
        left -= atomic_load_explicit(&machine.began, memory_order_relaxed);
        if (s390irq_vcpu_deliver(machine.target, &machine.registers, NULL) !=
            S390IRQ_STOPPED)
            return 1;
        seen |= machine.registers.prefix;
    }
    atomic_store_explicit(&machine.over, 1, memory_order_relaxed);
    pthread_join(thread, NULL);
    if (s390irq_vcpu_deliver(machine.target, &machine.registers, NULL) < 0)
        return 1;
    printf("prefix %#x\n", (unsigned)(seen | machine.registers.prefix));
    s390irq_vm_unref(vm);
    return machine.registers.prefix == 0x4000 ? 0 : 1;
}
