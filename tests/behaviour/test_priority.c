/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Order of simultaneous interruptions and the masks between them (PoP ch. 6,
 * priority of interruptions; external interruptions).
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

/* The external classes in priority order, as indexes of fake_classes. */
static size_t external_classes(const struct fake_class **list)
{
    size_t count = 0;

    for (size_t i = 0; i < fake_class_count; i++)
        if (fake_classes[i].cr0_bit)
            list[count++] = &fake_classes[i];
    return count;
}

/* Takes the level condition back, as its handler would. */
static void withdraw(struct fake *fake, uint32_t kind)
{
    struct fake_cpu *cpu = &fake->cpu[0];

    if (kind == S390IRQ_KIND_CLOCK_COMPARATOR)
        cpu->cpu.clock_comparator = UINT64_MAX;
    else if (kind == S390IRQ_KIND_CPU_TIMER)
        cpu->cpu.cpu_timer = 1000;
    else
        return;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
}

/*
 * Everything external pends; CR0 has these submasks. Handlers run to their
 * end, one by one: exactly the enabled come, in order.
 */
static void with_submasks(uint64_t cr0)
{
    const struct fake_class *list[16];
    size_t count = external_classes(list);
    struct fake *fake = fake_usual(2);

    fake_boot(fake, 0, PSW_64, cr0, S390IRQ_RUN);
    for (size_t i = count; i-- > 0;)
        fake_raise(fake, 0, list[i]);
    for (size_t i = 0; i < count; i++) {
        if (!(cr0 & list[i]->cr0_bit))
            continue;
        fake_load_masks(fake, 0, OPEN, cr0);
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << list[i]->kind);
        withdraw(fake, list[i]->kind);
    }
    fake_load_masks(fake, 0, OPEN, cr0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_false(fake_attention(fake, 0));
    fake_close(fake);
}

static void every_subset_of_submasks(void **state)
{
    static const uint64_t submasks[] = {
        CR0_INTERRUPT_KEY,  CR0_EMERGENCY_SIGNAL, CR0_EXTERNAL_CALL,
        CR0_TOD_SYNC_CHECK, CR0_CLOCK_COMPARATOR, CR0_CPU_TIMER,
        CR0_TIMING_ALERT,   CR0_WARNING_TRACK,    CR0_SERVICE_SIGNAL,
    };

    (void)state;
    for (unsigned subset = 0; subset < 1u << 9; subset++) {
        uint64_t cr0 = 0xE0 & ~CR0_INTERRUPT_KEY;

        for (unsigned i = 0; i < 9; i++)
            if (subset & 1u << i)
                cr0 |= submasks[i];
        with_submasks(cr0);
    }
}

/*
 * Each new PSW disables what the next needs not: SVC, program, external and
 * restart stack up in one call, each old PSW the new PSW before it.
 */
static void swaps_nest(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    uint64_t prefix = fake_prefix(0);

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_SVC_NEW, PSW_64, 0x6000);
    fake_new_psw(fake, 0, LOWCORE_PROGRAM_NEW, OPEN, 0x7000);
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, PSW_31 | PSW_EXTERNAL, 0x8000);
    fake_new_psw(fake, 0, LOWCORE_RESTART_NEW, PSW_24, 0x9000);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 4);
    fake_assert_psw(fake, prefix + LOWCORE_SVC_OLD, OPEN, 0x5000);
    fake_assert_psw(fake, prefix + LOWCORE_PROGRAM_OLD, PSW_64, 0x6000);
    fake_assert_psw(fake, prefix + LOWCORE_EXTERNAL_OLD, OPEN, 0x7000);
    fake_assert_psw(fake, prefix + LOWCORE_RESTART_OLD, PSW_31 | PSW_EXTERNAL,
                    0x8000);
    assert_int_equal(cpu->cpu.psw_mask, PSW_24);
    assert_int_equal(cpu->cpu.psw_address, 0x9000);
    fake_close(fake);
}

