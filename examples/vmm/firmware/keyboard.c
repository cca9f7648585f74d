/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* ppoll */
#endif
#include "firmware/keyboard.h"

#include "machine.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

void keyboard_open(struct machine *machine)
{
    struct keyboard *keyboard = &machine->keyboard;
    struct termios raw;

    keyboard->open = true;
    if (tcgetattr(STDIN_FILENO, &keyboard->before) != 0)
        return;
    raw = keyboard->before;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    keyboard->raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void keyboard_close(struct machine *machine)
{
    struct keyboard *keyboard = &machine->keyboard;

    if (keyboard->raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &keyboard->before);
    keyboard->open = false;
    keyboard->raw = false;
}

/* Lines that come from no terminal end as the guest expects it of a key. */
static char key_of(const struct keyboard *keyboard, char character)
{
    return character == '\n' && !keyboard->raw ? '\r' : character;
}

static void read_keys(struct machine *machine, size_t room)
{
    struct keyboard *keyboard = &machine->keyboard;
    char keys[CONSOLE_KEYS];
    ssize_t count = read(STDIN_FILENO, keys, room);

    if (count <= 0) {
        keyboard->open = false;
        return;
    }
    for (ssize_t i = 0; i < count; i++) {
        if (keys[i] == KEYBOARD_LEAVE && keyboard->raw)
            machine->left = true;
        else
            console_type(machine, key_of(keyboard, keys[i]));
    }
}

void keyboard_wait(struct machine *machine, uint64_t ns)
{
    struct timespec pause = { (time_t)(ns / 1000000000),
                              (long)(ns % 1000000000) };
    struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
    size_t room = console_room(machine);
    bool listens = machine->keyboard.open && room != 0;

    if (ppoll(&input, listens, ns == UINT64_MAX ? NULL : &pause, NULL) > 0)
        read_keys(machine, room);
}
