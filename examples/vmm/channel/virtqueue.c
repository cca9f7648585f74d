/* SPDX-License-Identifier: BSD-3-Clause */
#include "channel/virtqueue.h"

#include "storage/storage.h"

/* Flags of a descriptor. */
#define DESCRIPTOR_NEXT     0x1
#define DESCRIPTOR_WRITE    0x2
#define DESCRIPTOR_INDIRECT 0x4 /* not offered */
#define DESCRIPTOR_SIZE     16

/* Flag of the available ring. */
#define NO_INTERRUPT 0x1

/* Offsets in both rings; entries of 2 and of 8 bytes. */
#define RING_INDEX   2
#define RING_ENTRIES 4

uint64_t virtqueue_number(const uint8_t *bytes, unsigned length)
{
    uint64_t number = 0;

    while (length-- > 0)
        number = number << 8 | bytes[length];
    return number;
}

void virtqueue_bytes(uint8_t *bytes, uint64_t number, unsigned length)
{
    for (unsigned i = 0; i < length; i++, number >>= 8)
        bytes[i] = (uint8_t)number;
}

/* Two bytes of storage; 0 where none is. */
static uint16_t read2(const struct machine *machine, uint64_t absolute)
{
    uint8_t bytes[2] = { 0, 0 };

    storage_read_absolute(machine, absolute, bytes, sizeof bytes);
    return (uint16_t)virtqueue_number(bytes, sizeof bytes);
}

/* Adds the segments from a descriptor on; false: a mistake of the driver. */
static bool follow(const struct machine *machine, const struct virtqueue *queue,
                   uint16_t at, struct virtqueue_chain *chain)
{
    uint8_t bytes[DESCRIPTOR_SIZE];
    uint16_t flags;

    chain->count = 0;
    do {
        struct virtqueue_segment *segment = &chain->segment[chain->count];

        if (at >= queue->size || chain->count == queue->size ||
            !storage_read_absolute(
                machine, queue->descriptors + DESCRIPTOR_SIZE * (uint64_t)at,
                bytes, sizeof bytes))
            return false;
        flags = (uint16_t)virtqueue_number(bytes + 12, 2);
        if (flags & DESCRIPTOR_INDIRECT)
            return false;
        segment->address = virtqueue_number(bytes, 8);
        segment->length = (uint32_t)virtqueue_number(bytes + 8, 4);
        segment->writable = flags & DESCRIPTOR_WRITE;
        at = (uint16_t)virtqueue_number(bytes + 14, 2);
        chain->count++;
    } while (flags & DESCRIPTOR_NEXT);
    return true;
}

bool virtqueue_take(const struct machine *machine, struct virtqueue *queue,
                    struct virtqueue_chain *chain)
{
    uint64_t entry;

    if (queue->descriptors == 0 || queue->size == 0 ||
        read2(machine, queue->available + RING_INDEX) == queue->next)
        return false;
    entry = queue->available + RING_ENTRIES +
            2 * (uint64_t)(queue->next % queue->size);
    chain->head = read2(machine, entry);
    queue->next++;
    return follow(machine, queue, chain->head, chain);
}

void virtqueue_give_back(struct machine *machine, const struct virtqueue *queue,
                         const struct virtqueue_chain *chain, uint32_t written)
{
    uint16_t index = read2(machine, queue->used + RING_INDEX);
    uint8_t bytes[8];

    virtqueue_bytes(bytes, chain->head, 4);
    virtqueue_bytes(bytes + 4, written, 4);
    storage_write_absolute(machine,
                           queue->used + RING_ENTRIES +
                               8 * (uint64_t)(index % queue->size),
                           bytes, sizeof bytes);
    virtqueue_bytes(bytes, index + 1u, 2);
    storage_write_absolute(machine, queue->used + RING_INDEX, bytes, 2);
}

bool virtqueue_interrupts(const struct machine *machine,
                          const struct virtqueue *queue)
{
    return !(read2(machine, queue->available) & NO_INTERRUPT);
}
