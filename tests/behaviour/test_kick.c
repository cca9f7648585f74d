/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Hosts whose guest does not poll: the kick hook, and the two ways to lose a
 * kick that the trial of this API found (T-3, T-4). The host here is a
 * KVM-like loop in bounded steps of one thread; "hangs" means that the bound
 * is reached with an interruption pending and enabled.
 */
#include "meeting.h"

#define OPEN  (PSW_64 | PSW_EXTERNAL)
#define STEPS 1000

/* Where in its loop the host is when the injection comes. */
enum moment {
    BEFORE_CLEAR,
    BEFORE_DELIVER,
    BEFORE_ENTRY,
    IN_GUEST,
    MOMENTS
};

struct host {
    struct fake *fake;
    int clears_late;         /* T-4: clears its flag after deliver */
    int immediate_exit;      /* what the kick hook sets */
    enum moment injected_at; /* and `injected` once done */
    int injected;
    int guest_opens; /* the guest opens its masks by itself */
    int watches;     /* ... and the host makes it leave then */
    unsigned steps;
};

static void set_exit_flag(struct fake *fake, const char *hook,
                          struct fake_cpu *cpu)
{
    struct host *host = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, "kick") == 0)
        host->immediate_exit = 1;
}

static void reach(struct host *host, enum moment moment)
{
    if (host->injected || host->injected_at != moment)
        return;
    host->injected = 1;
    assert_int_equal(s390irq_vcpu_inject_emergency(host->fake->cpu[0].vcpu, 1),
                     S390IRQ_QUEUED);
}

/* The guest runs until it is told to leave, at most to the bound. */
static void enter_guest(struct host *host)
{
    struct s390irq_cpu *cpu = &host->fake->cpu[0].cpu;

    reach(host, BEFORE_ENTRY);
    while (!host->immediate_exit && host->steps < STEPS) {
        host->steps++;
        if (host->steps == 10)
            reach(host, IN_GUEST);
        if (!host->guest_opens || host->steps != 20)
            continue;
        cpu->psw_mask |= PSW_EXTERNAL; /* unseen by the library */
        if (host->watches)
            break;
    }
}

/* Answers whether the emergency signal was delivered before the bound. */
static int host_delivers(struct host *host, uint32_t flags)
{
    struct fake_options options = { .cpus = 2,
                                    .flags = flags,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    unsigned taken = 0;

    host->fake = fake;
    fake->during = set_exit_flag;
    fake->during_argument = host;
    fake_start(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    while (!taken && host->steps < STEPS) {
        reach(host, BEFORE_CLEAR);
        if (!host->clears_late)
            host->immediate_exit = 0;
        reach(host, BEFORE_DELIVER);
        host->steps++;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        taken += fake->cpu[0].report.taken;
        if (host->clears_late) {
            reach(host, BEFORE_ENTRY);
            host->immediate_exit = 0;
        }
        if (!taken)
            enter_guest(host);
    }
    assert_true(host->injected);
    fake->during = NULL;
    fake_close(fake);
    return taken == 1;
}

static void flag_cleared_before_deliver(void **state)
{
    (void)state;
    for (int flags = 0; flags < 2; flags++)
        for (int moment = 0; moment < MOMENTS; moment++) {
            struct host host = { .injected_at = moment };

            assert_true(
                host_delivers(&host, flags ? S390IRQ_VM_MASKS_UNKNOWN : 0));
        }
}

static void flag_cleared_after_deliver_hangs(void **state)
{
    (void)state;
    for (int flags = 0; flags < 2; flags++)
        for (int moment = 0; moment < MOMENTS; moment++) {
            struct host host = { .injected_at = moment, .clears_late = 1 };

            assert_int_equal(
                host_delivers(&host, flags ? S390IRQ_VM_MASKS_UNKNOWN : 0),
                moment != BEFORE_ENTRY);
        }
}

/* T-3: the guest opens by itself, after the injection found it closed. */
static void masks_open_unseen(uint32_t flags, int delivered)
{
    struct host host = { .injected_at = IN_GUEST, .guest_opens = 1 };
    struct fake_options options = { .cpus = 2,
                                    .flags = flags,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];
    unsigned taken = 0;

    host.fake = fake;
    fake->during = set_exit_flag;
    fake->during_argument = &host;
    fake_start(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL);
    while (!taken && host.steps < STEPS) {
        host.immediate_exit = 0;
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        taken += cpu->report.taken;
        host.watches = cpu->report.intercepts & S390IRQ_INTERCEPT_PSW_EXTERNAL;
        if (!taken)
            enter_guest(&host);
    }
    assert_int_equal(taken, delivered);
    assert_int_equal(atomic_load(&cpu->kicks), delivered);
    fake->during = NULL;
    fake_close(fake);
}

static void unknown_masks_are_kicked(void **state)
{
    (void)state;
    masks_open_unseen(S390IRQ_VM_MASKS_UNKNOWN, 1);
}

static void published_masks_alone_hang(void **state)
{
    (void)state;
    masks_open_unseen(0, 0);
}

/* The injection comes after the guest opened; nobody told the library. */
static void opened_before_the_injection(void **state)
{
    (void)state;
    for (int flags = 0; flags < 2; flags++) {
        struct fake_options options = {
            .cpus = 2,
            .flags = flags ? S390IRQ_VM_MASKS_UNKNOWN : 0,
            .hooks = FAKE_USUAL | FAKE_HOOK_KICK,
        };
        struct fake *fake = fake_open(&options);
        struct fake_cpu *cpu = &fake->cpu[0];

        fake_boot(fake, 0, PSW_64, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
        cpu->cpu.psw_mask = OPEN;
        assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 1), 0);
        assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
        assert_int_equal(atomic_load(&cpu->kicks), flags);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.taken, 1);
        fake_close(fake);
    }
}

