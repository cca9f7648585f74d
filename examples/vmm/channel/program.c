/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the devices carry out channel programs (PoP ch. 15)? */
#include "machine.h"
#include "storage/storage.h"

#include <string.h>

/* Flags of a CCW. */
#define CHAIN_COMMAND   0x40
#define SUPPRESS_LENGTH 0x20
#define INTERRUPT       0x08 /* program-controlled interruption */

/* Device and subchannel status. */
#define CHANNEL_END_DEVICE_END 0x0c
#define UNIT_CHECK             0x02
#define PROGRAM_CHECK          0x20
#define INCORRECT_LENGTH       0x40

/* What a device does: it sends bytes to storage, after a while. */
static const struct command {
    uint8_t code;
    uint8_t length;
    uint8_t bytes[7];
    uint32_t takes_tod; /* 0: it is an immediate command */
} commands[] = {
    { 0x03, 0, { 0 }, 0 },
    { 0xe4, 7, { 0xff, 0x03, 0x90, 0x01, 0x03, 0x90, 0x02 }, 100000 },
};

static const struct command *find(uint8_t code)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].code == code)
            return &commands[i];
    }
    return NULL;
}

static bool within(const struct machine *machine, uint64_t address,
                   uint64_t length)
{
    return address + length <= machine->options.ram_size;
}

/* The start function is over; device and subchannel say how. */
static void end(struct machine *machine, unsigned number, uint8_t device,
                uint8_t subchannel_status)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    uint16_t status = STATUS_PRIMARY | STATUS_SECONDARY;

    if (subchannel_status != 0 || device & UNIT_CHECK)
        status |= STATUS_ALERT;
    subchannel->control &= FUNCTIONS | STATUS;
    subchannel->device_status = device;
    subchannel->subchannel_status = subchannel_status;
    channel_interrupt(machine, number, status);
}

/* The command has ended; true: the next one is chained to it. */
static bool finish(struct machine *machine, unsigned number)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    const uint8_t *ccw = subchannel->ccw;
    const struct command *command = find(ccw[0]);
    uint64_t count = storage_number(ccw + 2, 2);
    uint64_t address = storage_number(ccw + 4, 4);
    uint64_t length;

    if (!command) {
        end(machine, number, CHANNEL_END_DEVICE_END | UNIT_CHECK, 0);
        return false;
    }
    length = count < command->length ? count : command->length;
    if (!within(machine, address, length)) {
        end(machine, number, 0, PROGRAM_CHECK);
        return false;
    }
    memcpy(machine->ram + address, command->bytes, length);
    subchannel->residual = (uint16_t)(count - length);
    if (command->length != 0 && command->length != count &&
        !(ccw[1] & SUPPRESS_LENGTH)) {
        end(machine, number, CHANNEL_END_DEVICE_END, INCORRECT_LENGTH);
        return false;
    }
    if (ccw[1] & CHAIN_COMMAND)
        return true;
    end(machine, number, CHANNEL_END_DEVICE_END, 0);
    return false;
}

static void finish_later(struct machine *machine, uint64_t number);

/* Begins a command; true: it is immediate, and there is another one. */
static bool begin(struct machine *machine, unsigned number)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    const struct command *command;

    if (!within(machine, subchannel->program, sizeof subchannel->ccw) ||
        subchannel->program % sizeof subchannel->ccw) {
        end(machine, number, 0, PROGRAM_CHECK);
        return false;
    }
    memcpy(subchannel->ccw, machine->ram + subchannel->program,
           sizeof subchannel->ccw);
    subchannel->program += sizeof subchannel->ccw;
    if (subchannel->ccw[1] & INTERRUPT)
        channel_interrupt(machine, number, STATUS_INTERMEDIATE);
    command = find(subchannel->ccw[0]);
    if (command && command->takes_tod != 0 &&
        events_add(machine, command->takes_tod, finish_later, number))
        return false;
    return finish(machine, number);
}

static void run(struct machine *machine, unsigned number)
{
    while (begin(machine, number))
        continue;
}

static void finish_later(struct machine *machine, uint64_t number)
{
    if (finish(machine, (unsigned)number))
        run(machine, (unsigned)number);
}

void channel_program_start(struct machine *machine, unsigned number)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];

    subchannel->control = FUNCTION_START | SUBCHANNEL_ACTIVE | DEVICE_ACTIVE;
    subchannel->device_status = 0;
    subchannel->subchannel_status = 0;
    subchannel->residual = 0;
    run(machine, number);
}

void channel_program_cancel(struct machine *machine, unsigned number)
{
    events_cancel(machine, finish_later, number);
}
