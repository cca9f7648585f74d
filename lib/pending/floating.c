/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/floating.h"

#define SERVICE SI_BIT(SI_CLASS_SERVICE_SIGNAL)

static uint32_t parameter_of(uint64_t word)
{
    return (uint32_t)((word & ~SI_FLOATING_CLOSED) >>
                      SI_FLOATING_SERVICE_SHIFT);
}

static uint64_t with_parameter(uint64_t word, uint32_t parameter)
{
    return (word & (UINT32_MAX | SI_FLOATING_CLOSED)) |
           (uint64_t)parameter << SI_FLOATING_SERVICE_SHIFT;
}

static bool is_queue(uint32_t number)
{
    return si_classes[number].nature == SI_RECORDS && si_classes_floats(number);
}

bool si_floating_init(struct si_floating *floating, const struct si_host *host,
                      uint32_t records_limit)
{
    uint32_t number;

    si_lock_init(&floating->lock);
    si_machine_check_init(&floating->checks, &floating->word,
                          SI_FLOATING_CLOSED);
    si_io_init(&floating->io, &floating->word, SI_FLOATING_CLOSED,
               floating->tally);
    for (number = 0; number < SI_CLASS_WORD_COUNT; number++) {
        struct si_recorded *recorded;

        if (!is_queue(number))
            continue;
        recorded = si_hooks_allocate(host, sizeof *recorded);
        floating->records[number] = recorded;
        if (!recorded || !si_recorded_init(recorded, host, records_limit))
            return false;
        recorded->word = &floating->word;
        recorded->bit = SI_BIT(number);
        recorded->closed = SI_FLOATING_CLOSED;
    }
    return true;
}

void si_floating_free(struct si_floating *floating, const struct si_host *host)
{
    uint32_t number;

    si_io_free(&floating->io, host);
    for (number = 0; number < SI_CLASS_WORD_COUNT; number++) {
        struct si_recorded *recorded = floating->records[number];

        if (!recorded)
            continue;
        si_records_free(&recorded->records, host);
        si_hooks_deallocate(host, recorded, sizeof *recorded);
    }
}

int si_floating_flag(struct si_floating *floating, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number);
    uint64_t word = si_floating_load(floating);

    do {
        if (word & SI_FLOATING_CLOSED)
            return S390IRQ_CLOSED;
        if (word & bit)
            return S390IRQ_COALESCED;
    } while (!atomic_compare_exchange_weak(&floating->word, &word, word | bit));
    return S390IRQ_QUEUED;
}

/*
 * One SCCB at a time; a second one while the first pends or is in hand is
 * refused whole, so that the VMM can answer SERVC with cc 2 (V-12, T-2). What
 * joins while one is in hand pends anew.
 */
int si_floating_service(struct si_floating *floating, uint32_t parameter)
{
    uint64_t word = si_floating_load(floating), next;
    uint32_t pending;

    do {
        pending = parameter_of(word);
        if (word & SI_FLOATING_CLOSED)
            return S390IRQ_CLOSED;
        if ((parameter & SI_SERVICE_SCCB) &&
            (pending & (SI_SERVICE_SCCB | SI_SERVICE_HELD)))
            return S390IRQ_BUSY;
        next = with_parameter(word, pending | parameter);
        if (!(pending & SI_SERVICE_HELD))
            next |= SERVICE;
    } while (!atomic_compare_exchange_weak(&floating->word, &word, next));
    if (pending & SI_SERVICE_HELD)
        return pending & SI_SERVICE_EVENTS ? S390IRQ_COALESCED : S390IRQ_QUEUED;
    return pending ? S390IRQ_COALESCED : S390IRQ_QUEUED;
}

void si_floating_restore(struct si_floating *floating, uint64_t flags,
                         uint32_t service)
{
    uint64_t parameter = (uint64_t)service << SI_FLOATING_SERVICE_SHIFT;

    if (service)
        flags |= SERVICE;
    atomic_fetch_or(&floating->word, flags | parameter);
}

int si_floating_record(struct si_floating *floating, uint32_t class_number,
                       uint32_t parameter, uint64_t parameter64)
{
    return si_recorded_push(floating->records[class_number], parameter,
                            parameter64);
}

static bool hold_flag(struct si_floating *floating, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number);

    if (!(atomic_fetch_and(&floating->word, ~bit) & bit))
        return false;
    atomic_fetch_add(&floating->held[class_number], 1);
    return true;
}

/* The SCCB keeps its place while in hand; the events are taken out. */
static bool hold_service(struct si_floating *floating, struct si_hand *hand)
{
    uint64_t word = si_floating_load(floating), next;

    do {
        if (!(word & SERVICE))
            return false;
        hand->parameter = parameter_of(word);
        next = with_parameter(word & ~SERVICE,
                              (hand->parameter & SI_SERVICE_SCCB) |
                                  SI_SERVICE_HELD);
    } while (!atomic_compare_exchange_weak(&floating->word, &word, next));
    hand->what.parameter = hand->parameter;
    atomic_store(&floating->held[SI_CLASS_SERVICE_SIGNAL],
                 hand->parameter & SI_SERVICE_EVENTS);
    return true;
}

