/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What each reset does to everything that a CPU or a VM can have pending, and
 * to its states and registers (PoP ch. 4, resets; decisions.md section 9): a
 * case for each reset and each of these.
 */
#include "fake.h"

#include "checks.h"

#define CLOSED     PSW_64
#define OPEN       (PSW_64 | PSW_EXTERNAL | PSW_IO | PSW_MACHINE_CHECK)
#define SUBCHANNEL 0x00010002
#define TOKEN      0x3000

/* Resets; the first three are S390IRQ_RESET_*. */
enum {
    CPU_RESET = S390IRQ_RESET_CPU,
    INITIAL_RESET = S390IRQ_RESET_INITIAL,
    CLEAR_RESET = S390IRQ_RESET_CLEAR,
    SUBSYSTEM_RESET,
    RESETS = SUBSYSTEM_RESET
};

static const char *const reset_names[] = { NULL, "CPU", "initial", "clear",
                                           "subsystem" };

/* What the CPU does when the reset comes. */
enum {
    RUNNING,
    ASLEEP,
    SITUATIONS
};

static struct fake *in_situation(int situation)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];

    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, SUBCHANNEL), 0);
    fake_odd_cpu(&cpu->cpu);
    cpu->cpu.cpu_timer_since_tod = 0;
    fake_boot(fake, 0, situation == ASLEEP ? CLOSED | PSW_WAIT : CLOSED, 0,
              situation == ASLEEP ? S390IRQ_WAIT_DISABLED : S390IRQ_RUN);
    return fake;
}

static void do_reset(struct fake *fake, int reset)
{
    if (reset == SUBSYSTEM_RESET)
        assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    else
        assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, (uint32_t)reset),
                         0);
}

/* Opens everything, as the guest or somebody else would. */
static void open_everything(struct fake *fake)
{
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;
    int is_parked = s390irq_vcpu_get_cpu(cpu->vcpu, &parked) == 0;
    struct s390irq_cpu *registers = is_parked ? &parked : &cpu->cpu;

    registers->prefix = fake_prefix(0);
    registers->psw_mask = OPEN;
    registers->cr[0] = CR0_EVERY_EXTERNAL & ~CR0_CLOCK_COMPARATOR;
    registers->cr[6] = CR6_EVERY_ISC;
    registers->cr[14] = CR14_EVERY;
    if (is_parked)
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &parked), 0);
    else
        assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
}

/* What the CPU takes if it may take everything: bits by kind. */
static uint32_t takes(struct fake *fake)
{
    if (s390irq_vcpu_state(fake->cpu[0].vcpu) == S390IRQ_STATE_STOPPED)
        assert_int_equal(s390irq_vcpu_start(fake->cpu[0].vcpu, NULL), 0);
    open_everything(fake);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    return fake->cpu[0].report.taken_kinds;
}

/* Everything that pends as a record, and where. */
static const struct pending {
    const char *name;
    int floating;
    unsigned count; /* records of it: the second from another source */
    struct s390irq_interruption record;
} pending[] = {
    { "supervisor call",
      0,
      1,
      { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .source = 7, .parameter = 2 } },
    { "program",
      0,
      1,
      { .kind = S390IRQ_KIND_PROGRAM, .u.program = { .code = 1, .ilc = 2 } } },
    { "interrupt key", 0, 1, { .kind = S390IRQ_KIND_INTERRUPT_KEY } },
    { "malfunction alert", 0, 2, { .kind = S390IRQ_KIND_MALFUNCTION_ALERT } },
    { "emergency signal", 0, 2, { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL } },
    { "external call",
      0,
      1,
      { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 1 } },
    { "TOD-clock sync check", 0, 1, { .kind = S390IRQ_KIND_TOD_SYNC_CHECK } },
    { "measurement alert",
      0,
      1,
      { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 0x80 } },
    { "warning track", 0, 1, { .kind = S390IRQ_KIND_WARNING_TRACK } },
    { "IUCV", 0, 1, { .kind = S390IRQ_KIND_IUCV, .source = 3 } },
    { "pfault init",
      0,
      2,
      { .kind = S390IRQ_KIND_PFAULT_INIT, .parameter64 = 8 } },
    { "restart", 0, 1, { .kind = S390IRQ_KIND_RESTART } },
    { "exigent machine check",
      0,
      1,
      { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_PROCESSING_DAMAGE } },
    { "repressible machine check",
      0,
      1,
      { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_SYSTEM_RECOVERY } },
    { "timing alert", 1, 1, { .kind = S390IRQ_KIND_TIMING_ALERT } },
    { "service signal",
      1,
      1,
      { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x1001 } },
    { "pfault done",
      1,
      2,
      { .kind = S390IRQ_KIND_PFAULT_DONE, .parameter64 = 8 } },
    { "virtio", 1, 2, { .kind = S390IRQ_KIND_VIRTIO, .parameter64 = 8 } },
    { "floating machine check",
      1,
      1,
      { .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT } },
    { "I/O",
      1,
      1,
      { .kind = S390IRQ_KIND_IO,
        .parameter = 0x1234,
        .u.io = { .subchannel = SUBCHANNEL, .word = S390IRQ_IO_WORD(3) } } },
    { "adapter",
      1,
      1,
      { .kind = S390IRQ_KIND_ADAPTER,
        .u.io = { .word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(5) } } },
};

