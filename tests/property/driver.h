/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The driver: several VMs of the library, each beside its model, and a table
 * of operations that do the same to both and compare.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "ledger.h"
#include "model.h"

#define DRIVER_WORLDS 4
#define DRIVER_NOTES  2048 /* kept */

struct run;
struct world;

/* A CPU as its host sees it. */
struct host_cpu {
    struct world *world;
    uint32_t address;
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu;         /* its owner's registers */
    struct s390irq_registers other; /* the rest of them */
    struct s390irq_plan plan;
    unsigned woken, kicked; /* in this call */
    bool was_asleep, was_woken, was_in_guest, was_kicked;
    uint64_t deadline_tod;
    bool candidate;         /* to be woken */
    bool attention_missing; /* in the wake hook */
};

/* One VM: the library's and the model's. */
struct world {
    struct run *run;
    unsigned number;
    char made[80]; /* how, in words */
    struct s390irq_vm *vm;
    struct s390irq_host_ops ops;
    struct s390irq_vm_config config;
    uint8_t facilities[32];
    bool hooked;       /* storage through read and write */
    bool pointer;      /* ... and a lowcore hook */
    unsigned pointers; /* which prefix areas it gives */
    bool chooses;
    uint32_t offered, choice; /* in this call */
    bool calm; /* little happens: the CPUs are open and often asleep */
    bool traced;
    struct ledger ledger; /* if traced */
    uint8_t storage[MODEL_STORAGE];
    struct host_cpu cpu[MODEL_CPUS];
    struct model_vm model;
    uint64_t wakes, kicks;
    unsigned accesses; /* of this call */
    unsigned fail_at;  /* the access that fails, from 1; 0: none */
    bool failed;
    uint64_t failed_absolute;
    uint64_t calls; /* life so far */
    uint64_t life;  /* and at most */
};

struct run {
    uint64_t random;
    uint64_t seed;
    uint64_t step, steps;
    bool calm; /* the world of this step */
    enum model_flip flip;
    bool quiet;    /* a difference is what is wanted */
    unsigned show; /* how many of the last calls to print */
    struct world *world[DRIVER_WORLDS];
    unsigned notes;
    char note[DRIVER_NOTES][160];
    bool differs;
    char difference[800];
};

struct operation {
    const char *name;
    unsigned weight;
    void (*act)(struct run *run, struct world *world);
};

/* driver.c */
uint64_t draw(struct run *run);
/* 0 .. below-1 */
uint32_t pick(struct run *run, uint32_t below);
/* One time in so many. */
bool chance(struct run *run, uint32_t in);
void note(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void differ(struct run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Both must be equal. */
bool same(struct run *run, const char *what, uint64_t library, uint64_t model);
/* One that is there. */
struct host_cpu *any_cpu(struct run *run, struct world *world);
/* One that runs and has nothing in hand; NULL: none was found. */
struct host_cpu *running_cpu(struct run *run, struct world *world);
struct model_cpu *model_of(struct host_cpu *cpu);
/* Runs the random walk; true: no difference. */
bool walk(struct run *run);

/* world.c */
struct world *world_open(struct run *run, unsigned number);
void world_close(struct world *world);
void world_hooks(struct world *world, struct s390irq_host_ops *ops);
void create_cpu(struct world *world, uint32_t address);
/* Storage of both. */
void poke(struct world *world, uint64_t absolute, const void *bytes,
          uint32_t length);

/* ops_cpu.c: delivery; registers at random */
int deliver_both(struct host_cpu *cpu);
void random_psw(struct run *run, uint64_t *mask, uint64_t *address);
uint32_t random_prefix(struct run *run);
void random_cpu(struct run *run, struct world *world, struct s390irq_cpu *cpu);

/* ops_order.c */
void revive(struct run *run, struct world *world);

/* ops_inject.c: a floating interruption */
void floating(struct run *run, struct world *world,
              const struct s390irq_interruption *record);

/* compare.c: around each call of the library */
void begin_call(struct world *world);
void end_call(struct world *world);
/* Everything that can be asked for. */
void compare_all(struct world *world);
void compare_item(struct run *run, const struct s390irq_interruption *mine,
                  const struct s390irq_interruption *models);
void compare_registers(struct host_cpu *cpu);
struct s390irq_cpu owners_registers(const struct host_cpu *cpu);
void compare_storage(struct world *world, bool all);
/* The items of a list that can be seen, in the order of taking. */
unsigned sorted(struct world *world, const struct model_pool *pool, bool own,
                const struct model_item **list);

/* compare_explain.c */
void compare_explanation(struct host_cpu *cpu);

/* The operations, by file. */
extern const struct operation cpu_operations[];
extern const struct operation prepare_operations[];
extern const struct operation plug_operations[];
extern const struct operation inject_operations[];
extern const struct operation io_operations[];
extern const struct operation adapter_operations[];
extern const struct operation order_operations[];
extern const struct operation state_operations[];
extern const struct operation vm_operations[];

#endif
