/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/local.h"

#define SOURCES_CLOSED    SI_BIT(63)
#define EMERGENCY         SI_BIT(SI_CLASS_EMERGENCY_SIGNAL)
#define CALL              SI_BIT(SI_CLASS_EXTERNAL_CALL)
#define ADDRESS_AT(shift) ((uint64_t)SI_LOCAL_ADDRESS << (shift))

static uint32_t slot_source(uint64_t word)
{
    return (uint32_t)(word >> SI_LOCAL_EMERGENCY_SHIFT) & SI_LOCAL_ADDRESS;
}

static _Atomic uint64_t *source_word(const struct si_local *local,
                                     uint32_t source)
{
    return &local->sources[source / SI_LOCAL_SOURCES_PER_WORD];
}

static uint64_t source_bit(uint32_t source)
{
    return SI_BIT(source % SI_LOCAL_SOURCES_PER_WORD);
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
        next = (word & ~ADDRESS_AT(SI_LOCAL_CALL_SHIFT)) | CALL |
               (uint64_t)source << SI_LOCAL_CALL_SHIFT;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return S390IRQ_QUEUED;
}

/* The slot is taken by another sender: this one goes to the bitmap. */
static int emergency_to_bitmap(struct si_local *local, uint32_t source)
{
    uint64_t old = atomic_load(source_word(local, source));

    do {
        if (old & SOURCES_CLOSED)
            return S390IRQ_CLOSED;
        if (old & source_bit(source))
            return S390IRQ_COALESCED;
    } while (!atomic_compare_exchange_weak(source_word(local, source), &old,
                                           old | source_bit(source)));
    atomic_fetch_or(&local->word, EMERGENCY | SI_LOCAL_EMERGENCY_MORE);
    return S390IRQ_QUEUED;
}

int si_local_emergency(struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local), next;

    do {
        if (word & SI_LOCAL_CLOSED)
            return S390IRQ_CLOSED;
        if ((word & SI_LOCAL_EMERGENCY_SLOT) && slot_source(word) == source)
            return S390IRQ_COALESCED;
        if (word & EMERGENCY)
            return emergency_to_bitmap(local, source);
        next = (word & ~ADDRESS_AT(SI_LOCAL_EMERGENCY_SHIFT)) | EMERGENCY |
               SI_LOCAL_EMERGENCY_SLOT |
               (uint64_t)source << SI_LOCAL_EMERGENCY_SHIFT;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return S390IRQ_QUEUED;
}

/* The lowest sender in the bitmap, or S390IRQ_MAX_CPUS. */
static uint32_t bitmap_lowest(const struct si_local *local)
{
    uint32_t at;

    for (at = 0; at < local->source_words; at++) {
        uint64_t word = atomic_load(&local->sources[at]) & ~SOURCES_CLOSED;

        if (word)
            return at * SI_LOCAL_SOURCES_PER_WORD + si_bits_lowest(word);
    }
    return S390IRQ_MAX_CPUS;
}

/* Smallest CPU address first (PoP ch. 6, emergency signal). */
uint32_t si_local_emergency_source(const struct si_local *local, uint64_t word)
{
    uint32_t lowest = S390IRQ_MAX_CPUS;

    if (word & SI_LOCAL_EMERGENCY_MORE)
        lowest = bitmap_lowest(local);
    if ((word & SI_LOCAL_EMERGENCY_SLOT) && slot_source(word) < lowest)
        lowest = slot_source(word);
    return lowest;
}

bool si_local_emergency_pends(const struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local);

    return ((word & SI_LOCAL_EMERGENCY_SLOT) && slot_source(word) == source) ||
           (atomic_load(source_word(local, source)) & source_bit(source));
}

