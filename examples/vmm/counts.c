/* SPDX-License-Identifier: BSD-3-Clause */
#include "machine.h"

#include "instructions/psw.h"
#include "storage/storage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* How a kind is accounted for. */
enum account {
    NONE,    /* no such kind */
    LATCHED, /* injected = delivered + coalesced + ... + pending */
    LEVEL,   /* nobody injects: the library's counter = the guest's */
    ORDER    /* no handler: the VMM observes what happens to the CPU */
};

struct line {
    uint64_t injected;
    uint64_t delivered;
    uint64_t coalesced;
    uint64_t refused;
    uint64_t cleared;
    uint64_t pending;
    uint64_t lost;
};

static enum account account_of(uint32_t kind)
{
    static const uint8_t special[S390IRQ_KIND_LIMIT] = {
        [S390IRQ_KIND_CLOCK_COMPARATOR] = LEVEL,
        [S390IRQ_KIND_CPU_TIMER] = LEVEL,
        [S390IRQ_KIND_STOP] = ORDER,
        [S390IRQ_KIND_SET_PREFIX] = ORDER,
    };

    if (special[kind] != NONE)
        return (enum account)special[kind];
    return strcmp(s390irq_kind_name(kind), "unknown") ? LATCHED : NONE;
}

void counts_injected(struct machine *machine, uint32_t kind, int outcome)
{
    struct tally *tally = &machine->counts.kind[kind];

    if (outcome < 0) {
        machine_fail(machine, s390irq_strerror(outcome));
        return;
    }
    tally->injected++;
    if (outcome != S390IRQ_QUEUED && outcome != S390IRQ_COALESCED)
        tally->refused++;
}

/* Only what became of set prefix can be seen at once: it is never queued. */
static void observe_prefix(struct machine *machine, uint32_t target,
                           uint64_t parameter)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    struct s390irq_vcpu *vcpu = s390irq_vm_cpu(machine->vm, target);

    if (s390irq_vcpu_get_cpu(vcpu, &registers) == 0 &&
        registers.prefix == (parameter & 0x7fffe000))
        machine->counts.kind[S390IRQ_KIND_SET_PREFIX].observed++;
}

static uint32_t kind_of_order(uint32_t order)
{
    static const uint8_t kinds[] = {
        [S390IRQ_SIGP_EXTERNAL_CALL] = S390IRQ_KIND_EXTERNAL_CALL,
        [S390IRQ_SIGP_EMERGENCY_SIGNAL] = S390IRQ_KIND_EMERGENCY_SIGNAL,
        [S390IRQ_SIGP_STOP] = S390IRQ_KIND_STOP,
        [S390IRQ_SIGP_RESTART] = S390IRQ_KIND_RESTART,
        [S390IRQ_SIGP_STOP_AND_STORE_STATUS] = S390IRQ_KIND_STOP,
        [S390IRQ_SIGP_SET_PREFIX] = S390IRQ_KIND_SET_PREFIX,
        [S390IRQ_SIGP_CONDITIONAL_EMERGENCY] = S390IRQ_KIND_EMERGENCY_SIGNAL,
    };

    return order < sizeof kinds ? kinds[order] : 0;
}

static bool is_reset(uint32_t order)
{
    return order == S390IRQ_SIGP_CPU_RESET ||
           order == S390IRQ_SIGP_INITIAL_CPU_RESET;
}

void counts_order(struct machine *machine, const struct counts_order *order)
{
    uint32_t kind = kind_of_order(order->order);
    struct tally *tally = &machine->counts.kind[kind];

    if (kind == S390IRQ_KIND_EXTERNAL_CALL && order->condition_code == 1 &&
        order->status & S390IRQ_STATUS_EXTERNAL_CALL_PENDING) {
        tally->injected++;
        tally->refused++;
    }
    if (is_reset(order->order) && order->condition_code == 0)
        machine->cpus[order->target].reset_ordered =
            s390irq_vcpu_state(s390irq_vm_cpu(machine->vm, order->target)) ==
            S390IRQ_STATE_OPERATING;
    /* A stopped CPU accepts a stop and has nothing to do. */
    if (kind == 0 || order->condition_code != 0 ||
        (kind == S390IRQ_KIND_STOP && order->was_stopped))
        return;
    tally->injected++;
    if (kind == S390IRQ_KIND_SET_PREFIX)
        observe_prefix(machine, order->target, order->parameter);
}

