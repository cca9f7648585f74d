/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A CPU: its registers, its owner's loop, and what others may do to it. */
#ifndef S390IRQ_VCPU_H
#define S390IRQ_VCPU_H

#include <s390irq/base.h>
#include <s390irq/interruption.h>
#include <s390irq/vm.h>

/*
 * The registers that interruptions read and change. While the CPU runs they
 * are the embedder's, passed to each call and never kept. Whenever deliver
 * answers anything but S390IRQ_RUN the library holds a copy (the CPU is
 * parked), and what others do to the CPU acts on that copy.
 */
struct s390irq_cpu {
    uint32_t size;
    uint32_t prefix; /* a multiple of 8 KiB below 2 GiB */
    uint64_t psw_mask;
    uint64_t psw_address;
    uint64_t cr[16];
    uint64_t clock_comparator;    /* TOD units, compared with the TOD clock */
    uint64_t cpu_timer;           /* TOD units, at cpu_timer_since_tod */
    uint64_t cpu_timer_since_tod; /* host TOD of cpu_timer; 0: stands still */
    uint32_t tod_programmable;
    uint32_t floating_point_control;
    uint64_t breaking_event_address;
};

/* The values of an initial CPU reset (PoP ch. 4). */
#define S390IRQ_CPU_INIT                                                       \
    {                                                                          \
        sizeof(struct s390irq_cpu), 0, 0, 0,                                   \
            { 0xE0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xC2000000, 0 }, 0, \
            0, 0, 0, 0, 1                                                      \
    }

/* What deliver answers: what the CPU does next. */
#define S390IRQ_RUN  0 /* execute at the PSW in the registers */
#define S390IRQ_WAIT 1 /* enabled wait: sleep until attention */
#define S390IRQ_WAIT_DISABLED \
    2 /* wait with I/O, external, machine checks off */
#define S390IRQ_STOPPED    3
#define S390IRQ_CHECK_STOP 4
#define S390IRQ_LOOP       5 /* swaps repeat: see the report; call again */
#define S390IRQ_PAUSED     6 /* s390irq_vm_pause() */

/* s390irq_report.changed */
#define S390IRQ_CHANGED_PSW     0x01
#define S390IRQ_CHANGED_CONTROL 0x02 /* control registers */
#define S390IRQ_CHANGED_PREFIX  0x04
#define S390IRQ_CHANGED_TIMERS  0x08 /* comparator, CPU timer */
#define S390IRQ_CHANGED_OTHER   0x10 /* the other members */
#define S390IRQ_CHANGED_CLEAR   0x20 /* clear reset: zero the rest as well */
/* Loaded: s390irq_vcpu_get_registers() has the others unless it operates. */
#define S390IRQ_CHANGED_LOADED 0x40

/* s390irq_report.intercepts: pending but masked; deliver after this opens. */
#define S390IRQ_INTERCEPT_PSW_EXTERNAL      0x01 /* PSW bit 7 becomes one */
#define S390IRQ_INTERCEPT_CR0               0x02 /* CR0 is loaded */
#define S390IRQ_INTERCEPT_PSW_IO            0x04 /* PSW bit 6 becomes one */
#define S390IRQ_INTERCEPT_CR6               0x08 /* CR6 is loaded */
#define S390IRQ_INTERCEPT_PSW_MACHINE_CHECK 0x10 /* PSW bit 13 becomes one */
#define S390IRQ_INTERCEPT_CR14              0x20 /* CR14 is loaded */

/* What one deliver did. Optional; filled on every answer and error. */
struct s390irq_report {
    uint32_t size;
    uint32_t taken;         /* interruptions taken in this call */
    uint32_t taken_kinds;   /* bit 1 << S390IRQ_KIND_* for each of them */
    uint32_t changed;       /* S390IRQ_CHANGED_*, since the caller's copy */
    uint32_t intercepts;    /* S390IRQ_INTERCEPT_* */
    uint32_t loop_kind;     /* LOOP: the kind taken last */
    uint64_t deadline_tod;  /* host TOD of the next timer, S390IRQ_NEVER */
    uint64_t fault_address; /* S390IRQ_E_GUEST_MEMORY: absolute address */
};

