/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A state is the same string of bytes on every host, and one that was saved
 * once can always be loaded: fixtures/s390x.bin was saved by this program on a
 * big-endian machine. To repeat that, in either direction, build for the other
 * machine (scripts/cross-setup prepares s390x) and run
 *
 *     S390IRQ_TEST_WRITE=FILE qemu-s390x -L /usr/s390x-linux-gnu \
 *         tests/state/test_fixture
 *
 * which writes the state of that machine to FILE instead of comparing it. Run
 * on both, the two files are alike, and with either of them as the fixture the
 * test passes on both. A version of the format that is out keeps its fixture.
 */
#include "states.h"

#define CPUS        6
#define OTHER_CLOCK UINT64_C(0xfedcba9876000000)

static void inject(struct fake *fake, uint32_t address,
                   struct s390irq_interruption what)
{
    assert_int_equal(s390irq_vcpu_inject(fake->cpu[address].vcpu, &what), 0);
}

static void fill_cpus(struct fake *fake)
{
    static const struct s390irq_interruption local[] = {
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL,
          .source = 0xa7,
          .parameter = 2 },
        { .kind = S390IRQ_KIND_PROGRAM,
          .u.program = { .code = 0x91,
                         .ilc = 6,
                         .flags = S390IRQ_PROGRAM_EXCEPTION_ACCESS,
                         .data_exception_code = 0x11121314,
                         .translation_exception = 0x2122232425262728,
                         .monitor_code = 0x3132333435363738,
                         .per_address = 0x4142434445464748,
                         .monitor_class = 0x5152,
                         .per_code = 0x61,
                         .per_atmid = 0x62,
                         .exception_access = 0x63,
                         .per_access = 0x64,
                         .operand_access = 0x65 } },
        { .kind = S390IRQ_KIND_INTERRUPT_KEY },
        { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 3 },
        { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL, .source = 1 },
        { .kind = S390IRQ_KIND_EXTERNAL_CALL, .source = 2 },
        { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
        { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 0x81828384 },
        { .kind = S390IRQ_KIND_WARNING_TRACK },
        { .kind = S390IRQ_KIND_IUCV, .source = 0x4001 },
        { .kind = S390IRQ_KIND_PFAULT_INIT, .parameter64 = 0x9192939495969798 },
        { .kind = S390IRQ_KIND_PFAULT_INIT, .parameter64 = 1 },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_SYSTEM_DAMAGE |
                                             S390IRQ_MCIC_WARNING |
                                             S390IRQ_MCIC_FAILING_ADDRESS,
                               .failing_address = 0xa1a2a3a4a5a6a7a8,
                               .flags = S390IRQ_MACHINE_CHECK_LOGOUT,
                               .logout = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                           12, 13, 14, 15, 16 } } },
        { .kind = S390IRQ_KIND_RESTART },
    };

    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        inject(fake, 0, local[i]);
    assert_int_equal(s390irq_vcpu_restart(fake->cpu[1].vcpu), 0);
    assert_int_equal(
        fake_sigp(fake, 0, 2, S390IRQ_SIGP_STOP_AND_STORE_STATUS, 0, NULL), 0);
    assert_int_equal(s390irq_vcpu_set_dispatched(fake->cpu[2].vcpu, 0), 0);
}

static void fill_machine(struct fake *fake)
{
    static const struct s390irq_interruption floating[] = {
        { .kind = S390IRQ_KIND_TIMING_ALERT },
        { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x7ffff003 },
        { .kind = S390IRQ_KIND_PFAULT_DONE, .parameter64 = 0xb1b2b3b4b5b6b7b8 },
        { .kind = S390IRQ_KIND_PFAULT_DONE, .parameter64 = 2 },
        { .kind = S390IRQ_KIND_VIRTIO,
          .parameter = 0xc1c2c3c4,
          .parameter64 = 0xd1d2d3d4d5d6d7d8 },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check = { .conditions = S390IRQ_MCIC_CHANNEL_REPORT |
                                             S390IRQ_MCIC_EXTERNAL_DAMAGE |
                                             S390IRQ_MCIC_EXTERNAL_CODE,
                               .external_damage = 0xe1e2e3e4 } },
        { .kind = S390IRQ_KIND_ADAPTER, .u.io.word = 0x98000000 },
    };

    for (uint32_t i = 0; i < 4; i++) {
        s390irq_vm_add_subchannel(fake->vm, 0xfe0b0102 - i * 0x20);
        s390irq_vm_add_subchannel(fake->vm, 0x00010000 + i);
    }
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(s390irq_vm_inject_io(fake->vm, 0x00010003 - i,
                                              0xf1f2f3f0 + i, i % 2 << 29),
                         0);
    for (size_t i = 0; i < sizeof floating / sizeof *floating; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &floating[i]), 0);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x30, 0x20), 0);
    assert_int_equal(
        s390irq_vm_add_adapter(fake->vm, 200, 7, S390IRQ_ADAPTER_MASKABLE), 0);
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 3, 2,
                                            S390IRQ_ADAPTER_SUPPRESSIBLE |
                                                S390IRQ_ADAPTER_SWAP),
                     0);
    assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 200, 1), 0);
    assert_int_equal(s390irq_vm_signal_adapter(fake->vm, 200),
                     S390IRQ_REMEMBERED);
    assert_int_equal(s390irq_vm_signal_adapter(fake->vm, 3),
                     S390IRQ_SUPPRESSED);
}

