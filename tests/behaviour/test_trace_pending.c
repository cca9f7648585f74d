/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The trace tells of everything that ends what pends: held and put back,
 * withdrawn by the host, cleared.
 */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_IO)

static const uint32_t DEVICE = FAKE_SUBCHANNEL;

/* The events since the last look, but for those in `left_out`, are these. */
static void events_are(struct fake *fake, uint64_t left_out, unsigned count,
                       const uint16_t *expected)
{
    unsigned at = 0;

    assert_true(fake->events <= FAKE_EVENTS);
    for (unsigned i = 0; i < fake->events; i++) {
        uint16_t event = fake->event[i].event;

        if (left_out >> event & 1)
            continue;
        assert_true(at < count);
        assert_int_equal(event, expected[at++]);
    }
    assert_int_equal(at, count);
}

#define QUIET                               \
    (UINT64_C(1) << S390IRQ_TRACE_PUBLISH | \
     UINT64_C(1) << S390IRQ_TRACE_WAKE | UINT64_C(1) << S390IRQ_TRACE_ANSWER)
#define EVENTS_ARE(fake, ...)                                        \
    events_are(fake, QUIET,                                          \
               sizeof(uint16_t[]){ __VA_ARGS__ } / sizeof(uint16_t), \
               (const uint16_t[]){ __VA_ARGS__ })

static const struct s390irq_trace *last(const struct fake *fake, uint16_t event)
{
    for (unsigned i = fake->events; i-- > 0;)
        if (fake->event[i].event == event)
            return &fake->event[i];
    fail();
    return NULL;
}

/* The interruption is described as when it was delivered. */
static void described(const struct s390irq_trace *event,
                      const struct fake_class *class)
{
    assert_int_equal(event->kind, class->kind);
    if (class->kind == S390IRQ_KIND_IO) {
        assert_int_equal(event->code, class->record.u.io.subchannel);
        assert_int_equal(event->parameter, class->record.parameter);
        assert_int_equal(event->parameter64, class->record.u.io.word);
    }
}

/* With a pointer there is no need to hold; with hooks there is. */
static void held_by_deliver(void **state)
{
    (void)state;
    for (unsigned hooks = 0; hooks < 2; hooks++)
        for (size_t i = 0; i < fake_class_count; i++) {
            const struct fake_class *class = &fake_classes[i];
            struct fake_options options = {
                .cpus = 2,
                .hooks = FAKE_WATCHED |
                         (hooks ? FAKE_HOOK_MEMORY : FAKE_HOOK_LOWCORE),
            };
            struct fake *fake = fake_open(&options);

            fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
            fake_raise(fake, 0, class);
            fake->events = 0;
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
            if (!hooks) {
                EVENTS_ARE(fake, S390IRQ_TRACE_DELIVER);
            } else {
                EVENTS_ARE(fake, S390IRQ_TRACE_HOLD, S390IRQ_TRACE_DELIVER);
                described(last(fake, S390IRQ_TRACE_HOLD), class);
                assert_int_equal(last(fake, S390IRQ_TRACE_HOLD)->cpu, 0);
            }
            fake_close(fake);
        }
}

/* Held in any case, from both sides: one interruption. */
static void held_machine_checks(void **state)
{
    struct s390irq_interruption check = { .kind = S390IRQ_KIND_MACHINE_CHECK };
    struct fake *fake = fake_watched(1);

    (void)state;
    fake_boot(fake, 0, OPEN | PSW_MACHINE_CHECK, 0, S390IRQ_RUN);
    fake->cpu[0].cpu.cr[14] = UINT32_MAX;
    assert_int_equal(
        s390irq_vcpu_masks_changed(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
    check.u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT;
    assert_int_equal(s390irq_vm_inject(fake->vm, &check), 0);
    check.u.machine_check.conditions = S390IRQ_MCIC_WARNING;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &check), 0);
    assert_int_equal(last(fake, S390IRQ_TRACE_INJECT)->parameter64,
                     S390IRQ_MCIC_WARNING);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    EVENTS_ARE(fake, S390IRQ_TRACE_HOLD, S390IRQ_TRACE_DELIVER);
    assert_int_equal(last(fake, S390IRQ_TRACE_HOLD)->parameter64,
                     S390IRQ_MCIC_CHANNEL_REPORT | S390IRQ_MCIC_WARNING);
    assert_int_equal(last(fake, S390IRQ_TRACE_DELIVER)->parameter64,
                     S390IRQ_MCIC_CHANNEL_REPORT | S390IRQ_MCIC_WARNING);
    fake_close(fake);
}

