/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fixture.h"

#include "instructions/psw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES 16

static char names[FILES][32];
static unsigned files;

static void remove_files(void)
{
    for (unsigned i = 0; i < files; i++)
        unlink(names[i]);
}

const char *fixture_file(const void *bytes, size_t length)
{
    char *name = names[files];
    int file;

    assert_true(files < FILES);
    if (files++ == 0)
        atexit(remove_files);
    strcpy(name, "/tmp/s390irq-vmm-XXXXXX");
    file = mkstemp(name);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, length), (ssize_t)length);
    close(file);
    return name;
}

struct machine *fixture_open(void)
{
    static const char *guest;
    struct machine_options options = { .cpus = 2, .ram_size = 1 << 20 };
    struct machine *machine = malloc(sizeof *machine);
    const char *file;

    assert_non_null(machine);
    if (!guest)
        guest = fixture_file("\0\0", 2);
    options.guest = guest;
    assert_null(machine_open(machine, &options, &file));
    machine->running = &machine->cpus[0];
    return machine;
}

void fixture_close(struct machine *machine)
{
    console_end_line(machine);
    machine_close(machine);
    free(machine);
}

int fixture_execute(struct machine *machine, instruction_function *function,
                    uint64_t address)
{
    static const uint8_t bytes[6] = { 0 };
    const struct instruction instruction = {
        .bytes = bytes, .address = address, .rre1 = 2, .rre2 = 3
    };

    return function(&machine->cpus[0], &instruction);
}

unsigned fixture_condition(const struct machine *machine)
{
    return (unsigned)(machine->cpus[0].registers.psw_mask >>
                      PSW_CONDITION_CODE_SHIFT) &
           3;
}

void fixture_let_devices_work(struct machine *machine)
{
    while (machine->events.count != 0) {
        clock_skip_to(&machine->clock, machine->events.event[0].tod);
        events_run(machine);
    }
}
