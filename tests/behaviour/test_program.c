/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Program interruptions: each code, what goes to storage with it, and where
 * the old PSW points (PoP ch. 6, program interruptions).
 */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL)

#define REWIND      0x01 /* nullifying: the old PSW names the instruction */
#define TRANSLATION 0x02 /* 0a8 */
#define EXCEPTION   0x04 /* 0a0 */
#define OPERAND     0x08 /* 0a2 */
#define DATA        0x10 /* 090 */
#define MONITOR     0x20 /* 094, 0b0 */
#define NONE        0

static const struct {
    uint16_t code;
    uint8_t traits;
} codes[] = {
    { 0x01, NONE },
    { 0x02, NONE },
    { 0x03, NONE },
    { 0x04, TRANSLATION | EXCEPTION },
    { 0x05, NONE },
    { 0x06, NONE },
    { 0x07, DATA },
    { 0x08, NONE },
    { 0x09, NONE },
    { 0x0a, NONE },
    { 0x0b, NONE },
    { 0x0c, NONE },
    { 0x0d, NONE },
    { 0x0e, NONE },
    { 0x0f, NONE },
    { 0x10, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x11, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x13, NONE },
    { 0x15, NONE },
    { 0x16, REWIND },
    { 0x1b, DATA },
    { 0x1c, TRANSLATION },
    { 0x1d, NONE },
    { 0x1f, NONE },
    { 0x20, REWIND | TRANSLATION },
    { 0x21, REWIND | TRANSLATION },
    { 0x22, REWIND | TRANSLATION },
    { 0x23, REWIND | TRANSLATION },
    { 0x24, REWIND | TRANSLATION },
    { 0x25, REWIND | TRANSLATION },
    { 0x26, REWIND | TRANSLATION },
    { 0x27, REWIND | TRANSLATION },
    { 0x28, NONE },
    { 0x29, REWIND | EXCEPTION },
    { 0x2a, REWIND | EXCEPTION },
    { 0x2b, REWIND | EXCEPTION },
    { 0x2c, REWIND | EXCEPTION },
    { 0x2d, REWIND | EXCEPTION },
    { 0x2e, REWIND | TRANSLATION },
    { 0x2f, REWIND | EXCEPTION },
    { 0x30, REWIND },
    { 0x31, REWIND },
    { 0x32, REWIND },
    { 0x33, REWIND },
    { 0x34, REWIND },
    { 0x38, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x39, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x3a, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x3b, REWIND | TRANSLATION | EXCEPTION | OPERAND },
    { 0x40, MONITOR },
    { 0x119, REWIND },
};

/* Every member set: only those of the code may show. */
static struct s390irq_program everything(uint16_t code, uint8_t ilc)
{
    struct s390irq_program program = {
        .code = code,
        .ilc = ilc,
        .data_exception_code = 0x11111111,
        .translation_exception = UINT64_C(0x2222222222222222),
        .monitor_code = UINT64_C(0x3333333333333333),
        .per_address = UINT64_C(0x4444444444444444),
        .monitor_class = 0x5555,
        .per_code = 0x66,
        .per_atmid = 0x77,
        .exception_access = 0x88,
        .per_access = 0x99,
        .operand_access = 0xaa,
    };

    return program;
}

static void add(struct fake_class *class, uint16_t offset, uint16_t length,
                uint64_t value)
{
    struct fake_field *field = class->field;

    while (field->length)
        field++;
    field->offset = offset;
    field->length = length;
    field->value = value;
}

static struct fake_class expected(const struct s390irq_program *program,
                                  uint8_t traits)
{
    struct fake_class class = {
        .name = "program",
        .kind = S390IRQ_KIND_PROGRAM,
        .old_psw = LOWCORE_PROGRAM_OLD,
        .new_psw = LOWCORE_PROGRAM_NEW,
        .rewind = traits & REWIND,
    };

    class.record.u.program = *program;
    add(&class, LOWCORE_PROGRAM_CODE, 2, program->code);
    add(&class, LOWCORE_PROGRAM_ILC, 2, program->ilc);
    add(&class, LOWCORE_BREAKING_EVENT, 8, 0x9876);
    if (traits & TRANSLATION)
        add(&class, LOWCORE_TRANSLATION_EXCEPTION, 8,
            program->translation_exception);
    if ((traits & EXCEPTION) &&
        (!(traits & TRANSLATION) ||
         (program->flags & S390IRQ_PROGRAM_EXCEPTION_ACCESS)))
        add(&class, LOWCORE_EXCEPTION_ACCESS, 1, program->exception_access);
    if ((traits & OPERAND) && (program->flags & S390IRQ_PROGRAM_OPERAND_ACCESS))
        add(&class, LOWCORE_OPERAND_ACCESS, 1, program->operand_access);
    if (traits & DATA)
        add(&class, LOWCORE_DATA_EXCEPTION, 4, program->data_exception_code);
    if (traits & MONITOR) {
        add(&class, LOWCORE_MONITOR_CLASS, 2, program->monitor_class);
        add(&class, LOWCORE_MONITOR_CODE, 8, program->monitor_code);
    }
    if (program->code & 0x80) {
        add(&class, LOWCORE_PER_CODE, 1, program->per_code);
        add(&class, LOWCORE_PER_ATMID, 1, program->per_atmid);
        add(&class, LOWCORE_PER_ADDRESS, 8, program->per_address);
        if (program->flags & S390IRQ_PROGRAM_PER_ACCESS)
            add(&class, LOWCORE_PER_ACCESS, 1, program->per_access);
    }
    return class;
}

