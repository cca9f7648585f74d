/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What became of the behaviours of 2008's KVM, S-1 to S-40: making things
 * pend. The names of the cases carry the ids.
 */
#include "fake.h"

static int inject(struct fake *fake, uint32_t address, uint32_t kind)
{
    struct s390irq_interruption record = { .kind = (uint16_t)kind };

    return s390irq_vcpu_inject(fake->cpu[address].vcpu, &record);
}

static void s01_two_queues(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption list[8];
    unsigned allocations;
    size_t count = 8;

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    allocations = atomic_load(&fake->allocations);
    assert_int_equal(s390irq_vcpu_inject_external_call(fake->cpu[0].vcpu, 1),
                     0);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 0), 0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 0x1000), 0);

    assert_int_equal(fake_pending(fake, 0),
                     1u << S390IRQ_KIND_EMERGENCY_SIGNAL |
                         1u << S390IRQ_KIND_EXTERNAL_CALL);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_SERVICE_SIGNAL);
    assert_int_equal(
        s390irq_queue_list(s390irq_vcpu_queue(fake->cpu[0].vcpu), list, &count),
        0);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].kind, S390IRQ_KIND_EMERGENCY_SIGNAL);
    assert_int_equal(list[0].source, 0);
    assert_int_equal(list[1].kind, S390IRQ_KIND_EMERGENCY_SIGNAL);
    assert_int_equal(list[1].source, 1);
    assert_int_equal(list[2].kind, S390IRQ_KIND_EXTERNAL_CALL);
    assert_int_equal(list[2].source, 1);
    assert_int_equal(fake_pending(fake, 1), 0);
    assert_int_equal(atomic_load(&fake->allocations), allocations);
    fake_close(fake);
}

static void s02_types(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_EMERGENCY_SIGNAL, S390IRQ_KIND_SERVICE_SIGNAL,
        S390IRQ_KIND_VIRTIO,           S390IRQ_KIND_PROGRAM,
        S390IRQ_KIND_RESTART,
    };
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption prefix = {
        .kind = S390IRQ_KIND_SET_PREFIX,
        .parameter = 3 * LOWCORE_SIZE,
    };

    (void)state;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &prefix), 0);
    fake_boot(fake, 1, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0, S390IRQ_WAIT);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        fake_raise(fake, 1, fake_class_of(kinds[i]));
        assert_true((fake_pending(fake, 1) | fake_floating(fake)) &
                    1u << kinds[i]);
    }
    assert_int_equal(inject(fake, 1, S390IRQ_KIND_STOP), S390IRQ_QUEUED);
    assert_true(fake_pending(fake, 1) & 1u << S390IRQ_KIND_STOP);
    /* The implicit one of 2008: no record, a condition of the registers. */
    assert_int_equal(inject(fake, 1, S390IRQ_KIND_CLOCK_COMPARATOR),
                     S390IRQ_COALESCED);
    assert_false(fake_pending(fake, 1) & 1u << S390IRQ_KIND_CLOCK_COMPARATOR);
    fake_close(fake);
}

static void s05_unknown_type(void **state)
{
    static const uint16_t unknown[] = { 0, 24, 31, 32, 0xffff };
    struct fake *fake = fake_usual(1);
    struct kvm_record legacy = { .type = 0xfffe0bad };
    struct s390irq_interruption record;

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct fake_snapshot *before = fake_snapshot(fake);

        memset(&record, 0, sizeof record);
        record.kind = unknown[i];
        assert_int_equal(s390irq_interruption_check(&record),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record),
                         S390IRQ_E_INVALID);
        assert_int_equal(s390irq_vm_inject(fake->vm, &record),
                         S390IRQ_E_INVALID);
        fake_assert_unchanged(fake, before);
    }
    assert_int_equal(s390irq_interruption_from_kvm(&legacy, sizeof legacy,
                                                   S390IRQ_KVM_LOCAL, &record),
                     S390IRQ_E_FORMAT);
    fake_close(fake);
}

