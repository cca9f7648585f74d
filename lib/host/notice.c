/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "host/notice.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "arch/classes.h"

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
        [S390IRQ_TRACE_PUBLISH] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_HOLD] = S390IRQ_LOG_INJECT,
        [S390IRQ_TRACE_WITHDRAW] = S390IRQ_LOG_DELIVERY,
        [S390IRQ_TRACE_PUT_BACK] = S390IRQ_LOG_DELIVERY,
        [S390IRQ_TRACE_CLEAR] = S390IRQ_LOG_STATE,
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
        [S390IRQ_TRACE_PUBLISH] = "publish",
        [S390IRQ_TRACE_HOLD] = "hold",
        [S390IRQ_TRACE_WITHDRAW] = "withdraw",
        [S390IRQ_TRACE_PUT_BACK] = "put back",
        [S390IRQ_TRACE_CLEAR] = "clear",
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
    SI_LOCK_ASSERT_NONE();
    event->size = sizeof *event;
    if (host->ops.trace) {
        event->tod = si_hooks_tod(host, cpu);
        host->ops.trace(host->opaque, cpu, event);
    }
    log_event(host, cpu, event);
}

/* The external-interruption code of a kind that has one for all. */
static uint32_t code_of(uint32_t kind)
{
    int number = si_classes_of_kind(kind);

    return number < 0 ? 0 : si_classes[number].code;
}

void si_notice_plain(const struct si_host *host, void *cpu, uint32_t address,
                     uint16_t event, uint32_t kind, int outcome, uint32_t code)
{
    struct si_notice_payload payload = { .code = code };

    si_notice_about(host, cpu, address, event, kind, outcome, payload);
}

void si_notice_about(const struct si_host *host, void *cpu, uint32_t address,
                     uint16_t event, uint32_t kind, int outcome,
                     struct si_notice_payload payload)
{
    struct s390irq_trace notice = {
        .event = event,
        .kind = (uint16_t)kind,
        .outcome = outcome,
        .cpu = address,
        .code = payload.code ? payload.code : code_of(kind),
        .parameter = payload.parameter,
        .parameter64 = payload.parameter64,
    };

    si_notice_send(host, cpu, &notice);
}

struct si_notice_payload si_notice_payload(
    const struct s390irq_interruption *what)
{
    int number = si_classes_of_kind(what->kind);
    struct si_notice_payload payload = { 0, what->parameter,
                                         what->parameter64 };

    if (number >= 0 && (si_classes[number].stores & SI_STORES_SOURCE))
        payload.parameter = what->source;
    switch (what->kind) {
    case S390IRQ_KIND_PROGRAM:
        payload.code = what->u.program.code;
        break;
    case S390IRQ_KIND_SUPERVISOR_CALL:
        payload.code = what->source;
        break;
    case S390IRQ_KIND_MACHINE_CHECK:
        payload.parameter64 = what->u.machine_check.conditions;
        break;
    case S390IRQ_KIND_IO:
    case S390IRQ_KIND_ADAPTER:
        payload.code = what->u.io.subchannel;
        payload.parameter64 = what->u.io.word;
        break;
    default:
        break;
    }
    return payload;
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
