/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Steps on a CPU's own registers. */
#include <stdlib.h>
#include <string.h>

#include "steps.h"

static bool load_control(struct replay *replay, struct worker *worker)
{
    uint64_t number, value;

    if (!steps_value(replay, "cr", 15, &number) ||
        !steps_value(replay, "value", UINT64_MAX, &value))
        return false;
    worker->cpu.cr[number] = value;
    return machine_registers_changed(worker);
}

/* "TOD+100us". */
static bool ahead_of_tod(const struct replay *replay, uint64_t *out)
{
    static const char prefix[] = "TOD+";
    const char *text =
        json_string_value(json_object_get(replay->step->object, "value"));
    uint64_t us;
    char *end;

    if (!text || strncmp(text, prefix, strlen(prefix)) != 0)
        return false;
    us = strtoull(text + strlen(prefix), &end, 10);
    *out = replay->now + us * TOD_PER_US;
    return strcmp(end, "us") == 0;
}

static bool set_clock_comparator(struct replay *replay, struct worker *worker)
{
    uint64_t value;

    if (!ahead_of_tod(replay, &value) &&
        !steps_value(replay, "value", UINT64_MAX, &value))
        return false;
    worker->cpu.clock_comparator = value;
    return machine_registers_changed(worker);
}

static bool set_cpu_timer(struct replay *replay, struct worker *worker)
{
    uint64_t value;

    if (!steps_value(replay, "value", UINT64_MAX, &value))
        return false;
    worker->cpu.cpu_timer = value;
    worker->cpu.cpu_timer_since_tod = replay->now;
    return machine_registers_changed(worker);
}

static bool store_both(struct replay *replay, struct worker *worker)
{
    const struct s390irq_cpu *cpu = &worker->cpu;
    uint64_t timer = cpu->cpu_timer;

    if (cpu->cpu_timer_since_tod)
        timer -= replay->now - cpu->cpu_timer_since_tod;
    return steps_result(replay, "ckc", cpu->clock_comparator) &&
           steps_result(replay, "cpu_timer", timer);
}

const struct steps_operation steps_of_registers[] = {
    { "load-control", load_control, 0 },
    { "set-clock-comparator", set_clock_comparator, 0 },
    { "set-cpu-timer", set_cpu_timer, 0 },
    { "store-clock-comparator-and-cpu-timer", store_both, 0 },
    { NULL, NULL, 0 },
};
