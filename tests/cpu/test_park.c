/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/park.c: who has the registers, and the owner's half of waking. */
#include "fake.h"

#include "cpu/park.h"
#include "cpu/route.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL)
#define WAITING (OPEN | PSW_WAIT)
#define ALERT   SI_BIT(SI_CLASS_TIMING_ALERT)
#define KEY     SI_BIT(SI_CLASS_INTERRUPT_KEY)

/* CPU 0 runs, as after a deliver that answered RUN. */
static struct fake *fake_running(unsigned hooks)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL | hooks };
    struct fake *fake = fake_open(&options);

    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    return fake;
}

static void valid_prefixes(void **state)
{
    static const struct {
        uint32_t prefix;
        int valid;
    } rows[] = {
        { 0, 1 },      { 0x2000, 1 },     { 0x7fffe000, 1 }, { 0x1000, 0 },
        { 0x2001, 0 }, { 0x80000000, 0 }, { 0x80002000, 0 }, { UINT32_MAX, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = { .prefix = rows[i].prefix };

        assert_int_equal(si_park_valid(&cpu), rows[i].valid);
    }
}

static void copy_keeps_the_size(void **state)
{
    struct s390irq_cpu from = S390IRQ_CPU_INIT, to;

    (void)state;
    from.prefix = 0x2000;
    from.breaking_event_address = 77;
    memset(&to, 0xff, sizeof to);
    to.size = 12345;
    si_park_copy(&to, &from);
    assert_int_equal(to.size, 12345);
    to.size = from.size;
    assert_memory_equal(&to, &from, sizeof to);
}

/* Every byte of the registers, and what it belongs to. */
static void differences(void **state)
{
    static const struct {
        size_t from;
        size_t to;
        uint32_t changed;
    } rows[] = {
        { offsetof(struct s390irq_cpu, size),
          offsetof(struct s390irq_cpu, prefix), 0 },
        { offsetof(struct s390irq_cpu, prefix),
          offsetof(struct s390irq_cpu, psw_mask), S390IRQ_CHANGED_PREFIX },
        { offsetof(struct s390irq_cpu, psw_mask),
          offsetof(struct s390irq_cpu, cr), S390IRQ_CHANGED_PSW },
        { offsetof(struct s390irq_cpu, cr),
          offsetof(struct s390irq_cpu, clock_comparator),
          S390IRQ_CHANGED_CONTROL },
        { offsetof(struct s390irq_cpu, clock_comparator),
          offsetof(struct s390irq_cpu, tod_programmable),
          S390IRQ_CHANGED_TIMERS },
        { offsetof(struct s390irq_cpu, tod_programmable),
          sizeof(struct s390irq_cpu), S390IRQ_CHANGED_OTHER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t at = rows[i].from; at < rows[i].to; at++) {
            struct s390irq_cpu a = S390IRQ_CPU_INIT, b = S390IRQ_CPU_INIT;

            assert_int_equal(si_park_differences(&a, &b), 0);
            ((uint8_t *)&b)[at] ^= 0x80;
            assert_int_equal(si_park_differences(&a, &b), rows[i].changed);
        }
}

static void freeze(void **state)
{
    struct s390irq_cpu cpu = { .cpu_timer = 100, .cpu_timer_since_tod = 5000 };

    (void)state;
    assert_true(si_park_freeze(&cpu, 5101));
    assert_int_equal(cpu.cpu_timer, UINT64_MAX);
    assert_int_equal(cpu.cpu_timer_since_tod, 0);
    assert_false(si_park_freeze(&cpu, 9999));
    assert_int_equal(cpu.cpu_timer, UINT64_MAX);
}

static void sleep_and_return(void **state)
{
    struct fake *fake = fake_running(0);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_cpu cpu = fake->cpu[0].cpu, back = S390IRQ_CPU_INIT;
    unsigned unparked = atomic_load(&fake->vm->unparked);

    (void)state;
    assert_true(si_park_sleep(vcpu, &cpu, ALERT | KEY, 0));
    assert_true(vcpu->parked);
    assert_int_equal(atomic_load(&fake->vm->unparked), unparked - 1);
    assert_true(si_published_is(&vcpu->published, SI_ASLEEP, ALERT));
    assert_true(si_published_is(&vcpu->published, SI_ASLEEP, SI_LOCAL_LOOK));
    assert_int_equal(atomic_load(&vcpu->open), ALERT | KEY | SI_LOCAL_LOOK);
    for (uint32_t i = 0; i < SI_CLASS_WORD_COUNT; i++)
        assert_int_equal(si_away_has(&fake->vm->away, i, 0),
                         i == SI_CLASS_TIMING_ALERT);
    vcpu->copy.prefix = 0; /* as SIGP set prefix does */
    assert_int_equal(si_park_return(vcpu, &back) & S390IRQ_CHANGED_PSW,
                     S390IRQ_CHANGED_PSW);
    assert_false(vcpu->parked);
    assert_int_equal(back.psw_mask, cpu.psw_mask);
    assert_int_equal(back.prefix, 0);
    assert_int_equal(atomic_load(&fake->vm->unparked), unparked);
    assert_false(si_away_has(&fake->vm->away, SI_CLASS_TIMING_ALERT, 0));
    assert_false(si_published_is(&vcpu->published, SI_ASLEEP, UINT64_MAX));
    assert_int_equal(si_park_return(vcpu, &back), 0);
    fake_close(fake);
}

/* What came before the CPU published its sleep keeps it awake. */
static void overtaken(void **state)
{
    static const struct {
        uint64_t local;
        uint64_t floating;
        uint64_t open;
        int sleeps;
    } rows[] = {
        { 0, 0, ALERT | KEY, 1 }, { KEY, 0, ALERT, 1 },   { 0, ALERT, KEY, 1 },
        { KEY, 0, KEY, 0 },       { 0, ALERT, ALERT, 0 },
    };

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        struct fake *fake = fake_running(i % 2 ? FAKE_HOOK_KICK : 0);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_cpu cpu = fake->cpu[0].cpu;

        si_park_return(vcpu, &cpu);
        atomic_fetch_or(&vcpu->local.word, rows[i / 2].local);
        atomic_fetch_or(&fake->vm->floating.word, rows[i / 2].floating);
        if (i % 2)
            assert_int_equal(si_park_run(vcpu, rows[i / 2].open),
                             rows[i / 2].sleeps);
        else
            assert_int_equal(si_park_sleep(vcpu, &cpu, rows[i / 2].open, 0),
                             rows[i / 2].sleeps);
        assert_int_equal(si_published_is(&vcpu->published,
                                         i % 2 ? SI_GUEST : SI_ASLEEP,
                                         SI_LOCAL_LOOK),
                         rows[i / 2].sleeps);
        if (!rows[i / 2].sleeps) {
            assert_false(vcpu->parked);
            assert_false(vcpu->in_guests);
            assert_false(
                si_away_has(&fake->vm->away, SI_CLASS_TIMING_ALERT, 0));
        }
        atomic_store(&fake->vm->floating.word, 0);
        fake_close(fake);
    }
}

/* A reason never keeps the CPU from parking: it is attention afterwards. */
static void reasons_are_attention(void **state)
{
    struct fake *fake = fake_running(0);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    atomic_fetch_or(&vcpu->local.word, SI_LOCAL_LOOK);
    assert_true(si_park_sleep(vcpu, &fake->cpu[0].cpu, KEY, 0));
    assert_true(fake_attention(fake, 0));
    fake_close(fake);
}

/* Without a kick hook a running CPU polls, and nobody is told where it is. */
static void guest_mode(void **state)
{
    (void)state;
    for (int kicks = 0; kicks < 2; kicks++) {
        struct fake *fake = fake_running(kicks ? FAKE_HOOK_KICK : 0);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

        si_park_return(vcpu, &fake->cpu[0].cpu);
        assert_true(si_park_run(vcpu, KEY));
        assert_int_equal(si_published_is(&vcpu->published, SI_GUEST, KEY),
                         kicks);
        assert_int_equal(si_away_has(&fake->vm->away, SI_AWAY_GUESTS, 0),
                         kicks);
        assert_int_equal(atomic_load(&vcpu->open), KEY | SI_LOCAL_LOOK);
        assert_false(vcpu->parked);
        if (kicks) {
            si_route_local(vcpu, KEY);
            assert_int_equal(atomic_load(&fake->cpu[0].kicks), 1);
            assert_int_equal(si_park_return(vcpu, &fake->cpu[0].cpu), 0);
            assert_false(si_away_has(&fake->vm->away, SI_AWAY_GUESTS, 0));
        }
        fake_close(fake);
    }
}

/* The masks changed on the way into the guest. */
static void reopen(void **state)
{
    struct fake *fake = fake_running(FAKE_HOOK_KICK);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;

    (void)state;
    si_park_return(vcpu, &fake->cpu[0].cpu);
    assert_true(si_park_run(vcpu, ALERT));
    atomic_fetch_or(&vcpu->local.word, KEY);
    atomic_store(&vcpu->open, ALERT | SI_LOCAL_LOOK);
    si_park_reopen(vcpu, ALERT);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    assert_true(si_published_is(&vcpu->published, SI_GUEST, ALERT));
    atomic_store(&vcpu->open, KEY | SI_LOCAL_LOOK);
    si_park_reopen(vcpu, KEY);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 1);
    fake_close(fake);
}

