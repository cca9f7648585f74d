/* SPDX-License-Identifier: BSD-3-Clause */
#include "storage/storage.h"

#include "instructions/psw.h"
#include "storage/dat.h"

#include <string.h>

#define PROTECTION 0x04

/* Control register 0: low-address protection. */
#define LOW_ADDRESS_PROTECTION UINT64_C(0x10000000)

/* What a translation exception says beside the page (PoP ch. 3, TEID). */
#define TEID_STORE      0x400
#define TEID_FETCH      0x800
#define TEID_PROTECTION 0x4

uint64_t storage_number(const uint8_t *bytes, size_t length)
{
    uint64_t number = 0;

    for (size_t i = 0; i < length; i++)
        number = number << 8 | bytes[i];
    return number;
}

void storage_bytes(uint8_t *bytes, uint64_t number, size_t length)
{
    for (size_t i = length; i-- > 0; number >>= 8)
        bytes[i] = (uint8_t)number;
}

uint64_t storage_wrap(const struct cpu *cpu, uint64_t address)
{
    uint64_t mask = cpu->registers.psw_mask;

    if (mask & PSW_EXTENDED_ADDRESSING)
        return address;
    return address & (mask & PSW_BASIC_ADDRESSING ? 0x7fffffff : 0xffffff);
}

enum storage_space storage_operand_space(const struct cpu *cpu)
{
    uint64_t mask = cpu->registers.psw_mask;

    if (!(mask & PSW_DAT))
        return STORAGE_REAL;
    return (enum storage_space)((mask & PSW_SPACE) >> PSW_SPACE_SHIFT);
}

/* Instructions are in the primary space but in the home-space mode. */
enum storage_space storage_instruction_space(const struct cpu *cpu)
{
    enum storage_space space = storage_operand_space(cpu);

    return space == STORAGE_REAL || space == STORAGE_HOME ? space
                                                          : STORAGE_PRIMARY;
}

/* Prefixing (PoP ch. 3). */
static uint64_t absolute_of(const struct cpu *cpu, uint64_t real)
{
    const uint64_t area = 8192;
    uint64_t prefix = cpu->registers.prefix;

    if (real < area)
        return real + prefix;
    return real - prefix < area ? real - prefix : real;
}

static uint64_t asce_of(const struct cpu *cpu, enum storage_space space)
{
    switch (space) {
    case STORAGE_SECONDARY:
        return cpu->registers.cr[7];
    case STORAGE_HOME:
        return cpu->registers.cr[13];
    default:
        return cpu->registers.cr[1];
    }
}

static bool low_address(const struct cpu *cpu, uint64_t address)
{
    return cpu->registers.cr[0] & LOW_ADDRESS_PROTECTION &&
           (address & ~UINT64_C(0x11ff)) == 0;
}

static struct storage_place refused(enum storage_space space, bool store,
                                    uint64_t address, uint16_t code)
{
    uint64_t teid = (address & ~(DAT_PAGE - 1)) |
                    (store ? TEID_STORE : TEID_FETCH) | ((uint64_t)space & 3);

    if (code == PROTECTION)
        teid |= TEID_PROTECTION;
    return (struct storage_place){ code, teid, 0 };
}

struct storage_place storage_find(const struct cpu *cpu, uint64_t address,
                                  enum storage_space space, bool store)
{
    const struct machine *machine = cpu->machine;
    const struct dat_storage tables = { machine->ram,
                                        machine->options.ram_size };
    uint64_t absolute;

    if (store && low_address(cpu, address))
        return refused(space, store, address, PROTECTION);
    if (space != STORAGE_REAL) {
        struct dat_result found =
            dat_translate(&tables, asce_of(cpu, space), address);

        if (found.code == 0 && store && found.is_protected)
            found.code = PROTECTION;
        if (found.code != 0)
            return refused(space, store, address, found.code);
        address = found.real;
    }
    absolute = absolute_of(cpu, address);
    if (absolute >= tables.size)
        return refused(space, store, address, DAT_ADDRESSING);
    return (struct storage_place){ 0, 0, absolute };
}

