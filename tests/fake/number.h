/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The class number of a row of fake_classes, for tests of the inside. */
#ifndef FAKE_NUMBER_H
#define FAKE_NUMBER_H

#include "fake.h"

#include "arch/classes.h"

static inline uint32_t fake_number(const struct fake_class *class)
{
    if (class->cr6_bit)
        return SI_CLASS_IO(S390IRQ_IO_ISC(class->record.u.io.word));
    return (uint32_t)si_classes_of_kind(class->kind);
}

#endif
