/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How are instructions executed? By Unicorn, in the problem state whatever
 * the guest's PSW says, so that each privileged instruction comes to the host.
 * Registers that interruptions read and change (PSW, control registers,
 * prefix, timers, floating-point control) live in struct s390irq_cpu, all
 * others in the engine.
 */
#ifndef VMM_ENGINE_H
#define VMM_ENGINE_H

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

/* Why the engine stopped. */
enum engine_reason {
    ENGINE_RUNS,
    ENGINE_ASKED,           /* the host's block hook asked for it */
    ENGINE_PROGRAM,         /* a program exception; the PSW is at it */
    ENGINE_SUPERVISOR_CALL, /* the PSW is at the instruction */
    ENGINE_FAILED           /* see error */
};

struct engine_exit {
    enum engine_reason reason;
    uint32_t code;                  /* of the program exception or SVC */
    uint32_t length;                /* of the instruction in bytes */
    uint32_t data_exception_code;   /* with program exception 7 */
    uint64_t translation_exception; /* with access exceptions */
    const char *error;
};

/* What the engine asks of the host while guest code runs. */
struct engine_hooks {
    /* A block of instructions begins. True: stop here. */
    bool (*block)(void *opaque);
    /*
     * The instruction at a logical address; answers how many bytes of it
     * there are.
     */
    size_t (*fetch)(void *opaque, uint64_t address, uint8_t bytes[6]);
    /* Does the engine execute this instruction wrongly? */
    bool (*wrong)(const uint8_t *instruction);
    /* Before such a one, and after it, to put its result right. */
    void (*before)(void *opaque, const uint8_t *instruction);
    void (*after)(void *opaque);
};

/* Control registers that the engine looks at: 0, 1, 7, 13. */
#define ENGINE_CONTROLS 4

/* Blocks that were looked at, and places with a code hook. */
#define ENGINE_SCANNED (1u << 16)
#define ENGINE_HOOKED  256

struct engine_scan {
    uint64_t block;
    uint64_t generation; /* counts what changes the meaning of addresses */
};

/* The part of a CPU that the engine keeps. */
struct engine_cpu {
    uc_context *context;
    uint32_t prefix; /* as loaded in the engine; the others likewise */
    uint64_t control[ENGINE_CONTROLS];
    uint32_t floating_point_control;
};

/* One engine for all CPUs: one translation cache, and CS stays atomic. */
struct engine {
    uc_engine *uc;
    uint8_t *ram;
    uint64_t ram_size;
    struct engine_hooks hooks;
    void *opaque;
    uint8_t *host_page;          /* instructions for the host's own use */
    uc_context *initial;         /* the registers after power-on */
    uc_context *scratch;         /* to look into the engine's CPU state */
    size_t psw_offset;           /* of the PSW in a context */
    void *beyond;                /* see engine_map_beyond() */
    struct engine_scan *scanned; /* blocks looked at */
    uint64_t generation;         /* of the entries that hold */
    struct {
        uint64_t address;
        uc_hook hook;
    } hooked[ENGINE_HOOKED];
    unsigned hooks_used;
    struct engine_cpu *current; /* whose registers are loaded */
    struct engine_exit exit;
    uint64_t block;       /* address of the latest block */
    uint32_t block_bytes; /* its length */
    bool replacing;       /* between before and after */
    uint64_t replaced_at; /* the instruction */
    bool rescan;          /* the block has a wrong instruction without hook */
    bool stepping;        /* one instruction for the host: no stops */
};

/* Answers NULL or what is wrong. ram lives as long as the engine. */
const char *engine_open(struct engine *engine, uint8_t *ram, uint64_t ram_size,
                        const struct engine_hooks *hooks, void *opaque);
void engine_close(struct engine *engine);

bool engine_add_cpu(struct engine *engine, struct engine_cpu *cpu);
void engine_remove_cpu(struct engine_cpu *cpu);

/* Clear reset of the registers that the engine has. */
void engine_clear_cpu(struct engine *engine, struct engine_cpu *cpu);

/* Runs from the PSW on until there is a reason to stop; updates the PSW. */
const struct engine_exit *engine_run(struct engine *engine,
                                     struct engine_cpu *cpu,
                                     struct s390irq_cpu *registers);

/* The engine itself executes one privileged instruction, at the PSW. */
const struct engine_exit *engine_step(struct engine *engine,
                                      struct s390irq_cpu *registers,
                                      uint32_t length);

/*
 * Translations have changed: the TLB of the CPU that runs or ran last is
 * purged.
 */
void engine_purge(struct engine *engine);

/* Stores into absolute storage; code that was there is translated anew. */
void engine_store(struct engine *engine, uint64_t absolute, const void *bytes,
                  size_t length);

/* All the registers that the engine has of a CPU, whether it runs or not. */
void engine_registers(struct engine *engine, const struct engine_cpu *cpu,
                      struct s390irq_registers *registers);

/* A general register of the CPU that runs or ran last. */
uint64_t engine_general(struct engine *engine, unsigned number);
void engine_set_general(struct engine *engine, unsigned number, uint64_t value);

/*
 * The condition code, in the hook after an instruction that has set it and
 * that the host puts right.
 */
void engine_set_condition(struct engine *engine, unsigned condition_code);

/* Length of an instruction in bytes, from its first byte (PoP ch. 5). */
uint32_t engine_length(uint8_t first_byte);

#endif
