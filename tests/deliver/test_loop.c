/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/loop.c: the highest first, as long as there is one. */
#include "number.h"

#include "deliver/loop.h"

#define PREFIX 0x4000
#define OPEN   (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define ALL    CR0_EVERY_EXTERNAL

/* All that the loop works on, without a CPU or a VM. */
struct bench {
    struct fake *fake;
    struct si_host host;
    struct si_local local;
    struct si_floating floating;
    struct si_masks masks;
    struct s390irq_cpu cpu;
    struct si_delivery delivery;
};

static struct bench *bench_new(uint64_t psw_mask, uint64_t cr0)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL | FAKE_HOOK_MEMORY };
    struct bench *bench = calloc(1, sizeof *bench);
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    assert_non_null(bench);
    bench->fake = fake_prepare(&options);
    bench->host.ops = bench->fake->ops;
    bench->host.opaque = bench->fake;
    bench->host.watched = bench->host.ops.trace || bench->host.ops.log;
    si_enabled_init(&bench->masks);
    assert_true(si_local_init(&bench->local, &bench->host, S390IRQ_MAX_CPUS));
    assert_true(si_floating_init(&bench->floating, &bench->host, 100));
    bench->cpu = initial;
    bench->cpu.prefix = PREFIX;
    bench->cpu.psw_mask = psw_mask;
    bench->cpu.psw_address = 0x5000;
    bench->cpu.cr[0] = cr0;
    bench->cpu.cr[6] = CR6_EVERY_ISC;
    bench->cpu.clock_comparator = UINT64_MAX;
    bench->cpu.breaking_event_address = 0x4444;
    return bench;
}

/* A new call; by_hooks: the prefix area has no pointer. */
static struct si_delivery *call(struct bench *bench, int by_hooks)
{
    struct si_delivery delivery = {
        .host = &bench->host,
        .local = &bench->local,
        .floating = &bench->floating,
        .masks = &bench->masks,
        .cpu = &bench->cpu,
        .lowcore = by_hooks ? NULL : bench->fake->ram + PREFIX,
    };

    bench->delivery = delivery;
    return &bench->delivery;
}

static void bench_end(struct bench *bench)
{
    si_floating_free(&bench->floating, &bench->host);
    si_local_free(&bench->local, &bench->host);
    assert_int_equal(atomic_load(&bench->fake->bytes_allocated), 0);
    fake_discard(bench->fake);
    free(bench);
}

static int raise_io(struct bench *bench,
                    const struct s390irq_interruption *what)
{
    struct si_io *io = &bench->floating.io;
    bool anew;

    if (what->kind == S390IRQ_KIND_ADAPTER)
        return si_io_signal(io, S390IRQ_IO_ISC(what->u.io.word), false);
    assert_int_equal(si_io_add(io, &bench->host, what->u.io.subchannel), 0);
    return si_io_inject(io, what->u.io.subchannel, what->parameter,
                        what->u.io.word, &anew);
}

