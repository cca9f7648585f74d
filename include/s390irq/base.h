/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What every header of libs390irq needs: symbol export, the version, and the
 * questions a binding asks before it trusts the library it was loaded with.
 *
 * Each function says on the first line of its comment who may call it:
 *   [O] owner: one thread at a time per vCPU, the one that runs it
 *   [A] any thread, at any time (signal handlers excepted)
 *   [P] any thread, with every vCPU parked; this is checked
 *   [C] creation: before any other thread knows the object
 */
#ifndef S390IRQ_BASE_H
#define S390IRQ_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define S390IRQ_EXPORT     __attribute__((visibility("default")))
#define S390IRQ_MUST_CHECK __attribute__((warn_unused_result))
#else
#define S390IRQ_EXPORT
#define S390IRQ_MUST_CHECK
#endif

#ifdef __cplusplus
#define S390IRQ_BEGIN_DECLS extern "C" {
#define S390IRQ_END_DECLS   }
#else
#define S390IRQ_BEGIN_DECLS
#define S390IRQ_END_DECLS
#endif

#define S390IRQ_VERSION_MAJOR 0
#define S390IRQ_VERSION_MINOR 1
#define S390IRQ_VERSION_MICRO 0

/* The version as one number that compares in order. */
#define S390IRQ_VERSION_NUMBER(major, minor, micro) \
    (((major) << 16) | ((minor) << 8) | (micro))
#define S390IRQ_VERSION                                                  \
    S390IRQ_VERSION_NUMBER(S390IRQ_VERSION_MAJOR, S390IRQ_VERSION_MINOR, \
                           S390IRQ_VERSION_MICRO)

/* Largest number of CPUs of one VM; a CPU's address is below it. */
#define S390IRQ_MAX_CPUS 4096

/* "Never", as a deadline in TOD units. */
#define S390IRQ_NEVER UINT64_MAX

/* A virtual machine: its CPUs, its floating interruptions, its TOD clock. */
struct s390irq_vm;
/* One CPU of a VM. Lives as long as the VM. */
struct s390irq_vcpu;
/* The pending interruptions of a VM (floating) or of a CPU (local). */
struct s390irq_queue;

/* Features that s390irq_feature() knows. */
#define S390IRQ_FEATURE_BLOCKING_WAIT 1 /* s390irq_vcpu_wait() is built in */
#define S390IRQ_FEATURE_DEBUG_CHECKS  2 /* owner and lock checks are on */

/* Structures that s390irq_struct_size() knows. */
#define S390IRQ_STRUCT_VM_CONFIG     1
#define S390IRQ_STRUCT_HOST_OPS      2
#define S390IRQ_STRUCT_CPU           3
#define S390IRQ_STRUCT_REPORT        4
#define S390IRQ_STRUCT_PLAN          5
#define S390IRQ_STRUCT_INTERRUPTION  6
#define S390IRQ_STRUCT_COUNTERS      7
#define S390IRQ_STRUCT_POLL          8
#define S390IRQ_STRUCT_TRACE         9
#define S390IRQ_STRUCT_PROGRAM       10
#define S390IRQ_STRUCT_MACHINE_CHECK 11
#define S390IRQ_STRUCT_IO            12
#define S390IRQ_STRUCT_REGISTERS     13
#define S390IRQ_STRUCT_ADAPTER       14
#define S390IRQ_STRUCT_ROUTE         15
#define S390IRQ_STRUCT_EXPLANATION   16
#define S390IRQ_STRUCT_IMPORT_REPORT 17

S390IRQ_BEGIN_DECLS

/*
 * [A] The version of the library in use, as S390IRQ_VERSION_NUMBER() makes it.
 * It may be newer than the S390IRQ_VERSION the caller was compiled with.
 */
S390IRQ_EXPORT uint32_t s390irq_version(void);

/*
 * [A] Whether an S390IRQ_FEATURE_* is there: 1 or 0. An unknown number
 * answers 0, so that new callers may ask old libraries.
 */
S390IRQ_EXPORT int s390irq_feature(uint32_t feature);

/*
 * [A] The size in bytes that the library gives an S390IRQ_STRUCT_*, for
 * bindings that check their own layout when they load. Unknown answers 0.
 */
S390IRQ_EXPORT size_t s390irq_struct_size(uint32_t structure);

S390IRQ_END_DECLS

#endif
