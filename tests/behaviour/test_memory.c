/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Guest storage: flat, through hooks, and through the lowcore pointer. */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_IO)

static unsigned lowcore_calls;

static void count_lowcore(struct fake *fake, const char *hook,
                          struct fake_cpu *cpu)
{
    (void)fake;
    (void)cpu;
    lowcore_calls += strcmp(hook, "lowcore") == 0;
}

static struct fake *with_lowcore_hook(void)
{
    struct fake_options options = {
        .cpus = 2,
        .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY | FAKE_HOOK_LOWCORE,
    };
    struct fake *fake = fake_open(&options);

    lowcore_calls = 0;
    fake->during = count_lowcore;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    return fake;
}

static void emergency(struct fake *fake, unsigned accesses)
{
    fake->accesses = 0;
    fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake->accesses != 0, accesses != 0);
    assert_int_equal(
        fake_load(fake, fake->cpu[0].cpu.prefix + LOWCORE_EXTERNAL_CODE, 2),
        EXTERNAL_EMERGENCY_SIGNAL);
}

/* The same bytes whichever way they go. */
static void same_bytes_by_every_way(void **state)
{
    static const unsigned ways[] = {
        0,
        FAKE_HOOK_MEMORY,
        FAKE_HOOK_MEMORY | FAKE_HOOK_LOWCORE,
        FAKE_HOOK_LOWCORE,
    };

    (void)state;
    for (size_t i = 0; i < 4 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 4];
        struct fake_options options = { .cpus = 2,
                                        .hooks = FAKE_USUAL | ways[i % 4] };
        struct fake *fake = fake_open(&options);
        struct s390irq_cpu before;

        fake->cpu[0].cpu.breaking_event_address = 0x4444;
        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        before = fake->cpu[0].cpu;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_assert_stored(fake, 0, class, &before);
        fake_close(fake);
    }
}

static void pointer_is_asked_for_once(void **state)
{
    struct fake *fake = with_lowcore_hook();

    (void)state;
    for (int i = 0; i < 5; i++)
        emergency(fake, 0);
    assert_int_equal(lowcore_calls, 1);
    /* Another prefix is another area. */
    fake->cpu[0].cpu.prefix = fake_prefix(1);
    emergency(fake, 0);
    emergency(fake, 0);
    assert_int_equal(lowcore_calls, 2);
    fake->during = NULL;
    fake_close(fake);
}

static unsigned answers_null;

static void *no_lowcore(void *vm, void *cpu, uint64_t absolute)
{
    struct fake *fake = vm;

    (void)cpu;
    lowcore_calls++;
    return answers_null ? NULL : fake->ram + absolute;
}

/* Dirty logging begins: the pointer is given up, stores go by the hook. */
static void pointer_is_given_up(void **state)
{
    struct fake_options options = {
        .cpus = 2,
        .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY | FAKE_HOOK_LOWCORE,
    };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake->ops.lowcore = no_lowcore;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    answers_null = 0;
    lowcore_calls = 0;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    emergency(fake, 0);
    answers_null = 1;
    emergency(fake, 0);
    assert_int_equal(s390irq_vcpu_lowcore_changed(fake->cpu[0].vcpu), 0);
    emergency(fake, 1);
    emergency(fake, 1);
    assert_int_equal(lowcore_calls, 2);
    answers_null = 0;
    assert_int_equal(s390irq_vcpu_lowcore_changed(fake->cpu[0].vcpu), 0);
    emergency(fake, 0);
    assert_int_equal(lowcore_calls, 3);
    fake_close(fake);
}

/* The area has to lie in config.ram as a whole, both pages of it. */
static void area_at_the_end_of_ram(void **state)
{
    (void)state;
    for (uint64_t cut = 0; cut <= LOWCORE_SIZE; cut += LOWCORE_SIZE / 2) {
        struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
        struct fake *fake = fake_prepare(&options);
        uint64_t last = fake->ram_size - LOWCORE_SIZE;
        uint32_t status = 0;
        int cc;

        fake->config.ram_size -= cut;
        fake_create_vm(fake);
        fake_create_cpu(fake, 0);
        fake_create_cpu(fake, 1);
        cc = fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX, last, &status);
        assert_int_equal(cc, cut != 0);
        assert_int_equal(status, cut ? S390IRQ_STATUS_INVALID_PARAMETER : 0);
        fake_close(fake);
    }
}

/* Half an area: what needs the other half fails, and nothing is lost. */
static void half_an_area(void **state)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    uint64_t last = fake->ram_size - LOWCORE_SIZE;
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake->config.ram_size -= LOWCORE_SIZE / 2;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    cpu->cpu.prefix = (uint32_t)last;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(fake_load(fake, last + LOWCORE_EXTERNAL_CODE, 2),
                     EXTERNAL_EMERGENCY_SIGNAL);
    fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_int_equal(cpu->report.fault_address,
                     last + LOWCORE_EXTERNAL_PARAMETER64);
    assert_int_equal(fake_load(fake, last + LOWCORE_EXTERNAL_PARAMETER64, 8),
                     0);
    cpu->cpu.prefix = fake_prefix(0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds, 1u << S390IRQ_KIND_VIRTIO);
    fake_close(fake);
}

static void no_storage_at_all(void **state)
{
    uint32_t status = 0;
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake->config.ram = NULL;
    fake->config.ram_size = 0;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    assert_int_equal(fake->cpu[0].report.fault_address & ~UINT64_C(0x1fff),
                     fake_prefix(0));
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_int_equal(
        fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX, 0x4000, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "memory: the same bytes by every way", same_bytes_by_every_way, NULL,
          NULL, NULL },
        { "memory: the lowcore pointer is asked for once",
          pointer_is_asked_for_once, NULL, NULL, NULL },
        { "memory: the lowcore pointer is given up", pointer_is_given_up, NULL,
          NULL, NULL },
        { "memory: an area at the end of storage", area_at_the_end_of_ram, NULL,
          NULL, NULL },
        { "memory: half an area", half_an_area, NULL, NULL, NULL },
        { "memory: no storage at all", no_storage_at_all, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
