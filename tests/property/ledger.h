/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What pends, by the trace alone: nothing is known of the calls. It must come
 * to what the queues list and what the counters say.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>

#include <s390irq/s390irq.h>

#define LEDGER_CPUS  8 /* the place after them is the VM */
#define LEDGER_ITEMS 512

/* An interruption that pends, or is in the hand of a CPU. */
struct ledger_item {
    uint32_t place; /* CPU, or LEDGER_CPUS */
    uint32_t kind;
    uint32_t identity; /* what tells it from others of its kind there */
    int hand;          /* CPU, or -1 */
    bool cleared;      /* in hand: it will not come back */
};

struct ledger {
    struct ledger_item item[LEDGER_ITEMS];
    unsigned items;
    uint64_t injected[S390IRQ_KIND_LIMIT];
    uint64_t taken[S390IRQ_KIND_LIMIT];
    char fault[120]; /* the first event that cannot be */
};

void ledger_event(struct ledger *ledger, const struct s390irq_trace *event);

/* What a queue lists is what the trace has told; place: a CPU or the VM. */
void ledger_compare(struct ledger *ledger, uint32_t place, bool own,
                    const struct s390irq_interruption *list, size_t count);

/* The same for counters that began with the trace. */
void ledger_compare_counters(struct ledger *ledger,
                             const struct s390irq_counters *counters);

/* A machine was loaded: it begins with what this queue has. */
void ledger_adopt(struct ledger *ledger, uint32_t place,
                  const struct s390irq_interruption *list, size_t count);

#endif
