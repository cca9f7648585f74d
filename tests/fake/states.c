/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "states.h"

#define STEPS      120
#define CR14_CHECK UINT64_C(0x1f000000)

uint64_t states_next(struct states_random *random)
{
    uint64_t value = random->value;

    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
    random->value = value;
    return value * UINT64_C(0x2545f4914f6cdd1d);
}

uint32_t states_below(struct states_random *random, uint32_t limit)
{
    return (uint32_t)(states_next(random) >> 32) % limit;
}

static void random_registers(struct states_random *random, struct fake *fake,
                             uint32_t address, struct s390irq_cpu *cpu)
{
    static const uint64_t waits[] = { 0, PSW_WAIT, PSW_WAIT | PSW_EXTERNAL };
    static const struct s390irq_cpu initial = S390IRQ_CPU_INIT;

    *cpu = initial;
    cpu->prefix = fake_prefix(address);
    cpu->psw_mask = PSW_64 | waits[states_below(random, 3)];
    cpu->psw_address = states_next(random) & ~UINT64_C(1);
    for (uint32_t i = 1; i < 14; i++)
        cpu->cr[i] = states_next(random);
    cpu->clock_comparator = states_below(random, 2)
                                ? UINT64_MAX
                                : FAKE_TOD_START + states_below(random, 5000);
    cpu->cpu_timer = states_next(random) >> 2;
    if (states_below(random, 2))
        cpu->cpu_timer_since_tod =
            atomic_load(&fake->tod) - states_below(random, 100);
    cpu->tod_programmable = (uint32_t)states_next(random);
    cpu->floating_point_control = (uint32_t)states_next(random);
    cpu->breaking_event_address = states_next(random);
}

/* Through all states that a CPU can be in when its machine is paused. */
static void start_cpu(struct states_random *random, struct fake *fake,
                      uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];
    uint32_t how = states_below(random, 6);

    random_registers(random, fake, address, &cpu->cpu);
    if (how == 0) {
        assert_int_equal(s390irq_vcpu_set_cpu(cpu->vcpu, &cpu->cpu), 0);
        return;
    }
    assert_int_equal(s390irq_vcpu_start(cpu->vcpu, &cpu->cpu), 0);
    fake_deliver(fake, address);
    if (states_below(random, 3) == 0)
        s390irq_vcpu_pfault_begin(cpu->vcpu, states_next(random) & ~7ull, 0xff,
                                  states_below(random, 0x100));
    if (states_below(random, 4) == 0)
        s390irq_vcpu_set_dispatched(cpu->vcpu, 0);
    if (how == 1)
        s390irq_vcpu_stop(cpu->vcpu);
    if (how == 2)
        s390irq_vcpu_check_stop(cpu->vcpu);
    fake_deliver(fake, address);
}

static void random_check(struct states_random *random,
                         struct s390irq_machine_check *check, int floating)
{
    static const uint64_t conditions[] = {
        S390IRQ_MCIC_CHANNEL_REPORT,
        S390IRQ_MCIC_WARNING,
        S390IRQ_MCIC_SYSTEM_RECOVERY,
        S390IRQ_MCIC_DEGRADATION,
        S390IRQ_MCIC_TIMING_DAMAGE,
        S390IRQ_MCIC_EXTERNAL_DAMAGE | S390IRQ_MCIC_EXTERNAL_CODE,
        S390IRQ_MCIC_WARNING | S390IRQ_MCIC_FAILING_ADDRESS,
        S390IRQ_MCIC_SYSTEM_DAMAGE
    };

    check->conditions = conditions[states_below(random, floating ? 7 : 8)];
    if (check->conditions & S390IRQ_MCIC_EXTERNAL_CODE)
        check->external_damage = (uint32_t)states_next(random);
    if (check->conditions & S390IRQ_MCIC_FAILING_ADDRESS)
        check->failing_address = states_next(random);
    if (states_below(random, 3) == 0) {
        check->flags = S390IRQ_MACHINE_CHECK_LOGOUT;
        memset(check->logout, 1 + (int)states_below(random, 200), 16);
    }
}

static void random_program(struct states_random *random,
                           struct s390irq_program *program)
{
    static const uint16_t codes[] = { 0x01, 0x04, 0x06, 0x07, 0x10,
                                      0x11, 0x40, 0x80, 0x91, 0x211 };

