/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* "Why is this not delivered?": every pending interruption, and what holds it.
 */
#include <string.h>

#include "cpu/park.h"
#include "explain.h"
#include "judge/held.h"
#include "listing.h"

/* What is known of the CPU, and where the explanations go. */
struct explaining {
    struct si_view view;
    uint64_t level; /* level conditions that hold */
    bool own;       /* program and SVC conditions may be looked at */
    bool floating;  /* what is shown floats */
    uint32_t first; /* class that is taken first, SI_CLASS_COUNT: none yet */
    uint32_t first_kind;
    si_explain_each *each;
    void *to;
};

/* Of all that nothing holds back only the first is taken next. */
static void outrank(struct explaining *explaining, uint32_t class_number,
                    struct s390irq_explanation *explanation)
{
    if (explanation->held)
        return;
    if (explaining->first == SI_CLASS_COUNT) {
        explaining->first = class_number;
        explaining->first_kind = explanation->interruption.kind;
    } else if (!si_held_not(explaining->first, class_number)) {
        explanation->held = S390IRQ_HELD_OUTRANKED;
        explanation->outranked_by = (uint16_t)explaining->first_kind;
    }
}

static void explain_one(void *to, uint32_t class_number,
                        const struct s390irq_interruption *what, bool in_hand)
{
    struct explaining *explaining = to;
    struct s390irq_explanation explanation;

    memset(&explanation, 0, sizeof explanation);
    explanation.interruption = *what;
    explanation.floating = explaining->floating;
    explanation.adapter = S390IRQ_NO_CPU;
    explanation.held = si_held_by(&explaining->view, class_number,
                                  &explanation.control, &explanation.submask);
    if (in_hand)
        explanation.held |= S390IRQ_HELD_IN_HAND;
    outrank(explaining, class_number, &explanation);
    explaining->each(explaining->to, &explanation);
}

static void explain_level(struct explaining *explaining, uint32_t number)
{
    struct s390irq_interruption what;

    memset(&what, 0, sizeof what);
    what.kind = si_classes[number].kind;
    explaining->floating = false;
    explain_one(explaining, number, &what, false);
}

/* What adapters signalled and was kept back before it could pend. */
static void explain_adapter(struct explaining *explaining, uint32_t isc,
                            uint32_t held, uint32_t id)
{
    struct s390irq_explanation explanation;

    memset(&explanation, 0, sizeof explanation);
    explanation.interruption.kind = S390IRQ_KIND_ADAPTER;
    explanation.interruption.u.io.word =
        S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc);
    explanation.floating = true;
    explanation.held = held;
    explanation.adapter = id;
    explaining->each(explaining->to, &explanation);
}

static void explain_adapters(struct explaining *explaining,
                             struct si_adapters *adapters)
{
    struct si_ais ais = si_adapters_get_ais(adapters);
    uint32_t isc, id;

    for (isc = 0; isc < SI_IO_ISCS; isc++)
        if (ais.dropped & 0x80u >> isc)
            explain_adapter(explaining, isc, S390IRQ_HELD_SUPPRESSED,
                            S390IRQ_NO_CPU);
    for (id = 0; id < S390IRQ_MAX_ADAPTERS; id++) {
        uint32_t adapter = si_adapters_load(adapters, id);

        if (adapter & SI_ADAPTER_REMEMBERED)
            explain_adapter(explaining, si_adapter_isc(adapter),
                            S390IRQ_HELD_ADAPTER_MASKED, id);
    }
}

/* A class at the CPU, then at the VM: highest class first. */
static void explain_class(struct explaining *explaining,
                          struct s390irq_vcpu *vcpu, uint32_t number)
{
    const struct si_class *row = &si_classes[number];

    if (row->nature == SI_LEVEL) {
        if (explaining->level & SI_BIT(number))
            explain_level(explaining, number);
        return;
    }
    explaining->floating = false;
    if ((row->scope & SI_LOCAL) && (row->nature != SI_OWN || explaining->own))
        si_listing_local(&vcpu->local, number, explain_one, explaining);
    explaining->floating = true;
    if (row->scope & SI_FLOATING)
        si_listing_floating(&vcpu->vm->floating, number, explain_one,
                            explaining);
}

