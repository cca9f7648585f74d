/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/store_status.h"

#include "host/notice.h"

bool si_store_status_at(const struct si_status *status,
                        const struct si_host *host, void *opaque,
                        uint64_t absolute)
{
    uint8_t image[SI_SAVE_AREA_SIZE];
    uint32_t at;

    si_save_area_fill(image, &status->cpu, status->cpu.cpu_timer,
                      &status->registers);
    for (at = 0; at < SI_SAVE_RUNS; at++) {
        const struct si_save_run *run = &si_save_area_runs[at];

        if (!si_memory_write_dirty(host, opaque, absolute + run->offset,
                                   image + run->offset, run->length))
            return false;
    }
    return true;
}

/* Absolute, not real: the prefix does not matter. */
bool si_store_status_in_place(const struct si_status *status,
                              const struct si_host *host, void *opaque)
{
    static const uint8_t z_architecture = 1;

    return si_memory_write_dirty(host, opaque, SI_LOWCORE_ARCHITECTURE,
                                 &z_architecture, 1) &&
           si_store_status_at(status, host, opaque, SI_LOWCORE_SAVE_AREA);
}

bool si_store_status_additional(const struct si_status *status,
                                const struct si_host *host, void *opaque,
                                uint64_t absolute, bool guarded_storage)
{
    uint8_t image[SI_EXTENDED_VECTOR_SIZE];

    if (host->facilities & SI_FACILITY_VECTOR) {
        si_save_area_vectors(image, &status->registers);
        if (!si_memory_write_dirty(host, opaque, absolute, image, sizeof image))
            return false;
    }
    if (!guarded_storage)
        return true;
    si_save_area_guarded_storage(image, &status->registers);
    return si_memory_write_dirty(host, opaque,
                                 absolute + SI_EXTENDED_GUARDED_STORAGE, image,
                                 SI_GUARDED_STORAGE_SIZE);
}

/* Nobody waits for an answer: what fails is logged, and the CPU stops. */
void si_store_status_stopping(struct s390irq_vcpu *vcpu,
                              const struct s390irq_cpu *cpu)
{
    const struct si_host *host = &vcpu->vm->host;
    struct si_status status;
    bool known;

    if (!(si_local_load(&vcpu->local) & SI_LOCAL_STORE_STATUS))
        return;
    si_lock_take(&vcpu->local.lock);
    known = vcpu->registers_known;
    status.registers = vcpu->registers;
    si_lock_release(&vcpu->local.lock);
    status.cpu = *cpu;
    if (!known)
        si_notice_status(host, vcpu->opaque, vcpu->address,
                         "the registers are lost");
    else if (!si_store_status_in_place(&status, host, vcpu->opaque))
        si_notice_status(host, vcpu->opaque, vcpu->address,
                         "there is no guest storage for it");
}
