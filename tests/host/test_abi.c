/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/abi.c: the size rule, and the layout of every public structure. */
#include "fake.h"

#include "host/abi.h"

/* What a structure of three releases might look like. */
struct sample {
    uint32_t size;
    uint32_t first;
    uint64_t second; /* came with the second release */
    uint64_t third;  /* this library does not know it */
};

#define FIRST offsetof(struct sample, second)
#define KNOWN offsetof(struct sample, third)

static void small_and_equal(void **state)
{
    struct sample sample = { .first = 1 };

    (void)state;
    assert_int_equal(si_abi_check(NULL, FIRST, KNOWN), S390IRQ_E_INVALID);
    for (uint32_t size = 0; size < FIRST; size++) {
        sample.size = size;
        assert_int_equal(si_abi_check(&sample, FIRST, KNOWN),
                         S390IRQ_E_STRUCT_TOO_SMALL);
    }
    for (uint32_t size = FIRST; size <= KNOWN; size++) {
        sample.size = size;
        assert_int_equal(si_abi_check(&sample, FIRST, KNOWN), 0);
    }
}

static void newer_caller(void **state)
{
    struct sample sample = { .size = sizeof sample, .second = UINT64_MAX };

    (void)state;
    assert_int_equal(si_abi_check(&sample, FIRST, KNOWN), 0);
    for (size_t at = KNOWN; at < sizeof sample; at++) {
        ((uint8_t *)&sample)[at] = 1;
        assert_int_equal(si_abi_check(&sample, FIRST, KNOWN),
                         S390IRQ_E_STRUCT_TOO_NEW);
        ((uint8_t *)&sample)[at] = 0;
    }
}

/* A size that is nonsense is not read through, zeros or not. */
static void absurd_sizes(void **state)
{
    static const uint32_t sizes[] = { 65537, 0x7fffffff, UINT32_MAX };
    const uint32_t limit = 65536;
    uint8_t *large = calloc(1, limit + 1);

    (void)state;
    assert_non_null(large);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memcpy(large, &sizes[i], sizeof sizes[i]);
        assert_int_equal(si_abi_check(large, FIRST, KNOWN),
                         S390IRQ_E_STRUCT_TOO_NEW);
    }
    memcpy(large, &limit, sizeof limit);
    large[limit] = 1;
    assert_int_equal(si_abi_check(large, FIRST, KNOWN), 0);
    large[limit - 1] = 1;
    assert_int_equal(si_abi_check(large, FIRST, KNOWN),
                     S390IRQ_E_STRUCT_TOO_NEW);
    free(large);
}

static void copies(void **state)
{
    struct sample caller = { FIRST, 1, 2, 3 };
    struct sample mine = { 9, 9, 9, 9 };

    (void)state;
    si_abi_read(&mine, &caller, KNOWN);
    assert_int_equal(mine.first, 1);
    assert_int_equal(mine.second, 0);
    assert_int_equal(mine.third, 9);
    caller.size = sizeof caller;
    si_abi_read(&mine, &caller, KNOWN);
    assert_int_equal(mine.second, 2);
    assert_int_equal(mine.third, 9);

    mine = (struct sample){ KNOWN, 11, 12, 13 };
    caller.size = FIRST;
    si_abi_write(&caller, &mine, KNOWN);
    assert_int_equal(caller.size, FIRST);
    assert_int_equal(caller.first, 11);
    assert_int_equal(caller.second, 2);
    caller.size = sizeof caller;
    si_abi_write(&caller, &mine, KNOWN);
    assert_int_equal(caller.size, sizeof caller);
    assert_int_equal(caller.second, 12);
    assert_int_equal(caller.third, 3);
}

/* Where each member is; a structure ends with a row without a name. */
struct member {
    const char *name;
    size_t offset;
    size_t size;
    size_t expected;
    size_t expected_size;
};

