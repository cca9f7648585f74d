/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Explanations as lines that a person reads. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"

#define LINE 320

/* A line under construction; what does not fit is cut. */
struct line {
    char text[LINE];
    size_t length;
    const char *separator;
};

/* The caller's buffer, and how long the text is. */
struct page {
    char *text;
    size_t room;
    size_t length;
};

static void append(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct line *line, const char *format, ...)
{
    size_t room = sizeof line->text - line->length;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line->text + line->length, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        line->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void append_payload(struct line *line,
                           const struct s390irq_interruption *what)
{
    switch (what->kind) {
    case S390IRQ_KIND_MALFUNCTION_ALERT:
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_EXTERNAL_CALL:
        append(line, " from CPU %u", what->source);
        break;
    case S390IRQ_KIND_PROGRAM:
        append(line, " code %04x", what->u.program.code);
        break;
    case S390IRQ_KIND_SUPERVISOR_CALL:
        append(line, " code %02x", what->source);
        break;
    case S390IRQ_KIND_SERVICE_SIGNAL:
    case S390IRQ_KIND_MEASUREMENT_ALERT:
        append(line, " parameter %08" PRIx32, what->parameter);
        break;
    case S390IRQ_KIND_IUCV:
        append(line, " subcode %04x", what->source);
        break;
    case S390IRQ_KIND_PFAULT_INIT:
    case S390IRQ_KIND_PFAULT_DONE:
    case S390IRQ_KIND_VIRTIO:
        append(line, " parameter %016" PRIx64, what->parameter64);
        break;
    case S390IRQ_KIND_MACHINE_CHECK:
        append(line, " conditions %016" PRIx64,
               what->u.machine_check.conditions);
        break;
    case S390IRQ_KIND_IO:
        append(line, " subchannel %08" PRIx32 " parameter %08" PRIx32,
               what->u.io.subchannel, what->parameter);
        break;
    default:
        break;
    }
}

static void append_name(struct line *line,
                        const struct s390irq_explanation *explanation)
{
    const struct s390irq_interruption *what = &explanation->interruption;

    append(line, "%s", s390irq_kind_name(what->kind));
    if (what->kind == S390IRQ_KIND_IO || what->kind == S390IRQ_KIND_ADAPTER)
        append(line, " ISC %u", S390IRQ_IO_ISC(what->u.io.word));
    if (explanation->adapter != S390IRQ_NO_CPU)
        append(line, " of adapter %" PRIu32, explanation->adapter);
    append_payload(line, what);
    if (explanation->floating)
        append(line, ", floating");
}

/* Reasons that are one text each. */
static const struct {
    uint32_t held;
    const char *text;
} reasons[] = {
    { S390IRQ_HELD_STOPPED, "the CPU is stopped" },
    { S390IRQ_HELD_CHECK_STOP, "the CPU is in the check-stop state" },
    { S390IRQ_HELD_PAUSED, "the VM is paused" },
    { S390IRQ_HELD_PSW_EXTERNAL, "PSW bit 7 (external) is zero" },
    { S390IRQ_HELD_PSW_IO, "PSW bit 6 (I/O) is zero" },
    { S390IRQ_HELD_PSW_MACHINE_CHECK, "PSW bit 13 (machine check) is zero" },
    { S390IRQ_HELD_IN_HAND, "prepared, not yet committed" },
    { S390IRQ_HELD_SUPPRESSED, "suppressed by the AIS mode of its ISC" },
    { S390IRQ_HELD_ADAPTER_MASKED, "its adapter is masked" },
};

static void append_reason(struct line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append_reason(struct line *line, const char *format, ...)
{
    char reason[96];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    append(line, "%s%s", line->separator, reason);
    line->separator = "; ";
}

static void append_reasons(struct line *line,
                           const struct s390irq_explanation *explanation)
{
    size_t at;

    line->separator = ": ";
    for (at = 0; at < sizeof reasons / sizeof reasons[0]; at++)
        if (explanation->held & reasons[at].held)
            append_reason(line, "%s", reasons[at].text);
    if (explanation->held & S390IRQ_HELD_SUBMASK)
        append_reason(line, "CR%u bit %u is zero", explanation->control,
                      63 - si_bits_highest(explanation->submask));
    if (explanation->held & S390IRQ_HELD_OUTRANKED)
        append_reason(line, "%s is taken first",
                      s390irq_kind_name(explanation->outranked_by));
    if (!explanation->held)
        append_reason(line, "nothing, the next deliver takes it");
}

static void put(struct page *page, const char *text, size_t length)
{
    if (page->length < page->room) {
        size_t room = page->room - page->length;

        memcpy(page->text + page->length, text, length < room ? length : room);
    }
    page->length += length;
}

static void write_line(void *to, const struct s390irq_explanation *explanation)
{
    struct line line;

    line.length = 0;
    append_name(&line, explanation);
    append_reasons(&line, explanation);
    put(to, line.text, line.length);
    put(to, "\n", 1);
}

int s390irq_vcpu_explain_text(struct s390irq_vcpu *vcpu, char *text,
                              size_t *length)
{
    struct page page;
    int rc = si_machine_check(vcpu);

    if (!length || (!text && *length))
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    page.text = text;
    page.room = *length;
    page.length = 0;
    si_explain(vcpu, write_line, &page);
    put(&page, "", 1);
    if (page.length > page.room && page.room)
        text[page.room - 1] = '\0';
    *length = page.length;
    return page.length > page.room ? S390IRQ_E_BUFFER : 0;
}
