/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * I/O interruptions: subchannels come and go, interrupt, and are tested and
 * cleared by instructions that the VMM carries out (TPI, TSCH, CSCH).
 */
#include "arch/interruption.h"
#include "cpu/route.h"
#include "inject.h"

int s390irq_vm_add_subchannel(struct s390irq_vm *vm, uint32_t subchannel)
{
    if (!vm || !si_interruption_subchannel_valid(subchannel))
        return S390IRQ_E_INVALID;
    return si_io_add(&vm->floating.io, &vm->host, subchannel);
}

/* removed: how many, or an error. */
static void notice_clear(const struct s390irq_vm *vm, uint32_t subchannel,
                         int removed)
{
    if (removed >= 0)
        si_notice(&vm->host, NULL, S390IRQ_NO_CPU, S390IRQ_TRACE_CLEAR,
                  S390IRQ_KIND_IO, removed, subchannel);
}

int s390irq_vm_remove_subchannel(struct s390irq_vm *vm, uint32_t subchannel)
{
    int rc;

    if (!vm || !si_interruption_subchannel_valid(subchannel))
        return S390IRQ_E_INVALID;
    rc = si_io_drop(&vm->floating.io, subchannel);
    si_route_raised(vm);
    notice_clear(vm, subchannel, rc);
    return rc < 0 ? rc : 0;
}

static uint32_t class_of(uint32_t word)
{
    return SI_CLASS_IO(S390IRQ_IO_ISC(word));
}

/* One that moved to another ISC is as good as new there. */
int si_inject_io(struct s390irq_vm *vm, uint32_t subchannel, uint32_t parameter,
                 uint32_t word)
{
    struct si_notice_payload payload;
    bool anew;
    int outcome =
        si_io_inject(&vm->floating.io, subchannel, parameter, word, &anew);

    if (outcome < 0)
        return outcome;
    payload.code = subchannel;
    payload.parameter = parameter;
    payload.parameter64 = word;
    si_inject_floating(vm, class_of(word), S390IRQ_KIND_IO, payload, outcome);
    if (anew && outcome == S390IRQ_COALESCED)
        si_route_floating(vm, class_of(word), 0);
    return outcome;
}

int si_inject_adapter(struct s390irq_vm *vm, uint32_t isc)
{
    return si_inject_floating(vm, SI_CLASS_IO(isc), S390IRQ_KIND_ADAPTER,
                              si_inject_adapter_payload(isc),
                              si_io_signal(&vm->floating.io, isc, false));
}

/* The rest of an injection, and all of it but the usual one. */
static SI_RARE int inject_io(struct s390irq_vm *vm, uint32_t subchannel,
                             uint32_t parameter, uint32_t word)
{
    if (!vm || (word & ~SI_IO_ISC_BITS))
        return S390IRQ_E_INVALID;
    return si_inject_io(vm, subchannel, parameter, word);
}

int s390irq_vm_inject_io(struct s390irq_vm *vm, uint32_t subchannel,
                         uint32_t parameter, uint32_t word)
{
    if (!vm || (word & ~SI_IO_ISC_BITS) || si_notice_wanted(&vm->host) ||
        !si_io_arrive(&vm->floating.io, subchannel, parameter, word))
        return inject_io(vm, subchannel, parameter, word);
    if (si_route_wanted(vm, SI_CLASS_IO_BIT(S390IRQ_IO_ISC(word))))
        si_route_floating(vm, class_of(word), 0);
    return S390IRQ_QUEUED;
}

/* The I/O interruptions of a queue; NULL: a CPU has none. */
static struct si_io *io_of(const struct s390irq_queue *queue)
{
    return queue && !queue->vcpu ? &queue->vm->floating.io : NULL;
}

int s390irq_queue_take_io(struct s390irq_queue *queue, uint32_t isc_mask,
                          uint32_t subchannel, struct s390irq_interruption *out)
{
    struct s390irq_interruption taken;
    struct si_io *io = io_of(queue);
    int rc;

    if (!io || !out || isc_mask > 0xff)
        return S390IRQ_E_INVALID;
    rc = si_io_take_out(io, isc_mask, subchannel, &taken);
    si_route_raised(queue->vm);
    if (rc != 1)
        return rc;
    *out = taken;
    si_notice_interruption(&queue->vm->host, NULL, S390IRQ_NO_CPU,
                           S390IRQ_TRACE_WITHDRAW, subchannel != 0, &taken);
    return rc;
}

/* A record of queue_take_io: valid but for its sequence, which others lack. */
static bool was_taken(const struct s390irq_interruption *interruption)
{
    struct s390irq_interruption plain = *interruption;

    plain.u.io.sequence = 0;
    return (plain.kind == S390IRQ_KIND_IO ||
            plain.kind == S390IRQ_KIND_ADAPTER) &&
           s390irq_interruption_check(&plain) == 0;
}

int s390irq_queue_put_back_io(struct s390irq_queue *queue,
                              const struct s390irq_interruption *interruption)
{
    struct si_io *io = io_of(queue);
    bool anew;
    int outcome;

    if (!io || !interruption || !was_taken(interruption))
        return S390IRQ_E_INVALID;
    outcome = si_io_put_back(io, interruption, &anew);
    if (outcome >= 0)
        si_notice_interruption(&queue->vm->host, NULL, S390IRQ_NO_CPU,
                               S390IRQ_TRACE_PUT_BACK, outcome, interruption);
    si_route_raised(queue->vm);
    if (anew)
        si_route_floating(queue->vm, class_of(interruption->u.io.word), 0);
    return outcome;
}

static SI_RARE int clear_and_tell(struct s390irq_vm *vm, uint32_t subchannel)
{
    int removed = si_io_clear_subchannel(&vm->floating.io, subchannel);

    si_route_raised(vm);
    notice_clear(vm, subchannel, removed);
    return removed;
}

int s390irq_queue_clear_io(struct s390irq_queue *queue, uint32_t subchannel)
{
    struct si_io *io = io_of(queue);
    int removed;

    if (!io)
        return S390IRQ_E_INVALID;
    if (si_notice_wanted(&queue->vm->host))
        return clear_and_tell(queue->vm, subchannel);
    removed = si_io_clear_subchannel(io, subchannel);
    if (si_io_has_raised(io))
        si_route_raised(queue->vm);
    return removed;
}
