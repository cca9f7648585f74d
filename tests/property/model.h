/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reference model: what the architecture and the public headers say a VM
 * does, in the plainest way. Everything that pends is one list for the VM and
 * one for each CPU, searched from end to end; what is next is the smallest
 * class and within it the smallest place. Nothing here knows how the library
 * does it.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <s390irq/s390irq.h>

#define MODEL_CPUS        5
#define MODEL_STORAGE     0x30000u
#define MODEL_AREA        0x2000u
#define MODEL_ITEMS       160
#define MODEL_SUBCHANNELS 8
#define MODEL_ADAPTERS    6
#define MODEL_TOUCHED     192
#define MODEL_SWAPS       64 /* interruptions of one deliver, then LOOP */
#define MODEL_STORES      24

/* In the order in which they are taken (PoP ch. 6, priority). */
enum model_class {
    MODEL_NOTHING = -1,
    MODEL_EXIGENT,
    MODEL_SUPERVISOR_CALL,
    MODEL_PROGRAM,
    MODEL_CHANNEL_REPORT, /* repressible machine checks, by submask */
    MODEL_RECOVERY,
    MODEL_DEGRADATION,
    MODEL_DAMAGE,
    MODEL_WARNING,
    MODEL_KEY, /* external interruptions */
    MODEL_MALFUNCTION,
    MODEL_EMERGENCY,
    MODEL_CALL,
    MODEL_SYNC_CHECK,
    MODEL_COMPARATOR,
    MODEL_TIMER,
    MODEL_TIMING,
    MODEL_MEASUREMENT,
    MODEL_WARNING_TRACK,
    MODEL_SERVICE,
    MODEL_IUCV,
    MODEL_PFAULT_INIT,
    MODEL_PFAULT_DONE,
    MODEL_VIRTIO,
    MODEL_ISC0, /* input/output, subclasses 0 to 7 */
    MODEL_ISC7 = MODEL_ISC0 + 7,
    MODEL_RESTART,
    MODEL_STOP,
    MODEL_CLASSES
};

struct model_row {
    uint16_t kind;
    uint16_t code;    /* external interruptions */
    uint64_t psw_bit; /* 0: nothing masks it */
    unsigned control; /* the register with the submask; 0 is one, too */
    uint64_t submask; /* 0: none */
};

extern const struct model_row model_rows[MODEL_CLASSES];

/* Rules that a self-check turns round, to see that the driver notices. */
enum model_flip {
    MODEL_FLIP_NONE,
    MODEL_FLIP_EQUAL_COMPARATOR, /* pending when equal, too */
    MODEL_FLIP_CALL_FIRST,       /* external call before emergency signal */
    MODEL_FLIP_SOURCES,          /* the highest sender first */
    MODEL_FLIP_SECOND_SCCB,      /* replaces the first */
    MODEL_FLIP_STALE_ADDRESS,    /* 0x84 stays with a service signal */
    MODEL_FLIP_RESET_KEEPS,      /* CPU reset keeps the external call */
    MODEL_FLIP_SENSE,            /* sense forgets the stopped state */
    MODEL_FLIP_DEADLINE,         /* one unit late */
    MODEL_FLIP_TURNS,            /* subchannels always before adapters */
    MODEL_FLIP_TAIL,             /* what is put back goes to the end */
    MODEL_FLIP_GROUPS, /* an exigent machine check takes no masked ones */
    MODEL_FLIPS
};

/* One thing that pends. */
struct model_item {
    int class;
    int hand;     /* the CPU that has it in hand, or -1 */
    bool cleared; /* meanwhile: an abort does not bring it back */
    uint64_t place;
    uint64_t held; /* when it was taken in hand last */
    uint64_t age;  /* when its payload came */
    unsigned turn;
    struct s390irq_interruption record;
};

struct model_pool {
    unsigned count;
    struct model_item item[MODEL_ITEMS];
};

struct model_books {
    uint64_t injected, taken, coalesced, refused, cleared;
};

struct model_store {
    uint64_t absolute;
    uint32_t length;
    uint8_t bytes[512];
};

/* What taking something means. */
struct model_plan {
    int class;
    uint32_t kind;
    uint64_t old_psw; /* absolute addresses; 0: no swap */
    uint64_t new_psw;
    uint64_t mask, address; /* the old PSW */
    unsigned count;
    struct model_store store[MODEL_STORES];
};

