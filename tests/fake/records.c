/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "records.h"

void kvm_append(struct kvm_buffer *buffer, uint32_t place,
                struct s390irq_interruption what)
{
    assert_true(buffer->length + KVM_SIZE <= sizeof buffer->bytes);
    assert_int_equal(s390irq_interruption_to_kvm(
                         &what, place, buffer->bytes + buffer->length),
                     0);
    buffer->length += KVM_SIZE;
}

void kvm_assert_same(const struct kvm_buffer *a, const struct kvm_buffer *b)
{
    assert_int_equal(a->length, b->length);
    assert_memory_equal(a->bytes, b->bytes, a->length);
}
