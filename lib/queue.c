/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The queue handle: what pends, listed, counted, cleared. */
#include <limits.h>

#include "cpu/route.h"
#include "cpu/trace.h"
#include "listing.h"

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
struct collection {
    struct s390irq_interruption *array;
    size_t room;
    size_t count;
};

static void collect(void *to, uint32_t class_number,
                    const struct s390irq_interruption *what, bool in_hand)
{
    struct collection *collection = to;

    (void)class_number;
    (void)in_hand;
    if (collection->count < collection->room)
        collection->array[collection->count] = *what;
    collection->count++;
}

int s390irq_queue_list(struct s390irq_queue *queue,
                       struct s390irq_interruption *array, size_t *count)
{
    struct collection collection;
    uint32_t number;

    if (!queue || !count || (!array && *count))
        return S390IRQ_E_INVALID;
    collection.array = array;
    collection.room = *count;
    collection.count = 0;
    lock(queue);
    for (number = SI_CLASS_COUNT; number-- > 0;) {
        if (!shows(queue, number))
            continue;
        if (queue->vcpu)
            si_listing_local(&queue->vcpu->local, number, collect, &collection);
        else
            si_listing_floating(&queue->vm->floating, number, collect,
                                &collection);
    }
    unlock(queue);
    *count = collection.count;
    return collection.count > collection.room ? S390IRQ_E_BUFFER : 0;
}

int s390irq_queue_clear(struct s390irq_queue *queue)
{
    uint64_t removed;
    bool own;

    if (!queue)
        return S390IRQ_E_INVALID;
    if (!queue->vcpu) {
        removed = si_floating_clear(&queue->vm->floating);
        si_route_raised(queue->vm);
        si_trace_clear_floating(queue->vm, removed);
    } else {
        lock(queue);
        own = queue->vcpu->parked;
        removed = si_local_clear(&queue->vcpu->local, own);
        unlock(queue);
        si_trace_clear_local(queue->vcpu, own, removed);
    }
    return removed > INT_MAX ? INT_MAX : (int)removed;
}
