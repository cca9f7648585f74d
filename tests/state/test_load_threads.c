/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/state: a machine that others use is saved: nothing is lost or doubled. */
#include <sched.h>

#include "farm.h"
#include "states.h"

#define INJECTORS 2
#define ROUNDS    60

struct injector {
    struct fake *fake;
    atomic_int *ends;
    uint64_t number; /* of the last that was taken */
};

/* Numbers its interruptions; one that is refused is sent again. */
static void *inject(void *argument)
{
    struct injector *injector = argument;
    struct s390irq_interruption what = { .kind = S390IRQ_KIND_PFAULT_DONE,
                                         .parameter64 = 1 };

    while (!atomic_load(injector->ends)) {
        int outcome = s390irq_vm_inject(injector->fake->vm, &what);

        assert_true(outcome == S390IRQ_QUEUED || outcome == S390IRQ_CLOSED ||
                    outcome == S390IRQ_FULL);
        if (outcome == S390IRQ_QUEUED)
            injector->number = what.parameter64++;
    }
    return NULL;
}

/* D-41: each injection is in the state, or was refused. */
static void injectors(void **state)
{
    /* The trace of the fake host is for one thread. */
    struct fake_options options = {
        .cpus = 1, .hooks = FAKE_USUAL & ~(unsigned)FAKE_HOOK_WATCH
    };

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct fake *fake = fake_open(&options), *other = fake_usual(1);
        struct injector injector[INJECTORS];
        pthread_t thread[INJECTORS];
        atomic_int ends = 0;
        uint64_t count = 0;
        size_t length;
        uint8_t *bytes;

        for (int i = 0; i < INJECTORS; i++) {
            injector[i] = (struct injector){ fake, &ends, 0 };
            pthread_create(&thread[i], NULL, inject, &injector[i]);
        }
        s390irq_vm_pause(fake->vm);
        bytes = states_save(fake, &length);
        atomic_store(&ends, 1);
        for (int i = 0; i < INJECTORS; i++) {
            pthread_join(thread[i], NULL);
            count += injector[i].number;
        }
        assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
        assert_int_equal(fake_counter(other, S390IRQ_KIND_PFAULT_DONE).pending,
                         count);
        free(bytes);
        fake_close(other);
        fake_close(fake);
    }
}

struct sender {
    struct farm *farm;
    uint32_t number;
};

/* Virtio records that can be told apart, each sent until it is accepted. */
static void *send(void *argument)
{
    struct sender *sender = argument;
    struct farm *farm = sender->farm;

    for (uint32_t id = sender->number; !atomic_load(&farm->quit);
         id += INJECTORS) {
        struct s390irq_interruption what = { .kind = S390IRQ_KIND_VIRTIO,
                                             .parameter = ~id,
                                             .parameter64 = id };

        if (id >= FARM_RECORDS)
            break;
        while (s390irq_vm_inject(farm->fake->vm, &what) != S390IRQ_QUEUED &&
               !atomic_load(&farm->quit))
            sched_yield();
    }
    return NULL;
}

static void save_and_compare(struct farm *farm)
{
    struct fake *fake = farm->fake;
    struct fake *other = fake_usual(farm->cpus);
    size_t length;
    uint8_t *bytes;

    while (s390irq_vm_pause(fake->vm) != 1)
        sched_yield();
    bytes = states_save(fake, &length);
    assert_int_equal(s390irq_vm_load(other->vm, bytes, length), 0);
    assert_int_equal(fake_counter(other, S390IRQ_KIND_VIRTIO).pending,
                     fake_counter(fake, S390IRQ_KIND_VIRTIO).pending);
    for (uint32_t i = 0; i < farm->cpus; i++)
        assert_int_equal(s390irq_vcpu_state(other->cpu[i].vcpu),
                         s390irq_vcpu_state(farm->cpu[i].vcpu));
    free(bytes);
    fake_close(other);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
}

/* CPUs that run, devices that interrupt, and a save now and then. */
static void running_machine(void **state)
{
    struct farm *farm;
    struct sender sender[INJECTORS];
    pthread_t thread[INJECTORS];

    (void)state;
    fake_needs_wait();
    farm = farm_open(3, FARM_POLLS);
    for (uint32_t i = 0; i < INJECTORS; i++) {
        sender[i] = (struct sender){ farm, i };
        pthread_create(&thread[i], NULL, send, &sender[i]);
    }
    for (unsigned round = 0; round < farm_rounds(100); round++)
        save_and_compare(farm);
    farm_stop(farm);
    for (uint32_t i = 0; i < INJECTORS; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(farm_wrong(farm), 0);
    assert_int_equal(atomic_load(&farm->doubled), 0);
    fake_assert_counters(farm->fake);
    farm_close(farm);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "load: V-19, injections while a VM is saved", injectors, NULL, NULL,
          NULL },
        { "load: V-19, a machine that runs is saved now and then",
          running_machine, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
