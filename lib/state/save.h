/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The parts of a snapshot that have a file of their own. */
#ifndef SI_STATE_SAVE_H
#define SI_STATE_SAVE_H

#include "state/saved.h"

/* state/save_io.c: subchannels, what pends for them, adapters. */
void si_save_io(struct si_writer *writer, struct s390irq_vm *vm);

#endif
