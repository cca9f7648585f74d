/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The queue handle: what pends, listed, counted, cleared. */
#include <limits.h>
#include <string.h>

#include "cpu/machine.h"

struct s390irq_queue *s390irq_vm_queue(struct s390irq_vm *vm)
{
    return vm ? &vm->queue : NULL;
}

struct s390irq_queue *s390irq_vcpu_queue(struct s390irq_vcpu *vcpu)
{
    return vcpu ? &vcpu->queue : NULL;
}

/* With the CPU's lock held: own conditions of a running CPU are not shown. */
static bool shows(const struct s390irq_queue *queue, uint32_t number)
{
    const struct si_class *row = &si_classes[number];

    if (row->nature == SI_LEVEL ||
        !(row->scope & (queue->vcpu ? SI_LOCAL : SI_FLOATING)))
        return false;
    return row->nature != SI_OWN || queue->vcpu->parked;
}

static uint64_t count_class(const struct s390irq_queue *queue, uint32_t number)
{
    if (!shows(queue, number))
        return 0;
    return queue->vcpu ? si_local_count(&queue->vcpu->local, number)
                       : si_floating_count(&queue->vm->floating, number);
}

/* An ISC has two kinds. */
static uint32_t kinds_of_isc(const struct s390irq_queue *queue, uint32_t number)
{
    struct si_io_count count =
        si_io_count(&queue->vm->floating.io, SI_CLASS_ISC(number));

    return (count.subchannels ? 1u << S390IRQ_KIND_IO : 0) |
           (count.adapters ? 1u << S390IRQ_KIND_ADAPTER : 0);
}

static void lock(const struct s390irq_queue *queue)
{
    if (queue->vcpu)
        si_lock_take(&queue->vcpu->local.lock);
}

static void unlock(const struct s390irq_queue *queue)
{
    if (queue->vcpu)
        si_lock_release(&queue->vcpu->local.lock);
}

uint32_t s390irq_queue_pending(struct s390irq_queue *queue)
{
    uint32_t number, kinds = 0;

    if (!queue)
        return 0;
    lock(queue);
    for (number = 0; number < SI_CLASS_COUNT; number++)
        if (!queue->vcpu && si_classes[number].nature == SI_IO)
            kinds |= kinds_of_isc(queue, number);
        else if (count_class(queue, number))
            kinds |= 1u << si_classes[number].kind;
    unlock(queue);
    return kinds;
}

size_t s390irq_queue_count(struct s390irq_queue *queue)
{
    uint64_t count = 0;
    uint32_t number;

    if (!queue)
        return 0;
    lock(queue);
    for (number = 0; number < SI_CLASS_COUNT; number++)
        count += count_class(queue, number);
    unlock(queue);
    return (size_t)count;
}

/* The caller's array, and how much there is to put into it. */
struct listing {
    struct s390irq_interruption *array;
    size_t room;
    size_t count;
};

static void list_one(struct listing *listing,
                     const struct s390irq_interruption *what)
{
    if (listing->count < listing->room)
        listing->array[listing->count] = *what;
    listing->count++;
}

static void list_sources(const struct si_local *local, uint32_t number,
                         struct listing *listing,
                         struct s390irq_interruption *what)
{
    uint32_t limit = local->emergency.words * SI_SOURCES_PER_WORD;
    uint32_t source;

    for (source = 0; source < limit; source++) {
        if (!si_local_pends_from(local, number, source))
            continue;
        what->source = (uint16_t)source;
        list_one(listing, what);
    }
}

static void list_records(struct si_records *records, struct listing *listing,
                         struct s390irq_interruption *what)
{
    uint32_t at;

    si_lock_take(&records->lock);
    for (at = records->first; at != SI_RECORDS_NONE;
         at = records->record[at].next) {
        what->parameter = records->record[at].parameter;
        what->parameter64 = records->record[at].parameter64;
        list_one(listing, what);
    }
    si_lock_release(&records->lock);
}

/* What CPUs have in hand came first. */
static void list_checks(struct si_machine_checks *checks, uint32_t number,
                        bool cleared, struct listing *listing,
                        struct s390irq_interruption *what)
{
    uint32_t slot = si_machine_check_slot(number);
    const struct si_machine_hand *hand;

    si_lock_take(&checks->lock);
    for (hand = checks->hands; hand; hand = hand->next) {
        if (!(hand->classes & SI_BIT(number)) || (hand->cleared && !cleared))
            continue;
        what->u.machine_check = hand->slot[slot];
        list_one(listing, what);
    }
    what->u.machine_check = checks->slot[slot];
    if (what->u.machine_check.conditions)
        list_one(listing, what);
    si_lock_release(&checks->lock);
}

