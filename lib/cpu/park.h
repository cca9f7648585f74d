/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Who has the registers: the embedder while the CPU runs, the library while
 * it is parked; and the owner's half of the wake protocol.
 */
#ifndef SI_CPU_PARK_H
#define SI_CPU_PARK_H

#include "cpu/machine.h"

/*
 * [owner] Back from sleep or guest mode, or from running; the reasons to come
 * are cleared. If the CPU was parked its registers go to *cpu, and in a pause
 * it stays parked; if it was not and the host's clock jumped, its timer's stamp
 * goes along. Answers S390IRQ_CHANGED_* for what differs in *cpu.
 */
uint32_t si_park_return(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu);

/*
 * [owner] Sleeps, open for these classes, and parks. False: something that it
 * is open for came up, and the CPU goes on. enters: S390IRQ_STATE_*, which
 * the CPU enters by that and in which its timer stands still; 0: the state
 * stays what others may have made it.
 */
bool si_park_sleep(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   uint64_t open, uint32_t enters);

/*
 * [owner] The CPU sleeps because of a pause: the resume will wake it, or has
 * come in the meantime and attention is raised.
 */
void si_park_pausing(struct s390irq_vcpu *vcpu);

/* [owner] Sleeps on in a pause: si_park_return() left the CPU parked. */
void si_park_stay(struct s390irq_vcpu *vcpu);

/* [owner] Leaves the machine: nobody will claim the CPU from now on. */
void si_park_vanish(struct s390irq_vcpu *vcpu);

/* [owner] Goes on running with this open word; false as above. */
bool si_park_run(struct s390irq_vcpu *vcpu, uint64_t open);

/*
 * [owner] The masks changed between the answer RUN and the guest: publishes
 * them, and kicks the CPU if something pending is enabled now.
 */
void si_park_reopen(struct s390irq_vcpu *vcpu, uint64_t open);

/* Publishes what conditional emergency signal looks at: whoever has them. */
static inline SI_SHORT void si_park_facts(struct s390irq_vcpu *vcpu,
                                          const struct s390irq_cpu *cpu)
{
    uint64_t facts = cpu->psw_mask & SI_FACTS_PSW;

    if (cpu->psw_address)
        facts |= SI_FACTS_ADDRESS;
    facts |= (cpu->cr[4] & 0xffff) << SI_FACTS_PRIMARY_SHIFT;
    facts |= (cpu->cr[3] & 0xffff) << SI_FACTS_SECONDARY_SHIFT;
    atomic_store_explicit(&vcpu->facts, facts, memory_order_release);
}

/*
 * The same of a CPU whose PSW masks signals and I/O: of the facts nothing but
 * its other masks matters, as psw_mask has them.
 */
static inline SI_SHORT void si_park_closed(struct s390irq_vcpu *vcpu,
                                           uint64_t open, uint64_t psw_mask)
{
    atomic_store_explicit(&vcpu->open, open, memory_order_release);
    atomic_store_explicit(&vcpu->facts, psw_mask, memory_order_release);
}

/* S390IRQ_CHANGED_* for what differs. */
uint32_t si_park_differences(const struct s390irq_cpu *a,
                             const struct s390irq_cpu *b);

/* Copies registers between structures of callers, sizes left alone. */
void si_park_copy(struct s390irq_cpu *to, const struct s390irq_cpu *from);

/*
 * The CPU timer stands still from now on: its value is that of this host TOD.
 * False: it stood still.
 */
bool si_park_freeze(struct s390irq_cpu *cpu, uint64_t host_tod);

/*
 * [owner] The CPU timer stands still before the CPU enters the stopped state:
 * what is stored as its status is what it stops with.
 */
void si_park_stop_timer(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                        uint64_t host_tod);

/*
 * Under the lock: the timer of a parked CPU goes on from when the CPU was
 * started, if it was. Whoever reads or replaces the copy sees to that first.
 */
void si_park_thaw(struct s390irq_vcpu *vcpu);

/* Whether these registers can be a CPU's: the prefix is one. */
bool si_park_valid(const struct s390irq_cpu *cpu);

#endif
