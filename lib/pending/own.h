/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Program and SVC conditions: raised by the CPU itself, kept where only its
 * owner looks (others only while it is parked, under its lock).
 */
#ifndef SI_PENDING_OWN_H
#define SI_PENDING_OWN_H

#include <stdbool.h>

#include "pending/tally.h"

struct si_own {
    _Atomic uint64_t classes; /* bits that pend; written by the owner */
    struct s390irq_program program;
    uint16_t svc_code;
    uint16_t svc_ilc;
};

/* The classes that pend; anybody may count them. */
static inline uint64_t si_own_classes(const struct si_own *own)
{
    return atomic_load_explicit(&own->classes, memory_order_relaxed);
}

/* Removes the condition; false: it was not there. */
bool si_own_remove(struct si_own *own, uint32_t class_number);

/* [owner] One that pends alone. */
static inline void si_own_raise(struct si_own *own, uint32_t class_number)
{
    atomic_store_explicit(&own->classes, SI_BIT(class_number),
                          memory_order_relaxed);
}

static inline void si_own_clear(struct si_own *own)
{
    atomic_store_explicit(&own->classes, 0, memory_order_relaxed);
}

/* Both answer an outcome; the arguments have been checked. */
int si_own_program(struct si_own *own, const struct s390irq_program *program);
int si_own_supervisor_call(struct si_own *own, uint32_t code, uint32_t ilc);

/* An invalid PSW was loaded: specification exception, ILC as given. */
void si_own_specification(struct si_own *own, uint32_t ilc);

#endif
