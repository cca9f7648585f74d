/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Subchannels, what pends for them, and adapters: looked at, then replaced. */
#include "state/load.h"

#include "arch/interruption.h"

/* An entry of a list of subchannels; the list has this many. */
static inline uint32_t entry_at(const struct si_list *list, uint32_t at)
{
    return (uint32_t)si_bits_get(list->entries.at +
                                     (size_t)at * SI_SAVED_SUBCHANNEL,
                                 SI_SAVED_SUBCHANNEL);
}

/* An entry of a list of what pends. */
static inline struct si_io_pending pending_at(const struct si_list *list,
                                              uint32_t at)
{
    uint64_t entry =
        si_bits_get64(list->entries.at + (size_t)at * SI_SAVED_PENDING);
    struct si_io_pending pending = { (uint32_t)(entry >> 32), (uint32_t)entry };

    return pending;
}

static uint32_t search(const struct si_list *list, uint32_t subchannel)
{
    uint32_t from = 0, to = list->count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        uint32_t there = entry_at(list, middle);

        if (there == subchannel)
            return middle;
        if (there < subchannel)
            from = middle + 1;
        else
            to = middle;
    }
    return list->count;
}

/*
 * Where a subchannel is in the state; its count: nowhere. The list ascends, and
 * where identifications follow each other the first one says where.
 */
static uint32_t place_of(const struct si_list *list, uint32_t subchannel)
{
    uint32_t guess = list->count ? subchannel - entry_at(list, 0) : 0;

    return guess < list->count && entry_at(list, guess) == subchannel
               ? guess
               : search(list, subchannel);
}

bool si_load_io_check_subchannels(struct si_load *load,
                                  struct si_reader *section)
{
    struct si_list *list = &load->subchannels;
    uint32_t before = 0, at;

    si_format_get_list(section, SI_SAVED_SUBCHANNEL, list);
    for (at = 0; at < list->count; at++) {
        uint32_t subchannel = entry_at(list, at);

        if (subchannel <= before ||
            !si_interruption_subchannel_valid(subchannel))
            return false;
        before = subchannel;
    }
    return !section->bad;
}

/* V-15: one pends for each subchannel. seen: a bit for each of the state. */
static bool check_isc(const struct si_load *load, struct si_reader *section,
                      uint8_t *seen)
{
    struct si_saved_isc isc;
    uint32_t at;

    si_saved_get_isc(section, &isc);
    for (at = 0; at < isc.subchannels.count; at++) {
        uint32_t place = place_of(&load->subchannels,
                                  pending_at(&isc.subchannels, at).subchannel);
        uint8_t bit = (uint8_t)(1u << place % 8);

        if (place == load->subchannels.count || (seen[place / 8] & bit))
            return false;
        seen[place / 8] |= bit;
    }
    return !section->bad && !(isc.flags & ~(SI_SAVED_ADAPTER | SI_SAVED_TURN));
}

bool si_load_io_check_pending(struct si_load *load, struct si_reader *section)
{
    const struct si_host *host = &load->vm->host;
    size_t bytes = load->subchannels.count / 8 + 1;
    uint8_t *seen = si_hooks_allocate(host, bytes);
    uint32_t number;
    bool valid = true;

    load->no_memory |= !seen;
    if (!seen)
        return false;
    for (number = 0; valid && number < SI_IO_ISCS; number++)
        valid = check_isc(load, section, seen);
    si_hooks_deallocate(host, seen, bytes);
    return valid;
}

#define ADAPTER_FLAGS                                          \
    (S390IRQ_ADAPTER_MASKABLE | S390IRQ_ADAPTER_SUPPRESSIBLE | \
     S390IRQ_ADAPTER_SWAP | SI_ADAPTER_MASKED | SI_ADAPTER_REMEMBERED)

static bool adapter_valid(const struct si_saved_adapter *adapter)
{
    uint32_t flags = adapter->flags;

    return adapter->id < S390IRQ_MAX_ADAPTERS && adapter->isc < SI_IO_ISCS &&
           !(flags & ~(uint32_t)ADAPTER_FLAGS) &&
           (!(flags & SI_ADAPTER_MASKED) ||
            (flags & S390IRQ_ADAPTER_MASKABLE)) &&
           (!(flags & SI_ADAPTER_REMEMBERED) || (flags & SI_ADAPTER_MASKED));
}

static bool ais_valid(const struct si_load *load, const struct si_ais *ais)
{
    bool suppresses =
        (load->vm->host.facilities & SI_FACILITY_SUPPRESSION) != 0;

    return !(ais->suppressed & ~ais->single) &&
           !(ais->dropped & ~ais->suppressed) && (suppresses || !ais->single);
}

