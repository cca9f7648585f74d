/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What the library asks its host for, and is told in virtual time. */
#ifndef REPLAY_HOOKS_H
#define REPLAY_HOOKS_H

#include <s390irq/s390irq.h>

/* With the guest's storage in the configuration, or reached through hooks. */
extern const struct s390irq_host_ops hooks, hooks_with_storage;

#endif