static void raise_one(struct bench *bench, const struct fake_class *class)
{
    const struct s390irq_interruption *what = &class->record;
    uint32_t number = fake_number(class);
    int rc = S390IRQ_QUEUED;

    if (class->kind == S390IRQ_KIND_PROGRAM)
        rc = si_own_program(&bench->local.own, &what->u.program);
    else if (class->kind == S390IRQ_KIND_SUPERVISOR_CALL)
        rc = si_own_supervisor_call(&bench->local.own, what->source,
                                    what->parameter);
    else if (class->kind == S390IRQ_KIND_EMERGENCY_SIGNAL)
        rc = si_local_emergency(&bench->local, what->source);
    else if (class->kind == S390IRQ_KIND_EXTERNAL_CALL)
        rc = si_local_external_call(&bench->local, what->source);
    else if (class->kind == S390IRQ_KIND_CLOCK_COMPARATOR)
        bench->cpu.clock_comparator = 0;
    else if (class->kind == S390IRQ_KIND_CPU_TIMER)
        bench->cpu.cpu_timer = UINT64_MAX;
    else if (class->kind == S390IRQ_KIND_SERVICE_SIGNAL)
        rc = si_floating_service(&bench->floating, what->parameter);
    else if (class->kind == S390IRQ_KIND_MALFUNCTION_ALERT)
        rc = si_local_malfunction(&bench->local, what->source);
    else if (class->kind == S390IRQ_KIND_MEASUREMENT_ALERT)
        rc = si_local_measurement(&bench->local, what->parameter);
    else if (class->kind == S390IRQ_KIND_IUCV)
        rc = si_local_iucv(&bench->local, what->source);
    else if (class->kind == S390IRQ_KIND_PFAULT_INIT)
        rc = si_recorded_push(&bench->local.pfault, 0, what->parameter64);
    else if (class->cr6_bit)
        rc = raise_io(bench, what);
    else if (si_classes[number].nature == SI_RECORDS)
        rc = si_floating_record(&bench->floating, number, what->parameter,
                                what->parameter64);
    else if (class->is_floating)
        rc = si_floating_flag(&bench->floating, number);
    else
        rc = si_local_flag(&bench->local, number);
    assert_int_equal(rc, S390IRQ_QUEUED);
}

/* One of each kind; the first program row stands for all of them. */
static int is_first_of_kind(size_t at)
{
    return fake_class_of(fake_classes[at].kind) == &fake_classes[at];
}

static void old_psw_is(const struct bench *bench,
                       const struct fake_class *class, uint64_t mask,
                       uint64_t address)
{
    fake_assert_psw(bench->fake, PREFIX + class->old_psw, mask, address);
}

static void every_class_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 2];
        struct bench *bench = bench_new(OPEN, ALL);
        struct si_delivery *delivery = call(bench, i % 2);
        uint32_t number = fake_number(class);
        uint64_t word;

        raise_one(bench, class);
        assert_int_equal(si_loop_ready(delivery, &word), SI_BIT(number));
        assert_int_equal(si_loop_run(delivery), SI_LOOP_IDLE);
        assert_int_equal(delivery->taken, 1);
        assert_int_equal(delivery->taken_kinds, 1u << class->kind);
        assert_int_equal(delivery->last_kind, class->kind);
        assert_int_equal(delivery->route, 0);
        assert_int_equal(atomic_load(&bench->local.tally[class->kind].taken),
                         1);
        assert_int_equal(bench->cpu.psw_mask, PSW_64);
        assert_int_equal(bench->cpu.psw_address, 0x10000 + class->new_psw);
        old_psw_is(bench, class, OPEN,
                   0x5000 - (class->rewind ? class->record.u.program.ilc : 0u));
        assert_false(bench->local.hand.held);
        assert_int_equal(i % 2 != 0, bench->fake->accesses != 0);
        bench_end(bench);
    }
}

/* All at once, with handlers that stay open: one after the other. */
static void priority(void **state)
{
    (void)state;
    for (int by_hooks = 0; by_hooks < 2; by_hooks++) {
        struct bench *bench = bench_new(PSW_64, ALL);
        size_t taken = 0;

        for (size_t i = 0; i < fake_class_count; i++)
            if (is_first_of_kind(i))
                raise_one(bench, &fake_classes[i]);
        for (size_t i = 0; i < fake_class_count; i++) {
            uint64_t word;
            uint32_t number = fake_number(&fake_classes[i]);

            if (!is_first_of_kind(i))
                continue;
            bench->cpu.psw_mask = OPEN;
            assert_int_equal(
                si_bits_highest(si_loop_ready(call(bench, by_hooks), &word)),
                number);
            bench->delivery.taken = SI_LOOP_LIMIT - 1; /* one, no more */
            assert_int_equal(si_loop_run(&bench->delivery),
                             number == SI_CLASS_RESTART ? SI_LOOP_IDLE
                                                        : SI_LOOP_REPEATS);
            assert_int_equal(bench->delivery.last_kind, fake_classes[i].kind);
            /* The level conditions go with their registers. */
            if (number == SI_CLASS_CLOCK_COMPARATOR)
                bench->cpu.clock_comparator = UINT64_MAX;
            if (number == SI_CLASS_CPU_TIMER)
                bench->cpu.cpu_timer = 0;
            taken++;
        }
        assert_int_equal(taken, 20);
        assert_int_equal(si_local_load(&bench->local) & SI_LOCAL_CLASSES, 0);
        assert_int_equal(si_floating_load(&bench->floating), 0);
        bench_end(bench);
    }
}

