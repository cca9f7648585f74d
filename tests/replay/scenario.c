/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#define SCHEMA "s390irq-oracle-1"

const char *const verdict_names[VERDICTS] = {
    [AGREE] = "agree",
    [DEVIATION] = "deviation",
    [CHOICE] = "choice",
    [UNCHECKED] = "unchecked",
};

static bool read_verdict(struct scenario *scenario, struct problem *problem)
{
    const char *name;
    uint32_t number = 0;

    if (!member_text(scenario->root, "pop", &name, problem))
        return false;
    while (number < VERDICTS && strcmp(verdict_names[number], name) != 0)
        number++;
    scenario->verdict = number;
    return number < VERDICTS ||
           problem_set(problem, "no verdict \"%.40s\"", name);
}

/* Unknown digits of a start value are ones: a timer far from its end. */
static bool start_value(const json_t *object, const char *name, uint64_t *out,
                        struct problem *problem)
{
    struct number number;

    if (!member_number(object, name, &number, problem))
        return false;
    *out = number.value | ~number.care;
    return true;
}

static bool read_control(const json_t *object, struct setup_cpu *cpu,
                         struct problem *problem)
{
    const json_t *array;

    if (!member_array(object, "crs", &array, problem))
        return false;
    for (size_t i = 0; i < 16; i++) {
        struct number number;

        if (!number_of(json_array_get(array, i), &number))
            return problem_set(problem, "control register %zu", i);
        cpu->control[i] = number.value;
    }
    return true;
}

static bool read_cpu(const json_t *object, struct scenario *scenario,
                     struct problem *problem)
{
    struct setup_cpu *cpu;
    uint64_t address, prefix;

    if (!member_value(object, "addr", scenario->cpus - 1, &address, problem) ||
        !member_value(object, "prefix", UINT32_MAX, &prefix, problem))
        return false;
    cpu = scenario->cpu + address;
    cpu->listed = true;
    cpu->prefix = (uint32_t)prefix;
    return start_value(object, "ckc", &cpu->clock_comparator, problem) &&
           start_value(object, "cpu_timer", &cpu->cpu_timer, problem) &&
           read_control(object, cpu, problem);
}

/* The machine has more CPUs than those that do something. */
static bool count_cpus(struct scenario *scenario, const json_t *listed,
                       struct problem *problem)
{
    const json_t *source = json_object_get(scenario->root, "source");
    uint64_t cpus = 1, address;
    const json_t *item;
    size_t i;

    if (has_member(source, "smp") &&
        !member_value(source, "smp", MAX_CPUS, &cpus, problem))
        return false;
    json_array_foreach(listed, i, item)
    {
        if (!member_value(item, "addr", MAX_CPUS - 1, &address, problem))
            return false;
        if (address >= cpus)
            cpus = address + 1;
    }
    scenario->cpus = cpus ? (uint32_t)cpus : 1;
    return true;
}

static bool read_setup(struct scenario *scenario, struct problem *problem)
{
    const json_t *setup = json_object_get(scenario->root, "setup");
    const json_t *listed, *item;
    struct number mask;
    size_t i;

    if (!json_is_object(setup))
        return problem_set(problem, "member \"setup\" is missing");
    if (!member_number(setup, "new_psw_mask", &mask, problem) ||
        !member_array(setup, "cpus", &listed, problem) ||
        !count_cpus(scenario, listed, problem))
        return false;
    scenario->new_psw_mask = mask.value;
    json_array_foreach(
        listed, i, item) if (!read_cpu(item, scenario, problem)) return false;
    return scenario->cpu[0].listed ||
           problem_set(problem, "the setup has no CPU 0");
}

static bool read_step(json_t *object, struct step *step,
                      struct problem *problem)
{
    uint64_t number, cpu;

    if (!member_value(object, "n", UINT32_MAX, &number, problem) ||
        !member_value(object, "cpu", UINT16_MAX, &cpu, problem) ||
        !member_text(object, "op", &step->operation, problem))
        return false;
    step->number = (uint32_t)number;
    step->cpu = (uint32_t)cpu;
    step->object = object;
    return true;
}

static bool read_steps(struct scenario *scenario, struct problem *problem)
{
    const json_t *array;
    json_t *item;
    size_t i;

    if (!member_array(scenario->root, "steps", &array, problem))
        return false;
    scenario->steps = calloc(json_array_size(array) + 1, sizeof(struct step));
    if (!scenario->steps)
        return problem_set(problem, "out of memory");
    json_array_foreach(array, i, item)
    {
        struct problem inner = { "" };

        if (!read_step(item, scenario->steps + i, &inner))
            return problem_set(problem, "step %zu: %s", i, inner.text);
        scenario->step_count++;
    }
    return true;
}

/* Expected results take the place of recorded ones. */
static bool expect_steps(struct scenario *scenario, const json_t *array,
                         struct problem *problem)
{
    json_t *item;
    size_t i;

    if (!array)
        return true;
    json_array_foreach(array, i, item)
    {
        struct step *step = scenario->steps;
        struct step *end = step + scenario->step_count;
        uint64_t number;

        if (!member_value(item, "n", UINT32_MAX, &number, problem))
            return false;
        while (step < end && step->number != number)
            step++;
        if (step == end || json_object_update(step->object, item) != 0)
            return problem_set(problem, "results for a step that is not there");
        /* What it was read from may have been replaced. */
        if (!read_step(step->object, step, problem))
            return false;
    }
    return true;
}

