/* SPDX-License-Identifier: BSD-3-Clause */
#include "channel/channel.h"

#include "channel/disk.h"
#include "instructions/instructions.h"
#include "storage/storage.h"

/* CRW: solicited, of a channel path, which is initialized (PoP ch. 17). */
#define REPORT_PATH_INITIALIZED 0x44020000
#define REPORT_OVERFLOW         0x20000000

/* A subchannel has come: installed parameters initialized. */
#define REPORT_SUBCHANNEL(number) (0x03040000u | (number))

static int add(struct machine *machine, struct device *device)
{
    struct subchannel *subchannel =
        &machine->channel.subchannel[device->number];

    subchannel->device = device;
    subchannel->path = PATH_VALID;
    return s390irq_vm_add_subchannel(machine->vm,
                                     channel_identification(device->number));
}

int channel_add_plain(struct machine *machine, unsigned number)
{
    struct device *device = device_plain_open(machine, number);

    return device ? add(machine, device) : S390IRQ_E_NO_MEMORY;
}

static void report(struct machine *machine, uint32_t word);

const char *channel_add_disk(struct machine *machine, const char *path,
                             bool reported)
{
    const char *wrong = "no subchannel is left";
    struct device *device;
    unsigned number = 0;
    int result;

    while (number < CHANNEL_SUBCHANNELS &&
           machine->channel.subchannel[number].device)
        number++;
    if (number == CHANNEL_SUBCHANNELS)
        return wrong;
    device = disk_open(machine, number, path, &wrong);
    if (!device)
        return wrong;
    result = add(machine, device);
    if (result < 0)
        return s390irq_strerror(result);
    if (reported)
        report(machine, REPORT_SUBCHANNEL(number));
    return NULL;
}

void channel_close(struct machine *machine)
{
    for (unsigned i = 0; i < CHANNEL_SUBCHANNELS; i++) {
        struct device *device = machine->channel.subchannel[i].device;

        if (device)
            device->kind->close(device);
    }
}

bool channel_notify(struct machine *machine, uint32_t identification,
                    uint64_t queue)
{
    unsigned number = identification & 0xffff;
    struct device *device = NULL;

    if (number < CHANNEL_SUBCHANNELS &&
        identification == channel_identification(number))
        device = machine->channel.subchannel[number].device;
    return device && device->kind->notify &&
           device->kind->notify(device, queue);
}

void channel_interrupt(struct machine *machine, unsigned number,
                       uint16_t status)
{
    struct subchannel *subchannel = &machine->channel.subchannel[number];
    unsigned isc = PATH_ISC(subchannel->path);

    subchannel->control |= status | STATUS_PENDING;
    counts_injected(
        machine, S390IRQ_KIND_IO,
        s390irq_vm_inject_io(machine->vm, channel_identification(number),
                             subchannel->parameter, S390IRQ_IO_WORD(isc)));
}

/* Queues a channel-report word and has a machine check tell of it. */
static void report(struct machine *machine, uint32_t word)
{
    struct channel *channel = &machine->channel;
    struct s390irq_interruption check = { .kind = S390IRQ_KIND_MACHINE_CHECK };

    if (channel->reports == CHANNEL_REPORTS)
        channel->report[CHANNEL_REPORTS - 1] |= REPORT_OVERFLOW;
    else
        channel->report[channel->reports++] = word;
    check.u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT;
    counts_injected(machine, S390IRQ_KIND_MACHINE_CHECK,
                    s390irq_vm_inject(machine->vm, &check));
}

/* There is one path, 0, and nothing to be reset at it. */
int reset_channel_path(struct cpu *cpu, const struct instruction *instruction)
{
    const uint32_t path_bits = 0xff;
    uint32_t path = (uint32_t)general(cpu, 1);

    (void)instruction;
    if (path & ~path_bits)
        return PROGRAM_OPERAND;
    if (path == 0)
        report(cpu->machine, REPORT_PATH_INITIALIZED);
    instructions_condition(cpu, path == 0 ? 0 : 3);
    return 0;
}

int store_channel_report_word(struct cpu *cpu,
                              const struct instruction *instruction)
{
    struct channel *channel = &cpu->machine->channel;
    bool any = channel->reports != 0;
    uint8_t bytes[4];
    int program;

    if (instruction->address % sizeof bytes)
        return PROGRAM_SPECIFICATION;
    storage_bytes(bytes, any ? channel->report[0] : 0, sizeof bytes);
    program = storage_store(cpu, instruction->address, bytes, sizeof bytes);
    if (program != 0)
        return program;
    if (any) {
        channel->reports--;
        for (unsigned i = 0; i < channel->reports; i++)
            channel->report[i] = channel->report[i + 1];
    }
    instructions_condition(cpu, any ? 0 : 1);
    return 0;
}

/*
 * CHANNEL SUBSYSTEM CALL has nothing to tell: not operational. Linux goes by
 * what the subchannels say then.
 */
int channel_subsystem_call(struct cpu *cpu,
                           const struct instruction *instruction)
{
    (void)instruction;
    instructions_condition(cpu, 3);
    return 0;
}
