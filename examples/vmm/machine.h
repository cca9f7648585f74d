/* SPDX-License-Identifier: BSD-3-Clause */
/* What is the machine made of? */
#ifndef VMM_MACHINE_H
#define VMM_MACHINE_H

#include "channel/channel.h"
#include "clock.h"
#include "counts.h"
#include "engine/engine.h"
#include "events.h"
#include "firmware/console.h"
#include "firmware/keyboard.h"
#include "firmware/sclp.h"
#include "instructions/facilities.h"
#include "loader/linux.h"
#include "proc_interrupts.h"
#include "trace/due.h"

#include <s390irq/s390irq.h>
#include <stdbool.h>
#include <stdint.h>

struct machine;

/* A CPU as the VMM has it. */
struct cpu {
    struct machine *machine;
    uint32_t address;
    struct s390irq_vcpu *vcpu;
    struct s390irq_poll poll;       /* tells whether deliver has work */
    struct s390irq_cpu registers;   /* the library's part of the registers */
    struct engine_cpu engine;       /* all the others */
    struct due due;                 /* since when its timers are as they are */
    uint64_t deadline;              /* host TOD of the next timer */
    int answer;                     /* of the last deliver */
    unsigned loops;                 /* answers LOOP in a row */
    bool must_deliver;              /* the instruction changed the PSW */
    bool program_raised;            /* by the VMM, since the last deliver */
    bool reset_ordered;             /* its next stopped state is a reset's */
    bool yields;                    /* its turn is over */
    uint64_t operand;               /* of the instruction being replaced */
    uint64_t general0;              /* before it */
    uint8_t replaced[6];            /* that instruction */
    uint64_t translation_exception; /* of the last access that failed */
};

struct machine_options {
    const char *guest;       /* a small guest, or NULL: */
    struct linux_files boot; /* kernel NULL: there is a small guest */
    uint32_t cpus;
    uint64_t ram_size;
    bool host_clock;
    bool deliveries;   /* a line for each delivery */
    bool events;       /* a line for each event */
    const char *trace; /* a file for a trace viewer, or NULL */
    struct json *json; /* ... that is open */
    uint64_t suppress; /* number of the delivery to be suppressed, or 0 */
    uint64_t minimum;  /* injected and delivered must reach this */
    uint64_t seconds;  /* host time limit, or 0 */
    bool interactive;  /* a person has the console */
    bool check_invariants;
    struct console_action answer; /* what to type, and when */
    struct console_action attach; /* which disk to attach, and when */
    const char *disk;             /* a file, or NULL */
    const char *expected;         /* what Linux has to print, or NULL */
};

struct machine {
    struct machine_options options;
    uint8_t *ram;
    struct engine engine;
    struct clock clock;
    uint8_t facilities[FACILITY_BYTES];
    struct s390irq_vm *vm;
    struct channel channel;
    struct events events; /* what devices will do */
    struct cpu *cpus;
    struct cpu *running;    /* the CPU whose turn it is */
    uint64_t slice;         /* blocks left in the turn */
    uint64_t next_stop_tod; /* a timer of the running CPU */
    struct counts counts;
    struct proc_interrupts interrupts;
    struct console console;
    struct keyboard keyboard;
    struct sclp sclp;
    uint64_t blocks; /* of instructions that were executed */
    uint64_t shown;  /* seconds at the last sign of progress */
    uint64_t checks; /* of invariants */
    bool left;       /* the user has had enough of the guest */
    bool failed;     /* the machine cannot go on */
};

/*
 * Answers NULL or what is wrong, and in *file with which file (or NULL);
 * machine_close() is due in any case.
 */
const char *machine_open(struct machine *machine,
                         const struct machine_options *options,
                         const char **file);
void machine_close(struct machine *machine);

/* Says why on standard error and ends the run. */
void machine_fail(struct machine *machine, const char *why);

#endif
