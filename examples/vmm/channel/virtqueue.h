/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How do driver and device of a virtio 1.x device exchange buffers? The split
 * virtqueue (Virtio 1.1, 2.6): everything is little-endian and at absolute
 * addresses. What the driver wrote is not trusted.
 */
#ifndef VMM_VIRTQUEUE_H
#define VMM_VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

#define VIRTQUEUE_MOST 128 /* descriptors in a queue, and in a chain */

struct virtqueue {
    uint64_t descriptors; /* 0: the driver has not set it up */
    uint64_t available;
    uint64_t used;
    uint16_t size;
    uint16_t next; /* available entry to be looked at */
};

struct virtqueue_segment {
    uint64_t address;
    uint32_t length;
    bool writable; /* by the device */
};

/* A buffer that the driver made available. */
struct virtqueue_chain {
    uint16_t head;
    unsigned count;
    struct virtqueue_segment segment[VIRTQUEUE_MOST];
};

/* The next one; false: there is none, or it is not well-formed. */
bool virtqueue_take(const struct machine *machine, struct virtqueue *queue,
                    struct virtqueue_chain *chain);

/* Gives it back, with so many bytes written into it. */
void virtqueue_give_back(struct machine *machine, const struct virtqueue *queue,
                         const struct virtqueue_chain *chain, uint32_t written);

/* Does the driver want to be told of what came back? */
bool virtqueue_interrupts(const struct machine *machine,
                          const struct virtqueue *queue);

/* Numbers from and to little-endian bytes; length 1 to 8. */
uint64_t virtqueue_number(const uint8_t *bytes, unsigned length);
void virtqueue_bytes(uint8_t *bytes, uint64_t number, unsigned length);

#endif
