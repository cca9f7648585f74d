/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "status.h"

struct fake *status_machine(unsigned hooks, int running)
{
    struct fake_options options = { .cpus = 4, .hooks = hooks };
    struct fake *fake = fake_open(&options);

    fake_odd_cpu(&fake->cpu[0].cpu);
    fake_boot(fake, 0, STATUS_OPEN, 0x200, S390IRQ_RUN);
    fake->cpu[0].cpu.psw_address = 0x5432;
    fake->cpu[0].cpu.clock_comparator = UINT64_C(0xfedcba9876543210);
    fake_fill(fake->ram, fake->ram_size);
    if (!running) {
        assert_int_equal(s390irq_vcpu_stop(fake->cpu[0].vcpu), 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    }
    return fake;
}

struct fake *status_stopped(void)
{
    return status_machine(FAKE_USUAL, 0);
}

uint8_t *status_storage(const struct fake *fake)
{
    uint8_t *copy = malloc(fake->ram_size);

    assert_non_null(copy);
    memcpy(copy, fake->ram, fake->ram_size);
    return copy;
}

void status_assert_storage(const struct fake *fake, uint8_t *expected)
{
    fake_assert_bytes("storage", fake->ram, expected, fake->ram_size);
    free(expected);
}

void status_lay(const struct fake *fake, uint8_t *area)
{
    struct fake_saved saved = {
        .cpu = &fake->cpu[0].cpu,
        .cpu_timer = UINT64_C(0x0123456789abcdef),
        .registers = &fake->cpu[0].registers,
        .psw = 1,
    };

    fake_lay_save_area(area, &saved);
}

int status_order(struct fake *fake, uint32_t code, uint64_t parameter,
                 uint32_t *status)
{
    *status = 0x5a;
    return fake_sigp(fake, STATUS_SENDER, 0, code, parameter, status);
}