#define S390IRQ_REPORT_INIT                                \
    {                                                      \
        sizeof(struct s390irq_report), 0, 0, 0, 0, 0, 0, 0 \
    }

/* One store of a plan: 32 bytes, frozen. */
struct s390irq_store {
    uint64_t absolute;
    uint32_t length; /* bytes, 1 to 16 */
    uint32_t reserved;
    uint8_t bytes[16]; /* as they go to guest storage */
};

#define S390IRQ_PLAN_STORES 16

/* A longer store of a plan. The bytes are the library's, valid in hand. */
struct s390irq_block {
    uint64_t absolute;
    const uint8_t *bytes;
    uint32_t length; /* a multiple of 4, at most 512 */
    uint32_t reserved;
};

#define S390IRQ_PLAN_BLOCKS 6

/* An interruption in hand: what taking it means. */
struct s390irq_plan {
    uint32_t size;
    uint32_t kind;
    uint64_t ticket;           /* the library's; hand it back unchanged */
    uint64_t new_psw_absolute; /* load 16 bytes from here ... */
    uint8_t new_psw[16];       /* ... to here, before commit */
    uint32_t store_count;
    uint32_t block_count;
    struct s390irq_store store[S390IRQ_PLAN_STORES];
    struct s390irq_block block[S390IRQ_PLAN_BLOCKS];
};

/* The words that say whether deliver has something to do. */
struct s390irq_poll {
    const uint64_t *local;    /* what pends at the CPU */
    const uint64_t *floating; /* what pends at the VM */
    const uint64_t *open;     /* what the CPU is open for */
};

/* Architected CPU states, of s390irq_vcpu_state(). */
#define S390IRQ_STATE_OPERATING  1
#define S390IRQ_STATE_STOPPED    2
#define S390IRQ_STATE_CHECK_STOP 3

/* Resets, of s390irq_vcpu_reset() (PoP ch. 4, resets). */
#define S390IRQ_RESET_CPU     1
#define S390IRQ_RESET_INITIAL 2
#define S390IRQ_RESET_CLEAR   3

S390IRQ_BEGIN_DECLS

/*
 * [A] Makes the CPU with this address, stopped, with the registers of an
 * initial CPU reset, in *vcpu. opaque is handed to the hooks as `cpu`.
 * Answers 0; S390IRQ_E_INVALID (NULL); S390IRQ_E_NO_CPU (address not below
 * config.cpus); S390IRQ_E_EXISTS; S390IRQ_E_NO_MEMORY.
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vcpu_create(
    struct s390irq_vm *vm, uint32_t address, void *opaque,
    struct s390irq_vcpu **vcpu);

/*
 * [O] Takes the CPU out of the configuration: SIGP finds no such CPU, what
 * pends here is cleared, injections answer S390IRQ_E_NO_CPU, and so does every
 * other call on the CPU but for its address, words, queue and counters. The
 * handle stays valid memory; s390irq_vcpu_create() with the same address
 * revives it, as new. Answers 0; S390IRQ_E_INVALID (NULL); S390IRQ_E_NO_CPU
 * (it is unplugged already); S390IRQ_E_STATE (a prepared interruption is in
 * hand).
 */
S390IRQ_EXPORT int s390irq_vcpu_unplug(struct s390irq_vcpu *vcpu);

/* [A] The CPU's address; S390IRQ_NO_CPU for NULL. */
S390IRQ_EXPORT uint32_t s390irq_vcpu_address(const struct s390irq_vcpu *vcpu);

/* [A] S390IRQ_STATE_*, S390IRQ_E_NO_CPU (unplugged), S390IRQ_E_INVALID. */
S390IRQ_EXPORT int s390irq_vcpu_state(const struct s390irq_vcpu *vcpu);