struct model_cpu {
    bool there;
    int state; /* S390IRQ_STATE_* */
    bool parked;
    bool asleep; /* its last deliver said so; a wake is needed */
    bool in_guest;
    bool unseen; /* its masks have changed since it told the library */
    bool look;   /* posted: deliver is to be called */
    int posted;  /* a reset that its owner is to carry out */
    bool check_stop;
    bool first;      /* restart before all else: it was stopped */
    int answer;      /* of its last deliver */
    bool told_again; /* its owner calls again without being woken */
    bool timer_ran;
    uint64_t jump; /* of the host's clock, since its owner had the registers */
    bool dispatched;
    uint32_t told; /* S390IRQ_CHANGED_* to be told at the next deliver */
    struct s390irq_cpu cpu;
    struct model_pool local;
    bool in_hand;
    struct model_plan hand;
    bool has_other;
    struct s390irq_registers other;       /* what the hook gave last */
    const struct s390irq_registers *live; /* what it would give now */
    bool pfault;
    uint64_t token, select, compare;
    uint64_t taken[S390IRQ_KIND_LIMIT];
    unsigned wakes, kicks; /* of this sleep, this entry */
};

struct model_subchannel {
    bool there;
    uint32_t id;
};

struct model_adapter {
    bool there;
    uint32_t isc, flags;
    bool masked, remembered;
};

/* One that queue_take_io gave out. */
struct model_loan {
    bool out, cleared;
    unsigned later; /* takes of the same, since */
    unsigned turn;
    uint64_t place;
    struct s390irq_interruption record;
};

#define MODEL_LOANS 8

/* One I/O interruption that was taken: of which ISC, and of what. */
struct model_turn {
    int class;
    bool adapter;
    bool undone; /* it was put back: it did not happen */
};

#define MODEL_TURNS 4096 /* kept */
#define MODEL_UNDO  64   /* so many of an ISC are remembered */
#define MODEL_LATER 4    /* so many later takes of the same: too late */

struct model_vm {
    enum model_flip flip;
    uint32_t cpus;
    uint32_t limit;
    uint32_t flags;
    bool kicks; /* there is a kick hook */
    bool registers;
    bool lost_registers; /* the hook fails, in this call */
    bool transaction;
    bool facility[256];
    bool closed, paused;
    uint64_t host_tod, epoch;
    uint32_t epoch_index;
    uint32_t last_sleeper;
    uint64_t places;
    struct model_cpu cpu[MODEL_CPUS];
    struct model_pool floating;
    struct model_subchannel subchannel[MODEL_SUBCHANNELS];
    struct model_adapter adapter[MODEL_ADAPTERS];
    struct model_loan loan[MODEL_LOANS];
    unsigned turns;
    struct model_turn turn[MODEL_TURNS];
    uint8_t single, suppressed;
    uint8_t lost; /* something was suppressed since */
    struct model_books books[S390IRQ_KIND_LIMIT];
    uint8_t storage[MODEL_STORAGE];
    unsigned touched;
    struct {
        uint64_t absolute;
        uint32_t length;
    } touch[MODEL_TOUCHED];
    /* An access that the host let fail: where, how many were taken before. */
    bool fault;
    bool mild; /* ... and the call went on */
    uint64_t fault_absolute;
    uint32_t fault_taken;
};

/* What a deliver is expected to answer. */
struct model_answer {
    int answer;
    uint32_t taken;
    uint32_t taken_kinds;
    uint32_t loop_kind;
    uint32_t intercepts;
    uint64_t deadline_tod;
    struct model_plan failed; /* GUEST_MEMORY: what could not be taken */
};

/* model.c: storage, lists, books */
/* Whether the access that failed is among these bytes, and harmless. */
bool model_lost(const struct model_vm *vm, uint64_t absolute, uint32_t length);
void model_open(struct model_vm *vm);
bool model_stored(struct model_vm *vm, uint64_t absolute, const void *bytes,
                  uint32_t length);
bool model_loaded(const struct model_vm *vm, uint64_t absolute, void *bytes,
                  uint32_t length);
uint64_t model_number(const void *bytes, uint32_t length);
void model_bytes(void *bytes, uint32_t length, uint64_t number);
struct model_item *model_find(struct model_pool *pool, int class, int source);
struct model_item *model_add(struct model_vm *vm, struct model_pool *pool,
                             int class,
                             const struct s390irq_interruption *record);
void model_remove(struct model_pool *pool, const struct model_item *item);
int model_booked(struct model_vm *vm, uint32_t kind, int outcome);
/* Taken by this CPU. */
void model_book_taken(struct model_vm *vm, struct model_cpu *cpu, uint32_t kind,
                      uint64_t count);
