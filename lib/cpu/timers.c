/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/timers.h"

struct si_timers si_timers_look(const struct s390irq_vcpu *vcpu,
                                const struct s390irq_cpu *cpu)
{
    struct si_timers timers = { 0, S390IRQ_NEVER };
    uint64_t armed = si_level_armed(cpu, SI_LEVEL_CLASSES), epoch, host_tod;

    if (!armed)
        return timers;
    epoch = atomic_load(&vcpu->vm->epoch);
    host_tod = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
    timers.pending = si_level_pending(cpu, armed, host_tod, epoch);
    timers.deadline = si_level_deadline(cpu, armed, host_tod, epoch);
    return timers;
}

bool si_timers_due(const struct s390irq_vcpu *vcpu,
                   const struct s390irq_cpu *cpu, uint64_t classes)
{
    uint64_t armed = si_level_armed(cpu, classes);

    return armed && si_level_pending(
                        cpu, armed, si_hooks_tod(&vcpu->vm->host, vcpu->opaque),
                        atomic_load(&vcpu->vm->epoch)) != 0;
}

void si_timers_tell(struct s390irq_vcpu *vcpu, uint64_t deadline)
{
    const struct si_host *host = &vcpu->vm->host;

    if (atomic_load_explicit(&vcpu->deadline, memory_order_relaxed) == deadline)
        return;
    atomic_store_explicit(&vcpu->deadline, deadline, memory_order_relaxed);
    SI_LOCK_ASSERT_NONE();
    if (host->ops.deadline)
        host->ops.deadline(host->opaque, vcpu->opaque, deadline);
}
