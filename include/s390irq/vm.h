/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The virtual machine: creation, floating interruptions, pause, TOD clock. */
#ifndef S390IRQ_VM_H
#define S390IRQ_VM_H

#include <s390irq/base.h>
#include <s390irq/host.h>
#include <s390irq/interruption.h>

/*
 * The masks of a running CPU change without s390irq_vcpu_masks_changed()
 * being called (hardware virtualization): every interruption for a CPU in
 * guest mode kicks it, and deliver then decides. Needs the kick hook.
 */
#define S390IRQ_VM_MASKS_UNKNOWN 0x1

/* How the VM is made. Only `size` and `cpus` are needed. */
struct s390irq_vm_config {
    uint32_t size;
    uint32_t cpus;  /* CPU addresses are 0 .. cpus-1; 1 .. S390IRQ_MAX_CPUS */
    uint32_t flags; /* S390IRQ_VM_* */
    uint32_t log_level;
    uint32_t cp_service_limit; /* pending of each 2603 kind: 1 .. 65536 */
    uint32_t reserved;         /* zero */
    void *ram; /* guest absolute storage 0 .. ram_size-1, or NULL: hooks */
    uint64_t ram_size;
    /*
     * The facility list as STORE FACILITY LIST EXTENDED stores it, copied;
     * NULL: all that the library looks at but runtime instrumentation. It
     * looks at 9 (sense running status), 64 (runtime instrumentation: PSW bit
     * 24), 72 (adapter-interruption suppression), 129 (vector), 133 (guarded
     * storage), 139 (multiple epoch).
     */
    const void *facilities;
    uint64_t facilities_size; /* bytes */
};

#define S390IRQ_VM_CONFIG_INIT                                               \
    {                                                                        \
        sizeof(struct s390irq_vm_config), 1, 0, 0, 1024, 0, NULL, 0, NULL, 0 \
    }

/*
 * Counters of one kind. injected = all the others plus what still pends. A
 * machine check counts once for each of its groups: exigent conditions, and
 * the repressible ones by their subclass masks in control register 14.
 * s390irq_queue_take_io() takes, too, for the VM and for no CPU, and putting
 * back undoes that. A route that is fired injects once, COALESCED if the
 * summary was set; an adapter that is unmasked with something remembered
 * injects once more.
 */
struct s390irq_counter {
    uint64_t injected;  /* valid injections, whatever became of them */
    uint64_t taken;     /* delivered: the PSW was swapped, or order done */
    uint64_t coalesced; /* merged with one that was pending */
    uint64_t refused;   /* BUSY, FULL, SUPPRESSED, REMEMBERED or CLOSED */
    uint64_t cleared;   /* removed: resets, queue_clear, clear_io, removal */
    uint64_t pending;   /* pending or in hand now */
};

/*
 * Counters by kind. Level conditions (clock comparator, CPU timer) are not
 * injected: only `taken` counts for them. Read while others inject, a line
 * may lag; read at rest, injected = taken + coalesced + refused + cleared +
 * pending holds exactly.
 */
struct s390irq_counters {
    uint32_t size;
    uint32_t reserved;
    uint64_t wakes; /* claims of a sleeping CPU */
    uint64_t kicks; /* claims of a CPU in guest mode */
    struct s390irq_counter kind[S390IRQ_KIND_LIMIT];
};

#define S390IRQ_COUNTERS_INIT                     \
    {                                             \
        sizeof(struct s390irq_counters), 0, 0, 0, \
        {                                         \
            {                                     \
                0, 0, 0, 0, 0, 0                  \
            }                                     \
        }                                         \
    }

S390IRQ_BEGIN_DECLS

/*
 * [C] Makes a VM with no CPUs and one reference, in *vm.
 * config is read only; `ram` and `opaque` must live until the released hook.
 * ops is copied, NULL = none. opaque is handed to every hook.
 * Answers 0; S390IRQ_E_INVALID (NULL; cpus, flags, limits or reserved out of
 * range; one of allocate and deallocate alone; S390IRQ_VM_MASKS_UNKNOWN
 * without kick; ram NULL with ram_size not 0 or the reverse;
 * facilities NULL with facilities_size not 0);
 * S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW; S390IRQ_E_NO_MEMORY.
 * On error *vm is untouched and the released hook is not called.
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vm_create(
    const struct s390irq_vm_config *config, const struct s390irq_host_ops *ops,
    void *opaque, struct s390irq_vm **vm);

/*
 * [A] One more reference; answers vm. A thread that injects holds one from
 * before its first to after its last call. NULL answers NULL.
 */
S390IRQ_EXPORT struct s390irq_vm *s390irq_vm_ref(struct s390irq_vm *vm);

/*
 * [A] Gives a reference up. The last one frees VM, CPUs and queues and then
 * calls the released hook. NULL does nothing.
 */
S390IRQ_EXPORT void s390irq_vm_unref(struct s390irq_vm *vm);

/*
 * [A] From now on injections answer S390IRQ_CLOSED. What pends stays and is
 * delivered. Cannot be undone. Answers 0 or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_close(struct s390irq_vm *vm);

/* [A] The CPU with this address; NULL if there is none (or vm is NULL). */
S390IRQ_EXPORT struct s390irq_vcpu *s390irq_vm_cpu(struct s390irq_vm *vm,
                                                   uint32_t address);

