/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Structures of a wrong size and records with members out of range: a named
 * error, and nothing that can be seen has changed.
 */
#include "fake.h"

#define OPEN (PSW_64 | PSW_EXTERNAL)
#define TAIL 8 /* bytes that a newer caller's structure has more */

/* A structure at the start of a longer one, as a newer caller has it. */
union sized {
    uint32_t size;
    struct s390irq_vm_config config;
    struct s390irq_host_ops ops;
    struct s390irq_cpu cpu;
    struct s390irq_report report;
    struct s390irq_plan plan;
    struct s390irq_counters counters;
    uint8_t bytes[sizeof(struct s390irq_counters) + 64];
};

typedef int sized_call(struct fake *fake, union sized *argument);

static struct s390irq_cpu any_cpu = S390IRQ_CPU_INIT;

static int create_config(struct fake *fake, union sized *argument)
{
    struct s390irq_vm *vm = NULL;
    int answer = s390irq_vm_create(&argument->config, NULL, fake, &vm);

    assert_int_equal(vm != NULL, answer == 0);
    s390irq_vm_unref(vm);
    return answer;
}

static int create_ops(struct fake *fake, union sized *argument)
{
    struct s390irq_vm *vm = NULL;
    int answer = s390irq_vm_create(&fake->config, &argument->ops, fake, &vm);

    assert_int_equal(vm != NULL, answer == 0);
    s390irq_vm_unref(vm);
    return answer;
}

static int deliver_cpu(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_deliver(fake->cpu[0].vcpu, &argument->cpu, NULL);
}

static int deliver_report(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_deliver(fake->cpu[0].vcpu, &fake->cpu[0].cpu,
                                &argument->report);
}

static int masks_changed(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_masks_changed(fake->cpu[0].vcpu, &argument->cpu);
}

static int timers_changed(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_timers_changed(fake->cpu[0].vcpu, &argument->cpu);
}

static int has_interruption(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_has_interruption(fake->cpu[0].vcpu, &argument->cpu);
}

static int prepare_cpu(struct fake *fake, union sized *argument)
{
    struct s390irq_plan plan = { .size = sizeof plan };

    return s390irq_vcpu_prepare(fake->cpu[0].vcpu, &argument->cpu, &plan);
}

static int prepare_plan(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu,
                                &argument->plan);
}

static int get_cpu(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, &argument->cpu);
}

static int set_cpu(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_set_cpu(fake->cpu[1].vcpu, &argument->cpu);
}

static int start(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_start(fake->cpu[2].vcpu, &argument->cpu);
}

static int vm_counters(struct fake *fake, union sized *argument)
{
    return s390irq_vm_counters(fake->vm, &argument->counters);
}

static int vcpu_counters(struct fake *fake, union sized *argument)
{
    return s390irq_vcpu_counters(fake->cpu[0].vcpu, &argument->counters);
}

static const struct sized_row {
    const char *name;
    sized_call *call;
    uint32_t size;
    uint32_t id; /* for s390irq_struct_size() */
} sized_rows[] = {
    { "sizes: vm_create config", create_config,
      sizeof(struct s390irq_vm_config), S390IRQ_STRUCT_VM_CONFIG },
    { "sizes: vm_create ops", create_ops, sizeof(struct s390irq_host_ops),
      S390IRQ_STRUCT_HOST_OPS },
    { "sizes: deliver cpu", deliver_cpu, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: deliver report", deliver_report, sizeof(struct s390irq_report),
      S390IRQ_STRUCT_REPORT },
    { "sizes: masks_changed", masks_changed, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: timers_changed", timers_changed, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: has_interruption", has_interruption, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: prepare cpu", prepare_cpu, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: prepare plan", prepare_plan, sizeof(struct s390irq_plan),
      S390IRQ_STRUCT_PLAN },
    { "sizes: get_cpu", get_cpu, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: set_cpu", set_cpu, sizeof(struct s390irq_cpu),
      S390IRQ_STRUCT_CPU },
    { "sizes: start", start, sizeof(struct s390irq_cpu), S390IRQ_STRUCT_CPU },
    { "sizes: vm_counters", vm_counters, sizeof(struct s390irq_counters),
      S390IRQ_STRUCT_COUNTERS },
    { "sizes: vcpu_counters", vcpu_counters, sizeof(struct s390irq_counters),
      S390IRQ_STRUCT_COUNTERS },
};

