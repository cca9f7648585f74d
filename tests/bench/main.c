/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs workloads for scripts/bench: counted under Callgrind, or for the clock.
 * One line for each on standard output, progress on standard error.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef BENCH_LIST
#include "memory.h"
#include "wake/crowd.h"
#endif
#include "threads.h"
#include "workload.h"

#define WARM_UP 32

static const struct workload *const groups[] = {
    signal_workloads,  io_workloads, ask_workloads, cpu_workloads,
#ifndef BENCH_LIST
    library_workloads,
#endif
};

void bench_fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", SUBJECT, what);
    exit(1);
}

void bench_start(struct processor *cpu)
{
    cpu->registers.psw_mask = GUEST_PSW;
    cpu->registers.psw_address = GUEST_ADDRESS;
    cpu->registers.cr[0] = CR0_EVERY_EXTERNAL;
    cpu->registers.cr[6] = CR6_EVERY_ISC;
    machine_start(cpu);
    bench_expect(subject_deliver(cpu) == S390IRQ_RUN, "a CPU does not run");
}

void bench_wait(struct processor *cpu)
{
    cpu->registers.psw_mask = GUEST_PSW | PSW_WAIT;
    cpu->registers.psw_address = GUEST_ADDRESS;
    bench_expect(subject_deliver(cpu) == S390IRQ_WAIT, "a CPU does not wait");
}

void bench_open_with(struct bench *bench, const struct machine_options *options)
{
    bench->machine = machine_open(options);
    bench->cpu = bench->machine->processors;
    bench_start(bench->cpu);
}

void bench_open(struct bench *bench, uint32_t cpus, uint32_t subchannels)
{
    struct machine_options options = { cpus, subchannels, false };

    bench_open_with(bench, &options);
}

static const struct workload *find(const char *name)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        for (const struct workload *w = groups[i]; w->name; w++)
            if (strcmp(w->name, name) == 0)
                return w;
    fprintf(stderr, "%s: no workload is called %s\n", SUBJECT, name);
    exit(2);
}

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Two lengths: what setting up and stopping cost is not in the difference. */
static void count(const struct workload *workload, struct bench *bench)
{
    for (uint64_t i = 1; i <= 2; i++) {
        workload->run(bench, i * workload->counted, true);
        stretch_write(workload->name, bench->size, i * workload->counted);
    }
}

/* The fastest of some runs of at least this many nanoseconds. */
static void measure(const struct workload *workload, struct bench *bench)
{
    double best = 0, took = 0, begin;
    uint64_t operations = 1;

    for (int runs = 0; runs < 5;) {
        begin = now_ns();
        workload->run(bench, operations, false);
        took = now_ns() - begin;
        if (took < 2e7 && operations < UINT64_C(1) << 32) {
            operations *= 2;
            continue;
        }
        took /= (double)operations;
        best = runs == 0 || took < best ? took : best;
        runs++;
    }
    printf("%s %" PRIu64 " %.2f\n", workload->name, bench->size, best);
}

/* NAME or NAME=SIZE */
static void work(const char *wanted, bool counting)
{
    struct bench bench = { 0 };
    char name[64];
    const struct workload *workload;
    const char *size = strchr(wanted, '=');

    snprintf(name, sizeof name, "%.*s",
             (int)(size ? size - wanted : (long)strlen(wanted)), wanted);
    bench.size = size ? strtoull(size + 1, NULL, 10) : 0;
    workload = find(name);
    fprintf(stderr, "%s %s\n", SUBJECT, wanted);
    workload->set_up(&bench);
    workload->run(&bench, WARM_UP, false);
    if (counting)
        count(workload, &bench);
    else
        measure(workload, &bench);
    fflush(stdout);
    if (bench.machine)
        machine_close(bench.machine);
    free(bench.memory);
}

/* INJECTORS+TAKERS */
static void race(const char *wanted, uint64_t interruptions)
{
    struct threads_result result;
    unsigned injectors, takers;

    if (sscanf(wanted, "%u+%u", &injectors, &takers) != 2 || !injectors ||
        !takers || injectors > 64 || takers > 64)
        bench_fail("threads are wanted as INJECTORS+TAKERS");
    fprintf(stderr, "%s %s threads\n", SUBJECT, wanted);
    result = threads_run(injectors, takers, interruptions);
    printf("%s %.2f %" PRIu64 " %" PRIu64 "\n", wanted, result.ns, result.lost,
           result.doubled);
    fflush(stdout);
}

static void *another_thread(void *argument)
{
    return argument;
}

/* A VMM has threads: the C library shall not spare locks and atomics. */
static void be_threaded(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, another_thread, NULL) != 0)
        bench_fail("no second thread");
    pthread_join(thread, NULL);
}

static const char usage[] =
    "usage: bench count|time WORKLOAD[=SIZE]...\n"
    "       bench threads INTERRUPTIONS INJECTORS+TAKERS...\n"
    "       bench memory\n"
    "       bench wakes\n"
    "       bench list\n\n"
    "The program behind scripts/bench. count: run under\n"
    "`valgrind --tool=callgrind --collect-atstart=no`, it writes down what "
    "the\n"
    "measured stretches of so many operations executed. time: prints\n"
    "nanoseconds an operation, the best of five. threads: prints nanoseconds\n"
    "an interruption, how many were lost and how many came twice. memory: the\n"
    "bytes that the library takes. wakes: wake-ups among many CPUs, how many "
    "of\n"
    "them were needless, and interruptions that waited while a CPU slept that\n"
    "was open for them. list: the workloads.\n";

#ifndef BENCH_LIST
static void wakes(void)
{
    struct crowd_options options = { .cpus = 64, .steps = 100000, .seed = 1 };
    struct crowd_result result = crowd_run(&options);

    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", result.wakes,
           result.needless, result.waited);
}
#endif

static int wrong_use(const char *argument)
{
    bool asked = argument && strcmp(argument, "--help") == 0;

    fputs(usage, asked ? stdout : stderr);
    return asked ? 0 : 2;
}

static void list(void)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        for (const struct workload *w = groups[i]; w->name; w++)
            puts(w->name);
}

/* What is asked for by one word. */
static const struct {
    const char *name;
    void (*say)(void);
} facts[] = {
    { "list", list },
#ifndef BENCH_LIST
    { "memory", memory_print },
    { "wakes", wakes },
#endif
};

static bool say_fact(const char *name)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (strcmp(name, facts[i].name) == 0) {
            facts[i].say();
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    bool counting = strcmp(what, "count") == 0;

    if (argc == 2 && say_fact(what))
        return 0;
    if (argc > 3 && strcmp(what, "threads") == 0) {
        for (int i = 3; i < argc; i++)
            race(argv[i], strtoull(argv[2], NULL, 10));
        return 0;
    }
    if (argc < 3 || (!counting && strcmp(what, "time") != 0))
        return wrong_use(argv[1]);
    if (counting && !stretch_possible())
        bench_fail("nothing is counted outside of valgrind --tool=callgrind");
    be_threaded();
    for (int i = 2; i < argc; i++)
        work(argv[i], counting);
    return 0;
}
