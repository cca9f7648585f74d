/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The short way of deliver, of the injections and of published masks
 * (docs/design.md) does what the whole way does. Two machines walk in
 * lockstep: one is traced, which keeps it on the whole way.
 */
#include "farm.h"

#include <stdbool.h>

#define WALKS       100
#define STEPS       4000
#define SUBCHANNELS 3
#define CPUS        2 /* that run and sleep; three more are stopped */
#define PSWS        6 /* of machine check to restart new PSW: 0x1a0 to 0x1f0 */

struct pair {
    struct fake *fake[2]; /* the first is traced */
    uint64_t random;
    uint32_t sleepy; /* how much more of the PSWs wait */
    uint32_t cpu;    /* whose step this is */
    bool asleep[CPUS];
    uint32_t steps;
    uint32_t taken; /* interruptions, by the second one */
    uint32_t slept; /* delivers of it after which the CPU slept */
};

static uint32_t below(struct pair *pair, uint32_t limit)
{
    return farm_random(&pair->random) % limit;
}

/* Each bit of `bits` one in two times. */
static uint64_t some(struct pair *pair, uint64_t bits)
{
    uint64_t high = farm_random(&pair->random);

    return bits & (high << 32 | farm_random(&pair->random));
}

static struct s390irq_cpu *registers(struct pair *pair, int at)
{
    return &pair->fake[at]->cpu[pair->cpu].cpu;
}

static struct s390irq_vcpu *vcpu(struct pair *pair, int at)
{
    return pair->fake[at]->cpu[pair->cpu].vcpu;
}

/* Those of a handler, of a guest, and now and then of neither. */
static uint64_t any_mask(struct pair *pair)
{
    const uint64_t masks = PSW_IO | PSW_EXTERNAL | PSW_MACHINE_CHECK;

    uint32_t which = below(pair, 10 + pair->sleepy);

    switch (which) {
    case 0:
        return PSW_64;
    case 1:
        return PSW_64 | PSW_MACHINE_CHECK;
    case 2:
        return some(pair, PSW_64 | masks | PSW_WAIT);
    case 3:
        return PSW_64 | masks | UINT64_C(1) << below(pair, 64);
    default:
        return PSW_64 | masks | (which < 9 ? 0 : PSW_WAIT);
    }
}

static uint64_t any_address(struct pair *pair)
{
    return 0x20000 + 2 * below(pair, 8) + (below(pair, 40) == 0);
}

static void new_psws(struct pair *pair)
{
    uint32_t offset = 0x1a0 + 16 * below(pair, PSWS);
    uint64_t mask = any_mask(pair), address = any_address(pair);

    for (int at = 0; at < 2; at++)
        fake_new_psw(pair->fake[at], pair->cpu, offset, mask, address);
}

static struct s390irq_cpu other_masks(struct pair *pair)
{
    struct s390irq_cpu cpu = *registers(pair, 0);

    cpu.psw_mask = any_mask(pair);
    cpu.psw_address = any_address(pair);
    if (below(pair, 4) == 0) {
        cpu.cr[0] = some(pair, UINT64_MAX);
        cpu.cr[6] = some(pair, UINT64_MAX);
        cpu.cr[14] = some(pair, UINT64_MAX);
    }
    return cpu;
}

/* Of a CPU that sleeps they are not the embedder's: it is given others. */
static void change_masks(struct pair *pair)
{
    struct s390irq_cpu cpu = other_masks(pair);
    int answer[2];

    for (int at = 0; at < 2; at++) {
        *registers(pair, at) = cpu;
        answer[at] = s390irq_vcpu_masks_changed(vcpu(pair, at), &cpu);
    }
    assert_int_equal(answer[0], answer[1]);
}

/* What only CPUs that sleep let others do, and what calls them out. */
static int meddle_with(struct pair *pair, int at, uint32_t which,
                       const struct s390irq_cpu *cpu)
{
    struct s390irq_vm *vm = pair->fake[at]->vm;

    switch (which) {
    case 0:
        return s390irq_vcpu_kick(vcpu(pair, at));
    case 1:
        return s390irq_vcpu_timer_fired(vcpu(pair, at));
    case 2:
        return s390irq_vm_adjust_tod(vm, cpu->psw_address);
    case 3:
        return s390irq_vm_pause(vm);
    case 4:
        return s390irq_vcpu_stop(vcpu(pair, at));
    case 5:
        return s390irq_vcpu_reset(vcpu(pair, at), S390IRQ_RESET_CPU);
    case 6:
        registers(pair, at)->cr[1] = cpu->psw_mask;
        return 0;
    default:
        return s390irq_vcpu_set_cpu(vcpu(pair, at), cpu);
    }
}

static void meddle(struct pair *pair)
{
    struct s390irq_cpu cpu = other_masks(pair);
    uint32_t which = below(pair, 12);

    assert_int_equal(meddle_with(pair, 0, which, &cpu),
                     meddle_with(pair, 1, which, &cpu));
}

