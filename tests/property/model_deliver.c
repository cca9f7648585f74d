/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The owner's loop: taking all that is enabled, in one step or in two. */
#include "model.h"

#include <string.h>

#define PSW_WAIT          UINT64_C(0x0002000000000000)
#define PSW_EXTERNAL      UINT64_C(0x0100000000000000)
#define PSW_IO            UINT64_C(0x0200000000000000)
#define PSW_MACHINE_CHECK UINT64_C(0x0004000000000000)

/* What was in hand is taken. */
static void taken(struct model_vm *vm, struct model_cpu *cpu,
                  const struct model_plan *plan)
{
    int address = (int)model_address(vm, cpu);
    unsigned count = 0;

    for (int floating = 0; floating < 2; floating++) {
        struct model_pool *pool = model_pool_of(vm, cpu, floating);

        for (unsigned i = 0; i < pool->count;) {
            if (pool->item[i].hand == address) {
                model_remove(pool, &pool->item[i]);
                count++;
            } else {
                i++;
            }
        }
    }
    if (count == 0)
        count = 1; /* a level condition: of the registers */
    if (plan->class == MODEL_RESTART)
        cpu->first = false;
    model_book_taken(vm, cpu, plan->kind, count);
}

/* Joined again with what came while it was in hand, at the older place. */
static void rejoin(struct model_vm *vm, struct model_pool *pool,
                   struct model_item *item)
{
    for (unsigned i = 0; i < pool->count; i++) {
        struct model_item *newer = &pool->item[i];

        if (newer == item || newer->class != item->class || newer->hand >= 0)
            continue;
        if (model_rows[item->class].kind == S390IRQ_KIND_MACHINE_CHECK)
            model_join_checks(&item->record.u.machine_check,
                              &newer->record.u.machine_check);
        else if (item->class != MODEL_SERVICE && item->class != MODEL_TIMING &&
                 item->class != MODEL_MEASUREMENT)
            continue;
        item->record.parameter |= newer->record.parameter;
        vm->books[item->record.kind].coalesced++;
        model_remove(pool, newer);
        return;
    }
}

static void given_back(struct model_vm *vm, struct model_cpu *cpu)
{
    int address = (int)model_address(vm, cpu);

    for (int floating = 0; floating < 2; floating++) {
        struct model_pool *pool = model_pool_of(vm, cpu, floating);

        for (unsigned i = 0; i < pool->count;) {
            struct model_item *item = &pool->item[i];

            if (item->hand == address && !item->cleared &&
                item->class >= MODEL_ISC0 && item->class <= MODEL_ISC7)
                model_undo_turn(vm, item->turn);
            if (item->hand != address) {
                i++;
            } else if (item->cleared) {
                vm->books[item->record.kind].cleared++;
                model_remove(pool, item);
            } else {
                item->hand = -1;
                if (item->class >= MODEL_ISC0 && item->class <= MODEL_ISC7)
                    model_rejoin_io(vm, item);
                else
                    rejoin(vm, pool, item);
                i = 0;
            }
        }
    }
}

/* Whether the host let this one fail. */
static bool faults(const struct model_vm *vm, uint32_t number)
{
    return vm->fault && vm->fault_taken == number;
}

static void malfunction_alerts(struct model_vm *vm, struct model_cpu *cpu)
{
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_MALFUNCTION_ALERT,
        .source = (uint16_t)model_address(vm, cpu),
    };

    for (uint32_t i = 0; i < vm->cpus; i++)
        if (&vm->cpu[i] != cpu && vm->cpu[i].there)
            model_inject(vm, &vm->cpu[i], &record);
}

static void check_stop(struct model_vm *vm, struct model_cpu *cpu)
{
    struct model_item *stop = model_find(&cpu->local, MODEL_STOP, -1);

    cpu->check_stop = cpu->first = false;
    if (stop) {
        vm->books[S390IRQ_KIND_STOP].cleared++;
        model_remove(&cpu->local, stop);
    }
    model_freeze(vm, cpu);
    cpu->state = S390IRQ_STATE_CHECK_STOP;
    malfunction_alerts(vm, cpu);
}

/* V-1: an exigent machine check that the PSW masks. */
static bool exigent_and_masked(struct model_cpu *cpu)
{
    return model_free_item(&cpu->local, MODEL_EXIGENT) &&
           !(cpu->cpu.psw_mask & PSW_MACHINE_CHECK);
}

