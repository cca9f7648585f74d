/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The registers hook: asked on the owner's thread when a CPU stops, kept as
 * long as it does not run, so that its status can be stored without it.
 */
#include "fake.h"

#include "checks.h"

#define OPEN (PSW_64 | PSW_EXTERNAL)

static struct s390irq_registers got;

static int get(struct fake *fake, uint32_t address)
{
    memset(&got, 0xa5, sizeof got);
    got.size = sizeof got;
    return s390irq_vcpu_get_registers(fake->cpu[address].vcpu, &got);
}

static void assert_has(struct fake *fake, uint32_t address,
                       const struct s390irq_registers *registers)
{
    assert_int_equal(get(fake, address), 0);
    assert_memory_equal(&got, registers, sizeof got);
}

static void assert_zero(struct fake *fake, uint32_t address)
{
    static const struct s390irq_registers zero = S390IRQ_REGISTERS_INIT;

    assert_has(fake, address, &zero);
}

static unsigned reads(struct fake *fake, uint32_t address)
{
    return atomic_load(&fake->cpu[address].register_reads);
}

static void zero_at_creation(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    assert_zero(fake, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_zero(fake, 0);
    assert_int_equal(reads(fake, 0), 0);
    fake_close(fake);
}

/* Asked when it stops, not before and not again. */
static void when_it_stops(void **state)
{
    struct fake *fake = fake_usual(2);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    cpu->cpu.psw_mask = OPEN | PSW_WAIT;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_WAIT);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    assert_int_equal(reads(fake, 0), 0);
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    assert_int_equal(reads(fake, 0), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(reads(fake, 0), 1);
    assert_has(fake, 0, &cpu->registers);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(reads(fake, 0), 1);
    /* Started, it may change them; stopped again, it is asked again. */
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, NULL), 0);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    cpu->registers.general[7] = 0x777;
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(reads(fake, 0), 2);
    assert_has(fake, 0, &cpu->registers);
    fake_close(fake);
}

/* A reset while it slept: the registers are there once its owner comes by. */
static void reset_while_asleep(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR;
         kind++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
        assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, kind), 0);
        assert_int_equal(reads(fake, 0), 0);
        if (kind == S390IRQ_RESET_CLEAR)
            assert_zero(fake, 0);
        else
            assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(reads(fake, 0), kind != S390IRQ_RESET_CLEAR);
        if (kind == S390IRQ_RESET_CLEAR)
            assert_zero(fake, 0);
        else
            assert_has(fake, 0, &cpu->registers);
        fake_close(fake);
    }
}

/* The same of a running one, by its owner. */
static void reset_while_running(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR;
         kind++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, kind), 0);
        assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(reads(fake, 0), kind != S390IRQ_RESET_CLEAR);
        if (kind == S390IRQ_RESET_CLEAR)
            assert_zero(fake, 0);
        else
            assert_has(fake, 0, &cpu->registers);
        fake_close(fake);
    }
}

/* PoP ch. 4: clear reset clears them, the others leave them. */
static void reset_while_stopped(void **state)
{
    (void)state;
    for (uint32_t kind = S390IRQ_RESET_CPU; kind <= S390IRQ_RESET_CLEAR;
         kind++) {
        struct fake *fake = fake_usual(1);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
        assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, kind), 0);
        if (kind == S390IRQ_RESET_CLEAR)
            assert_zero(fake, 0);
        else
            assert_has(fake, 0, &cpu->registers);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
        assert_int_equal(reads(fake, 0), 1);
        fake_close(fake);
    }
}

/* After check-stop they are asked for when a reset has made it stopped. */
static void check_stop(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    fake_check_stop(fake, 0);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    assert_int_equal(reads(fake, 0), 0);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_has(fake, 0, &fake->cpu[0].registers);
    fake_close(fake);
}

static void without_hook(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .hooks =
                                        FAKE_USUAL & ~FAKE_HOOK_REGISTERS };
    struct fake *fake = fake_open(&options);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    fake_close(fake);
}