/* The PSW, and each submask, alone keep an interruption pending. */
static void masked(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct bench *bench = bench_new(OPEN, ALL & ~class->cr0_bit);
        uint64_t word;

        bench->cpu.cr[6] &= ~class->cr6_bit;
        if (class->psw_bit) {
            raise_one(bench, class);
            assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
            bench->cpu.cr[0] = ALL;
            bench->cpu.cr[6] = CR6_EVERY_ISC;
            bench->cpu.psw_mask = (OPEN | PSW_MACHINE_CHECK) & ~class->psw_bit;
            assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
            assert_int_equal(bench->delivery.taken, 0);
            assert_int_equal(bench->cpu.psw_address, 0x5000);
            bench->cpu.psw_mask = OPEN;
            assert_int_not_equal(si_loop_ready(call(bench, 0), &word), 0);
        }
        bench_end(bench);
    }
}

static void stop_and_restart(void **state)
{
    struct bench *bench = bench_new(PSW_64, ALL);

    (void)state;
    assert_int_equal(si_local_flag(&bench->local, SI_CLASS_STOP), 0);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_STOP);
    assert_int_equal(si_local_flag(&bench->local, SI_CLASS_RESTART), 0);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_STOP);
    assert_int_equal(bench->delivery.taken, 1);
    assert_int_equal(bench->cpu.psw_address, 0x10000 + LOWCORE_RESTART_NEW);
    bench_end(bench);
    /* The restart of a stopped CPU comes before anything else. */
    bench = bench_new(OPEN, ALL);
    raise_one(bench, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL));
    raise_one(bench, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    raise_one(bench, fake_class_of(S390IRQ_KIND_RESTART));
    atomic_fetch_or(&bench->local.word, SI_LOCAL_RESTART_FIRST);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(bench->delivery.taken, 2);
    old_psw_is(bench, fake_class_of(S390IRQ_KIND_RESTART), OPEN, 0x5000);
    old_psw_is(bench, fake_class_of(S390IRQ_KIND_SUPERVISOR_CALL), PSW_64,
               0x10000 + LOWCORE_RESTART_NEW);
    bench_end(bench);
}

/* Nothing is lost at the limit, and the next call goes on. */
static void limit(void **state)
{
    (void)state;
    for (int by_hooks = 0; by_hooks < 2; by_hooks++) {
        struct bench *bench = bench_new(OPEN, ALL);
        uint32_t left = SI_LOOP_LIMIT + 20;

        fake_store(bench->fake, PREFIX + LOWCORE_EXTERNAL_NEW, 8, OPEN);
        for (uint32_t i = 0; i < left; i++)
            assert_int_equal(si_local_emergency(&bench->local, i), 0);
        assert_int_equal(si_loop_run(call(bench, by_hooks)), SI_LOOP_REPEATS);
        assert_int_equal(bench->delivery.taken, SI_LOOP_LIMIT);
        assert_int_equal(bench->delivery.last_kind,
                         S390IRQ_KIND_EMERGENCY_SIGNAL);
        assert_int_equal(
            si_local_count(&bench->local, SI_CLASS_EMERGENCY_SIGNAL), 20);
        assert_int_equal(
            fake_load(bench->fake, PREFIX + LOWCORE_EXTERNAL_CPU, 2),
            SI_LOOP_LIMIT - 1);
        assert_int_equal(si_loop_run(call(bench, by_hooks)), SI_LOOP_IDLE);
        assert_int_equal(bench->delivery.taken, 20);
        bench_end(bench);
    }
}

