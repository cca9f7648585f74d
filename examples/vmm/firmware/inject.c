/* SPDX-License-Identifier: BSD-3-Clause */
/* DIAGNOSE functions that inject what a guest asks for; see diagnose.c. */
#include "instructions/instructions.h"
#include "storage/storage.h"

#include <string.h>

#define REQUEST_SIZE 20

/* Not at a CPU, although the kind would allow it. */
#define AT_NO_CPU 0xffff

static void fill(struct s390irq_interruption *interruption,
                 const uint8_t request[REQUEST_SIZE])
{
    uint32_t parameter = (uint32_t)storage_number(request + 4, 4);
    uint64_t parameter64 = storage_number(request + 8, 8);

    memset(interruption, 0, sizeof *interruption);
    interruption->kind = (uint16_t)storage_number(request, 2);
    switch (interruption->kind) {
    case S390IRQ_KIND_MACHINE_CHECK:
        interruption->u.machine_check.conditions = parameter64;
        interruption->u.machine_check.external_damage = parameter;
        break;
    case S390IRQ_KIND_MALFUNCTION_ALERT:
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_EXTERNAL_CALL:
    case S390IRQ_KIND_IUCV:
        interruption->source = (uint16_t)parameter;
        break;
    default:
        interruption->parameter = parameter;
        interruption->parameter64 = parameter64;
    }
}

/* Most kinds are either floating or local; the library knows which. */
static int inject_one(struct machine *machine, uint32_t target,
                      const struct s390irq_interruption *interruption)
{
    struct s390irq_vcpu *vcpu = s390irq_vm_cpu(machine->vm, target);
    bool local =
        interruption->kind == S390IRQ_KIND_MACHINE_CHECK && target != AT_NO_CPU;
    int outcome = local ? S390IRQ_E_INVALID
                        : s390irq_vm_inject(machine->vm, interruption);

    if (outcome == S390IRQ_E_INVALID)
        outcome = s390irq_vcpu_inject(vcpu, interruption);
    if (outcome >= 0)
        counts_injected(machine, interruption->kind, outcome);
    return outcome;
}

int inject(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_interruption interruption;
    uint64_t address = general(cpu, instruction->r1);
    uint8_t request[REQUEST_SIZE];
    uint64_t repetitions;
    uint32_t target;
    int program;
    int outcome;

    if (address % 8)
        return PROGRAM_SPECIFICATION;
    program =
        storage_fetch_from(cpu, STORAGE_REAL, address, request, sizeof request);
    if (program != 0)
        return program;
    fill(&interruption, request);
    target = (uint32_t)storage_number(request + 2, 2);
    repetitions = storage_number(request + 16, 4);
    if (interruption.kind == S390IRQ_KIND_SET_PREFIX)
        return PROGRAM_SPECIFICATION;
    do {
        outcome = inject_one(cpu->machine, target, &interruption);
        if (interruption.parameter64 != 0)
            interruption.parameter64++;
    } while (outcome >= 0 && repetitions-- > 1);
    if (outcome < 0)
        return PROGRAM_SPECIFICATION;
    set_general(cpu, instruction->r3, (uint64_t)outcome);
    return 0;
}

int pending(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_queue *floating = s390irq_vm_queue(cpu->machine->vm);
    struct s390irq_queue *local = s390irq_vcpu_queue(cpu->vcpu);

    set_general(cpu, instruction->r3,
                s390irq_queue_pending(floating) | s390irq_queue_pending(local));
    return 0;
}
