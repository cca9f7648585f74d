/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A translating emulator: one thread for each CPU, which polls between blocks
 * of instructions. docs/embedding.md explains it.
 *
 * The machine that it emulates is a toy with two CPUs. An instruction has two
 * bytes, the operation and an operand:
 *   SIGNAL n  SIGP, emergency signal to CPU n; ends a block
 *   COUNT     adds one to the doubleword at real address 0x1000; skips the
 *             next instruction when that makes ROUNDS
 *   LOAD n    LPSWE from real address 16 * n; ends a block
 *   STOP      SIGP, stop to itself; ends a block
 * CPU 0 signals CPU 1, whose handler counts and signals back, and so on.
 */
#include <s390irq/s390irq.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS      5000
#define CPUS        2
#define PREFIX_AREA 0x2000
#define COUNTER     0x1000 /* real */

#define PSW_64BIT            0x0000000180000000
#define PSW_EXTERNAL         0x0100000000000000
#define PSW_WAIT             0x0002000000000000
#define CR0_EMERGENCY_SIGNAL 0x4000

enum {
    SIGNAL,
    COUNT,
    LOAD,
    STOP
};

#define OLD_PSW  0x13 /* LOAD: the external old PSW at 0x130 */
#define WAIT_PSW 0x20 /* LOAD: an enabled wait at 0x200 */

#define MAIN         0x8000
#define HANDLER(cpu) (0x8010 + 0x10 * (cpu))

static const uint8_t main_program[] = { SIGNAL, 1, LOAD, WAIT_PSW };
static const uint8_t handler[CPUS][8] = {
    { SIGNAL, 1, COUNT, 0, LOAD, OLD_PSW, STOP, 0 },
    { SIGNAL, 0, COUNT, 0, LOAD, OLD_PSW, STOP, 0 },
};

