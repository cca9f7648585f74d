/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The rarer things that a VMM does with a machine: machine checks with the
 * registers of a CPU, the pfault handshake, the TOD clock, CPUs that come and
 * go, and a state that travels. docs/embedding.md explains it. There is no
 * guest: main() executes what one would.
 */
#include <s390irq/s390irq.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS          2
#define PREFIX        0x4000
#define PSW_64BIT     0x0000000180000000
#define PSW_EXTERNAL  0x0100000000000000
#define PSW_CHECKS    0x0004000000000000
#define CR0_SERVICE   0x200 /* service signal and CP service */
#define CR14_CHANNEL  0x10000000
#define HANDLER       0x2000
#define EXTERNAL_CODE 0x86 /* real */
#define EXTERNAL_PSW  0x1b0
#define TOKEN         0x11b8
#define CHECK_CODE    0xe8
#define CHECK_PSW     0x1e0
#define SAVED_GENERAL 0x1280

static _Alignas(4096) uint8_t ram[1 << 20];
static uint64_t general_registers[16] = { [7] = 0x7777 };

static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "machine: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static void expect(const char *what, bool is_so)
{
    if (is_so)
        return;
    fprintf(stderr, "machine: not so: %s\n", what);
    exit(1);
}

static uint64_t fetch(uint32_t real, uint32_t bytes)
{
    uint64_t value = 0;

    for (uint32_t at = 0; at < bytes; at++)
        value = value << 8 | ram[PREFIX + real + at];
    return value;
}

static void put_psw(uint32_t real, uint64_t mask, uint64_t address)
{
    for (int at = 7; at >= 0; at--, mask >>= 8, address >>= 8) {
        ram[PREFIX + real + (uint32_t)at] = (uint8_t)mask;
        ram[PREFIX + real + 8 + (uint32_t)at] = (uint8_t)address;
    }
}

/* The registers hook: what the library does not keep, on the owner's thread. */
static int registers(void *opaque, void *cpu, struct s390irq_registers *to)
{
    (void)opaque, (void)cpu;
    memcpy(to->general, general_registers, sizeof to->general);
    return 0;
}

static struct s390irq_vm *make(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_vm *vm;

    config.cpus = CPUS;
    config.ram = ram;
    config.ram_size = sizeof ram;
    ops.registers = registers;
    check(s390irq_vm_create(&config, &ops, NULL, &vm));
    return vm;
}

static struct s390irq_vcpu *plug(struct s390irq_vm *vm, uint32_t address)
{
    struct s390irq_vcpu *vcpu;

    check(s390irq_vcpu_create(vm, address, NULL, &vcpu));
    return vcpu;
}

static void boot(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu)
{
    cpu->prefix = PREFIX;
    cpu->psw_mask = PSW_64BIT | PSW_EXTERNAL | PSW_CHECKS;
    cpu->cr[0] = CR0_SERVICE;
    cpu->cr[14] = CR14_CHANNEL;
    check(s390irq_vcpu_start(vcpu, cpu));
    check(s390irq_vcpu_deliver(vcpu, cpu, NULL));
}

/* The channel subsystem has something to report. */
static void channel_report(struct s390irq_vm *vm)
{
    struct s390irq_interruption report = {
        .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT,
    };

    check(s390irq_vm_inject(vm, &report));
}

static void try_machine_check(struct s390irq_vm *vm, struct s390irq_vcpu *vcpu,
                              struct s390irq_cpu *cpu)
{
    channel_report(vm);
    check(s390irq_vcpu_deliver(vcpu, cpu, NULL));
    expect("it is taken", cpu->psw_address == HANDLER);
    expect("the code says so",
           (fetch(CHECK_CODE, 8) & S390IRQ_MCIC_CHANNEL_REPORT) != 0);
    expect("registers are saved", fetch(SAVED_GENERAL + 7 * 8, 8) == 0x7777);
    cpu->psw_mask |= PSW_EXTERNAL | PSW_CHECKS;
    check(s390irq_vcpu_masks_changed(vcpu, cpu));
}

/* A page is not there: let the guest run something else, or wait for it. */
static bool page_fault(struct s390irq_vcpu *vcpu, struct s390irq_cpu *cpu,
                       uint64_t *token)
{
    struct s390irq_interruption init = { .kind = S390IRQ_KIND_PFAULT_INIT };
    uint64_t real;

    if (!check(s390irq_vcpu_pfault_may_start(vcpu, cpu, &real)))
        return false;
    *token = fetch((uint32_t)real, 8);
    init.parameter64 = *token;
    return check(s390irq_vcpu_inject(vcpu, &init)) == S390IRQ_QUEUED;
}

static void page_is_there(struct s390irq_vm *vm, uint64_t token)
{
    struct s390irq_interruption done = { .kind = S390IRQ_KIND_PFAULT_DONE,
                                         .parameter64 = token };

    check(s390irq_vm_inject(vm, &done));
}

static void try_pfault(struct s390irq_vm *vm, struct s390irq_vcpu *vcpu,
                       struct s390irq_cpu *cpu)
{
    uint64_t token;

