/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A crowd of CPUs with random masks, at which random interruptions are thrown:
 * who is woken, was it worth it, and who waits while somebody could sleep
 * less. One thread; the same seed does the same. Public headers alone.
 */
#ifndef WAKE_CROWD_H
#define WAKE_CROWD_H

#include <stdbool.h>
#include <stdint.h>

struct crowd_options {
    uint32_t cpus;
    uint64_t steps;
    uint64_t seed;
    bool kicks;   /* the host has a kick hook: running CPUs are in guest mode */
    bool deaf;    /* a broken host: it loses a wake-up now and then */
    bool nervous; /* another: it wakes CPUs that nothing came for */
};

struct crowd_result {
    uint64_t injected; /* answered QUEUED */
    uint64_t taken;
    uint64_t sleeps;
    uint64_t wakes;    /* wake hooks, but for orders and new registers */
    uint64_t needless; /* the CPU did not sleep, or could take nothing */
    uint64_t waited;   /* pended at rest while an open CPU slept */
};

/* A failing call of the library counts as needless and as waited. */
struct crowd_result crowd_run(const struct crowd_options *options);

#endif
