/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Steps that signal CPUs and reset them. */
#include <string.h>

#include "steps.h"

#define LOW_HALF UINT64_C(0xffffffff)

static const struct {
    const char *name;
    uint32_t order;
} order_names[] = {
    { "sense", S390IRQ_SIGP_SENSE },
    { "extcall", S390IRQ_SIGP_EXTERNAL_CALL },
    { "emerg", S390IRQ_SIGP_EMERGENCY_SIGNAL },
    { "start", S390IRQ_SIGP_START },
    { "stop", S390IRQ_SIGP_STOP },
    { "restart", S390IRQ_SIGP_RESTART },
    { "stopstore", S390IRQ_SIGP_STOP_AND_STORE_STATUS },
    { "inireset", S390IRQ_SIGP_INITIAL_CPU_RESET },
    { "reset", S390IRQ_SIGP_CPU_RESET },
    { "setprefix", S390IRQ_SIGP_SET_PREFIX },
    { "storestatus", S390IRQ_SIGP_STORE_STATUS },
    { "setarch", S390IRQ_SIGP_SET_ARCHITECTURE },
    { "condemerg", S390IRQ_SIGP_CONDITIONAL_EMERGENCY },
    { "sensrun", S390IRQ_SIGP_SENSE_RUNNING_STATUS },
};

static bool order_of_step(struct replay *replay, uint32_t *order)
{
    const char *name =
        json_string_value(json_object_get(replay->step->object, "order"));
    uint64_t number;

    for (size_t i = 0; name && i < sizeof order_names / sizeof order_names[0];
         i++)
        if (strcmp(order_names[i].name, name) == 0) {
            *order = order_names[i].order;
            return true;
        }
    if (!steps_value(replay, "order", UINT32_MAX, &number))
        return false;
    *order = (uint32_t)number;
    return true;
}

/* Status goes to absolute locations, or to where the parameter says. */
static void expect_status(struct replay *replay, uint32_t order,
                          uint64_t parameter)
{
    struct storage *storage = &replay->storage;

    if (order == S390IRQ_SIGP_STOP_AND_STORE_STATUS) {
        storage_expect(storage, 0x1200, 0x200);
        storage_expect(storage, 0xa3, 1);
    } else if (order == S390IRQ_SIGP_STORE_STATUS) {
        storage_expect(storage, parameter & 0x7ffffe00, 0x200);
    } else if (order == S390IRQ_SIGP_STORE_ADDITIONAL) {
        storage_expect(storage, parameter & 0x7ffffc00, 0x1000);
    }
}

/*
 * A stop of another CPU is not carried out before the end of the row; a reset
 * is, and with it goes the stop.
 */
static void hold(struct replay *replay, const struct worker *sender,
                 uint64_t target, uint32_t order)
{
    struct worker *worker = replay->worker + target;

    if (target >= replay->scenario->cpus || worker == sender)
        return;
    if (order == S390IRQ_SIGP_STOP ||
        order == S390IRQ_SIGP_STOP_AND_STORE_STATUS)
        worker->held = true;
    if (order == S390IRQ_SIGP_CPU_RESET ||
        order == S390IRQ_SIGP_INITIAL_CPU_RESET)
        worker->held = false;
}

/* After an initial CPU reset the PSW is zero: its program is gone. */
static void lose_program(struct replay *replay, uint64_t target, uint32_t order)
{
    if (target < replay->scenario->cpus &&
        order == S390IRQ_SIGP_INITIAL_CPU_RESET)
        replay->worker[target].activity = FOREVER;
}

static bool sigp(struct replay *replay, struct worker *worker)
{
    uint64_t target, parameter, result;
    uint32_t order, status = 0;
    int cc;

    if (!order_of_step(replay, &order) ||
        !steps_value(replay, "to", UINT32_MAX, &target) ||
        !steps_value(replay, "parm", UINT64_MAX, &parameter))
        return false;
    cc = s390irq_vcpu_sigp(worker->vcpu, (uint32_t)target, order, parameter,
                           &status);
    if (cc < 0)
        return replay_fails(replay, "%s", s390irq_strerror(cc));
    if (cc == 0) {
        expect_status(replay, order & 0xff, parameter);
        hold(replay, worker, target, order & 0xff);
        lose_program(replay, target, order & 0xff);
    }
    result = cc == 1 ? (parameter & ~LOW_HALF) | status : parameter;
    return steps_result(replay, "cc", (uint64_t)cc) &&
           (cc != 1 || steps_result(replay, "status", status)) &&
           steps_result(replay, "r1", result);
}

/* The driver stops too, and goes on with what it had in its registers. */
static bool reset_driver(struct replay *replay)
{
    struct worker *driver = replay->worker;
    int rc = s390irq_vcpu_reset(driver->vcpu, S390IRQ_RESET_CPU);

    if (rc == 0 && !machine_pump(replay))
        return false;
    if (rc == 0)
        rc = s390irq_vcpu_start(driver->vcpu, NULL);
    if (rc < 0)
        return replay_fails(replay, "CPU 0: %s", s390irq_strerror(rc));
    return machine_pump(replay);
}

/* What devices and channel subsystem forget. */
static int reset_subsystem(struct replay *replay)
{
    for (uint32_t i = 0; i < S390IRQ_MAX_ADAPTERS; i++)
        s390irq_vm_remove_adapter(replay->vm, i);
    replay->devices.report_told = false;
    return s390irq_vm_reset(replay->vm);
}

static bool diag308(struct replay *replay, struct worker *worker)
{
    uint64_t subcode;
    int rc;

    if (!steps_value(replay, "subcode", UINT32_MAX, &subcode))
        return false;
    if (subcode != 1 || worker != replay->worker)
        return replay_fails(replay, "only subcode 1 and CPU 0 are known");
    rc = reset_subsystem(replay);
    for (uint32_t i = 1; rc == 0 && i < replay->scenario->cpus; i++)
        rc = s390irq_vcpu_reset(replay->worker[i].vcpu, S390IRQ_RESET_CPU);
    if (rc < 0)
        return replay_fails(replay, "%s", s390irq_strerror(rc));
    return reset_driver(replay);
}

const struct steps_operation steps_of_signals[] = {
    { "sigp", sigp, STEPS_IN_A_ROW },
    { "diag308", diag308, 0 },
    { NULL, NULL, 0 },
};
