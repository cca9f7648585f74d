/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* I/O interruptions, with others of other subchannels pending. */
#include "workload.h"

#define PARAMETER 0x1234

/* The others pend for ISC 5; this CPU is open for it, or is not. */
static void others(struct bench *bench, bool open)
{
    bench_open(bench, 2, (uint32_t)bench->size + 1);
    if (!open)
        bench->cpu->registers.cr[6] &= ~CR6_ISC(5);
    subject_publish(bench->cpu);
    for (uint64_t i = 0; i < bench->size; i++)
        subject_io_fresh(bench->machine, bench_subchannel(i),
                         S390IRQ_IO_WORD(5));
}

static void others_masked(struct bench *bench)
{
    others(bench, false);
}

static void others_open(struct bench *bench)
{
    others(bench, true);
}

STRETCH_INLINE void steps_io(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;
    struct processor *cpu = bench->cpu;
    uint32_t own = bench_subchannel(bench->size);

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_io(machine, own, PARAMETER, S390IRQ_IO_WORD(3));
        subject_deliver(cpu);
        stretch_end(counted);
        bench_expect(machine_load(machine->ram, LOWCORE_SUBCHANNEL, 4) == own,
                     "the interruption of another subchannel was taken");
        bench_handle(cpu, LOWCORE_IO_NEW);
    }
}

RUN(io)

/* One more to the end of the list, the first of the list is taken. */
STRETCH_INLINE void steps_backlog(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        uint32_t free = bench_subchannel(bench->next);
        uint64_t oldest = (bench->next + 1) % (bench->size + 1);

        stretch_begin(counted);
        subject_io(machine, free, PARAMETER, S390IRQ_IO_WORD(5));
        subject_deliver(cpu);
        stretch_end(counted);
        bench_expect(machine_load(machine->ram, LOWCORE_SUBCHANNEL, 4) ==
                         bench_subchannel(oldest),
                     "the oldest of the list was not taken first");
        bench_handle(cpu, LOWCORE_IO_NEW);
        bench->next = oldest;
    }
}

RUN(backlog)

static void backlog(struct bench *bench)
{
    others(bench, true);
    bench->next = bench->size;
}

/* One pends at the end of the others' list; it is cleared, and comes again. */
static void last_of_list(struct bench *bench)
{
    others(bench, false);
    subject_io(bench->machine, bench_subchannel(bench->size), PARAMETER,
               S390IRQ_IO_WORD(5));
}

STRETCH_INLINE void steps_clear(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;
    uint32_t own = bench_subchannel(bench->size);

    for (uint64_t i = 0; i < n; i++) {
        int cleared;

        stretch_begin(counted);
        cleared = subject_clear_io(machine, own);
        subject_io(machine, own, PARAMETER, S390IRQ_IO_WORD(5));
        stretch_end(counted);
        bench_expect(cleared == 1, "nothing was cleared");
    }
}

RUN(clear)

const struct workload io_workloads[] = {
    { "io", others_masked, run_io, 20 },
    { "io-open", others_open, run_io, 20 },
    { "backlog", backlog, run_backlog, 20 },
    { "clear", last_of_list, run_clear, 20 },
    { NULL, NULL, NULL, 0 },
};
