/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A host in the manner of KVM: guest code runs in an engine that is entered
 * and left, and changes its masks without the host being told.
 * docs/embedding.md explains it.
 *
 * The engine here is a C function that plays a guest. Round after round the
 * guest asks a device for something and then, by turns, computes with the
 * external mask open, computes with it closed and opens it later, or waits.
 * The device answers with a service signal from a thread of its own.
 */
#include <s390irq/s390irq.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 3000u

#define PSW_64BIT          0x0000000180000000
#define PSW_EXTERNAL       0x0100000000000000
#define PSW_WAIT           0x0002000000000000
#define CR0_SERVICE_SIGNAL 0x200

/* The guest's program, by instruction address. */
#define ASK       0x1000
#define MEANWHILE 0x1004
#define HANDLER   0x2000

enum exit {
    EXIT_NONE,
    EXIT_KICKED,    /* the host wanted it */
    EXIT_INTERCEPT, /* the guest opened what the host watches */
    EXIT_WAIT,      /* the guest loaded a PSW with the wait bit */
    EXIT_SERVICE,   /* the guest asks the device */
    EXIT_DONE,
};

struct engine {
    atomic_bool leave; /* from any thread: do not enter, or come out */
    uint64_t psw_mask;
    uint64_t psw_address;
    uint32_t intercepts; /* S390IRQ_INTERCEPT_*: come out after these */
    uint32_t round;
    uint32_t work;
    bool wrong;
};

static _Alignas(4096) uint8_t ram[1 << 20];
static struct engine engine;
static struct s390irq_vcpu *vcpu;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t awake = PTHREAD_COND_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER;
static uint32_t questions; /* under the mutex */

static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "exit_loop: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static uint32_t fetch(uint32_t absolute, uint32_t bytes)
{
    uint32_t value = 0;

    for (uint32_t at = absolute; at < absolute + bytes; at++)
        value = value << 8 | ram[at];
    return value;
}

static uint32_t sccb_of(uint32_t round)
{
    return 8 * (round + 1);
}

/* The engine. None of this calls the library. */

static enum exit set_mask(uint64_t mask)
{
    uint64_t opened = mask & ~engine.psw_mask;

    engine.psw_mask = mask;
    if (mask & PSW_WAIT)
        return EXIT_WAIT;
    if ((opened & PSW_EXTERNAL) &&
        (engine.intercepts & S390IRQ_INTERCEPT_PSW_EXTERNAL))
        return EXIT_INTERCEPT;
    return EXIT_NONE;
}

static enum exit ask(void)
{
    if (engine.round == ROUNDS)
        return EXIT_DONE;
    engine.psw_address = MEANWHILE;
    engine.work = 0;
    return EXIT_SERVICE;
}

/* Until the service signal comes the guest does not get any further. */
static enum exit meanwhile(void)
{
    switch (engine.round % 3) {
    case 0:
        return set_mask(PSW_64BIT | PSW_EXTERNAL);
    case 1:
        if (++engine.work < 2000)
            return EXIT_NONE;
        return set_mask(PSW_64BIT | PSW_EXTERNAL);
    default:
        return set_mask(PSW_64BIT | PSW_EXTERNAL | PSW_WAIT);
    }
}

static enum exit handle(void)
{
    if (fetch(0x84, 4) != 0x2401 || fetch(0x80, 4) != sccb_of(engine.round))
        engine.wrong = true;
    engine.round++;
    engine.psw_address = ASK;
    return EXIT_NONE;
}

static enum exit step(void)
{
    switch (engine.psw_address) {
    case ASK:
        return ask();
    case MEANWHILE:
        return meanwhile();
    default:
        return handle();
    }
}

static enum exit enter(void)
{
    enum exit reason = EXIT_NONE;

    while (reason == EXIT_NONE)
        reason = atomic_load(&engine.leave) ? EXIT_KICKED : step();
    return reason;
}

/* The host. */

