/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What a CPU's owner does: deliver, guest code, prepare and commit. */
#include "driver.h"

#include <string.h>

#define PSW_WAIT UINT64_C(0x0002000000000000)
#define PSW_OPEN UINT64_C(0x0304000000000000)
#define PSW_64   UINT64_C(0x0000000180000000)
#define PSW_31   UINT64_C(0x0000000080000000)

/* In a calm world: open, and every other one waits. */
static void calm_psw(struct run *run, uint64_t *mask, uint64_t *address)
{
    *mask = PSW_64 | PSW_OPEN;
    if (chance(run, 4))
        *mask &= ~(UINT64_C(1) << (50 + pick(run, 14)));
    if (chance(run, 2))
        *mask |= PSW_WAIT;
    *address = draw(run) & 0xfffffe;
}

/* Mostly valid, often open, sometimes waiting. */
void random_psw(struct run *run, uint64_t *mask, uint64_t *address)
{
    static const uint64_t bits[] = {
        UINT64_C(0x0100000000000000), UINT64_C(0x0200000000000000),
        UINT64_C(0x0004000000000000), UINT64_C(0x0400000000000000),
        UINT64_C(0x4000000000000000), UINT64_C(0x0001000000000000),
        UINT64_C(0x0000300000000000), UINT64_C(0x0000008000000000),
    };
    static const uint64_t modes[] = { PSW_64, PSW_64, PSW_31, 0 };

    if (run->calm && !chance(run, 8)) {
        calm_psw(run, mask, address);
        return;
    }
    *mask = modes[pick(run, 4)];
    for (size_t i = 0; i < 3; i++)
        if (!chance(run, 3))
            *mask |= bits[i];
    for (size_t i = 3; i < sizeof bits / sizeof *bits; i++)
        if (chance(run, 8))
            *mask |= bits[i];
    if (chance(run, 4))
        *mask |= PSW_WAIT;
    if (chance(run, 60))
        *mask ^= UINT64_C(1) << pick(run, 64);
    *address = draw(run) & 0xfffffe;
    if (chance(run, 10))
        *address = 0;
    if (chance(run, 30))
        *address = draw(run) >> pick(run, 64);
}

static const struct {
    uint32_t number;
    uint64_t submasks;
    uint64_t assigned; /* with those that are drawn elsewhere, or not at all */
} masks[] = {
    { 0, UINT64_C(0x000000020000fef2), UINT64_C(0x002000020000fef2) },
    { 6, 0xff000000, 0xff000000 },
    { 14, 0xdf000000, 0xff000000 },
};

/* A guest may load anything into the rest of a control register. */
static void random_masks(struct run *run, struct s390irq_cpu *cpu)
{
    for (unsigned i = 0; i < sizeof masks / sizeof *masks; i++)
        cpu->cr[masks[i].number] =
            ((draw(run) | draw(run)) & masks[i].submasks) |
            (draw(run) & ~masks[i].assigned);
    if (chance(run, 8))
        cpu->cr[0] |= UINT64_C(0x0020000000000000);
    if (run->calm && !chance(run, 8)) {
        cpu->cr[0] |= 0x20000fef2 & ~(UINT64_C(1) << pick(run, 64));
        cpu->cr[6] |= 0xff000000 & ~(UINT64_C(1) << pick(run, 64));
        cpu->cr[14] |= 0x1f000000 & ~(UINT64_C(1) << pick(run, 64));
    }
}

static void random_timers(struct run *run, struct world *world,
                          struct s390irq_cpu *cpu)
{
    uint64_t tod = world->model.host_tod + world->model.epoch;

    cpu->clock_comparator = UINT64_MAX;
    if (chance(run, 2))
        cpu->clock_comparator = tod + pick(run, 2000) - 200;
    if (chance(run, 20))
        cpu->clock_comparator = draw(run);
    cpu->cpu_timer = pick(run, 5000);
    cpu->cpu_timer_since_tod = world->model.host_tod - pick(run, 200);
    if (chance(run, 3))
        cpu->cpu_timer_since_tod = 0;
    if (chance(run, 20))
        cpu->cpu_timer = draw(run);
}

