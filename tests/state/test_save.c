/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state/save.c: what a snapshot is, and what it does to its VM. */
#include "states.h"

#define SEEDS 40

static int inject_key(struct fake *fake, uint32_t address)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_INTERRUPT_KEY };

    return s390irq_vcpu_inject(fake->cpu[address].vcpu, &what);
}

/* Everything that can be injected answers this. */
static void assert_injections(struct fake *fake, int answer)
{
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    static const struct s390irq_interruption floating[] = {
        { .kind = S390IRQ_KIND_TIMING_ALERT },
        { .kind = S390IRQ_KIND_SERVICE_SIGNAL, .parameter = 0x1000 },
        { .kind = S390IRQ_KIND_PFAULT_DONE },
        { .kind = S390IRQ_KIND_VIRTIO },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT },
        { .kind = S390IRQ_KIND_IO, .u.io.subchannel = 0x00010000 },
        { .kind = S390IRQ_KIND_ADAPTER, .u.io.word = 0x80000000 },
    };
    static const struct s390irq_interruption local[] = {
        { .kind = S390IRQ_KIND_PROGRAM, .u.program.code = 1 },
        { .kind = S390IRQ_KIND_SUPERVISOR_CALL, .parameter = 2 },
        { .kind = S390IRQ_KIND_INTERRUPT_KEY },
        { .kind = S390IRQ_KIND_MALFUNCTION_ALERT },
        { .kind = S390IRQ_KIND_EMERGENCY_SIGNAL },
        { .kind = S390IRQ_KIND_EXTERNAL_CALL },
        { .kind = S390IRQ_KIND_TOD_SYNC_CHECK },
        { .kind = S390IRQ_KIND_MEASUREMENT_ALERT, .parameter = 1 },
        { .kind = S390IRQ_KIND_WARNING_TRACK },
        { .kind = S390IRQ_KIND_IUCV },
        { .kind = S390IRQ_KIND_PFAULT_INIT },
        { .kind = S390IRQ_KIND_MACHINE_CHECK,
          .u.machine_check.conditions = S390IRQ_MCIC_SYSTEM_DAMAGE },
        { .kind = S390IRQ_KIND_RESTART },
        { .kind = S390IRQ_KIND_STOP },
    };

    for (size_t i = 0; i < sizeof floating / sizeof *floating; i++)
        assert_int_equal(s390irq_vm_inject(fake->vm, &floating[i]), answer);
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        assert_int_equal(s390irq_vcpu_inject(vcpu, &local[i]), answer);
    assert_int_equal(s390irq_vm_signal_adapter(fake->vm, 7), answer);
}

static struct fake *paused(uint32_t cpus)
{
    struct fake *fake = fake_usual(cpus);

    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, 0x00010000), 0);
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 7, 3, 0), 0);
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    return fake;
}

/* D-41: from the save to the resume; each one is in the state or refused. */
static void closes_until_resume(void **state)
{
    struct fake *fake = paused(2);
    size_t length;

    (void)state;
    free(states_save(fake, &length));
    assert_injections(fake, S390IRQ_CLOSED);
    assert_int_equal(fake_pending(fake, 0) | fake_floating(fake), 0);
    free(states_save(fake, &length));
    assert_injections(fake, S390IRQ_CLOSED);
    s390irq_vm_resume(fake->vm);
    assert_injections(fake, S390IRQ_QUEUED);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void closed_for_ever(void **state)
{
    struct fake *fake = paused(2);
    size_t length;

    (void)state;
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    free(states_save(fake, &length));
    s390irq_vm_resume(fake->vm);
    assert_injections(fake, S390IRQ_CLOSED);
    fake_close(fake);
    fake = paused(2);
    free(states_save(fake, &length));
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    s390irq_vm_resume(fake->vm);
    assert_injections(fake, S390IRQ_CLOSED);
    fake_close(fake);
}

/* One that is plugged meanwhile takes nothing either. */
static void closes_new_cpus(void **state)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    size_t length;

    (void)state;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    s390irq_vm_pause(fake->vm);
    free(states_save(fake, &length));
    fake_create_cpu(fake, 1);
    assert_int_equal(inject_key(fake, 1), S390IRQ_CLOSED);
    s390irq_vm_resume(fake->vm);
    assert_int_equal(inject_key(fake, 1), S390IRQ_QUEUED);
    fake_close(fake);
}

/* A restart that was given back before its CPU found a reason to end. */
static void restart_before_a_check_stop(void **state)
{
    struct fake *fake = fake_usual(1), *other = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };
    size_t length;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(s390irq_vcpu_restart(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan), 1);
    assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
    assert_int_equal(s390irq_vcpu_check_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_CHECK_STOP);
    s390irq_vm_pause(fake->vm);
    bytes = states_save(fake, &length);
    assert_int_equal(states_load(other, fake, bytes, length), 0);
    states_assert_same(fake, other);
    free(bytes);
    fake_close(other);
    fake_close(fake);
}

