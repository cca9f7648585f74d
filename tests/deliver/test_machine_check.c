/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/machine_check.c: what is stored, and what the code says. */
#include "fake.h"

#include "deliver/loop.h"

#define PREFIX 0x4000
#define OPEN   (PSW_64 | PSW_MACHINE_CHECK)

/* Validity: everything that the library has itself, then what hooks give. */
#define VALID     UINT64_C(0x00000f0500330000)
#define REGISTERS UINT64_C(0x0000001840000000)
#define VECTOR    UINT64_C(0x0000004000000000)
#define GUARDED   UINT64_C(0x0000000008000000)

struct bench {
    struct fake *fake;
    struct si_host host;
    struct si_local local;
    struct si_floating floating;
    struct si_masks masks;
    struct s390irq_cpu cpu;
    struct si_save_area area;
    struct si_delivery delivery;
};

static struct bench *bench_new(uint32_t facilities)
{
    struct fake_options options = { .cpus = 8,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct bench *bench = calloc(1, sizeof *bench);
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    assert_non_null(bench);
    bench->fake = fake_prepare(&options);
    bench->host.ops = bench->fake->ops;
    bench->host.opaque = bench->fake;
    bench->host.watched = bench->host.ops.trace || bench->host.ops.log;
    si_enabled_init(&bench->masks);
    bench->host.facilities = facilities;
    fake_fill_registers(&bench->fake->cpu[0].registers, 0);
    assert_true(si_local_init(&bench->local, &bench->host, 8));
    assert_true(si_floating_init(&bench->floating, &bench->host, 4));
    bench->cpu = initial;
    fake_odd_cpu(&bench->cpu);
    bench->cpu.prefix = PREFIX;
    bench->cpu.psw_mask = OPEN;
    fake_fill(bench->fake->ram, bench->fake->ram_size);
    fake_store(bench->fake, PREFIX + LOWCORE_MACHINE_CHECK_NEW, 8, PSW_64);
    fake_store(bench->fake, PREFIX + LOWCORE_MACHINE_CHECK_NEW + 8, 8, 0x6000);
    fake_store(bench->fake, PREFIX + LOWCORE_EXTENDED_SAVE_AREA, 8, 0);
    return bench;
}

static struct si_delivery *call(struct bench *bench, int by_hooks)
{
    struct si_delivery delivery = {
        .host = &bench->host,
        .opaque = &bench->fake->cpu[0],
        .local = &bench->local,
        .floating = &bench->floating,
        .masks = &bench->masks,
        .cpu = &bench->cpu,
        .lowcore = by_hooks ? NULL : bench->fake->ram + PREFIX,
        .area = &bench->area,
    };

