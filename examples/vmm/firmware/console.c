/* SPDX-License-Identifier: BSD-3-Clause */
#include "firmware/console.h"

#include "firmware/sclp.h"
#include "machine.h"

#include <stdio.h>
#include <string.h>

size_t console_room(const struct machine *machine)
{
    return CONSOLE_KEYS - machine->console.keys_typed;
}

void console_type(struct machine *machine, char key)
{
    struct console *console = &machine->console;

    if (console_room(machine) == 0)
        return;
    console->keys[console->keys_typed++] = key;
    sclp_keys_typed(machine);
}

static bool line_contains(const struct console *console, const char *text)
{
    return text && strstr(console->line, text);
}

/* Is it time for it? A prompt has no end of line behind it. */
static bool prompted(struct console *console, struct console_action *action)
{
    if (!line_contains(console, action->prompt))
        return false;
    action->prompt = NULL;
    return true;
}

static void act(struct machine *machine)
{
    struct console *console = &machine->console;

    if (prompted(console, &console->answer)) {
        for (const char *key = console->answer.text; *key; key++)
            console_type(machine, *key);
        console_type(machine, '\r');
    }
    if (prompted(console, &console->attach)) {
        const char *wrong =
            channel_add_disk(machine, console->attach.text, true);

        if (wrong)
            machine_fail(machine, wrong);
    }
}

static void line_ends(struct machine *machine)
{
    struct console *console = &machine->console;

    if (line_contains(console, console->expected))
        console->expected_seen = true;
    proc_interrupts_line(machine, console->line);
    console->length = 0;
    console->line[0] = '\0';
}

void console_put(struct machine *machine, char character)
{
    struct console *console = &machine->console;

    putchar(character);
    console->line_open = character != '\n';
    console->any_output = true;
    if (character == '\n') {
        line_ends(machine);
        return;
    }
    if (console->length + 1 < sizeof console->line && character != '\r') {
        console->line[console->length++] = character;
        console->line[console->length] = '\0';
    }
    act(machine);
}

void console_flush(void)
{
    fflush(stdout);
}

void console_end_line(struct machine *machine)
{
    if (machine->console.line_open)
        console_put(machine, '\n');
}

size_t console_take_keys(struct machine *machine, char *to, size_t room)
{
    struct console *console = &machine->console;
    size_t count = console->keys_typed < room ? console->keys_typed : room;

    memcpy(to, console->keys, count);
    console->keys_typed -= count;
    memmove(console->keys, console->keys + count, console->keys_typed);
    return count;
}
