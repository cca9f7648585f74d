/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/json.h"

#include "trace/names.h"
#include "trace/pending.h"
#include "trace/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What became of the interruptions of a kind, as the trace tells it. */
struct counts_of_kind {
    uint64_t injected, delivered, coalesced, refused, cleared, pending;
};

/* What a track shows now, so that only changes are written. */
struct track {
    bool answered, published;
    int32_t answer, how;
    uint32_t kinds, iscs;
};

struct json {
    struct writer writer;
    uint32_t cpus;
    struct pending pending;
    struct counts_of_kind counts[S390IRQ_KIND_LIMIT];
    struct latency latency[S390IRQ_KIND_LIMIT];
    struct track track[]; /* of each CPU */
};

static uint32_t track_of(const struct json *json, uint32_t cpu)
{
    return cpu < json->cpus ? TRACK_CPU(cpu) : TRACK_VM;
}

static void put_arrow(struct json *json, uint32_t track, const char *phase,
                      const struct pending_item *item)
{
    writer_arrow(&json->writer, track, phase, item->flow,
                 s390irq_kind_name(item->kind));
}

/* For each thing that the event did to what pends. */
static void put_arrows(struct json *json, uint32_t track)
{
    static const char *const phases[PENDING_FATES] = {
        [PENDING_QUEUED] = "s",    [PENDING_JOINED] = "t",
        [PENDING_DELIVERED] = "f", [PENDING_WITHDRAWN] = "f",
        [PENDING_CLEARED] = "f",   [PENDING_RETURNED] = "s",
        [PENDING_MERGED] = "f",
    };
    const struct pending *pending = &json->pending;

    for (size_t i = 0; i < pending->changes; i++)
        put_arrow(json, track, phases[pending->change[i].fate],
                  &pending->change[i].item);
}

static void put_place(struct json *json, const char *name, uint32_t cpu)
{
    if (cpu == S390IRQ_NO_CPU)
        writer_argument(&json->writer, name, "\"VM\"");
    else
        writer_argument(&json->writer, name, "\"CPU %" PRIu32 "\"", cpu);
}

static void put_class(struct json *json, const struct s390irq_trace *event)
{
    writer_argument(&json->writer, "class", "\"%s\"",
                    s390irq_kind_name(event->kind));
}

static void put_payload(struct json *json, const struct s390irq_trace *event)
{
    if (event->code)
        writer_argument(&json->writer, "code", "\"%04" PRIx32 "\"",
                        event->code);
    writer_argument(&json->writer, "parameter", "\"%" PRIx32 "\"",
                    event->parameter);
    if (event->parameter64)
        writer_argument(&json->writer, "parameter64", "\"%016" PRIx64 "\"",
                        event->parameter64);
}

/* A signal is seen where it is sent from. */
static uint32_t where_injected(const struct s390irq_trace *event)
{
    return event->kind == S390IRQ_KIND_EMERGENCY_SIGNAL ||
                   event->kind == S390IRQ_KIND_EXTERNAL_CALL ||
                   event->kind == S390IRQ_KIND_MALFUNCTION_ALERT
               ? event->parameter
               : event->cpu;
}

static uint64_t how_many(const struct pending *pending, enum pending_fate fate)
{
    uint64_t count = 0;

    for (size_t i = 0; i < pending->changes; i++)
        count += pending->change[i].fate == fate;
    return count;
}

static void count_injection(struct json *json,
                            const struct s390irq_trace *event, uint64_t parts)
{
    struct counts_of_kind *counts = &json->counts[event->kind];

    counts->injected += parts;
    if (event->outcome == S390IRQ_QUEUED || event->outcome == S390IRQ_COALESCED)
        counts->coalesced += parts - how_many(&json->pending, PENDING_QUEUED);
    else
        counts->refused += parts;
}

static void put_delivery(struct json *json, const struct s390irq_trace *event,
                         uint64_t due_tod);

