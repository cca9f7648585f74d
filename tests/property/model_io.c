/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Input/output interruptions: one for each subchannel, one for the adapters of
 * each ISC, and those that TEST PENDING INTERRUPTION and TEST SUBCHANNEL took.
 */
#include "model.h"

#include <string.h>

int model_isc(uint32_t word)
{
    return (int)(word >> 27 & 7);
}

/*
 * Whichever was taken last goes second; at first, and if all that is remembered
 * was put back, subchannels go first.
 */
bool model_adapters_turn(const struct model_vm *vm, int class)
{
    unsigned kept = vm->turns < MODEL_TURNS ? vm->turns : MODEL_TURNS;
    unsigned seen = 0;

    if (vm->flip == MODEL_FLIP_TURNS)
        return false;
    for (unsigned i = 1; i <= kept && seen < MODEL_UNDO; i++) {
        const struct model_turn *turn =
            &vm->turn[(vm->turns - i) % MODEL_TURNS];

        if (turn->class == class && !turn->undone)
            return !turn->adapter;
        seen += turn->class == class;
    }
    return false;
}

unsigned model_take_turn(struct model_vm *vm, const struct model_item *item)
{
    struct model_turn *turn = &vm->turn[vm->turns % MODEL_TURNS];

    turn->class = item->class;
    turn->adapter = item->record.kind == S390IRQ_KIND_ADAPTER;
    turn->undone = false;
    return vm->turns++;
}

void model_undo_turn(struct model_vm *vm, unsigned turn)
{
    unsigned later = 0;

    for (unsigned i = turn + 1; i < vm->turns; i++)
        later += vm->turn[i % MODEL_TURNS].class ==
                 vm->turn[turn % MODEL_TURNS].class;
    if (later < MODEL_UNDO && vm->turns - turn <= MODEL_TURNS)
        vm->turn[turn % MODEL_TURNS].undone = true;
}

/* One more of the same is taken: of this subchannel, or adapters of this ISC.
 */
static void loans_grow_old(struct model_vm *vm, const struct model_item *item)
{
    for (int i = 0; i < MODEL_LOANS; i++) {
        struct model_loan *loan = &vm->loan[i];

        loan->later +=
            loan->record.kind == item->record.kind &&
            loan->record.u.io.subchannel == item->record.u.io.subchannel &&
            (item->record.kind == S390IRQ_KIND_IO ||
             MODEL_ISC0 + model_isc(loan->record.u.io.word) == item->class);
    }
}

struct model_subchannel *model_subchannel(struct model_vm *vm, uint32_t id)
{
    for (int i = 0; i < MODEL_SUBCHANNELS; i++)
        if (vm->subchannel[i].there && vm->subchannel[i].id == id)
            return &vm->subchannel[i];
    return NULL;
}

int model_add_subchannel(struct model_vm *vm, uint32_t id)
{
    if (model_subchannel(vm, id))
        return S390IRQ_E_EXISTS;
    for (int i = 0; i < MODEL_LOANS; i++) /* they were of another one */
        if (vm->loan[i].record.u.io.subchannel == id)
            vm->loan[i].out = false;
    for (int i = 0; i < MODEL_SUBCHANNELS; i++)
        if (!vm->subchannel[i].there) {
            vm->subchannel[i].there = true;
            vm->subchannel[i].id = id;
            return 0;
        }
    return S390IRQ_E_NO_MEMORY;
}

static bool is_io(const struct model_item *item)
{
    return item->class >= MODEL_ISC0 && item->class <= MODEL_ISC7;
}

/* What pends for a subchannel, or, with 0, for the adapters of an ISC. */
static struct model_item *pending_io(struct model_vm *vm, uint32_t id, int isc)
{
    for (unsigned i = 0; i < vm->floating.count; i++) {
        struct model_item *item = &vm->floating.item[i];

        if (!is_io(item) || item->hand >= 0)
            continue;
        if (id ? item->record.u.io.subchannel == id
               : item->record.kind == S390IRQ_KIND_ADAPTER &&
                     item->class == MODEL_ISC0 + isc)
            return item;
    }
    return NULL;
}

/* V-15: the newer payload; the place stays if the ISC does. */
static void replace(struct model_vm *vm, struct model_item *item,
                    const struct s390irq_interruption *record)
{
    int class = MODEL_ISC0 + model_isc(record->u.io.word);

    item->age = ++vm->places;
    if (class != item->class)
        item->place = item->age;
    item->class = class;
    item->record = *record;
}

/*
 * Two for one subchannel: the newer payload, and if it can be the older place.
 * What was away is as old as its place, whatever was injected into that.
 */
static void join(struct model_item *item, uint64_t place,
                 const struct s390irq_interruption *record)
{
    int class = MODEL_ISC0 + model_isc(record->u.io.word);
    bool newer = place > item->age;

    if (class == item->class)
        item->place = place < item->place ? place : item->place;
    else if (newer)
        item->place = place;
    if (!newer)
        return;
    item->class = class;
    item->age = place;
    item->record = *record;
}

