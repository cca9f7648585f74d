/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* One line of a file of recordings. */
#ifndef REPLAY_SCENARIO_H
#define REPLAY_SCENARIO_H

#include "delivery.h"

#define MAX_CPUS    64
#define MAX_CHOICES 16
#define MAX_AREA    0x4000

enum verdict {
    AGREE,
    DEVIATION,
    CHOICE,
    UNCHECKED,
    VERDICTS
};

extern const char *const verdict_names[VERDICTS];

/* A CPU as it was at step 0. */
struct setup_cpu {
    bool listed;
    uint32_t prefix;
    uint64_t clock_comparator, cpu_timer;
    uint64_t control[16];
};

/* `object` has the results that are expected, the recorded ones otherwise. */
struct step {
    uint32_t number;
    uint32_t cpu;
    const char *operation;
    json_t *object;
};

/* Storage that is looked at after the run. */
struct area {
    const char *name;
    uint64_t absolute;
    uint32_t length;
    struct known_byte *bytes;
};

struct scenario {
    json_t *root;
    const char *id, *note;
    enum verdict verdict;
    bool cpu_only, unchecked;
    uint32_t cpus;
    struct setup_cpu cpu[MAX_CPUS];
    uint64_t new_psw_mask;
    uint64_t handler[CLASSES]; /* addresses of the new PSWs */
    struct step *steps;
    size_t step_count;
    struct delivery_list choice[MAX_CHOICES]; /* one of these is expected */
    size_t choices;
    bool one_of;
    const json_t *any_order; /* numbers of deliveries, or NULL */
    struct area *areas;
    size_t area_count;
};

/* Reads a line; what is wrong with it is in *problem. */
bool scenario_read(const char *line, size_t length, struct scenario *scenario,
                   struct problem *problem);
void scenario_free(struct scenario *scenario);

#endif
