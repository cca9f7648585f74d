/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How do the user's keys get to the guest (--interactive)? From standard
 * input; a terminal is in raw mode meanwhile, for it is the guest that echoes
 * and edits. One key is for the VMM: it leaves the guest.
 */
#ifndef VMM_KEYBOARD_H
#define VMM_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

struct machine;

#define KEYBOARD_LEAVE 0x1d /* Ctrl-] */

struct keyboard {
    bool open;
    bool raw; /* `before` is to be restored */
    struct termios before;
};

void keyboard_open(struct machine *machine);
void keyboard_close(struct machine *machine);

/* Waits so long for keys, UINT64_MAX: without end; and passes them on. */
void keyboard_wait(struct machine *machine, uint64_t ns);

#endif
