/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DIAGNOSE: what a guest may ask of this VMM. The second-operand address is
 * the function code.
 *
 *   0x44, 0x9c  give up the rest of this turn
 *   0x500       inject: R1 has the real address of a request, on a doubleword;
 *               R3 is set to what became of the last injection, an
 *               S390IRQ_* outcome (0 queued, 1 coalesced, 2 busy, 3 full):
 *                 +0  u16 kind, an S390IRQ_KIND_* number
 *                 +2  u16 CPU address, for kinds that are pending at a CPU
 *                 +4  u32 parameter
 *                 +8  u64 parameter64, one more at each repetition
 *                 +16 u32 repetitions, 0 = 1
 *   0x501       R3 is set to what pends for this CPU, its own and floating,
 *               as bits 1 << S390IRQ_KIND_*; level conditions are not in it
 *
 * Other codes, set prefix (which is SIGP's) and requests that the library
 * calls an error end with a specification exception.
 */
#include "instructions.h"
#include "storage.h"

#include <string.h>

#define REQUEST_SIZE 20

static int yield(struct cpu *cpu, const struct instruction *instruction)
{
    (void)instruction;
    cpu->yields = true;
    return 0;
}

static int inject_one(struct machine *machine, uint32_t target,
                      const struct s390irq_interruption *interruption)
{
    struct s390irq_vcpu *vcpu = s390irq_vm_cpu(machine->vm, target);
    int outcome = s390irq_vm_inject(machine->vm, interruption);

    /* A kind is floating or local; the library knows which. */
    if (outcome == S390IRQ_E_INVALID)
        outcome = s390irq_vcpu_inject(vcpu, interruption);
    if (outcome >= 0)
        counts_injected(machine, interruption->kind, outcome);
    return outcome;
}

static int inject(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_interruption interruption;
    uint64_t address = general(cpu, instruction->r1);
    uint8_t request[REQUEST_SIZE];
    uint64_t repetitions;
    uint32_t target;
    int outcome;

    if (address % 8)
        return PROGRAM_SPECIFICATION;
    if (!storage_fetch(cpu, address, request, sizeof request))
        return PROGRAM_ADDRESSING;
    memset(&interruption, 0, sizeof interruption);
    interruption.kind = (uint16_t)storage_number(request, 2);
    target = (uint32_t)storage_number(request + 2, 2);
    interruption.parameter = (uint32_t)storage_number(request + 4, 4);
    interruption.parameter64 = storage_number(request + 8, 8);
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

static int pending(struct cpu *cpu, const struct instruction *instruction)
{
    struct s390irq_queue *floating = s390irq_vm_queue(cpu->machine->vm);
    struct s390irq_queue *local = s390irq_vcpu_queue(cpu->vcpu);

    set_general(cpu, instruction->r3,
                s390irq_queue_pending(floating) | s390irq_queue_pending(local));
    return 0;
}

int diagnose(struct cpu *cpu, const struct instruction *instruction)
{
    static const struct {
        uint16_t code;
        instruction_function *function;
    } functions[] = {
        { 0x44, yield },
        { 0x9c, yield },
        { 0x500, inject },
        { 0x501, pending },
    };

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (functions[i].code == (uint16_t)instruction->address)
            return functions[i].function(cpu, instruction);
    }
    return PROGRAM_SPECIFICATION;
}