static void inject(struct json *json, const struct s390irq_trace *event)
{
    uint32_t track = track_of(json, where_injected(event));
    uint64_t parts = pending_parts(event);

    count_injection(json, event, parts);
    writer_slice(&json->writer, track, "inject", "inject",
                 s390irq_kind_name(event->kind));
    put_class(json, event);
    put_place(json, "for", event->cpu);
    writer_argument(&json->writer, "outcome", "\"%s\"",
                    name_of_outcome(event->outcome));
    writer_argument(&json->writer, "count", "%" PRIu64, parts);
    writer_argument(&json->writer, "queued", "%" PRIu64,
                    how_many(&json->pending, PENDING_QUEUED));
    put_payload(json, event);
    writer_end_slice(&json->writer);
    if (event->kind != S390IRQ_KIND_SET_PREFIX) {
        put_arrows(json, track);
    } else if (json->pending.changes == 2) {
        put_arrow(json, track, "s", &json->pending.change[0].item);
        json->pending.change[0] = json->pending.change[1];
        json->pending.changes = 1;
        put_delivery(json, event, event->tod);
    }
}

static void put_psws(struct json *json, const struct s390irq_trace *event)
{
    writer_argument(&json->writer, "old PSW",
                    "\"%016" PRIx64 " %016" PRIx64 "\"", event->old_psw_mask,
                    event->old_psw_address);
    writer_argument(&json->writer, "new PSW",
                    "\"%016" PRIx64 " %016" PRIx64 "\"", event->new_psw_mask,
                    event->new_psw_address);
}

/* How long it waited, one part of a delivery after the other. */
static void put_wait(struct json *json, uint32_t kind, uint64_t tod_units,
                     bool first)
{
    latency_add(&json->latency[kind], tod_units);
    fprintf(json->writer.file, "%s%.6f", first ? "" : ",",
            latency_microseconds(tod_units));
}

/* Every part has its arrow and its time; what nobody injected has a time. */
static void put_waits(struct json *json, const struct s390irq_trace *event,
                      uint64_t due_tod)
{
    const struct pending *pending = &json->pending;

    writer_argument(&json->writer, "waited", "[");
    for (size_t i = 0; i < pending->changes; i++)
        put_wait(json, event->kind,
                 event->tod - pending->change[i].item.since_tod, i == 0);
    if (pending_is_level(event->kind))
        put_wait(json, event->kind, event->tod - due_tod, true);
    fputc(']', json->writer.file);
}

static void put_delivery(struct json *json, const struct s390irq_trace *event,
                         uint64_t due_tod)
{
    uint64_t parts = how_many(&json->pending, PENDING_DELIVERED);
    uint64_t count = parts ? parts : 1;
    uint32_t track = track_of(json, event->cpu);

    json->counts[event->kind].delivered += count;
    writer_slice(&json->writer, track, "deliver", "deliver",
                 s390irq_kind_name(event->kind));
    put_class(json, event);
    writer_argument(&json->writer, "count", "%" PRIu64, count);
    put_payload(json, event);
    put_waits(json, event, due_tod);
    if (event->event == S390IRQ_TRACE_DELIVER)
        put_psws(json, event);
    writer_end_slice(&json->writer);
    put_arrows(json, track);
}

static void hold(struct json *json, const struct s390irq_trace *event)
{
    writer_slice(&json->writer, track_of(json, event->cpu), "hold", "hold",
                 s390irq_kind_name(event->kind));
    put_class(json, event);
    put_payload(json, event);
    writer_end_slice(&json->writer);
}

/* TEST PENDING INTERRUPTION gives it to the guest as a delivery does. */
static void withdraw(struct json *json, const struct s390irq_trace *event)
{
    bool named = event->outcome != 0;
    struct counts_of_kind *counts = &json->counts[event->kind];

    *(named ? &counts->cleared : &counts->delivered) += 1;
    writer_slice(&json->writer, TRACK_VM, named ? "withdraw" : "hand over",
                 named ? "withdraw" : "hand over",
                 s390irq_kind_name(event->kind));
    put_class(json, event);
    writer_argument(&json->writer, "by", "\"%s\"",
                    named ? "TEST SUBCHANNEL" : "TEST PENDING INTERRUPTION");
    put_payload(json, event);
    writer_end_slice(&json->writer);
    put_arrows(json, TRACK_VM);
}

/* What was counted when the host took it is undone. */
static const char *undo(struct json *json, const struct s390irq_trace *event)
{
    struct counts_of_kind *counts = &json->counts[event->kind];
    bool named = json->pending.changes && json->pending.change[0].item.named;

    if (event->cpu != S390IRQ_NO_CPU)
        return "hold";
    *(named ? &counts->cleared : &counts->delivered) -= 1;
    return named ? "withdraw" : "hand over";
}

