/* SPDX-License-Identifier: BSD-3-Clause */
/* SIGNAL PROCESSOR and MONITOR CALL (PoP ch. 4 and 7). */
#include "instructions/instructions.h"

#include <string.h>

/*
 * Condition code 2 goes to the guest, which will try again: a host that did
 * so itself would wait for a CPU whose turn cannot come.
 */
int signal_processor(struct cpu *cpu, const struct instruction *instruction)
{
    struct machine *machine = cpu->machine;
    const uint64_t low = 0xffffffff;
    unsigned r1 = instruction->r1;
    struct counts_order order = {
        .order = (uint8_t)instruction->address,
        .target = (uint16_t)general(cpu, instruction->r3),
        .parameter = general(cpu, r1 | 1),
    };
    struct s390irq_vcpu *target = s390irq_vm_cpu(machine->vm, order.target);

    order.was_stopped = s390irq_vcpu_state(target) == S390IRQ_STATE_STOPPED;
    order.condition_code = s390irq_vcpu_sigp(
        cpu->vcpu, order.target, order.order, order.parameter, &order.status);
    if (order.condition_code < 0) {
        machine_fail(machine, s390irq_strerror(order.condition_code));
        return 0;
    }
    if (order.condition_code == 1)
        set_general(cpu, r1, (general(cpu, r1) & ~low) | order.status);
    counts_order(machine, &order);
    instructions_condition(cpu, (unsigned)order.condition_code);
    cpu->yields |= order.condition_code == 2;
    return 0;
}

/* Control register 8 has a mask bit for each of the 16 monitor classes. */
int monitor_call(struct cpu *cpu, const struct instruction *instruction)
{
    unsigned class = instruction->bytes[1];
    struct s390irq_program program;

    if (class > 15)
        return PROGRAM_SPECIFICATION;
    if (!(cpu->registers.cr[8] & 0x8000u >> class))
        return 0;
    memset(&program, 0, sizeof program);
    program.code = PROGRAM_MONITOR;
    program.ilc = 4;
    program.monitor_class = (uint16_t) class;
    program.monitor_code = instruction->address;
    instructions_program(cpu, &program);
    return 0;
}
