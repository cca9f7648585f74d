/* SPDX-License-Identifier: BSD-3-Clause */
#include "proc_interrupts.h"

#include "machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Linux counts no supervisor calls and no program interruptions. */
static const struct {
    char name[5];
    uint32_t kind;
} names[] = {
    { "I/O:", S390IRQ_KIND_IO },
    { "AIO:", S390IRQ_KIND_ADAPTER },
    { "CLK:", S390IRQ_KIND_CLOCK_COMPARATOR },
    { "EXC:", S390IRQ_KIND_EXTERNAL_CALL },
    { "EMS:", S390IRQ_KIND_EMERGENCY_SIGNAL },
    { "TMR:", S390IRQ_KIND_CPU_TIMER },
    { "SCP:", S390IRQ_KIND_SERVICE_SIGNAL },
    { "NMI:", S390IRQ_KIND_MACHINE_CHECK },
    { "RST:", S390IRQ_KIND_RESTART },
};

#define NAMES (sizeof names / sizeof names[0])

/* The figures of all CPUs, up to the first word. */
static uint64_t sum(const char *figures)
{
    uint64_t total = 0;
    char *end;

    for (;; figures = end) {
        uint64_t figure = strtoull(figures, &end, 10);

        if (end == figures)
            return total;
        total += figure;
    }
}

/*
 * What is printed has been read a moment ago: only what was printed well
 * before is certain to have been taken by then.
 */
static void note(struct machine *machine, uint32_t kind)
{
    const uint64_t moment_tod = UINT64_C(4096) * 500000; /* half a second */
    struct proc_interrupts_kind *noted = &machine->interrupts.kind[kind];
    uint64_t now = clock_tod(&machine->clock);

    if (noted->printed && now - noted->at_tod > moment_tod)
        noted->earlier = noted->seen;
    noted->printed = true;
    noted->at_tod = now;
    noted->seen = machine->counts.kind[kind].observed;
}

void proc_interrupts_line(struct machine *machine, const char *line)
{
    line += strspn(line, " ");
    for (size_t i = 0; i < NAMES; i++) {
        uint32_t kind = names[i].kind;

        if (strncmp(line, names[i].name, 4) != 0)
            continue;
        machine->interrupts.kind[kind].guest = sum(line + 4);
        note(machine, kind);
    }
}

bool proc_interrupts_print(const struct machine *machine)
{
    bool good = true;
    bool any = false;

    for (size_t i = 0; i < NAMES; i++) {
        uint32_t kind = names[i].kind;
        uint64_t guest = machine->interrupts.kind[kind].guest;
        uint64_t seen = machine->interrupts.kind[kind].seen;
        bool holds =
            guest <= seen && guest >= machine->interrupts.kind[kind].earlier;

        if (!machine->interrupts.kind[kind].printed)
            continue;
        if (!any)
            printf("/proc/interrupts          counted delivered by then\n");
        any = true;
        good = good && holds;
        printf("%-22s %9" PRIu64 " %9" PRIu64 "%s\n", s390irq_kind_name(kind),
               guest, seen, holds ? "" : "  WRONG");
    }
    return good;
}
