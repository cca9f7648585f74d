/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/taking.h"

/* PoP ch. 6, supervisor-call interruption. */
void si_svc_build(struct si_taking *taking,
                  const struct s390irq_interruption *what)
{
    taking->code = what->source;
    si_taking_store(taking, SI_LOWCORE_SVC_ILC_AND_CODE, 4,
                    what->parameter << 16 | what->source);
}
