/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The save area: the 512 bytes of registers that a stored status and a
 * machine check have in common (PoP ch. 3, assigned storage locations; ch. 4,
 * store status). Fields that neither stores lie between the runs.
 */
#ifndef SI_DELIVER_SAVE_AREA_H
#define SI_DELIVER_SAVE_AREA_H

#include <s390irq/vcpu.h>

#include "arch/lowcore.h"

/* Where a CPU's owner puts together what it stores. */
struct si_save_area {
    uint8_t image[SI_SAVE_AREA_SIZE];
    uint8_t transaction[SI_LOWCORE_TRANSACTION_BLOCK_SIZE];
    struct s390irq_registers registers;
};

/* What of the image is to be stored. */
#define SI_SAVE_ALWAYS    0x1 /* what struct s390irq_cpu has */
#define SI_SAVE_REGISTERS 0x2 /* what the registers hook gives */
#define SI_SAVE_PSW       0x4 /* the PSW, or the fixed logout in its place */
#define SI_SAVE_STATUS    (SI_SAVE_ALWAYS | SI_SAVE_REGISTERS | SI_SAVE_PSW)

struct si_save_run {
    uint16_t offset;
    uint16_t length;
    uint32_t part; /* SI_SAVE_* */
};

#define SI_SAVE_RUNS 6

extern const struct si_save_run si_save_area_runs[SI_SAVE_RUNS];

/*
 * Fills an image. cpu_timer: its value now; registers: NULL if they are not
 * known, and what they would fill is not to be stored.
 */
void si_save_area_fill(uint8_t image[SI_SAVE_AREA_SIZE],
                       const struct s390irq_cpu *cpu, uint64_t cpu_timer,
                       const struct s390irq_registers *registers);

/* The vector registers as the extended save area has them. */
void si_save_area_vectors(uint8_t image[SI_EXTENDED_VECTOR_SIZE],
                          const struct s390irq_registers *registers);

/* The same of the guarded-storage control block. */
void si_save_area_guarded_storage(uint8_t image[SI_GUARDED_STORAGE_SIZE],
                                  const struct s390irq_registers *registers);

#endif