static void size_query(void **state)
{
    struct fake *fake = paused(2);
    size_t needed = 0, length;
    uint8_t *bytes;

    (void)state;
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &needed),
                     S390IRQ_E_BUFFER);
    assert_true(needed > 0);
    assert_int_equal(inject_key(fake, 1), S390IRQ_QUEUED);
    bytes = malloc(needed + 100);
    for (length = 0; length < needed; length++) {
        size_t room = length;

        memset(bytes, 0x77, needed + 100);
        assert_int_equal(s390irq_vm_save(fake->vm, bytes, &room),
                         S390IRQ_E_BUFFER);
        assert_int_equal(room, needed);
        for (size_t at = length; at < needed; at++)
            assert_int_equal(bytes[at], 0x77);
    }
    assert_int_equal(inject_key(fake, 0), S390IRQ_QUEUED);
    length = needed + 100;
    assert_int_equal(s390irq_vm_save(fake->vm, bytes, &length), 0);
    assert_int_equal(length, needed);
    assert_int_equal(bytes[needed], 0x77);
    free(bytes);
    fake_close(fake);
}

/*
 * H-31: what comes between the question and the answer makes the state
 * larger; the loop goes on for that reason and no other.
 */
static void grows_meanwhile(void **state)
{
    struct fake *fake = paused(2);
    uint8_t *bytes = NULL;
    size_t length = 0;
    int rounds = 0, rc;

    (void)state;
    while ((rc = s390irq_vm_save(fake->vm, bytes, &length)) ==
           S390IRQ_E_BUFFER) {
        struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO };

        bytes = realloc(bytes, length);
        if (rounds++ < 3)
            assert_int_equal(s390irq_vm_inject(fake->vm, &what),
                             S390IRQ_QUEUED);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(rounds, 4);
    assert_injections(fake, S390IRQ_CLOSED);
    free(bytes);
    fake_close(fake);
}

static void during_clock(struct fake *fake, const char *hook,
                         struct fake_cpu *cpu)
{
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO };
    size_t length = 0;

    (void)cpu;
    if (strcmp(hook, "tod") != 0 || (*(int *)fake->during_argument)++)
        return;
    assert_int_equal(s390irq_vm_inject(fake->vm, &what), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &length),
                     S390IRQ_E_NOT_PARKED);
    assert_int_equal(s390irq_vm_load(fake->vm, "x", 1), S390IRQ_E_FORMAT);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
}

/* The machine is held: nobody unparks, nobody else saves. */
static void held_meanwhile(void **state)
{
    struct fake *fake = paused(2);
    int calls = 0;
    size_t length;

    (void)state;
    fake->during_argument = &calls;
    fake->during = during_clock;
    free(states_save(fake, &length));
    fake->during = NULL;
    assert_true(calls > 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    s390irq_vm_resume(fake->vm);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    fake_close(fake);
}

/* At most 16 bytes for an interruption of a subchannel that there is. */
static void bytes_for_io(void **state)
{
    struct fake *fake = fake_usual(1);
    size_t before = 0, after = 0;

    (void)state;
    s390irq_vm_pause(fake->vm);
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &before),
                     S390IRQ_E_BUFFER);
    for (uint32_t i = 0; i < 1000; i++) {
        s390irq_vm_add_subchannel(fake->vm, 0x00010000 + i);
        assert_int_equal(s390irq_vm_inject_io(fake->vm, 0x00010000 + i, i, 0),
                         0);
    }
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &after), S390IRQ_E_BUFFER);
    assert_true(after - before <= 1000 * 16);
    fake_close(fake);
}

struct firing {
    struct fake *fake;
    int answer;     /* of the route */
    int answers[2]; /* of a save before the summary indicator, and after */
};

static int set_bit(void *vm, void *cpu, uint64_t absolute, uint8_t bits)
{
    struct fake *fake = vm;
    struct firing *firing = fake->during_argument;
    uint8_t bytes[4096], before = fake->ram[absolute];
    size_t length = sizeof bytes;

    (void)cpu;
    firing->answers[absolute == 1] = s390irq_vm_save(fake->vm, bytes, &length);
    fake->ram[absolute] |= bits;
    return before;
}

