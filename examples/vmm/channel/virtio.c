/* SPDX-License-Identifier: BSD-3-Clause */
#include "channel/virtio.h"

#include "machine.h"
#include "storage/storage.h"

#include <string.h>

/* Revisions of the transport; older ones are not little-endian. */
#define REVISION_LEAST 1
#define REVISION_MOST  2

/* What a command takes, in TOD units: 25 microseconds. */
#define TAKES 102400

static struct virtio *virtio_of(struct device *device)
{
    return (struct virtio *)device;
}

static void reset(struct virtio *virtio)
{
    virtio->accepted = 0;
    virtio->status = 0;
    virtio->has_route = false;
    memset(&virtio->queue, 0, sizeof virtio->queue);
}

static uint8_t set_revision(struct device *device, uint8_t *bytes,
                            size_t *length)
{
    uint64_t revision;

    if (*length < 4)
        return device_reject(device);
    revision = storage_number(bytes, 2);
    if (revision < REVISION_LEAST || revision > REVISION_MOST)
        return device_reject(device);
    return DEVICE_ENDED;
}

static uint8_t reset_device(struct device *device, uint8_t *bytes,
                            size_t *length)
{
    (void)bytes;
    *length = 0;
    reset(virtio_of(device));
    return DEVICE_ENDED;
}

/* 32 features, little-endian, and which 32 of them. */
#define FEATURE_BYTES 5

static uint8_t read_features(struct device *device, uint8_t *bytes,
                             size_t *length)
{
    uint64_t features = virtio_of(device)->kind->features;

    if (*length < FEATURE_BYTES)
        return device_reject(device);
    virtqueue_bytes(bytes, bytes[4] < 2 ? features >> 32 * bytes[4] : 0, 4);
    *length = FEATURE_BYTES;
    return DEVICE_ENDED;
}

static uint8_t write_features(struct device *device, uint8_t *bytes,
                              size_t *length)
{
    struct virtio *virtio = virtio_of(device);
    uint64_t wanted;

    if (*length < FEATURE_BYTES)
        return device_reject(device);
    wanted = virtqueue_number(bytes, 4);
    if (bytes[4] > 1)
        return wanted == 0 ? DEVICE_ENDED : device_reject(device);
    wanted <<= 32 * bytes[4];
    if (wanted & ~virtio->kind->features)
        return device_reject(device);
    virtio->accepted |= wanted;
    return DEVICE_ENDED;
}

/* The driver asks for as much of it as it needs. */
static uint8_t read_configuration(struct device *device, uint8_t *bytes,
                                  size_t *length)
{
    const struct virtio *virtio = virtio_of(device);

    if (*length > virtio->configuration_size)
        *length = virtio->configuration_size;
    memcpy(bytes, virtio->configuration, *length);
    return DEVICE_ENDED;
}

static uint8_t read_status(struct device *device, uint8_t *bytes,
                           size_t *length)
{
    bytes[0] = virtio_of(device)->status;
    *length = 1;
    return DEVICE_ENDED;
}

static uint8_t write_status(struct device *device, uint8_t *bytes,
                            size_t *length)
{
    if (*length < 1)
        return device_reject(device);
    *length = 1;
    if (bytes[0] == 0)
        reset(virtio_of(device));
    else
        virtio_of(device)->status = bytes[0];
    return DEVICE_ENDED;
}

/* The queue's number, and its size, 0 if there is none. */
static uint8_t read_queue_configuration(struct device *device, uint8_t *bytes,
                                        size_t *length)
{
    if (*length < 4)
        return device_reject(device);
    storage_bytes(bytes + 2, storage_number(bytes, 2) == 0 ? VIRTQUEUE_MOST : 0,
                  2);
    *length = 4;
    return DEVICE_ENDED;
}