static void put_back_by_deliver(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct fake_options options = { .cpus = 2,
                                        .hooks =
                                            FAKE_WATCHED | FAKE_HOOK_MEMORY };
        struct fake *fake = fake_open(&options);

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        fake->events = 0;
        fake->fail_at = fake->accesses + 1;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_E_GUEST_MEMORY);
        EVENTS_ARE(fake, S390IRQ_TRACE_HOLD, S390IRQ_TRACE_PUT_BACK);
        described(last(fake, S390IRQ_TRACE_PUT_BACK), class);
        assert_int_equal(last(fake, S390IRQ_TRACE_PUT_BACK)->cpu, 0);
        fake_close(fake);
    }
}

static void held_by_prepare(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 2];
        struct fake *fake = fake_watched(2);
        struct fake_cpu *cpu = &fake->cpu[0];
        struct s390irq_plan plan = { .size = sizeof plan };

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        fake->events = 0;
        assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
        EVENTS_ARE(fake, S390IRQ_TRACE_HOLD);
        described(last(fake, S390IRQ_TRACE_HOLD), class);
        if (i % 2 == 0) {
            memcpy(plan.new_psw, fake->ram + plan.new_psw_absolute, 16);
            assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &plan),
                             0);
            EVENTS_ARE(fake, S390IRQ_TRACE_HOLD, S390IRQ_TRACE_DELIVER);
        } else {
            assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
            EVENTS_ARE(fake, S390IRQ_TRACE_HOLD, S390IRQ_TRACE_PUT_BACK);
            described(last(fake, S390IRQ_TRACE_PUT_BACK), class);
        }
        fake_close(fake);
    }
}

static void withdrawn(void **state)
{
    const struct fake_class *class = fake_class_of(S390IRQ_KIND_IO);
    struct fake *fake = fake_watched(1);
    struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
    struct s390irq_interruption taken;

    (void)state;
    for (int named = 0; named < 2; named++) {
        uint32_t subchannel = named ? DEVICE : 0;

        fake_raise(fake, 0, class);
        fake->events = 0;
        assert_int_equal(s390irq_queue_take_io(queue, 0xff, subchannel, &taken),
                         1);
        EVENTS_ARE(fake, S390IRQ_TRACE_WITHDRAW);
        described(&fake->event[0], class);
        assert_int_equal(fake->event[0].cpu, S390IRQ_NO_CPU);
        assert_int_equal(fake->event[0].outcome, named);
        assert_int_equal(s390irq_queue_take_io(queue, 0xff, subchannel, &taken),
                         0);
        assert_int_equal(fake->events, 1);
    }
    fake_close(fake);
}

/* The outcome of putting back what pends again, joins or was cleared. */
static void put_back_by_the_host(void **state)
{
    static const int outcomes[] = { 0, S390IRQ_COALESCED, S390IRQ_CLEARED };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct fake_class *class = fake_class_of(S390IRQ_KIND_IO);
        struct fake *fake = fake_watched(1);
        struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);
        struct s390irq_interruption taken;

        fake_raise(fake, 0, class);
        assert_int_equal(s390irq_queue_take_io(queue, 0xff, 0, &taken), 1);
        if (outcomes[i] == S390IRQ_COALESCED)
            fake_raise(fake, 0, class);
        if (outcomes[i] == S390IRQ_CLEARED)
            assert_int_equal(s390irq_queue_clear_io(queue, DEVICE), 0);
        fake->events = 0;
        assert_int_equal(s390irq_queue_put_back_io(queue, &taken), outcomes[i]);
        EVENTS_ARE(fake, S390IRQ_TRACE_PUT_BACK);
        described(&fake->event[0], class);
        assert_int_equal(fake->event[0].outcome, outcomes[i]);
        assert_int_equal(fake->event[0].cpu, S390IRQ_NO_CPU);
        fake_close(fake);
    }
}

static void clear_of_a_subchannel(void **state)
{
    (void)state;
    for (unsigned removed = 0; removed < 2; removed++)
        for (unsigned pends = 0; pends < 2; pends++) {
            struct fake *fake = fake_watched(1);

            fake_add_subchannel(fake);
            if (pends)
                fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_IO));
            fake->events = 0;
            if (removed)
                assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, DEVICE),
                                 0);
            else
                assert_int_equal(
                    s390irq_queue_clear_io(s390irq_vm_queue(fake->vm), DEVICE),
                    pends);
            EVENTS_ARE(fake, S390IRQ_TRACE_CLEAR);
            assert_int_equal(fake->event[0].kind, S390IRQ_KIND_IO);
            assert_int_equal(fake->event[0].code, DEVICE);
            assert_int_equal(fake->event[0].outcome, pends);
            assert_int_equal(fake->event[0].cpu, S390IRQ_NO_CPU);
            assert_int_equal(
                s390irq_queue_clear_io(s390irq_vm_queue(fake->vm), 0x00010099),
                S390IRQ_E_NO_SUBCHANNEL);
            assert_int_equal(fake->events, 1);
            fake_close(fake);
        }
}

