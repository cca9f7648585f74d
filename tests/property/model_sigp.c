/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* SIGNAL PROCESSOR: condition code and status of each order (PoP ch. 4). */
#include "model.h"

#include <string.h>

#define PSW_EXTERNAL UINT64_C(0x0100000000000000)
#define PSW_IO       UINT64_C(0x0200000000000000)
#define PSW_WAIT     UINT64_C(0x0002000000000000)

static int stored(uint32_t *status, uint32_t bits)
{
    *status = bits;
    return 1;
}

static bool is_known(const struct model_vm *vm, uint32_t order)
{
    static const uint8_t known[] = { 1, 2, 3, 4, 5, 6, 9, 11, 12, 13, 14, 19 };

    if (order == S390IRQ_SIGP_STORE_ADDITIONAL)
        return vm->facility[129] || vm->facility[133];
    if (order == S390IRQ_SIGP_SENSE_RUNNING_STATUS)
        return vm->facility[9];
    return memchr(known, (int)order, sizeof known) != NULL;
}

static int sense(const struct model_vm *vm, struct model_cpu *cpu,
                 uint32_t *status)
{
    uint32_t bits = 0;

    if (model_find(&cpu->local, MODEL_CALL, -1))
        bits |= S390IRQ_STATUS_EXTERNAL_CALL_PENDING;
    if (cpu->state == S390IRQ_STATE_STOPPED && vm->flip != MODEL_FLIP_SENSE)
        bits |= S390IRQ_STATUS_STOPPED;
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        bits |= S390IRQ_STATUS_CHECK_STOP;
    return bits ? stored(status, bits) : 0;
}

static int signal_cpu(struct model_vm *vm, uint32_t sender,
                      struct model_cpu *cpu, uint16_t kind, uint32_t *status)
{
    struct s390irq_interruption record = {
        .kind = kind,
        .source = (uint16_t)sender,
    };
    int outcome;

    if (vm->closed)
        model_booked(vm, kind, S390IRQ_CLOSED);
    if (vm->closed)
        return 2;
    outcome = model_inject(vm, cpu, &record);
    if (outcome == S390IRQ_BUSY)
        return stored(status, S390IRQ_STATUS_EXTERNAL_CALL_PENDING);
    return 0;
}

/* V-7: looks at the target. */
static bool accepts(const struct model_vm *vm, const struct model_cpu *cpu,
                    uint64_t parameter)
{
    const uint64_t both = PSW_EXTERNAL | PSW_IO;
    uint16_t asn = (uint16_t)parameter;

    if (vm->flags & S390IRQ_VM_MASKS_UNKNOWN)
        return true;
    if (cpu->state == S390IRQ_STATE_STOPPED ||
        (cpu->cpu.psw_mask & both) != both)
        return true;
    if (cpu->cpu.psw_mask & PSW_WAIT)
        return cpu->cpu.psw_address != 0;
    return asn == (uint16_t)cpu->cpu.cr[4] || asn == (uint16_t)cpu->cpu.cr[3];
}

static int set_prefix(struct model_vm *vm, struct model_cpu *cpu,
                      uint64_t parameter, uint32_t *status)
{
    int outcome = model_set_prefix(vm, cpu, (uint32_t)parameter & 0x7fffe000);

    if (outcome == S390IRQ_E_GUEST_MEMORY)
        return stored(status, S390IRQ_STATUS_INVALID_PARAMETER);
    if (outcome == S390IRQ_E_STATE)
        return stored(status, S390IRQ_STATUS_INCORRECT_STATE);
    vm->books[S390IRQ_KIND_SET_PREFIX].injected++;
    model_book_taken(vm, cpu, S390IRQ_KIND_SET_PREFIX, 1);
    return 0;
}

static int store_status(struct model_vm *vm, struct model_cpu *cpu,
                        uint64_t parameter, uint32_t *status)
{
    int outcome;

    if (cpu->state != S390IRQ_STATE_STOPPED)
        return stored(status, S390IRQ_STATUS_INCORRECT_STATE);
    if (!vm->registers)
        return S390IRQ_E_UNSUPPORTED;
    outcome = model_status_at(vm, cpu, parameter & 0x7ffffe00);
    if (outcome == S390IRQ_E_GUEST_MEMORY)
        return stored(status, S390IRQ_STATUS_INVALID_PARAMETER);
    return outcome;
}