static uint8_t set_queue(struct device *device, uint8_t *bytes, size_t *length)
{
    struct virtqueue queue = { .next = 0 };

    if (*length < 32 || storage_number(bytes + 12, 2) != 0 ||
        storage_number(bytes + 14, 2) > VIRTQUEUE_MOST)
        return device_reject(device);
    queue.descriptors = storage_number(bytes, 8);
    queue.size = (uint16_t)storage_number(bytes + 14, 2);
    queue.available = storage_number(bytes + 16, 8);
    queue.used = storage_number(bytes + 24, 8);
    virtio_of(device)->queue = queue;
    return DEVICE_ENDED;
}

/* Of configurations that change: none here does. */
static uint8_t set_configuration_indicators(struct device *device,
                                            uint8_t *bytes, size_t *length)
{
    (void)bytes;
    return *length < 8 ? device_reject(device) : DEVICE_ENDED;
}

/*
 * Where the summary indicator is, where the indicators, which is the first
 * bit of this device, and the ISC. Each ISC has an adapter, whose number it
 * is.
 */
static uint8_t set_adapter_indicators(struct device *device, uint8_t *bytes,
                                      size_t *length)
{
    struct virtio *virtio = virtio_of(device);
    struct s390irq_vm *vm = device->machine->vm;
    struct s390irq_route *route = &virtio->route;
    int result;

    if (*length < 25)
        return device_reject(device);
    *route = (struct s390irq_route)S390IRQ_ROUTE_INIT;
    route->adapter = bytes[24];
    route->summary_absolute = storage_number(bytes, 8);
    route->indicator_absolute = storage_number(bytes + 8, 8);
    route->indicator_offset = storage_number(bytes + 16, 8);
    result = s390irq_vm_add_adapter(vm, route->adapter, bytes[24],
                                    S390IRQ_ADAPTER_SWAP);
    if (result == S390IRQ_E_EXISTS)
        result = 0;
    if (result == 0)
        result = s390irq_vm_check_route(vm, route);
    virtio->has_route = result == 0;
    return virtio->has_route ? DEVICE_ENDED : device_reject(device);
}

const struct device_command virtio_commands[VIRTIO_COMMANDS] = {
    { 0x11, false, TAKES, write_features },
    { 0x12, true, TAKES, read_features },
    { 0x13, false, TAKES, set_queue },
    { 0x22, true, TAKES, read_configuration },
    { 0x31, false, TAKES, write_status },
    { 0x32, true, TAKES, read_queue_configuration },
    { 0x33, false, TAKES, reset_device },
    { 0x53, false, TAKES, set_configuration_indicators },
    { 0x72, true, TAKES, read_status },
    { 0x73, false, TAKES, set_adapter_indicators },
    { 0x83, false, TAKES, set_revision },
};

/* The guest finds the device by its indicator. */
static void interrupt(struct virtio *virtio)
{
    struct machine *machine = virtio->device.machine;

    if (virtio->has_route && virtqueue_interrupts(machine, &virtio->queue))
        counts_injected(machine, S390IRQ_KIND_ADAPTER,
                        s390irq_vm_fire_route(machine->vm, &virtio->route));
}

/* Serves what is in the queue by now. */
static void work(struct machine *machine, uint64_t number)
{
    struct device *device = machine->channel.subchannel[number].device;
    struct virtio *virtio = virtio_of(device);
    struct virtqueue_chain chain;
    bool any = false;

    virtio->busy = false;
    while (virtqueue_take(machine, &virtio->queue, &chain)) {
        virtqueue_give_back(machine, &virtio->queue, &chain,
                            virtio->kind->serve(virtio, &chain));
        any = true;
    }
    if (any)
        interrupt(virtio);
}

bool virtio_notify(struct device *device, uint64_t queue)
{
    struct virtio *virtio = virtio_of(device);

    if (queue != 0)
        return false;
    if (!virtio->busy)
        virtio->busy = events_add(device->machine, virtio->kind->takes_tod,
                                  work, device->number);
    return virtio->busy;
}
