/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/lines.h"

#include "firmware/console.h"
#include "machine.h"
#include "trace/names.h"

#include <inttypes.h>
#include <stdio.h>

static void inject(const struct s390irq_trace *event)
{
    printf("inject  %s: %s", s390irq_kind_name(event->kind),
           name_of_outcome(event->outcome));
}

static void deliver(const struct s390irq_trace *event)
{
    printf("deliver %s", s390irq_kind_name(event->kind));
    if (event->code)
        printf(" code %04" PRIx32, event->code);
    if (event->parameter)
        printf(" parameter %" PRIx32, event->parameter);
    if (event->parameter64)
        printf(" parameter64 %" PRIx64, event->parameter64);
    printf(" PSW %016" PRIx64 " %" PRIx64 " -> %016" PRIx64 " %" PRIx64,
           event->old_psw_mask, event->old_psw_address, event->new_psw_mask,
           event->new_psw_address);
}

static void answer(const struct s390irq_trace *event)
{
    printf("answer  %s", name_of_answer(event->outcome));
}

static void wake(const struct s390irq_trace *event)
{
    (void)event;
    printf("wake");
}

static void kick(const struct s390irq_trace *event)
{
    (void)event;
    printf("kick");
}

static void state(const struct s390irq_trace *event)
{
    printf("state   %s", name_of_state(event->outcome));
}

static void sigp(const struct s390irq_trace *event)
{
    printf("sigp    order %" PRIu32 " to cpu %" PRIu32 ": cc %" PRId32,
           event->code, event->cpu, event->outcome);
}

static void masks(const struct s390irq_trace *event)
{
    (void)event;
    printf("masks   changed unannounced");
}

static void publish(const struct s390irq_trace *event)
{
    printf("publish %s, open for kinds %08" PRIx32 " ISCs %02" PRIx32,
           name_of_published(event->outcome), event->parameter, event->code);
}

static void interruption(const char *verb, const struct s390irq_trace *event)
{
    printf("%-8s%s", verb, s390irq_kind_name(event->kind));
    if (event->code)
        printf(" code %04" PRIx32, event->code);
}

static void hold(const struct s390irq_trace *event)
{
    interruption("hold", event);
}

static void withdraw(const struct s390irq_trace *event)
{
    interruption("taken", event);
    printf(" by %s", event->outcome ? "TSCH" : "TPI");
}

static void put_back(const struct s390irq_trace *event)
{
    interruption("back", event);
    printf(": %s", name_of_outcome(event->outcome));
}

static void clear(const struct s390irq_trace *event)
{
    if (event->kind)
        interruption("clear", event);
    else
        printf("clear   kinds %08" PRIx32, event->parameter);
    printf(": %" PRId32, event->outcome);
}

void lines_event(struct machine *machine, const struct cpu *cpu,
                 const struct s390irq_trace *event)
{
    static void (*const printers[])(const struct s390irq_trace *) = {
        [S390IRQ_TRACE_INJECT] = inject,
        [S390IRQ_TRACE_DELIVER] = deliver,
        [S390IRQ_TRACE_ANSWER] = answer,
        [S390IRQ_TRACE_WAKE] = wake,
        [S390IRQ_TRACE_KICK] = kick,
        [S390IRQ_TRACE_STATE] = state,
        [S390IRQ_TRACE_SIGP] = sigp,
        [S390IRQ_TRACE_MASKS] = masks,
        [S390IRQ_TRACE_PUBLISH] = publish,
        [S390IRQ_TRACE_HOLD] = hold,
        [S390IRQ_TRACE_WITHDRAW] = withdraw,
        [S390IRQ_TRACE_PUT_BACK] = put_back,
        [S390IRQ_TRACE_CLEAR] = clear,
    };
    const size_t count = sizeof printers / sizeof printers[0];

    if (event->event >= count || !printers[event->event] ||
        (!machine->options.events && event->event != S390IRQ_TRACE_DELIVER))
        return;
    console_end_line(machine);
    if (cpu)
        printf("cpu %" PRIu32 "  ", cpu->address);
    else
        printf("floating  ");
    printers[event->event](event);
    putchar('\n');
}
