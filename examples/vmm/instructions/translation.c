/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Instructions for translation tables and for real storage (PoP ch. 10). All
 * CPUs share an engine, and a TLB is purged whenever another CPU gets its
 * turn: the one TLB to be purged is that of the CPU that executes.
 */
#include "instructions/instructions.h"
#include "instructions/psw.h"
#include "storage/dat.h"
#include "storage/storage.h"

/* Control of INVALIDATE DAT TABLE ENTRY in R2: no entry, only the TLB. */
#define CLEAR_BY_ASCE 0x800

static uint64_t asce_by_psw(const struct cpu *cpu)
{
    static const uint8_t control[4] = { 1, 1, 7, 13 };
    uint64_t mask = cpu->registers.psw_mask;

    return cpu->registers.cr[control[(mask & PSW_SPACE) >> PSW_SPACE_SHIFT]];
}

/*
 * Condition code 0: the real address; 1, 2: the address of a segment-table or
 * page-table entry that is invalid; 3: the exception that it would be.
 */
int load_real_address(struct cpu *cpu, const struct instruction *instruction)
{
    const struct dat_storage tables = { cpu->machine->ram,
                                        cpu->machine->options.ram_size };
    struct dat_result found =
        dat_translate(&tables, asce_by_psw(cpu), instruction->address);
    uint64_t value = found.real;
    unsigned condition_code = 0;

    if (found.code == DAT_ADDRESSING || found.code == DAT_SPECIFICATION)
        return found.code;
    if (found.code == DAT_SEGMENT && found.entry != 0)
        condition_code = 1;
    else if (found.code == DAT_PAGE_TRANSLATION)
        condition_code = 2;
    else if (found.code != 0)
        condition_code = 3;
    if (condition_code == 3)
        value = 0x80000000 | found.code;
    else if (condition_code != 0)
        value = found.entry;
    set_general(cpu, instruction->r1, value);
    instructions_condition(cpu, condition_code);
    return 0;
}

static int store_real(struct cpu *cpu, const struct instruction *instruction,
                      size_t length)
{
    uint64_t address = storage_wrap(cpu, general(cpu, instruction->rre2));
    uint8_t bytes[8];

    if (address % length)
        return PROGRAM_SPECIFICATION;
    storage_bytes(bytes, general(cpu, instruction->rre1), length);
    return storage_store_into(cpu, STORAGE_REAL, address, bytes, length);
}

int store_using_real_address(struct cpu *cpu,
                             const struct instruction *instruction)
{
    return store_real(cpu, instruction, 4);
}

int store_using_real_address_long(struct cpu *cpu,
                                  const struct instruction *instruction)
{
    return store_real(cpu, instruction, 8);
}

/* Replaces the right part of a general register. */
static void set_part(struct cpu *cpu, unsigned number, uint64_t value,
                     size_t length)
{
    uint64_t kept = length == 8 ? 0 : ~UINT64_C(0xffffffff);

    set_general(cpu, number, (general(cpu, number) & kept) | value);
}

static int load_real(struct cpu *cpu, const struct instruction *instruction,
                     size_t length)
{
    uint64_t address = storage_wrap(cpu, general(cpu, instruction->rre2));
    uint8_t bytes[8];
    int program;

    if (address % length)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch_from(cpu, STORAGE_REAL, address, bytes, length);
    if (program == 0)
        set_part(cpu, instruction->rre1, storage_number(bytes, length), length);
    return program;
}

int load_using_real_address(struct cpu *cpu,
                            const struct instruction *instruction)
{
    return load_real(cpu, instruction, 4);
}

int load_using_real_address_long(struct cpu *cpu,
                                 const struct instruction *instruction)
{
    return load_real(cpu, instruction, 8);
}

int purge_tlb(struct cpu *cpu, const struct instruction *instruction)
{
    (void)instruction;
    engine_purge(&cpu->machine->engine);
    return 0;
}

