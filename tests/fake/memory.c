/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Guest storage as the tests look at it: big endian, by absolute address. */
#include "fake.h"

uint64_t fake_load(const struct fake *fake, uint64_t absolute, unsigned length)
{
    uint64_t value = 0;

    assert_true(absolute + length <= fake->ram_size);
    for (unsigned i = 0; i < length; i++)
        value = value << 8 | fake->ram[absolute + i];
    return value;
}

void fake_store(struct fake *fake, uint64_t absolute, unsigned length,
                uint64_t value)
{
    assert_true(absolute + length <= fake->ram_size);
    for (unsigned i = length; i-- > 0; value >>= 8)
        fake->ram[absolute + i] = (uint8_t)value;
}

void fake_new_psw(struct fake *fake, uint32_t address, unsigned offset,
                  uint64_t mask, uint64_t psw_address)
{
    fake_store(fake, fake_prefix(address) + offset, 8, mask);
    fake_store(fake, fake_prefix(address) + offset + 8, 8, psw_address);
}

void fake_default_psws(struct fake *fake, uint32_t prefix)
{
    static const unsigned offsets[] = {
        LOWCORE_RESTART_NEW, LOWCORE_EXTERNAL_NEW,      LOWCORE_SVC_NEW,
        LOWCORE_PROGRAM_NEW, LOWCORE_MACHINE_CHECK_NEW, LOWCORE_IO_NEW,
    };

    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        fake_store(fake, prefix + offsets[i], 8, PSW_64);
        fake_store(fake, prefix + offsets[i] + 8, 8, 0x10000 + offsets[i]);
    }
}

void fake_assert_psw(const struct fake *fake, uint64_t absolute, uint64_t mask,
                     uint64_t psw_address)
{
    assert_int_equal(fake_load(fake, absolute, 8), mask);
    assert_int_equal(fake_load(fake, absolute + 8, 8), psw_address);
}
