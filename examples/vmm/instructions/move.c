/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MOVE WITH OPTIONAL SPECIFICATIONS (PoP ch. 10): between address spaces. All
 * storage has the guest's key, so keys are not looked at.
 */
#include "instructions/instructions.h"
#include "storage/storage.h"

#define LONGEST 4096

/*
 * One half of general register 0: with bit 63 (the lowest) of it the space is
 * in bits 48 and 49 of the half, else it is that of the PSW.
 */
static enum storage_space space_of(const struct cpu *cpu, uint64_t control)
{
    enum storage_space by_psw = storage_operand_space(cpu);

    if (by_psw == STORAGE_REAL || !(control & 1))
        return by_psw;
    return (enum storage_space)(control >> 6 & 3);
}

/* R3 has the length; more than a page at once is not moved. */
int move_with_optional_specifications(struct cpu *cpu,
                                      const struct instruction *instruction)
{
    uint64_t control = general(cpu, 0);
    uint64_t length = general(cpu, instruction->r1);
    uint8_t bytes[LONGEST];
    bool all = length <= LONGEST;
    int program;

    if (!all)
        length = LONGEST;
    program = storage_fetch_from(cpu, space_of(cpu, control),
                                 instruction->address2, bytes, length);
    if (program == 0)
        program = storage_store_into(cpu, space_of(cpu, control >> 16),
                                     instruction->address, bytes, length);
    if (program == 0)
        instructions_condition(cpu, all ? 0 : 3);
    return program;
}