/* The hook is asked once for what a stopped CPU has. */
static void stands_still(struct model_vm *vm, struct model_cpu *cpu)
{
    if (cpu->state == S390IRQ_STATE_STOPPED && !cpu->has_other)
        model_fetch(vm, cpu);
}

/* Nothing is left that is enabled: the stop order, at last (V-29). */
static bool stops(struct model_vm *vm, struct model_cpu *cpu)
{
    struct model_item *item = model_find(&cpu->local, MODEL_STOP, -1);
    bool store;

    if (!item || cpu->state != S390IRQ_STATE_OPERATING)
        return false;
    store = item->record.parameter;
    model_remove(&cpu->local, item);
    model_book_taken(vm, cpu, S390IRQ_KIND_STOP, 1);
    model_freeze(vm, cpu);
    cpu->state = S390IRQ_STATE_STOPPED;
    stands_still(vm, cpu);
    if (store)
        model_status_in_place(vm, cpu);
    return true;
}

static bool fetches_at_odd_address(const struct model_cpu *cpu)
{
    return cpu->state == S390IRQ_STATE_OPERATING &&
           !(cpu->cpu.psw_mask & PSW_WAIT) && (cpu->cpu.psw_address & 1);
}

/*
 * A PSW that is not valid is a program interruption condition, which pends
 * from then on: early with ILC 0, late (odd) with one that can be.
 */
static void specification(struct model_vm *vm, struct model_cpu *cpu,
                          uint8_t ilc)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_PROGRAM };

    record.u.program.code = 6;
    record.u.program.ilc = ilc;
    model_add(vm, &cpu->local, MODEL_PROGRAM, &record);
    vm->books[S390IRQ_KIND_PROGRAM].injected++;
}

/* Finds what is next; false: nothing. */
static bool find(struct model_vm *vm, struct model_cpu *cpu, bool prepared,
                 struct model_plan *plan)
{
    bool loaded = cpu->state == S390IRQ_STATE_OPERATING && !cpu->first;
    int class;

    if (loaded && !model_find(&cpu->local, MODEL_PROGRAM, -1) &&
        !model_find(&cpu->local, MODEL_SUPERVISOR_CALL, -1) &&
        !model_valid_psw(vm, cpu->cpu.psw_mask, cpu->cpu.psw_address))
        specification(vm, cpu, 0);
    if (loaded && exigent_and_masked(cpu)) {
        if (prepared) {
            cpu->look = true; /* deliver enters the check-stop state */
            return false;
        }
        check_stop(vm, cpu);
    }
    class = model_next(vm, cpu, &cpu->cpu);
    if (class == MODEL_NOTHING)
        return false;
    model_plan(vm, cpu, class, prepared, plan);
    return true;
}

/* Takes until nothing is left. Answers 0, LOOP or an error. */
static int take_all(struct model_vm *vm, struct model_cpu *cpu,
                    struct model_answer *answer)
{
    struct model_plan plan;

    for (;;) {
        if (cpu->state == S390IRQ_STATE_OPERATING && cpu->check_stop)
            check_stop(vm, cpu);
        if (!find(vm, cpu, false, &plan)) {
            if (stops(vm, cpu))
                continue;
            if (!fetches_at_odd_address(cpu))
                return 0;
            specification(vm, cpu, 2);
            continue;
        }
        if (answer->taken == MODEL_SWAPS) {
            given_back(vm, cpu);
            return S390IRQ_LOOP;
        }
        if (faults(vm, answer->taken) || !model_carry_out(vm, cpu, &plan)) {
            answer->failed = plan;
            given_back(vm, cpu);
            return S390IRQ_E_GUEST_MEMORY;
        }
        taken(vm, cpu, &plan);
        answer->taken++;
        answer->taken_kinds |= 1u << plan.kind;
        answer->loop_kind = plan.kind;
    }
}

static int rests(const struct model_cpu *cpu)
{
    const uint64_t any = PSW_EXTERNAL | PSW_IO | PSW_MACHINE_CHECK;

    if (cpu->state == S390IRQ_STATE_STOPPED)
        return S390IRQ_STOPPED;
    if (cpu->state == S390IRQ_STATE_CHECK_STOP)
        return S390IRQ_CHECK_STOP;
    if (!(cpu->cpu.psw_mask & PSW_WAIT))
        return S390IRQ_RUN;
    return cpu->cpu.psw_mask & any ? S390IRQ_WAIT : S390IRQ_WAIT_DISABLED;
}

