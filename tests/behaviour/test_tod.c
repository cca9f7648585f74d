/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The TOD clock: set, read, with its epoch index, and when the host's jumps. */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL)
#define HOUR (UINT64_C(3600) * 4096000000u)

static void index_and_borrow(void **state)
{
    static const struct {
        uint32_t index;
        uint64_t tod;
        uint64_t host; /* later host TOD */
        uint32_t index_then;
        uint64_t tod_then;
    } rows[] = {
        { 0, 0x5000, FAKE_TOD_START + 1, 0, 0x5001 },
        { 1, 0x5000, FAKE_TOD_START + 1, 1, 0x5001 },
        { 1, UINT64_MAX, FAKE_TOD_START + 1, 2, 0 },
        { 0xff, UINT64_MAX, FAKE_TOD_START + 2, 0, 1 },
        { 7, FAKE_TOD_START, FAKE_TOD_START, 7, FAKE_TOD_START },
        { 7, 0, UINT64_MAX, 7, UINT64_MAX - FAKE_TOD_START },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(1);
        uint32_t index;
        uint64_t tod;

        assert_int_equal(
            s390irq_vm_set_tod_epoch(fake->vm, rows[i].index, rows[i].tod), 0);
        atomic_store(&fake->tod, rows[i].host);
        assert_int_equal(s390irq_vm_get_tod_epoch(fake->vm, &index, &tod), 0);
        assert_int_equal(index, rows[i].index_then);
        assert_int_equal(tod, rows[i].tod_then);
        fake_close(fake);
    }
}

/* V-25: comparators look at 64 bits, whatever the index. */
static void comparator_without_index(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 3, 0x1000), 0);
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = 0x2000;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    atomic_fetch_add(&fake->tod, 0x1001);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

static void without_the_facility(void **state)
{
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    static const uint8_t none[18];
    uint32_t index = 9;
    uint64_t tod;

    (void)state;
    fake->config.facilities = none;
    fake->config.facilities_size = sizeof none;
    fake_create_vm(fake);
    assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 1, 5),
                     S390IRQ_E_UNSUPPORTED);
    assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 0, 5), 0);
    assert_int_equal(s390irq_vm_get_tod_epoch(fake->vm, &index, &tod), 0);
    assert_int_equal(index, 0);
    assert_int_equal(tod, 5);
    fake_close(fake);
}

/*
 * The guest notices nothing: its clock, a running CPU's timer, a waiting
 * one's and a stopped one's are what they were.
 */
static void host_jumps(void **state)
{
    static const uint64_t jumps[] = { HOUR, -HOUR / 100, 1, UINT64_MAX };

    (void)state;
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        struct fake *fake = fake_usual(3);
        struct s390irq_cpu parked = S390IRQ_CPU_INIT;
        uint64_t before, after, start;
        uint32_t index_before, index_after;

        atomic_store(&fake->tod, HOUR);
        start = HOUR;
        assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 4, 0x100), 0);
        for (uint32_t at = 0; at < 2; at++) {
            fake_boot(fake, at, OPEN | (at ? PSW_WAIT : 0), 0,
                      at ? S390IRQ_WAIT : S390IRQ_RUN);
        }
        fake->cpu[0].cpu.cpu_timer = 5000;
        fake->cpu[0].cpu.cpu_timer_since_tod = start;
        parked.cpu_timer = 6000;
        parked.cpu_timer_since_tod = start;
        assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[1].vcpu, &parked), 0);
        s390irq_vm_get_tod_epoch(fake->vm, &index_before, &before);
        atomic_fetch_add(&fake->tod, jumps[i]);
        assert_int_equal(s390irq_vm_adjust_tod(fake->vm, jumps[i]), 0);
        s390irq_vm_get_tod_epoch(fake->vm, &index_after, &after);
        assert_int_equal(before, after);
        assert_int_equal(index_before, index_after);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].cpu.cpu_timer_since_tod,
                         start + jumps[i]);
        assert_int_equal(fake->cpu[0].report.changed, S390IRQ_CHANGED_TIMERS);
        assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, &parked), 0);
        assert_int_equal(parked.cpu_timer_since_tod, start + jumps[i]);
        assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[2].vcpu, &parked), 0);
        assert_int_equal(parked.cpu_timer_since_tod, 0);
        /* Once, not at every deliver. */
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.changed, 0);
        fake_close(fake);
    }
}

static void garbage(void **state)
{
    struct fake *fake = fake_usual(1);
    uint64_t tod;
    uint32_t index;

    (void)state;
    assert_int_equal(s390irq_vm_set_tod_epoch(NULL, 0, 0), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_set_tod_epoch(fake->vm, 0x100, 0),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_get_tod_epoch(NULL, &index, &tod),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_get_tod_epoch(fake->vm, NULL, &tod),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_get_tod_epoch(fake->vm, &index, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_adjust_tod(NULL, 1), S390IRQ_E_INVALID);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "tod: the epoch index, carried and borrowed", index_and_borrow, NULL,
          NULL, NULL },
        { "V-25 comparators look at the 64 bits only", comparator_without_index,
          NULL, NULL, NULL },
        { "tod: no index without the facility", without_the_facility, NULL,
          NULL, NULL },
        { "tod: the host's clock jumps and the guest sees nothing", host_jumps,
          NULL, NULL, NULL },
        { "tod: garbage", garbage, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