/* In every state that a CPU can have, with everything that can pend. */
static struct fake *make(void)
{
    struct fake *fake = fake_usual(CPUS);

    s390irq_vm_set_tod_epoch(fake->vm, 2, 0x0123456789abcdef);
    for (uint32_t i = 0; i < 5; i++) {
        struct s390irq_cpu *cpu = &fake->cpu[i].cpu;

        for (uint32_t at = 1; at < 16; at++)
            cpu->cr[at] = UINT64_C(0x0101010101010101) * at + i;
        cpu->cpu_timer = 0x7766554433221100;
        cpu->cpu_timer_since_tod = FAKE_TOD_START - 16;
        cpu->tod_programmable = 0x1234;
        cpu->floating_point_control = 0x00080000;
        cpu->breaking_event_address = 0x998877665544 + i;
        fake_boot(fake, i, PSW_64 | PSW_WAIT, 0xe0, S390IRQ_WAIT_DISABLED);
    }
    assert_int_equal(s390irq_vcpu_pfault_begin(fake->cpu[0].vcpu,
                                               0x0807060504030200, 0xff, 0x0f),
                     0);
    for (uint32_t i = 1; i < 5; i += 3) {
        assert_int_equal(s390irq_vcpu_stop(fake->cpu[i].vcpu), 0);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_STOPPED);
    }
    inject(fake, 3,
           (struct s390irq_interruption){ .kind = S390IRQ_KIND_MACHINE_CHECK,
                                          .u.machine_check.conditions =
                                              S390IRQ_MCIC_PROCESSING_DAMAGE });
    assert_int_equal(fake_deliver(fake, 3), S390IRQ_CHECK_STOP);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[5].vcpu), 0);
    s390irq_vm_pause(fake->vm);
    fill_cpus(fake);
    fill_machine(fake);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    return fake;
}

static FILE *open_fixture(void)
{
    const char *top = getenv("S390IRQ_SRCDIR");
    char path[1024];

    if (top)
        snprintf(path, sizeof path, "%s/tests/state/fixtures/s390x.bin", top);
    else
        snprintf(path, sizeof path, "%.*sfixtures/s390x.bin",
                 (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__);
    return fopen(path, "rb");
}

static uint8_t *read_fixture(size_t *length)
{
    uint8_t *bytes = malloc(65536);
    FILE *file = open_fixture();

    assert_non_null(bytes);
    assert_non_null(file);
    *length = fread(bytes, 1, 65536, file);
    fclose(file);
    return bytes;
}

static void write_state(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void saves_the_same(void **state)
{
    const char *path = getenv("S390IRQ_TEST_WRITE");
    struct fake *fake = make();
    size_t length, expected_length;
    uint8_t *bytes = states_save(fake, &length), *expected;

    (void)state;
    if (path) {
        write_state(path, bytes, length);
    } else {
        expected = read_fixture(&expected_length);
        assert_int_equal(length, expected_length);
        assert_memory_equal(bytes, expected, length);
        free(expected);
    }
    free(bytes);
    fake_close(fake);
}

static void loads(void **state)
{
    struct fake *fake = make(), *other = fake_usual(CPUS);
    size_t length, again_length;
    uint8_t *bytes, *again;

    (void)state;
    if (getenv("S390IRQ_TEST_WRITE"))
        skip();
    bytes = read_fixture(&length);
    atomic_store(&other->tod, OTHER_CLOCK);
    assert_int_equal(states_load(other, fake, bytes, length), 0);
    states_assert_same(fake, other);
    s390irq_vm_pause(other->vm);
    again = states_save(other, &again_length);
    assert_int_equal(again_length, length);
    assert_memory_equal(again, bytes, length);
    free(again);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "fixture: a state is saved as a big-endian host saved it",
          saves_the_same, NULL, NULL, NULL },
        { "fixture: a state from a big-endian host is loaded", loads, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
