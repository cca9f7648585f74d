/* SPDX-License-Identifier: BSD-3-Clause */
/* A machine for tests of its parts: set up, and nothing runs. */
#ifndef VMM_FIXTURE_H
#define VMM_FIXTURE_H

#include "instructions/instructions.h"
#include "machine.h"
#include "storage/storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Two CPUs, a megabyte, and a guest of two bytes. */
struct machine *fixture_open(void);
void fixture_close(struct machine *machine);

/* A file with these bytes, removed when the test program ends. */
const char *fixture_file(const void *bytes, size_t length);

/* What CPU 0 answers to an instruction with this operand address. */
int fixture_execute(struct machine *machine, instruction_function *function,
                    uint64_t address);

/* The condition code of CPU 0. */
unsigned fixture_condition(const struct machine *machine);

/* Lets time pass until no device has anything to do. */
void fixture_let_devices_work(struct machine *machine);

#endif