/* An operand lies in two pages at most: none here is longer than one. */
struct operand {
    uint64_t absolute[2];
    size_t length[2];
};

static int find_operand(struct cpu *cpu, enum storage_space space,
                        uint64_t address, size_t length, bool store,
                        struct operand *operand)
{
    size_t room;

    *operand = (struct operand){ { 0, 0 }, { 0, 0 } };
    address = storage_wrap(cpu, address);
    room = (size_t)(DAT_PAGE - address % DAT_PAGE);
    operand->length[0] = length < room ? length : room;
    operand->length[1] = length - operand->length[0];
    for (unsigned i = 0; i < 2 && operand->length[i] != 0; i++) {
        struct storage_place place = storage_find(
            cpu, storage_wrap(cpu, address + i * room), space, store);

        cpu->translation_exception = place.translation_exception;
        if (place.code != 0)
            return place.code;
        operand->absolute[i] = place.absolute;
    }
    return 0;
}

int storage_fetch_from(struct cpu *cpu, enum storage_space space,
                       uint64_t address, void *bytes, size_t length)
{
    const uint8_t *ram = cpu->machine->ram;
    struct operand operand;
    int code = find_operand(cpu, space, address, length, false, &operand);
    uint8_t *to = bytes;

    if (code != 0)
        return code;
    memcpy(to, ram + operand.absolute[0], operand.length[0]);
    if (operand.length[1] != 0)
        memcpy(to + operand.length[0], ram + operand.absolute[1],
               operand.length[1]);
    return 0;
}

int storage_store_into(struct cpu *cpu, enum storage_space space,
                       uint64_t address, const void *bytes, size_t length)
{
    struct engine *engine = &cpu->machine->engine;
    struct operand operand;
    int code = find_operand(cpu, space, address, length, true, &operand);
    const uint8_t *from = bytes;

    if (code != 0)
        return code;
    engine_store(engine, operand.absolute[0], from, operand.length[0]);
    if (operand.length[1] != 0)
        engine_store(engine, operand.absolute[1], from + operand.length[0],
                     operand.length[1]);
    return 0;
}

int storage_fetch(struct cpu *cpu, uint64_t address, void *bytes, size_t length)
{
    return storage_fetch_from(cpu, storage_operand_space(cpu), address, bytes,
                              length);
}

int storage_store(struct cpu *cpu, uint64_t address, const void *bytes,
                  size_t length)
{
    return storage_store_into(cpu, storage_operand_space(cpu), address, bytes,
                              length);
}

int storage_store_lowcore(struct cpu *cpu, uint64_t real, const void *bytes,
                          size_t length)
{
    return storage_write_absolute(cpu->machine, absolute_of(cpu, real), bytes,
                                  length)
               ? 0
               : DAT_ADDRESSING;
}

size_t storage_instruction(const struct cpu *cpu, uint64_t address,
                           uint8_t bytes[6])
{
    enum storage_space space = storage_instruction_space(cpu);
    size_t length = 2;

    memset(bytes, 0, 6);
    for (size_t at = 0; at < length; at += 2) {
        struct storage_place place =
            storage_find(cpu, storage_wrap(cpu, address + at), space, false);

        if (place.code != 0)
            return at;
        memcpy(bytes + at, cpu->machine->ram + place.absolute, 2);
        length = engine_length(bytes[0]);
    }
    return length;
}

static bool within(const struct machine *machine, uint64_t absolute,
                   size_t length)
{
    uint64_t size = machine->options.ram_size;

    return absolute <= size && length <= size - absolute;
}

bool storage_write_absolute(struct machine *machine, uint64_t absolute,
                            const void *bytes, size_t length)
{
    if (!within(machine, absolute, length))
        return false;
    if (length != 0)
        engine_store(&machine->engine, absolute, bytes, length);
    return true;
}

bool storage_read_absolute(const struct machine *machine, uint64_t absolute,
                           void *bytes, size_t length)
{
    if (!within(machine, absolute, length))
        return false;
    memcpy(bytes, machine->ram + absolute, length);
    return true;
}
