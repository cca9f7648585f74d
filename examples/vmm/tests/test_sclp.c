/* SPDX-License-Identifier: BSD-3-Clause */
/* firmware/sclp.h: what the service processor answers. */
#include "fixture.h"

#include <string.h>

#define SCCB UINT64_C(0x8000)

static void set_sccb(struct machine *machine, const void *bytes, size_t length)
{
    memset(machine->ram + SCCB, 0, 4096);
    memcpy(machine->ram + SCCB + 8, bytes, length);
    storage_bytes(machine->ram + SCCB, 8 + length, 2);
}

/* SERVICE CALL; the service signal is taken at once. */
static uint16_t call(struct machine *machine, uint32_t command)
{
    struct s390irq_queue *queue = s390irq_vm_queue(machine->vm);

    set_general(&machine->cpus[0], 2, command);
    set_general(&machine->cpus[0], 3, SCCB);
    assert_int_equal(fixture_execute(machine, service_call, 0), 0);
    assert_int_equal(fixture_condition(machine), 0);
    assert_int_equal(s390irq_queue_clear(queue), 1);
    return (uint16_t)storage_number(machine->ram + SCCB + 6, 2);
}

static void information(void **state)
{
    static const uint8_t room[504];
    struct machine *machine = fixture_open();
    const uint8_t *sccb = machine->ram + SCCB;

    (void)state;
    set_sccb(machine, room, sizeof room);
    assert_int_equal(call(machine, 0x00020001), 0x0010);
    assert_int_equal(storage_number(sccb + 8, 2), 1); /* increments */
    assert_int_equal(sccb[10], 1);                    /* of a megabyte */
    assert_int_equal(storage_number(sccb + 16, 2), 2);
    assert_int_equal(sccb[storage_number(sccb + 18, 2) + 16], 1);
    set_sccb(machine, room, 8);
    assert_int_equal(call(machine, 0x00020001), 0x0300);
    assert_int_equal(call(machine, 0x00990001), 0x01f0);
    fixture_close(machine);
}

/* An event of a type that is not there stays unmarked: nobody waits for it. */
static void events(void **state)
{
    static const uint8_t ascii[] = { 0, 9, 0x1a, 0, 0, 0, 'a', 'b', 'c' };
    static const uint8_t store_data[] = { 0, 8, 0x0c, 0, 0, 0, 0, 0 };
    struct machine *machine = fixture_open();

    (void)state;
    set_sccb(machine, ascii, sizeof ascii);
    assert_int_equal(call(machine, 0x00760005), 0x0020);
    assert_int_equal(machine->ram[SCCB + 8 + 3], 0x80);
    assert_string_equal(machine->console.line, "abc");
    set_sccb(machine, store_data, sizeof store_data);
    assert_int_equal(call(machine, 0x00760005), 0x40f0);
    assert_int_equal(machine->ram[SCCB + 8 + 3], 0);
    fixture_close(machine);
}

/* Masks of 8 bytes: what the guest receives and sends, then the host. */
static void set_masks(struct machine *machine, uint8_t receives)
{
    uint8_t bytes[4 + 4 * 8] = { 0, 0, 0, 8, 0, 0, 0, receives };

    set_sccb(machine, bytes, sizeof bytes);
    assert_int_equal(call(machine, 0x00780005), 0x0020);
    assert_int_equal(storage_number(machine->ram + SCCB + 12 + 16, 4) & 0x40,
                     0x40);
}

static uint32_t signal_parameter(struct machine *machine)
{
    struct s390irq_interruption pending[2];
    size_t count = 2;

    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(machine->vm), pending, &count), 0);
    return count == 1 && pending[0].kind == S390IRQ_KIND_SERVICE_SIGNAL
               ? pending[0].parameter
               : 0;
}

static void keys(void **state)
{
    static const uint8_t room[32];
    struct machine *machine = fixture_open();
    const uint8_t *sccb = machine->ram + SCCB;

    (void)state;
    console_type(machine, 'x');
    assert_int_equal(signal_parameter(machine), 0);
    set_masks(machine, 0);
    console_type(machine, 'y');
    assert_int_equal(signal_parameter(machine), 0);
    set_masks(machine, 0x40);
    console_type(machine, 'z');
    assert_int_equal(signal_parameter(machine), 1);
    s390irq_queue_clear(s390irq_vm_queue(machine->vm));
    set_sccb(machine, room, sizeof room);
    assert_int_equal(call(machine, 0x00770005), 0x0020);
    assert_int_equal(storage_number(sccb + 8, 2), 7 + 3);
    assert_int_equal(sccb[10], 0x1a);
    assert_memory_equal(sccb + 8 + 6, "\0xyz", 4);
    set_sccb(machine, room, sizeof room);
    assert_int_equal(call(machine, 0x00770005), 0x62f0);
    fixture_close(machine);
}

/* More keys than an SCCB has room for, and than may be typed ahead. */
static void many_keys(void **state)
{
    static const uint8_t room[8 + 4];
    struct machine *machine = fixture_open();

    (void)state;
    for (int i = 0; i < CONSOLE_KEYS + 10; i++)
        console_type(machine, (char)('a' + i % 26));
    assert_int_equal(console_room(machine), 0);
    set_sccb(machine, room, sizeof room);
    assert_int_equal(call(machine, 0x00770005), 0x0020);
    assert_memory_equal(machine->ram + SCCB + 8 + 7, "abcde", 5);
    assert_int_equal(console_room(machine), 5);
    fixture_close(machine);
}

static void wrong_sccb(void **state)
{
    static const struct {
        uint64_t address;
        int program;
    } cases[] = {
        { SCCB + 4, PROGRAM_SPECIFICATION },
        { 0x1000, PROGRAM_SPECIFICATION },
        { 0x80000000, PROGRAM_SPECIFICATION },
        { 0x100000, PROGRAM_ADDRESSING },
        { 0xffff8, PROGRAM_ADDRESSING },
        { SCCB, PROGRAM_SPECIFICATION }, /* shorter than its header */
    };
    struct machine *machine = fixture_open();

    (void)state;
    storage_bytes(machine->ram + 0xffff8, 16, 2);
    set_general(&machine->cpus[0], 2, 0x00020001);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_general(&machine->cpus[0], 3, cases[i].address);
        assert_int_equal(fixture_execute(machine, service_call, 0),
                         cases[i].program);
    }
    fixture_close(machine);
}

static void print(struct machine *machine, const char *text)
{
    while (*text)
        console_put(machine, *text++);
}

/* A text is typed when the prompt is there, once. */
static void answers(void **state)
{
    struct machine *machine = fixture_open();

    (void)state;
    machine->console.answer = (struct console_action){ "name: ", "me" };
    print(machine, "login\nname:");
    assert_int_equal(console_room(machine), CONSOLE_KEYS);
    print(machine, " ");
    assert_int_equal(console_room(machine), CONSOLE_KEYS - 3);
    print(machine, "\nname: ");
    assert_int_equal(console_room(machine), CONSOLE_KEYS - 3);
    assert_memory_equal(machine->console.keys, "me\r", 3);
    fixture_close(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "SCLP: information", information, NULL, NULL, NULL },
        { "SCLP: events", events, NULL, NULL, NULL },
        { "SCLP: keys", keys, NULL, NULL, NULL },
        { "SCLP: more keys than room", many_keys, NULL, NULL, NULL },
        { "SCLP: a wrong SCCB", wrong_sccb, NULL, NULL, NULL },
        { "console: a prompt is answered once", answers, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
