/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Short locks: held for a bounded number of instructions, never in a hook.
 * A debug build counts them per thread and refuses to run a hook under one.
 */
#ifndef SI_HOST_LOCK_H
#define SI_HOST_LOCK_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct si_lock {
    _Atomic uint32_t taken;
};

#ifdef SI_DEBUG
extern _Thread_local unsigned si_lock_held
    __attribute__((tls_model("initial-exec"), visibility("hidden")));
#define SI_LOCK_COUNT(step)   (si_lock_held += (unsigned)(step))
#define SI_LOCK_ASSERT_NONE() assert(si_lock_held == 0)
#else
#define SI_LOCK_COUNT(step)   ((void)0)
#define SI_LOCK_ASSERT_NONE() ((void)0)
#endif

static inline void si_lock_init(struct si_lock *lock)
{
    atomic_store(&lock->taken, 0);
}

static inline bool si_lock_try(struct si_lock *lock)
{
    if (atomic_fetch_or_explicit(&lock->taken, 1, memory_order_acquire) & 1)
        return false;
    SI_LOCK_COUNT(1);
    return true;
}

/* Takes it once somebody has given it up. */
void si_lock_wait(struct si_lock *lock);

static inline void si_lock_take(struct si_lock *lock)
{
    if (!si_lock_try(lock))
        si_lock_wait(lock);
}

static inline void si_lock_release(struct si_lock *lock)
{
    SI_LOCK_COUNT(-1);
    atomic_store_explicit(&lock->taken, 0, memory_order_release);
}

#endif
