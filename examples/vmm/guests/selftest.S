/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The self-test: a guest for two CPUs that uses every interruption and checks
 * from inside what it gets, in which order, with which codes, parameters and
 * old PSWs. Its handlers count what was taken in the table of counts.h. It
 * ends in a disabled wait: at address 0 if all is well, else at the number
 * of the check that failed, which is PART * 1000 + line of that file.
 */
#include "guest.h"
#define PART 1

#include "handlers.inc"
#include "common.inc"
#include "cpu1.inc"
#include "machine.inc"
#include "program.inc"
#include "service.inc"
#include "signal.inc"
#include "timers.inc"
#include "io.inc"
#include "io-taken.inc"
#include "adapter.inc"
#include "checks.inc"
#include "alerts.inc"
#include "status.inc"
#include "order.inc"
#undef PART
#define PART 1

    .text
    .globl _start
_start:
    larl %r1, zeros
    lctlg %c0, %c15, 0(%r1)
    larl %r15, stack_0_end - 160
    larl %r1, never
    sckc 0(%r1)
    spt 8(%r1)
    larl %r2, text_begin
    brasl %r14, print

    larl %r6, tests
1:  lg %r2, 8(%r6)
    brasl %r14, print
    lg %r1, 0(%r6)
    basr %r14, %r1
    larl %r2, text_good
    brasl %r14, print
    aghi %r6, 16
    lg %r1, 0(%r6)
    ltgr %r1, %r1
    jnz 1b

/* Something stays pending at the end: it is accounted for, not lost. */
    INJECT(key_1)
    MUST_BE(%r3, QUEUED)
    lghi %r2, STOP
    lghi %r3, 1
    brasl %r14, signal_until_done
    MUST_ANSWER(0)
    brasl %r14, wait_stopped

    larl %r1, counters_0       /* nothing came that no handler knew */
    lg %r2, KIND_UNEXPECTED * 8(%r1)
    MUST_BE(%r2, 0)
    larl %r1, counters_1
    lg %r2, KIND_UNEXPECTED * 8(%r1)
    MUST_BE(%r2, 0)
    larl %r2, text_end
    brasl %r14, print
    lghi %r2, 0
    j finish

    .bss
    .balign 16
    .space 4096
stack_0_end:

    .section .rodata
    .balign 8
zeros:
    .fill 16, 8, 0
tests:
    .quad test_identity, text_identity
    .quad test_clock, text_clock
    .quad test_keys_and_controls, text_keys_and_controls
    .quad test_own_prefix, text_own_prefix
    .quad test_service_processor, text_service_processor
    .quad test_supervisor_call, text_supervisor_call
    .quad test_program, text_program
    .quad test_sense, text_sense
    .quad test_start, text_start
    .quad test_service, text_service
    .quad test_service_pending, text_service_pending
    .quad test_service_shared, text_service_shared
    .quad test_cp_service, text_cp_service
    .quad test_ping_pong, text_ping_pong
    .quad test_calls, text_calls
    .quad test_conditional_emergency, text_conditional_emergency
    .quad test_stop, text_stop
    .quad test_set_prefix, text_set_prefix
    .quad test_reset, text_reset
    .quad test_comparator, text_comparator
    .quad test_comparator_level, text_comparator_level
    .quad test_comparator_running, text_comparator_running
    .quad test_cpu_timer, text_cpu_timer
    .quad test_subchannels, text_subchannels
    .quad test_io_operands, text_io_operands
    .quad test_io_order, text_io_order
    .quad test_io_queue, text_io_queue
    .quad test_io_wait, text_io_wait
    .quad test_io_shared, text_io_shared
    .quad test_io_one, text_io_one
    .quad test_tpi, text_tpi
    .quad test_tsch, text_tsch
    .quad test_clear, text_clear
    .quad test_halt, text_halt
    .quad test_io_errors, text_io_errors
    .quad test_adapter, text_adapter
    .quad test_adapter_and_io, text_adapter_and_io
    .quad test_adapter_mask, text_adapter_mask
    .quad test_suppression, text_suppression
    .quad test_channel_report, text_channel_report
    .quad test_reports, text_reports
    .quad test_checks, text_checks
    .quad test_check_wait, text_check_wait
    .quad test_exigent, text_exigent
    .quad test_vector_save, text_vector_save
    .quad test_alerts, text_alerts
    .quad test_check_stop, text_check_stop
    .quad test_pfault, text_pfault
    .quad test_store_status, text_store_status
    .quad test_order, text_order
    .quad test_open_masks, text_open_masks
    .quad test_nested, text_nested
    .quad test_restart_on_top, text_restart_on_top
    .quad test_invalid_new_psw, text_invalid_new_psw
    .quad 0
