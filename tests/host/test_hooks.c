/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/host/hooks.c: what the embedder brings, copied and checked. */
#include "fake.h"

#include "host/hooks.h"

struct heap {
    unsigned allocations;
    unsigned deallocations;
    size_t bytes;
    int fails;
};

static void *dirty_allocate(void *vm, void *cpu, size_t bytes)
{
    struct heap *heap = vm;
    void *memory;

    assert_null(cpu);
    if (heap->fails)
        return NULL;
    heap->allocations++;
    memory = malloc(bytes);
    assert_non_null(memory);
    memset(memory, 0xee, bytes);
    return memory;
}

static void count_deallocate(void *vm, void *cpu, void *memory, size_t bytes)
{
    struct heap *heap = vm;

    assert_null(cpu);
    heap->deallocations++;
    heap->bytes = bytes;
    free(memory);
}

static uint64_t scripted_tod(void *vm, void *cpu)
{
    return *(uint64_t *)vm + *(uint64_t *)cpu;
}

static void configurations(void **state)
{
    static const struct {
        int reserved;
        int allocate;
        int deallocate;
        int ram;
        int ram_size;
        int rc;
    } rows[] = {
        { 0, 0, 0, 0, 0, 0 },
        { 0, 1, 1, 1, 1, 0 },
        { 1, 0, 0, 0, 0, S390IRQ_E_INVALID },
        { 0, 1, 0, 0, 0, S390IRQ_E_INVALID },
        { 0, 0, 1, 0, 0, S390IRQ_E_INVALID },
        { 0, 0, 0, 1, 0, S390IRQ_E_INVALID },
        { 0, 0, 0, 0, 1, S390IRQ_E_INVALID },
    };
    uint8_t ram[8];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
        struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
        struct si_host host;

        ops.reserved = (uint32_t)rows[i].reserved;
        ops.allocate = rows[i].allocate ? dirty_allocate : NULL;
        ops.deallocate = rows[i].deallocate ? count_deallocate : NULL;
        config.ram = rows[i].ram ? ram : NULL;
        config.ram_size = rows[i].ram_size ? sizeof ram : 0;
        config.log_level = 4;
        assert_int_equal(si_hooks_init(&host, &config, &ops, &config),
                         rows[i].rc);
        if (rows[i].rc == 0) {
            assert_ptr_equal(host.opaque, &config);
            assert_ptr_equal(host.ram, config.ram);
            assert_int_equal(host.ram_size, config.ram_size);
            assert_int_equal(host.log_level, 4);
        }
    }
}

static void sizes(void **state)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct {
        struct s390irq_host_ops ops;
        uint64_t tail;
    } newer = { .ops = S390IRQ_HOST_OPS_INIT };
    struct si_host host;

    (void)state;
    assert_int_equal(si_hooks_init(&host, &config, NULL, NULL), 0);
    assert_true(host.ops.tod == NULL);
    newer.ops.size = sizeof newer.ops - 1;
    assert_int_equal(si_hooks_init(&host, &config, &newer.ops, NULL),
                     S390IRQ_E_STRUCT_TOO_SMALL);
    newer.ops.size = sizeof newer;
    newer.ops.tod = scripted_tod;
    assert_int_equal(si_hooks_init(&host, &config, &newer.ops, NULL), 0);
    assert_true(host.ops.tod == scripted_tod);
    assert_false(host.watched);
    newer.tail = 1;
    assert_int_equal(si_hooks_init(&host, &config, &newer.ops, NULL),
                     S390IRQ_E_STRUCT_TOO_NEW);
}

static void assert_zero(const uint8_t *memory, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(memory[i], 0);
}

static void memory_by_hooks(void **state)
{
    struct heap heap = { 0, 0, 0, 0 };
    struct si_host host = { .ops = { .allocate = dirty_allocate,
                                     .deallocate = count_deallocate },
                            .opaque = &heap };
    void *memory = si_hooks_allocate(&host, 100);

    (void)state;
    assert_non_null(memory);
    assert_zero(memory, 100);
    si_hooks_deallocate(&host, NULL, 100);
    assert_int_equal(heap.deallocations, 0);
    si_hooks_deallocate(&host, memory, 100);
    assert_int_equal(heap.allocations, 1);
    assert_int_equal(heap.deallocations, 1);
    assert_int_equal(heap.bytes, 100);
    heap.fails = 1;
    assert_null(si_hooks_allocate(&host, 100));
}

static void memory_without_hooks(void **state)
{
    struct si_host host = { .opaque = NULL };
    void *memory = si_hooks_allocate(&host, 100);

    (void)state;
    assert_non_null(memory);
    assert_zero(memory, 100);
    si_hooks_deallocate(&host, memory, 100);
    si_hooks_deallocate(&host, NULL, 100);
}

static void clocks(void **state)
{
    uint64_t vm = 1000, cpu = 7;
    struct si_host host = { .ops = { .tod = scripted_tod }, .opaque = &vm };
    uint64_t before, now;

    (void)state;
    assert_int_equal(si_hooks_tod(&host, &cpu), 1007);
    host.ops.tod = NULL;
    before = si_hooks_tod(&host, &cpu);
    do {
        now = si_hooks_tod(&host, &cpu);
        assert_true(now >= before);
    } while (now == before);
}

/* Fills one register, and says what the opaque of the VM says. */
static int some_registers(void *vm, void *cpu,
                          struct s390irq_registers *registers)
{
    assert_int_equal(registers->size, sizeof *registers);
    assert_zero((const uint8_t *)registers + 4, sizeof *registers - 4);
    registers->general[3] = *(uint64_t *)cpu;
    return *(int *)vm;
}

/* The structure is zero before, whatever was there. */
static void registers(void **state)
{
    static const int answers[] = { 0, 1, -1, S390IRQ_E_STATE };
    struct s390irq_registers got;
    uint64_t value = 77;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        int answer = answers[i];
        struct si_host host = { .ops = { .registers = some_registers },
                                .opaque = &answer };

        memset(&got, 0xa5, sizeof got);
        assert_int_equal(si_hooks_registers(&host, &value, &got), i == 0);
        assert_int_equal(got.general[3], 77);
        host.ops.registers = NULL;
        assert_false(si_hooks_registers(&host, &value, &got));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "hooks: configurations", configurations, NULL, NULL, NULL },
        { "hooks: sizes", sizes, NULL, NULL, NULL },
        { "hooks: memory of the embedder comes back zeroed", memory_by_hooks,
          NULL, NULL, NULL },
        { "hooks: memory without hooks", memory_without_hooks, NULL, NULL,
          NULL },
        { "hooks: clocks", clocks, NULL, NULL, NULL },
        { "hooks: registers", registers, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
