/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The library as the workloads drive it: through its public headers. */
#ifndef BENCH_SUBJECT_LIBRARY_H
#define BENCH_SUBJECT_LIBRARY_H

#include <s390irq/s390irq.h>
#include <stdbool.h>

#define SUBJECT "library"

struct machine_options {
    uint32_t cpus;
    uint32_t subchannels;
    bool hooks; /* guest storage is reached through hooks alone */
};

struct processor {
    struct s390irq_cpu registers;
    struct s390irq_vcpu *vcpu;
    struct s390irq_poll poll;
    struct machine *machine;
};

struct machine {
    struct s390irq_vm *vm;
    struct s390irq_queue *queue;
    uint8_t *ram;
    uint64_t ram_size;
    struct processor *processors;
    struct processor *woken; /* by the last wake hook */
    uint64_t wakes;
    uint64_t tod; /* the host's clock, as a plain load */
};

struct machine *machine_open(const struct machine_options *options);
void machine_close(struct machine *machine);
/* Starts the CPU with its registers. */
void machine_start(struct processor *cpu);

static inline int subject_emergency(struct processor *cpu, uint32_t source)
{
    return s390irq_vcpu_inject_emergency(cpu->vcpu, source);
}

static inline int subject_external_call(struct processor *cpu, uint32_t source)
{
    return s390irq_vcpu_inject_external_call(cpu->vcpu, source);
}

static inline int subject_program(struct processor *cpu,
                                  const struct s390irq_program *program)
{
    return s390irq_vcpu_program(cpu->vcpu, program);
}

static inline int subject_service(struct machine *machine, uint32_t parameter)
{
    return s390irq_vm_inject_service(machine->vm, parameter);
}

static inline int subject_io(struct machine *machine, uint32_t subchannel,
                             uint32_t parameter, uint32_t word)
{
    return s390irq_vm_inject_io(machine->vm, subchannel, parameter, word);
}

/* Many at once, of which none pends yet: setting up, never measured. */
static inline void subject_io_fresh(struct machine *machine,
                                    uint32_t subchannel, uint32_t word)
{
    s390irq_vm_inject_io(machine->vm, subchannel, 0, word);
}

static inline int subject_clear_io(struct machine *machine, uint32_t subchannel)
{
    return s390irq_queue_clear_io(machine->queue, subchannel);
}

static inline int subject_deliver(struct processor *cpu)
{
    return s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, NULL);
}

static inline void subject_publish(struct processor *cpu)
{
    s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->registers);
}

static inline int subject_attention(const struct processor *cpu)
{
    return s390irq_attention(&cpu->poll);
}

static inline int subject_has(struct processor *cpu)
{
    return s390irq_vcpu_has_interruption(cpu->vcpu, &cpu->registers);
}

#endif