/*
 * A comparator that is due has no deadline any more: the host is told to come
 * back when the guest opens.
 */
static void due_comparator_is_watched(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .flags = S390IRQ_VM_MASKS_UNKNOWN,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.clock_comparator = FAKE_TOD_START + 10;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.deadline_tod, FAKE_TOD_START + 11);
    assert_int_equal(cpu->report.intercepts, 0);
    atomic_fetch_add(&fake->tod, 11);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.deadline_tod, S390IRQ_NEVER);
    assert_int_equal(cpu->report.intercepts, S390IRQ_INTERCEPT_PSW_EXTERNAL);
    cpu->cpu.psw_mask = OPEN;
    cpu->cpu.cr[0] = 0;
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.intercepts, S390IRQ_INTERCEPT_CR0);
    fake_close(fake);
}

/*
 * The guest closes unseen, and a timer comes due; what the host announces then
 * looks as it did before.
 */
static void due_while_closed_unseen(void **state)
{
    struct fake_options options = { .cpus = 1,
                                    .flags = S390IRQ_VM_MASKS_UNKNOWN,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, OPEN, CR0_CLOCK_COMPARATOR, S390IRQ_RUN);
    cpu->cpu.psw_mask = PSW_64;
    cpu->cpu.clock_comparator = atomic_load(&fake->tod) - 1;
    assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_equal(s390irq_vcpu_attention(cpu->vcpu), 0);
    cpu->cpu.psw_mask = OPEN;
    assert_int_equal(s390irq_vcpu_masks_changed(cpu->vcpu, &cpu->cpu), 0);
    assert_int_not_equal(s390irq_vcpu_attention(cpu->vcpu), 0);
    assert_int_equal(atomic_load(&cpu->kicks), 1);
    fake_close(fake);
}

static void one_kick_an_entry(void **state)
{
    struct fake_options options = { .cpus = 4,
                                    .flags = S390IRQ_VM_MASKS_UNKNOWN,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (unsigned entry = 1; entry <= 3; entry++) {
        for (uint32_t source = 1; source < 4; source++)
            assert_true(s390irq_vcpu_inject_emergency(cpu->vcpu, source) >= 0);
        assert_int_equal(s390irq_vcpu_kick(cpu->vcpu), 0);
        assert_int_equal(atomic_load(&cpu->kicks), entry);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(cpu->report.intercepts,
                         S390IRQ_INTERCEPT_PSW_EXTERNAL);
    }
    assert_int_equal(fake_wakes(fake, 0), 0);
    fake_close(fake);
}

/* Not kicked at all while it is with its host, and not once it is open. */
static void nobody_in_guest_mode_is_no_kick(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .flags = S390IRQ_VM_MASKS_UNKNOWN,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);

    (void)state;
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, 1), 0);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    assert_int_equal(atomic_load(&fake->cpu[0].kicks), 0);
    fake_boot(fake, 1, PSW_64 | PSW_WAIT, CR0_EVERY_EXTERNAL,
              S390IRQ_WAIT_DISABLED);
    assert_int_equal(s390irq_vcpu_inject_emergency(fake->cpu[1].vcpu, 0), 0);
    assert_int_equal(atomic_load(&fake->cpu[1].kicks), 0);
    fake_close(fake);
}

/*
 * A floating interruption and CPUs of unknown masks: each that is closed
 * passes it on, once round, and the round ends.
 */
static void passed_on_once_round(void **state)
{
    struct fake_options options = { .cpus = 3,
                                    .flags = S390IRQ_VM_MASKS_UNKNOWN,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    unsigned kicks = 0;

    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        fake_boot(fake, i, PSW_64, CR0_SERVICE_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vm_inject_service(fake->vm, 1), 0);
    for (int round = 0; round < 3; round++)
        for (uint32_t i = 0; i < 3; i++) {
            unsigned mine = atomic_exchange(&fake->cpu[i].kicks, 0);

            kicks += mine;
            if (!mine)
                continue;
            assert_int_equal(fake_deliver(fake, i), S390IRQ_RUN);
            assert_int_equal(fake->cpu[i].report.taken, 0);
            assert_int_equal(fake->cpu[i].report.intercepts,
                             S390IRQ_INTERCEPT_PSW_EXTERNAL);
        }
    assert_int_equal(kicks, 3);
    /* The first that opens comes back because it was told to watch. */
    fake->cpu[1].cpu.psw_mask = OPEN;
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake->cpu[1].report.taken, 1);
    assert_int_equal(fake_floating(fake), 0);
    fake_close(fake);
}