    expect("no handshake", !page_fault(vcpu, cpu, &token));
    check(s390irq_vcpu_pfault_begin(vcpu, 0x800, 0, 0));
    ram[PREFIX + 0x807] = 0x42;
    expect("the guest agreed", page_fault(vcpu, cpu, &token));
    page_is_there(vm, token);
    check(s390irq_vcpu_deliver(vcpu, cpu, NULL));
    expect("init", fetch(EXTERNAL_CODE - 2, 4) == 0x06002603);
    expect("with the token", fetch(TOKEN, 8) == 0x42);
    cpu->psw_mask |= PSW_EXTERNAL;
    check(s390irq_vcpu_deliver(vcpu, cpu, NULL));
    expect("done", fetch(EXTERNAL_CODE - 2, 4) == 0x06802603);
    cpu->psw_mask |= PSW_EXTERNAL;
    check(s390irq_vcpu_masks_changed(vcpu, cpu));
}

/* SET CLOCK, and the host's own clock jumps: the guest sees the first. */
static void try_clock(struct s390irq_vm *vm)
{
    uint32_t index;
    uint64_t tod;

    check(s390irq_vm_set_tod_epoch(vm, 1, 0x1000));
    check(s390irq_vm_get_tod_epoch(vm, &index, &tod));
    expect("it goes on from there", index == 1 && tod >= 0x1000);
}

/* The owner takes its CPU out; the address can be plugged again. */
static void try_plugging(struct s390irq_vm *vm, struct s390irq_vcpu *sender)
{
    struct s390irq_vcpu *other = plug(vm, 1);
    uint32_t status;

    check(s390irq_vcpu_unplug(other));
    expect("SIGP finds nobody",
           s390irq_vcpu_sigp(sender, 1, S390IRQ_SIGP_SENSE, 0, &status) == 3);
    other = plug(vm, 1);
    expect("it is there, stopped",
           s390irq_vcpu_state(other) == S390IRQ_STATE_STOPPED);
}

/*
 * Everything that the library knows, as bytes. What is injected between two
 * calls may make it longer.
 */
static void *save(struct s390irq_vm *vm, size_t *length)
{
    void *state = NULL, *longer;
    int rc;

    *length = 0;
    while ((rc = s390irq_vm_save(vm, state, length)) == S390IRQ_E_BUFFER) {
        longer = realloc(state, *length);
        if (!longer)
            break;
        state = longer;
    }
    if (rc == 0)
        return state;
    free(state);
    return NULL;
}

/* What KVM has a record of, for a kernel's FLIC; the rest is named. */
static size_t to_kvm(struct s390irq_vm *vm, uint8_t *buffer, size_t room)
{
    struct s390irq_import_report report = S390IRQ_IMPORT_REPORT_INIT;
    size_t length = room;

    check(s390irq_vm_export_flic(vm, buffer, &length, S390IRQ_EXPORT_PARTIAL,
                                 &report));
    if (report.dropped)
        printf("%u not exported, kinds %#x\n", report.dropped,
               report.left_out_kinds);
    return length;
}

/* The owner has answered the pause by its next deliver. */
static void travel(struct s390irq_vm *from, struct s390irq_vcpu *vcpu,
                   struct s390irq_cpu *cpu)
{
    struct s390irq_vm *to = make();
    struct s390irq_vcpu *arrived = plug(to, 0);
    uint8_t records[16 * S390IRQ_KVM_RECORD];
    size_t length;
    void *state;

    plug(to, 1);
    check(s390irq_vm_inject_service(from, 0x5000));
    s390irq_vm_pause(from);
    check(s390irq_vcpu_deliver(vcpu, cpu, NULL));
    expect("all are parked", s390irq_vm_pause(from) == 1);
    expect("a record",
           to_kvm(from, records, sizeof records) == S390IRQ_KVM_RECORD);
    state = save(from, &length);
    expect("a state", state != NULL);
    check(s390irq_vm_load(to, state, length));
    free(state);
    s390irq_vm_unref(from);

    memset(cpu, 0, sizeof *cpu);
    cpu->size = sizeof *cpu;
    check(s390irq_vcpu_deliver(arrived, cpu, NULL));
    expect("it goes on elsewhere", cpu->psw_address == HANDLER);
    expect("with what pended", fetch(EXTERNAL_CODE, 2) == 0x2401);
    s390irq_vm_unref(to);
}

int main(void)
{
    struct s390irq_vm *vm = make();
    struct s390irq_vcpu *vcpu = plug(vm, 0);
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;

    put_psw(EXTERNAL_PSW, PSW_64BIT, HANDLER);
    put_psw(CHECK_PSW, PSW_64BIT, HANDLER);
    boot(vcpu, &cpu);
    try_machine_check(vm, vcpu, &cpu);
    try_pfault(vm, vcpu, &cpu);
    try_clock(vm);
    try_plugging(vm, vcpu);
    travel(vm, vcpu, &cpu);
    return 0;
}
