/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGP sense running status (PoP ch. 4; decisions.md section 8): what the
 * host says about a CPU beside its state.
 */
#include "status.h"

static int sense(struct fake *fake)
{
    uint32_t status;
    int cc = status_order(fake, S390IRQ_SIGP_SENSE_RUNNING_STATUS, 0, &status);

    assert_int_equal(status, cc ? S390IRQ_STATUS_NOT_RUNNING : 0x5a);
    return cc;
}

static void sense_running(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    assert_int_equal(sense(fake), 1);
    fake_boot(fake, 0, STATUS_OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(sense(fake), 0);
    assert_int_equal(s390irq_vcpu_set_dispatched(vcpu, 0), 0);
    assert_int_equal(sense(fake), 1);
    /* It is nobody's business beside. */
    assert_int_equal(s390irq_vcpu_state(vcpu), S390IRQ_STATE_OPERATING);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 0);
    assert_int_equal(s390irq_vcpu_set_dispatched(vcpu, 2), 0);
    assert_int_equal(sense(fake), 0);
    fake->cpu[0].cpu.psw_mask = STATUS_OPEN;
    assert_int_equal(s390irq_vcpu_set_cpu(vcpu, &fake->cpu[0].cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_check_stop(fake, 0);
    assert_int_equal(sense(fake), 1);
    assert_int_equal(s390irq_vcpu_set_dispatched(NULL, 1), S390IRQ_E_INVALID);
    fake_close(fake);
}

static void dispatched_again(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    assert_int_equal(s390irq_vcpu_set_dispatched(fake->cpu[0].vcpu, 0), 0);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[0].vcpu), 0);
    assert_int_equal(s390irq_vcpu_set_dispatched(fake->cpu[0].vcpu, 0),
                     S390IRQ_E_NO_CPU);
    fake_create_cpu(fake, 0);
    fake_boot(fake, 0, STATUS_OPEN, 0, S390IRQ_RUN);
    assert_int_equal(sense(fake), 0);
    fake_close(fake);
}

static void sense_running_facility(void **state)
{
    (void)state;
    for (int there = 0; there < 2; there++) {
        struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
        struct fake *fake = fake_prepare(&options);
        uint8_t list[2] = { 0, there ? 0x40 : 0xbf };
        uint32_t status;

        fake->config.facilities = list;
        fake->config.facilities_size = sizeof list;
        fake_create_vm(fake);
        fake_create_cpu(fake, 0);
        fake_create_cpu(fake, 1);
        fake_boot(fake, 0, STATUS_OPEN, 0, S390IRQ_RUN);
        assert_int_equal(
            status_order(fake, S390IRQ_SIGP_SENSE_RUNNING_STATUS, 0, &status),
            !there);
        if (!there)
            assert_int_equal(status, S390IRQ_STATUS_INVALID_ORDER);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "sense running: as the host dispatches", sense_running, NULL, NULL,
          NULL },
        { "sense running: a CPU plugged again is dispatched", dispatched_again,
          NULL, NULL, NULL },
        { "sense running: needs its facility", sense_running_facility, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
