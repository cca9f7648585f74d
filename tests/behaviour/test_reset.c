/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Resets and the operator's start, stop and restart (PoP ch. 4). */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

/* Every member has a value of its own, so that what is kept shows. */
static void odd_registers(struct s390irq_cpu *cpu)
{
    cpu->prefix = fake_prefix(0);
    cpu->psw_mask = OPEN;
    cpu->psw_address = 0x5000;
    for (uint64_t i = 0; i < 16; i++)
        cpu->cr[i] = 0x1000000 * (i + 1);
    cpu->clock_comparator = UINT64_MAX - 7;
    cpu->cpu_timer = 0x777777;
    cpu->cpu_timer_since_tod = FAKE_TOD_START;
    cpu->tod_programmable = 0x1234;
    cpu->floating_point_control = 0x88;
    cpu->breaking_event_address = 0x4444;
}

static void assert_cpu_reset(const struct s390irq_cpu *before,
                             const struct s390irq_cpu *after)
{
    assert_int_equal(after->prefix, before->prefix);
    assert_int_equal(after->psw_mask, before->psw_mask);
    assert_int_equal(after->psw_address, before->psw_address);
    assert_memory_equal(after->cr, before->cr, sizeof after->cr);
    assert_int_equal(after->clock_comparator, before->clock_comparator);
    assert_int_equal(after->cpu_timer, before->cpu_timer);
    assert_int_equal(after->tod_programmable, before->tod_programmable);
    assert_int_equal(after->floating_point_control,
                     before->floating_point_control);
    assert_int_equal(after->breaking_event_address,
                     before->breaking_event_address);
}

static void assert_initial_reset(const struct s390irq_cpu *after)
{
    assert_int_equal(after->prefix, 0);
    assert_int_equal(after->psw_mask, 0);
    assert_int_equal(after->psw_address, 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(after->cr[i], i == 0    ? 0xe0
                                       : i == 14 ? 0xc2000000
                                                 : 0);
    assert_int_equal(after->clock_comparator, 0);
    assert_int_equal(after->cpu_timer, 0);
    assert_int_equal(after->tod_programmable, 0);
    assert_int_equal(after->floating_point_control, 0);
    assert_int_equal(after->breaking_event_address, 1);
}

/* The local classes that can pend masked; none of them survives. */
static void raise_locals(struct fake *fake)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_INTERRUPT_KEY,   S390IRQ_KIND_EMERGENCY_SIGNAL,
        S390IRQ_KIND_EXTERNAL_CALL,   S390IRQ_KIND_TOD_SYNC_CHECK,
        S390IRQ_KIND_WARNING_TRACK,   S390IRQ_KIND_RESTART,
        S390IRQ_KIND_SUPERVISOR_CALL, S390IRQ_KIND_PROGRAM,
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        fake_raise(fake, 0, fake_class_of(kinds[i]));
}

enum {
    AT_REST,
    BY_SIGP,
    RUNNING,
    WAYS
};

static int reset_order(uint32_t kind)
{
    return kind == S390IRQ_RESET_CPU ? S390IRQ_SIGP_CPU_RESET
                                     : S390IRQ_SIGP_INITIAL_CPU_RESET;
}

static void one_reset(uint32_t kind, int way)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu before;
    uint32_t changed;

    odd_registers(&cpu->cpu);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, &cpu->cpu), 0);
    if (way == RUNNING)
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    raise_locals(fake);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    before = cpu->cpu;
    if (way == BY_SIGP && kind != S390IRQ_RESET_CLEAR)
        assert_int_equal(fake_sigp(fake, 1, 0, reset_order(kind), 0, NULL), 0);
    else
        assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, kind), 0);
    if (way == RUNNING) {
        assert_memory_equal(&cpu->cpu, &before, sizeof before);
        assert_true(fake_attention(fake, 0));
    } else {
        assert_int_equal(fake_pending(fake, 0), 0);
        assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_STOPPED);
    }
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    changed = cpu->report.changed;
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_STOPPED);
    assert_int_equal(cpu->report.taken, 0);
    assert_int_equal(fake_pending(fake, 0), 0);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_VIRTIO);
    if (kind == S390IRQ_RESET_CPU) {
        assert_cpu_reset(&before, &cpu->cpu);
        assert_int_equal(changed &
                             (S390IRQ_CHANGED_PSW | S390IRQ_CHANGED_CONTROL |
                              S390IRQ_CHANGED_PREFIX),
                         0);
    } else {
        assert_initial_reset(&cpu->cpu);
        assert_int_equal(changed & 0x1f, 0x1f);
    }
    assert_int_equal((changed & S390IRQ_CHANGED_CLEAR) != 0,
                     kind == S390IRQ_RESET_CLEAR);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void resets(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR; kind++)
        for (int way = AT_REST; way < WAYS; way++)
            one_reset(kind, way);
}

