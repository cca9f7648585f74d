/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Adapters, their routes to indicators, and suppression of their ISCs. */
#include <string.h>

#include "host/abi.h"
#include "inject.h"
#include "pending/indicator.h"

#define FLAGS                                                  \
    (S390IRQ_ADAPTER_MASKABLE | S390IRQ_ADAPTER_SUPPRESSIBLE | \
     S390IRQ_ADAPTER_SWAP)

int s390irq_vm_add_adapter(struct s390irq_vm *vm, uint32_t id, uint32_t isc,
                           uint32_t flags)
{
    if (!vm || id >= S390IRQ_MAX_ADAPTERS || isc >= SI_IO_ISCS ||
        (flags & ~(uint32_t)FLAGS))
        return S390IRQ_E_INVALID;
    return si_adapters_add(&vm->adapters, id, isc, flags);
}

int s390irq_vm_remove_adapter(struct s390irq_vm *vm, uint32_t id)
{
    return vm ? si_adapters_remove(&vm->adapters, id) : S390IRQ_E_INVALID;
}

int s390irq_vm_get_adapter(struct s390irq_vm *vm, uint32_t id,
                           struct s390irq_adapter *adapter)
{
    struct s390irq_adapter known = S390IRQ_ADAPTER_INIT;
    uint32_t word;
    int rc = si_abi_check(adapter, sizeof known, sizeof known);

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    word = si_adapters_load(&vm->adapters, id);
    if (!word)
        return S390IRQ_E_NO_ADAPTER;
    known.id = id;
    known.isc = si_adapter_isc(word);
    known.flags = word & FLAGS;
    known.masked = (word & SI_ADAPTER_MASKED) != 0;
    known.remembered = (word & SI_ADAPTER_REMEMBERED) != 0;
    si_abi_write(adapter, &known, sizeof known);
    return 0;
}

static int adapter_outcome(struct s390irq_vm *vm, uint32_t adapter, int outcome)
{
    uint32_t isc = si_adapter_isc(adapter);

    return si_inject_floating(vm, SI_CLASS_IO(isc), S390IRQ_KIND_ADAPTER,
                              si_inject_adapter_payload(isc), outcome);
}

int s390irq_vm_mask_adapter(struct s390irq_vm *vm, uint32_t id, int masked)
{
    uint32_t adapter;
    int rc, outcome;

    if (!vm)
        return S390IRQ_E_INVALID;
    adapter = si_adapters_load(&vm->adapters, id);
    if (!adapter)
        return S390IRQ_E_NO_ADAPTER;
    rc = si_adapters_mask(&vm->adapters, &vm->floating.io, id, masked != 0,
                          &outcome);
    if (outcome != SI_ADAPTERS_NOTHING)
        adapter_outcome(vm, adapter, outcome);
    return rc;
}

int s390irq_vm_signal_adapter(struct s390irq_vm *vm, uint32_t id)
{
    uint32_t adapter;

    if (!vm)
        return S390IRQ_E_INVALID;
    adapter = si_adapters_load(&vm->adapters, id);
    if (!adapter)
        return S390IRQ_E_NO_ADAPTER;
    return adapter_outcome(vm, adapter,
                           si_adapters_signal(&vm->adapters, &vm->floating.io,
                                              id, adapter, false));
}

/* A route that has been checked. */
struct path {
    uint32_t id;
    uint32_t adapter;
    struct si_indicator indicator;
    struct si_indicator summary;
};

static int find_path(struct s390irq_vm *vm, const struct s390irq_route *route,
                     struct path *path)
{
    struct s390irq_route known;
    bool swap;
    int rc = si_abi_check(route, sizeof known, sizeof known);

    if (!vm)
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    si_abi_read(&known, route, sizeof known);
    path->id = known.adapter;
    path->adapter = si_adapters_load(&vm->adapters, known.adapter);
    swap = (path->adapter & S390IRQ_ADAPTER_SWAP) != 0;
    if (!si_indicator_find(known.indicator_absolute, known.indicator_offset,
                           swap, &path->indicator) ||
        !si_indicator_find(known.summary_absolute, known.summary_offset, swap,
                           &path->summary))
        return S390IRQ_E_INVALID;
    return path->adapter ? 0 : S390IRQ_E_NO_ADAPTER;
}

int s390irq_vm_check_route(struct s390irq_vm *vm,
                           const struct s390irq_route *route)
{
    struct path path;

    return find_path(vm, route, &path);
}

/* 1: it was set before, 0: it was not, negative: there is no such storage. */
static int set_indicator(const struct si_host *host,
                         const struct si_indicator *indicator)
{
    int before = si_memory_set_bits(host, indicator->absolute, indicator->bit);

    return before < 0 ? before : (before & indicator->bit) != 0;
}

/*
 * Once the summary indicator is set nobody else will signal: from there on
 * neither a mask nor a VM that closes loses the interruption.
 */
static int fire(struct s390irq_vm *vm, const struct path *path)
{
    int was_set;

    if (si_io_is_closed(&vm->floating.io))
        return S390IRQ_CLOSED;
    if (set_indicator(&vm->host, &path->indicator) < 0)
        return S390IRQ_E_GUEST_MEMORY;
    was_set = set_indicator(&vm->host, &path->summary);
    if (was_set)
        return was_set < 0 ? S390IRQ_E_GUEST_MEMORY : S390IRQ_COALESCED;
    return si_adapters_signal(&vm->adapters, &vm->floating.io, path->id,
                              path->adapter, true);
}

int s390irq_vm_fire_route(struct s390irq_vm *vm,
                          const struct s390irq_route *route)
{
    struct path path;
    int rc = find_path(vm, route, &path);

    if (rc < 0)
        return rc;
    if (!si_memory_sets_bits(&vm->host))
        return S390IRQ_E_UNSUPPORTED;
    atomic_fetch_add(&vm->routes_in_flight, 1);
    rc = fire(vm, &path);
    atomic_fetch_sub(&vm->routes_in_flight, 1);
    return rc < 0 ? rc : adapter_outcome(vm, path.adapter, rc);
}

static bool suppresses(const struct s390irq_vm *vm)
{
    return (vm->host.facilities & SI_FACILITY_SUPPRESSION) != 0;
}

int s390irq_vm_set_ais(struct s390irq_vm *vm, uint32_t isc, uint32_t mode)
{
    if (!vm || isc >= SI_IO_ISCS || mode > S390IRQ_AIS_SINGLE)
        return S390IRQ_E_INVALID;
    if (!suppresses(vm))
        return S390IRQ_E_UNSUPPORTED;
    si_adapters_set_ais(&vm->adapters, (uint8_t)(0x80u >> isc),
                        mode == S390IRQ_AIS_SINGLE ? 0xff : 0, 0);
    return 0;
}

int s390irq_vm_get_ais_all(struct s390irq_vm *vm, uint8_t *single,
                           uint8_t *suppressed)
{
    struct si_ais ais;

    if (!vm || !single || !suppressed)
        return S390IRQ_E_INVALID;
    if (!suppresses(vm))
        return S390IRQ_E_UNSUPPORTED;
    ais = si_adapters_get_ais(&vm->adapters);
    *single = ais.single;
    *suppressed = ais.suppressed;
    return 0;
}

int s390irq_vm_set_ais_all(struct s390irq_vm *vm, uint8_t single,
                           uint8_t suppressed)
{
    if (!vm || (suppressed & ~single))
        return S390IRQ_E_INVALID;
    if (!suppresses(vm))
        return S390IRQ_E_UNSUPPORTED;
    si_adapters_set_ais(&vm->adapters, 0xff, single, suppressed);
    return 0;
}
