/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state/load.c, check.c, apply.c: what becomes of a snapshot. */
#include "states.h"

#define SEEDS       60
#define OTHER_CLOCK UINT64_C(0x7654321000)

/* A VM whose clock is another one, with the state of `from`. */
static struct fake *load(const struct fake *from, const uint8_t *bytes,
                         size_t length)
{
    struct fake *fake = fake_usual(from->cpus);

    atomic_store(&fake->tod, OTHER_CLOCK);
    assert_int_equal(states_load(fake, from, bytes, length), 0);
    return fake;
}

/* Everything that can pend when a machine is saved, and every state. */
#define KINDS                                                               \
    (((1u << (S390IRQ_KIND_ADAPTER + 1)) - 2) &                             \
     ~(1u << S390IRQ_KIND_CLOCK_COMPARATOR | 1u << S390IRQ_KIND_CPU_TIMER | \
       1u << S390IRQ_KIND_SET_PREFIX))
#define STATES                                                     \
    (1u << S390IRQ_STATE_OPERATING | 1u << S390IRQ_STATE_STOPPED | \
     1u << S390IRQ_STATE_CHECK_STOP)

/* H-27, H-28: what pends at CPUs, the instruction length of a program. */
static void round_trips(void **state)
{
    uint32_t kinds = 0, states = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct fake *fake = states_make(3, seed), *other;
        size_t length, again;
        uint8_t *first = states_save(fake, &length), *second;

        other = load(fake, first, length);
        states_assert_same(fake, other);
        kinds |= fake_floating(other);
        for (uint32_t i = 0; i < 3; i++) {
            kinds |= fake_pending(other, i);
            states |= 1u << s390irq_vcpu_state(other->cpu[i].vcpu);
        }
        s390irq_vm_pause(other->vm);
        second = states_save(other, &again);
        assert_int_equal(again, length);
        assert_memory_equal(first, second, length);
        fake_assert_counters(other);
        free(first);
        free(second);
        fake_close(other);
        fake_close(fake);
    }
    assert_int_equal(kinds, KINDS);
    assert_int_equal(states, STATES);
}

/* The host's copy of the registers is what the library has. */
static void come_by(struct fake *fake)
{
    s390irq_vm_pause(fake->vm);
    for (uint32_t i = 0; i < fake->cpus; i++)
        assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
}

static void same_deliveries(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct fake *fake = states_make(3, seed), *other;
        size_t length;
        uint8_t *bytes = states_save(fake, &length);

        other = load(fake, bytes, length);
        come_by(fake);
        come_by(other);
        states_assert_same_deliveries(fake, other, seed);
        fake_assert_counters(other);
        free(bytes);
        fake_close(other);
        fake_close(fake);
    }
}

static void missing_cpus(void **state)
{
    struct states_sample sample = states_sample(3, 15);
    struct fake_options options = { .cpus = 3, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);

    (void)state;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    fake_create_cpu(fake, 2);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(fake_floating(fake), 0);
    fake_create_cpu(fake, 1);
    states_assert_refused(fake, sample.bytes, sample.length - 1,
                          S390IRQ_E_FORMAT);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[2].vcpu), 0);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length),
                     S390IRQ_E_NO_CPU);
    fake_create_cpu(fake, 2);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    states_assert_same(sample.fake, fake);
    fake_close(fake);
    states_drop(&sample);
}

