/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SERVICE CALL: the SCLP console and enough about the machine for small
 * guests. The answer is in the SCCB at once; the service signal that tells
 * of it is the library's business.
 */
#include "firmware/sclp.h"

#include "firmware/console.h"
#include "instructions/instructions.h"
#include "storage/storage.h"

#include <string.h>

/* Offsets in an SCCB. */
#define SCCB_RESPONSE 6
#define SCCB_DATA     8

/* Response codes. */
#define RESPONSE_INFORMATION     0x0010
#define RESPONSE_DONE            0x0020
#define RESPONSE_UNKNOWN_COMMAND 0x01f0
#define RESPONSE_SHORT_SCCB      0x0300
#define RESPONSE_UNKNOWN_EVENT   0x40f0
#define RESPONSE_NO_EVENT        0x62f0

/* Event types, and their bits in event masks. */
#define EVENT_MESSAGE   0x02
#define EVENT_ASCII     0x1a
#define EVENT_BIT(type) (0x80000000u >> ((type)-1))
#define EVENT_PROCESSED 0x80

struct sccb {
    uint8_t *bytes;
    size_t length;
};

typedef uint16_t command_function(struct machine *machine,
                                  const struct sccb *sccb);

/* Code page 037 of what messages are made of. */
static char ascii_of(uint8_t ebcdic)
{
    static const char letters[3][10] = { "abcdefghi", "jklmnopqr",
                                         "~stuvwxyz" };
    static const char signs[] =
        "\x40 \x4b.\x4c<\x4d(\x4e+\x50&\x5a!\x5b$\x5c*\x5d)\x5e;\x60-\x61/"
        "\x6b,\x6c%\x6d_\x6e>\x6f?\x7a:\x7b#\x7c@\x7d'\x7e=\x7f\"\x15\n\x25\n";
    unsigned row = ebcdic >> 4;
    unsigned column = ebcdic & 0xf;

    if (row == 0xf && column <= 9)
        return (char)('0' + column);
    if (row >= 0x8 && (row & 3) < 3 && column >= 1 && column <= 9) {
        char letter = letters[row & 3][column - 1];

        return row < 0xc ? letter : (char)(letter - 'a' + 'A');
    }
    for (size_t i = 0; i + 1 < sizeof signs; i += 2) {
        if ((uint8_t)signs[i] == ebcdic)
            return signs[i + 1];
    }
    return '.';
}

static void write_ascii(struct machine *machine, const uint8_t *text,
                        size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\r' && text[i] != 0)
            console_put(machine, (char)text[i]);
    }
}

/* A message is a header of 12 bytes and objects; object 4 is a line. */
static void write_message(struct machine *machine, const uint8_t *message,
                          size_t length)
{
    const size_t header = 12;
    const size_t text = 10;
    size_t at = header;

    while (at + 4 <= length) {
        size_t object = storage_number(message + at, 2);

        if (object < 4 || at + object > length)
            break;
        if (storage_number(message + at + 2, 2) == 4 && object >= text) {
            for (size_t i = at + text; i < at + object; i++)
                console_put(machine, ascii_of(message[i]));
            console_put(machine, '\n');
        }
        at += object;
    }
}

/* Linux would print everything twice if both consoles were there. */
static uint32_t event_mask(const struct machine *machine)
{
    return machine->options.boot.kernel
               ? EVENT_BIT(EVENT_ASCII)
               : EVENT_BIT(EVENT_MESSAGE) | EVENT_BIT(EVENT_ASCII);
}

/* Events the host does not know stay unmarked, else guests would wait. */
static uint16_t write_event_data(struct machine *machine,
                                 const struct sccb *sccb)
{
    const size_t header = 6;
    uint16_t response = RESPONSE_DONE;
    size_t at = SCCB_DATA;

    while (at + header <= sccb->length) {
        uint8_t *event = sccb->bytes + at;
        size_t length = storage_number(event, 2);

        if (length < header || at + length > sccb->length)
            break;
        if (event[2] == 0 || event[2] > 32 ||
            !(event_mask(machine) & EVENT_BIT(event[2])))
            response = RESPONSE_UNKNOWN_EVENT;
        else if (event[2] == EVENT_ASCII)
            write_ascii(machine, event + header, length - header);
        else
            write_message(machine, event + header, length - header);
        if (response == RESPONSE_DONE)
            event[3] |= EVENT_PROCESSED;
        at += length;
    }
    console_flush();
    return response;
}

/* In the service signal, beside an SCCB or alone: read event data. */
#define PENDING_EVENT 1

/* The session of the ASCII console is there anyway: all is data of it. */
#define ASCII_SESSION_DATA 0x00

/* One event: an ASCII console's keys. */
static uint16_t read_event_data(struct machine *machine,
                                const struct sccb *sccb)
{
    const size_t header = 7;
    uint8_t *event = sccb->bytes + SCCB_DATA;
    size_t keys;

    if (sccb->length < SCCB_DATA + header + 1)
        return RESPONSE_SHORT_SCCB;
    keys = console_take_keys(machine, (char *)event + header,
                             sccb->length - SCCB_DATA - header);
    if (keys == 0)
        return RESPONSE_NO_EVENT;
    storage_bytes(event, header + keys, 2);
    event[2] = EVENT_ASCII;
    event[3] = 0;
    storage_bytes(event + 4, 0, 2);
    event[6] = ASCII_SESSION_DATA;
    storage_bytes(sccb->bytes, SCCB_DATA + header + keys, 2);
    return RESPONSE_DONE;
}

