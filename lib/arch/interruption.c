/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/interruption.h"

#include <s390irq/errors.h>

#include "arch/program.h"

/* Members that a kind uses; the others must be zero. */
#define SOURCE      0x1
#define PARAMETER   0x2
#define PARAMETER64 0x4
#define PROGRAM     0x8

static const uint8_t used[S390IRQ_KIND_LIMIT] = {
    [S390IRQ_KIND_SUPERVISOR_CALL] = SOURCE | PARAMETER,
    [S390IRQ_KIND_PROGRAM] = PROGRAM,
    [S390IRQ_KIND_EMERGENCY_SIGNAL] = SOURCE,
    [S390IRQ_KIND_EXTERNAL_CALL] = SOURCE,
    [S390IRQ_KIND_SERVICE_SIGNAL] = PARAMETER,
    [S390IRQ_KIND_PFAULT_DONE] = PARAMETER64,
    [S390IRQ_KIND_VIRTIO] = PARAMETER | PARAMETER64,
    [S390IRQ_KIND_SET_PREFIX] = PARAMETER,
};

static bool only_used(const struct s390irq_interruption *what)
{
    uint8_t uses = used[what->kind];
    uint32_t at;

    if ((what->source && !(uses & SOURCE)) ||
        (what->parameter && !(uses & PARAMETER)) ||
        (what->parameter64 && !(uses & PARAMETER64)))
        return false;
    if (uses & PROGRAM)
        return true;
    for (at = 0; at < 6; at++)
        if (what->u.reserved[at])
            return false;
    return true;
}

static bool ilc_valid(uint32_t ilc, uint32_t least)
{
    return ilc >= least && ilc <= 6 && ilc % 2 == 0;
}

static bool program_valid(const struct s390irq_program *program)
{
    return program->code && !(program->code & ~SI_PROGRAM_CODE_BITS) &&
           ilc_valid(program->ilc, 0) &&
           !(program->flags & ~S390IRQ_PROGRAM_NO_REWIND) &&
           !program->reserved0 && !program->reserved;
}

static bool values_valid(const struct s390irq_interruption *what)
{
    switch (what->kind) {
    case S390IRQ_KIND_PROGRAM:
        return program_valid(&what->u.program);
    case S390IRQ_KIND_SUPERVISOR_CALL:
        return what->source <= 0xff && ilc_valid(what->parameter, 2);
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_EXTERNAL_CALL:
        return what->source < S390IRQ_MAX_CPUS;
    case S390IRQ_KIND_SET_PREFIX:
        return (what->parameter & ~SI_PREFIX_BITS) == 0;
    case S390IRQ_KIND_SERVICE_SIGNAL:
        return si_interruption_service_valid(what->parameter);
    default:
        return true;
    }
}

int s390irq_interruption_check(const struct s390irq_interruption *interruption)
{
    if (!interruption)
        return S390IRQ_E_INVALID;
    if (si_classes_of_kind(interruption->kind) < 0)
        return S390IRQ_E_INVALID;
    if (!only_used(interruption) || !values_valid(interruption))
        return S390IRQ_E_INVALID;
    return 0;
}
