/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/errors.c: the one registry. */
#include <limits.h>

#include "fake.h"

static const int codes[] = {
    S390IRQ_E_INVALID,        S390IRQ_E_STRUCT_TOO_SMALL,
    S390IRQ_E_STRUCT_TOO_NEW, S390IRQ_E_NO_MEMORY,
    S390IRQ_E_GUEST_MEMORY,   S390IRQ_E_STATE,
    S390IRQ_E_NOT_PARKED,     S390IRQ_E_EXISTS,
    S390IRQ_E_NO_CPU,         S390IRQ_E_UNSUPPORTED,
    S390IRQ_E_BUFFER,         S390IRQ_E_FORMAT,
    S390IRQ_E_STALE,          S390IRQ_E_NO_SUBCHANNEL,
    S390IRQ_E_NO_ADAPTER,     S390IRQ_E_NOT_REPRESENTABLE,
};

#define CODES ((int)(sizeof codes / sizeof *codes))

static void every_code(void **state)
{
    (void)state;
    for (int i = 0; i < CODES; i++) {
        const char *text = s390irq_strerror(codes[i]);

        assert_int_equal(codes[i], -(i + 1));
        assert_true(strlen(text) > 5);
        assert_string_not_equal(text, "unknown");
        assert_null(strchr(text, '\n'));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(text, s390irq_strerror(codes[j]));
        assert_ptr_equal(text, s390irq_strerror(codes[i]));
    }
}

static void unknown_codes(void **state)
{
    static const int unknown[] = { 0,          1,       2,           6,
                                   INT_MAX,    INT_MIN, INT_MIN + 1, -CODES - 1,
                                   -CODES - 2, -1000 };

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_string_equal(s390irq_strerror(unknown[i]), "unknown");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "errors: every code has a text of its own", every_code, NULL, NULL,
          NULL },
        { "errors: unknown numbers", unknown_codes, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
