/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Steps with devices. What a device decides (the condition code of SSCH, the
 * word of TSCH) is its own and comes from the recording; that it interrupts
 * is the library's.
 */
#include <string.h>

#include "conditions.h"
#include "guest.h"
#include "steps.h"

#define SUBCHANNEL_ONE UINT32_C(0x00010000)

#define IO_CODE      0xb8 /* PoP ch. 3: subchannel, parameter, word */
#define SCCB_CODE    6
#define SCCB_ADDRESS 0x7ffffff8

/* Where the recorded guest has the indicators of its devices. */
#define SUMMARY(subchannel) (0x1a3000 + (uint64_t)(subchannel)*0x4000)

/* Whether the device or the machine did what the instruction asked for. */
static bool accepted(const struct replay *replay, const char *name)
{
    struct number number;

    return !number_of(json_object_get(replay->step->object, name), &number) ||
           number.value == 0;
}

static bool check(struct replay *replay, int outcome)
{
    if (outcome >= 0 && outcome != S390IRQ_CLOSED)
        return true;
    return replay_fails(replay, "%s",
                        outcome < 0 ? s390irq_strerror(outcome)
                                    : "the VM is closed");
}

/* The subchannel of the step; the library knows of it from now on. */
static bool subchannel_of_step(struct replay *replay,
                               struct subchannel **subchannel, uint32_t *id)
{
    uint64_t number;

    if (!steps_value(replay, "subchannel", 0xffff, &number))
        return false;
    *id = SUBCHANNEL_ONE | (uint32_t)number;
    *subchannel = replay->devices.subchannel + number;
    if ((*subchannel)->added)
        return true;
    (*subchannel)->added = true;
    return check(replay, s390irq_vm_add_subchannel(replay->vm, *id));
}

static bool interrupt(struct replay *replay,
                      const struct subchannel *subchannel, uint32_t id)
{
    return check(replay,
                 s390irq_vm_inject_io(replay->vm, id, subchannel->parameter,
                                      S390IRQ_IO_WORD(subchannel->isc)));
}

static bool ssch_sense_id(struct replay *replay, struct worker *worker)
{
    struct subchannel *subchannel;
    uint64_t isc, parameter;
    uint32_t id;

    (void)worker;
    if (!subchannel_of_step(replay, &subchannel, &id) ||
        !steps_value(replay, "isc", 7, &isc) ||
        !steps_value(replay, "intparm", UINT32_MAX, &parameter))
        return false;
    subchannel->isc = (uint32_t)isc;
    if (!accepted(replay, "cc"))
        return true;
    subchannel->parameter = (uint32_t)parameter;
    return interrupt(replay, subchannel, id);
}

/* PoP ch. 14, TEST SUBCHANNEL: the subchannel has nothing pending any more. */
static bool tsch(struct replay *replay, struct worker *worker)
{
    struct s390irq_interruption taken = { 0 };
    struct subchannel *subchannel;
    uint32_t id;

    (void)worker;
    return subchannel_of_step(replay, &subchannel, &id) &&
           check(replay, s390irq_queue_take_io(s390irq_vm_queue(replay->vm),
                                               0xff, id, &taken));
}

/* PoP ch. 14, CLEAR SUBCHANNEL: what pends goes, the end of it comes. */
static bool csch(struct replay *replay, struct worker *worker)
{
    struct subchannel *subchannel;
    uint32_t id;

    (void)worker;
    if (!subchannel_of_step(replay, &subchannel, &id))
        return false;
    if (!accepted(replay, "cc"))
        return true;
    return check(replay,
                 s390irq_queue_clear_io(s390irq_vm_queue(replay->vm), id)) &&
           interrupt(replay, subchannel, id);
}

static bool hsch(struct replay *replay, struct worker *worker)
{
    struct subchannel *subchannel;
    uint32_t id;

    (void)worker;
    if (!subchannel_of_step(replay, &subchannel, &id))
        return false;
    return !accepted(replay, "cc") || interrupt(replay, subchannel, id);
}

/* An operand that cannot be stored: what was taken pends again. */
static bool tpi_fails(struct replay *replay, struct worker *worker, int cc,
                      const struct s390irq_interruption *taken,
                      const struct conditions *conditions)
{
    if (cc == 1 && !check(replay, s390irq_queue_put_back_io(
                                      s390irq_vm_queue(replay->vm), taken)))
        return false;
    worker->activity = STEP;
    return conditions_raise(worker, conditions, NULL) && guest_run(worker) &&
           machine_go_idle(worker);
}

/* PoP ch. 14: at real b8 all of the code, at an operand the first part. */
static bool tpi_stores(struct worker *worker, uint64_t operand,
                       const struct s390irq_interruption *taken)
{
    struct replay *replay = worker->replay;
    uint64_t absolute = machine_absolute(worker, operand ? operand : IO_CODE);
    size_t length = operand ? 8 : 12;
    uint8_t code[12];

    if (!check(replay, s390irq_interruption_io_code(taken, code)))
        return false;
    if (!storage_has(absolute, length))
        return replay_fails(replay, "no storage at %llx",
                            (unsigned long long)absolute);
    storage_expect(&replay->storage, absolute, length);
    storage_by_machine(&replay->storage, absolute, code, length);
    return true;
}

