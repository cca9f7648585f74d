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

S390IRQ_END_DECLS

#endif