/* An area that is there, or, rarely, one that is not. */
uint32_t random_prefix(struct run *run)
{
    if (chance(run, 40))
        return MODEL_STORAGE + pick(run, 2) * MODEL_AREA;
    return pick(run, chance(run, 4) ? 20 : 12) * MODEL_AREA;
}

/* Anything at all, for a start, set_cpu or a guest that has run long. */
void random_cpu(struct run *run, struct world *world, struct s390irq_cpu *cpu)
{
    random_psw(run, &cpu->psw_mask, &cpu->psw_address);
    for (unsigned i = 0; i < 16; i++)
        cpu->cr[i] = draw(run);
    cpu->cr[3] &= 3;
    cpu->cr[4] &= 3;
    random_masks(run, cpu);
    random_timers(run, world, cpu);
    cpu->prefix = random_prefix(run);
    cpu->tod_programmable = pick(run, 0x10000);
    cpu->floating_point_control = pick(run, 0x10000);
    cpu->breaking_event_address = draw(run);
}

static void garble(struct run *run, struct s390irq_cpu *cpu)
{
    cpu->psw_mask ^= draw(run);
    cpu->cr[pick(run, 16)] ^= draw(run);
    cpu->clock_comparator ^= draw(run);
    cpu->breaking_event_address ^= draw(run);
}

static uint32_t changed(const struct s390irq_cpu *from,
                        const struct s390irq_cpu *to)
{
    uint32_t bits = 0;

    if (from->psw_mask != to->psw_mask || from->psw_address != to->psw_address)
        bits |= S390IRQ_CHANGED_PSW;
    if (memcmp(from->cr, to->cr, sizeof to->cr) != 0)
        bits |= S390IRQ_CHANGED_CONTROL;
    if (from->prefix != to->prefix)
        bits |= S390IRQ_CHANGED_PREFIX;
    if (from->clock_comparator != to->clock_comparator ||
        from->cpu_timer != to->cpu_timer ||
        from->cpu_timer_since_tod != to->cpu_timer_since_tod)
        bits |= S390IRQ_CHANGED_TIMERS;
    if (from->tod_programmable != to->tod_programmable ||
        from->floating_point_control != to->floating_point_control ||
        from->breaking_event_address != to->breaking_event_address)
        bits |= S390IRQ_CHANGED_OTHER;
    return bits;
}

/* The stores of what failed may have been made, or not: take over which. */
static void adopt(struct world *world, const struct model_plan *plan)
{
    uint8_t old[16];

    model_bytes(old, 8, plan->mask);
    model_bytes(old + 8, 8, plan->address);
    for (unsigned i = 0; i <= plan->count; i++) {
        bool last = i == plan->count;
        uint64_t at = last ? plan->old_psw : plan->store[i].absolute;
        uint32_t length = last ? 16 : plan->store[i].length;
        const uint8_t *bytes = last ? old : plan->store[i].bytes;

        if (at <= MODEL_STORAGE - length &&
            memcmp(world->storage + at, bytes, length) == 0)
            model_stored(&world->model, at, bytes, length);
    }
}

static bool touches(const struct model_plan *plan, uint64_t absolute)
{
    if (absolute - plan->old_psw < 16 || absolute - plan->new_psw < 16)
        return true;
    for (unsigned i = 0; i < plan->count; i++)
        if (absolute - plan->store[i].absolute < plan->store[i].length)
            return true;
    return false;
}

/* What has changed and back may be told, too. */
static void compare_changed(struct host_cpu *cpu,
                            const struct s390irq_cpu *before,
                            const struct s390irq_report *report)
{
    uint32_t needed = changed(before, &cpu->cpu) | model_of(cpu)->told;
    uint32_t extra = S390IRQ_CHANGED_TIMERS;

    if (report->taken)
        extra |= S390IRQ_CHANGED_PSW;
    same(cpu->world->run, "report.changed", report->changed | extra,
         needed | extra);
    same(cpu->world->run, "report.changed", report->changed & needed, needed);
    model_of(cpu)->told = 0;
    if (report->changed & S390IRQ_CHANGED_CLEAR)
        memset(cpu->other.general, 0,
               sizeof cpu->other - offsetof(struct s390irq_registers, general));
}

