/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Every interruption that can be delivered, highest priority first (PoP
 * ch. 6, priority of interruptions and external interruptions), with the
 * bytes that it stores (PoP ch. 3, assigned storage locations).
 */
#include "fake.h"

#define SOURCE_CPU 1

#define PROGRAM_CLASS(text, ends, ...)                                  \
    {                                                                   \
        .name = text, .kind = S390IRQ_KIND_PROGRAM,                     \
        .old_psw = LOWCORE_PROGRAM_OLD, .new_psw = LOWCORE_PROGRAM_NEW, \
        .rewind = ends, __VA_ARGS__                                     \
    }

#define EXTERNAL_CLASS(text, kind_, submask, floating_, ...)          \
    {                                                                 \
        .name = text, .kind = kind_, .old_psw = LOWCORE_EXTERNAL_OLD, \
        .new_psw = LOWCORE_EXTERNAL_NEW, .psw_bit = PSW_EXTERNAL,     \
        .cr0_bit = submask, .is_floating = floating_, __VA_ARGS__     \
    }

#define IO_CLASS(text, kind_, isc, ...)                                        \
    {                                                                          \
        .name = text, .kind = kind_, .old_psw = LOWCORE_IO_OLD,                \
        .new_psw = LOWCORE_IO_NEW, .psw_bit = PSW_IO, .cr6_bit = CR6_ISC(isc), \
        .is_floating = 1, __VA_ARGS__                                          \
    }

#define CODE(code, address)              \
    { LOWCORE_EXTERNAL_CODE, 2, code },  \
    {                                    \
        LOWCORE_EXTERNAL_CPU, 2, address \
    }

#define PROGRAM(...) \
    .record = { .kind = S390IRQ_KIND_PROGRAM, .u.program = { __VA_ARGS__ } }

#define PROGRAM_COMMON(code, ilc)                                       \
    { LOWCORE_PROGRAM_CODE, 2, code }, { LOWCORE_PROGRAM_ILC, 2, ilc }, \
    {                                                                   \
        LOWCORE_BREAKING_EVENT, 8, 0x4444                               \
    }

#define TEID UINT64_C(0x123456789abcd804)