static bool hold_record(struct si_floating *floating, uint32_t class_number,
                        struct si_hand *hand)
{
    hand->record =
        si_recorded_hold(floating->records[class_number], &hand->what);
    return hand->record != SI_RECORDS_NONE;
}

/* A clear comes before or after a hold, never in the middle of one. */
bool si_floating_hold(struct si_floating *floating, uint32_t class_number,
                      struct si_hand *hand)
{
    bool held;

    if (si_classes[class_number].nature == SI_RECORDS)
        return hold_record(floating, class_number, hand);
    if (si_classes[class_number].nature == SI_IO)
        return si_io_hold(&floating->io, SI_CLASS_ISC(class_number), hand->hold,
                          &hand->what);
    si_lock_take(&floating->lock);
    hand->generation = floating->generation;
    if (si_classes[class_number].nature == SI_SERVICE)
        held = hold_service(floating, hand);
    else
        held = hold_flag(floating, class_number);
    si_lock_release(&floating->lock);
    return held;
}

static bool take_service(struct si_floating *floating, struct si_hand *hand)
{
    uint64_t word = si_floating_load(floating);

    do {
        if (!(word & SERVICE))
            return false;
    } while (!atomic_compare_exchange_weak(&floating->word, &word,
                                           with_parameter(word & ~SERVICE, 0)));
    hand->what.parameter = parameter_of(word);
    return true;
}

bool si_floating_take(struct si_floating *floating, uint32_t class_number,
                      struct si_hand *hand)
{
    uint64_t bit = SI_BIT(class_number);

    switch (si_classes[class_number].nature) {
    case SI_SERVICE:
        return take_service(floating, hand);
    case SI_RECORDS:
        if (!hold_record(floating, class_number, hand))
            return false;
        si_recorded_remove(floating->records[class_number], hand->record);
        return true;
    case SI_IO:
        return si_io_take(&floating->io, SI_CLASS_ISC(class_number),
                          &hand->what);
    default:
        return (atomic_fetch_and(&floating->word, ~bit) & bit) != 0;
    }
}

/* Ends the hold on the service word; `back` joins what came meanwhile. */
static bool release_service(struct si_floating *floating, uint32_t back)
{
    uint64_t word = si_floating_load(floating), next;

    do {
        uint32_t parameter = back | (parameter_of(word) & SI_SERVICE_EVENTS);

        next = with_parameter(word & ~SERVICE, parameter);
        if (parameter)
            next |= SERVICE;
    } while (!atomic_compare_exchange_weak(&floating->word, &word, next));
    if (back && (parameter_of(word) & SI_SERVICE_EVENTS))
        si_tally_add(&floating->tally[S390IRQ_KIND_SERVICE_SIGNAL].coalesced,
                     1);
    return (next & SERVICE) != 0;
}

bool si_floating_remove(struct si_floating *floating,
                        const struct si_hand *hand)
{
    switch (si_classes[hand->class_number].nature) {
    case SI_SERVICE:
        return release_service(floating, 0);
    case SI_RECORDS:
        si_recorded_remove(floating->records[hand->class_number], hand->record);
        return false;
    case SI_IO:
        si_io_remove(&floating->io, hand->hold);
        return false;
    default:
        atomic_fetch_sub(&floating->held[hand->class_number], 1);
        return false;
    }
}

static struct si_tally *tally_of(struct si_floating *floating,
                                 uint32_t class_number)
{
    return &floating->tally[si_classes[class_number].kind];
}

static bool give_back_record(struct si_floating *floating,
                             const struct si_hand *hand)
{
    bool back = si_recorded_give_back(floating->records[hand->class_number],
                                      hand->record);

    if (!back)
        si_tally_add(&tally_of(floating, hand->class_number)->cleared, 1);
    return back;
}

static bool give_back_io(struct si_floating *floating,
                         const struct si_hand *hand)
{
    si_io_give_back(&floating->io, hand->hold);
    return (si_floating_load(floating) & SI_BIT(hand->class_number)) != 0;
}

static bool give_back_flag(struct si_floating *floating,
                           const struct si_hand *hand, bool cleared)
{
    struct si_tally *tally = tally_of(floating, hand->class_number);
    uint64_t bit = SI_BIT(hand->class_number);

    if (!cleared && (atomic_fetch_or(&floating->word, bit) & bit))
        si_tally_add(&tally->coalesced, 1);
    atomic_fetch_sub(&floating->held[hand->class_number], 1);
    return (si_floating_load(floating) & bit) != 0;
}