void counts_delivered(struct cpu *cpu, const struct s390irq_report *report)
{
    struct tally *tally = &cpu->machine->counts.kind[S390IRQ_KIND_PROGRAM];
    const uint32_t program = 1u << S390IRQ_KIND_PROGRAM;
    uint32_t taken = report->taken_kinds == program ? report->taken : 1;

    if (report->taken_kinds & program) {
        tally->injected += taken - cpu->program_raised;
        cpu->program_raised = false;
    }
}

/* It was a stop, unless a reset did it. */
void counts_stopped(struct cpu *cpu)
{
    if (!cpu->reset_ordered)
        cpu->machine->counts.kind[S390IRQ_KIND_STOP].observed++;
    cpu->reset_ordered = false;
}

void counts_check_stopped(struct machine *machine)
{
    machine->counts.kind[S390IRQ_KIND_MALFUNCTION_ALERT].injected +=
        machine->options.cpus - 1;
}

void counts_withdrawn(struct machine *machine, int any)
{
    if (any > 0)
        machine->counts.kind[S390IRQ_KIND_IO].withdrawn++;
}

/* The guest's counters, summed over its CPUs; false: it has no table. */
static bool guest_counters(const struct machine *machine,
                           uint64_t counters[S390IRQ_KIND_LIMIT])
{
    const size_t block = 8 * S390IRQ_KIND_LIMIT;
    const uint8_t *table = machine->ram + COUNTS_TABLE;
    uint64_t room = machine->options.ram_size;
    uint64_t cpus;

    if (room < COUNTS_TABLE + 16 || memcmp(table, "S390IRQ1", 8) != 0 ||
        storage_number(table + 12, 4) != S390IRQ_KIND_LIMIT)
        return false;
    cpus = storage_number(table + 8, 4);
    if (cpus > (room - COUNTS_TABLE - 16) / block)
        return false;
    for (uint64_t cpu = 0; cpu < cpus; cpu++) {
        for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
            counters[kind] +=
                storage_number(table + 16 + cpu * block + kind * 8, 8);
    }
    return true;
}

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static struct line line_of(const struct machine *machine, uint32_t kind,
                           const struct s390irq_counter *library,
                           uint64_t delivered)
{
    const struct tally *tally = &machine->counts.kind[kind];
    struct line line = { tally->injected,
                         delivered,
                         library->coalesced,
                         tally->refused,
                         library->cleared,
                         library->pending,
                         0 };

    line.cleared += tally->withdrawn; /* which the library counts as taken */

    if (account_of(kind) == LEVEL) {
        line.injected = library->taken;
        line.lost = difference(library->taken, delivered);
        return line;
    }
    line.lost = difference(line.injected, line.delivered + line.coalesced +
                                              line.refused + line.cleared +
                                              line.pending);
    return line;
}

static void print_line(const char *name, const struct line *line)
{
    printf("%-22s %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %8" PRIu64 " %8" PRIu64
           " %8" PRIu64 " %6" PRIu64 "\n",
           name, line->injected, line->delivered, line->coalesced,
           line->refused, line->cleared, line->pending, line->lost);
}

/* Prints the lines of one account and adds them up. */
static struct line print_account(const struct machine *machine,
                                 enum account account,
                                 const struct s390irq_counters *library,
                                 const uint64_t *delivered)
{
    struct line sum = { 0, 0, 0, 0, 0, 0, 0 };

    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        struct line line =
            line_of(machine, kind, &library->kind[kind], delivered[kind]);

        if (account_of(kind) != account)
            continue;
        print_line(s390irq_kind_name(kind), &line);
        sum.injected += line.injected;
        sum.delivered += line.delivered;
        sum.coalesced += line.coalesced;
        sum.refused += line.refused;
        sum.cleared += line.cleared;
        sum.pending += line.pending;
        sum.lost += line.lost;
    }
    return sum;
}

/*
 * The library's own books, of which the table above uses only a part: what it
 * accepted is what the VMM injected, and all of it is accounted for.
 */