/*
 * [O] Takes everything that is pending and enabled, in the order of the
 * architecture, and says what the CPU does next. A parked CPU's registers are
 * copied to *cpu first; for any answer but S390IRQ_RUN the CPU is parked
 * again. report may be NULL.
 * Answers S390IRQ_RUN ... S390IRQ_PAUSED, or an error with registers, pending
 * interruptions and attention as before, except that interruptions taken
 * earlier in the same call stay taken (report.taken counts them); a CPU that
 * was parked before is parked again:
 * S390IRQ_E_GUEST_MEMORY (report.fault_address; call again to retry);
 * S390IRQ_E_STATE (a prepared interruption is in hand);
 * S390IRQ_E_INVALID (NULL, prefix not a multiple of 8 KiB below 2 GiB);
 * S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vcpu_deliver(
    struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
    struct s390irq_report *report);

/*
 * [O] PSW or control registers 0, 6 or 14 changed: publishes what the CPU is
 * open for. Cheap; call it after every LPSW, SSM, LCTL and the like. If
 * something pending became enabled, attention is raised. Answers 0;
 * S390IRQ_E_INVALID (NULL); S390IRQ_E_STATE (the CPU is parked);
 * S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vcpu_masks_changed(struct s390irq_vcpu *vcpu,
                                              const struct s390irq_cpu *cpu);

/*
 * [O] Clock comparator, CPU timer or the clock-comparator sign control (CR0
 * bit 10) changed. Raises attention when a condition holds that is enabled;
 * calls the deadline hook when the next deadline is another one.
 * Answers as s390irq_vcpu_masks_changed().
 */
S390IRQ_EXPORT int s390irq_vcpu_timers_changed(struct s390irq_vcpu *vcpu,
                                               const struct s390irq_cpu *cpu);

/*
 * [O] The pointer that the lowcore hook gave is void: it is asked again at
 * the next delivery. Answers 0 or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_lowcore_changed(struct s390irq_vcpu *vcpu);

/*
 * [O] The CPU found a program interruption condition; the next deliver takes
 * it. program is copied. The PSW that deliver gets is the one after the
 * instruction; for a nullifying code it is set back by program->ilc unless
 * S390IRQ_PROGRAM_NO_REWIND (PoP ch. 6, instruction-length code).
 * Answers S390IRQ_QUEUED; S390IRQ_COALESCED (a lone PER event joined what
 * pends, or what pends was a lone PER event); S390IRQ_BUSY (one pends);
 * S390IRQ_CLOSED; S390IRQ_E_INVALID (NULL, code 0 or unassigned bits, ILC not
 * 0, 2, 4 or 6, unknown flags, reserved not zero); S390IRQ_E_STATE (parked).
 */
S390IRQ_EXPORT int s390irq_vcpu_program(struct s390irq_vcpu *vcpu,
                                        const struct s390irq_program *program);

/*
 * [O] The CPU executed SUPERVISOR CALL; the next deliver takes it. code: 0 to
 * 255; ilc: 2, 4 or 6. The PSW that deliver gets is the one after it.
 * Answers S390IRQ_QUEUED; S390IRQ_BUSY (one pends); S390IRQ_CLOSED;
 * S390IRQ_E_INVALID (NULL, code, ilc); S390IRQ_E_STATE (parked).
 */
S390IRQ_EXPORT int s390irq_vcpu_supervisor_call(struct s390irq_vcpu *vcpu,
                                                uint32_t code, uint32_t ilc);

/*
 * [O] The CPU found a reason to enter the check-stop state; the next deliver
 * does, and a malfunction alert pends at every other CPU. Only a reset leaves
 * it (PoP ch. 11). An exigent machine check that finds PSW bit 13 zero has the
 * same effect. Answers 0; S390IRQ_E_INVALID
 * (NULL); S390IRQ_E_STATE (parked).
 */
S390IRQ_EXPORT int s390irq_vcpu_check_stop(struct s390irq_vcpu *vcpu);

/*
 * [O] Would deliver take an interruption with these registers? Reads the
 * clock only if a timer is armed. Nothing changes. A stopped or check-stopped
 * CPU takes none. Answers 1, 0, S390IRQ_E_INVALID (NULL) or
 * S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vcpu_has_interruption(struct s390irq_vcpu *vcpu,
                                                 const struct s390irq_cpu *cpu);

/*
 * [O] Sleeps until attention is raised or the deadline of the last deliver is
 * reached, for hosts without a wake hook. Registers are not needed: the CPU
 * is parked. Answers 0; S390IRQ_E_INVALID (NULL); S390IRQ_E_STATE (the VM has
 * a wake hook); S390IRQ_E_UNSUPPORTED (built with --disable-wait).
 */
