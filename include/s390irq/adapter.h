/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Adapters: devices that set an indicator in guest storage and signal one
 * interruption for each interruption subclass (ISC), however many indicators
 * are set; and adapter-interruption suppression (AIS).
 */
#ifndef S390IRQ_ADAPTER_H
#define S390IRQ_ADAPTER_H

#include <s390irq/base.h>

/* Adapters have numbers below this. */
#define S390IRQ_MAX_ADAPTERS 256

#define S390IRQ_ADAPTER_MASKABLE     0x1 /* s390irq_vm_mask_adapter() may */
#define S390IRQ_ADAPTER_SUPPRESSIBLE 0x2 /* obeys the AIS mode of its ISC */
#define S390IRQ_ADAPTER_SWAP         0x4 /* bit 0 of an indicator is leftmost */

/* What is registered, and how it stands. `size` is set by the caller. */
struct s390irq_adapter {
    uint32_t size;
    uint32_t id;
    uint32_t isc;   /* 0 to 7 */
    uint32_t flags; /* S390IRQ_ADAPTER_* */
    uint32_t masked;
    uint32_t remembered; /* signalled while masked: presented on unmask */
};

#define S390IRQ_ADAPTER_INIT                          \
    {                                                 \
        sizeof(struct s390irq_adapter), 0, 0, 0, 0, 0 \
    }

/*
 * Where an adapter's source has its indicator and its summary indicator. The
 * bit number of each is offset + 8 * (address modulo 4096), counted in the
 * doublewords of the page: from the right, or from the left if the adapter
 * has S390IRQ_ADAPTER_SWAP. It must stay in the page.
 */
struct s390irq_route {
    uint32_t size;
    uint32_t adapter;
    uint64_t indicator_absolute;
    uint64_t indicator_offset; /* bits */
    uint64_t summary_absolute;
    uint64_t summary_offset; /* bits */
};

#define S390IRQ_ROUTE_INIT                          \
    {                                               \
        sizeof(struct s390irq_route), 0, 0, 0, 0, 0 \
    }

/* Modes of adapter-interruption suppression of an ISC. */
#define S390IRQ_AIS_ALL    0 /* every interruption is presented */
#define S390IRQ_AIS_SINGLE 1 /* one is, then none until the mode is set anew \
                              */

S390IRQ_BEGIN_DECLS

/*
 * [A] Registers an adapter, neither masked nor suppressed. Answers 0;
 * S390IRQ_E_EXISTS; S390IRQ_E_INVALID (NULL, id, isc, flags out of range).
 */
S390IRQ_EXPORT int s390irq_vm_add_adapter(struct s390irq_vm *vm, uint32_t id,
                                          uint32_t isc, uint32_t flags);

/*
 * [A] Takes an adapter out; what pends for its ISC stays. Answers 0;
 * S390IRQ_E_NO_ADAPTER; S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_remove_adapter(struct s390irq_vm *vm,
                                             uint32_t id);

/*
 * [A] Fills *adapter (size is set by the caller) with what is registered
 * under this number. Answers 0; S390IRQ_E_NO_ADAPTER; S390IRQ_E_INVALID
 * (NULL); S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vm_get_adapter(struct s390irq_vm *vm, uint32_t id,
                                          struct s390irq_adapter *adapter);

/*
 * [A] Masks or unmasks an adapter. What it signalled while it was masked is
 * presented when it is unmasked (V-16), if its ISC's mode allows. Answers the
 * mask before, 0 or 1; S390IRQ_E_NO_ADAPTER; S390IRQ_E_UNSUPPORTED (not
 * maskable); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_mask_adapter(struct s390irq_vm *vm, uint32_t id,
                                           int masked);

/*
 * [A] An adapter signals. Answers S390IRQ_QUEUED; S390IRQ_COALESCED (one
 * pends for its ISC); S390IRQ_SUPPRESSED (by the AIS mode of its ISC: the
 * guest looks at its indicators before it sets the mode anew);
 * S390IRQ_REMEMBERED (it is masked); S390IRQ_CLOSED; S390IRQ_E_NO_ADAPTER;
 * S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_signal_adapter(struct s390irq_vm *vm,
                                             uint32_t id);

/*
 * [A] Looks at a route: whether both bits are within their pages and the
 * adapter is there. Answers 0; S390IRQ_E_NO_ADAPTER; S390IRQ_E_INVALID (NULL,
 * a bit beyond its page); S390IRQ_E_STRUCT_TOO_SMALL, _TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vm_check_route(struct s390irq_vm *vm,
                                          const struct s390irq_route *route);

/*
 * [A] Sets the indicator, then the summary indicator; signals the adapter
 * unless the summary was set already. The route is checked first and not
 * kept. Answers as s390irq_vm_signal_adapter(), COALESCED also when the
 * summary was set; as s390irq_vm_check_route(); S390IRQ_E_GUEST_MEMORY (no
 * storage there: nothing is signalled, the indicator may be set);
 * S390IRQ_E_UNSUPPORTED (neither config.ram nor the set_bit hook).
 */
S390IRQ_EXPORT int s390irq_vm_fire_route(struct s390irq_vm *vm,
                                         const struct s390irq_route *route);

/*
 * [A] Sets the AIS mode of one ISC, as SET INTERRUPTION CONTROLS does. Setting
 * a mode ends a suppression. Answers 0; S390IRQ_E_UNSUPPORTED (no facility
 * 72); S390IRQ_E_INVALID (NULL, isc above 7, unknown mode).
 */
S390IRQ_EXPORT int s390irq_vm_set_ais(struct s390irq_vm *vm, uint32_t isc,
                                      uint32_t mode);

/*
 * [A] The two masks of suppression of all ISCs, ISC 0 in bit 0x80: single (the
 * mode is SINGLE), suppressed (the one interruption has been). set_ais_all
 * refuses suppressed bits that are not in single. Both answer 0;
 * S390IRQ_E_UNSUPPORTED (no facility 72); S390IRQ_E_INVALID.
 */
S390IRQ_EXPORT int s390irq_vm_get_ais_all(struct s390irq_vm *vm,
                                          uint8_t *single, uint8_t *suppressed);
S390IRQ_EXPORT int s390irq_vm_set_ais_all(struct s390irq_vm *vm, uint8_t single,
                                          uint8_t suppressed);

S390IRQ_END_DECLS

#endif
