/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Did every interruption arrive? What the VMM injected, counted at its calls,
 * is held against what the guest's handlers counted in guest storage, or, if
 * the guest has no table, against the PSW swaps that the VMM saw (swaps.h).
 *
 * The guest's table is at absolute COUNTS_TABLE, all numbers big-endian:
 *   +0   8 bytes "S390IRQ1"
 *   +8   u32, how many CPUs have a block
 *   +12  u32, counters in a block: S390IRQ_KIND_LIMIT
 *   +16  the blocks, CPU 0 first: a u64 for each S390IRQ_KIND_* number
 * Each CPU counts in its own block, so that no lock is needed. A machine check
 * counts once for each group of conditions in it (exigent ones, or those of a
 * submask in control register 14), and an I/O interruption also if TEST
 * PENDING INTERRUPTION has handed it over.
 */
#ifndef VMM_COUNTS_H
#define VMM_COUNTS_H

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stdint.h>

#define COUNTS_TABLE 0x10000

/* What the VMM saw of one kind. */
struct tally {
    uint64_t injected;  /* its calls, whatever became of them */
    uint64_t refused;   /* those that were answered busy, full or closed */
    uint64_t observed;  /* PSW swaps; stop, set prefix: changes of state */
    uint64_t withdrawn; /* I/O: TEST SUBCHANNEL took it off the queue */
};

struct counts {
    struct tally kind[S390IRQ_KIND_LIMIT];
};

struct machine;
struct cpu;

/* A call of the VMM injected something; outcome: what the call answered. */
void counts_injected(struct machine *machine, uint32_t kind, int outcome);

/* A SIGP order and what it was answered with. */
struct counts_order {
    uint32_t order;
    uint32_t target;
    uint64_t parameter;
    uint32_t status;
    int condition_code;
    bool was_stopped; /* the target, before the order */
};

void counts_order(struct machine *machine, const struct counts_order *order);

/*
 * Deliver has answered. Program interruptions that the VMM did not raise are
 * the library's own: a PSW was not valid.
 */
void counts_delivered(struct cpu *cpu, const struct s390irq_report *report);

/* A CPU that operated before deliver is stopped after it. */
void counts_stopped(struct cpu *cpu);

/* The same of the check-stop state: the library alerts all the others. */
void counts_check_stopped(struct machine *machine);

/* TEST SUBCHANNEL took an I/O interruption off the queue, or (0) did not. */
void counts_withdrawn(struct machine *machine, int any);

/*
 * Prints the table and the guest's verdict, and as the last line the sums.
 * Answers whether all is well.
 */
bool counts_print(struct machine *machine);

#endif
