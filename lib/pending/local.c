/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/local.h"

#define EMERGENCY   SI_BIT(SI_CLASS_EMERGENCY_SIGNAL)
#define MALFUNCTION SI_BIT(SI_CLASS_MALFUNCTION_ALERT)
#define CALL        SI_BIT(SI_CLASS_EXTERNAL_CALL)

static bool init_sources(struct si_sources *sources, const struct si_host *host,
                         uint32_t cpus)
{
    sources->words = SI_SOURCES_WORDS(cpus);
    sources->word =
        si_hooks_allocate(host, sources->words * sizeof *sources->word);
    return sources->word != NULL;
}

static void free_sources(struct si_sources *sources, const struct si_host *host)
{
    si_hooks_deallocate(host, sources->word,
                        sources->words * sizeof *sources->word);
}

bool si_local_init(struct si_local *local, const struct si_host *host,
                   uint32_t cpus)
{
    si_lock_init(&local->lock);
    local->pfault.word = &local->word;
    local->pfault.bit = SI_BIT(SI_CLASS_PFAULT_INIT);
    local->pfault.closed = SI_LOCAL_CLOSED;
    si_machine_check_init(&local->checks, &local->word, SI_LOCAL_CLOSED);
    local->checks.exigent = SI_LOCAL_EXIGENT;
    if (init_sources(&local->emergency, host, cpus) &&
        init_sources(&local->malfunction, host, cpus) &&
        si_recorded_init(&local->pfault, host, SI_LOCAL_RECORDS))
        return true;
    si_local_free(local, host);
    return false;
}

void si_local_free(struct si_local *local, const struct si_host *host)
{
    si_records_free(&local->pfault.records, host);
    free_sources(&local->malfunction, host);
    free_sources(&local->emergency, host);
}

static const struct si_sources *sources_of(const struct si_local *local,
                                           uint32_t class_number)
{
    return class_number == SI_CLASS_EMERGENCY_SIGNAL ? &local->emergency
                                                     : &local->malfunction;
}

int si_local_flag(struct si_local *local, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number);
    uint64_t word = si_local_load(local);

    do {
        if (word & SI_LOCAL_CLOSED)
            return S390IRQ_CLOSED;
        if (word & bit)
            return S390IRQ_COALESCED;
    } while (!atomic_compare_exchange_weak(&local->word, &word, word | bit));
    return S390IRQ_QUEUED;
}

int si_local_external_call(struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local), next;

    do {
        if (word & SI_LOCAL_CLOSED)
            return S390IRQ_CLOSED;
        if (word & CALL)
            return S390IRQ_BUSY;
        next = word | CALL | (uint64_t)source << SI_LOCAL_CALL_SHIFT;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return S390IRQ_QUEUED;
}

/* The slot is taken by another sender: this one goes to the bitmap. */
static int emergency_to_bitmap(struct si_local *local, uint32_t source)
{
    int outcome = si_sources_set(&local->emergency, source);

    if (outcome == S390IRQ_QUEUED)
        atomic_fetch_or(&local->word, EMERGENCY | SI_LOCAL_EMERGENCY_MORE);
    return outcome;
}

int si_local_emergency(struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local), next;

    do {
        if (word & SI_LOCAL_CLOSED)
            return S390IRQ_CLOSED;
        if ((word & SI_LOCAL_EMERGENCY_SLOT) &&
            si_local_emergency_source(word) == source)
            return S390IRQ_COALESCED;
        if (word & EMERGENCY)
            return emergency_to_bitmap(local, source);
        next = word | EMERGENCY | SI_LOCAL_EMERGENCY_SLOT |
               (uint64_t)source << SI_LOCAL_EMERGENCY_SHIFT;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return S390IRQ_QUEUED;
}

int si_local_malfunction(struct si_local *local, uint32_t source)
{
    int outcome = si_sources_set(&local->malfunction, source);

    if (outcome == S390IRQ_QUEUED)
        atomic_fetch_or(&local->word, MALFUNCTION);
    return outcome;
}

