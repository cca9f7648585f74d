/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cpu/park.h"

#include <stddef.h>
#include <string.h>

#include "cpu/route.h"
#include "cpu/trace.h"

bool si_park_valid(const struct s390irq_cpu *cpu)
{
    return (cpu->prefix & ~SI_PREFIX_BITS) == 0;
}

void si_park_copy(struct s390irq_cpu *to, const struct s390irq_cpu *from)
{
    uint32_t size = to->size;

    memcpy(to, from, sizeof *to);
    to->size = size;
}

uint32_t si_park_differences(const struct s390irq_cpu *a,
                             const struct s390irq_cpu *b)
{
    uint32_t changed = 0;

    if (a->psw_mask != b->psw_mask || a->psw_address != b->psw_address)
        changed |= S390IRQ_CHANGED_PSW;
    if (memcmp(a->cr, b->cr, sizeof a->cr) != 0)
        changed |= S390IRQ_CHANGED_CONTROL;
    if (a->prefix != b->prefix)
        changed |= S390IRQ_CHANGED_PREFIX;
    if (a->clock_comparator != b->clock_comparator ||
        a->cpu_timer != b->cpu_timer ||
        a->cpu_timer_since_tod != b->cpu_timer_since_tod)
        changed |= S390IRQ_CHANGED_TIMERS;
    if (a->tod_programmable != b->tod_programmable ||
        a->floating_point_control != b->floating_point_control ||
        a->breaking_event_address != b->breaking_event_address)
        changed |= S390IRQ_CHANGED_OTHER;
    return changed;
}

void si_park_thaw(struct s390irq_vcpu *vcpu)
{
    if (!vcpu->timer_frozen ||
        si_machine_state(vcpu) != S390IRQ_STATE_OPERATING)
        return;
    vcpu->timer_frozen = false;
    vcpu->copy.cpu_timer_since_tod = vcpu->start_tod;
}

/* Pause and count are one word: what a pause found parked stays so. */
static bool may_unpark(struct s390irq_vm *vm)
{
    uint32_t unparked = atomic_load(&vm->unparked);

    do {
        if (unparked & (SI_MACHINE_PAUSED | SI_MACHINE_HELD))
            return false;
    } while (
        !atomic_compare_exchange_weak(&vm->unparked, &unparked, unparked + 1));
    return true;
}

/* Nearly always the embedder has left its registers as they were parked. */
static bool are_same(const struct s390irq_cpu *a, const struct s390irq_cpu *b)
{
    return memcmp(&a->prefix, &b->prefix,
                  sizeof *a - offsetof(struct s390irq_cpu, prefix)) == 0;
}

/* With the lock held. */
static uint32_t take_copy(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    uint32_t changed = vcpu->changed;

    vcpu->changed = 0;
    if (are_same(cpu, &vcpu->copy))
        return changed;
    changed |= si_park_differences(cpu, &vcpu->copy);
    si_park_copy(cpu, &vcpu->copy);
    return changed;
}

/*
 * With the lock held: the host's clock jumped while the CPU was not parked.
 * Answers S390IRQ_CHANGED_TIMERS, or 0: the timer's stamp stays as it is.
 */
static uint32_t apply_jump(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    uint64_t jump = vcpu->clock_jump;

    vcpu->clock_jump = 0;
    if (!jump || !cpu->cpu_timer_since_tod)
        return 0;
    cpu->cpu_timer_since_tod += jump;
    return S390IRQ_CHANGED_TIMERS;
}

/* In a pause the owner sees what others did, but the CPU stays parked. */
static uint32_t unpark(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    uint32_t changed;

    si_lock_take(&vcpu->local.lock);
    if (vcpu->parked) {
        si_park_thaw(vcpu);
        vcpu->parked = !may_unpark(vcpu->vm);
        vcpu->pausing = vcpu->parked;
        changed = take_copy(vcpu, cpu);
    } else {
        changed = apply_jump(vcpu, cpu);
    }
    si_lock_release(&vcpu->local.lock);
    return changed;
}

