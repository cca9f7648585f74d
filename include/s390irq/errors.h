/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Errors: always negative, from this one registry. A call that answers an
 * error has changed nothing. What a guest may see (a busy CPU, a full queue)
 * is an outcome, never an error.
 */
#ifndef S390IRQ_ERRORS_H
#define S390IRQ_ERRORS_H

#include <s390irq/base.h>

/* NULL where an object is needed, unknown number, reserved bits not zero. */
#define S390IRQ_E_INVALID (-1)
/* The size member says less than the first release of the structure had. */
#define S390IRQ_E_STRUCT_TOO_SMALL (-2)
/* A newer caller set members that this library does not know. */
#define S390IRQ_E_STRUCT_TOO_NEW (-3)
/* The allocator has nothing left. */
#define S390IRQ_E_NO_MEMORY (-4)
/* An access to guest memory failed; the report says at which address. */
#define S390IRQ_E_GUEST_MEMORY (-5)
/* Not in this state: see the function. */
#define S390IRQ_E_STATE (-6)
/* The CPU (or one of the CPUs) is not parked. */
#define S390IRQ_E_NOT_PARKED (-7)
/* It is there already. */
#define S390IRQ_E_EXISTS (-8)
/* No CPU has this address. */
#define S390IRQ_E_NO_CPU (-9)
/* The hook or the facility that this needs is not there. */
#define S390IRQ_E_UNSUPPORTED (-10)
/* The caller's array is too short; the count says what is needed. */
#define S390IRQ_E_BUFFER (-11)
/* Bytes from outside are not what their format says. */
#define S390IRQ_E_FORMAT (-12)
/* PSW, control registers or prefix changed between prepare and commit. */
#define S390IRQ_E_STALE (-13)

/* No subchannel has this identification. */
#define S390IRQ_E_NO_SUBCHANNEL (-14)
/* No adapter has this number. */
#define S390IRQ_E_NO_ADAPTER (-15)
/* The other format has nothing for something that pends. */
#define S390IRQ_E_NOT_REPRESENTABLE (-16)

S390IRQ_BEGIN_DECLS

/*
 * [A] One line of English for an error: what is wrong and what to do. For a
 * number that is no error of this library: "unknown". The text is static.
 */
S390IRQ_EXPORT const char *s390irq_strerror(int error);

S390IRQ_END_DECLS

#endif
