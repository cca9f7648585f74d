/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One interruption, from the call that injects it to the new PSW, at a CPU
 * that runs with open masks. The handler's return is outside of the stretch.
 */
#include "workload.h"

static void nothing(struct bench *bench)
{
    (void)bench;
}

/* What the counting itself costs. */
STRETCH_INLINE void steps_empty(struct bench *bench, uint64_t n, bool counted)
{
    (void)bench;
    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        stretch_end(counted);
    }
}

RUN(empty)

/* size: floating interruptions that pend masked, all of one subclass. */
static void two_cpus(struct bench *bench)
{
    bench_open(bench, 2, (uint32_t)bench->size);
    bench->cpu->registers.cr[6] &= ~CR6_ISC(5);
    subject_publish(bench->cpu);
    for (uint64_t i = 0; i < bench->size; i++)
        subject_io_fresh(bench->machine, bench_subchannel(i),
                         S390IRQ_IO_WORD(5));
}

STRETCH_INLINE void steps_emergency(struct bench *bench, uint64_t n,
                                    bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_emergency(cpu, 1);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_EXTERNAL_NEW);
    }
}

RUN(emergency)

STRETCH_INLINE void steps_external_call(struct bench *bench, uint64_t n,
                                        bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_external_call(cpu, 1);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_EXTERNAL_NEW);
    }
}

RUN(external_call)

STRETCH_INLINE void steps_program(struct bench *bench, uint64_t n, bool counted)
{
    static const struct s390irq_program operation = { .code = 1, .ilc = 2 };
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_program(cpu, &operation);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_PROGRAM_NEW);
    }
}

RUN(program)

STRETCH_INLINE void steps_service(struct bench *bench, uint64_t n, bool counted)
{
    struct machine *machine = bench->machine;
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_service(machine, 0x1000);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_EXTERNAL_NEW);
    }
}

RUN(service)

const struct workload signal_workloads[] = {
    { "empty", nothing, run_empty, 100 },
    { "emergency", two_cpus, run_emergency, 100 },
    { "external-call", two_cpus, run_external_call, 100 },
    { "program", two_cpus, run_program, 100 },
    { "service", two_cpus, run_service, 100 },
    { NULL, NULL, NULL, 0 },
};
