/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All CPUs take turns on one thread. A turn: deliver, run guest code until
 * the library has something to do or the guest needs the host, and again,
 * until the CPU waits or its slice is over. There is no flag of "please
 * exit" that could be cleared too late: the block hook reads the library's
 * own words.
 */
#include "loop.h"

#include "firmware/console.h"
#include "instructions/instructions.h"
#include "invariants.h"
#include "storage/storage.h"
#include "swaps.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* Blocks of instructions in a turn. */
#define SLICE 20000

/* So many LOOP answers in a row and the guest is taken for lost. */
#define LOOP_LIMIT 1000

bool loop_block(void *opaque)
{
    struct machine *machine = opaque;
    struct cpu *cpu = machine->running;

    clock_advance(&machine->clock, CLOCK_BLOCK);
    machine->blocks++;
    if (machine->slice == 0)
        return true;
    machine->slice--;
    return s390irq_attention(&cpu->poll) ||
           events_due(&machine->events, machine->clock.tod) ||
           (machine->next_stop_tod != S390IRQ_NEVER &&
            clock_tod(&machine->clock) >= machine->next_stop_tod);
}

/*
 * For tests: one delivery is undone, as if it had got lost on the way. It is
 * the first from the wanted number on that came alone and was no restart,
 * which could not be taken back.
 */
static void suppress(struct machine *machine, struct cpu *cpu,
                     const struct s390irq_report *report, uint64_t mask,
                     uint64_t address)
{
    const uint32_t restart = 1u << S390IRQ_KIND_RESTART;
    uint64_t *number = &machine->options.suppress;

    if (*number == 0)
        return;
    if (report->taken<*number && * number> 1) {
        *number -= report->taken;
        return;
    }
    *number = 1;
    if (report->taken != 1 || report->taken_kinds & restart)
        return;
    *number = 0;
    cpu->registers.psw_mask = mask;
    cpu->registers.psw_address = address;
    cpu->must_deliver = true;
    console_end_line(machine);
    printf("this delivery is suppressed: CPU %u does not see it\n",
           cpu->address);
}

static void deliver(struct machine *machine, struct cpu *cpu)
{
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    uint64_t mask = cpu->registers.psw_mask;
    uint64_t address = cpu->registers.psw_address;
    bool operated = s390irq_vcpu_state(cpu->vcpu) == S390IRQ_STATE_OPERATING;

    cpu->must_deliver = false;
    cpu->answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, &report);
    if (cpu->answer < 0) {
        machine_fail(machine, s390irq_strerror(cpu->answer));
        return;
    }
    cpu->deadline = report.deadline_tod;
    counts_delivered(cpu, &report);
    if (operated && cpu->answer == S390IRQ_STOPPED)
        counts_stopped(cpu);
    if (operated && cpu->answer == S390IRQ_CHECK_STOP)
        counts_check_stopped(machine);
    cpu->loops = cpu->answer == S390IRQ_LOOP ? cpu->loops + 1 : 0;
    if (cpu->loops > LOOP_LIMIT)
        machine_fail(machine, "the guest is in a loop of interruptions");
    if (report.changed & S390IRQ_CHANGED_CLEAR)
        engine_clear_cpu(&machine->engine, &cpu->engine);
    if (cpu->answer == S390IRQ_RUN)
        suppress(machine, cpu, &report, mask, address);
    swaps_observe(cpu, mask, address);
}

static void supervisor_call(struct cpu *cpu, const struct engine_exit *exit)
{
    cpu->registers.psw_address =
        storage_wrap(cpu, cpu->registers.psw_address + exit->length);
    counts_injected(
        cpu->machine, S390IRQ_KIND_SUPERVISOR_CALL,
        s390irq_vcpu_supervisor_call(cpu->vcpu, exit->code, exit->length));
    cpu->must_deliver = true;
}

static void run_guest(struct machine *machine, struct cpu *cpu)
{
    uint64_t now = clock_tod(&machine->clock);
    const struct engine_exit *exit;

    machine->next_stop_tod =
        cpu->deadline > now ? cpu->deadline : S390IRQ_NEVER;
    exit = engine_run(&machine->engine, &cpu->engine, &cpu->registers);
    clock_advance(&machine->clock, CLOCK_EXIT);
    /* An exit counts as a block: some come without one. */
    if (machine->slice > 0)
        machine->slice--;
    if (exit->reason == ENGINE_PROGRAM)
        instructions_execute(cpu, exit);
    else if (exit->reason == ENGINE_SUPERVISOR_CALL)
        supervisor_call(cpu, exit);
    else if (exit->reason == ENGINE_FAILED)
        machine_fail(machine, exit->error);
}

