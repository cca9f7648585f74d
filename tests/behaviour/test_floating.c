/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Who takes a floating interruption (decisions.md section 6). */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

static const uint32_t floating_kinds[] = {
    S390IRQ_KIND_TIMING_ALERT,
    S390IRQ_KIND_SERVICE_SIGNAL,
    S390IRQ_KIND_PFAULT_DONE,
    S390IRQ_KIND_VIRTIO,
};

static void inject_virtio(struct fake *fake)
{
    struct s390irq_interruption virtio = fake_record(S390IRQ_KIND_VIRTIO);

    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), S390IRQ_QUEUED);
}

static void nap(struct fake *fake, uint32_t address)
{
    fake->cpu[address].cpu.psw_mask = WAITING;
    assert_int_equal(fake_deliver(fake, address), S390IRQ_WAIT);
}

static void only_who_can_take_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const struct fake_class *class = fake_class_of(floating_kinds[i]);
        struct fake *fake = fake_usual(6);

        fake_boot(fake, 4, OPEN, 0, S390IRQ_RUN);
        fake_check_stop(fake, 4);
        fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL & ~class->cr0_bit,
                  S390IRQ_WAIT);
        fake_boot(fake, 1, PSW_64 | PSW_WAIT | PSW_IO, class->cr0_bit,
                  S390IRQ_WAIT);
        fake_boot(fake, 2, WAITING, class->cr0_bit, S390IRQ_WAIT);
        fake_boot(fake, 3, PSW_64 | PSW_WAIT, class->cr0_bit,
                  S390IRQ_WAIT_DISABLED);
        fake_raise(fake, 0, class);
        assert_int_equal(fake_wakes(fake, 2), 1);
        assert_int_equal(fake_all_wakes(fake), 1);
        for (uint32_t cpu = 0; cpu < 6; cpu++)
            assert_int_equal(fake_attention(fake, cpu), cpu == 2);
        assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
        assert_int_equal(fake->cpu[2].report.taken, 1);
        fake_close(fake);
    }
}

static void last_sleeper_first(void **state)
{
    struct fake *fake = fake_usual(4);

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        fake_boot(fake, i, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    nap(fake, 3);
    nap(fake, 1);
    nap(fake, 2);
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 2), 1);
    /* The last one is claimed: from now on the lowest. */
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 1), 1);
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 3), 1);
    inject_virtio(fake);
    assert_int_equal(fake_all_wakes(fake), 3);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(fake_deliver(fake, i), S390IRQ_RUN);
        assert_int_equal(fake->cpu[i].report.taken, 1);
    }
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 1);
    assert_true(fake_attention(fake, 0));
    fake_close(fake);
}

/* The one that slept last need not be open for this: then the lowest. */
static void last_sleeper_is_closed(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_TIMING_ALERT, S390IRQ_WAIT);
    fake_boot(fake, 1, WAITING, CR0_TIMING_ALERT, S390IRQ_WAIT);
    fake_boot(fake, 2, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_all_wakes(fake), 1);
    fake_close(fake);
}

static void nobody_open_then_the_first_to_open(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, PSW_64, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    inject_virtio(fake);
    for (uint32_t i = 0; i < 3; i++)
        assert_false(fake_attention(fake, i));
    assert_int_equal(fake_all_wakes(fake), 0);
    fake_load_masks(fake, 1, OPEN, CR0_SERVICE_SIGNAL);
    assert_true(fake_attention(fake, 1));
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 1);
    assert_int_equal(fake_floating(fake), 0);
    fake_close(fake);
}

/* A CPU that goes to sleep open finds what pends and does not sleep. */
static void going_to_sleep_finds_it(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    inject_virtio(fake);
    fake->cpu[0].cpu.psw_mask = WAITING;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    fake_close(fake);
}

/* The chosen one closes before it comes: the choice is made again. */
static void passes_on_when_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fake *fake = fake_usual(3);
        struct s390irq_cpu closed;

        fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
        fake_boot(fake, 1, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
        fake_raise(fake, 0, fake_class_of(floating_kinds[i]));
        assert_int_equal(fake_wakes(fake, 1), 1);
        closed = fake->cpu[1].cpu;
        closed.psw_mask = PSW_64;
        assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[1].vcpu, &closed), 0);
        assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
        assert_int_equal(fake->cpu[1].report.taken, 0);
        assert_int_equal(fake_wakes(fake, 0), 1);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken_kinds,
                         1u << floating_kinds[i]);
        fake_close(fake);
    }
}

/* The chosen one takes something that closes it: the floating one goes on. */
static void passes_on_when_something_else_came_first(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 2), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken_kinds,
                     1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_VIRTIO);
    fake_close(fake);
}

static void passes_on_when_stopped(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 1), 1);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[1].vcpu, S390IRQ_RESET_CPU),
                     0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_STOPPED);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    fake_close(fake);
}

/* A running CPU that polls gets attention; two of them need one each. */
static void running_cpus_see_it(void **state)
{
    struct fake *fake = fake_usual(3);

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, OPEN, i == 1 ? 0 : CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    inject_virtio(fake);
    inject_virtio(fake);
    assert_true(fake_attention(fake, 0));
    assert_false(fake_attention(fake, 1));
    assert_true(fake_attention(fake, 2));
    assert_int_equal(fake_deliver(fake, 2), S390IRQ_RUN);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake->cpu[2].report.taken, 1);
    assert_int_equal(fake_all_wakes(fake), 0);
    fake_close(fake);
}

