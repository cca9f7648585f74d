/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How are unprivileged instructions put right that the engine executes
 * wrongly (the clock reads 0, for one)? Each block is looked at once; such an
 * instruction gets a code hook, and so does the place after it. The engine
 * executes it, then the host corrects the result.
 *
 * Addresses here are logical ones, so what is known of a block is forgotten
 * when translations may have changed, just as a TLB forgets.
 */
#include "engine/internal.h"

#include <string.h>

static struct engine_scan *scan_of(const struct engine *engine)
{
    uint64_t mixed = engine->block * UINT64_C(0x9e3779b97f4a7c15);

    return &engine->scanned[mixed >> 48 & (ENGINE_SCANNED - 1)];
}

static bool hooked(const struct engine *engine, uint64_t address)
{
    for (unsigned i = 0; i < engine->hooks_used; i++) {
        if (engine->hooked[i].address == address)
            return true;
    }
    return false;
}

/* The length of the instruction, 0: it is not there. */
static size_t fetch(const struct engine *engine, uint64_t address, bool *wrong)
{
    uint8_t bytes[6];
    size_t length = engine->hooks.fetch(engine->opaque, address, bytes);

    *wrong = length != 0 && engine->hooks.wrong(bytes);
    return length;
}

/*
 * The next place in the block, from `address` on, that needs a hook; *after:
 * the one after it.
 */
static uint64_t next_wrong(const struct engine *engine, uint64_t address,
                           uint64_t *after)
{
    uint64_t end = engine->block + engine->block_bytes;

    while (address < end) {
        bool wrong;
        size_t length = fetch(engine, address, &wrong);

        *after = address + length;
        if (length == 0)
            return end;
        if (wrong && (!hooked(engine, address) || !hooked(engine, *after)))
            return address;
        address = *after;
    }
    return end;
}

bool engine_replace_in_block(struct engine *engine)
{
    uint64_t end = engine->block + engine->block_bytes;
    struct engine_scan *scan = scan_of(engine);
    uint64_t after;

    if (scan->block == engine->block && scan->generation == engine->generation)
        return false;
    if (next_wrong(engine, engine->block, &after) < end)
        return true;
    scan->block = engine->block;
    scan->generation = engine->generation;
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
    uint8_t instruction[6];

    (void)uc;
    (void)bytes;
    engine_replace_finish(engine);
    if (engine->stepping ||
        engine->hooks.fetch(engine->opaque, address, instruction) == 0 ||
        !engine->hooks.wrong(instruction))
        return;
    engine->replacing = true;
    engine->replaced_at = address;
    engine->hooks.before(engine->opaque, instruction);
}

/* Programs come and go, and with them the places of their clocks. */
static void remove_hooks(struct engine *engine)
{
    for (unsigned i = 0; i < engine->hooks_used; i++)
        uc_hook_del(engine->uc, engine->hooked[i].hook);
    engine->hooks_used = 0;
    engine->generation++;
}

static bool add_hook(struct engine *engine, uint64_t address)
{
    unsigned at = engine->hooks_used;

    if (hooked(engine, address))
        return true;
    engine->hooked[at].address = address;
    engine->hooks_used++;
    return !uc_hook_add(engine->uc, &engine->hooked[at].hook, UC_HOOK_CODE,
                        (void *)(uintptr_t)on_code, engine, address, address);
}

bool engine_replace_hook(struct engine *engine)
{
    uint64_t end = engine->block + engine->block_bytes;
    uint64_t after;
    uint64_t at = next_wrong(engine, engine->block, &after);

    for (; at < end; at = next_wrong(engine, after, &after)) {
        if (engine->hooks_used > ENGINE_HOOKED - 2)
            remove_hooks(engine);
        if (!add_hook(engine, at) || !add_hook(engine, after)) {
            engine->exit.reason = ENGINE_FAILED;
            engine->exit.error = "Unicorn refuses a hook";
            return false;
        }
    }
    uc_ctl_remove_cache(engine->uc, engine->block, end);
    return true;
}
