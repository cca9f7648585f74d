/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/arch/facilities.c: which bits of a facility list are looked at. */
#include "fake.h"

#include "arch/facilities.h"

static uint32_t expected(uint32_t number)
{
    switch (number) {
    case 9:
        return SI_FACILITY_SENSE_RUNNING;
    case 64:
        return SI_FACILITY_RUNTIME_INSTRUMENTATION;
    case 72:
        return SI_FACILITY_SUPPRESSION;
    case 129:
        return SI_FACILITY_VECTOR;
    case 133:
        return SI_FACILITY_GUARDED_STORAGE;
    case 139:
        return SI_FACILITY_MULTIPLE_EPOCH;
    default:
        return 0;
    }
}

/* Bit 0 is the leftmost of byte 0 (PoP ch. 4, facility indications). */
static void one_at_a_time(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 256; number++) {
        uint8_t list[32] = { 0 };

        list[number / 8] = (uint8_t)(0x80u >> number % 8);
        assert_int_equal(si_facilities_read(list, sizeof list),
                         expected(number));
    }
}

static void short_lists(void **state)
{
    uint8_t list[18];

    (void)state;
    memset(list, 0xff, sizeof list);
    assert_int_equal(si_facilities_read(list, 0), 0);
    assert_int_equal(si_facilities_read(list, 1), 0);
    assert_int_equal(si_facilities_read(list, 2), SI_FACILITY_SENSE_RUNNING);
    assert_int_equal(si_facilities_read(list, sizeof list),
                     SI_FACILITIES_DEFAULT |
                         SI_FACILITY_RUNTIME_INSTRUMENTATION);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "facilities: one at a time", one_at_a_time, NULL, NULL, NULL },
        { "facilities: short lists", short_lists, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
