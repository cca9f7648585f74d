/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/taking.h"

/*
 * PoP ch. 6, input/output interruption: the subsystem-identification word, the
 * interruption parameter, and the interruption-identification word, which
 * says by its bit 0 that it is an adapter's.
 */
void si_io_build(struct si_taking *taking,
                 const struct s390irq_interruption *what)
{
    taking->code = what->u.io.subchannel;
    si_taking_store(taking, SI_LOWCORE_SUBCHANNEL, 4, what->u.io.subchannel);
    si_taking_store(taking, SI_LOWCORE_IO_PARAMETER, 4, what->parameter);
    si_taking_store(taking, SI_LOWCORE_IO_WORD, 4, what->u.io.word);
}
