/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What is less usual of the short way: see usual.h. */
#include "usual.h"

/* With timers that are armed the clock decides: the whole way reads it. */
int si_usual_report(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind)
{
    uint64_t open = atomic_load_explicit(&vcpu->open, memory_order_relaxed);
    uint64_t pending =
        si_local_load(&vcpu->local) | si_floating_load(&vcpu->vm->floating);

    if (!si_level_unarmed(cpu))
        return si_deliver_whole(vcpu, cpu, report, kind);
    report->taken = kind != 0;
    report->taken_kinds = kind ? 1u << kind : 0;
    report->changed = kind ? S390IRQ_CHANGED_PSW : 0;
    report->intercepts = 0;
    pending &= ~open & SI_LOCAL_CLASSES;
    if (pending)
        report->intercepts = si_enabled_intercepts(pending, cpu);
    report->loop_kind = 0;
    report->deadline_tod = S390IRQ_NEVER;
    report->fault_address = 0;
    return S390IRQ_RUN;
}

int si_usual_opened(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind)
{
    return si_usual_run(vcpu, cpu, report, kind);
}

/* PoP ch. 6, input/output interruption. */
static int take_io(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report, uint64_t word,
                   uint32_t number)
{
    struct s390irq_interruption what;
    uint8_t *lowcore = vcpu->lowcore;

    if (!si_io_take(&vcpu->vm->floating.io, SI_CLASS_ISC(number), &what))
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_direct_store32(lowcore + SI_LOWCORE_SUBCHANNEL, what.u.io.subchannel);
    si_direct_store32(lowcore + SI_LOWCORE_IO_PARAMETER, what.parameter);
    si_direct_store32(lowcore + SI_LOWCORE_IO_WORD, what.u.io.word);
    return si_usual_swap(vcpu, cpu, report, word, what.kind,
                         SI_LOWCORE_IO_OLD_PSW, SI_LOWCORE_IO_NEW_PSW);
}

int si_usual_judge(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report, uint64_t word,
                   uint64_t floating)
{
    uint64_t open = si_usual_open(vcpu, cpu);
    uint64_t ready = (word | floating) & open;
    uint32_t number;

    if (!ready)
        return si_usual_run(vcpu, cpu, report, 0);
    number = si_bits_highest(ready);
    if (number <= SI_CLASS_IO_0 && number >= SI_CLASS_IO_7)
        return take_io(vcpu, cpu, report, word, number);
    switch (number) {
    case SI_CLASS_EMERGENCY_SIGNAL:
        return si_usual_emergency(vcpu, cpu, report, word);
    case SI_CLASS_EXTERNAL_CALL:
        return si_usual_call(vcpu, cpu, report, word);
    case SI_CLASS_SERVICE_SIGNAL:
        return si_usual_service(vcpu, cpu, report, word, floating);
    default:
        return si_deliver_whole(vcpu, cpu, report, 0);
    }
}