bool si_load_io_check_adapters(struct si_load *load, struct si_reader *section)
{
    struct si_saved_adapters saved;
    uint32_t next = 0, at;

    si_saved_get_adapters(section, &saved);
    for (at = 0; at < saved.adapters.count; at++) {
        struct si_saved_adapter adapter;

        si_saved_get_adapter(&saved.adapters.entries, &adapter);
        if (adapter.id < next || !adapter_valid(&adapter))
            return false;
        next = adapter.id + 1u;
    }
    return !section->bad && ais_valid(load, &saved.ais);
}

/* Room is made for as many at once as have all but these bits alike. */
#define ALIKE (SI_SUBCHANNEL_NODES - 1)

bool si_load_io_reserve(const struct si_load *load)
{
    struct si_subchannels *subchannels = &load->vm->floating.io.subchannels;
    const struct si_list *list = &load->subchannels;
    uint32_t before = 0, at;

    for (at = 0; at < list->count; at++) {
        uint32_t subchannel = entry_at(list, at);

        if ((subchannel | ALIKE) == before)
            continue;
        if (!si_subchannels_make(subchannels, &load->vm->host, subchannel))
            return false;
        before = subchannel | ALIKE;
    }
    return true;
}

/* What is there, beside the list of the state: both ascend. */
struct comparison {
    struct si_io *io;
    const struct si_list *list;
    uint32_t at;
    uint32_t next; /* the entry there; UINT32_MAX, which is none: the end */
};

static inline uint32_t next_of(const struct comparison *seen)
{
    return seen->at < seen->list->count ? entry_at(seen->list, seen->at)
                                        : UINT32_MAX;
}

static void drop_if_missing(void *to, uint32_t subchannel, uint32_t parameter)
{
    struct comparison *seen = to;

    (void)parameter;
    while (seen->next < subchannel) {
        seen->at++;
        seen->next = next_of(seen);
    }
    if (seen->next != subchannel)
        si_io_drop(seen->io, subchannel);
}

/* Those of the state are there: if there are no more, none is to go. */
static void drop_missing(struct si_io *io, const struct si_list *list)
{
    struct comparison seen = { io, list, 0, 0 };

    if (si_io_there(io) == list->count)
        return;
    seen.next = next_of(&seen);
    si_io_each_subchannel(io, drop_if_missing, &seen);
}

static uint32_t less(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

bool si_load_io_apply_subchannels(struct si_load *load,
                                  struct si_reader *section)
{
    struct si_list *list = &load->subchannels;
    struct si_io *io = &load->vm->floating.io;
    uint32_t some[SI_IO_AT_ONCE], at, first, count;

    si_format_get_list(section, SI_SAVED_SUBCHANNEL, list);
    for (first = 0; first < list->count; first += count) {
        count = less(list->count - first, SI_IO_AT_ONCE);
        for (at = 0; at < count; at++)
            some[at] = entry_at(list, first + at);
        si_io_add_some(io, some, count);
    }
    drop_missing(io, list);
    return true;
}

static void apply_isc(struct si_io *io, uint32_t number,
                      const struct si_list *list)
{
    struct si_io_pending some[SI_IO_AT_ONCE];
    uint32_t at, first, count;

    for (first = 0; first < list->count; first += count) {
        count = less(list->count - first, SI_IO_AT_ONCE);
        for (at = 0; at < count; at++)
            some[at] = pending_at(list, first + at);
        si_io_restore(io, number, some, count);
    }
}

bool si_load_io_apply_pending(struct si_load *load, struct si_reader *section)
{
    struct si_io *io = &load->vm->floating.io;
    uint32_t number;

    for (number = 0; number < SI_IO_ISCS; number++) {
        struct si_saved_isc isc;

        si_saved_get_isc(section, &isc);
        apply_isc(io, number, &isc.subchannels);
        if (isc.flags & SI_SAVED_ADAPTER)
            si_io_signal(io, number, true);
        si_io_set_turn(io, number, (isc.flags & SI_SAVED_TURN) != 0);
    }
    return true;
}

bool si_load_io_apply_adapters(struct si_load *load, struct si_reader *section)
{
    uint32_t words[S390IRQ_MAX_ADAPTERS] = { 0 };
    struct si_saved_adapters saved;
    uint32_t at;

    si_saved_get_adapters(section, &saved);
    for (at = 0; at < saved.adapters.count; at++) {
        struct si_saved_adapter adapter;

        si_saved_get_adapter(&saved.adapters.entries, &adapter);
        words[adapter.id] = SI_ADAPTER_THERE | adapter.flags |
                            (uint32_t)adapter.isc << SI_ADAPTER_ISC_SHIFT;
    }
    si_adapters_restore(&load->vm->adapters, words, &saved.ais);
    return true;
}
