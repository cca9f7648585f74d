/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/classes.c against a table written down a second time. */
#include "fake.h"

#include "arch/classes.h"

/* Highest priority first (PoP ch. 6, and external interruptions). */
static const struct row {
    const char *name;
    uint8_t number;
    uint8_t kind;
    uint8_t nature;
    uint8_t scope;
    uint8_t stores;
    uint64_t psw;
    uint8_t control;
    uint64_t submask;
    uint16_t code;
    uint16_t address;
} rows[] = {
    { "set prefix", 35, S390IRQ_KIND_SET_PREFIX, SI_AT_ONCE, 0, 0, 0, 0, 0, 0,
      0 },
    { "exigent machine check", 34, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL, 0, PSW_MACHINE_CHECK, 0, 0, 0, 0 },
    { "supervisor call", 33, S390IRQ_KIND_SUPERVISOR_CALL, SI_OWN, SI_LOCAL, 0,
      0, 0, 0, 0, 0 },
    { "program", 32, S390IRQ_KIND_PROGRAM, SI_OWN, SI_LOCAL, 0, 0, 0, 0, 0, 0 },
    { "channel report", 30, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL | SI_FLOATING, 0, PSW_MACHINE_CHECK, 14, CR14_CHANNEL_REPORT, 0,
      0 },
    { "system recovery", 29, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL | SI_FLOATING, 0, PSW_MACHINE_CHECK, 14, CR14_RECOVERY, 0, 0 },
    { "degradation", 28, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL | SI_FLOATING, 0, PSW_MACHINE_CHECK, 14, CR14_DEGRADATION, 0,
      0 },
    { "external damage", 27, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL | SI_FLOATING, 0, PSW_MACHINE_CHECK, 14, CR14_EXTERNAL_DAMAGE, 0,
      0 },
    { "warning", 26, S390IRQ_KIND_MACHINE_CHECK, SI_MACHINE,
      SI_LOCAL | SI_FLOATING, 0, PSW_MACHINE_CHECK, 14, CR14_WARNING, 0, 0 },
    { "interrupt key", 25, S390IRQ_KIND_INTERRUPT_KEY, SI_FLAG, SI_LOCAL, 0,
      PSW_EXTERNAL, 0, CR0_INTERRUPT_KEY, EXTERNAL_INTERRUPT_KEY, 0 },
    { "malfunction alert", 24, S390IRQ_KIND_MALFUNCTION_ALERT, SI_SOURCES,
      SI_LOCAL, SI_STORES_SOURCE, PSW_EXTERNAL, 0, CR0_MALFUNCTION_ALERT,
      EXTERNAL_MALFUNCTION_ALERT, 0 },
    { "emergency signal", 23, S390IRQ_KIND_EMERGENCY_SIGNAL, SI_SOURCES,
      SI_LOCAL, SI_STORES_SOURCE, PSW_EXTERNAL, 0, CR0_EMERGENCY_SIGNAL,
      EXTERNAL_EMERGENCY_SIGNAL, 0 },
    { "external call", 22, S390IRQ_KIND_EXTERNAL_CALL, SI_CALL, SI_LOCAL,
      SI_STORES_SOURCE, PSW_EXTERNAL, 0, CR0_EXTERNAL_CALL, EXTERNAL_CALL, 0 },
    { "TOD-clock sync check", 21, S390IRQ_KIND_TOD_SYNC_CHECK, SI_FLAG,
      SI_LOCAL, 0, PSW_EXTERNAL, 0, CR0_TOD_SYNC_CHECK, EXTERNAL_TOD_SYNC_CHECK,
      0 },
    { "clock comparator", 20, S390IRQ_KIND_CLOCK_COMPARATOR, SI_LEVEL, SI_LOCAL,
      0, PSW_EXTERNAL, 0, CR0_CLOCK_COMPARATOR, EXTERNAL_CLOCK_COMPARATOR, 0 },
    { "CPU timer", 19, S390IRQ_KIND_CPU_TIMER, SI_LEVEL, SI_LOCAL, 0,
      PSW_EXTERNAL, 0, CR0_CPU_TIMER, EXTERNAL_CPU_TIMER, 0 },
    { "timing alert", 18, S390IRQ_KIND_TIMING_ALERT, SI_FLAG, SI_FLOATING, 0,
      PSW_EXTERNAL, 0, CR0_TIMING_ALERT, EXTERNAL_TIMING_ALERT, 0 },
    { "measurement alert", 17, S390IRQ_KIND_MEASUREMENT_ALERT, SI_PARAMETER,
      SI_LOCAL, SI_STORES_PARAMETER, PSW_EXTERNAL, 0, CR0_MEASUREMENT_ALERT,
      EXTERNAL_MEASUREMENT_ALERT, 0 },
    { "warning track", 16, S390IRQ_KIND_WARNING_TRACK, SI_FLAG, SI_LOCAL, 0,
      PSW_EXTERNAL, 0, CR0_WARNING_TRACK, EXTERNAL_WARNING_TRACK, 0 },
    { "service signal", 15, S390IRQ_KIND_SERVICE_SIGNAL, SI_SERVICE,
      SI_FLOATING, SI_STORES_PARAMETER, PSW_EXTERNAL, 0, CR0_SERVICE_SIGNAL,
      EXTERNAL_SERVICE_SIGNAL, 0 },
    { "IUCV", 14, S390IRQ_KIND_IUCV, SI_SUBCODE, SI_LOCAL, SI_STORES_SOURCE,
      PSW_EXTERNAL, 0, CR0_IUCV, EXTERNAL_IUCV, 0 },
    { "pfault init", 13, S390IRQ_KIND_PFAULT_INIT, SI_RECORDS, SI_LOCAL,
      SI_STORES_PARAMETER64, PSW_EXTERNAL, 0, CR0_SERVICE_SIGNAL,
      EXTERNAL_CP_SERVICE, CP_SERVICE_PFAULT_INIT },
    { "pfault done", 12, S390IRQ_KIND_PFAULT_DONE, SI_RECORDS, SI_FLOATING,
      SI_STORES_PARAMETER64, PSW_EXTERNAL, 0, CR0_SERVICE_SIGNAL,
      EXTERNAL_CP_SERVICE, CP_SERVICE_PFAULT_DONE },
    { "virtio", 11, S390IRQ_KIND_VIRTIO, SI_RECORDS, SI_FLOATING,
      SI_STORES_PARAMETER | SI_STORES_PARAMETER64, PSW_EXTERNAL, 0,
      CR0_SERVICE_SIGNAL, EXTERNAL_CP_SERVICE, CP_SERVICE_VIRTIO },
    { "I/O ISC 0", 9, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(0), 0, 0 },
    { "I/O ISC 1", 8, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(1), 0, 0 },
    { "I/O ISC 2", 7, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(2), 0, 0 },
    { "I/O ISC 3", 6, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(3), 0, 0 },
    { "I/O ISC 4", 5, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(4), 0, 0 },
    { "I/O ISC 5", 4, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(5), 0, 0 },
    { "I/O ISC 6", 3, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(6), 0, 0 },
    { "I/O ISC 7", 2, S390IRQ_KIND_IO, SI_IO, SI_FLOATING, 0, PSW_IO, 6,
      CR6_ISC(7), 0, 0 },
    { "restart", 1, S390IRQ_KIND_RESTART, SI_FLAG, SI_LOCAL, 0, 0, 0, 0, 0, 0 },
    { "stop", 0, S390IRQ_KIND_STOP, SI_ORDER, SI_LOCAL, 0, 0, 0, 0, 0, 0 },
};

