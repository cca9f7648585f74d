/* SPDX-License-Identifier: BSD-3-Clause */
#include "swaps.h"

#include "machine.h"
#include "storage/storage.h"

/* In the prefix area (PoP ch. 3, assigned storage locations). */
#define EXTERNAL_SUBCODE 0x84
#define EXTERNAL_CODE    0x86
#define IO_WORD          0xc0
#define NEW_PSW          0x80 /* from the old one */

/* By the code; CP services have one, and a subcode. */
static uint32_t external_kind(const uint8_t *lowcore)
{
    static const struct {
        uint16_t code;
        uint8_t kind;
    } kinds[] = {
        { 0x0040, S390IRQ_KIND_INTERRUPT_KEY },
        { 0x1003, S390IRQ_KIND_TOD_SYNC_CHECK },
        { 0x1004, S390IRQ_KIND_CLOCK_COMPARATOR },
        { 0x1005, S390IRQ_KIND_CPU_TIMER },
        { 0x1007, S390IRQ_KIND_WARNING_TRACK },
        { 0x1200, S390IRQ_KIND_MALFUNCTION_ALERT },
        { 0x1201, S390IRQ_KIND_EMERGENCY_SIGNAL },
        { 0x1202, S390IRQ_KIND_EXTERNAL_CALL },
        { 0x1406, S390IRQ_KIND_TIMING_ALERT },
        { 0x1407, S390IRQ_KIND_MEASUREMENT_ALERT },
        { 0x2401, S390IRQ_KIND_SERVICE_SIGNAL },
        { 0x4000, S390IRQ_KIND_IUCV },
    };
    uint64_t code = storage_number(lowcore + EXTERNAL_CODE, 2);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].code == code)
            return kinds[i].kind;
    }
    switch (storage_number(lowcore + EXTERNAL_SUBCODE, 2)) {
    case 0x0600:
        return S390IRQ_KIND_PFAULT_INIT;
    case 0x0680:
        return S390IRQ_KIND_PFAULT_DONE;
    default:
        return S390IRQ_KIND_VIRTIO;
    }
}

static uint32_t io_kind(const uint8_t *lowcore)
{
    return lowcore[IO_WORD] & S390IRQ_IO_ADAPTER >> 24 ? S390IRQ_KIND_ADAPTER
                                                       : S390IRQ_KIND_IO;
}

/* The six, by the place of their old PSW; kind 0: see the function. */
static const struct area {
    uint16_t old_psw;
    uint8_t kind;
    uint32_t (*kind_of)(const uint8_t *lowcore);
} areas[] = {
    { 0x120, S390IRQ_KIND_RESTART, NULL },
    { 0x130, 0, external_kind },
    { 0x140, S390IRQ_KIND_SUPERVISOR_CALL, NULL },
    { 0x150, S390IRQ_KIND_PROGRAM, NULL },
    { 0x160, S390IRQ_KIND_MACHINE_CHECK, NULL },
    { 0x170, 0, io_kind },
};

#define AREAS (sizeof areas / sizeof areas[0])

static void count(struct cpu *cpu, uint32_t kind)
{
    cpu->machine->counts.kind[kind].observed++;
}

/* The area whose new PSW this is, of those not seen yet; AREAS: none. */
static size_t find(const uint8_t *lowcore, uint64_t mask, uint64_t address,
                   unsigned seen)
{
    for (size_t i = 0; i < AREAS; i++) {
        const uint8_t *psw = lowcore + areas[i].old_psw + NEW_PSW;

        if (!(seen >> i & 1) && storage_number(psw, 8) == mask &&
            storage_number(psw + 8, 8) == address)
            return i;
    }
    return AREAS;
}

/* What was before a restart may have been reset since. */
void swaps_observe(struct cpu *cpu, uint64_t mask, uint64_t address)
{
    const uint8_t *lowcore = cpu->machine->ram + cpu->registers.prefix;
    uint64_t now_mask = cpu->registers.psw_mask;
    uint64_t now_address = cpu->registers.psw_address;
    unsigned seen = 0;

    while (now_mask != mask || now_address != address) {
        size_t at = find(lowcore, now_mask, now_address, seen);

        if (at == AREAS)
            return;
        count(cpu,
              areas[at].kind_of ? areas[at].kind_of(lowcore) : areas[at].kind);
        if (areas[at].kind == S390IRQ_KIND_RESTART)
            return;
        seen |= 1u << at;
        now_mask = storage_number(lowcore + areas[at].old_psw, 8);
        now_address = storage_number(lowcore + areas[at].old_psw + 8, 8);
    }
}

void swaps_observe_io(struct cpu *cpu, uint32_t word)
{
    count(cpu,
          word & S390IRQ_IO_ADAPTER ? S390IRQ_KIND_ADAPTER : S390IRQ_KIND_IO);
}
