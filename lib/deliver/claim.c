/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/claim.h"

#include <string.h>

/* What the next local interruption of a class is; nothing is changed. */
static void describe(const struct si_local *local, uint32_t class_number,
                     uint64_t word, struct si_hand *hand)
{
    if (si_classes[class_number].nature == SI_SOURCES) {
        hand->source = si_local_source(local, class_number, word);
        hand->what.source = (uint16_t)hand->source;
    } else {
        si_local_describe(local, class_number, word, &hand->what);
    }
}

static void begin(struct si_hand *hand, uint32_t class_number)
{
    hand->class_number = class_number;
    hand->source = 0;
    hand->what.kind = si_classes[class_number].kind;
    hand->what.source = 0;
    hand->what.parameter = 0;
    hand->what.parameter64 = 0;
}

/* With the lock held. */
static bool hold_local(struct si_local *local, uint32_t class_number,
                       struct si_hand *hand)
{
    uint64_t word = si_local_load(local);
    bool there = si_classes[class_number].nature == SI_OWN ||
                 (word & SI_BIT(class_number)) != 0;

    if (there && si_classes[class_number].nature == SI_PARAMETER)
        return si_local_measurement_take(local, &hand->what.parameter);
    if (there)
        describe(local, class_number, word, hand);
    return there;
}

static bool hold_record(struct si_local *local, struct si_hand *hand)
{
    hand->record = si_recorded_hold(&local->pfault, &hand->what);
    return hand->record != SI_RECORDS_NONE;
}

/* Under the lock, since payload and bit are two things. */
static bool take_slot(struct si_local *local, uint32_t class_number,
                      struct si_hand *hand)
{
    bool taken;

    si_lock_take(&local->lock);
    taken = hold_local(local, class_number, hand);
    if (taken && si_classes[class_number].nature == SI_SUBCODE)
        si_local_remove(local, class_number, 0);
    si_lock_release(&local->lock);
    return taken;
}

static bool take_local(struct si_local *local, uint32_t class_number,
                       uint64_t word, struct si_hand *hand)
{
    switch (si_classes[class_number].nature) {
    case SI_LEVEL:
        return true;
    case SI_RECORDS:
        if (!hold_record(local, hand))
            return false;
        si_recorded_remove(&local->pfault, hand->record);
        return true;
    case SI_PARAMETER:
    case SI_SUBCODE:
        return take_slot(local, class_number, hand);
    default:
        describe(local, class_number, word, hand);
        return si_local_remove(local, class_number, hand->source);
    }
}

/*
 * The hand is filled under the lock: a clear by somebody else sees either
 * what pends or that it is in hand.
 */
bool si_claim_hold(struct si_local *local, struct si_floating *floating,
                   uint32_t class_number)
{
    const struct si_class *row = &si_classes[class_number];
    struct si_hand hand;

    memset(&hand, 0, sizeof hand);
    hand.hold = &local->hold;
    begin(&hand, class_number);
    if (row->nature == SI_LEVEL)
        hand.held = true;
    else if (row->scope & SI_FLOATING)
        hand.held = si_floating_hold(floating, class_number, &hand);
    else if (row->nature == SI_RECORDS)
        hand.held = hold_record(local, &hand);
    si_lock_take(&local->lock);
    if (row->scope == SI_LOCAL && row->nature != SI_LEVEL &&
        row->nature != SI_RECORDS)
        hand.held = hold_local(local, class_number, &hand);
    if (hand.source == S390IRQ_MAX_CPUS)
        hand.held = si_local_remove(local, class_number, hand.source);
    local->hand = hand;
    si_lock_release(&local->lock);
    return hand.held;
}

/*
 * Highest class first: of several, the first failing address and the first
 * logout are those that count.
 */
static void join(struct s390irq_machine_check *check,
                 const struct si_machine_hand *hand)
{
    uint64_t classes = hand->classes;

    while (classes) {
        uint32_t number = si_bits_take_highest(&classes);

        si_machine_check_merge(check,
                               &hand->slot[si_machine_check_slot(number)]);
    }
}

