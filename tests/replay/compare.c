/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "compare.h"

#include <stdio.h>
#include <string.h>

/* Names of recorded members, and where the same bytes are stored. */
struct field {
    const char *name;
    uint32_t real, length;
    uint32_t shift, mask; /* mask 0: all of it */
};

#define END_OF_FIELDS    \
    {                    \
        NULL, 0, 0, 0, 0 \
    }

static const struct field external_fields[] = {
    { "code", 0x86, 2, 0, 0 },
    { "cpu_addr", 0x84, 2, 0, 0 },
    { "param", 0x80, 4, 0, 0 },
    END_OF_FIELDS,
};

static const struct field svc_fields[] = {
    { "ilc", 0x88, 2, 0, 0 },
    { "code", 0x8a, 2, 0, 0 },
    END_OF_FIELDS,
};

static const struct field program_fields[] = {
    { "ilc", 0x8c, 2, 0, 0 },
    { "code", 0x8e, 2, 0, 0 },
    { "dxc_field", 0x90, 4, 0, 0 },
    { "monitor_class", 0x94, 2, 0, 0 },
    { "per_code", 0x96, 2, 0, 0 },
    { "per_addr", 0x98, 8, 0, 0 },
    { "teid", 0xa8, 8, 0, 0 },
    { "monitor_code", 0xb0, 8, 0, 0 },
    { "breaking_event", 0x110, 8, 0, 0 },
    END_OF_FIELDS,
};

static const struct field machine_check_fields[] = {
    { "mcic", 0xe8, 8, 0, 0 },
    { "extdamage", 0xf4, 4, 0, 0 },
    { "fail_addr", 0xf8, 8, 0, 0 },
    END_OF_FIELDS,
};

static const struct field io_fields[] = {
    { "schid", 0xb8, 4, 0, 0 },    { "intparm", 0xbc, 4, 0, 0 },
    { "intword", 0xc0, 4, 0, 0 },  { "isc", 0xc0, 4, 27, 7 },
    { "adapter", 0xc0, 4, 31, 1 }, END_OF_FIELDS,
};

static const struct field restart_fields[] = { END_OF_FIELDS };

static const struct field *const fields[CLASSES] = {
    [CLASS_RESTART] = restart_fields,
    [CLASS_EXTERNAL] = external_fields,
    [CLASS_SVC] = svc_fields,
    [CLASS_PROGRAM] = program_fields,
    [CLASS_MACHINE_CHECK] = machine_check_fields,
    [CLASS_IO] = io_fields,
};

static bool field_matches(const struct field *field,
                          const struct delivery *expected,
                          const struct delivery *actual,
                          struct problem *problem)
{
    const json_t *member = json_object_get(expected->fields, field->name);
    uint64_t value = delivery_field(actual, field->real, field->length);
    struct number number;

    if (!member)
        return true;
    if (field->mask)
        value = value >> field->shift & field->mask;
    if (!number_of(member, &number))
        return problem_set(problem, "\"%s\" is no number", field->name);
    return number_equals(&number, value) ||
           problem_set(problem, "%s is %llx, not %llx", field->name,
                       (unsigned long long)value,
                       (unsigned long long)number.value);
}

static bool number_matches(const char *what, const struct number *expected,
                           const struct number *actual, struct problem *problem)
{
    return number_equals(expected, actual->value) ||
           problem_set(problem, "%s is %016llx, not %016llx", what,
                       (unsigned long long)actual->value,
                       (unsigned long long)expected->value);
}

/* Where the worker was when it was restarted is nobody's. */
static bool is_nowhere(const struct delivery *expected, uint32_t real)
{
    return expected->class_number == CLASS_RESTART && expected->somewhere &&
           real >= 0x128 && real < 0x130;
}

/* A store of what was there already shows only where stores are recorded. */
static bool hides(const struct known_byte *wanted,
                  const struct known_byte *found)
{
    return wanted->stored && !found->care &&
           ((wanted->value ^ found->value) & wanted->care) == 0;
}

static bool byte_matches(const struct delivery *expected,
                         const struct delivery *actual, uint32_t real,
                         struct problem *problem)
{
    const struct known_byte *wanted = expected->image + real;
    const struct known_byte *found = actual->image + real;

    if (wanted->stored != found->stored && !hides(wanted, found))
        return problem_set(problem, "real %x is %sstored", real,
                           wanted->stored ? "not " : "");
    if (((wanted->value ^ found->value) & wanted->care) == 0 ||
        is_nowhere(expected, real))
        return true;
    return problem_set(problem, "real %x holds %02x, not %02x", real,
                       found->value, wanted->value);
}

static bool image_matches(const struct delivery *expected,
                          const struct delivery *actual,
                          struct problem *problem)
{
    const struct field *field = fields[expected->class_number];

    for (uint32_t real = 0; real < IMAGE_SIZE; real++)
        if (!byte_matches(expected, actual, real, problem))
            return false;
    for (; field->name; field++)
        if (!field_matches(field, expected, actual, problem))
            return false;
    return true;
}

static bool psws_match(const struct delivery *expected,
                       const struct delivery *actual, struct problem *problem)
{
    return number_matches("the mask of the old PSW", &expected->old_mask,
                          &actual->old_mask, problem) &&
           (is_nowhere(expected, 0x128) ||
            number_matches("the address of the old PSW", &expected->old_address,
                           &actual->old_address, problem)) &&
           number_matches("the mask of the new PSW", &expected->new_mask,
                          &actual->new_mask, problem) &&
           number_matches("the address of the new PSW", &expected->new_address,
                          &actual->new_address, problem);
}

