/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What is less usual of the short way: see usual.h. */
#include "usual.h"

#include "arch/program.h"
#include "cpu/owner.h"
#include "cpu/route.h"
#include "deliver/apply.h"
#include "pending/io_next.h"

static inline SI_SHORT int report_with(struct s390irq_vcpu *vcpu,
                                       const struct s390irq_cpu *cpu,
                                       struct s390irq_report *report,
                                       uint32_t kind,
                                       const struct si_timers timers)
{
    uint64_t open = atomic_load_explicit(&vcpu->open, memory_order_relaxed);
    uint64_t masked = (si_local_load(&vcpu->local) |
                       si_floating_load(&vcpu->vm->floating) | timers.pending) &
                      ~open & SI_LOCAL_CLASSES;

    report->taken = kind != 0;
    report->taken_kinds = kind ? 1u << kind : 0;
    report->changed = kind ? S390IRQ_CHANGED_PSW : 0;
    report->loop_kind = 0;
    report->deadline_tod = timers.deadline;
    report->fault_address = 0;
    report->intercepts = masked ? si_enabled_intercepts(masked, cpu) : 0;
    return S390IRQ_RUN;
}

/* A timer is armed: is it due, and when will it be? */
static SI_RARE int report_by_clock(struct s390irq_vcpu *vcpu,
                                   struct s390irq_cpu *cpu,
                                   struct s390irq_report *report, uint32_t kind)
{
    const struct si_timers timers = si_timers_look(vcpu, cpu);

    if (timers.pending &
        atomic_load_explicit(&vcpu->open, memory_order_relaxed))
        return si_deliver_whole(vcpu, cpu, report, kind);
    si_timers_tell(vcpu, timers.deadline);
    return report_with(vcpu, cpu, report, kind, timers);
}

int si_usual_report(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind)
{
    const struct si_timers none = { 0, S390IRQ_NEVER };

    if (si_timers_matter(vcpu, cpu))
        return report_by_clock(vcpu, cpu, report, kind);
    return report_with(vcpu, cpu, report, kind, none);
}

/* open, or 0 if a timer that is enabled is due. */
static SI_RARE uint64_t open_by_clock(const struct s390irq_vcpu *vcpu,
                                      const struct s390irq_cpu *cpu,
                                      uint64_t open)
{
    return si_timers_due(vcpu, cpu, open) ? 0 : open;
}

/* What this PSW is open for, or 0: that has to be looked at in full. */
static inline SI_SHORT uint64_t open_of(const struct s390irq_vcpu *vcpu,
                                        const struct s390irq_cpu *cpu)
{
    uint64_t open;

    if (!si_psw_valid_64(cpu->psw_mask) || !si_enabled_known(&vcpu->masks, cpu))
        return 0;
    open = si_enabled_known_open(&vcpu->masks, cpu);
    return (open & SI_LEVEL_CLASSES) && !si_level_unarmed(cpu)
               ? open_by_clock(vcpu, cpu, open)
               : open;
}

/*
 * Goes on with a PSW that leaves something open, in which nothing pends. What
 * has come to pend meanwhile is seen by the next poll: nobody sleeps here.
 */
static inline SI_SHORT int run(struct s390irq_vcpu *vcpu,
                               struct s390irq_cpu *cpu,
                               struct s390irq_report *report, uint32_t kind,
                               uint64_t open)
{
    if ((cpu->psw_address & 1) || si_psw_waits(cpu->psw_mask))
        return si_deliver_whole(vcpu, cpu, report, kind);
    atomic_store_explicit(&vcpu->open, open, memory_order_release);
    si_park_facts(vcpu, cpu);
    return report ? si_usual_report(vcpu, cpu, report, kind) : S390IRQ_RUN;
}

int si_usual_opened(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind)
{
    uint64_t open = open_of(vcpu, cpu);
    uint64_t pending =
        si_local_load(&vcpu->local) | si_floating_load(&vcpu->vm->floating);

    return !open || (pending & open) ? si_deliver_whole(vcpu, cpu, report, kind)
                                     : run(vcpu, cpu, report, kind, open);
}

int si_usual_entered(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                     struct s390irq_report *report, uint64_t pending,
                     uint32_t kind, uint32_t number)
{
    struct si_handler *handler = &vcpu->handler[number];

    return si_handler_learn(handler, &vcpu->masks, cpu)
               ? si_usual_handle(vcpu, handler, cpu, report, cpu->psw_mask,
                                 pending, kind)
               : si_usual_opened(vcpu, cpu, report, kind);
}

