/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does Linux say that it took? When /proc/interrupts is printed on the
 * console, its figures are held against what the VMM saw: never more than by
 * then, and at least what there was when it was printed the time before.
 */
#ifndef VMM_PROC_INTERRUPTS_H
#define VMM_PROC_INTERRUPTS_H

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stdint.h>

struct machine;

struct proc_interrupts_kind {
    bool printed;
    uint64_t guest;   /* all CPUs together, printed last */
    uint64_t at_tod;  /* when */
    uint64_t seen;    /* what the VMM had seen by then */
    uint64_t earlier; /* and when it was printed before */
};

struct proc_interrupts {
    struct proc_interrupts_kind kind[S390IRQ_KIND_LIMIT];
};

/* Linux has printed a line. */
void proc_interrupts_line(struct machine *machine, const char *line);

/* Prints the comparison, if there is any; false: it does not hold. */
bool proc_interrupts_print(const struct machine *machine);

#endif