static void compare_report(struct host_cpu *cpu,
                           const struct s390irq_cpu *before,
                           const struct s390irq_report *report,
                           const struct model_answer *model)
{
    struct run *run = cpu->world->run;

    same(run, "report.taken", report->taken, model->taken);
    same(run, "report.taken_kinds", report->taken_kinds, model->taken_kinds);
    if (model->answer == S390IRQ_E_GUEST_MEMORY) {
        if (!touches(&model->failed, report->fault_address))
            differ(run, "fault_address %#llx is none of kind %u",
                   (unsigned long long)report->fault_address,
                   model->failed.kind);
        adopt(cpu->world, &model->failed);
    }
    if (model->answer == S390IRQ_E_STATE)
        return;
    compare_changed(cpu, before, report);
    if (model->answer < 0)
        return;
    same(run, "report.deadline_tod", report->deadline_tod, model->deadline_tod);
    same(run, "report.intercepts", report->intercepts, model->intercepts);
    if (model->answer == S390IRQ_LOOP)
        same(run, "report.loop_kind", report->loop_kind, model->loop_kind);
}

/* A status that could not be stored as a whole: no matter how far it came. */
static void adopt_status(struct world *world)
{
    uint64_t at = world->failed_absolute;

    if (!world->failed || !((at >= 0x1200 && at < 0x1400) || at == 0xa3))
        return;
    memcpy(world->model.storage + 0x1200, world->storage + 0x1200, 512);
    world->model.storage[0xa3] = world->storage[0xa3];
}

int deliver_both(struct host_cpu *cpu)
{
    struct world *world = cpu->world;
    struct run *run = world->run;
    struct model_answer model;
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    struct s390irq_cpu before = cpu->cpu;
    int answer = s390irq_vcpu_deliver(cpu->vcpu, &cpu->cpu, &report);

    world->model.fault = world->failed && answer < 0;
    world->model.mild = world->failed && answer >= 0;
    world->model.fault_absolute = world->failed_absolute;
    world->model.fault_taken = report.taken;
    model_deliver(&world->model, model_of(cpu), &before, &model);
    adopt_status(world);
    note(world, "CPU %u deliver: %d, took %u (%x)%s", cpu->address, answer,
         report.taken, report.taken_kinds, world->failed ? ", a fault" : "");
    same(run, "deliver", (uint64_t)answer, (uint64_t)model.answer);
    if (run->differs)
        return answer;
    compare_report(cpu, &before, &report, &model);
    if (answer >= 0)
        compare_registers(cpu);
    return answer;
}

static void act_deliver(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    int answer;

    if (!model_of(cpu)->there)
        return;
    if (world->calm && model_of(cpu)->asleep &&
        !s390irq_vcpu_attention(cpu->vcpu) && !chance(run, 8))
        return; /* it goes on sleeping */
    if (model_of(cpu)->parked && chance(run, 10))
        garble(run, &cpu->cpu);
    begin_call(world);
    if (world->hooked && chance(run, 20))
        world->fail_at = 1 + pick(run, 12);
    answer = deliver_both(cpu);
    end_call(world);
    if (answer == S390IRQ_RUN && !model_reason(&world->model, model_of(cpu)) &&
        s390irq_vcpu_attention(cpu->vcpu))
        differ(run, "CPU %u: attention in vain", cpu->address);
}

/* Everybody who is told to comes, until nobody is: nothing is left behind. */
static void act_settle(struct run *run, struct world *world)
{
    bool again = true, in_hand = false;

    for (int round = 0; again && round < 40 && !run->differs; round++) {
        again = false;
        for (uint32_t i = 0; i < world->config.cpus && !run->differs; i++) {
            struct host_cpu *cpu = &world->cpu[i];
            struct model_cpu *model = model_of(cpu);

            in_hand |= model->in_hand;
            if (!model->there || model->in_hand)
                continue;
            if (model->asleep ? !model->wakes && !model->told_again
                              : !s390irq_vcpu_attention(cpu->vcpu))
                continue;
            begin_call(world);
            deliver_both(cpu);
            end_call(world);
            again = true;
        }
    }
    note(world, "settled");
    /* Who has something in hand passes on when that is settled. */
    for (uint32_t i = 0; i < world->config.cpus && !again && !in_hand; i++) {
        struct model_cpu *model = &world->model.cpu[i];

        if (model->there && !model->in_hand && model->asleep &&
            model_reason(&world->model, model))
            differ(run, "CPU %u sleeps although something is for it", i);
    }
}

