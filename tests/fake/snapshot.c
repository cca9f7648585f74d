/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Everything that the public API shows of a VM, for "nothing has changed",
 * and the identity that counters promise.
 */
#include "fake.h"

#define LISTED 512 /* more than any test makes pend at once */

struct queue_view {
    uint32_t pending;
    size_t count;
    struct s390irq_interruption list[LISTED];
};

struct cpu_view {
    int state;
    int attention;
    int parked; /* what get_cpu answered */
    struct s390irq_cpu parked_cpu;
    struct s390irq_cpu cpu;
    struct queue_view queue;
    struct s390irq_counters counters;
};

struct fake_snapshot {
    uint64_t tod;
    struct queue_view floating;
    struct s390irq_counters counters;
    struct cpu_view cpu[];
};

static void view_queue(struct s390irq_queue *queue, struct queue_view *view)
{
    view->pending = s390irq_queue_pending(queue);
    view->count = LISTED;
    assert_int_equal(s390irq_queue_list(queue, view->list, &view->count), 0);
    assert_int_equal(s390irq_queue_count(queue), view->count);
}

static void view_cpu(struct fake *fake, uint32_t address, struct cpu_view *view)
{
    struct fake_cpu *cpu = &fake->cpu[address];

    view->state = s390irq_vcpu_state(cpu->vcpu);
    view->attention = fake_attention(fake, address);
    view->parked_cpu.size = sizeof view->parked_cpu;
    view->parked = s390irq_vcpu_get_cpu(cpu->vcpu, &view->parked_cpu);
    view->cpu = cpu->cpu;
    view_queue(s390irq_vcpu_queue(cpu->vcpu), &view->queue);
    view->counters.size = sizeof view->counters;
    assert_int_equal(s390irq_vcpu_counters(cpu->vcpu, &view->counters), 0);
}

struct fake_snapshot *fake_snapshot(struct fake *fake)
{
    struct fake_snapshot *view =
        calloc(1, sizeof *view + fake->cpus * sizeof *view->cpu);

    assert_non_null(view);
    assert_int_equal(s390irq_vm_get_tod(fake->vm, &view->tod), 0);
    view_queue(s390irq_vm_queue(fake->vm), &view->floating);
    view->counters.size = sizeof view->counters;
    assert_int_equal(s390irq_vm_counters(fake->vm, &view->counters), 0);
    for (uint32_t i = 0; i < fake->cpus; i++)
        view_cpu(fake, i, &view->cpu[i]);
    return view;
}

static void same_queue(const struct queue_view *before,
                       const struct queue_view *after)
{
    assert_int_equal(before->pending, after->pending);
    assert_int_equal(before->count, after->count);
    assert_memory_equal(before->list, after->list, sizeof before->list);
}

static void same_cpu(const struct cpu_view *before,
                     const struct cpu_view *after)
{
    assert_int_equal(before->state, after->state);
    assert_int_equal(before->attention, after->attention);
    assert_int_equal(before->parked, after->parked);
    assert_int_equal(before->cpu.psw_mask, after->cpu.psw_mask);
    assert_int_equal(before->cpu.psw_address, after->cpu.psw_address);
    assert_memory_equal(&before->cpu, &after->cpu, sizeof after->cpu);
    assert_memory_equal(&before->parked_cpu, &after->parked_cpu,
                        sizeof after->parked_cpu);
    same_queue(&before->queue, &after->queue);
    assert_memory_equal(&before->counters, &after->counters,
                        sizeof after->counters);
}

void fake_assert_unchanged(struct fake *fake, struct fake_snapshot *before)
{
    struct fake_snapshot *after = fake_snapshot(fake);

    assert_int_equal(before->tod, after->tod);
    same_queue(&before->floating, &after->floating);
    assert_memory_equal(&before->counters, &after->counters,
                        sizeof after->counters);
    for (uint32_t i = 0; i < fake->cpus; i++)
        same_cpu(&before->cpu[i], &after->cpu[i]);
    free(after);
    free(before);
}

static void assert_identity(const struct s390irq_counters *counters)
{
    for (uint32_t i = 0; i < S390IRQ_KIND_LIMIT; i++) {
        const struct s390irq_counter *c = &counters->kind[i];

        if (i == S390IRQ_KIND_CLOCK_COMPARATOR || i == S390IRQ_KIND_CPU_TIMER) {
            assert_int_equal(c->injected | c->coalesced | c->refused |
                                 c->cleared | c->pending,
                             0);
            continue;
        }
        assert_int_equal(c->injected, c->taken + c->coalesced + c->refused +
                                          c->cleared + c->pending);
    }
}

/* I/O interruptions may be taken out of the queue, too. */
static int taken_by_cpus(uint32_t kind)
{
    return kind != S390IRQ_KIND_IO && kind != S390IRQ_KIND_ADAPTER;
}

void fake_assert_counters(struct fake *fake)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct s390irq_counters sum = S390IRQ_COUNTERS_INIT;

    for (uint32_t i = 0; i < fake->cpus; i++) {
        assert_int_equal(s390irq_vcpu_counters(fake->cpu[i].vcpu, &counters),
                         0);
        for (uint32_t k = 0; k < S390IRQ_KIND_LIMIT; k++)
            sum.kind[k].taken += counters.kind[k].taken;
    }
    assert_int_equal(s390irq_vm_counters(fake->vm, &counters), 0);
    assert_identity(&counters);
    for (uint32_t k = 0; k < S390IRQ_KIND_LIMIT; k++)
        if (taken_by_cpus(k))
            assert_int_equal(sum.kind[k].taken, counters.kind[k].taken);
        else
            assert_true(sum.kind[k].taken <= counters.kind[k].taken);
}

struct s390irq_counter fake_counter(struct fake *fake, uint32_t kind)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;

    assert_int_equal(s390irq_vm_counters(fake->vm, &counters), 0);
    return counters.kind[kind];
}

struct s390irq_counter fake_cpu_counter(struct fake *fake, uint32_t address,
                                        uint32_t kind)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;

    assert_int_equal(s390irq_vcpu_counters(fake->cpu[address].vcpu, &counters),
                     0);
    return counters.kind[kind];
}
