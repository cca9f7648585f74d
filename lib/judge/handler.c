/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "judge/handler.h"

#include "arch/psw.h"

#define MASKED (SI_PSW_IO | SI_PSW_EXTERNAL | SI_PSW_WAIT)

/* Whatever control register 14 is, this one is open for nothing. */
void si_handler_init(struct si_handler handlers[SI_HANDLERS])
{
    static const struct si_handler closed = {
        .psw_mask = SI_PSW_EXTENDED_ADDRESSING | SI_PSW_BASIC_ADDRESSING,
        .open = SI_ENABLED_CLOSED,
    };
    uint32_t at;

    for (at = 0; at < SI_HANDLERS; at++)
        handlers[at] = closed;
}

bool si_handler_learn(struct si_handler *handler, const struct si_masks *masks,
                      const struct s390irq_cpu *cpu)
{
    if ((cpu->psw_mask & MASKED) || !si_psw_valid_64(cpu->psw_mask) ||
        !si_enabled_checks_known(masks, cpu))
        return false;
    handler->psw_mask = cpu->psw_mask;
    handler->control = cpu->cr[14];
    handler->open = si_enabled_known_open(masks, cpu);
    return true;
}