#define PENDING (sizeof pending / sizeof *pending)

static void pend(struct fake *fake, int situation, const struct pending *row)
{
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    for (unsigned i = 0; i < row->count; i++) {
        struct s390irq_interruption record = row->record;
        int outcome;

        if (row->count > 1 && !record.parameter64)
            record.source = (uint16_t)i;
        if (row->floating)
            outcome = s390irq_vm_inject(fake->vm, &record);
        else if (situation == RUNNING && record.kind == S390IRQ_KIND_PROGRAM)
            outcome = s390irq_vcpu_program(vcpu, &record.u.program);
        else if (situation == RUNNING &&
                 record.kind == S390IRQ_KIND_SUPERVISOR_CALL)
            outcome = s390irq_vcpu_supervisor_call(vcpu, record.source,
                                                   record.parameter);
        else
            outcome = s390irq_vcpu_inject(vcpu, &record);
        assert_int_equal(outcome, S390IRQ_QUEUED);
    }
}

/* A local and a floating one are there, too: each reset knows its own. */
static void witnesses(struct fake *fake, uint32_t kind)
{
    if (kind != S390IRQ_KIND_WARNING_TRACK)
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_WARNING_TRACK));
    if (kind != S390IRQ_KIND_TIMING_ALERT)
        fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_TIMING_ALERT));
}

static void reset_of_pending(const struct pending *row, int reset,
                             int situation)
{
    struct fake *fake = in_situation(situation);
    int goes = row->floating == (reset == SUBSYSTEM_RESET);
    uint32_t bit = 1u << row->record.kind, expected;

    pend(fake, situation, row);
    witnesses(fake, row->record.kind);
    do_reset(fake, reset);
    if (reset != SUBSYSTEM_RESET) {
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(fake->cpu[0].report.taken, 0);
    }
    assert_int_equal(fake_counter(fake, row->record.kind).cleared,
                     goes ? row->count : 0);
    assert_int_equal(fake_counter(fake, row->record.kind).pending,
                     goes ? 0 : row->count);
    expected = reset == SUBSYSTEM_RESET ? 1u << S390IRQ_KIND_WARNING_TRACK
                                        : 1u << S390IRQ_KIND_TIMING_ALERT;
    if (!goes)
        expected |= bit;
    else
        expected &= ~bit;
    if (row->record.kind == S390IRQ_KIND_RESTART && !goes)
        expected = bit | 1u << S390IRQ_KIND_WARNING_TRACK;
    for (uint32_t taken = 0; taken != expected;) {
        uint32_t more = takes(fake);

        assert_int_equal(more & ~expected, 0);
        assert_int_not_equal(more, 0);
        taken |= more;
    }
    while (takes(fake))
        continue;
    assert_int_equal(fake_counter(fake, row->record.kind).taken,
                     goes ? 0 : row->count);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* --- states, orders, registers ---------------------------------------- */

static struct s390irq_cpu registers_of(struct fake *fake)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;

    if (s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &registers) < 0)
        registers = fake->cpu[0].cpu;
    return registers;
}

