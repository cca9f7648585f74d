/* SPDX-License-Identifier: BSD-3-Clause */
#include "instructions/instructions.h"

#include "instructions/psw.h"
#include "storage/storage.h"

#include <string.h>

/* What the host does with an instruction that came to it. */
struct operation {
    uint16_t code; /* see operation_code() */
    uint8_t flags;
    instruction_function *execute; /* NULL: the engine does it right */
};

/* The engine does not know it, and it is not privileged. */
#define UNKNOWN_TO_ENGINE 0x1
/* The operand address has 20 bits of displacement. */
#define LONG_DISPLACEMENT 0x2
/* The operand address has an index. */
#define INDEXED 0x4

static const struct operation operations[] = {
    { 0x0107, 0, set_clock_programmable_field },                /* SCKPF */
    { 0x8000, 0, set_system_mask },                             /* SSM */
    { 0x8200, 0, load_psw },                                    /* LPSW */
    { 0x8300, 0, diagnose },                                    /* DIAG */
    { 0xac00, 0, store_then_and_system_mask },                  /* STNSM */
    { 0xad00, 0, store_then_or_system_mask },                   /* STOSM */
    { 0xae00, 0, signal_processor },                            /* SIGP */
    { 0xaf00, UNKNOWN_TO_ENGINE, monitor_call },                /* MC */
    { 0xb100, INDEXED, load_real_address },                     /* LRA */
    { 0xb600, 0, store_control },                               /* STCTL */
    { 0xb700, 0, load_control },                                /* LCTL */
    { 0xb202, 0, store_cpu_id },                                /* STIDP */
    { 0xb204, 0, set_clock },                                   /* SCK */
    { 0xb206, 0, set_clock_comparator },                        /* SCKC */
    { 0xb207, 0, store_clock_comparator },                      /* STCKC */
    { 0xb208, 0, set_cpu_timer },                               /* SPT */
    { 0xb209, 0, store_cpu_timer },                             /* STPT */
    { 0xb20a, 0, set_psw_key },                                 /* SPKA */
    { 0xb20d, 0, purge_tlb },                                   /* PTLB */
    { 0xb210, 0, set_prefix },                                  /* SPX */
    { 0xb211, 0, store_prefix },                                /* STPX */
    { 0xb212, 0, store_cpu_address },                           /* STAP */
    { 0xb220, 0, service_call },                                /* SERVC */
    { 0xb221, 0, invalidate_page_table_entry },                 /* IPTE */
    { 0xb229, 0, NULL },                                        /* ISKE */
    { 0xb22a, 0, NULL },                                        /* RRBE */
    { 0xb22b, 0, NULL },                                        /* SSKE */
    { 0xb22c, 0, NULL },                                        /* TB */
    { 0xb230, 0, clear_subchannel },                            /* CSCH */
    { 0xb231, 0, halt_subchannel },                             /* HSCH */
    { 0xb232, 0, modify_subchannel },                           /* MSCH */
    { 0xb233, 0, start_subchannel },                            /* SSCH */
    { 0xb234, 0, store_subchannel },                            /* STSCH */
    { 0xb235, 0, test_subchannel },                             /* TSCH */
    { 0xb236, 0, test_pending_interruption },                   /* TPI */
    { 0xb239, 0, store_channel_report_word },                   /* STCRW */
    { 0xb23b, 0, reset_channel_path },                          /* RCHP */
    { 0xb246, 0, store_using_real_address },                    /* STURA */
    { 0xb24b, 0, load_using_real_address },                     /* LURA */
    { 0xb250, 0, compare_and_swap_and_purge },                  /* CSP */
    { 0xb25f, 0, channel_subsystem_call },                      /* CHSC */
    { 0xb279, 0, set_address_space_control },                   /* SACF */
    { 0xb27d, 0, store_system_information },                    /* STSI */
    { 0xb280, 0, load_program_parameter },                      /* LPP */
    { 0xb2b1, 0, store_facility_list },                         /* STFL */
    { 0xb2b2, 0, load_psw_extended },                           /* LPSWE */
    { 0xb905, 0, load_using_real_address_long },                /* LURAG */
    { 0xb925, 0, store_using_real_address_long },               /* STURG */
    { 0xb98a, 0, compare_and_swap_and_purge_long },             /* CSPG */
    { 0xb98e, 0, invalidate_dat_table_entry },                  /* IDTE */
    { 0xc800, 0, move_with_optional_specifications },           /* MVCOS */
    { 0xe303, LONG_DISPLACEMENT | INDEXED, load_real_address }, /* LRAG */
    { 0xe313, LONG_DISPLACEMENT | INDEXED, load_real_address }, /* LRAY */
    { 0xe501, 0, test_protection },                             /* TPROT */
    { 0xeb25, LONG_DISPLACEMENT, store_control_long },          /* STCTG */
    { 0xeb2f, LONG_DISPLACEMENT, load_control_long },           /* LCTLG */
    { 0xebd1, LONG_DISPLACEMENT, set_interruption_controls },   /* SIC */
};