    bench->fake->cpu[0].address = 0;
    bench->delivery = delivery;
    return &bench->delivery;
}

static void bench_end(struct bench *bench)
{
    si_floating_free(&bench->floating, &bench->host);
    si_local_free(&bench->local, &bench->host);
    fake_discard(bench->fake);
    free(bench);
}

static void pend(struct bench *bench, const struct s390irq_machine_check *check)
{
    uint64_t raised;

    assert_int_equal(si_machine_check_inject(&bench->local.checks, check,
                                             &bench->local.tally[21], &raised),
                     S390IRQ_QUEUED);
    bench->cpu.cr[14] = CR14_EVERY;
}

enum {
    DIRECT,
    BY_HOOKS,
    AS_PLAN,
    WAYS
};

/* A host that prepares: it makes the stores itself. */
static void by_plan(struct bench *bench, struct si_delivery *delivery)
{
    struct s390irq_plan plan;
    struct si_taking taking;
    uint64_t word;
    uint8_t *ram = bench->fake->ram;

    assert_true(
        si_loop_hold(delivery, si_loop_ready(delivery, &word), &taking, false));
    memset(&plan, 0xa5, sizeof plan);
    si_apply_plan(&taking, PREFIX, &plan);
    assert_true(plan.block_count >= 3);
    assert_true(plan.block_count <= S390IRQ_PLAN_BLOCKS);
    memcpy(plan.new_psw, ram + plan.new_psw_absolute, 16);
    for (uint32_t i = 0; i < plan.store_count; i++)
        memcpy(ram + plan.store[i].absolute, plan.store[i].bytes,
               plan.store[i].length);
    for (uint32_t i = 0; i < plan.block_count; i++) {
        assert_int_equal(plan.block[i].length % 4, 0);
        assert_true(plan.block[i].length <= 512);
        assert_int_equal(plan.block[i].reserved, 0);
        memcpy(ram + plan.block[i].absolute, plan.block[i].bytes,
               plan.block[i].length);
    }
    si_loop_commit(delivery, &taking, plan.new_psw);
}

static void take(struct bench *bench, int way)
{
    struct si_delivery *delivery = call(bench, way != DIRECT);

    if (way == AS_PLAN)
        by_plan(bench, delivery);
    else
        assert_int_equal(si_loop_run(delivery), SI_LOOP_IDLE);
    assert_int_equal(delivery->taken, 1);
    assert_int_equal(delivery->taken_kinds, 1u << S390IRQ_KIND_MACHINE_CHECK);
    assert_int_equal(bench->cpu.psw_mask, PSW_64);
    assert_int_equal(bench->cpu.psw_address, 0x6000);
}

static const uint8_t logout[16] = { 0xde, 0xad, 1, 2,  3,  4,  5,  6,
                                    7,    8,    9, 10, 11, 12, 13, 14 };

/* What is injected, and the bits of the code that come from it. */
static const struct {
    const char *name;
    struct s390irq_machine_check check;
} rows[] = {
    { "channel report", { .conditions = S390IRQ_MCIC_CHANNEL_REPORT } },
    { "system damage, backed up",
      { .conditions = S390IRQ_MCIC_SYSTEM_DAMAGE | S390IRQ_MCIC_BACKED_UP } },
    { "external damage without a code",
      { .conditions = S390IRQ_MCIC_EXTERNAL_DAMAGE } },
    { "external damage with its code",
      { .conditions = S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_EXTERNAL_CODE,
        .external_damage = 0x12345678 } },
    { "processing damage with a failing address",
      { .conditions = S390IRQ_MCIC_PROCESSING_DAMAGE |
                      S390IRQ_MCIC_STORAGE_ERROR | S390IRQ_MCIC_KEY_ERROR |
                      S390IRQ_MCIC_FAILING_ADDRESS,
        .failing_address = UINT64_C(0x1122334455667788) } },
    { "system recovery with a logout",
      { .conditions = S390IRQ_MCIC_SYSTEM_RECOVERY,
        .flags = S390IRQ_MACHINE_CHECK_LOGOUT,
        .logout = { 0xde, 0xad, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                    14 } } },
    { "everything",
      { .conditions = UINT64_C(0xedf2f0a0a0080000),
        .external_damage = 0xcafe,
        .failing_address = 0x2000,
        .flags = S390IRQ_MACHINE_CHECK_LOGOUT,
        .logout = { 0xde, 0xad, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                    14 } } },
};

/* V-30: the bits of what is not known are zero, and it is not stored. */
static void stored(void **state)
{
    (void)state;
    for (unsigned i = 0; i < WAYS * 3 * (sizeof rows / sizeof *rows); i++) {
        const struct s390irq_machine_check *check = &rows[i / WAYS / 3].check;
        struct bench *bench = bench_new(SI_FACILITIES_DEFAULT);
        uint8_t *expected = malloc(bench->fake->ram_size);
        struct s390irq_cpu before;
        struct fake_check row = {
            .code = check->conditions | VALID,
            .external_damage = check->external_damage,
            .failing_address = check->failing_address,
            .saved = { .cpu = &before,
                       .cpu_timer = UINT64_C(0x0123456789abcdef) },
        };

        assert_non_null(expected);
        pend(bench, check);
        before = bench->cpu;
        memcpy(expected, bench->fake->ram, bench->fake->ram_size);
        if (i / WAYS % 3 == 0) {
            row.code |= REGISTERS;
            row.saved.registers = &bench->fake->cpu[0].registers;
        } else if (i / WAYS % 3 == 1) {
            bench->fake->cpu[0].registers_lost = 1;
        } else {
            bench->host.ops.registers = NULL;
        }
        if (check->flags)
            row.saved.logout = logout;
        fake_lay_machine_check(expected + PREFIX, &row);
        take(bench, (int)(i % WAYS));
        fake_assert_bytes(rows[i / WAYS / 3].name, bench->fake->ram, expected,
                          bench->fake->ram_size);
        free(expected);
        bench_end(bench);
    }
}

/* The CPU timer as it is at the interruption, not as it was loaded. */
static void cpu_timer_now(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct s390irq_machine_check check = { .conditions =
                                                   S390IRQ_MCIC_WARNING };
        struct bench *bench = bench_new(0);

        pend(bench, &check);
        bench->cpu.cpu_timer = 1000;
        bench->cpu.cpu_timer_since_tod = FAKE_TOD_START;
        atomic_store(&bench->fake->tod, FAKE_TOD_START + 400);
        take(bench, way);
        assert_int_equal(fake_load(bench->fake, PREFIX + 0x1328, 8), 600);
        assert_int_equal(bench->cpu.cpu_timer, 1000);
        bench_end(bench);
    }
}

