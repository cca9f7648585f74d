/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "kvm_buffer.h"

#include <string.h>

#include "host/abi.h"
#include "state/kvm.h"

static int check_report(const struct s390irq_import_report *report)
{
    return report ? si_abi_check(report, sizeof *report, sizeof *report) : 0;
}

int si_kvm_buffer_begin_export(struct si_kvm_export *export, uint32_t place,
                               void *buffer, const size_t *length,
                               uint32_t flags,
                               const struct s390irq_import_report *report)
{
    if (!length || (!buffer && *length) ||
        (flags & ~(uint32_t)S390IRQ_EXPORT_PARTIAL))
        return S390IRQ_E_INVALID;
    memset(export, 0, sizeof *export);
    export->buffer = buffer;
    export->room = *length / S390IRQ_KVM_RECORD;
    export->place = place;
    return check_report(report);
}

void si_kvm_buffer_put(struct si_kvm_export *export,
                       const struct s390irq_interruption *what)
{
    const struct si_kvm_type *type =
        si_kvm_type_of_kind(what->kind, export->place);

    if (!type) {
        export->left_out++;
        export->left_out_kinds |= 1u << what->kind;
        return;
    }
    if (export->count < export->room)
        si_record_write(export->buffer + export->count * S390IRQ_KVM_RECORD,
                        type, what);
    export->count++;
}

void si_kvm_buffer_leave_out(struct si_kvm_export *export)
{
    export->left_out++;
}

int si_kvm_buffer_end_export(const struct si_kvm_export *export, size_t *length,
                             uint32_t flags,
                             struct s390irq_import_report *report)
{
    bool whole = !export->left_out || (flags & S390IRQ_EXPORT_PARTIAL);
    bool fits = export->count <= export->room;
    struct s390irq_import_report made = {
        .records = whole && fits ? (uint32_t) export->count : 0,
        .dropped = export->left_out,
        .left_out_kinds = export->left_out_kinds,
    };

    if (report)
        si_abi_write(report, &made, sizeof made);
    if (!whole)
        return S390IRQ_E_NOT_REPRESENTABLE;
    *length = export->count * S390IRQ_KVM_RECORD;
    return fits ? 0 : S390IRQ_E_BUFFER;
}

int si_kvm_buffer_begin_import(struct si_kvm_import *import, uint32_t place,
                               const void *buffer, size_t length,
                               const struct s390irq_import_report *report)
{
    int rc = check_report(report);

    if (!buffer && length)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    if (length % S390IRQ_KVM_RECORD)
        return S390IRQ_E_FORMAT;
    memset(import, 0, sizeof *import);
    import->buffer = buffer;
    import->count = length / S390IRQ_KVM_RECORD;
    import->place = place;
    return 0;
}

int si_kvm_buffer_get(const struct si_kvm_import *import, size_t number,
                      struct s390irq_interruption *what)
{
    const uint8_t *record = import->buffer + number * S390IRQ_KVM_RECORD;

    if (si_record_says_nothing(record, import->place))
        return 0;
    return s390irq_interruption_from_kvm(record, S390IRQ_KVM_RECORD,
                                         import->place, what) < 0
               ? S390IRQ_E_FORMAT
               : 1;
}

void si_kvm_buffer_count(struct si_kvm_import *import, int outcome)
{
    import->report.records++;
    if (outcome == S390IRQ_COALESCED)
        import->report.coalesced++;
}

int si_kvm_buffer_end_import(const struct si_kvm_import *import, int rc,
                             struct s390irq_import_report *report)
{
    if (report)
        si_abi_write(report, &import->report, sizeof import->report);
    return rc;
}
