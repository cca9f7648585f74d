/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The guest's absolute storage, and who stored what. What the guest's program
 * stores is known; every other byte that changes was stored by the machine:
 * by the library, or by the device or instruction that is played here.
 */
#ifndef REPLAY_STORAGE_H
#define REPLAY_STORAGE_H

#include "members.h"

#define STORAGE_SIZE (UINT64_C(64) << 20)
#define MAX_EXPECTED 64
#define MAX_WRITTEN  1024

/* Where the machine may store without a delivery that shows it. */
struct place {
    uint64_t from, end;
};

struct storage {
    uint8_t *ram;     /* as it is */
    uint8_t *program; /* as the guest's program left it */
    uint8_t *machine; /* ones: stored by the machine since then */
    uint8_t *known;   /* ones: not the fill pattern, not the guest's own */
    bool recording;   /* the library stores through storage_by_machine() */
    uint8_t pattern;  /* two runs have complementary ones */
    struct place expected[MAX_EXPECTED];
    size_t expected_count;
    struct place written[MAX_WRITTEN]; /* recording: by the library */
    size_t written_count;
};

bool storage_create(struct storage *storage, bool recording, uint8_t pattern);
void storage_free(struct storage *storage);

bool storage_has(uint64_t absolute, uint64_t length);
uint64_t storage_value(const struct storage *storage, uint64_t absolute,
                       uint32_t length);

void storage_by_program(struct storage *storage, uint64_t absolute,
                        const void *bytes, size_t length);
void storage_value_by_program(struct storage *storage, uint64_t absolute,
                              uint32_t length, uint64_t value);
void storage_fill(struct storage *storage, uint64_t absolute, uint64_t length);
void storage_copy(struct storage *storage, uint64_t from, uint64_t length,
                  uint64_t to);

void storage_by_machine(struct storage *storage, uint64_t absolute,
                        const void *bytes, size_t length);

/* Whether the machine stored there since the program did. */
bool storage_is_stored(const struct storage *storage, uint64_t absolute);

/* The machine may store there. */
void storage_expect(struct storage *storage, uint64_t absolute,
                    uint64_t length);

/* Says where between two addresses the machine stored unexpectedly. */
bool storage_check(const struct storage *storage, uint64_t from, uint64_t end,
                   struct problem *problem);
/* The same for all of what the library stored since the last time. */
bool storage_check_written(struct storage *storage, struct problem *problem);

#endif
