/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Injections, for a CPU and for the VM, and clearing them again. */
#include "driver.h"

#include <string.h>

/* A CPU in guest mode whose masks are not known comes out for anything. */
static void compare_kick(struct host_cpu *cpu, int answer)
{
    struct world *world = cpu->world;

    if (answer == S390IRQ_QUEUED && cpu->was_in_guest && !cpu->was_kicked &&
        !cpu->kicked && world->config.flags & S390IRQ_VM_MASKS_UNKNOWN)
        differ(world->run, "CPU %u: has not been kicked", cpu->address);
}

static void inject(struct run *run, struct host_cpu *cpu,
                   const struct s390irq_interruption *record)
{
    struct world *world = cpu->world;
    int answer;

    begin_call(world);
    answer = s390irq_vcpu_inject(cpu->vcpu, record);
    note(world, "CPU %u inject %s, source %u, %llx: %d", cpu->address,
         s390irq_kind_name(record->kind), record->source,
         (unsigned long long)record->u.machine_check.conditions, answer);
    same(run, "inject", (uint64_t)answer,
         (uint64_t)model_inject(&world->model, model_of(cpu), record));
    compare_kick(cpu, answer);
    end_call(world);
}

static void act_flags(struct run *run, struct world *world)
{
    static const uint16_t kinds[] = {
        S390IRQ_KIND_INTERRUPT_KEY, S390IRQ_KIND_TOD_SYNC_CHECK,
        S390IRQ_KIND_WARNING_TRACK, S390IRQ_KIND_CLOCK_COMPARATOR,
        S390IRQ_KIND_CPU_TIMER,     S390IRQ_KIND_RESTART,
    };
    struct s390irq_interruption record = { .kind = kinds[pick(run, 6)] };

    inject(run, any_cpu(run, world), &record);
}

static void act_stop_record(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_STOP };

    record.parameter = chance(run, 3);
    inject(run, any_cpu(run, world), &record);
}

static void act_own_record(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_PROGRAM };
    struct host_cpu *cpu = any_cpu(run, world);

    record.u.program.code = (uint16_t)(1 + pick(run, 15));
    record.u.program.ilc = 4;
    if (chance(run, 2)) {
        memset(&record, 0, sizeof record);
        record.kind = S390IRQ_KIND_SUPERVISOR_CALL;
        record.source = (uint16_t)pick(run, 256);
        record.parameter = 2;
    }
    inject(run, cpu, &record);
}

static void act_set_prefix_record(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_SET_PREFIX };

    record.parameter = random_prefix(run);
    inject(run, any_cpu(run, world), &record);
}

static void act_emergency(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    uint32_t source = pick(run, world->config.cpus + (chance(run, 20) ? 1 : 0));
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_EMERGENCY_SIGNAL,
        .source = (uint16_t)source,
    };
    int answer;

    begin_call(world);
    answer = chance(run, 2) ? s390irq_vcpu_inject_emergency(cpu->vcpu, source)
                            : s390irq_vcpu_inject(cpu->vcpu, &record);
    note(world, "CPU %u emergency signal from %u: %d", cpu->address, source,
         answer);
    same(run, "inject_emergency", (uint64_t)answer,
         (uint64_t)model_inject(&world->model, model_of(cpu), &record));
    compare_kick(cpu, answer);
    end_call(world);
}

/* Local kinds with something of their own to tell. */
static void act_payload(struct run *run, struct world *world)
{
    static const uint16_t kinds[] = {
        S390IRQ_KIND_MALFUNCTION_ALERT,
        S390IRQ_KIND_MEASUREMENT_ALERT,
        S390IRQ_KIND_IUCV,
        S390IRQ_KIND_PFAULT_INIT,
    };
    struct s390irq_interruption record = { .kind = kinds[pick(run, 4)] };
    struct host_cpu *cpu = any_cpu(run, world);
    unsigned times = 1;

    if (record.kind == S390IRQ_KIND_MALFUNCTION_ALERT)
        record.source =
            (uint16_t)pick(run, world->config.cpus + chance(run, 20));
    if (record.kind == S390IRQ_KIND_MEASUREMENT_ALERT)
        record.parameter = 1u << pick(run, 32);
    if (record.kind == S390IRQ_KIND_IUCV)
        record.source = (uint16_t)pick(run, 2);
    if (record.kind == S390IRQ_KIND_PFAULT_INIT && chance(run, 20))
        times = 70; /* more than there is room for */
    while (times-- > 0 && !run->differs) {
        if (record.kind == S390IRQ_KIND_PFAULT_INIT)
            record.parameter64 = draw(run);
        inject(run, cpu, &record);
    }
}

