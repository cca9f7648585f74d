/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * How much memory a VM, a CPU and a subchannel take (docs/performance says
 * it), and that none is taken or given back by anything that a guest does.
 */
#include "fake.h"

/* What the allocate hook was asked for. */
struct books {
    uint64_t bytes;
    unsigned calls;
};

static void *allocate(void *vm, void *cpu, size_t bytes)
{
    struct books *books = vm;

    (void)cpu;
    books->bytes += bytes;
    books->calls++;
    return malloc(bytes);
}

static void deallocate(void *vm, void *cpu, void *memory, size_t bytes)
{
    struct books *books = vm;

    (void)cpu;
    books->bytes -= bytes;
    books->calls++;
    free(memory);
}

static struct s390irq_vm *open_vm(uint32_t cpus, struct books *books)
{
    struct s390irq_vm_config config = S390IRQ_VM_CONFIG_INIT;
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;
    struct s390irq_vm *vm;

    memset(books, 0, sizeof *books);
    config.cpus = cpus;
    ops.allocate = allocate;
    ops.deallocate = deallocate;
    assert_int_equal(s390irq_vm_create(&config, &ops, books, &vm), 0);
    return vm;
}

static void create_cpus(struct s390irq_vm *vm, uint32_t cpus)
{
    struct s390irq_vcpu *vcpu;

    for (uint32_t i = 0; i < cpus; i++)
        assert_int_equal(s390irq_vcpu_create(vm, i, NULL, &vcpu), 0);
}

/* The number in the subchannel set of `number / 65536`. */
static uint32_t subchannel(uint32_t number)
{
    return 0x10000 | (number >> 16) << 17 | (number & 0xffff);
}

static void add_subchannels(struct s390irq_vm *vm, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(s390irq_vm_add_subchannel(vm, subchannel(i)), 0);
}

static const uint32_t sizes[] = { 1, 64, S390IRQ_MAX_CPUS };

#define SIZES (sizeof sizes / sizeof *sizes)

static void bytes_of_a_vm(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct books books;
        struct s390irq_vm *vm = open_vm(sizes[i], &books);

        assert_true(books.bytes > 0);
        assert_true(books.bytes <= 128 * 1024 + 16 * sizes[i]);
        s390irq_vm_unref(vm);
        assert_int_equal(books.bytes, 0);
    }
}

/* Two bits for each sender: emergency signal and malfunction alert. */
static void bytes_of_a_cpu(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        struct books books;
        struct s390irq_vm *vm = open_vm(sizes[i], &books);
        uint64_t before = books.bytes;

        create_cpus(vm, sizes[i]);
        assert_true(books.bytes > before);
        assert_true((books.bytes - before) / sizes[i] <=
                    8 * 1024 + 2 * sizes[i]);
        s390irq_vm_unref(vm);
        assert_int_equal(books.bytes, 0);
    }
}

static void bytes_of_a_subchannel(void **state)
{
    struct books books;
    struct s390irq_vm *vm = open_vm(1, &books);
    uint64_t before = books.bytes;

    (void)state;
    add_subchannels(vm, 1);
    assert_true(books.bytes - before <= 64 * 1024);
    for (uint32_t i = 1; i < 65536; i++)
        assert_int_equal(s390irq_vm_add_subchannel(vm, subchannel(i)), 0);
    assert_true((books.bytes - before) / 65536 <= 128);
    s390irq_vm_unref(vm);
    assert_int_equal(books.bytes, 0);
}

#define CPUS        64
#define SUBCHANNELS 1000

/* As much of each kind as a guest and its devices can make pend. */
static void storm(struct s390irq_vm *vm, unsigned round)
{
    struct s390irq_interruption alert = { .kind = S390IRQ_KIND_TIMING_ALERT };
    struct s390irq_interruption virtio = { .kind = S390IRQ_KIND_VIRTIO };

    for (uint32_t i = 0; i < SUBCHANNELS; i++)
        assert_true(s390irq_vm_inject_io(vm, subchannel(i), round,
                                         IO_WORD((i + round) % 8)) >= 0);
    for (uint32_t i = 0; i < CPUS * CPUS; i++) {
        struct s390irq_vcpu *target = s390irq_vm_cpu(vm, i / CPUS);
        uint32_t status = 0;

        assert_true(s390irq_vcpu_inject_emergency(target, i % CPUS) >= 0);
        assert_true(s390irq_vcpu_inject_external_call(target, i % CPUS) >= 0);
        s390irq_vcpu_sigp(target, i % CPUS, i % 32, 0, &status);
        assert_true(s390irq_vm_inject(vm, &virtio) >= 0);
    }
    assert_true(s390irq_vm_inject(vm, &alert) >= 0);
    assert_true(s390irq_vm_inject_service(vm, 0x1003) >= 0);
}

static void run_cpus(struct s390irq_vm *vm)
{
    for (uint32_t i = 0; i < CPUS; i++) {
        struct s390irq_cpu cpu = S390IRQ_CPU_INIT;
        struct s390irq_vcpu *vcpu = s390irq_vm_cpu(vm, i);

        /* There is no storage: what is taken goes back. */
        cpu.psw_mask = PSW_64 | PSW_IO | PSW_EXTERNAL | PSW_WAIT;
        cpu.cr[0] = CR0_EVERY_EXTERNAL;
        cpu.cr[6] = CR6_EVERY_ISC;
        cpu.clock_comparator = UINT64_MAX;
        s390irq_vcpu_start(vcpu, &cpu);
        if (s390irq_vcpu_deliver(vcpu, &cpu, NULL) < 0)
            s390irq_vcpu_reset(vcpu, S390IRQ_RESET_INITIAL);
    }
}

static void devices_take_and_clear(struct s390irq_vm *vm)
{
    struct s390irq_queue *queue = s390irq_vm_queue(vm);
    struct s390irq_interruption out;

    for (uint32_t i = 0; i < SUBCHANNELS; i += 3) {
        if (s390irq_queue_take_io(queue, 0xff, 0, &out) == 1 && i % 2)
            assert_true(s390irq_queue_put_back_io(queue, &out) >= 0);
        assert_true(s390irq_queue_clear_io(queue, subchannel(i)) >= 0);
    }
}

static void nothing_grows(void **state)
{
    struct books books, before;
    struct s390irq_vm *vm = open_vm(CPUS, &books);

    (void)state;
    create_cpus(vm, CPUS);
    add_subchannels(vm, SUBCHANNELS);
    before = books;
    for (unsigned round = 0; round < 20; round++) {
        storm(vm, round);
        run_cpus(vm);
        devices_take_and_clear(vm);
        if (round % 5 == 4)
            assert_int_equal(s390irq_vm_reset(vm), 0);
    }
    assert_int_equal(books.calls, before.calls);
    assert_int_equal(books.bytes, before.bytes);
    s390irq_vm_unref(vm);
    assert_int_equal(books.bytes, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "memory bounds: bytes of a VM", bytes_of_a_vm, NULL, NULL, NULL },
        { "memory bounds: bytes of a CPU", bytes_of_a_cpu, NULL, NULL, NULL },
        { "memory bounds: bytes of a subchannel", bytes_of_a_subchannel, NULL,
          NULL, NULL },
        { "memory bounds: nothing grows with what a guest does", nothing_grows,
          NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