static uint32_t held_by_state(const struct s390irq_vcpu *vcpu)
{
    uint32_t held = 0;

    if (si_machine_state(vcpu) == S390IRQ_STATE_STOPPED)
        held |= S390IRQ_HELD_STOPPED;
    if (si_machine_state(vcpu) == S390IRQ_STATE_CHECK_STOP)
        held |= S390IRQ_HELD_CHECK_STOP;
    if (si_machine_paused(vcpu->vm))
        held |= S390IRQ_HELD_PAUSED;
    return held;
}

/*
 * Submasks are looked at only while their PSW bit is one: otherwise what is
 * remembered may be old, and the PSW bit is reason enough.
 */
static uint64_t known(const _Atomic uint64_t *control, uint64_t looked_at)
{
    return looked_at ? atomic_load(control) : UINT64_MAX;
}

/* A running CPU: what its owner published last. */
static void view_published(struct si_view *view, struct s390irq_vcpu *vcpu)
{
    uint64_t facts = atomic_load(&vcpu->facts);

    const _Atomic uint64_t *control = vcpu->masks.control;

    view->psw_mask = facts & SI_FACTS_PSW;
    view->cr0 = known(&control[0], facts & SI_PSW_EXTERNAL);
    view->cr6 = known(&control[1], facts & SI_PSW_IO);
    view->cr14 = known(&control[2], facts & SI_PSW_MACHINE_CHECK);
}

static void view_parked(struct si_view *view, const struct s390irq_cpu *cpu)
{
    view->psw_mask = cpu->psw_mask;
    view->cr0 = cpu->cr[0];
    view->cr6 = cpu->cr[6];
    view->cr14 = cpu->cr[14];
}

/* With the CPU's lock held. */
static uint64_t armed_levels(const struct s390irq_vcpu *vcpu)
{
    return vcpu->parked ? si_level_armed(&vcpu->copy, SI_LEVEL_CLASSES) : 0;
}

/* With the CPU's lock held; host_tod was read before. */
static void look_at(struct explaining *explaining, struct s390irq_vcpu *vcpu,
                    uint64_t levels, uint64_t host_tod)
{
    explaining->own = vcpu->parked;
    explaining->view.state_held = held_by_state(vcpu);
    if (!vcpu->parked) {
        view_published(&explaining->view, vcpu);
        return;
    }
    view_parked(&explaining->view, &vcpu->copy);
    if (levels)
        explaining->level = si_level_pending(&vcpu->copy, levels, host_tod,
                                             atomic_load(&vcpu->vm->epoch));
}

/* The clock is a hook: it is read without the lock. */
static uint64_t levels_now(struct s390irq_vcpu *vcpu, uint64_t *host_tod)
{
    uint64_t levels;

    si_lock_take(&vcpu->local.lock);
    si_park_thaw(vcpu);
    levels = armed_levels(vcpu);
    si_lock_release(&vcpu->local.lock);
    *host_tod = levels ? si_hooks_tod(&vcpu->vm->host, vcpu->opaque) : 0;
    return levels;
}

void si_explain(struct s390irq_vcpu *vcpu, si_explain_each *each, void *to)
{
    struct explaining explaining;
    uint64_t host_tod, levels = levels_now(vcpu, &host_tod);
    uint32_t number;

    memset(&explaining, 0, sizeof explaining);
    explaining.first = SI_CLASS_COUNT;
    explaining.each = each;
    explaining.to = to;
    si_lock_take(&vcpu->local.lock);
    look_at(&explaining, vcpu, levels, host_tod);
    for (number = SI_CLASS_COUNT; number-- > 0;)
        explain_class(&explaining, vcpu, number);
    si_lock_release(&vcpu->local.lock);
    explain_adapters(&explaining, &vcpu->vm->adapters);
}

/* The caller's array, and how much there is to put into it. */
struct collection {
    struct s390irq_explanation *array;
    size_t room;
    size_t count;
};

static void collect(void *to, const struct s390irq_explanation *explanation)
{
    struct collection *collection = to;

    if (collection->count < collection->room)
        collection->array[collection->count] = *explanation;
    collection->count++;
}

int s390irq_vcpu_explain(struct s390irq_vcpu *vcpu,
                         struct s390irq_explanation *array, size_t *count)
{
    struct collection collection;
    int rc = si_machine_check(vcpu);

    if (!count || (!array && *count))
        rc = S390IRQ_E_INVALID;
    if (rc < 0)
        return rc;
    collection.array = array;
    collection.room = *count;
    collection.count = 0;
    si_explain(vcpu, collect, &collection);
    *count = collection.count;
    return collection.count > collection.room ? S390IRQ_E_BUFFER : 0;
}
