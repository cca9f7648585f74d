/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * SIGP store additional status at address (PoP ch. 4): vector registers and
 * guarded storage, as far as the VM has these facilities.
 */
#include "status.h"

#define VECTOR  0x40 /* byte 16 of a facility list: facility 129 */
#define GUARDED 0x04 /* facility 133 */
#define BOTH    (VECTOR | GUARDED)

#define PARAMETER S390IRQ_STATUS_INVALID_PARAMETER
#define ORDER     S390IRQ_STATUS_INVALID_ORDER

static const struct {
    uint8_t facilities;
    uint64_t parameter;
    uint32_t status; /* 0: cc 0 */
    uint64_t address;
    int vector;
    int guarded;
} rows[] = {
    { BOTH, 0x4000, 0, 0x4000, 1, 0 },
    { BOTH, 0x4400, 0, 0x4400, 1, 0 },
    { BOTH, 0x440a, 0, 0x4400, 1, 0 },
    { BOTH, 0x480b, 0, 0x4800, 1, 1 },
    { BOTH, 0x400c, 0, 0x4000, 1, 1 },
    { BOTH, UINT64_C(0xffffffff0000400c), 0, 0x4000, 1, 1 },
    { BOTH, 0x4200, PARAMETER, 0, 0, 0 },
    { BOTH, 0x4010, PARAMETER, 0, 0, 0 },
    { BOTH, 0x420a, PARAMETER, 0, 0, 0 },
    { BOTH, 0x440b, PARAMETER, 0, 0, 0 },
    { BOTH, 0x480c, PARAMETER, 0, 0, 0 },
    { BOTH, 0x4001, PARAMETER, 0, 0, 0 },
    { BOTH, 0x4009, PARAMETER, 0, 0, 0 },
    { BOTH, 0x400d, PARAMETER, 0, 0, 0 },
    { BOTH, 0x400f, PARAMETER, 0, 0, 0 },
    { BOTH, 0x7ffffc00, PARAMETER, 0, 0, 0 },
    { VECTOR, 0x4000, 0, 0x4000, 1, 0 },
    { VECTOR, 0x400a, PARAMETER, 0, 0, 0 },
    { VECTOR, 0x400b, PARAMETER, 0, 0, 0 },
    { VECTOR, 0x400c, PARAMETER, 0, 0, 0 },
    { GUARDED, 0x4000, 0, 0x4000, 0, 0 },
    { GUARDED, 0x400a, 0, 0x4000, 0, 0 },
    { GUARDED, 0x400b, 0, 0x4000, 0, 1 },
    { GUARDED, 0x400c, 0, 0x4000, 0, 1 },
    { 0, 0x4000, ORDER, 0, 0, 0 },
    { 0, 0x400b, ORDER, 0, 0, 0 },
};

static struct fake *with_facilities(uint8_t facilities, unsigned hooks)
{
    struct fake_options options = { .cpus = 4, .hooks = hooks };
    struct fake *fake = fake_prepare(&options);
    uint8_t list[17] = { 0 };

    list[16] = facilities;
    fake->config.facilities = list;
    fake->config.facilities_size = sizeof list;
    fake_create_vm(fake);
    for (uint32_t i = 0; i < 4; i++)
        fake_create_cpu(fake, i);
    fake_boot(fake, 0, STATUS_OPEN, 0, S390IRQ_RUN);
    assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    fake_fill(fake->ram, fake->ram_size);
    return fake;
}

static void lay_additional(uint8_t *area,
                           const struct s390irq_registers *registers,
                           int vector, int guarded)
{
    for (unsigned i = 0; i < 64 && vector; i++)
        for (unsigned at = 0; at < 8; at++)
            area[8 * i + at] =
                (uint8_t)(registers->vector[i / 2][i % 2] >> (56 - 8 * at));
    for (unsigned i = 0; i < 4 && guarded; i++)
        for (unsigned at = 0; at < 8; at++)
            area[1024 + 8 * i + at] =
                (uint8_t)(registers->guarded_storage[i] >> (56 - 8 * at));
}

static void additional(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake *fake = with_facilities(rows[i].facilities, FAKE_USUAL);
        uint8_t *expected = status_storage(fake);
        uint32_t status;
        int cc = status_order(fake, ADDITIONAL, rows[i].parameter, &status);

        assert_int_equal(cc, rows[i].status != 0);
        if (cc)
            assert_int_equal(status, rows[i].status);
        else
            lay_additional(expected + rows[i].address, &fake->cpu[0].registers,
                           rows[i].vector, rows[i].guarded);
        status_assert_storage(fake, expected);
        fake_close(fake);
    }
}

static void additional_without_storage(void **state)
{
    (void)state;
    for (unsigned fail_at = 1; fail_at <= 2; fail_at++) {
        struct fake *fake =
            with_facilities(BOTH, FAKE_USUAL | FAKE_HOOK_MEMORY);
        uint32_t status;

        fake->accesses = 0;
        fake->fail_at = fail_at;
        assert_int_equal(status_order(fake, ADDITIONAL, 0x400b, &status), 1);
        assert_int_equal(status, PARAMETER);
        assert_int_equal(fake->accesses, fail_at);
        fake_close(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "store additional: by length code and facilities", additional, NULL,
          NULL, NULL },
        { "store additional: each store fails", additional_without_storage,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
