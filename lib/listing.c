/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "listing.h"

#include <string.h>

/* To whom, and what all of one class have in common. */
struct listing {
    si_listing_show *show;
    void *to;
    uint32_t class_number;
    struct s390irq_interruption what;
};

static void show(struct listing *listing, bool in_hand)
{
    listing->show(listing->to, listing->class_number, &listing->what, in_hand);
}

static void begin(struct listing *listing, uint32_t class_number,
                  si_listing_show *function, void *to)
{
    memset(listing, 0, sizeof *listing);
    listing->show = function;
    listing->to = to;
    listing->class_number = class_number;
    listing->what.kind = si_classes[class_number].kind;
}

static void list_sources(struct listing *listing, const struct si_local *local)
{
    uint32_t limit = local->emergency.words * SI_SOURCES_PER_WORD, source;
    const struct si_hand *hand = &local->hand;
    bool holds = hand->held && !hand->cleared &&
                 hand->class_number == listing->class_number;

    for (source = 0; source < limit; source++) {
        if (!si_local_pends_from(local, listing->class_number, source))
            continue;
        listing->what.source = (uint16_t)source;
        show(listing, holds && hand->source == source);
    }
}

static void list_records(struct listing *listing, struct si_records *records)
{
    uint32_t at;

    si_lock_take(&records->lock);
    for (at = records->first; at != SI_RECORDS_NONE;
         at = records->record[at].next) {
        const struct si_record *record = &records->record[at];

        listing->what.parameter = record->parameter;
        listing->what.parameter64 = record->parameter64;
        show(listing, record->state == SI_RECORD_HELD);
    }
    si_lock_release(&records->lock);
}

/* What CPUs have in hand came first. */
static void list_checks(struct listing *listing,
                        struct si_machine_checks *checks, bool cleared)
{
    uint32_t slot = si_machine_check_slot(listing->class_number);
    const struct si_machine_hand *hand;

    si_lock_take(&checks->lock);
    for (hand = checks->hands; hand; hand = hand->next) {
        if (!(hand->classes & SI_BIT(listing->class_number)) ||
            (hand->cleared && !cleared))
            continue;
        listing->what.u.machine_check = hand->slot[slot];
        show(listing, true);
    }
    listing->what.u.machine_check = checks->slot[slot];
    if (checks->slot[slot].conditions)
        show(listing, false);
    si_lock_release(&checks->lock);
}

/* What is in hand is not in its place meanwhile: two may be there. */
static void list_measurement(struct listing *listing,
                             const struct si_local *local)
{
    const struct si_hand *hand = &local->hand;

    if (hand->held && !hand->cleared &&
        hand->class_number == SI_CLASS_MEASUREMENT_ALERT) {
        listing->what.parameter = hand->what.parameter;
        show(listing, true);
    }
    listing->what.parameter = local->measurement;
    if (si_local_load(local) & SI_BIT(SI_CLASS_MEASUREMENT_ALERT))
        show(listing, false);
}

void si_listing_local(struct si_local *local, uint32_t class_number,
                      si_listing_show *function, void *to)
{
    const struct si_hand *hand = &local->hand;
    struct listing listing;

    begin(&listing, class_number, function, to);
    switch (si_classes[class_number].nature) {
    case SI_MACHINE:
        list_checks(&listing, &local->checks, false);
        break;
    case SI_SOURCES:
        list_sources(&listing, local);
        break;
    case SI_RECORDS:
        list_records(&listing, &local->pfault.records);
        break;
    case SI_PARAMETER:
        list_measurement(&listing, local);
        break;
    default:
        if (!si_local_count(local, class_number))
            break;
        si_local_describe(local, class_number, si_local_load(local),
                          &listing.what);
        show(&listing, hand->held && !hand->cleared &&
                           hand->class_number == class_number);
        break;
    }
}

static void list_service(struct listing *listing,
                         const struct si_floating *floating)
{
    int in_hand;

    for (in_hand = 1; in_hand >= 0; in_hand--) {
        listing->what.parameter =
            si_floating_service_parameter(floating, in_hand);
        if (listing->what.parameter)
            show(listing, in_hand);
    }
}

static void list_flag(struct listing *listing, struct si_floating *floating)
{
    uint64_t held = atomic_load(&floating->held[listing->class_number]);
    uint64_t bit = SI_BIT(listing->class_number);

    while (held--)
        show(listing, true);
    if (si_floating_load(floating) & bit)
        show(listing, false);
}

static void show_io(void *to, const struct s390irq_interruption *what,
                    bool in_hand)
{
    struct listing *listing = to;

    listing->what = *what;
    show(listing, in_hand);
}

void si_listing_floating(struct si_floating *floating, uint32_t class_number,
                         si_listing_show *function, void *to)
{
    struct listing listing;

    begin(&listing, class_number, function, to);
    switch (si_classes[class_number].nature) {
    case SI_RECORDS:
        list_records(&listing, &floating->records[class_number]->records);
        break;
    case SI_SERVICE:
        list_service(&listing, floating);
        break;
    case SI_MACHINE:
        list_checks(&listing, &floating->checks, true);
        break;
    case SI_IO:
        si_io_each(&floating->io, SI_CLASS_ISC(class_number), show_io,
                   &listing);
        break;
    default:
        list_flag(&listing, floating);
        break;
    }
}
