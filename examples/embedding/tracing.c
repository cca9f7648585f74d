/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A trace hook that measures how long interruptions wait. docs/embedding.md
 * explains it.
 *
 * Two CPUs send each other emergency signals in virtual time; one signal is
 * taken at once, one is masked for a while, and one is cleared by a reset.
 */
#include <s390irq/s390irq.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define PREFIX_AREA          0x2000u
#define PSW_64BIT            0x0000000180000000
#define PSW_EXTERNAL         0x0100000000000000
#define CR0_EMERGENCY_SIGNAL 0x4000

static uint8_t ram[3 * PREFIX_AREA];
static struct s390irq_vm *vm;
static struct s390irq_vcpu *vcpu[2];
static struct s390irq_cpu cpu[2];
static uint64_t now = 1; /* in TOD units */

static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "tracing: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static uint64_t tod(void *opaque, void *who)
{
    (void)opaque, (void)who;
    return now;
}

/* Emergency signals that pend, by target and sender: since when, or 0. */
static uint64_t since[2][2];
static uint64_t waited; /* by the last one that was delivered */
static unsigned cleared;

/* What pends, as the events tell it. */
static void trace(void *opaque, void *who, const struct s390irq_trace *event)
{
    const uint32_t signals = 1u << S390IRQ_KIND_EMERGENCY_SIGNAL;

    (void)opaque, (void)who;
    switch (event->event) {
    case S390IRQ_TRACE_INJECT:
        if (event->kind == S390IRQ_KIND_EMERGENCY_SIGNAL &&
            event->outcome == S390IRQ_QUEUED)
            since[event->cpu][event->parameter] = event->tod;
        break;
    case S390IRQ_TRACE_DELIVER:
        if (event->kind != S390IRQ_KIND_EMERGENCY_SIGNAL)
            break;
        waited = event->tod - since[event->cpu][event->parameter];
        since[event->cpu][event->parameter] = 0;
        break;
    case S390IRQ_TRACE_CLEAR:
        for (int sender = 0; event->cpu < 2 && sender < 2; sender++) {
            if (!(event->parameter & signals) || !since[event->cpu][sender])
                continue;
            since[event->cpu][sender] = 0;
            cleared++;
        }
        break;
    default:
        break;
    }
}

static void expect(const char *what, bool holds)
{
    printf("%s: %s\n", what, holds ? "yes" : "NO");
    if (!holds)
        exit(1);
}

static void set_up(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;

    config.cpus = 2;
    config.ram = ram;
    config.ram_size = sizeof ram;
    ops.tod = tod;
    ops.trace = trace;
    check(s390irq_vm_create(&config, &ops, NULL, &vm));
    for (uint32_t i = 0; i < 2; i++) {
        check(s390irq_vcpu_create(vm, i, NULL, &vcpu[i]));
        cpu[i] = (struct s390irq_cpu)S390IRQ_CPU_INIT;
        cpu[i].prefix = i * PREFIX_AREA;
        cpu[i].psw_mask = PSW_64BIT | PSW_EXTERNAL;
        cpu[i].psw_address = 0x1000;
        cpu[i].cr[0] |= CR0_EMERGENCY_SIGNAL;
        ram[cpu[i].prefix + 0x1b3] = 0x01; /* the external new PSW: 64-bit */
        ram[cpu[i].prefix + 0x1b4] = 0x80;
        check(s390irq_vcpu_start(vcpu[i], &cpu[i]));
        check(s390irq_vcpu_deliver(vcpu[i], &cpu[i], NULL));
    }
}

static void signal_cpu(uint32_t target)
{
    uint32_t status;

    check(s390irq_vcpu_sigp(vcpu[1 - target], target,
                            S390IRQ_SIGP_EMERGENCY_SIGNAL, 0, &status));
}

int main(void)
{
    set_up();
    signal_cpu(1);
    now += 5;
    check(s390irq_vcpu_deliver(vcpu[1], &cpu[1], NULL));
    expect("it waited for 5 units", waited == 5);
    signal_cpu(1); /* while the handler is disabled */
    now += 100;
    cpu[1].psw_mask |= PSW_EXTERNAL;
    check(s390irq_vcpu_masks_changed(vcpu[1], &cpu[1]));
    check(s390irq_vcpu_deliver(vcpu[1], &cpu[1], NULL));
    expect("it waited for 100 units", waited == 100);
    signal_cpu(1);
    check(s390irq_vcpu_reset(vcpu[1], S390IRQ_RESET_CPU));
    check(s390irq_vcpu_deliver(vcpu[1], &cpu[1], NULL));
    expect("the reset took one", cleared == 1 && !since[1][0]);
    s390irq_vm_unref(vm);
    return 0;
}
