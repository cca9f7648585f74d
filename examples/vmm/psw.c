/* SPDX-License-Identifier: BSD-3-Clause */
/* Instructions that change the PSW (PoP ch. 10). */
#include "psw.h"

#include "instructions.h"
#include "storage.h"

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

    if (instruction->address % 8)
        return PROGRAM_SPECIFICATION;
    if (!storage_fetch(cpu, instruction->address, bytes, sizeof bytes))
        return PROGRAM_ADDRESSING;
    load(cpu, storage_number(bytes, 8), storage_number(bytes + 8, 8));
    return 0;
}

int load_psw(struct cpu *cpu, const struct instruction *instruction)
{
    const uint64_t address_bits = 0x7fffffff;
    uint8_t bytes[8];
    uint64_t psw;

    if (instruction->address % 8)
        return PROGRAM_SPECIFICATION;
    if (!storage_fetch(cpu, instruction->address, bytes, sizeof bytes))
        return PROGRAM_ADDRESSING;
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

    if (!storage_fetch(cpu, instruction->address, &mask, 1))
        return PROGRAM_ADDRESSING;
    set_mask(cpu, mask);
    return 0;
}

int store_then_or_system_mask(struct cpu *cpu,
                              const struct instruction *instruction)
{
    uint8_t mask = (uint8_t)(cpu->registers.psw_mask >> SYSTEM_MASK_SHIFT);

    if (!storage_store(cpu, instruction->address, &mask, 1))
        return PROGRAM_ADDRESSING;
    set_mask(cpu, mask | instruction->bytes[1]);
    return 0;
}

int store_then_and_system_mask(struct cpu *cpu,
                               const struct instruction *instruction)
{
    uint8_t mask = (uint8_t)(cpu->registers.psw_mask >> SYSTEM_MASK_SHIFT);

    if (!storage_store(cpu, instruction->address, &mask, 1))
        return PROGRAM_ADDRESSING;
    set_mask(cpu, mask & instruction->bytes[1]);
    return 0;
}

/* The key is in bits 56-59 of the operand address. */
int set_psw_key(struct cpu *cpu, const struct instruction *instruction)
{
    cpu->registers.psw_mask = (cpu->registers.psw_mask & ~PSW_KEY) |
                              (instruction->address & 0xf0) << 48;
    return 0;
}