#define ROWS (sizeof rows / sizeof *rows)

/* One case for each row: rows_of_the_table() makes them. */
static void one_row(void **state)
{
    const struct row *row = *state;
    const struct si_class *class = &si_classes[row->number];

    assert_int_equal(class->kind, row->kind);
    assert_int_equal(class->nature, row->nature);
    assert_int_equal(class->scope, row->scope);
    assert_int_equal(class->stores, row->stores);
    assert_int_equal(class->psw, row->psw);
    assert_int_equal(class->control, row->control);
    assert_int_equal(class->submask, row->submask);
    assert_int_equal(class->code, row->code);
    assert_int_equal(class->address, row->address);
    assert_string_equal(si_classes_name(row->number), row->name);
    assert_true(si_classes_known(row->kind));
    assert_string_not_equal(s390irq_kind_name(row->kind), "unknown");
}

/* A kind that is one class has the name of its class. */
static void kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        int number = si_classes_of_kind(rows[i].kind);

        assert_in_range(number, rows[i].number, SI_CLASS_COUNT - 1);
        assert_int_equal(si_classes[number].kind, rows[i].kind);
        if (rows[i].kind != S390IRQ_KIND_MACHINE_CHECK &&
            rows[i].kind != S390IRQ_KIND_IO)
            assert_string_equal(s390irq_kind_name(rows[i].kind), rows[i].name);
    }
    assert_string_equal(s390irq_kind_name(S390IRQ_KIND_MACHINE_CHECK),
                        "machine check");
    assert_string_equal(s390irq_kind_name(S390IRQ_KIND_IO), "I/O");
    assert_string_equal(s390irq_kind_name(S390IRQ_KIND_ADAPTER), "adapter");
    assert_true(si_classes_known(S390IRQ_KIND_ADAPTER));
}

/* The number of a class is its priority. */
static void order(void **state)
{
    (void)state;
    for (size_t i = 1; i < ROWS; i++)
        assert_true(rows[i].number < rows[i - 1].number);
}

static void no_other_rows(void **state)
{
    size_t used = 0;

    (void)state;
    for (uint32_t number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *class = &si_classes[number];

        if (class->kind)
            used++;
        else
            assert_int_equal(class->scope, 0);
        assert_int_equal((si_classes_floating >> number) & 1,
                         (class->scope & SI_FLOATING) != 0);
    }
    assert_int_equal(used, ROWS);
    assert_int_equal(si_classes_floating >> SI_CLASS_WORD_COUNT, 0);
}

static int is_known(uint32_t kind)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return 1;
    return kind == S390IRQ_KIND_ADAPTER;
}

static void unknown_kinds(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < 300; kind++) {
        if (is_known(kind))
            continue;
        assert_int_equal(si_classes_of_kind(kind), -1);
        assert_false(si_classes_known(kind));
        assert_string_equal(s390irq_kind_name(kind), "unknown");
    }
    assert_int_equal(si_classes_of_kind(UINT32_MAX), -1);
    assert_string_equal(s390irq_kind_name(UINT32_MAX), "unknown");
}

int main(void)
{
    static const struct CMUnitTest others[] = {
        { "classes: names of kinds", kinds, NULL, NULL, NULL },
        { "classes: the order of priority", order, NULL, NULL, NULL },
        { "classes: nothing else", no_other_rows, NULL, NULL, NULL },
        { "classes: unknown kinds", unknown_kinds, NULL, NULL, NULL },
    };
    struct CMUnitTest tests[ROWS + sizeof others / sizeof *others];
    char names[ROWS][48];

    for (size_t i = 0; i < ROWS; i++) {
        snprintf(names[i], sizeof names[i], "class table: %s", rows[i].name);
        tests[i] = (struct CMUnitTest){ names[i], one_row, NULL, NULL,
                                        (void *)(uintptr_t)&rows[i] };
    }
    memcpy(tests + ROWS, others, sizeof others);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
