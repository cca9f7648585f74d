/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* CPUs that come and go, and the pfault handshake of those that are there. */
#include "driver.h"

static unsigned how_many(const struct world *world)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < world->config.cpus; i++)
        count += world->model.cpu[i].there;
    return count;
}

static void act_unplug(struct run *run, struct world *world)
{
    struct host_cpu *cpu = any_cpu(run, world);
    int answer;

    if (how_many(world) < 2)
        return;
    begin_call(world);
    answer = s390irq_vcpu_unplug(cpu->vcpu);
    note(world, "CPU %u unplug: %d", cpu->address, answer);
    same(run, "unplug", (uint64_t)answer,
         (uint64_t)model_unplug(&world->model, model_of(cpu)));
    end_call(world);
}

/* An unplugged one answers nothing but that it is not there. */
static void act_absent(struct run *run, struct world *world)
{
    struct host_cpu *cpu = &world->cpu[pick(run, world->config.cpus)];
    struct s390irq_interruption key = { .kind = S390IRQ_KIND_INTERRUPT_KEY };
    struct s390irq_cpu registers = S390IRQ_CPU_INIT;
    uint32_t status;
    size_t count = 0;
    int answers[9];

    if (model_of(cpu)->there)
        return;
    begin_call(world);
    answers[0] = s390irq_vcpu_deliver(cpu->vcpu, &registers, NULL);
    answers[1] = s390irq_vcpu_inject(cpu->vcpu, &key);
    answers[2] = s390irq_vcpu_start(cpu->vcpu, NULL);
    answers[3] = s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CPU);
    answers[4] = s390irq_vcpu_get_cpu(cpu->vcpu, &registers);
    answers[5] = s390irq_vcpu_sigp(cpu->vcpu, 0, 1, 0, &status);
    answers[6] = s390irq_vcpu_unplug(cpu->vcpu);
    answers[7] = s390irq_vcpu_state(cpu->vcpu);
    answers[8] = s390irq_vcpu_explain(cpu->vcpu, NULL, &count);
    for (unsigned i = 0; i < 9; i++)
        same(run, "an absent CPU", (uint64_t)answers[i],
             (uint64_t)S390IRQ_E_NO_CPU);
    same(run, "an absent CPU pends",
         s390irq_queue_count(s390irq_vcpu_queue(cpu->vcpu)), 0);
    end_call(world);
}

static void act_plug(struct run *run, struct world *world)
{
    struct host_cpu *cpu = &world->cpu[pick(run, world->config.cpus)];

    if (model_of(cpu)->there)
        return;
    begin_call(world);
    note(world, "CPU %u create", cpu->address);
    create_cpu(world, cpu->address);
    end_call(world);
}

static void act_pfault(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    uint64_t token = pick(run, 1000), select = pick(run, 4);
    uint64_t compare = pick(run, 4);
    int answer;

    if (!cpu)
        return;
    select |= UINT64_C(0x0300000000000000);
    compare |= chance(run, 2) ? UINT64_C(0x0300000000000000) : 0;
    if (!chance(run, 8))
        token &= ~UINT64_C(7);
    begin_call(world);
    if (chance(run, 3)) {
        answer = s390irq_vcpu_pfault_cancel(cpu->vcpu);
        note(world, "CPU %u pfault cancel: %d", cpu->address, answer);
        same(run, "pfault_cancel", (uint64_t)answer,
             (uint64_t)model_pfault_cancel(model_of(cpu)));
    } else {
        answer = s390irq_vcpu_pfault_begin(cpu->vcpu, token, select, compare);
        note(world, "CPU %u pfault begin %llx: %d", cpu->address,
             (unsigned long long)token, answer);
        same(run, "pfault_begin", (uint64_t)answer,
             (uint64_t)model_pfault_begin(model_of(cpu), token, select,
                                          compare));
    }
    end_call(world);
}

static void act_may_start(struct run *run, struct world *world)
{
    struct host_cpu *cpu = running_cpu(run, world);
    struct model_cpu *model;
    uint64_t mine = 0;
    int answer, expected;

    if (!cpu || model_of(cpu)->jump)
        return;
    model = model_of(cpu);
    begin_call(world);
    answer = s390irq_vcpu_pfault_may_start(cpu->vcpu, &cpu->cpu, &mine);
    note(world, "CPU %u pfault may start: %d", cpu->address, answer);
    expected = model_pfault_may_start(&world->model, model);
    same(run, "pfault_may_start", (uint64_t)answer, (uint64_t)expected);
    if (answer == 1)
        same(run, "pfault token", mine, model->token);
    end_call(world);
}

const struct operation plug_operations[] = {
    { "unplug", 4, act_unplug },
    { "absent", 4, act_absent },
    { "plug", 12, act_plug },
    { "pfault", 15, act_pfault },
    { "pfault may start", 15, act_may_start },
    { NULL, 0, NULL },
};