int model_class_of(uint32_t kind);
/* Clears a list; answers how many went, what is in hand not counted. */
int model_clear(struct model_vm *vm, struct model_pool *pool, bool own);
bool model_before(const struct model_vm *vm, const struct model_item *one,
                  const struct model_item *other);

bool model_may_be_taken(const struct model_pool *pool,
                        const struct model_item *item);
void model_hold(struct model_vm *vm, struct model_cpu *cpu,
                struct model_item *item);
/* One of the class that nobody has in hand. */
struct model_item *model_free_item(struct model_pool *pool, int class);

/* model_machine_check.c */
/* Joins a second to a first, whose failing address and logout stay. */
void model_join_checks(struct s390irq_machine_check *into,
                       const struct s390irq_machine_check *what);
int model_machine_check(struct model_vm *vm, struct model_pool *pool,
                        const struct s390irq_interruption *record);
void model_plan_machine_check(struct model_vm *vm, struct model_cpu *cpu,
                              int class, bool prepared,
                              struct model_plan *plan);

/* model_status.c: registers as they are stored */
/*
 * Stores the status of a stopped CPU there; BUSY: its registers are not there
 * yet, GUEST_MEMORY: no such storage.
 */
int model_status_at(struct model_vm *vm, struct model_cpu *cpu, uint64_t base);
int model_status_in_place(struct model_vm *vm, struct model_cpu *cpu);
void model_other_registers(const struct s390irq_registers *other, uint64_t base,
                           struct model_plan *plan);
void model_own_registers(const struct model_vm *vm,
                         const struct s390irq_cpu *cpu, uint64_t base,
                         struct model_plan *plan);
bool model_store_vectors(struct model_vm *vm, uint64_t origin,
                         const struct s390irq_registers *other);
bool model_store_guarded(struct model_vm *vm, uint64_t origin,
                         const struct s390irq_registers *other);
uint64_t model_area_length(const struct model_vm *vm, uint64_t designation);

/* model_inject.c */
int model_inject(struct model_vm *vm, struct model_cpu *cpu,
                 const struct s390irq_interruption *record);
int model_inject_floating(struct model_vm *vm,
                          const struct s390irq_interruption *record);
int model_program(struct model_vm *vm, struct model_cpu *cpu,
                  const struct s390irq_program *program);
int model_supervisor_call(struct model_vm *vm, struct model_cpu *cpu,
                          uint32_t code, uint32_t ilc);

/* model_io.c */
/* Whether the adapters of an ISC go before its subchannels now (V-13). */
bool model_adapters_turn(const struct model_vm *vm, int class);
unsigned model_take_turn(struct model_vm *vm, const struct model_item *item);
void model_undo_turn(struct model_vm *vm, unsigned turn);
int model_isc(uint32_t word);
struct model_subchannel *model_subchannel(struct model_vm *vm, uint32_t id);
int model_add_subchannel(struct model_vm *vm, uint32_t id);
int model_remove_subchannel(struct model_vm *vm, uint32_t id);
int model_inject_io(struct model_vm *vm,
                    const struct s390irq_interruption *record);
/* The same without looking at who may. */
int model_pend_io(struct model_vm *vm,
                  const struct s390irq_interruption *record);
void model_rejoin_io(struct model_vm *vm, struct model_item *older);
int model_clear_io(struct model_vm *vm, uint32_t id);
int model_take_io(struct model_vm *vm, uint32_t mask, uint32_t id,
                  struct model_loan *loan);
int model_put_back_io(struct model_vm *vm, struct model_loan *loan);

/* model_adapter.c */
int model_add_adapter(struct model_vm *vm, uint32_t id, uint32_t isc,
                      uint32_t flags);
int model_remove_adapter(struct model_vm *vm, uint32_t id);
int model_signal_adapter(struct model_vm *vm, uint32_t id);
int model_mask_adapter(struct model_vm *vm, uint32_t id, bool masked);
int model_set_ais(struct model_vm *vm, uint32_t isc, uint32_t mode);
int model_set_ais_all(struct model_vm *vm, uint8_t single, uint8_t suppressed);
int model_check_route(struct model_vm *vm, const struct s390irq_route *route);
int model_fire_route(struct model_vm *vm, const struct s390irq_route *route);

/* model_move.c: saved, and loaded into a VM of a host with this clock */
void model_moved(struct model_vm *vm, uint64_t host_tod);