/* CPUs are as the state has them: those that it has not are unplugged. */
static void more_cpus(void **state)
{
    struct fake *fake = states_make(4, 16), *other = fake_usual(5);
    struct s390irq_interruption key = { .kind = S390IRQ_KIND_INTERRUPT_KEY };
    size_t length;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[1].vcpu), 0);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[3].vcpu), 0);
    bytes = states_save(fake, &length);
    fake_boot(other, 1, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject(other->cpu[1].vcpu, &key), 0);
    s390irq_vm_pause(other->vm);
    assert_int_equal(fake_deliver(other, 1), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(s390irq_vm_cpu(other->vm, i) != NULL,
                         i == 0 || i == 2);
    assert_int_equal(s390irq_vcpu_inject(other->cpu[1].vcpu, &key),
                     S390IRQ_E_NO_CPU);
    assert_int_equal(fake_deliver(other, 1), S390IRQ_E_NO_CPU);
    s390irq_vm_resume(other->vm);
    fake_create_cpu(other, 1);
    assert_int_equal(fake_pending(other, 1), 0);
    fake_boot(other, 1, PSW_64 | PSW_EXTERNAL, CR0_INTERRUPT_KEY, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject(other->cpu[1].vcpu, &key), 0);
    assert_int_equal(fake_deliver(other, 1), S390IRQ_RUN);
    assert_int_equal(other->cpu[1].report.taken, 1);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

static void not_parked(void **state)
{
    struct states_sample sample = states_sample(2, 17);
    struct fake *fake = fake_usual(2);

    (void)state;
    fake_boot(fake, 1, PSW_64, 0, S390IRQ_RUN);
    states_assert_refused(fake, sample.bytes, sample.length,
                          S390IRQ_E_NOT_PARKED);
    s390irq_vm_pause(fake->vm);
    states_assert_refused(fake, sample.bytes, sample.length,
                          S390IRQ_E_NOT_PARKED);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    fake_close(fake);
    states_drop(&sample);
}

static void arguments(void **state)
{
    struct states_sample sample = states_sample(1, 18);

    (void)state;
    assert_int_equal(s390irq_vm_load(NULL, sample.bytes, sample.length),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_load(sample.fake->vm, NULL, sample.length),
                     S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_load(sample.fake->vm, NULL, 0),
                     S390IRQ_E_INVALID);
    states_drop(&sample);
}

/* The owner learns what is different, once. */
static void changes(void **state)
{
    struct fake *fake = fake_usual(2), *other = fake_usual(2);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    size_t length;
    uint8_t *bytes;

    (void)state;
    fake_boot(fake, 0, PSW_64 | PSW_WAIT | PSW_EXTERNAL, 0, S390IRQ_WAIT);
    s390irq_vm_pause(fake->vm);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[1].vcpu, S390IRQ_RESET_CLEAR),
                     0);
    bytes = states_save(fake, &length);
    assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
    assert_true(fake_attention(other, 0) && fake_attention(other, 1));
    assert_int_equal(fake_wakes(other, 0), 1);
    assert_int_equal(fake_wakes(other, 1), 1);
    assert_int_equal(fake_deliver(other, 0), S390IRQ_WAIT);
    assert_int_equal(other->cpu[0].report.changed,
                     S390IRQ_CHANGED_LOADED | S390IRQ_CHANGED_PSW |
                         S390IRQ_CHANGED_CONTROL | S390IRQ_CHANGED_PREFIX |
                         S390IRQ_CHANGED_TIMERS);
    assert_int_equal(s390irq_vcpu_get_cpu(fake->cpu[0].vcpu, &cpu), 0);
    assert_memory_equal(&cpu, &other->cpu[0].cpu, sizeof cpu);
    assert_int_equal(fake_deliver(other, 0), S390IRQ_WAIT);
    assert_int_equal(other->cpu[0].report.changed, 0);
    assert_int_equal(fake_deliver(other, 1), S390IRQ_STOPPED);
    assert_int_equal(other->cpu[1].report.changed,
                     S390IRQ_CHANGED_LOADED | S390IRQ_CHANGED_CLEAR);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

