/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Something that happens from inside a hook, once: what deliver may meet. */
#ifndef FAKE_MEETING_H
#define FAKE_MEETING_H

#include "fake.h"

struct fake_meeting {
    const char *hook;
    void (*happens)(struct fake *fake);
};

/* For fake->during, with a struct fake_meeting as its argument. */
void fake_meet(struct fake *fake, const char *hook, struct fake_cpu *cpu);

/* What can happen, to CPU 0. */
void fake_meets_tod_jump(struct fake *fake);
void fake_meets_stop(struct fake *fake);
void fake_meets_emergency(struct fake *fake);
void fake_meets_service(struct fake *fake);
void fake_meets_timer(struct fake *fake);

#endif