static bool remove_slot(struct si_local *local, uint32_t source)
{
    uint64_t word = si_local_load(local), next;

    do {
        if (!(word & SI_LOCAL_EMERGENCY_SLOT) || slot_source(word) != source)
            return false;
        next = word & ~SI_LOCAL_EMERGENCY_SLOT;
        if (!(word & SI_LOCAL_EMERGENCY_MORE))
            next &= ~EMERGENCY;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    return true;
}

/*
 * The bitmap looked empty: the hint goes, and comes back if a sender was in
 * between. Clear, look again, set again: in this order nothing is lost.
 */
static void drop_hint(struct si_local *local)
{
    uint64_t word = si_local_load(local), next;

    do {
        next = word & ~SI_LOCAL_EMERGENCY_MORE;
        if (!(word & SI_LOCAL_EMERGENCY_SLOT))
            next &= ~EMERGENCY;
    } while (!atomic_compare_exchange_weak(&local->word, &word, next));
    if (bitmap_lowest(local) != S390IRQ_MAX_CPUS)
        atomic_fetch_or(&local->word, EMERGENCY | SI_LOCAL_EMERGENCY_MORE);
}

static bool remove_emergency(struct si_local *local, uint32_t source)
{
    uint64_t old;

    if (source == S390IRQ_MAX_CPUS) {
        drop_hint(local);
        return false;
    }
    if (remove_slot(local, source))
        return true;
    old = atomic_fetch_and(source_word(local, source), ~source_bit(source));
    if (bitmap_lowest(local) == S390IRQ_MAX_CPUS)
        drop_hint(local);
    return (old & source_bit(source)) != 0;
}

bool si_local_remove(struct si_local *local, uint32_t class_number,
                     uint32_t source)
{
    uint64_t bit = SI_BIT(class_number);

    switch (si_classes[class_number].nature) {
    case SI_OWN:
        return si_own_remove(&local->own, class_number);
    case SI_SOURCES:
        return remove_emergency(local, source);
    default:
        if (class_number == SI_CLASS_RESTART)
            bit |= SI_LOCAL_RESTART_FIRST;
        return (atomic_fetch_and(&local->word, ~bit) & SI_BIT(class_number)) !=
               0;
    }
}

static uint64_t count_sources(const struct si_local *local)
{
    uint64_t count = 0;
    uint32_t at;

    for (at = 0; at < local->source_words; at++) {
        uint64_t word = atomic_load(&local->sources[at]) & ~SOURCES_CLOSED;

        count += (uint64_t)__builtin_popcountll(word);
    }
    return count;
}

uint64_t si_local_count(const struct si_local *local, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number), word = si_local_load(local);

    switch (si_classes[class_number].nature) {
    case SI_OWN:
        return (si_own_classes(&local->own) & bit) != 0;
    case SI_SOURCES:
        return count_sources(local) + ((word & SI_LOCAL_EMERGENCY_SLOT) != 0);
    default:
        return (word & bit) != 0;
    }
}

static uint64_t clear_sources(struct si_local *local)
{
    uint64_t word = si_local_load(local), removed = 0;
    uint32_t at;

    for (at = 0; at < local->source_words; at++)
        removed += (uint64_t)__builtin_popcountll(
            atomic_fetch_and(&local->sources[at], SOURCES_CLOSED) &
            ~SOURCES_CLOSED);
    if (word & SI_LOCAL_EMERGENCY_SLOT)
        removed += remove_slot(local, slot_source(word));
    if (bitmap_lowest(local) == S390IRQ_MAX_CPUS)
        drop_hint(local);
    return removed;
}

static uint64_t clear_class(struct si_local *local, uint32_t class_number)
{
    struct si_hand *hand = &local->hand;
    uint64_t count = si_classes[class_number].nature == SI_SOURCES
                         ? clear_sources(local)
                         : si_local_remove(local, class_number, 0);

    if (count && hand->held && !hand->cleared &&
        hand->class_number == class_number) {
        hand->cleared = true;
        count--;
    }
    si_tally_add(&local->tally[class_number].cleared, count);
    return count;
}

uint64_t si_local_clear(struct si_local *local, bool own)
{
    uint64_t removed = 0;
    uint32_t number;

    for (number = 0; number < SI_CLASS_COUNT; number++) {
        const struct si_class *row = &si_classes[number];

        if (row->kind && !row->floating && row->nature != SI_LEVEL &&
            (row->nature != SI_OWN || own))
            removed += clear_class(local, number);
    }
    return removed;
}

void si_local_close(struct si_local *local)
{
    uint32_t at;

    atomic_fetch_or(&local->word, SI_LOCAL_CLOSED);
    for (at = 0; at < local->source_words; at++)
        atomic_fetch_or(&local->sources[at], SOURCES_CLOSED);
}