/* A stopped CPU's other registers are in the state. */
static void other_registers(void **state)
{
    struct s390irq_registers expected = S390IRQ_REGISTERS_INIT;
    struct s390irq_registers loaded = S390IRQ_REGISTERS_INIT;
    struct fake *fake = fake_usual(2), *other = fake_usual(2);
    size_t length;
    uint8_t *bytes;

    (void)state;
    for (uint32_t i = 0; i < 2; i++)
        fake_boot(fake, i, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[1].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_STOPPED);
    s390irq_vm_pause(fake->vm);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    bytes = states_save(fake, &length);
    assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
    assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[1].vcpu, &expected),
                     0);
    assert_memory_equal(&expected, &fake->cpu[1].registers, sizeof expected);
    assert_int_equal(s390irq_vcpu_get_registers(other->cpu[1].vcpu, &loaded),
                     0);
    assert_memory_equal(&loaded, &expected, sizeof loaded);
    assert_int_equal(s390irq_vcpu_get_registers(other->cpu[0].vcpu, &loaded),
                     S390IRQ_E_STATE);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

/* The guest's clock and the CPU timers go on from where they were. */
static void clocks(void **state)
{
    struct fake *fake = fake_usual(3), *other = fake_usual(3);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    uint64_t tod;
    size_t length;
    uint8_t *bytes;

    (void)state;
    s390irq_vm_set_tod(fake->vm, 1000000);
    for (uint32_t i = 0; i < 2; i++) {
        cpu.psw_mask = PSW_64 | PSW_WAIT | PSW_EXTERNAL;
        cpu.cr[0] = CR0_CLOCK_COMPARATOR;
        cpu.prefix = fake_prefix(i);
        cpu.clock_comparator = 1000500;
        cpu.cpu_timer = 8000;
        cpu.cpu_timer_since_tod = atomic_load(&fake->tod);
        assert_int_equal(s390irq_vcpu_start(fake->cpu[i].vcpu, &cpu), 0);
        assert_int_equal(fake_deliver(fake, i), S390IRQ_WAIT);
    }
    atomic_fetch_add(&fake->tod, 100);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[1].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_STOPPED);
    atomic_fetch_add(&fake->tod, 200);
    s390irq_vm_pause(fake->vm);
    bytes = states_save(fake, &length);
    atomic_store(&other->tod, OTHER_CLOCK);
    assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
    s390irq_vm_get_tod(other->vm, &tod);
    assert_int_equal(tod, 1000300);
    s390irq_vcpu_get_cpu(other->cpu[0].vcpu, &cpu);
    assert_int_equal(cpu.cpu_timer, 7700);
    assert_int_equal(cpu.cpu_timer_since_tod, OTHER_CLOCK);
    s390irq_vcpu_get_cpu(other->cpu[1].vcpu, &cpu);
    assert_int_equal(cpu.cpu_timer, 7900);
    assert_int_equal(cpu.cpu_timer_since_tod, 0);
    assert_int_equal(fake_deliver(other, 0), S390IRQ_WAIT);
    assert_int_equal(other->cpu[0].report.deadline_tod, OTHER_CLOCK + 201);
    atomic_fetch_add(&other->tod, 50);
    assert_int_equal(s390irq_vcpu_start(other->cpu[1].vcpu, NULL), 0);
    s390irq_vcpu_get_cpu(other->cpu[1].vcpu, &cpu);
    assert_int_equal(cpu.cpu_timer, 7900);
    assert_int_equal(cpu.cpu_timer_since_tod, OTHER_CLOCK + 50);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

/* Orders that nobody has carried out yet are so afterwards. */
static void orders(void **state)
{
    struct fake *fake = fake_usual(4), *other = fake_usual(4);
    uint32_t status;
    size_t length;
    uint8_t *bytes;

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, PSW_64 | PSW_WAIT, 0, S390IRQ_WAIT_DISABLED);
    s390irq_vm_pause(fake->vm);
    assert_int_equal(fake_sigp(fake, 0, 1, S390IRQ_SIGP_STOP, 0, NULL), 0);
    assert_int_equal(
        fake_sigp(fake, 0, 2, S390IRQ_SIGP_STOP_AND_STORE_STATUS, 0, NULL), 0);
    assert_int_equal(fake_sigp(fake, 0, 3, S390IRQ_SIGP_RESTART, 0, NULL), 0);
    bytes = states_save(fake, &length);
    assert_int_equal(states_load(other, fake, bytes, length), 0);
    for (uint32_t i = 1; i < 4; i++)
        assert_int_equal(fake_sigp(other, 0, i, S390IRQ_SIGP_SENSE, 0, &status),
                         2);
    for (uint32_t i = 1; i < 4; i++) {
        assert_int_equal(fake_deliver(other, i),
                         i == 3 ? S390IRQ_RUN : S390IRQ_STOPPED);
        assert_int_equal(fake_sigp(other, 0, i, S390IRQ_SIGP_SENSE, 0, &status),
                         i == 3 ? 0 : 1);
    }
    assert_int_equal(other->cpu[3].cpu.psw_address,
                     0x10000 + LOWCORE_RESTART_NEW);
    assert_int_equal(fake_load(other, 0x1280 + 8, 8),
                     other->cpu[2].registers.general[1]);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

