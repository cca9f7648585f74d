/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/loop.h"

#include <s390irq/errors.h>

#include "host/notice.h"

/*
 * The instruction-length code that goes with an odd instruction address is
 * unpredictable among the valid ones; this is the one shown.
 */
#define ODD_ADDRESS_ILC 2

uint64_t si_loop_host_tod(struct si_delivery *delivery)
{
    if (!delivery->host_tod_known) {
        delivery->host_tod = si_hooks_tod(delivery->host, delivery->opaque);
        delivery->host_tod_known = true;
    }
    return delivery->host_tod;
}

static uint64_t level_ready(struct si_delivery *delivery, uint64_t open)
{
    uint64_t armed = si_level_armed(delivery->cpu, open);

    if (!armed)
        return 0;
    return si_level_pending(delivery->cpu, armed, si_loop_host_tod(delivery),
                            delivery->epoch);
}

/* The CPU finds a PSW that is not valid. */
static void raise_specification(struct si_delivery *delivery, uint32_t ilc)
{
    struct si_own *own = &delivery->local->own;
    struct si_notice_payload payload;

    si_own_specification(own, ilc);
    payload.code = own->program.code;
    payload.parameter = 0;
    payload.parameter64 = 0;
    if (si_notice_wanted(delivery->host))
        si_notice_about(delivery->host, delivery->opaque, delivery->address,
                        S390IRQ_TRACE_INJECT, S390IRQ_KIND_PROGRAM,
                        S390IRQ_QUEUED, payload);
}

/* PoP ch. 6, early exception recognition: the ILC is zero. */
static void check_early(struct si_delivery *delivery)
{
    const struct s390irq_cpu *cpu = delivery->cpu;
    const struct si_own *own = &delivery->local->own;

    if (!si_own_classes(own) && !si_psw_valid(cpu->psw_mask, cpu->psw_address,
                                              delivery->host->facilities))
        raise_specification(delivery, 0);
}

/* An odd address is found when the instruction is fetched: after the rest. */
static uint64_t check_late(struct si_delivery *delivery)
{
    const struct s390irq_cpu *cpu = delivery->cpu;

    if (!(cpu->psw_address & 1) || si_psw_waits(cpu->psw_mask))
        return 0;
    raise_specification(delivery, ODD_ADDRESS_ILC);
    return SI_BIT(SI_CLASS_PROGRAM);
}

uint64_t si_loop_ready(struct si_delivery *delivery, uint64_t *word)
{
    struct si_local *local = delivery->local;
    uint64_t open, ready;

    *word = si_local_load(local);
    if (*word & SI_LOCAL_RESTART_FIRST)
        return SI_BIT(SI_CLASS_RESTART);
    check_early(delivery);
    open = si_enabled_open(delivery->masks, delivery->cpu);
    ready = ((*word | si_floating_load(delivery->floating)) & open) |
            si_local_ready(local, *word) | level_ready(delivery, open);
    return ready ? ready : check_late(delivery);
}

static void notice_delivery(const struct si_delivery *delivery,
                            const struct si_taking *taking,
                            const struct s390irq_interruption *what)
{
    const struct si_notice_payload payload = si_notice_payload(what);
    const struct s390irq_cpu *cpu = delivery->cpu;
    struct s390irq_trace event = {
        .event = S390IRQ_TRACE_DELIVER,
        .kind = what->kind,
        .cpu = delivery->address,
        .code = taking->code,
        .parameter = payload.parameter,
        .parameter64 = payload.parameter64,
        .old_psw_mask = taking->psw_mask,
        .old_psw_address = taking->psw_address,
        .new_psw_mask = cpu->psw_mask,
        .new_psw_address = cpu->psw_address,
    };

    si_notice_send(delivery->host, delivery->opaque, &event);
}

/* units: as how many it counts. */
static void swapped(struct si_delivery *delivery,
                    const struct si_taking *taking,
                    const struct s390irq_interruption *what,
                    const uint8_t new_psw[16], uint64_t units)
{
    uint32_t number = taking->class_number;

    si_apply_swap(delivery->cpu, new_psw);
    si_tally_own_some(&delivery->local->tally[what->kind].taken, units);
    delivery->taken++;
    delivery->taken_kinds |= 1u << what->kind;
    delivery->unsettled |= SI_BIT(number);
    delivery->last_kind = what->kind;
    if (si_notice_wanted(delivery->host))
        notice_delivery(delivery, taking, what);
}

static void build(struct si_delivery *delivery, struct si_taking *taking,
                  uint32_t number, const struct s390irq_interruption *what)
{
    si_taking_build(taking, number, what, delivery->cpu);
    if (number == SI_CLASS_PROGRAM)
        si_program_transaction(taking, delivery->host, delivery->opaque,
                               delivery->area);
}

