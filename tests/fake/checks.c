/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "checks.h"

const struct check_group check_groups[CHECK_GROUPS] = {
    { S390IRQ_MCIC_CHANNEL_REPORT, CR14_CHANNEL_REPORT },
    { S390IRQ_MCIC_SYSTEM_RECOVERY, CR14_RECOVERY },
    { S390IRQ_MCIC_DEGRADATION, CR14_DEGRADATION },
    { S390IRQ_MCIC_EXTERNAL_DAMAGE, CR14_EXTERNAL_DAMAGE },
    { S390IRQ_MCIC_WARNING, CR14_WARNING },
};

uint64_t check_conditions(unsigned set)
{
    uint64_t conditions = 0;

    for (unsigned i = 0; i < CHECK_GROUPS; i++)
        if (set & 1u << i)
            conditions |= check_groups[i].condition;
    return conditions;
}

uint64_t check_submasks(unsigned set)
{
    uint64_t submasks = 0;

    for (unsigned i = 0; i < CHECK_GROUPS; i++)
        if (set & 1u << i)
            submasks |= check_groups[i].submask;
    return submasks;
}

struct s390irq_interruption check_record(uint64_t conditions)
{
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = conditions,
    };

    return record;
}

int check_inject(struct fake *fake, uint32_t address, uint64_t conditions)
{
    struct s390irq_interruption record = check_record(conditions);

    return s390irq_vcpu_inject(fake->cpu[address].vcpu, &record);
}

int check_inject_floating(struct fake *fake, uint64_t conditions)
{
    struct s390irq_interruption record = check_record(conditions);

    return s390irq_vm_inject(fake->vm, &record);
}

/* Boots a CPU with these masks. */
void check_boot(struct fake *fake, uint32_t address, uint64_t psw_mask,
                uint64_t cr14, int answer)
{
    fake->cpu[address].cpu.cr[14] = cr14;
    fake_boot(fake, address, psw_mask, CR0_EVERY_EXTERNAL, answer);
}

void check_load_cr14(struct fake *fake, uint32_t address, uint64_t psw_mask,
                     uint64_t cr14)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    cpu->cpu.psw_mask = psw_mask;
    cpu->cpu.cr[14] = cr14;
    assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
}

uint64_t check_code(struct fake *fake, uint32_t address)
{
    return fake_load(fake, fake_prefix(address) + LOWCORE_MACHINE_CHECK_CODE,
                     8);
}

/* One deliver takes one machine check with exactly these conditions. */
void check_presents(struct fake *fake, uint32_t address, uint64_t conditions)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    assert_int_equal(fake_deliver(fake, address), S390IRQ_RUN);
    if (!conditions) {
        assert_int_equal(cpu->report.taken, 0);
        return;
    }
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(cpu->report.taken_kinds, 1u << S390IRQ_KIND_MACHINE_CHECK);
    assert_int_equal(check_code(fake, address), conditions | CHECK_VALID);
    assert_int_equal(cpu->cpu.psw_address, 0x101e0);
}

size_t check_local_count(struct fake *fake, uint32_t address)
{
    return s390irq_queue_count(s390irq_vcpu_queue(fake->cpu[address].vcpu));
}

size_t check_floating_count(struct fake *fake)
{
    return s390irq_queue_count(s390irq_vm_queue(fake->vm));
}

unsigned check_members(unsigned set)
{
    return (unsigned)__builtin_popcount(set);
}

struct s390irq_plan check_plan;

int check_prepare(struct fake *fake, uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    memset(&check_plan, 0, sizeof check_plan);
    check_plan.size = sizeof check_plan;
    return s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &check_plan);
}

void check_commit(struct fake *fake, uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    for (uint32_t i = 0; i < check_plan.store_count; i++)
        memcpy(fake->ram + check_plan.store[i].absolute,
               check_plan.store[i].bytes, check_plan.store[i].length);
    for (uint32_t i = 0; i < check_plan.block_count; i++)
        memcpy(fake->ram + check_plan.block[i].absolute,
               check_plan.block[i].bytes, check_plan.block[i].length);
    memcpy(check_plan.new_psw, fake->ram + check_plan.new_psw_absolute, 16);
    assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &check_plan), 0);
}
