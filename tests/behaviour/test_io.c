/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * I/O interruptions of subchannels and adapters, delivered: masks and order of
 * the interruption subclasses (PoP ch. 6, input/output interruption), one for
 * each subchannel (V-15), what is in hand, what is cleared.
 */
#include "fake.h"

#define OPEN       (PSW_64 | PSW_IO)
#define WAITING    (OPEN | PSW_WAIT)
#define ID(number) (0x00010000u | (uint32_t)(number))

/* With subchannels 0 to 9. */
static struct fake *machine(uint32_t cpus, unsigned hooks)
{
    struct fake_options options = { .cpus = cpus, .hooks = FAKE_USUAL | hooks };
    struct fake *fake = fake_open(&options);

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

/* CPU 0 runs, open for these ISCs. */
static void open_for(struct fake *fake, uint32_t cpu, uint32_t isc_mask)
{
    fake->cpu[cpu].cpu.cr[6] = (uint64_t)isc_mask << 24;
    fake_load_masks(fake, cpu, OPEN, 0);
}

/* The interruption that the prefix area of the CPU shows. */
static void stored(const struct fake *fake, uint32_t cpu, uint32_t subchannel,
                   uint32_t parameter, uint32_t word)
{
    uint64_t prefix = fake_prefix(cpu);

    assert_int_equal(fake_load(fake, prefix + LOWCORE_SUBCHANNEL, 4),
                     subchannel);
    assert_int_equal(fake_load(fake, prefix + LOWCORE_IO_PARAMETER, 4),
                     parameter);
    assert_int_equal(fake_load(fake, prefix + LOWCORE_IO_WORD, 4), word);
}

/* Exactly one is taken, with this parameter; the handler returns. */
static void takes(struct fake *fake, uint32_t cpu, uint32_t parameter)
{
    assert_int_equal(fake_deliver(fake, cpu), S390IRQ_RUN);
    assert_int_equal(fake->cpu[cpu].report.taken, 1);
    assert_int_equal(
        fake_load(fake, fake_prefix(cpu) + LOWCORE_IO_PARAMETER, 4), parameter);
    fake_load_masks(fake, cpu, OPEN, 0);
}

static void takes_nothing(struct fake *fake, uint32_t cpu)
{
    assert_int_equal(fake_deliver(fake, cpu), S390IRQ_RUN);
    assert_int_equal(fake->cpu[cpu].report.taken, 0);
    assert_false(fake_attention(fake, cpu));
}

/* Each of the 256 masks in CR6: what is enabled comes, ISC 0 first. */
static void every_mask(void **state)
{
    (void)state;
    for (uint32_t mask = 0; mask < 256; mask++) {
        struct fake *fake = machine(1, 0);
        uint32_t left = 0;

        fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        for (uint32_t isc = 8; isc-- > 0;)
            assert_int_equal(isc & 1 ? inject_adapter(fake, isc)
                                     : inject(fake, isc, isc, isc),
                             S390IRQ_QUEUED);
        open_for(fake, 0, mask);
        for (uint32_t isc = 0; isc < 8; isc++) {
            if (!(mask & 0x80u >> isc)) {
                left++;
                continue;
            }
            assert_true(fake_attention(fake, 0));
            takes(fake, 0, isc & 1 ? 0 : isc);
            if (isc & 1)
                stored(fake, 0, 0, 0, IO_ADAPTER_WORD(isc));
            else
                stored(fake, 0, ID(isc), isc, IO_WORD(isc));
        }
        takes_nothing(fake, 0);
        assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), left);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* A guest may load anything into the rest of CR6: nothing comes of it. */
static void beside_the_submasks(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 64; bit++) {
        struct fake *fake;

        if (bit >= 24 && bit < 32)
            continue;
        fake = machine(1, 0);
        fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        fake->cpu[0].cpu.cr[6] = UINT64_C(1) << bit;
        fake_load_masks(fake, 0, OPEN, 0);
        takes_nothing(fake, 0);
        for (uint32_t isc = 0; isc < 8; isc++)
            inject(fake, isc, isc, isc);
        takes_nothing(fake, 0);
        fake_close(fake);
    }
}

/* PSW bit 6, whatever CR6 and the external masks are. */
static void psw_bit(void **state)
{
    struct fake *fake = machine(1, 0);

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_EXTERNAL | PSW_MACHINE_CHECK,
              CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(inject(fake, 1, 1, 0), S390IRQ_QUEUED);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_int_equal(fake->cpu[0].report.intercepts, S390IRQ_INTERCEPT_PSW_IO);
    open_for(fake, 0, 0x7f);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.intercepts, S390IRQ_INTERCEPT_CR6);
    open_for(fake, 0, 0x80);
    takes(fake, 0, 1);
    fake_close(fake);
}