static bool tpi(struct replay *replay, struct worker *worker)
{
    uint32_t mask = worker->cpu.cr[6] >> 24 & 0xff;
    struct s390irq_interruption taken = { 0 };
    struct conditions conditions;
    uint64_t operand;
    int cc;

    if (!steps_value(replay, "addr", UINT64_MAX, &operand))
        return false;
    cc = s390irq_queue_take_io(s390irq_vm_queue(replay->vm), mask, 0, &taken);
    if (!check(replay, cc))
        return false;
    if (conditions_find(worker, &conditions))
        return tpi_fails(replay, worker, cc, &taken, &conditions);
    if (cc == 1 && !tpi_stores(worker, operand, &taken))
        return false;
    return steps_result(replay, "cc", (uint64_t)cc);
}

/* The end of an SCLP command; one at a time may pend. */
static bool servc(struct replay *replay, struct worker *worker)
{
    struct number response;
    uint64_t sccb;
    int outcome;

    (void)worker;
    if (!steps_value(replay, "sccb", UINT32_MAX, &sccb))
        return false;
    sccb &= SCCB_ADDRESS;
    outcome = s390irq_vm_inject_service(replay->vm, (uint32_t)sccb);
    if (!check(replay, outcome))
        return false;
    if (outcome != S390IRQ_BUSY && storage_has(sccb, 8) &&
        number_of(json_object_get(replay->step->object, "response"), &response))
        storage_value_by_program(&replay->storage, sccb + SCCB_CODE, 2,
                                 response.value);
    return steps_result(replay, "cc", outcome == S390IRQ_BUSY ? 2 : 0);
}

/* PoP ch. 17: the machine check is made once, until the queue is found empty.
 */
static bool rchp(struct replay *replay, struct worker *worker)
{
    struct device_state *devices = &replay->devices;
    const struct s390irq_interruption report = {
        .kind = S390IRQ_KIND_MACHINE_CHECK,
        .u.machine_check.conditions = S390IRQ_MCIC_CHANNEL_REPORT,
    };
    uint64_t path;

    (void)worker;
    if (!steps_value(replay, "chpid", 0xff, &path))
        return false;
    if (!accepted(replay, "cc"))
        return true;
    if (devices->report_told)
        return true;
    devices->report_told = true;
    return check(replay, s390irq_vm_inject(replay->vm, &report));
}

/* What it reads is the device's affair; cc 1: there was nothing left. */
static bool stcrw(struct replay *replay, struct worker *worker)
{
    (void)worker;
    if (!accepted(replay, "cc"))
        replay->devices.report_told = false;
    return true;
}

static bool virtio_adapter_setup(struct replay *replay, struct worker *worker)
{
    static const uint8_t zeros[16];
    struct subchannel *subchannel;
    uint64_t isc;
    uint32_t id, number;

    (void)worker;
    if (!subchannel_of_step(replay, &subchannel, &id) ||
        !steps_value(replay, "isc", 7, &isc) ||
        !steps_value(replay, "bit", 63, &subchannel->bit))
        return false;
    if (!accepted(replay, "result"))
        return true;
    number = id & 0xffff;
    if (!storage_has(SUMMARY(number), sizeof zeros) ||
        number >= S390IRQ_MAX_ADAPTERS)
        return replay_fails(replay, "no room for the device's indicators");
    storage_by_program(&replay->storage, SUMMARY(number), zeros, sizeof zeros);
    storage_expect(&replay->storage, SUMMARY(number), sizeof zeros);
    s390irq_vm_remove_adapter(replay->vm, number);
    return check(replay,
                 s390irq_vm_add_adapter(replay->vm, number, (uint32_t)isc,
                                        S390IRQ_ADAPTER_SWAP));
}

/* The summary indicator is bit 7 of its byte, the value 1. */
static bool virtio_kick(struct replay *replay, struct worker *worker)
{
    struct s390irq_route route = S390IRQ_ROUTE_INIT;
    struct subchannel *subchannel;
    uint32_t id;

    (void)worker;
    if (!subchannel_of_step(replay, &subchannel, &id))
        return false;
    if (!accepted(replay, "result"))
        return true;
    route.adapter = id & 0xffff;
    route.summary_absolute = SUMMARY(route.adapter);
    route.summary_offset = 7;
    route.indicator_absolute = SUMMARY(route.adapter) + 8;
    route.indicator_offset = subchannel->bit;
    return check(replay, s390irq_vm_fire_route(replay->vm, &route)) &&
           steps_result(
               replay, "indicator",
               storage_value(&replay->storage, SUMMARY(route.adapter), 8));
}

const struct steps_operation steps_of_io[] = {
    { "servc", servc, 0 },
    { "ssch-sense-id", ssch_sense_id, 0 },
    { "tsch", tsch, 0 },
    { "csch", csch, 0 },
    { "hsch", hsch, 0 },
    { "tpi", tpi, STEPS_EXCEPTIONS },
    { "rchp", rchp, 0 },
    { "stcrw", stcrw, 0 },
    { "virtio-adapter-setup", virtio_adapter_setup, 0 },
    { "virtio-kick", virtio_kick, 0 },
    { NULL, NULL, 0 },
};