/* A hook that fails is asked again by the next deliver. */
static void lost(void **state)
{
    struct fake *fake = fake_usual(1);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    cpu->registers_lost = 1;
    assert_int_equal(s390irq_vcpu_stop(cpu->vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    cpu->registers_lost = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_has(fake, 0, &cpu->registers);
    assert_int_equal(reads(fake, 0), 2);
    fake_close(fake);
}

/* A failed get leaves the caller's structure alone. */
static void errors(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_registers before;

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    memset(&before, 0xa5, sizeof before);
    before.size = sizeof before;
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
    assert_memory_equal(&got, &before, sizeof got);
    assert_int_equal(s390irq_vcpu_get_registers(NULL, &got), S390IRQ_E_INVALID);
    assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[1].vcpu, NULL),
                     S390IRQ_E_INVALID);
    got.size = sizeof got - 8;
    assert_int_equal(s390irq_vcpu_get_registers(fake->cpu[1].vcpu, &got),
                     S390IRQ_E_STRUCT_TOO_SMALL);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[1].vcpu), 0);
    assert_int_equal(get(fake, 1), S390IRQ_E_NO_CPU);
    assert_int_equal(s390irq_struct_size(S390IRQ_STRUCT_REGISTERS), sizeof got);
    fake_close(fake);
}

/* A CPU that is plugged again is as new. */
static void plugged_again(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vcpu_unplug(fake->cpu[0].vcpu), 0);
    fake_create_cpu(fake, 0);
    assert_zero(fake, 0);
    fake_close(fake);
}

/* prepare that finds the CPU stopped leaves it with its registers. */
static void by_prepare(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU),
                     0);
    assert_int_equal(check_prepare(fake, 0), S390IRQ_E_STATE);
    assert_has(fake, 0, &fake->cpu[0].registers);
    fake_close(fake);
}

/* In a pause a stopped CPU has them too, for those who save the VM. */
static void in_a_pause(void **state)
{
    (void)state;
    for (int asleep = 0; asleep < 2; asleep++) {
        struct fake *fake = fake_usual(1);

        fake_boot(fake, 0, asleep ? OPEN | PSW_WAIT : OPEN, 0,
                  asleep ? S390IRQ_WAIT : S390IRQ_RUN);
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(s390irq_vm_pause(fake->vm), asleep);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
        assert_has(fake, 0, &fake->cpu[0].registers);
        assert_int_equal(s390irq_vm_resume(fake->vm), 0);
        fake_close(fake);
    }
}

/* Loads what was saved of a stopped CPU into another VM. */
static struct fake *loaded(struct s390irq_registers *registers)
{
    struct fake *from = fake_usual(2), *to = fake_usual(2);
    size_t length = 0;
    void *state;

    fake_boot(from, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(from->cpu[0].vcpu), 0);
    from->cpu[0].registers.general[5] = 0x555;
    assert_int_equal(fake_deliver(from, 0), S390IRQ_STOPPED);
    *registers = from->cpu[0].registers;
    assert_int_equal(s390irq_vm_pause(from->vm), 1);
    assert_int_equal(s390irq_vm_save(from->vm, NULL, &length),
                     S390IRQ_E_BUFFER);
    state = malloc(length);
    assert_non_null(state);
    assert_int_equal(s390irq_vm_save(from->vm, state, &length), 0);
    assert_int_equal(s390irq_vm_pause(to->vm), 1);
    assert_int_equal(s390irq_vm_load(to->vm, state, length), 0);
    assert_int_equal(s390irq_vm_resume(to->vm), 0);
    free(state);
    fake_close(from);
    return to;
}

