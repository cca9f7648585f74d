/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The subchannels of the VM, by their identification: tables that grow when a
 * subchannel is added and never otherwise, whose nodes stay where they are.
 */
#ifndef SI_PENDING_SUBCHANNELS_H
#define SI_PENDING_SUBCHANNELS_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "arch/interruption.h"
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
    uint32_t parameter; /* of one that is held; else the payload has it */
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

/*
 * What pends of a subchannel is one word, which any thread may change: the
 * interruption parameter in the upper half, the ISC where the interruption-
 * identification word has it, and these.
 */
#define SI_PAYLOAD_PARAMETER_SHIFT 32
#define SI_PAYLOAD_ISC             ((uint64_t)S390IRQ_IO_WORD(7))
#define SI_PAYLOAD_THERE           SI_BIT(0) /* the subchannel exists */
#define SI_PAYLOAD_CLOSED          SI_BIT(1) /* the VM takes nothing */
#define SI_PAYLOAD_PENDS           SI_BIT(2)
#define SI_PAYLOAD_COMING          SI_BIT(3) /* on the intake, or about to be */
#define SI_PAYLOAD_LISTED          SI_BIT(4) /* pends in the list of its ISC */
#define SI_PAYLOAD_FRESH           SI_BIT(5) /* the parameter came after that */
/* What stays when it pends no more. */
#define SI_PAYLOAD_IDLE \
    (SI_PAYLOAD_THERE | SI_PAYLOAD_CLOSED | SI_PAYLOAD_COMING)

/* All but identification, payload and `behind` is under the lock of si_io. */
struct si_subchannel {
    struct si_io_entry entry; /* first */
    _Atomic uint64_t payload;
    struct si_subchannel *behind; /* on the intake: what came before */
    uint64_t version;             /* when the payload came, counted as places */
    uint64_t cleared; /* what has an older place will not come back */
    struct si_io_marks marks;
    uint64_t end; /* of two cache lines, so that a shift finds a node */
};

static_assert(sizeof(struct si_subchannel) == 128, "a power of two");

/* word: with nothing but the ISC. */
static inline uint64_t si_payload_make(uint32_t parameter, uint32_t word)
{
    return (uint64_t)parameter << SI_PAYLOAD_PARAMETER_SHIFT | word;
}

static inline uint32_t si_payload_parameter(uint64_t payload)
{
    return (uint32_t)(payload >> SI_PAYLOAD_PARAMETER_SHIFT);
}

/* The interruption-identification word. */
static inline uint32_t si_payload_word(uint64_t payload)
{
    return (uint32_t)(payload & SI_PAYLOAD_ISC);
}

/* Nodes in one page, pages in one set, sets: one for each cssid, m and ssid. */
#define SI_SUBCHANNEL_NODES 128
#define SI_SUBCHANNEL_PAGES 512
#define SI_SUBCHANNEL_SETS  2048

struct si_subchannel_set {
    _Atomic(struct si_subchannel *) page[SI_SUBCHANNEL_PAGES];
    uint32_t left; /* half of the identifications */
};

struct si_subchannels {
    _Atomic(struct si_subchannel_set *) set[SI_SUBCHANNEL_SETS];
    /*
     * The one that was made first: nearly always there is no other. Before
     * that it is one without pages.
     */
    _Atomic(const struct si_subchannel_set *) home;
};

void si_subchannels_init(struct si_subchannels *subchannels);

/* cssid, m and ssid: the left half but for the bit that is always one. */
static inline uint32_t si_subchannels_set(uint32_t subchannel)
{
    return subchannel >> 24 << 3 | (subchannel >> 17 & 7);
}

static inline uint32_t si_subchannels_page(uint32_t subchannel)
{
    return subchannel >> 7 & (SI_SUBCHANNEL_PAGES - 1);
}

static inline uint32_t si_subchannels_node(uint32_t subchannel)
{
    return subchannel & (SI_SUBCHANNEL_NODES - 1);
}

/* The set that an identification belongs to, or NULL. */
static inline const struct si_subchannel_set *si_subchannels_set_of(
    const struct si_subchannels *subchannels, uint32_t subchannel)
{
    const struct si_subchannel_set *set = atomic_load(&subchannels->home);

    if (set->left == subchannel >> 16)
        return set;
    set = atomic_load(&subchannels->set[si_subchannels_set(subchannel)]);
    return set && set->left == subchannel >> 16 ? set : NULL;
}

/*
 * The node of an identification, whether the subchannel is there or not; NULL
 * if there never was one near it, or it is not valid.
 */
static inline struct si_subchannel *si_subchannels_find(
    struct si_subchannels *subchannels, uint32_t subchannel)
{
    const struct si_subchannel_set *set =
        si_subchannels_set_of(subchannels, subchannel);
    struct si_subchannel *page;

    if (!set)
        return NULL;
    page = atomic_load(&set->page[si_subchannels_page(subchannel)]);
    return page ? &page[si_subchannels_node(subchannel)] : NULL;
}

/* The same, made if need be. NULL: no memory. The identification is valid. */
struct si_subchannel *si_subchannels_make(struct si_subchannels *subchannels,
                                          const struct si_host *host,
                                          uint32_t subchannel);

/*
 * Walks all nodes in the order of their identifications, a page of
 * SI_SUBCHANNEL_NODES nodes at a time, whose first node is at the position:
 * from *position, 0 at first, which moves on. NULL: no more.
 */
struct si_subchannel *si_subchannels_next_page(
    struct si_subchannels *subchannels, uint32_t *position);

void si_subchannels_free(struct si_subchannels *subchannels,
                         const struct si_host *host);

#endif
