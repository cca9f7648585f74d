/* SPDX-License-Identifier: BSD-3-Clause */
/* Which instructions does the host execute, and how does it find them? */
#ifndef VMM_INSTRUCTIONS_H
#define VMM_INSTRUCTIONS_H

#include "engine/engine.h"
#include "machine.h"

/* Program interruption codes (PoP ch. 6). */
#define PROGRAM_OPERATION         0x01
#define PROGRAM_PRIVILEGED        0x02
#define PROGRAM_ADDRESSING        0x05
#define PROGRAM_SPECIFICATION     0x06
#define PROGRAM_SPECIAL_OPERATION 0x13
#define PROGRAM_OPERAND           0x15
#define PROGRAM_MONITOR           0x40

/* An instruction, taken apart. */
struct instruction {
    const uint8_t *bytes;
    unsigned r1;   /* first four bits of the second byte */
    unsigned r3;   /* last four bits of the second byte */
    unsigned rre1; /* the same of the fourth byte: R1 and R2 of RRE */
    unsigned rre2;
    unsigned rrf3; /* the same of the third byte: R3 and M4 of RRF */
    unsigned rrf4;
    uint64_t address;  /* of the operand in storage */
    uint64_t address2; /* of the second one, if there are two */
};

/*
 * Carries an instruction out; the PSW names the next one already. Answers 0
 * or the code of the program interruption that it ends with.
 */
typedef int instruction_function(struct cpu *cpu,
                                 const struct instruction *instruction);

/* psw.c */
instruction_function load_psw, load_psw_extended, set_system_mask,
    store_then_or_system_mask, store_then_and_system_mask, set_psw_key,
    set_address_space_control;
/* control.c */
instruction_function load_control, load_control_long, store_control,
    store_control_long, set_prefix, store_prefix, store_cpu_address,
    store_cpu_id, store_facility_list, store_system_information,
    set_clock_programmable_field, load_program_parameter;
/* translation.c */
instruction_function load_real_address, store_using_real_address,
    store_using_real_address_long, load_using_real_address,
    load_using_real_address_long, compare_and_swap_and_purge,
    compare_and_swap_and_purge_long, invalidate_page_table_entry,
    invalidate_dat_table_entry, purge_tlb, test_protection;
/* move.c */
instruction_function move_with_optional_specifications;
/* timers.c */
instruction_function set_clock, set_clock_comparator, store_clock_comparator,
    set_cpu_timer, store_cpu_timer;
/* signal.c */
instruction_function signal_processor, monitor_call;
/* sclp.c */
instruction_function service_call;
/* subchannel.c */
instruction_function start_subchannel, test_subchannel, store_subchannel,
    modify_subchannel, clear_subchannel, halt_subchannel,
    test_pending_interruption;
/* channel.c */
instruction_function reset_channel_path, store_channel_report_word;
instruction_function channel_subsystem_call;
/* adapter.c; all but the first are DIAGNOSE functions */
instruction_function set_interruption_controls, add_adapter, mask_adapter,
    fire_adapter;
/* pfault.c: DIAGNOSE functions */
instruction_function page_fault_handshake, page_fault;
/* inject.c: DIAGNOSE functions */
instruction_function inject, pending;
/* diagnose.c */
instruction_function diagnose;

/* replaced.c: hooks of the engine, see struct engine_hooks. */
size_t replaced_fetch(void *machine, uint64_t address, uint8_t bytes[6]);
bool replaced_wrong(const uint8_t *instruction);
void replaced_before(void *machine, const uint8_t *instruction);
void replaced_after(void *machine);

/* The guest stopped with a program exception: an instruction for the host? */
void instructions_execute(struct cpu *cpu, const struct engine_exit *exit);

/* Makes a program interruption pending at the running CPU. */
void instructions_program(struct cpu *cpu,
                          const struct s390irq_program *program);

/* The operand address with a displacement of 12 or 20 bits. */
uint64_t instructions_operand(struct cpu *cpu, const uint8_t *bytes,
                              bool long_displacement);

/* Sets the condition code. */
void instructions_condition(struct cpu *cpu, unsigned condition_code);

/* Tells the library that PSW or control registers are others now. */
void instructions_masks_changed(struct cpu *cpu);

static inline uint64_t general(struct cpu *cpu, unsigned number)
{
    return engine_general(&cpu->machine->engine, number);
}

static inline void set_general(struct cpu *cpu, unsigned number, uint64_t value)
{
    engine_set_general(&cpu->machine->engine, number, value);
}

#endif
