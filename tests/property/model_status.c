/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The registers as they are stored: status (PoP ch. 4, store status), and the
 * save areas of a machine check (PoP ch. 11).
 */
#include "model.h"

#include <string.h>

/* Where each part is, from the base of the 512 bytes. */
#define FLOATING_POINT   0x000
#define GENERAL          0x080
#define PSW              0x100
#define PREFIX           0x118
#define FLOATING_CONTROL 0x11c
#define TOD_PROGRAMMABLE 0x124
#define CPU_TIMER        0x128
#define COMPARATOR       0x130
#define ACCESS           0x140
#define CONTROL          0x180

static void part(struct model_plan *plan, uint64_t absolute, uint32_t length,
                 uint64_t number)
{
    struct model_store *store = &plan->store[plan->count++];

    store->absolute = absolute;
    store->length = length;
    model_bytes(store->bytes, length, number);
}

static void doublewords(struct model_plan *plan, uint64_t absolute,
                        const uint64_t *from, unsigned count, unsigned stride)
{
    struct model_store *store = &plan->store[plan->count++];

    store->absolute = absolute;
    store->length = count * 8;
    for (unsigned i = 0; i < count; i++)
        model_bytes(store->bytes + i * 8, 8, from[i * stride]);
}

/* The registers of the hook: floating-point, general, access. */
void model_other_registers(const struct s390irq_registers *other, uint64_t base,
                           struct model_plan *plan)
{
    struct model_store *store;

    doublewords(plan, base + FLOATING_POINT, &other->vector[0][0], 16, 2);
    doublewords(plan, base + GENERAL, other->general, 16, 1);
    store = &plan->store[plan->count++];
    store->absolute = base + ACCESS;
    store->length = 64;
    for (unsigned i = 0; i < 16; i++)
        model_bytes(store->bytes + i * 4, 4, other->access[i]);
}

/* Those that interruptions read and change; the PSW is not among them. */
void model_own_registers(const struct model_vm *vm,
                         const struct s390irq_cpu *cpu, uint64_t base,
                         struct model_plan *plan)
{
    part(plan, base + PREFIX, 4, cpu->prefix);
    part(plan, base + FLOATING_CONTROL, 4, cpu->floating_point_control);
    part(plan, base + TOD_PROGRAMMABLE, 4, cpu->tod_programmable);
    part(plan, base + CPU_TIMER, 8, model_timer(vm, cpu));
    part(plan, base + COMPARATOR, 8, cpu->clock_comparator >> 8);
    doublewords(plan, base + CONTROL, cpu->cr, 16, 1);
}

static bool make(struct model_vm *vm, const struct model_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (model_lost(vm, plan->store[i].absolute, plan->store[i].length) ||
            !model_stored(vm, plan->store[i].absolute, plan->store[i].bytes,
                          plan->store[i].length))
            return false;
    return true;
}

int model_status_at(struct model_vm *vm, struct model_cpu *cpu, uint64_t base)
{
    struct model_plan plan;

    if (!cpu->has_other)
        return S390IRQ_BUSY;
    plan.count = 0;
    model_other_registers(&cpu->other, base, &plan);
    model_own_registers(vm, &cpu->cpu, base, &plan);
    part(&plan, base + PSW, 8, cpu->cpu.psw_mask);
    part(&plan, base + PSW + 8, 8, cpu->cpu.psw_address);
    return make(vm, &plan) ? 0 : S390IRQ_E_GUEST_MEMORY;
}

/* Stop and store status: at absolute 0x1200, and the architecture (0xa3). */
int model_status_in_place(struct model_vm *vm, struct model_cpu *cpu)
{
    const uint8_t architecture = 1;
    int outcome = model_status_at(vm, cpu, 0x1200);

    if (outcome == 0 && !model_stored(vm, 0xa3, &architecture, 1))
        outcome = S390IRQ_E_GUEST_MEMORY;
    return outcome;
}

/* The vector registers, and the guarded-storage control block behind. */
bool model_store_vectors(struct model_vm *vm, uint64_t origin,
                         const struct s390irq_registers *other)
{
    struct model_plan plan;

    plan.count = 0;
    doublewords(&plan, origin, &other->vector[0][0], 64, 1);
    return make(vm, &plan);
}

bool model_store_guarded(struct model_vm *vm, uint64_t origin,
                         const struct s390irq_registers *other)
{
    struct model_plan plan;

    plan.count = 0;
    doublewords(&plan, origin + 1024, other->guarded_storage, 4, 1);
    return make(vm, &plan);
}

/* What the low four bits say: 0 for an area that cannot be. */
uint64_t model_area_length(const struct model_vm *vm, uint64_t designation)
{
    if (!vm->facility[133])
        return 1024;
    switch (designation & 15) {
    case 0:
    case 10:
        return 1024;
    case 11:
        return 2048;
    case 12:
        return 4096;
    default:
        return 0;
    }
}
