/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "guest.h"

#include <string.h>

#define ROUNDS 2000

#define CODE_CLOCK_COMPARATOR 0x1004
#define CODE_CPU_TIMER        0x1005
#define CODE_PER              0x0080

#define TIMER_FAR UINT64_C(0x7ffffffffffff000)

static enum class_number handler_at(const struct worker *worker,
                                    uint64_t address)
{
    const uint64_t *handlers = worker->replay->scenario->handler;
    uint32_t number = 0;

    while (number < CLASSES && handlers[number] != address)
        number++;
    return number;
}

/*
 * The handlers that were about to start, this one and those behind it, do not
 * run: what was stored for them stays, and no delivery shows it.
 */
static void abandon(const struct worker *worker, uint64_t address)
{
    struct storage *storage = &worker->replay->storage;
    enum class_number number = handler_at(worker, address);

    for (size_t depth = 0; depth < CLASSES && number < CLASSES; depth++) {
        const struct class_row *row = classes + number;

        for (size_t i = 0; i < MAX_RANGES && row->range[i].end; i++)
            storage_expect(storage,
                           machine_absolute(worker, row->range[i].from),
                           row->range[i].end - row->range[i].from);
        address = storage_value(storage,
                                machine_absolute(worker, row->old_psw + 8), 8);
        number = handler_at(worker, address);
    }
}

/* What the machine stored in the fields of the class, and then wipes it. */
static void log_and_wipe(struct worker *worker, const struct class_row *row,
                         struct delivery *delivery)
{
    struct storage *storage = &worker->replay->storage;

    for (size_t i = 0; i < MAX_RANGES && row->range[i].end; i++) {
        const struct range *range = row->range + i;

        for (uint32_t real = range->from; real < range->end; real++) {
            uint64_t absolute = machine_absolute(worker, real);
            struct known_byte *byte = delivery->image + real;

            byte->value = storage->ram[absolute];
            byte->stored = storage_is_stored(storage, absolute);
            byte->care = storage->recording ? 0xff : 0;
        }
        storage_fill(storage, machine_absolute(worker, range->from),
                     range->end - range->from);
    }
}

static void note_registers(const struct worker *worker,
                           const struct class_row *row,
                           struct delivery *delivery)
{
    delivery->prefix.value = worker->cpu.prefix;
    delivery->cr0.value = worker->cpu.cr[0];
    delivery->old_mask.value = delivery_field(delivery, row->old_psw, 8);
    delivery->old_address.value = delivery_field(delivery, row->old_psw + 8, 8);
    delivery->new_mask.value = worker->cpu.psw_mask;
    delivery->new_address.value = worker->cpu.psw_address;
}

static struct delivery *log_delivery(struct worker *worker,
                                     enum class_number number)
{
    struct replay *replay = worker->replay;
    const struct class_row *row = classes + number;
    struct delivery *delivery = delivery_add(&replay->log);

    if (!delivery) {
        replay_fails(replay, "too many deliveries");
        return NULL;
    }
    delivery->number = (uint32_t)replay->log.count - 1;
    delivery->step = replay->step ? replay->step->number : 0;
    delivery->cpu = worker->address;
    delivery->class_number = number;
    delivery->asynchronous =
        worker->activity != STEP || number == CLASS_RESTART;
    log_and_wipe(worker, row, delivery);
    note_registers(worker, row, delivery);
    return delivery;
}

/* The condition is removed after some deliveries, or moved into the future. */
static void remove_level(struct worker *worker, uint64_t code)
{
    struct script *script = &worker->replay->script;
    uint64_t now = worker->replay->now, ahead = script->rearm_us * TOD_PER_US;
    bool timer = code == CODE_CPU_TIMER, rearm = script->rearm_count != 0;

    if (++worker->levels[timer] < script->level)
        return;
    worker->levels[timer] = 0;
    script->rearm_count -= rearm;
    if (timer) {
        worker->cpu.cpu_timer = rearm ? ahead : TIMER_FAR;
        worker->cpu.cpu_timer_since_tod = now;
    } else {
        worker->cpu.clock_comparator = rearm ? now + ahead : UINT64_MAX;
    }
}

static void return_to_old_psw(struct worker *worker,
                              const struct delivery *delivery)
{
    worker->cpu.psw_mask = delivery->old_mask.value;
    worker->cpu.psw_address = delivery->old_address.value;
    if ((worker->cpu.psw_mask & PSW_WAIT) &&
        ++worker->waits >= worker->replay->script.wait)
        worker->cpu.psw_mask &= ~PSW_WAIT;
}

