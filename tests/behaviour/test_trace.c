/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The trace tells what happened: one event each, with what belongs to it. */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

/* The only event of this sort since `from`; fails if there is not just one. */
static const struct s390irq_trace *only(const struct fake *fake, unsigned from,
                                        uint16_t event)
{
    const struct s390irq_trace *found = NULL;

    assert_true(fake->events <= FAKE_EVENTS);
    for (unsigned i = from; i < fake->events; i++) {
        if (fake->event[i].event != event)
            continue;
        assert_null(found);
        found = &fake->event[i];
    }
    assert_non_null(found);
    return found;
}

static unsigned count(const struct fake *fake, uint16_t event)
{
    unsigned events = 0;

    for (unsigned i = 0; i < fake->events; i++)
        events += fake->event[i].event == event;
    return events;
}

static void injections(void **state)
{
    struct fake *fake = fake_watched(2);
    const struct s390irq_trace *event;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];

        if (class->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
            class->kind == S390IRQ_KIND_CPU_TIMER)
            continue;
        fake->events = 0;
        fake_raise(fake, 0, class);
        event = only(fake, 0, S390IRQ_TRACE_INJECT);
        assert_int_equal(event->kind, class->kind);
        assert_int_equal(event->outcome, S390IRQ_QUEUED);
        assert_int_equal(event->cpu, class->is_floating ? S390IRQ_NO_CPU : 0);
        if (class->kind == S390IRQ_KIND_PROGRAM ||
            class->kind == S390IRQ_KIND_SUPERVISOR_CALL)
            assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    }
    fake->events = 0;
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1000), S390IRQ_BUSY);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_INJECT)->outcome,
                     S390IRQ_BUSY);
    fake_close(fake);
}

static void errors_are_not_traced(void **state)
{
    struct fake *fake = fake_watched(1);

    (void)state;
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 7),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(count(fake, S390IRQ_TRACE_INJECT), 0);
    fake_close(fake);
}

static void deliveries(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        const struct s390irq_trace *event;
        struct fake *fake = fake_watched(2);
        uint32_t code = 0;

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake_raise(fake, 0, class);
        fake->events = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        event = only(fake, 0, S390IRQ_TRACE_DELIVER);
        assert_int_equal(event->kind, class->kind);
        assert_int_equal(event->cpu, 0);
        assert_int_equal(event->old_psw_mask, OPEN);
        assert_int_equal(event->new_psw_mask, PSW_64);
        assert_int_equal(event->new_psw_address, 0x10000 + class->new_psw);
        assert_int_equal(event->old_psw_address,
                         class->rewind ? 0x5000 - class->record.u.program.ilc
                                       : 0x5000);
        for (size_t f = 0; class->field[f].length; f++)
            if (class->field[f].offset == LOWCORE_EXTERNAL_CODE ||
                class->field[f].offset == LOWCORE_PROGRAM_CODE ||
                class->field[f].offset == LOWCORE_SVC_CODE ||
                class->field[f].offset == LOWCORE_SUBCHANNEL)
                code = (uint32_t) class->field[f].value;
        assert_int_equal(event->code, code);
        assert_int_equal(only(fake, 0, S390IRQ_TRACE_ANSWER)->outcome,
                         S390IRQ_RUN);
        fake_close(fake);
    }
}

static void parameters(void **state)
{
    struct fake *fake = fake_watched(2);
    const struct s390irq_trace *event;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_VIRTIO));
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    event = only(fake, 0, S390IRQ_TRACE_DELIVER);
    assert_int_equal(event->parameter, 0x01020304);
    assert_int_equal(event->parameter64, 0x0506070809101112);
    for (int call = 0; call < 2; call++) {
        fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
        fake_raise(fake, 0,
                   fake_class_of(call ? S390IRQ_KIND_EXTERNAL_CALL
                                      : S390IRQ_KIND_EMERGENCY_SIGNAL));
        fake->events = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        event = only(fake, 0, S390IRQ_TRACE_DELIVER);
        assert_int_equal(event->parameter, 1); /* who sent it */
    }
    fake_close(fake);
}

