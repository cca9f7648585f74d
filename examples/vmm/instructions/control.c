/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions for control registers, prefix and identity (PoP ch. 10). */
#include "instructions/instructions.h"
#include "storage/storage.h"

#include <string.h>

/* Loads registers r1 to r3, round the corner if need be. */
static int load(struct cpu *cpu, const struct instruction *instruction,
                size_t length)
{
    unsigned count = ((instruction->r3 - instruction->r1) & 15) + 1;
    uint8_t bytes[16 * 8];
    int program;

    if (instruction->address % length)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, instruction->address, bytes, count * length);
    if (program != 0)
        return program;
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
    return storage_store(cpu, instruction->address, bytes, count * length);
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
    int program;

    if (instruction->address % sizeof bytes)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, instruction->address, bytes, sizeof bytes);
    if (program != 0)
        return program;
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
    return storage_store(cpu, address, bytes, length);
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

    (void)instruction;
    return storage_store_lowcore(cpu, lowcore_facilities,
                                 cpu->machine->facilities, 4);
}

/*
 * Function code 0 asks for the level: 1, a basic machine. Its description,
 * 1.1.1, is all blanks.
 */
int store_system_information(struct cpu *cpu,
                             const struct instruction *instruction)
{
    const uint8_t ebcdic_blank = 0x40;
    uint64_t general0 = general(cpu, 0);
    uint8_t block[4096];
    int program = 0;
    unsigned condition_code = 0;

    if ((general0 & 0xf0000000) == 0)
        set_general(cpu, 0, (general0 & ~UINT64_C(0xffffffff)) | 0x10000000);
    else if ((general0 & 0xf00000ff) == 0x10000001 &&
             (uint16_t)general(cpu, 1) == 1) {
        memset(block, ebcdic_blank, sizeof block);
        memset(block, 0, 32);
        program =
            instruction->address % sizeof block
                ? PROGRAM_SPECIFICATION
                : storage_store(cpu, instruction->address, block, sizeof block);
    } else
        condition_code = 3;
    if (program == 0)
        instructions_condition(cpu, condition_code);
    return program;
}

/* General register 0 has the TOD programmable field, as STCKE shows it. */
int set_clock_programmable_field(struct cpu *cpu,
                                 const struct instruction *instruction)
{
    uint32_t value = (uint32_t)general(cpu, 0);

    (void)instruction;
    if (value > UINT16_MAX)
        return PROGRAM_SPECIFICATION;
    cpu->registers.tod_programmable = value;
    return 0;
}

/* The program parameter is for those who measure: nobody here. */
int load_program_parameter(struct cpu *cpu,
                           const struct instruction *instruction)
{
    (void)cpu;
    (void)instruction;
    return 0;
}