/* Nobody is told twice that the general registers are to be zero. */
static void changed_is_said_once(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CLEAR),
                     0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_true(fake->cpu[0].report.changed & S390IRQ_CHANGED_CLEAR);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].report.changed, 0);
    /* Prepare has no report to say it in. */
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CLEAR),
                     0);
    assert_int_equal(
        s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan),
        S390IRQ_E_STATE);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake->cpu[0].report.changed, S390IRQ_CHANGED_CLEAR);
    fake_close(fake);
}

static void reset_leaves_check_stop(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR;
         kind++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
        assert_int_equal(s390irq_vcpu_state(vcpu), S390IRQ_STATE_CHECK_STOP);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
        assert_int_equal(s390irq_vcpu_reset(vcpu, kind), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(s390irq_vcpu_start(vcpu, NULL), 0);
        assert_int_equal(s390irq_vcpu_state(vcpu), S390IRQ_STATE_OPERATING);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_close(fake);
    }
}

/* Clock comparator and CPU timer conditions are of the registers. */
static void level_conditions_survive_cpu_reset(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_CLOCK_COMPARATOR));
    assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CPU), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 0);
    fake_load_masks(fake, 0, OPEN, CR0_CLOCK_COMPARATOR);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds,
                     1u << S390IRQ_KIND_CLOCK_COMPARATOR);
    fake_close(fake);
}

/* The CPU timer stands still while the CPU is stopped or check-stopped. */
static void cpu_timer_stands_still_when_stopped(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_CPU_TIMER, S390IRQ_WAIT);
    cpu->cpu.cpu_timer = 1000;
    cpu->cpu.cpu_timer_since_tod = FAKE_TOD_START;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 1001);
    atomic_fetch_add(&fake->tod, 400);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->report.deadline_tod, S390IRQ_NEVER);
    atomic_fetch_add(&fake->tod, 100000);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(cpu->report.deadline_tod,
                     FAKE_TOD_START + 400 + 100000 + 601);
    fake_close(fake);
}

static void operator_start_and_stop(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_STOPPED);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_OPERATING);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->cpu.psw_mask, 0);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_restart(cpu->vcpu), S390IRQ_BUSY);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(cpu->report.changed, 0);
    fake_close(fake);
}

static void operator_restart(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    cpu->cpu.prefix = fake_prefix(0);
    cpu->cpu.psw_mask = WAITING;
    cpu->cpu.psw_address = 0x5000;
    assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(s390irq_vcpu_restart(cpu->vcpu), 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_RESTART_OLD, WAITING,
                    0x5000);
    /* An operating one takes it in its turn. */
    assert_int_equal(s390irq_vcpu_restart(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_restart(cpu->vcpu), S390IRQ_BUSY);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_assert_psw(fake, fake_prefix(0) + LOWCORE_RESTART_OLD, PSW_64,
                    0x101a0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_RESTART).taken, 2);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* An injected restart pends at a stopped CPU; SIGP restart starts it. */
static void injected_restart_then_sigp(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake->cpu[0].cpu.prefix = fake_prefix(0);
    assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu),
                     0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101a0);
    assert_int_equal(fake_pending(fake, 0), 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void stopped_cpu_keeps_what_is_injected(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EXTERNAL_CALL));
    for (int i = 0; i < 2; i++) {
        assert_false(fake_attention(fake, 0));
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(fake->cpu[0].report.taken, 0);
    }
    fake->cpu[0].cpu.psw_mask = OPEN;
    fake->cpu[0].cpu.cr[0] = CR0_EVERY_EXTERNAL;
    assert_int_equal(
        s390irq_vcpu_has_interruption(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
    /* Not even what nothing can mask is a reason to wake it. */
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
    assert_int_equal(fake_wakes(fake, 0), 0);
    fake_start(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_PROGRAM | 1u << S390IRQ_KIND_RESTART);
    fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
    fake_close(fake);
}

/* Called in the tod hook of the deliver that carries out the first one. */
static void clear_reset_meanwhile(struct fake *fake, const char *hook,
                                  struct fake_cpu *cpu)
{
    (void)cpu;
    if (strcmp(hook, "tod") != 0)
        return;
    fake->during = NULL;
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CLEAR),
                     0);
}

static void stronger_reset_meanwhile(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    uint32_t changed;

    (void)state;
    odd_registers(&cpu->cpu);
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CPU), 0);
    fake->during = clear_reset_meanwhile;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_null(fake->during);
    changed = cpu->report.changed;
    if (fake_attention(fake, 0)) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        changed |= cpu->report.changed;
    }
    assert_true(changed & S390IRQ_CHANGED_CLEAR);
    assert_initial_reset(&cpu->cpu);
    fake_close(fake);
}

/* Started from inside the hook that says that it is stopped: in motion. */
static void start_meanwhile(struct fake *fake, const char *hook,
                            struct fake_cpu *cpu)
{
    int *answer = fake->during_argument;
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;

    if (strcmp(hook, "trace") != 0 || !cpu ||
        s390irq_vcpu_state(cpu->vcpu) != S390IRQ_STATE_STOPPED)
        return;
    fake->during = NULL;
    *answer = s390irq_vcpu_start(cpu->vcpu, &registers);
}