/* PoP ch. 6, program interruption. */
static inline SI_SHORT void store_program(const struct s390irq_cpu *cpu,
                                          uint8_t *lowcore,
                                          uint32_t ilc_and_code)
{
    si_direct_store32(lowcore + SI_LOWCORE_PROGRAM_ILC_AND_CODE, ilc_and_code);
    si_direct_store64(lowcore + SI_LOWCORE_BREAKING_EVENT,
                      cpu->breaking_event_address);
}

static inline SI_SHORT int enter_program(struct s390irq_vcpu *vcpu,
                                         struct s390irq_cpu *cpu,
                                         struct s390irq_report *report,
                                         uint8_t *lowcore, uint64_t pending)
{
    si_own_clear(&vcpu->local.own);
    si_usual_taken(vcpu);
    return si_usual_swap(vcpu, cpu, report, lowcore, pending,
                         S390IRQ_KIND_PROGRAM, SI_LOWCORE_PROGRAM_OLD_PSW,
                         SI_LOWCORE_PROGRAM_NEW_PSW);
}

/*
 * Those that nullify and store no more than their code: the address steps back,
 * unless the host has done that.
 */
static bool store_nullifying(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                             uint8_t *lowcore)
{
    const struct s390irq_program *program = &vcpu->local.own.program;

    if (si_program_traits(program->code) != SI_PROGRAM_NULLIFIES ||
        program->code >= sizeof si_program_table)
        return false;
    store_program(cpu, lowcore, si_program_ilc_and_code(program));
    if (!(program->flags & S390IRQ_PROGRAM_NO_REWIND))
        cpu->psw_address -= program->ilc;
    return true;
}

/* The rest of them, but for those in a transaction: the host is asked. */
static SI_RARE int build_program(struct s390irq_vcpu *vcpu,
                                 struct s390irq_cpu *cpu,
                                 struct s390irq_report *report,
                                 uint64_t pending)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_PROGRAM };
    struct si_taking taking;
    uint8_t new_psw[16];

    what.u.program = vcpu->local.own.program;
    if (what.u.program.code & SI_PROGRAM_TRANSACTION)
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_taking_build(&taking, SI_CLASS_PROGRAM, &what, cpu);
    si_apply_direct(&taking, vcpu->lowcore, new_psw);
    cpu->psw_address = taking.psw_address;
    return enter_program(vcpu, cpu, report, vcpu->lowcore, pending);
}

static inline SI_SHORT int enter_svc(struct s390irq_vcpu *vcpu,
                                     struct s390irq_cpu *cpu,
                                     struct s390irq_report *report,
                                     uint8_t *lowcore, uint64_t pending)
{
    struct si_own *own = &vcpu->local.own;

    si_direct_store32(lowcore + SI_LOWCORE_SVC_ILC_AND_CODE,
                      (uint32_t)own->svc_ilc << 16 | own->svc_code);
    si_own_clear(own);
    si_usual_taken(vcpu);
    return si_usual_swap(vcpu, cpu, report, lowcore, pending,
                         S390IRQ_KIND_SUPERVISOR_CALL, SI_LOWCORE_SVC_OLD_PSW,
                         SI_LOWCORE_SVC_NEW_PSW);
}

/* The mode is the 64-bit one, in which addresses step back. */
static SI_RARE int take_program(struct s390irq_vcpu *vcpu,
                                struct s390irq_cpu *cpu,
                                struct s390irq_report *report, uint64_t pending)
{
    if ((cpu->psw_mask & SI_USUAL_MODE) != SI_USUAL_MODE)
        return si_deliver_whole(vcpu, cpu, report, 0);
    if (!store_nullifying(vcpu, cpu, vcpu->lowcore))
        return build_program(vcpu, cpu, report, pending);
    return enter_program(vcpu, cpu, report, vcpu->lowcore, pending);
}

/*
 * Resets and exigent machine checks come before; who posts them raises
 * SI_LOCAL_LOOK.
 */
int si_usual_own(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                 struct s390irq_report *report)
{
    const uint32_t plain = vcpu->usual_plain;
    uint64_t pending =
        si_local_load(&vcpu->local) | si_floating_load(&vcpu->vm->floating);
    uint8_t *lowcore = vcpu->lowcore;

    if ((pending & SI_LOCAL_LOOK) || (report && report->size != sizeof *report))
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_owner_check(vcpu);
    if (plain) {
        store_program(cpu, lowcore, plain);
        return enter_program(vcpu, cpu, report, lowcore, pending);
    }
    if (vcpu->usual_own == SI_USUAL_NOT)
        return si_deliver_whole(vcpu, cpu, report, 0);
    if (si_own_classes(&vcpu->local.own) != SI_BIT(SI_CLASS_SUPERVISOR_CALL))
        return take_program(vcpu, cpu, report, pending);
    return enter_svc(vcpu, cpu, report, lowcore, pending);
}

