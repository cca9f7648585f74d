/* SPDX-License-Identifier: BSD-3-Clause */
/* storage/dat.h: the walk through the tables (PoP ch. 3, translation). */
#include "fixture.h"

#include "storage/dat.h"

#include <string.h>

/* Where the tables of the test lie. */
#define REGION_FIRST  UINT64_C(0x4000)
#define REGION_SECOND UINT64_C(0x8000)
#define REGION_THIRD  UINT64_C(0xc000)
#define SEGMENT       UINT64_C(0x10000)
#define PAGES         UINT64_C(0x14000)
#define SIZE          UINT64_C(0x18000)
#define FRAME         UINT64_C(0x5000)

/* Indices 1, 2, 3, 4, 5 of the five tables, and a byte in the page. */
#define ADDRESS                                                            \
    (UINT64_C(1) << 53 | UINT64_C(2) << 42 | UINT64_C(3) << 31 | 4 << 20 | \
     5 << 12 | 0x123)
#define WHOLE 3 /* table length: four quarters */

static uint8_t ram[SIZE];
static const struct dat_storage storage = { ram, SIZE };

static void put(uint64_t absolute, uint64_t entry)
{
    storage_bytes(ram + absolute, entry, 8);
}

static void set_tables(void)
{
    memset(ram, 0, sizeof ram);
    put(REGION_FIRST + 8 * 1, REGION_SECOND | 0xc | WHOLE);
    put(REGION_SECOND + 8 * 2, REGION_THIRD | 0x8 | WHOLE);
    put(REGION_THIRD + 8 * 3, SEGMENT | 0x4 | WHOLE);
    put(SEGMENT + 8 * 4, PAGES);
    put(PAGES + 8 * 5, FRAME);
}

static struct dat_result walk(uint64_t address)
{
    return dat_translate(&storage, REGION_FIRST | 0xc | WHOLE, address);
}

static void five_levels(void **state)
{
    struct dat_result found;

    (void)state;
    set_tables();
    found = walk(ADDRESS);
    assert_int_equal(found.code, 0);
    assert_int_equal(found.real, FRAME | 0x123);
    assert_int_equal(found.entry, PAGES + 8 * 5);
    assert_false(found.is_protected);
}

static void each_designation(void **state)
{
    static const struct {
        uint64_t asce, reaches;
    } types[] = {
        { REGION_FIRST | 0xc, UINT64_MAX },
        { REGION_SECOND | 0x8, 0x1fffffffffffff },
        { REGION_THIRD | 0x4, 0x3ffffffffff },
        { SEGMENT, 0x7fffffff },
    };

    (void)state;
    set_tables();
    for (size_t i = 0; i < 4; i++) {
        uint64_t asce = types[i].asce | WHOLE;
        uint64_t address = ADDRESS & types[i].reaches;

        assert_int_equal(dat_translate(&storage, asce, address).real,
                         FRAME | 0x123);
        if (types[i].reaches != UINT64_MAX)
            assert_int_equal(
                dat_translate(&storage, asce, types[i].reaches + 1).code,
                DAT_ASCE_TYPE);
    }
    assert_int_equal(dat_translate(&storage, DAT_ASCE_REAL, ADDRESS).real,
                     ADDRESS);
}

