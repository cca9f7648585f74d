/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Ten million interruptions between threads: local, floating and I/O, all
 * mixed, by one and two threads that inject, to one and two that deliver,
 * poll and sleep. Service signals, virtio and I/O are numbered, and each one
 * is known by itself; signals between CPUs are counted by sender and CPU.
 * Lost: accepted and never seen by a handler. Doubled: seen twice, or never
 * sent.
 *
 *   S390IRQ_TEST_LONG   1: the ten million; else some hundred thousand
 *   S390IRQ_TEST_STEPS  another number of interruptions
 */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <time.h>

#include "fake.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define CPUS        2
#define INJECTORS   2
#define SUBCHANNELS 64  /* of an injector */
#define PATIENCE    60  /* seconds without progress */
#define IDLE        512 /* looks in vain before a CPU sleeps */

#define GUEST_PSW   (PSW_64 | PSW_IO | PSW_EXTERNAL)
#define HANDLER     UINT64_C(0x10000)
#define SERVICE_BIT 3 /* where the number of a service signal begins */

/* What is numbered; each injector has a set of each. */
enum stream {
    SERVICE,
    VIRTIO,
    IO,
    STREAMS
};

/* One bit for each number: sent and not replaced, or seen. */
struct numbers {
    _Atomic uint32_t *bit;
    uint32_t next; /* the first that has not been sent */
};

struct injector {
    struct yard *yard;
    pthread_t thread;
    uint32_t number;
    uint64_t random;
    uint64_t accepted;
    uint64_t signals[2][CPUS]; /* emergency, external call: QUEUED */
    struct numbers sent[STREAMS];
    struct numbers seen[STREAMS];
    uint32_t last[SUBCHANNELS];
};

struct owner {
    struct yard *yard;
    pthread_t thread;
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu registers;
    struct s390irq_poll poll;
    uint64_t signals[2][INJECTORS];
    uint64_t random;
    unsigned wrong;
};

struct yard {
    struct s390irq_vm *vm;
    uint8_t *ram;
    uint64_t wanted; /* of each injector */
    uint32_t limit;  /* of the numbers of a stream; replaced ones count */
    uint32_t injectors;
    uint32_t owners;
    struct injector injector[INJECTORS];
    struct owner owner[CPUS];
    atomic_uint doubled;
    atomic_bool quit;
};

static uint64_t interruptions(void)
{
    const char *steps = getenv("S390IRQ_TEST_STEPS");

    if (steps && *steps)
        return strtoull(steps, NULL, 0);
    if (getenv("S390IRQ_TEST_LONG"))
        return SANITIZED ? 1000000 : 10000000;
    return SANITIZED ? 60000 : 400000;
}

static uint32_t dice(uint64_t *random, uint32_t sides)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return (uint32_t)(*random >> 32) % sides;
}

/* 1: the bit was there already. */
static uint32_t mark(struct numbers *numbers, uint32_t number)
{
    uint32_t bit = 1u << number % 32;

    return (atomic_fetch_or(&numbers->bit[number / 32], bit) & bit) != 0;
}

/* What was replaced before anybody took it is not owed. */
static void forgive(struct numbers *numbers, uint32_t number)
{
    atomic_fetch_and(&numbers->bit[number / 32], ~(1u << number % 32));
}

/* Injection. */

static int inject_numbered(struct injector *self, enum stream stream,
                           uint32_t number)
{
    struct s390irq_interruption virtio = { .kind = S390IRQ_KIND_VIRTIO };
    struct s390irq_vm *vm = self->yard->vm;
    uint32_t subchannel = number % SUBCHANNELS;
    int outcome;

    switch (stream) {
    case SERVICE:
        return s390irq_vm_inject_service(
            vm, (number * INJECTORS + self->number + 1) << SERVICE_BIT);
    case VIRTIO:
        virtio.parameter64 = number;
        virtio.parameter = self->number;
        return s390irq_vm_inject(vm, &virtio);
    default:
        outcome = s390irq_vm_inject_io(
            vm, 0x10000 + self->number * SUBCHANNELS + subchannel, number,
            IO_WORD(subchannel % 8));
        if (outcome == S390IRQ_COALESCED)
            forgive(&self->sent[IO], self->last[subchannel]);
        self->last[subchannel] = number;
        return outcome;
    }
}