/* The reset is done, the CPU as it should be; subsystem: nothing happened. */
static void carried_out(struct fake *fake, int reset)
{
    if (reset == SUBSYSTEM_RESET)
        return;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_STOPPED);
}

static void set_timers(struct fake *fake, uint64_t comparator, uint64_t timer)
{
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_cpu registers = registers_of(fake);
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;

    registers.clock_comparator = comparator;
    registers.cpu_timer = timer;
    if (s390irq_vcpu_get_cpu(cpu->vcpu, &parked) == 0)
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &registers), 0);
    else
        cpu->cpu = registers;
}

/* Registers keep a condition, or do not. */
static void clock_comparator(struct fake *fake, int situation, int reset)
{
    (void)situation;
    set_timers(fake, FAKE_TOD_START - 1, 0);
    do_reset(fake, reset);
    carried_out(fake, reset);
    assert_int_equal(registers_of(fake).clock_comparator,
                     reset == CPU_RESET || reset == SUBSYSTEM_RESET
                         ? FAKE_TOD_START - 1
                         : 0);
    if (s390irq_vcpu_state(fake->cpu[0].vcpu) == S390IRQ_STATE_STOPPED)
        assert_int_equal(s390irq_vcpu_start(fake->cpu[0].vcpu, NULL), 0);
    open_everything(fake);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_load_masks(fake, 0, OPEN, CR0_CLOCK_COMPARATOR);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    /* A comparator of zero is due as well. */
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_CLOCK_COMPARATOR);
}

static void cpu_timer(struct fake *fake, int situation, int reset)
{
    int stays = reset == CPU_RESET || reset == SUBSYSTEM_RESET;

    (void)situation;
    set_timers(fake, UINT64_MAX, UINT64_MAX - 5);
    do_reset(fake, reset);
    carried_out(fake, reset);
    assert_int_equal(registers_of(fake).cpu_timer, stays ? UINT64_MAX - 5 : 0);
    assert_int_equal(takes(fake), stays ? 1u << S390IRQ_KIND_CPU_TIMER : 0);
}

static void order_is_gone(struct fake *fake, int situation, int reset,
                          uint32_t order)
{
    (void)situation;
    assert_int_equal(fake_sigp(fake, 1, 0, order, 0, NULL), 0);
    do_reset(fake, reset);
    if (reset == SUBSYSTEM_RESET) {
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
        return;
    }
    carried_out(fake, reset);
    assert_int_equal(fake_load(fake, 0xa3, 1), 0);
    /* Not busy any more, and nothing is left of it. */
    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
    assert_int_equal(takes(fake), 0);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     S390IRQ_STATE_OPERATING);
}

static void stop_order(struct fake *fake, int situation, int reset)
{
    order_is_gone(fake, situation, reset, S390IRQ_SIGP_STOP);
}

static void stop_and_store_order(struct fake *fake, int situation, int reset)
{
    order_is_gone(fake, situation, reset, S390IRQ_SIGP_STOP_AND_STORE_STATUS);
}

static void restart_order(struct fake *fake, int situation, int reset)
{
    order_is_gone(fake, situation, reset, S390IRQ_SIGP_RESTART);
}

/* Of two resets of a running CPU the stronger one counts. */
static void reset_order(struct fake *fake, int situation, int reset)
{
    int initial = reset == INITIAL_RESET || reset == CLEAR_RESET;

    assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_CPU_RESET, 0, NULL), 0);
    do_reset(fake, reset);
    if (situation == RUNNING)
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_SENSE, 0, NULL), 2);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(registers_of(fake).prefix, initial ? 0 : fake_prefix(0));
}

static void stopped(struct fake *fake, int situation, int reset)
{
    (void)situation;
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    do_reset(fake, reset);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
}

