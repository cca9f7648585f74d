/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <s390irq/errors.h>

const char *s390irq_strerror(int error)
{
    static const char *const texts[] = {
        [-S390IRQ_E_INVALID] =
            "invalid argument: a NULL, an unknown number or a reserved bit; "
            "see the comment of the function",
        [-S390IRQ_E_STRUCT_TOO_SMALL] =
            "a structure is too small: set its size member with the INIT "
            "macro or sizeof",
        [-S390IRQ_E_STRUCT_TOO_NEW] =
            "a structure uses members that this library does not know: "
            "use a newer library or leave them zero",
        [-S390IRQ_E_NO_MEMORY] = "the allocator has no memory left",
        [-S390IRQ_E_GUEST_MEMORY] =
            "guest storage could not be accessed: see fault_address; "
            "nothing is lost, call again once it is there",
        [-S390IRQ_E_STATE] =
            "not in this state of the CPU or VM: see the comment of the "
            "function",
        [-S390IRQ_E_NOT_PARKED] =
            "a CPU is not parked: pause the VM or stop the CPU first",
        [-S390IRQ_E_EXISTS] = "it exists already",
        [-S390IRQ_E_NO_CPU] = "no CPU has this address",
        [-S390IRQ_E_UNSUPPORTED] =
            "a hook or a facility that this needs is not there",
        [-S390IRQ_E_BUFFER] =
            "the array is too short: the count says what is needed",
        [-S390IRQ_E_FORMAT] = "the bytes are not what their format says",
        [-S390IRQ_E_STALE] =
            "PSW, control registers or prefix changed since prepare: abort",
        [-S390IRQ_E_NO_SUBCHANNEL] =
            "no such subchannel: add it with s390irq_vm_add_subchannel()",
        [-S390IRQ_E_NO_ADAPTER] =
            "no such adapter: register it with s390irq_vm_add_adapter()",
        [-S390IRQ_E_NOT_REPRESENTABLE] =
            "KVM has no record of something that pends: see left_out_kinds",
    };
    const int count = (int)(sizeof texts / sizeof texts[0]);

    if (error >= 0 || error <= -count || !texts[-error])
        return "unknown";
    return texts[-error];
}
