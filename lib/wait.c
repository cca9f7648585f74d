/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The ready-made sleep, for hosts without a wake hook. */
#include "cpu/machine.h"

#ifndef S390IRQ_WITHOUT_WAIT
#include <time.h>

#include "arch/tod.h"

#define NS_PER_SECOND 1000000000u
/* Longer sleeps are cut: the clock of the hook may be set meanwhile. */
#define LONGEST_NS (3600u * UINT64_C(1000000000))

/* The deadline as a time of the condition's clock; false: none. */
static bool time_of_deadline(struct s390irq_vcpu *vcpu, uint64_t deadline,
                             struct timespec *at)
{
    uint64_t now, ns;

    if (deadline == S390IRQ_NEVER)
        return false;
    now = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
    ns = deadline > now ? si_tod_to_ns(deadline - now) : 0;
    if (ns > LONGEST_NS)
        ns = LONGEST_NS;
    clock_gettime(CLOCK_MONOTONIC, at);
    ns += (uint64_t)at->tv_nsec;
    at->tv_sec += (time_t)(ns / NS_PER_SECOND);
    at->tv_nsec = (long)(ns % NS_PER_SECOND);
    return true;
}

int s390irq_vcpu_wait(struct s390irq_vcpu *vcpu)
{
    struct timespec at;
    bool timed;
    int rc = 0;

    rc = si_machine_check(vcpu);
    if (rc < 0)
        return rc;
    if (vcpu->vm->host.ops.wake)
        return S390IRQ_E_STATE;
    timed = time_of_deadline(vcpu, atomic_load(&vcpu->deadline), &at);
    pthread_mutex_lock(&vcpu->wait_mutex);
    while (rc == 0 && !s390irq_vcpu_attention(vcpu))
        rc = timed
                 ? pthread_cond_timedwait(&vcpu->wait_condition,
                                          &vcpu->wait_mutex, &at)
                 : pthread_cond_wait(&vcpu->wait_condition, &vcpu->wait_mutex);
    pthread_mutex_unlock(&vcpu->wait_mutex);
    return 0;
}
#else
int s390irq_vcpu_wait(struct s390irq_vcpu *vcpu)
{
    return vcpu ? S390IRQ_E_UNSUPPORTED : S390IRQ_E_INVALID;
}
#endif