const struct fake_class fake_classes[] = {
    { .name = "supervisor call",
      .kind = S390IRQ_KIND_SUPERVISOR_CALL,
      .old_psw = LOWCORE_SVC_OLD,
      .new_psw = LOWCORE_SVC_NEW,
      .record = { .kind = S390IRQ_KIND_SUPERVISOR_CALL,
                  .source = 0xa7,
                  .parameter = 2 },
      .field = { { LOWCORE_SVC_ILC, 2, 2 }, { LOWCORE_SVC_CODE, 2, 0xa7 } } },
    PROGRAM_CLASS("program operation", 0, PROGRAM(.code = 1, .ilc = 2),
                  .field = { PROGRAM_COMMON(1, 2) }),
    PROGRAM_CLASS("program protection", 0,
                  PROGRAM(.code = 4, .ilc = 4, .translation_exception = TEID,
                          .flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS,
                          .exception_access = 0x5a),
                  .field = { PROGRAM_COMMON(4, 4),
                             { LOWCORE_TRANSLATION_EXCEPTION, 8, TEID },
                             { LOWCORE_EXCEPTION_ACCESS, 1, 0x5a } }),
    PROGRAM_CLASS(
        "program data exception", 0,
        PROGRAM(.code = 7, .ilc = 4, .data_exception_code = 0xfe),
        .field = { PROGRAM_COMMON(7, 4), { LOWCORE_DATA_EXCEPTION, 4, 0xfe } }),
    PROGRAM_CLASS("program page translation", 1,
                  PROGRAM(.code = 0x11, .ilc = 6, .translation_exception = TEID,
                          .flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS |
                                   S390IRQ_PROGRAM_OPERAND_ACCESS,
                          .exception_access = 0x5a, .operand_access = 0x6b),
                  .field = { PROGRAM_COMMON(0x11, 6),
                             { LOWCORE_TRANSLATION_EXCEPTION, 8, TEID },
                             { LOWCORE_EXCEPTION_ACCESS, 1, 0x5a },
                             { LOWCORE_OPERAND_ACCESS, 1, 0x6b } }),
    PROGRAM_CLASS("program vector processing", 0,
                  PROGRAM(.code = 0x1b, .ilc = 6, .data_exception_code = 0x12),
                  .field = { PROGRAM_COMMON(0x1b, 6),
                             { LOWCORE_DATA_EXCEPTION, 4, 0x12 } }),
    PROGRAM_CLASS(
        "program space switch", 0,
        PROGRAM(.code = 0x1c, .ilc = 4, .translation_exception = TEID),
        .field = { PROGRAM_COMMON(0x1c, 4),
                   { LOWCORE_TRANSLATION_EXCEPTION, 8, TEID } }),
    PROGRAM_CLASS(
        "program AFX translation", 1,
        PROGRAM(.code = 0x20, .ilc = 4, .translation_exception = TEID),
        .field = { PROGRAM_COMMON(0x20, 4),
                   { LOWCORE_TRANSLATION_EXCEPTION, 8, TEID } }),
    PROGRAM_CLASS("program ALEN translation", 1,
                  PROGRAM(.code = 0x29, .ilc = 4, .exception_access = 0x5a),
                  .field = { PROGRAM_COMMON(0x29, 4),
                             { LOWCORE_EXCEPTION_ACCESS, 1, 0x5a } }),
    PROGRAM_CLASS("program stack full", 1, PROGRAM(.code = 0x30, .ilc = 4),
                  .field = { PROGRAM_COMMON(0x30, 4) }),
    PROGRAM_CLASS(
        "program monitor event", 0,
        PROGRAM(.code = 0x40, .ilc = 4, .monitor_class = 9,
                .monitor_code = 0x1122334455667788),
        .field = { PROGRAM_COMMON(0x40, 4),
                   { LOWCORE_MONITOR_CLASS, 2, 9 },
                   { LOWCORE_MONITOR_CODE, 8, UINT64_C(0x1122334455667788) } }),
    PROGRAM_CLASS("program PER", 0,
                  PROGRAM(.code = 0x80, .ilc = 2,
                          .flags = S390IRQ_PROGRAM_PER_ACCESS, .per_code = 0x40,
                          .per_atmid = 0x9c, .per_access = 0x77,
                          .per_address = 0x4998),
                  .field = { PROGRAM_COMMON(0x80, 2),
                             { LOWCORE_PER_CODE, 1, 0x40 },
                             { LOWCORE_PER_ATMID, 1, 0x9c },
                             { LOWCORE_PER_ADDRESS, 8, 0x4998 },
                             { LOWCORE_PER_ACCESS, 1, 0x77 } }),
    PROGRAM_CLASS("program region translation with PER", 1,
                  PROGRAM(.code = 0x3bu | 0x80u, .ilc = 6,
                          .translation_exception = TEID,
                          .flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS |
                                   S390IRQ_PROGRAM_OPERAND_ACCESS |
                                   S390IRQ_PROGRAM_PER_ACCESS,
                          .exception_access = 0x5a, .operand_access = 0x6b,
                          .per_code = 0x20, .per_atmid = 0x9c,
                          .per_access = 0x77, .per_address = 0x4998),
                  .field = { PROGRAM_COMMON(0xbb, 6),
                             { LOWCORE_TRANSLATION_EXCEPTION, 8, TEID },
                             { LOWCORE_EXCEPTION_ACCESS, 1, 0x5a },
                             { LOWCORE_OPERAND_ACCESS, 1, 0x6b },
                             { LOWCORE_PER_CODE, 1, 0x20 },
                             { LOWCORE_PER_ATMID, 1, 0x9c },
                             { LOWCORE_PER_ADDRESS, 8, 0x4998 },
                             { LOWCORE_PER_ACCESS, 1, 0x77 } }),
    EXTERNAL_CLASS("interrupt key", S390IRQ_KIND_INTERRUPT_KEY,
                   CR0_INTERRUPT_KEY, 0,
                   .record = { .kind = S390IRQ_KIND_INTERRUPT_KEY },
                   .field = { CODE(EXTERNAL_INTERRUPT_KEY, 0) }),
    EXTERNAL_CLASS("malfunction alert", S390IRQ_KIND_MALFUNCTION_ALERT,
                   CR0_MALFUNCTION_ALERT, 0,
                   .record = { .kind = S390IRQ_KIND_MALFUNCTION_ALERT,
                               .source = SOURCE_CPU },
                   .field = { CODE(EXTERNAL_MALFUNCTION_ALERT, SOURCE_CPU) }),
    EXTERNAL_CLASS("emergency signal", S390IRQ_KIND_EMERGENCY_SIGNAL,
                   CR0_EMERGENCY_SIGNAL, 0,
                   .record = { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL,
                               .source = SOURCE_CPU },
                   .field = { CODE(EXTERNAL_EMERGENCY_SIGNAL, SOURCE_CPU) }),
    EXTERNAL_CLASS(
        "external call", S390IRQ_KIND_EXTERNAL_CALL, CR0_EXTERNAL_CALL, 0,
        .record = { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = SOURCE_CPU },
        .field = { CODE(EXTERNAL_CALL, SOURCE_CPU) }),
    EXTERNAL_CLASS("TOD-clock sync check", S390IRQ_KIND_TOD_SYNC_CHECK,
                   CR0_TOD_SYNC_CHECK, 0,
                   .record = { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
                   .field = { CODE(EXTERNAL_TOD_SYNC_CHECK, 0) }),
    EXTERNAL_CLASS("clock comparator", S390IRQ_KIND_CLOCK_COMPARATOR,
                   CR0_CLOCK_COMPARATOR, 0,
                   .record = { .kind = S390IRQ_KIND_CLOCK_COMPARATOR },
                   .field = { CODE(EXTERNAL_CLOCK_COMPARATOR, 0) }),
    EXTERNAL_CLASS("CPU timer", S390IRQ_KIND_CPU_TIMER, CR0_CPU_TIMER, 0,
                   .record = { .kind = S390IRQ_KIND_CPU_TIMER },
                   .field = { CODE(EXTERNAL_CPU_TIMER, 0) }),
    EXTERNAL_CLASS("timing alert", S390IRQ_KIND_TIMING_ALERT, CR0_TIMING_ALERT,
                   1, .record = { .kind = S390IRQ_KIND_TIMING_ALERT },
                   .field = { CODE(EXTERNAL_TIMING_ALERT, 0) }),
    EXTERNAL_CLASS("measurement alert", S390IRQ_KIND_MEASUREMENT_ALERT,
                   CR0_MEASUREMENT_ALERT, 0,
                   .record = { .kind = S390IRQ_KIND_MEASUREMENT_ALERT,
                               .parameter = 0x80004001 },
                   .field = { CODE(EXTERNAL_MEASUREMENT_ALERT, 0),
                              { LOWCORE_EXTERNAL_PARAMETER, 4, 0x80004001 } }),
    EXTERNAL_CLASS("warning track", S390IRQ_KIND_WARNING_TRACK,
                   CR0_WARNING_TRACK, 0,
                   .record = { .kind = S390IRQ_KIND_WARNING_TRACK },
                   .field = { CODE(EXTERNAL_WARNING_TRACK, 0) }),
    EXTERNAL_CLASS("service signal", S390IRQ_KIND_SERVICE_SIGNAL,
                   CR0_SERVICE_SIGNAL, 1,
                   .record = { .kind = S390IRQ_KIND_SERVICE_SIGNAL,
                               .parameter = 0x7ffff003 },
                   .field = { CODE(EXTERNAL_SERVICE_SIGNAL, 0),
                              { LOWCORE_EXTERNAL_PARAMETER, 4, 0x7ffff003 } }),
    EXTERNAL_CLASS("IUCV", S390IRQ_KIND_IUCV, CR0_IUCV, 0,
                   .record = { .kind = S390IRQ_KIND_IUCV, .source = 0x4321 },
                   .field = { CODE(EXTERNAL_IUCV, 0x4321) }),
    EXTERNAL_CLASS("pfault init", S390IRQ_KIND_PFAULT_INIT, CR0_SERVICE_SIGNAL,
                   0,
                   .record = { .kind = S390IRQ_KIND_PFAULT_INIT,
                               .parameter64 = 0x1122334455667788 },
                   .field = { CODE(EXTERNAL_CP_SERVICE, CP_SERVICE_PFAULT_INIT),
                              { LOWCORE_EXTERNAL_PARAMETER64, 8,
                                UINT64_C(0x1122334455667788) } }),
    EXTERNAL_CLASS("pfault done", S390IRQ_KIND_PFAULT_DONE, CR0_SERVICE_SIGNAL,
                   1,
                   .record = { .kind = S390IRQ_KIND_PFAULT_DONE,
                               .parameter64 = 0xfedcba9876543210 },
                   .field = { CODE(EXTERNAL_CP_SERVICE, CP_SERVICE_PFAULT_DONE),
                              { LOWCORE_EXTERNAL_PARAMETER64, 8,
                                UINT64_C(0xfedcba9876543210) } }),
    EXTERNAL_CLASS("virtio", S390IRQ_KIND_VIRTIO, CR0_SERVICE_SIGNAL, 1,
                   .record = { .kind = S390IRQ_KIND_VIRTIO,
                               .parameter = 0x01020304,
                               .parameter64 = 0x0506070809101112 },
                   .field = { CODE(EXTERNAL_CP_SERVICE, CP_SERVICE_VIRTIO),
                              { LOWCORE_EXTERNAL_PARAMETER, 4, 0x01020304 },
                              { LOWCORE_EXTERNAL_PARAMETER64, 8,
                                UINT64_C(0x0506070809101112) } }),
    IO_CLASS("I/O", S390IRQ_KIND_IO, 2,
             .record = { .kind = S390IRQ_KIND_IO,
                         .parameter = 0x8badf00d,
                         .u.io = { .subchannel = FAKE_SUBCHANNEL,
                                   .word = IO_WORD(2) } },
             .field = { { LOWCORE_SUBCHANNEL, 4, FAKE_SUBCHANNEL },
                        { LOWCORE_IO_PARAMETER, 4, 0x8badf00d },
                        { LOWCORE_IO_WORD, 4, IO_WORD(2) } }),
    IO_CLASS("adapter", S390IRQ_KIND_ADAPTER, 5,
             .record = { .kind = S390IRQ_KIND_ADAPTER,
                         .u.io = { .word = IO_ADAPTER_WORD(5) } },
             .field = { { LOWCORE_SUBCHANNEL, 4, 0 },
                        { LOWCORE_IO_PARAMETER, 4, 0 },
                        { LOWCORE_IO_WORD, 4, IO_ADAPTER_WORD(5) } }),
    { .name = "restart",
      .kind = S390IRQ_KIND_RESTART,
      .old_psw = LOWCORE_RESTART_OLD,
      .new_psw = LOWCORE_RESTART_NEW,
      .record = { .kind = S390IRQ_KIND_RESTART } },
};

const size_t fake_class_count = sizeof fake_classes / sizeof *fake_classes;

const struct fake_class *fake_class_of(uint32_t kind)
{
    for (size_t i = 0; i < fake_class_count; i++)
        if (fake_classes[i].kind == kind)
            return &fake_classes[i];
    fail_msg("no class for kind %u", kind);
    return NULL;
}

struct s390irq_interruption fake_record(uint32_t kind)
{
    return fake_class_of(kind)->record;
}

static void raise_level(struct fake *fake, struct fake_cpu *cpu, uint32_t kind)
{
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;
    int is_parked = s390irq_vcpu_get_cpu(cpu->vcpu, &parked) == 0;
    struct s390irq_cpu *registers = is_parked ? &parked : &cpu->cpu;

    if (kind == S390IRQ_KIND_CLOCK_COMPARATOR) {
        registers->clock_comparator = atomic_load(&fake->tod) - 1;
    } else {
        registers->cpu_timer = UINT64_MAX;
        registers->cpu_timer_since_tod = atomic_load(&fake->tod);
    }
    if (is_parked)
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &parked), 0);
    else
        assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
}