static void deliver_program(struct s390irq_program program, uint8_t traits)
{
    struct fake *fake = fake_usual(1);
    struct fake_class class = expected(&program, traits);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu before;

    cpu->cpu.breaking_event_address = 0x9876;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    before = cpu->cpu;
    assert_int_equal(s390irq_vcpu_program(cpu->vcpu, &program), S390IRQ_QUEUED);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken_kinds, 1u << S390IRQ_KIND_PROGRAM);
    fake_assert_stored(fake, 0, &class, &before);
    fake_close(fake);
}

static void every_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        deliver_program(everything(codes[i].code, 4), codes[i].traits);
        if (codes[i].code != 0x119)
            deliver_program(everything(codes[i].code | 0x80, 6),
                            codes[i].traits);
    }
    deliver_program(everything(0x80, 2), NONE);
}

static void every_instruction_length(void **state)
{
    (void)state;
    for (uint8_t ilc = 0; ilc <= 6; ilc += 2) {
        struct s390irq_program program = everything(0x11, ilc);

        deliver_program(program, REWIND | TRANSLATION | EXCEPTION | OPERAND);
        program.flags = S390IRQ_PROGRAM_NO_REWIND;
        deliver_program(program, TRANSLATION | EXCEPTION | OPERAND);
    }
}

/* The address wraps as the addressing mode says (PoP ch. 5). */
static void rewinding_wraps(void **state)
{
    static const struct {
        uint64_t mode, address, old;
    } rows[] = {
        { PSW_24, 2, 0xfffffc },
        { PSW_31, 2, 0x7ffffffc },
        { PSW_64, 2, UINT64_C(0xfffffffffffffffc) },
        { PSW_24, 0x1000, 0xffa },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_program program = everything(0x11, 6);

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        fake->cpu[0].cpu.psw_mask = rows[i].mode;
        fake->cpu[0].cpu.psw_address = rows[i].address;
        assert_int_equal(s390irq_vcpu_program(fake->cpu[0].vcpu, &program), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        fake_assert_psw(fake, fake_prefix(0) + LOWCORE_PROGRAM_OLD,
                        rows[i].mode, rows[i].old);
        fake_close(fake);
    }
}

/* V-12: PER alone merges, either way round; anything else is BUSY. */
static void per_merges(void **state)
{
    struct s390irq_program per = everything(0x80, 4);
    struct s390irq_program page = everything(0x11, 4);
    struct s390irq_program both = everything(0x91, 4);

    (void)state;
    for (int per_first = 0; per_first < 2; per_first++) {
        struct fake *fake = fake_usual(1);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct fake_class class =
            expected(&both, REWIND | TRANSLATION | EXCEPTION | OPERAND);
        struct s390irq_cpu before;

        fake->cpu[0].cpu.breaking_event_address = 0x9876;
        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        before = fake->cpu[0].cpu;
        assert_int_equal(s390irq_vcpu_program(vcpu, per_first ? &per : &page),
                         S390IRQ_QUEUED);
        assert_int_equal(s390irq_vcpu_program(vcpu, per_first ? &page : &per),
                         S390IRQ_COALESCED);
        assert_int_equal(s390irq_vcpu_program(vcpu, &page), S390IRQ_BUSY);
        assert_int_equal(s390irq_vcpu_program(vcpu, &both), S390IRQ_BUSY);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        fake_assert_stored(fake, 0, &class, &before);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void unassigned_codes(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0xffff; code += 0x100) {
        struct s390irq_interruption record = { .kind = S390IRQ_KIND_PROGRAM };

        record.u.program.code = (uint16_t)(code | 0x01);
        if (code > 0x300)
            assert_int_equal(s390irq_interruption_check(&record),
                             S390IRQ_E_INVALID);
        else if (code == 0)
            assert_int_equal(s390irq_interruption_check(&record), 0);
    }
}

/* SVC: the new PSW, ILC and code; a program condition nests in it. */
static void supervisor_calls(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 256; code += 15) {
        struct fake *fake = fake_usual(1);
        uint64_t prefix = fake_prefix(0);

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_supervisor_call(fake->cpu[0].vcpu, code,
                                                      2 + code % 3 * 2),
                         S390IRQ_QUEUED);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake_load(fake, prefix + LOWCORE_SVC_CODE, 2), code);
        assert_int_equal(fake_load(fake, prefix + LOWCORE_SVC_ILC, 2),
                         2 + code % 3 * 2);
        fake_assert_psw(fake, prefix + LOWCORE_SVC_OLD, OPEN, 0x5000);
        assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101c0);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "program: every code, with and without PER", every_code, NULL, NULL,
          NULL },
        { "program: every instruction length", every_instruction_length, NULL,
          NULL, NULL },
        { "program: rewinding wraps with the addressing mode", rewinding_wraps,
          NULL, NULL, NULL },
        { "program: PER merges, nothing else does", per_merges, NULL, NULL,
          NULL },
        { "program: unassigned codes", unassigned_codes, NULL, NULL, NULL },
        { "program: supervisor call", supervisor_calls, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
