/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/notice.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LINE 160

static void log_line(const struct si_host *host, void *cpu, int level,
                     const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void log_line(const struct si_host *host, void *cpu, int level,
                     const char *format, ...)
{
    char text[LINE];
    va_list arguments;

    if (!host->ops.log || (uint32_t)level > host->log_level)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    host->ops.log(host->opaque, cpu, level, text);
}

/* S-39: the level at which an event is worth a line. */
static int level_of(const struct s390irq_trace *event)
{
    static const uint8_t levels[] = {
        [S390IRQ_TRACE_INJECT] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_DELIVER] = S390IRQ_LOG_DELIVERY,
        [S390IRQ_TRACE_ANSWER] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_WAKE] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_KICK] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_STATE] = S390IRQ_LOG_STATE,
        [S390IRQ_TRACE_SIGP] = S390IRQ_LOG_DELIVERY,
        [S390IRQ_TRACE_MASKS] = S390IRQ_LOG_ERROR,
    };

    return levels[event->event];
}

static void log_event(const struct si_host *host, void *cpu,
                      const struct s390irq_trace *event)
{
    static const char *const what[] = {
        [S390IRQ_TRACE_INJECT] = "inject",
        [S390IRQ_TRACE_DELIVER] = "deliver",
        [S390IRQ_TRACE_ANSWER] = "answer",
        [S390IRQ_TRACE_WAKE] = "wake",
        [S390IRQ_TRACE_KICK] = "kick",
        [S390IRQ_TRACE_STATE] = "state",
        [S390IRQ_TRACE_SIGP] = "sigp",
        [S390IRQ_TRACE_MASKS] = "masks changed without a call",
    };
    const char *kind = event->kind ? s390irq_kind_name(event->kind) : "-";

    if (event->cpu == S390IRQ_NO_CPU)
        log_line(host, cpu, level_of(event), "vm: %s %s code %04x: %d",
                 what[event->event], kind, event->code, event->outcome);
    else
        log_line(host, cpu, level_of(event), "cpu %u: %s %s code %04x: %d",
                 event->cpu, what[event->event], kind, event->code,
                 event->outcome);
}

void si_notice_send(const struct si_host *host, void *cpu,
                    struct s390irq_trace *event)
{
    if (!si_notice_wanted(host))
        return;
    SI_LOCK_ASSERT_NONE();
    event->size = sizeof *event;
    if (host->ops.trace)
        host->ops.trace(host->opaque, cpu, event);
    log_event(host, cpu, event);
}

void si_notice(const struct si_host *host, void *cpu, uint32_t address,
               uint16_t event, uint32_t kind, int outcome, uint32_t code)
{
    if (si_notice_wanted(host)) {
        struct s390irq_trace notice = {
            .event = event,
            .kind = (uint16_t)kind,
            .outcome = outcome,
            .cpu = address,
            .code = code,
        };

        si_notice_send(host, cpu, &notice);
    }
}

void si_notice_status(const struct si_host *host, void *cpu, uint32_t address,
                      const char *why)
{
    SI_LOCK_ASSERT_NONE();
    log_line(host, cpu, S390IRQ_LOG_ERROR, "cpu %u: status not stored: %s",
             address, why);
}

void si_notice_fault(const struct si_host *host, void *cpu, uint32_t address,
                     uint32_t kind, uint64_t absolute)
{
    SI_LOCK_ASSERT_NONE();
    log_line(host, cpu, S390IRQ_LOG_ERROR,
             "cpu %u: %s not delivered: no guest storage at %#" PRIx64, address,
             s390irq_kind_name(kind), absolute);
}
