/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The subchannels of the VM, by their identification: tables that grow when a
 * subchannel is added and never otherwise, whose nodes stay where they are.
 */
#ifndef SI_PENDING_SUBCHANNELS_H
#define SI_PENDING_SUBCHANNELS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/hooks.h"

enum si_io_state {
    SI_IO_IDLE,    /* in no list */
    SI_IO_PENDING, /* in the list of its ISC */
    SI_IO_GHOST,   /* taken; keeps its place until it is the first */
    SI_IO_HELD,    /* of a struct si_io_hold: in the hand of a CPU */
};

/* What stands in the list of an ISC, in the order of `place`. */
struct si_io_entry {
    struct si_io_entry *previous, *next;
    uint64_t place;
    uint32_t subchannel;
    uint32_t parameter;
    uint32_t word;
    uint32_t state; /* enum si_io_state */
};

/*
 * The takes by the host that can be put back, by their sequences. Of older
 * ones than fit only the number is known.
 */
#define SI_IO_MARKS 4

struct si_io_marks {
    uint64_t mark[SI_IO_MARKS]; /* 0: none */
    uint64_t forgotten_place;   /* none that was forgotten has a later one */
    uint32_t forgotten;
    uint32_t next;
};

/* All but the identification is under the lock of struct si_io. */
struct si_subchannel {
    struct si_io_entry entry; /* first */
    uint64_t version;         /* when the payload came, counted as places */
    uint64_t cleared;         /* what has an older place will not come back */
    struct si_io_marks marks;
    bool there;
};

/* Nodes in one page, pages in one set, sets: one for each cssid, m and ssid. */
#define SI_SUBCHANNEL_NODES 256
#define SI_SUBCHANNEL_PAGES 256
#define SI_SUBCHANNEL_SETS  2048

struct si_subchannel_set {
    _Atomic(struct si_subchannel *) page[SI_SUBCHANNEL_PAGES];
};

struct si_subchannels {
    _Atomic(struct si_subchannel_set *) set[SI_SUBCHANNEL_SETS];
};

/*
 * The node of an identification, whether the subchannel is there or not; NULL
 * if there never was one near it.
 */
struct si_subchannel *si_subchannels_find(struct si_subchannels *subchannels,
                                          uint32_t subchannel);

/* The same, made if need be. NULL: no memory. The identification is valid. */
struct si_subchannel *si_subchannels_make(struct si_subchannels *subchannels,
                                          const struct si_host *host,
                                          uint32_t subchannel);

/*
 * Walks all nodes in the order of their identifications, from *position, 0 at
 * first, which moves on. NULL: no more.
 */
struct si_subchannel *si_subchannels_next(struct si_subchannels *subchannels,
                                          uint32_t *position);

void si_subchannels_free(struct si_subchannels *subchannels,
                         const struct si_host *host);

#endif