static void exactly_the_limit(void **state)
{
    struct bench *bench = bench_new(OPEN, ALL);

    (void)state;
    fake_store(bench->fake, PREFIX + LOWCORE_EXTERNAL_NEW, 8, OPEN);
    for (uint32_t i = 0; i < SI_LOOP_LIMIT; i++)
        assert_int_equal(si_local_emergency(&bench->local, i), 0);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(bench->delivery.taken, SI_LOOP_LIMIT);
    bench_end(bench);
}

/* Each access of each class fails: all is as before, and the retry works. */
static void every_access_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        uint32_t number = fake_number(class);

        for (unsigned fails = 1;; fails++) {
            struct bench *bench = bench_new(OPEN, ALL);
            struct s390irq_cpu cpu;
            uint64_t local, floating, own;
            int rc;

            raise_one(bench, class);
            cpu = bench->cpu;
            local = si_local_load(&bench->local);
            floating = si_floating_load(&bench->floating);
            own = bench->local.own.classes;
            bench->fake->fail_at = fails;
            rc = si_loop_run(call(bench, 1));
            if (rc == SI_LOOP_IDLE) {
                assert_true(fails > 2);
                bench_end(bench);
                break;
            }
            assert_int_equal(rc, S390IRQ_E_GUEST_MEMORY);
            assert_int_equal(bench->delivery.fault,
                             bench->fake->failed_absolute);
            assert_int_equal(bench->delivery.taken, 0);
            assert_memory_equal(&bench->cpu, &cpu, sizeof cpu);
            assert_int_equal(si_local_load(&bench->local), local);
            assert_int_equal(si_floating_load(&bench->floating), floating);
            assert_int_equal(bench->local.own.classes, own);
            assert_false(bench->local.hand.held);
            assert_int_equal(bench->delivery.route,
                             class->is_floating ? SI_BIT(number) : 0);
            assert_int_equal(
                atomic_load(&bench->local.tally[class->kind].taken), 0);
            assert_int_equal(si_loop_run(call(bench, 1)), SI_LOOP_IDLE);
            assert_int_equal(bench->delivery.taken, 1);
            bench_end(bench);
        }
    }
}

