/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* "Why is this not delivered?": as data, as text, and never wrong. */
#include "farm.h"

#define OPEN (PSW_64 | PSW_EXTERNAL | PSW_IO | PSW_MACHINE_CHECK)
#define MOST 64

struct explained {
    struct s390irq_explanation entry[MOST];
    size_t count;
};

static struct explained *explain(struct fake *fake, uint32_t address)
{
    struct explained *explained = calloc(1, sizeof *explained);

    assert_non_null(explained);
    explained->count = MOST;
    assert_int_equal(s390irq_vcpu_explain(fake->cpu[address].vcpu,
                                          explained->entry, &explained->count),
                     0);
    return explained;
}

/* The one explanation of this kind; there must be one. */
static struct s390irq_explanation only(struct fake *fake, uint32_t kind)
{
    struct explained *explained = explain(fake, 0);
    struct s390irq_explanation found;
    size_t count = 0;

    memset(&found, 0, sizeof found);
    for (size_t i = 0; i < explained->count; i++)
        if (explained->entry[i].interruption.kind == kind) {
            found = explained->entry[i];
            count++;
        }
    assert_int_equal(count, 1);
    free(explained);
    return found;
}

static void nothing_pends(void **state)
{
    struct fake *fake = fake_usual(1);
    struct explained *explained;
    char text[8] = "x";
    size_t length = sizeof text;

    (void)state;
    fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    explained = explain(fake, 0);
    assert_int_equal(explained->count, 0);
    free(explained);
    assert_int_equal(
        s390irq_vcpu_explain_text(fake->cpu[0].vcpu, text, &length), 0);
    assert_int_equal(length, 1);
    assert_string_equal(text, "");
    fake_close(fake);
}

static uint64_t masked_cr(const struct fake_class *class, uint32_t control)
{
    uint64_t all = control == 0   ? CR0_EVERY_EXTERNAL
                   : control == 6 ? CR6_EVERY_ISC
                                  : CR14_EVERY;

    return class->psw_bit == PSW_EXTERNAL && control == 0
               ? all & ~class->cr0_bit
               : all;
}

/* Each class of external interruption: by its PSW bit, by its submask, free. */
static void psw_bit_and_submask(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct fake *fake;
        struct s390irq_explanation found;

        if (class->psw_bit != PSW_EXTERNAL)
            continue;
        for (int how = 0; how < 3; how++) {
            uint64_t psw = OPEN | PSW_WAIT;

            fake = fake_usual(2);
            if (how == 0)
                psw &= ~PSW_EXTERNAL;
            fake_boot(fake, 0, psw,
                      how == 1 ? masked_cr(class, 0) : CR0_EVERY_EXTERNAL,
                      S390IRQ_WAIT);
            fake_raise(fake, 0, class);
            found = only(fake, class->kind);
            assert_int_equal(found.floating, class->is_floating);
            assert_int_equal(found.adapter, S390IRQ_NO_CPU);
            if (how == 0)
                assert_int_equal(found.held, S390IRQ_HELD_PSW_EXTERNAL);
            if (how == 1) {
                assert_int_equal(found.held, S390IRQ_HELD_SUBMASK);
                assert_int_equal(found.control, 0);
                assert_int_equal(found.submask, class->cr0_bit);
            }
            if (how == 2)
                assert_int_equal(found.held, 0);
            fake_close(fake);
        }
    }
}

static void io_and_machine_checks(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption check = { .kind = S390IRQ_KIND_MACHINE_CHECK };
    struct s390irq_explanation found;

    (void)state;
    check.u.machine_check.conditions = S390IRQ_MCIC_DEGRADATION;
    fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    fake->cpu[0].cpu.cr[6] = CR6_EVERY_ISC & ~CR6_ISC(5);
    fake->cpu[0].cpu.cr[14] = CR14_EVERY & ~CR14_DEGRADATION;
    assert_int_equal(
        s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x10007), 0);
    assert_int_equal(
        s390irq_vm_inject_io(fake->vm, 0x10007, 9, S390IRQ_IO_WORD(5)),
        S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &check),
                     S390IRQ_QUEUED);
    found = only(fake, S390IRQ_KIND_IO);
    assert_int_equal(found.held, S390IRQ_HELD_SUBMASK);
    assert_int_equal(found.control, 6);
    assert_int_equal(found.submask, CR6_ISC(5));
    assert_int_equal(found.interruption.u.io.subchannel, 0x10007);
    found = only(fake, S390IRQ_KIND_MACHINE_CHECK);
    assert_int_equal(found.held, S390IRQ_HELD_SUBMASK);
    assert_int_equal(found.control, 14);
    assert_int_equal(found.submask, CR14_DEGRADATION);
    fake_close(fake);
}

