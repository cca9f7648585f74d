/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How does a virtio device appear at a subchannel (Virtio 1.1, 4.3)? As a
 * control unit with commands for features, configuration, queues and for the
 * way in which it interrupts: by an adapter, with two stages of indicators.
 */
#ifndef VMM_VIRTIO_H
#define VMM_VIRTIO_H

#include "channel/device.h"
#include "channel/virtqueue.h"

#include <s390irq/s390irq.h>

/* Sense ID of a virtio device: control unit 3832, its model is the type. */
#define VIRTIO_IDENTIFICATION(type)       \
    {                                     \
        0xff, 0x38, 0x32, (type), 0, 0, 0 \
    }

#define VIRTIO_VERSION_1 (UINT64_C(1) << 32)

struct virtio;

/* What kinds of virtio devices have of their own. */
struct virtio_kind {
    uint64_t features; /* offered */
    /* Serves one buffer; answers how many bytes were written into it. */
    uint32_t (*serve)(struct virtio *virtio,
                      const struct virtqueue_chain *chain);
    uint32_t takes_tod; /* from the notification to the interruption */
};

/* A device with one queue. */
struct virtio {
    struct device device;
    const struct virtio_kind *kind;
    const uint8_t *configuration;
    size_t configuration_size;
    uint64_t accepted; /* features */
    uint8_t status;
    bool busy; /* an interruption will come */
    bool has_route;
    struct s390irq_route route;
    struct virtqueue queue;
};

/* The commands, for the device_kind of each kind of virtio device. */
#define VIRTIO_COMMANDS 11
extern const struct device_command virtio_commands[VIRTIO_COMMANDS];

/* The driver has put something into the queue. */
bool virtio_notify(struct device *device, uint64_t queue);

#endif