static uint64_t deadline(const struct model_vm *vm, const struct model_cpu *cpu,
                         int answer)
{
    if (answer == S390IRQ_RUN)
        return model_deadline(vm, cpu, false);
    if (answer == S390IRQ_WAIT)
        return model_deadline(vm, cpu, true);
    return S390IRQ_NEVER;
}

/* What the owner of a running CPU brings, in the host's time of today. */
static void returned(struct model_cpu *cpu, const struct s390irq_cpu *callers)
{
    model_runs(cpu);
    cpu->cpu = *callers;
    if (cpu->cpu.cpu_timer_since_tod)
        cpu->cpu.cpu_timer_since_tod += cpu->jump;
    cpu->jump = 0;
}

void model_deliver(struct model_vm *vm, struct model_cpu *cpu,
                   const struct s390irq_cpu *callers,
                   struct model_answer *answer)
{
    bool was_parked = cpu->parked;
    int left;

    memset(answer, 0, offsetof(struct model_answer, failed));
    answer->deadline_tod = S390IRQ_NEVER;
    if (cpu->in_hand) {
        answer->answer = S390IRQ_E_STATE;
        return;
    }
    if (!was_parked)
        returned(cpu, callers);
    cpu->look = cpu->unseen = false;
    if (cpu->posted)
        model_carry_out_reset(vm, cpu, cpu->posted);
    left = vm->paused ? S390IRQ_PAUSED : take_all(vm, cpu, answer);
    if (left == 0)
        left = rests(cpu);
    answer->answer = left;
    if (left >= 0)
        stands_still(vm, cpu);
    if (left < 0) {
        cpu->parked = was_parked;
        cpu->look = cpu->told_again = true;
        cpu->in_guest = false;
        if (was_parked)
            cpu->wakes = 0;
        return;
    }
    answer->deadline_tod = deadline(vm, cpu, left);
    if (left <= S390IRQ_WAIT_DISABLED)
        answer->intercepts = model_intercepts(vm, cpu, left == S390IRQ_RUN);
    cpu->answer = left;
    cpu->parked = cpu->asleep = left != S390IRQ_RUN;
    cpu->in_guest = left == S390IRQ_RUN && vm->kicks;
    cpu->look = cpu->told_again = left == S390IRQ_LOOP;
    cpu->wakes = cpu->kicks = 0;
    if (left == S390IRQ_WAIT)
        vm->last_sleeper = model_address(vm, cpu);
}

/* 1: in hand; 0: nothing to take. */
int model_prepare(struct model_vm *vm, struct model_cpu *cpu,
                  const struct s390irq_cpu *callers, struct model_plan *plan)
{
    bool stays = vm->paused && cpu->parked;

    if (cpu->in_hand)
        return S390IRQ_E_STATE;
    if (!cpu->parked)
        returned(cpu, callers);
    cpu->look = cpu->unseen = cpu->in_guest = false;
    if (cpu->posted)
        model_carry_out_reset(vm, cpu, cpu->posted);
    if (!vm->paused && cpu->check_stop && cpu->state == S390IRQ_STATE_OPERATING)
        check_stop(vm, cpu);
    if (vm->paused || cpu->state != S390IRQ_STATE_OPERATING) {
        if (!stays)
            stands_still(vm, cpu);
        cpu->parked = cpu->asleep = true;
        cpu->answer = vm->paused ? S390IRQ_PAUSED : rests(cpu);
        cpu->wakes = 0;
        return S390IRQ_E_STATE;
    }
    cpu->parked = cpu->asleep = false;
    if (!find(vm, cpu, true, plan)) {
        if (cpu->look || model_find(&cpu->local, MODEL_STOP, -1) ||
            !fetches_at_odd_address(cpu))
            return 0;
        specification(vm, cpu, 2);
        find(vm, cpu, true, plan);
    }
    cpu->in_hand = true;
    cpu->hand = *plan;
    return 1;
}

bool model_commit(struct model_vm *vm, struct model_cpu *cpu)
{
    if (!model_carry_out(vm, cpu, &cpu->hand))
        return false;
    taken(vm, cpu, &cpu->hand);
    cpu->in_hand = false;
    model_runs(cpu);
    cpu->jump = 0; /* its owner has registers of today again */
    return true;
}

void model_abort(struct model_vm *vm, struct model_cpu *cpu)
{
    given_back(vm, cpu);
    cpu->in_hand = false;
}
