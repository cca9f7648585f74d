/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What the embedder brings: hooks, and the trace that the library sends back.
 *
 * Every hook begins with (void *vm, void *cpu): the opaque pointers given to
 * s390irq_vm_create() and s390irq_vcpu_create(). Hooks run with no lock held
 * and may call every [A] function, but no [O] function of the CPU whose call
 * is in progress. They must not throw, longjmp or otherwise unwind.
 */
#ifndef S390IRQ_HOST_H
#define S390IRQ_HOST_H

#include <s390irq/base.h>

/*
 * Events of the trace. INJECT, DELIVER, HOLD, WITHDRAW and PUT_BACK are about
 * an interruption, which all of them describe in the same way: kind; code (of
 * an external or program interruption, of SUPERVISOR CALL; the subchannel);
 * parameter (the CPU that sent it; SVC: ILC; else the parameter or subcode);
 * parameter64 (virtio; pfault token; the I/O word with the ISC; the machine
 * check's conditions, which may be those of several injections).
 */
#define S390IRQ_TRACE_INJECT  1 /* outcome; cpu or S390IRQ_NO_CPU */
#define S390IRQ_TRACE_DELIVER 2 /* PSWs: it has been taken */
#define S390IRQ_TRACE_ANSWER  3 /* outcome: what deliver answered */
/* cpu: claimed (kind: of the floating one, or 0), the hook follows */
#define S390IRQ_TRACE_WAKE 4
#define S390IRQ_TRACE_KICK 5
/* outcome: the new S390IRQ_STATE_*; kind: STOP if a stop order has done it */
#define S390IRQ_TRACE_STATE 6
/* code: order; outcome: cc; cpu: target; parameter: who sent it; parameter64:
   the order's parameter; status: with cc 1 */
#define S390IRQ_TRACE_SIGP  7
#define S390IRQ_TRACE_MASKS 8 /* debug checks: masks changed unannounced */
/* What others see of the CPU from now on. outcome: S390IRQ_PUBLISHED_*;
   parameter: open for these kinds, 1 << S390IRQ_KIND_*; code: for these ISCs,
   0x80 is ISC 0. Comes with every answer but errors, and with changed masks */
#define S390IRQ_TRACE_PUBLISH 9
/* In this CPU's hand: it still pends, until DELIVER or PUT_BACK. One that is
   taken in a single step has no HOLD */
#define S390IRQ_TRACE_HOLD 10
/* By s390irq_queue_take_io(); outcome: 1 if it named the subchannel (TEST
   SUBCHANNEL), 0 if not (TEST PENDING INTERRUPTION) */
#define S390IRQ_TRACE_WITHDRAW 11
/* Pends again in its place, unless it was cleared meanwhile. Of a CPU's hand;
   or S390IRQ_NO_CPU, outcome: what s390irq_queue_put_back_io() answered */
#define S390IRQ_TRACE_PUT_BACK 12
/* Cleared at this CPU or S390IRQ_NO_CPU: what pended of these kinds
   (parameter: 1 << S390IRQ_KIND_*), or kind IO: for this subchannel (code).
   outcome: how many; what was in hand is not among them */
#define S390IRQ_TRACE_CLEAR 13

/* How a CPU waits for interruptions, in a PUBLISH event. */
#define S390IRQ_PUBLISHED_RUNNING 0 /* it looks at its words */
#define S390IRQ_PUBLISHED_GUEST   1 /* it has to be kicked */
#define S390IRQ_PUBLISHED_ASLEEP  2 /* it has to be woken */

/* "No CPU" in a trace event: the event is the VM's. */
#define S390IRQ_NO_CPU UINT32_MAX

/* One event. Valid during the hook only. What an event has no use for is 0. */
struct s390irq_trace {
    uint32_t size;
    uint16_t event; /* S390IRQ_TRACE_* */
    uint16_t kind;  /* S390IRQ_KIND_* or 0 */
    int32_t outcome;
    uint32_t cpu; /* CPU address */
    uint32_t code;
    uint32_t parameter;
    uint64_t parameter64;
    uint64_t old_psw_mask;
    uint64_t old_psw_address;
    uint64_t new_psw_mask;
    uint64_t new_psw_address;
    uint64_t tod; /* of the host, as the tod hook says: when it was sent */
    uint32_t status;
    uint32_t reserved; /* zero */
};

/* Levels of the log: a level includes all that are lower. */
#define S390IRQ_LOG_ERROR    1 /* a hook failed, guest memory is missing */
#define S390IRQ_LOG_STATE    3 /* states, disabled waits, rare injections */
#define S390IRQ_LOG_DELIVERY 4 /* every delivery */
#define S390IRQ_LOG_INJECT   5 /* every injection, every wait */

/*
 * The registers that the library does not keep, for machine checks and for
 * the status that SIGP stores. Floating-point register n is vector[n][0].
 * Without the vector facility only these 16 doublewords are looked at.
 */
struct s390irq_registers {
    uint32_t size;
    uint32_t reserved; /* zero */
    uint64_t general[16];
    uint32_t access[16];
    uint64_t vector[32][2];      /* bits 0 to 63, bits 64 to 127 */
    uint64_t guarded_storage[4]; /* the control block, as it is stored */
};

