/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state/format.c: numbers, sections and lists, and what ends them. */
#include "states.h"

#include "state/format.h"

struct members {
    uint64_t eight;
    uint32_t four[3];
    uint16_t two;
    uint8_t one;
};

static const struct si_field fields[] = {
    SI_FIELD(struct members, one),
    SI_FIELD(struct members, two),
    SI_FIELD_ARRAY(struct members, four),
    SI_FIELD(struct members, eight),
};

#define FIELDS (sizeof fields / sizeof *fields)

static const struct members sample = {
    0x0102030405060708, { 0x11121314, 0x21222324, 0x31323334 }, 0x4142, 0x51
};

/* A section of members, one with a list, and one that is empty. */
static size_t write(uint8_t *bytes, size_t room)
{
    struct si_writer writer;
    size_t list;

    si_format_begin(&writer, bytes, room);
    si_format_open(&writer, 7);
    si_format_put_fields(&writer, fields, FIELDS, &sample);
    si_format_close(&writer);
    si_format_open(&writer, 8);
    list = si_format_open_list(&writer);
    for (uint32_t i = 0; i < 3; i++)
        si_format_put(&writer, 0x100 + i, 2);
    si_format_close_list(&writer, list, 3);
    si_format_close(&writer);
    si_format_open(&writer, 9);
    si_format_close(&writer);
    return si_format_end(&writer);
}

static const uint8_t expected[] = {
    'S',  '3',  '9',  '0',  'I',  'R',  'Q',  0,    0,    0,    0,    1,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x57,
    0,    0,    0,    7,    0,    0,    0,    23,   0x51, 0x41, 0x42, 0x11,
    0x12, 0x13, 0x14, 0x21, 0x22, 0x23, 0x24, 0x31, 0x32, 0x33, 0x34, 0x01,
    0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0,    0,    0,    8,    0,
    0,    0,    10,   0,    0,    0,    3,    0x01, 0x00, 0x01, 0x01, 0x01,
    0x02, 0,    0,    0,    9,    0,    0,    0,    0,
};

static void written(void **state)
{
    uint8_t bytes[sizeof expected + 8], sealed[sizeof expected + 8];
    const size_t total = sizeof expected + 4;

    (void)state;
    assert_int_equal(write(NULL, 0), total);
    for (size_t room = 0; room <= total; room++) {
        memset(bytes, 0x77, sizeof bytes);
        assert_int_equal(write(bytes, room), total);
        for (size_t at = room; at < sizeof bytes; at++)
            assert_int_equal(bytes[at], 0x77);
    }
    memcpy(sealed, bytes, sizeof bytes);
    sealed[23] = (uint8_t)total;
    memcpy(bytes, expected, sizeof expected);
    bytes[23] = (uint8_t)total;
    states_seal(bytes, total);
    assert_memory_equal(sealed, bytes, total);
}

static void read(void **state)
{
    struct si_reader reader, section;
    struct si_list list;
    struct members members = { .one = 0 };
    uint8_t bytes[sizeof expected + 4];
    uint32_t tag;

    (void)state;
    write(bytes, sizeof bytes);
    assert_true(si_format_check(&reader, bytes, sizeof bytes));
    assert_true(si_format_section(&reader, &tag, &section));
    assert_int_equal(tag, 7);
    si_format_get_fields(&section, fields, FIELDS, &members);
    assert_memory_equal(&members, &sample, sizeof members);
    assert_int_equal(section.left, 0);
    assert_true(si_format_section(&reader, &tag, &section));
    assert_int_equal(tag, 8);
    si_format_get_list(&section, 2, &list);
    assert_int_equal(list.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(si_format_get(&list.entries, 2), 0x100 + i);
    assert_true(si_format_section(&reader, &tag, &section));
    assert_int_equal(tag, 9);
    assert_int_equal(section.left, 0);
    assert_false(si_format_section(&reader, &tag, &section));
    assert_false(reader.bad);
}

/* What is not there reads as zero, once and for all. */
static void beyond_the_end(void **state)
{
    static const uint8_t bytes[] = { 0, 0, 0, 2, 1, 2, 3 };
    struct si_reader reader = { bytes, sizeof bytes, false };
    struct si_list list;

    (void)state;
    assert_int_equal(si_format_get(&reader, 4), 2);
    assert_int_equal(si_format_get(&reader, 4), 0);
    assert_true(reader.bad);
    assert_int_equal(si_format_get(&reader, 1), 0);
    reader = (struct si_reader){ bytes, sizeof bytes, false };
    si_format_get_list(&reader, 2, &list);
    assert_true(reader.bad);
    assert_int_equal(list.count, 0);
    assert_int_equal(si_format_get(&list.entries, 1), 0);
    reader = (struct si_reader){ bytes, sizeof bytes, false };
    si_format_get_list(&reader, 1, &list);
    assert_false(reader.bad);
    assert_int_equal(list.count, 2);
    assert_int_equal(reader.left, 1);
}

/* A section that is longer than what there is, however much longer. */
static void section_too_long(void **state)
{
    static const uint32_t lengths[] = { 1, 0x7fffffff, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        uint8_t bytes[8] = { 0, 0, 0, 1 };
        struct si_reader reader = { bytes, sizeof bytes, false }, section;
        uint32_t tag;

        for (int byte = 0; byte < 4; byte++)
            bytes[4 + byte] = (uint8_t)(lengths[i] >> (24 - 8 * byte));
        assert_false(si_format_section(&reader, &tag, &section));
        assert_true(reader.bad);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "format: what is written, with any room", written, NULL, NULL, NULL },
        { "format: what was written is read", read, NULL, NULL, NULL },
        { "format: beyond the end", beyond_the_end, NULL, NULL, NULL },
        { "format: a section that is too long", section_too_long, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