/* With the lock held; the payload goes with the bit. */
static int latch(struct si_local *local, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number);
    uint64_t word = si_local_load(local);

    if (word & SI_LOCAL_CLOSED)
        return S390IRQ_CLOSED;
    return atomic_fetch_or(&local->word, bit) & bit ? S390IRQ_COALESCED
                                                    : S390IRQ_QUEUED;
}

int si_local_measurement(struct si_local *local, uint32_t parameter)
{
    int outcome;

    si_lock_take(&local->lock);
    outcome = latch(local, SI_CLASS_MEASUREMENT_ALERT);
    if (outcome != S390IRQ_CLOSED)
        local->measurement |= parameter;
    si_lock_release(&local->lock);
    return outcome;
}

bool si_local_measurement_give_back(struct si_local *local, uint32_t parameter)
{
    uint64_t bit = SI_BIT(SI_CLASS_MEASUREMENT_ALERT);
    bool joins;

    si_lock_take(&local->lock);
    joins = (atomic_fetch_or(&local->word, bit) & bit) != 0;
    local->measurement |= parameter;
    si_lock_release(&local->lock);
    return joins;
}

int si_local_iucv(struct si_local *local, uint32_t subcode)
{
    int outcome;

    si_lock_take(&local->lock);
    outcome = latch(local, SI_CLASS_IUCV);
    if (outcome == S390IRQ_QUEUED)
        local->iucv = (uint16_t)subcode;
    else if (outcome == S390IRQ_COALESCED && local->iucv != subcode)
        outcome = S390IRQ_BUSY;
    si_lock_release(&local->lock);
    return outcome;
}

/* Smallest CPU address first (PoP ch. 6, emergency signal). */
uint32_t si_local_source(const struct si_local *local, uint32_t class_number,
                         uint64_t word)
{
    uint32_t lowest = S390IRQ_MAX_CPUS;

    if (class_number != SI_CLASS_EMERGENCY_SIGNAL)
        return si_sources_lowest(sources_of(local, class_number));
    if (word & SI_LOCAL_EMERGENCY_MORE)
        lowest = si_sources_lowest(&local->emergency);
    if ((word & SI_LOCAL_EMERGENCY_SLOT) &&
        si_local_emergency_source(word) < lowest)
        lowest = si_local_emergency_source(word);
    return lowest;
}

bool si_local_pends_from(const struct si_local *local, uint32_t class_number,
                         uint32_t source)
{
    uint64_t word = si_local_load(local);

    if (class_number == SI_CLASS_EMERGENCY_SIGNAL &&
        (word & SI_LOCAL_EMERGENCY_SLOT) &&
        si_local_emergency_source(word) == source)
        return true;
    return si_sources_has(sources_of(local, class_number), source);
}

uint32_t si_local_next_source(const struct si_local *local,
                              uint32_t class_number, uint32_t from)
{
    uint32_t next = si_sources_next(sources_of(local, class_number), from);
    uint64_t word = si_local_load(local);

    if (class_number == SI_CLASS_EMERGENCY_SIGNAL &&
        (word & SI_LOCAL_EMERGENCY_SLOT) &&
        si_local_emergency_source(word) >= from &&
        si_local_emergency_source(word) < next)
        next = si_local_emergency_source(word);
    return next;
}

void si_local_restore_source(struct si_local *local, uint32_t class_number,
                             uint32_t source)
{
    uint64_t bits = SI_BIT(class_number);

    if (class_number == SI_CLASS_EMERGENCY_SIGNAL)
        bits |= SI_LOCAL_EMERGENCY_MORE;
    si_sources_restore(sources_of(local, class_number), source);
    atomic_fetch_or(&local->word, bits);
}