/* External new PSWs that stay enabled: all of them, in order, in one call. */
static void externals_nest(void **state)
{
    const struct fake_class *list[16];
    size_t count = external_classes(list);
    struct fake *fake = fake_watched(2);
    size_t seen = 0;

    (void)state;
    fake_boot(fake, 0, PSW_64,
              CR0_EVERY_EXTERNAL & ~CR0_CLOCK_COMPARATOR & ~CR0_CPU_TIMER,
              S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x8000);
    for (size_t i = count; i-- > 0;)
        fake_raise(fake, 0, list[i]);
    fake_load_masks(fake, 0, OPEN, fake->cpu[0].cpu.cr[0]);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, count - 2);
    for (unsigned i = 0; i < fake->events; i++) {
        if (fake->event[i].event != S390IRQ_TRACE_DELIVER)
            continue;
        while (list[seen]->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
               list[seen]->kind == S390IRQ_KIND_CPU_TIMER)
            seen++;
        assert_int_equal(fake->event[i].kind, list[seen]->kind);
        seen++;
    }
    assert_int_equal(seen, count);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, OPEN, 0x8000);
    fake_close(fake);
}

static void masks_between_two(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EXTERNAL_CALL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    assert_int_equal(cpu->report.intercepts, S390IRQ_INTERCEPT_PSW_EXTERNAL);
    assert_false(fake_attention(fake, 0));
    /* LPSWE of the old PSW opens again. */
    fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds, 1u << S390IRQ_KIND_EXTERNAL_CALL);
    fake_close(fake);
}

static void level_until_withdrawn(void **state)
{
    static const uint32_t kinds[] = { S390IRQ_KIND_CLOCK_COMPARATOR,
                                      S390IRQ_KIND_CPU_TIMER };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct fake_class *class = fake_class_of(kinds[i]);
        struct fake *fake = fake_usual(1);

        fake_boot(fake, 0, OPEN, class->cr0_bit, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        for (int again = 0; again < 3; again++) {
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << kinds[i]);
            fake_load_masks(fake, 0, OPEN, class->cr0_bit);
            assert_true(fake_attention(fake, 0));
        }
        withdraw(fake, kinds[i]);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        assert_int_equal(fake_counter(fake, kinds[i]).taken, 3);
        fake_close(fake);
    }
}

/* A handler that leaves its own class enabled: bounded, and it goes on. */
static void repeated_swaps_answer_loop(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x8000);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_CLOCK_COMPARATOR));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_LOOP);
        assert_int_equal(cpu->report.taken, 64);
        assert_int_equal(cpu->report.loop_kind, S390IRQ_KIND_CLOCK_COMPARATOR);
        assert_true(fake_attention(fake, 0));
    }
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &cpu->cpu), 0);
    cpu->cpu.clock_comparator = UINT64_MAX;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    fake_close(fake);
}

static void restart_and_stop_come_last(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_interruption stop = { .kind = S390IRQ_KIND_STOP };

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    assert_int_equal(s390irq_vcpu_inject(cpu->vcpu, &stop), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, OPEN, 0x5000);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_RESTART_OLD, PSW_64,
                    0x101b0);
    assert_int_equal(cpu->cpu.psw_address, 0x101a0);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_STOPPED);
    fake_close(fake);
}

static void stopped_cpu_takes_restart_first(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_new_psw(fake, 0, LOWCORE_RESTART_NEW, OPEN, 0x9000);
    cpu->cpu.prefix = fake_prefix(0);
    cpu->cpu.psw_mask = OPEN;
    cpu->cpu.psw_address = 0x5000;
    cpu->cpu.cr[0] = CR0_EVERY_EXTERNAL;
    cpu->cpu.clock_comparator = UINT64_MAX;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_RESTART_OLD, OPEN, 0x5000);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, OPEN, 0x9000);
    assert_int_equal(cpu->cpu.psw_address, 0x101b0);
    fake_close(fake);
}

static void emergency_sources_lowest_first(void **state)
{
    struct fake *fake = fake_usual(200);
    const uint32_t sources[] = { 199, 64, 0, 63, 128, 7 };
    const uint32_t order[] = { 0, 7, 63, 64, 128, 199 };

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(
            s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, sources[i]), 0);
    for (size_t i = 0; i < 6; i++) {
        fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_EXTERNAL_CPU, 2),
            order[i]);
    }
    assert_int_equal(fake_pending(fake, 0), 0);
    fake_close(fake);
}

/*
 * PoP ch. 6: an early specification exception has the instruction-length code
 * 0; with an odd address, found at the fetch, it is one that can be.
 */
