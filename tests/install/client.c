/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A client from outside: C11 and C++17, found through pkg-config. */
#include <s390irq/s390irq.h>

#include <stdio.h>

int main(void)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_vm *vm = NULL;
    int error = s390irq_vm_create(&config, NULL, NULL, &vm);

    if (error < 0) {
        fprintf(stderr, "no VM: %s\n", s390irq_strerror(error));
        return 1;
    }
    s390irq_vm_unref(vm);
    printf("%d.%d.%d\n", S390IRQ_VERSION_MAJOR, S390IRQ_VERSION_MINOR,
           S390IRQ_VERSION_MICRO);
    return s390irq_version() == S390IRQ_VERSION ? 0 : 1;
}