/* PoP ch. 6, input/output interruption. */
static inline SI_SHORT int enter_io(struct s390irq_vcpu *vcpu,
                                    struct s390irq_cpu *cpu,
                                    struct s390irq_report *report,
                                    uint32_t kind, uint32_t subchannel,
                                    uint32_t parameter, uint32_t word)
{
    uint8_t *lowcore = vcpu->lowcore;

    si_direct_store32(lowcore + SI_LOWCORE_SUBCHANNEL, subchannel);
    si_direct_store32(lowcore + SI_LOWCORE_IO_PARAMETER, parameter);
    si_direct_store32(lowcore + SI_LOWCORE_IO_WORD, word);
    return si_usual_swap(vcpu, cpu, report, lowcore, 0, kind,
                         SI_LOWCORE_IO_OLD_PSW, SI_LOWCORE_IO_NEW_PSW);
}

/* Whatever pends; what has come meanwhile is routed first. */
static __attribute__((noinline)) int deliver_unusual_io(
    struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
    struct s390irq_report *report, struct si_io_isc *isc,
    struct si_io_taken taken)
{
    uint32_t word;

    taken = si_io_next_rest(&vcpu->vm->floating.io, isc, taken);
    word = si_payload_word(taken.payload);
    si_route_raised(vcpu->vm);
    if (!(taken.payload & SI_PAYLOAD_PENDS))
        return si_deliver_whole(vcpu, cpu, report, 0);
    if (!taken.node)
        return enter_io(vcpu, cpu, report, S390IRQ_KIND_ADAPTER, 0, 0,
                        S390IRQ_IO_ADAPTER | word);
    return enter_io(vcpu, cpu, report, S390IRQ_KIND_IO,
                    taken.node->entry.subchannel,
                    si_payload_parameter(taken.payload), word);
}

/* When somebody has the lock. */
static SI_RARE int deliver_waiting_io(struct s390irq_vcpu *vcpu,
                                      struct s390irq_cpu *cpu,
                                      struct s390irq_report *report,
                                      struct si_io_isc *isc)
{
    const struct si_io_taken nothing = { NULL, 0 };

    si_lock_wait(&vcpu->vm->floating.io.lock);
    return deliver_unusual_io(vcpu, cpu, report, isc, nothing);
}

/* Calls nothing but what ends it, so that it keeps nothing for afterwards. */
static inline SI_SHORT int deliver_io(struct s390irq_vcpu *vcpu,
                                      struct s390irq_cpu *cpu,
                                      struct s390irq_report *report,
                                      struct si_io_isc *isc)
{
    struct si_io *io = &vcpu->vm->floating.io;
    struct si_io_taken taken = { NULL, 0 };

    if (!si_lock_try(&io->lock))
        return deliver_waiting_io(vcpu, cpu, report, isc);
    if (!si_io_next(io, isc, &taken))
        return deliver_unusual_io(vcpu, cpu, report, isc, taken);
    return enter_io(
        vcpu, cpu, report, S390IRQ_KIND_IO, taken.node->entry.subchannel,
        si_payload_parameter(taken.payload), si_payload_word(taken.payload));
}

int si_usual_io(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                struct si_io_isc *isc)
{
    return deliver_io(vcpu, cpu, NULL, isc);
}

int si_usual_io_reporting(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                          struct s390irq_report *report, struct si_io_isc *isc)
{
    return deliver_io(vcpu, cpu, report, isc);
}

int si_usual_judge(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report, uint64_t word,
                   uint64_t floating, uint64_t only)
{
    uint64_t open = open_of(vcpu, cpu);
    uint64_t ready = (word | floating) & open;
    uint32_t number;

    if (!open)
        return si_deliver_whole(vcpu, cpu, report, 0);
    if (!ready)
        return run(vcpu, cpu, report, 0, open);
    number = si_bits_highest(ready);
    if (!(only & SI_BIT(number)))
        return si_deliver_whole(vcpu, cpu, report, 0);
    if (number <= SI_CLASS_IO_0 && number >= SI_CLASS_IO_7 &&
        !((word | floating) & (SI_ENABLED_CLOSED | SI_CLASS_REPRESSIBLE)))
        return si_usual_io_reporting(
            vcpu, cpu, report, si_io_class(&vcpu->vm->floating.io, number));
    switch (number) {
    case SI_CLASS_EMERGENCY_SIGNAL:
        return si_usual_emergency(vcpu, cpu, report, word);
    case SI_CLASS_EXTERNAL_CALL:
        return si_usual_call(vcpu, cpu, report, word);
    case SI_CLASS_SERVICE_SIGNAL:
        return si_usual_service(vcpu, cpu, report, word, floating);
    default:
        return si_deliver_whole(vcpu, cpu, report, 0);
    }
}
