/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One I/O interruption is injected while there are more and more CPUs. Only
 * the injection is in the stretch; it wakes a CPU if one sleeps.
 */
#include "workload.h"

#define SUBCHANNEL bench_subchannel(0)

/* All but the last are stopped; that one sleeps. */
static void stopped(struct bench *bench)
{
    struct machine_options options = { (uint32_t)bench->size, 1, false };

    bench->machine = machine_open(&options);
    bench->cpu = &bench->machine->processors[bench->size - 1];
    bench_start(bench->cpu);
    bench_wait(bench->cpu);
}

static void asleep(struct bench *bench)
{
    bench_open(bench, (uint32_t)bench->size, 1);
    for (uint64_t i = 0; i < bench->size; i++) {
        if (i > 0)
            bench_start(&bench->machine->processors[i]);
        bench_wait(&bench->machine->processors[i]);
    }
}

static void running(struct bench *bench)
{
    bench_open(bench, (uint32_t)bench->size, 1);
    for (uint64_t i = 1; i < bench->size; i++)
        bench_start(&bench->machine->processors[i]);
}

STRETCH_INLINE void steps_wake(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;

    for (uint64_t i = 0; i < n; i++) {
        struct processor *cpu;

        machine->woken = NULL;
        stretch_begin(counted);
        subject_io(machine, SUBCHANNEL, 0, S390IRQ_IO_WORD(3));
        stretch_end(counted);
        cpu = machine->woken;
        bench_expect(cpu != NULL, "no CPU was woken");
        subject_deliver(cpu);
        bench_expect(cpu->registers.psw_address == HANDLER(LOWCORE_IO_NEW),
                     "the woken CPU took nothing");
        bench_wait(cpu);
    }
}

RUN(wake)

STRETCH_INLINE void steps_poll(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_io(machine, SUBCHANNEL, 0, S390IRQ_IO_WORD(3));
        stretch_end(counted);
        subject_deliver(cpu);
        bench_handle(cpu, LOWCORE_IO_NEW);
    }
}

RUN(poll)

/* From the call to the new PSW, at a CPU that slept. */
STRETCH_INLINE void steps_idle(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_emergency(cpu, 0);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_expect(cpu->registers.psw_address ==
                         HANDLER(LOWCORE_EXTERNAL_NEW),
                     "the woken CPU took nothing");
        bench_wait(cpu);
    }
}

RUN(idle)

STRETCH_INLINE void steps_idle_io(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_io(bench->machine, SUBCHANNEL, 0, S390IRQ_IO_WORD(3));
        subject_deliver(cpu);
        stretch_end(counted);
        bench_expect(cpu->registers.psw_address == HANDLER(LOWCORE_IO_NEW),
                     "the woken CPU took nothing");
        bench_wait(cpu);
    }
}

RUN(idle_io)

const struct workload cpu_workloads[] = {
    { "cpus-stopped", stopped, run_wake, 20 },
    { "cpus-asleep", asleep, run_wake, 20 },
    { "cpus-running", running, run_poll, 20 },
    { "emergency-idle", stopped, run_idle, 100 },
    { "io-idle", stopped, run_idle_io, 100 },
    { NULL, NULL, NULL, 0 },
};