static bool clear_reasons(struct s390irq_vcpu *vcpu)
{
    if (!(si_local_load(&vcpu->local) & SI_LOCAL_LOOK))
        return false;
    atomic_fetch_and(&vcpu->local.word, ~SI_LOCAL_LOOK);
    return true;
}

/* The jump is looked for when a reason says so. */
static uint32_t poll(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    uint32_t changed;

    if (!clear_reasons(vcpu))
        return 0;
    si_lock_take(&vcpu->local.lock);
    changed = apply_jump(vcpu, cpu);
    si_lock_release(&vcpu->local.lock);
    return changed;
}

static void leave_sets(struct s390irq_vcpu *vcpu)
{
    si_away_leave(&vcpu->vm->away, vcpu->address, vcpu->away_sets);
    vcpu->in_guests = false;
    vcpu->away_sets = 0;
}

/* [owner] Is told for which class it was claimed, if for one. */
static void collect_token(struct s390irq_vcpu *vcpu)
{
    uint32_t token = si_published_run(&vcpu->published);

    if (token == SI_TOKEN_NONE)
        return;
    if (vcpu->in_guests)
        vcpu->guest_tokens |= SI_BIT(token);
    else
        vcpu->sleep_tokens |= SI_BIT(token);
}

static void come_back(struct s390irq_vcpu *vcpu)
{
    collect_token(vcpu);
    leave_sets(vcpu);
}

/* The reasons are cleared first, and what they may be about is read after. */
uint32_t si_park_return(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    if (!vcpu->away)
        return poll(vcpu, cpu);
    vcpu->away = false;
    come_back(vcpu);
    clear_reasons(vcpu);
    return unpark(vcpu, cpu);
}

static void join(struct s390irq_vcpu *vcpu, uint64_t classes)
{
    vcpu->away_sets = si_away_join(&vcpu->vm->away, vcpu->address, classes);
}

static void join_sleepers(struct s390irq_vcpu *vcpu, uint64_t open)
{
    uint64_t classes = open & si_classes_floating;

    if (classes)
        atomic_store_explicit(&vcpu->vm->away.last_sleeper, vcpu->address,
                              memory_order_relaxed);
    join(vcpu, classes);
}

/* After publishing: has something come that nobody will tell us of? */
static bool overtaken(struct s390irq_vcpu *vcpu, uint64_t open)
{
    return ((si_local_load(&vcpu->local) |
             si_floating_load(&vcpu->vm->floating)) &
            open) != 0;
}

bool si_park_freeze(struct s390irq_cpu *cpu, uint64_t host_tod)
{
    if (!cpu->cpu_timer_since_tod)
        return false;
    cpu->cpu_timer = si_level_cpu_timer(cpu, host_tod);
    cpu->cpu_timer_since_tod = 0;
    return true;
}

void si_park_stop_timer(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                        uint64_t host_tod)
{
    si_lock_take(&vcpu->local.lock);
    vcpu->timer_frozen |= si_park_freeze(cpu, host_tod);
    si_lock_release(&vcpu->local.lock);
}

/* The CPU timer runs in the operating state only (PoP ch. 4, CPU timer). */
static void park(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                 uint32_t enters)
{
    uint64_t host_tod = 0;

    if (enters && cpu->cpu_timer_since_tod)
        host_tod = si_hooks_tod(&vcpu->vm->host, vcpu->opaque);
    si_lock_take(&vcpu->local.lock);
    if (enters) {
        vcpu->timer_frozen |= si_park_freeze(cpu, host_tod);
        atomic_store(&vcpu->state, enters);
    }
    apply_jump(vcpu, cpu);
    si_park_copy(&vcpu->copy, cpu);
    si_park_facts(vcpu, cpu);
    vcpu->parked = true;
    atomic_fetch_sub(&vcpu->vm->unparked, 1);
    si_lock_release(&vcpu->local.lock);
    if (enters)
        si_machine_notice(vcpu, S390IRQ_TRACE_STATE,
                          enters == S390IRQ_STATE_STOPPED ? S390IRQ_KIND_STOP
                                                          : 0,
                          (int)enters, 0);
}

