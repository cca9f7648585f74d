/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What the library takes of the host's memory, by its allocate hook. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

/* Prints a line for each figure: name, size, bytes. */
void memory_print(void);

#endif
