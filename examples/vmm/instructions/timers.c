/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions that set and store clock comparator, CPU timer and TOD. */
#include "instructions/instructions.h"
#include "storage/storage.h"

static int fetch_doubleword(struct cpu *cpu, uint64_t address, uint64_t *value)
{
    uint8_t bytes[8];
    int program;

    if (address % sizeof bytes)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, address, bytes, sizeof bytes);
    if (program == 0)
        *value = storage_number(bytes, sizeof bytes);
    return program;
}

static int store_doubleword(struct cpu *cpu, uint64_t address, uint64_t value)
{
    uint8_t bytes[8];

    if (address % sizeof bytes)
        return PROGRAM_SPECIFICATION;
    storage_bytes(bytes, value, sizeof bytes);
    return storage_store(cpu, address, bytes, sizeof bytes);
}

static void timers_changed(struct cpu *cpu)
{
    int result = s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->registers);

    if (result < 0)
        machine_fail(cpu->machine, s390irq_strerror(result));
}

int set_clock(struct cpu *cpu, const struct instruction *instruction)
{
    uint64_t tod;
    int program = fetch_doubleword(cpu, instruction->address, &tod);

    if (program != 0)
        return program;
    s390irq_vm_set_tod(cpu->machine->vm, tod);
    instructions_condition(cpu, 0);
    return 0;
}

int set_clock_comparator(struct cpu *cpu, const struct instruction *instruction)
{
    int program = fetch_doubleword(cpu, instruction->address,
                                   &cpu->registers.clock_comparator);

    if (program == 0)
        timers_changed(cpu);
    return program;
}

int store_clock_comparator(struct cpu *cpu,
                           const struct instruction *instruction)
{
    return store_doubleword(cpu, instruction->address,
                            cpu->registers.clock_comparator);
}

/* The timer counts down from this value at this moment. */
int set_cpu_timer(struct cpu *cpu, const struct instruction *instruction)
{
    int program =
        fetch_doubleword(cpu, instruction->address, &cpu->registers.cpu_timer);

    if (program == 0) {
        cpu->registers.cpu_timer_since_tod = clock_tod(&cpu->machine->clock);
        timers_changed(cpu);
    }
    return program;
}

int store_cpu_timer(struct cpu *cpu, const struct instruction *instruction)
{
    const struct s390irq_cpu *registers = &cpu->registers;
    uint64_t elapsed = 0;

    if (registers->cpu_timer_since_tod != 0)
        elapsed =
            clock_tod(&cpu->machine->clock) - registers->cpu_timer_since_tod;
    return store_doubleword(cpu, instruction->address,
                            registers->cpu_timer - elapsed);
}
