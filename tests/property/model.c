/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The model's storage, its lists of what pends, and its books. */
#include "model.h"

#include <string.h>

#define EXTERNAL      UINT64_C(0x0100000000000000)
#define IO            UINT64_C(0x0200000000000000)
#define MACHINE_CHECK UINT64_C(0x0004000000000000)

#define ROW(kind, ...)                   \
    {                                    \
        S390IRQ_KIND_##kind, __VA_ARGS__ \
    }
#define ISC(number) ROW(IO, 0, IO, 6, UINT64_C(0x80000000) >> (number))

/* PoP ch. 6, external interruptions, and ch. 11, machine-check submasks. */
const struct model_row model_rows[MODEL_CLASSES] = {
    [MODEL_EXIGENT] = ROW(MACHINE_CHECK, 0, 0, 0, 0),
    [MODEL_SUPERVISOR_CALL] = ROW(SUPERVISOR_CALL, 0, 0, 0, 0),
    [MODEL_PROGRAM] = ROW(PROGRAM, 0, 0, 0, 0),
    [MODEL_CHANNEL_REPORT] =
        ROW(MACHINE_CHECK, 0, MACHINE_CHECK, 14, 0x10000000),
    [MODEL_RECOVERY] = ROW(MACHINE_CHECK, 0, MACHINE_CHECK, 14, 0x08000000),
    [MODEL_DEGRADATION] = ROW(MACHINE_CHECK, 0, MACHINE_CHECK, 14, 0x04000000),
    [MODEL_DAMAGE] = ROW(MACHINE_CHECK, 0, MACHINE_CHECK, 14, 0x02000000),
    [MODEL_WARNING] = ROW(MACHINE_CHECK, 0, MACHINE_CHECK, 14, 0x01000000),
    [MODEL_KEY] = ROW(INTERRUPT_KEY, 0x0040, EXTERNAL, 0, 0x40),
    [MODEL_MALFUNCTION] = ROW(MALFUNCTION_ALERT, 0x1200, EXTERNAL, 0, 0x8000),
    [MODEL_EMERGENCY] = ROW(EMERGENCY_SIGNAL, 0x1201, EXTERNAL, 0, 0x4000),
    [MODEL_CALL] = ROW(EXTERNAL_CALL, 0x1202, EXTERNAL, 0, 0x2000),
    [MODEL_SYNC_CHECK] = ROW(TOD_SYNC_CHECK, 0x1003, EXTERNAL, 0, 0x1000),
    [MODEL_COMPARATOR] = ROW(CLOCK_COMPARATOR, 0x1004, EXTERNAL, 0, 0x800),
    [MODEL_TIMER] = ROW(CPU_TIMER, 0x1005, EXTERNAL, 0, 0x400),
    [MODEL_TIMING] = ROW(TIMING_ALERT, 0x1406, EXTERNAL, 0, 0x10),
    [MODEL_MEASUREMENT] = ROW(MEASUREMENT_ALERT, 0x1407, EXTERNAL, 0, 0x20),
    [MODEL_WARNING_TRACK] =
        ROW(WARNING_TRACK, 0x1007, EXTERNAL, 0, UINT64_C(0x200000000)),
    [MODEL_SERVICE] = ROW(SERVICE_SIGNAL, 0x2401, EXTERNAL, 0, 0x200),
    [MODEL_IUCV] = ROW(IUCV, 0x4000, EXTERNAL, 0, 0x2),
    [MODEL_PFAULT_INIT] = ROW(PFAULT_INIT, 0x2603, EXTERNAL, 0, 0x200),
    [MODEL_PFAULT_DONE] = ROW(PFAULT_DONE, 0x2603, EXTERNAL, 0, 0x200),
    [MODEL_VIRTIO] = ROW(VIRTIO, 0x2603, EXTERNAL, 0, 0x200),
    [MODEL_ISC0] = ISC(0),
    [MODEL_ISC0 + 1] = ISC(1),
    [MODEL_ISC0 + 2] = ISC(2),
    [MODEL_ISC0 + 3] = ISC(3),
    [MODEL_ISC0 + 4] = ISC(4),
    [MODEL_ISC0 + 5] = ISC(5),
    [MODEL_ISC0 + 6] = ISC(6),
    [MODEL_ISC7] = ISC(7),
    [MODEL_RESTART] = ROW(RESTART, 0, 0, 0, 0),
    [MODEL_STOP] = ROW(STOP, 0, 0, 0, 0),
};

void model_open(struct model_vm *vm)
{
    vm->last_sleeper = S390IRQ_NO_CPU;
}

/* The first class of a kind; machine checks and I/O have several. */
int model_class_of(uint32_t kind)
{
    for (int class = 0; class < MODEL_CLASSES; class ++)
        if (model_rows[class].kind == kind)
            return class;
    return MODEL_NOTHING;
}

bool model_lost(const struct model_vm *vm, uint64_t absolute, uint32_t length)
{
    return vm->mild && vm->fault_absolute >= absolute &&
           vm->fault_absolute - absolute < length;
}

