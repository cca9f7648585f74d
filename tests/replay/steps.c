/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "steps.h"

#include <stdio.h>
#include <string.h>

#include "conditions.h"
#include "guest.h"

static const struct steps_operation *const tables[] = {
    steps_of_registers, steps_of_storage, steps_of_programs,
    steps_of_signals,   steps_of_io,      steps_of_driver,
};

static const struct steps_operation *find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct steps_operation *row = tables[i]; row->name; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

bool steps_value(struct replay *replay, const char *name, uint64_t limit,
                 uint64_t *out)
{
    struct problem problem = { "" };

    return member_value(replay->step->object, name, limit, out, &problem) ||
           replay_fails(replay, "%s", problem.text);
}

bool steps_place(struct replay *replay, const char *name, uint64_t length,
                 uint64_t *absolute)
{
    if (!steps_value(replay, name, UINT64_MAX, absolute))
        return false;
    return storage_has(*absolute, length) ||
           replay_fails(replay, "no storage at %llx",
                        (unsigned long long)*absolute);
}

struct worker *steps_target(struct replay *replay)
{
    uint64_t address;

    if (!steps_value(replay, "target", UINT32_MAX, &address))
        return NULL;
    return machine_worker(replay, address);
}

/* For those that nobody judges: what has become of it. */
static void tell(struct replay *replay, const char *name, uint64_t value)
{
    size_t length = strlen(replay->told);

    snprintf(replay->told + length, sizeof replay->told - length,
             "%sstep %u %s %llx", length ? "; " : "", replay->step->number,
             name, (unsigned long long)value);
}

bool steps_result(struct replay *replay, const char *name, uint64_t value)
{
    const json_t *member = json_object_get(replay->step->object, name);
    struct number number;

    if (!member)
        return true;
    if (!number_of(member, &number))
        return replay_fails(replay, "result \"%s\" is no number", name);
    if (number_equals(&number, value))
        return true;
    if (replay->lenient) {
        tell(replay, name, value);
        return true;
    }
    return replay_fails(replay, "%s is %llx, not %llx", name,
                        (unsigned long long)value,
                        (unsigned long long)number.value);
}

bool steps_timed_out(struct replay *replay, bool timed_out)
{
    const json_t *member = json_object_get(replay->step->object, "timed_out");

    if (!json_is_boolean(member) || json_is_true(member) == timed_out)
        return true;
    if (replay->lenient) {
        tell(replay, "timed_out", timed_out);
        return true;
    }
    return replay_fails(replay, "%s",
                        timed_out ? "timed out"
                                  : "did not time out, as recorded");
}

/* Before a step that is no order, stops of the row before are carried out. */
static bool begin(struct replay *replay, uint32_t flags)
{
    for (uint32_t i = 0; i < replay->scenario->cpus; i++)
        if (!(flags & STEPS_IN_A_ROW))
            replay->worker[i].held = false;
    return machine_let_pass(replay, 1);
}

/* A worker that does not come back never sees its next step. */
static bool is_ready(const struct worker *worker)
{
    return worker->activity == IDLE && worker->answer == S390IRQ_RUN;
}

/* An instruction of the worker's own ends in a program interruption. */
static bool interrupted(struct worker *worker,
                        const struct conditions *conditions)
{
    worker->activity = STEP;
    if (!conditions_raise(worker, conditions, NULL) || !guest_run(worker))
        return false;
    return machine_go_idle(worker);
}

static bool run_step(struct replay *replay)
{
    const struct steps_operation *operation = find(replay->step->operation);
    struct worker *worker = machine_worker(replay, replay->step->cpu);
    struct conditions conditions;

    if (!worker)
        return false;
    if (!operation)
        return replay_fails(replay, "unknown operation");
    if (!begin(replay, operation->flags))
        return false;
    if (!is_ready(worker))
        return is_true(replay->step->object, "did_not_complete") ||
               replay_fails(replay, "CPU %u does not wait for a step",
                            worker->address);
    if (!(operation->flags & STEPS_EXCEPTIONS) &&
        conditions_find(worker, &conditions))
        return interrupted(worker, &conditions);
    return operation->run(replay, worker);
}

bool steps_run(struct replay *replay)
{
    const struct scenario *scenario = replay->scenario;

    for (size_t i = 0; i < scenario->step_count; i++) {
        replay->step = scenario->steps + i;
        if (!run_step(replay) || !machine_pump(replay) ||
            !machine_check_storage(replay))
            return false;
    }
    /* The end of the last row. */
    return begin(replay, 0) && machine_check_storage(replay) &&
           replay->problem.text[0] == '\0';
}
