/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "wake/crowd.h"

#include <s390irq/s390irq.h>
#include <stdlib.h>
#include <string.h>

#include "fake/machine.h"

#define SUBCHANNELS 32
#define RECORDS     256 /* more than can pend in one queue */
#define REST        16  /* steps between two looks at the crowd at rest */

#define PSW_OPEN (PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK)

enum member_state {
    RUNNING,
    ASLEEP
};

struct member {
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu registers;
    enum member_state state;
    bool called;  /* by wake or kick, and has not delivered since */
    bool excused; /* called for an order or for new registers */
    struct crowd *crowd;
};

struct crowd {
    const struct crowd_options *options;
    struct crowd_result result;
    struct s390irq_vm *vm;
    struct member *member;
    uint8_t *ram;
    uint64_t ram_size;
    uint64_t random;
    struct s390irq_interruption record[RECORDS];
};

static uint32_t dice(struct crowd *crowd, uint32_t sides)
{
    crowd->random ^= crowd->random << 13;
    crowd->random ^= crowd->random >> 7;
    crowd->random ^= crowd->random << 17;
    return (uint32_t)(crowd->random >> 32) % sides;
}

static void broken(struct crowd *crowd)
{
    crowd->result.needless++;
    crowd->result.waited++;
}

/* What opens a CPU for it: the second opinion, not the library's. */
struct door {
    uint64_t psw;
    unsigned control;
    uint64_t submask;
};

static const struct door doors[S390IRQ_KIND_LIMIT] = {
    [S390IRQ_KIND_INTERRUPT_KEY] = { PSW_EXTERNAL, 0, CR0_INTERRUPT_KEY },
    [S390IRQ_KIND_EMERGENCY_SIGNAL] = { PSW_EXTERNAL, 0, CR0_EMERGENCY_SIGNAL },
    [S390IRQ_KIND_EXTERNAL_CALL] = { PSW_EXTERNAL, 0, CR0_EXTERNAL_CALL },
    [S390IRQ_KIND_WARNING_TRACK] = { PSW_EXTERNAL, 0, CR0_WARNING_TRACK },
    [S390IRQ_KIND_TIMING_ALERT] = { PSW_EXTERNAL, 0, CR0_TIMING_ALERT },
    [S390IRQ_KIND_SERVICE_SIGNAL] = { PSW_EXTERNAL, 0, CR0_SERVICE_SIGNAL },
    [S390IRQ_KIND_VIRTIO] = { PSW_EXTERNAL, 0, CR0_SERVICE_SIGNAL },
    [S390IRQ_KIND_MACHINE_CHECK] = { PSW_MACHINE_CHECK, 14,
                                     CR14_CHANNEL_REPORT },
};

static bool opens(const struct s390irq_cpu *cpu,
                  const struct s390irq_interruption *what)
{
    struct door door = doors[what->kind];

    if (what->kind == S390IRQ_KIND_IO || what->kind == S390IRQ_KIND_ADAPTER)
        door = (struct door){ PSW_IO, 6,
                              CR6_ISC(S390IRQ_IO_ISC(what->u.io.word)) };
    return (cpu->psw_mask & door.psw) && (cpu->cr[door.control] & door.submask);
}

static bool opens_for_any(struct crowd *crowd, const struct s390irq_cpu *cpu,
                          struct s390irq_queue *queue)
{
    size_t count = RECORDS;

