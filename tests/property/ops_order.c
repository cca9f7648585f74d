/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What others do to a CPU: SIGP, the operator, resets, its registers. */
#include "driver.h"

#include <string.h>

static void act_sigp(struct run *run, struct world *world)
{
    static const uint8_t orders[] = { 1,  2,  3,  4,  5,  6,  6,  9, 11,
                                      12, 13, 14, 18, 19, 21, 23, 0, 7 };
    uint32_t sender = any_cpu(run, world)->address;
    uint32_t target = pick(run, world->config.cpus + (chance(run, 20) ? 2 : 0));
    uint32_t order = orders[pick(run, sizeof orders)];
    uint64_t parameter = random_prefix(run);
    uint32_t mine = 0x5a, models = 0x5a;
    int answer, expected;

    if (order == S390IRQ_SIGP_STORE_STATUS)
        parameter = 0x28000 + pick(run, 0x48) * 512 + pick(run, 8);
    if (order == S390IRQ_SIGP_STORE_ADDITIONAL)
        parameter = 0x28000 + pick(run, 0x24) * 1024 +
                    (chance(run, 2) ? 10 + pick(run, 3) : pick(run, 16));
    if (order == S390IRQ_SIGP_CONDITIONAL_EMERGENCY)
        parameter = pick(run, 5);
    begin_call(world);
    answer = s390irq_vcpu_sigp(world->cpu[sender].vcpu, target, order,
                               parameter, &mine);
    note(world, "CPU %u SIGP %u to %u, parameter %llx: %d, status %x", sender,
         order, target, (unsigned long long)parameter, answer, mine);
    expected =
        model_sigp(&world->model, sender, target, order, parameter, &models);
    same(run, "SIGP", (uint64_t)answer, (uint64_t)expected);
    same(run, "SIGP status", mine, models);
    end_call(world);
}

static void start(struct run *run, struct host_cpu *cpu, bool given)
{
    struct world *world = cpu->world;
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    int answer;

    random_cpu(run, world, &registers);
    begin_call(world);
    answer = s390irq_vcpu_start(cpu->vcpu, given ? &registers : NULL);
    note(world, "CPU %u start%s: %d", cpu->address,
         given ? " with registers" : "", answer);
    same(run, "start", (uint64_t)answer,
         (uint64_t)model_start(&world->model, model_of(cpu),
                               given ? &registers : NULL));
    end_call(world);
}

static void act_start(struct run *run, struct world *world)
{
    start(run, any_cpu(run, world), chance(run, 2));
}

static void stop(struct run *run, struct host_cpu *cpu)
{
    struct world *world = cpu->world;
    int answer;

    begin_call(world);
    answer = s390irq_vcpu_stop(cpu->vcpu);
    note(world, "CPU %u stop: %d", cpu->address, answer);
    same(run, "stop", (uint64_t)answer,
         (uint64_t)model_stop(&world->model, model_of(cpu)));
    end_call(world);
}

static void act_stop(struct run *run, struct world *world)
{
    stop(run, any_cpu(run, world));
}

static void act_restart(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    int answer;

    begin_call(world);
    answer = s390irq_vcpu_restart(cpu->vcpu);
    note(world, "CPU %u restart: %d", cpu->address, answer);
    same(run, "restart", (uint64_t)answer,
         (uint64_t)model_restart(&world->model, model_of(cpu)));
    end_call(world);
}

static void reset(struct run *run, struct host_cpu *cpu)
{
    struct world *world = cpu->world;
    uint32_t kind = 1 + pick(run, 3);
    int answer;

    begin_call(world);
    answer = s390irq_vcpu_reset(cpu->vcpu, kind);
    note(world, "CPU %u reset %u: %d", cpu->address, kind, answer);
    same(run, "reset", (uint64_t)answer,
         (uint64_t)model_reset(&world->model, model_of(cpu), (int)kind));
    end_call(world);
}

static void act_reset(struct run *run, struct world *world)
{
    reset(run, any_cpu(run, world));
}

/* In a calm world somebody sees to it that the CPUs run. */
void revive(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    const struct model_cpu *model = model_of(cpu);

    if (!world->calm || model->in_hand)
        return;
    if (model->state == S390IRQ_STATE_CHECK_STOP)
        reset(run, cpu);
    else if (model->state == S390IRQ_STATE_STOPPED)
        start(run, cpu, true);
    else if (model->answer == S390IRQ_WAIT_DISABLED)
        stop(run, cpu);
}

static void act_set_cpu(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_cpu *model = model_of(cpu);
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    int answer;

    random_cpu(run, world, &registers);
    begin_call(world);
    answer = s390irq_vcpu_set_cpu(cpu->vcpu, &registers);
    note(world, "CPU %u set_cpu: %d", cpu->address, answer);
    same(run, "set_cpu", (uint64_t)answer,
         (uint64_t)(model->parked ? 0 : S390IRQ_E_NOT_PARKED));
    if (model->parked) {
        model->cpu = registers;
        if (model->state != S390IRQ_STATE_OPERATING)
            model_freeze(&world->model, model);
        model->look = true;
    }
    end_call(world);
}

static void act_get_registers(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    struct model_cpu *model = model_of(cpu);
    struct s390irq_registers mine = S390IRQ_REGISTERS_INIT;
    int answer;

    if (!model->there)
        return;
    begin_call(world);
    answer = s390irq_vcpu_get_registers(cpu->vcpu, &mine);
    note(world, "CPU %u get_registers: %d", cpu->address, answer);
    same(run, "get_registers", (uint64_t)answer,
         (uint64_t)(model->has_other ? 0 : S390IRQ_E_STATE));
    if (answer == 0 && memcmp(&mine, &model->other, sizeof mine) != 0)
        differ(run, "CPU %u: other registers", cpu->address);
    end_call(world);
}

static void act_kick(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);

    begin_call(world);
    note(world, "CPU %u kick", cpu->address);
    same(run, "kick",
         (uint64_t)(chance(run, 2) ? s390irq_vcpu_kick(cpu->vcpu)
                                   : s390irq_vcpu_timer_fired(cpu->vcpu)),
         0);
    model_of(cpu)->look = true;
    end_call(world);
}

static void act_set_dispatched(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    int dispatched = (int)pick(run, 2);

    begin_call(world);
    same(run, "set_dispatched",
         (uint64_t)s390irq_vcpu_set_dispatched(cpu->vcpu, dispatched), 0);
    model_of(cpu)->dispatched = dispatched;
    end_call(world);
}

const struct operation order_operations[] = {
    { "sigp", 80, act_sigp },
    { "start", 60, act_start },
    { "stop", 6, act_stop },
    { "restart", 15, act_restart },
    { "reset", 12, act_reset },
    { "set_cpu", 10, act_set_cpu },
    { "kick", 10, act_kick },
    { "get_registers", 20, act_get_registers },
    { "set_dispatched", 4, act_set_dispatched },
    { NULL, 0, NULL },
};
