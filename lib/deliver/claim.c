/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/claim.h"

#include <string.h>

/* What the next local interruption of a class is; nothing is changed. */
static void describe(const struct si_local *local, uint32_t class_number,
                     uint64_t word, struct si_hand *hand)
{
    struct s390irq_interruption *what = &hand->what;

    switch (class_number) {
    case SI_CLASS_PROGRAM:
        what->u.program = local->own.program;
        break;
    case SI_CLASS_SUPERVISOR_CALL:
        what->source = local->own.svc_code;
        what->parameter = local->own.svc_ilc;
        break;
    case SI_CLASS_EMERGENCY_SIGNAL:
        hand->source = si_local_emergency_source(local, word);
        what->source = (uint16_t)hand->source;
        break;
    case SI_CLASS_EXTERNAL_CALL:
        what->source = (uint16_t)si_local_call_source(word);
        break;
    default:
        break;
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

static bool hold_local(const struct si_local *local, uint32_t class_number,
                       struct si_hand *hand)
{
    uint64_t word = si_local_load(local);
    bool there = si_classes[class_number].nature == SI_OWN ||
                 (word & SI_BIT(class_number)) != 0;

    if (there)
        describe(local, class_number, word, hand);
    return there;
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
    begin(&hand, class_number);
    if (row->nature == SI_LEVEL)
        hand.held = true;
    else if (row->floating)
        hand.held = si_floating_hold(floating, class_number, &hand);
    si_lock_take(&local->lock);
    if (!row->floating && row->nature != SI_LEVEL)
        hand.held = hold_local(local, class_number, &hand);
    if (hand.source == S390IRQ_MAX_CPUS)
        hand.held = si_local_remove(local, class_number, hand.source);
    local->hand = hand;
    si_lock_release(&local->lock);
    return hand.held;
}

bool si_claim_take(struct si_local *local, struct si_floating *floating,
                   uint32_t class_number, uint64_t word, struct si_hand *hand)
{
    const struct si_class *row = &si_classes[class_number];

    begin(hand, class_number);
    if (row->nature == SI_LEVEL)
        return true;
    if (row->floating)
        return si_floating_take(floating, class_number, hand);
    describe(local, class_number, word, hand);
    return si_local_remove(local, class_number, hand->source);
}

/*
 * Ends the hold; a local interruption that was taken is removed with it. One
 * that was cleared in between is gone already, and what pends came later.
 */
static void let_go(struct si_local *local, bool taken)
{
    struct si_hand *hand = &local->hand;
    const struct si_class *row = &si_classes[hand->class_number];

    si_lock_take(&local->lock);
    if (hand->cleared && !taken)
        si_tally_add(&local->tally[hand->class_number].cleared, 1);
    if (!hand->cleared && taken && !row->floating && row->nature != SI_LEVEL)
        si_local_remove(local, hand->class_number, hand->source);
    hand->held = false;
    si_lock_release(&local->lock);
}

uint64_t si_claim_commit(struct si_local *local, struct si_floating *floating)
{
    uint32_t number = local->hand.class_number;

    let_go(local, true);
    if (!si_classes[number].floating)
        return 0;
    return si_floating_remove(floating, &local->hand) ? SI_BIT(number) : 0;
}

uint64_t si_claim_abort(struct si_local *local, struct si_floating *floating)
{
    uint32_t number = local->hand.class_number;

    let_go(local, false);
    if (!si_classes[number].floating)
        return 0;
    return si_floating_give_back(floating, &local->hand) ? SI_BIT(number) : 0;
}
