/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fault(struct ledger *ledger, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void fault(struct ledger *ledger, const char *format, ...)
{
    va_list arguments;

    if (ledger->fault[0])
        return;
    va_start(arguments, format);
    vsnprintf(ledger->fault, sizeof ledger->fault, format, arguments);
    va_end(arguments);
}

static uint32_t place_of(const struct s390irq_trace *event)
{
    return event->cpu == S390IRQ_NO_CPU ? LEDGER_CPUS : event->cpu;
}

/* A machine check's groups; all other kinds have one part. */
#define GROUPS 6

/* PoP ch. 11, subclasses: each group has a submask, the last one has none. */
static const uint64_t groups[GROUPS] = {
    S390IRQ_MCIC_CHANNEL_REPORT,
    S390IRQ_MCIC_SYSTEM_RECOVERY,
    S390IRQ_MCIC_DEGRADATION,
    S390IRQ_MCIC_TIMING_DAMAGE | S390IRQ_MCIC_EXTERNAL_DAMAGE |
        S390IRQ_MCIC_SERVICE_PROCESSOR | S390IRQ_MCIC_CHANNEL_SUBSYSTEM,
    S390IRQ_MCIC_WARNING,
    S390IRQ_MCIC_SYSTEM_DAMAGE | S390IRQ_MCIC_PROCESSING_DAMAGE,
};

/* The identity of the next part from `from` on; false: there is none. */
static bool next_part(uint32_t kind, uint32_t code, uint32_t parameter,
                      uint64_t parameter64, uint32_t from, uint32_t *identity)
{
    *identity = 0;
    switch (kind) {
    case S390IRQ_KIND_MACHINE_CHECK:
        while (from < GROUPS && !(parameter64 & groups[from]))
            from++;
        *identity = from;
        return from < GROUPS;
    case S390IRQ_KIND_IO:
        *identity = code;
        break;
    case S390IRQ_KIND_ADAPTER:
        *identity = S390IRQ_IO_ISC(parameter64);
        break;
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_MALFUNCTION_ALERT:
        *identity = parameter;
        break;
    default:
        break;
    }
    return from == 0;
}

/* Several of one identity can pend. */
static bool queues(uint32_t kind)
{
    return kind == S390IRQ_KIND_PFAULT_INIT ||
           kind == S390IRQ_KIND_PFAULT_DONE || kind == S390IRQ_KIND_VIRTIO;
}

static struct ledger_item *find(struct ledger *ledger, uint32_t place,
                                uint32_t kind, uint32_t identity, int hand)
{
    for (unsigned i = 0; i < ledger->items; i++) {
        struct ledger_item *item = &ledger->item[i];

        if (item->place == place && item->kind == kind &&
            item->identity == identity && item->hand == hand)
            return item;
    }
    return NULL;
}

static void add(struct ledger *ledger, uint32_t place, uint32_t kind,
                uint32_t identity)
{
    struct ledger_item item = { place, kind, identity, -1, false };

    if (ledger->items < LEDGER_ITEMS)
        ledger->item[ledger->items++] = item;
    else
        fault(ledger, "too much pends");
}

static void drop(struct ledger *ledger, struct ledger_item *item)
{
    *item = ledger->item[--ledger->items];
}

static bool pends_or_is_held(struct ledger *ledger, uint32_t place,
                             uint32_t kind, uint32_t identity)
{
    for (int hand = -1; hand < LEDGER_CPUS; hand++)
        if (find(ledger, place, kind, identity, hand))
            return true;
    return false;
}

/* An indicator that is set already; a stop order for a CPU that is stopped. */
static bool joins_unseen(uint32_t kind)
{
    return kind == S390IRQ_KIND_ADAPTER || kind == S390IRQ_KIND_STOP;
}

static void inject_part(struct ledger *ledger,
                        const struct s390irq_trace *event, uint32_t identity)
{
    uint32_t place = place_of(event);
    bool pends = find(ledger, place, event->kind, identity, -1) != NULL;

    if (event->kind == S390IRQ_KIND_MACHINE_CHECK) {
        if (event->outcome == S390IRQ_COALESCED && !pends)
            fault(ledger, "machine check coalesced with nothing");
        if (!pends)
            add(ledger, place, event->kind, identity);
    } else if (event->outcome == S390IRQ_QUEUED) {
        if (pends && !queues(event->kind))
            fault(ledger, "%s queued, but pends",
                  s390irq_kind_name(event->kind));
        add(ledger, place, event->kind, identity);
    } else if (!joins_unseen(event->kind) &&
               !pends_or_is_held(ledger, place, event->kind, identity)) {
        fault(ledger, "%s coalesced with nothing",
              s390irq_kind_name(event->kind));
    }
}

static void inject(struct ledger *ledger, const struct s390irq_trace *event)
{
    uint32_t identity, from = 0;

    ledger->injected[event->kind]++;
    if (event->outcome != S390IRQ_QUEUED && event->outcome != S390IRQ_COALESCED)
        return;
    if (event->kind == S390IRQ_KIND_SET_PREFIX) {
        ledger->taken[event->kind]++;
        return;
    }
    while (next_part(event->kind, event->code, event->parameter,
                     event->parameter64, from, &identity)) {
        inject_part(ledger, event, identity);
        from = event->kind == S390IRQ_KIND_MACHINE_CHECK ? identity + 1 : 1;
    }
}

static bool is_level(uint32_t kind)
{
    return kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
           kind == S390IRQ_KIND_CPU_TIMER;
}

/* Does something with what pends here or floats; answers how many. */
static unsigned for_pending(
    struct ledger *ledger, const struct s390irq_trace *event, uint32_t identity,
    void (*act)(struct ledger *, struct ledger_item *, int), int hand)
{
    const uint32_t places[] = { place_of(event), LEDGER_CPUS };
    unsigned count = 0;

    for (int i = 0; i < (places[0] == LEDGER_CPUS ? 1 : 2); i++) {
        struct ledger_item *item =
            find(ledger, places[i], event->kind, identity, -1);

        if (!item || (count && event->kind != S390IRQ_KIND_MACHINE_CHECK))
            continue;
        act(ledger, item, hand);
        count++;
    }
    return count;
}

static void move_to_hand(struct ledger *ledger, struct ledger_item *item,
                         int hand)
{
    (void)ledger;
    item->hand = hand;
}

static void forget(struct ledger *ledger, struct ledger_item *item, int hand)
{
    (void)hand;
    drop(ledger, item);
}

/* Every part has pended. Answers how many interruptions these were. */
static unsigned each_part(
    struct ledger *ledger, const struct s390irq_trace *event,
    void (*act)(struct ledger *, struct ledger_item *, int), int hand)
{
    uint32_t identity, from = 0;
    unsigned sum = 0;

    while (next_part(event->kind, event->code, event->parameter,
                     event->parameter64, from, &identity)) {
        unsigned count = for_pending(ledger, event, identity, act, hand);

        if (!count)
            fault(ledger, "event %u: %s did not pend", event->event,
                  s390irq_kind_name(event->kind));
        sum += count;
        from = event->kind == S390IRQ_KIND_MACHINE_CHECK ? identity + 1 : 1;
    }
    return sum;
}

static void hold(struct ledger *ledger, const struct s390irq_trace *event)
{
    if (!is_level(event->kind))
        each_part(ledger, event, move_to_hand, (int)event->cpu);
}

/* Empties the hand of a CPU; answers how many were in it. */
static unsigned empty_hand(struct ledger *ledger, int hand, bool back)
{
    unsigned count = 0, i = 0;

    while (i < ledger->items) {
        struct ledger_item item = ledger->item[i];

        if (item.hand != hand) {
            i++;
            continue;
        }
        count++;
        drop(ledger, &ledger->item[i]);
        if (back && !item.cleared &&
            (queues(item.kind) ||
             !find(ledger, item.place, item.kind, item.identity, -1)))
            add(ledger, item.place, item.kind, item.identity);
    }
    return count;
}

static void deliver(struct ledger *ledger, const struct s390irq_trace *event)
{
    unsigned count = empty_hand(ledger, (int)event->cpu, false);

    if (is_level(event->kind))
        count = 1;
    else if (!count)
        count = each_part(ledger, event, forget, -1);
    ledger->taken[event->kind] += count;
}

static void withdraw(struct ledger *ledger, const struct s390irq_trace *event)
{
    ledger->taken[event->kind] += each_part(ledger, event, forget, -1);
}

static void put_back(struct ledger *ledger, const struct s390irq_trace *event)
{
    uint32_t identity;

    if (event->cpu != S390IRQ_NO_CPU) {
        empty_hand(ledger, (int)event->cpu, true);
        return;
    }
    ledger->taken[event->kind]--;
    next_part(event->kind, event->code, event->parameter, event->parameter64, 0,
              &identity);
    if (event->outcome == 0)
        add(ledger, LEDGER_CPUS, event->kind, identity);
}

static void clear(struct ledger *ledger, const struct s390irq_trace *event)
{
    uint32_t kinds = event->kind ? 1u << event->kind : event->parameter;
    unsigned i = 0;

    while (i < ledger->items) {
        struct ledger_item *item = &ledger->item[i];
        bool meant = item->place == place_of(event) &&
                     (kinds >> item->kind & 1) &&
                     (!event->kind || item->identity == event->code);

        if (meant && item->hand < 0) {
            drop(ledger, item);
            continue;
        }
        item->cleared |= meant;
        i++;
    }
}

static void state(struct ledger *ledger, const struct s390irq_trace *event)
{
    struct ledger_item *item;

    if (event->kind != S390IRQ_KIND_STOP)
        return;
    item = find(ledger, place_of(event), event->kind, 0, -1);
    if (!item)
        fault(ledger, "CPU %u stopped without an order", event->cpu);
    else
        drop(ledger, item);
    ledger->taken[event->kind]++;
}

void ledger_event(struct ledger *ledger, const struct s390irq_trace *event)
{
    static void (*const acts[])(struct ledger *,
                                const struct s390irq_trace *) = {
        [S390IRQ_TRACE_INJECT] = inject,
        [S390IRQ_TRACE_DELIVER] = deliver,
        [S390IRQ_TRACE_STATE] = state,
        [S390IRQ_TRACE_HOLD] = hold,
        [S390IRQ_TRACE_WITHDRAW] = withdraw,
        [S390IRQ_TRACE_PUT_BACK] = put_back,
        [S390IRQ_TRACE_CLEAR] = clear,
    };

    if (event->event < sizeof acts / sizeof *acts && acts[event->event])
        acts[event->event](ledger, event);
}

static uint32_t identity_of(const struct s390irq_interruption *what)
{
    uint64_t parameter64 = what->parameter64;
    uint32_t identity;

    if (what->kind == S390IRQ_KIND_MACHINE_CHECK)
        parameter64 = what->u.machine_check.conditions;
    if (what->kind == S390IRQ_KIND_ADAPTER)
        parameter64 = what->u.io.word;
    next_part(what->kind, what->u.io.subchannel, what->source, parameter64, 0,
              &identity);
    return identity;
}

/*
 * In hand and cleared: those of the VM and of queues are listed until they are
 * let go.
 */
static bool listed(const struct ledger_item *item, uint32_t place, bool own)
{
    if (item->place != place)
        return false;
    if (!own && (item->kind == S390IRQ_KIND_PROGRAM ||
                 item->kind == S390IRQ_KIND_SUPERVISOR_CALL))
        return false;
    return !item->cleared || place == LEDGER_CPUS ||
           item->kind == S390IRQ_KIND_PFAULT_INIT;
}

void ledger_compare(struct ledger *ledger, uint32_t place, bool own,
                    const struct s390irq_interruption *list, size_t count)
{
    bool found[LEDGER_ITEMS] = { false };

    for (size_t i = 0; i < count; i++) {
        uint32_t identity = identity_of(&list[i]);
        unsigned at = 0;

        while (at < ledger->items &&
               (found[at] || ledger->item[at].kind != list[i].kind ||
                ledger->item[at].identity != identity ||
                !listed(&ledger->item[at], place, own)))
            at++;
        if (at < ledger->items)
            found[at] = true;
        else
            fault(ledger, "place %u: %s %x pends, but not by the trace", place,
                  s390irq_kind_name(list[i].kind), identity);
    }
    for (unsigned at = 0; at < ledger->items; at++)
        if (!found[at] && listed(&ledger->item[at], place, own))
            fault(ledger, "place %u: %s %x pends by the trace only", place,
                  s390irq_kind_name(ledger->item[at].kind),
                  ledger->item[at].identity);
}

/* Of a machine check each group counts. */
void ledger_compare_counters(struct ledger *ledger,
                             const struct s390irq_counters *counters)
{
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        const struct s390irq_counter *counter = &counters->kind[kind];

        if (ledger->taken[kind] != counter->taken)
            fault(ledger, "%s: %llu taken, %llu by the trace",
                  s390irq_kind_name(kind), (unsigned long long)counter->taken,
                  (unsigned long long)ledger->taken[kind]);
        if (kind != S390IRQ_KIND_MACHINE_CHECK &&
            ledger->injected[kind] != counter->injected)
            fault(ledger, "%s: %llu injected, %llu by the trace",
                  s390irq_kind_name(kind),
                  (unsigned long long)counter->injected,
                  (unsigned long long)ledger->injected[kind]);
    }
}

void ledger_adopt(struct ledger *ledger, uint32_t place,
                  const struct s390irq_interruption *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add(ledger, place, list[i].kind, identity_of(&list[i]));
        if (list[i].kind != S390IRQ_KIND_MACHINE_CHECK)
            ledger->injected[list[i].kind]++;
    }
}
