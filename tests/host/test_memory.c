/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/memory.c: guest storage by pointer, else by hooks. */
#include "fake.h"

#include "host/memory.h"

#define SIZE      (4 * LOWCORE_SIZE)
#define ELSEWHERE UINT64_C(0x100000)

/* Storage: SIZE bytes in `ram`, one prefix area at ELSEWHERE behind hooks. */
struct storage {
    _Alignas(8) uint8_t ram[SIZE];
    uint8_t behind[LOWCORE_SIZE];
    unsigned reads;
    unsigned writes;
    unsigned skew; /* of the pointer that lowcore answers */
    unsigned bits_set;
    unsigned dirties;
    uint64_t dirty; /* what was told last */
    void *cpu;
};

static int is_behind(uint64_t absolute, size_t length)
{
    return absolute >= ELSEWHERE && absolute - ELSEWHERE < LOWCORE_SIZE &&
           length <= LOWCORE_SIZE - (absolute - ELSEWHERE);
}

static int hook_read(void *vm, void *cpu, uint64_t absolute, void *data,
                     size_t length)
{
    struct storage *storage = vm;

    assert_ptr_equal(cpu, storage->cpu);
    storage->reads++;
    if (!is_behind(absolute, length))
        return 5;
    memcpy(data, storage->behind + (absolute - ELSEWHERE), length);
    return 0;
}

static int hook_write(void *vm, void *cpu, uint64_t absolute, const void *data,
                      size_t length)
{
    struct storage *storage = vm;

    assert_ptr_equal(cpu, storage->cpu);
    storage->writes++;
    if (!is_behind(absolute, length))
        return -1;
    memcpy(storage->behind + (absolute - ELSEWHERE), data, length);
    return 0;
}

static void *hook_lowcore(void *vm, void *cpu, uint64_t absolute)
{
    struct storage *storage = vm;

    assert_ptr_equal(cpu, storage->cpu);
    return absolute == ELSEWHERE ? storage->behind + storage->skew : NULL;
}

static int hook_set_bit(void *vm, void *cpu, uint64_t absolute, uint8_t bits)
{
    struct storage *storage = vm;
    int before;

    assert_null(cpu);
    storage->bits_set++;
    if (!is_behind(absolute, 1))
        return -7;
    before = storage->behind[absolute - ELSEWHERE];
    storage->behind[absolute - ELSEWHERE] |= bits;
    return before;
}

static void hook_dirty(void *vm, void *cpu, uint64_t absolute)
{
    struct storage *storage = vm;

    assert_ptr_equal(cpu, storage->cpu);
    storage->dirties++;
    storage->dirty = absolute;
}

static struct si_host host_of(struct storage *storage)
{
    struct si_host host = { .ops = { .read = hook_read, .write = hook_write },
                            .opaque = storage,
                            .ram = storage->ram,
                            .ram_size = SIZE };

    storage->cpu = &storage->cpu;
    return host;
}

static void ends_of_ram(void **state)
{
    static const struct {
        uint64_t absolute;
        size_t length;
        int inside;
    } rows[] = {
        { 0, 1, 1 },
        { SIZE - 16, 16, 1 },
        { SIZE - 16, 17, 0 },
        { SIZE - 1, 1, 1 },
        { SIZE, 1, 0 },
        { SIZE + 1, 1, 0 },
        { UINT64_MAX, 1, 0 },
        { UINT64_MAX - 7, 16, 0 }, /* the end wraps into storage */
    };
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t data[32] = { 0 };

        storage.reads = storage.writes = 0;
        assert_int_equal(si_memory_read(&host, storage.cpu, rows[i].absolute,
                                        data, rows[i].length),
                         rows[i].inside);
        assert_int_equal(si_memory_write(&host, storage.cpu, rows[i].absolute,
                                         data, rows[i].length),
                         rows[i].inside);
        assert_int_equal(storage.reads, !rows[i].inside);
        assert_int_equal(storage.writes, !rows[i].inside);
    }
}

