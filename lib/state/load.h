/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A state on its way into a VM: looked at as a whole, then put in place. */
#ifndef SI_STATE_LOAD_H
#define SI_STATE_LOAD_H

#include "state/saved.h"

struct si_load {
    struct s390irq_vm *vm;
    uint64_t host_tod;     /* when the clocks go on */
    uint32_t cpus;         /* of the VM that was saved */
    uint32_t next_address; /* CPUs of the state come in order */
    bool missing;          /* one of them has not been created */
    bool no_memory;
    struct si_list subchannels; /* of the state, ascending */
};

/*
 * state/check.c: whether these are what a VM can be, and this one. False: the
 * state is not taken.
 */
bool si_check_machine(struct si_load *load,
                      const struct si_saved_machine *machine);
bool si_check_cpu(struct si_load *load, const struct si_saved_cpu *saved);

/*
 * state/load_io.c: the same for the sections of I/O. si_load_io_reserve makes
 * memory for the subchannels, as adding them would; false: there is none.
 */
bool si_load_io_check_subchannels(struct si_load *load,
                                  struct si_reader *section);
bool si_load_io_check_pending(struct si_load *load, struct si_reader *section);
bool si_load_io_check_adapters(struct si_load *load, struct si_reader *section);
bool si_load_io_reserve(const struct si_load *load);
bool si_load_io_apply_subchannels(struct si_load *load,
                                  struct si_reader *section);
bool si_load_io_apply_pending(struct si_load *load, struct si_reader *section);
bool si_load_io_apply_adapters(struct si_load *load, struct si_reader *section);

/* state/apply.c: replaces what the VM has. */
void si_apply_machine(struct si_load *load,
                      const struct si_saved_machine *machine);
void si_apply_cpu(struct si_load *load, const struct si_saved_cpu *saved);

/* The CPUs from the last of the state up to this address are not in it. */
void si_apply_gap(struct si_load *load, uint32_t address);

#endif