static void random_machine_check(struct run *run,
                                 struct s390irq_interruption *record)
{
    static const uint64_t conditions[] = {
        S390IRQ_MCIC_SYSTEM_RECOVERY,   S390IRQ_MCIC_TIMING_DAMAGE,
        S390IRQ_MCIC_EXTERNAL_DAMAGE,   S390IRQ_MCIC_DEGRADATION,
        S390IRQ_MCIC_WARNING,           S390IRQ_MCIC_CHANNEL_REPORT,
        S390IRQ_MCIC_SERVICE_PROCESSOR, S390IRQ_MCIC_CHANNEL_SUBSYSTEM,
    };
    static const uint64_t modifiers[] = {
        S390IRQ_MCIC_BACKED_UP,       S390IRQ_MCIC_STORAGE_ERROR,
        S390IRQ_MCIC_KEY_ERROR,       S390IRQ_MCIC_FAILING_ADDRESS,
        S390IRQ_MCIC_EXTERNAL_CODE,   S390IRQ_MCIC_ANCILLARY_REPORT,
        S390IRQ_MCIC_FAILING_ADDRESS, S390IRQ_MCIC_EXTERNAL_CODE,
    };
    struct s390irq_machine_check *check = &record->u.machine_check;

    memset(record, 0, sizeof *record);
    record->kind = S390IRQ_KIND_MACHINE_CHECK;
    do
        check->conditions |= conditions[pick(run, 8)];
    while (chance(run, 3));
    while (chance(run, 2))
        check->conditions |= modifiers[pick(run, 8)];
    if (!(check->conditions & S390IRQ_MCIC_EXTERNAL_DAMAGE))
        check->conditions &= ~S390IRQ_MCIC_EXTERNAL_CODE;
    if (check->conditions & S390IRQ_MCIC_FAILING_ADDRESS)
        check->failing_address = draw(run);
    if (check->conditions & S390IRQ_MCIC_EXTERNAL_CODE)
        check->external_damage = 1u << pick(run, 32);
    if (chance(run, 3)) {
        check->flags = S390IRQ_MACHINE_CHECK_LOGOUT;
        for (unsigned i = 0; i < sizeof check->logout; i++)
            check->logout[i] = (uint8_t)draw(run);
    }
}

static void act_machine_check(struct run *run, struct world *world)
{
    struct s390irq_interruption record;

    random_machine_check(run, &record);
    if (chance(run, 6))
        record.u.machine_check.conditions |=
            chance(run, 2) ? S390IRQ_MCIC_SYSTEM_DAMAGE
                           : S390IRQ_MCIC_PROCESSING_DAMAGE;
    inject(run, any_cpu(run, world), &record);
}

static void act_call(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    uint32_t source = pick(run, world->config.cpus);
    struct s390irq_interruption record = {
        .kind = S390IRQ_KIND_EXTERNAL_CALL,
        .source = (uint16_t)source,
    };
    int answer;

    begin_call(world);
    answer = s390irq_vcpu_inject_external_call(cpu->vcpu, source);
    note(world, "CPU %u external call from %u: %d", cpu->address, source,
         answer);
    same(run, "inject_external_call", (uint64_t)answer,
         (uint64_t)model_inject(&world->model, model_of(cpu), &record));
    compare_kick(cpu, answer);
    end_call(world);
}

/*
 * decisions.md section 6: the last sleeper if it is open, else the lowest.
 * A machine check has several classes, and each looks for itself.
 */
static struct host_cpu *expected_sleeper(struct world *world, int class)
{
    struct model_vm *vm = &world->model;
    struct host_cpu *lowest = NULL, *last = NULL;

    for (uint32_t i = world->config.cpus; i-- > 0;) {
        const struct model_cpu *model = &vm->cpu[i];

        world->cpu[i].candidate = false;
        if (!model->there || !model->asleep || model->wakes ||
            model->answer != S390IRQ_WAIT || model->told_again ||
            model->state != S390IRQ_STATE_OPERATING ||
            !model_open_for(&model->cpu, class))
            continue;
        lowest = &world->cpu[i];
        lowest->candidate = true;
        if (i == vm->last_sleeper)
            last = lowest;
    }
    return last ? last : lowest;
}

