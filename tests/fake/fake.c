/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Life of the fake host, and what tests do with a CPU in one line. */
#include "fake.h"

#define FIRST_PSW_ADDRESS 0x5000
#define SPARE_AREAS       4 /* prefix areas beside those of the CPUs */

uint32_t fake_prefix(uint32_t address)
{
    return (address + 1) * LOWCORE_SIZE;
}

struct fake *fake_prepare(const struct fake_options *options)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct fake *fake = calloc(1, sizeof *fake);

    assert_non_null(fake);
    fake->cpus = options->cpus;
    fake->cpu = calloc(options->cpus, sizeof *fake->cpu);
    fake->ram_size = (uint64_t)(options->cpus + SPARE_AREAS) * LOWCORE_SIZE;
    fake->ram = calloc(1, fake->ram_size);
    assert_non_null(fake->cpu);
    assert_non_null(fake->ram);
    atomic_store(&fake->tod, FAKE_TOD_START);
    fake->choice = S390IRQ_NO_CPU;
    fake->journal_hash = UINT64_C(0xcbf29ce484222325);
    pthread_mutex_init(&fake->journal_lock, NULL);
    for (uint32_t i = 0; i < options->cpus + SPARE_AREAS; i++)
        fake_default_psws(fake, i * LOWCORE_SIZE);

    config.cpus = options->cpus;
    config.flags = options->flags;
    config.log_level = options->log_level;
    if (options->cp_service_limit)
        config.cp_service_limit = options->cp_service_limit;
    if (!(options->hooks & FAKE_HOOK_MEMORY)) {
        config.ram = fake->ram;
        config.ram_size = fake->ram_size;
    }
    fake->config = config;
    fake_set_hooks(fake, options->hooks);
    return fake;
}

void fake_create_vm(struct fake *fake)
{
    assert_int_equal(
        s390irq_vm_create(&fake->config, &fake->ops, fake, &fake->vm), 0);
    assert_non_null(fake->vm);
}

void fake_fill_registers(struct s390irq_registers *registers, uint32_t address)
{
    static const struct s390irq_registers none = S390IRQ_REGISTERS_INIT;
    uint64_t mark = (uint64_t)(address + 1) << 56;

    *registers = none;
    for (uint64_t i = 0; i < 16; i++) {
        registers->general[i] = mark | 0x11000000 | i;
        registers->access[i] = (uint32_t)(0xac000000u | address << 8 | i);
    }
    for (uint64_t i = 0; i < 32; i++) {
        registers->vector[i][0] = mark | 0x22000000 | i;
        registers->vector[i][1] = mark | 0x33000000 | i;
    }
    for (uint64_t i = 0; i < 4; i++)
        registers->guarded_storage[i] = mark | 0x44000000 | i;
}

void fake_create_cpu(struct fake *fake, uint32_t address)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;
    static const struct s390irq_report report = S390IRQ_REPORT_INIT;
    struct fake_cpu *cpu = &fake->cpu[address];

    cpu->fake = fake;
    cpu->address = address;
    cpu->cpu = initial;
    cpu->report = report;
    fake_fill_registers(&cpu->registers, address);
    atomic_store(&cpu->deadline_tod, S390IRQ_NEVER);
    assert_int_equal(s390irq_vcpu_create(fake->vm, address, cpu, &cpu->vcpu),
                     0);
    assert_int_equal(s390irq_vcpu_poll(cpu->vcpu, &cpu->poll), 0);
}

struct fake *fake_open(const struct fake_options *options)
{
    struct fake *fake = fake_prepare(options);

    fake_create_vm(fake);
    for (uint32_t i = 0; i < options->cpus; i++)
        fake_create_cpu(fake, i);
    return fake;
}

struct fake *fake_usual(uint32_t cpus)
{
    struct fake_options options = { .cpus = cpus, .hooks = FAKE_USUAL };

    return fake_open(&options);
}

int fake_is_asked_for(const char *name)
{
    const char *value = getenv(name);

    return value && strcmp(value, "1") == 0;
}

struct fake *fake_watched(uint32_t cpus)
{
    struct fake_options options = { .cpus = cpus, .hooks = FAKE_WATCHED };