/* Marked before it is sent: the handler may be quicker than the call. */
static int send_numbered(struct injector *self, enum stream stream)
{
    struct numbers *sent = &self->sent[stream];
    int outcome;

    if (sent->next == self->yard->limit)
        return S390IRQ_BUSY;
    mark(sent, sent->next);
    outcome = inject_numbered(self, stream, sent->next);
    if (outcome == S390IRQ_QUEUED || outcome == S390IRQ_COALESCED)
        sent->next++;
    else
        forgive(sent, sent->next);
    return outcome;
}

static int send_signal(struct injector *self, uint32_t which)
{
    uint32_t target = dice(&self->random, self->yard->owners);
    struct s390irq_vcpu *vcpu = self->yard->owner[target].vcpu;
    int outcome = which ? s390irq_vcpu_inject_external_call(vcpu, self->number)
                        : s390irq_vcpu_inject_emergency(vcpu, self->number);

    if (outcome == S390IRQ_QUEUED)
        self->signals[which][target]++;
    return outcome;
}

static void *inject(void *argument)
{
    struct injector *self = argument;

    while (self->accepted < self->yard->wanted) {
        uint32_t what = dice(&self->random, 8);
        int outcome = what < 2 ? send_signal(self, what)
                               : send_numbered(self, what < 4 ? what - 2 : IO);

        if (outcome == S390IRQ_QUEUED)
            self->accepted++;
        else if (dice(&self->random, 4) == 0)
            sched_yield();
    }
    return NULL;
}

/* Delivery. */

static uint64_t load(const struct owner *self, unsigned offset, unsigned length)
{
    const uint8_t *at = self->yard->ram + self->registers.prefix + offset;
    uint64_t value = 0;

    for (unsigned i = 0; i < length; i++)
        value = value << 8 | at[i];
    return value;
}

static void see(struct owner *self, enum stream stream, uint32_t injector,
                uint64_t number)
{
    struct yard *yard = self->yard;

    if (injector >= yard->injectors || number >= yard->limit)
        self->wrong++;
    else
        atomic_fetch_add(
            &yard->doubled,
            mark(&yard->injector[injector].seen[stream], (uint32_t)number));
}

static void handle_external(struct owner *self)
{
    uint32_t code = (uint32_t)load(self, LOWCORE_EXTERNAL_CODE, 2);
    uint32_t source = (uint32_t)load(self, LOWCORE_EXTERNAL_CPU, 2);
    uint32_t parameter = (uint32_t)load(self, LOWCORE_EXTERNAL_PARAMETER, 4);

    switch (code) {
    case EXTERNAL_EMERGENCY_SIGNAL:
    case EXTERNAL_CALL:
        self->wrong += source >= INJECTORS;
        self->signals[code == EXTERNAL_CALL][source % INJECTORS]++;
        break;
    case EXTERNAL_SERVICE_SIGNAL:
        parameter = (parameter >> SERVICE_BIT) - 1;
        see(self, SERVICE, parameter % INJECTORS, parameter / INJECTORS);
        break;
    case EXTERNAL_CP_SERVICE:
        see(self, VIRTIO, parameter,
            load(self, LOWCORE_EXTERNAL_PARAMETER64, 8));
        break;
    default:
        self->wrong++;
    }
}

static void handle(struct owner *self)
{
    uint32_t subchannel;

    switch (self->registers.psw_address - HANDLER) {
    case LOWCORE_EXTERNAL_NEW:
        handle_external(self);
        break;
    case LOWCORE_IO_NEW:
        subchannel = (uint32_t)load(self, LOWCORE_SUBCHANNEL, 4) - 0x10000;
        see(self, IO, subchannel / SUBCHANNELS,
            load(self, LOWCORE_IO_PARAMETER, 4));
        break;
    default:
        self->wrong++;
    }
    self->registers.psw_address = 0;
}

/* Until something may be there: looks for a while, then sleeps. */
static uint64_t look(struct owner *self)
{
    uint32_t looks = dice(&self->random, IDLE);

    for (uint32_t i = 0; i < looks; i++)
        if (s390irq_attention(&self->poll))
            return 0;
    return PSW_WAIT;
}