key_1:
    request KIND_INTERRUPT_KEY, 1

text_begin:
    .asciz "selftest: two CPUs, every interruption\n"
text_good:
    .asciz "good\n"
text_end:
    .asciz "selftest: all is well\n"
text_identity:
    .asciz "  what machine this is ... "
text_clock:
    .asciz "  the TOD clock ... "
text_keys_and_controls:
    .asciz "  keys and control registers ... "
text_own_prefix:
    .asciz "  a prefix of its own ... "
text_service_processor:
    .asciz "  the service processor answers ...\n"
text_supervisor_call:
    .asciz "  supervisor calls ... "
text_program:
    .asciz "  program checks ... "
text_sense:
    .asciz "  sense, and orders that are none ... "
text_start:
    .asciz "  CPU 1 starts ... "
text_service:
    .asciz "  service signals ... "
text_service_pending:
    .asciz "  service signals that wait and join ... "
text_service_shared:
    .asciz "  service signals that the other CPU takes ... "
text_cp_service:
    .asciz "  CP service and timing alerts ... "
text_ping_pong:
    .asciz "  emergency signals to and fro ... "
text_calls:
    .asciz "  external calls and repeated signals ... "
text_conditional_emergency:
    .asciz "  conditional emergency signals ... "
text_stop:
    .asciz "  stop, start, restart ... "
text_set_prefix:
    .asciz "  set prefix ... "
text_reset:
    .asciz "  CPU resets ... "
text_comparator:
    .asciz "  clock comparators wake both CPUs ... "
text_comparator_level:
    .asciz "  the clock comparator stays pending ... "
text_comparator_running:
    .asciz "  the clock comparator interrupts a loop ... "
text_cpu_timer:
    .asciz "  CPU timer ... "
text_subchannels:
    .asciz "  the subchannels ... "
text_io_operands:
    .asciz "  what is wrong with I/O instructions ... "
text_io_order:
    .asciz "  I/O interruptions, by subclass ... "
text_io_queue:
    .asciz "  I/O interruptions, by time ... "
text_io_wait:
    .asciz "  a device that takes its time ... "
text_io_shared:
    .asciz "  I/O interruptions that the other CPU takes ... "
text_io_one:
    .asciz "  one interruption for each subchannel ... "
text_tpi:
    .asciz "  pending interruptions, tested ... "
text_tsch:
    .asciz "  subchannels, tested ... "
text_clear:
    .asciz "  subchannels, cleared ... "
text_halt:
    .asciz "  subchannels, halted ... "
text_io_errors:
    .asciz "  channel programs that fail ... "
text_adapter:
    .asciz "  adapters and their indicators ... "
text_adapter_and_io:
    .asciz "  adapters and subchannels ... "
text_adapter_mask:
    .asciz "  masked adapters ... "
text_suppression:
    .asciz "  suppressed adapter interruptions ... "
text_channel_report:
    .asciz "  a channel report ... "
text_reports:
    .asciz "  channel reports that queue ... "
text_checks:
    .asciz "  machine checks, by subclass ... "
text_check_wait:
    .asciz "  machine checks, waited for ... "
text_exigent:
    .asciz "  exigent machine checks ... "
text_vector_save:
    .asciz "  machine checks that save vector registers ... "
text_alerts:
    .asciz "  alerts and messages ... "
text_check_stop:
    .asciz "  a CPU in the check-stop state ... "
text_pfault:
    .asciz "  page faults and their pages ... "
text_store_status:
    .asciz "  the status of a CPU, stored ... "
text_order:
    .asciz "  everything at once, in order ... "
text_open_masks:
    .asciz "  masks that open ... "
text_nested:
    .asciz "  interruptions of handlers ... "
text_restart_on_top:
    .asciz "  restart on top of an external interruption ... "
text_invalid_new_psw:
    .asciz "  an invalid new PSW ... "