/* Which kinds a queue has; own: conditions of the CPU's own are cleared. */
static uint32_t kinds_of(int floating, int own)
{
    uint32_t kinds = 1u << S390IRQ_KIND_MACHINE_CHECK;

    if (!floating)
        kinds |= 1u << S390IRQ_KIND_STOP;

    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        int is_own = class->kind == S390IRQ_KIND_PROGRAM ||
                     class->kind == S390IRQ_KIND_SUPERVISOR_CALL;

        if (class->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
            class->kind == S390IRQ_KIND_CPU_TIMER || (is_own && !own))
            continue;
        if (class->is_floating == floating)
            kinds |= 1u << class->kind;
    }
    return kinds;
}

static void clear_is(const struct s390irq_trace *event, uint32_t cpu,
                     uint32_t kinds, int removed)
{
    assert_int_equal(event->kind, 0);
    assert_int_equal(event->cpu, cpu);
    assert_int_equal(event->parameter, kinds);
    assert_int_equal(event->outcome, removed);
}

static void clear_of_queues(void **state)
{
    struct fake *fake = fake_watched(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake->events = 0;
    assert_int_equal(s390irq_queue_clear(s390irq_vcpu_queue(vcpu)), 1);
    clear_is(last(fake, S390IRQ_TRACE_CLEAR), 0, kinds_of(0, 0), 1);
    assert_int_equal(s390irq_queue_clear(s390irq_vm_queue(fake->vm)), 2);
    clear_is(last(fake, S390IRQ_TRACE_CLEAR), S390IRQ_NO_CPU, kinds_of(1, 0),
             2);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    clear_is(last(fake, S390IRQ_TRACE_CLEAR), S390IRQ_NO_CPU, kinds_of(1, 0),
             1);
    fake_close(fake);
}

/* At once or by the owner, it is the reset that clears. */
static void clear_by_reset(void **state)
{
    (void)state;
    for (unsigned running = 0; running < 2; running++) {
        struct fake *fake = fake_watched(1);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

        if (running)
            fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
        fake->events = 0;
        assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(fake->events != 0, !running);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        EVENTS_ARE(fake, S390IRQ_TRACE_CLEAR, S390IRQ_TRACE_STATE);
        clear_is(last(fake, S390IRQ_TRACE_CLEAR), 0, kinds_of(0, 1), 1);
        fake_close(fake);
    }
}

static void clear_by_unplugging(void **state)
{
    struct fake *fake = fake_watched(1);

    (void)state;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    fake->events = 0;
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[0].vcpu), 0);
    EVENTS_ARE(fake, S390IRQ_TRACE_CLEAR, S390IRQ_TRACE_STATE);
    clear_is(&fake->event[0], 0, kinds_of(0, 1), 1);
    fake->cpu[0].vcpu = NULL;
    fake_close(fake);
}

/* A stop order ends with the check-stop state. */
static void clear_by_check_stop(void **state)
{
    struct fake *fake = fake_watched(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(vcpu), 0);
    assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    EVENTS_ARE(fake, S390IRQ_TRACE_STATE, S390IRQ_TRACE_CLEAR);
    clear_is(last(fake, S390IRQ_TRACE_CLEAR), 0, 1u << S390IRQ_KIND_STOP, 1);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "trace: held while it is delivered", held_by_deliver, NULL, NULL,
          NULL },
        { "trace: machine checks are held as one", held_machine_checks, NULL,
          NULL, NULL },
        { "trace: put back when storage is missing", put_back_by_deliver, NULL,
          NULL, NULL },
        { "trace: held by prepare, then delivered or put back", held_by_prepare,
          NULL, NULL, NULL },
        { "trace: withdrawn by the host", withdrawn, NULL, NULL, NULL },
        { "trace: put back by the host", put_back_by_the_host, NULL, NULL,
          NULL },
        { "trace: a subchannel is cleared or removed", clear_of_a_subchannel,
          NULL, NULL, NULL },
        { "trace: queues are cleared", clear_of_queues, NULL, NULL, NULL },
        { "trace: a reset clears", clear_by_reset, NULL, NULL, NULL },
        { "trace: unplugging clears", clear_by_unplugging, NULL, NULL, NULL },
        { "trace: check-stop clears a stop order", clear_by_check_stop, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
