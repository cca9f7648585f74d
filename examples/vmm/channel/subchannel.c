/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The instructions for subchannels (PoP ch. 14), and TEST PENDING
 * INTERRUPTION. What pends is the library's; what the status of a subchannel
 * is, and when it interrupts, is the VMM's.
 */
#include "instructions/instructions.h"
#include "storage/storage.h"
#include "swaps.h"

#include <string.h>

#define ORB_SIZE    12
#define SCHIB_SIZE  52
#define IRB_SIZE    96
#define SCSW_OFFSET 28 /* in a SCHIB */

/* ORB: format-1 CCWs, and the logical path. */
#define ORB_FORMAT_1 0x0080
#define ORB_STARTED  0xf8f8 /* flags that the SCSW has in the same place */
#define ONLY_PATH    0x80

/* PMCW: bits that have to be zero. */
#define PATH_RESERVED 0xc700

struct target {
    struct subchannel *subchannel; /* NULL: there is none */
    unsigned number;
};

/* General register 1 designates a subchannel. */
static int designate(struct cpu *cpu, struct target *target)
{
    const uint32_t number_bits = 0xffff;
    uint32_t identification = (uint32_t)general(cpu, 1);

    target->number = identification & number_bits;
    target->subchannel = NULL;
    if (identification != channel_identification(target->number))
        return PROGRAM_OPERAND;
    if (target->number < CHANNEL_SUBCHANNELS &&
        cpu->machine->channel.subchannel[target->number].device)
        target->subchannel = &cpu->machine->channel.subchannel[target->number];
    return 0;
}

/* The same for an instruction with an operand that is fetched. */
static int fetch_operand(struct cpu *cpu, const struct instruction *instruction,
                         struct target *target, uint8_t *bytes, size_t length)
{
    int program;

    if (instruction->address % 4)
        return PROGRAM_SPECIFICATION;
    program = storage_fetch(cpu, instruction->address, bytes, length);
    return program != 0 ? program : designate(cpu, target);
}

static bool operational(const struct target *target)
{
    return target->subchannel && target->subchannel->path & PATH_ENABLED;
}

/* 1: status pending; 2: a function is in progress; 0: neither. */
static unsigned occupied(const struct subchannel *subchannel)
{
    if (subchannel->control & STATUS_PENDING)
        return 1;
    return subchannel->control & FUNCTIONS ? 2 : 0;
}

static void put_status(const struct subchannel *subchannel, uint8_t *scsw)
{
    storage_bytes(scsw, subchannel->started, 2);
    storage_bytes(scsw + 2, subchannel->control, 2);
    storage_bytes(scsw + 4, subchannel->program, 4);
    scsw[8] = subchannel->device_status;
    scsw[9] = subchannel->subchannel_status;
    storage_bytes(scsw + 10, subchannel->residual, 2);
}

int store_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    uint8_t schib[SCHIB_SIZE] = { 0 };
    struct target target;
    int program = designate(cpu, &target);

    if (instruction->address % 4)
        return PROGRAM_SPECIFICATION;
    if (program != 0)
        return program;
    if (target.subchannel) {
        storage_bytes(schib, target.subchannel->parameter, 4);
        storage_bytes(schib + 4, target.subchannel->path, 2);
        storage_bytes(schib + 6, target.number, 2);
        schib[8] = ONLY_PATH;  /* logical */
        schib[11] = ONLY_PATH; /* installed */
        schib[14] = ONLY_PATH; /* operational */
        schib[15] = ONLY_PATH; /* available */
        schib[27] = target.subchannel->concurrent_sense;
        put_status(target.subchannel, schib + SCSW_OFFSET);
        program = storage_store(cpu, instruction->address, schib, sizeof schib);
        if (program != 0)
            return program;
    }
    instructions_condition(cpu, target.subchannel ? 0 : 3);
    return 0;
}

int modify_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    const uint16_t changeable = PATH_ISC_BITS | PATH_ENABLED | PATH_MODES;
    uint8_t schib[SCHIB_SIZE];
    struct target target;
    unsigned condition_code = 3;
    uint16_t path;
    int program = fetch_operand(cpu, instruction, &target, schib, sizeof schib);

    if (program != 0)
        return program;
    path = (uint16_t)storage_number(schib + 4, 2);
    if (path & PATH_RESERVED)
        return PROGRAM_OPERAND;
    if (target.subchannel)
        condition_code = occupied(target.subchannel);
    if (condition_code == 0) {
        target.subchannel->parameter = (uint32_t)storage_number(schib, 4);
        target.subchannel->path = PATH_VALID | (path & changeable);
        target.subchannel->concurrent_sense = schib[27] & 1;
    }
    instructions_condition(cpu, condition_code);
    return 0;
}

