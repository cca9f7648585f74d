/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/trace.h"

#include "machine.h"
#include "trace/due.h"
#include "trace/json.h"
#include "trace/lines.h"
#include "trace/pending.h"

/* Since when the timer was due that has been delivered. */
static uint64_t since(struct machine *machine, struct cpu *cpu,
                      const struct s390irq_trace *event)
{
    uint64_t guest_tod = event->tod;

    if (!cpu)
        return event->tod;
    due_look(&cpu->due, &cpu->registers, event->tod);
    if (event->event != S390IRQ_TRACE_DELIVER || !pending_is_level(event->kind))
        return event->tod;
    s390irq_vm_get_tod(machine->vm, &guest_tod);
    return due_tod(&cpu->due, event->kind, event->tod, guest_tod);
}

static void hook(void *vm, void *opaque, const struct s390irq_trace *event)
{
    struct machine *machine = vm;
    struct cpu *cpu = opaque;

    if (machine->options.json)
        json_event(machine->options.json, event, since(machine, cpu, event));
    if (machine->options.deliveries || machine->options.events)
        lines_event(machine, cpu, event);
}

void trace_add_hook(const struct machine_options *options,
                    struct s390irq_host_ops *ops)
{
    if (options->deliveries || options->events || options->json)
        ops->trace = hook;
}