/* A good argument for the row, but for its size, with a tail of this byte. */
static void fill(struct fake *fake, const struct sized_row *row,
                 union sized *argument, uint32_t size, uint8_t tail)
{
    memset(argument, 0, sizeof *argument);
    if (row->id == S390IRQ_STRUCT_VM_CONFIG)
        argument->config = fake->config;
    else if (row->id == S390IRQ_STRUCT_CPU)
        argument->cpu = any_cpu;
    argument->size = size;
    argument->bytes[row->size + TAIL - 1] = tail;
}

static void refused(struct fake *fake, const struct sized_row *row,
                    uint32_t size, uint8_t tail, int answer)
{
    struct fake_snapshot *before = fake_snapshot(fake);
    union sized argument;
    union sized untouched;

    fill(fake, row, &argument, size, tail);
    untouched = argument;
    assert_int_equal(row->call(fake, &argument), answer);
    assert_memory_equal(&argument, &untouched, sizeof argument);
    fake_assert_unchanged(fake, before);
}

static void sizes(void **state)
{
    const struct sized_row *row = *state;
    struct fake *fake = fake_usual(3);
    union sized argument;
    uint32_t size = row->size;

    assert_int_equal(s390irq_struct_size(row->id), size);
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    refused(fake, row, 0, 0, S390IRQ_E_STRUCT_TOO_SMALL);
    refused(fake, row, 1, 0, S390IRQ_E_STRUCT_TOO_SMALL);
    refused(fake, row, size - 4, 0, S390IRQ_E_STRUCT_TOO_SMALL);
    refused(fake, row, size + TAIL, 1, S390IRQ_E_STRUCT_TOO_NEW);
    refused(fake, row, size + TAIL, 0x80, S390IRQ_E_STRUCT_TOO_NEW);
    fill(fake, row, &argument, size + TAIL, 0);
    assert_true(row->call(fake, &argument) >= 0);
    assert_int_equal(argument.size, size + TAIL);
    for (unsigned i = 0; i < TAIL; i++)
        assert_int_equal(argument.bytes[size + i], 0);
    fake_close(fake);
}

/* The plan of commit: the wrong size, the wrong ticket. */
static void commit_sizes(void **state)
{
    static const struct {
        uint32_t size;
        uint8_t tail;
        int answer;
    } rows[] = {
        { 0, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { 1, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { sizeof(struct s390irq_plan) - 4, 0, S390IRQ_E_STRUCT_TOO_SMALL },
        { sizeof(struct s390irq_plan) + TAIL, 1, S390IRQ_E_STRUCT_TOO_NEW },
    };
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];
    union sized argument;

    (void)state;
    memset(&argument, 0, sizeof argument);
    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_SERVICE_SIGNAL));
    argument.size = sizeof argument.plan;
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &argument.plan),
                     1);
    memcpy(argument.plan.new_psw, fake->ram + argument.plan.new_psw_absolute,
           16);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);

        argument.size = rows[i].size;
        argument.bytes[sizeof argument.plan + TAIL - 1] = rows[i].tail;
        assert_int_equal(
            s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &argument.plan),
            rows[i].answer);
        fake_assert_unchanged(fake, before);
    }
    argument.size = sizeof argument.plan;
    argument.plan.ticket++;
    assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &argument.plan),
                     S390IRQ_E_INVALID);
    argument.plan.ticket--;
    assert_int_equal(s390irq_vcpu_commit(cpu->vcpu, &cpu->cpu, &argument.plan),
                     0);
    assert_int_equal(fake_floating(fake), 0);
    fake_close(fake);
}

