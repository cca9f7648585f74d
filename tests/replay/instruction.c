/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "instruction.h"

#include <string.h>

#define LOW_HALF UINT64_C(0xffffffff)

/* An instruction with its fields, for whoever needs them. */
struct decoded {
    struct worker *worker;
    const uint8_t *bytes;
    uint32_t r1, r3; /* the halves of the second byte */
    uint64_t next;   /* the address of the next one, unless it branches */
};

bool instruction_read(const char *hex, struct instruction *out)
{
    struct known_byte bytes[MAX_INSTRUCTION];
    int count = bytes_of(hex, bytes, MAX_INSTRUCTION);

    memset(out, 0, sizeof *out);
    if (count < 2)
        return false;
    for (int i = 0; i < count; i++)
        out->bytes[i] = bytes[i].value;
    /* PoP ch. 5: the first two bits say how long it is. */
    out->length = out->bytes[0] < 0x40 ? 2 : out->bytes[0] < 0xc0 ? 4 : 6;
    return true;
}

static uint64_t general(const struct decoded *decoded, uint32_t number)
{
    return decoded->worker->registers.general[number & 15];
}

/* Base, and a displacement of 12 bits, in the third and fourth byte. */
static uint64_t operand(const struct decoded *decoded)
{
    uint32_t base = decoded->bytes[2] >> 4;
    uint64_t address =
        (uint32_t)(decoded->bytes[2] & 15) << 8 | decoded->bytes[3];

    return base ? address + general(decoded, base) : address;
}

/* RX: an index register too. */
static uint64_t indexed(const struct decoded *decoded)
{
    uint32_t index = decoded->bytes[1] & 15;

    return operand(decoded) + (index ? general(decoded, index) : 0);
}

/* RSY: the fifth byte is the left part of a signed displacement. */
static uint64_t long_operand(const struct decoded *decoded)
{
    return operand(decoded) +
           (uint64_t)((int64_t)(int8_t)decoded->bytes[4] * 4096);
}

/* What stands in storage; zero where there is none. */
static uint64_t load(const struct decoded *decoded, uint64_t address,
                     uint32_t length)
{
    uint64_t absolute = machine_absolute(decoded->worker, address);

    if (!storage_has(absolute, length))
        return 0;
    return storage_value(&decoded->worker->replay->storage, absolute, length);
}

static void load_control(const struct decoded *decoded, uint64_t address,
                         uint32_t length)
{
    uint64_t *control = decoded->worker->cpu.cr;

    for (uint32_t number = decoded->r1;; number = (number + 1) & 15) {
        uint64_t keep = length == 8 ? 0 : ~LOW_HALF;

        control[number] =
            (control[number] & keep) | load(decoded, address, length);
        address += length;
        if (number == decoded->r3)
            return;
    }
}

static void lctl(const struct decoded *decoded)
{
    load_control(decoded, operand(decoded), 4);
}

static void lctlg(const struct decoded *decoded)
{
    load_control(decoded, long_operand(decoded), 8);
}

static void set_system_mask(const struct decoded *decoded, uint64_t mask)
{
    uint64_t *psw = &decoded->worker->cpu.psw_mask;

    *psw = (*psw & ~(UINT64_C(0xff) << 56)) | mask << 56;
}

static uint64_t system_mask(const struct decoded *decoded)
{
    return decoded->worker->cpu.psw_mask >> 56;
}

static void ssm(const struct decoded *decoded)
{
    set_system_mask(decoded, load(decoded, operand(decoded), 1));
}

static void stosm(const struct decoded *decoded)
{
    set_system_mask(decoded, system_mask(decoded) | decoded->bytes[1]);
}

static void stnsm(const struct decoded *decoded)
{
    set_system_mask(decoded, system_mask(decoded) & decoded->bytes[1]);
}

static void lpswe(const struct decoded *decoded)
{
    struct s390irq_cpu *cpu = &decoded->worker->cpu;

    cpu->psw_mask = load(decoded, operand(decoded), 8);
    cpu->psw_address = load(decoded, operand(decoded) + 8, 8);
}

/* PoP ch. 4: the short PSW, bit 12 of which is inverted. */
static void lpsw(const struct decoded *decoded)
{
    struct s390irq_cpu *cpu = &decoded->worker->cpu;
    uint64_t psw = load(decoded, operand(decoded), 8);

    cpu->psw_mask =
        (psw & UINT64_C(0xffffffff80000000)) ^ UINT64_C(0x0008000000000000);
    cpu->psw_address = psw & 0x7fffffff;
}

static void sckc(const struct decoded *decoded)
{
    decoded->worker->cpu.clock_comparator = load(decoded, operand(decoded), 8);
}

static void spt(const struct decoded *decoded)
{
    decoded->worker->cpu.cpu_timer = load(decoded, operand(decoded), 8);
    decoded->worker->cpu.cpu_timer_since_tod = decoded->worker->replay->now;
}

static void ldgr(const struct decoded *decoded)
{
    decoded->worker->registers.vector[decoded->bytes[3] >> 4][0] =
        general(decoded, decoded->bytes[3]);
}

static void ld(const struct decoded *decoded)
{
    decoded->worker->registers.vector[decoded->r1][0] =
        load(decoded, indexed(decoded), 8);
}

