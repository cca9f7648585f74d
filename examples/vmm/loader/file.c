/* SPDX-License-Identifier: BSD-3-Clause */
#include "loader/file.h"

#include <stdio.h>
#include <stdlib.h>

const char *file_read(const char *path, struct file_image *image)
{
    FILE *file = fopen(path, "rb");
    long size;

    *image = (struct file_image){ NULL, 0 };
    if (!file)
        return "the guest's file cannot be opened";
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0) {
        rewind(file);
        image->size = (uint64_t)size;
        image->bytes = malloc(image->size);
        if (image->bytes &&
            fread(image->bytes, 1, image->size, file) != image->size) {
            free(image->bytes);
            image->bytes = NULL;
        }
    }
    fclose(file);
    return image->bytes ? NULL : "the guest's file cannot be read";
}

bool file_fits(uint64_t offset, uint64_t length, uint64_t room)
{
    return offset <= room && length <= room - offset;
}
