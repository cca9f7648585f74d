/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Injections that more than one entry point makes. */
#ifndef SI_INJECT_H
#define SI_INJECT_H

#include "cpu/machine.h"

/* A malfunction alert from the CPU with this address. Answers the outcome. */
int si_inject_malfunction(struct s390irq_vcpu *vcpu, uint32_t source);

/* Counts and reports an outcome, tells a CPU of what pends, and answers it. */
int si_inject_floating(struct s390irq_vm *vm, uint32_t class_number,
                       uint32_t kind, struct si_notice_payload payload,
                       int outcome);

/* The payload of an adapter interruption. */
static inline struct si_notice_payload si_inject_adapter_payload(uint32_t isc)
{
    struct si_notice_payload payload = {
        .parameter64 = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc),
    };

    return payload;
}

/* An I/O interruption of a subchannel, whose word has been checked. */
int si_inject_io(struct s390irq_vm *vm, uint32_t subchannel, uint32_t parameter,
                 uint32_t word);

/* An adapter interruption of an ISC. */
int si_inject_adapter(struct s390irq_vm *vm, uint32_t isc);

#endif
