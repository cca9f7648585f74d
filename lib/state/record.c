/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * KVM's 72-byte record: a type in 8 bytes, then what the type carries in 64,
 * all big-endian, as the kernel of an s390x host has it in storage.
 */
#include "arch/bits.h"
#include "arch/lowcore.h"
#include "arch/mcic.h"
#include "state/kvm.h"

#include <s390irq/state.h>

/* External interruptions. */
#define PARAMETER   8
#define PARAMETER64 16

/* Sources, prefix, flags. */
#define FIRST 8

/* I/O. */
#define SUBCHANNEL   8
#define IO_PARAMETER 12
#define IO_WORD      16

/* Program. */
#define TRANSLATION_EXCEPTION 8
#define MONITOR_CODE          16
#define PER_ADDRESS           24
#define DATA_EXCEPTION_CODE   32
#define PROGRAM_CODE          36
#define MONITOR_CLASS         38
#define PER_CODE              40
#define PER_ATMID             41
#define EXCEPTION_ACCESS      42
#define PER_ACCESS            43
#define OPERAND_ACCESS        44
#define PROGRAM_FLAGS         45

#define ILC_VALID 0x01u
#define ILC       0x06u /* the length itself, in bytes */
#define NO_REWIND 0x08u

/* Machine check. */
#define SUBMASKS        8
#define CODE            16
#define FAILING_ADDRESS 24
#define EXTERNAL_DAMAGE 32
#define LOGOUT          40

static uint32_t get32(const uint8_t *record, uint32_t offset)
{
    return (uint32_t)si_bits_get(record + offset, 4);
}

static uint64_t get64(const uint8_t *record, uint32_t offset)
{
    return si_bits_get(record + offset, 8);
}

static uint16_t get16(const uint8_t *record, uint32_t offset)
{
    return (uint16_t)si_bits_get(record + offset, 2);
}

uint64_t si_record_type(const uint8_t *record)
{
    return get64(record, 0);
}

/* KVM stores the access identifications with every code that has them. */
static bool read_program(const uint8_t *record, struct s390irq_program *out)
{
    uint8_t flags = record[PROGRAM_FLAGS];

    out->translation_exception = get64(record, TRANSLATION_EXCEPTION);
    out->monitor_code = get64(record, MONITOR_CODE);
    out->per_address = get64(record, PER_ADDRESS);
    out->data_exception_code = get32(record, DATA_EXCEPTION_CODE);
    out->code = get16(record, PROGRAM_CODE);
    out->monitor_class = get16(record, MONITOR_CLASS);
    out->per_code = record[PER_CODE];
    out->per_atmid = record[PER_ATMID];
    out->exception_access = record[EXCEPTION_ACCESS];
    out->per_access = record[PER_ACCESS];
    out->operand_access = record[OPERAND_ACCESS];
    out->ilc = flags & ILC_VALID ? flags & ILC : 0;
    out->flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS |
                 S390IRQ_PROGRAM_OPERAND_ACCESS | S390IRQ_PROGRAM_PER_ACCESS;
    if (flags & NO_REWIND)
        out->flags |= S390IRQ_PROGRAM_NO_REWIND;
    return (flags & ~(ILC_VALID | ILC | NO_REWIND)) == 0;
}

/* What the code does not say to be valid is not looked at. */
static bool read_machine_check(const uint8_t *record,
                               struct s390irq_machine_check *out)
{
    static const uint8_t none[sizeof out->logout];

    if (!si_kvm_read_conditions(get64(record, SUBMASKS), get64(record, CODE),
                                &out->conditions))
        return false;
    if (out->conditions & S390IRQ_MCIC_FAILING_ADDRESS)
        out->failing_address = get64(record, FAILING_ADDRESS);
    if (out->conditions & S390IRQ_MCIC_EXTERNAL_CODE)
        out->external_damage = get32(record, EXTERNAL_DAMAGE);
    memcpy(out->logout, record + LOGOUT, sizeof out->logout);
    if (memcmp(out->logout, none, sizeof none) != 0)
        out->flags = S390IRQ_MACHINE_CHECK_LOGOUT;
    return true;
}

static bool read_parameters(const uint8_t *record, uint8_t payload,
                            struct s390irq_interruption *out)
{
    if (payload != SI_KVM_PARAMETER64)
        out->parameter = get32(record, PARAMETER);
    if (payload != SI_KVM_PARAMETER)
        out->parameter64 = get64(record, PARAMETER64);
    return true;
}

