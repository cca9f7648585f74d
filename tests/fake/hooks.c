/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The hooks: they record, they note, and they fail when told to. */
#include "fake.h"

static void during(struct fake *fake, const char *hook, struct fake_cpu *cpu)
{
    if (fake->during)
        fake->during(fake, hook, cpu);
}

static uint32_t address_of(const struct fake_cpu *cpu)
{
    return cpu ? cpu->address : S390IRQ_NO_CPU;
}

/* Counts an access and answers whether there is such storage, today. */
static int admit(struct fake *fake, int is_write, uint64_t absolute,
                 size_t length)
{
    unsigned number = fake->accesses++;

    assert_true(length >= 1 && length <= 512);
    if (number < FAKE_ACCESSES) {
        fake->access[number].is_write = is_write;
        fake->access[number].absolute = absolute;
        fake->access[number].length = length;
    }
    if (number + 1 == fake->fail_at || absolute + length > fake->ram_size) {
        fake->failed_absolute = absolute;
        return 0;
    }
    return 1;
}

static int hook_read(void *vm, void *cpu, uint64_t absolute, void *data,
                     size_t length)
{
    struct fake *fake = vm;
    int there = admit(fake, 0, absolute, length);

    during(fake, "read", cpu);
    fake_note(fake, "read %u %llx %zu %d", address_of(cpu),
              (unsigned long long)absolute, length, there);
    if (there)
        memcpy(data, fake->ram + absolute, length);
    return there ? 0 : -1;
}

static int hook_write(void *vm, void *cpu, uint64_t absolute, const void *data,
                      size_t length)
{
    struct fake *fake = vm;
    int there = admit(fake, 1, absolute, length);

    during(fake, "write", cpu);
    fake_note(fake, "write %u %llx %zu %016llx %d", address_of(cpu),
              (unsigned long long)absolute, length,
              (unsigned long long)fake_hash(0, data, length), there);
    if (there)
        memcpy(fake->ram + absolute, data, length);
    return there ? 0 : -1;
}

static void *hook_lowcore(void *vm, void *cpu, uint64_t absolute)
{
    struct fake *fake = vm;

    during(fake, "lowcore", cpu);
    fake_note(fake, "lowcore %u %llx", address_of(cpu),
              (unsigned long long)absolute);
    if (absolute + LOWCORE_SIZE > fake->ram_size)
        return NULL;
    return fake->ram + absolute;
}

static uint64_t hook_tod(void *vm, void *cpu)
{
    struct fake *fake = vm;

    atomic_fetch_add(&fake->tod_reads, 1);
    during(fake, "tod", cpu);
    return atomic_load(&fake->tod);
}

static void hook_deadline(void *vm, void *cpu, uint64_t deadline_tod)
{
    struct fake *fake = vm;
    struct fake_cpu *self = cpu;

    atomic_fetch_add(&self->deadlines, 1);
    atomic_store(&self->deadline_tod, deadline_tod);
    fake_note(fake, "deadline %u %llx", self->address,
              (unsigned long long)deadline_tod);
    during(fake, "deadline", self);
}

static void hook_wake(void *vm, void *cpu)
{
    struct fake *fake = vm;
    struct fake_cpu *self = cpu;

    /* Nobody else runs the CPU in tests on one thread, so it must show. */
    if (!s390irq_vcpu_attention(self->vcpu))
        atomic_fetch_add(&self->wakes_without_attention, 1);
    atomic_fetch_add(&self->wakes, 1);
    fake_note(fake, "wake %u", self->address);
    during(fake, "wake", self);
}

static void hook_kick(void *vm, void *cpu)
{
    struct fake *fake = vm;
    struct fake_cpu *self = cpu;

    atomic_fetch_add(&self->kicks, 1);
    fake_note(fake, "kick %u", self->address);
    during(fake, "kick", self);
}

static uint32_t hook_choose(void *vm, void *cpu, uint32_t kind,
                            uint32_t address)
{
    struct fake *fake = vm;

    assert_null(cpu);
    fake->choices++;
    fake->chosen_kind = kind;
    fake->proposed = address;
    fake_note(fake, "choose %u %u", kind, address);
    during(fake, "choose", NULL);
    return fake->choice == S390IRQ_NO_CPU ? address : fake->choice;
}

static void hook_trace(void *vm, void *cpu, const struct s390irq_trace *event)
{
    struct fake *fake = vm;

    assert_int_equal(event->size, sizeof *event);
    if (cpu)
        assert_int_equal(address_of(cpu), event->cpu);
    else if (event->event != S390IRQ_TRACE_SIGP) /* may be for no CPU */
        assert_true(event->cpu >= fake->cpus || !fake->cpu[event->cpu].vcpu);
    if (fake->events < FAKE_EVENTS)
        fake->event[fake->events] = *event;
    fake->events++;
    fake_note(fake, "trace %u %u %u %d %u %x %x %llx %llx", address_of(cpu),
              event->event, event->kind, event->outcome, event->cpu,
              event->code, event->parameter,
              (unsigned long long)event->parameter64,
              (unsigned long long)event->new_psw_address);
    during(fake, "trace", cpu);
}

