/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The page-fault handshake, DIAGNOSE 0x258. There is no paging here: the
 * guest says when a page of it is missing, and the page arrives a little
 * later.
 */
#include "instructions/instructions.h"
#include "storage/storage.h"

#include <string.h>

#define BLOCK_SIZE         40
#define BLOCK_LEAST_LENGTH 5 /* doublewords */
#define BLOCK_VERSION      2

#define ARRIVES_TOD 30000

enum {
    BEGIN = 0,
    CANCEL = 1
};

/* What the guest is told in R3. */
static int answer(struct cpu *cpu, const struct instruction *instruction,
                  int outcome, uint64_t if_not)
{
    if (outcome < 0)
        return PROGRAM_SPECIFICATION;
    set_general(cpu, instruction->r3, outcome == 0 ? 0 : if_not);
    return 0;
}

int page_fault_handshake(struct cpu *cpu, const struct instruction *instruction)
{
    uint64_t address = general(cpu, instruction->r1);
    uint8_t block[BLOCK_SIZE];
    int program;

    if (address % 8)
        return PROGRAM_SPECIFICATION;
    program =
        storage_fetch_from(cpu, STORAGE_REAL, address, block, sizeof block);
    if (program != 0)
        return program;
    if (storage_number(block + 4, 2) < BLOCK_LEAST_LENGTH ||
        storage_number(block + 6, 2) != BLOCK_VERSION)
        return PROGRAM_SPECIFICATION;
    switch (storage_number(block + 2, 2)) {
    case BEGIN:
        return answer(cpu, instruction,
                      s390irq_vcpu_pfault_begin(cpu->vcpu,
                                                storage_number(block + 8, 8),
                                                storage_number(block + 16, 8),
                                                storage_number(block + 24, 8)),
                      8);
    case CANCEL:
        return answer(cpu, instruction, s390irq_vcpu_pfault_cancel(cpu->vcpu),
                      4);
    default:
        return PROGRAM_SPECIFICATION;
    }
}

static void page_arrives(struct machine *machine, uint64_t token)
{
    struct s390irq_interruption done;

    memset(&done, 0, sizeof done);
    done.kind = S390IRQ_KIND_PFAULT_DONE;
    done.parameter64 = token;
    counts_injected(machine, done.kind, s390irq_vm_inject(machine->vm, &done));
}

/* Tells the guest of the page, with the token that is at this address. */
static bool tell(struct cpu *cpu, uint64_t address)
{
    struct machine *machine = cpu->machine;
    struct s390irq_interruption init;
    uint8_t token[8];

    memset(&init, 0, sizeof init);
    init.kind = S390IRQ_KIND_PFAULT_INIT;
    if (storage_fetch_from(cpu, STORAGE_REAL, address, token, sizeof token) !=
        0)
        return false;
    init.parameter64 = storage_number(token, sizeof token);
    if (!events_add(machine, ARRIVES_TOD, page_arrives, init.parameter64))
        return false;
    counts_injected(machine, init.kind, s390irq_vcpu_inject(cpu->vcpu, &init));
    return true;
}

int page_fault(struct cpu *cpu, const struct instruction *instruction)
{
    uint64_t address = 0;
    int may =
        s390irq_vcpu_pfault_may_start(cpu->vcpu, &cpu->registers, &address);

    if (may < 0)
        machine_fail(cpu->machine, s390irq_strerror(may));
    set_general(cpu, instruction->r3, may > 0 && tell(cpu, address));
    return 0;
}
