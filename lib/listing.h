/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What pends, shown one by one: for lists and for explanations. */
#ifndef SI_LISTING_H
#define SI_LISTING_H

#include "cpu/machine.h"

/* Called for each; locks may be held. in_hand: prepared at some CPU. */
typedef void si_listing_show(void *to, uint32_t class_number,
                             const struct s390irq_interruption *what,
                             bool in_hand);

/* What pends at the CPU of one class, with its lock held. */
void si_listing_local(struct si_local *local, uint32_t class_number,
                      si_listing_show *show, void *to);

/* The same at the VM. */
void si_listing_floating(struct si_floating *floating, uint32_t class_number,
                         si_listing_show *show, void *to);

#endif