static void s14_set_prefix(void **state)
{
    struct fake *fake = fake_usual(2);
    struct kvm_record legacy = { KVM_SET_PREFIX, 0x80007fff, 0 };
    struct s390irq_interruption record;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    uint32_t status = 0;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    /* Bits 0 and 19 to 31 of the parameter are ignored. */
    assert_int_equal(fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX,
                               UINT64_C(0xdead000080005fff), NULL),
                     0);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, &cpu), 0);
    assert_int_equal(cpu.prefix, 0x4000);
    assert_int_equal(
        fake_sigp(fake, 0, 1, S390IRQ_SIGP_SET_PREFIX, fake->ram_size, &status),
        1);
    assert_int_equal(status, S390IRQ_STATUS_INVALID_PARAMETER);
    assert_int_equal(
        fake_sigp(fake, 0, 0, S390IRQ_SIGP_SET_PREFIX, 0x4000, &status), 1);
    assert_int_equal(status, S390IRQ_STATUS_INCORRECT_STATE);
    assert_int_equal(fake->cpu[0].cpu.prefix, fake_prefix(0));
    /* The parameter of a legacy record is treated alike. */
    assert_int_equal(s390irq_interruption_from_kvm(&legacy, sizeof legacy,
                                                   S390IRQ_KVM_LOCAL, &record),
                     0);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[1].vcpu, &record), 0);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[1].vcpu, &cpu), 0);
    assert_int_equal(cpu.prefix, 0x6000);
    /* The owner sees it when the CPU starts. */
    assert_int_equal(s390irq_vcpu_start(fake->cpu[1].vcpu, NULL), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_true(fake->cpu[1].report.changed & S390IRQ_CHANGED_PREFIX);
    assert_int_equal(fake->cpu[1].cpu.prefix, 0x6000);
    fake_close(fake);
}

static void s29_program_on_a_sleeping_cpu(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption record = fake_record(S390IRQ_KIND_PROGRAM);
    unsigned allocations;

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0, S390IRQ_WAIT);
    allocations = atomic_load(&fake->allocations);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record),
                     S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &record),
                     S390IRQ_BUSY);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_PROGRAM);
    assert_int_equal(fake->cpu[0].cpu.psw_address, 0x101d0);
    assert_int_equal(atomic_load(&fake->allocations), allocations);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void s30_vm_injection(void **state)
{
    /* The limit is for each kind of CP service. */
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = 4 };
    struct fake *fake = fake_open(&options);
    struct s390irq_interruption virtio = fake_record(S390IRQ_KIND_VIRTIO);
    struct s390irq_interruption done = fake_record(S390IRQ_KIND_PFAULT_DONE);
    unsigned allocations = atomic_load(&fake->allocations);

    (void)state;
    for (uint32_t kind = 1; kind < S390IRQ_KIND_LIMIT; kind++) {
        struct s390irq_interruption record = { .kind = (uint16_t)kind };
        int floating = kind == S390IRQ_KIND_TIMING_ALERT;

        if (kind == S390IRQ_KIND_VIRTIO || kind == S390IRQ_KIND_PFAULT_DONE)
            continue;
        assert_int_equal(s390irq_vm_inject(fake->vm, &record),
                         floating ? S390IRQ_QUEUED : S390IRQ_E_INVALID);
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, i % 2 ? &done : &virtio),
                         S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), S390IRQ_FULL);
    assert_int_equal(s390irq_vm_inject(fake->vm, &done), S390IRQ_FULL);
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 9);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), S390IRQ_QUEUED);
    fake_start(fake, 0, PSW_64 | PSW_EXTERNAL, CR0_SERVICE_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_load_masks(fake, 0, PSW_64 | PSW_EXTERNAL, CR0_SERVICE_SIGNAL);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_PFAULT_DONE);
    assert_int_equal(s390irq_vm_inject(fake->vm, &done), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_inject(fake->vm, &done), S390IRQ_FULL);
    assert_int_equal(s390irq_vm_inject(fake->vm, &virtio), S390IRQ_FULL);
    assert_int_equal(atomic_load(&fake->allocations), allocations);
    fake_assert_counters(fake);
    fake_close(fake);
}

struct legacy_row {
    struct kvm_record record;
    uint32_t flags;
    int answer;
    uint16_t kind;
};

