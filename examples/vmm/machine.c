/* SPDX-License-Identifier: BSD-3-Clause */
/* How is the machine put together? */
#include "machine.h"

#include "instructions/instructions.h"
#include "instructions/psw.h"
#include "loader/linux.h"
#include "loader/loader.h"
#include "loop.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t tod_hook(void *vm, void *cpu)
{
    const struct machine *machine = vm;

    (void)cpu;
    return clock_tod(&machine->clock);
}

static void deadline_hook(void *vm, void *cpu, uint64_t deadline_tod)
{
    (void)vm;
    ((struct cpu *)cpu)->deadline = deadline_tod;
}

/* What the engine has of a CPU; vector registers need not be enabled. */
static int registers_hook(void *vm, void *cpu,
                          struct s390irq_registers *registers)
{
    struct machine *machine = vm;

    engine_registers(&machine->engine, &((struct cpu *)cpu)->engine, registers);
    return 0;
}

static int create_vm(struct machine *machine)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;

    config.cpus = machine->options.cpus;
    config.ram = machine->ram;
    config.ram_size = machine->options.ram_size;
    ops.tod = tod_hook;
    ops.deadline = deadline_hook;
    ops.registers = registers_hook;
    config.facilities = machine->facilities;
    config.facilities_size = sizeof machine->facilities;
    trace_add_hook(&machine->options, &ops);
    return s390irq_vm_create(&config, &ops, machine, &machine->vm);
}

static int create_cpu(struct machine *machine, uint32_t address)
{
    struct cpu *cpu = &machine->cpus[address];
    int result = s390irq_vcpu_create(machine->vm, address, cpu, &cpu->vcpu);

    if (result < 0)
        return result;
    cpu->machine = machine;
    cpu->address = address;
    cpu->registers = (struct s390irq_cpu)S390IRQ_CPU_INIT;
    cpu->deadline = S390IRQ_NEVER;
    cpu->answer = S390IRQ_STOPPED;
    s390irq_vcpu_poll(cpu->vcpu, &cpu->poll);
    s390irq_vcpu_set_dispatched(cpu->vcpu, false);
    return engine_add_cpu(&machine->engine, &cpu->engine) ? 0
                                                          : S390IRQ_E_NO_MEMORY;
}

/* CPU 0 begins at the guest's entry point, the others are stopped. */
static int start(struct machine *machine, uint64_t entry)
{
    struct cpu *cpu = &machine->cpus[0];

    cpu->registers.psw_mask = PSW_64_BIT;
    cpu->registers.psw_address = entry;
    return s390irq_vcpu_start(cpu->vcpu, &cpu->registers);
}

static const char *create_storage(struct machine *machine)
{
    const size_t page = 4096;
    uint64_t size = machine->options.ram_size;

    machine->ram = aligned_alloc(page, size);
    machine->cpus = calloc(machine->options.cpus, sizeof *machine->cpus);
    if (!machine->ram || !machine->cpus)
        return "no memory";
    memset(machine->ram, 0, size);
    return NULL;
}

static const char *load(struct machine *machine, uint64_t *entry,
                        const char **file)
{
    const struct machine_options *options = &machine->options;

    *file = options->guest;
    if (options->guest)
        return loader_load(options->guest, machine->ram, options->ram_size,
                           entry);
    return linux_load(&options->boot, machine->ram, options->ram_size, entry,
                      file);
}

/* Small guests have something to try; Linux has its disk, if any. */
static int create_devices(struct machine *machine)
{
    int result = 0;

    if (machine->options.boot.kernel)
        return 0;
    for (unsigned i = 0; i < CHANNEL_SUBCHANNELS && result >= 0; i++)
        result = channel_add_plain(machine, i);
    return result;
}

static int create_parts(struct machine *machine, uint64_t entry)
{
    int result = create_vm(machine);

    if (result >= 0)
        result = create_devices(machine);
    for (uint32_t i = 0; i < machine->options.cpus && result >= 0; i++)
        result = create_cpu(machine, i);
    return result < 0 ? result : start(machine, entry);
}

const char *machine_open(struct machine *machine,
                         const struct machine_options *options,
                         const char **file)
{
    static const struct engine_hooks hooks = { loop_block, replaced_fetch,
                                               replaced_wrong, replaced_before,
                                               replaced_after };
    uint64_t entry = 0;
    const char *wrong;
    int result;

    memset(machine, 0, sizeof *machine);
    machine->options = *options;
    machine->console.answer = options->answer;
    machine->console.attach = options->attach;
    machine->console.expected = options->expected;
    facilities_list(options->boot.kernel != NULL, machine->facilities);
    *file = NULL;
    clock_set_up(&machine->clock, options->host_clock);
    wrong = create_storage(machine);
    if (!wrong)
        wrong = engine_open(&machine->engine, machine->ram, options->ram_size,
                            &hooks, machine);
    if (!wrong)
        wrong = load(machine, &entry, file);
    if (wrong)
        return wrong;
    *file = NULL;
    result = create_parts(machine, entry);
    if (result < 0)
        return s390irq_strerror(result);
    *file = options->disk;
    return options->disk ? channel_add_disk(machine, options->disk, false)
                         : NULL;
}

void machine_close(struct machine *machine)
{
    channel_close(machine);
    for (uint32_t i = 0; machine->cpus && i < machine->options.cpus; i++)
        engine_remove_cpu(&machine->cpus[i].engine);
    s390irq_vm_unref(machine->vm);
    engine_close(&machine->engine);
    free(machine->cpus);
    free(machine->ram);
}

void machine_fail(struct machine *machine, const char *why)
{
    const struct cpu *cpu = machine->running;

    fflush(stdout);
    fprintf(stderr, "s390irq-vmm: %s", why);
    if (cpu)
        fprintf(stderr, " (CPU %u, PSW %016llx %016llx)", cpu->address,
                (unsigned long long)cpu->registers.psw_mask,
                (unsigned long long)cpu->registers.psw_address);
    fputc('\n', stderr);
    machine->failed = true;
}