    program->code = codes[states_below(random, 10)];
    program->ilc = (uint8_t)(2 * states_below(random, 4));
    program->flags = (uint8_t)states_below(random, 16);
    program->data_exception_code = (uint32_t)states_next(random);
    program->translation_exception = states_next(random);
    program->monitor_code = states_next(random);
    program->per_address = states_next(random);
    program->monitor_class = (uint16_t)states_next(random);
    program->per_code = (uint8_t)states_next(random);
    program->per_access = (uint8_t)states_below(random, 16);
    program->exception_access = (uint8_t)states_below(random, 16);
    program->operand_access = (uint8_t)states_below(random, 16);
}

static void inject_local(struct states_random *random, struct fake *fake)
{
    static const uint16_t kinds[] = { S390IRQ_KIND_PROGRAM,
                                      S390IRQ_KIND_SUPERVISOR_CALL,
                                      S390IRQ_KIND_INTERRUPT_KEY,
                                      S390IRQ_KIND_MALFUNCTION_ALERT,
                                      S390IRQ_KIND_EMERGENCY_SIGNAL,
                                      S390IRQ_KIND_EMERGENCY_SIGNAL,
                                      S390IRQ_KIND_EXTERNAL_CALL,
                                      S390IRQ_KIND_TOD_SYNC_CHECK,
                                      S390IRQ_KIND_MEASUREMENT_ALERT,
                                      S390IRQ_KIND_WARNING_TRACK,
                                      S390IRQ_KIND_IUCV,
                                      S390IRQ_KIND_PFAULT_INIT,
                                      S390IRQ_KIND_MACHINE_CHECK,
                                      S390IRQ_KIND_RESTART };
    struct s390irq_interruption what = {
        .kind = kinds[states_below(random, sizeof kinds / sizeof *kinds)]
    };
    struct fake_cpu *cpu = &fake->cpu[states_below(random, fake->cpus)];

    switch (what.kind) {
    case S390IRQ_KIND_PROGRAM:
        random_program(random, &what.u.program);
        break;
    case S390IRQ_KIND_SUPERVISOR_CALL:
        what.source = (uint16_t)states_below(random, 256);
        what.parameter = 2 + 2 * states_below(random, 3);
        break;
    case S390IRQ_KIND_MALFUNCTION_ALERT:
    case S390IRQ_KIND_EMERGENCY_SIGNAL:
    case S390IRQ_KIND_EXTERNAL_CALL:
        what.source = (uint16_t)states_below(random, fake->cpus);
        break;
    case S390IRQ_KIND_MEASUREMENT_ALERT:
        what.parameter = (uint32_t)states_next(random) | 1;
        break;
    case S390IRQ_KIND_IUCV:
        what.source = (uint16_t)states_next(random);
        break;
    case S390IRQ_KIND_PFAULT_INIT:
        what.parameter64 = states_next(random);
        break;
    case S390IRQ_KIND_MACHINE_CHECK:
        random_check(random, &what.u.machine_check, 0);
        break;
    default:
        break;
    }
    if (s390irq_vcpu_inject(cpu->vcpu, &what) < 0) /* it runs */
        assert_true(what.kind <= S390IRQ_KIND_PROGRAM);
}

static void inject_floating(struct states_random *random, struct fake *fake)
{
    static const uint16_t kinds[] = { S390IRQ_KIND_TIMING_ALERT,
                                      S390IRQ_KIND_SERVICE_SIGNAL,
                                      S390IRQ_KIND_PFAULT_DONE,
                                      S390IRQ_KIND_VIRTIO,
                                      S390IRQ_KIND_MACHINE_CHECK };
    struct s390irq_interruption what = {
        .kind = kinds[states_below(random, sizeof kinds / sizeof *kinds)]
    };

    switch (what.kind) {
    case S390IRQ_KIND_SERVICE_SIGNAL:
        what.parameter = (uint32_t)states_next(random) & 0x7ffffffb;
        what.parameter |= 1;
        break;
    case S390IRQ_KIND_VIRTIO:
        what.parameter = (uint32_t)states_next(random);
        what.parameter64 = states_next(random);
        break;
    case S390IRQ_KIND_PFAULT_DONE:
        what.parameter64 = states_next(random);
        break;
    case S390IRQ_KIND_MACHINE_CHECK:
        random_check(random, &what.u.machine_check, 1);
        break;
    default:
        break;
    }
    assert_true(s390irq_vm_inject(fake->vm, &what) >= 0);
}

