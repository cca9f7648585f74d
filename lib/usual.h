/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The short way of deliver: of a CPU that is as usual (cpu/usual.h), takes one
 * interruption of the classes that guests live on, when its new PSW masks
 * what else pends. Whatever is not so goes the whole way (vcpu.c), which does
 * the same step by step; tests/property walks both side by side.
 */
#ifndef SI_USUAL_H
#define SI_USUAL_H

#include "cpu/park.h"
#include "cpu/timers.h"
#include "cpu/usual.h"
#include "deliver/direct.h"

/*
 * The whole way. kind: of the interruption that the short one has taken
 * already, or 0.
 */
int si_deliver_whole(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                     struct s390irq_report *report, uint32_t kind);

/* The end of the short way for who wants a report: open is published. */
int si_usual_report(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind);

/* The short way when the new PSW leaves something open. */
int si_usual_opened(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                    struct s390irq_report *report, uint32_t kind);

/*
 * The short way when the new PSW is another one than last time. handler: which
 * of the CPU's it belongs to.
 */
int si_usual_entered(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                     struct s390irq_report *report, uint64_t pending,
                     uint32_t kind, uint32_t handler);

/*
 * The short way for a program or SVC condition, to be tried if registers begin
 * as vcpu->usual_own says.
 */
int si_usual_own(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                 struct s390irq_report *report);

/*
 * The short way for a CPU that slept: if nobody has touched it, and if it takes
 * what it was woken for.
 */
int si_usual_awake(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report);

/*
 * The short way when not the highest that pends is taken, or of I/O. only: what
 * may be taken on it.
 */
int si_usual_judge(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   struct s390irq_report *report, uint64_t word,
                   uint64_t floating, uint64_t only);

/*
 * The short way of an ISC that may be taken now; nothing pends that a handler
 * leaves open.
 */
int si_usual_io(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                struct si_io_isc *isc);
int si_usual_io_reporting(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                          struct s390irq_report *report, struct si_io_isc *isc);

#define SI_USUAL_MODE (SI_PSW_EXTENDED_ADDRESSING | SI_PSW_BASIC_ADDRESSING)

/*
 * Whether the registers let in what the row of the class asks for; a PSW that
 * is not valid, or not of 64-bit mode, does not here.
 */
static inline SI_SHORT bool si_usual_lets_in(const struct s390irq_cpu *cpu,
                                             const struct si_class row)
{
    return (cpu->psw_mask & (SI_PSW_UNASSIGNED | SI_USUAL_MODE | row.psw)) ==
               (SI_USUAL_MODE | row.psw) &&
           ((uint32_t)cpu->cr[row.control] & (uint32_t)row.submask);
}

/* The same of an ISC's class; timers come before it. */
static inline SI_SHORT bool si_usual_lets_in_io(const struct s390irq_cpu *cpu,
                                                uint32_t number)
{
    const uint64_t looked_at = SI_PSW_UNASSIGNED | SI_USUAL_MODE | SI_PSW_IO;

    return (cpu->psw_mask & looked_at) == (SI_USUAL_MODE | SI_PSW_IO) &&
           (cpu->cr[6] >> SI_CLASS_IO_SUBMASK_SHIFT & SI_BIT(number)) &&
           si_level_unarmed(cpu);
}

/*
 * Goes on with a handler's PSW, of this mask, as which the registers were
 * judged.
 */
static inline SI_SHORT int si_usual_handle(struct s390irq_vcpu *vcpu,
                                           const struct si_handler *handler,
                                           struct s390irq_cpu *cpu,
                                           struct s390irq_report *report,
                                           uint64_t psw_mask, uint64_t pending,
                                           uint32_t kind)
{
    if (cpu->psw_address & 1)
        return si_deliver_whole(vcpu, cpu, report, kind);
    if (pending & handler->open)
        return si_usual_opened(vcpu, cpu, report, kind);
    si_park_closed(vcpu, handler->open, psw_mask);
    return report ? si_usual_report(vcpu, cpu, report, kind) : S390IRQ_RUN;
}

/*
 * The old PSW is stored, the new one loaded, and the CPU goes on with it.
 * pending: what pends of machine checks, restart and orders.
 */
static inline SI_SHORT int si_usual_swap(struct s390irq_vcpu *vcpu,
                                         struct s390irq_cpu *cpu,
                                         struct s390irq_report *report,
                                         uint8_t *lowcore, uint64_t pending,
                                         uint32_t kind, uint32_t old_psw,
                                         uint32_t new_psw)
{
    const struct si_handler *handler = &vcpu->handler[si_handler_of(new_psw)];
    uint64_t mask = si_direct_load64(lowcore + new_psw);
    uint64_t address = si_direct_load64(lowcore + new_psw + 8);

    si_direct_store64(lowcore + old_psw, cpu->psw_mask);
    si_direct_store64(lowcore + old_psw + 8, cpu->psw_address);
    cpu->psw_mask = mask;
    cpu->psw_address = address;
    si_tally_own(&vcpu->local.tally[kind].taken);
    if (!si_handler_is(handler, mask, cpu->cr[14]))
        return si_usual_entered(vcpu, cpu, report, pending, kind,
                                si_handler_of(new_psw));
    return si_usual_handle(vcpu, handler, cpu, report, mask, pending, kind);
}

/* PoP ch. 6, external interruptions. address: where the word has it. */
static inline SI_SHORT void si_usual_external(uint8_t *lowcore,
                                              uint32_t address, uint32_t code)
{
    si_direct_store32(lowcore + SI_LOWCORE_EXTERNAL_ADDRESS_AND_CODE,
                      address | code);
}