/* External interruptions first, then I/O, restart last: swaps nest. */
static void between_external_and_restart(void **state)
{
    struct fake *fake = machine(2, 0);
    uint64_t prefix = fake_prefix(0);

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, OPEN, 0x7000);
    fake_new_psw(fake, 0, LOWCORE_IO_NEW, PSW_64 | PSW_EXTERNAL, 0x8000);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    assert_int_equal(inject(fake, 1, 5, 3), S390IRQ_QUEUED);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_load_masks(fake, 0, OPEN | PSW_EXTERNAL, CR0_EMERGENCY_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 3);
    fake_assert_psw(fake, prefix + LOWCORE_EXTERNAL_OLD, OPEN | PSW_EXTERNAL,
                    0x5000);
    fake_assert_psw(fake, prefix + LOWCORE_IO_OLD, OPEN, 0x7000);
    fake_assert_psw(fake, prefix + LOWCORE_RESTART_OLD, PSW_64 | PSW_EXTERNAL,
                    0x8000);
    stored(fake, 0, ID(1), 5, IO_WORD(3));
    fake_close(fake);
}

static void one_for_each_subchannel(void **state)
{
    struct fake *fake = machine(1, 0);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(inject(fake, 1, 0x11, 2), S390IRQ_QUEUED);
    assert_int_equal(inject(fake, 2, 0x22, 2), S390IRQ_QUEUED);
    assert_int_equal(inject(fake, 3, 0x33, 2), S390IRQ_QUEUED);
    assert_int_equal(inject(fake, 1, 0x12, 2), S390IRQ_COALESCED);
    /* To another ISC: to the end of it, here before all the others. */
    assert_int_equal(inject(fake, 3, 0x34, 1), S390IRQ_COALESCED);
    open_for(fake, 0, 0xff);
    takes(fake, 0, 0x34);
    takes(fake, 0, 0x12);
    /* Taken, and injected again: to the end. */
    assert_int_equal(inject(fake, 1, 0x13, 2), S390IRQ_QUEUED);
    takes(fake, 0, 0x22);
    takes(fake, 0, 0x13);
    takes_nothing(fake, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).taken, 4);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).coalesced, 2);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).injected, 6);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void adapters_are_one(void **state)
{
    struct fake *fake = machine(1, 0);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(inject_adapter(fake, 4),
                         i ? S390IRQ_COALESCED : S390IRQ_QUEUED);
    open_for(fake, 0, 0xff);
    takes(fake, 0, 0);
    stored(fake, 0, 0, 0, IO_ADAPTER_WORD(4));
    takes_nothing(fake, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).coalesced, 999);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).injected, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Neither side starves while the other storms. */
static void turns(void **state)
{
    struct fake *fake = machine(1, 0);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    open_for(fake, 0, 0xff);
    for (uint32_t i = 0; i < 20; i++) {
        (void)inject(fake, i % 5, 100 + i % 5, 6);
        (void)inject(fake, (i + 1) % 5, 100 + (i + 1) % 5, 6);
        (void)inject_adapter(fake, 6);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(
            fake->cpu[0].report.taken_kinds,
            1u << (i % 2 ? S390IRQ_KIND_ADAPTER : S390IRQ_KIND_IO));
        fake_load_masks(fake, 0, OPEN, 0);
    }
    fake_close(fake);
}

/* Only a sleeper that is open for the ISC, also when one moves there. */
static void who_is_woken(void **state)
{
    struct fake *fake = machine(3, 0);

    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        fake_boot(fake, i, PSW_64, 0, S390IRQ_RUN);
        fake->cpu[i].cpu.cr[6] = CR6_ISC(i);
        fake->cpu[i].cpu.psw_mask = WAITING;
        assert_int_equal(fake_deliver(fake, i), S390IRQ_WAIT);
    }
    assert_int_equal(inject(fake, 1, 1, 7), S390IRQ_QUEUED);
    assert_int_equal(fake_all_wakes(fake), 0);
    assert_int_equal(inject(fake, 1, 2, 2), S390IRQ_COALESCED);
    assert_int_equal(fake_wakes(fake, 2), 1);
    assert_int_equal(inject_adapter(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_all_wakes(fake), 2);
    assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
    stored(fake, 2, ID(1), 2, IO_WORD(2));
    fake_assert_psw(fake, fake_prefix(2) + LOWCORE_IO_OLD, WAITING, 0x5000);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_ADAPTER);
    fake_close(fake);
}