static int raise_own(struct fake_cpu *cpu, const struct fake_class *class)
{
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;

    if (s390irq_vcpu_get_cpu(cpu->vcpu, &parked) == 0)
        return s390irq_vcpu_inject(cpu->vcpu, &class->record);
    if (class->kind == S390IRQ_KIND_PROGRAM)
        return s390irq_vcpu_program(cpu->vcpu, &class->record.u.program);
    return s390irq_vcpu_supervisor_call(cpu->vcpu, class->record.source,
                                        class->record.parameter);
}

void fake_add_subchannel(struct fake *fake)
{
    int rc = s390irq_vm_add_subchannel(fake->vm, FAKE_SUBCHANNEL);

    assert_true(rc == 0 || rc == S390IRQ_E_EXISTS);
}

void fake_raise(struct fake *fake, uint32_t address,
                const struct fake_class *class)
{
    struct fake_cpu *cpu = &fake->cpu[address];
    int outcome = S390IRQ_QUEUED;

    if (class->kind == S390IRQ_KIND_IO)
        fake_add_subchannel(fake);
    switch (class->kind) {
    case S390IRQ_KIND_CLOCK_COMPARATOR:
    case S390IRQ_KIND_CPU_TIMER:
        raise_level(fake, cpu, class->kind);
        break;
    case S390IRQ_KIND_PROGRAM:
    case S390IRQ_KIND_SUPERVISOR_CALL:
        outcome = raise_own(cpu, class);
        break;
    default:
        outcome = class->is_floating
                      ? s390irq_vm_inject(fake->vm, &class->record)
                      : s390irq_vcpu_inject(cpu->vcpu, &class->record);
        break;
    }
    assert_int_equal(outcome, S390IRQ_QUEUED);
}