static void bytes(void **state)
{
    static const uint64_t places[] = { 0x1ff0, ELSEWHERE + 0x84 };
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t data[16] = "0123456789abcde", back[16] = { 0 };

        assert_true(si_memory_write(&host, storage.cpu, places[i], data, 16));
        assert_true(si_memory_read(&host, storage.cpu, places[i], back, 16));
        assert_memory_equal(back, data, 16);
    }
    assert_memory_equal(storage.ram + 0x1ff0, "0123456789abcde", 16);
    assert_int_equal(storage.ram[0x1fef], 0);
    assert_int_equal(storage.ram[0x2000], 0);
    assert_memory_equal(storage.behind + 0x84, "0123456789abcde", 16);
}

static void no_hooks(void **state)
{
    struct si_host host = { .opaque = NULL };
    uint8_t byte = 0;

    (void)state;
    assert_false(si_memory_read(&host, NULL, 0, &byte, 1));
    assert_false(si_memory_write(&host, NULL, 0, &byte, 1));
    assert_null(si_memory_lowcore(&host, NULL, 0));
    assert_false(si_memory_has_lowcore(&host, NULL, 0));
}

static void lowcore_pointers(void **state)
{
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage);
    unsigned aligned = (unsigned)(-(uintptr_t)storage.behind % 8);

    (void)state;
    assert_ptr_equal(si_memory_lowcore(&host, storage.cpu, LOWCORE_SIZE),
                     storage.ram + LOWCORE_SIZE);
    assert_ptr_equal(si_memory_lowcore(&host, storage.cpu, SIZE - LOWCORE_SIZE),
                     storage.ram + SIZE - LOWCORE_SIZE);
    assert_null(si_memory_lowcore(&host, storage.cpu, SIZE));
    assert_null(si_memory_lowcore(&host, storage.cpu, ELSEWHERE));
    host.ram_size = SIZE - 1;
    assert_null(si_memory_lowcore(&host, storage.cpu, SIZE - LOWCORE_SIZE));
    /* The hook decides, also about what is in flat storage. */
    host.ops.lowcore = hook_lowcore;
    assert_null(si_memory_lowcore(&host, storage.cpu, 0));
    for (storage.skew = 0; storage.skew < 8; storage.skew++) {
        uint8_t *pointer = si_memory_lowcore(&host, storage.cpu, ELSEWHERE);

        if (storage.skew == aligned)
            assert_ptr_equal(pointer, storage.behind + storage.skew);
        else
            assert_null(pointer);
    }
}

static void has_lowcore(void **state)
{
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage);

    (void)state;
    assert_true(si_memory_has_lowcore(&host, storage.cpu, 0));
    assert_true(si_memory_has_lowcore(&host, storage.cpu, SIZE - LOWCORE_SIZE));
    assert_false(si_memory_has_lowcore(&host, storage.cpu, SIZE));
    assert_true(si_memory_has_lowcore(&host, storage.cpu, ELSEWHERE));
    /* Both pages are looked at: each half alone is not enough. */
    assert_false(si_memory_has_lowcore(&host, storage.cpu,
                                       ELSEWHERE + LOWCORE_SIZE / 2));
    assert_false(si_memory_has_lowcore(&host, storage.cpu,
                                       ELSEWHERE - LOWCORE_SIZE / 2));
}

/* A host that gives nothing but the pointer. */
static void has_lowcore_by_pointer(void **state)
{
    struct storage storage = { .skew = 0 };
    struct si_host host = { .ops = { .lowcore = hook_lowcore },
                            .opaque = &storage };

    (void)state;
    storage.skew = (unsigned)(-(uintptr_t)storage.behind % 8);
    assert_false(si_memory_has_lowcore(&host, NULL, 0));
    assert_true(si_memory_has_lowcore(&host, NULL, ELSEWHERE));
}