bool si_record_read(const uint8_t *record, const struct si_kvm_type *type,
                    struct s390irq_interruption *out)
{
    switch (type->payload) {
    case SI_KVM_SOURCE:
        out->source = get16(record, FIRST);
        return true;
    case SI_KVM_PROGRAM:
        return read_program(record, &out->u.program);
    case SI_KVM_STOP:
        out->parameter = get32(record, FIRST);
        return (out->parameter & ~SI_KVM_FLAG_STORE_STATUS) == 0;
    case SI_KVM_PREFIX:
        out->parameter = get32(record, FIRST) & SI_PREFIX_BITS;
        return true;
    case SI_KVM_MACHINE_CHECK:
        return read_machine_check(record, &out->u.machine_check);
    case SI_KVM_IO:
        return si_kvm_read_io(
            (uint32_t)si_record_type(record), get32(record, SUBCHANNEL),
            get32(record, IO_PARAMETER), get32(record, IO_WORD), out);
    case SI_KVM_NONE:
        return true;
    default:
        return read_parameters(record, type->payload, out);
    }
}

bool si_record_says_nothing(const uint8_t *record, uint32_t place)
{
    const struct si_kvm_type *type = si_kvm_type(si_record_type(record), place);

    return type && type->kind == S390IRQ_KIND_SERVICE_SIGNAL &&
           get32(record, PARAMETER) == 0;
}

static void write_program(uint8_t *record, const struct s390irq_program *from)
{
    si_bits_put(record + TRANSLATION_EXCEPTION, from->translation_exception, 8);
    si_bits_put(record + MONITOR_CODE, from->monitor_code, 8);
    si_bits_put(record + PER_ADDRESS, from->per_address, 8);
    si_bits_put(record + DATA_EXCEPTION_CODE, from->data_exception_code, 4);
    si_bits_put(record + PROGRAM_CODE, from->code, 2);
    si_bits_put(record + MONITOR_CLASS, from->monitor_class, 2);
    record[PER_CODE] = from->per_code;
    record[PER_ATMID] = from->per_atmid;
    record[EXCEPTION_ACCESS] = from->exception_access;
    record[PER_ACCESS] = from->per_access;
    record[OPERAND_ACCESS] = from->operand_access;
    record[PROGRAM_FLAGS] = (uint8_t)(ILC_VALID | from->ilc);
    if (from->flags & S390IRQ_PROGRAM_NO_REWIND)
        record[PROGRAM_FLAGS] |= NO_REWIND;
}

/*
 * KVM takes the validity of what it stores from the injector; it withdraws
 * that of vector and guarded-storage registers where it does not store them.
 */
static void write_machine_check(uint8_t *record,
                                const struct s390irq_machine_check *from)
{
    si_bits_put(record + SUBMASKS, si_kvm_submasks(from->conditions), 8);
    si_bits_put(record + CODE, from->conditions | SI_MCIC_VALIDITY, 8);
    si_bits_put(record + FAILING_ADDRESS, from->failing_address, 8);
    si_bits_put(record + EXTERNAL_DAMAGE, from->external_damage, 4);
    memcpy(record + LOGOUT, from->logout, sizeof from->logout);
}

static void write_io(uint8_t *record, const struct s390irq_interruption *what)
{
    si_bits_put(record, si_kvm_io_type(what), 8);
    si_bits_put(record + SUBCHANNEL, what->u.io.subchannel, 4);
    si_bits_put(record + IO_PARAMETER, what->parameter, 4);
    si_bits_put(record + IO_WORD, what->u.io.word, 4);
}

void si_record_write(uint8_t *record, const struct si_kvm_type *type,
                     const struct s390irq_interruption *what)
{
    memset(record, 0, S390IRQ_KVM_RECORD);
    si_bits_put(record, type->type, 8);
    switch (type->payload) {
    case SI_KVM_SOURCE:
        si_bits_put(record + FIRST, what->source, 2);
        break;
    case SI_KVM_STOP:
    case SI_KVM_PREFIX:
        si_bits_put(record + FIRST, what->parameter, 4);
        break;
    case SI_KVM_PROGRAM:
        write_program(record, &what->u.program);
        break;
    case SI_KVM_MACHINE_CHECK:
        write_machine_check(record, &what->u.machine_check);
        break;
    case SI_KVM_IO:
        write_io(record, what);
        break;
    default: /* external: what the kind does not use is zero */
        si_bits_put(record + PARAMETER, what->parameter, 4);
        si_bits_put(record + PARAMETER64, what->parameter64, 8);
        break;
    }
}
