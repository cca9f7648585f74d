/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "state/kvm.h"

#include <string.h>

#include <s390irq/errors.h>
#include <s390irq/state.h>

#include "arch/interruption.h"
#include "arch/mcic.h"

#define LOCAL    S390IRQ_KVM_LOCAL
#define FLOATING S390IRQ_KVM_FLOATING

/* Types below this are I/O interruptions, and say which. */
#define IO_TYPES 0xfffe0000u
#define ADAPTER  0x04000000u

static const struct si_kvm_type types[] = {
    { 0xfffe0000, S390IRQ_KIND_STOP, LOCAL, SI_KVM_STOP },
    { 0xfffe0001, S390IRQ_KIND_PROGRAM, LOCAL, SI_KVM_PROGRAM },
    { 0xfffe0002, S390IRQ_KIND_SET_PREFIX, LOCAL, SI_KVM_PREFIX },
    { 0xfffe0003, S390IRQ_KIND_RESTART, LOCAL, SI_KVM_NONE },
    { 0xfffe0004, S390IRQ_KIND_PFAULT_INIT, LOCAL, SI_KVM_PARAMETER64 },
    { 0xfffe0005, S390IRQ_KIND_PFAULT_DONE, FLOATING, SI_KVM_PARAMETER64 },
    { 0xfffe1000, S390IRQ_KIND_MACHINE_CHECK, LOCAL | FLOATING,
      SI_KVM_MACHINE_CHECK },
    { 0xffff1004, S390IRQ_KIND_CLOCK_COMPARATOR, LOCAL, SI_KVM_NONE },
    { 0xffff1005, S390IRQ_KIND_CPU_TIMER, LOCAL, SI_KVM_NONE },
    { 0xffff1201, S390IRQ_KIND_EMERGENCY_SIGNAL, LOCAL, SI_KVM_SOURCE },
    { 0xffff1202, S390IRQ_KIND_EXTERNAL_CALL, LOCAL, SI_KVM_SOURCE },
    { 0xffff2401, S390IRQ_KIND_SERVICE_SIGNAL, FLOATING, SI_KVM_PARAMETER },
    { 0xffff2603, S390IRQ_KIND_VIRTIO, FLOATING, SI_KVM_BOTH },
    { ADAPTER, S390IRQ_KIND_ADAPTER, FLOATING, SI_KVM_IO },
    { 0, S390IRQ_KIND_IO, FLOATING, SI_KVM_IO },
};

#define TYPES (sizeof types / sizeof types[0])

const struct si_kvm_type *si_kvm_type(uint64_t type, uint32_t place)
{
    size_t at;

    if (type < IO_TYPES)
        return si_kvm_type_of_kind(
            type & ADAPTER ? S390IRQ_KIND_ADAPTER : S390IRQ_KIND_IO, place);
    for (at = 0; at < TYPES; at++)
        if (types[at].type == type && (types[at].flags & place))
            return &types[at];
    return NULL;
}

const struct si_kvm_type *si_kvm_type_of_kind(uint32_t kind, uint32_t place)
{
    size_t at;

    for (at = 0; at < TYPES; at++)
        if (types[at].kind == kind && (types[at].flags & place))
            return &types[at];
    return NULL;
}

static bool is_group(uint32_t class_number)
{
    return si_classes[class_number].nature == SI_MACHINE &&
           si_classes[class_number].submask;
}

/* External damage stands for the conditions that share its submask. */
static uint64_t condition_of(uint32_t class_number)
{
    return class_number == SI_CLASS_DAMAGE ? S390IRQ_MCIC_EXTERNAL_DAMAGE
                                           : si_mcic_of_class(class_number);
}

bool si_kvm_read_conditions(uint64_t cr14, uint64_t code, uint64_t *conditions)
{
    uint64_t found = code & ~SI_MCIC_VALIDITY, known = 0, masked = 0;
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++) {
        if (!is_group(number))
            continue;
        known |= si_classes[number].submask;
        if (cr14 & si_classes[number].submask)
            masked |= condition_of(number);
    }
    if (!(found & S390IRQ_MCIC_EXTERNAL_DAMAGE))
        found &= ~S390IRQ_MCIC_EXTERNAL_CODE;
    *conditions = found ? found : masked;
    return (cr14 & ~known) == 0;
}