/* A delivery is described as its injection was. */
static void described_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        const struct s390irq_trace *injected, *delivered;
        struct fake *fake = fake_watched(2);

        fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        fake->events = 0;
        fake_raise(fake, 0, class);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        delivered = only(fake, 0, S390IRQ_TRACE_DELIVER);
        if (class->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
            class->kind == S390IRQ_KIND_CPU_TIMER) {
            assert_int_equal(count(fake, S390IRQ_TRACE_INJECT), 0);
        } else {
            injected = only(fake, 0, S390IRQ_TRACE_INJECT);
            assert_int_equal(injected->kind, delivered->kind);
            assert_int_equal(injected->code, delivered->code);
            assert_int_equal(injected->parameter, delivered->parameter);
            assert_int_equal(injected->parameter64, delivered->parameter64);
        }
        fake_close(fake);
    }
}

static void times(void **state)
{
    struct fake *fake = fake_watched(1);

    (void)state;
    fake->events = 0;
    for (uint64_t i = 1; i < 4; i++) {
        atomic_store(&fake->tod, FAKE_TOD_START + i);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), i > 1);
        assert_int_equal(fake->events, i);
        assert_int_equal(fake->event[i - 1].tod, FAKE_TOD_START + i);
    }
    fake_close(fake);
}

/* What the CPU finds by itself is an injection, too: a PSW that is not valid.
 */
static void found_by_the_cpu(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t address;
    } rows[] = { { PSW_64 | UINT64_C(0x0008000000000000), 0x5000 },
                 { PSW_64, 0x5001 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_watched(1);
        const struct s390irq_trace *event;

        fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        fake->cpu[0].cpu.psw_mask = rows[i].mask;
        fake->cpu[0].cpu.psw_address = rows[i].address;
        fake->events = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        event = only(fake, 0, S390IRQ_TRACE_INJECT);
        assert_int_equal(event->kind, S390IRQ_KIND_PROGRAM);
        assert_int_equal(event->code, 6);
        assert_int_equal(event->cpu, 0);
        event = only(fake, 0, S390IRQ_TRACE_DELIVER);
        assert_int_equal(event->kind, S390IRQ_KIND_PROGRAM);
        assert_int_equal(event->code, 6);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_PROGRAM).injected, 1);
        fake_close(fake);
    }
}

static void answers(void **state)
{
    struct fake *fake = fake_watched(1);

    (void)state;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_ANSWER)->outcome,
                     S390IRQ_STOPPED);
    fake_start(fake, 0, WAITING, 0);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_ANSWER)->outcome,
                     S390IRQ_WAIT);
    fake->events = 0;
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_ANSWER)->outcome,
                     S390IRQ_PAUSED);
    fake_close(fake);
}

static void wakes_and_kicks(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_WATCHED | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, 0, S390IRQ_WAIT);
    fake->events = 0;
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[1].vcpu), 0);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_WAKE)->cpu, 1);
    assert_int_equal(count(fake, S390IRQ_TRACE_KICK), 0);
    fake->events = 0;
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_KICK)->cpu, 0);
    assert_int_equal(count(fake, S390IRQ_TRACE_WAKE), 0);
    fake_close(fake);
}

/* For which floating interruption, if for one. */
static void claimed_for(void **state)
{
    struct fake *fake = fake_watched(1);

    (void)state;
    fake_boot(fake, 0, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    fake->events = 0;
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_WAKE)->kind,
                     S390IRQ_KIND_SERVICE_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_load_masks(fake, 0, WAITING, CR0_EVERY_EXTERNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    fake->events = 0;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_WAKE)->kind, 0);
    fake_close(fake);
}