#define MEMBER(structure, member, at, bytes)                                  \
    {                                                                         \
#structure "." #member, offsetof(struct s390irq_##structure, member), \
            sizeof(((struct s390irq_##structure *)0)->member), at, bytes      \
    }
#define WHOLE(structure, bytes)                                     \
    {                                                               \
#structure, 0, sizeof(struct s390irq_##structure), 0, bytes \
    }

static const struct member fixed[] = {
    WHOLE(cpu, 192),
    MEMBER(cpu, size, 0, 4),
    MEMBER(cpu, prefix, 4, 4),
    MEMBER(cpu, psw_mask, 8, 8),
    MEMBER(cpu, psw_address, 16, 8),
    MEMBER(cpu, cr, 24, 128),
    MEMBER(cpu, clock_comparator, 152, 8),
    MEMBER(cpu, cpu_timer, 160, 8),
    MEMBER(cpu, cpu_timer_since_tod, 168, 8),
    MEMBER(cpu, tod_programmable, 176, 4),
    MEMBER(cpu, floating_point_control, 180, 4),
    MEMBER(cpu, breaking_event_address, 184, 8),
    WHOLE(report, 40),
    MEMBER(report, size, 0, 4),
    MEMBER(report, taken, 4, 4),
    MEMBER(report, taken_kinds, 8, 4),
    MEMBER(report, changed, 12, 4),
    MEMBER(report, intercepts, 16, 4),
    MEMBER(report, loop_kind, 20, 4),
    MEMBER(report, deadline_tod, 24, 8),
    MEMBER(report, fault_address, 32, 8),
    WHOLE(store, 32),
    MEMBER(store, absolute, 0, 8),
    MEMBER(store, length, 8, 4),
    MEMBER(store, reserved, 12, 4),
    MEMBER(store, bytes, 16, 16),
    WHOLE(plan, 704),
    MEMBER(plan, size, 0, 4),
    MEMBER(plan, kind, 4, 4),
    MEMBER(plan, ticket, 8, 8),
    MEMBER(plan, new_psw_absolute, 16, 8),
    MEMBER(plan, new_psw, 24, 16),
    MEMBER(plan, store_count, 40, 4),
    MEMBER(plan, block_count, 44, 4),
    MEMBER(plan, store, 48, 512),
    MEMBER(plan, block, 560, 144),
    WHOLE(machine_check, 48),
    MEMBER(machine_check, conditions, 0, 8),
    MEMBER(machine_check, failing_address, 8, 8),
    MEMBER(machine_check, external_damage, 16, 4),
    MEMBER(machine_check, flags, 20, 4),
    MEMBER(machine_check, logout, 24, 16),
    MEMBER(machine_check, reserved, 40, 8),
    WHOLE(io, 48),
    MEMBER(io, subchannel, 0, 4),
    MEMBER(io, word, 4, 4),
    MEMBER(io, sequence, 8, 8),
    MEMBER(io, reserved, 16, 32),
    WHOLE(registers, 744),
    MEMBER(registers, size, 0, 4),
    MEMBER(registers, reserved, 4, 4),
    MEMBER(registers, general, 8, 128),
    MEMBER(registers, access, 136, 64),
    MEMBER(registers, vector, 200, 512),
    MEMBER(registers, guarded_storage, 712, 32),
    WHOLE(adapter, 24),
    MEMBER(adapter, size, 0, 4),
    MEMBER(adapter, id, 4, 4),
    MEMBER(adapter, isc, 8, 4),
    MEMBER(adapter, flags, 12, 4),
    MEMBER(adapter, masked, 16, 4),
    MEMBER(adapter, remembered, 20, 4),
    WHOLE(route, 40),
    MEMBER(route, size, 0, 4),
    MEMBER(route, adapter, 4, 4),
    MEMBER(route, indicator_absolute, 8, 8),
    MEMBER(route, indicator_offset, 16, 8),
    MEMBER(route, summary_absolute, 24, 8),
    MEMBER(route, summary_offset, 32, 8),
    WHOLE(explanation, 128),
    MEMBER(explanation, interruption, 0, 64),
    MEMBER(explanation, held, 64, 4),
    MEMBER(explanation, outranked_by, 68, 2),
    MEMBER(explanation, floating, 70, 1),
    MEMBER(explanation, control, 71, 1),
    MEMBER(explanation, submask, 72, 8),
    MEMBER(explanation, adapter, 80, 4),
    MEMBER(explanation, reserved0, 84, 4),
    MEMBER(explanation, reserved, 88, 40),
    WHOLE(import_report, 24),
    MEMBER(import_report, size, 0, 4),
    MEMBER(import_report, records, 4, 4),
    MEMBER(import_report, coalesced, 8, 4),
    MEMBER(import_report, dropped, 12, 4),
    MEMBER(import_report, left_out_kinds, 16, 4),
    MEMBER(import_report, reserved, 20, 4),
    WHOLE(program, 48),
    MEMBER(program, code, 0, 2),
    MEMBER(program, ilc, 2, 1),
    MEMBER(program, flags, 3, 1),
    MEMBER(program, data_exception_code, 4, 4),
    MEMBER(program, translation_exception, 8, 8),
    MEMBER(program, monitor_code, 16, 8),
    MEMBER(program, per_address, 24, 8),
    MEMBER(program, monitor_class, 32, 2),
    MEMBER(program, per_code, 34, 1),
    MEMBER(program, per_atmid, 35, 1),
    MEMBER(program, exception_access, 36, 1),
    MEMBER(program, per_access, 37, 1),
    MEMBER(program, operand_access, 38, 1),
    MEMBER(program, reserved0, 39, 1),
    MEMBER(program, reserved, 40, 8),
    WHOLE(interruption, 64),
    MEMBER(interruption, kind, 0, 2),
    MEMBER(interruption, source, 2, 2),
    MEMBER(interruption, parameter, 4, 4),
    MEMBER(interruption, parameter64, 8, 8),
    MEMBER(interruption, u, 16, 48),
    WHOLE(counter, 48),
    MEMBER(counter, injected, 0, 8),
    MEMBER(counter, taken, 8, 8),
    MEMBER(counter, coalesced, 16, 8),
    MEMBER(counter, refused, 24, 8),
    MEMBER(counter, cleared, 32, 8),
    MEMBER(counter, pending, 40, 8),
    WHOLE(counters, 24 + 32 * 48),
    MEMBER(counters, size, 0, 4),
    MEMBER(counters, reserved, 4, 4),
    MEMBER(counters, wakes, 8, 8),
    MEMBER(counters, kicks, 16, 8),
    MEMBER(counters, kind, 24, 32 * 48),
    WHOLE(trace, 80),
    MEMBER(trace, size, 0, 4),
    MEMBER(trace, event, 4, 2),
    MEMBER(trace, kind, 6, 2),
    MEMBER(trace, outcome, 8, 4),
    MEMBER(trace, cpu, 12, 4),
    MEMBER(trace, code, 16, 4),
    MEMBER(trace, parameter, 20, 4),
    MEMBER(trace, parameter64, 24, 8),
    MEMBER(trace, old_psw_mask, 32, 8),
    MEMBER(trace, old_psw_address, 40, 8),
    MEMBER(trace, new_psw_mask, 48, 8),
    MEMBER(trace, new_psw_address, 56, 8),
    MEMBER(trace, tod, 64, 8),
    MEMBER(trace, status, 72, 4),
    MEMBER(trace, reserved, 76, 4),
};

#define P sizeof(void *)

/* Those with pointers, for hosts whose pointers have 8 bytes. */
static const struct member with_pointers[] = {
    WHOLE(vm_config, 56),
    MEMBER(vm_config, size, 0, 4),
    MEMBER(vm_config, cpus, 4, 4),
    MEMBER(vm_config, flags, 8, 4),
    MEMBER(vm_config, log_level, 12, 4),
    MEMBER(vm_config, cp_service_limit, 16, 4),
    MEMBER(vm_config, reserved, 20, 4),
    MEMBER(vm_config, ram, 24, 8),
    MEMBER(vm_config, ram_size, 32, 8),
    MEMBER(vm_config, facilities, 40, 8),
    MEMBER(vm_config, facilities_size, 48, 8),
    WHOLE(poll, 24),
    MEMBER(poll, local, 0, 8),
    MEMBER(poll, floating, 8, 8),
    MEMBER(poll, open, 16, 8),
    WHOLE(host_ops, 8 + 17 * 8),
    MEMBER(host_ops, size, 0, 4),
    MEMBER(host_ops, reserved, 4, 4),
    MEMBER(host_ops, read, 8 + 0 * P, P),
    MEMBER(host_ops, write, 8 + 1 * P, P),
    MEMBER(host_ops, lowcore, 8 + 2 * P, P),
    MEMBER(host_ops, tod, 8 + 3 * P, P),
    MEMBER(host_ops, deadline, 8 + 4 * P, P),
    MEMBER(host_ops, wake, 8 + 5 * P, P),
    MEMBER(host_ops, kick, 8 + 6 * P, P),
    MEMBER(host_ops, choose, 8 + 7 * P, P),
    MEMBER(host_ops, trace, 8 + 8 * P, P),
    MEMBER(host_ops, log, 8 + 9 * P, P),
    MEMBER(host_ops, allocate, 8 + 10 * P, P),
    MEMBER(host_ops, deallocate, 8 + 11 * P, P),
    MEMBER(host_ops, released, 8 + 12 * P, P),
    MEMBER(host_ops, registers, 8 + 13 * P, P),
    MEMBER(host_ops, transaction, 8 + 14 * P, P),
    MEMBER(host_ops, set_bit, 8 + 15 * P, P),
    MEMBER(host_ops, dirty, 8 + 16 * P, P),
    WHOLE(block, 24),
    MEMBER(block, absolute, 0, 8),
    MEMBER(block, bytes, 8, P),
    MEMBER(block, length, 16, 4),
    MEMBER(block, reserved, 20, 4),
};

static void check_members(const struct member *member, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (member[i].offset != member[i].expected ||
            member[i].size != member[i].expected_size)
            fail_msg("%s is at %zu with %zu bytes, should be at %zu with %zu",
                     member[i].name, member[i].offset, member[i].size,
                     member[i].expected, member[i].expected_size);
}

static void layout(void **state)
{
    (void)state;
    check_members(fixed, sizeof fixed / sizeof *fixed);
}

static void layout_with_pointers(void **state)
{
    (void)state;
    if (P != 8)
        skip();
    check_members(with_pointers, sizeof with_pointers / sizeof *with_pointers);
}

static void struct_sizes(void **state)
{
    static const size_t sizes[] = {
        0,
        sizeof(struct s390irq_vm_config),
        sizeof(struct s390irq_host_ops),
        sizeof(struct s390irq_cpu),
        sizeof(struct s390irq_report),
        sizeof(struct s390irq_plan),
        sizeof(struct s390irq_interruption),
        sizeof(struct s390irq_counters),
        sizeof(struct s390irq_poll),
        sizeof(struct s390irq_trace),
        sizeof(struct s390irq_program),
        sizeof(struct s390irq_machine_check),
        sizeof(struct s390irq_io),
        sizeof(struct s390irq_registers),
        sizeof(struct s390irq_adapter),
        sizeof(struct s390irq_route),
        sizeof(struct s390irq_explanation),
        sizeof(struct s390irq_import_report),
        0,
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(s390irq_struct_size(i), sizes[i]);
    assert_int_equal(s390irq_struct_size(UINT32_MAX), 0);
}

/* The INIT macros set the size, and what they say is accepted. */
static void init_macros(void **state)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;

    (void)state;
    assert_int_equal(config.size, sizeof config);
    assert_int_equal(config.cpus, 1);
    assert_int_equal(config.cp_service_limit, 1024);
    assert_int_equal(ops.size, sizeof ops);
    assert_int_equal(cpu.size, sizeof cpu);
    assert_int_equal(cpu.cr[0], 0xe0);
    assert_int_equal(cpu.cr[14], 0xc2000000);
    assert_int_equal(cpu.breaking_event_address, 1);
    assert_int_equal(report.size, sizeof report);
    assert_int_equal(counters.size, sizeof counters);
}

static void version_and_features(void **state)
{
    (void)state;
    assert_int_equal(s390irq_version(), S390IRQ_VERSION);
    assert_true(S390IRQ_VERSION_NUMBER(1, 0, 0) >
                S390IRQ_VERSION_NUMBER(0, 255, 255));
    assert_int_equal(s390irq_feature(0), 0);
    assert_int_equal(s390irq_feature(3), 0);
    assert_int_equal(s390irq_feature(UINT32_MAX), 0);
#ifdef SI_DEBUG
    assert_int_equal(s390irq_feature(S390IRQ_FEATURE_DEBUG_CHECKS), 1);
#else
    assert_int_equal(s390irq_feature(S390IRQ_FEATURE_DEBUG_CHECKS), 0);
#endif
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "abi: too small, older, equal", small_and_equal, NULL, NULL, NULL },
        { "abi: a newer caller's tail must be zero", newer_caller, NULL, NULL,
          NULL },
        { "abi: absurd sizes are not read through", absurd_sizes, NULL, NULL,
          NULL },
        { "abi: copies in and out stay inside", copies, NULL, NULL, NULL },
        { "abi: layout", layout, NULL, NULL, NULL },
        { "abi: layout of structures with pointers", layout_with_pointers, NULL,
          NULL, NULL },
        { "abi: struct sizes", struct_sizes, NULL, NULL, NULL },
        { "abi: INIT macros", init_macros, NULL, NULL, NULL },
        { "abi: version and features", version_and_features, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
