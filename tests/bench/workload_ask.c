/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What an emulator does all the time: ask, and tell which masks are open. */
#include "workload.h"

static void one_cpu(struct bench *bench)
{
    bench_open(bench, 1, 1);
}

/* size: interruptions that pend and that the CPU is not open for. */
static void masked(struct bench *bench)
{
    bench_open(bench, 1, (uint32_t)bench->size);
    bench->cpu->registers.cr[6] &= ~CR6_ISC(5);
    subject_publish(bench->cpu);
    for (uint64_t i = 0; i < bench->size; i++)
        subject_io_fresh(bench->machine, bench_subchannel(i),
                         S390IRQ_IO_WORD(5));
}

/* The question of the polling loop, with the branch that it is asked for. */
STRETCH_INLINE void steps_attention(struct bench *bench, uint64_t n,
                                    bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        if (subject_attention(cpu))
            bench_fail("attention is raised in vain");
        stretch_end(counted);
    }
}

RUN(attention)

STRETCH_INLINE void steps_has(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        if (subject_has(cpu))
            bench_fail("an interruption that is masked would be taken");
        stretch_end(counted);
    }
}

RUN(has)

STRETCH_INLINE void steps_closing(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        cpu->registers.psw_mask = HANDLER_PSW;
        stretch_begin(counted);
        subject_publish(cpu);
        stretch_end(counted);
        bench_return(cpu);
    }
}

RUN(closing)

STRETCH_INLINE void steps_opening(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        cpu->registers.psw_mask = HANDLER_PSW;
        subject_publish(cpu);
        cpu->registers.psw_mask = GUEST_PSW;
        stretch_begin(counted);
        subject_publish(cpu);
        stretch_end(counted);
    }
}

RUN(opening)

const struct workload ask_workloads[] = {
    { "attention", one_cpu, run_attention, 100 },
    { "attention-masked", masked, run_attention, 100 },
    { "has", one_cpu, run_has, 100 },
    { "has-masked", masked, run_has, 100 },
    { "publish-closing", one_cpu, run_closing, 100 },
    { "publish-opening", one_cpu, run_opening, 100 },
    { NULL, NULL, NULL, 0 },
};
