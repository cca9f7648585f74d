/* SPDX-License-Identifier: BSD-3-Clause */
#include "storage.h"

#include "psw.h"

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

/* One byte of storage, or NULL; prefixing is in PoP ch. 3. */
static uint8_t *locate(const struct cpu *cpu, uint64_t address)
{
    const struct machine *machine = cpu->machine;
    const uint64_t area = 8192;
    uint64_t prefix = cpu->registers.prefix;

    address = storage_wrap(cpu, address);
    if (address < area)
        address += prefix;
    else if (address - prefix < area)
        address -= prefix;
    return address < machine->options.ram_size ? machine->ram + address : NULL;
}

static bool reachable(const struct cpu *cpu, uint64_t address, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!locate(cpu, address + i))
            return false;
    }
    return true;
}

bool storage_fetch(const struct cpu *cpu, uint64_t address, void *bytes,
                   size_t length)
{
    uint8_t *to = bytes;

    if (!reachable(cpu, address, length))
        return false;
    for (size_t i = 0; i < length; i++)
        to[i] = *locate(cpu, address + i);
    return true;
}

bool storage_store(const struct cpu *cpu, uint64_t address, const void *bytes,
                   size_t length)
{
    const uint8_t *from = bytes;

    if (!reachable(cpu, address, length))
        return false;
    for (size_t i = 0; i < length; i++)
        *locate(cpu, address + i) = from[i];
    return true;
}