/*
 * Publish by an exchange, join the sets, THEN look at what pends: an injector
 * either sees the sleeper or is seen (design: the wake protocol).
 */
bool si_park_sleep(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                   uint64_t open, uint32_t enters)
{
    si_trace_publish(vcpu, open, S390IRQ_PUBLISHED_ASLEEP);
    atomic_store(&vcpu->open, open | SI_LOCAL_LOOK);
    si_published_leave(&vcpu->published, SI_ASLEEP, open | SI_LOCAL_LOOK);
    join_sleepers(vcpu, open);
    if (overtaken(vcpu, open)) {
        come_back(vcpu);
        return false;
    }
    vcpu->away = true;
    park(vcpu, cpu, enters);
    return true;
}

void si_park_stay(struct s390irq_vcpu *vcpu)
{
    si_trace_publish(vcpu, 0, S390IRQ_PUBLISHED_ASLEEP);
    atomic_store(&vcpu->open, SI_LOCAL_LOOK);
    si_published_leave(&vcpu->published, SI_ASLEEP, SI_LOCAL_LOOK);
    vcpu->away = true;
}

void si_park_pausing(struct s390irq_vcpu *vcpu)
{
    si_lock_take(&vcpu->local.lock);
    vcpu->pausing = true;
    si_lock_release(&vcpu->local.lock);
    if (!si_machine_paused(vcpu->vm))
        atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
}

void si_park_vanish(struct s390irq_vcpu *vcpu)
{
    come_back(vcpu);
    atomic_store(&vcpu->open, 0);
    si_published_leave(&vcpu->published, SI_ASLEEP, 0);
    vcpu->away = false;
}

/* A CPU whose masks change unseen counts as open for everything. */
static uint64_t published_in_guest(const struct s390irq_vcpu *vcpu,
                                   uint64_t open)
{
    return vcpu->vm->flags & S390IRQ_VM_MASKS_UNKNOWN ? UINT64_MAX
                                                      : open | SI_LOCAL_LOOK;
}

/*
 * A reason that came while deliver was under way found no guest to kick: it
 * kicks the CPU out of the guest mode that it is about to enter.
 */
bool si_park_run(struct s390irq_vcpu *vcpu, uint64_t open)
{
    struct s390irq_vm *vm = vcpu->vm;

    si_trace_publish(vcpu, open,
                     si_machine_kicks(vm) ? S390IRQ_PUBLISHED_GUEST
                                          : S390IRQ_PUBLISHED_RUNNING);
    atomic_store_explicit(&vcpu->open, open | SI_LOCAL_LOOK,
                          memory_order_release);
    if (!si_machine_kicks(vm))
        return true;
    si_published_leave(&vcpu->published, SI_GUEST,
                       published_in_guest(vcpu, open));
    vcpu->in_guests = true;
    join(vcpu, SI_BIT(SI_AWAY_GUESTS));
    if (overtaken(vcpu, open)) {
        come_back(vcpu);
        return false;
    }
    vcpu->away = true;
    if (si_local_load(&vcpu->local) & SI_LOCAL_LOOK)
        si_route_local(vcpu, SI_LOCAL_LOOK);
    return true;
}

/* What came before the new word was published is looked for after it. */
void si_park_reopen(struct s390irq_vcpu *vcpu, uint64_t open)
{
    uint64_t published = published_in_guest(vcpu, open);

    si_trace_publish(vcpu, open, S390IRQ_PUBLISHED_GUEST);
    collect_token(vcpu);
    si_published_leave(&vcpu->published, SI_GUEST, published);
    if (overtaken(vcpu, open | SI_LOCAL_LOOK))
        si_route_local(vcpu, published);
}
