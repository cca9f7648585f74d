/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Machine checks in one line: for the tests that are about nothing else. */
#ifndef FAKE_CHECKS_H
#define FAKE_CHECKS_H

#include "fake.h"

#define CHECK_OPEN    (PSW_64 | PSW_MACHINE_CHECK)
#define CHECK_WAITING (CHECK_OPEN | PSW_WAIT)

/* The validity bits of a machine check without extended save area. */
#define CHECK_VALID UINT64_C(0x00000f1d40330000)

/* The repressible groups, highest first, with their submasks. */
#define CHECK_GROUPS 5
#define CHECK_ALL    0x1f /* the set of all of them: a bit for each */

struct check_group {
    uint64_t condition;
    uint64_t submask;
};

extern const struct check_group check_groups[CHECK_GROUPS];

uint64_t check_conditions(unsigned set);
uint64_t check_submasks(unsigned set);
unsigned check_members(unsigned set);
struct s390irq_interruption check_record(uint64_t conditions);

/* Both answer the outcome. */
int check_inject(struct fake *fake, uint32_t address, uint64_t conditions);
int check_inject_floating(struct fake *fake, uint64_t conditions);

/* Boots a CPU that is open for every external interruption, too. */
void check_boot(struct fake *fake, uint32_t address, uint64_t psw_mask,
                uint64_t cr14, int answer);
void check_load_cr14(struct fake *fake, uint32_t address, uint64_t psw_mask,
                     uint64_t cr14);

/* The machine-check interruption code that was stored last. */
uint64_t check_code(struct fake *fake, uint32_t address);
/* One deliver takes one with exactly these conditions; 0: takes nothing. */
void check_presents(struct fake *fake, uint32_t address, uint64_t conditions);

size_t check_local_count(struct fake *fake, uint32_t address);
size_t check_floating_count(struct fake *fake);

/* A CPU prepares into check_plan; what a host does, and the commit. */
extern struct s390irq_plan check_plan;
int check_prepare(struct fake *fake, uint32_t address);
void check_commit(struct fake *fake, uint32_t address);

#endif