static const struct legacy_row legacy_rows[] = {
    { { KVM_EMERGENCY, 1, 0 },
      S390IRQ_KVM_LOCAL,
      0,
      S390IRQ_KIND_EMERGENCY_SIGNAL },
    { { KVM_EXTERNAL_CALL, 1, 0 },
      S390IRQ_KVM_LOCAL,
      0,
      S390IRQ_KIND_EXTERNAL_CALL },
    { { KVM_PROGRAM, 0x40, 0 }, S390IRQ_KVM_LOCAL, 0, S390IRQ_KIND_PROGRAM },
    { { KVM_STOP, 0, 0 }, S390IRQ_KVM_LOCAL, 0, S390IRQ_KIND_STOP },
    { { KVM_RESTART, 0, 0 }, S390IRQ_KVM_LOCAL, 0, S390IRQ_KIND_RESTART },
    { { KVM_SET_PREFIX, 0x4000, 0 },
      S390IRQ_KVM_LOCAL,
      0,
      S390IRQ_KIND_SET_PREFIX },
    { { KVM_CLOCK_COMPARATOR, 0, 0 },
      S390IRQ_KVM_LOCAL,
      0,
      S390IRQ_KIND_CLOCK_COMPARATOR },
    { { KVM_CPU_TIMER, 0, 0 }, S390IRQ_KVM_LOCAL, 0, S390IRQ_KIND_CPU_TIMER },
    { { KVM_SERVICE, 0x1000, 0 },
      S390IRQ_KVM_FLOATING,
      0,
      S390IRQ_KIND_SERVICE_SIGNAL },
    { { KVM_VIRTIO, 1, 2 }, S390IRQ_KVM_FLOATING, 0, S390IRQ_KIND_VIRTIO },
    { { KVM_PFAULT_DONE, 0, 2 },
      S390IRQ_KVM_FLOATING,
      0,
      S390IRQ_KIND_PFAULT_DONE },
    { { KVM_PROGRAM, 0x10000, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_PROGRAM, 0, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_EMERGENCY, 0x10000, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_EXTERNAL_CALL, 0x10000, 0 },
      S390IRQ_KVM_LOCAL,
      S390IRQ_E_FORMAT,
      0 },
    { { KVM_STOP, 0x80, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_SERVICE, 0x1000, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_VIRTIO, 1, 2 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
    { { KVM_EMERGENCY, 1, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { KVM_PROGRAM, 1, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { KVM_STOP, 0, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { KVM_RESTART, 0, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { KVM_SERVICE, 4, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { 0, 0, 0 }, S390IRQ_KVM_FLOATING, S390IRQ_E_FORMAT, 0 },
    { { 0xfffe1000, 0, 0 }, S390IRQ_KVM_LOCAL, S390IRQ_E_FORMAT, 0 },
};

static void s33_vcpu_injection_is_checked(void **state)
{
    const struct kvm_record good[4] = { { KVM_EMERGENCY, 1, 0 } };
    uint8_t odd[1 + sizeof good];
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption bad = { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL,
                                        .source = 2 };

    (void)state;
    for (size_t i = 0; i < sizeof legacy_rows / sizeof *legacy_rows; i++) {
        const struct legacy_row *row = &legacy_rows[i];
        struct s390irq_interruption out = { .kind = 0x5555 };

        assert_int_equal(s390irq_interruption_from_kvm(&row->record,
                                                       sizeof row->record,
                                                       row->flags, &out),
                         row->answer);
        assert_int_equal(out.kind, row->answer ? 0x5555 : row->kind);
        if (!row->answer)
            assert_int_equal(s390irq_interruption_check(&out), 0);
    }
    for (size_t length = 0; length <= sizeof good; length++) {
        struct s390irq_interruption out = { .kind = 0x5555 };

        assert_int_equal(
            s390irq_interruption_from_kvm(good, length, S390IRQ_KVM_LOCAL,
                                          &out),
            length == sizeof(struct kvm_record) ? 0 : S390IRQ_E_FORMAT);
        /* Any alignment will do. */
        assert_int_equal(
            s390irq_interruption_from_kvm(memmove(odd + 1, good, 16), 16,
                                          S390IRQ_KVM_LOCAL, &out),
            0);
    }
    /* 2008 did not know the sender; here it must be a CPU. */
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &bad),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(inject(fake, 0, S390IRQ_KIND_SERVICE_SIGNAL),
                     S390IRQ_E_INVALID);
    assert_int_equal(inject(fake, 0, S390IRQ_KIND_VIRTIO), S390IRQ_E_INVALID);
    assert_int_equal(inject(fake, 0, S390IRQ_KIND_PROGRAM), S390IRQ_E_INVALID);
    fake_close(fake);
}

static void s34_every_local_injection_raises_attention(void **state)
{
    static const uint32_t kinds[] = {
        S390IRQ_KIND_SUPERVISOR_CALL,
        S390IRQ_KIND_PROGRAM,
        S390IRQ_KIND_INTERRUPT_KEY,
        S390IRQ_KIND_EMERGENCY_SIGNAL,
        S390IRQ_KIND_EXTERNAL_CALL,
        S390IRQ_KIND_TOD_SYNC_CHECK,
        S390IRQ_KIND_CLOCK_COMPARATOR,
        S390IRQ_KIND_CPU_TIMER,
        S390IRQ_KIND_WARNING_TRACK,
        S390IRQ_KIND_RESTART,
        S390IRQ_KIND_STOP,
    };
    int answer;

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct fake *fake = fake_usual(2);

        fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, CR0_EVERY_EXTERNAL,
                  S390IRQ_WAIT);
        assert_false(fake_attention(fake, 0));
        if (kinds[i] == S390IRQ_KIND_STOP)
            assert_int_equal(inject(fake, 0, kinds[i]), S390IRQ_QUEUED);
        else
            fake_raise(fake, 0, fake_class_of(kinds[i]));
        assert_true(fake_attention(fake, 0));
        assert_int_equal(fake_wakes(fake, 0), 1);
        answer = fake_deliver(fake, 0);
        if (kinds[i] == S390IRQ_KIND_STOP) {
            assert_int_equal(answer, S390IRQ_STOPPED);
        } else {
            assert_int_equal(answer, S390IRQ_RUN);
            assert_int_equal(fake->cpu[0].report.taken_kinds, 1u << kinds[i]);
        }
        fake_close(fake);
    }
}

static void s35_payload_is_kept(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_interruption prefix = {
        .kind = S390IRQ_KIND_SET_PREFIX,
        .parameter = 3 * LOWCORE_SIZE,
    };
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_interruption list[4];
    size_t count = 4;

    (void)state;
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[0].vcpu, &prefix), 0);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu), 0);
    assert_int_equal(cpu.prefix, 3 * LOWCORE_SIZE);
    fake_boot(fake, 1, PSW_64 | PSW_WAIT | PSW_IO, 0, S390IRQ_WAIT);
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct s390irq_queue *queue =
            class->is_floating ? s390irq_vm_queue(fake->vm)
                               : s390irq_vcpu_queue(fake->cpu[1].vcpu);

        if (class->kind == S390IRQ_KIND_CLOCK_COMPARATOR ||
            class->kind == S390IRQ_KIND_CPU_TIMER)
            continue;
        fake_raise(fake, 1, class);
        count = 4;
        assert_int_equal(s390irq_queue_list(queue, list, &count), 0);
        assert_int_equal(count, 1);
        assert_memory_equal(&list[0], &class->record, sizeof list[0]);
        assert_int_equal(s390irq_queue_clear(queue), 1);
    }
    fake_assert_counters(fake);
    fake_close(fake);
}

