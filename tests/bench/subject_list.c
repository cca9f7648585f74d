/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subject_list.h"

#include <stdlib.h>
#include <string.h>

#include "workload.h"

static void wake(void *vm, void *cpu)
{
    struct machine *machine = vm;

    machine->woken = cpu;
    machine->wakes++;
}

struct machine *machine_open(const struct machine_options *options)
{
    struct machine *machine = calloc(1, sizeof *machine);
    uint64_t size = MACHINE_PREFIX(options->cpus) + UINT64_C(0x100000);

    if (!machine)
        bench_fail("memory");
    machine->ram = aligned_alloc(4096, size);
    machine->processors = calloc(options->cpus, sizeof *machine->processors);
    if (!machine->ram || !machine->processors)
        bench_fail("memory");
    memset(machine->ram, 0, size);
    machine_default_psws(machine->ram, options->cpus);
    machine->vm = list_create(options->cpus, machine->ram, wake, machine);
    if (!machine->vm)
        bench_fail("memory");
    for (uint32_t i = 0; i < options->subchannels; i++)
        list_add_subchannel(machine->vm, bench_subchannel(i));
    for (uint32_t i = 0; i < options->cpus; i++) {
        struct processor *cpu = &machine->processors[i];

        cpu->machine = machine;
        cpu->list = &machine->vm->cpu[i];
        cpu->list->opaque = cpu;
        cpu->registers.prefix = MACHINE_PREFIX(i);
    }
    return machine;
}

void machine_start(struct processor *cpu)
{
    list_start(cpu->list);
}

void machine_close(struct machine *machine)
{
    list_destroy(machine->vm);
    free(machine->processors);
    free(machine->ram);
    free(machine);
}
