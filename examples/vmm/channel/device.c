/* SPDX-License-Identifier: BSD-3-Clause */
#include "channel/device.h"

#include <stdlib.h>
#include <string.h>

#define SENSE_ID_TAKES_TOD 100000

static uint8_t no_operation(struct device *device, uint8_t *bytes,
                            size_t *length)
{
    (void)device;
    (void)bytes;
    *length = 0;
    return DEVICE_ENDED;
}

static uint8_t sense_id(struct device *device, uint8_t *bytes, size_t *length)
{
    *length = sizeof device->kind->identification;
    memcpy(bytes, device->kind->identification, *length);
    return DEVICE_ENDED;
}

static const struct device_command common[] = {
    { 0x03, false, 0, no_operation },
    { 0xe4, true, SENSE_ID_TAKES_TOD, sense_id },
};

static const struct device_command *find(const struct device_command *commands,
                                         size_t count, uint8_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (commands[i].code == code)
            return &commands[i];
    }
    return NULL;
}

const struct device_command *device_find(const struct device *device,
                                         uint8_t code)
{
    const struct device_command *command =
        find(common, sizeof common / sizeof common[0], code);

    return command ? command
                   : find(device->kind->commands, device->kind->command_count,
                          code);
}

uint8_t device_reject(struct device *device)
{
    device->sense = DEVICE_COMMAND_REJECT;
    return DEVICE_ENDED | DEVICE_UNIT_CHECK;
}

static void close_plain(struct device *device)
{
    free(device);
}

struct device *device_plain_open(struct machine *machine, unsigned number)
{
    static const struct device_kind plain = {
        { 0xff, 0x03, 0x90, 0x01, 0x03, 0x90, 0x02 }, NULL, 0, NULL, close_plain
    };
    struct device *device = calloc(1, sizeof *device);

    if (device)
        *device = (struct device){ &plain, machine, number, 0 };
    return device;
}
