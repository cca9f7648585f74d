/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/classes.c against a table written down a second time. */
#include "fake.h"

#include "arch/classes.h"

/* Highest priority first (PoP ch. 6, and external interruptions). */
static const struct row {
    const char *name;
    uint8_t kind;
    uint8_t nature;
    uint8_t floating;
    uint8_t stores;
    uint64_t psw;
    uint64_t cr0;
    uint16_t code;
    uint16_t address;
} rows[] = {
    { "supervisor call", S390IRQ_KIND_SUPERVISOR_CALL, SI_OWN, 0, 0, 0, 0, 0,
      0 },
    { "program", S390IRQ_KIND_PROGRAM, SI_OWN, 0, 0, 0, 0, 0, 0 },
    { "interrupt key", S390IRQ_KIND_INTERRUPT_KEY, SI_FLAG, 0, 0, PSW_EXTERNAL,
      CR0_INTERRUPT_KEY, EXTERNAL_INTERRUPT_KEY, 0 },
    { "emergency signal", S390IRQ_KIND_EMERGENCY_SIGNAL, SI_SOURCES, 0, 0,
      PSW_EXTERNAL, CR0_EMERGENCY_SIGNAL, EXTERNAL_EMERGENCY_SIGNAL, 0 },
    { "external call", S390IRQ_KIND_EXTERNAL_CALL, SI_CALL, 0, 0, PSW_EXTERNAL,
      CR0_EXTERNAL_CALL, EXTERNAL_CALL, 0 },
    { "TOD-clock sync check", S390IRQ_KIND_TOD_SYNC_CHECK, SI_FLAG, 0, 0,
      PSW_EXTERNAL, CR0_TOD_SYNC_CHECK, EXTERNAL_TOD_SYNC_CHECK, 0 },
    { "clock comparator", S390IRQ_KIND_CLOCK_COMPARATOR, SI_LEVEL, 0, 0,
      PSW_EXTERNAL, CR0_CLOCK_COMPARATOR, EXTERNAL_CLOCK_COMPARATOR, 0 },
    { "CPU timer", S390IRQ_KIND_CPU_TIMER, SI_LEVEL, 0, 0, PSW_EXTERNAL,
      CR0_CPU_TIMER, EXTERNAL_CPU_TIMER, 0 },
    { "timing alert", S390IRQ_KIND_TIMING_ALERT, SI_FLAG, 1, 0, PSW_EXTERNAL,
      CR0_TIMING_ALERT, EXTERNAL_TIMING_ALERT, 0 },
    { "warning track", S390IRQ_KIND_WARNING_TRACK, SI_FLAG, 0, 0, PSW_EXTERNAL,
      CR0_WARNING_TRACK, EXTERNAL_WARNING_TRACK, 0 },
    { "service signal", S390IRQ_KIND_SERVICE_SIGNAL, SI_SERVICE, 1,
      SI_STORES_PARAMETER, PSW_EXTERNAL, CR0_SERVICE_SIGNAL,
      EXTERNAL_SERVICE_SIGNAL, 0 },
    { "pfault done", S390IRQ_KIND_PFAULT_DONE, SI_RECORDS, 1,
      SI_STORES_PARAMETER64, PSW_EXTERNAL, CR0_SERVICE_SIGNAL,
      EXTERNAL_CP_SERVICE, CP_SERVICE_PFAULT_DONE },
    { "virtio", S390IRQ_KIND_VIRTIO, SI_RECORDS, 1,
      SI_STORES_PARAMETER | SI_STORES_PARAMETER64, PSW_EXTERNAL,
      CR0_SERVICE_SIGNAL, EXTERNAL_CP_SERVICE, CP_SERVICE_VIRTIO },
    { "set prefix", S390IRQ_KIND_SET_PREFIX, SI_AT_ONCE, 0, 0, 0, 0, 0, 0 },
    { "restart", S390IRQ_KIND_RESTART, SI_FLAG, 0, 0, 0, 0, 0, 0 },
    { "stop", S390IRQ_KIND_STOP, SI_ORDER, 0, 0, 0, 0, 0, 0 },
};

#define ROWS (sizeof rows / sizeof *rows)

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        int number = si_classes_of_kind(rows[i].kind);
        const struct si_class *class;

        assert_in_range(number, 0, SI_CLASS_COUNT - 1);
        class = &si_classes[number];
        assert_int_equal(class->kind, rows[i].kind);
        assert_int_equal(class->nature, rows[i].nature);
        assert_int_equal(class->floating, rows[i].floating);
        assert_int_equal(class->stores, rows[i].stores);
        assert_int_equal(class->psw, rows[i].psw);
        assert_int_equal(class->cr0, rows[i].cr0);
        assert_int_equal(class->code, rows[i].code);
        assert_int_equal(class->address, rows[i].address);
        assert_string_equal(s390irq_kind_name(rows[i].kind), rows[i].name);
    }
}

/* The number of a class is its priority. */
static void order(void **state)
{
    int above = SI_CLASS_COUNT;

    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        int number = si_classes_of_kind(rows[i].kind);

        assert_true(number < above);
        above = number;
    }
}

static void no_other_rows(void **state)
{
    size_t used = 0;

    (void)state;
    for (uint32_t number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *class = &si_classes[number];

        if (class->kind) {
            assert_int_equal(si_classes_of_kind(class->kind), number);
            used++;
        } else {
            assert_int_equal(class->cr0, 0);
            assert_int_equal(class->floating, 0);
        }
        assert_int_equal((si_classes_floating >> number) & 1, class->floating);
    }
    assert_int_equal(used, ROWS);
    assert_int_equal(si_classes_floating >> SI_CLASS_COUNT, 0);
}

static int is_known(uint32_t kind)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return 1;
    return 0;
}

static void unknown_kinds(void **state)
{
    (void)state;
    for (uint32_t kind = 0; kind < 300; kind++) {
        if (is_known(kind))
            continue;
        assert_int_equal(si_classes_of_kind(kind), -1);
        assert_string_equal(s390irq_kind_name(kind), "unknown");
    }
    assert_int_equal(si_classes_of_kind(UINT32_MAX), -1);
    assert_string_equal(s390irq_kind_name(UINT32_MAX), "unknown");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "classes: every row of the table", every_row, NULL, NULL, NULL },
        { "classes: the order of priority", order, NULL, NULL, NULL },
        { "classes: nothing else", no_other_rows, NULL, NULL, NULL },
        { "classes: unknown kinds", unknown_kinds, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
