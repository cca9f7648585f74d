/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "storage.h"

#include <string.h>
#include <sys/mman.h>

#define MAPS 4

/* A sparse mapping: most of it is never touched. */
bool storage_create(struct storage *storage, bool recording, uint8_t pattern)
{
    uint8_t *memory = mmap(NULL, MAPS * STORAGE_SIZE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    memset(storage, 0, sizeof *storage);
    if (memory == MAP_FAILED)
        return false;
    storage->ram = memory;
    storage->program = memory + STORAGE_SIZE;
    storage->machine = memory + 2 * STORAGE_SIZE;
    storage->known = memory + 3 * STORAGE_SIZE;
    storage->recording = recording;
    storage->pattern = pattern;
    return true;
}

void storage_free(struct storage *storage)
{
    munmap(storage->ram, MAPS * STORAGE_SIZE);
}

bool storage_has(uint64_t absolute, uint64_t length)
{
    return length <= STORAGE_SIZE && absolute <= STORAGE_SIZE - length;
}

uint64_t storage_value(const struct storage *storage, uint64_t absolute,
                       uint32_t length)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < length; i++)
        value = value << 8 | storage->ram[absolute + i];
    return value;
}

void storage_by_program(struct storage *storage, uint64_t absolute,
                        const void *bytes, size_t length)
{
    memcpy(storage->ram + absolute, bytes, length);
    memcpy(storage->program + absolute, bytes, length);
    memset(storage->machine + absolute, 0, length);
    memset(storage->known + absolute, 1, length);
}

static void put(uint8_t *bytes, uint32_t length, uint64_t value)
{
    while (length--) {
        bytes[length] = (uint8_t)value;
        value >>= 8;
    }
}

void storage_value_by_program(struct storage *storage, uint64_t absolute,
                              uint32_t length, uint64_t value)
{
    uint8_t bytes[8];

    put(bytes, length, value);
    storage_by_program(storage, absolute, bytes, length);
}

/* A pattern that is different at neighbours. */
void storage_fill(struct storage *storage, uint64_t absolute, uint64_t length)
{
    for (uint64_t i = absolute; i < absolute + length; i++) {
        storage->ram[i] = (uint8_t)(i * 37 + 11) ^ storage->pattern;
        storage->program[i] = storage->ram[i];
    }
    memset(storage->machine + absolute, 0, length);
    memset(storage->known + absolute, 0, length);
}

void storage_copy(struct storage *storage, uint64_t from, uint64_t length,
                  uint64_t to)
{
    memmove(storage->known + to, storage->known + from, length);
    memmove(storage->ram + to, storage->ram + from, length);
    memcpy(storage->program + to, storage->ram + to, length);
    memset(storage->machine + to, 0, length);
}

static void note_written(struct storage *storage, uint64_t absolute,
                         size_t length)
{
    struct place *last;

    if (storage->written_count < MAX_WRITTEN) {
        last = storage->written + storage->written_count++;
        last->from = absolute;
        last->end = absolute + length;
        return;
    }
    /* No room: the last place grows over everything between. */
    last = storage->written + MAX_WRITTEN - 1;
    if (absolute < last->from)
        last->from = absolute;
    if (absolute + length > last->end)
        last->end = absolute + length;
}

void storage_by_machine(struct storage *storage, uint64_t absolute,
                        const void *bytes, size_t length)
{
    memcpy(storage->ram + absolute, bytes, length);
    memset(storage->machine + absolute, 1, length);
    memset(storage->known + absolute, 1, length);
    note_written(storage, absolute, length);
}

bool storage_is_stored(const struct storage *storage, uint64_t absolute)
{
    return storage->machine[absolute] ||
           storage->ram[absolute] != storage->program[absolute];
}

void storage_expect(struct storage *storage, uint64_t absolute, uint64_t length)
{
    struct place *place = storage->expected + storage->expected_count;

    for (size_t i = 0; i < storage->expected_count; i++)
        if (storage->expected[i].from <= absolute &&
            storage->expected[i].end >= absolute + length)
            return;
    if (storage->expected_count == MAX_EXPECTED)
        return;
    place->from = absolute;
    place->end = absolute + length;
    storage->expected_count++;
}

static bool is_expected(const struct storage *storage, uint64_t absolute)
{
    for (size_t i = 0; i < storage->expected_count; i++)
        if (absolute >= storage->expected[i].from &&
            absolute < storage->expected[i].end)
            return true;
    return false;
}

bool storage_check(const struct storage *storage, uint64_t from, uint64_t end,
                   struct problem *problem)
{
    if (!storage->recording &&
        memcmp(storage->ram + from, storage->program + from, end - from) == 0)
        return true;
    for (uint64_t i = from; i < end; i++)
        if (storage_is_stored(storage, i) && !is_expected(storage, i))
            return problem_set(problem,
                               "absolute %llx was stored, where nothing is "
                               "to be",
                               (unsigned long long)i);
    return true;
}

bool storage_check_written(struct storage *storage, struct problem *problem)
{
    size_t count = storage->written_count;

    storage->written_count = 0;
    for (size_t i = 0; i < count; i++)
        if (!storage_check(storage, storage->written[i].from,
                           storage->written[i].end, problem))
            return false;
    return true;
}
