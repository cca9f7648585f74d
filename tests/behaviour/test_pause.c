/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Pause and resume, and what may be done to a parked CPU. */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)

static void pause_parks_everybody(void **state)
{
    struct fake *fake = fake_usual(4);

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_boot(fake, 2, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_true(fake_attention(fake, 0));
    assert_true(fake_attention(fake, 1));
    /* Who sleeps or is stopped is parked already and left alone. */
    assert_int_equal(fake_all_wakes(fake), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    /* A paused CPU sleeps, whatever comes. */
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[i].vcpu, 3),
                         0);
        fake_raise(fake, i, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL));
        assert_false(fake_attention(fake, i));
        assert_int_equal(fake_wakes(fake, i), 0);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
        assert_int_equal(fake->cpu[i].report.taken, 0);
    }
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(fake_attention(fake, i));
        assert_int_equal(fake_wakes(fake, i), 1);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_RUN);
        assert_int_equal(fake->cpu[i].report.taken_kinds,
                         1u << S390IRQ_KIND_SUPERVISOR_CALL);
    }
    assert_int_equal(fake_wakes(fake, 2), 0);
    fake_close(fake);
}

static void resume_without_pause(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_snapshot *before;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, 0, S390IRQ_WAIT);
    before = fake_snapshot(fake);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    fake_assert_unchanged(fake, before);
    fake_close(fake);
}

static void pause_of_an_idle_machine(void **state)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake_create_vm(fake);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    /* A CPU that is made meanwhile does not run either. */
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    fake_start(fake, 0, OPEN, 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

/* A sleeper that is woken during the pause takes it afterwards. */
static void sleeper_woken_during_the_pause(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    if (fake_attention(fake, 0))
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_SERVICE_SIGNAL);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    fake_close(fake);
}

static void deadline_of_a_paused_cpu(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 10;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    atomic_fetch_add(&fake->tod, 100);
    assert_int_equal(s390irq_vcpu_timer_fired(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(cpu->report.taken, 0);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds,
                     1u << S390IRQ_KIND_CLOCK_COMPARATOR);
    fake_close(fake);
}

/* A paused CPU shows its owner what others did to its registers. */
static void registers_changed_in_a_pause(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_cpu other;

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        fake_boot(fake, i, i ? WAITING : OPEN, 0,
                  i ? S390IRQ_WAIT : S390IRQ_RUN);
        s390irq_vm_pause(fake->vm);
        if (i == 0)
            assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
        other = fake->cpu[i].cpu;
        other.psw_mask = PSW_64;
        other.prefix = LOWCORE_SIZE * 3;
        assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[i].vcpu, &other), 0);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
        assert_memory_equal(&fake->cpu[i].cpu, &other, sizeof other);
        assert_int_equal(fake->cpu[i].report.changed,
                         S390IRQ_CHANGED_PSW | S390IRQ_CHANGED_PREFIX);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
        assert_int_equal(fake->cpu[i].report.changed, 0);
        assert_int_equal(s390irq_vm_resume(fake->vm), 0);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_RUN);
        assert_int_equal(fake->cpu[i].report.changed, 0);
        assert_memory_equal(&fake->cpu[i].cpu, &other, sizeof other);
    }
    fake_close(fake);
}

/* D-42: orders to a paused CPU. */
static void orders_to_a_paused_cpu(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 0);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_OPERATING);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->report.taken_kinds &
                         1u << S390IRQ_KIND_EMERGENCY_SIGNAL,
                     1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
    fake_close(fake);
}

static void reset_of_a_paused_cpu_is_done_at_once(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(
        fake_sigp(fake, 1, 0, S390IRQ_SIGP_INITIAL_CPU_RESET, 0, NULL), 0);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_STOPPED);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu), 0);
    assert_int_equal(cpu.psw_mask, 0);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake_close(fake);
}

