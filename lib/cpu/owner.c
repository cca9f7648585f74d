/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/owner.h"

#ifdef SI_DEBUG
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

void si_owner_check(struct s390irq_vcpu *vcpu)
{
    uintptr_t self = (uintptr_t)pthread_self();
    uintptr_t owner = 0;

    if (atomic_compare_exchange_strong(&vcpu->owner, &owner, self) ||
        owner == self)
        return;
    fprintf(stderr,
            "libs390irq: cpu %u belongs to thread %#" PRIxPTR
            ", but thread %#" PRIxPTR " makes an owner's call; let it park "
            "before another thread runs it\n",
            vcpu->address, owner, self);
    abort();
}

void si_owner_release(struct s390irq_vcpu *vcpu)
{
    if (vcpu->parked)
        atomic_store(&vcpu->owner, 0);
}
#else
typedef int si_owner_is_for_debug_builds;
#endif