/* Neither a pause nor the stopped state lasts. */
static void go_on(struct pair *pair)
{
    for (int at = 0; at < 2; at++)
        s390irq_vm_resume(pair->fake[at]->vm);
    assert_int_equal(s390irq_vcpu_start(vcpu(pair, 0), NULL),
                     s390irq_vcpu_start(vcpu(pair, 1), NULL));
}

/* Never, past, now, soon; the clock goes on, too. */
static void change_timers(struct pair *pair)
{
    static const int64_t distances[] = { -1000, -1, 0, 1, 50, 1000 };
    struct s390irq_cpu cpu = *registers(pair, 0);
    uint64_t tod = atomic_load(&pair->fake[0]->tod) + below(pair, 60);
    int answer[2];

    cpu.clock_comparator = UINT64_MAX;
    cpu.cpu_timer = (uint64_t)distances[below(pair, 6)];
    cpu.cpu_timer_since_tod = below(pair, 2) ? tod : 0;
    if (below(pair, 2))
        cpu.clock_comparator = tod + (uint64_t)distances[below(pair, 6)];
    for (int at = 0; at < 2; at++) {
        atomic_store(&pair->fake[at]->tod, tod);
        *registers(pair, at) = cpu;
        answer[at] = s390irq_vcpu_timers_changed(vcpu(pair, at), &cpu);
    }
    assert_int_equal(answer[0], answer[1]);
}

static int signal(struct pair *pair, int at, uint32_t which, uint32_t value)
{
    struct s390irq_vm *vm = pair->fake[at]->vm;

    switch (which) {
    case 0:
        return s390irq_vcpu_inject_emergency(vcpu(pair, at), value % 5);
    case 1:
        return s390irq_vcpu_inject_external_call(vcpu(pair, at), value % 5);
    case 2:
        return s390irq_vm_inject_service(vm, value << 3 | value % 4);
    case 3:
    case 4:
        return s390irq_vm_inject_io(vm, 0x10000 + value % (SUBCHANNELS + 1),
                                    value, S390IRQ_IO_WORD(value >> 3 & 7));
    case 5:
        return s390irq_queue_clear_io(s390irq_vm_queue(vm),
                                      0x10000 + value % (SUBCHANNELS + 1));
    default:
        return s390irq_vcpu_supervisor_call(vcpu(pair, at), value & 0x1ff,
                                            value % 5);
    }
}

static void inject(struct pair *pair)
{
    uint32_t which = below(pair, 7), value = below(pair, 0x400);

    assert_int_equal(signal(pair, 0, which, value),
                     signal(pair, 1, which, value));
}

static void inject_program(struct pair *pair)
{
    struct s390irq_program program = { 0 };

    program.code = (uint16_t)below(pair, 0x88);
    program.ilc = (uint8_t)below(pair, 8);
    program.flags = (uint8_t)(below(pair, 2) * S390IRQ_PROGRAM_NO_REWIND);
    program.translation_exception = below(pair, 0x10000);
    program.reserved0 = below(pair, 40) == 0;
    assert_int_equal(s390irq_vcpu_program(vcpu(pair, 0), &program),
                     s390irq_vcpu_program(vcpu(pair, 1), &program));
}

static void inject_record(struct pair *pair)
{
    static const uint32_t kinds[] = { S390IRQ_KIND_VIRTIO,
                                      S390IRQ_KIND_TIMING_ALERT,
                                      S390IRQ_KIND_ADAPTER,
                                      S390IRQ_KIND_PFAULT_DONE };
    struct s390irq_interruption what = fake_record(kinds[below(pair, 4)]);

    if (what.kind == S390IRQ_KIND_ADAPTER)
        what.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(below(pair, 8));
    assert_int_equal(s390irq_vm_inject(pair->fake[0]->vm, &what),
                     s390irq_vm_inject(pair->fake[1]->vm, &what));
}

/* What a handler is open for: a machine check, exigent or not, restart. */
static void inject_above(struct pair *pair)
{
    static const uint64_t conditions[] = {
        S390IRQ_MCIC_CHANNEL_REPORT,
        S390IRQ_MCIC_DEGRADATION,
        S390IRQ_MCIC_PROCESSING_DAMAGE,
    };
    struct s390irq_interruption what = { .kind =
                                             below(pair, 2)
                                                 ? S390IRQ_KIND_RESTART
                                                 : S390IRQ_KIND_MACHINE_CHECK };

    if (what.kind == S390IRQ_KIND_MACHINE_CHECK)
        what.u.machine_check.conditions = conditions[below(pair, 3)];
    assert_int_equal(s390irq_vcpu_inject(vcpu(pair, 0), &what),
                     s390irq_vcpu_inject(vcpu(pair, 1), &what));
}

/* Registers and reports of other sizes; the registers of a later library. */
static void deliver_garbage(struct pair *pair)
{
    struct {
        struct s390irq_cpu cpu;
        uint64_t rest[8];
    } later[2];
    struct s390irq_report report = S390IRQ_REPORT_INIT;

    memset(later, 0, sizeof later);
    later[0].cpu = *registers(pair, 0);
    later[0].cpu.size = below(pair, sizeof later[0] + 1);
    later[0].cpu.prefix |= below(pair, 2);
    later[0].rest[0] = below(pair, 2);
    later[1] = later[0];
    assert_int_equal(
        s390irq_vcpu_deliver(vcpu(pair, 0), &later[0].cpu, &report),
        s390irq_vcpu_deliver(vcpu(pair, 1), &later[1].cpu, &report));
    assert_memory_equal(&later[0], &later[1], sizeof later[0]);
    report.size = 3;
    assert_int_equal(
        s390irq_vcpu_deliver(vcpu(pair, 0), registers(pair, 0), &report),
        s390irq_vcpu_deliver(vcpu(pair, 1), registers(pair, 1), &report));
}

