/* SPDX-License-Identifier: BSD-3-Clause */
/* How does the host reach guest storage on behalf of an instruction? */
#ifndef VMM_STORAGE_H
#define VMM_STORAGE_H

#include "machine.h"

#include <stddef.h>

/* Numbers from and to big-endian bytes; length 1 to 8. */
uint64_t storage_number(const uint8_t *bytes, size_t length);
void storage_bytes(uint8_t *bytes, uint64_t number, size_t length);

/* Which address space an address is of (PoP ch. 3, translation modes). */
enum storage_space {
    STORAGE_PRIMARY,
    STORAGE_ACCESS_REGISTER, /* not there: as the primary one */
    STORAGE_SECONDARY,
    STORAGE_HOME,
    STORAGE_REAL
};

/* That of operands and that of instructions, by the PSW. */
enum storage_space storage_operand_space(const struct cpu *cpu);
enum storage_space storage_instruction_space(const struct cpu *cpu);

/* What became of an address: storage, or an exception. */
struct storage_place {
    uint16_t code;                  /* 0 or the program interruption */
    uint64_t translation_exception; /* what it stores at real address 168 */
    uint64_t absolute;
};

struct storage_place storage_find(const struct cpu *cpu, uint64_t address,
                                  enum storage_space space, bool store);

/*
 * Logical addresses: addressing mode, DAT and prefixing are applied. Answer 0
 * or the code of the access exception, for which cpu->translation_exception
 * is set then; an access that fails has stored nothing.
 */
int storage_fetch(struct cpu *cpu, uint64_t address, void *bytes,
                  size_t length);
int storage_store(struct cpu *cpu, uint64_t address, const void *bytes,
                  size_t length);

/* Of an address space that the PSW does not name. */
int storage_fetch_from(struct cpu *cpu, enum storage_space space,
                       uint64_t address, void *bytes, size_t length);
int storage_store_into(struct cpu *cpu, enum storage_space space,
                       uint64_t address, const void *bytes, size_t length);

/* Into the prefix area, where low-address protection does not apply. */
int storage_store_lowcore(struct cpu *cpu, uint64_t real, const void *bytes,
                          size_t length);

/* Fetches an instruction, as much of it as there is; answers its bytes. */
size_t storage_instruction(const struct cpu *cpu, uint64_t address,
                           uint8_t bytes[6]);

/* The address as the addressing mode of the PSW shortens it (PoP ch. 5). */
uint64_t storage_wrap(const struct cpu *cpu, uint64_t address);

/*
 * Absolute storage, for devices: code that was translated from it is
 * forgotten. False: there is no such storage and nothing was stored.
 */
bool storage_write_absolute(struct machine *machine, uint64_t absolute,
                            const void *bytes, size_t length);
bool storage_read_absolute(const struct machine *machine, uint64_t absolute,
                           void *bytes, size_t length);

#endif
