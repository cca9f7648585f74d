/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "meeting.h"

void fake_meet(struct fake *fake, const char *hook, struct fake_cpu *cpu)
{
    const struct fake_meeting *meeting = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, meeting->hook) != 0)
        return;
    fake->during = NULL;
    meeting->happens(fake);
}

void fake_meets_tod_jump(struct fake *fake)
{
    assert_int_equal(s390irq_vm_set_tod(fake->vm, FAKE_TOD_START + 1000), 0);
}

void fake_meets_stop(struct fake *fake)
{
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
}

void fake_meets_emergency(struct fake *fake)
{
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
}

void fake_meets_service(struct fake *fake)
{
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
}

void fake_meets_timer(struct fake *fake)
{
    atomic_fetch_add(&fake->tod, 1000);
    assert_int_equal(s390irq_vcpu_timer_fired(fake->cpu[0].vcpu), 0);
}