/* A new one wakes one sleeper that is open, if there is any. */
static void compare_choice(struct world *world, int class,
                           const struct host_cpu *chosen)
{
    uint32_t choice = world->choice;
    unsigned woken = 0;

    for (uint32_t i = 0; i < world->config.cpus; i++)
        woken += world->cpu[i].woken;
    if (model_rows[class].kind == S390IRQ_KIND_MACHINE_CHECK ||
        !model_first(&world->model, &world->model.floating, class))
        return;
    if (chosen && world->chooses) {
        same(world->run, "offered", world->offered, chosen->address);
        if (choice < world->config.cpus && world->cpu[choice].candidate)
            chosen = &world->cpu[choice];
    }
    if (woken != (chosen ? 1 : 0) || (chosen && !chosen->woken))
        differ(world->run, "CPU %u should have been woken, %u were",
               chosen ? chosen->address : S390IRQ_NO_CPU, woken);
}

void floating(struct run *run, struct world *world,
              const struct s390irq_interruption *record)
{
    bool io =
        record->kind == S390IRQ_KIND_IO || record->kind == S390IRQ_KIND_ADAPTER;
    int class = io ? MODEL_ISC0 + model_isc(record->u.io.word)
                   : model_class_of(record->kind);
    struct host_cpu *chosen = expected_sleeper(world, class);
    int answer;

    begin_call(world);
    if (record->kind == S390IRQ_KIND_SERVICE_SIGNAL && chance(run, 2))
        answer = s390irq_vm_inject_service(world->vm, record->parameter);
    else if (record->kind == S390IRQ_KIND_IO && chance(run, 2))
        answer = s390irq_vm_inject_io(world->vm, record->u.io.subchannel,
                                      record->parameter, record->u.io.word);
    else
        answer = s390irq_vm_inject(world->vm, record);
    note(world, "inject %s, parameter %x, %llx: %d",
         s390irq_kind_name(record->kind), record->parameter,
         (unsigned long long)record->u.machine_check.conditions, answer);
    same(run, "vm_inject", (uint64_t)answer,
         (uint64_t)model_inject_floating(&world->model, record));
    if (answer == S390IRQ_QUEUED)
        compare_choice(world, class, chosen);
    end_call(world);
}

static void act_service(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind =
                                               S390IRQ_KIND_SERVICE_SIGNAL };

    record.parameter = pick(run, 4);
    if (chance(run, 2) || !record.parameter)
        record.parameter |= (1 + pick(run, 0xffffff)) << 3;
    floating(run, world, &record);
}

static void act_floating_machine_check(struct run *run, struct world *world)
{
    struct s390irq_interruption record;

    random_machine_check(run, &record);
    floating(run, world, &record);
}

static void act_timing(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_TIMING_ALERT };

    floating(run, world, &record);
}

static void act_cp_service(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_VIRTIO };

    if (chance(run, 2))
        record.kind = S390IRQ_KIND_PFAULT_DONE;
    else
        record.parameter = (uint32_t)draw(run);
    record.parameter64 = draw(run);
    floating(run, world, &record);
}

static void act_clear(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_cpu *model = model_of(cpu);
    bool local = chance(run, 2);
    int answer;

    if (local && !model->there)
        return;
    begin_call(world);
    answer = s390irq_queue_clear(local ? s390irq_vcpu_queue(cpu->vcpu)
                                       : s390irq_vm_queue(world->vm));
    note(world, "clear the queue of %s %u: %d", local ? "CPU" : "the VM, not",
         cpu->address, answer);
    same(run, "queue_clear", (uint64_t)answer,
         (uint64_t)model_clear(&world->model,
                               local ? &model->local : &world->model.floating,
                               model->parked));
    if (!local)
        model_clear_loans(&world->model);
    if (!model_find(&model->local, MODEL_RESTART, -1))
        model->first = false;
    end_call(world);
}

const struct operation inject_operations[] = {
    { "flag", 60, act_flags },
    { "stop record", 5, act_stop_record },
    { "own record", 10, act_own_record },
    { "set prefix record", 5, act_set_prefix_record },
    { "emergency signal", 40, act_emergency },
    { "external call", 30, act_call },
    { "local payload", 50, act_payload },
    { "machine check", 30, act_machine_check },
    { "floating machine check", 30, act_floating_machine_check },
    { "service signal", 40, act_service },
    { "timing alert", 15, act_timing },
    { "CP service", 50, act_cp_service },
    { "clear", 6, act_clear },
    { NULL, 0, NULL },
};