static int prepare(struct fake *fake, uint32_t cpu, struct s390irq_plan *plan)
{
    memset(plan, 0, sizeof *plan);
    plan->size = sizeof *plan;
    return s390irq_vcpu_prepare(fake->cpu[cpu].vcpu, &fake->cpu[cpu].cpu, plan);
}

static int commit(struct fake *fake, uint32_t cpu, struct s390irq_plan *plan)
{
    memcpy(plan->new_psw, fake->ram + plan->new_psw_absolute, 16);
    return s390irq_vcpu_commit(fake->cpu[cpu].vcpu, &fake->cpu[cpu].cpu, plan);
}

/* The parameters that pend, in order, and all other ways to ask. */
static void pending(struct fake *fake, size_t expected, const uint32_t *list)
{
    struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
    struct s390irq_interruption array[8];
    size_t count = 8;

    assert_int_equal(s390irq_queue_count(queue), expected);
    assert_int_equal(s390irq_queue_list(queue, array, &count), 0);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(s390irq_interruption_check(&array[i]), 0);
        assert_int_equal(array[i].kind, S390IRQ_KIND_IO);
        assert_int_equal(array[i].parameter, list[i]);
    }
    assert_int_equal(fake_floating(fake), expected ? 1u << S390IRQ_KIND_IO : 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).pending, expected);
    fake_assert_counters(fake);
}

#define PENDING(fake, ...)                                              \
    pending(fake, sizeof(uint32_t[]){ __VA_ARGS__ } / sizeof(uint32_t), \
            (const uint32_t[]){ __VA_ARGS__ })

/* Two CPUs have one in hand each; a third is injected and taken. */
static void in_hand(void **state)
{
    struct fake *fake = machine(2, 0);
    struct s390irq_plan plan[2];

    (void)state;
    for (uint32_t i = 0; i < 2; i++)
        fake_boot(fake, i, OPEN, 0, S390IRQ_RUN);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(inject(fake, i, i, 2), S390IRQ_QUEUED);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(prepare(fake, i, &plan[i]), 1);
        assert_int_equal(plan[i].kind, S390IRQ_KIND_IO);
        assert_int_equal(plan[i].store_count, 4);
    }
    PENDING(fake, 1, 2, 3);
    /* Injected again while in hand: it pends anew. */
    assert_int_equal(inject(fake, 1, 0x11, 2), S390IRQ_QUEUED);
    PENDING(fake, 1, 2, 3, 0x11);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    PENDING(fake, 0x11, 2, 3);
    assert_int_equal(commit(fake, 1, &plan[1]), 0);
    PENDING(fake, 0x11, 3);
    takes(fake, 0, 0x11);
    takes(fake, 0, 3);
    takes_nothing(fake, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).coalesced, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void clear_all(struct fake *fake)
{
    assert_int_equal(s390irq_queue_clear(s390irq_vm_queue(fake->vm)), 1);
}

static void reset_all(struct fake *fake)
{
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
}

static void clear_one(struct fake *fake)
{
    assert_int_equal(s390irq_queue_clear_io(s390irq_vm_queue(fake->vm), ID(1)),
                     0);
    assert_int_equal(s390irq_queue_clear_io(s390irq_vm_queue(fake->vm), ID(2)),
                     1);
}

static void remove_both(struct fake *fake)
{
    for (uint32_t i = 1; i <= 2; i++)
        assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, ID(i)), 0);
}