/* Its indicators are guest storage, which is saved on its own. */
static void route_in_flight(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct fake *fake = fake_prepare(&options);
    struct firing firing = { fake, 0, { 0, 0 } };
    struct s390irq_route route = S390IRQ_ROUTE_INIT;
    size_t length;

    (void)state;
    fake->ops.set_bit = set_bit;
    fake->during_argument = &firing;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    s390irq_vm_add_adapter(fake->vm, 1, 2, S390IRQ_ADAPTER_SWAP);
    s390irq_vm_pause(fake->vm);
    route.adapter = 1;
    route.indicator_absolute = 0;
    route.summary_absolute = 1;
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &route), S390IRQ_QUEUED);
    assert_int_equal(firing.answers[0], S390IRQ_E_NOT_PARKED);
    assert_int_equal(firing.answers[1], S390IRQ_E_NOT_PARKED);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_ADAPTER);
    free(states_save(fake, &length));
    fake->ram[1] = 0;
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &route), S390IRQ_CLOSED);
    assert_int_equal(fake->ram[1], 0);
    fake_close(fake);
}

static void assert_not_parked(struct fake *fake)
{
    uint8_t bytes[8192];
    size_t length = sizeof bytes, none = 0;

    assert_int_equal(s390irq_vm_save(fake->vm, bytes, &length),
                     S390IRQ_E_NOT_PARKED);
    assert_int_equal(length, sizeof bytes);
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &none),
                     S390IRQ_E_NOT_PARKED);
}

/* D-40: checked, not only documented. */
static void not_parked(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    assert_not_parked(fake); /* every CPU is stopped, but not paused */
    fake_boot(fake, 0, PSW_64 | PSW_EXTERNAL, CR0_INTERRUPT_KEY, S390IRQ_RUN);
    assert_not_parked(fake);
    s390irq_vm_pause(fake->vm);
    assert_not_parked(fake);
    s390irq_vm_resume(fake->vm);
    assert_int_equal(inject_key(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(
        s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan), 1);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_not_parked(fake);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    assert_not_parked(fake);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
    assert_int_equal(inject_key(fake, 1), S390IRQ_QUEUED);
    fake_close(fake);
}

static void arguments(void **state)
{
    struct fake *fake = paused(1);
    uint8_t bytes[16];
    size_t length = sizeof bytes;

    (void)state;
    assert_int_equal(s390irq_vm_save(NULL, bytes, &length), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_save(fake->vm, bytes, NULL), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vm_save(fake->vm, NULL, &length),
                     S390IRQ_E_INVALID);
    assert_int_equal(inject_key(fake, 0), S390IRQ_QUEUED);
    fake_close(fake);
}

/* Saving changes nothing but that the VM is closed. */
static void changes_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct fake *fake = states_make(3, seed);
        struct fake_snapshot *before = fake_snapshot(fake);
        size_t length, again;
        uint8_t *first = states_save(fake, &length);
        uint8_t *second = states_save(fake, &again);

        fake_assert_unchanged(fake, before);
        assert_int_equal(length, again);
        assert_memory_equal(first, second, length);
        free(first);
        free(second);
        fake_close(fake);
    }
}

/* A clock that goes on is all that is different a moment later. */
static void header(void **state)
{
    static const uint8_t expected[] = { 'S', '3', '9', '0', 'I', 'R', 'Q', 0,
                                        0,   0,   0,   1,   0,   0,   0,   0 };
    struct fake *fake = paused(1);
    size_t length;
    uint8_t *bytes = states_save(fake, &length), *sealed = malloc(length);

    (void)state;
    assert_memory_equal(bytes, expected, sizeof expected);
    assert_int_equal(bytes[22] << 8 | bytes[23], length);
    memcpy(sealed, bytes, length);
    states_seal(sealed, length);
    assert_memory_equal(sealed, bytes, length);
    free(sealed);
    free(bytes);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "save: injections are refused until resume", closes_until_resume,
          NULL, NULL, NULL },
        { "save: a VM that was closed stays closed", closed_for_ever, NULL,
          NULL, NULL },
        { "save: a CPU that is plugged meanwhile is closed too",
          closes_new_cpus, NULL, NULL, NULL },
        { "save: V-19, the size is asked for and nothing closes", size_query,
          NULL, NULL, NULL },
        { "save: H-31, a state that grows between two calls", grows_meanwhile,
          NULL, NULL, NULL },
        { "save: the machine is held meanwhile", held_meanwhile, NULL, NULL,
          NULL },
        { "save: sixteen bytes for an I/O interruption", bytes_for_io, NULL,
          NULL, NULL },
        { "save: a route that is being fired", route_in_flight, NULL, NULL,
          NULL },
        { "save: a machine that is not paused and parked", not_parked, NULL,
          NULL, NULL },
        { "save: arguments", arguments, NULL, NULL, NULL },
        { "save: nothing changes, and the bytes are the same again",
          changes_nothing, NULL, NULL, NULL },
        { "save: the header and the checksum", header, NULL, NULL, NULL },
        { "save: a restart outstanding before a check-stop",
          restart_before_a_check_stop, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
