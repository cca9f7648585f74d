/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/trace.h"

/* An ISC has two kinds. */
static uint32_t kinds_of(uint32_t number)
{
    uint32_t adapters =
        si_classes[number].nature == SI_IO ? 1u << S390IRQ_KIND_ADAPTER : 0;

    return 1u << si_classes[number].kind | adapters;
}

void si_trace_published(const struct s390irq_vcpu *vcpu, uint64_t open, int how)
{
    struct s390irq_trace event = {
        .event = S390IRQ_TRACE_PUBLISH,
        .outcome = how,
        .cpu = vcpu->address,
        .code = (uint32_t)(open >> SI_CLASS_IO_7 & 0xff),
    };
    uint32_t number;

    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if ((open & SI_BIT(number)) && si_classes[number].kind)
            event.parameter |= kinds_of(number);
    si_notice_send(&vcpu->vm->host, vcpu->opaque, &event);
}

uint32_t si_trace_kinds(uint8_t scope, bool own)
{
    uint32_t number, kinds = 0;

    for (number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *row = &si_classes[number];

        if ((row->scope & scope) && row->nature != SI_LEVEL &&
            (own || row->nature != SI_OWN))
            kinds |= kinds_of(number);
    }
    return kinds;
}

void si_trace_cleared(const struct s390irq_vm *vm,
                      const struct s390irq_vcpu *vcpu, uint32_t kinds,
                      uint64_t removed)
{
    struct s390irq_trace event = {
        .event = S390IRQ_TRACE_CLEAR,
        .outcome = removed > INT32_MAX ? INT32_MAX : (int32_t)removed,
        .cpu = vcpu ? vcpu->address : S390IRQ_NO_CPU,
        .parameter = kinds,
    };

    si_notice_send(&vm->host, vcpu ? vcpu->opaque : NULL, &event);
}