/* The bits in R2 beside the address: purge the TLB, purge the ALB. */
static int swap_and_purge(struct cpu *cpu,
                          const struct instruction *instruction, size_t length)
{
    const uint64_t low = length == 8 ? UINT64_MAX : 0xffffffff;
    unsigned r1 = instruction->rre1;
    uint64_t controls = general(cpu, instruction->rre2);
    uint64_t address = storage_wrap(cpu, controls & ~(uint64_t)(length - 1));
    uint8_t bytes[8];
    int program;

    if (r1 % 2)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, address, bytes, length);
    if (program != 0)
        return program;
    if (storage_number(bytes, length) != (general(cpu, r1) & low)) {
        set_part(cpu, r1, storage_number(bytes, length), length);
        instructions_condition(cpu, 1);
        return 0;
    }
    storage_bytes(bytes, general(cpu, r1 + 1), length);
    program = storage_store(cpu, address, bytes, length);
    if (program != 0)
        return program;
    if (controls & 1)
        engine_purge(&cpu->machine->engine);
    instructions_condition(cpu, 0);
    return 0;
}

int compare_and_swap_and_purge(struct cpu *cpu,
                               const struct instruction *instruction)
{
    return swap_and_purge(cpu, instruction, 4);
}

int compare_and_swap_and_purge_long(struct cpu *cpu,
                                    const struct instruction *instruction)
{
    return swap_and_purge(cpu, instruction, 8);
}

/* Sets bits of a table entry. */
static int mark(struct cpu *cpu, uint64_t entry, uint64_t bits)
{
    uint8_t bytes[8];

    if (!storage_read_absolute(cpu->machine, entry, bytes, sizeof bytes))
        return PROGRAM_ADDRESSING;
    storage_bytes(bytes, storage_number(bytes, 8) | bits, 8);
    storage_write_absolute(cpu->machine, entry, bytes, sizeof bytes);
    return 0;
}

/* R1 has the origin of the page table, R2 an address in the page. */
int invalidate_page_table_entry(struct cpu *cpu,
                                const struct instruction *instruction)
{
    uint64_t origin = general(cpu, instruction->rre1) & ~UINT64_C(0x7ff);
    uint64_t index = general(cpu, instruction->rre2) >> 12 & 0xff;
    int program = mark(cpu, origin + 8 * index, DAT_PAGE_INVALID);

    if (program == 0)
        engine_purge(&cpu->machine->engine);
    return program;
}

/* R1 has origin and type of the table, R2 an address and a count less one. */
int invalidate_dat_table_entry(struct cpu *cpu,
                               const struct instruction *instruction)
{
    uint64_t table = general(cpu, instruction->rre1);
    uint64_t range = general(cpu, instruction->rre2);
    uint64_t index = dat_index(table & DAT_ASCE_TYPE_BITS, range);
    uint64_t entries = range & CLEAR_BY_ASCE ? 0 : (range & 0x7ff) + 1;

    for (uint64_t i = 0; i < entries; i++) {
        int program =
            mark(cpu, (table & ~(DAT_PAGE - 1)) + 8 * ((index + i) & 0x7ff),
                 DAT_REGION_INVALID);

        if (program != 0)
            return program;
    }
    engine_purge(&cpu->machine->engine);
    return 0;
}

/* Condition code 0: stores are allowed; 1: fetches; 3: no translation. */
int test_protection(struct cpu *cpu, const struct instruction *instruction)
{
    enum storage_space space = storage_operand_space(cpu);
    struct storage_place fetch =
        storage_find(cpu, instruction->address, space, false);
    struct storage_place store =
        storage_find(cpu, instruction->address, space, true);

    if (fetch.code == DAT_ADDRESSING || fetch.code == DAT_SPECIFICATION)
        return fetch.code;
    if (fetch.code != 0)
        instructions_condition(cpu, 3);
    else
        instructions_condition(cpu, store.code != 0);
    return 0;
}
