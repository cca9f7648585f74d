/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a VMM does for its devices: subchannels that interrupt, the
 * instructions that look at what pends, adapters with indicators in guest
 * storage, and the question why something is not delivered. docs/embedding.md
 * explains it. There is no guest: main() executes what one would.
 */
#include <s390irq/s390irq.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM_SIZE    (1u << 20)
#define PSW_64BIT   0x0000000180000000
#define PSW_IO      0x0200000000000000
#define HANDLER     0x2000
#define PGM_HANDLER 0x3000
#define PROGRAM     0x1000
#define ADDRESSING  5
#define IO_CODE     0xb8 /* real */
#define IO_NEW_PSW  0x1f0
#define PGM_CODE    0x8e /* real */
#define PGM_NEW_PSW 0x1d0
#define DEVICE      0x00010000 /* subsystem identification */
#define DEVICE_ISC  3
#define PARAMETER   0x12345678
#define ADAPTER     1
#define ADAPTER_ISC 5
#define SUMMARY     0x8000
#define INDICATORS  0x9000
#define OPERAND     0xa000

static _Alignas(4096) uint8_t ram[RAM_SIZE];
static struct s390irq_vm *vm;
static struct s390irq_vcpu *vcpu;
static struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
static bool status_pending; /* of the subchannel */

static int check(int rc)
{
    if (rc < 0) {
        fprintf(stderr, "devices: %s\n", s390irq_strerror(rc));
        exit(1);
    }
    return rc;
}

static void expect(const char *what, bool is_so)
{
    if (is_so)
        return;
    fprintf(stderr, "devices: not so: %s\n", what);
    exit(1);
}

static uint64_t fetch(uint32_t absolute, uint32_t bytes)
{
    uint64_t value = 0;

    while (bytes--)
        value = value << 8 | ram[absolute++];
    return value;
}

static bool store(uint64_t absolute, const uint8_t *bytes, uint32_t length)
{
    if (absolute > RAM_SIZE - length)
        return false;
    memcpy(ram + absolute, bytes, length);
    return true;
}

static void put_psw(uint32_t absolute, uint64_t mask, uint64_t address)
{
    for (int at = 7; at >= 0; at--, mask >>= 8, address >>= 8) {
        ram[absolute + (uint32_t)at] = (uint8_t)mask;
        ram[absolute + 8 + (uint32_t)at] = (uint8_t)address;
    }
}

/* What the guest opens, and what it finds in its handler. */
static uint64_t open_and_deliver(uint32_t cr6)
{
    cpu.psw_mask = PSW_64BIT | PSW_IO;
    cpu.psw_address = PROGRAM;
    cpu.cr[6] = cr6;
    check(s390irq_vcpu_masks_changed(vcpu, &cpu));
    check(s390irq_vcpu_deliver(vcpu, &cpu, NULL));
    return cpu.psw_address == HANDLER ? fetch(IO_CODE, 8) : 0;
}

/* The device's thread: a channel program has ended. */
static void channel_program_ended(void)
{
    status_pending = true;
    check(s390irq_vm_inject_io(vm, DEVICE, PARAMETER,
                               S390IRQ_IO_WORD(DEVICE_ISC)));
}

/* A condition of the instruction that is executed: deliver takes it. */
static void program_interruption(uint16_t code)
{
    struct s390irq_program program = { .code = code, .ilc = 4 };

    check(s390irq_vcpu_program(vcpu, &program));
}

/* TEST PENDING INTERRUPTION: answers the condition code. */
static int test_pending_interruption(uint64_t operand)
{
    struct s390irq_queue *queue = s390irq_vm_queue(vm);
    struct s390irq_interruption taken;
    uint8_t code[12];

    if (!check(s390irq_queue_take_io(queue, cpu.cr[6] >> 24 & 0xff, 0, &taken)))
        return 0;
    check(s390irq_interruption_io_code(&taken, code));
    if (!operand ? store(cpu.prefix + IO_CODE, code, 12)
                 : store(operand, code, 8))
        return 1;
    check(s390irq_queue_put_back_io(queue, &taken));
    program_interruption(ADDRESSING);
    return 0;
}

/* TEST SUBCHANNEL: status that is fetched interrupts no more. */
static int test_subchannel(uint32_t subchannel, uint64_t operand)
{
    static const uint8_t response[64] = { [3] = 0x07 };
    struct s390irq_queue *queue = s390irq_vm_queue(vm);
    struct s390irq_interruption taken;
    int pended = check(s390irq_queue_take_io(queue, 0xff, subchannel, &taken));

    if (!store(operand, response, sizeof response)) {
        if (pended)
            check(s390irq_queue_put_back_io(queue, &taken));
        program_interruption(ADDRESSING);
        return 0;
    }
    if (!status_pending)
        return 1;
    status_pending = false;
    return 0;
}