/* PoP ch. 6, early exception recognition: in the same call, ILC zero. */
static void invalid_new_psw(void **state)
{
    static const struct {
        uint64_t mask;
        uint64_t address;
    } rows[] = {
        { PSW_64 | UINT64_C(0x8000000000000000), 0x6000 },
        { PSW_64 & ~PSW_31, 0x6000 },
        { PSW_24, 0x1000000 },
        { PSW_31, 0x80000000 },
        { PSW_64 | 1, 0x6000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench *bench = bench_new(OPEN, ALL);
        const struct fake_class *program = fake_class_of(S390IRQ_KIND_PROGRAM);

        fake_store(bench->fake, PREFIX + LOWCORE_EXTERNAL_NEW, 8, rows[i].mask);
        fake_store(bench->fake, PREFIX + LOWCORE_EXTERNAL_NEW + 8, 8,
                   rows[i].address);
        raise_one(bench, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
        assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
        assert_int_equal(bench->delivery.taken, 2);
        assert_int_equal(bench->delivery.last_kind, S390IRQ_KIND_PROGRAM);
        old_psw_is(bench, program, rows[i].mask, rows[i].address);
        assert_int_equal(
            fake_load(bench->fake, PREFIX + LOWCORE_PROGRAM_ILC, 4), 6);
        assert_int_equal(bench->cpu.psw_address, 0x10000 + LOWCORE_PROGRAM_NEW);
        bench_end(bench);
    }
}

/* A program condition that pends is not replaced by the early exception. */
static void invalid_psw_and_program(void **state)
{
    const struct fake_class *program = fake_class_of(S390IRQ_KIND_PROGRAM);
    struct bench *bench = bench_new(PSW_64 & ~PSW_31, ALL);

    (void)state;
    raise_one(bench, program);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(bench->delivery.taken, 1);
    assert_int_equal(fake_load(bench->fake, PREFIX + LOWCORE_PROGRAM_CODE, 2),
                     program->record.u.program.code);
    bench_end(bench);
}

/* Found when the instruction is fetched: after what is enabled by then. */
static void odd_address(void **state)
{
    struct bench *bench = bench_new(OPEN, ALL);
    uint64_t word;

    (void)state;
    bench->cpu.psw_address = 0x5001;
    raise_one(bench, fake_class_of(S390IRQ_KIND_INTERRUPT_KEY));
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(bench->delivery.taken_kinds,
                     1u << S390IRQ_KIND_INTERRUPT_KEY);
    bench->cpu.psw_address = 0x5001;
    bench->cpu.psw_mask = OPEN | PSW_WAIT; /* no instruction is fetched */
    assert_int_equal(si_loop_ready(call(bench, 0), &word), 0);
    bench->cpu.psw_mask = OPEN;
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(bench->delivery.taken_kinds, 1u << S390IRQ_KIND_PROGRAM);
    old_psw_is(bench, fake_class_of(S390IRQ_KIND_PROGRAM), OPEN, 0x5001);
    assert_int_equal(fake_load(bench->fake, PREFIX + LOWCORE_PROGRAM_CODE, 2),
                     6);
    bench_end(bench);
}

/*
 * Once a call, and only if a timer that could hold is open; but for a trace,
 * whose events have times.
 */
static void clock_reads(void **state)
{
    struct bench *bench = bench_new(OPEN, ALL);
    atomic_uint *reads = &bench->fake->tod_reads;

    (void)state;
    bench->host.ops.trace = NULL;
    raise_one(bench, fake_class_of(S390IRQ_KIND_EMERGENCY_SIGNAL));
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(atomic_load(reads), 0);
    bench->cpu.clock_comparator = 0;
    bench->cpu.cpu_timer = UINT64_MAX;
    bench->cpu.psw_mask = PSW_64;
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_IDLE);
    assert_int_equal(atomic_load(reads), 0);
    bench->cpu.psw_mask = OPEN;
    fake_store(bench->fake, PREFIX + LOWCORE_EXTERNAL_NEW, 8, OPEN);
    assert_int_equal(si_loop_run(call(bench, 0)), SI_LOOP_REPEATS);
    assert_int_equal(bench->delivery.taken, SI_LOOP_LIMIT);
    assert_int_equal(atomic_load(reads), 1);
    assert_int_equal(si_loop_host_tod(&bench->delivery), FAKE_TOD_START);
    assert_int_equal(atomic_load(reads), 1);
    bench_end(bench);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "loop: every class alone", every_class_alone, NULL, NULL, NULL },
        { "loop: the order of priority", priority, NULL, NULL, NULL },
        { "loop: masked by PSW and by submask", masked, NULL, NULL, NULL },
        { "loop: stop and restart", stop_and_restart, NULL, NULL, NULL },
        { "loop: the limit of one call", limit, NULL, NULL, NULL },
        { "loop: as many as the limit are no loop", exactly_the_limit, NULL,
          NULL, NULL },
        { "loop: every access fails in turn", every_access_fails, NULL, NULL,
          NULL },
        { "loop: a new PSW that is not valid", invalid_new_psw, NULL, NULL,
          NULL },
        { "loop: a PSW that is not valid and a program condition",
          invalid_psw_and_program, NULL, NULL, NULL },
        { "loop: an odd address", odd_address, NULL, NULL, NULL },
        { "loop: the clock is read once, or not at all", clock_reads, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