/* Through the pointer no store can fail: claim and removal are one step. */
static void take_direct(struct si_delivery *delivery, uint32_t number,
                        uint64_t word)
{
    struct si_taking taking;
    struct si_hand hand;
    uint8_t new_psw[16];

    if (!si_claim_take(delivery->local, delivery->floating, number, word,
                       &hand))
        return;
    build(delivery, &taking, number, &hand.what);
    si_apply_direct(&taking, delivery->lowcore, new_psw);
    swapped(delivery, &taking, &hand.what, new_psw, 1);
}

void si_loop_commit(struct si_delivery *delivery,
                    const struct si_taking *taking, const uint8_t new_psw[16])
{
    struct si_local *local = delivery->local;
    uint64_t classes = 0, units = 1;

    if (si_classes[taking->class_number].nature == SI_MACHINE)
        units = si_claim_checks(local, &classes);
    delivery->route |= si_claim_commit(local, delivery->floating);
    delivery->unsettled |= classes;
    swapped(delivery, taking, &local->hand.what, new_psw, units);
}

bool si_loop_stuck(const struct si_delivery *delivery, uint64_t ready)
{
    return (ready & SI_BIT(SI_CLASS_EXIGENT)) &&
           !(delivery->cpu->psw_mask & SI_PSW_MACHINE_CHECK);
}

static bool hold(struct si_delivery *delivery, uint64_t ready,
                 struct si_taking *taking, bool extended)
{
    struct si_local *local = delivery->local;
    uint32_t number = si_bits_highest(ready);

    if (SI_BIT(number) & SI_CLASS_MACHINE_CHECKS) {
        if (!si_claim_hold_checks(local, delivery->floating,
                                  ready & SI_CLASS_MACHINE_CHECKS))
            return false;
        build(delivery, taking, local->hand.class_number, &local->hand.what);
        si_machine_check_build(delivery, taking, extended);
        return true;
    }
    if (!si_claim_hold(local, delivery->floating, number))
        return false;
    build(delivery, taking, number, &local->hand.what);
    return true;
}

bool si_loop_hold(struct si_delivery *delivery, uint64_t ready,
                  struct si_taking *taking, bool extended)
{
    bool held = hold(delivery, ready, taking, extended);

    if (held)
        si_notice_interruption(delivery->host, delivery->opaque,
                               delivery->address, S390IRQ_TRACE_HOLD, 0,
                               &delivery->local->hand.what);
    return held;
}

static bool carry_out(struct si_delivery *delivery,
                      const struct si_taking *taking, uint8_t new_psw[16])
{
    if (delivery->lowcore) {
        si_apply_direct(taking, delivery->lowcore, new_psw);
        return true;
    }
    return si_apply_hooks(taking, delivery->host, delivery->opaque,
                          delivery->cpu->prefix, new_psw, &delivery->fault);
}

static int take_in_hand(struct si_delivery *delivery, uint64_t ready)
{
    struct si_local *local = delivery->local;
    struct si_taking taking;
    uint8_t new_psw[16];

    if (!si_loop_hold(delivery, ready, &taking, true))
        return 0;
    if (!carry_out(delivery, &taking, new_psw)) {
        delivery->route |= si_claim_abort(local, delivery->floating);
        si_notice_interruption(delivery->host, delivery->opaque,
                               delivery->address, S390IRQ_TRACE_PUT_BACK, 0,
                               &local->hand.what);
        si_notice_fault(delivery->host, delivery->opaque, delivery->address,
                        local->hand.what.kind, delivery->fault);
        return S390IRQ_E_GUEST_MEMORY;
    }
    si_loop_commit(delivery, &taking, new_psw);
    return 0;
}

int si_loop_run(struct si_delivery *delivery)
{
    for (;;) {
        uint64_t word;
        uint64_t ready = si_loop_ready(delivery, &word);
        uint32_t number;
        int rc = 0;

        if (!ready)
            return SI_LOOP_IDLE;
        number = si_bits_highest(ready);
        if (number == SI_CLASS_STOP)
            return SI_LOOP_STOP;
        if (si_loop_stuck(delivery, ready))
            return SI_LOOP_CHECK_STOP;
        if (delivery->taken == SI_LOOP_LIMIT)
            return SI_LOOP_REPEATS;
        if (delivery->lowcore && !(SI_BIT(number) & SI_CLASS_MACHINE_CHECKS))
            take_direct(delivery, number, word);
        else
            rc = take_in_hand(delivery, ready);
        if (rc < 0)
            return rc;
    }
}
