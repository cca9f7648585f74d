/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder know of each other. */
#ifndef VMM_ENGINE_INTERNAL_H
#define VMM_ENGINE_INTERNAL_H

#include "engine/engine.h"
#include "instructions/psw.h"

/* Where the host page appears to the engine; guests have no storage there. */
#define HOST_PAGE      UINT64_C(0x7fff0000)
#define HOST_PAGE_SIZE 4096

/* Instructions in the host page. */
enum host_instruction {
    HOST_SET_PREFIX,
    HOST_LOAD_CONTROL_0,
    HOST_LOAD_CONTROL_1,
    HOST_LOAD_CONTROL_7,
    HOST_LOAD_CONTROL_13,
    HOST_LOAD_FLOATING_POINT_CONTROL,
    HOST_SET_FLOATING_POINT_2,
    HOST_SET_ACCESS_5,
    HOST_PURGE_TLB,
    HOST_SUPERVISOR_CALL,
    HOST_ILLEGAL
};

/* host.c */
void engine_host_prepare(struct engine *engine);
void engine_host_execute(struct engine *engine, enum host_instruction which,
                         const void *operand, size_t length);
/* Is the engine's CPU state laid out as engine_state_* expect? */
bool engine_host_check(struct engine *engine);

/* state.c: what the engine has no public call for. */
bool engine_state_find(struct engine *engine);
uint32_t engine_state_floating_point_control(struct engine *engine);
void engine_state_program(struct engine *engine, uint32_t *code,
                          uint32_t *length);
void engine_state_supervisor_call(struct engine *engine, uint32_t *code,
                                  uint32_t *length);

/* replace.c: instructions that the engine executes wrongly. */
bool engine_replace_in_block(struct engine *engine);
bool engine_replace_hook(struct engine *engine);
void engine_replace_finish(struct engine *engine);

uint64_t engine_get(struct engine *engine, int number);
void engine_set(struct engine *engine, int number, uint64_t value);

#endif