#define S390IRQ_REGISTERS_INIT                                           \
    {                                                                    \
        sizeof(struct s390irq_registers), 0, { 0 }, { 0 }, { { 0, 0 } }, \
        {                                                                \
            0, 0, 0, 0                                                   \
        }                                                                \
    }

/*
 * The hooks. The struct is copied; a NULL member, or one beyond `size`, is
 * not provided. What each must do:
 *
 * read, write: copy `length` bytes (at most 512) from or to guest absolute
 *   storage. 0 = done, anything else = there is no such storage. Not needed
 *   when s390irq_vm_config.ram holds the guest's storage.
 * lowcore: a host pointer to the 8 KiB at `absolute` (a prefix area), or NULL
 *   when stores there must go through write. Asked when a CPU's prefix
 *   changes and after s390irq_vcpu_lowcore_changed(). Stores through the
 *   pointer cannot fail. It must stay valid until one of these two.
 * tod: the host's TOD clock, in TOD units (2^-12 microseconds). It must never
 *   run backwards. Called while a timer of a CPU is armed and looked at, when
 *   a CPU whose timer runs is started, stopped or reset, and for each event if
 *   there is a trace hook (cpu: as in that).
 *   Without it the library reads the system's monotonic clock.
 * deadline: the CPU's next deadline has changed (host TOD, S390IRQ_NEVER =
 *   none); says what s390irq_report.deadline_tod says.
 * wake: the CPU sleeps (its last deliver answered something else than RUN)
 *   and should call deliver again. At most once a sleep. May come before the
 *   CPU really sleeps: sleep on s390irq_attention() being zero. Without it
 *   the library wakes threads in s390irq_vcpu_wait() itself.
 * kick: the CPU is in guest mode and should leave it and call deliver. At
 *   most once an entry. Hosts whose guest loop polls s390irq_attention() give
 *   none. The host must make a kick stick that comes before the entry.
 * choose: which sleeping CPU takes a floating interruption of this kind;
 *   `address` is what the library would choose. An answer that names no CPU
 *   asleep and open for it falls back to `address`. cpu is NULL.
 * trace: one event; cpu is the opaque of the CPU concerned or NULL. Comes on
 *   the thread that did it, after it was done: what others make of it may be
 *   told first. Without trace and log nothing is spent on events.
 * log: one line without newline, for levels up to s390irq_vm_config.log_level.
 * allocate, deallocate: both or neither. allocate answers memory aligned for
 *   any object, or NULL. cpu is NULL. Called from create and add calls and
 *   from the last unref only.
 * registers: fill *registers (size is set) with what the CPU has now. Called
 *   on the owner's thread only: when the CPU enters the stopped state and when
 *   it takes a machine check. 0 = done; anything else = they are lost, which a
 *   machine check then tells its guest; of a stopped CPU they are asked for
 *   again by its next deliver, and store status finds it busy until then.
 *   Without it no status can be stored.
 * transaction: fill the 256 bytes of the transaction-diagnostic block that a
 *   program interruption with code bit 0x200 stores at 0x1800. Without it
 *   nothing is stored there.
 * set_bit: OR `bits` into the byte at `absolute`, atomically, and answer the
 *   byte as it was, or a negative number: there is no such storage. For
 *   adapter routes; not needed with s390irq_vm_config.ram.
 * dirty: the 4 KiB at `absolute` were stored into through config.ram: by
 *   routes, stored status and save areas. Stores into prefix areas when an
 *   interruption is taken are not told: use lowcore for that. cpu may be NULL.
 * released: the very last call for this VM; what the hooks use may go now.
 */
struct s390irq_host_ops {
    uint32_t size;
    uint32_t reserved; /* zero */
    int (*read)(void *vm, void *cpu, uint64_t absolute, void *data,
                size_t length);
    int (*write)(void *vm, void *cpu, uint64_t absolute, const void *data,
                 size_t length);
    void *(*lowcore)(void *vm, void *cpu, uint64_t absolute);
    uint64_t (*tod)(void *vm, void *cpu);
    void (*deadline)(void *vm, void *cpu, uint64_t deadline_tod);
    void (*wake)(void *vm, void *cpu);
    void (*kick)(void *vm, void *cpu);
    uint32_t (*choose)(void *vm, void *cpu, uint32_t kind, uint32_t address);
    void (*trace)(void *vm, void *cpu, const struct s390irq_trace *event);
    void (*log)(void *vm, void *cpu, int level, const char *text);
    void *(*allocate)(void *vm, void *cpu, size_t bytes);
    void (*deallocate)(void *vm, void *cpu, void *memory, size_t bytes);
    void (*released)(void *vm, void *cpu);
    int (*registers)(void *vm, void *cpu, struct s390irq_registers *registers);
    void (*transaction)(void *vm, void *cpu, uint8_t block[256]);
    int (*set_bit)(void *vm, void *cpu, uint64_t absolute, uint8_t bits);
    void (*dirty)(void *vm, void *cpu, uint64_t absolute);
};

#define S390IRQ_HOST_OPS_INIT                                                 \
    {                                                                         \
        sizeof(struct s390irq_host_ops), 0, NULL, NULL, NULL, NULL, NULL,     \
            NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            NULL                                                              \
    }

#endif