/* One CPU of the emulator. */
struct emulated {
    uint32_t address;
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu; /* the registers, while the CPU runs */
    struct s390irq_poll poll;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

static _Alignas(4096) uint8_t ram[1 << 20];
static struct emulated cpus[CPUS];

/* Errors are mistakes of the host: what a guest may see is never one. */
static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "emulator: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static uint64_t fetch(uint64_t absolute)
{
    uint64_t value = 0;

    for (uint64_t at = absolute; at < absolute + 8; at++)
        value = value << 8 | ram[at];
    return value;
}

static void store(uint64_t absolute, uint64_t value)
{
    for (int at = 7; at >= 0; at--, value >>= 8)
        ram[absolute + (uint64_t)at] = (uint8_t)value;
}

/* Instructions. Each answers whether it ends the block. */

/* Busy (2) is for the guest: the instruction is executed again, and deliver
   is called in between if there is something to do. */
static bool signal_cpu(struct emulated *self, uint8_t target)
{
    uint32_t status;
    int cc = check(s390irq_vcpu_sigp(
        self->vcpu, target, S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, &status));

    if (cc == 2)
        self->cpu.psw_address -= 2;
    return true;
}

static bool count(struct emulated *self, uint8_t operand)
{
    uint64_t at = self->cpu.prefix + COUNTER;

    (void)operand;
    store(at, fetch(at) + 1);
    if (fetch(at) == ROUNDS)
        self->cpu.psw_address += 2;
    return false;
}

static bool load(struct emulated *self, uint8_t operand)
{
    uint64_t at = self->cpu.prefix + 16u * operand;

    self->cpu.psw_mask = fetch(at);
    self->cpu.psw_address = fetch(at + 8);
    check(s390irq_vcpu_masks_changed(self->vcpu, &self->cpu));
    return true;
}

static bool stop(struct emulated *self, uint8_t operand)
{
    uint32_t status;

    (void)operand;
    check(s390irq_vcpu_sigp(self->vcpu, self->address, S390IRQ_SIGP_STOP, 0,
                            &status));
    return true;
}

/* What a real emulator translates once and then executes. */
static void run_block(struct emulated *self)
{
    static bool (*const operations[])(struct emulated *, uint8_t) = {
        [SIGNAL] = signal_cpu,
        [COUNT] = count,
        [LOAD] = load,
        [STOP] = stop,
    };
    const uint8_t *code;

    do {
        code = ram + self->cpu.psw_address;
        self->cpu.psw_address += 2;
    } while (!operations[code[0]](self, code[1]));
}

static void execute(struct emulated *self)
{
    while (!s390irq_attention(&self->poll) && !(self->cpu.psw_mask & PSW_WAIT))
        run_block(self);
}

static void sleep_until_attention(struct emulated *self)
{
    pthread_mutex_lock(&self->mutex);
    while (!s390irq_attention(&self->poll))
        pthread_cond_wait(&self->condition, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}

/* The wake hook: attention was raised before it is called. */
static void wake(void *vm, void *cpu)
{
    struct emulated *self = cpu;

    (void)vm;
    pthread_mutex_lock(&self->mutex);
    pthread_cond_signal(&self->condition);
    pthread_mutex_unlock(&self->mutex);
}

/* The thread of a CPU; here a CPU that has stopped itself is done. */
static void *run_cpu(void *argument)
{
    struct emulated *self = argument;

    for (;;) {
        int answer = check(s390irq_vcpu_deliver(self->vcpu, &self->cpu, NULL));

        if (answer == S390IRQ_RUN)
            execute(self);
        else if (answer == S390IRQ_STOPPED)
            return NULL;
        else
            sleep_until_attention(self);
    }
}

static void make_cpu(struct s390irq_vm *vm, uint32_t address)
{
    struct emulated *self = &cpus[address];
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    cpu.prefix = address * PREFIX_AREA;
    store(cpu.prefix + 0x1b0, PSW_64BIT); /* external new PSW */
    store(cpu.prefix + 0x1b8, HANDLER(address));
    store(cpu.prefix + 16 * WAIT_PSW, PSW_64BIT | PSW_EXTERNAL | PSW_WAIT);
    memcpy(ram + HANDLER(address), handler[address], sizeof handler[address]);

    cpu.psw_mask = PSW_64BIT | PSW_EXTERNAL | (address ? PSW_WAIT : 0);
    cpu.psw_address = MAIN;
    cpu.cr[0] = CR0_EMERGENCY_SIGNAL;
    self->cpu = cpu;
    self->address = address;
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->condition, NULL);
    check(s390irq_vcpu_create(vm, address, self, &self->vcpu));
    check(s390irq_vcpu_poll(self->vcpu, &self->poll));
    check(s390irq_vcpu_start(self->vcpu, &cpu));
}

/* Every signal was counted by the guest; the last one still pends. */
static bool good(struct s390irq_vm *vm)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    const struct s390irq_counter *signals =
        &counters.kind[S390IRQ_KIND_EMERGENCY_SIGNAL];
    uint64_t counted = 0;

    check(s390irq_vm_counters(vm, &counters));
    for (uint32_t address = 0; address < CPUS; address++)
        counted += fetch(address * PREFIX_AREA + COUNTER);
    printf("emulator: %llu signals sent, %llu counted by the guest\n",
           (unsigned long long)signals->injected, (unsigned long long)counted);
    return counted == CPUS * ROUNDS && signals->taken == counted &&
           signals->pending == 1 && signals->injected == counted + 1;
}

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_vm *vm;
    bool result;

    config.cpus = CPUS;
    config.ram = ram;
    config.ram_size = sizeof ram;
    ops.wake = wake;
    memcpy(ram + MAIN, main_program, sizeof main_program);
    check(s390irq_vm_create(&config, &ops, NULL, &vm));
    for (uint32_t address = 0; address < CPUS; address++)
        make_cpu(vm, address);
    for (uint32_t address = 0; address < CPUS; address++)
        if (pthread_create(&cpus[address].thread, NULL, run_cpu,
                           &cpus[address]))
            return 1;
    for (uint32_t address = 0; address < CPUS; address++)
        pthread_join(cpus[address].thread, NULL);
    result = good(vm);
    s390irq_vm_unref(vm);
    return result ? 0 : 1;
}