static void publish_is(const struct s390irq_trace *event, int how,
                       uint32_t kinds, uint32_t iscs)
{
    assert_int_equal(event->outcome, how);
    assert_int_equal(event->parameter, kinds);
    assert_int_equal(event->code, iscs);
}

/* Orders pend always. */
#define ORDERS (1u << S390IRQ_KIND_RESTART | 1u << S390IRQ_KIND_STOP)
#define IO     (1u << S390IRQ_KIND_IO | 1u << S390IRQ_KIND_ADAPTER)

static void published(void **state)
{
    const uint32_t key = 1u << S390IRQ_KIND_INTERRUPT_KEY;

    (void)state;
    for (unsigned kicks = 0; kicks < 2; kicks++) {
        struct fake_options options = {
            .cpus = 1,
            .hooks = FAKE_WATCHED | (kicks ? FAKE_HOOK_KICK : 0),
        };
        struct fake *fake = fake_open(&options);
        struct fake_cpu *cpu = &fake->cpu[0];
        int runs = kicks ? S390IRQ_PUBLISHED_GUEST : S390IRQ_PUBLISHED_RUNNING;

        fake_start(fake, 0, OPEN, CR0_INTERRUPT_KEY);
        fake->events = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        publish_is(only(fake, 0, S390IRQ_TRACE_PUBLISH), runs,
                   key | IO | ORDERS, 0xff);
        fake->events = 0;
        cpu->cpu.cr[6] = 0x41000000;
        assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
        publish_is(only(fake, 0, S390IRQ_TRACE_PUBLISH), runs,
                   key | IO | ORDERS, 0x41);
        assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(count(fake, S390IRQ_TRACE_PUBLISH), 1);
        fake_load_masks(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL,
                        CR0_INTERRUPT_KEY);
        fake->events = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
        publish_is(only(fake, 0, S390IRQ_TRACE_PUBLISH),
                   S390IRQ_PUBLISHED_ASLEEP, key | ORDERS, 0);
        fake_close(fake);
    }
}

/* Orders of any way are injections; a stop that is done says so. */
static void orders(void **state)
{
    static const struct {
        uint32_t order;
        uint16_t kind;
        uint16_t while_stopped;
    } rows[] = {
        { S390IRQ_SIGP_RESTART, S390IRQ_KIND_RESTART, 0 },
        { S390IRQ_SIGP_RESTART, S390IRQ_KIND_RESTART, 1 },
        { S390IRQ_SIGP_STOP, S390IRQ_KIND_STOP, 0 },
        { S390IRQ_SIGP_STOP_AND_STORE_STATUS, S390IRQ_KIND_STOP, 0 },
        { S390IRQ_SIGP_SET_PREFIX, S390IRQ_KIND_SET_PREFIX, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_watched(2);
        const struct s390irq_trace *event;

        if (!rows[i].while_stopped)
            fake_boot(fake, 1, OPEN, 0, S390IRQ_RUN);
        fake->events = 0;
        assert_int_equal(fake_sigp(fake, 0, 1, rows[i].order, 0x4000, NULL), 0);
        event = only(fake, 0, S390IRQ_TRACE_INJECT);
        assert_int_equal(event->kind, rows[i].kind);
        assert_int_equal(event->outcome, S390IRQ_QUEUED);
        assert_int_equal(event->cpu, 1);
        fake->events = 0;
        fake_deliver(fake, 1);
        if (rows[i].kind == S390IRQ_KIND_STOP)
            assert_int_equal(only(fake, 0, S390IRQ_TRACE_STATE)->kind,
                             S390IRQ_KIND_STOP);
        else if (rows[i].kind == S390IRQ_KIND_RESTART)
            assert_int_equal(only(fake, 0, S390IRQ_TRACE_DELIVER)->kind,
                             S390IRQ_KIND_RESTART);
        fake_close(fake);
    }
}

static void states(void **state)
{
    struct fake *fake = fake_watched(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    fake->events = 0;
    fake_start(fake, 0, OPEN, 0);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_STATE)->outcome,
                     S390IRQ_STATE_OPERATING);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(vcpu), 0);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_STATE)->outcome,
                     S390IRQ_STATE_STOPPED);
    assert_int_equal(s390irq_vcpu_start(vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(vcpu), 0);
    fake->events = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_STATE)->outcome,
                     S390IRQ_STATE_CHECK_STOP);
    fake->events = 0;
    assert_int_equal(s390irq_vcpu_reset(vcpu, S390IRQ_RESET_CPU), 0);
    assert_int_equal(only(fake, 0, S390IRQ_TRACE_STATE)->outcome,
                     S390IRQ_STATE_STOPPED);
    fake_close(fake);
}

