/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Memory is allocated by the create calls and by nothing else; a failing
 * allocator is a named error that leaves nothing behind.
 */
#include "fake.h"

#define OPEN    (PSW_64 | PSW_EXTERNAL | PSW_IO)
#define WAITING (OPEN | PSW_WAIT)

/*
 * Where libc allows it, malloc itself is counted too, for a VM without
 * allocator hooks. Sanitizers have their own malloc and must keep it.
 */
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define COUNTS_MALLOC 1
#else
#define COUNTS_MALLOC 0
#endif

static atomic_uint mallocs;

#if COUNTS_MALLOC
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t members, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

void *malloc(size_t bytes)
{
    atomic_fetch_add(&mallocs, 1);
    return __libc_malloc(bytes);
}

void *calloc(size_t members, size_t bytes)
{
    atomic_fetch_add(&mallocs, 1);
    return __libc_calloc(members, bytes);
}

void *realloc(void *memory, size_t bytes)
{
    atomic_fetch_add(&mallocs, 1);
    return __libc_realloc(memory, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    atomic_fetch_add(&mallocs, 1);
    return __libc_memalign(alignment, bytes);
}
#endif

/* Every call there is, but create, on what each class makes pend. */
static void use_everything(struct fake *fake)
{
    struct s390irq_counters counters = S390IRQ_COUNTERS_INIT;
    struct s390irq_interruption list[32];
    struct fake_cpu *cpu = &fake->cpu[0];
    struct s390irq_plan plan = { .size = sizeof plan };
    size_t count = 32;

    fake_boot(fake, 0, OPEN, CR0_EVERY_EXTERNAL, S390IRQ_RUN);
    fake_boot(fake, 1, WAITING, CR0_EVERY_EXTERNAL, S390IRQ_WAIT);
    for (size_t i = 0; i < fake_class_count; i++) {
        fake_raise(fake, 0, &fake_classes[i]);
        assert_int_equal(
            s390irq_queue_list(s390irq_vm_queue(fake->vm), list, &count), 0);
        count = 32;
        if (s390irq_vcpu_prepare(cpu->vcpu, &cpu->cpu, &plan) == 1)
            assert_int_equal(s390irq_vcpu_abort(cpu->vcpu), 0);
        assert_true(fake_deliver(fake, 0) >= 0);
        assert_true(fake_deliver(fake, 1) >= 0);
        fake_load_masks(fake, 0, OPEN, CR0_EVERY_EXTERNAL);
        if (fake->cpu[1].report.taken)
            fake_load_masks(fake, 1, WAITING, CR0_EVERY_EXTERNAL);
        cpu->cpu.clock_comparator = UINT64_MAX;
        cpu->cpu.cpu_timer = 0;
        cpu->cpu.cpu_timer_since_tod = 0;
        assert_int_equal(s390irq_vcpu_timers_changed(cpu->vcpu, &cpu->cpu), 0);
        assert_int_equal(s390irq_vcpu_kick(cpu->vcpu), 0);
    }
    for (uint32_t order = 0; order < 32; order++)
        fake_sigp(fake, 0, 1, order, fake_prefix(1), NULL);
    assert_true(fake_deliver(fake, 1) >= 0);
    assert_int_equal(s390irq_vm_counters(fake->vm, &counters), 0);
    assert_int_equal(s390irq_vm_pause(fake->vm), 0);
    assert_int_equal(s390irq_vm_resume(fake->vm), 0);
    assert_int_equal(s390irq_vm_set_tod(fake->vm, 5), 0);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    assert_int_equal(s390irq_vcpu_reset(cpu->vcpu, S390IRQ_RESET_CLEAR), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_STOPPED);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
}

static void nothing_after_creation(void **state)
{
    struct fake *fake = fake_usual(2);
    unsigned before;
    size_t bytes;

    (void)state;
    fake_add_subchannel(fake);
    before = atomic_load(&fake->allocations);
    bytes = atomic_load(&fake->bytes_allocated);
    assert_true(before > 0);
    use_everything(fake);
    assert_int_equal(atomic_load(&fake->allocations), before);
    assert_int_equal(atomic_load(&fake->bytes_allocated), bytes);
    fake_close(fake);
}

static void nothing_from_malloc(void **state)
{
    struct fake_options options = {
        .cpus = 2,
        .hooks = FAKE_HOOK_TOD | FAKE_HOOK_WAKE,
    };
    struct fake *fake;
    unsigned before;

    (void)state;
    if (!COUNTS_MALLOC)
        skip();
    fake = fake_open(&options);
    fake_add_subchannel(fake);
    before = atomic_load(&mallocs);
    assert_true(before > 0);
    use_everything(fake);
    assert_int_equal(atomic_load(&mallocs), before);
    fake_close(fake);
}

/* A guest cannot grow host memory: far more than fits is FULL, not more. */
static void storms_are_bounded(void **state)
{
    struct fake_options options = { .cpus = 2,
                                    .hooks = FAKE_USUAL,
                                    .cp_service_limit = 100 };
    struct fake *fake = fake_open(&options);
    struct s390irq_interruption virtio = fake_record(S390IRQ_KIND_VIRTIO);
    size_t bytes = atomic_load(&fake->bytes_allocated);
    unsigned queued = 0;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        queued += s390irq_vm_inject(fake->vm, &virtio) == S390IRQ_QUEUED;
        assert_true(s390irq_vcpu_inject_emergency(fake->cpu[0].vcpu, i % 2) >=
                    0);
        assert_true(s390irq_vm_inject_service(fake->vm, 0x1003) >= 0);
    }
    assert_int_equal(queued, 100);
    assert_int_equal(atomic_load(&fake->bytes_allocated), bytes);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void vm_create_without_memory(void **state)
{
    struct fake_options options = { .cpus = 3, .hooks = FAKE_USUAL };
    unsigned fails = 0;
    int answer;

    (void)state;
    do {
        struct fake *fake = fake_prepare(&options);

        fake->fail_allocation = fails + 1;
        answer = s390irq_vm_create(&fake->config, &fake->ops, fake, &fake->vm);
        if (answer) {
            assert_int_equal(answer, S390IRQ_E_NO_MEMORY);
            assert_null(fake->vm);
            assert_int_equal(atomic_load(&fake->bytes_allocated), 0);
            assert_int_equal(atomic_load(&fake->released), 0);
            fails++;
            fake_discard(fake);
        } else {
            fake_close(fake);
        }
    } while (answer);
    assert_true(fails > 0);
}

static void vcpu_create_without_memory(void **state)
{
    struct fake_options options = { .cpus = 100, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    unsigned fails = 0;
    size_t bytes;
    int answer;

    (void)state;
    fake_create_vm(fake);
    do {
        struct s390irq_vcpu *vcpu = NULL;

        bytes = atomic_load(&fake->bytes_allocated);
        fake->fail_allocation = atomic_load(&fake->allocations) + fails + 1;
        answer = s390irq_vcpu_create(fake->vm, 7, NULL, &vcpu);
        if (answer) {
            assert_int_equal(answer, S390IRQ_E_NO_MEMORY);
            assert_null(vcpu);
            assert_null(s390irq_vm_cpu(fake->vm, 7));
            assert_int_equal(atomic_load(&fake->bytes_allocated), bytes);
            fails++;
        }
    } while (answer);
    assert_true(fails > 0);
    assert_non_null(s390irq_vm_cpu(fake->vm, 7));
    fake_close(fake);
}

/* The last reference frees, then `released` is the very last call. */
static void references(void **state)
{
    struct fake *fake = fake_usual(2);
    struct s390irq_vm *vm = fake->vm;

    (void)state;
    assert_ptr_equal(s390irq_vm_ref(vm), vm);
    assert_ptr_equal(s390irq_vm_ref(vm), vm);
    s390irq_vm_unref(vm);
    s390irq_vm_unref(vm);
    assert_int_equal(atomic_load(&fake->released), 0);
    assert_int_equal(s390irq_vm_inject_service(vm, 1), S390IRQ_QUEUED);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "allocation: nothing after creation", nothing_after_creation, NULL,
          NULL, NULL },
        { "allocation: nothing from malloc behind the hooks' back",
          nothing_from_malloc, NULL, NULL, NULL },
        { "allocation: storms are bounded", storms_are_bounded, NULL, NULL,
          NULL },
        { "allocation: vm_create without memory", vm_create_without_memory,
          NULL, NULL, NULL },
        { "allocation: vcpu_create without memory", vcpu_create_without_memory,
          NULL, NULL, NULL },
        { "allocation: references", references, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