static void *run(void *argument)
{
    struct owner *self = argument;
    int answer;

    self->wrong +=
        s390irq_vcpu_deliver(self->vcpu, &self->registers, NULL) != S390IRQ_RUN;
    if (self->registers.psw_address)
        handle(self);
    while (!atomic_load(&self->yard->quit)) {
        self->registers.psw_mask = GUEST_PSW;
        s390irq_vcpu_masks_changed(self->vcpu, &self->registers);
        self->registers.psw_mask |= look(self);
        answer = s390irq_vcpu_deliver(self->vcpu, &self->registers, NULL);
        while (answer == S390IRQ_WAIT && !atomic_load(&self->yard->quit)) {
            if (s390irq_vcpu_wait(self->vcpu) == S390IRQ_E_UNSUPPORTED)
                sched_yield();
            answer = s390irq_vcpu_deliver(self->vcpu, &self->registers, NULL);
        }
        self->wrong += answer != S390IRQ_RUN && answer != S390IRQ_WAIT;
        if (answer == S390IRQ_RUN && self->registers.psw_address)
            handle(self);
    }
    return NULL;
}

/* Setting up and comparing. */

static void new_psw(uint8_t *area, unsigned offset)
{
    for (unsigned i = 0; i < 8; i++) {
        area[offset + i] = (uint8_t)(PSW_64 >> (56 - 8 * i));
        area[offset + 8 + i] = (uint8_t)((HANDLER + offset) >> (56 - 8 * i));
    }
}

static void open_owner(struct yard *yard, uint32_t address)
{
    struct owner *owner = &yard->owner[address];

    owner->yard = yard;
    owner->random = address + 77;
    owner->registers = (struct s390irq_cpu)S390IRQ_CPU_INIT;
    owner->registers.prefix = address * LOWCORE_SIZE;
    owner->registers.psw_mask = GUEST_PSW;
    owner->registers.cr[0] = CR0_EVERY_EXTERNAL;
    owner->registers.cr[6] = CR6_EVERY_ISC;
    owner->registers.clock_comparator = UINT64_MAX;
    new_psw(yard->ram + owner->registers.prefix, LOWCORE_EXTERNAL_NEW);
    new_psw(yard->ram + owner->registers.prefix, LOWCORE_IO_NEW);
    assert_int_equal(s390irq_vcpu_create(yard->vm, address, NULL, &owner->vcpu),
                     0);
    s390irq_vcpu_poll(owner->vcpu, &owner->poll);
    if (address < yard->owners)
        assert_int_equal(s390irq_vcpu_start(owner->vcpu, &owner->registers), 0);
}

static void open_injector(struct yard *yard, uint32_t number)
{
    struct injector *injector = &yard->injector[number];
    size_t words = yard->limit / 32;

    injector->yard = yard;
    injector->number = number;
    injector->random = number + 1;
    for (int stream = 0; stream < STREAMS; stream++) {
        injector->sent[stream].bit = calloc(words, sizeof(uint32_t));
        injector->seen[stream].bit = calloc(words, sizeof(uint32_t));
        assert_non_null(injector->sent[stream].bit);
        assert_non_null(injector->seen[stream].bit);
    }
    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        assert_int_equal(s390irq_vm_add_subchannel(
                             yard->vm, 0x10000 + number * SUBCHANNELS + i),
                         0);
}

static struct yard *open_yard(uint32_t injectors, uint32_t owners)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct yard *yard = calloc(1, sizeof *yard);

    assert_non_null(yard);
    yard->ram = calloc(CPUS, LOWCORE_SIZE);
    assert_non_null(yard->ram);
    yard->injectors = injectors;
    yard->owners = owners;
    yard->wanted = interruptions() / injectors;
    yard->limit = (uint32_t)(yard->wanted * 4 / 32 + 1) * 32;
    config.cpus = CPUS;
    config.ram = yard->ram;
    config.ram_size = CPUS * LOWCORE_SIZE;
    assert_int_equal(s390irq_vm_create(&config, NULL, NULL, &yard->vm), 0);
    for (uint32_t i = 0; i < CPUS; i++)
        open_owner(yard, i);
    for (uint32_t i = 0; i < injectors; i++)
        open_injector(yard, i);
    return yard;
}

static uint64_t pending(const struct yard *yard)
{
    uint64_t count = s390irq_queue_count(s390irq_vm_queue(yard->vm));

    for (uint32_t i = 0; i < yard->owners; i++)
        count += s390irq_queue_count(s390irq_vcpu_queue(yard->owner[i].vcpu));
    return count;
}

