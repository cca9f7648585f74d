/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Subchannels: they come and go, and bound what can pend. */
#include "fake.h"

#define OPEN       (PSW_64 | PSW_IO)
#define ID(number) (0x00010000u | (uint32_t)(number))

/* With subchannels 0 to 9. */
static struct fake *machine(void)
{
    struct fake *fake = fake_usual(1);

    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(i)), 0);
    return fake;
}

static int inject(struct fake *fake, uint32_t number, uint32_t parameter,
                  uint32_t isc)
{
    return s390irq_vm_inject_io(fake->vm, ID(number), parameter, IO_WORD(isc));
}

static int inject_adapter(struct fake *fake, uint32_t isc)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_ADAPTER };

    record.u.io.word = IO_ADAPTER_WORD(isc);
    return s390irq_vm_inject(fake->vm, &record);
}

static void subchannels_come_and_go(void **state)
{
    struct fake *fake = machine();

    (void)state;
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(3)),
                     S390IRQ_E_EXISTS);
    assert_int_equal(inject(fake, 77, 0, 0), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(inject(fake, 3, 0, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, ID(3)), 0);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, ID(3)),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(inject(fake, 3, 0, 0), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(3)), 0);
    /* A reset leaves them. */
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_int_equal(inject(fake, 3, 0, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0xff0fffff), 0);
    assert_int_equal(s390irq_vm_inject_io(fake->vm, 0xff0fffff, 1, 0),
                     S390IRQ_QUEUED);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* A storm grows nothing: neither memory nor what pends. */
static void storms(void **state)
{
    struct fake *fake = machine();
    size_t bytes = atomic_load(&fake->bytes_allocated);
    unsigned allocations = atomic_load(&fake->allocations);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    for (uint32_t i = 0; i < 50000; i++) {
        assert_true(inject(fake, i % 10, i, i % 8) >= 0);
        assert_true(inject_adapter(fake, i % 8) >= 0);
        if (i % 7 == 0) {
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            fake_load_masks(fake, 0, OPEN, 0);
        }
    }
    assert_true(s390irq_queue_count(s390irq_vm_queue(fake->vm)) <= 18);
    assert_int_equal(atomic_load(&fake->bytes_allocated), bytes);
    assert_int_equal(atomic_load(&fake->allocations), allocations);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void without_memory(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    for (unsigned fails = 1; fails <= 2; fails++) {
        fake->fail_allocation = atomic_load(&fake->allocations) + 1;
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(1)),
                         S390IRQ_E_NO_MEMORY);
        assert_int_equal(inject(fake, 1, 0, 0), S390IRQ_E_NO_SUBCHANNEL);
        fake->fail_allocation += fails;
    }
    fake_assert_unchanged(fake, before);
    fake->fail_allocation = 0;
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(1)), 0);
    assert_int_equal(inject(fake, 1, 0, 0), S390IRQ_QUEUED);
    fake_close(fake);
}

static void closed(void **state)
{
    struct fake *fake = machine();

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(inject(fake, 1, 1, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(inject(fake, 1, 2, 0), S390IRQ_CLOSED);
    assert_int_equal(inject(fake, 2, 2, 0), S390IRQ_CLOSED);
    assert_int_equal(inject_adapter(fake, 0), S390IRQ_CLOSED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake_load(fake, fake_prefix(0) + LOWCORE_IO_PARAMETER, 4),
                     1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).refused, 2);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).refused, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* What cannot be one: see tests/pending/test_subchannels.c for all of them. */
static void identifications(void **state)
{
    static const uint32_t wrong[] = { 0,          1,          0x00020000,
                                      0x01010000, 0x00110000, 0xffffffff };
    struct fake *fake = machine();
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct s390irq_interruption record = { .kind = S390IRQ_KIND_IO };

        record.u.io.subchannel = wrong[i];
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, wrong[i]),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, wrong[i]),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vm_inject(fake->vm, &record),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vm_inject_io(fake->vm, wrong[i], 0, 0),
                         S390IRQ_E_NO_SUBCHANNEL);
    }
    fake_assert_unchanged(fake, before);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "I/O: subchannels come and go", subchannels_come_and_go, NULL, NULL,
          NULL },
        { "I/O: what identifies no subchannel", identifications, NULL, NULL,
          NULL },
        { "V-14 V-15 I/O: storms are bounded", storms, NULL, NULL, NULL },
        { "I/O: subchannels without memory", without_memory, NULL, NULL, NULL },
        { "I/O: closed", closed, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