#define BOTH (SI_FACILITY_VECTOR | SI_FACILITY_GUARDED_STORAGE)

/* Where the area is by its designation, and what is stored there. */
static const struct {
    uint32_t facilities;
    uint64_t designation;
    uint64_t origin;
    uint64_t valid;
} areas[] = {
    { BOTH, 0, 0, 0 },
    { BOTH, 0x8000, 0x8000, VECTOR },
    { BOTH, 0x800a, 0x8000, VECTOR },
    { BOTH, 0x83fa, 0x8000, VECTOR },
    { BOTH, 0x8c00, 0x8c00, VECTOR },
    { BOTH, 0x3ff, 0, 0 },
    { BOTH, 0x3fa, 0, 0 },
    { BOTH, 0x800b, 0x8000, VECTOR | GUARDED },
    { BOTH, 0x8c0b, 0x8800, VECTOR | GUARDED },
    { BOTH, 0x7fb, 0, 0 },
    { BOTH, 0x800c, 0x8000, VECTOR | GUARDED },
    { BOTH, 0x8c0c, 0x8000, VECTOR | GUARDED },
    { BOTH, 0xffc, 0, 0 },
    { BOTH, 0x8001, 0, 0 },
    { BOTH, 0x8009, 0, 0 },
    { BOTH, 0x800d, 0, 0 },
    { BOTH, 0x800f, 0, 0 },
    { SI_FACILITY_VECTOR, 0x8000, 0x8000, VECTOR },
    { SI_FACILITY_VECTOR, 0x800b, 0x8000, VECTOR },
    { SI_FACILITY_VECTOR, 0x8fff, 0x8c00, VECTOR },
    { SI_FACILITY_VECTOR, 0x3ff, 0, 0 },
    { SI_FACILITY_GUARDED_STORAGE, 0x800a, 0x8000, 0 },
    { SI_FACILITY_GUARDED_STORAGE, 0x800b, 0x8000, GUARDED },
    { SI_FACILITY_GUARDED_STORAGE, 0x800c, 0x8000, GUARDED },
    { 0, 0x800b, 0x8000, 0 },
    /* Beyond the storage. */
    { BOTH, UINT64_C(0x7fffffff0000000b), 0, 0 },
};

static void lay_extended(uint8_t *area, uint64_t valid,
                         const struct s390irq_registers *registers)
{
    for (unsigned i = 0; (valid & VECTOR) && i < 64; i++)
        for (unsigned at = 0; at < 8; at++)
            area[8 * i + at] =
                (uint8_t)(registers->vector[i / 2][i % 2] >> (56 - 8 * at));
    for (unsigned i = 0; (valid & GUARDED) && i < 4; i++)
        for (unsigned at = 0; at < 8; at++)
            area[1024 + 8 * i + at] =
                (uint8_t)(registers->guarded_storage[i] >> (56 - 8 * at));
}

static void extended_save_area(void **state)
{
    (void)state;
    for (unsigned i = 0; i < WAYS * sizeof areas / sizeof *areas; i++) {
        struct s390irq_machine_check check = {
            .conditions = S390IRQ_MCIC_CHANNEL_REPORT
        };
        struct bench *bench = bench_new(areas[i / WAYS].facilities);
        uint64_t valid = i % WAYS == AS_PLAN ? 0 : areas[i / WAYS].valid;
        uint8_t *expected = malloc(bench->fake->ram_size);
        struct s390irq_cpu before;
        struct fake_check row = {
            .code = check.conditions | VALID | REGISTERS | valid,
            .saved = { .cpu = &before,
                       .cpu_timer = UINT64_C(0x0123456789abcdef),
                       .registers = &bench->fake->cpu[0].registers },
        };

        assert_non_null(expected);
        fake_store(bench->fake, PREFIX + LOWCORE_EXTENDED_SAVE_AREA, 8,
                   areas[i / WAYS].designation);
        pend(bench, &check);
        before = bench->cpu;
        memcpy(expected, bench->fake->ram, bench->fake->ram_size);
        fake_lay_machine_check(expected + PREFIX, &row);
        lay_extended(expected + areas[i / WAYS].origin, valid,
                     &bench->fake->cpu[0].registers);
        take(bench, (int)(i % WAYS));
        fake_assert_bytes("extended save area", bench->fake->ram, expected,
                          bench->fake->ram_size);
        free(expected);
        bench_end(bench);
    }
}

