/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Each injector has 256 subchannels of its own and goes round them: it injects
 * again as soon as the taker's handler has seen the one before. The parameter
 * numbers a subchannel's interruptions, so each of them is known by itself.
 */
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "workload.h"

#define LINE     64
#define PATIENCE 10 /* seconds without any progress: the rest is lost */

struct crew {
    struct bench bench;
    _Atomic uint32_t *seen; /* by subchannel: the parameter seen last */
    atomic_bool quit;
};

struct worker {
    _Alignas(LINE) struct crew *crew;
    pthread_t thread;
    struct processor *cpu; /* of a taker */
    uint32_t first;        /* subchannel of an injector */
    uint64_t rounds;
    uint64_t lost;
    uint64_t doubled;
};

static uint64_t seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec;
}

/* Until the handler has seen it; false: it never comes. */
static bool await_seen(struct crew *crew, uint32_t number, uint32_t parameter)
{
    uint64_t deadline = 0;

    for (unsigned turns = 1;
         atomic_load_explicit(&crew->seen[number], memory_order_acquire) !=
         parameter;
         turns++) {
        if (turns % 64 == 0)
            sched_yield();
        if (turns % 65536)
            continue;
        if (!deadline)
            deadline = seconds() + PATIENCE;
        else if (seconds() > deadline)
            return false;
    }
    return true;
}

static void *inject(void *argument)
{
    struct worker *self = argument;
    struct crew *crew = self->crew;

    for (uint32_t round = 1; round <= self->rounds; round++)
        for (uint32_t i = 0; i < THREADS_IN_FLIGHT; i++) {
            uint32_t number = self->first + i;

            if (!await_seen(crew, number, round - 1))
                self->lost++;
            subject_io(crew->bench.machine, bench_subchannel(number), round,
                       S390IRQ_IO_WORD(i % 8));
        }
    for (uint32_t i = 0; i < THREADS_IN_FLIGHT; i++)
        if (!await_seen(crew, self->first + i, (uint32_t)self->rounds))
            self->lost++;
    return NULL;
}

/* The guest's handler looks at its prefix area, and returns. */
static void handle(struct worker *self)
{
    struct processor *cpu = self->cpu;
    const uint8_t *lowcore = cpu->machine->ram + cpu->registers.prefix;
    uint32_t subchannel =
        (uint32_t)machine_load(lowcore, LOWCORE_SUBCHANNEL, 4);
    uint32_t parameter =
        (uint32_t)machine_load(lowcore, LOWCORE_IO_PARAMETER, 4);
    _Atomic uint32_t *seen = &self->crew->seen[subchannel & 0xffff];

    if (atomic_load_explicit(seen, memory_order_relaxed) + 1 != parameter)
        self->doubled++;
    atomic_store_explicit(seen, parameter, memory_order_release);
    bench_return(cpu);
}

static void *take(void *argument)
{
    struct worker *self = argument;

    for (unsigned turns = 1;
         !atomic_load_explicit(&self->crew->quit, memory_order_relaxed);) {
        if (!subject_attention(self->cpu)) {
            if (turns++ % 64 == 0)
                sched_yield();
            continue;
        }
        subject_deliver(self->cpu);
        if (self->cpu->registers.psw_address == HANDLER(LOWCORE_IO_NEW))
            handle(self);
    }
    return NULL;
}

static void start(struct worker *worker, struct crew *crew,
                  void *(*work)(void *))
{
    worker->crew = crew;
    if (pthread_create(&worker->thread, NULL, work, worker) != 0)
        bench_fail("no more threads");
}

static void open_crew(struct crew *crew, uint32_t injectors, uint32_t takers)
{
    uint32_t subchannels = injectors * THREADS_IN_FLIGHT;

    bench_open(&crew->bench, takers, subchannels);
    for (uint32_t i = 1; i < takers; i++)
        bench_start(&crew->bench.machine->processors[i]);
    crew->seen = calloc(subchannels, sizeof *crew->seen);
    if (!crew->seen)
        bench_fail("memory");
}

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

struct threads_result threads_run(uint32_t injectors, uint32_t takers,
                                  uint64_t interruptions)
{
    uint64_t rounds = interruptions / injectors / THREADS_IN_FLIGHT + 1;
    struct worker *worker =
        aligned_alloc(LINE, (injectors + takers) * sizeof *worker);
    struct threads_result result = { 0 };
    struct crew crew = { 0 };
    double begin;

    if (!worker)
        bench_fail("memory");
    open_crew(&crew, injectors, takers);
    begin = now_ns();
    for (uint32_t i = 0; i < injectors + takers; i++) {
        worker[i] = (struct worker){ .rounds = rounds };
        if (i < injectors)
            worker[i].first = i * THREADS_IN_FLIGHT;
        else
            worker[i].cpu = &crew.bench.machine->processors[i - injectors];
        start(&worker[i], &crew, i < injectors ? inject : take);
    }
    for (uint32_t i = 0; i < injectors + takers; i++) {
        if (i == injectors)
            atomic_store(&crew.quit, true);
        pthread_join(worker[i].thread, NULL);
        result.lost += worker[i].lost;
        result.doubled += worker[i].doubled;
    }
    result.ns =
        (now_ns() - begin) / (double)(rounds * injectors * THREADS_IN_FLIGHT);
    machine_close(crew.bench.machine);
    free(crew.seen);
    free(worker);
    return result;
}
