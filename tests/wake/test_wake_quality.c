/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * No CPU is woken for what it cannot take, and nothing waits while a CPU that
 * is open for it sleeps. S390IRQ_TEST_SEED begins elsewhere;
 * S390IRQ_TEST_LONG=1 goes on for longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wake/crowd.h"

/* Sanitizers look at each step for longer. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STEPS UINT64_C(4000)
#else
#define STEPS UINT64_C(20000)
#endif

static uint64_t seed(void)
{
    const char *text = getenv("S390IRQ_TEST_SEED");

    return text ? strtoull(text, NULL, 0) : 1;
}

static struct crowd_result run(struct crowd_options options)
{
    struct crowd_result result;

    options.seed += seed();
    if (getenv("S390IRQ_TEST_LONG"))
        options.steps *= 20;
    result = crowd_run(&options);
    print_message(
        "seed %llu, %u CPUs: %llu injected, %llu taken, %llu sleeps, "
        "%llu wakes, %llu needless, %llu waited\n",
        (unsigned long long)options.seed, options.cpus,
        (unsigned long long)result.injected, (unsigned long long)result.taken,
        (unsigned long long)result.sleeps, (unsigned long long)result.wakes,
        (unsigned long long)result.needless, (unsigned long long)result.waited);
    assert_true(result.injected > options.steps / 10);
    assert_true(result.taken > options.steps / 20);
    return result;
}

static void assert_quality(bool kicks)
{
    static const uint32_t sizes[] = { 1, 2, 3, 8, 64, 65, 200 };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct crowd_result result = run((struct crowd_options){
            .cpus = sizes[i], .steps = STEPS, .seed = i, .kicks = kicks });

        assert_true(result.wakes > 0);
        assert_int_equal(result.needless, 0);
        assert_int_equal(result.waited, 0);
    }
}

static void among_polling_cpus(void **state)
{
    (void)state;
    assert_quality(false);
}

static void among_guests(void **state)
{
    (void)state;
    assert_quality(true);
}

static void lost_wake_is_seen(void **state)
{
    (void)state;
    assert_true(
        run((struct crowd_options){ .cpus = 8, .steps = 5000, .deaf = true })
            .waited > 0);
}

static void needless_wake_is_seen(void **state)
{
    (void)state;
    assert_true(
        run((struct crowd_options){ .cpus = 8, .steps = 5000, .nervous = true })
            .needless > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "wake quality: among CPUs that poll", among_polling_cpus, NULL, NULL,
          NULL },
        { "wake quality: among CPUs in guest mode", among_guests, NULL, NULL,
          NULL },
        { "wake quality: a host that loses a wake-up is seen",
          lost_wake_is_seen, NULL, NULL, NULL },
        { "wake quality: a host that wakes for nothing is seen",
          needless_wake_is_seen, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
