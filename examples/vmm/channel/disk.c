/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "channel/disk.h"

#include "channel/virtio.h"
#include "storage/storage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

/* Requests (Virtio 1.1, 5.2.6), and what becomes of them. */
#define REQUEST_IN    0
#define REQUEST_OUT   1
#define REQUEST_FLUSH 4
#define STATUS_GOOD   0
#define STATUS_ERROR  1
#define STATUS_WHAT   2

#define HEADER 16

struct disk {
    struct virtio virtio;
    uint8_t configuration[DEVICE_BYTES]; /* of the disk; sectors, then 0 */
    uint8_t *bytes;
    uint64_t size;
};

static bool move(struct disk *disk, const struct virtqueue_segment *segment,
                 uint64_t at, bool to_storage)
{
    struct machine *machine = disk->virtio.device.machine;

    if (segment->writable != to_storage || at > disk->size ||
        segment->length > disk->size - at)
        return false;
    return to_storage
               ? storage_write_absolute(machine, segment->address,
                                        disk->bytes + at, segment->length)
               : storage_read_absolute(machine, segment->address,
                                       disk->bytes + at, segment->length);
}

/* The data is in all segments but the first and the last. */
static uint8_t transfer(struct disk *disk, const struct virtqueue_chain *chain,
                        const uint8_t *header, uint32_t *written)
{
    uint64_t sector = virtqueue_number(header + 8, 8);
    bool in = virtqueue_number(header, 4) == REQUEST_IN;
    uint64_t at = sector * SECTOR;

    if (sector > disk->size / SECTOR)
        return STATUS_ERROR;
    for (unsigned i = 1; i + 1 < chain->count; i++) {
        if (!move(disk, &chain->segment[i], at, in))
            return STATUS_ERROR;
        at += chain->segment[i].length;
        if (in)
            *written += chain->segment[i].length;
    }
    return STATUS_GOOD;
}

static uint32_t serve(struct virtio *virtio,
                      const struct virtqueue_chain *chain)
{
    struct disk *disk = (struct disk *)virtio;
    struct machine *machine = virtio->device.machine;
    const struct virtqueue_segment *last = &chain->segment[chain->count - 1];
    uint8_t header[HEADER];
    uint8_t status = STATUS_WHAT;
    uint32_t written = 0;

    if (chain->count < 2 || chain->segment[0].length != HEADER ||
        last->length != 1 || !last->writable ||
        !storage_read_absolute(machine, chain->segment[0].address, header,
                               sizeof header))
        return 0;
    switch (virtqueue_number(header, 4)) {
    case REQUEST_IN:
    case REQUEST_OUT:
        status = transfer(disk, chain, header, &written);
        break;
    case REQUEST_FLUSH:
        status = STATUS_GOOD;
        break;
    }
    storage_write_absolute(machine, last->address, &status, 1);
    return written + 1;
}

static void close_disk(struct device *device)
{
    struct disk *disk = (struct disk *)device;

    munmap(disk->bytes, disk->size);
    free(disk);
}

static const char *map(struct disk *disk, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    const char *wrong = NULL;
    void *bytes;

    if (file < 0)
        return "the disk's file cannot be opened";
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size < SECTOR)
        wrong = "the disk's file has no sectors";
    else {
        disk->size = (uint64_t)status.st_size / SECTOR * SECTOR;
        bytes = mmap(NULL, disk->size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                     file, 0);
        if (bytes == MAP_FAILED)
            wrong = "the disk's file cannot be mapped";
        else
            disk->bytes = bytes;
    }
    close(file);
    return wrong;
}

struct device *disk_open(struct machine *machine, unsigned number,
                         const char *path, const char **wrong)
{
    static const struct virtio_kind virtio_disk = {
        .features = VIRTIO_VERSION_1,
        .serve = serve,
        .takes_tod = 400000, /* about 100 microseconds */
    };
    static const struct device_kind kind = {
        .identification = VIRTIO_IDENTIFICATION(2),
        .commands = virtio_commands,
        .command_count = VIRTIO_COMMANDS,
        .notify = virtio_notify,
        .close = close_disk,
    };
    struct disk *disk = calloc(1, sizeof *disk);

    *wrong = disk ? map(disk, path) : "no memory";
    if (*wrong) {
        free(disk);
        return NULL;
    }
    disk->virtio.device = (struct device){ &kind, machine, number, 0 };
    disk->virtio.kind = &virtio_disk;
    virtqueue_bytes(disk->configuration, disk->size / SECTOR, 8);
    disk->virtio.configuration = disk->configuration;
    disk->virtio.configuration_size = sizeof disk->configuration;
    return &disk->virtio.device;
}
