/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a CPU stores of its registers, byte by byte, from the table of
 * assigned storage locations (PoP ch. 3) and from recordings of machines.
 */
#include "fake.h"

static void put(uint8_t *to, uint64_t value, unsigned length)
{
    for (unsigned i = length; i-- > 0; value >>= 8)
        to[i] = (uint8_t)value;
}

void fake_lay_save_area(uint8_t *area, const struct fake_saved *saved)
{
    const struct s390irq_registers *registers = saved->registers;
    const struct s390irq_cpu *cpu = saved->cpu;

    for (unsigned i = 0; registers && i < 16; i++) {
        put(area + 8 * i, registers->vector[i][0], 8);
        put(area + 0x80 + 8 * i, registers->general[i], 8);
        put(area + 0x140 + 4 * i, registers->access[i], 4);
    }
    if (saved->logout) {
        memcpy(area + 0x100, saved->logout, 16);
    } else if (saved->psw) {
        put(area + 0x100, cpu->psw_mask, 8);
        put(area + 0x108, cpu->psw_address, 8);
    }
    put(area + 0x118, cpu->prefix, 4);
    put(area + 0x11c, cpu->floating_point_control, 4);
    put(area + 0x124, cpu->tod_programmable, 4);
    put(area + 0x128, saved->cpu_timer, 8);
    put(area + 0x130, cpu->clock_comparator >> 8, 8);
    for (unsigned i = 0; i < 16; i++)
        put(area + 0x180 + 8 * i, cpu->cr[i], 8);
}

void fake_lay_machine_check(uint8_t *area, const struct fake_check *check)
{
    const struct s390irq_cpu *cpu = check->saved.cpu;

    area[0xa3] = 1;
    put(area + 0xe8, check->code, 8);
    if (check->code & S390IRQ_MCIC_EXTERNAL_CODE)
        put(area + 0xf4, check->external_damage, 4);
    if (check->code & S390IRQ_MCIC_FAILING_ADDRESS)
        put(area + 0xf8, check->failing_address, 8);
    put(area + 0x160, cpu->psw_mask, 8);
    put(area + 0x168, cpu->psw_address, 8);
    fake_lay_save_area(area + 0x1200, &check->saved);
}

void fake_assert_bytes(const char *what, const uint8_t *real,
                       const uint8_t *expected, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (real[i] != expected[i])
            fail_msg("%s: byte at %#zx is %02x, should be %02x", what, i,
                     real[i], expected[i]);
}

void fake_fill(uint8_t *area, size_t length)
{
    for (size_t i = 0; i < length; i++)
        area[i] = (uint8_t)(0x5b + 7 * i);
}

void fake_odd_cpu(struct s390irq_cpu *cpu)
{
    for (uint64_t i = 0; i < 16; i++)
        cpu->cr[i] = 0x0c0c000000000000 | i << 8 | i;
    cpu->psw_address = 0x5432;
    cpu->clock_comparator = UINT64_C(0xfedcba9876543210);
    cpu->cpu_timer = UINT64_C(0x0123456789abcdef);
    cpu->tod_programmable = 0xabcd;
    cpu->floating_point_control = 0x00880000;
    cpu->breaking_event_address = 0x4444;
}
