/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The list as the workloads drive it. It publishes nothing: it has a mutex. */
#ifndef BENCH_SUBJECT_LIST_H
#define BENCH_SUBJECT_LIST_H

#include <s390irq/s390irq.h>

#include "list.h"

#define SUBJECT "list"

struct machine_options {
    uint32_t cpus;
    uint32_t subchannels;
    bool hooks; /* not for the list: it has guest storage at hand */
};

struct processor {
    struct list_registers registers;
    struct list_cpu *list;
    struct machine *machine;
};

struct machine {
    struct list_vm *vm;
    uint8_t *ram;
    struct processor *processors;
    struct processor *woken; /* by the last wake hook */
    uint64_t wakes;
};

struct machine *machine_open(const struct machine_options *options);
void machine_close(struct machine *machine);
void machine_start(struct processor *cpu);

static inline int subject_emergency(struct processor *cpu, uint32_t source)
{
    return list_inject_emergency(cpu->list, source);
}

static inline int subject_external_call(struct processor *cpu, uint32_t source)
{
    return list_inject_external_call(cpu->list, source);
}

static inline int subject_program(struct processor *cpu,
                                  const struct s390irq_program *program)
{
    return list_inject_program(cpu->list, program);
}

static inline int subject_service(struct machine *machine, uint32_t parameter)
{
    return list_inject_service(machine->vm, parameter);
}

static inline int subject_io(struct machine *machine, uint32_t subchannel,
                             uint32_t parameter, uint32_t word)
{
    return list_inject_io(machine->vm, subchannel, parameter, word);
}

static inline void subject_io_fresh(struct machine *machine,
                                    uint32_t subchannel, uint32_t word)
{
    list_append_io(machine->vm, subchannel, 0, word);
}

static inline int subject_clear_io(struct machine *machine, uint32_t subchannel)
{
    return list_clear_io(machine->vm, subchannel);
}

static inline int subject_deliver(struct processor *cpu)
{
    return list_deliver(cpu->list, &cpu->registers);
}

static inline void subject_publish(struct processor *cpu)
{
    (void)cpu;
}

/* What pends may be masked; that takes a call to find out. */
static inline int subject_attention(const struct processor *cpu)
{
    return list_attention(cpu->list) && list_has(cpu->list, &cpu->registers);
}

static inline int subject_has(struct processor *cpu)
{
    return list_has(cpu->list, &cpu->registers);
}

#endif