S390IRQ_EXPORT int s390irq_vcpu_wait(struct s390irq_vcpu *vcpu);

/*
 * [O] Takes the highest enabled interruption in hand and describes, in *plan,
 * what taking it means: load new_psw, make the stores. It still pends for
 * every query and keeps its slot, but nobody else can take it. Guest storage
 * is not touched, so a host whose memory access unwinds is safe; of the hooks
 * only tod, registers and transaction are called. A machine check that is
 * prepared has no extended save area: it says that vector registers and
 * guarded-storage registers are not valid.
 * Answers 1 prepared; 0 nothing to take (call deliver for what comes next);
 * S390IRQ_E_STATE (one is in hand, or the CPU is stopped, check-stopped or
 * paused); otherwise as s390irq_vcpu_deliver(), GUEST_MEMORY excepted.
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vcpu_prepare(
    struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
    struct s390irq_plan *plan);

/*
 * [O] The stores of *plan are made and plan->new_psw is loaded: the
 * interruption is taken, *cpu has the new PSW. Answers 0;
 * S390IRQ_E_STALE (PSW, control registers or prefix are not those of
 * prepare: abort); S390IRQ_E_STATE (nothing in hand); S390IRQ_E_INVALID
 * (NULL, another ticket); S390IRQ_E_STRUCT_TOO_SMALL, _TOO_NEW.
 */
S390IRQ_EXPORT S390IRQ_MUST_CHECK int s390irq_vcpu_commit(
    struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
    const struct s390irq_plan *plan);

/*
 * [O] Gives the interruption in hand back, at its old place, for this CPU or
 * another. One that was cleared meanwhile is gone. Answers 0;
 * S390IRQ_E_STATE (nothing in hand); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_abort(struct s390irq_vcpu *vcpu);

/*
 * [A] Fills *poll with the words that s390irq_attention() reads. Their
 * addresses hold for the life of the VM; translated code may embed them.
 * Answers 0 or S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_poll(const struct s390irq_vcpu *vcpu,
                                     struct s390irq_poll *poll);

#if defined(__GNUC__)
/*
 * [A] Nonzero: call deliver soon. It may be raised in vain, it is never
 * missing. This is the whole cost of the library while nothing comes.
 */
static inline int s390irq_attention(const struct s390irq_poll *poll)
{
    return ((__atomic_load_n(poll->local, __ATOMIC_ACQUIRE) |
             __atomic_load_n(poll->floating, __ATOMIC_ACQUIRE)) &
            __atomic_load_n(poll->open, __ATOMIC_ACQUIRE)) != 0;
}
#endif

/* [A] s390irq_attention() of this CPU as a call; 0 for NULL. */
S390IRQ_EXPORT int s390irq_vcpu_attention(const struct s390irq_vcpu *vcpu);

