/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which exception was it? Unicorn has no call that tells; a saved context is
 * a copy of its CPU state, in which program and SVC codes follow the PSW.
 */
#include "engine_internal.h"

#include <string.h>

/* Distances from the PSW mask, the same in Unicorn 2.0.1 and 2.1.4. */
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
    for (size_t at = 0; at + STATE_END <= size; at += 8) {
        memcpy(&word, state + at + PSW_ADDRESS, sizeof word);
        if (word == MAGIC) {
            engine->psw_offset = at;
            return true;
        }
    }
    return false;
}

static uint32_t state_word(const struct engine *engine, size_t distance)
{
    const char *state = (const char *)engine->scratch;
    uint32_t word;

    memcpy(&word, state + engine->psw_offset + distance, sizeof word);
    return word;
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