static bool may_be_unseen(struct world *world)
{
    return world->config.flags & S390IRQ_VM_MASKS_UNKNOWN;
}

/* A timer condition that holds and was masked before, NULL: or may have been.
 */
static bool timer_is_due(struct host_cpu *cpu, const struct s390irq_cpu *before)
{
    const struct s390irq_cpu *now = &model_of(cpu)->cpu;

    for (int class = MODEL_COMPARATOR; class <= MODEL_TIMER; class ++)
        if (model_open_for(now, class) &&
            !(before && model_open_for(before, class)) &&
            model_level(&cpu->world->model, now, class))
            return true;
    return false;
}

/* The guest loads a PSW or control registers. */
static void act_masks(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    struct s390irq_cpu before;
    struct model_cpu *model;

    if (!cpu)
        return;
    model = model_of(cpu);
    if (chance(run, 3))
        random_masks(run, &cpu->cpu);
    else
        random_psw(run, &cpu->cpu.psw_mask, &cpu->cpu.psw_address);
    note(world, "CPU %u loads PSW %016llx %llx, CR0 %llx", cpu->address,
         (unsigned long long)cpu->cpu.psw_mask,
         (unsigned long long)cpu->cpu.psw_address,
         (unsigned long long)cpu->cpu.cr[0]);
    begin_call(world);
    before = model->cpu;
    model->cpu = owners_registers(cpu);
    model->unseen = may_be_unseen(world) && chance(run, 2);
    if (model->unseen)
        return;
    cpu->was_kicked = false; /* announced masks are a new entry */
    same(run, "masks_changed",
         (uint64_t)s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
    model->look |= timer_is_due(cpu, may_be_unseen(world) ? NULL : &before);
    end_call(world);
}

static void act_timers(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    struct model_cpu *model;

    if (!cpu || model_of(cpu)->jump) /* in which time would that be? */
        return;
    model = model_of(cpu);
    random_timers(run, world, &cpu->cpu);
    note(world, "CPU %u sets comparator %llx, timer %llx", cpu->address,
         (unsigned long long)cpu->cpu.clock_comparator,
         (unsigned long long)cpu->cpu.cpu_timer);
    begin_call(world);
    model->cpu = cpu->cpu;
    same(run, "timers_changed",
         (uint64_t)s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    model->look |= timer_is_due(cpu, NULL);
    end_call(world);
}

static void random_program(struct run *run, struct s390irq_program *program)
{
    static const uint16_t codes[] = {
        0x01, 0x04, 0x06, 0x07, 0x10, 0x11, 0x16, 0x1b, 0x1c, 0x20,  0x28,
        0x29, 0x2a, 0x2e, 0x2f, 0x30, 0x38, 0x39, 0x3b, 0x40, 0x119, 0x80,
    };
    size_t count = sizeof codes / sizeof *codes;

    memset(program, 0, sizeof *program);
    program->code = chance(run, 3) ? 0x80 : codes[pick(run, (uint32_t)count)];
    if (chance(run, 4) && program->code < 0x100)
        program->code |= 0x80;
    program->ilc = (uint8_t)(pick(run, 4) * 2);
    program->flags = (uint8_t)pick(run, 16);
    program->data_exception_code = (uint32_t)draw(run);
    program->translation_exception = draw(run);
    program->monitor_code = draw(run);
    program->per_address = draw(run);
    program->monitor_class = (uint16_t)pick(run, 16);
    program->per_code = (uint8_t)pick(run, 256);
    program->per_atmid = (uint8_t)pick(run, 256);
    program->exception_access = (uint8_t)pick(run, 16);
    program->per_access = (uint8_t)pick(run, 16);
    program->operand_access = (uint8_t)pick(run, 16);
}

static void act_program(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    struct s390irq_program program;
    int answer;

    if (!cpu)
        return;
    random_program(run, &program);
    begin_call(world);
    answer = s390irq_vcpu_program(cpu->vcpu, &program);
    note(world, "CPU %u program %x: %d", cpu->address, program.code, answer);
    same(run, "program", (uint64_t)answer,
         (uint64_t)model_program(&world->model, model_of(cpu), &program));
    end_call(world);
}

static void act_supervisor_call(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    uint32_t code = pick(run, 256), ilc = 2 + pick(run, 3) * 2;
    int answer;

    if (!cpu)
        return;
    begin_call(world);
    answer = s390irq_vcpu_supervisor_call(cpu->vcpu, code, ilc);
    note(world, "CPU %u SVC %u: %d", cpu->address, code, answer);
    same(run, "supervisor_call", (uint64_t)answer,
         (uint64_t)model_supervisor_call(&world->model, model_of(cpu), code,
                                         ilc));
    end_call(world);
}

static void act_check_stop(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);

    if (!cpu)
        return;
    begin_call(world);
    note(world, "CPU %u finds a reason for check-stop", cpu->address);
    same(run, "check_stop", (uint64_t)s390irq_vcpu_check_stop(cpu->vcpu), 0);
    model_of(cpu)->check_stop = true;
    end_call(world);
}

/* The rest of the registers change as the guest runs. */
static void act_other_registers(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);

    if (!cpu)
        return;
    cpu->other.general[pick(run, 16)] = draw(run);
    cpu->other.access[pick(run, 16)] = (uint32_t)draw(run);
    cpu->other.vector[pick(run, 32)][pick(run, 2)] = draw(run);
    cpu->other.guarded_storage[pick(run, 4)] = draw(run);
}

