/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions for control registers, prefix and identity (PoP ch. 10). */
#include "instructions.h"
#include "storage.h"

#include <string.h>

/* Loads registers r1 to r3, round the corner if need be. */
static int load(struct cpu *cpu, const struct instruction *instruction,
                size_t length)
{
    unsigned count = ((instruction->r3 - instruction->r1) & 15) + 1;
    uint8_t bytes[16 * 8];

    if (instruction->address % length)
        return PROGRAM_SPECIFICATION;
    if (!storage_fetch(cpu, instruction->address, bytes, count * length))
        return PROGRAM_ADDRESSING;
    for (unsigned i = 0; i < count; i++) {
        uint64_t *cr = &cpu->registers.cr[(instruction->r1 + i) & 15];
        uint64_t value = storage_number(bytes + i * length, length);

        *cr = length == 8 ? value : (*cr & ~UINT64_C(0xffffffff)) | value;
    }
    instructions_masks_changed(cpu);
    /* Control register 0 has the clock-comparator sign control. */
    s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->registers);
    return 0;
}

static int store(struct cpu *cpu, const struct instruction *instruction,
                 size_t length)
{
    unsigned count = ((instruction->r3 - instruction->r1) & 15) + 1;
    uint8_t bytes[16 * 8];

    if (instruction->address % length)
        return PROGRAM_SPECIFICATION;
    for (unsigned i = 0; i < count; i++)
        storage_bytes(bytes + i * length,
                      cpu->registers.cr[(instruction->r1 + i) & 15], length);
    return storage_store(cpu, instruction->address, bytes, count * length)
               ? 0
               : PROGRAM_ADDRESSING;
}

int load_control(struct cpu *cpu, const struct instruction *instruction)
{
    return load(cpu, instruction, 4);
}

int load_control_long(struct cpu *cpu, const struct instruction *instruction)
{
    return load(cpu, instruction, 8);
}

int store_control(struct cpu *cpu, const struct instruction *instruction)
{
    return store(cpu, instruction, 4);
}

int store_control_long(struct cpu *cpu, const struct instruction *instruction)
{
    return store(cpu, instruction, 8);
}

int set_prefix(struct cpu *cpu, const struct instruction *instruction)
{
    const uint32_t area = 8192;
    uint8_t bytes[4];
    uint32_t prefix;

    if (instruction->address % sizeof bytes)
        return PROGRAM_SPECIFICATION;
    if (!storage_fetch(cpu, instruction->address, bytes, sizeof bytes))
        return PROGRAM_ADDRESSING;
    prefix = (uint32_t)storage_number(bytes, sizeof bytes) & 0x7fffe000;
    if (prefix + area > cpu->machine->options.ram_size)
        return PROGRAM_ADDRESSING;
    cpu->registers.prefix = prefix;
    cpu->must_deliver = true;
    return 0;
}

/* Stores a number; its operand must be at a multiple of its length. */
static int store_number(struct cpu *cpu, uint64_t address, uint64_t number,
                        size_t length)
{
    uint8_t bytes[8];

    if (address % length)
        return PROGRAM_SPECIFICATION;
    storage_bytes(bytes, number, length);
    return storage_store(cpu, address, bytes, length) ? 0 : PROGRAM_ADDRESSING;
}

int store_prefix(struct cpu *cpu, const struct instruction *instruction)
{
    return store_number(cpu, instruction->address, cpu->registers.prefix, 4);
}

int store_cpu_address(struct cpu *cpu, const struct instruction *instruction)
{
    return store_number(cpu, instruction->address, cpu->address, 2);
}

/* Version, CPU address as serial number, machine type, format. */
int store_cpu_id(struct cpu *cpu, const struct instruction *instruction)
{
    const uint64_t machine_type = 0x2817;
    const uint64_t format = 0x8000;

    return store_number(
        cpu, instruction->address,
        (uint64_t)cpu->address << 32 | machine_type << 16 | format, 8);
}

/* The first word of the list. */
int store_facility_list(struct cpu *cpu, const struct instruction *instruction)
{
    const uint64_t lowcore_facilities = 0xc8;
    uint8_t bytes[8 * FACILITY_DOUBLEWORDS];

    (void)instruction;
    instructions_facilities(bytes);
    return storage_store(cpu, lowcore_facilities, bytes, 4)
               ? 0
               : PROGRAM_ADDRESSING;
}

/* Function code 0 asks for the level: 1, a basic machine. */
int store_system_information(struct cpu *cpu,
                             const struct instruction *instruction)
{
    const uint64_t function = UINT64_C(0xf0000000);
    uint64_t general0 = general(cpu, 0);

    (void)instruction;
    if ((general0 & function) != 0) {
        instructions_condition(cpu, 3);
        return 0;
    }
    set_general(cpu, 0, (general0 & ~UINT64_C(0xffffffff)) | 0x10000000);
    instructions_condition(cpu, 0);
    return 0;
}