/* A CPU that was about to enter the check-stop state does so afterwards. */
static void check_stop_to_come(void **state)
{
    struct fake *fake = fake_usual(2), *other = fake_usual(2);
    size_t length;
    uint8_t *bytes;

    (void)state;
    for (uint32_t i = 0; i < 2; i++)
        fake_boot(fake, i, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_check_stop(fake->cpu[1].vcpu), 0);
    s390irq_vm_pause(fake->vm);
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(fake_deliver(fake, i), S390IRQ_PAUSED);
    bytes = states_save(fake, &length);
    assert_int_equal(states_load(other, fake, bytes, length), 0);
    assert_int_equal(s390irq_vcpu_state(other->cpu[1].vcpu),
                     S390IRQ_STATE_OPERATING);
    assert_int_equal(fake_deliver(other, 0), S390IRQ_RUN);
    assert_int_equal(fake_deliver(other, 1), S390IRQ_CHECK_STOP);
    assert_int_equal(fake_pending(other, 0),
                     1u << S390IRQ_KIND_MALFUNCTION_ALERT);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

/* What pended before is cleared, and counted so. */
static void replaces(void **state)
{
    struct states_sample sample;
    struct fake *fake = states_make(3, 4711);
    uint64_t cleared = 0;

    (void)state;
    sample.fake = fake_usual(3);
    s390irq_vm_pause(sample.fake->vm);
    sample.bytes = states_save(sample.fake, &sample.length);
    assert_true(fake_floating(fake) != 0);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    assert_int_equal(fake_floating(fake), 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(fake_pending(fake, i), 0);
    states_assert_same(sample.fake, fake);
    fake_assert_counters(fake);
    for (uint32_t kind = 0; kind < S390IRQ_KIND_LIMIT; kind++)
        cleared += fake_counter(fake, kind).cleared;
    assert_true(cleared > 0);
    fake_close(fake);
    states_drop(&sample);
}

/* The way back: what was saved is loaded into the same VM. */
static void same_vm(void **state)
{
    struct states_sample sample = states_sample(3, 19);
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO };
    struct fake *other = fake_usual(3);
    size_t length;
    uint8_t *again;

    (void)state;
    assert_int_equal(s390irq_vm_load(other->vm, sample.bytes, sample.length),
                     0);
    s390irq_vm_reset(sample.fake->vm);
    assert_int_equal(
        s390irq_vm_load(sample.fake->vm, sample.bytes, sample.length), 0);
    states_assert_same(sample.fake, other);
    assert_int_equal(s390irq_vm_inject(sample.fake->vm, &what), S390IRQ_CLOSED);
    again = states_save(sample.fake, &length);
    assert_int_equal(length, sample.length);
    assert_memory_equal(again, sample.bytes, length);
    free(again);
    s390irq_vm_resume(sample.fake->vm);
    assert_int_equal(s390irq_vm_inject(sample.fake->vm, &what), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_inject(other->vm, &what), S390IRQ_QUEUED);
    fake_close(other);
    states_drop(&sample);
}

static void closed_vm(void **state)
{
    struct states_sample sample = states_sample(2, 20);
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO };
    struct fake *fake = fake_usual(2);

    (void)state;
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length), 0);
    states_assert_same(sample.fake, fake);
    assert_int_equal(s390irq_vm_inject(fake->vm, &what), S390IRQ_CLOSED);
    fake_close(fake);
    states_drop(&sample);
}

