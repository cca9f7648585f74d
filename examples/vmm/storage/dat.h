/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How does dynamic address translation find a page (PoP ch. 3)? Tables of up
 * to five levels, pages of 4 KiB; large pages (enhanced DAT) are not offered
 * to guests. Nothing here knows a CPU: the caller picks the table.
 */
#ifndef VMM_DAT_H
#define VMM_DAT_H

#include <stdbool.h>
#include <stdint.h>

#define DAT_PAGE UINT64_C(4096)

/* Program interruption codes of what goes wrong (PoP ch. 6). */
#define DAT_ADDRESSING       0x05
#define DAT_SEGMENT          0x10
#define DAT_PAGE_TRANSLATION 0x11
#define DAT_SPECIFICATION    0x12
#define DAT_ASCE_TYPE        0x38
#define DAT_REGION_FIRST     0x39
#define DAT_REGION_SECOND    0x3a
#define DAT_REGION_THIRD     0x3b

/* Bits of an address-space-control element and of table entries. */
#define DAT_ASCE_REAL       UINT64_C(0x20)
#define DAT_ASCE_TYPE_BITS  UINT64_C(0x0c)
#define DAT_REGION_INVALID  UINT64_C(0x20) /* of segment-table entries, too */
#define DAT_SEGMENT_PROTECT UINT64_C(0x200)
#define DAT_PAGE_INVALID    UINT64_C(0x400)
#define DAT_PAGE_PROTECT    UINT64_C(0x200)

/* Where tables are: absolute storage. */
struct dat_storage {
    const uint8_t *ram;
    uint64_t size;
};

struct dat_result {
    uint16_t code;     /* 0: translated; else the exception */
    bool is_protected; /* stores are not allowed */
    uint64_t real;     /* the translated address */
    uint64_t entry;    /* absolute address of the last entry looked at */
};

/* Translates one address by an address-space-control element. */
struct dat_result dat_translate(const struct dat_storage *storage,
                                uint64_t asce, uint64_t address);

/*
 * The index into the table at which a walk with this type of table
 * (bits DAT_ASCE_TYPE_BITS) begins, in entries.
 */
uint64_t dat_index(uint64_t type, uint64_t address);

#endif
