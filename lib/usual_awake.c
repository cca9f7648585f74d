/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The short way of a CPU that comes back from its sleep: see usual.h. */
#include "call.h"
#include "cpu/owner.h"
#include "usual.h"

/* Who is claimed for a floating class takes that one here, or nothing. */
static int deliver(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report)
{
    uint64_t only = vcpu->sleep_tokens;

    return only ? si_usual_judge(vcpu, cpu, report, si_local_load(&vcpu->local),
                                 si_floating_load(&vcpu->vm->floating), only)
                : si_usual_deliver(vcpu, cpu, report);
}

/* The embedder is told of a deadline: a CPU that sleeps has another one. */
static SI_RARE int deliver_and_tell(struct s390irq_vcpu *vcpu,
                                    struct s390irq_cpu *cpu)
{
    struct s390irq_report report = { .size = sizeof report };

    return deliver(vcpu, cpu, &report);
}

/*
 * Who goes the whole way from here does so as one who has slept, and passes on
 * what is not taken.
 */
int si_usual_awake(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report)
{
    int answer;

    if (report && report->size != sizeof *report)
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_owner_check(vcpu);
    vcpu->woken = SI_CALL_WOKEN | si_park_return(vcpu, cpu);
    si_usual_settle(vcpu);
    if (vcpu->usual == SI_USUAL_NOT || vcpu->woken != SI_CALL_WOKEN)
        return si_deliver_whole(vcpu, cpu, report, 0);
    answer = !report && si_timers_matter(vcpu, cpu)
                 ? deliver_and_tell(vcpu, cpu)
                 : deliver(vcpu, cpu, report);
    vcpu->woken = 0;
    vcpu->sleep_tokens = 0;
    return answer;
}
