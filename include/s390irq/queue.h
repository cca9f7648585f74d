/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What is pending, looked at and cleared by hand. A queue handle has no state
 * of its own and lives as long as the VM; there is nothing to free.
 */
#ifndef S390IRQ_QUEUE_H
#define S390IRQ_QUEUE_H

#include <s390irq/base.h>
#include <s390irq/interruption.h>

S390IRQ_BEGIN_DECLS

/*
 * [A] The kinds that pend, as bits 1 << S390IRQ_KIND_*; 0 for NULL. One in
 * hand still pends. Level conditions are of the registers and not in a queue;
 * program and SVC conditions show in the queue of a parked CPU only, since
 * they belong to the thread of a running one.
 */
S390IRQ_EXPORT uint32_t s390irq_queue_pending(struct s390irq_queue *queue);

/* [A] How many interruptions pend; 0 for NULL. */
S390IRQ_EXPORT size_t s390irq_queue_count(struct s390irq_queue *queue);

/*
 * [A] Copies what pends into the caller's array, highest priority first, and
 * within a kind in the order in which it would be taken. *count: room in the
 * array before, how many there are after. array may be NULL when *count is 0.
 * Answers 0; S390IRQ_E_BUFFER (too many: *count is how many, the array holds
 * as many as fitted); S390IRQ_E_INVALID (NULL).
 * While others inject, the copy is one that could have been seen.
 */
S390IRQ_EXPORT int s390irq_queue_list(struct s390irq_queue *queue,
                                      struct s390irq_interruption *array,
                                      size_t *count);

/*
 * [A] Clears everything that pends in this queue, what is in hand excepted.
 * Program and SVC conditions of a running CPU stay. Answers how many were
 * removed, or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_queue_clear(struct s390irq_queue *queue);

/*
 * [A] Takes one pending I/O interruption off the floating queue, as TEST
 * PENDING INTERRUPTION (isc_mask: CR6 bits 32 to 39, subchannel: 0 = any) and
 * TEST SUBCHANNEL (isc_mask: 0xff, subchannel: the one) do. isc_mask has ISC 0
 * in bit 0x80. The lowest ISC goes first; within one, adapter and subchannels
 * take turns. *out is IO or ADAPTER; its sequence serves to put it back.
 * Answers 1 taken; 0 none; S390IRQ_E_INVALID (NULL, a CPU's queue, isc_mask
 * above 0xff); S390IRQ_E_NO_SUBCHANNEL.
 */
S390IRQ_EXPORT int s390irq_queue_take_io(struct s390irq_queue *queue,
                                         uint32_t isc_mask, uint32_t subchannel,
                                         struct s390irq_interruption *out);

/*
 * [A] Undoes s390irq_queue_take_io(): the interruption pends again where it
 * did. Answers 0; S390IRQ_COALESCED (the subchannel was injected again
 * meanwhile: the newer payload has the older place; or it was taken four more
 * times since: one with what was taken then); S390IRQ_CLEARED (the queue, the
 * subchannel or the VM was cleared meanwhile: it is gone);
 * S390IRQ_E_INVALID (NULL, a CPU's queue, not a record that was taken);
 * S390IRQ_E_NO_SUBCHANNEL (removed meanwhile).
 */
S390IRQ_EXPORT int s390irq_queue_put_back_io(
    struct s390irq_queue *queue,
    const struct s390irq_interruption *interruption);

/*
 * [A] Removes what pends for a subchannel, as CLEAR SUBCHANNEL does; one in
 * hand will not come back. Answers how many were removed, 0 or 1;
 * S390IRQ_E_INVALID (NULL, a CPU's queue); S390IRQ_E_NO_SUBCHANNEL.
 */
S390IRQ_EXPORT int s390irq_queue_clear_io(struct s390irq_queue *queue,
                                          uint32_t subchannel);

S390IRQ_END_DECLS

#endif