/* model_judge.c: what may be taken now */
uint64_t model_timer(const struct model_vm *vm, const struct s390irq_cpu *cpu);
bool model_open_for(const struct s390irq_cpu *cpu, int class);
bool model_level(const struct model_vm *vm, const struct s390irq_cpu *cpu,
                 int class);
/* The class that would be taken next, with these registers. */
int model_next(struct model_vm *vm, struct model_cpu *cpu,
               const struct s390irq_cpu *registers);
struct model_item *model_first(const struct model_vm *vm,
                               struct model_pool *pool, int class);
bool model_takes(struct model_vm *vm, struct model_cpu *cpu,
                 const struct s390irq_cpu *registers);
bool model_valid_psw(const struct model_vm *vm, uint64_t mask,
                     uint64_t address);
uint64_t model_deadline(const struct model_vm *vm, const struct model_cpu *cpu,
                        bool enabled_only);
uint32_t model_intercepts(struct model_vm *vm, struct model_cpu *cpu,
                          bool levels);

/* model_take.c: what taking it stores */
void model_plan(struct model_vm *vm, struct model_cpu *cpu, int class,
                bool prepared, struct model_plan *plan);
/* Makes the stores and swaps the PSW; false: there is no such storage. */
bool model_carry_out(struct model_vm *vm, struct model_cpu *cpu,
                     const struct model_plan *plan);

/* model_deliver.c */
void model_deliver(struct model_vm *vm, struct model_cpu *cpu,
                   const struct s390irq_cpu *callers,
                   struct model_answer *answer);
int model_prepare(struct model_vm *vm, struct model_cpu *cpu,
                  const struct s390irq_cpu *callers, struct model_plan *plan);
/* False: there is no such storage, abort. */
bool model_commit(struct model_vm *vm, struct model_cpu *cpu);
void model_abort(struct model_vm *vm, struct model_cpu *cpu);

/* model_state.c */
int model_start(struct model_vm *vm, struct model_cpu *cpu,
                const struct s390irq_cpu *registers);
int model_stop(struct model_vm *vm, struct model_cpu *cpu);
/* SIGP stop and store status: also UNSUPPORTED. */
int model_stop_and_store(struct model_vm *vm, struct model_cpu *cpu);
int model_restart(struct model_vm *vm, struct model_cpu *cpu);
int model_reset(struct model_vm *vm, struct model_cpu *cpu, int kind);
void model_carry_out_reset(struct model_vm *vm, struct model_cpu *cpu,
                           int kind);
void model_freeze(struct model_vm *vm, struct model_cpu *cpu);
void model_runs(struct model_cpu *cpu);
/* The registers hook is called. */
void model_fetch(struct model_vm *vm, struct model_cpu *cpu);
bool model_outstanding(const struct model_cpu *cpu);
/* Whether there is something for its owner to do, by what was announced. */
bool model_reason(struct model_vm *vm, struct model_cpu *cpu);
/* An item that the CPU is open for, of this list. */
bool model_open_item(const struct model_cpu *cpu,
                     const struct model_pool *pool);
int model_set_prefix(struct model_vm *vm, struct model_cpu *cpu,
                     uint32_t prefix);
void model_create(struct model_vm *vm, uint32_t address);
int model_unplug(struct model_vm *vm, struct model_cpu *cpu);
int model_pfault_begin(struct model_cpu *cpu, uint64_t token, uint64_t select,
                       uint64_t compare);
int model_pfault_cancel(struct model_cpu *cpu);
int model_pfault_may_start(struct model_vm *vm, struct model_cpu *cpu);
int model_pause(struct model_vm *vm);
void model_resume(struct model_vm *vm);
int model_set_tod(struct model_vm *vm, uint32_t index, uint64_t tod);
void model_get_tod(const struct model_vm *vm, uint32_t *index, uint64_t *tod);
void model_adjust_tod(struct model_vm *vm, uint64_t delta);
/* The queue of the VM is cleared: what was taken by hand is not put back. */
void model_clear_loans(struct model_vm *vm);
void model_vm_reset(struct model_vm *vm);

/* model_sigp.c */
int model_sigp(struct model_vm *vm, uint32_t sender, uint32_t target,
               uint32_t order, uint64_t parameter, uint32_t *status);

static inline uint32_t model_address(const struct model_vm *vm,
                                     const struct model_cpu *cpu)
{
    return (uint32_t)(cpu - vm->cpu);
}

static inline struct model_pool *model_pool_of(struct model_vm *vm,
                                               struct model_cpu *cpu,
                                               bool floating)
{
    return floating ? &vm->floating : &cpu->local;
}

#endif
