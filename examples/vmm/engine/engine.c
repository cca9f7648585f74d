/* SPDX-License-Identifier: BSD-3-Clause */
/* How does guest code run, and how does it come to a stop? */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#endif
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/*
 * The control registers that matter to the engine, and their bits. Of
 * register 0 the secondary-space, AFP-register and vector-enablement controls:
 * low-address protection is not right in Unicorn. Others, such as the key
 * masks of register 3, would let the problem state do what the host has to.
 */
static const struct {
    enum host_instruction load;
    unsigned number;
    uint64_t fixed;
    uint64_t bits;
} controls[ENGINE_CONTROLS] = {
    { HOST_LOAD_CONTROL_0, 0, 0xe0, 0x4060000 },
    { HOST_LOAD_CONTROL_1, 1, 0, UINT64_MAX },
    { HOST_LOAD_CONTROL_7, 7, 0, UINT64_MAX },
    { HOST_LOAD_CONTROL_13, 13, 0, UINT64_MAX },
};

/* Up to here the engine maps something, be it storage or not. */
#define BEYOND_END  (UINT64_C(1) << 42)
#define BEYOND_PART (UINT64_C(1) << 36)

/* Interruption numbers that the engine gives its hook. */
#define NUMBER_SUPERVISOR_CALL 2
#define NUMBER_PROGRAM         3

#define PROGRAM_DATA                7
#define LOWCORE_DATA_EXCEPTION_CODE 0x90
#define LOWCORE_TRANSLATION         0xa8

uint64_t engine_get(struct engine *engine, int number)
{
    uint64_t value = 0;

    uc_reg_read(engine->uc, number, &value);
    return value;
}

void engine_set(struct engine *engine, int number, uint64_t value)
{
    uc_reg_write(engine->uc, number, &value);
}

uint64_t engine_general(struct engine *engine, unsigned number)
{
    return engine_get(engine, UC_S390X_REG_R0 + (int)number);
}

void engine_set_general(struct engine *engine, unsigned number, uint64_t value)
{
    engine_set(engine, UC_S390X_REG_R0 + (int)number, value);
}

void engine_set_condition(struct engine *engine, unsigned condition_code)
{
    uint64_t mask = engine_get(engine, UC_S390X_REG_PSWM);

    engine_set(engine, UC_S390X_REG_PSWM,
               (mask & ~PSW_CONDITION_CODE) | (uint64_t)condition_code
                                                  << PSW_CONDITION_CODE_SHIFT);
}

uint32_t engine_length(uint8_t first_byte)
{
    static const uint8_t length[4] = { 2, 4, 4, 6 };

    return length[first_byte >> 6];
}

static void stop(struct engine *engine, enum engine_reason reason)
{
    engine->exit.reason = reason;
    uc_emu_stop(engine->uc);
}

static void on_block(uc_engine *uc, uint64_t address, uint32_t bytes,
                     void *user)
{
    struct engine *engine = user;

    (void)uc;
    if (engine->stepping)
        return;
    engine->block = address;
    engine->block_bytes = bytes;
    if (engine->exit.reason != ENGINE_RUNS)
        uc_emu_stop(engine->uc);
    else if (engine_replace_in_block(engine)) {
        engine->rescan = true;
        stop(engine, ENGINE_ASKED);
    } else if (engine->hooks.block(engine->opaque))
        stop(engine, ENGINE_ASKED);
}

static uint64_t big_endian(const uint8_t *bytes)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < 8; i++)
        number = number << 8 | bytes[i];
    return number;
}

static void on_interruption(uc_engine *uc, uint32_t number, void *user)
{
    struct engine *engine = user;
    struct engine_exit *exit = &engine->exit;
    uint64_t prefix = engine->current ? engine->current->prefix : 0;
    const uint8_t *lowcore = engine->ram + prefix;

    (void)uc;
    if (number == NUMBER_SUPERVISOR_CALL) {
        engine_state_supervisor_call(engine, &exit->code, &exit->length);
        stop(engine, ENGINE_SUPERVISOR_CALL);
        return;
    }
    if (number != NUMBER_PROGRAM) {
        exit->error = "the engine reports an unknown interruption";
        stop(engine, ENGINE_FAILED);
        return;
    }
    engine_state_program(engine, &exit->code, &exit->length);
    exit->translation_exception = big_endian(lowcore + LOWCORE_TRANSLATION);
    if (exit->code == PROGRAM_DATA)
        exit->data_exception_code = lowcore[LOWCORE_DATA_EXCEPTION_CODE + 3];
    stop(engine, ENGINE_PROGRAM);
}