/*
 * [A] Makes the owner call deliver once more, whatever pends: raises
 * attention and wakes or kicks the CPU. Answers 0; S390IRQ_E_NO_CPU
 * (unplugged); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_kick(struct s390irq_vcpu *vcpu);

/*
 * [A] The deadline was reached (or may have been): deliver compares registers
 * and clock. Early or needless calls do no harm. Answers 0; S390IRQ_E_NO_CPU
 * (unplugged); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_timer_fired(struct s390irq_vcpu *vcpu);

/*
 * [A] The operator's start (PoP ch. 4). cpu may be NULL; otherwise these are
 * the registers from now on, which sets up and starts a boot CPU in one call.
 * Answers 0, also when it is operating already and cpu is NULL; S390IRQ_BUSY
 * (an order is outstanding); S390IRQ_E_STATE (check-stop; or cpu given and
 * not stopped); S390IRQ_E_NO_CPU (unplugged); S390IRQ_E_INVALID (NULL vcpu,
 * bad prefix); S390IRQ_E_STRUCT_TOO_SMALL, S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vcpu_start(struct s390irq_vcpu *vcpu,
                                      const struct s390irq_cpu *cpu);

/*
 * [A] The operator's stop: posted, the CPU takes enabled interruptions first.
 * Answers 0, also when it is stopped already; S390IRQ_BUSY (an order is
 * outstanding); S390IRQ_E_STATE (check-stop); S390IRQ_E_NO_CPU (unplugged);
 * S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_stop(struct s390irq_vcpu *vcpu);

/*
 * [A] The operator's restart: a stopped CPU starts with the restart
 * interruption, before any other; an operating one takes it in its turn.
 * Answers 0; S390IRQ_BUSY (an order is outstanding); S390IRQ_E_STATE
 * (check-stop); S390IRQ_E_NO_CPU (unplugged); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_restart(struct s390irq_vcpu *vcpu);

/*
 * [A] Resets the CPU: at once when it is parked, else posted to its owner.
 * What pends at the CPU is cleared; clock comparator and CPU timer conditions
 * are of the registers and stay with them. kind: S390IRQ_RESET_*.
 * Answers 0; S390IRQ_E_NO_CPU (unplugged); S390IRQ_E_INVALID (NULL, kind).
 */
S390IRQ_EXPORT int s390irq_vcpu_reset(struct s390irq_vcpu *vcpu, uint32_t kind);

/*
 * [A] Copies the registers of a parked CPU to *cpu (size set by the caller).
 * Answers 0; S390IRQ_E_NOT_PARKED; S390IRQ_E_NO_CPU (unplugged);
 * S390IRQ_E_INVALID (NULL); S390IRQ_E_STRUCT_TOO_SMALL,
 * S390IRQ_E_STRUCT_TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vcpu_get_cpu(struct s390irq_vcpu *vcpu,
                                        struct s390irq_cpu *cpu);

/*
 * [A] Replaces the registers of a parked CPU; its owner sees them at the next
 * deliver, to which a sleeping CPU is woken. Answers as s390irq_vcpu_get_cpu(),
 * S390IRQ_E_INVALID also for a bad prefix.
 */
S390IRQ_EXPORT int s390irq_vcpu_set_cpu(struct s390irq_vcpu *vcpu,
                                        const struct s390irq_cpu *cpu);

/*
 * [A] Copies the general, access, vector and guarded-storage registers that
 * the library has of a CPU that is not operating: those of the registers hook
 * when it stopped, or loaded ones. Loaded ones are there until the CPU runs,
 * also if it was started before its deliver said S390IRQ_CHANGED_LOADED.
 * Answers 0; S390IRQ_E_STATE (it has none: no hook, the CPU operates, or its
 * owner has not been through deliver since); S390IRQ_E_NO_CPU (unplugged);
 * S390IRQ_E_INVALID (NULL); S390IRQ_E_STRUCT_TOO_SMALL, _TOO_NEW.
 */
S390IRQ_EXPORT int s390irq_vcpu_get_registers(
    struct s390irq_vcpu *vcpu, struct s390irq_registers *registers);

/*
 * [A] Says whether the CPU is dispatched: whether the host runs it or would
 * run it if its guest did not wait. SIGP sense running status tells it to
 * other CPUs. It is when created. Answers 0; S390IRQ_E_NO_CPU (unplugged);
 * S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_set_dispatched(struct s390irq_vcpu *vcpu,
                                               int dispatched);

/*
 * [O] The pfault handshake (DIAGNOSE 0x258, whose parameter block the host
 * reads). begin: token is the real address of the token, a multiple of 8.
 * Answers 0; S390IRQ_BUSY (one is in force: guest return code 8);
 * S390IRQ_E_INVALID (NULL, token, or compare has a bit that select has not:
 * specification exception).
 */
S390IRQ_EXPORT int s390irq_vcpu_pfault_begin(struct s390irq_vcpu *vcpu,
                                             uint64_t token, uint64_t select,
                                             uint64_t compare);