/* A claim for a floating class is remembered, so that it can be passed on. */
static void token(void **state)
{
    struct fake *fake = fake_running(0);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_cpu cpu = fake->cpu[0].cpu;

    (void)state;
    assert_true(si_park_sleep(vcpu, &cpu, ALERT, 0));
    si_route_floating(fake->vm, SI_CLASS_TIMING_ALERT, 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    si_park_return(vcpu, &cpu);
    assert_int_equal(vcpu->sleep_tokens, ALERT);
    vcpu->sleep_tokens = 0;
    assert_true(si_park_sleep(vcpu, &cpu, ALERT, 0));
    si_route_reason(vcpu, SI_LOCAL_LOOK);
    si_park_return(vcpu, &cpu);
    assert_int_equal(vcpu->sleep_tokens | vcpu->guest_tokens, 0);
    fake_close(fake);
}

/* The CPU timer runs in the operating state only. */
static void states(void **state)
{
    static const uint32_t entered[] = { 0, S390IRQ_STATE_STOPPED,
                                        S390IRQ_STATE_CHECK_STOP };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fake *fake = fake_running(0);
        struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
        struct s390irq_cpu cpu = fake->cpu[0].cpu;

        cpu.cpu_timer = 1000;
        cpu.cpu_timer_since_tod = FAKE_TOD_START;
        atomic_store(&fake->tod, FAKE_TOD_START + 300);
        assert_true(si_park_sleep(vcpu, &cpu, 0, entered[i]));
        assert_int_equal(si_machine_state(vcpu),
                         entered[i] ? entered[i] : S390IRQ_STATE_OPERATING);
        assert_int_equal(vcpu->copy.cpu_timer, entered[i] ? 700 : 1000);
        assert_int_equal(vcpu->copy.cpu_timer_since_tod,
                         entered[i] ? 0 : FAKE_TOD_START);
        assert_int_equal(vcpu->timer_frozen, entered[i] != 0);
        /* It goes on from when the CPU was started. */
        vcpu->start_tod = FAKE_TOD_START + 9000;
        atomic_store(&vcpu->state, S390IRQ_STATE_OPERATING);
        si_park_return(vcpu, &cpu);
        assert_int_equal(cpu.cpu_timer, entered[i] ? 700 : 1000);
        assert_int_equal(cpu.cpu_timer_since_tod,
                         FAKE_TOD_START + (entered[i] ? 9000 : 0));
        assert_false(vcpu->timer_frozen);
        fake_close(fake);
    }
}