static const char *add_hooks(struct engine *engine)
{
    uc_hook block;
    uc_hook interruption;

    /* From 1 to 0: everywhere. */
    if (uc_hook_add(engine->uc, &block, UC_HOOK_BLOCK,
                    (void *)(uintptr_t)on_block, engine, (uint64_t)1,
                    (uint64_t)0) ||
        uc_hook_add(engine->uc, &interruption, UC_HOOK_INTR,
                    (void *)(uintptr_t)on_interruption, engine, (uint64_t)1,
                    (uint64_t)0))
        return "Unicorn refuses a hook";
    return NULL;
}

static const char *allocate(struct engine *engine)
{
    engine->scanned = calloc(ENGINE_SCANNED, sizeof *engine->scanned);
    engine->generation = 1;
    engine->host_page = aligned_alloc(HOST_PAGE_SIZE, HOST_PAGE_SIZE);
    if (!engine->scanned || !engine->host_page)
        return "no memory";
    if (uc_open(UC_ARCH_S390X, UC_MODE_BIG_ENDIAN, &engine->uc))
        return "this Unicorn has no s390x";
    if (uc_mem_map_ptr(engine->uc, 0, engine->ram_size, UC_PROT_ALL,
                       engine->ram) ||
        uc_mem_map_ptr(engine->uc, HOST_PAGE, HOST_PAGE_SIZE, UC_PROT_ALL,
                       engine->host_page))
        return "Unicorn cannot map the guest's storage";
    if (uc_context_alloc(engine->uc, &engine->initial) ||
        uc_context_alloc(engine->uc, &engine->scratch))
        return "no memory";
    return NULL;
}

const char *engine_open(struct engine *engine, uint8_t *ram, uint64_t ram_size,
                        const struct engine_hooks *hooks, void *opaque)
{
    const char *wrong;

    memset(engine, 0, sizeof *engine);
    engine->ram = ram;
    engine->ram_size = ram_size;
    engine->hooks = *hooks;
    engine->opaque = opaque;
    wrong = allocate(engine);
    if (!wrong)
        wrong = add_hooks(engine);
    if (wrong)
        return wrong;
    engine_host_prepare(engine);
    uc_context_save(engine->uc, engine->initial);
    if (!engine_state_find(engine) || !engine_host_check(engine))
        return "the CPU state of this Unicorn is laid out in an unknown way";
    return NULL;
}

void engine_close(struct engine *engine)
{
    if (engine->initial)
        uc_context_free(engine->initial);
    if (engine->scratch)
        uc_context_free(engine->scratch);
    if (engine->uc)
        uc_close(engine->uc);
    free(engine->host_page);
    free(engine->scanned);
    if (engine->beyond)
        munmap(engine->beyond, BEYOND_PART);
}

bool engine_add_cpu(struct engine *engine, struct engine_cpu *cpu)
{
    if (uc_context_alloc(engine->uc, &cpu->context))
        return false;
    engine_clear_cpu(engine, cpu);
    return true;
}

void engine_remove_cpu(struct engine_cpu *cpu)
{
    if (cpu->context)
        uc_context_free(cpu->context);
}

static void save_current(struct engine *engine)
{
    if (engine->current)
        uc_context_save(engine->uc, engine->current->context);
    engine->current = NULL;
}

void engine_clear_cpu(struct engine *engine, struct engine_cpu *cpu)
{
    save_current(engine);
    uc_context_restore(engine->uc, engine->initial);
    uc_context_save(engine->uc, cpu->context);
    cpu->prefix = 0;
    memset(cpu->control, 0, sizeof cpu->control);
    cpu->floating_point_control = 0;
}

static void load_cpu(struct engine *engine, struct engine_cpu *cpu)
{
    if (engine->current == cpu)
        return;
    save_current(engine);
    uc_context_restore(engine->uc, cpu->context);
    engine->current = cpu;
    engine_purge(engine);
}

static void execute_word(struct engine *engine, enum host_instruction which,
                         uint32_t word)
{
    uint8_t operand[4];

    for (unsigned i = 0; i < 4; i++)
        operand[i] = (uint8_t)(word >> (24 - 8 * i));
    engine_host_execute(engine, which, operand, sizeof operand);
}

static void load_prefix(struct engine *engine, struct engine_cpu *cpu,
                        uint32_t prefix)
{
    if (cpu->prefix == prefix)
        return;
    execute_word(engine, HOST_SET_PREFIX, prefix);
    engine_purge(engine);
    cpu->prefix = prefix;
}

static void load_control(struct engine *engine, struct engine_cpu *cpu,
                         unsigned which, uint64_t guest)
{
    uint64_t value = controls[which].fixed | (guest & controls[which].bits);
    uint8_t operand[8];

    if (cpu->control[which] == value)
        return;
    for (unsigned i = 0; i < 8; i++)
        operand[i] = (uint8_t)(value >> (56 - 8 * i));
    engine_host_execute(engine, controls[which].load, operand, sizeof operand);
    cpu->control[which] = value;
    engine->generation++;
}

