/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Subchannels, what pends for them, and adapters: looked at, then replaced. */
#include "state/load.h"

#include "arch/interruption.h"

/* An entry of a list; the list has this many. */
static uint32_t entry_at(const struct si_list *list, uint32_t at)
{
    struct si_reader entry = list->entries;

    entry.at += (size_t)at * SI_SAVED_SUBCHANNEL;
    return (uint32_t)si_format_get(&entry, SI_SAVED_SUBCHANNEL);
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
        struct si_reader *entries = &isc.subchannels.entries;
        uint32_t place =
            place_of(&load->subchannels, (uint32_t)si_format_get(entries, 4));
        uint8_t bit = (uint8_t)(1u << place % 8);

        si_format_get(entries, 4);
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

bool si_load_io_reserve(const struct si_load *load)
{
    struct si_subchannels *subchannels = &load->vm->floating.io.subchannels;
    uint32_t at;

    for (at = 0; at < load->subchannels.count; at++)
        if (!si_subchannels_make(subchannels, &load->vm->host,
                                 entry_at(&load->subchannels, at)))
            return false;
    return true;
}

bool si_load_io_apply_subchannels(struct si_load *load,
                                  struct si_reader *section)
{
    struct si_io *io = &load->vm->floating.io;
    struct si_list *list = &load->subchannels;
    uint32_t position = 0, subchannel, at = 0;

    si_format_get_list(section, SI_SAVED_SUBCHANNEL, list);
    /* Both ascend. */
    while ((subchannel = si_io_next(io, &position)) != 0) {
        while (at < list->count && entry_at(list, at) < subchannel)
            at++;
        if (at == list->count || entry_at(list, at) != subchannel)
            si_io_drop(io, subchannel);
    }
    for (at = 0; at < list->count; at++)
        si_io_add(io, &load->vm->host, entry_at(list, at));
    return true;
}

bool si_load_io_apply_pending(struct si_load *load, struct si_reader *section)
{
    struct si_io *io = &load->vm->floating.io;
    uint32_t number, at;

    for (number = 0; number < SI_IO_ISCS; number++) {
        struct si_saved_isc isc;

        si_saved_get_isc(section, &isc);
        for (at = 0; at < isc.subchannels.count; at++) {
            struct si_reader *entries = &isc.subchannels.entries;
            uint32_t subchannel = (uint32_t)si_format_get(entries, 4);

            si_io_restore(io, subchannel, (uint32_t)si_format_get(entries, 4),
                          S390IRQ_IO_WORD(number));
        }
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
