/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* KVM's 16-byte record {u32 type, u32 parm, u64 parm64} of 2008. */
#include "arch/bits.h"
#include "arch/lowcore.h"
#include "state/kvm.h"

struct legacy {
    uint32_t type;
    uint32_t parm;
    uint64_t parm64;
};

static void load(const uint8_t *record, bool big_endian, struct legacy *from)
{
    memcpy(from, record, sizeof *from);
    if (!big_endian)
        return;
    from->type = (uint32_t)si_bits_get(record, 4);
    from->parm = (uint32_t)si_bits_get(record + 4, 4);
    from->parm64 = si_bits_get(record + 8, 8);
}

uint64_t si_legacy_type(const uint8_t *record, bool big_endian)
{
    struct legacy from;

    load(record, big_endian, &from);
    return from.type;
}

/* V-4: parm has the submasks of control register 14. */
static bool read_machine_check(const struct legacy *from,
                               struct s390irq_interruption *out)
{
    return si_kvm_read_conditions(from->parm, from->parm64,
                                  &out->u.machine_check.conditions);
}

static bool read_parameters(const struct legacy *from, uint8_t payload,
                            struct s390irq_interruption *out)
{
    if (payload != SI_KVM_PARAMETER64)
        out->parameter = from->parm;
    if (payload != SI_KVM_PARAMETER)
        out->parameter64 = from->parm64;
    return true;
}

bool si_legacy_read(const uint8_t *record, bool big_endian,
                    const struct si_kvm_type *type,
                    struct s390irq_interruption *out)
{
    struct legacy from;

    load(record, big_endian, &from);
    switch (type->payload) {
    case SI_KVM_SOURCE:
        out->source = (uint16_t)from.parm;
        return from.parm <= 0xffff;
    case SI_KVM_PROGRAM:
        out->u.program.code = (uint16_t)from.parm;
        return from.parm <= 0xffff;
    case SI_KVM_STOP:
        out->parameter = from.parm;
        return (from.parm & ~SI_KVM_FLAG_STORE_STATUS) == 0;
    case SI_KVM_PREFIX: /* the other bits are ignored, as the kernel does */
        out->parameter = from.parm & SI_PREFIX_BITS;
        return true;
    case SI_KVM_MACHINE_CHECK:
        return read_machine_check(&from, out);
    case SI_KVM_IO:
        return si_kvm_read_io(from.type, from.parm,
                              (uint32_t)(from.parm64 >> 32),
                              (uint32_t)from.parm64, out);
    case SI_KVM_NONE:
        return true;
    default:
        return read_parameters(&from, type->payload, out);
    }
}
