/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The journal: calls and answers as lines, and a running hash of them. */
#include "fake.h"

uint64_t fake_hash(uint64_t hash, const void *data, size_t length)
{
    const uint8_t *byte = data;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static void keep_line(struct fake *fake, const char *line, size_t length)
{
    if (fake->journal_length + length + 2 > fake->journal_room) {
        fake->journal_room = (fake->journal_room + length + 2) * 2;
        fake->journal = realloc(fake->journal, fake->journal_room);
        assert_non_null(fake->journal);
    }
    memcpy(fake->journal + fake->journal_length, line, length);
    fake->journal_length += length;
    fake->journal[fake->journal_length++] = '\n';
    fake->journal[fake->journal_length] = '\0';
}

void fake_note(struct fake *fake, const char *format, ...)
{
    char line[256];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof line)
        length = sizeof line - 1;
    pthread_mutex_lock(&fake->journal_lock);
    fake->journal_hash =
        fake_hash(fake->journal_hash, line, (size_t)length + 1);
    if (fake->keep_journal)
        keep_line(fake, line, (size_t)length);
    pthread_mutex_unlock(&fake->journal_lock);
}

uint64_t fake_journal_hash(struct fake *fake)
{
    uint64_t hash;

    pthread_mutex_lock(&fake->journal_lock);
    hash = fake->journal_hash;
    pthread_mutex_unlock(&fake->journal_lock);
    return hash;
}
