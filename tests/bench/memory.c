/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "workload.h"

#define SUBCHANNELS 65536
#define PENDING     10000

static void *allocate(void *vm, void *cpu, size_t bytes)
{
    uint64_t *total = vm;

    (void)cpu;
    *total += bytes;
    return aligned_alloc(64, (bytes + 63) / 64 * 64);
}

static void deallocate(void *vm, void *cpu, void *memory, size_t bytes)
{
    uint64_t *total = vm;

    (void)cpu;
    *total -= bytes;
    free(memory);
}

static struct s390irq_vm *create(uint32_t cpus, uint64_t *total)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_vm *vm;

    config.cpus = cpus;
    ops.allocate = allocate;
    ops.deallocate = deallocate;
    *total = 0;
    if (s390irq_vm_create(&config, &ops, total, &vm) != 0)
        bench_fail("s390irq_vm_create");
    return vm;
}

static void print(const char *name, uint64_t size, double bytes)
{
    printf("%s %" PRIu64 " %.2f\n", name, size, bytes);
}

static void print_cpus(uint32_t cpus)
{
    struct s390irq_vcpu *vcpu;
    uint64_t total, empty;
    struct s390irq_vm *vm = create(cpus, &total);

    empty = total;
    for (uint32_t i = 0; i < cpus; i++)
        if (s390irq_vcpu_create(vm, i, NULL, &vcpu) != 0)
            bench_fail("s390irq_vcpu_create");
    print("vm", cpus, (double)empty);
    print("cpu", cpus, (double)(total - empty) / cpus);
    s390irq_vm_unref(vm);
}

static void add_subchannels(struct s390irq_vm *vm, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (s390irq_vm_add_subchannel(vm, bench_subchannel(i)) != 0)
            bench_fail("s390irq_vm_add_subchannel");
}

static void print_subchannels(uint32_t count)
{
    uint64_t total, empty;
    struct s390irq_vm *vm = create(1, &total);

    empty = total;
    add_subchannels(vm, count);
    print("subchannel", count, (double)(total - empty) / count);
    s390irq_vm_unref(vm);
}

static size_t saved(struct s390irq_vm *vm)
{
    size_t length = 0;

    if (s390irq_vm_pause(vm) != 1 ||
        s390irq_vm_save(vm, NULL, &length) != S390IRQ_E_BUFFER)
        bench_fail("the state has no size");
    return length;
}

static void print_saved(uint32_t pending)
{
    uint64_t total;
    struct s390irq_vm *vm = create(1, &total);
    size_t before;

    add_subchannels(vm, pending);
    before = saved(vm);
    for (uint32_t i = 0; i < pending; i++)
        if (s390irq_vm_inject_io(vm, bench_subchannel(i), i,
                                 S390IRQ_IO_WORD(i % 8)) != S390IRQ_QUEUED)
            bench_fail("s390irq_vm_inject_io");
    print("saved", pending, (double)(saved(vm) - before) / pending);
    s390irq_vm_unref(vm);
}

void memory_print(void)
{
    print_cpus(1);
    print_cpus(64);
    print_cpus(S390IRQ_MAX_CPUS);
    print_subchannels(1);
    print_subchannels(1000);
    print_subchannels(SUBCHANNELS);
    print_saved(PENDING);
}
