/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "arch/interruption.h"

#include <string.h>

#include <s390irq/errors.h>

#include "arch/mcic.h"

/* Members that a kind uses; the others must be zero. */
#define SOURCE      0x1
#define PARAMETER   0x2
#define PARAMETER64 0x4
#define PROGRAM     0x8
#define CHECK       0x10
#define IO          0x20

static const uint8_t used[S390IRQ_KIND_LIMIT] = {
    [S390IRQ_KIND_SUPERVISOR_CALL] = SOURCE | PARAMETER,
    [S390IRQ_KIND_PROGRAM] = PROGRAM,
    [S390IRQ_KIND_MALFUNCTION_ALERT] = SOURCE,
    [S390IRQ_KIND_EMERGENCY_SIGNAL] = SOURCE,
    [S390IRQ_KIND_EXTERNAL_CALL] = SOURCE,
    [S390IRQ_KIND_MEASUREMENT_ALERT] = PARAMETER,
    [S390IRQ_KIND_SERVICE_SIGNAL] = PARAMETER,
    [S390IRQ_KIND_IUCV] = SOURCE,
    [S390IRQ_KIND_PFAULT_INIT] = PARAMETER64,
    [S390IRQ_KIND_PFAULT_DONE] = PARAMETER64,
    [S390IRQ_KIND_VIRTIO] = PARAMETER | PARAMETER64,
    [S390IRQ_KIND_STOP] = PARAMETER,
    [S390IRQ_KIND_SET_PREFIX] = PARAMETER,
    [S390IRQ_KIND_MACHINE_CHECK] = CHECK,
    [S390IRQ_KIND_IO] = PARAMETER | IO,
    [S390IRQ_KIND_ADAPTER] = IO,
};

static bool only_used(const struct s390irq_interruption *what)
{
    uint8_t uses = used[what->kind];
    uint32_t at;

    if ((what->source && !(uses & SOURCE)) ||
        (what->parameter && !(uses & PARAMETER)) ||
        (what->parameter64 && !(uses & PARAMETER64)))
        return false;
    if (uses & (PROGRAM | CHECK | IO))
        return true;
    for (at = 0; at < 6; at++)
        if (what->u.reserved[at])
            return false;
    return true;
}

static bool machine_check_valid(const struct s390irq_machine_check *check)
{
    static const uint8_t none[16];
    uint64_t conditions = check->conditions;

    if (!(conditions & (SI_MCIC_EXIGENT | SI_MCIC_REPRESSIBLE)) ||
        (conditions & ~SI_MCIC_CONDITIONS) || check->reserved ||
        (check->flags & ~(uint32_t)S390IRQ_MACHINE_CHECK_LOGOUT))
        return false;
    if (check->failing_address && !(conditions & SI_MCIC_FAILING_ADDRESS))
        return false;
    if ((check->external_damage || (conditions & SI_MCIC_EXTERNAL_CODE)) &&
        (conditions & SI_MCIC_DAMAGE_CODE) != SI_MCIC_DAMAGE_CODE)
        return false;
    return (check->flags & S390IRQ_MACHINE_CHECK_LOGOUT) ||
           memcmp(check->logout, none, sizeof none) == 0;
}

static bool io_valid(const struct s390irq_io *io, bool adapter)
{
    uint32_t word = adapter ? S390IRQ_IO_ADAPTER : 0;

    if ((io->word & ~SI_IO_ISC_BITS) != word || io->sequence ||
        io->reserved[0] || io->reserved[1] || io->reserved[2] ||
        io->reserved[3])
        return false;
    return adapter ? io->subchannel == 0
                   : si_interruption_subchannel_valid(io->subchannel);
}

static bool values_valid(const struct s390irq_interruption *what)
{
    switch (what->kind) {
    case S390IRQ_KIND_PROGRAM:
        return si_interruption_program_valid(&what->u.program);
    case S390IRQ_KIND_SUPERVISOR_CALL:
        return what->source <= 0xff &&
               si_interruption_ilc_valid(what->parameter, 2);
    case S390IRQ_KIND_MALFUNCTION_ALERT:
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_EXTERNAL_CALL:
        return what->source < S390IRQ_MAX_CPUS;
    case S390IRQ_KIND_STOP:
        return what->parameter <= 1;
    case S390IRQ_KIND_SET_PREFIX:
        return (what->parameter & ~SI_PREFIX_BITS) == 0;
    case S390IRQ_KIND_SERVICE_SIGNAL:
        return si_interruption_service_valid(what->parameter);
    case S390IRQ_KIND_MACHINE_CHECK:
        return machine_check_valid(&what->u.machine_check);
    case S390IRQ_KIND_IO:
    case S390IRQ_KIND_ADAPTER:
        return io_valid(&what->u.io, what->kind == S390IRQ_KIND_ADAPTER);
    default:
        return true;
    }
}

int s390irq_interruption_check(const struct s390irq_interruption *interruption)
{
    if (!interruption)
        return S390IRQ_E_INVALID;
    if (!si_classes_known(interruption->kind))
        return S390IRQ_E_INVALID;
    if (!only_used(interruption) || !values_valid(interruption))
        return S390IRQ_E_INVALID;
    return 0;
}

int s390irq_interruption_io_code(
    const struct s390irq_interruption *interruption, uint8_t code[12])
{
    if (!interruption || !code ||
        (interruption->kind != S390IRQ_KIND_IO &&
         interruption->kind != S390IRQ_KIND_ADAPTER))
        return S390IRQ_E_INVALID;
    si_bits_put(code, interruption->u.io.subchannel, 4);
    si_bits_put(code + 4, interruption->parameter, 4);
    si_bits_put(code + 8, interruption->u.io.word, 4);
    return 0;
}
