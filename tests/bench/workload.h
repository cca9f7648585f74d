/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A workload: what is set up, and an operation that is done over and over in
 * a steady state. The same sources are compiled for each subject: the library
 * and the list.
 */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "machine.h"
#include "stretch.h"
#ifdef BENCH_LIST
#include "subject_list.h"
#else
#include "subject_library.h"
#endif

struct bench {
    struct machine *machine;
    struct processor *cpu; /* of the machine: the one that delivers */
    uint64_t size;         /* of what grows: interruptions pending, CPUs */
    uint64_t next;         /* the workload's own */
    void *memory;          /* the workload's own, freed after it */
};

struct workload {
    const char *name;
    void (*set_up)(struct bench *bench);
    void (*run)(struct bench *bench, uint64_t operations, bool counted);
    uint64_t counted; /* operations of the shorter of the two counted runs */
};

extern const struct workload signal_workloads[];
extern const struct workload io_workloads[];
extern const struct workload ask_workloads[];
extern const struct workload cpu_workloads[];
#ifndef BENCH_LIST
extern const struct workload library_workloads[];
#endif

/*
 * steps_NAME(bench, operations, counted) becomes run_NAME: compiled twice, so
 * that nothing asks at run time whether counting is on.
 */
#define RUN(name)                                                         \
    static void run_##name(struct bench *bench, uint64_t n, bool counted) \
    {                                                                     \
        if (counted)                                                      \
            steps_##name(bench, n, true);                                 \
        else                                                              \
            steps_##name(bench, n, false);                                \
    }

/* Ends the program: a workload that did not do what it says has no figures. */
__attribute__((noreturn)) void bench_fail(const char *what);

/* What the guest's handler was told, looked at outside of the stretch. */
STRETCH_INLINE void bench_expect(bool holds, const char *what)
{
    if (__builtin_expect(!holds, 0))
        bench_fail(what);
}

#define GUEST_PSW     (PSW_64 | PSW_EXTERNAL | PSW_IO | PSW_MACHINE_CHECK)
#define GUEST_ADDRESS UINT64_C(0x20000)
#define HANDLER_PSW   (PSW_64 | PSW_MACHINE_CHECK)

/* Where the handler of the new PSW at this offset begins. */
#define HANDLER(offset) (UINT64_C(0x10000) + (offset))

/* The guest's handler ends: LPSWE of the old PSW opens the masks again. */
STRETCH_INLINE void bench_return(struct processor *cpu)
{
    cpu->registers.psw_mask = GUEST_PSW;
    cpu->registers.psw_address = GUEST_ADDRESS;
    subject_publish(cpu);
}

/* The handler for the new PSW at this offset has been entered; it returns. */
STRETCH_INLINE void bench_handle(struct processor *cpu, unsigned offset)
{
    bench_expect(cpu->registers.psw_address == HANDLER(offset),
                 "an interruption was not taken");
    bench_return(cpu);
}

/* A machine whose CPU 0 runs with all masks open; the others are stopped. */
void bench_open(struct bench *bench, uint32_t cpus, uint32_t subchannels);
void bench_open_with(struct bench *bench,
                     const struct machine_options *options);
/* This CPU runs with all masks open. */
void bench_start(struct processor *cpu);
/* The guest loads an enabled wait PSW: the CPU sleeps with all masks open. */
void bench_wait(struct processor *cpu);

/* This subchannel's identification. */
static inline uint32_t bench_subchannel(uint64_t number)
{
    return 0x10000u | (uint32_t)(number >> 16) << 17 | (number & 0xffff);
}

#endif