/*
 * The bytes that tell an instruction from others: two, one, first and last,
 * or one and half of the second.
 */
static uint16_t operation_code(const uint8_t *bytes)
{
    switch (bytes[0]) {
    case 0x01:
    case 0xb2:
    case 0xb9:
    case 0xe5:
        return (uint16_t)(bytes[0] << 8 | bytes[1]);
    case 0xc8:
        return (uint16_t)(bytes[0] << 8 | (bytes[1] & 0xf));
    case 0xe3:
    case 0xeb:
        return (uint16_t)(bytes[0] << 8 | bytes[5]);
    default:
        return (uint16_t)(bytes[0] << 8);
    }
}

static const struct operation *find(const uint8_t *bytes)
{
    uint16_t code = operation_code(bytes);

    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (operations[i].code == code)
            return &operations[i];
    }
    return NULL;
}

uint64_t instructions_operand(struct cpu *cpu, const uint8_t *bytes,
                              bool long_displacement)
{
    unsigned base = bytes[2] >> 4;
    uint64_t address = base ? general(cpu, base) : 0;
    uint64_t high = (uint64_t)(int64_t)(int8_t)bytes[4];

    address += (bytes[2] & 0xfu) << 8 | bytes[3];
    if (long_displacement)
        address += high << 12;
    return storage_wrap(cpu, address);
}

/* The second operand of the formats that have two in storage. */
static uint64_t second_operand(struct cpu *cpu, const uint8_t *bytes)
{
    unsigned base = bytes[4] >> 4;
    uint64_t address = base ? general(cpu, base) : 0;

    address += (bytes[4] & 0xfu) << 8 | bytes[5];
    return storage_wrap(cpu, address);
}

static uint64_t index_address(struct cpu *cpu, const uint8_t *bytes)
{
    unsigned index = bytes[1] & 0xf;
    uint64_t address = instructions_operand(cpu, bytes, false);

    return storage_wrap(cpu, address + (index ? general(cpu, index) : 0));
}

/* Fetches the instruction at the PSW, or the target of an EXECUTE there. */
static void fetch(struct cpu *cpu, uint8_t bytes[6])
{
    uint64_t at = cpu->registers.psw_address;
    unsigned modifier;

    storage_instruction(cpu, at, bytes);
    modifier = bytes[1] >> 4;
    if (bytes[0] == 0x44)
        at = index_address(cpu, bytes);
    else if (bytes[0] == 0xc6 && (bytes[1] & 0xf) == 0)
        at = storage_wrap(
            cpu,
            at + 2 * (uint64_t)(int64_t)(int32_t)storage_number(bytes + 2, 4));
    else
        return;
    storage_instruction(cpu, at, bytes);
    if (modifier)
        bytes[1] |= (uint8_t)general(cpu, modifier);
}

void instructions_program(struct cpu *cpu,
                          const struct s390irq_program *program)
{
    counts_injected(cpu->machine, S390IRQ_KIND_PROGRAM,
                    s390irq_vcpu_program(cpu->vcpu, program));
    cpu->program_raised = true;
    cpu->must_deliver = true;
}

