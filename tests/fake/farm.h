/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A farm: a VM whose CPUs are run by a thread each, with the library's own
 * blocking wait. Their guests do nothing but open, close and wait at random
 * and keep books of what their handlers saw, so that nothing can be lost or
 * doubled unnoticed.
 */

#ifndef FAKE_FARM_H
#define FAKE_FARM_H

#include "fake.h"

#define FARM_RECORDS (1u << 20) /* virtio records that can be told apart */

struct farm;

/* What kind of host runs the CPUs. */
enum farm_host {
    FARM_POLLS,  /* looks at attention while the guest runs */
    FARM_KICKED, /* stays in the guest until the kick hook is called */
    FARM_UNSEEN, /* the same, and its masks change without a call */
    FARM_HOSTS
};

struct farm_cpu {
    struct farm *farm;
    struct s390irq_vcpu *vcpu;
    struct s390irq_cpu cpu;
    struct s390irq_report report;
    struct s390irq_poll poll;
    pthread_t thread;
    uint64_t random;
    uint64_t seen[S390IRQ_KIND_LIMIT]; /* by this guest's handlers */
    unsigned wrong;                    /* what a guest must never see */
    atomic_int immediate_exit;         /* sticky: what the kick hook sets */
    uint32_t prefixes[2];              /* where its prefix may be */
};

struct farm {
    struct fake *fake;
    uint32_t cpus;
    enum farm_host host;
    struct farm_cpu *cpu;
    atomic_int quit;
    _Atomic uint32_t *record; /* bitmap of the virtio records seen */
    atomic_uint doubled;
    _Atomic uint64_t service_seen; /* SCCBs that handlers saw */
};

/* Makes the VM and starts its CPUs' threads. */
struct farm *farm_open(uint32_t cpus, enum farm_host host);
/* Waits until nothing pends any more; 0 if that does not happen in time. */
int farm_drain(struct farm *farm);
/* Ends the threads; from then on the books can be read. */
void farm_stop(struct farm *farm);
uint64_t farm_seen(const struct farm *farm, uint32_t kind);
unsigned farm_wrong(const struct farm *farm);
void farm_close(struct farm *farm);

/* S390IRQ_TEST_LONG=1 in the environment multiplies by 50. */
unsigned farm_rounds(unsigned rounds);
/* A small generator: the same numbers in every run. */
uint32_t farm_random(uint64_t *state);

#endif