/* Memory for subchannels is made before anything changes. */
static void no_memory(void **state)
{
    struct states_sample sample = states_sample(2, 21);

    (void)state;
    for (unsigned at = 1;; at++) {
        struct fake *fake = fake_usual(2);
        struct fake_snapshot *before = fake_snapshot(fake);
        int rc;

        fake->fail_allocation = atomic_load(&fake->allocations) + at;
        rc = s390irq_vm_load(fake->vm, sample.bytes, sample.length);
        if (rc == 0) {
            assert_true(at > 4);
            free(before);
            fake_close(fake);
            break;
        }
        assert_int_equal(rc, S390IRQ_E_NO_MEMORY);
        fake_assert_unchanged(fake, before);
        fake->fail_allocation = 0;
        assert_int_equal(s390irq_vm_load(fake->vm, sample.bytes, sample.length),
                         0);
        states_assert_same(sample.fake, fake);
        fake_close(fake);
    }
    states_drop(&sample);
}

/* Of one ISC adapter and subchannels take turns, and go on doing so. */
static void turns(void **state)
{
    struct s390irq_interruption adapter = { .kind = S390IRQ_KIND_ADAPTER,
                                            .u.io.word = 0x90000000 };

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct fake *fake = fake_usual(1), *other = fake_usual(1);
        struct s390irq_interruption taken;
        struct states_sample sample = { .fake = fake };

        for (uint32_t i = 1; i < 4; i++) {
            s390irq_vm_add_subchannel(fake->vm, 0x00010000 + i);
            s390irq_vm_inject_io(fake->vm, 0x00010000 + i, i, 0x10000000);
        }
        if (turn)
            s390irq_queue_take_io(s390irq_vm_queue(fake->vm), 0xff, 0, &taken);
        s390irq_vm_inject(fake->vm, &adapter);
        s390irq_vm_pause(fake->vm);
        sample.bytes = states_save(fake, &sample.length);
        assert_int_equal(
            s390irq_vm_load(other->vm, sample.bytes, sample.length), 0);
        states_assert_same(fake, other);
        assert_int_equal(
            s390irq_queue_take_io(s390irq_vm_queue(other->vm), 0xff, 0, &taken),
            1);
        assert_int_equal(taken.kind,
                         turn ? S390IRQ_KIND_ADAPTER : S390IRQ_KIND_IO);
        fake_close(other);
        states_drop(&sample);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "load: H-27, H-28, everything is there again", round_trips, NULL,
          NULL, NULL },
        { "load: the same deliveries as without", same_deliveries, NULL, NULL,
          NULL },
        { "load: a CPU that has not been created", missing_cpus, NULL, NULL,
          NULL },
        { "load: CPUs that the state has not", more_cpus, NULL, NULL, NULL },
        { "load: a CPU that is not parked", not_parked, NULL, NULL, NULL },
        { "load: arguments", arguments, NULL, NULL, NULL },
        { "load: the next deliver says what changed", changes, NULL, NULL,
          NULL },
        { "load: the other registers of a stopped CPU", other_registers, NULL,
          NULL, NULL },
        { "load: clocks go on from where they were", clocks, NULL, NULL, NULL },
        { "load: outstanding orders", orders, NULL, NULL, NULL },
        { "load: a check-stop that is to come", check_stop_to_come, NULL, NULL,
          NULL },
        { "load: what pended before is gone", replaces, NULL, NULL, NULL },
        { "load: no memory at any point", no_memory, NULL, NULL, NULL },
        { "load: turns of adapter and subchannels", turns, NULL, NULL, NULL },
        { "load: into the VM that was saved", same_vm, NULL, NULL, NULL },
        { "load: into a VM that is closed", closed_vm, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
