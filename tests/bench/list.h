/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What the library is measured against: interruptions as the author of a VMM
 * writes them first. One mutex for the VM; an entry from malloc for each
 * interruption; a list for each class, at the CPU or at the VM, oldest first;
 * deliver goes through the classes by priority and takes the first entry of
 * the first list that is enabled. A number of what pends spares the mutex
 * while nothing does. A wake-up looks for a CPU that waits and is open.
 *
 * The rules are those of the library for what it has: one emergency signal a
 * sender, one external call, one SCCB, one interruption a subchannel.
 */
#ifndef BENCH_LIST_H
#define BENCH_LIST_H

#include <pthread.h>
#include <s390irq/interruption.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* In the order of priority (PoP ch. 6). */
enum list_class {
    LIST_SUPERVISOR_CALL,
    LIST_PROGRAM,
    LIST_INTERRUPT_KEY,
    LIST_MALFUNCTION_ALERT,
    LIST_EMERGENCY_SIGNAL,
    LIST_EXTERNAL_CALL,
    LIST_SERVICE_SIGNAL,
    LIST_IO, /* eight of them, by ISC */
    LIST_RESTART = LIST_IO + 8,
    LIST_CLASSES,
};

struct list_entry;

struct list_queue {
    struct list_entry *first;
    struct list_entry **last; /* where the next one goes */
};

/* What pends in one place. */
struct list_pending {
    struct list_queue queue[LIST_CLASSES];
    atomic_uint count; /* changed with the mutex, read without */
};

struct list_registers {
    uint64_t psw_mask;
    uint64_t psw_address;
    uint64_t cr[16];
    uint32_t prefix;
};

enum list_state {
    LIST_STOPPED,
    LIST_RUNNING,
    LIST_WAITING
};

struct list_cpu {
    struct list_vm *vm;
    struct list_pending local;
    enum list_state state;
    uint32_t address;
    struct list_registers registers; /* while it waits */
    void *opaque;
};

struct list_counter {
    uint64_t injected;
    uint64_t coalesced;
    uint64_t refused;
    uint64_t taken;
    uint64_t cleared;
};

struct list_vm {
    pthread_mutex_t mutex;
    struct list_pending floating;
    struct list_counter counter[LIST_CLASSES];
    struct list_cpu *cpu;
    uint32_t cpus;
    uint8_t *ram;
    uint8_t *subchannel; /* by number: whether it exists */
    void (*wake)(void *vm, void *cpu);
    void *opaque;
};

struct list_vm *list_create(uint32_t cpus, uint8_t *ram,
                            void (*wake)(void *, void *), void *opaque);
void list_destroy(struct list_vm *vm);
void list_start(struct list_cpu *cpu);
void list_add_subchannel(struct list_vm *vm, uint32_t subchannel);

/* They answer S390IRQ_QUEUED, _COALESCED or _BUSY, or a negative error. */
int list_inject_emergency(struct list_cpu *cpu, uint32_t source);
int list_inject_external_call(struct list_cpu *cpu, uint32_t source);
int list_inject_program(struct list_cpu *cpu,
                        const struct s390irq_program *program);
int list_inject_service(struct list_vm *vm, uint32_t parameter);
int list_inject_io(struct list_vm *vm, uint32_t subchannel, uint32_t parameter,
                   uint32_t word);
/* Without looking whether one pends. For setting up. */
void list_append_io(struct list_vm *vm, uint32_t subchannel, uint32_t parameter,
                    uint32_t word);
/* How many were removed. */
int list_clear_io(struct list_vm *vm, uint32_t subchannel);

/* S390IRQ_RUN, S390IRQ_WAIT or S390IRQ_STOPPED. */
int list_deliver(struct list_cpu *cpu, struct list_registers *registers);
/* Whether deliver would take something. */
int list_has(struct list_cpu *cpu, const struct list_registers *registers);

/* Nonzero: something pends, if only masked. */
static inline int list_attention(const struct list_cpu *cpu)
{
    return (atomic_load_explicit(&cpu->local.count, memory_order_acquire) |
            atomic_load_explicit(&cpu->vm->floating.count,
                                 memory_order_acquire)) != 0;
}

#endif
