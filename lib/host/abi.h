/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The size rule for structures that callers of any age pass. */
#ifndef SI_HOST_ABI_H
#define SI_HOST_ABI_H

#include <stddef.h>
#include <stdint.h>

/*
 * Checks a structure that starts with its size: NULL, smaller than the first
 * release had, or with a tail that this library does not know and that is
 * not zero. Answers 0 or the error.
 */
int si_abi_check(const void *structure, size_t first, size_t known);

/* Copies in what the caller has; members beyond its size become zero. */
void si_abi_read(void *to, const void *structure, size_t known);

/* Copies out as much as the caller has room for; its size stays. */
void si_abi_write(void *structure, const void *from, size_t known);

#endif
