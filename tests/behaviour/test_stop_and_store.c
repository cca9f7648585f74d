/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGP stop and store status (PoP ch. 4; decisions.md section 8): at the place
 * that the architecture has for it, before the CPU shows as stopped.
 */
#include "status.h"

/* In the write hook: the status is stored, the CPU not stopped yet. */
static void not_stopped_yet(struct fake *fake, const char *hook,
                            struct fake_cpu *cpu)
{
    uint32_t status = 0;

    if (strcmp(hook, "write") != 0)
        return;
    assert_int_equal(cpu->address, 0);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_OPERATING);
    assert_int_equal(
        fake_sigp(fake, STATUS_SENDER, 0, S390IRQ_SIGP_SENSE, 0, &status), 2);
    (*(unsigned *)fake->during_argument)++;
}

static void stores_before_it_shows_stopped(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL | FAKE_HOOK_MEMORY, 1);
    uint8_t *expected = status_storage(fake);
    unsigned writes = 0;
    uint32_t status;

    (void)state;
    assert_int_equal(status_order(fake, STOP_AND_STORE, 0xffff, &status), 0);
    assert_int_equal(
        fake_sigp(fake, STATUS_SENDER, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    fake->during = not_stopped_yet;
    fake->during_argument = &writes;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake->during = NULL;
    assert_true(writes >= 2);
    status_lay(fake, expected + 0x1200);
    expected[0xa3] = 1;
    status_assert_storage(fake, expected);
    assert_int_equal(
        fake_sigp(fake, STATUS_SENDER, 0, S390IRQ_SIGP_SENSE, 0, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_STOPPED);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_STOP).taken, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* A plain stop stores nothing, also after one that did. */
static void only_if_told(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL, 1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    uint8_t *expected;
    uint32_t status;

    (void)state;
    assert_int_equal(status_order(fake, STOP_AND_STORE, 0, &status), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake_fill(fake->ram, fake->ram_size);
    expected = status_storage(fake);
    assert_int_equal(s390irq_vcpu_start(vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    status_assert_storage(fake, expected);
    fake_close(fake);
}

/* Interruptions go first: what is stored is what they left. */
static void after_interruptions(void **state)
{
    struct fake *fake = fake_usual(2);
    uint32_t status;

    (void)state;
    fake_boot(fake, 0, STATUS_OPEN | PSW_WAIT, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT);
    assert_int_equal(status_order(fake, STOP_AND_STORE, 0, &status), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    fake_assert_psw(fake, 0x1300, PSW_64, 0x101b0);
    fake_close(fake);
}

static void stopped_already(void **state)
{
    static const unsigned hooks[] = { 0, FAKE_HOOK_MEMORY };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct fake *fake = status_machine(FAKE_USUAL | hooks[i], 0);
        uint8_t *expected = status_storage(fake);
        struct fake_snapshot *before = fake_snapshot(fake);
        uint32_t status;

        status_lay(fake, expected + 0x1200);
        expected[0xa3] = 1;
        assert_int_equal(status_order(fake, STOP_AND_STORE, 0x4000, &status),
                         0);
        status_assert_storage(fake, expected);
        fake_assert_unchanged(fake, before);
        assert_int_equal(atomic_load(&fake->dirty_pages), i ? 0 : 3);
        fake_close(fake);
    }
}

/*
 * V-23: to a stopped CPU a status of the order, not an error of some call;
 * a running one stops, and the log tells.
 */
static void stop_without_storage(void **state)
{
    unsigned accesses = 0;

    (void)state;
    for (unsigned fail_at = 0; fail_at <= accesses; fail_at++) {
        for (int running = 0; running < 2; running++) {
            struct fake_options options = {
                .cpus = 2,
                .hooks = FAKE_WATCHED | FAKE_HOOK_MEMORY,
                .log_level = S390IRQ_LOG_ERROR,
            };
            struct fake *fake = fake_open(&options);
            uint32_t status = 0;
            int cc;

            fake_boot(fake, 0, STATUS_OPEN, 0, S390IRQ_RUN);
            if (!running) {
                assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
                assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
            }
            fake->accesses = 0;
            fake->fail_at = fail_at;
            cc = status_order(fake, STOP_AND_STORE, 0, &status);
            assert_int_equal(cc, fail_at && !running);
            if (cc)
                assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
            assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                             S390IRQ_STATE_STOPPED);
            assert_int_equal(fake->lines[S390IRQ_LOG_ERROR],
                             fail_at && running);
            if (!fail_at)
                accesses = fake->accesses;
            fake_assert_counters(fake);
            fake_close(fake);
        }
    }
    assert_int_equal(accesses, 7);
}

static void stop_with_lost_registers(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_WATCHED,
                                    .log_level = S390IRQ_LOG_ERROR };
    struct fake *fake = fake_open(&options);
    uint8_t *storage;
    uint32_t status;

    (void)state;
    fake_boot(fake, 0, STATUS_OPEN, 0, S390IRQ_RUN);
    fake->cpu[0].registers_lost = 1;
    storage = status_storage(fake);
    assert_int_equal(status_order(fake, STOP_AND_STORE, 0, &status), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    status_assert_storage(fake, storage);
    assert_int_equal(fake->lines[S390IRQ_LOG_ERROR], 1);
    assert_non_null(strstr(fake->last_line, "registers"));
    fake_close(fake);
}

/* A reset that comes first takes the order away. */
static void reset_before_the_stop(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL, 1);
    uint8_t *storage = status_storage(fake);
    uint32_t status;

    (void)state;
    assert_int_equal(status_order(fake, STOP_AND_STORE, 0, &status), 0);
    assert_int_equal(status_order(fake, S390IRQ_SIGP_CPU_RESET, 0, &status), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    status_assert_storage(fake, storage);
    fake_close(fake);
}

/* To itself: carried out at its next deliver. */
static void to_itself(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL, 1);
    uint8_t *expected = status_storage(fake);

    (void)state;
    assert_int_equal(fake_sigp(fake, 0, 0, STOP_AND_STORE, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    status_lay(fake, expected + 0x1200);
    expected[0xa3] = 1;
    status_assert_storage(fake, expected);
    fake_close(fake);
}

static int inject_stop(struct fake *fake, uint32_t parameter)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_STOP,
                                           .parameter = parameter };

    return s390irq_vcpu_inject(fake->cpu[0].vcpu, &record);
}

/* What KVM's stop record with its flag asks for. */
static void as_a_record(void **state)
{
    (void)state;
    for (int running = 0; running < 2; running++) {
        struct fake *fake = status_machine(FAKE_USUAL, running);
        uint8_t *expected = status_storage(fake);
        struct s390irq_interruption list[2];
        size_t count = 2;

        status_lay(fake, expected + 0x1200);
        expected[0xa3] = 1;
        assert_int_equal(inject_stop(fake, 1),
                         running ? S390IRQ_QUEUED : S390IRQ_COALESCED);
        assert_int_equal(
            s390irq_queue_list(s390irq_vcpu_queue(fake->cpu[0].vcpu), list,
                               &count),
            0);
        assert_int_equal(count, running);
        if (running) {
            assert_int_equal(list[0].kind, S390IRQ_KIND_STOP);
            assert_int_equal(list[0].parameter, 1);
            assert_int_equal(inject_stop(fake, 0), S390IRQ_BUSY);
            assert_int_equal(inject_stop(fake, 1), S390IRQ_BUSY);
        }
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        status_assert_storage(fake, expected);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void as_a_record_refused(void **state)
{
    struct fake *fake = status_machine(FAKE_USUAL & ~FAKE_HOOK_REGISTERS, 1);
    struct fake_snapshot *before = fake_snapshot(fake);

    (void)state;
    assert_int_equal(inject_stop(fake, 1), S390IRQ_E_UNSUPPORTED);
    assert_int_equal(inject_stop(fake, 2), S390IRQ_E_INVALID);
    fake_assert_unchanged(fake, before);
    assert_int_equal(inject_stop(fake, 0), S390IRQ_QUEUED);
    fake_close(fake);
    fake = status_machine(FAKE_USUAL | FAKE_HOOK_MEMORY, 0);
    before = fake_snapshot(fake);
    fake->accesses = 0;
    fake->fail_at = 3;
    assert_int_equal(inject_stop(fake, 1), S390IRQ_E_GUEST_MEMORY);
    fake->fail_at = 0;
    fake_assert_unchanged(fake, before);
    fake_close(fake);
    /* A plain stop that pends does not become one that stores. */
    fake = status_machine(FAKE_USUAL, 1);
    assert_int_equal(inject_stop(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(inject_stop(fake, 1), S390IRQ_BUSY);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(atomic_load(&fake->dirty_pages), 0);
    fake_close(fake);
    /* Stopped by a reset, its owner not come by; check-stopped; closed. */
    fake = fake_usual(1);
    fake_boot(fake, 0, STATUS_OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    assert_int_equal(inject_stop(fake, 1), S390IRQ_BUSY);
    assert_int_equal(inject_stop(fake, 0), S390IRQ_COALESCED);
    fake_assert_counters(fake);
    fake_close(fake);
    fake = status_machine(FAKE_USUAL, 1);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(inject_stop(fake, 1), S390IRQ_CLOSED);
    fake_check_stop(fake, 0);
    assert_int_equal(inject_stop(fake, 1), S390IRQ_E_STATE);
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "stop and store: stored before it shows stopped",
          stores_before_it_shows_stopped, NULL, NULL, NULL },
        { "stop and store: a plain stop stores nothing", only_if_told, NULL,
          NULL, NULL },
        { "stop and store: after enabled interruptions", after_interruptions,
          NULL, NULL, NULL },
        { "stop and store: of a stopped CPU", stopped_already, NULL, NULL,
          NULL },
        { "V-23 stop and store without storage is no error of a call",
          stop_without_storage, NULL, NULL, NULL },
        { "stop and store: lost registers are logged", stop_with_lost_registers,
          NULL, NULL, NULL },
        { "stop and store: a reset comes first", reset_before_the_stop, NULL,
          NULL, NULL },
        { "stop and store: to itself", to_itself, NULL, NULL, NULL },
        { "stop and store: as a record", as_a_record, NULL, NULL, NULL },
        { "stop and store: records that are refused", as_a_record_refused, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
