/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Whether a CPU is as it nearly always is: it runs, its owner polls, its
 * prefix area is at hand, and nothing is in hand or posted. Then the owner's
 * calls take the short way; anything else takes the whole one.
 */
#ifndef SI_CPU_USUAL_H
#define SI_CPU_USUAL_H

#include "cpu/machine.h"

/* Why a CPU is not. */
#define SI_UNUSUAL_AWAY    0x01 /* it does not run: the only one shown then */
#define SI_UNUSUAL_HAND    0x02 /* something is in hand, or to be passed on */
#define SI_UNUSUAL_TOLD    0x04 /* the next report has something to tell */
#define SI_UNUSUAL_STOPS   0x08 /* the check-stop state is to be entered */
#define SI_UNUSUAL_HOOKS   0x10 /* no pointer to its prefix area */
#define SI_UNUSUAL_WATCHED 0x20 /* there is a trace or a log */
#define SI_UNUSUAL_GUEST   0x40 /* there is a guest mode, or masks are unknown \
                                 */
#define SI_UNUSUAL_OWN 0x80     /* a program or SVC condition pends */

/* [owner] Says so anew; to be called at the end of every owner's call. */
void si_usual_settle(struct s390irq_vcpu *vcpu);

#endif
