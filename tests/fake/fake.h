/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The fake host: a scripted clock, guest memory that records and fails on
 * request, hooks that count and write a journal, and a few words to say what
 * a test wants in one line. Every test of the public API uses it.
 */
#ifndef FAKE_H
#define FAKE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <s390irq/s390irq.h>

#include "machine.h"

/* Which hooks the host brings. */
#define FAKE_HOOK_MEMORY      0x001 /* read and write, no config.ram */
#define FAKE_HOOK_LOWCORE     0x002
#define FAKE_HOOK_TOD         0x004
#define FAKE_HOOK_DEADLINE    0x008
#define FAKE_HOOK_WAKE        0x010
#define FAKE_HOOK_KICK        0x020
#define FAKE_HOOK_CHOOSE      0x040
#define FAKE_HOOK_TRACE       0x080
#define FAKE_HOOK_LOG         0x100
#define FAKE_HOOK_ALLOCATE    0x200
#define FAKE_HOOK_REGISTERS   0x400
#define FAKE_HOOK_TRANSACTION 0x800
#define FAKE_HOOK_DIRTY       0x1000
#define FAKE_HOOK_SET_BIT     0x2000
/*
 * Trace and log; with S390IRQ_TEST_UNWATCHED=1 in the environment neither, so
 * that what is usual takes the short way (lib/usual.h).
 */
#define FAKE_HOOK_WATCH 0x4000
/* What most tests want: nothing real, everything seen. */
#define FAKE_USUAL                                                           \
    (FAKE_HOOK_TOD | FAKE_HOOK_DEADLINE | FAKE_HOOK_WAKE | FAKE_HOOK_WATCH | \
     FAKE_HOOK_ALLOCATE | FAKE_HOOK_REGISTERS | FAKE_HOOK_TRANSACTION |      \
     FAKE_HOOK_DIRTY)
/* The same of a test that needs what the two say. */
#define FAKE_WATCHED (FAKE_USUAL | FAKE_HOOK_TRACE | FAKE_HOOK_LOG)

/* The clock's first value. Comparators of 0 are far in the past by then. */
#define FAKE_TOD_START UINT64_C(0x10000000)

#define FAKE_EVENTS   512 /* trace events kept */
#define FAKE_ACCESSES 128 /* guest-memory accesses kept */

struct fake;

/* One CPU as its host sees it. */
struct fake_cpu {
    struct fake *fake;
    struct s390irq_vcpu *vcpu;
    uint32_t address;
    struct s390irq_cpu cpu; /* the embedder's registers */
    struct s390irq_report report;
    struct s390irq_poll poll;
    struct s390irq_registers registers; /* what the registers hook gives */
    atomic_uint register_reads;
    int registers_lost; /* the hook fails */
    atomic_uint wakes;
    atomic_uint kicks;
    atomic_uint wakes_without_attention;
    atomic_uint deadlines;
    _Atomic uint64_t deadline_tod; /* what the deadline hook said last */
};

/* A guest-memory access through a hook. */
struct fake_access {
    int is_write;
    uint64_t absolute;
    size_t length;
};

struct fake {
    struct s390irq_vm *vm;
    struct s390irq_host_ops ops;
    struct s390irq_vm_config config;
    uint32_t cpus;
    struct fake_cpu *cpu;
    uint8_t *ram;
    uint64_t ram_size;
    _Atomic uint64_t tod;
    atomic_uint tod_reads;

    /* Guest memory through hooks; fail_at counts accesses from 1, 0 never. */
    unsigned accesses;
    unsigned fail_at;
    uint64_t failed_absolute;
    struct fake_access access[FAKE_ACCESSES];

    /* Pages of config.ram that the dirty hook was told of; bit 63: higher. */
    _Atomic uint64_t dirty_pages;

    /* Allocations through hooks; the same numbering. */
    atomic_uint allocations;
    atomic_size_t bytes_allocated;
    unsigned fail_allocation;