static void put_back(struct json *json, const struct s390irq_trace *event)
{
    struct counts_of_kind *counts = &json->counts[event->kind];
    uint64_t cleared = how_many(&json->pending, PENDING_CLEARED);
    uint64_t merged = how_many(&json->pending, PENDING_MERGED);
    uint32_t track = track_of(json, event->cpu);

    writer_slice(&json->writer, track, "put back", "put back",
                 s390irq_kind_name(event->kind));
    put_class(json, event);
    writer_argument(&json->writer, "undoes", "\"%s\"", undo(json, event));
    writer_argument(&json->writer, "cleared", "%" PRIu64, cleared);
    writer_argument(&json->writer, "coalesced", "%" PRIu64, merged);
    put_payload(json, event);
    writer_end_slice(&json->writer);
    counts->cleared += cleared;
    counts->coalesced += merged;
    put_arrows(json, track);
}

static void put_cleared_classes(struct json *json)
{
    uint64_t cleared[S390IRQ_KIND_LIMIT] = { 0 };
    const char *separator = "";

    for (size_t i = 0; i < json->pending.changes; i++)
        cleared[json->pending.change[i].item.kind]++;
    writer_argument(&json->writer, "classes", "{");
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++) {
        if (!cleared[kind])
            continue;
        fprintf(json->writer.file, "%s\"%s\":%" PRIu64, separator,
                s390irq_kind_name(kind), cleared[kind]);
        separator = ",";
        json->counts[kind].cleared += cleared[kind];
    }
    fputc('}', json->writer.file);
}

static void clear(struct json *json, const struct s390irq_trace *event)
{
    uint32_t track = track_of(json, event->cpu);

    writer_slice(&json->writer, track, "clear", "clear",
                 event->kind ? s390irq_kind_name(event->kind) : "");
    put_cleared_classes(json);
    if (event->kind)
        writer_argument(&json->writer, "code", "\"%08" PRIx32 "\"",
                        event->code);
    writer_end_slice(&json->writer);
    put_arrows(json, track);
}

static void wake(struct json *json, const struct s390irq_trace *event)
{
    bool wakes = event->event == S390IRQ_TRACE_WAKE;

    writer_slice(&json->writer, track_of(json, event->cpu), "wake",
                 wakes ? "wake" : "kick", "");
    if (event->kind)
        writer_argument(&json->writer, "for", "\"%s\"",
                        s390irq_kind_name(event->kind));
    writer_end_slice(&json->writer);
}

static void state(struct json *json, const struct s390irq_trace *event)
{
    if (event->kind)
        put_delivery(json, event, event->tod);
    writer_slice(&json->writer, track_of(json, event->cpu), "state",
                 event->outcome ? name_of_state(event->outcome) : "unplugged",
                 "");
    writer_end_slice(&json->writer);
}

static void sigp(struct json *json, const struct s390irq_trace *event)
{
    writer_slice(&json->writer, track_of(json, event->parameter), "sigp",
                 "SIGP", name_of_order(event->code));
    writer_argument(&json->writer, "to", "\"CPU %" PRIu32 "\"", event->cpu);
    writer_argument(&json->writer, "cc", "%" PRId32, event->outcome);
    writer_argument(&json->writer, "parameter", "\"%" PRIx64 "\"",
                    event->parameter64);
    if (event->status)
        writer_argument(&json->writer, "status", "\"%08" PRIx32 "\"",
                        event->status);
    writer_end_slice(&json->writer);
}

static void put_kinds(struct json *json, const char *name, uint32_t kinds)
{
    const char *separator = "";

    writer_argument(&json->writer, name, "\"");
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++) {
        if (!(kinds >> kind & 1))
            continue;
        fprintf(json->writer.file, "%s%s", separator, s390irq_kind_name(kind));
        separator = ", ";
    }
    fputc('"', json->writer.file);
}

static void publish(struct json *json, const struct s390irq_trace *event)
{
    const uint32_t always_open =
        1u << S390IRQ_KIND_RESTART | 1u << S390IRQ_KIND_STOP;
    struct track *track = &json->track[event->cpu];

    if (track->published && track->how == event->outcome &&
        track->kinds == event->parameter && track->iscs == event->code)
        return;
    writer_slice(&json->writer, TRACK_CPU(event->cpu), "publish", "publish",
                 "");
    writer_argument(&json->writer, "how", "\"%s\"",
                    name_of_published(event->outcome));
    put_kinds(json, "open for", event->parameter & ~always_open);
    if (event->code)
        writer_argument(&json->writer, "ISCs", "\"%02" PRIx32 "\"",
                        event->code);
    writer_end_slice(&json->writer);
    track->published = true;
    track->how = event->outcome;
    track->kinds = event->parameter;
    track->iscs = event->code;
}

