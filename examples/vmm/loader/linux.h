/* SPDX-License-Identifier: BSD-3-Clause */
/* How does a Linux kernel get into storage, and where does it begin? */
#ifndef VMM_LINUX_H
#define VMM_LINUX_H

#include <stdint.h>

struct linux_files {
    const char *kernel;
    const char *initrd; /* or NULL */
    const char *append; /* the command line */
};

/*
 * Loads a kernel as distributions have it (vmlinuz: the raw image with its
 * decompressor), the initial RAM disk and the command line. Answers NULL or
 * what is wrong, and in *file with which file (or NULL).
 */
const char *linux_load(const struct linux_files *files, uint8_t *ram,
                       uint64_t ram_size, uint64_t *entry, const char **file);

#endif