static void check_stop(struct fake *fake, int situation, int reset)
{
    if (situation == RUNNING)
        assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[0].vcpu), 0);
    else
        assert_int_equal(check_inject(fake, 0, S390IRQ_MCIC_SYSTEM_DAMAGE), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    do_reset(fake, reset);
    assert_int_equal(s390irq_vcpu_state(fake->cpu[0].vcpu),
                     reset == SUBSYSTEM_RESET ? S390IRQ_STATE_CHECK_STOP
                                              : S390IRQ_STATE_STOPPED);
    assert_int_equal(fake_deliver(fake, 0), reset == SUBSYSTEM_RESET
                                                ? S390IRQ_CHECK_STOP
                                                : S390IRQ_STOPPED);
}

static void pfault_handshake(struct fake *fake, int situation, int reset)
{
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)situation;
    assert_int_equal(s390irq_vcpu_pfault_begin(vcpu, TOKEN, 0, 0), 0);
    do_reset(fake, reset);
    carried_out(fake, reset);
    assert_int_equal(s390irq_vcpu_pfault_cancel(vcpu),
                     reset == SUBSYSTEM_RESET ? 0 : S390IRQ_CLEARED);
}

/* PSW, control registers, prefix, FPC, programmable register, BEAR. */
static void control_registers(struct fake *fake, int situation, int reset)
{
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;
    struct s390irq_cpu before = registers_of(fake), after;

    (void)situation;
    do_reset(fake, reset);
    carried_out(fake, reset);
    after = registers_of(fake);
    if (reset == INITIAL_RESET || reset == CLEAR_RESET)
        before = initial;
    assert_memory_equal(&after, &before, sizeof after);
}

static void general_registers(struct fake *fake, int situation, int reset)
{
    static const struct s390irq_registers zero = S390IRQ_REGISTERS_INIT;
    struct s390irq_registers got = S390IRQ_REGISTERS_INIT;

    (void)situation;
    do_reset(fake, reset);
    carried_out(fake, reset);
    if (reset == SUBSYSTEM_RESET) {
        assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[0].vcpu, &got),
                         S390IRQ_E_STATE);
        return;
    }
    assert_int_equal((fake->cpu[0].report.changed & S390IRQ_CHANGED_CLEAR) != 0,
                     reset == CLEAR_RESET);
    assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[0].vcpu, &got), 0);
    assert_memory_equal(&got,
                        reset == CLEAR_RESET ? &zero : &fake->cpu[0].registers,
                        sizeof got);
}

static const struct {
    const char *name;
    void (*check)(struct fake *fake, int situation, int reset);
} others[] = {
    { "clock comparator", clock_comparator },
    { "CPU timer", cpu_timer },
    { "stop order", stop_order },
    { "stop and store order", stop_and_store_order },
    { "restart order", restart_order },
    { "reset order", reset_order },
    { "stopped", stopped },
    { "check-stop", check_stop },
    { "pfault handshake", pfault_handshake },
    { "control registers", control_registers },
    { "general registers", general_registers },
};

#define OTHERS (sizeof others / sizeof *others)
#define THINGS (PENDING + OTHERS)

static void one(void **case_state)
{
    size_t number = (size_t)(uintptr_t)*case_state;
    size_t thing = number % THINGS;
    int reset = CPU_RESET + (int)(number / THINGS);

    for (int situation = 0; situation < SITUATIONS; situation++) {
        struct fake *fake;

        if (thing < PENDING) {
            reset_of_pending(&pending[thing], reset, situation);
            continue;
        }
        fake = in_situation(situation);
        others[thing - PENDING].check(fake, situation, reset);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

#define CASES       (THINGS * RESETS)
#define NAME_LENGTH 64

int main(void)
{
    static struct CMUnitTest tests[CASES];
    static char names[CASES][NAME_LENGTH];

    for (size_t i = 0; i < CASES; i++) {
        size_t thing = i % THINGS;

        snprintf(names[i], NAME_LENGTH, "reset %s: %s",
                 reset_names[CPU_RESET + i / THINGS],
                 thing < PENDING ? pending[thing].name
                                 : others[thing - PENDING].name);
        tests[i].name = names[i];
        tests[i].test_func = one;
        tests[i].initial_state = (void *)(uintptr_t)i;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