/* In a pause a CPU that is called out sees its registers and stays parked. */
static void pause_holds(void **state)
{
    struct fake *fake = fake_running(0);
    struct s390irq_vcpu *vcpu = fake->cpu[0].vcpu;
    struct s390irq_cpu cpu = fake->cpu[0].cpu, other = S390IRQ_CPU_INIT;

    (void)state;
    assert_true(si_park_sleep(vcpu, &cpu, ALERT, 0));
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    assert_true(si_park_return(vcpu, &other) & S390IRQ_CHANGED_PSW);
    assert_int_equal(other.psw_mask, cpu.psw_mask);
    assert_true(vcpu->parked);
    assert_int_equal(atomic_load(&fake->vm->unparked), SI_MACHINE_PAUSED);
    si_park_stay(vcpu);
    si_park_pausing(vcpu);
    assert_false(fake_attention(fake, 0));
    assert_true(si_published_is(&vcpu->published, SI_ASLEEP, SI_LOCAL_LOOK));
    assert_false(si_published_is(&vcpu->published, SI_ASLEEP, ALERT));
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(si_park_return(vcpu, &other), 0);
    assert_false(vcpu->parked);
    fake_close(fake);
}

/* A resume that came before the CPU said that it pauses: attention. */
static void resumed_meanwhile(void **state)
{
    struct fake *fake = fake_running(0);

    (void)state;
    assert_true(si_park_sleep(fake->cpu[0].vcpu, &fake->cpu[0].cpu, 0, 0));
    si_park_pausing(fake->cpu[0].vcpu);
    assert_true(fake_attention(fake, 0));
    fake_close(fake);
}