    uint32_t choice; /* answer of the choose hook; S390IRQ_NO_CPU: agree */
    unsigned choices;
    uint32_t chosen_kind;
    uint32_t proposed; /* what the library would have chosen */

    unsigned events; /* trace events seen; the first FAKE_EVENTS are kept */
    struct s390irq_trace event[FAKE_EVENTS];
    unsigned lines[8]; /* log lines by level */
    char last_line[256];

    atomic_uint released;

    /* Called inside every hook, by name, if set: forced interleavings. */
    void (*during)(struct fake *fake, const char *hook, struct fake_cpu *cpu);
    void *during_argument;

    /* The journal: all calls and answers as lines, and a hash of them. */
    int keep_journal;
    pthread_mutex_t journal_lock;
    uint64_t journal_hash;
    char *journal;
    size_t journal_length;
    size_t journal_room;
};

struct fake_options {
    uint32_t cpus;
    uint32_t flags; /* S390IRQ_VM_* */
    unsigned hooks; /* FAKE_HOOK_* */
    uint32_t log_level;
    uint32_t cp_service_limit; /* 0: the default */
};

/* fake.c: life */
struct fake *fake_open(const struct fake_options *options);
/* Skips the test if the library was built without s390irq_vcpu_wait(). */
void fake_needs_wait(void);
/* Whether the environment has NAME=1. */
int fake_is_asked_for(const char *name);
/* The usual hooks and this many CPUs, all created and stopped. */
struct fake *fake_usual(uint32_t cpus);
struct fake *fake_watched(uint32_t cpus);
/* Prepares config and ops as fake_open() does, but creates nothing. */
struct fake *fake_prepare(const struct fake_options *options);
void fake_create_vm(struct fake *fake);
void fake_create_cpu(struct fake *fake, uint32_t address);
/* Gives the last reference up and checks that nothing is left behind. */
void fake_close(struct fake *fake);
/* Frees what fake_prepare() made, when no VM came of it. */
void fake_discard(struct fake *fake);

/* fake.c: a CPU in one line */
uint32_t fake_prefix(uint32_t address);
/*
 * Starts the CPU with this PSW mask and CR0, every ISC open in CR6; address
 * 0x5000, still parked.
 */
void fake_start(struct fake *fake, uint32_t address, uint64_t psw_mask,
                uint64_t cr0);
/* ... and delivers once, which must answer `answer` and take nothing. */
void fake_boot(struct fake *fake, uint32_t address, uint64_t psw_mask,
               uint64_t cr0, int answer);
int fake_deliver(struct fake *fake, uint32_t address);
/* Loads PSW mask and CR0 as LPSW and LCTL would, and announces them. */
void fake_load_masks(struct fake *fake, uint32_t address, uint64_t psw_mask,
                     uint64_t cr0);
int fake_attention(struct fake *fake, uint32_t address);
/*
 * Check-stops a running CPU. What that makes pend at the others is cleared,
 * and their wakes are forgotten.
 */
void fake_check_stop(struct fake *fake, uint32_t address);
uint32_t fake_pending(struct fake *fake, uint32_t address);
uint32_t fake_floating(struct fake *fake);
int fake_sigp(struct fake *fake, uint32_t sender, uint32_t target,
              uint32_t order, uint64_t parameter, uint32_t *status);
unsigned fake_wakes(const struct fake *fake, uint32_t address);
/* Every wake of every CPU, with those that came without attention: none. */
unsigned fake_all_wakes(const struct fake *fake);

/* hooks.c */
void fake_set_hooks(struct fake *fake, unsigned hooks);
/* Byte `at` of the transaction-diagnostic block that the hook gives a CPU. */
uint8_t fake_transaction(uint32_t address, unsigned at);

/* memory.c: guest storage, big endian */
uint64_t fake_load(const struct fake *fake, uint64_t absolute, unsigned length);
void fake_store(struct fake *fake, uint64_t absolute, unsigned length,
                uint64_t value);