/* Where a machine check finds its extended save area, if it does. */
static void act_extended_area(struct run *run, struct world *world)
{
    uint64_t designation = 0x28000 + pick(run, 0xa00) * 16;
    uint8_t bytes[8];

    designation |= chance(run, 2) ? 10 + pick(run, 3) : pick(run, 16);
    if (chance(run, 6))
        designation &= 15;
    model_bytes(bytes, 8, designation);
    poke(world, pick(run, 12) * MODEL_AREA + 0x11b0, bytes, 8);
}

/* New PSWs and what else the guest keeps in a prefix area. */
static void act_new_psw(struct run *run, struct world *world)
{
    uint64_t area = pick(run, 12) * MODEL_AREA;
    uint64_t mask, address;
    uint8_t bytes[16];
    unsigned which = pick(run, 6);

    random_psw(run, &mask, &address);
    if (!chance(run, 4))
        mask &= UINT64_C(0xfcfbffffffffffff);
    model_bytes(bytes, 8, mask);
    model_bytes(bytes + 8, 8, address);
    poke(world, area + 0x1a0 + which * 16, bytes, 16);
}

static void act_has_interruption(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_cpu *model = model_of(cpu);

    if (!model->there || model->in_hand || model->jump || world->model.paused ||
        (model->parked && model->answer == S390IRQ_PAUSED))
        return;
    begin_call(world);
    same(run, "has_interruption",
         (uint64_t)s390irq_vcpu_has_interruption(cpu->vcpu, &model->cpu),
         (uint64_t)model_takes(&world->model, model, &model->cpu));
    end_call(world);
}

const struct operation cpu_operations[] = {
    { "deliver", 300, act_deliver },
    { "settle", 5, act_settle },
    { "revive", 60, revive },
    { "masks_changed", 120, act_masks },
    { "timers_changed", 30, act_timers },
    { "program", 25, act_program },
    { "supervisor_call", 15, act_supervisor_call },
    { "check_stop", 2, act_check_stop },
    { "new PSW", 80, act_new_psw },
    { "other registers", 40, act_other_registers },
    { "extended area", 20, act_extended_area },
    { "has_interruption", 10, act_has_interruption },
    { NULL, 0, NULL },
};