static void fire_timer(struct machine *machine, struct cpu *cpu)
{
    if (clock_tod(&machine->clock) < cpu->deadline)
        return;
    cpu->deadline = S390IRQ_NEVER;
    s390irq_vcpu_timer_fired(cpu->vcpu);
}

static void take_turn(struct machine *machine, struct cpu *cpu)
{
    machine->running = cpu;
    machine->slice = SLICE;
    /* Who waits for a lock asks, and gives its turn away if it is not. */
    s390irq_vcpu_set_dispatched(cpu->vcpu, true);
    cpu->yields = false;
    cpu->must_deliver = true;
    while (!machine->failed && machine->slice > 0 && !cpu->yields) {
        if (cpu->must_deliver || s390irq_attention(&cpu->poll))
            deliver(machine, cpu);
        if (cpu->answer != S390IRQ_RUN)
            break;
        if (!cpu->must_deliver)
            run_guest(machine, cpu);
        events_run(machine);
        fire_timer(machine, cpu);
        invariants_check(machine);
    }
    /* What the last instruction caused does not wait for the next turn. */
    if (cpu->must_deliver && !machine->failed)
        deliver(machine, cpu);
    s390irq_vcpu_set_dispatched(cpu->vcpu, false);
    invariants_check(machine);
}

/* Gives a turn to every CPU that can use it; false: none could. */
static bool round_of_turns(struct machine *machine)
{
    bool any = false;

    events_run(machine);
    if (machine->keyboard.open)
        keyboard_wait(machine, 0);
    for (uint32_t i = 0; i < machine->options.cpus; i++) {
        struct cpu *cpu = &machine->cpus[i];

        fire_timer(machine, cpu);
        if (cpu->answer != S390IRQ_RUN && !s390irq_attention(&cpu->poll))
            continue;
        take_turn(machine, cpu);
        any = true;
    }
    return any;
}

/* The first timer of a CPU that waits, S390IRQ_NEVER: there is none. */
static uint64_t first_timer(const struct machine *machine)
{
    uint64_t first = S390IRQ_NEVER;

    for (uint32_t i = 0; i < machine->options.cpus; i++) {
        const struct cpu *cpu = &machine->cpus[i];

        if (cpu->answer == S390IRQ_WAIT && cpu->deadline < first)
            first = cpu->deadline;
    }
    return first;
}

static bool any_waits(const struct machine *machine)
{
    for (uint32_t i = 0; i < machine->options.cpus; i++) {
        if (machine->cpus[i].answer == S390IRQ_WAIT)
            return true;
    }
    return false;
}

/* No CPU can go on: up to the first timer or event; false: there is none. */
static bool wait_for_something(struct machine *machine)
{
    const struct events *events = &machine->events;
    uint64_t timer = first_timer(machine);

    if (events->count != 0 &&
        (machine->clock.host || events->event[0].tod < timer))
        clock_skip_to(&machine->clock, events->event[0].tod);
    else if (machine->keyboard.open && any_waits(machine))
        keyboard_wait(machine, timer == S390IRQ_NEVER
                                   ? UINT64_MAX
                                   : clock_ns_until(&machine->clock, timer));
    else if (timer != S390IRQ_NEVER)
        clock_idle_until(&machine->clock, timer);
    else
        return false;
    return true;
}

/* Kernels unpack themselves before they say a word. */
static void show_progress(const struct machine *machine, uint64_t seconds)
{
    if (machine->options.boot.kernel && !machine->console.any_output)
        fprintf(stderr,
                "s390irq-vmm: the kernel unpacks itself: %" PRIu64
                " s, %" PRIu64 " million blocks of instructions\n",
                seconds, machine->blocks / 1000000);
}

static void check_time(struct machine *machine, time_t began)
{
    const unsigned step = 2;
    uint64_t limit = machine->options.seconds;
    uint64_t seconds = (uint64_t)difftime(time(NULL), began);

    if (seconds >= machine->shown + step) {
        machine->shown = seconds;
        show_progress(machine, seconds);
    }
    if (limit != 0 && seconds > limit)
        machine_fail(machine, "the time limit is reached");
}

/* A disabled wait of CPU 0 is a guest's last word. */
static bool ended(const struct machine *machine)
{
    const struct cpu *cpu = &machine->cpus[0];

    return machine->failed || machine->left ||
           (cpu->answer == S390IRQ_WAIT_DISABLED &&
            !s390irq_attention(&cpu->poll));
}

void loop_run(struct machine *machine)
{
    time_t began = time(NULL);

    if (machine->options.interactive)
        keyboard_open(machine);
    while (!ended(machine)) {
        if (!round_of_turns(machine) && !wait_for_something(machine))
            break;
        check_time(machine, began);
    }
    machine->running = NULL;
    keyboard_close(machine);
    console_end_line(machine);
}