/*
 * A signal that is all in this word; it is enabled, and no higher one is.
 * shift: where the word has its sender.
 */
static inline SI_SHORT int si_usual_signal(struct s390irq_vcpu *vcpu,
                                           struct s390irq_cpu *cpu,
                                           struct s390irq_report *report,
                                           uint64_t word,
                                           const struct si_class row,
                                           uint64_t bits, uint32_t shift)
{
    const uint32_t source = (uint32_t)(word >> (shift - 16)) & SI_LOCAL_ADDRESS
                                                                   << 16;
    uint8_t *lowcore = vcpu->lowcore;

    if (!si_local_take_out(&vcpu->local, &word, bits))
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_usual_external(lowcore, source, row.code);
    return si_usual_swap(vcpu, cpu, report, lowcore, word, row.kind,
                         SI_LOWCORE_EXTERNAL_OLD_PSW,
                         SI_LOWCORE_EXTERNAL_NEW_PSW);
}

static inline SI_SHORT int si_usual_emergency(struct s390irq_vcpu *vcpu,
                                              struct s390irq_cpu *cpu,
                                              struct s390irq_report *report,
                                              uint64_t word)
{
    if (word & SI_LOCAL_EMERGENCY_MORE)
        return si_deliver_whole(vcpu, cpu, report, 0);
    return si_usual_signal(vcpu, cpu, report, word,
                           si_classes_row(SI_CLASS_EMERGENCY_SIGNAL),
                           SI_LOCAL_EMERGENCY_BITS, SI_LOCAL_EMERGENCY_SHIFT);
}

static inline SI_SHORT int si_usual_call(struct s390irq_vcpu *vcpu,
                                         struct s390irq_cpu *cpu,
                                         struct s390irq_report *report,
                                         uint64_t word)
{
    return si_usual_signal(vcpu, cpu, report, word,
                           si_classes_row(SI_CLASS_EXTERNAL_CALL),
                           SI_LOCAL_CALL_BITS, SI_LOCAL_CALL_SHIFT);
}

static inline SI_SHORT int si_usual_service(struct s390irq_vcpu *vcpu,
                                            struct s390irq_cpu *cpu,
                                            struct s390irq_report *report,
                                            uint64_t word, uint64_t floating)
{
    const struct si_class row = si_classes_row(SI_CLASS_SERVICE_SIGNAL);
    uint8_t *lowcore = vcpu->lowcore;
    uint32_t parameter;

    if (!si_floating_take_service(&vcpu->vm->floating, floating, &parameter))
        return si_deliver_whole(vcpu, cpu, report, 0);
    si_direct_store32(lowcore + SI_LOWCORE_EXTERNAL_PARAMETER, parameter);
    si_usual_external(lowcore, 0, row.code);
    return si_usual_swap(vcpu, cpu, report, lowcore, word | floating, row.kind,
                         SI_LOWCORE_EXTERNAL_OLD_PSW,
                         SI_LOWCORE_EXTERNAL_NEW_PSW);
}

/* Takes one of the ISC with this class. */
static inline SI_SHORT int si_usual_deliver_io(struct s390irq_vcpu *vcpu,
                                               struct s390irq_cpu *cpu,
                                               struct s390irq_report *report,
                                               uint32_t highest)
{
    struct si_io_isc *isc = si_io_class(&vcpu->vm->floating.io, highest);

    return report ? si_usual_io_reporting(vcpu, cpu, report, isc)
                  : si_usual_io(vcpu, cpu, isc);
}

/*
 * With the owner's part of the state as usual. The highest class that pends
 * is nearly always the one: then it alone is judged. The timers come between
 * the signals and the rest. Orders raise SI_LOCAL_LOOK, which is higher than
 * any class. Where the bits that pend begin says which class is the highest.
 */
static inline SI_SHORT int si_usual_deliver(struct s390irq_vcpu *vcpu,
                                            struct s390irq_cpu *cpu,
                                            struct s390irq_report *report)
{
    uint64_t word = si_local_load(&vcpu->local);
    uint64_t floating = si_floating_load(&vcpu->vm->floating);
    uint32_t pending = (uint32_t)(word | floating);

    if (pending >= SI_BIT(SI_CLASS_EMERGENCY_SIGNAL)) {
        if (pending < SI_BIT(SI_CLASS_EMERGENCY_SIGNAL + 1) &&
            si_usual_lets_in(cpu, si_classes_row(SI_CLASS_EMERGENCY_SIGNAL)))
            return si_usual_emergency(vcpu, cpu, report, word);
    } else if (pending >= SI_BIT(SI_CLASS_EXTERNAL_CALL)) {
        if (si_usual_lets_in(cpu, si_classes_row(SI_CLASS_EXTERNAL_CALL)))
            return si_usual_call(vcpu, cpu, report, word);
    } else if (pending < SI_BIT(SI_CLASS_IO_0 + 1)) {
        if (pending >= SI_BIT(SI_CLASS_IO_7) &&
            !(pending & SI_ENABLED_CLOSED) &&
            si_usual_lets_in_io(cpu, si_bits_highest(pending)))
            return si_usual_deliver_io(vcpu, cpu, report,
                                       si_bits_highest(pending));
    } else if (pending >> SI_CLASS_SERVICE_SIGNAL == 1) {
        if (si_level_unarmed(cpu) &&
            si_usual_lets_in(cpu, si_classes_row(SI_CLASS_SERVICE_SIGNAL)))
            return si_usual_service(vcpu, cpu, report, word, floating);
    }
    return si_usual_judge(vcpu, cpu, report, word, floating, UINT64_MAX);
}

#endif
