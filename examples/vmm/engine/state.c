/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which exception was it, and what is in the registers? Unicorn 2.0.1 has no
 * call that tells; a saved context is a copy of its CPU state, in which
 * registers come before the PSW, program and SVC codes after it.
 */
#include "engine/internal.h"

#include <stddef.h>
#include <string.h>

/* Distances from the PSW mask, the same in Unicorn 2.0.1 and 2.1.4. */
#define GENERAL                (-784)
#define VECTOR                 (-656)
#define ACCESS                 (-144)
#define FLOATING_POINT_CONTROL (-28)
#define PSW_ADDRESS            8
#define PROGRAM_CODE           64
#define PROGRAM_LENGTH         68
#define SUPERVISOR_CALL_CODE   72
#define SUPERVISOR_CALL_LENGTH 76
#define STATE_END              80

/* An address that nothing else in the state looks like. */
#define MAGIC UINT64_C(0x5a3917e4c6d2b80e)

bool engine_state_find(struct engine *engine)
{
    size_t size = uc_context_size(engine->uc);
    const char *state = (const char *)engine->scratch;
    uint64_t word;

    engine_set(engine, UC_S390X_REG_PC, MAGIC);
    uc_context_save(engine->uc, engine->scratch);
    uc_context_restore(engine->uc, engine->initial);
    for (size_t at = -GENERAL; at + STATE_END <= size; at += 8) {
        memcpy(&word, state + at + PSW_ADDRESS, sizeof word);
        if (word == MAGIC) {
            engine->psw_offset = at;
            return true;
        }
    }
    return false;
}

static uint32_t state_word(const struct engine *engine, ptrdiff_t distance)
{
    const char *state = (const char *)engine->scratch;
    uint32_t word;

    memcpy(&word, state + (ptrdiff_t)engine->psw_offset + distance,
           sizeof word);
    return word;
}

uint32_t engine_state_floating_point_control(struct engine *engine)
{
    uc_context_save(engine->uc, engine->scratch);
    return state_word(engine, FLOATING_POINT_CONTROL);
}

void engine_registers(struct engine *engine, const struct engine_cpu *cpu,
                      struct s390irq_registers *registers)
{
    const char *state = (const char *)cpu->context;

    if (engine->current == cpu) {
        uc_context_save(engine->uc, engine->scratch);
        state = (const char *)engine->scratch;
    }
    state += engine->psw_offset;
    memcpy(registers->general, state + GENERAL, sizeof registers->general);
    memcpy(registers->vector, state + VECTOR, sizeof registers->vector);
    memcpy(registers->access, state + ACCESS, sizeof registers->access);
}

void engine_state_program(struct engine *engine, uint32_t *code,
                          uint32_t *length)
{
    uc_context_save(engine->uc, engine->scratch);
    *code = state_word(engine, PROGRAM_CODE);
    *length = state_word(engine, PROGRAM_LENGTH);
}

void engine_state_supervisor_call(struct engine *engine, uint32_t *code,
                                  uint32_t *length)
{
    uc_context_save(engine->uc, engine->scratch);
    *code = state_word(engine, SUPERVISOR_CALL_CODE);
    *length = state_word(engine, SUPERVISOR_CALL_LENGTH);
}
