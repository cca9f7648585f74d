/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Subchannels and what pends for them. */
#include "driver.h"

#include <string.h>

/* Identifications of different subchannel sets and channel subsystems. */
static uint32_t random_subchannel(struct run *run)
{
    static const uint32_t ids[] = {
        0x00010000, 0x00010001, 0x0001ffff, 0x00030001,
        0x00070005, 0xfe090002, 0x00010010,
    };

    return ids[pick(run, 7)];
}

static void act_add(struct run *run, struct world *world)
{
    uint32_t id = random_subchannel(run);
    int answer;

    begin_call(world);
    answer = s390irq_vm_add_subchannel(world->vm, id);
    note(world, "add subchannel %x: %d", id, answer);
    same(run, "add_subchannel", (uint64_t)answer,
         (uint64_t)model_add_subchannel(&world->model, id));
    end_call(world);
}

static void act_remove(struct run *run, struct world *world)
{
    uint32_t id = random_subchannel(run);
    int answer;

    begin_call(world);
    answer = s390irq_vm_remove_subchannel(world->vm, id);
    note(world, "remove subchannel %x: %d", id, answer);
    same(run, "remove_subchannel", (uint64_t)answer,
         (uint64_t)model_remove_subchannel(&world->model, id));
    end_call(world);
}

static void act_inject(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_IO };

    record.u.io.subchannel = random_subchannel(run);
    record.u.io.word = S390IRQ_IO_WORD(pick(run, 3) * 3);
    record.parameter = (uint32_t)draw(run);
    floating(run, world, &record);
}

static void act_adapter(struct run *run, struct world *world)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_ADAPTER };

    record.u.io.word = S390IRQ_IO_ADAPTER | S390IRQ_IO_WORD(pick(run, 3) * 3);
    floating(run, world, &record);
}

static void act_clear(struct run *run, struct world *world)
{
    uint32_t id = random_subchannel(run);
    int answer;

    begin_call(world);
    answer = s390irq_queue_clear_io(s390irq_vm_queue(world->vm), id);
    note(world, "clear subchannel %x: %d", id, answer);
    same(run, "clear_io", (uint64_t)answer,
         (uint64_t)model_clear_io(&world->model, id));
    end_call(world);
}

static struct model_loan *loan_that_is(struct run *run, struct world *world,
                                       bool out)
{
    unsigned first = pick(run, MODEL_LOANS);

    for (unsigned i = 0; i < MODEL_LOANS; i++) {
        struct model_loan *loan = &world->model.loan[(first + i) % MODEL_LOANS];

        if (loan->out == out)
            return loan;
    }
    return NULL;
}

/* TEST PENDING INTERRUPTION, TEST SUBCHANNEL. */
static void act_take(struct run *run, struct world *world)
{
    struct model_loan *loan = loan_that_is(run, world, false);
    uint32_t id = chance(run, 2) ? random_subchannel(run) : 0;
    uint32_t mask = chance(run, 2) ? 0xff : pick(run, 256);
    struct s390irq_interruption mine, expected;
    int answer;

    if (!loan)
        return;
    memset(&mine, 0, sizeof mine);
    begin_call(world);
    answer =
        s390irq_queue_take_io(s390irq_vm_queue(world->vm), mask, id, &mine);
    note(world, "take I/O of %x, mask %02x: %d, %x", id, mask, answer,
         mine.u.io.subchannel);
    same(run, "take_io", (uint64_t)answer,
         (uint64_t)model_take_io(&world->model, mask, id, loan));
    if (answer == 1 && !run->differs) {
        expected = loan->record;
        expected.u.io.sequence = mine.u.io.sequence;
        compare_item(run, &mine, &expected);
        loan->record = mine;
    }
    end_call(world);
}

/* What was taken is put back, or was meant to be taken. */
static void act_put_back(struct run *run, struct world *world)
{
    struct model_loan *loan = loan_that_is(run, world, true);
    struct s390irq_interruption record;
    int answer;

    if (!loan)
        return;
    if (chance(run, 3)) {
        loan->out = false;
        return;
    }
    record = loan->record;
    loan->record.u.io.sequence = 0;
    begin_call(world);
    answer = s390irq_queue_put_back_io(s390irq_vm_queue(world->vm), &record);
    note(world, "put back I/O of %x: %d", record.u.io.subchannel, answer);
    same(run, "put_back_io", (uint64_t)answer,
         (uint64_t)model_put_back_io(&world->model, loan));
    end_call(world);
}

const struct operation io_operations[] = {
    { "add subchannel", 20, act_add },
    { "remove subchannel", 5, act_remove },
    { "subchannel", 60, act_inject },
    { "adapter", 20, act_adapter },
    { "clear subchannel", 8, act_clear },
    { "take I/O", 25, act_take },
    { "put back I/O", 25, act_put_back },
    { NULL, 0, NULL },
};