static void sfpc(const struct decoded *decoded)
{
    decoded->worker->cpu.floating_point_control =
        (uint32_t)general(decoded, decoded->bytes[3] >> 4);
}

static void lfpc(const struct decoded *decoded)
{
    decoded->worker->cpu.floating_point_control =
        (uint32_t)load(decoded, operand(decoded), 4);
}

static void sar(const struct decoded *decoded)
{
    decoded->worker->registers.access[decoded->bytes[3] >> 4] =
        (uint32_t)general(decoded, decoded->bytes[3]);
}

static void sckpf(const struct decoded *decoded)
{
    decoded->worker->cpu.tod_programmable =
        (uint32_t)general(decoded, 0) & 0xffff;
}

/* Vector registers: the last bytes have the left bit of the number. */
static uint32_t vector_number(const struct decoded *decoded)
{
    return decoded->r1 | (uint32_t)(decoded->bytes[4] & 8) << 1;
}

static void vl(const struct decoded *decoded)
{
    uint64_t *vector =
        decoded->worker->registers.vector[vector_number(decoded)];

    vector[0] = load(decoded, indexed(decoded), 8);
    vector[1] = load(decoded, indexed(decoded) + 8, 8);
}

static void vlvgp(const struct decoded *decoded)
{
    uint64_t *vector =
        decoded->worker->registers.vector[vector_number(decoded)];

    vector[0] = general(decoded, decoded->bytes[1]);
    vector[1] = general(decoded, decoded->bytes[2] >> 4);
}

/* PoP ch. 7, branch on condition: a mask bit for each condition code. */
static bool branches(const struct decoded *decoded)
{
    uint32_t code = decoded->worker->cpu.psw_mask >> 44 & 3;

    return decoded->r1 & 8 >> code;
}

static void bcr(const struct decoded *decoded)
{
    uint32_t target = decoded->bytes[1] & 15;

    if (target && branches(decoded))
        decoded->worker->cpu.psw_address = general(decoded, target);
}

static void bc(const struct decoded *decoded)
{
    if (branches(decoded))
        decoded->worker->cpu.psw_address = indexed(decoded);
}

static uint64_t relative(const struct decoded *decoded, uint32_t length)
{
    int64_t halfwords =
        length == 2
            ? (int16_t)(decoded->bytes[2] << 8 | decoded->bytes[3])
            : (int32_t)((uint32_t)decoded->bytes[2] << 24 |
                        (uint32_t)decoded->bytes[3] << 16 |
                        (uint32_t)decoded->bytes[4] << 8 | decoded->bytes[5]);

    return (uint64_t)(halfwords * 2);
}

static void brc(const struct decoded *decoded)
{
    if (branches(decoded))
        decoded->worker->cpu.psw_address =
            decoded->next - 4 + relative(decoded, 2);
}

static void brcl(const struct decoded *decoded)
{
    if (branches(decoded))
        decoded->worker->cpu.psw_address =
            decoded->next - 6 + relative(decoded, 4);
}

/* The operation code: its bytes, and where the second one is. */
static const struct operation {
    uint8_t code, mask; /* of the second part: 0xff, 0x0f, or 0 for none */
    uint8_t second, at;
    void (*execute)(const struct decoded *decoded);
} operations[] = {
    { 0x07, 0, 0, 1, bcr },         { 0x47, 0, 0, 1, bc },
    { 0x68, 0, 0, 1, ld },          { 0x80, 0, 0, 1, ssm },
    { 0x82, 0, 0, 1, lpsw },        { 0xa7, 0x0f, 0x04, 1, brc },
    { 0xac, 0, 0, 1, stnsm },       { 0xad, 0, 0, 1, stosm },
    { 0xb2, 0xff, 0x06, 1, sckc },  { 0xb2, 0xff, 0x07, 1, sckpf },
    { 0xb2, 0xff, 0x08, 1, spt },   { 0xb2, 0xff, 0x4e, 1, sar },
    { 0xb2, 0xff, 0x9d, 1, lfpc },  { 0xb2, 0xff, 0xb2, 1, lpswe },
    { 0xb3, 0xff, 0x84, 1, sfpc },  { 0xb3, 0xff, 0xc1, 1, ldgr },
    { 0xb7, 0, 0, 1, lctl },        { 0xc0, 0x0f, 0x04, 1, brcl },
    { 0xe7, 0xff, 0x06, 5, vl },    { 0xe7, 0xff, 0x62, 5, vlvgp },
    { 0xeb, 0xff, 0x2f, 5, lctlg },
};

void instruction_pass(struct worker *worker,
                      const struct instruction *instruction)
{
    worker->cpu.psw_address += instruction->length;
}

void instruction_execute(struct worker *worker,
                         const struct instruction *instruction)
{
    const uint8_t *bytes = instruction->bytes;
    struct decoded decoded = { .worker = worker,
                               .bytes = bytes,
                               .r1 = bytes[1] >> 4,
                               .r3 = bytes[1] & 15 };

    instruction_pass(worker, instruction);
    decoded.next = worker->cpu.psw_address;
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        const struct operation *operation = operations + i;

        if (operation->code != bytes[0] ||
            (bytes[operation->at] & operation->mask) != operation->second)
            continue;
        operation->execute(&decoded);
        return;
    }
}
