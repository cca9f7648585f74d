/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Adapters, and what keeps their interruptions back: a mask of the adapter,
 * and adapter-interruption suppression (AIS) of its ISC. Whether one is
 * suppressed, the injection, and what that does to the mode are one step,
 * under the lock. Adapters that nothing can keep back need no lock here.
 */
#ifndef SI_PENDING_ADAPTER_H
#define SI_PENDING_ADAPTER_H

#include <s390irq/adapter.h>

#include "pending/io.h"

/* A registered adapter, as a word that is not zero; S390IRQ_ADAPTER_* below. */
#define SI_ADAPTER_THERE      0x10u
#define SI_ADAPTER_MASKED     0x20u
#define SI_ADAPTER_REMEMBERED 0x40u /* signalled while masked */
#define SI_ADAPTER_ISC_SHIFT  8

static inline uint32_t si_adapter_isc(uint32_t adapter)
{
    return adapter >> SI_ADAPTER_ISC_SHIFT;
}

/* Masks of ISCs, ISC 0 in bit 0x80; under the lock. */
struct si_ais {
    uint8_t single;     /* the mode is SINGLE */
    uint8_t suppressed; /* the one interruption has been */
    uint8_t dropped;    /* something was suppressed since the mode was set */
};

struct si_adapters {
    struct si_lock lock;
    struct si_ais ais;
    _Atomic uint32_t adapter[S390IRQ_MAX_ADAPTERS]; /* 0: none */
};

void si_adapters_init(struct si_adapters *adapters);

/* The adapter as a word; 0: there is none with this number. */
static inline uint32_t si_adapters_load(const struct si_adapters *adapters,
                                        uint32_t id)
{
    return id < S390IRQ_MAX_ADAPTERS ? atomic_load(&adapters->adapter[id]) : 0;
}

/* Each answers 0 or an error; the arguments are in range. */
int si_adapters_add(struct si_adapters *adapters, uint32_t id, uint32_t isc,
                    uint32_t flags);
int si_adapters_remove(struct si_adapters *adapters, uint32_t id);

/* Nothing was injected. */
#define SI_ADAPTERS_NOTHING (-1)

/*
 * Answers the mask before, or an error. *outcome: of the interruption that was
 * remembered, or SI_ADAPTERS_NOTHING.
 */
int si_adapters_mask(struct si_adapters *adapters, struct si_io *io,
                     uint32_t id, bool masked, int *outcome);

/*
 * The adapter, which was found to be this, signals: an outcome. closed_too: it
 * was accepted before the VM closed.
 */
int si_adapters_signal(struct si_adapters *adapters, struct si_io *io,
                       uint32_t id, uint32_t adapter, bool closed_too);

/* The adapters are these words, and suppression stands like this. */
void si_adapters_restore(struct si_adapters *adapters,
                         const uint32_t words[S390IRQ_MAX_ADAPTERS],
                         const struct si_ais *ais);

/* No mask, nothing remembered, no suppression. */
void si_adapters_reset(struct si_adapters *adapters);

/* Sets the modes of these ISCs; those that are set end a suppression. */
void si_adapters_set_ais(struct si_adapters *adapters, uint8_t iscs,
                         uint8_t single, uint8_t suppressed);
struct si_ais si_adapters_get_ais(struct si_adapters *adapters);

#endif