static void bad_config(void **state)
{
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    struct s390irq_vm_config good = fake->config;
    struct s390irq_vm_config config[11];
    struct s390irq_host_ops ops[3];
    struct s390irq_vm *vm = NULL;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < 11; i++)
        config[i] = good;
    config[count++].cpus = 0;
    config[count++].cpus = S390IRQ_MAX_CPUS + 1;
    config[count++].flags = 0x2;
    config[count++].flags = 0x80000000;
    config[count++].flags = S390IRQ_VM_MASKS_UNKNOWN; /* without kick */
    config[count++].cp_service_limit = 0;
    config[count++].cp_service_limit = 65537;
    config[count++].reserved = 1;
    config[count++].ram = NULL;
    config[count++].ram_size = 0;
    config[count++].facilities_size = 1;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(s390irq_vm_create(&config[i], &fake->ops, fake, &vm),
                         S390IRQ_E_INVALID);
    for (size_t i = 0; i < 3; i++)
        ops[i] = fake->ops;
    ops[0].allocate = NULL;
    ops[1].deallocate = NULL;
    ops[2].reserved = 1;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(s390irq_vm_create(&good, &ops[i], fake, &vm),
                         S390IRQ_E_INVALID);
    assert_null(vm);
    assert_int_equal(atomic_load(&fake->released), 0);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    fake_discard(fake);
}

static void good_config(void **state)
{
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    struct s390irq_vm_config config[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        config[i] = fake->config;
    config[0].cpus = 1;
    config[1].cpus = S390IRQ_MAX_CPUS;
    config[2].cp_service_limit = 1;
    config[3].cp_service_limit = 65536;
    for (size_t i = 0; i < 4; i++) {
        struct s390irq_vm *vm = NULL;

        assert_int_equal(s390irq_vm_create(&config[i], &fake->ops, fake, &vm),
                         0);
        assert_non_null(vm);
        s390irq_vm_unref(vm);
    }
    assert_int_equal(atomic_load(&fake->released), 4);
    assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
    fake_discard(fake);
}

static void bad_prefix(void **state)
{
    static const uint32_t prefixes[] = { 1, 0x1000, 0x80000000, 0x7fffffff,
                                         0xffffe000 };
    struct fake *fake = fake_usual(3);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        struct s390irq_cpu cpu = fake->cpu[0].cpu;
        struct s390irq_interruption record = {
            .kind = S390IRQ_KIND_SET_PREFIX,
            .parameter = prefixes[i],
        };
        struct fake_snapshot *before = fake_snapshot(fake);

        cpu.prefix = prefixes[i];
        assert_int_equal(s390irq_vcpu_deliver(fake->cpu[0].vcpu, &cpu, NULL),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_set_cpu(fake->cpu[1].vcpu, &cpu),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_start(fake->cpu[2].vcpu, &cpu),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_interruption_check(&record),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_inject(fake->cpu[2].vcpu, &record),
                         S390IRQ_E_INVALID);
        fake_assert_unchanged(fake, before);
    }
    fake_close(fake);
}

