/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A delivery: what the handler of an interruption found when it ran, recorded
 * or replayed; and the six classes with what each of them stores.
 */
#ifndef REPLAY_DELIVERY_H
#define REPLAY_DELIVERY_H

#include "members.h"

enum class_number {
    CLASS_RESTART,
    CLASS_EXTERNAL,
    CLASS_SVC,
    CLASS_PROGRAM,
    CLASS_MACHINE_CHECK,
    CLASS_IO,
    CLASSES
};

/* The fields that a handler logs and wipes are below this real address. */
#define IMAGE_SIZE 0x200

/* Register save areas of a machine check, real addresses. */
#define SAVE_AREA      0x1200
#define SAVE_AREA_SIZE 0x200

/* The designation of the machine-check extended save area, and what it says. */
#define MCESA        0x11b0
#define MCESA_ORIGIN (~UINT64_C(0x3ff))
#define MCESA_SIZE   0x400

#define MAX_RANGES 4

struct range {
    uint32_t from, end;
};

/* PoP ch. 3, assigned storage locations; an empty range ends the list. */
struct class_row {
    const char *name;
    uint32_t old_psw, new_psw; /* real addresses */
    uint64_t handler;          /* of the recorded guest, unless one says more */
    struct range range[MAX_RANGES]; /* the old PSW included */
};

extern const struct class_row classes[CLASSES];

/* The class with this name, or CLASSES. */
enum class_number class_of(const char *name);

struct delivery {
    uint32_t number;
    uint32_t step;
    uint32_t cpu;
    enum class_number class_number;
    struct number prefix, cr0;
    struct number old_mask, old_address, new_mask, new_address;
    bool somewhere;       /* recorded: no name was known for the old address */
    bool asynchronous;    /* replayed: it came while the CPU was on its own */
    const json_t *fields; /* recorded: the members, for the decoded fields */
    struct known_byte image[IMAGE_SIZE];
};

#define MAX_DELIVERIES 4096

struct delivery_list {
    struct delivery *array;
    size_t count, room;
};

/* One more, all zero; NULL when there are too many. */
struct delivery *delivery_add(struct delivery_list *list);
void delivery_free(struct delivery_list *list);

/* Reads a member `deliveries`. */
bool delivery_read(const json_t *array, struct delivery_list *out,
                   struct problem *problem);

/* Bytes of an image as a number. */
uint64_t delivery_field(const struct delivery *delivery, uint32_t real,
                        uint32_t length);
bool delivery_stored(const struct delivery *delivery, uint32_t real);

/* Compares one that was replayed with what is expected. */
bool delivery_matches(const struct delivery *expected,
                      const struct delivery *actual, struct problem *problem);

/* In a few words: "external 1201 on CPU 1 in step 8". */
void delivery_describe(const struct delivery *delivery, char *text,
                       size_t room);

#endif