/* Without registers there is nothing to put there. */
static void nothing_extended_without_registers(void **state)
{
    struct s390irq_machine_check check = { .conditions =
                                               S390IRQ_MCIC_CHANNEL_REPORT };

    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct bench *bench = bench_new(BOTH);
        uint8_t before[2048];

        fake_store(bench->fake, PREFIX + LOWCORE_EXTENDED_SAVE_AREA, 8, 0x800b);
        bench->fake->cpu[0].registers_lost = 1;
        pend(bench, &check);
        memcpy(before, bench->fake->ram + 0x8000, sizeof before);
        take(bench, way);
        assert_int_equal(fake_load(bench->fake, PREFIX + 0xe8, 8),
                         check.conditions | VALID);
        fake_assert_bytes("extended save area", bench->fake->ram + 0x8000,
                          before, sizeof before);
        bench_end(bench);
    }
}

/* The two values that recordings show (a channel report). */
static void codes_of_recordings(void **state)
{
    struct s390irq_machine_check check = { .conditions =
                                               S390IRQ_MCIC_CHANNEL_REPORT };
    struct bench *bench = bench_new(SI_FACILITY_VECTOR);

    (void)state;
    pend(bench, &check);
    take(bench, BY_HOOKS);
    assert_int_equal(fake_load(bench->fake, PREFIX + 0xe8, 8),
                     UINT64_C(0x00400f1d40330000));
    bench->cpu.psw_mask = OPEN;
    fake_store(bench->fake, PREFIX + LOWCORE_EXTENDED_SAVE_AREA, 8, 0x8000);
    pend(bench, &check);
    take(bench, BY_HOOKS);
    assert_int_equal(fake_load(bench->fake, PREFIX + 0xe8, 8),
                     UINT64_C(0x00400f5d40330000));
    bench_end(bench);
}

/* What one is merged from: the CPU's own before the VM's, highest first. */
static void merged(void **state)
{
    static const struct {
        uint64_t conditions;
        int floating;
    } order[] = {
        { S390IRQ_MCIC_PROCESSING_DAMAGE, 0 },
        { S390IRQ_MCIC_CHANNEL_REPORT, 0 },
        { S390IRQ_MCIC_SYSTEM_RECOVERY, 0 },
        { S390IRQ_MCIC_EXTERNAL_DAMAGE, 0 },
        { S390IRQ_MCIC_CHANNEL_REPORT, 1 },
        { S390IRQ_MCIC_DEGRADATION, 1 },
        { S390IRQ_MCIC_EXTERNAL_DAMAGE, 1 },
        { S390IRQ_MCIC_WARNING, 1 },
    };
    const unsigned count = sizeof order / sizeof *order;

    (void)state;
    for (unsigned first = 0; first < count; first++) {
        struct bench *bench = bench_new(0);
        uint64_t all = S390IRQ_MCIC_FAILING_ADDRESS, raised;

        for (unsigned i = count; i-- > first;) {
            struct s390irq_machine_check check = {
                .conditions =
                    order[i].conditions | S390IRQ_MCIC_FAILING_ADDRESS,
                .failing_address = 0x1000 * (i + 1),
            };

            all |= order[i].conditions;
            si_machine_check_inject(order[i].floating ? &bench->floating.checks
                                                      : &bench->local.checks,
                                    &check, &bench->local.tally[21], &raised);
        }
        bench->cpu.cr[14] = CR14_EVERY;
        take(bench, BY_HOOKS);
        assert_int_equal(fake_load(bench->fake, PREFIX + 0xe8, 8),
                         all | VALID | REGISTERS);
        assert_int_equal(fake_load(bench->fake, PREFIX + 0xf8, 8),
                         0x1000 * (first + 1));
        bench_end(bench);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "machine check: what is stored, and nothing else", stored, NULL, NULL,
          NULL },
        { "machine check: the CPU timer is that of now", cpu_timer_now, NULL,
          NULL, NULL },
        { "machine check: the extended save area by its designation",
          extended_save_area, NULL, NULL, NULL },
        { "machine check: without registers nothing is extended",
          nothing_extended_without_registers, NULL, NULL, NULL },
        { "machine check: the codes that machines were seen to store",
          codes_of_recordings, NULL, NULL, NULL },
        { "machine check: several are one", merged, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
