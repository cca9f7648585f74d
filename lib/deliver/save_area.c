/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "deliver/save_area.h"

#include "arch/bits.h"

const struct si_save_run si_save_area_runs[SI_SAVE_RUNS] = {
    { SI_SAVE_AREA_FLOATING_POINT, 0x100, SI_SAVE_REGISTERS },
    { SI_SAVE_AREA_PSW, 0x10, SI_SAVE_PSW },
    { SI_SAVE_AREA_PREFIX, 0x8, SI_SAVE_ALWAYS },
    { SI_SAVE_AREA_TOD_PROGRAMMABLE, 0x14, SI_SAVE_ALWAYS },
    { SI_SAVE_AREA_ACCESS, 0x40, SI_SAVE_REGISTERS },
    { SI_SAVE_AREA_CONTROL, 0x80, SI_SAVE_ALWAYS },
};

static void put(uint8_t *image, uint32_t offset, uint64_t value)
{
    si_bits_put(image + offset, value, 8);
}

static void fill_registers(uint8_t *image,
                           const struct s390irq_registers *registers)
{
    uint32_t at;

    for (at = 0; at < 16; at++) {
        put(image, SI_SAVE_AREA_FLOATING_POINT + 8 * at,
            registers->vector[at][0]);
        put(image, SI_SAVE_AREA_GENERAL + 8 * at, registers->general[at]);
        si_bits_put(image + SI_SAVE_AREA_ACCESS + 4 * at, registers->access[at],
                    4);
    }
}

/* The clock comparator without its rightmost byte, which is not stored. */
void si_save_area_fill(uint8_t image[SI_SAVE_AREA_SIZE],
                       const struct s390irq_cpu *cpu, uint64_t cpu_timer,
                       const struct s390irq_registers *registers)
{
    uint32_t at;

    memset(image, 0, SI_SAVE_AREA_SIZE);
    if (registers)
        fill_registers(image, registers);
    put(image, SI_SAVE_AREA_PSW, cpu->psw_mask);
    put(image, SI_SAVE_AREA_PSW + 8, cpu->psw_address);
    si_bits_put(image + SI_SAVE_AREA_PREFIX, cpu->prefix, 4);
    si_bits_put(image + SI_SAVE_AREA_FLOATING_CONTROL,
                cpu->floating_point_control, 4);
    si_bits_put(image + SI_SAVE_AREA_TOD_PROGRAMMABLE, cpu->tod_programmable,
                4);
    put(image, SI_SAVE_AREA_CPU_TIMER, cpu_timer);
    put(image, SI_SAVE_AREA_CLOCK_COMPARATOR, cpu->clock_comparator >> 8);
    for (at = 0; at < 16; at++)
        put(image, SI_SAVE_AREA_CONTROL + 8 * at, cpu->cr[at]);
}

void si_save_area_vectors(uint8_t image[SI_EXTENDED_VECTOR_SIZE],
                          const struct s390irq_registers *registers)
{
    uint32_t at;

    for (at = 0; at < 32; at++) {
        put(image, 16 * at, registers->vector[at][0]);
        put(image, 16 * at + 8, registers->vector[at][1]);
    }
}

void si_save_area_guarded_storage(uint8_t image[SI_GUARDED_STORAGE_SIZE],
                                  const struct s390irq_registers *registers)
{
    uint32_t at;

    for (at = 0; at < 4; at++)
        put(image, 8 * at, registers->guarded_storage[at]);
}