void fake_new_psw(struct fake *fake, uint32_t address, unsigned offset,
                  uint64_t mask, uint64_t psw_address);
/* All new PSWs of this prefix area: 64-bit, disabled, 0x10000 + offset. */
void fake_default_psws(struct fake *fake, uint32_t prefix);
void fake_assert_psw(const struct fake *fake, uint64_t absolute, uint64_t mask,
                     uint64_t psw_address);
uint64_t fake_hash(uint64_t hash, const void *data, size_t length);

/* journal.c */
void fake_note(struct fake *fake, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
uint64_t fake_journal_hash(struct fake *fake);

/* snapshot.c: everything that can be seen of a VM from outside */
struct fake_snapshot;
struct fake_snapshot *fake_snapshot(struct fake *fake);
/* Fails the test at the first difference and frees `before`. */
void fake_assert_unchanged(struct fake *fake, struct fake_snapshot *before);
/* The counters' identity, for every kind, for the VM and for its CPUs. */
void fake_assert_counters(struct fake *fake);
struct s390irq_counter fake_counter(struct fake *fake, uint32_t kind);
struct s390irq_counter fake_cpu_counter(struct fake *fake, uint32_t address,
                                        uint32_t kind);

/* save_area.c: what a CPU stores of its registers */
struct fake_saved {
    const struct s390irq_cpu *cpu;
    uint64_t cpu_timer;
    const struct s390irq_registers *registers; /* NULL: not stored */
    const uint8_t *logout;                     /* 16 bytes, NULL: none */
    int psw;                                   /* there, as a status has it */
};

struct fake_check {
    uint64_t code; /* the machine-check interruption code, whole */
    uint32_t external_damage;
    uint64_t failing_address;
    struct fake_saved saved;
};

/* Lays a status over 512 bytes, a machine check over a prefix area. */
void fake_lay_save_area(uint8_t *area, const struct fake_saved *saved);
void fake_lay_machine_check(uint8_t *area, const struct fake_check *check);
/* Fails at the first byte that differs. */
void fake_assert_bytes(const char *what, const uint8_t *real,
                       const uint8_t *expected, size_t length);
/* A pattern in which a byte that is stored shows. */
void fake_fill(uint8_t *area, size_t length);
/* Every member but PSW mask and prefix has a value of its own. */
void fake_odd_cpu(struct s390irq_cpu *cpu);
/* No two registers of a CPU are alike, and none like another CPU's. */
void fake_fill_registers(struct s390irq_registers *registers, uint32_t address);

/* classes.c: every interruption that can be delivered, in priority order */
struct fake_field {
    uint16_t offset;
    uint16_t length;
    uint64_t value;
};

#define FAKE_FIELDS 12

struct fake_class {
    const char *name;
    uint16_t kind;
    uint16_t old_psw; /* lowcore offsets; 0: no swap */
    uint16_t new_psw;
    uint64_t psw_bit; /* 0: cannot be disabled */
    uint64_t cr0_bit;
    uint64_t cr6_bit;
    int is_floating;
    int rewind; /* the old PSW names the instruction itself */
    struct s390irq_interruption record;
    struct fake_field field[FAKE_FIELDS]; /* ends with length 0 */
};

extern const struct fake_class fake_classes[];
extern const size_t fake_class_count;

const struct fake_class *fake_class_of(uint32_t kind);
/* The subchannel of the I/O record, which fake_raise() adds at need. */
#define FAKE_SUBCHANNEL 0x00010042u
void fake_add_subchannel(struct fake *fake);
/* Makes it pend for this CPU; a level condition by its register. */
void fake_raise(struct fake *fake, uint32_t address,
                const struct fake_class *class);
/* The lowcore has what this interruption stores and nothing else new. */
void fake_assert_stored(const struct fake *fake, uint32_t address,
                        const struct fake_class *class,
                        const struct s390irq_cpu *before);
struct s390irq_interruption fake_record(uint32_t kind);

#endif
