/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace.h"

#include "firmware/console.h"
#include "machine.h"

#include <inttypes.h>
#include <stdio.h>

static const char *name_of(const char *const *names, size_t count, int number)
{
    return number >= 0 && (size_t)number < count && names[number]
               ? names[number]
               : "?";
}

#define NAME_OF(names, number) \
    name_of(names, sizeof(names) / sizeof(names)[0], number)

static void inject(const struct s390irq_trace *event)
{
    static const char *const outcomes[] = {
        [S390IRQ_QUEUED] = "queued",
        [S390IRQ_BUSY] = "busy",
        [S390IRQ_COALESCED] = "coalesced",
        [S390IRQ_FULL] = "full",
        [S390IRQ_CLOSED] = "closed",
        [S390IRQ_SUPPRESSED] = "suppressed",
        [S390IRQ_REMEMBERED] = "remembered",
    };

    printf("inject  %s: %s", s390irq_kind_name(event->kind),
           NAME_OF(outcomes, event->outcome));
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
    static const char *const answers[] = {
        [S390IRQ_RUN] = "run",
        [S390IRQ_WAIT] = "wait",
        [S390IRQ_WAIT_DISABLED] = "disabled wait",
        [S390IRQ_STOPPED] = "stopped",
        [S390IRQ_CHECK_STOP] = "check-stop",
        [S390IRQ_LOOP] = "loop",
        [S390IRQ_PAUSED] = "paused",
    };

    printf("answer  %s", NAME_OF(answers, event->outcome));
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
    static const char *const states[] = {
        [S390IRQ_STATE_OPERATING] = "operating",
        [S390IRQ_STATE_STOPPED] = "stopped",
        [S390IRQ_STATE_CHECK_STOP] = "check-stop",
    };

    printf("state   %s", NAME_OF(states, event->outcome));
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

void trace_hook(void *opaque, void *cpu, const struct s390irq_trace *event)
{
    static void (*const printers[])(const struct s390irq_trace *) = {
        [S390IRQ_TRACE_INJECT] = inject, [S390IRQ_TRACE_DELIVER] = deliver,
        [S390IRQ_TRACE_ANSWER] = answer, [S390IRQ_TRACE_WAKE] = wake,
        [S390IRQ_TRACE_KICK] = kick,     [S390IRQ_TRACE_STATE] = state,
        [S390IRQ_TRACE_SIGP] = sigp,     [S390IRQ_TRACE_MASKS] = masks,
    };
    struct machine *machine = opaque;
    const size_t count = sizeof printers / sizeof printers[0];

    if (event->event >= count || !printers[event->event] ||
        (!machine->options.trace && event->event != S390IRQ_TRACE_DELIVER))
        return;
    console_end_line(machine);
    if (cpu)
        printf("cpu %" PRIu32 "  ", ((struct cpu *)cpu)->address);
    else
        printf("floating  ");
    printers[event->event](event);
    putchar('\n');
}