/* Abort drops what was cleared in between instead of resurrecting it. */
bool si_floating_give_back(struct si_floating *floating,
                           const struct si_hand *hand)
{
    struct si_tally *tally = tally_of(floating, hand->class_number);
    bool cleared, pends;

    if (si_classes[hand->class_number].nature == SI_RECORDS)
        return give_back_record(floating, hand);
    if (si_classes[hand->class_number].nature == SI_IO)
        return give_back_io(floating, hand);
    si_lock_take(&floating->lock);
    cleared = hand->generation != floating->generation;
    if (cleared)
        si_tally_add(&tally->cleared, 1);
    if (si_classes[hand->class_number].nature == SI_SERVICE)
        pends = release_service(floating, cleared ? 0 : hand->parameter);
    else
        pends = give_back_flag(floating, hand, cleared);
    si_lock_release(&floating->lock);
    return pends;
}

uint32_t si_floating_service_parameter(const struct si_floating *floating,
                                       bool in_hand)
{
    uint32_t parameter = parameter_of(si_floating_load(floating));
    uint32_t held =
        (uint32_t)atomic_load(&floating->held[SI_CLASS_SERVICE_SIGNAL]);

    if (!(parameter & SI_SERVICE_HELD))
        return in_hand ? 0 : parameter;
    return in_hand ? (parameter & SI_SERVICE_SCCB) | held
                   : parameter & SI_SERVICE_EVENTS;
}

/* One in hand, and one more for events that came meanwhile. */
static uint64_t count_service(uint64_t word)
{
    uint32_t parameter = parameter_of(word);

    if (parameter & SI_SERVICE_HELD)
        return 1 + ((parameter & SI_SERVICE_EVENTS) != 0);
    return parameter != 0;
}

static uint64_t count_io(struct si_floating *floating, uint32_t class_number)
{
    struct si_io_count count =
        si_io_count(&floating->io, SI_CLASS_ISC(class_number));

    return count.subchannels + count.adapters;
}

uint64_t si_floating_count(struct si_floating *floating, uint32_t class_number)
{
    uint64_t word = si_floating_load(floating);

    switch (si_classes[class_number].nature) {
    case SI_SERVICE:
        return count_service(word);
    case SI_RECORDS:
        return si_recorded_count(floating->records[class_number]);
    case SI_MACHINE:
        return si_machine_check_count(&floating->checks, class_number, true);
    case SI_IO:
        return count_io(floating, class_number);
    default:
        return ((word & SI_BIT(class_number)) != 0) +
               atomic_load(&floating->held[class_number]);
    }
}

static uint64_t clear_service(struct si_floating *floating)
{
    uint64_t word = si_floating_load(floating), next;

    do {
        uint32_t parameter = parameter_of(word);

        next = with_parameter(
            word & ~SERVICE,
            parameter & SI_SERVICE_HELD ? parameter & ~SI_SERVICE_EVENTS : 0);
    } while (!atomic_compare_exchange_weak(&floating->word, &word, next));
    return count_service(word) - count_service(next);
}

static uint64_t clear_class(struct si_floating *floating, uint32_t class_number)
{
    uint64_t bit = SI_BIT(class_number), count;

    switch (si_classes[class_number].nature) {
    case SI_SERVICE:
        count = clear_service(floating);
        break;
    case SI_RECORDS:
        count = si_recorded_clear(floating->records[class_number]);
        break;
    default:
        count = (atomic_fetch_and(&floating->word, ~bit) & bit) != 0;
        break;
    }
    si_tally_add(&tally_of(floating, class_number)->cleared, count);
    return count;
}

uint64_t si_floating_clear(struct si_floating *floating)
{
    uint64_t removed;
    uint32_t number;

    si_lock_take(&floating->lock);
    floating->generation++;
    removed = si_machine_check_clear(&floating->checks);
    si_tally_add(&floating->tally[S390IRQ_KIND_MACHINE_CHECK].cleared, removed);
    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if (si_classes_floats(number) && si_classes[number].nature != SI_IO &&
            si_classes[number].nature != SI_MACHINE)
            removed += clear_class(floating, number);
    si_lock_release(&floating->lock);
    for (number = 0; number < SI_IO_ISCS; number++)
        removed += si_io_clear(&floating->io, number);
    return removed;
}

void si_floating_close(struct si_floating *floating, bool closed)
{
    uint32_t number;

    if (closed)
        atomic_fetch_or(&floating->word, SI_FLOATING_CLOSED);
    else
        atomic_fetch_and(&floating->word, ~SI_FLOATING_CLOSED);
    si_machine_check_settle(&floating->checks);
    for (number = 0; number < SI_CLASS_WORD_COUNT; number++)
        if (floating->records[number])
            si_recorded_settle(floating->records[number]);
    si_io_close(&floating->io, closed);
}