bool delivery_matches(const struct delivery *expected,
                      const struct delivery *actual, struct problem *problem)
{
    if (expected->class_number != actual->class_number)
        return problem_set(problem, "not %s",
                           classes[expected->class_number].name);
    if (expected->step != actual->step && !actual->asynchronous)
        return problem_set(problem, "not in step %u", expected->step);
    return image_matches(expected, actual, problem) &&
           number_matches("the prefix", &expected->prefix, &actual->prefix,
                          problem) &&
           number_matches("control register 0", &expected->cr0, &actual->cr0,
                          problem) &&
           psws_match(expected, actual, problem);
}

void delivery_describe(const struct delivery *delivery, char *text, size_t room)
{
    static const struct range code[CLASSES] = {
        [CLASS_EXTERNAL] = { 0x86, 2 },
        [CLASS_SVC] = { 0x8a, 2 },
        [CLASS_PROGRAM] = { 0x8e, 2 },
        [CLASS_IO] = { 0xb8, 4 },
    };
    const struct range *place = code + delivery->class_number;
    char number[20] = "";

    if (place->end)
        snprintf(number, sizeof number, " %0*llx", (int)(2 * place->end),
                 (unsigned long long)delivery_field(delivery, place->from,
                                                    place->end));
    snprintf(text, room, "%s%s on CPU %u in step %u",
             classes[delivery->class_number].name, number, delivery->cpu,
             delivery->step);
}

/* The deliveries of one CPU, in their order. */
struct sequence {
    const struct delivery *array[MAX_DELIVERIES];
    size_t count;
};

static bool select_cpu(const struct delivery_list *list, uint32_t cpu,
                       struct sequence *out, struct problem *problem)
{
    out->count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->array[i].cpu != cpu)
            continue;
        if (out->count == sizeof out->array / sizeof out->array[0])
            return problem_set(problem, "too many deliveries on CPU %u", cpu);
        out->array[out->count++] = list->array + i;
    }
    return true;
}

static bool may_move(const json_t *any_order, uint32_t number)
{
    const json_t *item;
    size_t i;

    json_array_foreach(any_order, i, item) if ((uint64_t)json_integer_value(
                                                   item) == number) return true;
    return false;
}

/* Moves one that matches expected->array[at] there, from further behind. */
static void bring_forward(const json_t *any_order,
                          const struct sequence *expected,
                          struct sequence *actual, size_t at)
{
    for (size_t i = at; i < actual->count && i < expected->count; i++) {
        const struct delivery *candidate = actual->array[i];
        struct problem ignored = { "" };

        if (!may_move(any_order, expected->array[i]->number) ||
            !delivery_matches(expected->array[at], candidate, &ignored))
            continue;
        actual->array[i] = actual->array[at];
        actual->array[at] = candidate;
        return;
    }
}

static bool mismatch(const struct delivery *expected,
                     const struct delivery *actual, const char *reason,
                     struct problem *problem)
{
    char text[80];

    delivery_describe(actual, text, sizeof text);
    return problem_set(problem, "delivery %u, %s: %s", expected->number, text,
                       reason);
}

static bool compare_cpu(const struct scenario *scenario,
                        const struct sequence *expected,
                        struct sequence *actual, struct problem *problem)
{
    char text[80];

    for (size_t i = 0; i < expected->count && i < actual->count; i++) {
        struct problem inner = { "" };

        if (may_move(scenario->any_order, expected->array[i]->number))
            bring_forward(scenario->any_order, expected, actual, i);
        if (!delivery_matches(expected->array[i], actual->array[i], &inner))
            return mismatch(expected->array[i], actual->array[i], inner.text,
                            problem);
    }
    if (expected->count == actual->count)
        return true;
    if (expected->count > actual->count) {
        delivery_describe(expected->array[actual->count], text, sizeof text);
        return problem_set(problem, "delivery %u is missing: %s",
                           expected->array[actual->count]->number, text);
    }
    delivery_describe(actual->array[expected->count], text, sizeof text);
    return problem_set(problem, "one too many: %s", text);
}

static bool compare_list(const struct scenario *scenario,
                         const struct delivery_list *expected,
                         const struct delivery_list *actual,
                         struct problem *problem)
{
    struct sequence wanted, found;

    for (uint32_t cpu = 0; cpu < scenario->cpus; cpu++)
        if (!select_cpu(expected, cpu, &wanted, problem) ||
            !select_cpu(actual, cpu, &found, problem) ||
            !compare_cpu(scenario, &wanted, &found, problem))
            return false;
    return true;
}

bool compare_deliveries(const struct scenario *scenario,
                        const struct delivery_list *actual,
                        struct problem *problem)
{
    struct problem first = { "" };

    for (size_t i = 0; i < scenario->choices; i++) {
        struct problem inner = { "" };

        if (compare_list(scenario, scenario->choice + i, actual, &inner))
            return true;
        if (i == 0)
            first = inner;
    }
    if (scenario->choices != 1)
        return problem_set(problem, "none of %zu choices: %s",
                           scenario->choices, first.text);
    return problem_set(problem, "%s", first.text);
}