static void advance(struct cpu *cpu, uint32_t length)
{
    cpu->registers.psw_address =
        storage_wrap(cpu, cpu->registers.psw_address + length);
}

/* What an exception has to tell beside its code. */
struct details {
    uint32_t data_exception_code;
    uint64_t translation_exception;
};

/* The exception is the guest's own. */
static void raise(struct cpu *cpu, uint32_t code, uint32_t length,
                  const struct details *details)
{
    struct s390irq_program program;

    memset(&program, 0, sizeof program);
    program.code = (uint16_t)code;
    program.ilc = (uint8_t)length;
    program.data_exception_code = details->data_exception_code;
    program.translation_exception = details->translation_exception;
    instructions_program(cpu, &program);
}

static void raise_exit(struct cpu *cpu, uint32_t code,
                       const struct engine_exit *exit)
{
    const struct details details = { exit->data_exception_code,
                                     exit->translation_exception };

    advance(cpu, exit->length);
    raise(cpu, code, exit->length, &details);
}

/* An instruction that the engine does right, given the supervisor state. */
static void step(struct cpu *cpu, uint32_t length)
{
    struct machine *machine = cpu->machine;
    const struct engine_exit *exit =
        engine_step(&machine->engine, &cpu->registers, length);

    if (exit->reason == ENGINE_PROGRAM)
        raise_exit(cpu, exit->code, exit);
    else if (exit->reason == ENGINE_FAILED)
        machine_fail(machine, exit->error);
}

/* Is the exception nothing but the engine's way to ask for the host? */
static bool for_host(const struct operation *operation, uint32_t code,
                     bool supervisor)
{
    if (!operation)
        return false;
    if (operation->flags & UNKNOWN_TO_ENGINE)
        return code == PROGRAM_OPERATION;
    return code == PROGRAM_PRIVILEGED && supervisor;
}

static void execute(struct cpu *cpu, const struct operation *operation,
                    const uint8_t *bytes, uint32_t length)
{
    const bool indexed = operation->flags & INDEXED;
    const unsigned index = indexed ? bytes[1] & 0xf : 0;
    const uint64_t address =
        instructions_operand(cpu, bytes, operation->flags & LONG_DISPLACEMENT);
    const struct instruction instruction = {
        bytes,
        bytes[1] >> 4,
        bytes[1] & 0xf,
        bytes[3] >> 4,
        bytes[3] & 0xf,
        bytes[2] >> 4,
        bytes[2] & 0xf,
        storage_wrap(cpu, address + (index ? general(cpu, index) : 0)),
        second_operand(cpu, bytes),
    };
    int code;

    cpu->translation_exception = 0;
    advance(cpu, length);
    code = operation->execute(cpu, &instruction);
    if (code != 0) {
        const struct details details = { 0, cpu->translation_exception };

        raise(cpu, (uint32_t)code, length, &details);
    }
}

void instructions_execute(struct cpu *cpu, const struct engine_exit *exit)
{
    bool supervisor = !(cpu->registers.psw_mask & PSW_PROBLEM);
    uint32_t code = exit->code;
    const struct operation *operation;
    uint8_t bytes[6];

    fetch(cpu, bytes);
    operation = find(bytes);
    if (!for_host(operation, code, supervisor)) {
        if (code == PROGRAM_PRIVILEGED && supervisor)
            code = PROGRAM_OPERATION;
        raise_exit(cpu, code, exit);
    } else if (operation->execute)
        execute(cpu, operation, bytes, exit->length);
    else
        step(cpu, exit->length);
}

void instructions_condition(struct cpu *cpu, unsigned condition_code)
{
    cpu->registers.psw_mask = (cpu->registers.psw_mask & ~PSW_CONDITION_CODE) |
                              (uint64_t)condition_code
                                  << PSW_CONDITION_CODE_SHIFT;
}

void instructions_masks_changed(struct cpu *cpu)
{
    int result = s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->registers);

    if (result < 0)
        machine_fail(cpu->machine, s390irq_strerror(result));
}
