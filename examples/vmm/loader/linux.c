/* SPDX-License-Identifier: BSD-3-Clause */
#include "loader/linux.h"

#include "loader/file.h"
#include "storage/storage.h"

#include <stdlib.h>
#include <string.h>

/* In the image, which lies at absolute 0 (Linux, Documentation/s390). */
enum {
    ENTRY = 0x10000,
    MAGIC = 0x10008,
    INITRD_START = 0x10408,
    INITRD_SIZE = 0x10410,
    COMMAND_LINE_SIZE = 0x10430, /* since Linux 5.18, else 0 */
    COMMAND_LINE = 0x10480,
    PARAMETERS_END = 0x10800
};

#define OLD_COMMAND_LINE_SIZE (PARAMETERS_END - COMMAND_LINE)

static const char *load_kernel(const char *path, uint8_t *ram,
                               uint64_t ram_size)
{
    struct file_image image;
    const char *wrong = file_read(path, &image);

    if (wrong)
        return wrong;
    if (image.size < PARAMETERS_END ||
        memcmp(image.bytes + MAGIC, "S390EP", 6) != 0)
        wrong = "it is no Linux kernel for s390x";
    else if (image.size > ram_size / 2)
        wrong = "it does not fit into storage (see --memory)";
    else
        memcpy(ram, image.bytes, image.size);
    free(image.bytes);
    return wrong;
}

/* To the middle of storage: below it kernels unpack themselves. */
static const char *load_initrd(const char *path, uint8_t *ram,
                               uint64_t ram_size)
{
    uint64_t start = ram_size / 2;
    struct file_image image;
    const char *wrong = file_read(path, &image);

    if (wrong)
        return wrong;
    if (!file_fits(start, image.size, ram_size))
        wrong = "it does not fit into storage (see --memory)";
    else {
        memcpy(ram + start, image.bytes, image.size);
        storage_bytes(ram + INITRD_START, start, 8);
        storage_bytes(ram + INITRD_SIZE, image.size, 8);
    }
    free(image.bytes);
    return wrong;
}

static const char *set_command_line(const char *text, uint8_t *ram)
{
    uint64_t room = storage_number(ram + COMMAND_LINE_SIZE, 8);
    size_t length = strlen(text) + 1;

    if (room == 0)
        room = OLD_COMMAND_LINE_SIZE;
    if (length > room)
        return "the command line is too long for this kernel";
    memcpy(ram + COMMAND_LINE, text, length);
    return NULL;
}

const char *linux_load(const struct linux_files *files, uint8_t *ram,
                       uint64_t ram_size, uint64_t *entry, const char **file)
{
    const char *wrong = load_kernel(files->kernel, ram, ram_size);

    *entry = ENTRY;
    *file = files->kernel;
    if (!wrong)
        wrong = set_command_line(files->append, ram);
    if (wrong || !files->initrd)
        return wrong;
    *file = files->initrd;
    return load_initrd(files->initrd, ram, ram_size);
}