#define SUBCHANNELS 40
#define ADAPTERS    6

/* Of three subchannel sets, in no order. */
static uint32_t subchannel(uint32_t number)
{
    static const uint32_t sets[] = { 0xfe0b0000, 0x00010000, 0x00050000 };

    return sets[number % 3] | number * 37;
}

static void add_devices(struct states_random *random, struct fake *fake)
{
    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        if (states_below(random, 3))
            s390irq_vm_add_subchannel(fake->vm, subchannel(i));
    for (uint32_t i = 0; i < ADAPTERS; i++)
        if (states_below(random, 3))
            s390irq_vm_add_adapter(fake->vm, i * i * 10,
                                   states_below(random, 8),
                                   states_below(random, 8));
    for (uint32_t isc = 0; isc < 8; isc++)
        s390irq_vm_set_ais(fake->vm, isc, states_below(random, 2));
}

/* Interruptions, and what TEST PENDING INTERRUPTION does to turns. */
static void inject_io(struct states_random *random, struct fake *fake)
{
    uint32_t adapter = states_below(random, ADAPTERS);
    struct s390irq_interruption what = {
        .kind = S390IRQ_KIND_ADAPTER,
        .u.io.word = 0x80000000u | states_below(random, 8) << 27
    };

    switch (states_below(random, 8)) {
    case 0:
        s390irq_vm_signal_adapter(fake->vm, adapter * adapter * 10);
        break;
    case 1:
        s390irq_vm_mask_adapter(fake->vm, adapter * adapter * 10,
                                (int)states_below(random, 2));
        break;
    case 2:
        s390irq_queue_take_io(s390irq_vm_queue(fake->vm), 0xff, 0, &what);
        if (what.u.io.sequence && states_below(random, 2))
            s390irq_queue_put_back_io(s390irq_vm_queue(fake->vm), &what);
        break;
    case 3:
        assert_true(s390irq_vm_inject(fake->vm, &what) >= 0);
        break;
    default:
        s390irq_vm_inject_io(
            fake->vm, subchannel(states_below(random, SUBCHANNELS)),
            (uint32_t)states_next(random), states_below(random, 8) << 27);
    }
}

/* Orders that stay outstanding, since nobody can carry them out. */
static void order(struct states_random *random, struct fake *fake)
{
    struct fake_cpu *cpu = &fake->cpu[states_below(random, fake->cpus)];

    switch (states_below(random, 5)) {
    case 0:
        s390irq_vcpu_stop(cpu->vcpu);
        break;
    case 1:
        s390irq_vcpu_restart(cpu->vcpu);
        break;
    case 2:
        s390irq_vcpu_start(cpu->vcpu, NULL);
        break;
    case 3:
        s390irq_vcpu_reset(cpu->vcpu, 1 + states_below(random, 3));
        break;
    default:
        fake_sigp(fake, 0, cpu->address, S390IRQ_SIGP_STOP_AND_STORE_STATUS, 0,
                  NULL);
        break;
    }
}

struct fake *states_make(uint32_t cpus, uint64_t seed)
{
    struct states_random random = { seed * 2 + 1 };
    struct fake *fake = fake_usual(cpus);

    s390irq_vm_set_tod_epoch(fake->vm, states_below(&random, 3),
                             states_next(&random));
    add_devices(&random, fake);
    for (uint32_t i = 0; i < cpus; i++)
        start_cpu(&random, fake, i);
    for (uint32_t i = states_below(&random, 80); i > 0; i--)
        inject_io(&random, fake);
    for (uint32_t i = states_below(&random, 30); i > 0; i--)
        inject_floating(&random, fake);
    for (uint32_t i = states_below(&random, 30); i > 0; i--)
        inject_local(&random, fake);
    s390irq_vm_pause(fake->vm);
    for (uint32_t i = 0; i < cpus; i++)
        fake_deliver(fake, i);
    for (uint32_t i = states_below(&random, 4); i > 0; i--)
        order(&random, fake);
    for (uint32_t i = states_below(&random, 30); i > 0; i--)
        inject_local(&random, fake);
    atomic_fetch_add(&fake->tod, states_below(&random, 10000));
    assert_int_equal(s390irq_vm_pause(fake->vm), 1);
    return fake;
}