/* CLEAR SUBCHANNEL: what pended is gone; the clear function ends with a new
   interruption. */
static void clear_subchannel(uint32_t subchannel)
{
    check(s390irq_queue_clear_io(s390irq_vm_queue(vm), subchannel));
    channel_program_ended();
}

static void try_subchannel(void)
{
    check(s390irq_vm_add_subchannel(vm, DEVICE));
    channel_program_ended();
    expect("a closed ISC does not interrupt", !open_and_deliver(0x01000000));
    expect("an open one does", open_and_deliver(0x10000000) ==
                                   ((uint64_t)DEVICE << 32 | PARAMETER));
    channel_program_ended();
    expect("TPI takes it", test_pending_interruption(0) == 1);
    expect("once", test_pending_interruption(0) == 0);
    clear_subchannel(DEVICE);
    test_pending_interruption(RAM_SIZE);
    check(s390irq_vcpu_deliver(vcpu, &cpu, NULL));
    expect("TPI stored nowhere", fetch(PGM_CODE, 2) == ADDRESSING);
    expect("it went back", s390irq_queue_count(s390irq_vm_queue(vm)) == 1);
    expect("TSCH takes it, too", test_subchannel(DEVICE, OPERAND) == 0);
    expect("and the status", test_subchannel(DEVICE, OPERAND) == 1);
    expect("nothing pends", !s390irq_queue_count(s390irq_vm_queue(vm)));
}

/* A device of the adapter sets its indicator and interrupts if the guest is
   not looking at the indicators already. */
static int notify(uint32_t device)
{
    struct s390irq_route route = S390IRQ_ROUTE_INIT;

    route.adapter = ADAPTER;
    route.indicator_absolute = INDICATORS;
    route.indicator_offset = device;
    route.summary_absolute = SUMMARY;
    return check(s390irq_vm_fire_route(vm, &route));
}

static void try_adapter(void)
{
    check(s390irq_vm_add_adapter(vm, ADAPTER, ADAPTER_ISC,
                                 S390IRQ_ADAPTER_MASKABLE |
                                     S390IRQ_ADAPTER_SUPPRESSIBLE |
                                     S390IRQ_ADAPTER_SWAP));
    expect("the first", notify(0) == S390IRQ_QUEUED);
    expect("the summary is set", notify(9) == S390IRQ_COALESCED);
    expect("bits are counted from the left", fetch(INDICATORS, 2) == 0x8040);
    expect("one interruption", open_and_deliver(0x04000000) == 0);
    expect("of an adapter",
           fetch(IO_CODE + 8, 4) ==
               (S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(ADAPTER_ISC)));
    ram[SUMMARY] = 0;
    check(s390irq_vm_mask_adapter(vm, ADAPTER, 1));
    expect("masked", notify(1) == S390IRQ_REMEMBERED);
    check(s390irq_vm_mask_adapter(vm, ADAPTER, 0));
    expect("presented", test_pending_interruption(0) == 1);

    /* SET INTERRUPTION CONTROLS: one, and then none. */
    check(s390irq_vm_set_ais(vm, ADAPTER_ISC, S390IRQ_AIS_SINGLE));
    ram[SUMMARY] = 0;
    expect("single", notify(2) == S390IRQ_QUEUED);
    ram[SUMMARY] = 0;
    expect("suppressed", notify(3) == S390IRQ_SUPPRESSED);
}

/* For the user who asks why the guest hangs. */
static void explain(void)
{
    char text[1024];
    size_t length = sizeof text;

    check(s390irq_vcpu_explain_text(vcpu, text, &length));
    fputs(text, stdout);
}

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;

    config.ram = ram;
    config.ram_size = sizeof ram;
    check(s390irq_vm_create(&config, NULL, NULL, &vm));
    check(s390irq_vcpu_create(vm, 0, NULL, &vcpu));
    put_psw(IO_NEW_PSW, PSW_64BIT, HANDLER);
    put_psw(PGM_NEW_PSW, PSW_64BIT, PGM_HANDLER);
    cpu.psw_mask = PSW_64BIT;
    check(s390irq_vcpu_start(vcpu, &cpu));
    check(s390irq_vcpu_deliver(vcpu, &cpu, NULL));

    try_subchannel();
    try_adapter();
    channel_program_ended();
    explain();
    s390irq_vm_unref(vm);
    return 0;
}
