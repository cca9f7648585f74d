/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a VM and a CPU are made of: the parts of the lower folders. */
#ifndef SI_CPU_MACHINE_H
#define SI_CPU_MACHINE_H

#include <s390irq/s390irq.h>

#include "cpu/away.h"
#include "cpu/published.h"
#include "deliver/loop.h"
#include "host/notice.h"
#include "judge/handler.h"
#include "pending/adapter.h"

#ifndef S390IRQ_WITHOUT_WAIT
#include <pthread.h>
#endif

#define SI_CACHE_LINE 64

struct s390irq_queue {
    struct s390irq_vm *vm;
    struct s390irq_vcpu *vcpu; /* NULL: the floating queue */
};

/* What the CPU was when it was prepared, for S390IRQ_E_STALE. */
struct si_prepared {
    struct si_taking taking;
    uint64_t ticket;
    uint64_t psw_mask;
    uint64_t psw_address;
    uint32_t prefix;
    uint64_t cr[16];
};

/* The pfault handshake, under local.lock (KVM's DIAGNOSE 0x258). */
#define SI_PFAULT_NONE UINT64_MAX
struct si_pfault {
    uint64_t token; /* real address, or SI_PFAULT_NONE */
    uint64_t select;
    uint64_t compare;
};

struct s390irq_vcpu {
    /* Everybody's: injections. Where the CPU is, there is their word. */
    struct si_local local;
    uint8_t end_of_local[SI_CACHE_LINE];

    /* Set at creation, read by everybody. */
    struct s390irq_vm *vm;
    void *_Atomic opaque; /* another one when the CPU is plugged again */
    void *allocation;
    uint32_t address;
    uint32_t senders; /* CPUs that may signal without more ado: those of the
                         VM, or none while somebody traces */
    struct s390irq_queue queue;
    uint8_t end_of_constants[SI_CACHE_LINE];

    /* The owner's. */
    uint64_t usual;       /* see cpu/usual.h */
    uint64_t usual_own;   /* the same but for its own condition that pends */
    uint32_t usual_plain; /* and that stores no more than these: ILC and code of
                             a program interruption; 0: it is another one */
    uint64_t usual_asleep; /* the same but that it sleeps */
    uint32_t woken; /* while it comes back on the short way: SI_CALL_WOKEN, and
                       S390IRQ_CHANGED_* of it */
    struct si_masks masks;
    struct si_handler handler[SI_HANDLERS];
    uint8_t *lowcore;
    uint32_t lowcore_prefix;
    bool lowcore_known;
    bool away;                 /* published asleep or in guest mode */
    bool in_guests;            /* away in guest mode, not asleep */
    bool check_stop;           /* to be entered at the next deliver */
    uint64_t sleep_tokens;     /* floating classes it was claimed for, asleep */
    uint64_t guest_tokens;     /* the same, in guest mode */
    uint64_t away_sets;        /* the sets of vm->away that it is in */
    _Atomic uint64_t deadline; /* as told last */
    struct si_prepared prepared;
    struct si_save_area area; /* what it is about to store */
#ifdef SI_DEBUG
    _Atomic uintptr_t owner; /* thread, while not parked */
#endif
    uint8_t end_of_owner[SI_CACHE_LINE];

    /* Written by the owner, read by everybody; the claim writes too. */
    struct si_published published;
    _Atomic uint64_t open;   /* what s390irq_attention() masks with */
    _Atomic uint64_t facts;  /* SI_FACTS_*, for conditional emergency */
    _Atomic uint32_t state;  /* S390IRQ_STATE_* or SI_MACHINE_UNPLUGGED,
                                written under local.lock */
    _Atomic bool dispatched; /* the host says so, for sense running status */

    /* Under local.lock. */
    bool parked;
    bool pausing;      /* the last answer was PAUSED */
    bool timer_frozen; /* the CPU timer stands still with the state */
    _Atomic bool registers_known; /* `registers` is what the CPU has */
    uint64_t start_tod;           /* host TOD at which the timer goes on */
    uint32_t changed;    /* S390IRQ_CHANGED_* done to the parked copy */
    uint64_t clock_jump; /* of the host, for the stamp of a running CPU */
    struct si_pfault pfault;
    struct s390irq_cpu copy;
    struct s390irq_registers registers;