void si_local_describe(const struct si_local *local, uint32_t class_number,
                       uint64_t word, struct s390irq_interruption *what)
{
    switch (class_number) {
    case SI_CLASS_PROGRAM:
        what->u.program = local->own.program;
        break;
    case SI_CLASS_SUPERVISOR_CALL:
        what->source = local->own.svc_code;
        what->parameter = local->own.svc_ilc;
        break;
    case SI_CLASS_IUCV:
        what->source = local->iucv;
        break;
    case SI_CLASS_EXTERNAL_CALL:
        what->source = (uint16_t)si_local_call_source(word);
        break;
    case SI_CLASS_STOP:
        what->parameter = (word & SI_LOCAL_STORE_STATUS) != 0;
        break;
    default:
        break;
    }
}

static bool remove_slot(struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local), next;

    do {
        if (!(word & SI_LOCAL_EMERGENCY_SLOT) ||
            si_local_emergency_source(word) != source)
            return false;
        next = word & ~SI_LOCAL_EMERGENCY_BITS;
        if (word & SI_LOCAL_EMERGENCY_MORE)
            next |= EMERGENCY;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return true;
}

/*
 * The bitmap looked empty: the hint goes, and comes back if a sender was in
 * between. Clear, look again, set again: in this order nothing is lost.
 */
static void drop_emergency_hint(struct si_local *local)
{
    uint64_t word = si_local_load(local), next;

    do {
        next = word & ~SI_LOCAL_EMERGENCY_MORE;
        if (!(word & SI_LOCAL_EMERGENCY_SLOT))
            next &= ~EMERGENCY;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    if (si_sources_lowest(&local->emergency) != S390IRQ_MAX_CPUS)
        atomic_fetch_or(&local->word, EMERGENCY | SI_LOCAL_EMERGENCY_MORE);
}

/* The same, where the bit of the class is the hint. */
static void drop_hint(struct si_local *local, uint32_t class_number)
{
    const struct si_sources *sources = sources_of(local, class_number);

    if (class_number == SI_CLASS_EMERGENCY_SIGNAL) {
        drop_emergency_hint(local);
        return;
    }
    atomic_fetch_and(&local->word, ~SI_BIT(class_number));
    if (si_sources_lowest(sources) != S390IRQ_MAX_CPUS)
        atomic_fetch_or(&local->word, SI_BIT(class_number));
}

static bool remove_source(struct si_local *local, uint32_t class_number,
                          uint32_t source)
{
    const struct si_sources *sources = sources_of(local, class_number);
    bool removed;

    if (source == S390IRQ_MAX_CPUS) {
        drop_hint(local, class_number);
        return false;
    }
    if (class_number == SI_CLASS_EMERGENCY_SIGNAL && remove_slot(local, source))
        return true;
    removed = si_sources_clear(sources, source);
    if (si_sources_lowest(sources) == S390IRQ_MAX_CPUS)
        drop_hint(local, class_number);
    return removed;
}

bool si_local_remove(struct si_local *local, uint32_t class_number,
                     uint32_t source)
{
    uint64_t bit = SI_BIT(class_number);

    switch (si_classes[class_number].nature) {
    case SI_OWN:
        return si_own_remove(&local->own, class_number);
    case SI_SOURCES:
        return remove_source(local, class_number, source);
    default:
        if (class_number == SI_CLASS_RESTART)
            bit |= SI_LOCAL_RESTART_FIRST;
        if (class_number == SI_CLASS_STOP)
            bit |= SI_LOCAL_STORE_STATUS;
        if (class_number == SI_CLASS_EXTERNAL_CALL)
            bit |= SI_LOCAL_CALL_BITS;
        return (atomic_fetch_and(&local->word, ~bit) & SI_BIT(class_number)) !=
               0;
    }
}

bool si_local_measurement_take(struct si_local *local, uint32_t *parameter)
{
    *parameter = local->measurement;
    local->measurement = 0;
    return si_local_remove(local, SI_CLASS_MEASUREMENT_ALERT, 0);
}

/* What is in hand and is not in its place meanwhile. */
static bool moved_out(const struct si_local *local, uint32_t class_number)
{
    return local->hand.held && !local->hand.cleared &&
           local->hand.class_number == class_number &&
           si_classes[class_number].nature == SI_PARAMETER;
}

uint64_t si_local_count(struct si_local *local, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number), word = si_local_load(local);

    switch (si_classes[class_number].nature) {
    case SI_OWN:
        return (si_own_classes(&local->own) & bit) != 0;
    case SI_SOURCES:
        if (class_number != SI_CLASS_EMERGENCY_SIGNAL)
            word = 0;
        return si_sources_count(sources_of(local, class_number)) +
               ((word & SI_LOCAL_EMERGENCY_SLOT) != 0);
    case SI_RECORDS:
        return si_recorded_count(&local->pfault);
    case SI_MACHINE:
        return si_machine_check_count(&local->checks, class_number, false);
    default:
        return (uint64_t)((word & bit) != 0) + moved_out(local, class_number);
    }
}

