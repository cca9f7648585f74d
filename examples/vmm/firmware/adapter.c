/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Adapters: DIAGNOSE makes them and has them signal, as a device would that
 * was found and driven in some other way; SET INTERRUPTION CONTROLS.
 */
#include "instructions/instructions.h"
#include "storage/storage.h"

#define ROUTE_SIZE 40

/* An adapter that the guest named wrongly is its mistake. */
static int answer(struct cpu *cpu, const struct instruction *instruction,
                  int outcome)
{
    if (outcome < 0)
        return PROGRAM_SPECIFICATION;
    set_general(cpu, instruction->r3, (uint64_t)outcome);
    return 0;
}

int add_adapter(struct cpu *cpu, const struct instruction *instruction)
{
    const uint32_t flags =
        S390IRQ_ADAPTER_MASKABLE | S390IRQ_ADAPTER_SUPPRESSIBLE;

    return answer(cpu, instruction,
                  s390irq_vm_add_adapter(
                      cpu->machine->vm, (uint32_t)general(cpu, instruction->r1),
                      (uint32_t)general(cpu, instruction->r3), flags));
}

/* What it signalled while it was masked is presented when it is unmasked. */
int mask_adapter(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_adapter adapter = S390IRQ_ADAPTER_INIT;
    struct s390irq_vm *vm = cpu->machine->vm;
    uint32_t id = (uint32_t)general(cpu, instruction->r1);
    bool masked = general(cpu, instruction->r3) != 0;

    if (s390irq_vm_get_adapter(vm, id, &adapter) == 0 && adapter.remembered &&
        !masked)
        counts_injected(cpu->machine, S390IRQ_KIND_ADAPTER, S390IRQ_QUEUED);
    return answer(cpu, instruction, s390irq_vm_mask_adapter(vm, id, masked));
}

int fire_adapter(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_route route = S390IRQ_ROUTE_INIT;
    uint64_t address = general(cpu, instruction->r1);
    uint8_t bytes[ROUTE_SIZE];
    int program;
    int outcome;

    if (address % 8)
        return PROGRAM_SPECIFICATION;
    program =
        storage_fetch_from(cpu, STORAGE_REAL, address, bytes, sizeof bytes);
    if (program != 0)
        return program;
    route.adapter = (uint32_t)storage_number(bytes, 4);
    route.indicator_absolute = storage_number(bytes + 8, 8);
    route.indicator_offset = storage_number(bytes + 16, 8);
    route.summary_absolute = storage_number(bytes + 24, 8);
    route.summary_offset = storage_number(bytes + 32, 8);
    outcome = s390irq_vm_fire_route(cpu->machine->vm, &route);
    if (outcome >= 0)
        counts_injected(cpu->machine, S390IRQ_KIND_ADAPTER, outcome);
    return answer(cpu, instruction, outcome);
}

/* R1 has the mode, R3 the subclass in bits 34 to 36. */
int set_interruption_controls(struct cpu *cpu,
                              const struct instruction *instruction)
{
    uint32_t mode = (uint16_t)general(cpu, instruction->r1);
    uint32_t isc = S390IRQ_IO_ISC(general(cpu, instruction->r3));

    return s390irq_vm_set_ais(cpu->machine->vm, isc, mode) < 0 ? PROGRAM_OPERAND
                                                               : 0;
}
