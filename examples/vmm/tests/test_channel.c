/* SPDX-License-Identifier: BSD-3-Clause */
/* channel/: channel programs and what becomes of them (PoP ch. 15, 16). */
#include "fixture.h"

#include <string.h>

#define ORB     UINT64_C(0x8000)
#define SCHIB   UINT64_C(0x8100)
#define IRB     UINT64_C(0x8200)
#define PROGRAM UINT64_C(0x9000)
#define DATA    UINT64_C(0xa000)

/* Device and subchannel status, flags. */
#define ENDED            0x0c
#define UNIT_CHECK       0x02
#define PROGRAM_CHECK    0x20
#define INCORRECT_LENGTH 0x40
#define CHAINED          0x40
#define ANY_LENGTH       0x20

static void put_ccw(struct machine *machine, unsigned at, uint8_t command,
                    uint8_t flags, uint16_t count)
{
    uint8_t *ccw = machine->ram + PROGRAM + 8 * at;

    ccw[0] = command;
    ccw[1] = flags;
    storage_bytes(ccw + 2, count, 2);
    storage_bytes(ccw + 4, DATA + 64 * at, 4);
}

static struct machine *open_enabled(void)
{
    struct machine *machine = fixture_open();

    set_general(&machine->cpus[0], 1, 0x00010000);
    assert_int_equal(fixture_execute(machine, store_subchannel, SCHIB), 0);
    machine->ram[SCHIB + 5] |= 0x84; /* enabled, multipath */
    machine->ram[SCHIB + 27] |= 1;   /* concurrent sense */
    assert_int_equal(fixture_execute(machine, modify_subchannel, SCHIB), 0);
    assert_int_equal(fixture_condition(machine), 0);
    storage_bytes(machine->ram + ORB + 4, 0x0080, 2);
    machine->ram[ORB + 6] = 0x80;
    storage_bytes(machine->ram + ORB + 8, PROGRAM, 4);
    return machine;
}

/* Starts the program and looks at its end: device, subchannel, residual. */
static void expect_end(struct machine *machine, uint8_t device,
                       uint8_t subchannel, uint16_t residual)
{
    const uint8_t *scsw = machine->ram + IRB;

    assert_int_equal(fixture_execute(machine, start_subchannel, ORB), 0);
    assert_int_equal(fixture_condition(machine), 0);
    fixture_let_devices_work(machine);
    assert_int_equal(s390irq_queue_pending(s390irq_vm_queue(machine->vm)),
                     1u << S390IRQ_KIND_IO);
    assert_int_equal(fixture_execute(machine, test_subchannel, IRB), 0);
    assert_int_equal(fixture_condition(machine), 0);
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(machine->vm)), 0);
    assert_int_equal(scsw[8], device);
    assert_int_equal(scsw[9], subchannel);
    if (device == ENDED)
        assert_int_equal(storage_number(scsw + 10, 2), residual);
}

/* What the guest asked for is there when it looks again. */
static void modified(void **state)
{
    struct machine *machine = open_enabled();

    (void)state;
    memset(machine->ram + SCHIB, 0, 52);
    assert_int_equal(fixture_execute(machine, store_subchannel, SCHIB), 0);
    assert_int_equal(storage_number(machine->ram + SCHIB + 4, 2), 0x0085);
    assert_int_equal(machine->ram[SCHIB + 27], 1);
    set_general(&machine->cpus[0], 1, 0x00010000 + CHANNEL_SUBCHANNELS);
    assert_int_equal(fixture_execute(machine, store_subchannel, SCHIB), 0);
    assert_int_equal(fixture_condition(machine), 3);
    fixture_close(machine);
}

static void chain(void **state)
{
    static const uint8_t identification[7] = { 0xff, 0x03, 0x90, 0x01,
                                               0x03, 0x90, 0x02 };
    struct machine *machine = open_enabled();

    (void)state;
    put_ccw(machine, 0, 0x03, CHAINED, 1);
    put_ccw(machine, 1, 0xe4, CHAINED, 7);
    put_ccw(machine, 2, 0xe4, ANY_LENGTH, 20);
    expect_end(machine, ENDED, 0, 13);
    assert_memory_equal(machine->ram + DATA + 64, identification, 7);
    assert_memory_equal(machine->ram + DATA + 128, identification, 7);
    assert_int_equal(machine->ram[DATA + 128 + 7], 0);
    fixture_close(machine);
}

static void lengths(void **state)
{
    struct machine *machine = open_enabled();

    (void)state;
    put_ccw(machine, 0, 0xe4, 0, 20);
    expect_end(machine, ENDED, INCORRECT_LENGTH, 13);
    put_ccw(machine, 0, 0xe4, 0, 4);
    expect_end(machine, ENDED, INCORRECT_LENGTH, 0);
    put_ccw(machine, 0, 0xe4, ANY_LENGTH, 4);
    expect_end(machine, ENDED, 0, 0);
    fixture_close(machine);
}

/* An unknown command, and why: command reject, told once. */
static void rejected(void **state)
{
    struct machine *machine = open_enabled();

    (void)state;
    put_ccw(machine, 0, 0x77, CHAINED, 1);
    expect_end(machine, ENDED | UNIT_CHECK, 0, 0);
    put_ccw(machine, 0, 0x04, ANY_LENGTH, 32);
    expect_end(machine, ENDED, 0, 0);
    assert_int_equal(machine->ram[DATA], 0x80);
    expect_end(machine, ENDED, 0, 0);
    assert_int_equal(machine->ram[DATA], 0);
    fixture_close(machine);
}

static void program_checks(void **state)
{
    struct machine *machine = open_enabled();

    (void)state;
    put_ccw(machine, 0, 0xe4, 0x80, 7); /* chained data */
    expect_end(machine, 0, PROGRAM_CHECK, 0);
    put_ccw(machine, 0, 0xe4, 0, 7);
    storage_bytes(machine->ram + PROGRAM + 4, 0x7ffffff0, 4);
    expect_end(machine, 0, PROGRAM_CHECK, 0);
    storage_bytes(machine->ram + ORB + 8, PROGRAM + 4, 4);
    expect_end(machine, 0, PROGRAM_CHECK, 0);
    storage_bytes(machine->ram + ORB + 8, 0x100000, 4);
    expect_end(machine, 0, PROGRAM_CHECK, 0);
    fixture_close(machine);
}

/* A disk that comes while the guest runs: a machine check, and a CRW. */
static void channel_report(void **state)
{
    struct machine *machine = fixture_open();
    struct device *last =
        machine->channel.subchannel[CHANNEL_SUBCHANNELS - 1].device;
    const char *disk = fixture_file("", 1);

    (void)state;
    assert_string_equal(channel_add_disk(machine, disk, true),
                        "no subchannel is left");
    last->kind->close(last);
    machine->channel.subchannel[CHANNEL_SUBCHANNELS - 1].device = NULL;
    assert_non_null(channel_add_disk(machine, "/none", true));
    assert_non_null(channel_add_disk(machine, disk, true));
    fixture_close(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "channel: a subchannel is modified", modified, NULL, NULL, NULL },
        { "channel: chained commands", chain, NULL, NULL, NULL },
        { "channel: incorrect length", lengths, NULL, NULL, NULL },
        { "channel: a rejected command", rejected, NULL, NULL, NULL },
        { "channel: program checks", program_checks, NULL, NULL, NULL },
        { "channel: disks that cannot be attached", channel_report, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
