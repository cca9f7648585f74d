/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is a device to the channel subsystem? Something that knows commands.
 * Channel programs and status are the subchannel's business.
 */
#ifndef VMM_DEVICE_H
#define VMM_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct device;

/* Device status (PoP ch. 16). */
#define DEVICE_ENDED      0x0c /* channel end and device end */
#define DEVICE_UNIT_CHECK 0x02

/* Sense byte 0. */
#define DEVICE_COMMAND_REJECT 0x80

/* No command here moves more bytes. */
#define DEVICE_BYTES 64

/*
 * Carries a command out. bytes: what is in storage, for each command; a
 * command that reads puts there what is to go to storage. *length: how many
 * there are (of storage), and after it how many the device had to send or
 * took. Answers the device status.
 */
typedef uint8_t device_function(struct device *device, uint8_t *bytes,
                                size_t *length);

struct device_command {
    uint8_t code;
    bool reads;         /* bytes go to storage */
    uint32_t takes_tod; /* 0: it is an immediate command */
    device_function *execute;
};

/* NO OPERATION and SENSE ID are known to all kinds. */
struct device_kind {
    uint8_t identification[7]; /* the answer to SENSE ID */
    const struct device_command *commands;
    size_t command_count;
    /* The guest has put something into a queue (virtio), or NULL. */
    bool (*notify)(struct device *device, uint64_t queue);
    void (*close)(struct device *device);
};

struct device {
    const struct device_kind *kind;
    struct machine *machine;
    unsigned number; /* of its subchannel */
    uint8_t sense;   /* why it has ended with unit check */
};

/* NULL: the device does not know the command. */
const struct device_command *device_find(const struct device *device,
                                         uint8_t code);

/* Unit check: the command makes no sense. */
uint8_t device_reject(struct device *device);

/* A device that knows nothing more, for guests to try interruptions with. */
struct device *device_plain_open(struct machine *machine, unsigned number);

#endif