/* What conditional emergency signal looks at (V-7). */
static void facts(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t address;
        uint64_t facts;
    } rows[] = {
        { PSW_64, 0, 0 },
        { PSW_64 | PSW_IO, 2, SI_FACTS_ADDRESS | PSW_IO },
        { PSW_64 | PSW_EXTERNAL, 0, PSW_EXTERNAL },
        { PSW_64 | PSW_MACHINE_CHECK, 0, PSW_MACHINE_CHECK },
        { PSW_64 | PSW_IO | PSW_EXTERNAL, 0, PSW_IO | PSW_EXTERNAL },
        { WAITING, 0, PSW_WAIT | PSW_EXTERNAL },
        { WAITING | PSW_IO, 8,
          PSW_WAIT | SI_FACTS_ADDRESS | PSW_IO | PSW_EXTERNAL },
    };
    struct fake *fake = fake_running(0);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_cpu cpu = { .psw_mask = rows[i].mask,
                                   .psw_address = rows[i].address };

        cpu.cr[4] = 0xffff1234;
        cpu.cr[3] = 0xffff5678;
        si_park_facts(fake->cpu[0].vcpu, &cpu);
        assert_int_equal(atomic_load(&fake->cpu[0].vcpu->facts),
                         rows[i].facts | 0x12345678);
    }
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "park: valid prefixes", valid_prefixes, NULL, NULL, NULL },
        { "park: a copy keeps the size", copy_keeps_the_size, NULL, NULL,
          NULL },
        { "park: every difference has a name", differences, NULL, NULL, NULL },
        { "park: freezing the CPU timer", freeze, NULL, NULL, NULL },
        { "park: sleep and return", sleep_and_return, NULL, NULL, NULL },
        { "park: overtaken on the way", overtaken, NULL, NULL, NULL },
        { "park: reasons are attention", reasons_are_attention, NULL, NULL,
          NULL },
        { "park: guest mode", guest_mode, NULL, NULL, NULL },
        { "park: masks change on the way into the guest", reopen, NULL, NULL,
          NULL },
        { "park: what a CPU was claimed for", token, NULL, NULL, NULL },
        { "park: states and the CPU timer", states, NULL, NULL, NULL },
        { "park: a pause holds what is parked", pause_holds, NULL, NULL, NULL },
        { "park: resumed meanwhile", resumed_meanwhile, NULL, NULL, NULL },
        { "park: facts for conditional emergency signal", facts, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
