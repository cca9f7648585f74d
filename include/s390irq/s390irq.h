/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * libs390irq: the interruption half of a z/Architecture machine.
 *
 * Make a VM and its CPUs, start them, inject from any thread, and let the
 * thread that runs a CPU call s390irq_vcpu_deliver() whenever
 * s390irq_attention() says so. docs/embedding.md has a program for each kind
 * of host.
 */
#ifndef S390IRQ_S390IRQ_H
#define S390IRQ_S390IRQ_H

#include <s390irq/adapter.h>
#include <s390irq/base.h>
#include <s390irq/errors.h>
#include <s390irq/explain.h>
#include <s390irq/host.h>
#include <s390irq/interruption.h>
#include <s390irq/queue.h>
#include <s390irq/sigp.h>
#include <s390irq/state.h>
#include <s390irq/vcpu.h>
#include <s390irq/vm.h>

#endif
