/* SPDX-License-Identifier: BSD-3-Clause */
#include "storage/dat.h"

#include <stddef.h>

#define ORIGIN        (~UINT64_C(0xfff))
#define PAGE_ORIGIN   (~UINT64_C(0x7ff)) /* of a page table */
#define LENGTH_BITS   UINT64_C(0x03)
#define OFFSET_BITS   UINT64_C(0xc0)
#define OFFSET_SHIFT  6
#define PAGE_RESERVED UINT64_C(0x800)
#define INDEX_BITS    UINT64_C(0x7ff)

/* The tables above page tables, by the type in ASCE and entry. */
static const struct level {
    unsigned shift;  /* of the index in the address */
    uint16_t code;   /* when its entry is missing */
    uint64_t beyond; /* address bits that no table of this type reaches */
} levels[4] = {
    { 20, DAT_SEGMENT, ~UINT64_C(0x7fffffff) },
    { 31, DAT_REGION_THIRD, ~UINT64_C(0x3ffffffffff) },
    { 42, DAT_REGION_SECOND, ~UINT64_C(0x1fffffffffffff) },
    { 53, DAT_REGION_FIRST, 0 },
};

static bool read_entry(const struct dat_storage *storage, uint64_t absolute,
                       uint64_t *entry)
{
    uint64_t value = 0;

    if (absolute > storage->size || storage->size - absolute < 8)
        return false;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | storage->ram[absolute + i];
    *entry = value;
    return true;
}

uint64_t dat_index(uint64_t type, uint64_t address)
{
    return address >> levels[type >> 2 & 3].shift & INDEX_BITS;
}

/* A table has from one to four quarters, and may begin at a later one. */
static bool in_table(uint64_t index, uint64_t first, uint64_t last)
{
    return index >> 9 >= first && index >> 9 <= last;
}

static struct dat_result fault(uint16_t code, uint64_t entry)
{
    return (struct dat_result){ code, false, 0, entry };
}

/* The last table: where is the page? */
static struct dat_result page(const struct dat_storage *storage,
                              uint64_t segment, uint64_t address)
{
    uint64_t at = (segment & PAGE_ORIGIN) + 8 * (address >> 12 & 0xff);
    uint64_t entry;

    if (!read_entry(storage, at, &entry))
        return fault(DAT_ADDRESSING, 0);
    if (entry & DAT_PAGE_INVALID)
        return fault(DAT_PAGE_TRANSLATION, at);
    if (entry & PAGE_RESERVED)
        return fault(DAT_SPECIFICATION, 0);
    return (struct dat_result){ 0, ((segment | entry) & DAT_PAGE_PROTECT) != 0,
                                (entry & ORIGIN) | (address & ~ORIGIN), at };
}

struct dat_result dat_translate(const struct dat_storage *storage,
                                uint64_t asce, uint64_t address)
{
    uint64_t type = asce & DAT_ASCE_TYPE_BITS;
    uint64_t table = asce;
    uint64_t first = 0;

    if (asce & DAT_ASCE_REAL)
        return (struct dat_result){ 0, false, address, 0 };
    if (address & levels[type >> 2].beyond)
        return fault(DAT_ASCE_TYPE, 0);
    for (;; type -= 4) {
        const struct level *level = &levels[type >> 2];
        uint64_t index = dat_index(type, address);
        uint64_t at = (table & ORIGIN) + 8 * index;
        uint64_t entry;

        if (!in_table(index, first, table & LENGTH_BITS))
            return fault(level->code, 0);
        if (!read_entry(storage, at, &entry))
            return fault(DAT_ADDRESSING, 0);
        if (entry & DAT_REGION_INVALID)
            return fault(level->code, at);
        if ((entry & DAT_ASCE_TYPE_BITS) != type)
            return fault(DAT_SPECIFICATION, 0);
        if (type == 0)
            return page(storage, entry, address);
        table = entry;
        first = (entry & OFFSET_BITS) >> OFFSET_SHIFT;
    }
}