/* With a kick hook, one running CPU that is open is kicked, once an entry. */
static void one_running_cpu_is_kicked(void **state)
{
    struct fake_options options = { .cpus = 4,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    unsigned kicks = 0;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_TIMING_ALERT, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    fake_boot(fake, 2, OPEN, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    inject_virtio(fake);
    for (uint32_t i = 0; i < 4; i++)
        kicks += atomic_load(&fake->cpu[i].kicks);
    assert_int_equal(kicks, 1);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    inject_virtio(fake);
    inject_virtio(fake);
    assert_int_equal(atomic_load(&fake->cpu[1].kicks), 1);
    assert_int_equal(atomic_load(&fake->cpu[2].kicks), 1);
    /* A sleeper that is open goes before any running CPU. */
    fake_boot(fake, 3, WAITING, CR0_TIMING_ALERT, S390IRQ_WAIT);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
    assert_int_equal(fake_wakes(fake, 3), 1);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    fake_close(fake);
}

static void choose_hook(void **state)
{
    struct fake_options options = { .cpus = 4,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_CHOOSE };
    struct fake *fake = fake_open(&options);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    fake_boot(fake, 1, WAITING, CR0_TIMING_ALERT, S390IRQ_WAIT);
    fake_boot(fake, 2, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    fake->choice = 0;
    inject_virtio(fake);
    assert_int_equal(fake->choices, 1);
    assert_int_equal(fake->chosen_kind, S390IRQ_KIND_VIRTIO);
    assert_int_equal(fake->proposed, 2);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(fake_all_wakes(fake), 1);
    /* A closed one, a stopped one, none at all: the library's choice. */
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    nap(fake, 0);
    fake->choice = 1;
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 1), 0);
    assert_int_equal(fake_wakes(fake, 0), 2);
    fake->choice = 3;
    inject_virtio(fake);
    assert_int_equal(fake_wakes(fake, 2), 1);
    fake_close(fake);
}

/* Who was called already is no sleeper any more. */
static void choose_among_sleepers(void **state)
{
    struct fake_options options = { .cpus = 3,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_CHOOSE };
    struct fake *fake = fake_open(&options);
    static const uint32_t proposed[] = { 2, 0, 1 };

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
    fake->choice = S390IRQ_NO_CPU;
    for (uint32_t i = 0; i < 3; i++) {
        inject_virtio(fake);
        assert_int_equal(fake->proposed, proposed[i]);
        assert_int_equal(fake_wakes(fake, proposed[i]), 1);
    }
    inject_virtio(fake);
    assert_int_equal(fake->choices, 3);
    fake_close(fake);
}

static void choose_answers_nonsense(void **state)
{
    static const uint32_t answers[] = { 4, 4095, 4096, UINT32_MAX - 1 };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fake_options options = {
            .cpus = 4,
            .hooks = FAKE_USUAL | FAKE_HOOK_CHOOSE,
        };
        struct fake *fake = fake_open(&options);

        fake_boot(fake, 2, WAITING, CR0_SERVICE_SIGNAL, S390IRQ_WAIT);
        fake->choice = answers[i];
        inject_virtio(fake);
        assert_int_equal(fake_wakes(fake, 2), 1);
        fake_close(fake);
    }
}

static void records_in_their_order(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_VIRTIO);
    struct s390irq_interruption list[8];
    size_t count = 8;

    (void)state;
    for (record.parameter64 = 0; record.parameter64 < 5; record.parameter64++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &record), 0);
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
    assert_int_equal(count, 5);
    for (uint64_t i = 0; i < 5; i++)
        assert_int_equal(list[i].parameter64, i);
    count = 3;
    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count),
        S390IRQ_E_BUFFER);
    assert_int_equal(count, 5);
    for (uint32_t i = 0; i < 5; i++) {
        fake_start(fake, i % 2, OPEN, CR0_SERVICE_SIGNAL);
        assert_int_equal(fake_deliver(fake, i % 2), S390IRQ_RUN);
        assert_int_equal(
            fake_load(fake, fake_prefix(i % 2) + LOWCORE_EXTERNAL_PARAMETER64,
                      8),
            i);
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[i % 2].vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(fake_deliver(fake, i % 2), S390IRQ_STOPPED);
    }
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "floating: only a CPU that can take it is woken",
          only_who_can_take_it, NULL, NULL, NULL },
        { "floating: the last sleeper, then the lowest", last_sleeper_first,
          NULL, NULL, NULL },
        { "floating: the last sleeper is closed", last_sleeper_is_closed, NULL,
          NULL, NULL },
        { "floating: nobody is open, then the first that opens",
          nobody_open_then_the_first_to_open, NULL, NULL, NULL },
        { "floating: who goes to sleep finds it", going_to_sleep_finds_it, NULL,
          NULL, NULL },
        { "floating: passed on when the chosen one closes",
          passes_on_when_closed, NULL, NULL, NULL },
        { "floating: passed on when another came first",
          passes_on_when_something_else_came_first, NULL, NULL, NULL },
        { "floating: passed on when the chosen one stops",
          passes_on_when_stopped, NULL, NULL, NULL },
        { "floating: running CPUs see it by polling", running_cpus_see_it, NULL,
          NULL, NULL },
        { "floating: one running CPU is kicked", one_running_cpu_is_kicked,
          NULL, NULL, NULL },
        { "floating: the choose hook decides", choose_hook, NULL, NULL, NULL },
        { "floating: the choose hook is offered sleepers only",
          choose_among_sleepers, NULL, NULL, NULL },
        { "floating: the choose hook answers nonsense", choose_answers_nonsense,
          NULL, NULL, NULL },
        { "floating: records are taken in their order", records_in_their_order,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