void sclp_keys_typed(struct machine *machine)
{
    if (machine->console.keys_typed == 0 ||
        !(machine->sclp.guest_receives & EVENT_BIT(EVENT_ASCII)))
        return;
    counts_injected(machine, S390IRQ_KIND_SERVICE_SIGNAL,
                    s390irq_vm_inject_service(machine->vm, PENDING_EVENT));
}

/* The guest's masks come first, then what the host receives and sends. */
static uint16_t write_event_mask(struct machine *machine,
                                 const struct sccb *sccb)
{
    const size_t masks = 12;
    size_t length;
    uint8_t *receive;

    if (sccb->length < masks)
        return RESPONSE_SHORT_SCCB;
    length = storage_number(sccb->bytes + 10, 2);
    if (length < 4 || masks + 4 * length > sccb->length)
        return RESPONSE_SHORT_SCCB;
    machine->sclp.guest_receives =
        (uint32_t)storage_number(sccb->bytes + masks, 4);
    receive = sccb->bytes + masks + 2 * length;
    memset(receive, 0, 2 * length);
    storage_bytes(receive, event_mask(machine), 4);
    storage_bytes(receive + length, event_mask(machine), 4);
    sclp_keys_typed(machine);
    return RESPONSE_DONE;
}

static void write_cpu_entries(const struct machine *machine, uint8_t *entries)
{
    for (uint32_t i = 0; i < machine->options.cpus; i++)
        entries[i * 16] = (uint8_t)i;
}

static uint16_t read_scp_information(struct machine *machine,
                                     const struct sccb *sccb)
{
    const size_t entries = 128;
    const uint8_t ebcdic_blank = 0x40;
    uint8_t *bytes = sccb->bytes;
    uint32_t cpus = machine->options.cpus;

    if (sccb->length < entries + 16 * cpus)
        return RESPONSE_SHORT_SCCB;
    memset(bytes + SCCB_DATA, 0, sccb->length - SCCB_DATA);
    storage_bytes(bytes + 8, machine->options.ram_size >> 20, 2);
    bytes[10] = 1; /* an increment is 1 MiB */
    storage_bytes(bytes + 16, cpus, 2);
    storage_bytes(bytes + 18, entries, 2);
    memset(bytes + 24, ebcdic_blank, 8); /* load parameter */
    bytes[48] = 0x08;                    /* read CPU information exists */
    storage_bytes(bytes + 120, cpus - 1, 2);
    write_cpu_entries(machine, bytes + entries);
    return RESPONSE_INFORMATION;
}

static uint16_t read_cpu_information(struct machine *machine,
                                     const struct sccb *sccb)
{
    const size_t entries = 16;
    uint8_t *bytes = sccb->bytes;
    uint32_t cpus = machine->options.cpus;

    if (sccb->length < entries + 16 * cpus)
        return RESPONSE_SHORT_SCCB;
    memset(bytes + SCCB_DATA, 0, sccb->length - SCCB_DATA);
    storage_bytes(bytes + 8, cpus, 2);
    storage_bytes(bytes + 10, entries, 2);
    storage_bytes(bytes + 14, entries + 16 * cpus, 2);
    write_cpu_entries(machine, bytes + entries);
    return RESPONSE_INFORMATION;
}

static uint16_t unknown_command(struct machine *machine,
                                const struct sccb *sccb)
{
    (void)machine;
    (void)sccb;
    return RESPONSE_UNKNOWN_COMMAND;
}

static command_function *find_command(uint32_t command)
{
    static const struct {
        uint32_t command;
        command_function *function;
    } commands[] = {
        { 0x00010001, read_cpu_information },
        { 0x00020001, read_scp_information },
        { 0x00120001, read_scp_information },
        { 0x00760005, write_event_data },
        { 0x00770005, read_event_data },
        { 0x00780005, write_event_mask },
    };

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].command == command)
            return commands[i].function;
    }
    return unknown_command;
}

/* Not in a prefix area, on a doubleword, below 2 GiB and all in storage. */
static int check_sccb(const struct cpu *cpu, uint64_t address,
                      struct sccb *sccb)
{
    const struct machine *machine = cpu->machine;
    const uint64_t area = 8192;

    if (address & ~UINT64_C(0x7ffffff8) || address < area ||
        address - cpu->registers.prefix < area)
        return PROGRAM_SPECIFICATION;
    if (address + SCCB_DATA > machine->options.ram_size)
        return PROGRAM_ADDRESSING;
    sccb->bytes = machine->ram + address;
    sccb->length = storage_number(sccb->bytes, 2);
    if (sccb->length < SCCB_DATA)
        return PROGRAM_SPECIFICATION;
    if (address + sccb->length > machine->options.ram_size)
        return PROGRAM_ADDRESSING;
    return 0;
}

int service_call(struct cpu *cpu, const struct instruction *instruction)
{
    struct machine *machine = cpu->machine;
    uint32_t command = (uint32_t)general(cpu, instruction->rre1);
    uint32_t address = (uint32_t)general(cpu, instruction->rre2);
    struct sccb sccb;
    int program = check_sccb(cpu, address, &sccb);
    int outcome;

    if (program != 0)
        return program;
    outcome = s390irq_vm_inject_service(machine->vm, address);
    counts_injected(machine, S390IRQ_KIND_SERVICE_SIGNAL, outcome);
    if (outcome == S390IRQ_QUEUED)
        storage_bytes(sccb.bytes + SCCB_RESPONSE,
                      find_command(command)(machine, &sccb), 2);
    instructions_condition(cpu, outcome == S390IRQ_QUEUED ? 0 : 2);
    return 0;
}