    if (s390irq_queue_list(queue, crowd->record, &count) != 0) {
        broken(crowd);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (opens(cpu, &crowd->record[i]))
            return true;
    return false;
}

static bool could_take(struct member *member)
{
    struct crowd *crowd = member->crowd;

    return opens_for_any(crowd, &member->registers,
                         s390irq_vcpu_queue(member->vcpu)) ||
           opens_for_any(crowd, &member->registers,
                         s390irq_vm_queue(crowd->vm));
}

static void wake(void *vm, void *cpu)
{
    struct crowd *crowd = vm;
    struct member *member = cpu;

    if (!member->excused) {
        crowd->result.wakes++;
        if (member->state != ASLEEP || member->called || !could_take(member))
            crowd->result.needless++;
    }
    member->called = !crowd->options->deaf || dice(crowd, 8) != 0;
}

static void kick(void *vm, void *cpu)
{
    struct member *member = cpu;

    (void)vm;
    member->called = true;
}

/* A CPU runs, until it sleeps: what its thread would do. */
static void deliver(struct member *member)
{
    struct crowd *crowd = member->crowd;
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    int answer;

    member->called = false;
    member->excused = false;
    member->state = RUNNING;
    answer = s390irq_vcpu_deliver(member->vcpu, &member->registers, &report);
    crowd->result.taken += report.taken;
    if (answer < 0)
        broken(crowd);
    if (answer == S390IRQ_RUN)
        return;
    member->state = ASLEEP;
    crowd->result.sleeps++;
}

static void random_masks(struct crowd *crowd, struct s390irq_cpu *cpu)
{
    uint64_t random = crowd->random;

    cpu->psw_mask = PSW_64 | (dice(crowd, 4) ? PSW_OPEN : random & PSW_OPEN);
    cpu->psw_address = 0x20000;
    cpu->cr[0] =
        dice(crowd, 2) ? CR0_EVERY_EXTERNAL : random >> 3 & CR0_EVERY_EXTERNAL;
    cpu->cr[6] = random >> 7 & CR6_EVERY_ISC;
    cpu->cr[14] = dice(crowd, 2) ? CR14_EVERY : 0;
}

static void inject_floating(struct crowd *crowd)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_TIMING_ALERT };
    uint32_t isc = dice(crowd, 8);
    int outcome;

    switch (dice(crowd, 8)) {
    case 0:
        break;
    case 1:
        what.kind = S390IRQ_KIND_SERVICE_SIGNAL;
        what.parameter = 0x1000;
        break;
    case 2:
        what.kind = S390IRQ_KIND_VIRTIO;
        what.parameter64 = isc;
        break;
    case 3:
        what.kind = S390IRQ_KIND_MACHINE_CHECK;
        what.u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT;
        break;
    case 4:
        what.kind = S390IRQ_KIND_ADAPTER;
        what.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(isc);
        break;
    default:
        what.kind = S390IRQ_KIND_IO;
        what.u.io.subchannel = 0x10000 + dice(crowd, SUBCHANNELS);
        what.u.io.word = S390IRQ_IO_WORD(isc);
        break;
    }
    outcome = s390irq_vm_inject(crowd->vm, &what);
    if (outcome < 0)
        broken(crowd);
    crowd->result.injected += outcome == S390IRQ_QUEUED;
}

static void inject_local(struct crowd *crowd, struct member *member)
{
    static const uint16_t kinds[] = {
        S390IRQ_KIND_INTERRUPT_KEY,
        S390IRQ_KIND_EMERGENCY_SIGNAL,
        S390IRQ_KIND_EXTERNAL_CALL,
        S390IRQ_KIND_WARNING_TRACK,
    };
    struct s390irq_interruption what = { .kind = kinds[dice(crowd, 4)] };
    int outcome = s390irq_vcpu_inject(member->vcpu, &what);

    if (outcome < 0)
        broken(crowd);
    crowd->result.injected += outcome == S390IRQ_QUEUED;
}

/* A guest waits; handlers return to its wait until nothing comes any more. */
static void fall_asleep(struct member *member)
{
    struct s390irq_cpu registers = member->registers;

    registers.psw_mask |= PSW_WAIT;
    for (int handlers = 0; handlers < 64 && member->state == RUNNING;
         handlers++) {
        member->registers = registers;
        deliver(member);
    }
}

/* A guest that runs loads masks, and often waits with them. */
static void change(struct crowd *crowd, struct member *member)
{
    if (member->state != RUNNING)
        return;
    random_masks(crowd, &member->registers);
    if (dice(crowd, 8))
        fall_asleep(member);
    else if (s390irq_vcpu_masks_changed(member->vcpu, &member->registers) != 0)
        broken(crowd);
}

/* The operator: new registers for a CPU that sleeps, a stop and a start. */
static void operate(struct crowd *crowd, struct member *member)
{
    struct s390irq_cpu registers = member->registers;

    if (member->state != ASLEEP || member->called)
        return;
    member->excused = true;
    random_masks(crowd, &registers);
    registers.psw_mask |= PSW_WAIT;
    if (s390irq_vcpu_set_cpu(member->vcpu, &registers) != 0)
        broken(crowd);
    if (dice(crowd, 2)) {
        s390irq_vcpu_stop(member->vcpu);
        deliver(member);
        member->excused = true;
        s390irq_vcpu_start(member->vcpu, NULL);
    }
    deliver(member);
}