/* AIS and adapter masks keep back what does not even pend. */
static void adapters(void **state)
{
    struct fake *fake = fake_usual(1);
    struct explained *explained;

    (void)state;
    fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(
        s390irq_vm_add_adapter(fake->vm, 3, 2, S390IRQ_ADAPTER_MASKABLE), 0);
    assert_int_equal(
        s390irq_vm_add_adapter(fake->vm, 4, 6, S390IRQ_ADAPTER_SUPPRESSIBLE),
        0);
    assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 3, 1), 0);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x02, 0x02), 0);
    assert_int_equal(s390irq_vm_signal_adapter(fake->vm, 3),
                     S390IRQ_REMEMBERED);
    assert_int_equal(s390irq_vm_signal_adapter(fake->vm, 4),
                     S390IRQ_SUPPRESSED);
    explained = explain(fake, 0);
    assert_int_equal(explained->count, 2);
    assert_int_equal(explained->entry[0].held, S390IRQ_HELD_SUPPRESSED);
    assert_int_equal(S390IRQ_IO_ISC(explained->entry[0].interruption.u.io.word),
                     6);
    assert_int_equal(explained->entry[1].held, S390IRQ_HELD_ADAPTER_MASKED);
    assert_int_equal(explained->entry[1].adapter, 3);
    assert_int_equal(S390IRQ_IO_ISC(explained->entry[1].interruption.u.io.word),
                     2);
    free(explained);
    fake_close(fake);
}

static void states(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption key = { .kind = S390IRQ_KIND_INTERRUPT_KEY };

    (void)state;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &key),
                     S390IRQ_QUEUED);
    assert_true(only(fake, S390IRQ_KIND_INTERRUPT_KEY).held &
                S390IRQ_HELD_STOPPED);
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_IO, 0, S390IRQ_WAIT);
    assert_int_equal(only(fake, S390IRQ_KIND_INTERRUPT_KEY).held,
                     S390IRQ_HELD_PSW_EXTERNAL | S390IRQ_HELD_SUBMASK);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_true(only(fake, S390IRQ_KIND_INTERRUPT_KEY).held &
                S390IRQ_HELD_PAUSED);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &key),
                     S390IRQ_QUEUED);
    assert_true(only(fake, S390IRQ_KIND_INTERRUPT_KEY).held &
                S390IRQ_HELD_CHECK_STOP);
    fake_close(fake);
}

/* Its CPU timer runs from the start on, not from its first deliver. */
static void started(void **state)
{
    struct fake *fake = fake_usual(1);
    struct explained *explained;

    (void)state;
    fake->cpu[0].cpu.cpu_timer = 0;
    fake->cpu[0].cpu.cpu_timer_since_tod = atomic_load(&fake->tod);
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    atomic_fetch_add(&fake->tod, 1);
    assert_int_equal(s390irq_vcpu_start(fake->cpu[0].vcpu, NULL), 0);
    explained = explain(fake, 0);
    assert_int_equal(explained->count, 0);
    free(explained);
    atomic_fetch_add(&fake->tod, 1);
    assert_int_equal(only(fake, S390IRQ_KIND_CPU_TIMER).held,
                     S390IRQ_HELD_SUBMASK);
    fake_close(fake);
}

/* A running CPU is judged by what it published. */
static void running(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_explanation found;

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_INTERRUPT_KEY, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 0),
                     S390IRQ_QUEUED);
    found = only(fake, S390IRQ_KIND_EMERGENCY_SIGNAL);
    assert_int_equal(found.held, S390IRQ_HELD_SUBMASK);
    assert_int_equal(found.submask, CR0_EMERGENCY_SIGNAL);
    fake_load_masks(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL);
    assert_int_equal(only(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).held,
                     S390IRQ_HELD_PSW_EXTERNAL);
    fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    assert_int_equal(only(fake, S390IRQ_KIND_EMERGENCY_SIGNAL).held, 0);
    fake_close(fake);
}

static void in_hand(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x2000),
                     S390IRQ_QUEUED);
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    assert_int_equal(only(fake, S390IRQ_KIND_SERVICE_SIGNAL).held,
                     S390IRQ_HELD_IN_HAND);
    assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
    assert_int_equal(only(fake, S390IRQ_KIND_SERVICE_SIGNAL).held, 0);
    fake_close(fake);
}

/*
 * For every choice of masks: what has nothing that holds it is what the next
 * deliver takes, and all else that is free names that one.
 */
