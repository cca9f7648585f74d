/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The smallest guest that has an interruption: it writes a line on the
 * console, waits for the service signal that says so, and ends in a disabled
 * wait at address 0. Begin your own guest from here:
 *
 *   s390x-linux-gnu-gcc -m64 -march=z10 -nostdlib -static \
 *     -Wl,-T,examples/vmm/guests/guest.ld -o own.elf own.S
 *   scripts/demo --guest own.elf
 */
    .section .lowcore, "aw"
    .org 0x1b0                        /* external new PSW */
    .quad 0x0000000180000000, external
    .org 0x1c0                        /* others are not expected */
    .quad 0x0002000180000000, 0xbad01
    .quad 0x0002000180000000, 0xbad02

    .text
    .globl _start
_start:
    larl %r1, control_0
    lctlg %c0, %c0, 0(%r1)            /* open for service signals */
    iilf %r1, 0x00760005              /* write event data */
    larl %r2, sccb
    .insn rre, 0xb2200000, %r1, %r2   /* SERVC */
    larl %r1, wait
    lpswe 0(%r1)

external:
    clc 0x86(2), service_signal - sccb(%r2)
    larl %r1, good
    je 1f
    larl %r1, bad
1:  lpswe 0(%r1)

    .data
    .balign 4096
sccb:
    .short sccb_end - sccb, 0, 0, 0
event:
    .short sccb_end - event
    .byte 0x1a, 0, 0, 0               /* ASCII console */
    .ascii "Hello from s390x: one service signal is on its way.\n"
sccb_end:
service_signal:
    .short 0x2401
    .balign 8
control_0:
    .quad 0x200
wait:
    .quad 0x0102000180000000, 0
good:
    .quad 0x0002000180000000, 0
bad:
    .quad 0x0002000180000000, 0xbad03
