/* SPDX-License-Identifier: BSD-3-Clause */
/* swaps.h, proc_interrupts.h, invariants.h: what the VMM judges by. */
#include "fixture.h"

#include "instructions/psw.h"
#include "invariants.h"
#include "swaps.h"

#define EXTERNAL_NEW UINT64_C(0x1b0)
#define IO_NEW       UINT64_C(0x1f0)

static void put_psw(struct machine *machine, uint64_t absolute, uint64_t mask,
                    uint64_t address)
{
    storage_bytes(machine->ram + absolute, mask, 8);
    storage_bytes(machine->ram + absolute + 8, address, 8);
}

/* CPU 0 runs, open for external and I/O interruptions. */
static struct cpu *run(struct machine *machine)
{
    const uint64_t open = UINT64_C(0x0300000000000000);
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    struct cpu *cpu = &machine->cpus[0];

    put_psw(machine, EXTERNAL_NEW, PSW_64_BIT | (open & PSW_DAT), 0x2000);
    put_psw(machine, IO_NEW, PSW_64_BIT | UINT64_C(0x0100000000000000), 0x3000);
    assert_int_equal(s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, &report),
                     S390IRQ_RUN);
    cpu->registers.psw_mask |= open;
    cpu->registers.cr[0] |= 0x4000 | 0x200;
    cpu->registers.cr[6] = 0xff000000;
    assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->registers), 0);
    cpu->answer = S390IRQ_RUN;
    return cpu;
}

static uint64_t observed(const struct machine *machine, uint32_t kind)
{
    return machine->counts.kind[kind].observed;
}

/* Two interruptions in one deliver are two swaps, one in the other. */
static void swaps(void **state)
{
    struct machine *machine = fixture_open();
    struct cpu *cpu = run(machine);
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    uint64_t mask = cpu->registers.psw_mask;
    uint64_t address = cpu->registers.psw_address;

    (void)state;
    swaps_observe(cpu, mask, address);
    assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 1), 0);
    assert_int_equal(
        s390irq_vm_inject_io(machine->vm, 0x00010000, 0, S390IRQ_IO_WORD(3)),
        0);
    put_psw(machine, EXTERNAL_NEW, PSW_64_BIT | UINT64_C(0x0200000000000000),
            0x2000);
    assert_int_equal(s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, &report),
                     S390IRQ_RUN);
    assert_int_equal(report.taken, 2);
    swaps_observe(cpu, mask, address);
    assert_int_equal(observed(machine, S390IRQ_KIND_EMERGENCY_SIGNAL), 1);
    assert_int_equal(observed(machine, S390IRQ_KIND_IO), 1);
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
        assert_int_equal(observed(machine, kind),
                         kind == S390IRQ_KIND_EMERGENCY_SIGNAL ||
                             kind == S390IRQ_KIND_IO);
    /* At the first instruction of a handler nothing new has happened. */
    swaps_observe(cpu, cpu->registers.psw_mask, cpu->registers.psw_address);
    assert_int_equal(observed(machine, S390IRQ_KIND_IO), 1);
    fixture_close(machine);
}

static void print(struct machine *machine, const char *line)
{
    proc_interrupts_line(machine, line);
}

static void linux_counts(void **state)
{
    struct machine *machine = fixture_open();
    uint64_t *seen = &machine->counts.kind[S390IRQ_KIND_IO].observed;
    const uint64_t second = UINT64_C(4096) * 1000000;

    (void)state;
    *seen = 10;
    print(machine, "I/O:          4          6 ");
    assert_true(proc_interrupts_print(machine));
    print(machine, "I/O:          4          5 ");
    assert_true(proc_interrupts_print(machine)); /* one may be on its way */
    clock_advance(&machine->clock, second);
    *seen = 12;
    print(machine, " I/O:         4          5   text 77");
    assert_false(proc_interrupts_print(machine)); /* but not for a second */
    print(machine, "I/O:          4          8 ");
    assert_true(proc_interrupts_print(machine));
    print(machine, "I/O:          4          9 ");
    assert_false(proc_interrupts_print(machine)); /* more than there were */
    fixture_close(machine);
}

/* A wake-up that is lost is noticed: the words that a CPU polls are wrong. */
static void lost_wake_up(void **state)
{
    static const uint64_t nothing;
    struct machine *machine = fixture_open();
    struct cpu *cpu = run(machine);
    struct s390irq_report report = S390IRQ_REPORT_INIT;

    (void)state;
    machine->options.check_invariants = true;
    cpu->registers.psw_mask |= PSW_WAIT;
    cpu->answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, &report);
    cpu->deadline = report.deadline_tod;
    assert_int_equal(cpu->answer, S390IRQ_WAIT);
    invariants_check(machine);
    assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 1), 0);
    invariants_check(machine);
    assert_false(machine->failed);
    cpu->poll.open = &nothing;
    invariants_check(machine);
    assert_true(machine->failed);
    assert_int_equal(machine->checks, 3);
    fixture_close(machine);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "accounts: PSW swaps", swaps, NULL, NULL, NULL },
        { "accounts: what Linux counts", linux_counts, NULL, NULL, NULL },
        { "invariants: a lost wake-up is noticed", lost_wake_up, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
