/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What the snapshot has of I/O. What was taken out for TEST PENDING
 * INTERRUPTION pends no more and is not in it.
 */
#include "state/save.h"

static void put_subchannel(void *to, uint32_t subchannel, uint32_t parameter)
{
    (void)parameter;
    si_format_put(to, subchannel, SI_SAVED_SUBCHANNEL);
}

static void put_subchannels(struct si_writer *writer, struct si_io *io)
{
    size_t list;

    si_format_open(writer, SI_SAVED_SUBCHANNELS);
    list = si_format_open_list(writer);
    si_io_each_subchannel(io, put_subchannel, writer);
    si_format_close_list_of(writer, list, SI_SAVED_SUBCHANNEL);
    si_format_close(writer);
}

static void put_pending(void *to, uint32_t subchannel, uint32_t parameter)
{
    si_format_put(to, (uint64_t)subchannel << 32 | parameter, SI_SAVED_PENDING);
}

/* All CPUs are parked: nothing is in hand. */
static void put_isc(struct si_writer *writer, struct si_io *io, uint32_t number)
{
    uint32_t flags = 0;
    size_t list;

    if (si_io_count(io, number).adapters)
        flags |= SI_SAVED_ADAPTER;
    if (si_io_get_turn(io, number))
        flags |= SI_SAVED_TURN;
    si_format_put(writer, flags, 1);
    list = si_format_open_list(writer);
    si_io_each_pending(io, number, put_pending, writer);
    si_format_close_list_of(writer, list, SI_SAVED_PENDING);
}

static void put_adapter(struct si_writer *writer, uint32_t id, uint32_t word)
{
    struct si_saved_adapter adapter = {
        .id = (uint16_t)id,
        .isc = (uint8_t)si_adapter_isc(word),
        .flags = (uint8_t)(word & ~SI_ADAPTER_THERE),
    };

    si_saved_put_adapter(writer, &adapter);
}

/* The adapters at one moment. */
struct adapters {
    struct si_ais ais;
    uint32_t word[S390IRQ_MAX_ADAPTERS];
};

static void look_at_adapters(struct adapters *seen,
                             struct si_adapters *adapters)
{
    uint32_t id;

    seen->ais = si_adapters_get_ais(adapters);
    for (id = 0; id < S390IRQ_MAX_ADAPTERS; id++)
        seen->word[id] = si_adapters_load(adapters, id);
}

static void put_adapters(struct si_writer *writer, const struct adapters *seen)
{
    uint32_t count = 0, id;
    size_t list;

    si_format_open(writer, SI_SAVED_ADAPTERS);
    si_saved_put_ais(writer, &seen->ais);
    list = si_format_open_list(writer);
    for (id = 0; id < S390IRQ_MAX_ADAPTERS; id++) {
        if (!seen->word[id])
            continue;
        put_adapter(writer, id, seen->word[id]);
        count++;
    }
    si_format_close_list(writer, list, count);
    si_format_close(writer);
}

/*
 * Adapters are looked at first: one that is unmasked in the middle presents
 * what it remembered also in a closed VM, and is then in the state twice
 * rather than not at all.
 */
void si_save_io(struct si_writer *writer, struct s390irq_vm *vm)
{
    struct si_io *io = &vm->floating.io;
    struct adapters seen;
    uint32_t number;

    look_at_adapters(&seen, &vm->adapters);
    put_subchannels(writer, io);
    si_format_open(writer, SI_SAVED_IO);
    for (number = 0; number < SI_IO_ISCS; number++)
        put_isc(writer, io, number);
    si_format_close(writer);
    put_adapters(writer, &seen);
}