/* The reason for a check-stop goes with the reset, too. */
static void reset_takes_a_check_stop_back(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU), 0);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_start(vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

static void parked_registers(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu other;
    struct s390irq_cpu seen = S390IRQ_CPU_INIT;

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &seen), 0);
    assert_memory_equal(&seen, &cpu->cpu, sizeof seen);
    other = seen;
    other.psw_mask = PSW_64;
    other.psw_address = 0xa000;
    other.prefix = LOWCORE_SIZE * 2;
    other.cr[9] = 9;
    other.clock_comparator = 7;
    other.breaking_event_address = 8;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &other), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &seen), 0);
    assert_memory_equal(&seen, &other, sizeof seen);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_memory_equal(&cpu->cpu, &other, sizeof other);
    assert_int_equal(cpu->report.changed,
                     S390IRQ_CHANGED_PSW | S390IRQ_CHANGED_CONTROL |
                         S390IRQ_CHANGED_PREFIX | S390IRQ_CHANGED_TIMERS |
                         S390IRQ_CHANGED_OTHER);
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &seen),
                     S390IRQ_E_NOT_PARKED);
    fake_close(fake);
}

/* A CPU timer that went on with the start shows so, and can be set. */
static void timer_between_start_and_deliver(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu seen = S390IRQ_CPU_INIT;

    (void)state;
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &seen), 0);
    assert_int_equal(seen.cpu_timer_since_tod, 0);
    /* Written back as it was read, it goes on all the same. */
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &seen), 0);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    atomic_fetch_add(&fake->tod, 100);
    assert_int_equal(s390irq_vcpu_get_cpu(cpu->vcpu, &seen), 0);
    assert_int_equal(seen.cpu_timer, 0);
    assert_int_equal(seen.cpu_timer_since_tod, FAKE_TOD_START);
    seen.cpu_timer = 5000;
    seen.cpu_timer_since_tod = FAKE_TOD_START + 50;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &seen), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.cpu_timer, 5000);
    assert_int_equal(cpu->cpu.cpu_timer_since_tod, FAKE_TOD_START + 50);
    /* It ran, too, if a reset came before the deliver. */
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->cpu.cpu_timer, 4950);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    atomic_fetch_add(&fake->tod, 30);
    assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CPU), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->cpu.cpu_timer, 4920);
    fake_close(fake);
}

/* Each member alone, and the flag that it belongs to. */
static void each_member_has_its_flag(void **state)
{
    static const struct {
        size_t offset, length;
        uint32_t changed;
    } members[] = {
#define MEMBER(name, flag)                \
    { offsetof(struct s390irq_cpu, name), \
      sizeof(((struct s390irq_cpu *)NULL)->name), S390IRQ_CHANGED_##flag }
        MEMBER(psw_mask, PSW),
        MEMBER(psw_address, PSW),
        MEMBER(cr[0], CONTROL),
        MEMBER(cr[15], CONTROL),
        MEMBER(prefix, PREFIX),
        MEMBER(clock_comparator, TIMERS),
        MEMBER(cpu_timer, TIMERS),
        MEMBER(cpu_timer_since_tod, TIMERS),
        MEMBER(tod_programmable, OTHER),
        MEMBER(floating_point_control, OTHER),
        MEMBER(breaking_event_address, OTHER),
#undef MEMBER
    };

    (void)state;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_cpu other;
        uint8_t *bytes = (uint8_t *)&other + members[i].offset;

        fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
        other = cpu->cpu;
        if (members[i].changed == S390IRQ_CHANGED_PREFIX)
            other.prefix ^= LOWCORE_SIZE;
        else if (members[i].offset == offsetof(struct s390irq_cpu, psw_mask))
            other.psw_mask ^= PSW_PROBLEM;
        else
            bytes[members[i].length / 2] ^= 4;
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &other), 0);
        assert_true(fake_deliver(fake, 0) >= 0);
        assert_int_equal(cpu->report.changed, members[i].changed);
        assert_memory_equal(&cpu->cpu, &other, sizeof other);
        fake_close(fake);
    }
}

