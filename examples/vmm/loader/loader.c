/* SPDX-License-Identifier: BSD-3-Clause */
#include "loader/loader.h"

#include "loader/file.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

/* Offsets in an ELF64 file and program header. */
enum {
    ELF_CLASS = 4,
    ELF_DATA = 5,
    ELF_TYPE = 16,
    ELF_MACHINE = 18,
    ELF_ENTRY = 24,
    ELF_PROGRAM_HEADERS = 32,
    ELF_PROGRAM_HEADER_SIZE = 54,
    ELF_PROGRAM_HEADER_COUNT = 56,
    ELF_HEADER_END = 64,
    SEGMENT_TYPE = 0,
    SEGMENT_OFFSET = 8,
    SEGMENT_PHYSICAL = 24,
    SEGMENT_FILE_SIZE = 32,
    SEGMENT_MEMORY_SIZE = 40,
    SEGMENT_HEADER_END = 56
};

#define CLASS_64        2
#define BIG_ENDIAN_DATA 2
#define TYPE_EXECUTABLE 2
#define MACHINE_S390    22
#define SEGMENT_LOAD    1

static const char *load_segment(const struct file_image *image,
                                const uint8_t *header, uint8_t *ram,
                                uint64_t ram_size)
{
    uint64_t offset = storage_number(header + SEGMENT_OFFSET, 8);
    uint64_t physical = storage_number(header + SEGMENT_PHYSICAL, 8);
    uint64_t in_file = storage_number(header + SEGMENT_FILE_SIZE, 8);
    uint64_t in_memory = storage_number(header + SEGMENT_MEMORY_SIZE, 8);

    if (storage_number(header + SEGMENT_TYPE, 4) != SEGMENT_LOAD)
        return NULL;
    if (!file_fits(offset, in_file, image->size) || in_file > in_memory)
        return "the guest's ELF file is damaged";
    if (!file_fits(physical, in_memory, ram_size))
        return "the guest does not fit into its storage (see --memory)";
    memcpy(ram + physical, image->bytes + offset, in_file);
    return NULL;
}

static const char *load_elf(const struct file_image *image, uint8_t *ram,
                            uint64_t ram_size, uint64_t *entry)
{
    const uint8_t *header = image->bytes;
    uint64_t at = storage_number(header + ELF_PROGRAM_HEADERS, 8);
    uint64_t step = storage_number(header + ELF_PROGRAM_HEADER_SIZE, 2);
    uint64_t count = storage_number(header + ELF_PROGRAM_HEADER_COUNT, 2);
    const char *wrong = NULL;

    if (header[ELF_CLASS] != CLASS_64 || header[ELF_DATA] != BIG_ENDIAN_DATA ||
        storage_number(header + ELF_TYPE, 2) != TYPE_EXECUTABLE ||
        storage_number(header + ELF_MACHINE, 2) != MACHINE_S390)
        return "the guest is no ELF executable for s390x";
    if (step < SEGMENT_HEADER_END || !file_fits(at, step * count, image->size))
        return "the guest's ELF file is damaged";
    for (uint64_t i = 0; i < count && !wrong; i++)
        wrong = load_segment(image, header + at + i * step, ram, ram_size);
    *entry = storage_number(header + ELF_ENTRY, 8);
    return wrong;
}

static const char *load_flat(const struct file_image *image, uint8_t *ram,
                             uint64_t ram_size, uint64_t *entry)
{
    if (!file_fits(LOADER_FLAT_ADDRESS, image->size, ram_size))
        return "the guest does not fit into its storage (see --memory)";
    memcpy(ram + LOADER_FLAT_ADDRESS, image->bytes, image->size);
    *entry = LOADER_FLAT_ADDRESS;
    return NULL;
}

const char *loader_load(const char *path, uint8_t *ram, uint64_t ram_size,
                        uint64_t *entry)
{
    struct file_image image;
    const char *wrong = file_read(path, &image);

    if (wrong)
        return wrong;
    if (image.size >= ELF_HEADER_END && memcmp(image.bytes, "\177ELF", 4) == 0)
        wrong = load_elf(&image, ram, ram_size, entry);
    else
        wrong = load_flat(&image, ram, ram_size, entry);
    free(image.bytes);
    return wrong;
}
