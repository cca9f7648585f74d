/* SPDX-License-Identifier: BSD-3-Clause */
#include "invariants.h"

#include "machine.h"

#include <stdio.h>

static void explain(struct cpu *cpu)
{
    char text[4096];
    size_t length = sizeof text;

    if (s390irq_vcpu_explain_text(cpu->vcpu, text, &length) == 0)
        fputs(text, stderr);
}

/*
 * A timer that is due by now is no mistake: the loop fires it in its next
 * round, and goes by the deadline that the library told it. (The clock is
 * looked at last, for it may be the host's.)
 */
static bool sleeps_rightly(struct cpu *cpu)
{
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;

    if (cpu->answer == S390IRQ_RUN || s390irq_attention(&cpu->poll))
        return true;
    if (s390irq_vcpu_get_cpu(cpu->vcpu, &registers) != 0)
        return false;
    return s390irq_vcpu_has_interruption(cpu->vcpu, &registers) == 0 ||
           cpu->deadline <= clock_tod(&cpu->machine->clock);
}

void invariants_check(struct machine *machine)
{
    if (!machine->options.check_invariants || machine->failed)
        return;
    machine->checks++;
    for (uint32_t i = 0; i < machine->options.cpus; i++) {
        if (sleeps_rightly(&machine->cpus[i]))
            continue;
        machine->running = &machine->cpus[i];
        explain(&machine->cpus[i]);
        machine_fail(machine, "an interruption that could be delivered sleeps");
        return;
    }
}
