/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Steps in which a CPU runs a program: windows, loops, waits, instructions. */
#include <string.h>

#include "conditions.h"
#include "guest.h"
#include "steps.h"

/* Addresses of the recorded guest, if a file has their names only. */
static const struct {
    const char *name;
    uint64_t address;
} labels[] = {
    { "win_target", 0x11110 },
    { "wait_target", 0x11154 },
    { "spin_target", 0x13000 },
};

static bool labelled(struct replay *replay, const struct worker *worker,
                     uint64_t *out)
{
    const char *name =
        json_string_value(json_object_get(replay->step->object, "psw_addr"));

    if (name && strcmp(name, "code_buffer") == 0) {
        *out = 0x180000 + (uint64_t)worker->address * 0x1000;
        return true;
    }
    for (size_t i = 0; name && i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(name, labels[i].name) == 0) {
            *out = labels[i].address;
            return true;
        }
    return steps_value(replay, "psw_addr", UINT64_MAX, out);
}

static bool psw_of_step(struct replay *replay, const struct worker *worker,
                        uint64_t *mask, uint64_t *address)
{
    if (!steps_value(replay, "psw_mask", UINT64_MAX, mask))
        return false;
    if (has_member(replay->step->object, "psw_addr_hex"))
        return steps_value(replay, "psw_addr_hex", UINT64_MAX, address);
    return labelled(replay, worker, address);
}

static bool start_program(struct replay *replay, struct worker *worker,
                          enum activity activity)
{
    uint64_t mask, address;

    if (!psw_of_step(replay, worker, &mask, &address))
        return false;
    worker->activity = activity;
    worker->waits = 0;
    return machine_load_psw(worker, mask, address) && guest_run(worker);
}

/* Whoever sleeps or stops in a step is back in it when that is over. */
static bool finish(struct worker *worker)
{
    bool lost = is_true(worker->replay->step->object, "did_not_complete");

    if (worker->activity != STEP)
        return true;
    if (worker->answer == S390IRQ_RUN && !lost)
        return machine_go_idle(worker);
    worker->activity = worker->answer == S390IRQ_RUN ? FOREVER : WAIT;
    return true;
}

static bool open_window(struct replay *replay, struct worker *worker)
{
    return start_program(replay, worker, STEP) && finish(worker);
}

static bool spin(struct replay *replay, struct worker *worker)
{
    return start_program(replay, worker, SPIN);
}

static bool release_spin(struct replay *replay, struct worker *worker)
{
    (void)worker;
    for (uint32_t i = 0; i < replay->scenario->cpus; i++)
        replay->worker[i].released = replay->worker[i].activity == SPIN;
    return true;
}

static bool wait(struct replay *replay, struct worker *worker)
{
    return start_program(replay, worker, WAIT);
}

static bool read_general(struct replay *replay, struct worker *worker)
{
    json_t *registers = json_object_get(replay->step->object, "gprs");
    uint64_t *general = worker->registers.general;
    const char *name;
    json_t *value;

    memset(general, 0, sizeof worker->registers.general);
    json_object_foreach(registers, name, value)
    {
        struct number number;
        int place = -1, end = 0;

        if (sscanf(name, "%d%n", &place, &end) != 1 || name[end] || place < 0 ||
            place > 15 || !number_of(value, &number))
            return replay_fails(replay, "register \"%.20s\"", name);
        general[place] = number.value;
    }
    return true;
}

static bool read_instruction(struct replay *replay, const struct worker *worker,
                             struct instruction *out)
{
    struct problem problem = { "" };
    uint64_t mask, address;
    const char *hex;

    if (!member_text(replay->step->object, "bytes", &hex, &problem))
        return replay_fails(replay, "%s", problem.text);
    if (!instruction_read(hex, out))
        return replay_fails(replay, "no instruction: %.40s", hex);
    if (!psw_of_step(replay, worker, &mask, &address))
        return false;
    if (storage_has(address, out->length))
        storage_by_program(&replay->storage, address, out->bytes, out->length);
    return true;
}

/* The instruction itself; what is enabled was taken before it. */
static bool execute(struct worker *worker,
                    const struct instruction *instruction)
{
    uint64_t address = worker->cpu.psw_address;
    struct conditions conditions;
    bool found = conditions_find(worker, &conditions);

    if (conditions_complete(&conditions))
        instruction_execute(worker, instruction);
    else
        instruction_pass(worker, instruction);
    if (!found && worker->cpu.psw_address != address)
        conditions_adopt_psw(worker);
    if (worker->cpu.psw_address == address)
        worker->activity = FOREVER;
    if (!machine_registers_changed(worker))
        return false;
    if (found && !conditions_raise(worker, &conditions, instruction))
        return false;
    return guest_run(worker);
}

static bool run_instruction(struct replay *replay, struct worker *worker)
{
    struct instruction instruction;

    if (!read_general(replay, worker) ||
        !read_instruction(replay, worker, &instruction) ||
        !start_program(replay, worker, STEP))
        return false;
    if (worker->answer == S390IRQ_RUN &&
        worker->cpu.psw_address != RESUME_ADDRESS &&
        !execute(worker, &instruction))
        return false;
    return finish(worker);
}

const struct steps_operation steps_of_programs[] = {
    { "open-window", open_window, STEPS_EXCEPTIONS },
    { "spin", spin, STEPS_EXCEPTIONS },
    { "release-spin", release_spin, 0 },
    { "wait", wait, STEPS_EXCEPTIONS },
    { "run-instruction", run_instruction, STEPS_EXCEPTIONS },
    { NULL, NULL, 0 },
};
