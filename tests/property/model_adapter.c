/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Adapters: masks, suppression (AIS), indicators in guest storage. */
#include "model.h"

#define PAGE 4096u

static struct model_adapter *adapter_of(struct model_vm *vm, uint32_t id)
{
    return id < MODEL_ADAPTERS && vm->adapter[id].there ? &vm->adapter[id]
                                                        : NULL;
}

int model_add_adapter(struct model_vm *vm, uint32_t id, uint32_t isc,
                      uint32_t flags)
{
    struct model_adapter *adapter = &vm->adapter[id];

    if (adapter->there)
        return S390IRQ_E_EXISTS;
    adapter->there = true;
    adapter->isc = isc;
    adapter->flags = flags;
    adapter->masked = adapter->remembered = false;
    return 0;
}

int model_remove_adapter(struct model_vm *vm, uint32_t id)
{
    struct model_adapter *adapter = adapter_of(vm, id);

    if (!adapter)
        return S390IRQ_E_NO_ADAPTER;
    adapter->there = false;
    return 0;
}

/* The mode of its ISC is asked, and the one interruption is noted. */
static int present(struct model_vm *vm, struct model_adapter *adapter)
{
    uint8_t bit = (uint8_t)(0x80 >> adapter->isc);
    bool obeys =
        vm->facility[72] && adapter->flags & S390IRQ_ADAPTER_SUPPRESSIBLE;
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_ADAPTER };
    int outcome;

    record.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(adapter->isc);
    if (obeys && vm->suppressed & bit) {
        vm->lost |= bit;
        return model_booked(vm, record.kind, S390IRQ_SUPPRESSED);
    }
    outcome = model_pend_io(vm, &record);
    if (obeys && vm->single & bit)
        vm->suppressed |= bit;
    return outcome;
}

int model_signal_adapter(struct model_vm *vm, uint32_t id)
{
    struct model_adapter *adapter = adapter_of(vm, id);

    if (!adapter)
        return S390IRQ_E_NO_ADAPTER;
    if (vm->closed)
        return model_booked(vm, S390IRQ_KIND_ADAPTER, S390IRQ_CLOSED);
    if (adapter->masked) {
        adapter->remembered = true;
        return model_booked(vm, S390IRQ_KIND_ADAPTER, S390IRQ_REMEMBERED);
    }
    return present(vm, adapter);
}

int model_mask_adapter(struct model_vm *vm, uint32_t id, bool masked)
{
    struct model_adapter *adapter = adapter_of(vm, id);
    int before;

    if (!adapter)
        return S390IRQ_E_NO_ADAPTER;
    if (!(adapter->flags & S390IRQ_ADAPTER_MASKABLE))
        return S390IRQ_E_UNSUPPORTED;
    before = adapter->masked;
    adapter->masked = masked;
    /* That it signalled was accepted before a close. */
    if (!masked && adapter->remembered) {
        adapter->remembered = false;
        present(vm, adapter);
    }
    return before;
}

int model_set_ais(struct model_vm *vm, uint32_t isc, uint32_t mode)
{
    uint8_t bit = (uint8_t)(0x80 >> isc);

    if (!vm->facility[72])
        return S390IRQ_E_UNSUPPORTED;
    vm->suppressed &= (uint8_t)~bit;
    vm->lost &= (uint8_t)~bit;
    vm->single &= (uint8_t)~bit;
    if (mode == S390IRQ_AIS_SINGLE)
        vm->single |= bit;
    return 0;
}

int model_set_ais_all(struct model_vm *vm, uint8_t single, uint8_t suppressed)
{
    if (suppressed & ~single)
        return S390IRQ_E_INVALID;
    if (!vm->facility[72])
        return S390IRQ_E_UNSUPPORTED;
    vm->single = single;
    vm->suppressed = suppressed;
    vm->lost = 0;
    return 0;
}

/* Bit numbers run from the right of each doubleword, or from the left. */
static bool place(uint64_t absolute, uint64_t offset, bool swap,
                  uint64_t *where, uint8_t *bit)
{
    uint64_t number = offset + 8 * (absolute % PAGE);

    if (offset >= 8 * PAGE || number >= 8 * PAGE)
        return false;
    if (!swap)
        number = number / 64 * 64 + (63 - number % 64);
    *where = absolute / PAGE * PAGE + number / 8;
    *bit = (uint8_t)(0x80 >> number % 8);
    return true;
}

static int set_bit(struct model_vm *vm, uint64_t where, uint8_t bit)
{
    uint8_t byte;
    int before;

    if (model_lost(vm, where, 1) || !model_loaded(vm, where, &byte, 1))
        return -1;
    before = (byte & bit) != 0;
    byte |= bit;
    model_stored(vm, where, &byte, 1);
    return before;
}

int model_check_route(struct model_vm *vm, const struct s390irq_route *route)
{
    const struct model_adapter *adapter = adapter_of(vm, route->adapter);
    uint64_t where;
    uint8_t bit;

    if (!place(route->indicator_absolute, route->indicator_offset, true, &where,
               &bit) ||
        !place(route->summary_absolute, route->summary_offset, true, &where,
               &bit))
        return S390IRQ_E_INVALID;
    return adapter ? 0 : S390IRQ_E_NO_ADAPTER;
}

int model_fire_route(struct model_vm *vm, const struct s390irq_route *route)
{
    int answer = model_check_route(vm, route);
    uint64_t where = 0;
    uint8_t bit = 0;
    bool swap;

    if (answer < 0)
        return answer;
    if (vm->closed)
        return model_booked(vm, S390IRQ_KIND_ADAPTER, S390IRQ_CLOSED);
    swap = vm->adapter[route->adapter].flags & S390IRQ_ADAPTER_SWAP;
    place(route->indicator_absolute, route->indicator_offset, swap, &where,
          &bit);
    if (set_bit(vm, where, bit) < 0)
        return S390IRQ_E_GUEST_MEMORY;
    place(route->summary_absolute, route->summary_offset, swap, &where, &bit);
    answer = set_bit(vm, where, bit);
    if (answer < 0)
        return S390IRQ_E_GUEST_MEMORY;
    if (answer)
        return model_booked(vm, S390IRQ_KIND_ADAPTER, S390IRQ_COALESCED);
    return model_signal_adapter(vm, route->adapter);
}