static void start_of_a_cpu_in_motion(void **state)
{
    struct fake *fake = fake_watched(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    int answer = -1000;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CPU), 0);
    fake->during_argument = &answer;
    fake->during = start_meanwhile;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_null(fake->during);
    assert_int_equal(answer, S390IRQ_BUSY);
    assert_int_equal(s390irq_vcpu_state(cpu->vcpu), S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

static void subsystem_reset(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_snapshot *before;

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_int_equal(fake_pending(fake, 0),
                     1u << S390IRQ_KIND_EMERGENCY_SIGNAL);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PFAULT_DONE));
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 5);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_VIRTIO).cleared, 2);
    fake_assert_counters(fake);
    before = fake_snapshot(fake);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    fake_assert_unchanged(fake, before);
    /* The SCCB slot and the queue are free again. */
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake_close(fake);
}

static void queue_clear(void **state)
{
    struct fake *fake = fake_usual(3);
    struct s390irq_queue *local = s390irq_vcpu_queue(fake->cpu[0].vcpu);
    struct s390irq_queue *floating = s390irq_vm_queue(fake->vm);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_queue_clear(local), 0);
    for (uint32_t source = 0; source < 3; source++)
        assert_int_equal(
            s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, source), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EXTERNAL_CALL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    assert_int_equal(s390irq_queue_clear(local), 4);
    assert_int_equal(s390irq_queue_count(local), 0);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    assert_int_equal(s390irq_queue_clear(floating), 2);
    assert_int_equal(s390irq_queue_clear(floating), 0);
    /* The program condition is the running CPU's own: it stays. */
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_PROGRAM);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Each class at CPU 0, which runs, or at the VM. */
static void nothing_is_taken(struct fake *fake)
{
    fake_add_subchannel(fake);
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];

        if (class->is_floating)
            assert_int_equal(s390irq_vm_inject(fake->vm, &class->record),
                             S390IRQ_CLOSED);
        else if (class->kind == S390IRQ_KIND_PROGRAM)
            assert_int_equal(s390irq_vcpu_program(fake->cpu[0].vcpu,
                                                  &class->record.u.program),
                             S390IRQ_CLOSED);
        else if (class->kind == S390IRQ_KIND_SUPERVISOR_CALL)
            assert_int_equal(
                s390irq_vcpu_supervisor_call(fake->cpu[0].vcpu, 1, 2),
                S390IRQ_CLOSED);
        else if (class->kind != S390IRQ_KIND_CLOCK_COMPARATOR &&
                 class->kind != S390IRQ_KIND_CPU_TIMER)
            assert_int_equal(
                s390irq_vcpu_inject(fake->cpu[0].vcpu, &class->record),
                S390IRQ_CLOSED);
    }
}

static void closed(void **state)
{
    struct fake_options options = { .cpus = 3, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    struct s390irq_interruption stop = { .kind = S390IRQ_KIND_STOP };
    struct s390irq_interruption prefix = {
        .kind = S390IRQ_KIND_SET_PREFIX,
        .parameter = 0x4000,
    };

    (void)state;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 1);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    /* Also what is made after that. */
    fake_create_cpu(fake, 2);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[2].vcpu, 0),
                     S390IRQ_CLOSED);
    nothing_is_taken(fake);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &stop),
                     S390IRQ_CLOSED);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[1].vcpu, &prefix),
                     S390IRQ_CLOSED);
    /* What pends is delivered all the same. */
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_SERVICE_SIGNAL).taken, 1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).taken,
                     1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).refused,
                     2);
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "reset: each kind, at rest, by SIGP and running", resets, NULL, NULL,
          NULL },
        { "reset: what changed is said once", changed_is_said_once, NULL, NULL,
          NULL },
        { "reset: only a reset leaves check-stop", reset_leaves_check_stop,
          NULL, NULL, NULL },
        { "reset: level conditions survive a CPU reset",
          level_conditions_survive_cpu_reset, NULL, NULL, NULL },
        { "reset: the CPU timer stands still when stopped",
          cpu_timer_stands_still_when_stopped, NULL, NULL, NULL },
        { "operator: start and stop", operator_start_and_stop, NULL, NULL,
          NULL },
        { "operator: restart", operator_restart, NULL, NULL, NULL },
        { "reset: an injected restart does not start, SIGP does",
          injected_restart_then_sigp, NULL, NULL, NULL },
        { "reset: a stopped CPU keeps what is injected",
          stopped_cpu_keeps_what_is_injected, NULL, NULL, NULL },
        { "reset: a stronger one posted meanwhile", stronger_reset_meanwhile,
          NULL, NULL, NULL },
        { "operator: start of a CPU in motion", start_of_a_cpu_in_motion, NULL,
          NULL, NULL },
        { "reset: subsystem reset clears all that floats", subsystem_reset,
          NULL, NULL, NULL },
        { "reset: clearing a queue", queue_clear, NULL, NULL, NULL },
        { "reset: a closed VM takes nothing and delivers the rest", closed,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
