/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The pfault handshake, and the tokens that it leads to. */
#include "fake.h"

#include <pthread.h>

#define OPEN   (PSW_64 | PSW_EXTERNAL)
#define TOKENS 64

static void handshake(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), S390IRQ_CLEARED);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1004, 0, 0),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 1, 2),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_pfault_begin(NULL, 0x1000, 0, 0),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 3, 2), 0);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x2000, 3, 2),
                     S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), 0);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), S390IRQ_CLEARED);
    assert_int_equal(s390irq_vcpu_pfault_cancel(NULL), S390IRQ_E_INVALID);
    fake_close(fake);
}

static void *begin_and_cancel(void *vcpu)
{
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 0, 0), 0);
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 0, 0),
                     S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), 0);
    return NULL;
}

/* A CPU that is parked has no owner: debug builds abort if one was kept. */
static void parked_at_another_thread(void **state)
{
    struct fake *fake = fake_usual(1);
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, begin_and_cancel,
                                    fake->cpu[0].vcpu),
                     0);
    pthread_join(thread, NULL);
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_close(fake);
}

/* kvm.md 2.11: all of the conditions, each missing in turn. */
static void may_start(void **state)
{
    static const struct {
        uint64_t psw_mask;
        uint64_t cr0;
        int handshake;
        int pending;
        int expected;
    } rows[] = {
        { OPEN | PSW_PROBLEM, CR0_SERVICE_SIGNAL, 1, 0, 1 },
        { OPEN | PSW_PROBLEM, CR0_SERVICE_SIGNAL, 0, 0, 0 },
        { OPEN, CR0_SERVICE_SIGNAL, 1, 0, 0 },
        { PSW_64 | PSW_PROBLEM, CR0_SERVICE_SIGNAL, 1, 0, 0 },
        { OPEN | PSW_PROBLEM, 0, 1, 0, 0 },
        { OPEN | PSW_PROBLEM, CR0_SERVICE_SIGNAL | CR0_INTERRUPT_KEY, 1, 1, 0 },
        { OPEN | PSW_PROBLEM, CR0_SERVICE_SIGNAL, 1, 1, 1 },
    };
    const struct s390irq_interruption key = {
        .kind = S390IRQ_KIND_INTERRUPT_KEY,
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];
        uint64_t token = 7;

        fake_boot(fake, 0, rows[i].psw_mask, rows[i].cr0, S390IRQ_RUN);
        if (rows[i].handshake)
            assert_int_equal(s390irq_vcpu_pfault_begin(
                                 cpu->vcpu, 0x1238, PSW_PROBLEM, PSW_PROBLEM),
                             0);
        if (rows[i].pending)
            assert_int_equal(s390irq_vcpu_inject(cpu->vcpu, &key),
                             S390IRQ_QUEUED);
        assert_int_equal(
            s390irq_vcpu_pfault_may_start(cpu->vcpu, &cpu->cpu, &token),
            rows[i].expected);
        assert_int_equal(token, rows[i].expected ? 0x1238 : 7);
        assert_int_equal(
            s390irq_vcpu_pfault_may_start(cpu->vcpu, &cpu->cpu, NULL),
            S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_pfault_may_start(NULL, &cpu->cpu, &token),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_pfault_may_start(cpu->vcpu, NULL, &token),
                         S390IRQ_E_INVALID);
        fake_close(fake);
    }
}

/* Every CPU reset ends the handshake and drops the tokens. */
static void resets(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR;
         kind++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_interruption init =
            fake_record(S390IRQ_KIND_PFAULT_INIT);

        assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, 0x1000, 0, 0), 0);
        assert_int_equal(s390irq_vcpu_inject(vcpu, &init), S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_reset(vcpu, kind), 0);
        assert_int_equal(s390irq_queue_count(s390irq_vcpu_queue(vcpu)), 0);
        assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu), S390IRQ_CLEARED);
        fake_close(fake);
    }
}

/* V-12: tokens queue, in order, up to a limit; none is overwritten. */
static void tokens_queue(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_interruption init = { .kind = S390IRQ_KIND_PFAULT_INIT };

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    for (uint64_t i = 0; i < TOKENS; i++) {
        init.parameter64 = 0x1000 + i;
        assert_int_equal(s390irq_vcpu_inject(vcpu, &init), S390IRQ_QUEUED);
    }
    assert_int_equal(s390irq_vcpu_inject(vcpu, &init), S390IRQ_FULL);
    for (uint64_t i = 0; i < TOKENS; i++) {
        fake_load_masks(fake, 0, OPEN, CR0_SERVICE_SIGNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(
            fake_load(fake, fake_prefix(0) + LOWCORE_EXTERNAL_PARAMETER64, 8),
            0x1000 + i);
    }
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "pfault: the handshake", handshake, NULL, NULL, NULL },
        { "pfault: a parked CPU goes from thread to thread",
          parked_at_another_thread, NULL, NULL, NULL },
        { "pfault: when an asynchronous fault may start", may_start, NULL, NULL,
          NULL },
        { "pfault: every CPU reset ends it", resets, NULL, NULL, NULL },
        { "V-12 pfault tokens queue in order and are bounded", tokens_queue,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
