/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Threads that inject while others deliver; nothing is lost or doubled. */
#ifndef BENCH_THREADS_H
#define BENCH_THREADS_H

#include <stdint.h>

/* Interruptions of one injector that are under way at the same time. */
#define THREADS_IN_FLIGHT 256

struct threads_result {
    double ns; /* an interruption */
    uint64_t lost;
    uint64_t doubled;
};

struct threads_result threads_run(uint32_t injectors, uint32_t takers,
                                  uint64_t interruptions);

#endif
