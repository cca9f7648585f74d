/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pending/subchannels.h"

#define PAGE_BYTES (SI_SUBCHANNEL_NODES * sizeof(struct si_subchannel))

static const struct si_subchannel_set no_set;

void si_subchannels_init(struct si_subchannels *subchannels)
{
    atomic_init(&subchannels->home, &no_set);
}

/* Of two that make the same one the slower gives its memory back. */
static struct si_subchannel_set *make_set(struct si_subchannels *subchannels,
                                          const struct si_host *host,
                                          uint32_t subchannel)
{
    const uint32_t number = si_subchannels_set(subchannel);
    struct si_subchannel_set *made, *there = NULL;
    const struct si_subchannel_set *home = &no_set;

    made = si_hooks_allocate(host, sizeof *made);
    if (!made)
        return NULL;
    made->left = subchannel >> 16;
    if (!atomic_compare_exchange_strong(&subchannels->set[number], &there,
                                        made)) {
        si_hooks_deallocate(host, made, sizeof *made);
        return there;
    }
    atomic_compare_exchange_strong(&subchannels->home, &home, made);
    return made;
}

static void name_nodes(struct si_subchannel *page, uint32_t first)
{
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_NODES; at++)
        page[at].entry.subchannel = first + at;
}

static struct si_subchannel *make_page(struct si_subchannel_set *set,
                                       const struct si_host *host,
                                       uint32_t subchannel)
{
    struct si_subchannel *made, *there = NULL;

    made = si_hooks_allocate(host, PAGE_BYTES);
    if (!made)
        return NULL;
    name_nodes(made, subchannel - si_subchannels_node(subchannel));
    if (atomic_compare_exchange_strong(
            &set->page[si_subchannels_page(subchannel)], &there, made))
        return made;
    si_hooks_deallocate(host, made, PAGE_BYTES);
    return there;
}

static struct si_subchannel *make_node(struct si_subchannels *subchannels,
                                       const struct si_host *host,
                                       uint32_t subchannel)
{
    struct si_subchannel_set *set =
        atomic_load(&subchannels->set[si_subchannels_set(subchannel)]);
    struct si_subchannel *page;

    if (!set)
        set = make_set(subchannels, host, subchannel);
    if (!set)
        return NULL;
    page = atomic_load(&set->page[si_subchannels_page(subchannel)]);
    if (!page)
        page = make_page(set, host, subchannel);
    return page ? &page[si_subchannels_node(subchannel)] : NULL;
}

struct si_subchannel *si_subchannels_make(struct si_subchannels *subchannels,
                                          const struct si_host *host,
                                          uint32_t subchannel)
{
    struct si_subchannel *node = si_subchannels_find(subchannels, subchannel);

    return node ? node : make_node(subchannels, host, subchannel);
}

#define PAGE_SHIFT 7
#define SET_SHIFT  16

/* The first page of the set from *at on; NULL: there is none. */
static struct si_subchannel *find_page(const struct si_subchannel_set *set,
                                       uint32_t *at)
{
    for (; *at < SI_SUBCHANNEL_PAGES; (*at)++) {
        struct si_subchannel *page = atomic_load(&set->page[*at]);

        if (page)
            return page;
    }
    return NULL;
}

struct si_subchannel *si_subchannels_next_page(
    struct si_subchannels *subchannels, uint32_t *position)
{
    uint32_t number = *position >> SET_SHIFT;
    uint32_t at = si_subchannels_page(*position);

    for (; number < SI_SUBCHANNEL_SETS; number++, at = 0) {
        const struct si_subchannel_set *set =
            atomic_load(&subchannels->set[number]);
        struct si_subchannel *page = set ? find_page(set, &at) : NULL;

        if (!page)
            continue;
        *position = (number << SET_SHIFT) + ((at + 1) << PAGE_SHIFT);
        return page;
    }
    *position = SI_SUBCHANNEL_SETS << SET_SHIFT;
    return NULL;
}

static void free_set(struct si_subchannel_set *set, const struct si_host *host)
{
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_PAGES; at++)
        si_hooks_deallocate(host, atomic_load(&set->page[at]), PAGE_BYTES);
    si_hooks_deallocate(host, set, sizeof *set);
}

void si_subchannels_free(struct si_subchannels *subchannels,
                         const struct si_host *host)
{
    uint32_t at;

    for (at = 0; at < SI_SUBCHANNEL_SETS; at++) {
        struct si_subchannel_set *set = atomic_load(&subchannels->set[at]);

        if (set)
            free_set(set, host);
    }
}
