/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which unprivileged instructions does the engine execute wrongly? Those that
 * read the clock (it has none), the facility list and the PSW (it shows the
 * problem state). The engine's result is put right after each.
 */
#include "instructions/instructions.h"
#include "instructions/psw.h"
#include "storage/storage.h"

#include <string.h>

struct replacement {
    uint16_t code; /* the first two bytes */
    void (*correct)(struct cpu *cpu);
};

/* Two readings are never the same (PoP ch. 4, TOD clock). */
static uint64_t read_clock(struct cpu *cpu)
{
    uint64_t tod = 0;

    s390irq_vm_get_tod(cpu->machine->vm, &tod);
    clock_advance(&cpu->machine->clock, 1);
    return tod;
}

static void store_clock(struct cpu *cpu)
{
    uint8_t bytes[8];

    storage_bytes(bytes, read_clock(cpu), sizeof bytes);
    storage_store(cpu, cpu->operand, bytes, sizeof bytes);
}

static void store_clock_extended(struct cpu *cpu)
{
    uint8_t bytes[16] = { 0 };

    storage_bytes(bytes + 1, read_clock(cpu), 8);
    storage_bytes(bytes + 14, cpu->registers.tod_programmable, 2);
    storage_store(cpu, cpu->operand, bytes, sizeof bytes);
}

/*
 * General register 0 says how many doublewords there is room for, and is told
 * how many there are, both less one.
 */
static void store_facility_list_extended(struct cpu *cpu)
{
    const uint64_t length_bits = 0xff;
    uint64_t length = cpu->general0 & length_bits;
    const uint8_t *bytes = cpu->machine->facilities;

    if (length >= FACILITY_DOUBLEWORDS)
        length = FACILITY_DOUBLEWORDS - 1;
    storage_store(cpu, cpu->operand, bytes, 8 * (length + 1));
    set_general(cpu, 0,
                (cpu->general0 & ~length_bits) | (FACILITY_DOUBLEWORDS - 1));
    engine_set_condition(&cpu->machine->engine,
                         length == FACILITY_DOUBLEWORDS - 1 ? 0 : 3);
}

static void extract_psw(struct cpu *cpu)
{
    const uint64_t problem = PSW_PROBLEM >> 32;
    unsigned to = cpu->replaced[3] >> 4;
    uint64_t guest = cpu->registers.psw_mask >> 32 & problem;

    set_general(cpu, to, (general(cpu, to) & ~problem) | guest);
}

static const struct replacement replacements[] = {
    { 0xb205, store_clock },                  /* STCK */
    { 0xb27c, store_clock },                  /* STCKF */
    { 0xb278, store_clock_extended },         /* STCKE */
    { 0xb2b0, store_facility_list_extended }, /* STFLE */
    { 0xb98d, extract_psw },                  /* EPSW */
};

static const struct replacement *find(const uint8_t *instruction)
{
    uint16_t code = (uint16_t)storage_number(instruction, 2);

    for (size_t i = 0; i < sizeof replacements / sizeof replacements[0]; i++) {
        if (replacements[i].code == code)
            return &replacements[i];
    }
    return NULL;
}

size_t replaced_fetch(void *machine, uint64_t address, uint8_t bytes[6])
{
    return storage_instruction(((struct machine *)machine)->running, address,
                               bytes);
}

bool replaced_wrong(const uint8_t *instruction)
{
    return find(instruction) != NULL;
}

void replaced_before(void *machine, const uint8_t *instruction)
{
    struct cpu *cpu = ((struct machine *)machine)->running;

    memcpy(cpu->replaced, instruction, sizeof cpu->replaced);
    cpu->general0 = general(cpu, 0);
    cpu->operand = instructions_operand(cpu, instruction, false);
}

void replaced_after(void *machine)
{
    struct cpu *cpu = ((struct machine *)machine)->running;

    find(cpu->replaced)->correct(cpu);
}