/* What is in hand is not in its place meanwhile: two may be there. */
static void list_measurement(const struct si_local *local,
                             struct listing *listing,
                             struct s390irq_interruption *what)
{
    const struct si_hand *hand = &local->hand;

    if (hand->held && !hand->cleared &&
        hand->class_number == SI_CLASS_MEASUREMENT_ALERT)
        list_one(listing, &hand->what);
    what->parameter = local->measurement;
    if (si_local_load(local) & SI_BIT(SI_CLASS_MEASUREMENT_ALERT))
        list_one(listing, what);
}

static void list_local(struct si_local *local, uint32_t number,
                       struct listing *listing,
                       struct s390irq_interruption *what)
{
    if (si_classes[number].nature == SI_MACHINE) {
        list_checks(&local->checks, number, false, listing, what);
        return;
    }
    switch (number) {
    case SI_CLASS_EMERGENCY_SIGNAL:
    case SI_CLASS_MALFUNCTION_ALERT:
        list_sources(local, number, listing, what);
        return;
    case SI_CLASS_PFAULT_INIT:
        list_records(&local->pfault.records, listing, what);
        return;
    case SI_CLASS_MEASUREMENT_ALERT:
        list_measurement(local, listing, what);
        return;
    case SI_CLASS_IUCV:
        what->source = local->iucv;
        break;
    case SI_CLASS_EXTERNAL_CALL:
        what->source = (uint16_t)si_local_call_source(si_local_load(local));
        break;
    case SI_CLASS_STOP:
        what->parameter = (si_local_load(local) & SI_LOCAL_STORE_STATUS) != 0;
        break;
    case SI_CLASS_PROGRAM:
        what->u.program = local->own.program;
        break;
    case SI_CLASS_SUPERVISOR_CALL:
        what->source = local->own.svc_code;
        what->parameter = local->own.svc_ilc;
        break;
    default:
        break;
    }
    list_one(listing, what);
}

static void visit_one(void *to, const struct s390irq_interruption *what)
{
    list_one(to, what);
}

static void list_service(const struct si_floating *floating,
                         struct listing *listing,
                         struct s390irq_interruption *what)
{
    int in_hand;

    for (in_hand = 1; in_hand >= 0; in_hand--) {
        what->parameter = si_floating_service_parameter(floating, in_hand);
        if (what->parameter)
            list_one(listing, what);
    }
}

static void list_floating(struct si_floating *floating, uint32_t number,
                          struct listing *listing,
                          struct s390irq_interruption *what)
{
    uint64_t count;

    if (si_classes[number].nature == SI_RECORDS) {
        list_records(&floating->records[number]->records, listing, what);
        return;
    }
    if (si_classes[number].nature == SI_SERVICE) {
        list_service(floating, listing, what);
        return;
    }
    if (si_classes[number].nature == SI_MACHINE) {
        list_checks(&floating->checks, number, true, listing, what);
        return;
    }
    if (si_classes[number].nature == SI_IO) {
        si_io_each(&floating->io, SI_CLASS_ISC(number), visit_one, listing);
        return;
    }
    /* A flag may be in hand, of several CPUs, and pend anew. */
    for (count = si_floating_count(floating, number); count > 0; count--)
        list_one(listing, what);
}

int s390irq_queue_list(struct s390irq_queue *queue,
                       struct s390irq_interruption *array, size_t *count)
{
    struct listing listing;
    uint32_t number;

    if (!queue || !count || (!array && *count))
        return S390IRQ_E_INVALID;
    listing.array = array;
    listing.room = *count;
    listing.count = 0;
    lock(queue);
    for (number = SI_CLASS_COUNT; number-- > 0;) {
        struct s390irq_interruption what;

        if (!count_class(queue, number))
            continue;
        memset(&what, 0, sizeof what);
        what.kind = si_classes[number].kind;
        if (queue->vcpu)
            list_local(&queue->vcpu->local, number, &listing, &what);
        else
            list_floating(&queue->vm->floating, number, &listing, &what);
    }
    unlock(queue);
    *count = listing.count;
    return listing.count > listing.room ? S390IRQ_E_BUFFER : 0;
}

int s390irq_queue_clear(struct s390irq_queue *queue)
{
    uint64_t removed;

    if (!queue)
        return S390IRQ_E_INVALID;
    if (!queue->vcpu) {
        removed = si_floating_clear(&queue->vm->floating);
    } else {
        lock(queue);
        removed = si_local_clear(&queue->vcpu->local, queue->vcpu->parked);
        unlock(queue);
    }
    return removed > INT_MAX ? INT_MAX : (int)removed;
}