/* Every kind of damage to one entry, and the exception that it makes. */
static void exceptions(void **state)
{
    static const struct {
        uint64_t entry, value;
        uint16_t code;
    } damages[] = {
        { REGION_FIRST + 8, DAT_REGION_INVALID, DAT_REGION_FIRST },
        { REGION_SECOND + 16, DAT_REGION_INVALID, DAT_REGION_SECOND },
        { REGION_THIRD + 24, DAT_REGION_INVALID, DAT_REGION_THIRD },
        { SEGMENT + 32, DAT_REGION_INVALID, DAT_SEGMENT },
        { PAGES + 40, DAT_PAGE_INVALID, DAT_PAGE_TRANSLATION },
        { PAGES + 40, FRAME | 0x800, DAT_SPECIFICATION },
        { REGION_FIRST + 8, REGION_SECOND | 0x8 | WHOLE, DAT_SPECIFICATION },
        { SEGMENT + 32, PAGES | 0x4, DAT_SPECIFICATION },
        { REGION_FIRST + 8, 0x1000000 | 0xc | WHOLE, DAT_ADDRESSING },
        { SEGMENT + 32, 0x1000000, DAT_ADDRESSING },
        { REGION_FIRST + 8, UINT64_C(0xfffffffffffff000) | 0xc | WHOLE,
          DAT_ADDRESSING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        set_tables();
        put(damages[i].entry, damages[i].value);
        assert_int_equal(walk(ADDRESS).code, damages[i].code);
    }
}

/* A table may begin at its second quarter and end before its last. */
static void parts_of_tables(void **state)
{
    (void)state;
    set_tables();
    put(REGION_FIRST + 8, REGION_SECOND | 0xc | 0x40 | WHOLE);
    assert_int_equal(walk(ADDRESS).code, DAT_REGION_SECOND);
    set_tables();
    put(REGION_SECOND + 8 * 0x202, REGION_THIRD | 0x8 | WHOLE);
    assert_int_equal(walk(ADDRESS + (UINT64_C(0x200) << 42)).code, 0);
    put(REGION_FIRST + 8, REGION_SECOND | 0xc | 0);
    assert_int_equal(walk(ADDRESS + (UINT64_C(0x200) << 42)).code,
                     DAT_REGION_SECOND);
    assert_int_equal(dat_translate(&storage, REGION_FIRST | 0xc | 0,
                                   ADDRESS + (UINT64_C(0x200) << 53))
                         .code,
                     DAT_REGION_FIRST);
}

static void protection(void **state)
{
    (void)state;
    set_tables();
    put(PAGES + 40, FRAME | DAT_PAGE_PROTECT);
    assert_true(walk(ADDRESS).is_protected);
    set_tables();
    put(SEGMENT + 32, PAGES | DAT_SEGMENT_PROTECT);
    assert_true(walk(ADDRESS).is_protected);
    assert_int_equal(walk(ADDRESS).real, FRAME | 0x123);
}

/* What goes with an exception: page, store or fetch, space (PoP, TEID). */
static void operands(void **state)
{
    struct machine *machine = fixture_open();
    struct cpu *cpu = &machine->cpus[0];
    uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint8_t back[8] = { 0 };
    const uint64_t second = ADDRESS + 0x1000;

    (void)state;
    set_tables();
    put(PAGES + 48, 0x7000 | DAT_PAGE_PROTECT);
    put(SEGMENT, DAT_REGION_INVALID);
    assert_true(storage_write_absolute(machine, 0, ram, sizeof ram));
    cpu->registers.cr[1] = REGION_FIRST | 0xc | WHOLE;
    cpu->registers.cr[7] = SEGMENT | WHOLE;
    assert_int_equal(storage_store_into(cpu, STORAGE_PRIMARY,
                                        ADDRESS & ~UINT64_C(7), bytes, 8),
                     0);
    assert_memory_equal(machine->ram + FRAME + 0x120, bytes, 8);
    assert_int_equal(storage_fetch_from(cpu, STORAGE_SECONDARY,
                                        (4 << 20 | 5 << 12) + 0x120, back, 8),
                     0);
    assert_memory_equal(back, bytes, 8);
    /* Across the end of the page: the second one is protected. */
    assert_int_equal(storage_store_into(cpu, STORAGE_PRIMARY,
                                        (second & ~UINT64_C(0xfff)) - 4, bytes,
                                        8),
                     0x04);
    assert_int_equal(cpu->translation_exception,
                     (second & ~UINT64_C(0xfff)) | 0x404);
    assert_int_equal(storage_number(machine->ram + FRAME + 0xffc, 4), 0);
    assert_int_equal(
        storage_fetch_from(cpu, STORAGE_SECONDARY, 0x1234, back, 8),
        DAT_SEGMENT);
    fixture_close(machine);
}

static void low_address_protection(void **state)
{
    struct machine *machine = fixture_open();
    struct cpu *cpu = &machine->cpus[0];

    (void)state;
    cpu->registers.cr[0] |= 0x10000000;
    assert_int_equal(storage_store(cpu, 0x1ff, "", 1), 0x04);
    assert_int_equal(storage_store(cpu, 0x11ff, "", 1), 0x04);
    assert_int_equal(storage_store(cpu, 0x200, "", 1), 0);
    assert_int_equal(storage_store(cpu, 0x1200, "", 1), 0);
    assert_int_equal(storage_store_lowcore(cpu, 0xc8, "\1", 1), 0);
    assert_int_equal(machine->ram[0xc8], 1);
    fixture_close(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "DAT: five levels", five_levels, NULL, NULL, NULL },
        { "DAT: each designation", each_designation, NULL, NULL, NULL },
        { "DAT: exceptions", exceptions, NULL, NULL, NULL },
        { "DAT: parts of tables", parts_of_tables, NULL, NULL, NULL },
        { "DAT: protection", protection, NULL, NULL, NULL },
        { "DAT: operands in two spaces", operands, NULL, NULL, NULL },
        { "low-address protection", low_address_protection, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