static void agrees_with_deliver(void **state)
{
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct fake *fake = fake_usual(2);
        struct explained *explained;
        uint32_t first = 0;

        fake_new_psw(fake, 0, LOWCORE_EXTERNAL_NEW, PSW_64, 0x7000);
        fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_IO, 0, S390IRQ_WAIT);
        for (size_t i = 0; i < fake_class_count; i++)
            if (fake_classes[i].psw_bit == PSW_EXTERNAL && rand_r(&seed) % 3)
                fake_raise(fake, 0, &fake_classes[i]);
        assert_int_equal(
            s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
        fake->cpu[0].cpu.psw_mask |= PSW_EXTERNAL;
        fake->cpu[0].cpu.cr[0] = ((uint64_t)(unsigned)rand_r(&seed) & 0xffff) |
                                 (rand_r(&seed) % 2 ? CR0_WARNING_TRACK : 0);
        assert_int_equal(
            s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
        explained = explain(fake, 0);
        for (size_t i = 0; i < explained->count; i++) {
            const struct s390irq_explanation *entry = &explained->entry[i];

            if (entry->held == 0) {
                assert_int_equal(first, 0);
                first = entry->interruption.kind;
            } else if (entry->held & S390IRQ_HELD_OUTRANKED) {
                assert_int_equal(entry->outranked_by, first);
            }
        }
        assert_true(fake_deliver(fake, 0) >= 0);
        assert_int_equal(fake->cpu[0].report.taken_kinds,
                         first ? 1u << first : 0);
        free(explained);
        fake_close(fake);
    }
}

static void text(void **state)
{
    static const char expected[] =
        "channel\0"
        "emergency signal from CPU 1: CR0 bit 49 is zero\n"
        "service signal parameter 00002000, floating: nothing, the next "
        "deliver takes it\n"
        "I/O ISC 3 subchannel 00010000 parameter cafe0004, floating: PSW bit "
        "6 (I/O) is zero; CR6 bit 35 is zero\n";
    const char *wanted = expected + 8;
    struct fake *fake = fake_usual(2);
    char *buffer;
    size_t length = 0, whole;

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x10000), 0);
    s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1);
    s390irq_vm_inject_service(fake->vm, 0x2000);
    s390irq_vm_inject_io(fake->vm, 0x10000, 0xcafe0004, S390IRQ_IO_WORD(3));
    fake->cpu[0].cpu.cr[0] = CR0_SERVICE_SIGNAL;
    fake->cpu[0].cpu.cr[6] = 0;
    s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu);
    assert_int_equal(
        s390irq_vcpu_explain_text(fake->cpu[0].vcpu, NULL, &length),
        S390IRQ_E_BUFFER);
    whole = length;
    assert_int_equal(whole, strlen(wanted) + 1);
    buffer = malloc(whole);
    assert_non_null(buffer);
    assert_int_equal(
        s390irq_vcpu_explain_text(fake->cpu[0].vcpu, buffer, &length), 0);
    assert_string_equal(buffer, wanted);
    /* Cut anywhere, it is still a string. */
    for (size_t room = 1; room < whole; room++) {
        length = room;
        assert_int_equal(
            s390irq_vcpu_explain_text(fake->cpu[0].vcpu, buffer, &length),
            S390IRQ_E_BUFFER);
        assert_int_equal(length, whole);
        assert_int_equal(strlen(buffer), room - 1);
        assert_memory_equal(buffer, wanted, room - 1);
    }
    free(buffer);
    fake_close(fake);
}

static void garbage(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_explanation entry;
    size_t count = 1;
    char character;

    (void)state;
    fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vcpu_explain(NULL, &entry, &count),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_explain(vcpu, NULL, &count),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_explain(vcpu, &entry, NULL),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_explain_text(NULL, &character, &count),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_explain_text(vcpu, NULL, &count),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_explain_text(vcpu, &character, NULL),
                     S390IRQ_E_INVALID);
    s390irq_vcpu_inject_emergency(vcpu, 0);
    count = 0;
    assert_int_equal(s390irq_vcpu_explain(vcpu, NULL, &count),
                     S390IRQ_E_BUFFER);
    assert_int_equal(count, 1);
    assert_int_equal(s390irq_vcpu_unplug(vcpu), 0);
    assert_int_equal(s390irq_vcpu_explain(vcpu, &entry, &count),
                     S390IRQ_E_NO_CPU);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "explain: nothing pends", nothing_pends, NULL, NULL, NULL },
        { "explain: PSW bit, submask, or nothing", psw_bit_and_submask, NULL,
          NULL, NULL },
        { "explain: control registers 6 and 14", io_and_machine_checks, NULL,
          NULL, NULL },
        { "explain: AIS and masked adapters", adapters, NULL, NULL, NULL },
        { "explain: stopped, check-stop, paused", states, NULL, NULL, NULL },
        { "explain: started, before its first deliver", started, NULL, NULL,
          NULL },
        { "explain: a running CPU", running, NULL, NULL, NULL },
        { "explain: in hand", in_hand, NULL, NULL, NULL },
        { "explain: what is free is what deliver takes", agrees_with_deliver,
          NULL, NULL, NULL },
        { "explain: as text", text, NULL, NULL, NULL },
        { "explain: garbage", garbage, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