/*
 * [A] Subsystem reset (PoP ch. 4): every floating interruption is cleared,
 * adapter-interruption suppression is off for every ISC, no adapter is masked
 * or has anything to present; adapters and subchannels stay. CPUs are not
 * touched. An injection at the same time lands before or after.
 * Answers 0 or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_reset(struct s390irq_vm *vm);

/*
 * [A] From now on every deliver answers PAUSED and parks its CPU; CPUs that
 * sleep or are stopped are parked already and are not woken. Answers 1 once
 * all CPUs are parked, 0 while some are not (call again, from the last CPU
 * that parks or after a while), or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_pause(struct s390irq_vm *vm);

/*
 * [A] Ends a pause: CPUs that answered PAUSED are woken, and a VM that was
 * saved takes injections again. Answers 0, also when nothing was paused, or
 * S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_resume(struct s390irq_vm *vm);

/*
 * [A] Sets the TOD clock of all CPUs to `tod`, counted on from now. Every CPU
 * looks at its clock comparator again. CPU timers do not move. Answers 0 or
 * S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_set_tod(struct s390irq_vm *vm, uint64_t tod);

/* [A] The TOD clock now, in *tod. Answers 0 or S390IRQ_E_INVALID (NULL). */
S390IRQ_EXPORT int s390irq_vm_get_tod(struct s390irq_vm *vm, uint64_t *tod);

/*
 * [A] The same with the epoch index, for the multiple-epoch facility: the
 * index counts the wraps of the 64-bit clock. Comparators are compared with
 * the 64 bits only (V-25). Answers 0; S390IRQ_E_INVALID (NULL, index above
 * 0xff); S390IRQ_E_UNSUPPORTED (index not 0 without facility 139).
 */
S390IRQ_EXPORT int s390irq_vm_set_tod_epoch(struct s390irq_vm *vm,
                                            uint32_t index, uint64_t tod);
S390IRQ_EXPORT int s390irq_vm_get_tod_epoch(struct s390irq_vm *vm,
                                            uint32_t *index, uint64_t *tod);

/*
 * [A] The host's clock has jumped by `delta` TOD units (two's complement):
 * the guest notices nothing. Its TOD clock and the CPU timers go on as if the
 * clock had not jumped, a running CPU's from its next deliver, which reports
 * S390IRQ_CHANGED_TIMERS. Answers 0 or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vm_adjust_tod(struct s390irq_vm *vm, uint64_t delta);

/*
 * [A] Makes a floating interruption pending: TIMING_ALERT, SERVICE_SIGNAL,
 * PFAULT_DONE, VIRTIO, IO, ADAPTER (of an ISC; s390irq_vm_signal_adapter() is
 * for adapters that are registered) or a MACHINE_CHECK with repressible
 * conditions only. The record is not kept.
 * Answers S390IRQ_QUEUED; S390IRQ_COALESCED (timing alert; adapter; the
 * subchannel pends: its parameter and word are replaced; all subclasses of a
 * machine check; event bits of a service signal); S390IRQ_BUSY (an SCCB pends:
 * answer the guest's SERVC with cc 2); S390IRQ_FULL (CP service at its limit);
 * S390IRQ_CLOSED; S390IRQ_E_NO_SUBCHANNEL; S390IRQ_E_INVALID (NULL, a record
 * that does not check, a local kind, an exigent machine check).
 */
S390IRQ_EXPORT int s390irq_vm_inject(
    struct s390irq_vm *vm, const struct s390irq_interruption *interruption);

/*
 * [A] Makes a service signal (external 2401) pending. parameter: the absolute
 * address of an SCCB (a multiple of 8) and the event bits 0x3, not both zero.
 * Answers S390IRQ_QUEUED; S390IRQ_COALESCED (event bits joined what pends);
 * S390IRQ_BUSY (parameter has an SCCB and one pends: nothing changed, the
 * event bits neither); S390IRQ_CLOSED; S390IRQ_E_INVALID (NULL, parameter 0,
 * with bit 0x4 or not below 2 GiB).
 */
S390IRQ_EXPORT int s390irq_vm_inject_service(struct s390irq_vm *vm,
                                             uint32_t parameter);

/*
 * [A] A subchannel comes or goes. subchannel: its subsystem-identification
 * word (cssid, m, ssid and one in the left half, the number in the right).
 * Tables grow here and never when something is injected. Removing one clears
 * what pends for it. Answers 0; S390IRQ_E_EXISTS; S390IRQ_E_NO_SUBCHANNEL;
 * S390IRQ_E_NO_MEMORY; S390IRQ_E_INVALID (NULL, no such identification).
 */
S390IRQ_EXPORT int s390irq_vm_add_subchannel(struct s390irq_vm *vm,
                                             uint32_t subchannel);
S390IRQ_EXPORT int s390irq_vm_remove_subchannel(struct s390irq_vm *vm,
                                                uint32_t subchannel);

/*
 * [A] Makes an I/O interruption of a subchannel pending. parameter: the
 * interruption parameter; word: the interruption-identification word, the ISC
 * in bits 2 to 4, all else zero. One pends for each subchannel (V-15).
 * Answers S390IRQ_QUEUED; S390IRQ_COALESCED (one pends: parameter and word
 * are replaced, the place stays if the ISC does); S390IRQ_CLOSED;
 * S390IRQ_E_NO_SUBCHANNEL; S390IRQ_E_INVALID (NULL, word).
 */
S390IRQ_EXPORT int s390irq_vm_inject_io(struct s390irq_vm *vm,
                                        uint32_t subchannel, uint32_t parameter,
                                        uint32_t word);

/* [A] The floating interruptions of the VM. NULL only for NULL. */
S390IRQ_EXPORT struct s390irq_queue *s390irq_vm_queue(struct s390irq_vm *vm);

/*
 * [A] The counters of the VM and all its CPUs, added up. counters->size must
 * be set. Answers 0, S390IRQ_E_INVALID (NULL), S390IRQ_E_STRUCT_TOO_SMALL,
 * S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vm_counters(struct s390irq_vm *vm,
                                       struct s390irq_counters *counters);

S390IRQ_END_DECLS

#endif
