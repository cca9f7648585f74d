/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/machine_check.h"

#include <string.h>

#include "arch/mcic.h"

#define EXIGENT SI_BIT(SI_CLASS_EXIGENT)

void si_machine_check_init(struct si_machine_checks *checks,
                           _Atomic uint64_t *word, uint64_t closed)
{
    si_lock_init(&checks->lock);
    checks->word = word;
    checks->closed = closed;
}

uint32_t si_machine_check_slot(uint32_t class_number)
{
    return class_number == SI_CLASS_EXIGENT ? SI_MACHINE_CHECK_GROUPS - 1
                                            : class_number - SI_CLASS_WARNING;
}

static uint64_t how_many(uint64_t classes)
{
    return (uint64_t)__builtin_popcountll(classes);
}

/* The bits that these classes have in the word. */
static uint64_t bits_of(const struct si_machine_checks *checks,
                        uint64_t classes)
{
    return (classes & SI_CLASS_REPRESSIBLE) |
           (classes & EXIGENT ? checks->exigent : 0);
}

/* With the lock held, as all that follow. */
static uint64_t pending(const struct si_machine_checks *checks)
{
    uint64_t classes = SI_CLASS_MACHINE_CHECKS, there = 0;

    while (classes) {
        uint32_t number = si_bits_take_highest(&classes);

        if (checks->slot[si_machine_check_slot(number)].conditions)
            there |= SI_BIT(number);
    }
    return there;
}

static void raise(struct si_machine_checks *checks, uint64_t classes)
{
    atomic_fetch_or(checks->word, bits_of(checks, classes));
}

static void empty(struct si_machine_checks *checks, uint64_t classes)
{
    atomic_fetch_and(checks->word, ~bits_of(checks, classes));
    while (classes)
        memset(
            &checks
                 ->slot[si_machine_check_slot(si_bits_take_highest(&classes))],
            0, sizeof checks->slot[0]);
}

/* Conditions add up; the first failing address and the first logout stay. */
void si_machine_check_merge(struct s390irq_machine_check *into,
                            const struct s390irq_machine_check *from)
{
    if (!(into->conditions & SI_MCIC_FAILING_ADDRESS))
        into->failing_address = from->failing_address;
    if (!(into->flags & S390IRQ_MACHINE_CHECK_LOGOUT))
        memcpy(into->logout, from->logout, sizeof into->logout);
    into->conditions |= from->conditions;
    into->external_damage |= from->external_damage;
    into->flags |= from->flags;
}

/* What the group of this class has of the record. */
static struct s390irq_machine_check part_of(
    const struct s390irq_machine_check *check, uint32_t class_number)
{
    struct s390irq_machine_check part = *check;
    uint64_t own = si_mcic_of_class(class_number);

    if (class_number == SI_CLASS_DAMAGE)
        own |= SI_MCIC_EXTERNAL_CODE;
    else
        part.external_damage = 0;
    part.conditions &= own | SI_MCIC_MODIFIERS;
    return part;
}

int si_machine_check_inject(struct si_machine_checks *checks,
                            const struct s390irq_machine_check *check,
                            struct si_tally *tally, uint64_t *raised)
{
    uint64_t classes = si_mcic_classes(check->conditions), left = classes, anew;

    si_lock_take(&checks->lock);
    if (atomic_load(checks->word) & checks->closed) {
        si_lock_release(&checks->lock);
        si_tally_add(&tally->refused, how_many(classes));
        return S390IRQ_CLOSED;
    }
    anew = classes & ~pending(checks);
    while (left) {
        uint32_t number = si_bits_take_highest(&left);
        struct s390irq_machine_check part = part_of(check, number);

        si_machine_check_merge(&checks->slot[si_machine_check_slot(number)],
                               &part);
    }
    raise(checks, anew);
    si_lock_release(&checks->lock);
    si_tally_add(&tally->coalesced, how_many(classes & ~anew));
    *raised = bits_of(checks, anew);
    return anew ? S390IRQ_QUEUED : S390IRQ_COALESCED;
}

void si_machine_check_restore(struct si_machine_checks *checks,
                              uint32_t class_number,
                              const struct s390irq_machine_check *check)
{
    si_lock_take(&checks->lock);
    checks->slot[si_machine_check_slot(class_number)] = *check;
    raise(checks, SI_BIT(class_number));
    si_lock_release(&checks->lock);
}

bool si_machine_check_hold(struct si_machine_checks *checks, uint64_t classes,
                           struct si_machine_hand *hand)
{
    uint64_t held;

    si_lock_take(&checks->lock);
    held = pending(checks) & classes;
    if ((classes & EXIGENT) && !(held & EXIGENT))
        held = 0;
    hand->classes = held;
    hand->cleared = false;
    if (held) {
        memcpy(hand->slot, checks->slot, sizeof hand->slot);
        empty(checks, held);
        hand->next = checks->hands;
        checks->hands = hand;
    }
    si_lock_release(&checks->lock);
    return held != 0;
}

static void let_go(struct si_machine_checks *checks,
                   const struct si_machine_hand *hand)
{
    struct si_machine_hand **at = &checks->hands;

    while (*at && *at != hand)
        at = &(*at)->next;
    if (*at)
        *at = hand->next;
}

void si_machine_check_remove(struct si_machine_checks *checks,
                             struct si_machine_hand *hand)
{
    si_lock_take(&checks->lock);
    let_go(checks, hand);
    hand->classes = 0;
    si_lock_release(&checks->lock);
}

/* Answers how many of these groups had come anew. */
static uint64_t put_back(struct si_machine_checks *checks,
                         const struct si_machine_hand *hand)
{
    uint64_t joined = pending(checks) & hand->classes, left = hand->classes;

    while (left) {
        uint32_t at = si_machine_check_slot(si_bits_take_highest(&left));
        struct s390irq_machine_check older = hand->slot[at];

        si_machine_check_merge(&older, &checks->slot[at]);
        checks->slot[at] = older;
    }
    raise(checks, hand->classes);
    return how_many(joined);
}

uint64_t si_machine_check_give_back(struct si_machine_checks *checks,
                                    struct si_machine_hand *hand,
                                    struct si_tally *tally)
{
    uint64_t pends;

    si_lock_take(&checks->lock);
    let_go(checks, hand);
    if (hand->cleared)
        si_tally_add(&tally->cleared, how_many(hand->classes));
    else
        si_tally_add(&tally->coalesced, put_back(checks, hand));
    pends = pending(checks) & hand->classes;
    hand->classes = 0;
    si_lock_release(&checks->lock);
    return pends;
}

uint64_t si_machine_check_count(struct si_machine_checks *checks,
                                uint32_t class_number, bool cleared)
{
    uint64_t bit = SI_BIT(class_number), count;
    const struct si_machine_hand *hand;

    si_lock_take(&checks->lock);
    count = how_many(pending(checks) & bit);
    for (hand = checks->hands; hand; hand = hand->next)
        if ((hand->classes & bit) && (cleared || !hand->cleared))
            count++;
    si_lock_release(&checks->lock);
    return count;
}

uint64_t si_machine_check_clear(struct si_machine_checks *checks)
{
    struct si_machine_hand *hand;
    uint64_t removed;

    si_lock_take(&checks->lock);
    removed = pending(checks);
    empty(checks, removed);
    for (hand = checks->hands; hand; hand = hand->next)
        hand->cleared = true;
    si_lock_release(&checks->lock);
    return how_many(removed);
}

void si_machine_check_settle(struct si_machine_checks *checks)
{
    si_lock_take(&checks->lock);
    si_lock_release(&checks->lock);
}
