/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/away.c: who sleeps for which class, and who is in guest mode. */
#include "farm.h"

#include <pthread.h>

#include "cpu/away.h"

#define SERVICE SI_BIT(SI_CLASS_SERVICE_SIGNAL)
#define TIMING  SI_BIT(SI_CLASS_TIMING_ALERT)
#define GUESTS  SI_BIT(SI_AWAY_GUESTS)

/*
 * Somebody is there for a class as long as one is left; the first of those who
 * are there decides what the others may be like.
 */
static void occupied(void **state)
{
    static const struct {
        uint32_t address;
        uint64_t joins; /* 0: leaves */
        uint64_t left;
    } rows[] = {
        { 0, SERVICE | TIMING, SERVICE | TIMING },
        { 4095, SERVICE | GUESTS, SERVICE | TIMING | GUESTS },
        { 0, 0, SERVICE | GUESTS },
        { 64, TIMING, SERVICE | TIMING | GUESTS },
        { 4095, 0, TIMING },
        { 65, TIMING, TIMING },
        { 63, TIMING | SERVICE, SERVICE | TIMING },
        { 64, 0, SERVICE | TIMING },
        { 65, 0, SERVICE | TIMING },
        { 0, SERVICE, SERVICE | TIMING },
        { 63, 0, SERVICE },
        { 1, GUESTS, SERVICE | GUESTS },
        { 0, 0, GUESTS },
        { 1, 0, 0 },
        { 2, GUESTS, GUESTS },
        { 2, 0, 0 },
    };
    static struct si_away away;
    static uint64_t classes[S390IRQ_MAX_CPUS], sets[S390IRQ_MAX_CPUS];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t address = rows[i].address;

        classes[address] = rows[i].joins;
        if (rows[i].joins)
            sets[address] = si_away_join(&away, address, rows[i].joins);
        else
            si_away_leave(&away, address, sets[address]);
        assert_int_equal(atomic_load(&away.occupied), rows[i].left);
        for (uint32_t number = 0; number <= SI_AWAY_GUESTS; number++) {
            uint32_t next = si_away_next(&away, number, 0);

            assert_int_equal(si_away_is_anybody(&away, number),
                             (rows[i].left & SI_BIT(number)) != 0);
            for (uint32_t at = 0; at < S390IRQ_MAX_CPUS; at++) {
                bool there = (classes[at] & SI_BIT(number)) != 0;

                assert_int_equal(si_away_has(&away, number, at), there);
                if (!there)
                    continue;
                assert_int_equal(next, at);
                next = si_away_next(&away, number, at + 1);
            }
            assert_int_equal(next, S390IRQ_MAX_CPUS);
        }
    }
}

#define ROUNDS 100000

static void *come_and_go(void *argument)
{
    for (uint32_t i = 0; i < ROUNDS; i++)
        si_away_leave(argument, 3, si_away_join(argument, 3, TIMING | SERVICE));
    return NULL;
}

/* Who has joined is found, whoever of the same word leaves just then. */
static void neighbours(void **state)
{
    static struct si_away away;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, come_and_go, &away), 0);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint64_t sets = si_away_join(&away, 7, SERVICE);

        assert_in_range(si_away_next(&away, SI_CLASS_SERVICE_SIGNAL, 0), 3, 7);
        assert_int_equal(si_away_next(&away, SI_CLASS_SERVICE_SIGNAL, 4), 7);
        si_away_leave(&away, 7, sets);
    }
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&away.occupied), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "away: a set is occupied until the last leaves", occupied, NULL, NULL,
          NULL },
        { "away: a neighbour comes and goes", neighbours, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