uint8_t *states_save(struct fake *fake, size_t *length)
{
    uint8_t *state = NULL;
    int rc;

    *length = 0;
    while ((rc = s390irq_vm_save(fake->vm, state, length)) == S390IRQ_E_BUFFER)
        state = realloc(state, *length);
    assert_int_equal(rc, 0);
    return state;
}

int states_load(struct fake *to, const struct fake *from, const void *state,
                size_t length)
{
    assert_int_equal(to->ram_size, from->ram_size);
    memcpy(to->ram, from->ram, from->ram_size);
    return s390irq_vm_load(to->vm, state, length);
}

struct states_sample states_sample(uint32_t cpus, uint64_t seed)
{
    struct states_sample sample;

    sample.fake = states_make(cpus, seed);
    sample.bytes = states_save(sample.fake, &sample.length);
    return sample;
}

void states_drop(struct states_sample *sample)
{
    free(sample->bytes);
    fake_close(sample->fake);
}

void states_assert_refused(struct fake *fake, const uint8_t *state,
                           size_t length, int error)
{
    struct fake_snapshot *before = fake_snapshot(fake);

    assert_int_equal(s390irq_vm_load(fake->vm, state, length), error);
    fake_assert_unchanged(fake, before);
}

static void same_queue(struct s390irq_queue *a, struct s390irq_queue *b)
{
    static struct s390irq_interruption list_a[512], list_b[512];
    size_t count_a = 512, count_b = 512;

    assert_int_equal(s390irq_queue_list(a, list_a, &count_a), 0);
    assert_int_equal(s390irq_queue_list(b, list_b, &count_b), 0);
    assert_int_equal(count_a, count_b);
    assert_memory_equal(list_a, list_b, count_a * sizeof *list_a);
}

/* What a CPU has, but for what it counts from, which is a host's. */
static struct s390irq_cpu plain(const struct fake *fake, struct s390irq_cpu cpu)
{
    if (cpu.cpu_timer_since_tod)
        cpu.cpu_timer -= atomic_load(&fake->tod) - cpu.cpu_timer_since_tod;
    cpu.cpu_timer_since_tod = cpu.cpu_timer_since_tod != 0;
    return cpu;
}

static void same_registers(struct fake *a, struct fake *b, uint32_t address)
{
    struct s390irq_registers registers_a = S390IRQ_REGISTERS_INIT;
    struct s390irq_registers registers_b = S390IRQ_REGISTERS_INIT;
    int rc = s390irq_vcpu_get_registers(a->cpu[address].vcpu, &registers_a);

    assert_int_equal(
        s390irq_vcpu_get_registers(b->cpu[address].vcpu, &registers_b), rc);
    assert_memory_equal(&registers_a, &registers_b, sizeof registers_a);
}

static void same_cpu(struct fake *a, struct fake *b, uint32_t address)
{
    struct s390irq_cpu cpu_a = S390IRQ_CPU_INIT, cpu_b = S390IRQ_CPU_INIT;
    struct fake_cpu *at_a = &a->cpu[address], *at_b = &b->cpu[address];

    assert_int_equal(s390irq_vcpu_state(at_a->vcpu),
                     s390irq_vcpu_state(at_b->vcpu));
    assert_int_equal(s390irq_vcpu_get_cpu(at_a->vcpu, &cpu_a),
                     s390irq_vcpu_get_cpu(at_b->vcpu, &cpu_b));
    cpu_a = plain(a, cpu_a);
    cpu_b = plain(b, cpu_b);
    assert_memory_equal(&cpu_a, &cpu_b, sizeof cpu_a);
    same_queue(s390irq_vcpu_queue(at_a->vcpu), s390irq_vcpu_queue(at_b->vcpu));
    same_registers(a, b, address);
}

