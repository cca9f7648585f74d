/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The interruption records of Linux KVM: their types, and what the 16-byte
 * and the 72-byte form have in common.
 */
#ifndef SI_STATE_KVM_H
#define SI_STATE_KVM_H

#include <stdbool.h>
#include <stddef.h>

#include <s390irq/interruption.h>

/* What a type carries beside its number. */
enum si_kvm_payload {
    SI_KVM_NONE,
    SI_KVM_SOURCE,
    SI_KVM_PARAMETER,
    SI_KVM_PARAMETER64,
    SI_KVM_BOTH,
    SI_KVM_STOP,
    SI_KVM_PREFIX,
    SI_KVM_PROGRAM,
    SI_KVM_MACHINE_CHECK,
    SI_KVM_IO
};

struct si_kvm_type {
    uint32_t type;
    uint8_t kind;
    uint8_t flags;   /* S390IRQ_KVM_*: where the kernel accepts it */
    uint8_t payload; /* enum si_kvm_payload */
};

#define SI_KVM_FLAG_STORE_STATUS 0x1u /* of a stop */

/* The row of a type, or of a kind, at this place; NULL: there is none. */
const struct si_kvm_type *si_kvm_type(uint64_t type, uint32_t place);
const struct si_kvm_type *si_kvm_type_of_kind(uint32_t kind, uint32_t place);

/*
 * The condition bits of a machine-check interruption code that KVM carries,
 * and its submasks in control register 14. False: no such machine check.
 */
bool si_kvm_read_conditions(uint64_t cr14, uint64_t code, uint64_t *conditions);

/* The submasks in control register 14 of these conditions. */
uint64_t si_kvm_submasks(uint64_t conditions);

/*
 * The I/O interruption, of a subchannel or of an adapter, that these members
 * make; subchannel is the subsystem-identification word. False: type, word
 * and the rest do not agree.
 */
bool si_kvm_read_io(uint32_t type, uint32_t subchannel, uint32_t parameter,
                    uint32_t word, struct s390irq_interruption *out);

/* The type of an I/O interruption. */
uint32_t si_kvm_io_type(const struct s390irq_interruption *what);

/*
 * Both read a record of this length, in what is zero but for the kind; false:
 * a value that does not fit. The result is still to be checked.
 */
bool si_legacy_read(const uint8_t *record, bool big_endian,
                    const struct si_kvm_type *type,
                    struct s390irq_interruption *out);
bool si_record_read(const uint8_t *record, const struct si_kvm_type *type,
                    struct s390irq_interruption *out);

/* The type number of a record. */
uint64_t si_legacy_type(const uint8_t *record, bool big_endian);
uint64_t si_record_type(const uint8_t *record);

/* A service signal with parameter 0, which kernels write and never deliver. */
bool si_record_says_nothing(const uint8_t *record, uint32_t place);

/* Writes a whole record; what it does not use is zero. */
void si_record_write(uint8_t *record, const struct si_kvm_type *type,
                     const struct s390irq_interruption *what);

#endif