static bool read_choices(struct scenario *scenario, const json_t *array,
                         struct problem *problem)
{
    const json_t *item;
    size_t i;

    if (!json_is_array(array) || json_array_size(array) > MAX_CHOICES)
        return problem_set(problem, "\"one_of\" is no list, or too long");
    scenario->one_of = true;
    json_array_foreach(
        array, i,
        item) if (!delivery_read(item, scenario->choice + scenario->choices++,
                                 problem)) return false;
    return true;
}

static bool is_known_expectation(const char *name)
{
    static const char *const names[] = {
        "deliveries", "any_order", "one_of", "steps", "cpu_only", "unchecked"
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool read_expectation(struct scenario *scenario, json_t *expect,
                             struct problem *problem)
{
    const json_t *deliveries = json_object_get(expect, "deliveries");
    const char *name;
    json_t *value;

    json_object_foreach(expect, name, value) if (
        !is_known_expectation(
            name)) return problem_set(problem, "no expectation \"%.40s\"",
                                      name);
    scenario->cpu_only = is_true(expect, "cpu_only");
    scenario->unchecked = is_true(expect, "unchecked");
    scenario->any_order = json_object_get(expect, "any_order");
    if (!expect_steps(scenario, json_object_get(expect, "steps"), problem))
        return false;
    if (has_member(expect, "one_of"))
        return read_choices(scenario, json_object_get(expect, "one_of"),
                            problem);
    scenario->choices = 1;
    if (!deliveries)
        deliveries = json_object_get(scenario->root, "deliveries");
    return delivery_read(deliveries, scenario->choice, problem);
}

static bool read_area(const json_t *object, struct area *area,
                      struct problem *problem)
{
    const char *hex;
    int count;

    if (!member_value(object, "abs", UINT32_MAX, &area->absolute, problem) ||
        !member_text(object, "hex", &hex, problem))
        return false;
    area->bytes = calloc(MAX_AREA, sizeof *area->bytes);
    if (!area->bytes)
        return problem_set(problem, "out of memory");
    count = bytes_of(hex, area->bytes, MAX_AREA);
    if (count < 0)
        return problem_set(problem, "area %.40s has no such bytes", area->name);
    area->length = (uint32_t)count;
    return true;
}

static bool read_areas(struct scenario *scenario, struct problem *problem)
{
    json_t *memory = json_object_get(scenario->root, "memory");
    const char *name;
    json_t *value;

    if (!memory)
        return true;
    if (!json_is_object(memory))
        return problem_set(problem, "\"memory\" is no object");
    scenario->areas =
        calloc(json_object_size(memory) + 1, sizeof *scenario->areas);
    if (!scenario->areas)
        return problem_set(problem, "out of memory");
    json_object_foreach(memory, name, value)
    {
        struct area *area = scenario->areas + scenario->area_count++;

        area->name = name;
        if (!read_area(value, area, problem))
            return false;
    }
    return true;
}

static bool check_cpus(const struct scenario *scenario, struct problem *problem)
{
    for (size_t i = 0; i < scenario->choices; i++) {
        const struct delivery_list *list = scenario->choice + i;

        for (size_t k = 0; k < list->count; k++)
            if (list->array[k].cpu >= scenario->cpus)
                return problem_set(problem, "a delivery on CPU %u",
                                   list->array[k].cpu);
    }
    return true;
}

/* Where the recorded guest has its handlers, as far as the scenario shows. */
static void find_handlers(struct scenario *scenario)
{
    for (uint32_t i = 0; i < CLASSES; i++)
        scenario->handler[i] = classes[i].handler;
    for (size_t i = 0; i < scenario->choices; i++) {
        const struct delivery_list *list = scenario->choice + i;

        for (size_t k = 0; k < list->count; k++)
            scenario->handler[list->array[k].class_number] =
                list->array[k].new_address.value;
    }
}

static bool read_all(struct scenario *scenario, struct problem *problem)
{
    json_t *expect = json_object_get(scenario->root, "expect");
    const char *schema;

    if (!json_is_object(scenario->root))
        return problem_set(problem, "not an object");
    if (!member_text(scenario->root, "schema", &schema, problem) ||
        !member_text(scenario->root, "id", &scenario->id, problem))
        return false;
    if (strcmp(schema, SCHEMA) != 0)
        return problem_set(problem, "schema \"%.40s\" is not known", schema);
    if (expect && !json_is_object(expect))
        return problem_set(problem, "\"expect\" is no object");
    scenario->note = json_string_value(json_object_get(scenario->root, "note"));
    if (!read_verdict(scenario, problem) || !read_setup(scenario, problem) ||
        !read_steps(scenario, problem) ||
        !read_expectation(scenario, expect, problem) ||
        !read_areas(scenario, problem) || !check_cpus(scenario, problem))
        return false;
    find_handlers(scenario);
    return true;
}

bool scenario_read(const char *line, size_t length, struct scenario *scenario,
                   struct problem *problem)
{
    json_error_t error;

    memset(scenario, 0, sizeof *scenario);
    scenario->root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    if (!scenario->root)
        return problem_set(problem, "not JSON: %s", error.text);
    return read_all(scenario, problem);
}

void scenario_free(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->choices; i++)
        delivery_free(scenario->choice + i);
    for (size_t i = 0; i < scenario->area_count; i++)
        free(scenario->areas[i].bytes);
    free(scenario->areas);
    free(scenario->steps);
    json_decref(scenario->root);
}