static void same_devices(struct fake *a, struct fake *b)
{
    struct s390irq_queue *queue_a = s390irq_vm_queue(a->vm);
    struct s390irq_queue *queue_b = s390irq_vm_queue(b->vm);
    uint8_t ais_a[2] = { 0, 0 }, ais_b[2] = { 0, 0 };
    struct s390irq_interruption none;

    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        assert_int_equal(
            s390irq_queue_take_io(queue_a, 0, subchannel(i), &none),
            s390irq_queue_take_io(queue_b, 0, subchannel(i), &none));
    for (uint32_t i = 0; i < S390IRQ_MAX_ADAPTERS; i++) {
        struct s390irq_adapter of_a = S390IRQ_ADAPTER_INIT;
        struct s390irq_adapter of_b = S390IRQ_ADAPTER_INIT;

        assert_int_equal(s390irq_vm_get_adapter(a->vm, i, &of_a),
                         s390irq_vm_get_adapter(b->vm, i, &of_b));
        assert_memory_equal(&of_a, &of_b, sizeof of_a);
    }
    s390irq_vm_get_ais_all(a->vm, &ais_a[0], &ais_a[1]);
    s390irq_vm_get_ais_all(b->vm, &ais_b[0], &ais_b[1]);
    assert_memory_equal(ais_a, ais_b, 2);
}

void states_assert_same(struct fake *a, struct fake *b)
{
    uint32_t index_a = 0, index_b = 0;
    uint64_t tod_a = 0, tod_b = 0;

    s390irq_vm_get_tod_epoch(a->vm, &index_a, &tod_a);
    s390irq_vm_get_tod_epoch(b->vm, &index_b, &tod_b);
    assert_int_equal(index_a, index_b);
    assert_int_equal(tod_a, tod_b);
    same_queue(s390irq_vm_queue(a->vm), s390irq_vm_queue(b->vm));
    same_devices(a, b);
    for (uint32_t i = 0; i < a->cpus; i++)
        same_cpu(a, b, i);
}

/* Opens some classes, whoever has the registers, and delivers. */
static int drive(struct states_random random, struct fake *fake,
                 uint32_t address)
{
    struct fake_cpu *cpu = &fake->cpu[address];
    struct s390irq_cpu parked = S390IRQ_CPU_INIT;
    struct s390irq_cpu *at = &cpu->cpu;

    if (s390irq_vcpu_get_cpu(cpu->vcpu, &parked) == 0)
        at = &parked;
    at->psw_mask = PSW_64 | (states_below(&random, 4) ? 0 : PSW_WAIT);
    at->psw_mask |=
        states_next(&random) & (PSW_EXTERNAL | PSW_IO | PSW_MACHINE_CHECK);
    at->cr[0] = states_next(&random) & (CR0_EVERY_EXTERNAL | 0x8022);
    at->cr[6] = states_next(&random) & 0xff000000;
    at->cr[14] = states_next(&random) & CR14_CHECK;
    if (at == &parked)
        s390irq_vcpu_set_cpu(cpu->vcpu, at);
    else
        s390irq_vcpu_masks_changed(cpu->vcpu, at);
    return fake_deliver(fake, address);
}

static void same_step(struct fake *a, struct fake *b, uint32_t address)
{
    struct fake_cpu *at_a = &a->cpu[address], *at_b = &b->cpu[address];
    struct s390irq_cpu cpu_a = plain(a, at_a->cpu), cpu_b = plain(b, at_b->cpu);

    assert_memory_equal(&cpu_a, &cpu_b, sizeof cpu_a);
    assert_int_equal(at_a->report.taken, at_b->report.taken);
    assert_int_equal(at_a->report.taken_kinds, at_b->report.taken_kinds);
    assert_int_equal(at_a->report.intercepts, at_b->report.intercepts);
    assert_memory_equal(a->ram, b->ram, a->ram_size);
}

void states_assert_same_deliveries(struct fake *a, struct fake *b,
                                   uint64_t seed)
{
    struct states_random random = { seed * 2 + 1 };

    assert_int_equal(s390irq_vm_resume(a->vm), 0);
    assert_int_equal(s390irq_vm_resume(b->vm), 0);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t address = states_below(&random, a->cpus);
        uint32_t later = states_below(&random, 50);

        states_next(&random);
        assert_int_equal(drive(random, a, address), drive(random, b, address));
        same_step(a, b, address);
        atomic_fetch_add(&a->tod, later);
        atomic_fetch_add(&b->tod, later);
    }
    states_assert_same(a, b);
}

/* CRC-32 of IEEE 802.3, bit by bit: not the way the library does it. */
void states_seal(uint8_t *state, size_t length)
{
    uint32_t crc = UINT32_MAX;

    for (size_t at = 0; at < length - 4; at++) {
        crc ^= state[at];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    crc = ~crc;
    for (size_t at = 0; at < 4; at++)
        state[length - 4 + at] = (uint8_t)(crc >> (24 - 8 * at));
}
