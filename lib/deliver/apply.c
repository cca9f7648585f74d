/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/apply.h"

#include <string.h>

#include "deliver/direct.h"

static void store_image(uint8_t *to, uint64_t image, uint32_t length)
{
    uint32_t word;
    uint16_t half;
    uint8_t byte;

    switch (length) {
    case 8:
        si_direct_store_image(to, image);
        break;
    case 4:
        memcpy(&word, &image, sizeof word);
        __atomic_store_n((uint32_t *)(void *)to, word, __ATOMIC_RELAXED);
        break;
    case 2:
        memcpy(&half, &image, sizeof half);
        __atomic_store_n((uint16_t *)(void *)to, half, __ATOMIC_RELAXED);
        break;
    default:
        memcpy(&byte, &image, sizeof byte);
        __atomic_store_n(to, byte, __ATOMIC_RELAXED);
        break;
    }
}

static void store_field(uint8_t *to, uint64_t value, uint32_t length)
{
    store_image(to, si_bits_big_endian(value << (64 - 8 * length)), length);
}

/* Doublewords in one piece, and words where there is no more. */
static void store_block(uint8_t *to, const uint8_t *from, uint32_t length)
{
    uint32_t at, piece;

    for (at = 0; at < length; at += piece) {
        uint64_t image = 0;

        piece = (uintptr_t)(to + at) % 8 == 0 && length - at >= 8 ? 8 : 4;
        memcpy(&image, from + at, piece);
        store_image(to + at, image, piece);
    }
}

static void load_doubleword(uint8_t *to, const uint8_t *from)
{
    uint64_t image = si_direct_image(from);

    memcpy(to, &image, sizeof image);
}

void si_apply_direct(const struct si_taking *taking, uint8_t *lowcore,
                     uint8_t new_psw[16])
{
    uint32_t at;

    load_doubleword(new_psw, lowcore + taking->new_psw);
    load_doubleword(new_psw + 8, lowcore + taking->new_psw + 8);
    for (at = 0; at < taking->count; at++)
        store_field(lowcore + taking->store[at].offset, taking->store[at].value,
                    taking->store[at].length);
    for (at = 0; at < taking->block_count; at++)
        store_block(lowcore + taking->block[at].offset, taking->block[at].bytes,
                    taking->block[at].length);
    store_field(lowcore + taking->old_psw, taking->psw_mask, 8);
    store_field(lowcore + taking->old_psw + 8, taking->psw_address, 8);
}

static void old_psw_image(const struct si_taking *taking, uint8_t image[16])
{
    si_bits_put(image, taking->psw_mask, 8);
    si_bits_put(image + 8, taking->psw_address, 8);
}

static bool write_blocks(const struct si_taking *taking,
                         const struct si_host *host, void *opaque,
                         uint32_t prefix, uint64_t *fault)
{
    uint32_t at;

    for (at = 0; at < taking->block_count; at++) {
        const struct si_taking_block *block = &taking->block[at];

        *fault = prefix + block->offset;
        if (!si_memory_write(host, opaque, *fault, block->bytes, block->length))
            return false;
    }
    return true;
}

bool si_apply_hooks(const struct si_taking *taking, const struct si_host *host,
                    void *opaque, uint32_t prefix, uint8_t new_psw[16],
                    uint64_t *fault)
{
    uint8_t image[16];
    uint32_t at;

    *fault = prefix + taking->new_psw;
    if (!si_memory_read(host, opaque, *fault, new_psw, 16))
        return false;
    for (at = 0; at < taking->count; at++) {
        const struct si_taking_store *store = &taking->store[at];

        si_bits_put(image, store->value, store->length);
        *fault = prefix + store->offset;
        if (!si_memory_write(host, opaque, *fault, image, store->length))
            return false;
    }
    if (!write_blocks(taking, host, opaque, prefix, fault))
        return false;
    old_psw_image(taking, image);
    *fault = prefix + taking->old_psw;
    return si_memory_write(host, opaque, *fault, image, sizeof image);
}

static void plan_blocks(const struct si_taking *taking, uint32_t prefix,
                        struct s390irq_plan *plan)
{
    uint32_t at;

    memset(plan->block, 0, sizeof plan->block);
    for (at = 0; at < taking->block_count; at++) {
        plan->block[at].absolute = prefix + taking->block[at].offset;
        plan->block[at].bytes = taking->block[at].bytes;
        plan->block[at].length = taking->block[at].length;
    }
    plan->block_count = taking->block_count;
}

void si_apply_plan(const struct si_taking *taking, uint32_t prefix,
                   struct s390irq_plan *plan)
{
    struct s390irq_store *to = plan->store;
    uint32_t at;

    memset(plan->store, 0, sizeof plan->store);
    plan->new_psw_absolute = prefix + taking->new_psw;
    for (at = 0; at < taking->count; at++, to++) {
        const struct si_taking_store *store = &taking->store[at];

        to->absolute = prefix + store->offset;
        to->length = store->length;
        si_bits_put(to->bytes, store->value, store->length);
    }
    to->absolute = prefix + taking->old_psw;
    to->length = 16;
    old_psw_image(taking, to->bytes);
    plan->store_count = taking->count + 1;
    plan_blocks(taking, prefix, plan);
}

void si_apply_swap(struct s390irq_cpu *cpu, const uint8_t new_psw[16])
{
    cpu->psw_mask = si_bits_get64(new_psw);
    cpu->psw_address = si_bits_get64(new_psw + 8);
}