/* What may happen while a deliver of CPU 0 is going on. */
static void pause_happens(struct fake *fake)
{
    assert_true(s390irq_vm_pause(fake->vm) >= 0);
}

static void reset_happens(struct fake *fake)
{
    assert_int_equal(
        s390irq_vcpu_reset(fake->cpu[0].vcpu, S390IRQ_RESET_INITIAL), 0);
}

static void kick_happens(struct fake *fake)
{
    assert_int_equal(s390irq_vcpu_kick(fake->cpu[0].vcpu), 0);
}

/*
 * A host that does not poll enters the guest after RUN. So after RUN there is
 * never attention without a kick: what deliver did not see any more kicks.
 */
static void nothing_is_lost_on_the_way_in(void **state)
{
    static const char *const hooks[] = { "tod", "deadline", "trace", "log" };
    static void (*const happens[])(struct fake *) = {
        pause_happens,        reset_happens,       kick_happens,
        fake_meets_timer,     fake_meets_tod_jump, fake_meets_stop,
        fake_meets_emergency, fake_meets_service,
    };

    (void)state;
    for (size_t i = 0; i < 4 * 8 * 2; i++) {
        struct fake_options options = {
            .cpus = 2,
            .flags = i / 32 ? S390IRQ_VM_MASKS_UNKNOWN : 0,
            .hooks = FAKE_WATCHED | FAKE_HOOK_KICK,
            .log_level = 5,
        };
        struct fake *fake = fake_open(&options);
        struct fake_meeting meeting = { hooks[i % 4], happens[i / 4 % 8] };
        int answer;

        fake_start(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
        fake->cpu[0].cpu.clock_comparator = FAKE_TOD_START + 100;
        assert_int_equal(
            s390irq_vcpu_set_cpu(fake->cpu[0].vcpu, &fake->cpu[0].cpu), 0);
        fake->during_argument = &meeting;
        fake->during = fake_meet;
        answer = fake_deliver(fake, 0);
        assert_null(fake->during);
        if (answer == S390IRQ_RUN && fake_attention(fake, 0) &&
            atomic_load(&fake->cpu[0].kicks) == 0)
            fail_msg("in guest mode with attention, not kicked: %s, %zu",
                     meeting.hook, i / 4);
        fake_close(fake);
    }
}

/* Announced masks of a CPU in guest mode count from then on. */
static void announced_masks_in_guest_mode(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_KICK };
    struct fake *fake = fake_open(&options);
    struct fake_cpu *cpu = &fake->cpu[0];

    (void)state;
    fake_boot(fake, 0, PSW_64, CR0_EMERGENCY_SIGNAL, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 1), 0);
    assert_int_equal(atomic_load(&cpu->kicks), 0);
    fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    atomic_store(&cpu->kicks, 0);
    fake_load_masks(fake, 0, OPEN, CR0_EMERGENCY_SIGNAL);
    assert_int_equal(s390irq_vcpu_inject_emergency(cpu->vcpu, 1), 0);
    assert_int_equal(atomic_load(&cpu->kicks), 1);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(cpu->report.taken, 1);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "T-4 the exit flag is cleared before deliver: no kick is lost",
          flag_cleared_before_deliver, NULL, NULL, NULL },
        { "T-4 the exit flag is cleared after deliver: hangs",
          flag_cleared_after_deliver_hangs, NULL, NULL, NULL },
        { "T-3 a guest of unknown masks is kicked", unknown_masks_are_kicked,
          NULL, NULL, NULL },
        { "T-3 published masks alone: hangs", published_masks_alone_hang, NULL,
          NULL, NULL },
        { "T-3 masks opened before the injection", opened_before_the_injection,
          NULL, NULL, NULL },
        { "T-3 a comparator that is due while masked is watched",
          due_comparator_is_watched, NULL, NULL, NULL },
        { "T-3 a comparator that comes due while masked unseen",
          due_while_closed_unseen, NULL, NULL, NULL },
        { "kick: at most once an entry", one_kick_an_entry, NULL, NULL, NULL },
        { "kick: nothing is lost on the way into the guest",
          nothing_is_lost_on_the_way_in, NULL, NULL, NULL },
        { "kick: announced masks of a CPU in guest mode",
          announced_masks_in_guest_mode, NULL, NULL, NULL },
        { "kick: nobody in guest mode", nobody_in_guest_mode_is_no_kick, NULL,
          NULL, NULL },
        { "kick: a floating one is passed on once round", passed_on_once_round,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