/* Sticky: if the CPU has not entered the engine yet, it will not stay in. */
static void kick(void *vm, void *cpu)
{
    (void)vm, (void)cpu;
    atomic_store(&engine.leave, true);
}

static void wake(void *vm, void *cpu)
{
    (void)vm, (void)cpu;
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&awake);
    pthread_mutex_unlock(&mutex);
}

static void sleep_until_attention(void)
{
    pthread_mutex_lock(&mutex);
    while (!s390irq_vcpu_attention(vcpu))
        pthread_cond_wait(&awake, &mutex);
    pthread_mutex_unlock(&mutex);
}

static void refresh(struct s390irq_cpu *cpu)
{
    cpu->psw_mask = engine.psw_mask;
    cpu->psw_address = engine.psw_address;
}

static void write_back(const struct s390irq_cpu *cpu,
                       const struct s390irq_report *report)
{
    engine.psw_mask = cpu->psw_mask;
    engine.psw_address = cpu->psw_address;
    engine.intercepts = report->intercepts;
}

static void ask_device(void)
{
    pthread_mutex_lock(&mutex);
    questions++;
    pthread_cond_signal(&asked);
    pthread_mutex_unlock(&mutex);
}

static void run_cpu(struct s390irq_cpu *cpu)
{
    struct s390irq_report report = S390IRQ_REPORT_INIT;
    enum exit reason = EXIT_NONE;

    while (reason != EXIT_DONE) {
        atomic_store(&engine.leave, false);
        refresh(cpu);
        if (check(s390irq_vcpu_deliver(vcpu, cpu, &report)) != S390IRQ_RUN) {
            sleep_until_attention();
            continue;
        }
        write_back(cpu, &report);
        reason = enter();
        if (reason == EXIT_SERVICE)
            ask_device();
    }
}

/* Answers each question with a service signal. */
static void *device(void *argument)
{
    struct s390irq_vm *vm = argument;

    for (uint32_t answered = 0; answered < ROUNDS; answered++) {
        pthread_mutex_lock(&mutex);
        while (questions == answered)
            pthread_cond_wait(&asked, &mutex);
        pthread_mutex_unlock(&mutex);
        check(s390irq_vm_inject_service(vm, sccb_of(answered)));
    }
    s390irq_vm_unref(vm);
    return NULL;
}

static bool good(struct s390irq_vm *vm)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    const struct s390irq_counter *services =
        &counters.kind[S390IRQ_KIND_SERVICE_SIGNAL];

    check(s390irq_vm_counters(vm, &counters));
    printf("exit_loop: %llu service signals, %u handled by the guest\n",
           (unsigned long long)services->injected, engine.round);
    return engine.round == ROUNDS && !engine.wrong &&
           services->taken == ROUNDS && services->injected == ROUNDS;
}

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_vm *vm;
    pthread_t thread;
    bool result;

    config.flags = S390IRQ_VM_MASKS_UNKNOWN;
    config.ram = ram;
    config.ram_size = sizeof ram;
    ops.kick = kick;
    ops.wake = wake;
    check(s390irq_vm_create(&config, &ops, NULL, &vm));
    check(s390irq_vcpu_create(vm, 0, NULL, &vcpu));

    ram[0x1b3] = 0x01, ram[0x1b4] = 0x80; /* external new PSW: 64-bit, */
    ram[0x1be] = HANDLER >> 8;            /* masked off, at HANDLER */
    cpu.psw_mask = PSW_64BIT;
    cpu.psw_address = ASK;
    cpu.cr[0] = CR0_SERVICE_SIGNAL;
    engine.psw_mask = cpu.psw_mask;
    engine.psw_address = cpu.psw_address;
    check(s390irq_vcpu_start(vcpu, &cpu));
    if (pthread_create(&thread, NULL, device, s390irq_vm_ref(vm)))
        return 1;
    run_cpu(&cpu);
    pthread_join(thread, NULL);
    result = good(vm);
    s390irq_vm_unref(vm);
    return result ? 0 : 1;
}