/* 1 in hand, 2 pends: the commit stands, the abort brings nothing back. */
static void cleared_while_in_hand(void **state)
{
    static void (*const ways[])(struct fake *) = { clear_all, reset_all,
                                                   clear_one, remove_both };

    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct fake *fake = machine(1, 0);
        struct s390irq_plan plan;
        struct s390irq_counter counter;

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        assert_int_equal(inject(fake, 1, 1, 2), S390IRQ_QUEUED);
        assert_int_equal(inject(fake, 2, 2, 2), S390IRQ_QUEUED);
        assert_int_equal(prepare(fake, 0, &plan), 1);
        ways[i / 2](fake);
        if (i % 2)
            assert_int_equal(commit(fake, 0, &plan), 0);
        else
            assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
        counter = fake_counter(fake, S390IRQ_KIND_IO);
        assert_int_equal(counter.pending, 0);
        assert_int_equal(counter.taken, i % 2);
        assert_int_equal(counter.cleared, 2 - i % 2);
        fake_load_masks(fake, 0, OPEN, 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Given back, it is for whoever is open: a sleeper is woken. */
static void abort_routes_again(void **state)
{
    struct fake *fake = machine(2, 0);
    struct s390irq_plan plan;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(inject(fake, 1, 1, 2), S390IRQ_QUEUED);
    assert_int_equal(prepare(fake, 0, &plan), 1);
    fake_boot(fake, 1, WAITING, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    stored(fake, 1, ID(1), 1, IO_WORD(2));
    fake_close(fake);
}

/* Each access fails, with several in the queue: the order stays. */
static void failing_stores_keep_the_order(void **state)
{
    struct fake *fake = machine(1, FAKE_HOOK_MEMORY);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(inject(fake, i, i, 5), S390IRQ_QUEUED);
    for (uint32_t i = 1; i <= 3; i++) {
        for (unsigned fails = 1; fails <= 5; fails++) {
            struct s390irq_cpu before = fake->cpu[0].cpu;

            fake->accesses = 0;
            fake->fail_at = fails;
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
            assert_memory_equal(&fake->cpu[0].cpu, &before, sizeof before);
            assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).pending,
                             4 - i);
            fake->fail_at = 0;
        }
        takes(fake, 0, i);
    }
    takes_nothing(fake, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* A store fails while the subchannel is injected again, from its hook. */
static void inject_one_again(struct fake *fake, const char *hook,
                             struct fake_cpu *cpu)
{
    (void)cpu;
    if (strcmp(hook, "write") != 0)
        return;
    fake->during = NULL;
    assert_int_equal(inject(fake, 1, 0x99, 5), S390IRQ_QUEUED);
}

static void injected_while_a_store_fails(void **state)
{
    struct fake *fake = machine(1, FAKE_HOOK_MEMORY);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    for (uint32_t i = 1; i <= 2; i++)
        assert_int_equal(inject(fake, i, i, 5), S390IRQ_QUEUED);
    fake->during = inject_one_again;
    fake->accesses = 0;
    fake->fail_at = 2;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
    fake->fail_at = 0;
    takes(fake, 0, 0x99);
    takes(fake, 0, 2);
    takes_nothing(fake, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* H-20: who only looks takes nothing away. */
static void looking_changes_nothing(void **state)
{
    struct fake *fake = machine(1, 0);
    struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
    struct s390irq_interruption list[16];
    struct fake_snapshot *before;
    size_t count;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(inject(fake, i, i, i / 2), S390IRQ_QUEUED);
    assert_int_equal(inject_adapter(fake, 1), S390IRQ_QUEUED);
    before = fake_snapshot(fake);
    for (count = 0; count < 5; count++) {
        size_t room = count;

        assert_int_equal(s390irq_queue_list(queue, list, &room),
                         S390IRQ_E_BUFFER);
        assert_int_equal(room, 5);
    }
    assert_int_equal(s390irq_queue_list(queue, list, &count), 0);
    assert_int_equal(count, 5);
    assert_int_equal(list[3].kind, S390IRQ_KIND_ADAPTER);
    assert_int_equal(list[4].parameter, 3);
    fake_assert_unchanged(fake, before);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "H-7 I/O: each of the masks of ISCs, ISC 0 first", every_mask, NULL,
          NULL, NULL },
        { "I/O: bits beside the submasks of control register 6",
          beside_the_submasks, NULL, NULL, NULL },
        { "I/O: PSW bit 6, and what to watch for", psw_bit, NULL, NULL, NULL },
        { "I/O: between external and restart", between_external_and_restart,
          NULL, NULL, NULL },
        { "V-15 I/O: one for each subchannel", one_for_each_subchannel, NULL,
          NULL, NULL },
        { "V-14 I/O: adapters of an ISC are one", adapters_are_one, NULL, NULL,
          NULL },
        { "V-13 I/O: neither adapter nor subchannels starve", turns, NULL, NULL,
          NULL },
        { "I/O: who is woken", who_is_woken, NULL, NULL, NULL },
        { "I/O: in hand still pends, in its place", in_hand, NULL, NULL, NULL },
        { "I/O: cleared while in hand", cleared_while_in_hand, NULL, NULL,
          NULL },
        { "I/O: what is given back is routed again", abort_routes_again, NULL,
          NULL, NULL },
        { "V-13 I/O: failing stores keep the order",
          failing_stores_keep_the_order, NULL, NULL, NULL },
        { "V-15 I/O: injected again while a store fails",
          injected_while_a_store_fails, NULL, NULL, NULL },
        { "H-20 I/O: looking changes nothing", looking_changes_nothing, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