static void load_floating_point_control(struct engine *engine,
                                        struct engine_cpu *cpu, uint32_t value)
{
    if (cpu->floating_point_control == value)
        return;
    load_control(engine, cpu, 0, UINT64_MAX); /* else it is refused */
    execute_word(engine, HOST_LOAD_FLOATING_POINT_CONTROL, value);
    cpu->floating_point_control = value;
}

/*
 * One stretch of guest code. `until` 0 is "no such address": others have side
 * effects, and PC must not be written inside a hook.
 */
static void execute(struct engine *engine, struct s390irq_cpu *registers,
                    uint64_t problem, uint64_t until)
{
    const uint64_t mine = PSW_PROBLEM | PSW_WAIT;
    uc_err error;

    engine->exit = (struct engine_exit){ .reason = ENGINE_RUNS };
    engine_set(engine, UC_S390X_REG_PSWM,
               (registers->psw_mask & ~mine) | problem);
    error = uc_emu_start(engine->uc, registers->psw_address, until, 0, 0);
    registers->psw_mask = (engine_get(engine, UC_S390X_REG_PSWM) & ~mine) |
                          (registers->psw_mask & mine);
    /* With code hooks, Unicorn 2.0.1 does not bring PC up to date here. */
    registers->psw_address = engine->exit.reason == ENGINE_ASKED
                                 ? engine->block
                                 : engine_get(engine, UC_S390X_REG_PC);
    engine->current->floating_point_control =
        engine_state_floating_point_control(engine);
    registers->floating_point_control = engine->current->floating_point_control;
    if (error) {
        engine->exit.reason = ENGINE_FAILED;
        engine->exit.error =
            error == UC_ERR_READ_UNMAPPED || error == UC_ERR_WRITE_UNMAPPED
                ? "an operand is where no storage is"
                : uc_strerror(error);
    }
}

static bool map_range(struct engine *engine, uint64_t from, uint64_t to)
{
    while (from < to) {
        uint64_t length = to - from < BEYOND_PART ? to - from : BEYOND_PART;

        if (uc_mem_map_ptr(engine->uc, from, length, UC_PROT_ALL,
                           engine->beyond))
            return false;
        from += length;
    }
    return true;
}

/*
 * Unicorn 2.0.1 looks a virtual address up as if it were a real one before it
 * believes its translation. For guests with DAT there is something therefore
 * wherever Linux has addresses: pages that are never touched, the same ones
 * again and again. (Guests without DAT are told of operands beyond their
 * storage.)
 */
static bool map_beyond(struct engine *engine)
{
    void *beyond;

    if (engine->beyond)
        return true;
    beyond = mmap(NULL, BEYOND_PART, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (beyond == MAP_FAILED)
        return false;
    engine->beyond = beyond;
    return map_range(engine, engine->ram_size, HOST_PAGE) &&
           map_range(engine, HOST_PAGE + HOST_PAGE_SIZE, BEYOND_END);
}

void engine_purge(struct engine *engine)
{
    engine_host_execute(engine, HOST_PURGE_TLB, NULL, 0);
    engine->generation++;
}

void engine_store(struct engine *engine, uint64_t absolute, const void *bytes,
                  size_t length)
{
    uc_mem_write(engine->uc, absolute, bytes, length);
}

const struct engine_exit *engine_run(struct engine *engine,
                                     struct engine_cpu *cpu,
                                     struct s390irq_cpu *registers)
{
    load_cpu(engine, cpu);
    load_prefix(engine, cpu, registers->prefix);
    load_floating_point_control(engine, cpu, registers->floating_point_control);
    for (unsigned i = 0; i < ENGINE_CONTROLS; i++)
        load_control(engine, cpu, i, registers->cr[controls[i].number]);
    if (registers->psw_mask & PSW_DAT && !map_beyond(engine)) {
        engine->exit.reason = ENGINE_FAILED;
        engine->exit.error = "no address space for a guest with DAT";
        return &engine->exit;
    }
    do {
        engine->rescan = false;
        execute(engine, registers, PSW_PROBLEM, 0);
        if (engine->exit.reason == ENGINE_PROGRAM &&
            registers->psw_address == engine->replaced_at)
            engine->replacing = false; /* it has not been executed */
        engine_replace_finish(engine);
    } while (engine->rescan && engine_replace_hook(engine));
    if (engine->exit.reason == ENGINE_RUNS) {
        engine->exit.reason = ENGINE_FAILED;
        engine->exit.error = "instructions at address 0";
    }
    return &engine->exit;
}

const struct engine_exit *engine_step(struct engine *engine,
                                      struct s390irq_cpu *registers,
                                      uint32_t length)
{
    uint64_t after = registers->psw_address + length;

    engine->stepping = true;
    execute(engine, registers, 0, after);
    engine->stepping = false;
    if (engine->exit.reason == ENGINE_RUNS && registers->psw_address != after) {
        engine->exit.reason = ENGINE_FAILED;
        engine->exit.error = "a single instruction went astray";
    }
    return &engine->exit;
}
