/* SPDX-License-Identifier: BSD-3-Clause */
/* channel/virtqueue.h, virtio.h, disk.h: a driver reads and writes a disk. */
#include "fixture.h"

#include "channel/virtqueue.h"

#include <string.h>

/* Of the driver: its queue, its buffers, its indicators. */
#define DESCRIPTORS UINT64_C(0x8000)
#define AVAILABLE   UINT64_C(0x8100)
#define USED        UINT64_C(0x8200)
#define SIZE        4
#define HEADER      UINT64_C(0x9000)
#define DATA        UINT64_C(0xa000)
#define RESULT      UINT64_C(0xb000)
#define INDICATORS  UINT64_C(0xc000)
#define SUMMARY     UINT64_C(0xc100)
#define ORB         UINT64_C(0xd000)
#define PROGRAM     UINT64_C(0xd100)
#define BLOCK       UINT64_C(0xd200)
#define IRB         UINT64_C(0xd300)
#define SCHIB       UINT64_C(0xd400)

#define NEXT  1
#define WRITE 2

static void put(struct machine *machine, uint64_t absolute, uint64_t number,
                unsigned length)
{
    virtqueue_bytes(machine->ram + absolute, number, length);
}

static void put_descriptor(struct machine *machine, unsigned at,
                           uint64_t address, uint32_t length, uint16_t flags,
                           uint16_t next)
{
    uint64_t to = DESCRIPTORS + 16 * at;

    put(machine, to, address, 8);
    put(machine, to + 8, length, 4);
    put(machine, to + 12, flags, 2);
    put(machine, to + 14, next, 2);
}

static void make_available(struct machine *machine, uint16_t head)
{
    uint16_t index =
        (uint16_t)virtqueue_number(machine->ram + AVAILABLE + 2, 2);

    put(machine, AVAILABLE + 4 + 2 * (index % SIZE), head, 2);
    put(machine, AVAILABLE + 2, index + 1u, 2);
}

static struct virtqueue queue_of_test(void)
{
    return (struct virtqueue){ DESCRIPTORS, AVAILABLE, USED, SIZE, 0 };
}

static void queue(void **state)
{
    struct machine *machine = fixture_open();
    struct virtqueue queue = queue_of_test();
    struct virtqueue_chain chain;

    (void)state;
    assert_false(virtqueue_take(machine, &queue, &chain));
    put_descriptor(machine, 2, DATA, 10, NEXT, 0);
    put_descriptor(machine, 0, DATA + 100, 20, WRITE, 0);
    for (unsigned turn = 0; turn < 3 * SIZE; turn++) {
        const uint8_t *used = machine->ram + USED + 4 + 8 * (turn % SIZE);

        make_available(machine, 2);
        assert_true(virtqueue_take(machine, &queue, &chain));
        assert_false(virtqueue_take(machine, &queue, &chain) &&
                     chain.count != 0);
        chain.head = 2;
        virtqueue_give_back(machine, &queue, &chain, turn);
        assert_int_equal(virtqueue_number(used, 4), 2);
        assert_int_equal(virtqueue_number(used + 4, 4), turn);
        assert_int_equal(virtqueue_number(machine->ram + USED + 2, 2),
                         turn + 1);
    }
    assert_true(virtqueue_interrupts(machine, &queue));
    put(machine, AVAILABLE, 1, 2);
    assert_false(virtqueue_interrupts(machine, &queue));
    fixture_close(machine);
}