bool model_stored(struct model_vm *vm, uint64_t absolute, const void *bytes,
                  uint32_t length)
{
    if (absolute > MODEL_STORAGE || length > MODEL_STORAGE - absolute)
        return false;
    memcpy(vm->storage + absolute, bytes, length);
    if (vm->touched < MODEL_TOUCHED) {
        vm->touch[vm->touched].absolute = absolute;
        vm->touch[vm->touched].length = length;
        vm->touched++;
    }
    return true;
}

bool model_loaded(const struct model_vm *vm, uint64_t absolute, void *bytes,
                  uint32_t length)
{
    if (absolute > MODEL_STORAGE || length > MODEL_STORAGE - absolute)
        return false;
    memcpy(bytes, vm->storage + absolute, length);
    return true;
}

/* Guest storage is big-endian. */
uint64_t model_number(const void *bytes, uint32_t length)
{
    const uint8_t *byte = bytes;
    uint64_t number = 0;

    for (uint32_t i = 0; i < length; i++)
        number = number << 8 | byte[i];
    return number;
}

void model_bytes(void *bytes, uint32_t length, uint64_t number)
{
    uint8_t *byte = bytes;

    for (uint32_t i = 0; i < length; i++)
        byte[i] = (uint8_t)(number >> 8 * (length - 1 - i));
}

/* Source -1: whatever its sender or subchannel. */
struct model_item *model_find(struct model_pool *pool, int class, int source)
{
    for (unsigned i = 0; i < pool->count; i++) {
        struct model_item *item = &pool->item[i];

        if (item->class == class && !item->cleared &&
            (source < 0 || item->record.source == source))
            return item;
    }
    return NULL;
}

struct model_item *model_free_item(struct model_pool *pool, int class)
{
    for (unsigned i = 0; i < pool->count; i++)
        if (pool->item[i].class == class && pool->item[i].hand < 0)
            return &pool->item[i];
    return NULL;
}

struct model_item *model_add(struct model_vm *vm, struct model_pool *pool,
                             int class,
                             const struct s390irq_interruption *record)
{
    struct model_item *item = &pool->item[pool->count++];

    memset(item, 0, sizeof *item);
    item->class = class;
    item->hand = -1;
    item->place = item->age = ++vm->places;
    item->record = *record;
    return item;
}

/* While a service signal is in hand, what comes meanwhile waits for that. */
bool model_may_be_taken(const struct model_pool *pool,
                        const struct model_item *item)
{
    if (item->hand >= 0)
        return false;
    for (unsigned i = 0; i < pool->count; i++)
        if (item->class == MODEL_SERVICE &&
            pool->item[i].class == MODEL_SERVICE && pool->item[i].hand >= 0)
            return false;
    return true;
}

void model_hold(struct model_vm *vm, struct model_cpu *cpu,
                struct model_item *item)
{
    item->hand = (int)model_address(vm, cpu);
    item->held = ++vm->places;
    if (item->class >= MODEL_ISC0 && item->class <= MODEL_ISC7)
        item->turn = model_take_turn(vm, item);
}

void model_remove(struct model_pool *pool, const struct model_item *item)
{
    unsigned index = (unsigned)(item - pool->item);

    for (unsigned i = index; i + 1 < pool->count; i++)
        pool->item[i] = pool->item[i + 1];
    pool->count--;
}

/* Writes an outcome into the books and answers it. */
int model_booked(struct model_vm *vm, uint32_t kind, int outcome)
{
    struct model_books *books = &vm->books[kind];

    if (outcome < 0)
        return outcome;
    books->injected++;
    if (outcome == S390IRQ_COALESCED)
        books->coalesced++;
    else if (outcome != S390IRQ_QUEUED)
        books->refused++;
    return outcome;
}

void model_book_taken(struct model_vm *vm, struct model_cpu *cpu, uint32_t kind,
                      uint64_t count)
{
    vm->books[kind].taken += count;
    cpu->taken[kind] += count;
}

int model_clear(struct model_vm *vm, struct model_pool *pool, bool own)
{
    int removed = 0;

    for (unsigned i = 0; i < pool->count;) {
        struct model_item *item = &pool->item[i];
        bool is_own = item->class == MODEL_PROGRAM ||
                      item->class == MODEL_SUPERVISOR_CALL;

        if (is_own && !own) {
            i++;
        } else if (item->hand >= 0) {
            item->cleared = true;
            i++;
        } else {
            vm->books[item->record.kind].cleared++;
            model_remove(pool, item);
            removed++;
        }
    }
    return removed;
}

/* Which of two of one class is taken first. */
bool model_before(const struct model_vm *vm, const struct model_item *one,
                  const struct model_item *other)
{
    int class = one->class;

    if (class == MODEL_EMERGENCY || class == MODEL_MALFUNCTION) {
        if (vm->flip == MODEL_FLIP_SOURCES)
            return one->record.source > other->record.source;
        return one->record.source < other->record.source;
    }
    if (class >= MODEL_ISC0 && class <= MODEL_ISC7 &&
        one->record.kind != other->record.kind) {
        bool adapter = one->record.kind == S390IRQ_KIND_ADAPTER;

        return adapter == model_adapters_turn(vm, class);
    }
    return one->place < other->place;
}
