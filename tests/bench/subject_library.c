/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subject_library.h"

#include <stdlib.h>
#include <string.h>

#include "workload.h"

static void wake(void *vm, void *cpu)
{
    struct machine *machine = vm;

    machine->woken = cpu;
    machine->wakes++;
}

/* Only asked when a timer is armed. */
static uint64_t tod(void *vm, void *cpu)
{
    struct machine *machine = vm;

    (void)cpu;
    return machine->tod;
}

static int read_storage(void *vm, void *cpu, uint64_t absolute, void *data,
                        size_t length)
{
    struct machine *machine = vm;

    (void)cpu;
    memcpy(data, machine->ram + absolute, length);
    return 0;
}

static int write_storage(void *vm, void *cpu, uint64_t absolute,
                         const void *data, size_t length)
{
    struct machine *machine = vm;

    (void)cpu;
    memcpy(machine->ram + absolute, data, length);
    return 0;
}

static void create_vm(struct machine *machine,
                      const struct machine_options *options)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;

    config.cpus = options->cpus;
    ops.wake = wake;
    ops.tod = tod;
    if (options->hooks) {
        ops.read = read_storage;
        ops.write = write_storage;
    } else {
        config.ram = machine->ram;
        config.ram_size = machine->ram_size;
    }
    if (s390irq_vm_create(&config, &ops, machine, &machine->vm) != 0)
        bench_fail("s390irq_vm_create");
    machine->queue = s390irq_vm_queue(machine->vm);
    for (uint32_t i = 0; i < options->subchannels; i++)
        if (s390irq_vm_add_subchannel(machine->vm, bench_subchannel(i)) != 0)
            bench_fail("s390irq_vm_add_subchannel");
}

static void create_cpu(struct machine *machine, uint32_t address)
{
    struct processor *cpu = &machine->processors[address];

    cpu->machine = machine;
    cpu->registers = (struct s390irq_cpu)S390IRQ_CPU_INIT;
    cpu->registers.prefix = MACHINE_PREFIX(address);
    cpu->registers.clock_comparator = UINT64_MAX; /* no timer is armed */
    if (s390irq_vcpu_create(machine->vm, address, cpu, &cpu->vcpu) != 0)
        bench_fail("s390irq_vcpu_create");
    s390irq_vcpu_poll(cpu->vcpu, &cpu->poll);
}

struct machine *machine_open(const struct machine_options *options)
{
    struct machine *machine = calloc(1, sizeof *machine);

    if (!machine)
        bench_fail("memory");
    machine->ram_size = MACHINE_PREFIX(options->cpus) + UINT64_C(0x100000);
    machine->ram = aligned_alloc(4096, machine->ram_size);
    machine->processors = aligned_alloc(
        64, (options->cpus * sizeof *machine->processors + 63) / 64 * 64);
    if (!machine->ram || !machine->processors)
        bench_fail("memory");
    memset(machine->ram, 0, machine->ram_size);
    machine_default_psws(machine->ram, options->cpus);
    create_vm(machine, options);
    for (uint32_t i = 0; i < options->cpus; i++)
        create_cpu(machine, i);
    return machine;
}

void machine_start(struct processor *cpu)
{
    if (s390irq_vcpu_start(cpu->vcpu, &cpu->registers) != 0)
        bench_fail("s390irq_vcpu_start");
}

void machine_close(struct machine *machine)
{
    s390irq_vm_unref(machine->vm);
    free(machine->processors);
    free(machine->ram);
    free(machine);
}
