/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <s390irq/s390irq.h>
#include <stdio.h>

/* The guest's storage. The external new PSW at 0x1b0: 64-bit, at 0x2000. */
static _Alignas(8) uint8_t ram[1 << 20] = {
    [0x1b3] = 0x01,
    [0x1b4] = 0x80,
    [0x1be] = 0x20,
};

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
    struct s390irq_vm *vm;
    struct s390irq_vcpu *vcpu;
    int answer;

    config.ram = ram;
    config.ram_size = sizeof ram;
    if (s390irq_vm_create(&config, NULL, NULL, &vm) < 0 ||
        s390irq_vcpu_create(vm, 0, NULL, &vcpu) < 0)
        return 1;
    cpu.psw_mask = 0x0102000180000000; /* enabled wait */
    cpu.cr[0] = 0x4000;                /* open for emergency signals */
    s390irq_vcpu_start(vcpu, &cpu);

    s390irq_vcpu_inject_emergency(vcpu, 0); /* from any thread */
    while ((answer = s390irq_vcpu_deliver(vcpu, &cpu, NULL)) > S390IRQ_RUN)
        s390irq_vcpu_wait(vcpu); /* until there is a reason to go on */

    printf("code %02x%02x, running at %#llx\n", ram[0x86], ram[0x87],
           (unsigned long long)cpu.psw_address);
    s390irq_vm_unref(vm);
    return answer == S390IRQ_RUN && cpu.psw_address == 0x2000 ? 0 : 1;
}