/* PoP ch. 4, store additional status: the length is a code in the address. */
static int store_additional(struct model_vm *vm, struct model_cpu *cpu,
                            uint64_t parameter, uint32_t *status)
{
    uint64_t length = model_area_length(vm, parameter);
    uint64_t origin = (uint32_t)parameter & ~15u;

    if (!vm->facility[133] && parameter & 15)
        length = 0;
    if (cpu->state != S390IRQ_STATE_STOPPED)
        return stored(status, S390IRQ_STATUS_INCORRECT_STATE);
    if (length == 0 || origin % length)
        return stored(status, S390IRQ_STATUS_INVALID_PARAMETER);
    if (!vm->registers)
        return S390IRQ_E_UNSUPPORTED;
    if (!cpu->has_other)
        return 2;
    if ((vm->facility[129] && !model_store_vectors(vm, origin, &cpu->other)) ||
        (length > 1024 && !model_store_guarded(vm, origin, &cpu->other)))
        return stored(status, S390IRQ_STATUS_INVALID_PARAMETER);
    return 0;
}

static int running(const struct model_cpu *cpu, uint32_t *status)
{
    if (cpu->state == S390IRQ_STATE_OPERATING && cpu->dispatched)
        return 0;
    return stored(status, S390IRQ_STATUS_NOT_RUNNING);
}

static int carried_out(struct model_vm *vm, uint32_t sender,
                       struct model_cpu *cpu, uint32_t order,
                       uint64_t parameter, uint32_t *status)
{
    switch (order) {
    case S390IRQ_SIGP_EXTERNAL_CALL:
        return signal_cpu(vm, sender, cpu, S390IRQ_KIND_EXTERNAL_CALL, status);
    case S390IRQ_SIGP_CONDITIONAL_EMERGENCY:
        if (!accepts(vm, cpu, parameter))
            return stored(status, S390IRQ_STATUS_INCORRECT_STATE);
        /* fall through */
    case S390IRQ_SIGP_EMERGENCY_SIGNAL:
        return signal_cpu(vm, sender, cpu, S390IRQ_KIND_EMERGENCY_SIGNAL,
                          status);
    case S390IRQ_SIGP_START:
        return model_start(vm, cpu, NULL);
    case S390IRQ_SIGP_STOP:
        return model_stop(vm, cpu);
    case S390IRQ_SIGP_RESTART:
        return model_restart(vm, cpu);
    case S390IRQ_SIGP_STOP_AND_STORE_STATUS:
        if (!vm->registers)
            return S390IRQ_E_UNSUPPORTED;
        return model_stop_and_store(vm, cpu);
    case S390IRQ_SIGP_STORE_STATUS:
        return store_status(vm, cpu, parameter, status);
    case S390IRQ_SIGP_STORE_ADDITIONAL:
        return store_additional(vm, cpu, parameter, status);
    case S390IRQ_SIGP_SET_PREFIX:
        return set_prefix(vm, cpu, parameter, status);
    default:
        return 0;
    }
}

int model_sigp(struct model_vm *vm, uint32_t sender, uint32_t target,
               uint32_t order, uint64_t parameter, uint32_t *status)
{
    struct model_cpu *cpu;

    order &= 0xff;
    if (order == S390IRQ_SIGP_SET_ARCHITECTURE)
        return stored(status, S390IRQ_STATUS_INVALID_PARAMETER);
    if (target >= vm->cpus || !vm->cpu[target].there)
        return 3;
    cpu = &vm->cpu[target];
    if (!is_known(vm, order))
        return stored(status, S390IRQ_STATUS_INVALID_ORDER);
    if (order == S390IRQ_SIGP_CPU_RESET)
        return model_reset(vm, cpu, S390IRQ_RESET_CPU);
    if (order == S390IRQ_SIGP_INITIAL_CPU_RESET)
        return model_reset(vm, cpu, S390IRQ_RESET_INITIAL);
    if (model_outstanding(cpu))
        return 2;
    if (order == S390IRQ_SIGP_SENSE_RUNNING_STATUS)
        return running(cpu, status);
    if (order == S390IRQ_SIGP_SENSE)
        return sense(vm, cpu, status);
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return stored(status, S390IRQ_STATUS_CHECK_STOP);
    return carried_out(vm, sender, cpu, order, parameter, status);
}
