/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/cpu/away.c: who sleeps for which class, and who is in guest mode. */
#include "farm.h"

#include <pthread.h>

#include "cpu/away.h"

#define SERVICE SI_BIT(SI_CLASS_SERVICE_SIGNAL)
#define TIMING  SI_BIT(SI_CLASS_TIMING_ALERT)
#define GUESTS  SI_BIT(SI_AWAY_GUESTS)

/* A set counts as occupied as long as one is left in it. */
static void occupied(void **state)
{
    static const struct {
        uint32_t address;
        uint64_t joins, leaves, left;
    } rows[] = {
        { 0, SERVICE | TIMING, 0, SERVICE | TIMING },
        { 4095, SERVICE | GUESTS, 0, SERVICE | TIMING | GUESTS },
        { 0, 0, SERVICE | TIMING, SERVICE | GUESTS },
        { 64, TIMING, 0, SERVICE | TIMING | GUESTS },
        { 4095, 0, SERVICE | GUESTS, TIMING },
        { 64, 0, TIMING, 0 },
    };
    static struct si_away away;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        si_away_join(&away, rows[i].address, rows[i].joins);
        si_away_leave(&away, rows[i].address, rows[i].leaves);
        assert_int_equal(atomic_load(&away.occupied), rows[i].left);
        for (uint32_t number = 0; number <= SI_AWAY_GUESTS; number++) {
            bool anybody = (rows[i].left & SI_BIT(number)) != 0;

            assert_int_equal(si_away_is_anybody(&away, number), anybody);
            assert_int_equal(si_away_next(&away, number, 0) != S390IRQ_MAX_CPUS,
                             anybody);
        }
    }
}

#define ROUNDS 100000

static void *come_and_go(void *argument)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        si_away_join(argument, 3, SERVICE | TIMING);
        si_away_leave(argument, 3, SERVICE | TIMING);
    }
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
        si_away_join(&away, 7, SERVICE);
        assert_in_range(si_away_next(&away, SI_CLASS_SERVICE_SIGNAL, 0), 3, 7);
        assert_int_equal(si_away_next(&away, SI_CLASS_SERVICE_SIGNAL, 4), 7);
        si_away_leave(&away, 7, SERVICE);
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