    return fake_open(&options);
}

void fake_needs_wait(void)
{
    if (!s390irq_feature(S390IRQ_FEATURE_BLOCKING_WAIT))
        skip();
}

void fake_discard(struct fake *fake)
{
    pthread_mutex_destroy(&fake->journal_lock);
    free(fake->journal);
    free(fake->cpu);
    free(fake->ram);
    free(fake);
}

void fake_close(struct fake *fake)
{
    for (uint32_t i = 0; i < fake->cpus; i++)
        assert_int_equal(atomic_load(&fake->cpu[i].wakes_without_attention), 0);
    s390irq_vm_unref(fake->vm);
    assert_int_equal(atomic_load(&fake->released), 1);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    fake_discard(fake);
}

void fake_start(struct fake *fake, uint32_t address, uint64_t psw_mask,
                uint64_t cr0)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    cpu->cpu.prefix = fake_prefix(address);
    cpu->cpu.psw_mask = psw_mask;
    cpu->cpu.psw_address = FIRST_PSW_ADDRESS;
    cpu->cpu.cr[0] = cr0;
    cpu->cpu.cr[6] = CR6_EVERY_ISC;
    cpu->cpu.clock_comparator = UINT64_MAX;
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, &cpu->cpu), 0);
}

void fake_boot(struct fake *fake, uint32_t address, uint64_t psw_mask,
               uint64_t cr0, int answer)
{
    fake_start(fake, address, psw_mask, cr0);
    assert_int_equal(fake_deliver(fake, address), answer);
    assert_int_equal(fake->cpu[address].report.taken, 0);
    atomic_store(&fake->cpu[address].wakes, 0);
}

int fake_deliver(struct fake *fake, uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];
    int answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, &cpu->report);

    fake_note(fake, "deliver %u %d %u %x %x %llx %llx", address, answer,
              cpu->report.taken, cpu->report.taken_kinds,
              cpu->report.intercepts,
              (unsigned long long)cpu->report.deadline_tod,
              (unsigned long long)cpu->cpu.psw_address);
    return answer;
}

void fake_check_stop(struct fake *fake, uint32_t address)
{
    assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[address].vcpu), 0);
    assert_int_equal(fake_deliver(fake, address), S390IRQ_CHECK_STOP);
    for (uint32_t i = 0; i < fake->cpus; i++) {
        if (i == address || !fake->cpu[i].vcpu)
            continue;
        s390irq_queue_clear(s390irq_vcpu_queue(fake->cpu[i].vcpu));
        atomic_store(&fake->cpu[i].wakes, 0);
    }
}

void fake_load_masks(struct fake *fake, uint32_t address, uint64_t psw_mask,
                     uint64_t cr0)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    cpu->cpu.psw_mask = psw_mask;
    cpu->cpu.cr[0] = cr0;
    assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
}

int fake_attention(struct fake *fake, uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];
    int attention = s390irq_vcpu_attention(cpu->vcpu);

    assert_int_equal(!attention, !s390irq_attention(&cpu->poll));
    return attention != 0;
}

uint32_t fake_pending(struct fake *fake, uint32_t address)
{
    return s390irq_queue_pending(s390irq_vcpu_queue(fake->cpu[address].vcpu));
}

uint32_t fake_floating(struct fake *fake)
{
    return s390irq_queue_pending(s390irq_vm_queue(fake->vm));
}

int fake_sigp(struct fake *fake, uint32_t sender, uint32_t target,
              uint32_t order, uint64_t parameter, uint32_t *status)
{
    uint32_t none = 0;
    int cc = s390irq_vcpu_sigp(fake->cpu[sender].vcpu, target, order, parameter,
                               status ? status : &none);

    fake_note(fake, "sigp %u %u %u %llx %d", sender, target, order,
              (unsigned long long)parameter, cc);
    return cc;
}

unsigned fake_wakes(const struct fake *fake, uint32_t address)
{
    return atomic_load(&fake->cpu[address].wakes);
}

unsigned fake_all_wakes(const struct fake *fake)
{
    unsigned wakes = 0;

    for (uint32_t i = 0; i < fake->cpus; i++)
        wakes += fake_wakes(fake, i);
    return wakes;
}
