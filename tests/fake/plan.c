/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "plan.h"

int plan_prepare(struct fake *fake, uint32_t address, struct s390irq_plan *plan)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    *plan = (struct s390irq_plan){ .size = sizeof *plan };
    return s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, plan);
}

int plan_commit(struct fake *fake, uint32_t address,
                const struct s390irq_plan *plan)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    return s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, plan);
}

void plan_carry_out(struct fake *fake, struct s390irq_plan *plan)
{
    assert_true(plan->store_count <= S390IRQ_PLAN_STORES);
    for (uint32_t i = 0; i < plan->store_count; i++) {
        const struct s390irq_store *store = &plan->store[i];

        assert_true(store->length >= 1 && store->length <= 16);
        assert_true(store->absolute + store->length <= fake->ram_size);
        memcpy(fake->ram + store->absolute, store->bytes, store->length);
    }
    memcpy(plan->new_psw, fake->ram + plan->new_psw_absolute, 16);
}