/* One bit more each time; the answer is the byte before. */
static void bits(void **state)
{
    static const struct {
        uint64_t absolute;
        uint64_t dirty; /* 1: not told, it is behind the hook */
    } rows[] = {
        { 0, 0 },
        { 0x1fff, 0x1000 },
        { SIZE - 1, SIZE - 0x1000 },
        { ELSEWHERE + 7, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct storage storage = { .dirty = 1 };
        struct si_host host = host_of(&storage);
        int before = 0;

        storage.cpu = NULL;
        host.ops.set_bit = hook_set_bit;
        host.ops.dirty = hook_dirty;
        assert_true(si_memory_sets_bits(&host));
        for (unsigned bit = 1; bit < 0x100; bit <<= 1) {
            assert_int_equal(
                si_memory_set_bits(&host, rows[i].absolute, (uint8_t)bit),
                before);
            before |= (int)bit;
            assert_int_equal(
                si_memory_set_bits(&host, rows[i].absolute, (uint8_t)bit),
                before);
        }
        assert_int_equal(storage.dirty, rows[i].dirty);
        assert_int_equal(storage.bits_set, rows[i].dirty == 1 ? 16 : 0);
    }
}

static void bits_without_storage(void **state)
{
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage), none = { .opaque = NULL };

    (void)state;
    assert_true(si_memory_sets_bits(&host));
    assert_true(si_memory_set_bits(&host, SIZE, 1) < 0);
    host.ops.set_bit = hook_set_bit;
    assert_true(si_memory_set_bits(&host, SIZE, 1) < 0);
    assert_true(si_memory_set_bits(&host, UINT64_MAX, 1) < 0);
    assert_int_equal(storage.bits_set, 2);
    assert_false(si_memory_sets_bits(&none));
    assert_true(si_memory_set_bits(&none, 0, 1) < 0);
}

/* Told of is what went through the pointer; hooks know for themselves. */
static void dirty_pages(void **state)
{
    static const struct {
        uint64_t absolute;
        int there;
        unsigned told;
    } rows[] = {
        { 0, 1, 1 },
        { 0x1ff8, 1, 1 },
        { SIZE - 8, 1, 1 },
        { SIZE, 0, 0 },
        { ELSEWHERE + 0x1008, 1, 0 },
        { ELSEWHERE + LOWCORE_SIZE, 0, 0 },
    };
    struct storage storage = { .skew = 0 };
    struct si_host host = host_of(&storage);

    (void)state;
    for (int hook = 0; hook < 2; hook++) {
        host.ops.dirty = hook ? hook_dirty : NULL;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            storage.dirties = 0;
            assert_int_equal(si_memory_write_dirty(&host, storage.cpu,
                                                   rows[i].absolute, "1234567",
                                                   8),
                             rows[i].there);
            assert_int_equal(storage.dirties, hook ? rows[i].told : 0);
            if (storage.dirties)
                assert_int_equal(storage.dirty,
                                 rows[i].absolute & ~UINT64_C(0xfff));
        }
    }
    assert_memory_equal(storage.ram + 0x1ff8, "1234567", 8);
    assert_memory_equal(storage.behind + 0x1008, "1234567", 8);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "memory: the ends of flat storage", ends_of_ram, NULL, NULL, NULL },
        { "memory: bytes go where they should", bytes, NULL, NULL, NULL },
        { "memory: no storage and no hooks", no_hooks, NULL, NULL, NULL },
        { "memory: pointers to prefix areas", lowcore_pointers, NULL, NULL,
          NULL },
        { "H-16 memory: bits, and the pages that they make dirty", bits, NULL,
          NULL, NULL },
        { "memory: bits without storage", bits_without_storage, NULL, NULL,
          NULL },
        { "memory: pages that changed are told", dirty_pages, NULL, NULL,
          NULL },
        { "memory: both pages of a prefix area", has_lowcore, NULL, NULL,
          NULL },
        { "memory: a prefix area by pointer alone", has_lowcore_by_pointer,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
