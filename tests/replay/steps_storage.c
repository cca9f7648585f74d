/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Steps of the guest's program on absolute storage and prefix areas. */
#include "steps.h"

static bool fill(struct replay *replay, struct worker *worker)
{
    uint64_t absolute, length;

    (void)worker;
    if (!steps_value(replay, "len", STORAGE_SIZE, &length) ||
        !steps_place(replay, "addr", length, &absolute))
        return false;
    storage_fill(&replay->storage, absolute, length);
    return true;
}

static bool poke(struct replay *replay, struct worker *worker)
{
    uint64_t absolute, value;

    (void)worker;
    if (!steps_place(replay, "addr", 8, &absolute) ||
        !steps_value(replay, "value", UINT64_MAX, &value))
        return false;
    storage_value_by_program(&replay->storage, absolute, 8, value);
    return true;
}

static bool is_known(const struct storage *storage, uint64_t absolute)
{
    return storage->known[absolute] || storage_is_stored(storage, absolute);
}

/* The guest's own code and the pattern are not known: those are taken over. */
static bool peek(struct replay *replay, struct worker *worker)
{
    const struct storage *storage = &replay->storage;
    const json_t *member = json_object_get(replay->step->object, "value");
    struct number number;
    uint64_t absolute, value;

    (void)worker;
    if (!steps_place(replay, "addr", 8, &absolute))
        return false;
    if (!number_of(member, &number))
        return !member || replay_fails(replay, "\"value\" is no number");
    value = number.value;
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t shift = 8 * (7 - i);

        if (is_known(storage, absolute + i))
            value = (value & ~(UINT64_C(0xff) << shift)) |
                    (uint64_t)storage->ram[absolute + i] << shift;
    }
    return steps_result(replay, "value", value);
}

static bool copy(struct replay *replay, struct worker *worker)
{
    uint64_t from, length, to;

    (void)worker;
    if (!steps_value(replay, "len", STORAGE_SIZE, &length) ||
        !steps_place(replay, "src", length, &from) ||
        !steps_place(replay, "dst", length, &to))
        return false;
    storage_copy(&replay->storage, from, length, to);
    return true;
}

static bool fill_prefix_area(struct replay *replay, struct worker *worker)
{
    struct storage *storage = &replay->storage;
    uint64_t designation = 0;

    if (has_member(replay->step->object, "mcesa") &&
        !steps_value(replay, "mcesa", UINT64_MAX, &designation))
        return false;
    storage_fill(storage, machine_absolute(worker, 0), 0x1a0);
    storage_fill(storage, machine_absolute(worker, SAVE_AREA), SAVE_AREA_SIZE);
    storage_value_by_program(storage, machine_absolute(worker, MCESA), 8,
                             designation);
    return true;
}

static void set_mask(struct replay *replay, const struct worker *target,
                     enum class_number number, uint64_t mask)
{
    storage_value_by_program(&replay->storage,
                             machine_absolute(target, classes[number].new_psw),
                             8, mask);
}

static bool set_new_psw_mask(struct replay *replay, struct worker *worker)
{
    struct worker *target = steps_target(replay);
    struct problem problem = { "" };
    enum class_number number;
    const char *name;
    uint64_t mask;

    (void)worker;
    if (!target || !steps_value(replay, "mask", UINT64_MAX, &mask))
        return false;
    if (!member_text(replay->step->object, "cls", &name, &problem))
        return replay_fails(replay, "%s", problem.text);
    number = class_of(name);
    if (number == CLASSES)
        return replay_fails(replay, "no class \"%.40s\"", name);
    set_mask(replay, target, number, mask);
    return true;
}

static bool reset_new_psws(struct replay *replay, struct worker *worker)
{
    struct worker *target = steps_target(replay);

    (void)worker;
    for (uint32_t i = 0; target && i < CLASSES; i++)
        set_mask(replay, target, i, replay->scenario->new_psw_mask);
    return target != NULL;
}

const struct steps_operation steps_of_storage[] = {
    { "fill", fill, 0 },
    { "poke", poke, 0 },
    { "peek", peek, 0 },
    { "copy", copy, 0 },
    { "fill-prefix-area", fill_prefix_area, 0 },
    { "set-new-psw-mask", set_new_psw_mask, 0 },
    { "reset-new-psws", reset_new_psws, 0 },
    { NULL, NULL, 0 },
};
