/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Whether a CPU is as it nearly always is: it runs, its owner polls, its
 * prefix area is at hand, nothing is in hand or posted, and nobody traces.
 * Then the owner's calls take the short way; anything else takes the whole
 * one.
 */
#ifndef SI_CPU_USUAL_H
#define SI_CPU_USUAL_H

#include "cpu/machine.h"

/* vcpu->usual of a CPU that is not. */
#define SI_USUAL_NOT 0

/*
 * How registers begin: with their size and the prefix, which one comparison
 * looks at together.
 */
static inline uint64_t si_usual_head(const struct s390irq_cpu *cpu)
{
    uint64_t head;

    memcpy(&head, cpu, sizeof head);
    return head;
}

/* Whether registers of the caller begin like these; what he passes is his. */
static inline SI_SHORT bool si_usual_is(uint64_t usual,
                                        const struct s390irq_cpu *cpu)
{
    return si_usual_head(cpu) == usual && usual != SI_USUAL_NOT;
}

/*
 * [owner] Says it anew: vcpu->usual is how the registers of the caller begin
 * while everything is as usual. To be called at the end of every owner's call.
 * Of a CPU that sleeps only its owner's part is looked at: others may be at the
 * rest.
 */
void si_usual_settle(struct s390irq_vcpu *vcpu);

/*
 * [owner] A condition of its own pends, and everything else is as usual. plain:
 * see vcpu->usual_plain.
 */
static inline void si_usual_raised(struct s390irq_vcpu *vcpu, uint32_t plain)
{
    vcpu->usual_plain = plain;
    vcpu->usual_own = vcpu->usual;
    vcpu->usual = SI_USUAL_NOT;
}

/* [owner] It is taken; usual_own is not looked at while usual is. */
static inline void si_usual_taken(struct s390irq_vcpu *vcpu)
{
    vcpu->usual = vcpu->usual_own;
}

#endif