int start_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    const uint32_t address_bits = 0x7fffffff;
    uint8_t orb[ORB_SIZE];
    struct target target;
    unsigned condition_code = 3;
    uint32_t program_address;
    uint16_t flags;
    int program = fetch_operand(cpu, instruction, &target, orb, sizeof orb);

    if (program != 0)
        return program;
    flags = (uint16_t)storage_number(orb + 4, 2);
    program_address = (uint32_t)storage_number(orb + 8, 4);
    if (!(flags & ORB_FORMAT_1) || program_address & ~address_bits)
        return PROGRAM_OPERAND;
    if (operational(&target) && orb[6] & ONLY_PATH)
        condition_code = occupied(target.subchannel);
    instructions_condition(cpu, condition_code);
    if (condition_code != 0)
        return 0;
    target.subchannel->parameter = (uint32_t)storage_number(orb, 4);
    target.subchannel->started = flags & ORB_STARTED;
    target.subchannel->program = program_address;
    channel_program_start(cpu->machine, target.number);
    return 0;
}

/* Status is pending, and it is of a function that goes on. */
static bool only_intermediate(const struct subchannel *subchannel)
{
    return (subchannel->control & STATUS) ==
           (STATUS_INTERMEDIATE | STATUS_PENDING);
}

/* What TEST SUBCHANNEL leaves of it (PoP ch. 14). */
static void clear_status(struct subchannel *subchannel)
{
    if (only_intermediate(subchannel))
        subchannel->control &= (uint16_t)~STATUS;
    else if (subchannel->control & STATUS_PENDING)
        subchannel->control = 0;
}

/* The status goes to storage, and with it what pends for the subchannel. */
int test_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    const uint32_t every_isc = 0xff;
    struct s390irq_queue *queue = s390irq_vm_queue(cpu->machine->vm);
    struct s390irq_interruption taken;
    uint8_t irb[IRB_SIZE] = { 0 };
    struct target target;
    int program = designate(cpu, &target);
    int any;

    if (instruction->address % 4)
        return PROGRAM_SPECIFICATION;
    if (program != 0)
        return program;
    if (!operational(&target)) {
        instructions_condition(cpu, 3);
        return 0;
    }
    put_status(target.subchannel, irb);
    any = s390irq_queue_take_io(queue, every_isc,
                                channel_identification(target.number), &taken);
    program = storage_store(cpu, instruction->address, irb, sizeof irb);
    if (program != 0) {
        if (any > 0)
            s390irq_queue_put_back_io(queue, &taken);
        return program;
    }
    counts_withdrawn(cpu->machine, any);
    instructions_condition(cpu,
                           target.subchannel->control & STATUS_PENDING ? 0 : 1);
    clear_status(target.subchannel);
    return 0;
}

/* Ends what goes on at a subchannel and withdraws what pends for it. */
static void quiet(struct machine *machine, const struct target *target)
{
    channel_program_cancel(machine, target->number);
    s390irq_queue_clear_io(s390irq_vm_queue(machine->vm),
                           channel_identification(target->number));
    target->subchannel->device_status = 0;
    target->subchannel->subchannel_status = 0;
}

int clear_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    struct target target;
    int program = designate(cpu, &target);

    (void)instruction;
    if (program != 0)
        return program;
    instructions_condition(cpu, operational(&target) ? 0 : 3);
    if (!operational(&target))
        return 0;
    quiet(cpu->machine, &target);
    target.subchannel->control = FUNCTION_CLEAR;
    channel_interrupt(cpu->machine, target.number, 0);
    return 0;
}

int halt_subchannel(struct cpu *cpu, const struct instruction *instruction)
{
    const uint16_t ended = STATUS_PRIMARY | STATUS_SECONDARY;
    struct target target;
    unsigned condition_code = 3;
    uint16_t start;
    int program = designate(cpu, &target);

    (void)instruction;
    if (program != 0)
        return program;
    if (operational(&target))
        condition_code = target.subchannel->control & STATUS_PENDING &&
                         !only_intermediate(target.subchannel);
    instructions_condition(cpu, condition_code);
    if (condition_code != 0)
        return 0;
    start = target.subchannel->control & FUNCTION_START;
    quiet(cpu->machine, &target);
    target.subchannel->control = start | FUNCTION_HALT;
    channel_interrupt(cpu->machine, target.number, start ? ended : 0);
    return 0;
}

/* Operand address 0 stands for the place where interruptions store. */
int test_pending_interruption(struct cpu *cpu,
                              const struct instruction *instruction)
{
    const uint64_t lowcore = 0xb8;
    struct s390irq_queue *queue = s390irq_vm_queue(cpu->machine->vm);
    uint32_t isc_mask = cpu->registers.cr[6] >> 24 & 0xff;
    uint64_t address = instruction->address;
    struct s390irq_interruption taken;
    uint8_t code[12];
    int program;
    int any;

    if (address % 4)
        return PROGRAM_SPECIFICATION;
    any = s390irq_queue_take_io(queue, isc_mask, 0, &taken);
    if (any > 0) {
        s390irq_interruption_io_code(&taken, code);
        program = address == 0 ? storage_store_lowcore(cpu, lowcore, code, 12)
                               : storage_store(cpu, address, code, 8);
        if (program != 0) {
            s390irq_queue_put_back_io(queue, &taken);
            return program;
        }
    }
    if (any > 0)
        swaps_observe_io(cpu, taken.u.io.word);
    instructions_condition(cpu, any > 0 ? 1 : 0);
    return 0;
}