/* Until nothing pends, or nothing moves any more: what is left is lost. */
static void drain(const struct yard *yard)
{
    uint64_t before = 0, now;
    time_t deadline = 0;

    while ((now = pending(yard)) != 0) {
        if (now != before)
            deadline = time(NULL) + PATIENCE;
        if (time(NULL) > deadline)
            return;
        before = now;
        sched_yield();
    }
}

static void work(struct yard *yard)
{
    for (uint32_t i = 0; i < yard->owners; i++)
        assert_int_equal(
            pthread_create(&yard->owner[i].thread, NULL, run, &yard->owner[i]),
            0);
    for (uint32_t i = 0; i < yard->injectors; i++)
        assert_int_equal(pthread_create(&yard->injector[i].thread, NULL, inject,
                                        &yard->injector[i]),
                         0);
    for (uint32_t i = 0; i < yard->injectors; i++)
        pthread_join(yard->injector[i].thread, NULL);
    drain(yard);
    atomic_store(&yard->quit, true);
    for (uint32_t i = 0; i < yard->owners; i++) {
        s390irq_vcpu_kick(yard->owner[i].vcpu);
        pthread_join(yard->owner[i].thread, NULL);
    }
}

/* Numbers that were sent and not seen (lost), or seen and not sent. */
static void compare_numbers(const struct injector *injector, uint64_t *lost,
                            uint64_t *doubled)
{
    size_t words = injector->yard->limit / 32;

    for (int stream = 0; stream < STREAMS; stream++)
        for (size_t i = 0; i < words; i++) {
            uint32_t sent = atomic_load(&injector->sent[stream].bit[i]);
            uint32_t seen = atomic_load(&injector->seen[stream].bit[i]);

            *lost += (unsigned)__builtin_popcount(sent & ~seen);
            *doubled += (unsigned)__builtin_popcount(seen & ~sent);
        }
}

static void compare_signals(const struct yard *yard, uint64_t *lost,
                            uint64_t *doubled)
{
    for (uint32_t k = 0; k < 2 * CPUS * yard->injectors; k++) {
        uint32_t which = k % 2, cpu = k / 2 % CPUS, source = k / 2 / CPUS;
        uint64_t sent = yard->injector[source].signals[which][cpu];
        uint64_t seen = yard->owner[cpu].signals[which][source];

        *lost += sent > seen ? sent - seen : 0;
        *doubled += seen > sent ? seen - sent : 0;
    }
}

static void close_yard(struct yard *yard)
{
    for (uint32_t i = 0; i < yard->injectors; i++)
        for (int stream = 0; stream < STREAMS; stream++) {
            free((void *)yard->injector[i].sent[stream].bit);
            free((void *)yard->injector[i].seen[stream].bit);
        }
    s390irq_vm_unref(yard->vm);
    free(yard->ram);
    free(yard);
}

static void assert_all_once(uint32_t injectors, uint32_t owners)
{
    struct yard *yard = open_yard(injectors, owners);
    uint64_t lost = 0, doubled, accepted = 0;

    work(yard);
    doubled = atomic_load(&yard->doubled);
    compare_signals(yard, &lost, &doubled);
    for (uint32_t i = 0; i < injectors; i++) {
        compare_numbers(&yard->injector[i], &lost, &doubled);
        accepted += yard->injector[i].accepted;
    }
    for (uint32_t i = 0; i < owners; i++)
        assert_int_equal(yard->owner[i].wrong, 0);
    assert_int_equal(lost, 0);
    assert_int_equal(doubled, 0);
    assert_true(accepted >= interruptions() / injectors * injectors);
    close_yard(yard);
}

static void one_to_one(void **state)
{
    (void)state;
    assert_all_once(1, 1);
}

static void two_to_one(void **state)
{
    (void)state;
    assert_all_once(2, 1);
}

static void two_to_two(void **state)
{
    (void)state;
    assert_all_once(2, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "millions: one thread injects, one delivers", one_to_one, NULL, NULL,
          NULL },
        { "millions: two threads inject, one delivers", two_to_one, NULL, NULL,
          NULL },
        { "millions: two threads inject, two deliver", two_to_two, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
