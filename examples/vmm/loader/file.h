/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a file of the host get into the VMM's memory? */
#ifndef VMM_FILE_H
#define VMM_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct file_image {
    uint8_t *bytes; /* NULL: it could not be read */
    uint64_t size;
};

/* Reads a whole file. Answers NULL or what is wrong; free(image->bytes). */
const char *file_read(const char *path, struct file_image *image);

/* Do `length` bytes fit at `offset` into `room`? */
bool file_fits(uint64_t offset, uint64_t length, uint64_t room);

#endif