    _Atomic uint64_t wakes;
    _Atomic uint64_t kicks;
#ifndef S390IRQ_WITHOUT_WAIT
    pthread_mutex_t wait_mutex;
    pthread_cond_t wait_condition;
#endif
};

struct s390irq_vm {
    struct si_host host;
    uint32_t cpus;
    uint32_t flags;
    _Atomic uint32_t references;
    struct s390irq_queue queue;
    uint8_t end_of_constants[SI_CACHE_LINE];

    struct si_floating floating;
    struct si_adapters adapters;
    uint8_t end_of_floating[SI_CACHE_LINE];

    _Atomic uint32_t closed;           /* SI_CLOSED_*: why */
    struct si_lock closing;            /* words are being closed or opened */
    _Atomic uint32_t routes_in_flight; /* being fired: not to be saved now */
    _Atomic uint32_t unparked;         /* how many CPUs are; PAUSED, HELD */
    _Atomic uint64_t epoch;            /* guest TOD - host TOD */
    struct si_lock tod_lock; /* the two halves of the epoch together */
    uint64_t epoch_index;    /* under tod_lock: wraps, modulo 2^64 */
    struct si_away away;

    _Atomic(struct s390irq_vcpu *) *vcpu; /* by address */
};

/*
 * Facts about a CPU that other threads may look at, see cpu/park.c: the left
 * half of its PSW mask, with this bit among them, and two ASNs. If the PSW
 * masks everything they may all be zero.
 */
#define SI_FACTS_PSW             UINT64_C(0xfffffffe00000000)
#define SI_FACTS_ADDRESS         UINT64_C(0x0000000100000000)
#define SI_FACTS_PRIMARY_SHIFT   16
#define SI_FACTS_SECONDARY_SHIFT 0

/* A state that is none: the slot is empty, the memory stays. */
#define SI_MACHINE_UNPLUGGED 0

static inline uint32_t si_machine_state(const struct s390irq_vcpu *vcpu)
{
    return atomic_load(&vcpu->state);
}

/* The memory of a slot, whether a CPU is plugged or not. */
static inline struct s390irq_vcpu *si_machine_slot(struct s390irq_vm *vm,
                                                   uint32_t address)
{
    return address < vm->cpus ? atomic_load(&vm->vcpu[address]) : NULL;
}

static inline struct s390irq_vcpu *si_machine_vcpu(struct s390irq_vm *vm,
                                                   uint32_t address)
{
    struct s390irq_vcpu *vcpu = si_machine_slot(vm, address);

    return vcpu && si_machine_state(vcpu) != SI_MACHINE_UNPLUGGED ? vcpu : NULL;
}

/* Calls this for every CPU that is plugged, the lowest address first. */
static inline void si_machine_each(struct s390irq_vm *vm,
                                   void (*each)(struct s390irq_vcpu *vcpu,
                                                void *argument),
                                   void *argument)
{
    uint32_t address;

    for (address = 0; address < vm->cpus; address++) {
        struct s390irq_vcpu *vcpu = si_machine_vcpu(vm, address);

        if (vcpu)
            each(vcpu, argument);
    }
}

/* What every call on a CPU looks at first: 0 or the error. */
static inline int si_machine_check(const struct s390irq_vcpu *vcpu)
{
    if (!vcpu)
        return S390IRQ_E_INVALID;
    return si_machine_state(vcpu) == SI_MACHINE_UNPLUGGED ? S390IRQ_E_NO_CPU
                                                          : 0;
}

static inline bool si_machine_kicks(const struct s390irq_vm *vm)
{
    return vm->host.ops.kick != NULL;
}

/* The bits of vm->unparked that keep every CPU parked. */
#define SI_MACHINE_PAUSED 0x80000000u
#define SI_MACHINE_HELD   0x40000000u /* see cpu/hold.h */

static inline bool si_machine_paused(struct s390irq_vm *vm)
{
    return (atomic_load(&vm->unparked) & SI_MACHINE_PAUSED) != 0;
}

/* A notice about this CPU. */
static inline void si_machine_notice(const struct s390irq_vcpu *vcpu,
                                     uint16_t event, uint32_t kind, int outcome,
                                     uint32_t code)
{
    if (si_notice_wanted(&vcpu->vm->host))
        si_notice_plain(&vcpu->vm->host, vcpu->opaque, vcpu->address, event,
                        kind, outcome, code);
}

#endif