uint64_t si_kvm_submasks(uint64_t conditions)
{
    uint64_t submasks = 0;
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (is_group(number) && (conditions & si_mcic_of_class(number)))
            submasks |= si_classes[number].submask;
    return submasks;
}

static uint32_t number_of(uint32_t subchannel)
{
    return subchannel & 0xffff;
}

static uint32_t css_of(uint32_t subchannel)
{
    return subchannel >> 24;
}

/* Subchannel-set identification, still at its place: two times its value. */
static uint32_t set_of(uint32_t subchannel)
{
    return subchannel >> 16 & 6;
}

uint32_t si_kvm_io_type(const struct s390irq_interruption *what)
{
    uint32_t subchannel = what->u.io.subchannel;

    if (what->kind == S390IRQ_KIND_ADAPTER)
        return ADAPTER;
    return number_of(subchannel) | set_of(subchannel) >> 1 << 16 |
           css_of(subchannel) << 18;
}

/* QEMU leaves the subchannel-set identification where it is in the word. */
static uint32_t unshifted_type(uint32_t subchannel)
{
    return number_of(subchannel) | set_of(subchannel) << 16 |
           css_of(subchannel) << 18;
}

bool si_kvm_read_io(uint32_t type, uint32_t subchannel, uint32_t parameter,
                    uint32_t word, struct s390irq_interruption *out)
{
    out->parameter = parameter;
    out->u.io.subchannel = subchannel;
    out->u.io.word = word;
    if (out->kind == S390IRQ_KIND_ADAPTER)
        return type == ADAPTER && parameter == 0;
    return type == si_kvm_io_type(out) || type == unshifted_type(subchannel);
}

static bool is_place(uint32_t flags)
{
    return flags == LOCAL || flags == FLOATING;
}

/* Only one CPU is the cause of an exigent machine check (PoP ch. 11). */
static bool belongs(const struct s390irq_interruption *what, uint32_t place)
{
    return place != FLOATING || what->kind != S390IRQ_KIND_MACHINE_CHECK ||
           !(what->u.machine_check.conditions & SI_MCIC_EXIGENT);
}

static bool read_any(const uint8_t *record, size_t length, uint32_t flags,
                     struct s390irq_interruption *out)
{
    uint32_t place = flags & (LOCAL | FLOATING);
    bool full = length == S390IRQ_KVM_RECORD;
    bool big = (flags & S390IRQ_KVM_BIG_ENDIAN) != 0;
    const struct si_kvm_type *type = si_kvm_type(
        full ? si_record_type(record) : si_legacy_type(record, big), place);

    if (!type)
        return false;
    memset(out, 0, sizeof *out);
    out->kind = type->kind;
    if (!(full ? si_record_read(record, type, out)
               : si_legacy_read(record, big, type, out)))
        return false;
    return s390irq_interruption_check(out) == 0 && belongs(out, place);
}

int s390irq_interruption_from_kvm(const void *record, size_t length,
                                  uint32_t flags,
                                  struct s390irq_interruption *out)
{
    struct s390irq_interruption made;

    if (!record || !out || !is_place(flags & ~(uint32_t)S390IRQ_KVM_BIG_ENDIAN))
        return S390IRQ_E_INVALID;
    if (length != S390IRQ_KVM_RECORD && length != S390IRQ_KVM_LEGACY)
        return S390IRQ_E_FORMAT;
    if (!read_any(record, length, flags, &made))
        return S390IRQ_E_FORMAT;
    *out = made;
    return 0;
}

int s390irq_interruption_to_kvm(const struct s390irq_interruption *interruption,
                                uint32_t flags,
                                uint8_t record[S390IRQ_KVM_RECORD])
{
    int rc = s390irq_interruption_check(interruption);
    const struct si_kvm_type *type;

    if (rc < 0 || !record || !is_place(flags))
        return S390IRQ_E_INVALID;
    type = si_kvm_type_of_kind(interruption->kind, flags);
    if (!type || !belongs(interruption, flags))
        return S390IRQ_E_NOT_REPRESENTABLE;
    si_record_write(record, type, interruption);
    return 0;
}
