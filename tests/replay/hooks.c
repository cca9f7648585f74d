/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "hooks.h"

#include <string.h>

#include "machine.h"

static int read_storage(void *vm, void *cpu, uint64_t absolute, void *data,
                        size_t length)
{
    struct replay *replay = vm;

    (void)cpu;
    if (!storage_has(absolute, length))
        return 1;
    memcpy(data, replay->storage.ram + absolute, length);
    return 0;
}

static int write_storage(void *vm, void *cpu, uint64_t absolute,
                         const void *data, size_t length)
{
    struct replay *replay = vm;

    (void)cpu;
    if (!storage_has(absolute, length))
        return 1;
    storage_by_machine(&replay->storage, absolute, data, length);
    return 0;
}

static int set_bit(void *vm, void *cpu, uint64_t absolute, uint8_t bits)
{
    struct replay *replay = vm;
    uint8_t before, after;

    (void)cpu;
    if (!storage_has(absolute, 1))
        return -1;
    before = replay->storage.ram[absolute];
    after = before | bits;
    storage_by_machine(&replay->storage, absolute, &after, 1);
    return before;
}

static uint64_t tod(void *vm, void *cpu)
{
    const struct replay *replay = vm;

    (void)cpu;
    return replay->now;
}

static void deadline(void *vm, void *cpu, uint64_t deadline_tod)
{
    struct worker *worker = cpu;

    (void)vm;
    worker->deadline = deadline_tod;
}

static void wake(void *vm, void *cpu)
{
    struct worker *worker = cpu;

    (void)vm;
    worker->woken = true;
}

static int registers(void *vm, void *cpu, struct s390irq_registers *registers)
{
    const struct worker *worker = cpu;

    (void)vm;
    *registers = worker->registers;
    return 0;
}

#define COMMON                                                                 \
    .size = sizeof(struct s390irq_host_ops), .tod = tod, .deadline = deadline, \
    .wake = wake, .registers = registers

const struct s390irq_host_ops hooks = { COMMON };

const struct s390irq_host_ops hooks_with_storage = {
    COMMON,
    .read = read_storage,
    .write = write_storage,
    .set_bit = set_bit,
};
