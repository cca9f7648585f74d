/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How are unprivileged instructions put right that the engine executes
 * wrongly (the clock reads 0, for one)? Each block is looked at once; such an
 * instruction gets a code hook, and so does the place after it. The engine
 * executes it, then the host corrects the result.
 */
#include "engine_internal.h"

static bool test_bit(const uint8_t *bitmap, uint64_t address)
{
    return bitmap[address / 16] >> (address / 2 % 8) & 1;
}

static void set_bit(uint8_t *bitmap, uint64_t address)
{
    bitmap[address / 16] |= (uint8_t)(1 << (address / 2 % 8));
}

/* Prefixing (PoP ch. 3): the engine's addresses are real ones. */
static const uint8_t *storage(const struct engine *engine, uint64_t address)
{
    const uint64_t area = 8192;
    uint64_t prefix = engine->current->prefix;

    if (address < area)
        address += prefix;
    else if (address - prefix < area)
        address -= prefix;
    return engine->ram + address;
}

static bool wrong_at(const struct engine *engine, uint64_t address)
{
    return engine->hooks.wrong(storage(engine, address));
}

static bool needs_hook(const struct engine *engine, uint64_t address)
{
    uint64_t after = address + engine_length(*storage(engine, address));

    return wrong_at(engine, address) && (!test_bit(engine->hooked, address) ||
                                         !test_bit(engine->hooked, after));
}

/* The next place in the block, from `address` on, that needs a hook. */
static uint64_t next_wrong(const struct engine *engine, uint64_t address)
{
    uint64_t end = engine->block + engine->block_bytes;

    while (address < end && !needs_hook(engine, address))
        address += engine_length(*storage(engine, address));
    return address;
}

bool engine_replace_in_block(struct engine *engine)
{
    uint64_t end = engine->block + engine->block_bytes;

    if (end > engine->ram_size || test_bit(engine->scanned, engine->block))
        return false;
    if (next_wrong(engine, engine->block) < end)
        return true;
    set_bit(engine->scanned, engine->block);
    return false;
}

void engine_replace_finish(struct engine *engine)
{
    if (!engine->replacing)
        return;
    engine->replacing = false;
    engine->hooks.after(engine->opaque);
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t bytes, void *user)
{
    struct engine *engine = user;
    (void)uc;
    (void)bytes;
    engine_replace_finish(engine);
    if (engine->stepping || !wrong_at(engine, address))
        return;
    engine->replacing = true;
    engine->hooks.before(engine->opaque, storage(engine, address));
}

static bool add_hook(struct engine *engine, uint64_t address)
{
    uc_hook hook;

    if (test_bit(engine->hooked, address))
        return true;
    set_bit(engine->hooked, address);
    return !uc_hook_add(engine->uc, &hook, UC_HOOK_CODE,
                        (void *)(uintptr_t)on_code, engine, address, address);
}

bool engine_replace_hook(struct engine *engine)
{
    uint64_t end = engine->block + engine->block_bytes;
    uint64_t at = next_wrong(engine, engine->block);

    for (; at < end; at = next_wrong(engine, at)) {
        uint64_t after = at + engine_length(*storage(engine, at));

        if (!add_hook(engine, at) || !add_hook(engine, after)) {
            engine->exit.reason = ENGINE_FAILED;
            engine->exit.error = "Unicorn refuses a hook";
            return false;
        }
        at = after;
    }
    uc_ctl_remove_cache(engine->uc, engine->block, end);
    return true;
}