static void end_answer(struct json *json, uint32_t cpu)
{
    if (!json->track[cpu].answered)
        return;
    writer_leave(&json->writer, TRACK_CPU(cpu));
}

/* What the CPU does until the next answer: a slice behind all the others. */
static void answer(struct json *json, const struct s390irq_trace *event)
{
    struct track *track = &json->track[event->cpu];

    if (track->answered && track->answer == event->outcome)
        return;
    end_answer(json, event->cpu);
    track->answered = true;
    track->answer = event->outcome;
    writer_enter(&json->writer, TRACK_CPU(event->cpu), "answer",
                 event->outcome < 0 ? s390irq_strerror(event->outcome)
                                    : name_of_answer(event->outcome));
}

void json_event(struct json *json, const struct s390irq_trace *event,
                uint64_t due_tod)
{
    static void (*const writers[])(struct json *,
                                   const struct s390irq_trace *) = {
        [S390IRQ_TRACE_INJECT] = inject,
        [S390IRQ_TRACE_ANSWER] = answer,
        [S390IRQ_TRACE_WAKE] = wake,
        [S390IRQ_TRACE_KICK] = wake,
        [S390IRQ_TRACE_STATE] = state,
        [S390IRQ_TRACE_SIGP] = sigp,
        [S390IRQ_TRACE_PUBLISH] = publish,
        [S390IRQ_TRACE_HOLD] = hold,
        [S390IRQ_TRACE_WITHDRAW] = withdraw,
        [S390IRQ_TRACE_PUT_BACK] = put_back,
        [S390IRQ_TRACE_CLEAR] = clear,
    };

    writer_time(&json->writer, event->tod);
    pending_event(&json->pending, event);
    if (event->event == S390IRQ_TRACE_DELIVER)
        put_delivery(json, event, due_tod);
    else if (event->event < sizeof writers / sizeof *writers &&
             writers[event->event])
        writers[event->event](json, event);
}

const struct latency *json_latencies(const struct json *json)
{
    return json->latency;
}

struct json *json_open(const char *path, const char *guest, uint32_t cpus)
{
    struct json *json = calloc(1, sizeof *json + cpus * sizeof *json->track);
    char name[32];

    if (!json)
        return NULL;
    json->cpus = cpus;
    if (!writer_open(&json->writer, path, guest)) {
        free(json);
        return NULL;
    }
    writer_name_track(&json->writer, TRACK_VM, "VM");
    for (uint32_t cpu = 0; cpu < cpus; cpu++) {
        snprintf(name, sizeof name, "CPU %" PRIu32, cpu);
        writer_name_track(&json->writer, TRACK_CPU(cpu), name);
    }
    return json;
}

/* Timers, too, are injected as often as delivered. */
static void put_counts(struct json *json)
{
    const char *separator = "";

    for (size_t i = 0; i < json->pending.items; i++)
        json->counts[json->pending.item[i].kind].pending +=
            json->pending.item[i].hand != PENDING_WITH_HOST;
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        struct counts_of_kind *counts = &json->counts[kind];

        if (pending_is_level(kind))
            counts->injected = counts->delivered;
        if (!counts->injected)
            continue;
        fprintf(json->writer.file,
                "%s\n\"%s\":{\"injected\":%" PRIu64 ",\"delivered\":%" PRIu64
                ",\"coalesced\":%" PRIu64 ",\"refused\":%" PRIu64
                ",\"cleared\":%" PRIu64 ",\"pending\":%" PRIu64 "}",
                separator, s390irq_kind_name(kind), counts->injected,
                counts->delivered, counts->coalesced, counts->refused,
                counts->cleared, counts->pending);
        separator = ",";
    }
}

bool json_close(struct json *json)
{
    bool good;

    if (!json)
        return true;
    for (uint32_t cpu = 0; cpu < json->cpus; cpu++)
        end_answer(json, cpu);
    writer_end_events(&json->writer);
    fputs(",\"otherData\":{\"counts\":{", json->writer.file);
    put_counts(json);
    fputs("}}}\n", json->writer.file);
    good = writer_close(&json->writer) && !json->pending.no_memory;
    pending_close(&json->pending);
    free(json);
    return good;
}
