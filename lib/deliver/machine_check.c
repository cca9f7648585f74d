/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Machine-check interruption (PoP ch. 11): the registers are saved, and the
 * interruption code says of each part whether what is there can be trusted.
 */
#include "arch/mcic.h"
#include "deliver/loop.h"

/* What the library has itself and always stores. */
#define ALWAYS_VALID                                                           \
    (SI_MCIC_PSW | SI_MCIC_CONTROL | SI_MCIC_STORAGE_LOGICAL |                 \
     SI_MCIC_TOD_PROGRAMMABLE | SI_MCIC_FLOATING_CONTROL | SI_MCIC_CPU_TIMER | \
     SI_MCIC_CLOCK_COMPARATOR)
/* What the registers hook gives. */
#define REGISTERS_VALID \
    (SI_MCIC_FLOATING_POINT | SI_MCIC_GENERAL | SI_MCIC_ACCESS)

#define LENGTH_CODE UINT64_C(0xf)
#define KIB         UINT64_C(1024)

/*
 * The size of the extended save area by the length code of its designation;
 * 0: there is none. Without guarded storage there is no length code.
 */
static uint64_t extended_size(uint64_t designation, bool guarded_storage)
{
    if (!guarded_storage)
        return KIB;
    switch (designation & LENGTH_CODE) {
    case 0:
    case 10:
        return KIB;
    case 11:
        return 2 * KIB;
    case 12:
        return 4 * KIB;
    default:
        return 0;
    }
}

/* The designation, or 0: it cannot be read, so there is no area. */
static uint64_t designation(const struct si_delivery *delivery)
{
    uint8_t image[8];

    if (delivery->lowcore)
        memcpy(image, delivery->lowcore + SI_LOWCORE_EXTENDED_SAVE_AREA,
               sizeof image);
    else if (!si_memory_read(delivery->host, delivery->opaque,
                             delivery->cpu->prefix +
                                 SI_LOWCORE_EXTENDED_SAVE_AREA,
                             image, sizeof image))
        return 0;
    return si_bits_get64(image);
}

static bool store(const struct si_delivery *delivery, uint64_t absolute,
                  const uint8_t *image, size_t length)
{
    return si_memory_write_dirty(delivery->host, delivery->opaque, absolute,
                                 image, length);
}

/*
 * Fills the extended save area. Answers the validity bits of what is there: a
 * store that fails costs its bit and nothing else.
 */
static uint64_t store_extended(const struct si_delivery *delivery)
{
    const struct s390irq_registers *registers = &delivery->area->registers;
    uint32_t facilities = delivery->host->facilities;
    bool guarded_storage = (facilities & SI_FACILITY_GUARDED_STORAGE) != 0;
    uint64_t where = designation(delivery), valid = 0;
    uint64_t size = extended_size(where, guarded_storage);
    uint64_t origin = size ? where & ~(size - 1) : 0;
    uint8_t image[SI_EXTENDED_VECTOR_SIZE];

    if (!origin)
        return 0;
    if (facilities & SI_FACILITY_VECTOR) {
        si_save_area_vectors(image, registers);
        if (store(delivery, origin, image, sizeof image))
            valid |= SI_MCIC_VECTOR;
    }
    if (guarded_storage && size > KIB) {
        si_save_area_guarded_storage(image, registers);
        if (store(delivery, origin + SI_EXTENDED_GUARDED_STORAGE, image,
                  SI_GUARDED_STORAGE_SIZE))
            valid |= SI_MCIC_GUARDED_STORAGE;
    }
    return valid;
}

static uint64_t cpu_timer_now(struct si_delivery *delivery)
{
    const struct s390irq_cpu *cpu = delivery->cpu;

    if (!cpu->cpu_timer_since_tod)
        return cpu->cpu_timer;
    return si_level_cpu_timer(cpu, si_loop_host_tod(delivery));
}

/* The fixed logout has the place that a stored status has the PSW in. */
static void add_save_area(struct si_delivery *delivery,
                          struct si_taking *taking,
                          const struct s390irq_machine_check *check, bool known)
{
    struct si_save_area *area = delivery->area;
    uint32_t parts = SI_SAVE_ALWAYS, at;

    si_save_area_fill(area->image, delivery->cpu, cpu_timer_now(delivery),
                      known ? &area->registers : NULL);
    if (known)
        parts |= SI_SAVE_REGISTERS;
    if (check->flags & S390IRQ_MACHINE_CHECK_LOGOUT) {
        memcpy(area->image + SI_SAVE_AREA_PSW, check->logout,
               sizeof check->logout);
        parts |= SI_SAVE_PSW;
    }
    for (at = 0; at < SI_SAVE_RUNS; at++) {
        const struct si_save_run *run = &si_save_area_runs[at];

        if (run->part & parts)
            si_taking_block(taking, SI_LOWCORE_SAVE_AREA + run->offset,
                            run->length, area->image + run->offset);
    }
}

void si_machine_check_build(struct si_delivery *delivery,
                            struct si_taking *taking, bool extended)
{
    const struct s390irq_machine_check *check =
        &delivery->local->hand.what.u.machine_check;
    uint64_t code = check->conditions | ALWAYS_VALID;
    bool known = si_hooks_registers(delivery->host, delivery->opaque,
                                    &delivery->area->registers);

    if (known)
        code |= REGISTERS_VALID;
    if (known && extended)
        code |= store_extended(delivery);
    si_taking_store(taking, SI_LOWCORE_ARCHITECTURE, 1, 1);
    si_taking_store(taking, SI_LOWCORE_MACHINE_CHECK_CODE, 8, code);
    if ((code & SI_MCIC_DAMAGE_CODE) == SI_MCIC_DAMAGE_CODE)
        si_taking_store(taking, SI_LOWCORE_EXTERNAL_DAMAGE, 4,
                        check->external_damage);
    if (code & SI_MCIC_FAILING_ADDRESS)
        si_taking_store(taking, SI_LOWCORE_FAILING_ADDRESS, 8,
                        check->failing_address);
    add_save_area(delivery, taking, check, known);
}
