/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/lock.h"

#include <sched.h>

#ifdef SI_DEBUG
_Thread_local unsigned si_lock_held __attribute__((tls_model("initial-exec")));
#endif

/* Who holds it may have lost its processor. */
void si_lock_wait(struct si_lock *lock)
{
    unsigned turns = 0;

    while (!si_lock_try(lock))
        if (++turns % 64 == 0)
            sched_yield();
}
