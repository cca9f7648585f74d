/* SPDX-License-Identifier: BSD-3-Clause */
/* How do the devices carry out channel programs (PoP ch. 15)? */
#include "machine.h"
#include "storage/storage.h"

#include <string.h>

/* Flags of a CCW; others (chained data, indirect data) are not there. */
#define CHAIN_COMMAND   0x40
#define SUPPRESS_LENGTH 0x20
#define INTERRUPT       0x08 /* program-controlled interruption */
#define FLAGS           (CHAIN_COMMAND | SUPPRESS_LENGTH | INTERRUPT)

/* Subchannel status. */
#define PROGRAM_CHECK    0x20
#define INCORRECT_LENGTH 0x40

/* SENSE, for which every subchannel knows the answer. */
#define SENSE       0x04
#define SENSE_BYTES 32

/* The start function is over; device and subchannel say how. */
static void end(struct machine *machine, unsigned number, uint8_t device,
                uint8_t subchannel_status)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    uint16_t status = STATUS_PRIMARY | STATUS_SECONDARY;

    if (subchannel_status != 0 || device & DEVICE_UNIT_CHECK)
        status |= STATUS_ALERT;
    subchannel->control &= FUNCTIONS | STATUS;
    subchannel->device_status = device;
    subchannel->subchannel_status = subchannel_status;
    channel_interrupt(machine, number, status);
}

/* One command and the data that it moves. */
struct transfer {
    const struct device_command *command; /* NULL: SENSE, or unknown */
    uint8_t code;
    uint64_t address;
    size_t count;
    uint8_t bytes[DEVICE_BYTES];
    size_t length; /* what the device had to send, or took */
};

static uint8_t sense(struct device *device, struct transfer *transfer)
{
    memset(transfer->bytes, 0, SENSE_BYTES);
    transfer->bytes[0] = device->sense;
    transfer->length = SENSE_BYTES;
    device->sense = 0;
    return DEVICE_ENDED;
}

/* Answers the device status; false: storage is missing. */
static bool move(struct device *device, struct transfer *transfer,
                 uint8_t *status)
{
    struct machine *machine = device->machine;
    size_t room =
        transfer->count < DEVICE_BYTES ? transfer->count : DEVICE_BYTES;
    bool reads = transfer->code == SENSE ||
                 (transfer->command && transfer->command->reads);

    memset(transfer->bytes, 0, sizeof transfer->bytes);
    if (!storage_read_absolute(machine, transfer->address, transfer->bytes,
                               room))
        return false;
    transfer->length = room;
    if (transfer->code == SENSE)
        *status = sense(device, transfer);
    else if (transfer->command)
        *status = transfer->command->execute(device, transfer->bytes,
                                             &transfer->length);
    else
        *status = device_reject(device);
    if (reads && !(*status & DEVICE_UNIT_CHECK))
        storage_write_absolute(machine, transfer->address, transfer->bytes,
                               transfer->length < room ? transfer->length
                                                       : room);
    return true;
}

/* The command has ended; true: the next one is chained to it. */
static bool finish(struct machine *machine, unsigned number)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    const uint8_t *ccw = subchannel->ccw;
    struct transfer transfer = {
        .command = device_find(subchannel->device, ccw[0]),
        .code = ccw[0],
        .address = storage_number(ccw + 4, 4),
        .count = storage_number(ccw + 2, 2),
    };
    uint8_t status = 0;

    if (ccw[1] & ~FLAGS || !move(subchannel->device, &transfer, &status)) {
        end(machine, number, 0, PROGRAM_CHECK);
        return false;
    }
    if (status & DEVICE_UNIT_CHECK) {
        end(machine, number, status, 0);
        return false;
    }
    subchannel->residual =
        (uint16_t)(transfer.count - (transfer.length < transfer.count
                                         ? transfer.length
                                         : transfer.count));
    if (transfer.length != 0 && transfer.length != transfer.count &&
        !(ccw[1] & SUPPRESS_LENGTH)) {
        end(machine, number, status, INCORRECT_LENGTH);
        return false;
    }
    if (ccw[1] & CHAIN_COMMAND)
        return true;
    end(machine, number, status, 0);
    return false;
}

static void finish_later(struct machine *machine, uint64_t number);

/* Begins a command; true: it is immediate, and there is another one. */
static bool begin(struct machine *machine, unsigned number)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    const struct device_command *command;

    if (subchannel->program % sizeof subchannel->ccw ||
        !storage_read_absolute(machine, subchannel->program, subchannel->ccw,
                               sizeof subchannel->ccw)) {
        end(machine, number, 0, PROGRAM_CHECK);
        return false;
    }
    subchannel->program += sizeof subchannel->ccw;
    if (subchannel->ccw[1] & INTERRUPT)
        channel_interrupt(machine, number, STATUS_INTERMEDIATE);
    command = device_find(subchannel->device, subchannel->ccw[0]);
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