enum {
    VALID,
    EARLY,
    LATE
};

static void assert_specification(struct fake *fake, int invalid, uint64_t mask,
                                 uint64_t address)
{
    uint64_t prefix = fake_prefix(0);
    uint64_t ilc = fake_load(fake, prefix + LOWCORE_PROGRAM_ILC, 2);

    fake_assert_psw(fake, prefix + LOWCORE_PROGRAM_OLD, mask, address);
    assert_int_equal(fake_load(fake, prefix + LOWCORE_PROGRAM_CODE, 2), 6);
    if (invalid == EARLY)
        assert_int_equal(ilc, 0);
    else
        assert_true(ilc == 2 || ilc == 4 || ilc == 6);
}

static void invalid_new_psws(void **state)
{
    static const struct {
        uint64_t mask, address;
        int invalid;
    } rows[] = {
        { PSW_64, 0x6000, VALID },
        { PSW_31, 0x7ffffffe, VALID },
        { PSW_24, 0xfffffe, VALID },
        { PSW_64, UINT64_C(0xfffffffffffffffe), VALID },
        { PSW_64 | PSW_PER | PSW_DAT | PSW_PROBLEM, 0x6000, VALID },
        { UINT64_C(0x100000000), 0x6000, EARLY }, /* EA without BA */
        { PSW_31, 0x80000000, EARLY },
        { PSW_24, 0x1000000, EARLY },
        { PSW_64 | 1, 0x6000, EARLY },
        { PSW_64 | UINT64_C(0x8000000000000000), 0x6000, EARLY },
        { PSW_64 | UINT64_C(0x0008000000000000), 0x6000, EARLY },
        { PSW_64, 0x6001, LATE }, /* late: the address is odd */
        { PSW_24, 0x6001, LATE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(2);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
        fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, rows[i].mask,
                     rows[i].address);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken, rows[i].invalid ? 2 : 1);
        assert_int_equal(cpu->cpu.psw_address,
                         rows[i].invalid ? 0x101d0 : rows[i].address);
        if (rows[i].invalid)
            assert_specification(fake, rows[i].invalid, rows[i].mask,
                                 rows[i].address);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Nothing is fetched at an odd address while something else comes first. */
static void odd_address_is_found_late(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_PROGRAM_NEW, OPEN, 0x6001);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 2);
    assert_int_equal(cpu->cpu.psw_address, 0x101b0);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_EXTERNAL_OLD, OPEN, 0x6001);
    /* A CPU that waits fetches nothing. */
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, WAITING, 0x6001);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

static void invalid_program_new_psw_loops(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_PROGRAM_NEW, PSW_64 | 1, 0x6000);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_LOOP);
        assert_int_equal(cpu->report.loop_kind, S390IRQ_KIND_PROGRAM);
    }
    fake_new_psw(fake, 0, LOWCORE_PROGRAM_NEW, PSW_64, 0x6000);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.psw_address, 0x6000);
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "priority: every subset of the CR0 submasks",
          every_subset_of_submasks, NULL, NULL, NULL },
        { "priority: SVC, program, external, restart nest", swaps_nest, NULL,
          NULL, NULL },
        { "priority: all externals nest in one call", externals_nest, NULL,
          NULL, NULL },
        { "priority: masks are read again after a swap", masks_between_two,
          NULL, NULL, NULL },
        { "priority: level conditions come until withdrawn",
          level_until_withdrawn, NULL, NULL, NULL },
        { "priority: repeated swaps answer LOOP", repeated_swaps_answer_loop,
          NULL, NULL, NULL },
        { "priority: restart and stop come last", restart_and_stop_come_last,
          NULL, NULL, NULL },
        { "priority: a stopped CPU takes restart first",
          stopped_cpu_takes_restart_first, NULL, NULL, NULL },
        { "priority: emergency sources lowest first",
          emergency_sources_lowest_first, NULL, NULL, NULL },
        { "priority: invalid new PSWs", invalid_new_psws, NULL, NULL, NULL },
        { "priority: an odd address is found late", odd_address_is_found_late,
          NULL, NULL, NULL },
        { "priority: an invalid program new PSW loops and recovers",
          invalid_program_new_psw_loops, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
