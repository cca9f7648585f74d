/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Events about a CPU as a whole: what it publishes, what is cleared at it. */
#ifndef SI_CPU_TRACE_H
#define SI_CPU_TRACE_H

#include "cpu/machine.h"

/* An order to this CPU pends or is carried out: an event as of an injection. */
static inline void si_trace_order(const struct s390irq_vcpu *vcpu,
                                  uint32_t kind, int outcome,
                                  uint32_t parameter)
{
    struct si_notice_payload payload = { .parameter = parameter };

    if (si_notice_wanted(&vcpu->vm->host))
        si_notice_about(&vcpu->vm->host, vcpu->opaque, vcpu->address,
                        S390IRQ_TRACE_INJECT, kind, outcome, payload);
}

/* What follows does these if it is wanted. vcpu: NULL at the VM. */
void si_trace_published(const struct s390irq_vcpu *vcpu, uint64_t open, int how)
    __attribute__((cold));
void si_trace_cleared(const struct s390irq_vm *vm,
                      const struct s390irq_vcpu *vcpu, uint32_t kinds,
                      uint64_t removed) __attribute__((cold));

/* The kinds that pend there; own: program and SVC conditions, too. */
uint32_t si_trace_kinds(uint8_t scope, bool own) __attribute__((cold));

/* [owner] Others will see it open for these classes. how: PUBLISHED_*. */
static inline void si_trace_publish(const struct s390irq_vcpu *vcpu,
                                    uint64_t open, int how)
{
    if (si_notice_wanted(&vcpu->vm->host))
        si_trace_published(vcpu, open, how);
}

/* All that pended at the VM was cleared. */
static inline void si_trace_clear_floating(const struct s390irq_vm *vm,
                                           uint64_t removed)
{
    if (si_notice_wanted(&vm->host))
        si_trace_cleared(vm, NULL, si_trace_kinds(SI_FLOATING, false), removed);
}

/* All that pended at the CPU; own: program and SVC conditions, too. */
static inline void si_trace_clear_local(const struct s390irq_vcpu *vcpu,
                                        bool own, uint64_t removed)
{
    if (si_notice_wanted(&vcpu->vm->host))
        si_trace_cleared(vcpu->vm, vcpu, si_trace_kinds(SI_LOCAL, own),
                         removed);
}

/* A stop order that will not be carried out any more. */
static inline void si_trace_clear_stop(const struct s390irq_vcpu *vcpu)
{
    if (si_notice_wanted(&vcpu->vm->host))
        si_trace_cleared(vcpu->vm, vcpu, 1u << S390IRQ_KIND_STOP, 1);
}

#endif