/* Mistakes of a driver: a loop, numbers out of range, no storage. */
static void malformed(void **state)
{
    static const struct {
        uint64_t descriptors;
        uint16_t head, flags, next;
    } mistakes[] = {
        { DESCRIPTORS, 0, NEXT, 0 },  { DESCRIPTORS, SIZE, 0, 0 },
        { DESCRIPTORS, 0, NEXT, 99 }, { DESCRIPTORS, 0, 4, 0 },
        { 0xffff0000, 0, 0, 0 },      { 0xfffffffffffffff8, 0, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct machine *machine = fixture_open();
        struct virtqueue queue = queue_of_test();
        struct virtqueue_chain chain;

        queue.descriptors = mistakes[i].descriptors;
        put_descriptor(machine, 0, DATA, 1, mistakes[i].flags,
                       mistakes[i].next);
        make_available(machine, mistakes[i].head);
        assert_false(virtqueue_take(machine, &queue, &chain));
        fixture_close(machine);
    }
}

/* A command, whose bytes are in BLOCK; answers the device status. */
static uint8_t command(struct machine *machine, uint8_t code, uint16_t count)
{
    uint8_t *ccw = machine->ram + PROGRAM;

    ccw[0] = code;
    storage_bytes(ccw + 2, count, 2);
    storage_bytes(ccw + 4, BLOCK, 4);
    assert_int_equal(fixture_execute(machine, start_subchannel, ORB), 0);
    assert_int_equal(fixture_condition(machine), 0);
    fixture_let_devices_work(machine);
    assert_int_equal(fixture_execute(machine, test_subchannel, IRB), 0);
    assert_int_equal(fixture_condition(machine), 0);
    assert_int_equal(machine->ram[IRB + 9], 0);
    return machine->ram[IRB + 8];
}

static uint8_t disk_bytes[4 * 512];

/* A machine whose subchannel 7 is a disk that a driver has set up. */
static struct machine *open_disk(void)
{
    const unsigned number = CHANNEL_SUBCHANNELS - 1;
    struct machine *machine = fixture_open();
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    const uint32_t identification = channel_identification(number);
    uint8_t *block = machine->ram + BLOCK;

    for (size_t i = 0; i < sizeof disk_bytes; i++)
        disk_bytes[i] = (uint8_t)(i / 512 * 16 + i % 7);
    subchannel->device->kind->close(subchannel->device);
    subchannel->device = NULL;
    s390irq_vm_remove_subchannel(machine->vm, identification);
    assert_null(channel_add_disk(
        machine, fixture_file(disk_bytes, sizeof disk_bytes), true));
    subchannel->path |= PATH_ENABLED;
    set_general(&machine->cpus[0], 1, identification);
    storage_bytes(machine->ram + ORB + 4, 0x0080, 2);
    machine->ram[ORB + 6] = 0x80;
    storage_bytes(machine->ram + ORB + 8, PROGRAM, 4);

    storage_bytes(block, 1, 2); /* revision */
    assert_int_equal(command(machine, 0x83, 4), DEVICE_ENDED);
    memset(block, 0, 32);
    storage_bytes(block, DESCRIPTORS, 8);
    storage_bytes(block + 14, SIZE, 2);
    storage_bytes(block + 16, AVAILABLE, 8);
    storage_bytes(block + 24, USED, 8);
    assert_int_equal(command(machine, 0x13, 32), DEVICE_ENDED);
    storage_bytes(block, SUMMARY, 8);
    storage_bytes(block + 8, INDICATORS, 8);
    storage_bytes(block + 16, 5, 8);
    block[24] = 3;
    assert_int_equal(command(machine, 0x73, 25), DEVICE_ENDED);
    return machine;
}

/* The channel report that told of the disk. */
static void attached(void **state)
{
    struct machine *machine = open_disk();

    (void)state;
    assert_int_equal(s390irq_queue_pending(s390irq_vm_queue(machine->vm)),
                     1u << S390IRQ_KIND_MACHINE_CHECK);
    assert_int_equal(fixture_execute(machine, store_channel_report_word, BLOCK),
                     0);
    assert_int_equal(fixture_condition(machine), 0);
    assert_int_equal(storage_number(machine->ram + BLOCK, 4), 0x03040007);
    assert_int_equal(fixture_execute(machine, store_channel_report_word, BLOCK),
                     0);
    assert_int_equal(fixture_condition(machine), 1);
    fixture_close(machine);
}

static void negotiation(void **state)
{
    struct machine *machine = open_disk();
    uint8_t *block = machine->ram + BLOCK;

    (void)state;
    memset(block, 0, 32);
    block[4] = 1; /* the upper 32 features */
    assert_int_equal(command(machine, 0x12, 5), DEVICE_ENDED);
    assert_int_equal(virtqueue_number(block, 4), 1); /* version 1 */
    assert_int_equal(command(machine, 0x11, 5), DEVICE_ENDED);
    block[0] = 3;
    assert_true(command(machine, 0x11, 5) & DEVICE_UNIT_CHECK);
    memset(block, 0, 32);
    assert_int_equal(command(machine, 0x22, 8), DEVICE_ENDED);
    assert_int_equal(virtqueue_number(block, 8), 4); /* sectors */
    memset(block, 0, 32);
    assert_int_equal(command(machine, 0x32, 4), DEVICE_ENDED);
    assert_int_equal(storage_number(block + 2, 2), VIRTQUEUE_MOST);
    block[0] = 0x0f;
    assert_int_equal(command(machine, 0x31, 1), DEVICE_ENDED);
    block[0] = 0;
    assert_int_equal(command(machine, 0x72, 1), DEVICE_ENDED);
    assert_int_equal(block[0], 0x0f);
    assert_int_equal(command(machine, 0x33, 0), DEVICE_ENDED);
    assert_int_equal(command(machine, 0x72, 1), DEVICE_ENDED);
    assert_int_equal(block[0], 0);
    storage_bytes(block, 0, 2); /* a revision that is too old */
    assert_true(command(machine, 0x83, 4) & DEVICE_UNIT_CHECK);
    fixture_close(machine);
}

/* One request; answers its status. */
static uint8_t request(struct machine *machine, uint32_t type, uint64_t sector,
                       uint32_t length)
{
    put(machine, HEADER, type, 4);
    put(machine, HEADER + 8, sector, 8);
    machine->ram[RESULT] = 0xff;
    put_descriptor(machine, 0, HEADER, 16, NEXT, 1);
    put_descriptor(machine, 1, DATA, length, type == 0 ? NEXT | WRITE : NEXT,
                   2);
    put_descriptor(machine, 2, RESULT, 1, WRITE, 0);
    make_available(machine, 0);
    assert_true(channel_notify(
        machine, channel_identification(CHANNEL_SUBCHANNELS - 1), 0));
    fixture_let_devices_work(machine);
    return machine->ram[RESULT];
}

/* Both indicators are set, and one adapter interruption pends. */
static void expect_adapter(struct machine *machine)
{
    assert_int_equal(machine->ram[INDICATORS], 0x80 >> 5);
    assert_int_not_equal(machine->ram[SUMMARY], 0);
    assert_true(s390irq_queue_pending(s390irq_vm_queue(machine->vm)) &
                1u << S390IRQ_KIND_ADAPTER);
    machine->ram[INDICATORS] = 0;
    machine->ram[SUMMARY] = 0;
    s390irq_queue_clear(s390irq_vm_queue(machine->vm));
}

static void requests(void **state)
{
    struct machine *machine = open_disk();

    (void)state;
    assert_int_equal(request(machine, 0, 1, 1024), 0);
    assert_memory_equal(machine->ram + DATA, disk_bytes + 512, 1024);
    expect_adapter(machine);
    memset(machine->ram + DATA, 0x5a, 512);
    assert_int_equal(request(machine, 1, 2, 512), 0);
    memset(machine->ram + DATA, 0, 512);
    expect_adapter(machine);
    assert_int_equal(request(machine, 0, 2, 512), 0);
    assert_int_equal(machine->ram[DATA + 511], 0x5a);
    assert_int_equal(request(machine, 0, 3, 1024), 1);
    assert_int_equal(request(machine, 0, UINT64_MAX, 512), 1);
    assert_int_equal(request(machine, 4, 0, 512), 0);
    assert_int_equal(request(machine, 77, 0, 512), 2);
    assert_false(channel_notify(machine, 0x00010000, 0));
    assert_false(channel_notify(
        machine, channel_identification(CHANNEL_SUBCHANNELS - 1), 1));
    fixture_close(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "virtqueue: round and round", queue, NULL, NULL, NULL },
        { "virtqueue: mistakes of a driver", malformed, NULL, NULL, NULL },
        { "disk: attached while the guest runs", attached, NULL, NULL, NULL },
        { "disk: what driver and device agree on", negotiation, NULL, NULL,
          NULL },
        { "disk: requests", requests, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
