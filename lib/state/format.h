/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The library's own format: a header, then sections with a tag and a length,
 * then a checksum. Every number is big-endian, so that a state is the same
 * string of bytes whichever host wrote it.
 *
 *     0  8  "S390IRQ" and a 0
 *     8  4  version, SI_FORMAT_VERSION
 *    12  4  zero
 *    16  8  length of it all, checksum included
 *    24     sections: 4 tag, 4 length of what follows, that many bytes
 *    end-4  4  CRC-32 of all bytes before
 */
#ifndef SI_STATE_FORMAT_H
#define SI_STATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/bits.h"

#define SI_FORMAT_VERSION 1

/* A section with this bit may be skipped by a library that has no use for it */
#define SI_FORMAT_OPTIONAL 0x80000000u

/* Writes as long as there is room, and counts on beyond it. */
struct si_writer {
    uint8_t *buffer;
    size_t room;
    size_t at;
    size_t section; /* where the open section's length belongs */
};

/* Reads; what is not there reads as zero and sets `bad`. */
struct si_reader {
    const uint8_t *at;
    size_t left;
    bool bad;
};

struct si_list {
    struct si_reader entries;
    uint32_t count;
};

/* A member of a structure: it stands in the format with its own width. */
struct si_field {
    uint16_t offset;
    uint8_t width;  /* 1, 2, 4 or 8 */
    uint8_t repeat; /* of an array */
};

#define SI_FIELD(type, member)                                 \
    {                                                          \
        offsetof(type, member), sizeof(((type *)0)->member), 1 \
    }
#define SI_FIELD_ARRAY(type, member)                                     \
    {                                                                    \
        offsetof(type, member), sizeof(((type *)0)->member[0]),          \
            sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0]) \
    }

/* buffer may be NULL with room 0: only the length is wanted. */
void si_format_begin(struct si_writer *writer, void *buffer, size_t room);

/* Finishes header and checksum if all had room. Answers the length. */
size_t si_format_end(struct si_writer *writer);

void si_format_open(struct si_writer *writer, uint32_t tag);
void si_format_close(struct si_writer *writer);

/* Where these bytes go; NULL: there is no room. */
static inline uint8_t *si_format_room(struct si_writer *writer, size_t count)
{
    size_t at = writer->at;

    writer->at += count;
    return writer->at <= writer->room ? writer->buffer + at : NULL;
}

static inline void si_format_put(struct si_writer *writer, uint64_t value,
                                 uint32_t width)
{
    uint8_t *to = si_format_room(writer, width);

    if (to)
        si_bits_put(to, value, width);
}

void si_format_put_bytes(struct si_writer *writer, const uint8_t *bytes,
                         size_t count);
void si_format_put_fields(struct si_writer *writer,
                          const struct si_field *field, size_t count,
                          const void *structure);

/* A list: how many entries there are is known when they are written. */
size_t si_format_open_list(struct si_writer *writer);
void si_format_close_list(struct si_writer *writer, size_t list,
                          uint32_t count);

/* The same when all entries have this many bytes. */
void si_format_close_list_of(struct si_writer *writer, size_t list,
                             size_t entry);

/*
 * A reader of the sections. False: damaged, cut, or from a later version of
 * the format.
 */
bool si_format_check(struct si_reader *reader, const void *buffer,
                     size_t length);

/* The next section; false: there is none, or reader->bad. */
bool si_format_section(struct si_reader *reader, uint32_t *tag,
                       struct si_reader *section);

/* Where these bytes are; NULL: they are not there. */
static inline const uint8_t *si_format_take(struct si_reader *reader,
                                            size_t count)
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

static inline uint64_t si_format_get(struct si_reader *reader, uint32_t width)
{
    const uint8_t *from = si_format_take(reader, width);

    return from ? si_bits_get(from, width) : 0;
}

void si_format_get_bytes(struct si_reader *reader, uint8_t *bytes,
                         size_t count);
void si_format_get_fields(struct si_reader *reader,
                          const struct si_field *field, size_t count,
                          void *structure);

/*
 * A list is a count of 4 bytes, then that many entries of this many bytes: its
 * entries are left in *list.
 */
void si_format_get_list(struct si_reader *reader, size_t entry,
                        struct si_list *list);

#endif
