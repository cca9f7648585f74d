/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Buffers of KVM's full records, as tests fill and compare them. */
#ifndef FAKE_RECORDS_H
#define FAKE_RECORDS_H

#include "fake.h"

#define KVM_SIZE S390IRQ_KVM_RECORD

struct kvm_buffer {
    uint8_t bytes[80 * KVM_SIZE];
    size_t length;
};

/* Appends a record of this place, S390IRQ_KVM_LOCAL or _FLOATING. */
void kvm_append(struct kvm_buffer *buffer, uint32_t place,
                struct s390irq_interruption what);

void kvm_assert_same(const struct kvm_buffer *a, const struct kvm_buffer *b);

static inline struct s390irq_interruption kvm_plain(uint16_t kind)
{
    return (struct s390irq_interruption){ .kind = kind };
}

static inline struct s390irq_interruption kvm_from(uint16_t kind,
                                                   uint16_t source)
{
    return (struct s390irq_interruption){ .kind = kind, .source = source };
}

static inline struct s390irq_interruption kvm_with(uint16_t kind,
                                                   uint32_t parameter,
                                                   uint64_t parameter64)
{
    return (struct s390irq_interruption){ .kind = kind,
                                          .parameter = parameter,
                                          .parameter64 = parameter64 };
}

static inline struct s390irq_interruption kvm_check(uint64_t conditions)
{
    return (struct s390irq_interruption){ .kind = S390IRQ_KIND_MACHINE_CHECK,
                                          .u.machine_check.conditions =
                                              conditions };
}

static inline struct s390irq_interruption kvm_io(uint32_t subchannel,
                                                 uint32_t parameter,
                                                 uint32_t isc)
{
    return (struct s390irq_interruption){ .kind = S390IRQ_KIND_IO,
                                          .parameter = parameter,
                                          .u.io = { .subchannel = subchannel,
                                                    .word = isc << 27 } };
}

static inline struct s390irq_interruption kvm_adapter(uint32_t isc)
{
    return (struct s390irq_interruption){ .kind = S390IRQ_KIND_ADAPTER,
                                          .u.io.word =
                                              0x80000000u | isc << 27 };
}

#endif
