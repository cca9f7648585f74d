/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Steps of the driver: time, waiting for others, the handlers' script. */
#include "steps.h"

#define MAX_US UINT64_C(1000000000)

static bool delay_us(struct replay *replay, struct worker *worker)
{
    uint64_t us;

    (void)worker;
    return steps_value(replay, "us", MAX_US, &us) &&
           machine_let_pass(replay, us);
}

static bool has_ended(const struct worker *worker)
{
    return worker->activity == IDLE;
}

static bool is_stopped(const struct worker *worker)
{
    return s390irq_vcpu_state(worker->vcpu) == S390IRQ_STATE_STOPPED;
}

static bool has_started(const struct worker *worker)
{
    return worker->started;
}

static bool until(struct replay *replay,
                  bool (*condition)(const struct worker *worker), bool *is_so)
{
    struct worker *target = steps_target(replay);
    uint64_t us;

    return target && steps_value(replay, "limit_us", MAX_US, &us) &&
           machine_wait_for(target, condition, us, is_so);
}

/* Of several choices each has its own CPU that ends its step. */
static bool sync(struct replay *replay, struct worker *worker)
{
    bool ended;

    (void)worker;
    return until(replay, has_ended, &ended) &&
           (replay->scenario->one_of || steps_timed_out(replay, !ended));
}

static bool wait_until_stopped(struct replay *replay, struct worker *worker)
{
    bool stopped;

    (void)worker;
    return until(replay, is_stopped, &stopped) &&
           steps_timed_out(replay, !stopped);
}

static bool wait_worker(struct replay *replay, struct worker *worker)
{
    bool started;

    (void)worker;
    return until(replay, has_started, &started) &&
           steps_timed_out(replay, !started);
}

static bool clear_worker_flag(struct replay *replay, struct worker *worker)
{
    struct worker *target = steps_target(replay);

    (void)worker;
    if (target)
        target->started = false;
    return target != NULL;
}

static bool limits(struct replay *replay, struct worker *worker)
{
    struct script *script = &replay->script;
    const json_t *step = replay->step->object;

    (void)worker;
    return (!has_member(step, "level") ||
            steps_value(replay, "level", UINT32_MAX, &script->level)) &&
           (!has_member(step, "wait") ||
            steps_value(replay, "wait", UINT32_MAX, &script->wait));
}

static bool handler_rearm(struct replay *replay, struct worker *worker)
{
    struct script *script = &replay->script;

    (void)worker;
    return steps_value(replay, "count", UINT32_MAX, &script->rearm_count) &&
           steps_value(replay, "us", MAX_US, &script->rearm_us);
}

const struct steps_operation steps_of_driver[] = {
    { "delay-us", delay_us, 0 },
    { "sync", sync, 0 },
    { "wait-until-stopped", wait_until_stopped, 0 },
    { "wait-worker", wait_worker, 0 },
    { "clear-worker-flag", clear_worker_flag, 0 },
    { "limits", limits, 0 },
    { "handler-rearm", handler_rearm, 0 },
    { NULL, NULL, 0 },
};
