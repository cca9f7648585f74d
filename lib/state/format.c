/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "state/format.h"

#include "arch/bits.h"

static const uint8_t magic[8] = { 'S', '3', '9', '0', 'I', 'R', 'Q', 0 };

#define VERSION_AT  8
#define RESERVED_AT 12
#define LENGTH_AT   16
#define HEADER      24
#define CHECKSUM    4

/* CRC-32 of IEEE 802.3, four bits at a time. */
static uint32_t checksum(const uint8_t *bytes, size_t count)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
    };
    uint32_t crc = UINT32_MAX;
    size_t at;

    for (at = 0; at < count; at++) {
        crc ^= bytes[at];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* Where these bytes go; NULL: there is no room. */
static uint8_t *take_room(struct si_writer *writer, size_t count)
{
    size_t at = writer->at;

    writer->at += count;
    return writer->at <= writer->room ? writer->buffer + at : NULL;
}

void si_format_begin(struct si_writer *writer, void *buffer, size_t room)
{
    uint8_t *header;

    writer->buffer = buffer;
    writer->room = room;
    writer->at = 0;
    writer->section = 0;
    header = take_room(writer, HEADER);
    if (!header)
        return;
    memset(header, 0, HEADER);
    memcpy(header, magic, sizeof magic);
    si_bits_put(header + VERSION_AT, SI_FORMAT_VERSION, 4);
}

size_t si_format_end(struct si_writer *writer)
{
    size_t before = writer->at;
    uint8_t *end = take_room(writer, CHECKSUM);

    if (end) {
        si_bits_put(writer->buffer + LENGTH_AT, writer->at, 8);
        si_bits_put(end, checksum(writer->buffer, before), CHECKSUM);
    }
    return writer->at;
}

/* A number of 4 bytes that is known later. */
static void fill_in(struct si_writer *writer, size_t at, uint64_t value)
{
    if (writer->at <= writer->room)
        si_bits_put(writer->buffer + at, value, 4);
}

void si_format_open(struct si_writer *writer, uint32_t tag)
{
    si_format_put(writer, tag, 4);
    writer->section = writer->at;
    si_format_put(writer, 0, 4);
}

void si_format_close(struct si_writer *writer)
{
    fill_in(writer, writer->section, writer->at - writer->section - 4);
}

size_t si_format_open_list(struct si_writer *writer)
{
    size_t list = writer->at;

    si_format_put(writer, 0, 4);
    return list;
}

void si_format_close_list(struct si_writer *writer, size_t list, uint32_t count)
{
    fill_in(writer, list, count);
}

void si_format_put(struct si_writer *writer, uint64_t value, uint32_t width)
{
    uint8_t *to = take_room(writer, width);

    if (to)
        si_bits_put(to, value, width);
}

void si_format_put_bytes(struct si_writer *writer, const uint8_t *bytes,
                         size_t count)
{
    uint8_t *to = take_room(writer, count);

    if (to)
        memcpy(to, bytes, count);
}

static uint64_t load(const uint8_t *member, uint32_t width)
{
    uint64_t value64;
    uint32_t value32;
    uint16_t value16;

    switch (width) {
    case 8:
        memcpy(&value64, member, width);
        return value64;
    case 4:
        memcpy(&value32, member, width);
        return value32;
    case 2:
        memcpy(&value16, member, width);
        return value16;
    default:
        return *member;
    }
}

static void store(uint8_t *member, uint32_t width, uint64_t value)
{
    uint32_t value32 = (uint32_t)value;
    uint16_t value16 = (uint16_t)value;

    switch (width) {
    case 8:
        memcpy(member, &value, width);
        break;
    case 4:
        memcpy(member, &value32, width);
        break;
    case 2:
        memcpy(member, &value16, width);
        break;
    default:
        *member = (uint8_t)value;
        break;
    }
}

void si_format_put_fields(struct si_writer *writer,
                          const struct si_field *field, size_t count,
                          const void *structure)
{
    const uint8_t *from = structure;
    uint32_t at;

    for (; count > 0; count--, field++)
        for (at = 0; at < field->repeat; at++)
            si_format_put(
                writer,
                load(from + field->offset + at * field->width, field->width),
                field->width);
}

bool si_format_check(struct si_reader *reader, const void *buffer,
                     size_t length)
{
    const uint8_t *bytes = buffer;

    if (length < HEADER + CHECKSUM || memcmp(bytes, magic, sizeof magic) != 0 ||
        si_bits_get(bytes + VERSION_AT, 4) != SI_FORMAT_VERSION ||
        si_bits_get(bytes + RESERVED_AT, 4) != 0 ||
        si_bits_get(bytes + LENGTH_AT, 8) != length)
        return false;
    length -= CHECKSUM;
    if (si_bits_get(bytes + length, CHECKSUM) != checksum(bytes, length))
        return false;
    reader->at = bytes + HEADER;
    reader->left = length - HEADER;
    reader->bad = false;
    return true;
}

/* Where these bytes are; NULL: they are not there. */
static const uint8_t *take(struct si_reader *reader, size_t count)
{
    const uint8_t *from = reader->at;

    if (reader->bad || count > reader->left) {
        reader->bad = true;
        reader->left = 0;
        return NULL;
    }
    reader->at += count;
    reader->left -= count;
    return from;
}

/* Splits `count` bytes off. */
static void split(struct si_reader *reader, size_t count,
                  struct si_reader *part)
{
    const uint8_t *from = take(reader, count);

    part->at = from;
    part->left = from ? count : 0;
    part->bad = !from;
}

bool si_format_section(struct si_reader *reader, uint32_t *tag,
                       struct si_reader *section)
{
    if (!reader->left || reader->bad)
        return false;
    *tag = (uint32_t)si_format_get(reader, 4);
    split(reader, (size_t)si_format_get(reader, 4), section);
    return !reader->bad;
}

uint64_t si_format_get(struct si_reader *reader, uint32_t width)
{
    const uint8_t *from = take(reader, width);

    return from ? si_bits_get(from, width) : 0;
}

void si_format_get_bytes(struct si_reader *reader, uint8_t *bytes, size_t count)
{
    const uint8_t *from = take(reader, count);

    if (from)
        memcpy(bytes, from, count);
    else
        memset(bytes, 0, count);
}

void si_format_get_fields(struct si_reader *reader,
                          const struct si_field *field, size_t count,
                          void *structure)
{
    uint8_t *to = structure;
    uint32_t at;

    for (; count > 0; count--, field++)
        for (at = 0; at < field->repeat; at++)
            store(to + field->offset + at * field->width, field->width,
                  si_format_get(reader, field->width));
}

void si_format_get_list(struct si_reader *reader, size_t entry,
                        struct si_list *list)
{
    list->count = (uint32_t)si_format_get(reader, 4);
    if (list->count > reader->left / entry) {
        reader->bad = true;
        list->count = 0;
    }
    split(reader, list->count * entry, &list->entries);
}