/* What the embedder's own copy says does not matter while it is parked. */
static void changed_is_against_the_callers_copy(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu kept;

    (void)state;
    fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
    kept = cpu->cpu;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.changed, 0);
    memset((char *)&cpu->cpu + sizeof cpu->cpu.size, 0x6b,
           sizeof cpu->cpu - sizeof cpu->cpu.size);
    cpu->cpu.prefix = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_memory_equal(&cpu->cpu, &kept, sizeof kept);
    assert_int_equal(cpu->report.changed,
                     S390IRQ_CHANGED_PSW | S390IRQ_CHANGED_CONTROL |
                         S390IRQ_CHANGED_PREFIX | S390IRQ_CHANGED_TIMERS |
                         S390IRQ_CHANGED_OTHER);
    fake_close(fake);
}

/*
 * T-5. One thread runs two CPUs. CPU 1 signals CPU 0, which is paused with a
 * stop outstanding, so the answer is cc 2 for as long as the pause lasts. The
 * right host gives cc 2 to the guest, which repeats the instruction, and the
 * host looks at attention in between. The broken one repeats it itself.
 */
#define STEPS 1000

static void sigp_instruction(struct fake *fake, int loops_in_host,
                             unsigned *steps)
{
    int cc;

    do {
        cc = fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL);
        ++*steps;
    } while (loops_in_host && cc == 2 && *steps < STEPS);
    assert_int_equal(cc, 2);
}

static int pause_completes(int loops_in_host)
{
    struct fake *fake = fake_usual(2);
    unsigned steps = 0;
    int answer = S390IRQ_RUN;
    int parked;

    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    while (answer == S390IRQ_RUN && steps < STEPS) {
        sigp_instruction(fake, loops_in_host, &steps);
        if (fake_attention(fake, 1) && steps < STEPS)
            answer = fake_deliver(fake, 1);
    }
    parked = s390irq_vm_pause(fake->vm);
    assert_int_equal(parked, answer == S390IRQ_PAUSED);
    fake_close(fake);
    return parked;
}

static void host_that_spins_on_cc_2(void **state)
{
    (void)state;
    assert_int_equal(pause_completes(0), 1);
    assert_int_equal(pause_completes(1), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "pause: parks everybody, wakes nobody", pause_parks_everybody, NULL,
          NULL, NULL },
        { "pause: resume without pause changes nothing", resume_without_pause,
          NULL, NULL, NULL },
        { "pause: an idle machine is paused at once", pause_of_an_idle_machine,
          NULL, NULL, NULL },
        { "pause: a sleeper woken during the pause",
          sleeper_woken_during_the_pause, NULL, NULL, NULL },
        { "pause: the deadline of a paused CPU", deadline_of_a_paused_cpu, NULL,
          NULL, NULL },
        { "pause: registers changed in a pause", registers_changed_in_a_pause,
          NULL, NULL, NULL },
        { "pause: orders to a paused CPU", orders_to_a_paused_cpu, NULL, NULL,
          NULL },
        { "pause: a reset is done at once",
          reset_of_a_paused_cpu_is_done_at_once, NULL, NULL, NULL },
        { "pause: a reset takes a check-stop back",
          reset_takes_a_check_stop_back, NULL, NULL, NULL },
        { "pause: registers of a parked CPU", parked_registers, NULL, NULL,
          NULL },
        { "pause: the CPU timer between start and deliver",
          timer_between_start_and_deliver, NULL, NULL, NULL },
        { "pause: each member has its flag", each_member_has_its_flag, NULL,
          NULL, NULL },
        { "pause: changed is against the caller's copy",
          changed_is_against_the_callers_copy, NULL, NULL, NULL },
        { "T-5 a host that spins on cc 2 never pauses, the right one does",
          host_that_spins_on_cc_2, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