bool si_claim_hold_checks(struct si_local *local, struct si_floating *floating,
                          uint64_t classes)
{
    struct si_hand hand;

    if (classes & SI_BIT(SI_CLASS_EXIGENT))
        classes = SI_CLASS_MACHINE_CHECKS;
    if (!si_machine_check_hold(&local->checks, classes, &local->own_checks) &&
        (classes & SI_BIT(SI_CLASS_EXIGENT)))
        return false;
    si_machine_check_hold(&floating->checks, classes & SI_CLASS_REPRESSIBLE,
                          &local->floating_checks);
    si_claim_checks(local, &classes);
    if (!classes)
        return false;
    memset(&hand, 0, sizeof hand);
    begin(&hand, si_bits_highest(classes));
    hand.held = true;
    join(&hand.what.u.machine_check, &local->own_checks);
    join(&hand.what.u.machine_check, &local->floating_checks);
    si_lock_take(&local->lock);
    local->hand = hand;
    si_lock_release(&local->lock);
    return true;
}

uint64_t si_claim_checks(const struct si_local *local, uint64_t *classes)
{
    uint64_t own = local->own_checks.classes;
    uint64_t floating = local->floating_checks.classes;

    *classes = own | floating;
    return (uint64_t)__builtin_popcountll(own) +
           (uint64_t)__builtin_popcountll(floating);
}

bool si_claim_take(struct si_local *local, struct si_floating *floating,
                   uint32_t class_number, uint64_t word, struct si_hand *hand)
{
    begin(hand, class_number);
    if (si_classes_floats(class_number))
        return si_floating_take(floating, class_number, hand);
    return take_local(local, class_number, word, hand);
}

/*
 * Ends the hold; a local interruption that was taken is removed with it. One
 * that was cleared in between is gone already, and what pends came later.
 */
static void let_go(struct si_local *local, bool taken)
{
    struct si_hand *hand = &local->hand;
    const struct si_class *row = &si_classes[hand->class_number];
    bool in_place = row->scope == SI_LOCAL && row->nature != SI_LEVEL &&
                    row->nature != SI_PARAMETER && row->nature != SI_RECORDS &&
                    row->nature != SI_MACHINE;

    si_lock_take(&local->lock);
    if (hand->cleared && !taken)
        si_tally_add(&local->tally[row->kind].cleared, 1);
    if (!hand->cleared && taken && in_place)
        si_local_remove(local, hand->class_number, hand->source);
    hand->held = false;
    si_lock_release(&local->lock);
}

/* What is not in its place while in hand goes back, and joins what came. */
static void give_back_local(struct si_local *local)
{
    const struct si_hand *hand = &local->hand;
    struct si_tally *tally = &local->tally[si_classes[hand->class_number].kind];

    if (si_classes[hand->class_number].nature == SI_RECORDS) {
        if (!si_recorded_give_back(&local->pfault, hand->record))
            si_tally_add(&tally->cleared, 1);
    } else if (si_classes[hand->class_number].nature == SI_PARAMETER &&
               !hand->cleared) {
        if (si_local_measurement_give_back(local, hand->what.parameter))
            si_tally_add(&tally->coalesced, 1);
    }
}

uint64_t si_claim_commit(struct si_local *local, struct si_floating *floating)
{
    uint32_t number = local->hand.class_number;

    let_go(local, true);
    if (si_classes[number].nature == SI_MACHINE) {
        si_machine_check_remove(&local->checks, &local->own_checks);
        si_machine_check_remove(&floating->checks, &local->floating_checks);
        return 0;
    }
    if (!si_classes_floats(number)) {
        if (si_classes[number].nature == SI_RECORDS)
            si_recorded_remove(&local->pfault, local->hand.record);
        return 0;
    }
    return si_floating_remove(floating, &local->hand) ? SI_BIT(number) : 0;
}

/* Each side for itself: one may have been cleared and the other not. */
static uint64_t give_back_checks(struct si_local *local,
                                 struct si_floating *floating)
{
    const uint32_t kind = S390IRQ_KIND_MACHINE_CHECK;

    si_machine_check_give_back(&local->checks, &local->own_checks,
                               &local->tally[kind]);
    return si_machine_check_give_back(
        &floating->checks, &local->floating_checks, &floating->tally[kind]);
}

uint64_t si_claim_abort(struct si_local *local, struct si_floating *floating)
{
    uint32_t number = local->hand.class_number;

    let_go(local, false);
    if (si_classes[number].nature == SI_MACHINE)
        return give_back_checks(local, floating);
    if (!si_classes_floats(number)) {
        give_back_local(local);
        return 0;
    }
    return si_floating_give_back(floating, &local->hand) ? SI_BIT(number) : 0;
}
