/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Members of JSON objects, their types checked, and what is wrong in words. */
#ifndef REPLAY_MEMBERS_H
#define REPLAY_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* What went wrong first; empty: nothing. */
struct problem {
    char text[240];
};

#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

/* Says what is wrong, unless something was before. Answers false. */
bool problem_set(struct problem *problem, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* A number of a recording: the digits `??` are not to be compared. */
struct number {
    uint64_t value;
    uint64_t care; /* ones where the digits are known */
};

/* A JSON integer, or hex digits in a string, with or without 0x. */
bool number_of(const json_t *value, struct number *out);
bool number_equals(const struct number *number, uint64_t value);

/*
 * Bytes of a string of hex digits: `..` is not stored (care and stored zero),
 * `??` is stored and not to be compared. Answers how many, at most `room`, or
 * -1: not such a string.
 */
struct known_byte {
    uint8_t value;
    uint8_t care;
    uint8_t stored;
};
int bytes_of(const char *text, struct known_byte *out, size_t room);

bool has_member(const json_t *object, const char *name);
bool is_true(const json_t *object, const char *name);

/* The member must be there and have that type. */
bool member_text(const json_t *object, const char *name, const char **out,
                 struct problem *problem);
bool member_number(const json_t *object, const char *name, struct number *out,
                   struct problem *problem);
bool member_value(const json_t *object, const char *name, uint64_t limit,
                  uint64_t *out, struct problem *problem);
bool member_array(const json_t *object, const char *name, const json_t **out,
                  struct problem *problem);

#endif
