/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Buffers of KVM's full records, as FLIC and the IRQ_STATE calls of the
 * kernel read and write them.
 */
#ifndef SI_KVM_BUFFER_H
#define SI_KVM_BUFFER_H

#include <s390irq/state.h>

#include "cpu/machine.h"

/* What goes out. */
struct si_kvm_export {
    uint8_t *buffer;
    size_t room;  /* in records, as the next */
    size_t count; /* that there would be with room for all */
    uint32_t place;
    uint32_t left_out; /* how many KVM has no record of */
    uint32_t left_out_kinds;
};

/* Looks at the arguments of an export: 0 or the error. */
int si_kvm_buffer_begin_export(struct si_kvm_export *export, uint32_t place,
                               void *buffer, const size_t *length,
                               uint32_t flags,
                               const struct s390irq_import_report *report);

/* One more. */
void si_kvm_buffer_put(struct si_kvm_export *export,
                       const struct s390irq_interruption *what);

/* An order that is outstanding and that no record can say. */
void si_kvm_buffer_leave_out(struct si_kvm_export *export);

/* Answers what an export does; *length and *report are filled. */
int si_kvm_buffer_end_export(const struct si_kvm_export *export, size_t *length,
                             uint32_t flags,
                             struct s390irq_import_report *report);

/* What comes in. */
struct si_kvm_import {
    const uint8_t *buffer;
    size_t count;
    uint32_t place;
    struct s390irq_import_report report;
};

/* Looks at the arguments of an import: 0 or the error. */
int si_kvm_buffer_begin_import(struct si_kvm_import *import, uint32_t place,
                               const void *buffer, size_t length,
                               const struct s390irq_import_report *report);

/*
 * Reads a record. Answers 1; 0: it says nothing, as a service signal with
 * parameter 0, which kernels do write; or S390IRQ_E_FORMAT.
 */
int si_kvm_buffer_get(const struct si_kvm_import *import, size_t number,
                      struct s390irq_interruption *what);

/* Counts what became of a record. */
void si_kvm_buffer_count(struct si_kvm_import *import, int outcome);

/* Answers rc; *report is filled. */
int si_kvm_buffer_end_import(const struct si_kvm_import *import, int rc,
                             struct s390irq_import_report *report);

#endif
