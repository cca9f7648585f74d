/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "state/format.h"

static const uint8_t magic[8] = { 'S', '3', '9', '0', 'I', 'R', 'Q', 0 };

#define VERSION_AT  8
#define RESERVED_AT 12
#define LENGTH_AT   16
#define HEADER      24
#define CHECKSUM    4

/*
 * CRC-32 of IEEE 802.3, eight bytes at a time: table n has the remainders of a
 * byte that n more bytes follow.
 */
#define CRC_POLYNOMIAL 0xedb88320u
#define CRC_BYTES      8

static void fill_tables(uint32_t table[CRC_BYTES][256])
{
    uint32_t byte, bit, at;

    for (byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;

        for (bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
        table[0][byte] = crc;
    }
    for (at = 1; at < CRC_BYTES; at++)
        for (byte = 0; byte < 256; byte++)
            table[at][byte] =
                table[at - 1][byte] >> 8 ^ table[0][table[at - 1][byte] & 0xff];
}

/* The remainder of the four bytes of a word, which `table` begins with. */
static uint32_t fold(uint32_t table[4][256], uint32_t word)
{
    return table[3][word & 0xff] ^ table[2][word >> 8 & 0xff] ^
           table[1][word >> 16 & 0xff] ^ table[0][word >> 24];
}

static uint32_t checksum(const uint8_t *bytes, size_t count)
{
    uint32_t table[CRC_BYTES][256], crc = UINT32_MAX;

    fill_tables(table);
    for (; count >= CRC_BYTES; count -= CRC_BYTES, bytes += CRC_BYTES) {
        uint64_t next = __builtin_bswap64(si_bits_get64(bytes));

        crc = fold(table + 4, crc ^ (uint32_t)next) ^
              fold(table, (uint32_t)(next >> 32));
    }
    for (; count; count--, bytes++)
        crc = crc >> 8 ^ table[0][(crc ^ *bytes) & 0xff];
    return ~crc;
}

void si_format_begin(struct si_writer *writer, void *buffer, size_t room)
{
    uint8_t *header;

    writer->buffer = buffer;
    writer->room = room;
    writer->at = 0;
    writer->section = 0;
    header = si_format_room(writer, HEADER);
    if (!header)
        return;
    memset(header, 0, HEADER);
    memcpy(header, magic, sizeof magic);
    si_bits_put(header + VERSION_AT, SI_FORMAT_VERSION, 4);
}

size_t si_format_end(struct si_writer *writer)
{
    size_t before = writer->at;
    uint8_t *end = si_format_room(writer, CHECKSUM);

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

void si_format_close_list_of(struct si_writer *writer, size_t list,
                             size_t entry)
{
    si_format_close_list(writer, list,
                         (uint32_t)((writer->at - list - 4) / entry));
}

void si_format_put_bytes(struct si_writer *writer, const uint8_t *bytes,
                         size_t count)
{
    uint8_t *to = si_format_room(writer, count);

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

/* Splits `count` bytes off. */
static void split(struct si_reader *reader, size_t count,
                  struct si_reader *part)
{
    const uint8_t *from = si_format_take(reader, count);

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

void si_format_get_bytes(struct si_reader *reader, uint8_t *bytes, size_t count)
{
    const uint8_t *from = si_format_take(reader, count);

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
