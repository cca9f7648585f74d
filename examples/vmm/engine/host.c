/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How does the host reach what Unicorn has no call for? It has the engine
 * execute an instruction of its own, in the supervisor state, from a page
 * that guests do not have.
 */
#include "engine/internal.h"

#include <string.h>

#define SLOT    16
#define OPERAND 0x800

/* Operands are at OPERAND beyond general register 15. */
static const struct {
    uint8_t bytes[6];
    uint8_t length;
} instructions[] = {
    [HOST_SET_PREFIX] = { { 0xb2, 0x10, 0xf8, 0x00 }, 4 },
    [HOST_LOAD_CONTROL_0] = { { 0xeb, 0x00, 0xf8, 0x00, 0x00, 0x2f }, 6 },
    [HOST_LOAD_CONTROL_1] = { { 0xeb, 0x11, 0xf8, 0x00, 0x00, 0x2f }, 6 },
    [HOST_LOAD_CONTROL_7] = { { 0xeb, 0x77, 0xf8, 0x00, 0x00, 0x2f }, 6 },
    [HOST_LOAD_CONTROL_13] = { { 0xeb, 0xdd, 0xf8, 0x00, 0x00, 0x2f }, 6 },
    [HOST_LOAD_FLOATING_POINT_CONTROL] = { { 0xb2, 0x9d, 0xf8, 0x00 }, 4 },
    [HOST_SET_FLOATING_POINT_2] = { { 0xb3, 0xc1, 0x00, 0x2f }, 4 },
    [HOST_SET_ACCESS_5] = { { 0xb2, 0x4e, 0x00, 0x5f }, 4 },
    [HOST_PURGE_TLB] = { { 0xb2, 0x0d, 0x00, 0x00 }, 4 },
    [HOST_SUPERVISOR_CALL] = { { 0x0a, 0x2a }, 2 },
    [HOST_ILLEGAL] = { { 0x00, 0x00 }, 2 },
};

static uint64_t slot(enum host_instruction which)
{
    return SLOT * (uint64_t)which;
}

void engine_host_prepare(struct engine *engine)
{
    memset(engine->host_page, 0, HOST_PAGE_SIZE);
    for (int i = HOST_SET_PREFIX; i <= HOST_ILLEGAL; i++)
        memcpy(engine->host_page + slot(i), instructions[i].bytes,
               instructions[i].length);
}

static void start(struct engine *engine, enum host_instruction which,
                  uint64_t psw_mask)
{
    uint64_t address = HOST_PAGE + slot(which);

    engine->stepping = true;
    engine_set(engine, UC_S390X_REG_PSWM, psw_mask);
    uc_emu_start(engine->uc, address, address + instructions[which].length, 0,
                 0);
    engine->stepping = false;
}

/* The caller writes the PSW before it goes on: it is not kept. */
void engine_host_execute(struct engine *engine, enum host_instruction which,
                         const void *operand, size_t length)
{
    uint64_t general15 = engine_general(engine, 15);

    if (length != 0)
        memcpy(engine->host_page + OPERAND, operand, length);
    engine_set_general(engine, 15, HOST_PAGE);
    start(engine, which, PSW_64_BIT);
    engine_set_general(engine, 15, general15);
}

static bool raises(struct engine *engine, enum host_instruction which,
                   enum engine_reason reason, uint32_t code)
{
    engine->exit = (struct engine_exit){ .reason = ENGINE_RUNS };
    start(engine, which, PSW_64_BIT | PSW_PROBLEM);
    return engine->exit.reason == reason && engine->exit.code == code &&
           engine->exit.length == instructions[which].length;
}

/* Each kind of register, set to what tells its place. */
static bool finds_registers(struct engine *engine)
{
    static const uint8_t operand[4] = { 0x00, 0x30, 0x00, 0x02 };
    static const uint8_t control0[8] = { 0, 0, 0, 0, 0, 4, 0, 0xe0 };
    const struct engine_cpu current = { .context = engine->scratch };
    struct s390irq_registers registers = S390IRQ_REGISTERS_INIT;

    engine_host_execute(engine, HOST_LOAD_CONTROL_0, control0, sizeof control0);
    engine_host_execute(engine, HOST_LOAD_FLOATING_POINT_CONTROL, operand,
                        sizeof operand);
    engine_host_execute(engine, HOST_SET_FLOATING_POINT_2, NULL, 0);
    engine_host_execute(engine, HOST_SET_ACCESS_5, NULL, 0);
    engine_set_general(engine, 9, HOST_PAGE + 9);
    uc_context_save(engine->uc, engine->scratch);
    engine_registers(engine, &current, &registers);
    return registers.general[9] == HOST_PAGE + 9 &&
           registers.vector[2][0] == HOST_PAGE &&
           registers.access[5] == HOST_PAGE &&
           engine_state_floating_point_control(engine) == 0x00300002;
}

bool engine_host_check(struct engine *engine)
{
    bool right =
        raises(engine, HOST_SUPERVISOR_CALL, ENGINE_SUPERVISOR_CALL, 42) &&
        raises(engine, HOST_ILLEGAL, ENGINE_PROGRAM, 1) &&
        raises(engine, HOST_PURGE_TLB, ENGINE_PROGRAM, 2) &&
        finds_registers(engine);

    uc_context_restore(engine->uc, engine->initial);
    return right;
}