static void hook_log(void *vm, void *cpu, int level, const char *text)
{
    struct fake *fake = vm;

    assert_true(level >= 0 && level < 8);
    assert_null(strchr(text, '\n'));
    fake->lines[level]++;
    snprintf(fake->last_line, sizeof fake->last_line, "%s", text);
    fake_note(fake, "log %u %d %s", address_of(cpu), level, text);
    during(fake, "log", cpu);
}

static void *hook_allocate(void *vm, void *cpu, size_t bytes)
{
    struct fake *fake = vm;
    unsigned number = atomic_fetch_add(&fake->allocations, 1);
    void *memory;

    assert_null(cpu);
    if (number + 1 == fake->fail_allocation)
        return NULL;
    memory = malloc(bytes ? bytes : 1);
    assert_non_null(memory);
    memset(memory, 0xa5, bytes);
    atomic_fetch_add(&fake->bytes_allocated, bytes);
    return memory;
}

static void hook_deallocate(void *vm, void *cpu, void *memory, size_t bytes)
{
    struct fake *fake = vm;

    assert_null(cpu);
    assert_non_null(memory);
    atomic_fetch_sub(&fake->bytes_allocated, bytes);
    free(memory);
}

static int hook_registers(void *vm, void *cpu,
                          struct s390irq_registers *registers)
{
    struct fake *fake = vm;
    struct fake_cpu *self = cpu;

    assert_int_equal(registers->size, sizeof *registers);
    assert_int_equal(registers->reserved, 0);
    atomic_fetch_add(&self->register_reads, 1);
    fake_note(fake, "registers %u", self->address);
    during(fake, "registers", self);
    if (self->registers_lost)
        return -1;
    *registers = self->registers;
    return 0;
}

uint8_t fake_transaction(uint32_t address, unsigned at)
{
    return (uint8_t)(0x40 + 3 * at + address);
}

static void hook_transaction(void *vm, void *cpu, uint8_t block[256])
{
    struct fake *fake = vm;
    struct fake_cpu *self = cpu;

    for (unsigned i = 0; i < 256; i++) {
        assert_int_equal(block[i], 0);
        block[i] = fake_transaction(self->address, i);
    }
    fake_note(fake, "transaction %u", self->address);
    during(fake, "transaction", self);
}

static void hook_dirty(void *vm, void *cpu, uint64_t absolute)
{
    struct fake *fake = vm;
    uint64_t page = absolute / 0x1000;

    assert_int_equal(absolute % 0x1000, 0);
    assert_true(absolute < fake->ram_size);
    atomic_fetch_or(&fake->dirty_pages, UINT64_C(1) << (page < 63 ? page : 63));
    fake_note(fake, "dirty %u %llx", address_of(cpu),
              (unsigned long long)absolute);
    during(fake, "dirty", cpu);
}

/* An access as the others: it fails where they would. */
static int hook_set_bit(void *vm, void *cpu, uint64_t absolute, uint8_t bits)
{
    struct fake *fake = vm;
    int there = admit(fake, 1, absolute, 1);
    int before = there ? fake->ram[absolute] : -1;

    assert_null(cpu);
    during(fake, "set_bit", NULL);
    fake_note(fake, "set_bit %llx %x %d", (unsigned long long)absolute, bits,
              before);
    if (there)
        fake->ram[absolute] |= bits;
    return before;
}

static void hook_released(void *vm, void *cpu)
{
    struct fake *fake = vm;

    (void)cpu;
    atomic_fetch_add(&fake->released, 1);
}

void fake_set_hooks(struct fake *fake, unsigned hooks)
{
    struct s390irq_host_ops ops = S390IRQ_HOST_OPS_INIT;

    if ((hooks & FAKE_HOOK_WATCH) &&
        !fake_is_asked_for("S390IRQ_TEST_UNWATCHED"))
        hooks |= FAKE_HOOK_TRACE | FAKE_HOOK_LOG;
    if (hooks & FAKE_HOOK_MEMORY) {
        ops.read = hook_read;
        ops.write = hook_write;
    }
    ops.lowcore = hooks & FAKE_HOOK_LOWCORE ? hook_lowcore : NULL;
    ops.tod = hooks & FAKE_HOOK_TOD ? hook_tod : NULL;
    ops.deadline = hooks & FAKE_HOOK_DEADLINE ? hook_deadline : NULL;
    ops.wake = hooks & FAKE_HOOK_WAKE ? hook_wake : NULL;
    ops.kick = hooks & FAKE_HOOK_KICK ? hook_kick : NULL;
    ops.choose = hooks & FAKE_HOOK_CHOOSE ? hook_choose : NULL;
    ops.trace = hooks & FAKE_HOOK_TRACE ? hook_trace : NULL;
    ops.log = hooks & FAKE_HOOK_LOG ? hook_log : NULL;
    if (hooks & FAKE_HOOK_ALLOCATE) {
        ops.allocate = hook_allocate;
        ops.deallocate = hook_deallocate;
    }
    ops.set_bit = hooks & FAKE_HOOK_SET_BIT ? hook_set_bit : NULL;
    ops.registers = hooks & FAKE_HOOK_REGISTERS ? hook_registers : NULL;
    ops.transaction = hooks & FAKE_HOOK_TRANSACTION ? hook_transaction : NULL;
    ops.dirty = hooks & FAKE_HOOK_DIRTY ? hook_dirty : NULL;
    ops.released = hook_released;
    fake->ops = ops;
}