/* Sets each byte of the record that its kind does not use. */
static void unused_members(void **state)
{
    /* Bits 0x1 source, 0x2 parameter, 0x4 parameter64, 0x8 program. */
    static const struct {
        uint32_t kind;
        unsigned uses;
    } rows[] = {
        { S390IRQ_KIND_SUPERVISOR_CALL, 0x3 },
        { S390IRQ_KIND_PROGRAM, 0x8 },
        { S390IRQ_KIND_INTERRUPT_KEY, 0 },
        { S390IRQ_KIND_EMERGENCY_SIGNAL, 0x1 },
        { S390IRQ_KIND_EXTERNAL_CALL, 0x1 },
        { S390IRQ_KIND_TOD_SYNC_CHECK, 0 },
        { S390IRQ_KIND_CLOCK_COMPARATOR, 0 },
        { S390IRQ_KIND_CPU_TIMER, 0 },
        { S390IRQ_KIND_TIMING_ALERT, 0 },
        { S390IRQ_KIND_WARNING_TRACK, 0 },
        { S390IRQ_KIND_SERVICE_SIGNAL, 0x2 },
        { S390IRQ_KIND_PFAULT_DONE, 0x4 },
        { S390IRQ_KIND_VIRTIO, 0x6 },
        { S390IRQ_KIND_RESTART, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_interruption good = fake_record(rows[i].kind);

        assert_int_equal(s390irq_interruption_check(&good), 0);
        for (size_t byte = 2; byte < sizeof good; byte++) {
            struct s390irq_interruption bad = good;
            unsigned member = byte < 4    ? 0x1
                              : byte < 8  ? 0x2
                              : byte < 16 ? 0x4
                                          : 0x8;

            if (rows[i].uses & member)
                continue;
            ((uint8_t *)&bad)[byte] ^= 0x40;
            assert_int_equal(s390irq_interruption_check(&bad),
                             S390IRQ_E_INVALID);
        }
    }
}

static void members_out_of_range(void **state)
{
    static const struct s390irq_interruption rows[] = {
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .source = 256, .parameter = 2 },
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .source = 1, .parameter = 0 },
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .source = 1, .parameter = 5 },
        { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 4096 },
        { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 0xffff },
        { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0 },
        { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 4 },
        { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x1007 },
        { .kind = S390IRQ_KIND_PROGRAM, .u.program = { .code = 0 } },
        { .kind = S390IRQ_KIND_PROGRAM, .u.program = { .code = 0x8001 } },
        { .kind = S390IRQ_KIND_PROGRAM, .u.program = { .code = 1, .ilc = 1 } },
        { .kind = S390IRQ_KIND_PROGRAM, .u.program = { .code = 1, .ilc = 8 } },
        { .kind = S390IRQ_KIND_PROGRAM,
          .u.program = { .code = 1, .ilc = 2, .flags = 0x10 } },
        { .kind = S390IRQ_KIND_PROGRAM,
          .u.program = { .code = 1, .ilc = 2, .flags = 0x80 } },
        { .kind = S390IRQ_KIND_PROGRAM,
          .u.program = { .code = 1, .ilc = 2, .reserved0 = 1 } },
        { .kind = S390IRQ_KIND_PROGRAM,
          .u.program = { .code = 1, .ilc = 2, .reserved = 1 } },
    };
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_boot(fake, 1, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);

        assert_int_equal(s390irq_interruption_check(&rows[i]),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_inject(fake->cpu[1].vcpu, &rows[i]),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vm_inject(fake->vm, &rows[i]),
                         S390IRQ_E_INVALID);
        if (rows[i].kind == S390IRQ_KIND_PROGRAM)
            assert_int_equal(
                s390irq_vcpu_program(fake->cpu[0].vcpu, &rows[i].u.program),
                S390IRQ_E_INVALID);
        fake_assert_unchanged(fake, before);
    }
    fake_close(fake);
}

static const struct CMUnitTest others[] = {
    { "sizes: commit, and another ticket", commit_sizes, NULL, NULL, NULL },
    { "garbage: configurations", bad_config, NULL, NULL, NULL },
    { "garbage: configurations at the limits", good_config, NULL, NULL, NULL },
    { "garbage: prefixes", bad_prefix, NULL, NULL, NULL },
    { "garbage: members that a kind does not use", unused_members, NULL, NULL,
      NULL },
    { "garbage: members out of range", members_out_of_range, NULL, NULL, NULL },
};

#define ROWS   (sizeof sized_rows / sizeof *sized_rows)
#define OTHERS (sizeof others / sizeof *others)

int main(void)
{
    static struct CMUnitTest tests[ROWS + OTHERS];

    for (size_t i = 0; i < ROWS; i++) {
        tests[i].name = sized_rows[i].name;
        tests[i].test_func = sizes;
        tests[i].initial_state = (void *)&sized_rows[i];
    }
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
