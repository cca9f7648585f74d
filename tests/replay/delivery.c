/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Reading deliveries, and the classes. */
#include "delivery.h"

#include <stdlib.h>
#include <string.h>

const struct class_row classes[CLASSES] = {
    [CLASS_RESTART] = { "restart",
                        0x120,
                        0x1a0,
                        0x11000,
                        { { 0x120, 0x130 } } },
    [CLASS_EXTERNAL] = { "external",
                         0x130,
                         0x1b0,
                         0x11026,
                         { { 0x80, 0x88 }, { 0x130, 0x140 } } },
    [CLASS_SVC] = { "svc",
                    0x140,
                    0x1c0,
                    0x1104c,
                    { { 0x88, 0x8c }, { 0x140, 0x150 } } },
    [CLASS_PROGRAM] = { "program",
                        0x150,
                        0x1d0,
                        0x11072,
                        { { 0x8c, 0xb8 },
                          { 0x110, 0x118 },
                          { 0x150, 0x160 } } },
    [CLASS_MACHINE_CHECK] = { "machine-check",
                              0x160,
                              0x1e0,
                              0x11098,
                              { { 0xa3, 0xa4 },
                                { 0xe8, 0x100 },
                                { 0x160, 0x170 } } },
    [CLASS_IO] = { "io",
                   0x170,
                   0x1f0,
                   0x110be,
                   { { 0xb8, 0xc8 }, { 0x170, 0x180 } } },
};

enum class_number class_of(const char *name)
{
    uint32_t number = 0;

    while (number < CLASSES && strcmp(classes[number].name, name) != 0)
        number++;
    return number;
}

struct delivery *delivery_add(struct delivery_list *list)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        struct delivery *array;

        if (room > MAX_DELIVERIES)
            return NULL;
        array = realloc(list->array, room * sizeof *array);
        if (!array)
            return NULL;
        list->array = array;
        list->room = room;
    }
    memset(list->array + list->count, 0, sizeof *list->array);
    return list->array + list->count++;
}

void delivery_free(struct delivery_list *list)
{
    free(list->array);
    memset(list, 0, sizeof *list);
}

/* Where a store begins, how long it is at most; sets *image to its bytes. */
static bool place_of(const json_t *object, struct delivery *delivery,
                     struct known_byte **image, size_t *room,
                     struct problem *problem)
{
    uint64_t real;

    if (!member_value(object, "real", IMAGE_SIZE, &real, problem))
        return false;
    *image = delivery->image + real;
    *room = IMAGE_SIZE - real;
    return true;
}

static bool read_store(const json_t *object, struct delivery *delivery,
                       struct problem *problem)
{
    struct known_byte *image;
    const char *hex;
    size_t room;
    int count;

    if (!place_of(object, delivery, &image, &room, problem) ||
        !member_text(object, "hex", &hex, problem))
        return false;
    count = bytes_of(hex, image, room);
    if (count < 0)
        return problem_set(problem, "a store has no such bytes: %.40s", hex);
    for (int i = 0; is_true(object, "varies") && i < count; i++)
        image[i].care = 0;
    return true;
}

/* A range that the recorder saw change from run to run. */
static void read_varying(const json_t *object, struct delivery *delivery)
{
    struct problem ignored = { "" };
    struct known_byte *image;
    struct known_byte bytes[IMAGE_SIZE];
    const char *hex;
    size_t room;
    int count;

    if (!place_of(object, delivery, &image, &room, &ignored))
        return;
    hex = json_string_value(json_object_get(object, "hex"));
    count = hex ? bytes_of(hex, bytes, room) : 0;
    for (int i = 0; i < count; i++)
        image[i].care = 0;
}

static bool read_stores(const json_t *object, struct delivery *delivery,
                        struct problem *problem)
{
    const json_t *array, *varying = json_object_get(object, "varies");
    const json_t *item;
    size_t i;

    if (!member_array(object, "stores", &array, problem))
        return false;
    json_array_foreach(
        array, i, item) if (!read_store(item, delivery, problem)) return false;
    json_array_foreach(varying, i, item) read_varying(item, delivery);
    return true;
}

static bool read_psw(const json_t *object, const char *name,
                     struct number *mask, struct number *address,
                     struct problem *problem)
{
    const json_t *psw = json_object_get(object, name);

    if (!json_is_object(psw))
        return problem_set(problem, "member \"%s\" is missing", name);
    return member_number(psw, "mask", mask, problem) &&
           member_number(psw, "addr", address, problem);
}

static bool read_place(const json_t *object, struct delivery *delivery,
                       struct problem *problem)
{
    uint64_t number, step, cpu;
    const char *name;

    if (!member_value(object, "n", UINT32_MAX, &number, problem) ||
        !member_value(object, "step", UINT32_MAX, &step, problem) ||
        !member_value(object, "cpu", UINT16_MAX, &cpu, problem) ||
        !member_text(object, "class", &name, problem))
        return false;
    delivery->number = (uint32_t)number;
    delivery->step = (uint32_t)step;
    delivery->cpu = (uint32_t)cpu;
    delivery->class_number = class_of(name);
    return delivery->class_number < CLASSES ||
           problem_set(problem, "no class \"%.40s\"", name);
}

static bool read_one(const json_t *object, struct delivery *delivery,
                     struct problem *problem)
{
    const char *at;

    delivery->fields = object;
    if (!read_place(object, delivery, problem) ||
        !member_number(object, "prefix", &delivery->prefix, problem) ||
        !member_number(object, "cr0", &delivery->cr0, problem) ||
        !read_psw(object, "old_psw", &delivery->old_mask,
                  &delivery->old_address, problem) ||
        !read_psw(object, "new_psw", &delivery->new_mask,
                  &delivery->new_address, problem))
        return false;
    at = json_string_value(
        json_object_get(json_object_get(object, "old_psw"), "at"));
    delivery->somewhere = !at || !at[0];
    return read_stores(object, delivery, problem);
}

bool delivery_read(const json_t *array, struct delivery_list *out,
                   struct problem *problem)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(array))
        return problem_set(problem, "\"deliveries\" is no list");
    json_array_foreach(array, i, item)
    {
        struct delivery *delivery = delivery_add(out);
        struct problem inner = { "" };

        if (!delivery)
            return problem_set(problem, "too many deliveries");
        if (!read_one(item, delivery, &inner))
            return problem_set(problem, "delivery %zu: %s", i, inner.text);
    }
    return true;
}

uint64_t delivery_field(const struct delivery *delivery, uint32_t real,
                        uint32_t length)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < length; i++)
        value = value << 8 | delivery->image[real + i].value;
    return value;
}

bool delivery_stored(const struct delivery *delivery, uint32_t real)
{
    return delivery->image[real].stored;
}
