/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Long random sequences of public calls: the library and a model of it that
 * is plain and slow do the same, step by step. And the driver itself: with
 * one rule of the model turned round it finds a difference.
 *
 *   S390IRQ_TEST_LONG   1: ten times as many steps as the usual million
 *   S390IRQ_TEST_SEED   another walk; always the same one otherwise
 *   S390IRQ_TEST_STEPS  another length
 *   S390IRQ_TEST_SHOW   how many of the last calls to print with a difference
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "driver.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#define STEPS UINT64_C(1000000)

#define FLIPPED_STEPS UINT64_C(100000)

static bool given(const char *name)
{
    const char *text = getenv(name);

    return text && *text;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    return given(name) ? strtoull(getenv(name), NULL, 0) : otherwise;
}

/* A million take some seconds; fewer where all is slow. */
static uint64_t usual_steps(void)
{
    uint64_t steps = STEPS;

    if (given("S390IRQ_TEST_LONG"))
        steps *= 10;
    if (given("TEST_RUNNER")) /* an emulated host */
        steps /= 10;
#ifdef SANITIZED
    steps /= 10;
#endif
    return steps;
}

static struct run *new_run(uint64_t steps)
{
    static struct run run;

    memset(&run, 0, sizeof run);
    run.seed = number_of("S390IRQ_TEST_SEED", 1);
    run.show = (unsigned)number_of("S390IRQ_TEST_SHOW", 30);
    run.steps = steps;
    return &run;
}

static void random_walk(void **state)
{
    struct run *run = new_run(number_of("S390IRQ_TEST_STEPS", usual_steps()));

    (void)state;
    printf("# %llu steps, S390IRQ_TEST_SEED=%llu\n",
           (unsigned long long)run->steps, (unsigned long long)run->seed);
    fflush(stdout);
    assert_true(walk(run));
}

static void flipped_rules(void **state)
{
    (void)state;
    for (int flip = MODEL_FLIP_NONE + 1; flip < MODEL_FLIPS; flip++) {
        struct run *run = new_run(FLIPPED_STEPS);

        run->flip = (enum model_flip)flip;
        run->quiet = true;
        if (walk(run))
            fail_msg("nobody notices that rule %d is turned round", flip);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "property: a long random walk, library and model alike", random_walk,
          NULL, NULL, NULL },
        { "property: a model with one rule turned round is found out",
          flipped_rules, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
