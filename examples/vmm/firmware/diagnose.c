/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DIAGNOSE: what a guest may ask of this VMM. The second-operand address is
 * the function code.
 *
 *   0x10        pages are released: there is nothing to do
 *   0x44, 0x9c  give up the rest of this turn
 *   0x258       the page-fault handshake: R1 has the real address of its
 *               parameter block; R3 is set to 0 done, 4 none is in force,
 *               8 one is in force
 *   0x308       program directed IPL: R1 + 1 is set to 0x102, no IPL
 *               information, whatever R3 asks for
 *   0x500       a hypercall: with 3 in general register 1, there is something
 *               in queue GR3 of the virtio device at subchannel GR2, which is
 *               set to GR4, else to a negative number
 *   0x600       inject: R1 has the real address of a request, on a doubleword;
 *               R3 is set to what became of the last injection, an
 *               S390IRQ_* outcome (0 queued, 1 coalesced, 2 busy, 3 full):
 *                 +0  u16 kind, an S390IRQ_KIND_* number
 *                 +2  u16 CPU address, for kinds that are pending at a CPU;
 *                     0xffff: a machine check that is pending at none
 *                 +4  u32 parameter; malfunction alert, emergency signal,
 *                     external call: the CPU that sends; IUCV: the subcode;
 *                     machine check: the external-damage code
 *                 +8  u64 parameter64, one more at each repetition;
 *                     machine check: the conditions, S390IRQ_MCIC_*
 *                 +16 u32 repetitions, 0 = 1
 *   0x601       R3 is set to what pends for this CPU, its own and floating,
 *               as bits 1 << S390IRQ_KIND_*; level conditions are not in it
 *   0x602       this CPU enters the check-stop state
 *   0x603       a page is missing: R3 is set to 1 if the guest is told so by
 *               a pfault-init interruption (pfault done comes later), else 0
 *   0x610       there is an adapter now: R1 has its number, R3 its ISC and is
 *               set to 0
 *   0x611       R3 not 0 masks adapter R1, R3 0 unmasks it; R3 is set to 1 if
 *               it was masked, else 0
 *   0x612       an adapter has something to tell: R1 has the real address of
 *               a route, on a doubleword; R3 is set to what became of it, as
 *               with 0x600 (4 suppressed, 5 remembered):
 *                 +0  u32 number of the adapter
 *                 +8  u64 absolute address of the indicator, u64 bit offset
 *                 +24 u64 absolute address of the summary, u64 bit offset
 *
 * Other codes, set prefix (which is SIGP's), I/O and adapters by 0x600, and
 * what the library calls an error end with a specification exception.
 */
#include "instructions/instructions.h"

static int yield(struct cpu *cpu, const struct instruction *instruction)
{
    (void)instruction;
    cpu->yields = true;
    return 0;
}

static int nothing(struct cpu *cpu, const struct instruction *instruction)
{
    (void)cpu;
    (void)instruction;
    return 0;
}

static int program_directed_ipl(struct cpu *cpu,
                                const struct instruction *instruction)
{
    const uint64_t no_information = 0x102;

    set_general(cpu, instruction->r1 | 1, no_information);
    return 0;
}

static int hypercall(struct cpu *cpu, const struct instruction *instruction)
{
    const uint64_t notify = 3;
    const uint64_t no_such = (uint64_t)-22;
    bool good = general(cpu, 1) == notify &&
                channel_notify(cpu->machine, (uint32_t)general(cpu, 2),
                               general(cpu, 3));

    (void)instruction;
    set_general(cpu, 2, good ? general(cpu, 4) : no_such);
    return 0;
}

static int check_stop(struct cpu *cpu, const struct instruction *instruction)
{
    (void)instruction;
    s390irq_vcpu_check_stop(cpu->vcpu);
    cpu->must_deliver = true;
    return 0;
}

int diagnose(struct cpu *cpu, const struct instruction *instruction)
{
    static const struct {
        uint16_t code;
        instruction_function *function;
    } functions[] = {
        { 0x10, nothing },
        { 0x44, yield },
        { 0x9c, yield },
        { 0x258, page_fault_handshake },
        { 0x308, program_directed_ipl },
        { 0x500, hypercall },
        { 0x600, inject },
        { 0x601, pending },
        { 0x602, check_stop },
        { 0x603, page_fault },
        { 0x610, add_adapter },
        { 0x611, mask_adapter },
        { 0x612, fire_adapter },
    };

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (functions[i].code == (uint16_t)instruction->address)
            return functions[i].function(cpu, instruction);
    }
    return PROGRAM_SPECIFICATION;
}