static void s36_resets_clear_what_pends(void **state)
{
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_IO, 0, S390IRQ_WAIT);
    for (size_t i = 0; i < fake_class_count; i++)
        if (fake_classes[i].kind != S390IRQ_KIND_PROGRAM)
            fake_raise(fake, 0, &fake_classes[i]);
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_PROGRAM));
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    assert_int_equal(fake_pending(fake, 0), 0);
    assert_int_equal(
        fake_floating(fake),
        1u << S390IRQ_KIND_TIMING_ALERT | 1u << S390IRQ_KIND_SERVICE_SIGNAL |
            1u << S390IRQ_KIND_PFAULT_DONE | 1u << S390IRQ_KIND_VIRTIO |
            1u << S390IRQ_KIND_IO | 1u << S390IRQ_KIND_ADAPTER);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_VIRTIO).cleared, 1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_EXTERNAL_CALL).cleared, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "S-1 local and floating interruptions pend in two queues",
          s01_two_queues, NULL, NULL, NULL },
        { "S-2 every type of 2008 can be made pending", s02_types, NULL, NULL,
          NULL },
        { "S-5 an unknown type is a named error and harms nobody",
          s05_unknown_type, NULL, NULL, NULL },
        { "S-14 set prefix uses its parameter, masked, on a stopped CPU only",
          s14_set_prefix, NULL, NULL, NULL },
        { "S-29 a program interruption for a sleeping CPU wakes it",
          s29_program_on_a_sleeping_cpu, NULL, NULL, NULL },
        { "S-30 injection into the VM is checked and bounded", s30_vm_injection,
          NULL, NULL, NULL },
        { "S-33 injection into a CPU and legacy records are checked",
          s33_vcpu_injection_is_checked, NULL, NULL, NULL },
        { "S-34 every local injection raises attention, of its own kind",
          s34_every_local_injection_raises_attention, NULL, NULL, NULL },
        { "S-35 no payload is lost", s35_payload_is_kept, NULL, NULL, NULL },
        { "S-36 resets clear what pends, each in its scope",
          s36_resets_clear_what_pends, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