static uint64_t clear_sources(struct si_local *local, uint32_t class_number)
{
    uint64_t word = si_local_load(local);
    uint64_t removed = si_sources_clear_all(sources_of(local, class_number));

    if (class_number == SI_CLASS_EMERGENCY_SIGNAL &&
        (word & SI_LOCAL_EMERGENCY_SLOT))
        removed += remove_slot(local, si_local_emergency_source(word));
    if (si_sources_lowest(sources_of(local, class_number)) == S390IRQ_MAX_CPUS)
        drop_hint(local, class_number);
    return removed;
}

/* Those that know themselves what is in hand. */
static uint64_t clear_queue(struct si_local *local)
{
    uint64_t count = si_recorded_clear(&local->pfault);

    si_tally_add(&local->tally[S390IRQ_KIND_PFAULT_INIT].cleared, count);
    return count;
}

/* All groups at once, as an exigent one would take them. */
static uint64_t clear_checks(struct si_local *local)
{
    uint64_t count = si_machine_check_clear(&local->checks);

    si_tally_add(&local->tally[S390IRQ_KIND_MACHINE_CHECK].cleared, count);
    return count;
}

static uint64_t clear_class(struct si_local *local, uint32_t class_number)
{
    struct si_hand *hand = &local->hand;
    bool elsewhere = moved_out(local, class_number);
    uint64_t count;

    count = si_classes[class_number].nature == SI_SOURCES
                ? clear_sources(local, class_number)
                : si_local_remove(local, class_number, 0);
    if (class_number == SI_CLASS_MEASUREMENT_ALERT)
        local->measurement = 0;
    if ((count || elsewhere) && hand->held && !hand->cleared &&
        hand->class_number == class_number) {
        hand->cleared = true;
        count -= !elsewhere;
    }
    si_tally_add(&local->tally[si_classes[class_number].kind].cleared, count);
    return count;
}

uint64_t si_local_clear(struct si_local *local, bool own)
{
    uint64_t removed = clear_queue(local) + clear_checks(local);
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *row = &si_classes[number];

        if (!(row->scope & SI_LOCAL) || row->nature == SI_LEVEL ||
            row->nature == SI_RECORDS || row->nature == SI_MACHINE)
            continue;
        if (row->nature != SI_OWN || own)
            removed += clear_class(local, number);
    }
    return removed;
}

void si_local_close(struct si_local *local, bool closed)
{
    if (closed)
        atomic_fetch_or(&local->word, SI_LOCAL_CLOSED);
    else
        atomic_fetch_and(&local->word, ~SI_LOCAL_CLOSED);
    si_sources_close(&local->emergency, closed);
    si_sources_close(&local->malfunction, closed);
    si_recorded_settle(&local->pfault);
    si_machine_check_settle(&local->checks);
    si_lock_take(&local->lock);
    si_lock_release(&local->lock);
}