int model_inject_io(struct model_vm *vm,
                    const struct s390irq_interruption *record)
{
    if (record->kind == S390IRQ_KIND_IO &&
        !model_subchannel(vm, record->u.io.subchannel))
        return S390IRQ_E_NO_SUBCHANNEL;
    if (vm->closed)
        return model_booked(vm, record->kind, S390IRQ_CLOSED);
    return model_pend_io(vm, record);
}

int model_pend_io(struct model_vm *vm,
                  const struct s390irq_interruption *record)
{
    uint32_t id = record->u.io.subchannel;
    int isc = model_isc(record->u.io.word);
    struct model_item *item = pending_io(vm, id, isc);

    if (item) {
        replace(vm, item, record);
        return model_booked(vm, record->kind, S390IRQ_COALESCED);
    }
    model_add(vm, &vm->floating, MODEL_ISC0 + isc, record);
    return model_booked(vm, record->kind, S390IRQ_QUEUED);
}

/* Back at its place; with what came meanwhile it is one. */
void model_rejoin_io(struct model_vm *vm, struct model_item *back)
{
    struct model_item *there;

    back->hand = 0; /* not itself */
    there =
        pending_io(vm, back->record.u.io.subchannel, back->class - MODEL_ISC0);
    back->hand = -1;
    back->age = back->place;
    if (!there)
        return;
    join(there, back->place, &back->record);
    vm->books[back->record.kind].coalesced++;
    model_remove(&vm->floating, back);
}

/* Clears what pends for a subchannel; what is away will not come back. */
int model_clear_io(struct model_vm *vm, uint32_t id)
{
    int removed = 0;

    if (!model_subchannel(vm, id))
        return S390IRQ_E_NO_SUBCHANNEL;
    for (int i = 0; i < MODEL_LOANS; i++)
        if (vm->loan[i].record.u.io.subchannel == id)
            vm->loan[i].cleared = true;
    for (unsigned i = 0; i < vm->floating.count;) {
        struct model_item *item = &vm->floating.item[i];

        if (!is_io(item) || item->record.u.io.subchannel != id) {
            i++;
        } else if (item->hand >= 0) {
            item->cleared = true;
            i++;
        } else {
            vm->books[S390IRQ_KIND_IO].cleared++;
            model_remove(&vm->floating, item);
            removed++;
        }
    }
    return removed;
}

int model_remove_subchannel(struct model_vm *vm, uint32_t id)
{
    struct model_subchannel *subchannel = model_subchannel(vm, id);
    int answer = model_clear_io(vm, id);

    if (answer < 0)
        return answer;
    subchannel->there = false;
    return 0;
}

int model_take_io(struct model_vm *vm, uint32_t mask, uint32_t id,
                  struct model_loan *loan)
{
    struct model_item *found = NULL;

    if (id && !model_subchannel(vm, id))
        return S390IRQ_E_NO_SUBCHANNEL;
    for (unsigned i = 0; i < vm->floating.count; i++) {
        struct model_item *item = &vm->floating.item[i];

        if (!is_io(item) || item->hand >= 0 ||
            !(mask & 0x80u >> (item->class - MODEL_ISC0)) ||
            (id && item->record.u.io.subchannel != id))
            continue;
        if (!found || item->class < found->class ||
            (item->class == found->class && model_before(vm, item, found)))
            found = item;
    }
    if (!found)
        return 0;
    loans_grow_old(vm, found);
    loan->out = true;
    loan->later = 0;
    loan->cleared = false;
    loan->place = found->place;
    loan->record = found->record;
    loan->turn = model_take_turn(vm, found);
    vm->books[found->record.kind].taken++;
    model_remove(&vm->floating, found);
    return 1;
}

int model_put_back_io(struct model_vm *vm, struct model_loan *loan)
{
    const struct s390irq_interruption *record = &loan->record;
    int isc = model_isc(record->u.io.word);
    struct model_item *there;

    loan->out = false;
    if (record->kind == S390IRQ_KIND_IO &&
        !model_subchannel(vm, record->u.io.subchannel))
        return S390IRQ_E_NO_SUBCHANNEL;
    vm->books[record->kind].taken--;
    if (loan->cleared) {
        vm->books[record->kind].cleared++;
        return S390IRQ_CLEARED;
    }
    model_undo_turn(vm, loan->turn);
    if (loan->later >= MODEL_LATER) { /* one with what was taken then */
        vm->books[record->kind].coalesced++;
        return S390IRQ_COALESCED;
    }
    there = pending_io(vm, record->u.io.subchannel, isc);
    if (there) {
        join(there, loan->place, record);
        vm->books[record->kind].coalesced++;
        return S390IRQ_COALESCED;
    }
    there = model_add(vm, &vm->floating, MODEL_ISC0 + isc, record);
    if (vm->flip != MODEL_FLIP_TAIL)
        there->place = loan->place;
    there->age = loan->place;
    return 0;
}