static struct member *anybody(struct crowd *crowd)
{
    return &crowd->member[dice(crowd, crowd->options->cpus)];
}

static void step(struct crowd *crowd)
{
    struct member *member = anybody(crowd);

    switch (dice(crowd, 16)) {
    case 0:
    case 1:
        inject_floating(crowd);
        break;
    case 2:
        inject_local(crowd, member);
        break;
    case 3:
        operate(crowd, member);
        break;
    case 4: /* also of a CPU that sleeps: a host may always call deliver */
        if (crowd->options->nervous && member->state == ASLEEP)
            s390irq_vcpu_kick(member->vcpu);
        else
            deliver(member);
        break;
    case 5:
    case 6:
        if (member->called)
            deliver(member);
        break;
    default:
        change(crowd, member);
        break;
    }
}

/*
 * All who were called deliver; those who took something are in their handlers,
 * masked. Then nothing may be left that a sleeping CPU is open for.
 */
static void rest(struct crowd *crowd)
{
    bool again = true;

    while (again) {
        again = false;
        for (uint32_t i = 0; i < crowd->options->cpus; i++)
            if (crowd->member[i].called) {
                deliver(&crowd->member[i]);
                again = true;
            }
    }
    for (uint32_t i = 0; i < crowd->options->cpus; i++) {
        struct member *member = &crowd->member[i];

        if (member->state == ASLEEP && could_take(member)) {
            crowd->result.waited++;
            deliver(member);
        }
    }
}

/* Every new PSW is masked, in 64-bit mode. */
static void fill_prefix_area(uint8_t *area)
{
    for (unsigned at = LOWCORE_RESTART_NEW; at <= LOWCORE_IO_NEW; at += 16)
        for (unsigned byte = 0; byte < 8; byte++)
            area[at + byte] = (uint8_t)(PSW_64 >> (56 - 8 * byte));
}

static void create(struct crowd *crowd)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;

    config.cpus = crowd->options->cpus;
    config.cp_service_limit = RECORDS / 4;
    config.ram = crowd->ram;
    config.ram_size = crowd->ram_size;
    ops.wake = wake;
    ops.kick = crowd->options->kicks ? kick : NULL;
    if (s390irq_vm_create(&config, &ops, crowd, &crowd->vm) != 0)
        abort();
    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        if (s390irq_vm_add_subchannel(crowd->vm, 0x10000 + i) != 0)
            broken(crowd);
}

static void join(struct crowd *crowd, uint32_t address)
{
    struct member *member = &crowd->member[address];

    member->crowd = crowd;
    member->registers = (struct s390irq_cpu)S390IRQ_CPU_INIT;
    member->registers.prefix = address * LOWCORE_SIZE;
    member->registers.clock_comparator = UINT64_MAX;
    member->excused = true;
    fill_prefix_area(crowd->ram + member->registers.prefix);
    random_masks(crowd, &member->registers);
    if (s390irq_vcpu_create(crowd->vm, address, member, &member->vcpu) != 0 ||
        s390irq_vcpu_start(member->vcpu, &member->registers) != 0)
        broken(crowd);
    deliver(member);
}

struct crowd_result crowd_run(const struct crowd_options *options)
{
    struct crowd crowd = { .options = options,
                           .random = options->seed * 2 + 1,
                           .ram_size = (uint64_t)options->cpus * LOWCORE_SIZE };

    crowd.ram = calloc(1, crowd.ram_size);
    crowd.member = calloc(options->cpus, sizeof *crowd.member);
    if (!crowd.ram || !crowd.member)
        abort();
    create(&crowd);
    for (uint32_t i = 0; i < options->cpus; i++)
        join(&crowd, i);
    for (uint64_t i = 0; i < options->steps; i++) {
        step(&crowd);
        if (i % REST == 0)
            rest(&crowd);
    }
    s390irq_vm_unref(crowd.vm);
    free(crowd.member);
    free(crowd.ram);
    return crowd.result;
}
