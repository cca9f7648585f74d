/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A CPU that was woken for a floating interruption: when it takes that one, no
 * other is asked; when it takes another, the next sleeper is. The same on the
 * short way and, in a machine that is traced, on the whole one.
 */
#include "fake.h"

#define CPUS    4
#define WAITING (PSW_64 | PSW_EXTERNAL | PSW_IO | PSW_WAIT)
#define ISC     3

static const unsigned ways[] = { 0, FAKE_HOOK_TRACE };
#define WAYS (sizeof ways / sizeof *ways)

/* The last one is stopped; of the others number 2 fell asleep last. */
static struct fake *sleepers(unsigned way)
{
    struct fake_options options = {
        .cpus = CPUS,
        .hooks = FAKE_HOOK_TOD | FAKE_HOOK_DEADLINE | FAKE_HOOK_WAKE | way,
    };
    struct fake *fake = fake_open(&options);

    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x10000 + i), 0);
    for (uint32_t i = 0; i < CPUS - 1; i++)
        fake_boot(fake, i, WAITING, CR0_SERVICE_SIGNAL | CR0_EMERGENCY_SIGNAL,
                  S390IRQ_WAIT);
    return fake;
}

static void inject_io(struct fake *fake, uint32_t number)
{
    assert_int_equal(s390irq_vm_inject_io(fake->vm, 0x10000 + number, number,
                                          S390IRQ_IO_WORD(ISC)),
                     0);
}

static void takes(struct fake *fake, uint32_t address, uint32_t kind)
{
    assert_int_equal(fake_deliver(fake, address), S390IRQ_RUN);
    assert_int_equal(fake->cpu[address].report.taken_kinds, 1u << kind);
}

static void wakes(const struct fake *fake, unsigned of_0, unsigned of_1,
                  unsigned of_2)
{
    assert_int_equal(fake_wakes(fake, 0), of_0);
    assert_int_equal(fake_wakes(fake, 1), of_1);
    assert_int_equal(fake_wakes(fake, 2), of_2);
}

static void another_comes_first(void **state)
{
    (void)state;
    for (size_t i = 0; i < WAYS; i++) {
        struct fake *fake = sleepers(ways[i]);

        inject_io(fake, 0);
        wakes(fake, 0, 0, 1);
        assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[2].vcpu, 3),
                         0);
        takes(fake, 2, S390IRQ_KIND_EMERGENCY_SIGNAL);
        wakes(fake, 1, 0, 1);
        takes(fake, 0, S390IRQ_KIND_IO);
        wakes(fake, 1, 0, 1);
        fake_close(fake);
    }
}

/* The odd address is a specification exception: it is taken as well. */
static void takes_it(void **state)
{
    static const uint64_t handlers[] = { 0x4000, 0x4001 };

    (void)state;
    for (size_t i = 0; i < WAYS * 2; i++) {
        struct fake *fake = sleepers(ways[i / 2]);

        fake_new_psw(fake, 2, LOWCORE_IO_NEW, PSW_64, handlers[i % 2]);
        inject_io(fake, 0);
        inject_io(fake, 1);
        wakes(fake, 1, 0, 1);
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
        assert_true(fake->cpu[2].report.taken_kinds & 1u << S390IRQ_KIND_IO);
        wakes(fake, 1, 0, 1);
        assert_int_equal(s390irq_vcpu_kick(fake->cpu[2].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
        wakes(fake, 1, 0, 1);
        takes(fake, 0, S390IRQ_KIND_IO);
        fake_close(fake);
    }
}

/* Somebody else has it: the CPU finds nothing and sleeps on. */
static void comes_too_late(void **state)
{
    (void)state;
    for (size_t i = 0; i < WAYS; i++) {
        struct fake *fake = sleepers(ways[i]);

        assert_int_equal(s390irq_vm_inject_service(fake->vm, 8), 0);
        wakes(fake, 0, 0, 1);
        takes(fake, 1, S390IRQ_KIND_SERVICE_SIGNAL);
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_WAIT);
        assert_int_equal(fake->cpu[2].report.taken, 0);
        wakes(fake, 0, 0, 1);
        inject_io(fake, 0);
        wakes(fake, 0, 0, 2);
        fake_close(fake);
    }
}

/* The sleep goes on until there is a call that is one. */
static void is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < WAYS; i++) {
        struct fake *fake = sleepers(ways[i]);
        struct s390irq_cpu cpu = fake->cpu[2].cpu;

        inject_io(fake, 0);
        fake->cpu[2].cpu.size = 3;
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_E_STRUCT_TOO_SMALL);
        fake->cpu[2].cpu.size = sizeof cpu;
        assert_memory_equal(&cpu, &fake->cpu[2].cpu, sizeof cpu);
        fake->cpu[2].report.size = 3;
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_E_STRUCT_TOO_SMALL);
        assert_memory_equal(&cpu, &fake->cpu[2].cpu, sizeof cpu);
        fake->cpu[2].report.size = sizeof fake->cpu[2].report;
        takes(fake, 2, S390IRQ_KIND_IO);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "woken: another comes first, the next sleeper is asked",
          another_comes_first, NULL, NULL, NULL },
        { "woken: takes it, nobody else is asked", takes_it, NULL, NULL, NULL },
        { "woken: comes too late", comes_too_late, NULL, NULL, NULL },
        { "woken: a call that is refused changes nothing", is_refused, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