static void deliver(struct pair *pair)
{
    struct s390irq_report report[2] = { S390IRQ_REPORT_INIT,
                                        S390IRQ_REPORT_INIT };
    int reports = (int)below(pair, 2);
    int answer[2];

    for (int at = 0; at < 2; at++)
        answer[at] = s390irq_vcpu_deliver(vcpu(pair, at), registers(pair, at),
                                          reports ? &report[at] : NULL);
    assert_int_equal(answer[0], answer[1]);
    assert_memory_equal(&report[0], &report[1], sizeof report[0]);
    if (reports || pair->asleep[pair->cpu])
        assert_int_equal(pair->fake[0]->cpu[pair->cpu].deadline_tod,
                         pair->fake[1]->cpu[pair->cpu].deadline_tod);
    pair->asleep[pair->cpu] = answer[1] == S390IRQ_WAIT;
    pair->taken += report[1].taken;
    pair->slept += pair->asleep[pair->cpu];
}

static void ask(struct pair *pair)
{
    assert_int_equal(
        s390irq_vcpu_has_interruption(vcpu(pair, 0), registers(pair, 0)),
        s390irq_vcpu_has_interruption(vcpu(pair, 1), registers(pair, 1)));
}

static void compare_cpu(struct pair *pair, uint32_t address)
{
    const struct fake_cpu *a = &pair->fake[0]->cpu[address];
    const struct fake_cpu *b = &pair->fake[1]->cpu[address];

    assert_memory_equal(&a->cpu, &b->cpu, sizeof a->cpu);
    assert_memory_equal(pair->fake[0]->ram + fake_prefix(address),
                        pair->fake[1]->ram + fake_prefix(address), 0x2000);
    assert_int_equal(fake_attention(pair->fake[0], address),
                     fake_attention(pair->fake[1], address));
    assert_int_equal(fake_wakes(pair->fake[0], address),
                     fake_wakes(pair->fake[1], address));
}

static void compare(struct pair *pair)
{
    for (uint32_t address = 0; address < CPUS; address++)
        compare_cpu(pair, address);
}

static void compare_counters(struct pair *pair)
{
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++) {
        struct s390irq_counter a = fake_counter(pair->fake[0], kind);
        struct s390irq_counter b = fake_counter(pair->fake[1], kind);

        assert_memory_equal(&a, &b, sizeof a);
    }
}

static void step(struct pair *pair)
{
    static void (*const steps[])(struct pair *) = {
        deliver, deliver,       deliver, deliver,        inject, inject,
        inject,  inject_record, ask,     inject_program, inject, change_masks,
    };
    static void (*const rare[])(struct pair *) = { new_psws, change_timers,
                                                   deliver_garbage,
                                                   inject_above, meddle };

    pair->cpu = below(pair, CPUS);
    if (below(pair, 16) == 0)
        go_on(pair);
    if (below(pair, 8) == 0)
        rare[below(pair, sizeof rare / sizeof *rare)](pair);
    else
        steps[below(pair, sizeof steps / sizeof *steps)](pair);
    compare(pair);
    if (pair->steps++ % 64 == 0)
        compare_counters(pair);
}

static struct fake *open_one(unsigned hooks)
{
    struct fake_options options = { .cpus = 5, .hooks = hooks };
    struct fake *fake = fake_open(&options);

    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x10000 + i), 0);
    for (uint32_t address = 0; address < CPUS; address++)
        fake_boot(fake, address, PSW_64 | PSW_EXTERNAL | PSW_IO,
                  CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    return fake;
}

struct sums {
    uint64_t taken;
    uint64_t slept;
};

static void walk(uint64_t seed, struct sums *sums)
{
    const unsigned hooks = FAKE_HOOK_TOD | FAKE_HOOK_WAKE | FAKE_HOOK_DEADLINE;
    struct pair pair = { .random = seed, .sleepy = seed % 2 * 20 };

    pair.fake[0] = open_one(hooks | FAKE_HOOK_TRACE);
    pair.fake[1] = open_one(hooks);
    while (pair.steps < STEPS)
        step(&pair);
    for (int at = 0; at < 2; at++)
        fake_close(pair.fake[at]);
    sums->taken += pair.taken;
    sums->slept += pair.slept;
}

static void either_way(void **state)
{
    struct sums sums = { 0, 0 };

    (void)state;
    for (unsigned seed = 1; seed <= WALKS; seed++)
        walk(seed, &sums);
    assert_true(sums.taken > WALKS * STEPS / 50);
    assert_true(sums.slept > WALKS * STEPS / 50);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "short way: it does what the whole way does", either_way, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
