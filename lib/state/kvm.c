/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Linux KVM's interruption records, in host byte order. */
#include <string.h>

#include <s390irq/errors.h>
#include <s390irq/interruption.h>

#include "arch/lowcore.h"

/* The 16-byte record of the KVM_S390_INTERRUPT ioctls. */
struct legacy {
    uint32_t type;
    uint32_t parm;
    uint64_t parm64;
};

/* Where a type's value comes from. */
enum value {
    NONE,
    SOURCE,
    PARAMETER,
    PARAMETER64,
    BOTH,
    CODE,
    FLAGS,
    PREFIX
};

static const struct {
    uint32_t type;
    uint8_t kind;
    uint8_t flags; /* S390IRQ_KVM_*: where the kernel accepts it */
    uint8_t value;
} types[] = {
    { 0xfffe0000, S390IRQ_KIND_STOP, S390IRQ_KVM_LOCAL, FLAGS },
    { 0xfffe0001, S390IRQ_KIND_PROGRAM, S390IRQ_KVM_LOCAL, CODE },
    { 0xfffe0002, S390IRQ_KIND_SET_PREFIX, S390IRQ_KVM_LOCAL, PREFIX },
    { 0xfffe0003, S390IRQ_KIND_RESTART, S390IRQ_KVM_LOCAL, NONE },
    { 0xfffe0005, S390IRQ_KIND_PFAULT_DONE, S390IRQ_KVM_FLOATING, PARAMETER64 },
    { 0xffff1004, S390IRQ_KIND_CLOCK_COMPARATOR, S390IRQ_KVM_LOCAL, NONE },
    { 0xffff1005, S390IRQ_KIND_CPU_TIMER, S390IRQ_KVM_LOCAL, NONE },
    { 0xffff1201, S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KVM_LOCAL, SOURCE },
    { 0xffff1202, S390IRQ_KIND_EXTERNAL_CALL, S390IRQ_KVM_LOCAL, SOURCE },
    { 0xffff2401, S390IRQ_KIND_SERVICE_SIGNAL, S390IRQ_KVM_FLOATING,
      PARAMETER },
    { 0xffff2603, S390IRQ_KIND_VIRTIO, S390IRQ_KVM_FLOATING, BOTH },
};

/* False: a value that does not fit its member. */
static int fill(struct s390irq_interruption *out, const struct legacy *from,
                uint8_t value)
{
    switch (value) {
    case SOURCE:
        out->source = (uint16_t)from->parm;
        return from->parm <= 0xffff;
    case CODE:
        out->u.program.code = (uint16_t)from->parm;
        return from->parm <= 0xffff;
    case FLAGS: /* store status is an order of its own */
        return from->parm == 0;
    case PARAMETER64:
        out->parameter64 = from->parm64;
        return 1;
    case BOTH:
        out->parameter64 = from->parm64;
        out->parameter = from->parm;
        return 1;
    case PREFIX: /* the other bits are ignored, as the kernel does */
        out->parameter = from->parm & SI_PREFIX_BITS;
        return 1;
    case PARAMETER:
        out->parameter = from->parm;
        return 1;
    default:
        return 1;
    }
}

int s390irq_interruption_from_kvm(const void *record, size_t length,
                                  uint32_t flags,
                                  struct s390irq_interruption *out)
{
    struct s390irq_interruption made;
    struct legacy from;
    size_t at;

    if (!record || !out ||
        (flags != S390IRQ_KVM_LOCAL && flags != S390IRQ_KVM_FLOATING))
        return S390IRQ_E_INVALID;
    if (length != sizeof from)
        return S390IRQ_E_FORMAT;
    memcpy(&from, record, sizeof from);
    for (at = 0; at < sizeof types / sizeof types[0]; at++)
        if (types[at].type == from.type && types[at].flags == flags)
            break;
    if (at == sizeof types / sizeof types[0])
        return S390IRQ_E_FORMAT;
    memset(&made, 0, sizeof made);
    made.kind = types[at].kind;
    if (!fill(&made, &from, types[at].value) ||
        s390irq_interruption_check(&made) < 0)
        return S390IRQ_E_FORMAT;
    *out = made;
    return 0;
}