/* Started by another CPU before its owner came by: they are not lost. */
static void loaded_and_started(void **state)
{
    (void)state;
    for (int prepares = 0; prepares < 2; prepares++) {
        struct s390irq_registers registers;
        struct fake *fake = loaded(&registers);
        struct fake_cpu *cpu = &fake->cpu[0];

        assert_has(fake, 0, &registers);
        assert_int_equal(fake_sigp(fake, 1, 0, S390IRQ_SIGP_START, 0, NULL), 0);
        if (prepares) {
            fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_RESTART));
            assert_int_equal(check_prepare(fake, 0), 1);
            check_commit(fake, 0);
        }
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_true(cpu->report.changed & S390IRQ_CHANGED_LOADED);
        assert_has(fake, 0, &registers);
        assert_int_equal(reads(fake, 0), 0);
        /* Now it has run. */
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
        fake_close(fake);
    }
}

/* What happens inside the hook, once. */
struct meanwhile {
    void (*happens)(struct fake *fake);
};

static void meanwhile(struct fake *fake, const char *hook, struct fake_cpu *cpu)
{
    const struct meanwhile *what = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, "registers") != 0)
        return;
    fake->during = NULL;
    what->happens(fake);
}

static void clear_reset(struct fake *fake)
{
    assert_int_equal(s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CLEAR),
                     0);
}

static void start(struct fake *fake)
{
    assert_int_equal(s390irq_vcpu_start(fake->cpu[0].vcpu, NULL), 0);
}

static void stop_order(struct fake *fake)
{
    uint32_t status = 0;

    /* The hook runs without a lock: this answers, and at once. */
    assert_int_equal(fake_sigp(fake, 0, 0, S390IRQ_SIGP_SENSE, 0, &status), 2);
    assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
}

/* Parked by a pause, others act on it while its owner is in the hook. */
static void others_while_in_the_hook(void **state)
{
    static const struct meanwhile clear = { clear_reset }, begin = { start };

    (void)state;
    for (int starts = 0; starts < 2; starts++) {
        struct fake *fake = fake_usual(1);

        fake_boot(fake, 0, OPEN | PSW_WAIT, 0, S390IRQ_WAIT);
        assert_int_equal(
            s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_CPU), 0);
        assert_int_equal(s390irq_vm_pause(fake->vm), 1);
        fake->during = meanwhile;
        fake->during_argument = starts ? (void *)&begin : (void *)&clear;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_PAUSED);
        assert_null(fake->during);
        if (starts)
            assert_int_equal(get(fake, 0), S390IRQ_E_STATE);
        else
            assert_zero(fake, 0);
        fake_close(fake);
    }
}

static void no_lock_in_the_hook(void **state)
{
    static const struct meanwhile what = { stop_order };
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    fake->during = meanwhile;
    fake->during_argument = (void *)&what;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_null(fake->during);
    assert_has(fake, 0, &fake->cpu[0].registers);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "registers: zero at creation", zero_at_creation, NULL, NULL, NULL },
        { "registers: asked when the CPU stops", when_it_stops, NULL, NULL,
          NULL },
        { "registers: a reset while asleep", reset_while_asleep, NULL, NULL,
          NULL },
        { "registers: a reset while running", reset_while_running, NULL, NULL,
          NULL },
        { "registers: a reset while stopped", reset_while_stopped, NULL, NULL,
          NULL },
        { "registers: not for check-stop", check_stop, NULL, NULL, NULL },
        { "registers: without the hook", without_hook, NULL, NULL, NULL },
        { "registers: lost, and asked for again", lost, NULL, NULL, NULL },
        { "registers: errors leave the structure alone", errors, NULL, NULL,
          NULL },
        { "registers: a CPU plugged again is as new", plugged_again, NULL, NULL,
          NULL },
        { "registers: found stopped by prepare", by_prepare, NULL, NULL, NULL },
        { "registers: in a pause", in_a_pause, NULL, NULL, NULL },
        { "registers: loaded, and started before deliver", loaded_and_started,
          NULL, NULL, NULL },
        { "registers: others act while the hook runs", others_while_in_the_hook,
          NULL, NULL, NULL },
        { "registers: no lock is held in the hook", no_lock_in_the_hook, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