static void restart_handler(struct worker *worker,
                            const struct delivery *delivery)
{
    abandon(worker, delivery->old_address.value);
    worker->restarts++;
    worker->started = true;
    machine_go_idle(worker);
}

static void external_handler(struct worker *worker,
                             const struct delivery *delivery)
{
    uint64_t code = delivery_field(delivery, 0x86, 2);

    if (code == CODE_CLOCK_COMPARATOR || code == CODE_CPU_TIMER)
        remove_level(worker, code);
    return_to_old_psw(worker, delivery);
}

/* A lone PER event has not ended the instruction: it goes on, without PER. */
static void program_handler(struct worker *worker,
                            const struct delivery *delivery)
{
    if (delivery_field(delivery, 0x8e, 2) == CODE_PER) {
        return_to_old_psw(worker, delivery);
        worker->cpu.psw_mask &= ~PSW_PER;
        return;
    }
    abandon(worker, delivery->old_address.value);
    worker->cpu.psw_mask = PSW_CLOSED;
    worker->cpu.psw_address = RESUME_ADDRESS;
}

/* PoP ch. 11: the save areas, which the handler leaves alone. */
static void machine_check_handler(struct worker *worker,
                                  const struct delivery *delivery)
{
    struct storage *storage = &worker->replay->storage;
    uint64_t designation =
        storage_value(storage, machine_absolute(worker, MCESA), 8);

    storage_expect(storage, machine_absolute(worker, SAVE_AREA),
                   SAVE_AREA_SIZE);
    if (designation & MCESA_ORIGIN)
        storage_expect(storage, designation & MCESA_ORIGIN, MCESA_SIZE);
    return_to_old_psw(worker, delivery);
}

static bool has_old_psw(const struct delivery *delivery)
{
    uint32_t real = classes[delivery->class_number].old_psw;

    for (uint32_t i = 0; i < 16; i++)
        if (delivery_stored(delivery, real + i))
            return true;
    return false;
}

static bool run_handler(struct worker *worker, enum class_number number)
{
    static void (*const handlers[CLASSES])(struct worker *,
                                           const struct delivery *) = {
        [CLASS_RESTART] = restart_handler,
        [CLASS_EXTERNAL] = external_handler,
        [CLASS_SVC] = return_to_old_psw,
        [CLASS_PROGRAM] = program_handler,
        [CLASS_MACHINE_CHECK] = machine_check_handler,
        [CLASS_IO] = return_to_old_psw,
    };
    struct delivery *delivery = log_delivery(worker, number);

    if (!delivery)
        return false;
    if (!has_old_psw(delivery))
        return replay_fails(worker->replay,
                            "the handler of %s runs on CPU %u without an "
                            "interruption",
                            classes[number].name, worker->address);
    handlers[number](worker, delivery);
    return machine_registers_changed(worker);
}

/* Back at the program: does its step end here? */
static bool end_of_step(struct worker *worker)
{
    bool waits = worker->cpu.psw_mask & PSW_WAIT;

    switch (worker->activity) {
    case SPIN:
        if (!worker->released && worker->cpu.psw_address != RESUME_ADDRESS)
            return true;
        break;
    case WAIT:
        if (waits)
            return true;
        break;
    case FOREVER:
        if (worker->cpu.psw_address != RESUME_ADDRESS)
            return true;
        break;
    default:
        return true;
    }
    return machine_go_idle(worker);
}

static bool deliver(struct worker *worker)
{
    struct s390irq_report report = S390IRQ_REPORT_INIT;

    worker->woken = false;
    worker->answer = s390irq_vcpu_deliver(worker->vcpu, &worker->cpu, &report);
    if (worker->answer >= 0)
        return true;
    return replay_fails(worker->replay, "deliver on CPU %u: %s",
                        worker->address, s390irq_strerror(worker->answer));
}

bool guest_run(struct worker *worker)
{
    for (int round = 0; round < ROUNDS; round++) {
        enum class_number number;

        if (!deliver(worker))
            return false;
        if (worker->answer == S390IRQ_LOOP)
            continue;
        if (worker->answer != S390IRQ_RUN) {
            abandon(worker, worker->cpu.psw_address);
            return true;
        }
        if (s390irq_vcpu_attention(worker->vcpu))
            continue;
        number = handler_at(worker, worker->cpu.psw_address);
        if (number == CLASSES)
            return end_of_step(worker);
        if (!run_handler(worker, number))
            return false;
    }
    return replay_fails(worker->replay,
                        "interruptions on CPU %u repeat without end",
                        worker->address);
}
