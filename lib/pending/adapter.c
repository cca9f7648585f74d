/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/adapter.h"

#include <string.h>

#include <s390irq/errors.h>

/* What takes an interruption the way through the lock. */
#define KEPT_BACK (SI_ADAPTER_MASKED | S390IRQ_ADAPTER_SUPPRESSIBLE)

void si_adapters_init(struct si_adapters *adapters)
{
    si_lock_init(&adapters->lock);
}

int si_adapters_add(struct si_adapters *adapters, uint32_t id, uint32_t isc,
                    uint32_t flags)
{
    uint32_t none = 0;
    uint32_t adapter = SI_ADAPTER_THERE | flags | isc << SI_ADAPTER_ISC_SHIFT;

    return atomic_compare_exchange_strong(&adapters->adapter[id], &none,
                                          adapter)
               ? 0
               : S390IRQ_E_EXISTS;
}

int si_adapters_remove(struct si_adapters *adapters, uint32_t id)
{
    uint32_t before = 0;

    si_lock_take(&adapters->lock);
    if (id < S390IRQ_MAX_ADAPTERS)
        before = atomic_exchange(&adapters->adapter[id], 0);
    si_lock_release(&adapters->lock);
    return before ? 0 : S390IRQ_E_NO_ADAPTER;
}

/*
 * With the lock held. In the mode SINGLE the interruption that is presented is
 * the last one until the mode is set anew.
 */
static int present(struct si_adapters *adapters, struct si_io *io,
                   uint32_t adapter, bool closed_too)
{
    struct si_ais *ais = &adapters->ais;
    uint8_t isc = (uint8_t)(0x80u >> si_adapter_isc(adapter));
    int outcome;

    if (!(adapter & S390IRQ_ADAPTER_SUPPRESSIBLE))
        return si_io_signal(io, si_adapter_isc(adapter), closed_too);
    if (!closed_too && si_io_is_closed(io))
        return S390IRQ_CLOSED;
    if (ais->suppressed & isc) {
        ais->dropped |= isc;
        return S390IRQ_SUPPRESSED;
    }
    outcome = si_io_signal(io, si_adapter_isc(adapter), closed_too);
    if (outcome != S390IRQ_CLOSED)
        ais->suppressed |= ais->single & isc;
    return outcome;
}

/* With the lock held. */
static int signal_kept_back(struct si_adapters *adapters, struct si_io *io,
                            uint32_t id, uint32_t adapter, bool closed_too)
{
    uint32_t now = si_adapters_load(adapters, id);

    if (!(now & SI_ADAPTER_MASKED))
        return present(adapters, io, adapter, closed_too);
    if (!closed_too && si_io_is_closed(io))
        return S390IRQ_CLOSED;
    atomic_store(&adapters->adapter[id], now | SI_ADAPTER_REMEMBERED);
    return S390IRQ_REMEMBERED;
}

int si_adapters_signal(struct si_adapters *adapters, struct si_io *io,
                       uint32_t id, uint32_t adapter, bool closed_too)
{
    int outcome;

    if (!(adapter & KEPT_BACK))
        return si_io_signal(io, si_adapter_isc(adapter), closed_too);
    si_lock_take(&adapters->lock);
    outcome = signal_kept_back(adapters, io, id, adapter, closed_too);
    si_lock_release(&adapters->lock);
    return outcome;
}

/* With the lock held. What was remembered was accepted, even if closed now. */
static uint32_t unmask(struct si_adapters *adapters, struct si_io *io,
                       uint32_t adapter, int *outcome)
{
    if (adapter & SI_ADAPTER_REMEMBERED)
        *outcome = present(adapters, io, adapter, true);
    return adapter & ~(SI_ADAPTER_MASKED | SI_ADAPTER_REMEMBERED);
}

int si_adapters_mask(struct si_adapters *adapters, struct si_io *io,
                     uint32_t id, bool masked, int *outcome)
{
    uint32_t before, after;
    int rc;

    *outcome = SI_ADAPTERS_NOTHING;
    si_lock_take(&adapters->lock);
    before = si_adapters_load(adapters, id);
    if (!before) {
        rc = S390IRQ_E_NO_ADAPTER;
    } else if (!(before & S390IRQ_ADAPTER_MASKABLE)) {
        rc = S390IRQ_E_UNSUPPORTED;
    } else {
        rc = (before & SI_ADAPTER_MASKED) != 0;
        after = masked ? before | SI_ADAPTER_MASKED
                       : unmask(adapters, io, before, outcome);
        atomic_store(&adapters->adapter[id], after);
    }
    si_lock_release(&adapters->lock);
    return rc;
}

void si_adapters_restore(struct si_adapters *adapters,
                         const uint32_t words[S390IRQ_MAX_ADAPTERS],
                         const struct si_ais *ais)
{
    uint32_t id;

    si_lock_take(&adapters->lock);
    for (id = 0; id < S390IRQ_MAX_ADAPTERS; id++)
        atomic_store(&adapters->adapter[id], words[id]);
    adapters->ais = *ais;
    si_lock_release(&adapters->lock);
}

void si_adapters_reset(struct si_adapters *adapters)
{
    uint32_t id;

    si_lock_take(&adapters->lock);
    for (id = 0; id < S390IRQ_MAX_ADAPTERS; id++)
        atomic_fetch_and(&adapters->adapter[id],
                         ~(SI_ADAPTER_MASKED | SI_ADAPTER_REMEMBERED));
    memset(&adapters->ais, 0, sizeof adapters->ais);
    si_lock_release(&adapters->lock);
}

void si_adapters_set_ais(struct si_adapters *adapters, uint8_t iscs,
                         uint8_t single, uint8_t suppressed)
{
    struct si_ais *ais = &adapters->ais;
    uint8_t others = (uint8_t)~iscs;

    si_lock_take(&adapters->lock);
    ais->single = (uint8_t)((ais->single & others) | (single & iscs));
    ais->suppressed =
        (uint8_t)((ais->suppressed & others) | (suppressed & iscs));
    ais->dropped &= others;
    si_lock_release(&adapters->lock);
}

struct si_ais si_adapters_get_ais(struct si_adapters *adapters)
{
    struct si_ais ais;

    si_lock_take(&adapters->lock);
    ais = adapters->ais;
    si_lock_release(&adapters->lock);
    return ais;
}
