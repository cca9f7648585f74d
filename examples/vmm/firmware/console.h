/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does the user see of the guest's console, and what is typed there? Keys
 * come from the user (keyboard.h), or a text is typed when the guest has
 * printed a prompt. The VMM listens, too: for last words of a guest.
 */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct machine;

/* What was typed and not yet read by the guest. */
#define CONSOLE_KEYS 256
/* Of a longer line only so much is compared with prompts and the like. */
#define CONSOLE_LINE 256

/* Something that happens once the prompt is on the console. */
struct console_action {
    const char *prompt; /* NULL: there is none, or it is done */
    const char *text;
};

struct console {
    char line[CONSOLE_LINE]; /* what is on the line so far */
    size_t length;
    bool line_open;  /* the line has not ended */
    bool any_output; /* the guest has printed something */
    char keys[CONSOLE_KEYS];
    size_t keys_typed;
    struct console_action answer; /* types the text and the return key */
    struct console_action attach; /* attaches the disk in this file */
    const char *expected;         /* text that a line must contain, or NULL */
    bool expected_seen;
};

/* The guest prints a character. */
void console_put(struct machine *machine, char character);

/* What was printed is for the user to see now: a prompt ends no line. */
void console_flush(void);

/* Ends a line that the guest left open. */
void console_end_line(struct machine *machine);

/* A key is typed; it is lost if there is no room for it. */
void console_type(struct machine *machine, char key);
size_t console_room(const struct machine *machine);

/* The guest takes what was typed: answers how many characters. */
size_t console_take_keys(struct machine *machine, char *to, size_t room);

#endif
