/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions that change the PSW (PoP ch. 10). */
#include "instructions/psw.h"

#include "instructions/instructions.h"
#include "storage/storage.h"

#define SYSTEM_MASK_SHIFT 56

/*
 * The library looks at the new PSW, whether it is valid and whether it waits,
 * in the deliver that follows.
 */
static void load(struct cpu *cpu, uint64_t mask, uint64_t address)
{
    cpu->registers.psw_mask = mask;
    cpu->registers.psw_address = address;
    instructions_masks_changed(cpu);
    cpu->must_deliver = true;
}

int load_psw_extended(struct cpu *cpu, const struct instruction *instruction)
{
    uint8_t bytes[16];
    int program;

    if (instruction->address % 8)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, instruction->address, bytes, sizeof bytes);
    if (program != 0)
        return program;
    load(cpu, storage_number(bytes, 8), storage_number(bytes + 8, 8));
    return 0;
}

int load_psw(struct cpu *cpu, const struct instruction *instruction)
{
    const uint64_t address_bits = 0x7fffffff;
    uint8_t bytes[8];
    uint64_t psw;
    int program;

    if (instruction->address % 8)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, instruction->address, bytes, sizeof bytes);
    if (program != 0)
        return program;
    psw = storage_number(bytes, 8);
    if (!(psw & PSW_SHORT))
        return PROGRAM_SPECIFICATION;
    load(cpu, psw & ~PSW_SHORT & ~address_bits, psw & address_bits);
    return 0;
}

static void set_mask(struct cpu *cpu, uint8_t system_mask)
{
    const uint64_t all = UINT64_C(0xff) << SYSTEM_MASK_SHIFT;

    cpu->registers.psw_mask = (cpu->registers.psw_mask & ~all) |
                              (uint64_t)system_mask << SYSTEM_MASK_SHIFT;
    instructions_masks_changed(cpu);
}

int set_system_mask(struct cpu *cpu, const struct instruction *instruction)
{
    uint8_t mask;
    int program = storage_fetch(cpu, instruction->address, &mask, 1);

    if (program == 0)
        set_mask(cpu, mask);
    return program;
}

int store_then_or_system_mask(struct cpu *cpu,
                              const struct instruction *instruction)
{
    uint8_t mask = (uint8_t)(cpu->registers.psw_mask >> SYSTEM_MASK_SHIFT);
    int program = storage_store(cpu, instruction->address, &mask, 1);

    if (program == 0)
        set_mask(cpu, mask | instruction->bytes[1]);
    return program;
}

int store_then_and_system_mask(struct cpu *cpu,
                               const struct instruction *instruction)
{
    uint8_t mask = (uint8_t)(cpu->registers.psw_mask >> SYSTEM_MASK_SHIFT);
    int program = storage_store(cpu, instruction->address, &mask, 1);

    if (program == 0)
        set_mask(cpu, mask & instruction->bytes[1]);
    return program;
}

/* The mode is in bits 52-55 of the operand address (PoP ch. 10). */
int set_address_space_control(struct cpu *cpu,
                              const struct instruction *instruction)
{
    static const uint8_t spaces[4] = { STORAGE_PRIMARY, STORAGE_SECONDARY,
                                       STORAGE_ACCESS_REGISTER, STORAGE_HOME };
    uint64_t mode = instruction->address >> 8 & 0xf;

    if (mode > 3)
        return PROGRAM_SPECIFICATION;
    if (!(cpu->registers.psw_mask & PSW_DAT))
        return PROGRAM_SPECIAL_OPERATION;
    cpu->registers.psw_mask = (cpu->registers.psw_mask & ~PSW_SPACE) |
                              (uint64_t)spaces[mode] << PSW_SPACE_SHIFT;
    return 0;
}

/* The key is in bits 56-59 of the operand address. */
int set_psw_key(struct cpu *cpu, const struct instruction *instruction)
{
    cpu->registers.psw_mask = (cpu->registers.psw_mask & ~PSW_KEY) |
                              (instruction->address & 0xf0) << 48;
    return 0;
}