/* The bytes that `class` must leave, laid over the area before it came. */
static void expect_area(uint8_t *area, const struct fake_class *class,
                        const struct s390irq_cpu *before)
{
    uint64_t old_address = before->psw_address;
    const struct fake_field *field = class->field;

    if (class->rewind)
        old_address -= class->record.u.program.ilc;
    for (; field->length; field++)
        for (unsigned i = 0; i < field->length; i++)
            area[field->offset + i] =
                (uint8_t)(field->value >> 8 * (field->length - 1 - i));
    for (unsigned i = 0; i < 8; i++) {
        area[class->old_psw + i] = (uint8_t)(before->psw_mask >> (56 - 8 * i));
        area[class->old_psw + 8 + i] = (uint8_t)(old_address >> (56 - 8 * i));
    }
}

void fake_assert_stored(const struct fake *fake, uint32_t address,
                        const struct fake_class *class,
                        const struct s390irq_cpu *before)
{
    static const unsigned new_psws[] = {
        LOWCORE_RESTART_NEW, LOWCORE_EXTERNAL_NEW,      LOWCORE_SVC_NEW,
        LOWCORE_PROGRAM_NEW, LOWCORE_MACHINE_CHECK_NEW, LOWCORE_IO_NEW,
    };
    uint8_t area[LOWCORE_SIZE] = { 0 };
    const uint8_t *real = fake->ram + fake_prefix(address);

    for (size_t i = 0; i < sizeof new_psws / sizeof *new_psws; i++)
        memcpy(area + new_psws[i], real + new_psws[i], 16);
    expect_area(area, class, before);
    for (unsigned i = 0; i < LOWCORE_SIZE; i++)
        if (area[i] != real[i])
            fail_msg("%s: byte at %#x is %02x, should be %02x", class->name, i,
                     real[i], area[i]);
}