static bool books_agree(const struct machine *machine,
                        const struct s390irq_counters *library)
{
    bool agree = true;

    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        const struct s390irq_counter *own = &library->kind[kind];
        const struct tally *tally = &machine->counts.kind[kind];

        if (account_of(kind) == NONE || account_of(kind) == LEVEL)
            continue;
        if (own->injected - own->refused == tally->injected - tally->refused &&
            own->injected == own->taken + own->coalesced + own->refused +
                                 own->cleared + own->pending)
            continue;
        printf("the library's counters of %s do not add up\n",
               s390irq_kind_name(kind));
        agree = false;
    }
    return agree;
}

/* A guest ends in a disabled wait whose address is its result: 0 is good. */
static bool small_guest_verdict(const struct machine *machine)
{
    const struct cpu *cpu = &machine->cpus[0];

    if (cpu->answer != S390IRQ_WAIT_DISABLED) {
        printf("guest: no verdict, CPU 0 does not end in a disabled wait "
               "(PSW %016" PRIx64 " %016" PRIx64 ")\n",
               cpu->registers.psw_mask, cpu->registers.psw_address);
        return false;
    }
    printf("guest: disabled wait, result code 0x%" PRIx64 "\n",
           cpu->registers.psw_address);
    return cpu->registers.psw_address == 0;
}

/* Linux that is switched off stops all its CPUs. */
static bool linux_verdict(const struct machine *machine)
{
    const struct console *console = &machine->console;
    bool expected = !console->expected || console->expected_seen;
    bool stopped = true;

    for (uint32_t i = 0; i < machine->options.cpus; i++) {
        const struct cpu *cpu = &machine->cpus[i];

        if (cpu->answer == S390IRQ_STOPPED)
            continue;
        stopped = false;
        printf("guest: CPU %" PRIu32 " is not stopped (PSW %016" PRIx64
               " %016" PRIx64 ")\n",
               i, cpu->registers.psw_mask, cpu->registers.psw_address);
    }
    if (!expected)
        printf("guest: it has not printed \"%s\"\n", console->expected);
    else if (stopped)
        printf("guest: switched off%s%s%s\n",
               console->expected ? ", after \"" : "",
               console->expected ? console->expected : "",
               console->expected ? "\"" : "");
    return stopped && expected;
}

static bool guest_verdict(const struct machine *machine)
{
    if (machine->failed) {
        printf("guest: the machine could not go on\n");
        return false;
    }
    if (machine->left) {
        printf("guest: the user has left it\n");
        return true;
    }
    return machine->options.boot.kernel ? linux_verdict(machine)
                                        : small_guest_verdict(machine);
}

bool counts_print(struct machine *machine)
{
    struct s390irq_counters library = S390IRQ_COUNTERS_INIT;
    uint64_t delivered[S390IRQ_KIND_LIMIT] = { 0 };
    struct line sum;
    uint64_t lost;
    bool good;

    if (s390irq_vm_counters(machine->vm, &library) < 0)
        return false;
    putchar('\n');
    if (!guest_counters(machine, delivered)) {
        printf("delivered: PSW swaps that the VMM saw\n");
        for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
            delivered[kind] = machine->counts.kind[kind].observed;
    }
    delivered[S390IRQ_KIND_STOP] =
        machine->counts.kind[S390IRQ_KIND_STOP].observed;
    delivered[S390IRQ_KIND_SET_PREFIX] =
        machine->counts.kind[S390IRQ_KIND_SET_PREFIX].observed;

    printf("%-22s %9s %9s %9s %8s %8s %8s %6s\n", "class", "injected",
           "delivered", "coalesced", "refused", "cleared", "pending", "lost");
    sum = print_account(machine, LATCHED, &library, delivered);
    print_line("sum", &sum);
    printf("level conditions (injected: taken, by the library's counter)\n");
    lost = print_account(machine, LEVEL, &library, delivered).lost;
    printf("orders (delivered: changes of the CPU that the VMM observed)\n");
    lost += print_account(machine, ORDER, &library, delivered).lost;
    lost += sum.lost;

    if (machine->options.check_invariants)
        printf("invariants: checked %" PRIu64 " times\n", machine->checks);
    good = books_agree(machine, &library);
    good = proc_interrupts_print(machine) && good;
    good = guest_verdict(machine) && good && lost == 0 &&
           sum.injected >= machine->options.minimum &&
           sum.delivered >= machine->options.minimum;
    printf("demo: injected=%" PRIu64 " delivered=%" PRIu64 " lost=%" PRIu64
           " result=%s\n",
           sum.injected, sum.delivered, lost, good ? "ok" : "failed");
    return good;
}
