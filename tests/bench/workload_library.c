/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What the list has not: timers, storage through hooks, saving, restoring. */
#include <stdlib.h>

#include "workload.h"

static void with_hooks(struct bench *bench)
{
    struct machine_options options = { 2, 1, true };

    bench_open_with(bench, &options);
}

static void with_timer(struct bench *bench)
{
    bench_open(bench, 2, 1);
    bench->machine->tod = 1000;
    bench->cpu->registers.clock_comparator = UINT64_MAX / 2;
    s390irq_vcpu_timers_changed(bench->cpu->vcpu, &bench->cpu->registers);
}

STRETCH_INLINE void steps_emergency(struct bench *bench, uint64_t n,
                                    bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_emergency(cpu, 1);
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_EXTERNAL_NEW);
    }
}

RUN(emergency)

STRETCH_INLINE void steps_report(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        struct s390irq_report report = S390IRQ_REPORT_INIT;

        stretch_begin(counted);
        subject_emergency(cpu, 1);
        s390irq_vcpu_deliver(cpu->vcpu, &cpu->registers, &report);
        stretch_end(counted);
        bench_expect(report.deadline_tod == UINT64_MAX / 2 + 1,
                     "the deadline is another one");
        bench_handle(cpu, LOWCORE_EXTERNAL_NEW);
    }
}

RUN(report)

STRETCH_INLINE void steps_io(struct bench *bench, uint64_t n, bool counted)
{
    struct processor *cpu = bench->cpu;

    for (uint64_t i = 0; i < n; i++) {
        stretch_begin(counted);
        subject_io(bench->machine, bench_subchannel(0), 0, S390IRQ_IO_WORD(3));
        subject_deliver(cpu);
        stretch_end(counted);
        bench_handle(cpu, LOWCORE_IO_NEW);
    }
}

RUN(io)

/* size interruptions pend at a machine whose one CPU is stopped. */
static void pending(struct bench *bench)
{
    struct machine_options options = { 1, (uint32_t)bench->size, false };

    bench->machine = machine_open(&options);
    for (uint64_t i = 0; i < bench->size; i++)
        subject_io_fresh(bench->machine, bench_subchannel(i),
                         S390IRQ_IO_WORD(i % 8));
}

static void *memory(size_t bytes)
{
    void *memory = malloc(bytes);

    if (!memory)
        bench_fail("memory");
    return memory;
}

static size_t saved_length(struct machine *machine)
{
    size_t length = 0;

    bench_expect(s390irq_vm_save(machine->vm, NULL, &length) ==
                     S390IRQ_E_BUFFER,
                 "the state has no size");
    return length;
}

static void pause(struct machine *machine)
{
    bench_expect(s390irq_vm_pause(machine->vm) == 1, "does not pause");
}

static void to_save(struct bench *bench)
{
    pending(bench);
    pause(bench->machine);
    bench->next = saved_length(bench->machine);
    bench->memory = memory(bench->next);
}

STRETCH_INLINE void steps_save(struct bench *bench, uint64_t n, bool counted)
{
    for (uint64_t i = 0; i < n; i++) {
        size_t length = bench->next;
        int answer;

        stretch_begin(counted);
        answer = s390irq_vm_save(bench->machine->vm, bench->memory, &length);
        stretch_end(counted);
        bench_expect(answer == 0, "is not saved");
        s390irq_vm_resume(bench->machine->vm);
        pause(bench->machine);
    }
}

RUN(save)

/* The state is loaded into the machine again and again. */
static void to_restore(struct bench *bench)
{
    size_t length;

    to_save(bench);
    length = bench->next;
    bench_expect(s390irq_vm_save(bench->machine->vm, bench->memory, &length) ==
                     0,
                 "is not saved");
}

STRETCH_INLINE void steps_restore(struct bench *bench, uint64_t n, bool counted)
{
    for (uint64_t i = 0; i < n; i++) {
        int answer;

        s390irq_vm_reset(bench->machine->vm);
        stretch_begin(counted);
        answer =
            s390irq_vm_load(bench->machine->vm, bench->memory, bench->next);
        stretch_end(counted);
        bench_expect(answer == 0 && s390irq_queue_count(
                                        bench->machine->queue) == bench->size,
                     "is not restored");
    }
}

RUN(restore)

/* Records of KVM one by one: the interruptions, then the records. */
static size_t records_offset(const struct bench *bench)
{
    return bench->size * sizeof(struct s390irq_interruption);
}

static void to_records(struct bench *bench)
{
    pending(bench);
    bench->memory =
        memory(records_offset(bench) + bench->size * S390IRQ_KVM_RECORD);
}

STRETCH_INLINE void steps_save_records(struct bench *bench, uint64_t n,
                                       bool counted)
{
    struct s390irq_interruption *list = bench->memory;
    uint8_t *records = (uint8_t *)bench->memory + records_offset(bench);

    for (uint64_t i = 0; i < n; i++) {
        size_t count = bench->size;
        int bad = 0;

        stretch_begin(counted);
        bad |= s390irq_queue_list(bench->machine->queue, list, &count);
        for (size_t k = 0; k < count; k++)
            bad |=
                s390irq_interruption_to_kvm(&list[k], S390IRQ_KVM_FLOATING,
                                            records + k * S390IRQ_KVM_RECORD);
        stretch_end(counted);
        bench_expect(bad == 0 && count == bench->size, "records are missing");
    }
}

RUN(save_records)

static void to_restore_records(struct bench *bench)
{
    to_records(bench);
    steps_save_records(bench, 1, false);
}

STRETCH_INLINE void steps_restore_records(struct bench *bench, uint64_t n,
                                          bool counted)
{
    const uint8_t *records = (uint8_t *)bench->memory + records_offset(bench);

    for (uint64_t i = 0; i < n; i++) {
        int bad = 0;

        s390irq_vm_reset(bench->machine->vm);
        stretch_begin(counted);
        for (size_t k = 0; k < bench->size; k++) {
            struct s390irq_interruption what;

            bad |= s390irq_interruption_from_kvm(
                records + k * S390IRQ_KVM_RECORD, S390IRQ_KVM_RECORD,
                S390IRQ_KVM_FLOATING, &what);
            bad |= s390irq_vm_inject(bench->machine->vm, &what);
        }
        stretch_end(counted);
        bench_expect(bad == 0 && s390irq_queue_count(bench->machine->queue) ==
                                     bench->size,
                     "records are not restored");
    }
}

RUN(restore_records)

const struct workload library_workloads[] = {
    { "emergency-timer", with_timer, run_emergency, 100 },
    { "emergency-report", with_timer, run_report, 100 },
    { "io-timer", with_timer, run_io, 100 },
    { "emergency-hooks", with_hooks, run_emergency, 100 },
    { "io-hooks", with_hooks, run_io, 100 },
    { "save", to_save, run_save, 1 },
    { "save-records", to_records, run_save_records, 1 },
    { "restore", to_restore, run_restore, 1 },
    { "restore-records", to_restore_records, run_restore_records, 1 },
    { NULL, NULL, NULL, 0 },
};