/*
 * [O] Ends the handshake. Answers 0; S390IRQ_CLEARED (none is in force: guest
 * return code 4); S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_pfault_cancel(struct s390irq_vcpu *vcpu);

/*
 * [O] May a page fault be handled asynchronously now? Only if the handshake
 * is in force, the PSW agrees with it, the CPU is open for CP-service
 * interruptions and would take no other interruption first. Then *token is
 * the real address at which the token is: inject PFAULT_INIT with it, and
 * PFAULT_DONE at the VM later. Answers 1, 0, or an error as
 * s390irq_vcpu_has_interruption().
 */
S390IRQ_EXPORT int s390irq_vcpu_pfault_may_start(struct s390irq_vcpu *vcpu,
                                                 const struct s390irq_cpu *cpu,
                                                 uint64_t *token);

/*
 * [A] Makes a local interruption pending. Kinds: INTERRUPT_KEY,
 * MALFUNCTION_ALERT, EMERGENCY_SIGNAL, EXTERNAL_CALL, TOD_SYNC_CHECK,
 * MEASUREMENT_ALERT (parameters are ORed), WARNING_TRACK, IUCV, PFAULT_INIT,
 * MACHINE_CHECK, RESTART, STOP (with parameter 1 it also stores its status, at
 * absolute 0x1200); CLOCK_COMPARATOR and CPU_TIMER only make the CPU look at
 * its clock (COALESCED: a level condition is never latched); PROGRAM,
 * SUPERVISOR_CALL and SET_PREFIX act on a parked CPU only, SET_PREFIX at once
 * and on a stopped one only. Never starts or stops a CPU by itself, STOP
 * excepted.
 * Answers S390IRQ_QUEUED; S390IRQ_COALESCED (it pends already, a machine
 * check: all its subclasses do; STOP: it is stopped already, its status has
 * been stored); S390IRQ_BUSY (external call, program, SVC, stop, IUCV with
 * another subcode: one pends; STOP with status: it is stopped, but its owner
 * has not been through deliver since); S390IRQ_FULL (pfault init);
 * S390IRQ_CLOSED; S390IRQ_E_INVALID (NULL, a record that does not check, a
 * floating kind); S390IRQ_E_NO_CPU (source is not below config.cpus, or the CPU
 * is unplugged); S390IRQ_E_STATE (program, SVC: not parked; set prefix:
 * not stopped; stop: check-stop); S390IRQ_E_GUEST_MEMORY (set prefix, status:
 * no storage there); S390IRQ_E_UNSUPPORTED (STOP with status, and there is no
 * registers hook).
 */
S390IRQ_EXPORT int s390irq_vcpu_inject(
    struct s390irq_vcpu *vcpu, const struct s390irq_interruption *interruption);

/*
 * [A] Emergency signal (external 1201) from the CPU with address `source`,
 * below config.cpus; the sender may be unplugged by now: one pends per source.
 * Answers S390IRQ_QUEUED, S390IRQ_COALESCED, S390IRQ_CLOSED, S390IRQ_E_NO_CPU
 * (source is none, or the CPU is unplugged), S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_inject_emergency(struct s390irq_vcpu *vcpu,
                                                 uint32_t source);

/*
 * [A] External call (external 1202) from the CPU with address `source`, as
 * above: one pends per CPU. Answers S390IRQ_QUEUED, S390IRQ_BUSY,
 * S390IRQ_CLOSED, S390IRQ_E_NO_CPU, S390IRQ_E_INVALID (NULL).
 */
S390IRQ_EXPORT int s390irq_vcpu_inject_external_call(struct s390irq_vcpu *vcpu,
                                                     uint32_t source);

/* [A] What pends at this CPU. NULL only for NULL. */
S390IRQ_EXPORT struct s390irq_queue *s390irq_vcpu_queue(
    struct s390irq_vcpu *vcpu);

/*
 * [A] The CPU's counters; floating interruptions count as `taken` where they
 * were taken. counters->size must be set. Answers as s390irq_vm_counters().
 */
S390IRQ_EXPORT int s390irq_vcpu_counters(struct s390irq_vcpu *vcpu,
                                         struct s390irq_counters *counters);

S390IRQ_END_DECLS

#endif
