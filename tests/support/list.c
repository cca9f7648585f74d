/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Stands between every test program and cmocka's runner (the linker's --wrap):
 * with S390IRQ_TEST_LIST set, the program prints the names of its cases and
 * runs none of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

int __real__cmocka_run_group_tests(const char *group,
                                   const struct CMUnitTest *tests,
                                   size_t count, CMFixtureFunction setup,
                                   CMFixtureFunction teardown);
int __wrap__cmocka_run_group_tests(const char *group,
                                   const struct CMUnitTest *tests,
                                   size_t count, CMFixtureFunction setup,
                                   CMFixtureFunction teardown);

int __wrap__cmocka_run_group_tests(const char *group,
                                   const struct CMUnitTest *tests,
                                   size_t count, CMFixtureFunction setup,
                                   CMFixtureFunction teardown)
{
    if (!getenv("S390IRQ_TEST_LIST"))
        return __real__cmocka_run_group_tests(group, tests, count, setup,
                                              teardown);
    for (size_t i = 0; i < count; i++)
        puts(tests[i].name);
    return 0;
}
