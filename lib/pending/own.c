/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/own.h"

#include <string.h>

#include "arch/program.h"

static void pends(struct si_own *own, uint32_t class_number)
{
    atomic_store_explicit(&own->classes,
                          si_own_classes(own) | SI_BIT(class_number),
                          memory_order_relaxed);
}

bool si_own_remove(struct si_own *own, uint32_t class_number)
{
    uint64_t classes = si_own_classes(own);

    atomic_store_explicit(&own->classes, classes & ~SI_BIT(class_number),
                          memory_order_relaxed);
    return (classes & SI_BIT(class_number)) != 0;
}

/* A PER event joins what pends; the PER members are the event's. */
static void join_per(struct s390irq_program *into,
                     const struct s390irq_program *event)
{
    into->code |= SI_PROGRAM_PER;
    into->per_address = event->per_address;
    into->per_code = event->per_code;
    into->per_atmid = event->per_atmid;
    into->per_access = event->per_access;
    into->flags = (uint8_t)((into->flags & ~S390IRQ_PROGRAM_PER_ACCESS) |
                            (event->flags & S390IRQ_PROGRAM_PER_ACCESS));
}

/*
 * One program interruption at a time; a PER event is indicated together with
 * another condition (PoP ch. 6, multiple program-interruption conditions).
 */
int si_own_program(struct si_own *own, const struct s390irq_program *program)
{
    struct s390irq_program *slot = &own->program;

    if (!(si_own_classes(own) & SI_BIT(SI_CLASS_PROGRAM))) {
        *slot = *program;
        pends(own, SI_CLASS_PROGRAM);
        return S390IRQ_QUEUED;
    }
    if (program->code == SI_PROGRAM_PER) {
        join_per(slot, program);
        return S390IRQ_COALESCED;
    }
    if (slot->code == SI_PROGRAM_PER) {
        struct s390irq_program event = *slot;

        *slot = *program;
        if (!(program->code & SI_PROGRAM_PER))
            join_per(slot, &event);
        return S390IRQ_COALESCED;
    }
    return S390IRQ_BUSY;
}

int si_own_supervisor_call(struct si_own *own, uint32_t code, uint32_t ilc)
{
    if (si_own_classes(own) & SI_BIT(SI_CLASS_SUPERVISOR_CALL))
        return S390IRQ_BUSY;
    own->svc_code = (uint16_t)code;
    own->svc_ilc = (uint16_t)ilc;
    pends(own, SI_CLASS_SUPERVISOR_CALL);
    return S390IRQ_QUEUED;
}

void si_own_specification(struct si_own *own, uint32_t ilc)
{
    struct s390irq_program program;

    memset(&program, 0, sizeof program);
    program.code = SI_PROGRAM_SPECIFICATION;
    program.ilc = (uint8_t)ilc;
    own->program = program;
    pends(own, SI_CLASS_PROGRAM);
}