/* Debug checks: a host that forgot to announce its masks is told. */
static void masks_unannounced(void **state)
{
    unsigned told = s390irq_feature(S390IRQ_FEATURE_DEBUG_CHECKS) ? 1 : 0;

    (void)state;
    for (unsigned unknown = 0; unknown < 2; unknown++) {
        struct fake_options options = {
            .cpus = 1,
            .flags = unknown ? S390IRQ_VM_MASKS_UNKNOWN : 0,
            .hooks = FAKE_WATCHED | FAKE_HOOK_KICK,
        };
        struct fake *fake = fake_open(&options);

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        fake->events = 0;
        fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(count(fake, S390IRQ_TRACE_MASKS), 0);
        fake->cpu[0].cpu.cr[0] = CR0_EXTERNAL_CALL;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(count(fake, S390IRQ_TRACE_MASKS), unknown ? 0 : told);
        fake_close(fake);
    }
}

static void signals(void **state)
{
    struct fake *fake = fake_watched(2);
    const struct s390irq_trace *event;
    uint32_t status = 0;

    (void)state;
    fake->events = 0;
    assert_int_equal(
        fake_sigp(fake, 0, 1, S390IRQ_SIGP_SENSE, 0x1234567890, &status), 1);
    event = only(fake, 0, S390IRQ_TRACE_SIGP);
    assert_int_equal(event->code, S390IRQ_SIGP_SENSE);
    assert_int_equal(event->outcome, 1);
    assert_int_equal(event->cpu, 1);
    assert_int_equal(event->parameter, 0);
    assert_int_equal(event->parameter64, 0x1234567890);
    assert_int_equal(event->status, S390IRQ_STATUS_STOPPED);
    fake->events = 0;
    assert_int_equal(fake_sigp(fake, 0, 77, S390IRQ_SIGP_START, 0, NULL), 3);
    event = only(fake, 0, S390IRQ_TRACE_SIGP);
    assert_int_equal(event->outcome, 3);
    assert_int_equal(event->status, 0);
    assert_int_equal(event->cpu, 77);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "trace: injections and their outcomes", injections, NULL, NULL,
          NULL },
        { "trace: errors are not injections", errors_are_not_traced, NULL, NULL,
          NULL },
        { "trace: deliveries with code and PSWs", deliveries, NULL, NULL,
          NULL },
        { "trace: parameters", parameters, NULL, NULL, NULL },
        { "trace: a delivery is described as its injection", described_alike,
          NULL, NULL, NULL },
        { "trace: times are the host's", times, NULL, NULL, NULL },
        { "trace: what the CPU found itself", found_by_the_cpu, NULL, NULL,
          NULL },
        { "trace: what deliver answered", answers, NULL, NULL, NULL },
        { "trace: wakes and kicks", wakes_and_kicks, NULL, NULL, NULL },
        { "trace: what a CPU was claimed for", claimed_for, NULL, NULL, NULL },
        { "trace: what others see of a CPU", published, NULL, NULL, NULL },
        { "trace: orders", orders, NULL, NULL, NULL },
        { "trace: states", states, NULL, NULL, NULL },
        { "trace: masks that were not announced", masks_unannounced, NULL, NULL,
          NULL },
        { "trace: SIGP", signals, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
