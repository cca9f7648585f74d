/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* lib/deliver/apply.c: the same bytes by pointer, by hooks and as a plan. */
#include "number.h"

#include "deliver/apply.h"

#define PREFIX 0x4000

static const struct s390irq_cpu before = {
    .size = sizeof(struct s390irq_cpu),
    .prefix = PREFIX,
    .psw_mask = PSW_64 | PSW_EXTERNAL,
    .psw_address = UINT64_C(0x1122334455667788),
    .breaking_event_address = 0x4444,
};

/* A fake host of 2 CPUs; PREFIX is an area of its storage. */
static struct fake *fake_new(unsigned hooks)
{
    struct fake_options options = { .cpus = 2, .hooks = FAKE_USUAL | hooks };
    struct fake *fake = fake_prepare(&options);

    fake_store(fake, PREFIX + LOWCORE_EXTERNAL_NEW, 8, PSW_64 | PSW_DAT);
    return fake;
}

static struct si_host host_of(struct fake *fake)
{
    struct si_host host = { .ops = fake->ops, .opaque = fake };

    return host;
}

static struct si_taking build(const struct fake_class *class)
{
    struct si_taking taking;

    si_taking_build(&taking, fake_number(class), &class->record, &before);
    return taking;
}

/* The fields, and the old PSW, laid over the storage as it was. */
static void expect(uint8_t *ram, const struct fake_class *class)
{
    uint64_t old = before.psw_address;
    uint8_t *area = ram + PREFIX;

    if (class->rewind)
        old -= class->record.u.program.ilc;
    for (const struct fake_field *field = class->field; field->length; field++)
        for (unsigned i = 0; i < field->length; i++)
            area[field->offset + i] =
                (uint8_t)(field->value >> 8 * (field->length - 1 - i));
    for (unsigned i = 0; i < 8; i++) {
        area[class->old_psw + i] = (uint8_t)(before.psw_mask >> (56 - 8 * i));
        area[class->old_psw + 8 + i] = (uint8_t)(old >> (56 - 8 * i));
    }
}

static void by_pointer(const struct si_taking *taking, struct fake *fake,
                       uint8_t new_psw[16])
{
    si_apply_direct(taking, fake->ram + PREFIX, new_psw);
}

static void by_hooks(const struct si_taking *taking, struct fake *fake,
                     uint8_t new_psw[16])
{
    struct si_host host = host_of(fake);
    uint64_t fault;

    assert_true(si_apply_hooks(taking, &host, NULL, PREFIX, new_psw, &fault));
}

static void by_plan(const struct si_taking *taking, struct fake *fake,
                    uint8_t new_psw[16])
{
    struct s390irq_plan plan;

    memset(&plan, 0xa5, sizeof plan);
    si_apply_plan(taking, PREFIX, &plan);
    memcpy(new_psw, fake->ram + plan.new_psw_absolute, 16);
    assert_int_equal(plan.store_count, taking->count + 1);
    for (uint32_t i = 0; i < S390IRQ_PLAN_STORES; i++) {
        const struct s390irq_store *store = &plan.store[i];
        uint32_t length = i < plan.store_count ? store->length : 0;

        assert_true(length <= 16);
        memcpy(fake->ram + store->absolute, store->bytes, length);
        assert_int_equal(store->reserved, 0);
        for (; length < 16; length++)
            assert_int_equal(store->bytes[length], 0);
    }
}

static void three_ways(void **state)
{
    static void (*const ways[])(const struct si_taking *, struct fake *,
                                uint8_t *) = { by_pointer, by_hooks, by_plan };

    (void)state;
    for (size_t i = 0; i < 3 * fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i / 3];
        struct fake *fake = fake_new(FAKE_HOOK_MEMORY);
        struct si_taking taking = build(class);
        uint8_t *expected = malloc(fake->ram_size);
        struct s390irq_cpu cpu = before;
        uint8_t new_psw[16];

        assert_non_null(expected);
        memcpy(expected, fake->ram, fake->ram_size);
        expect(expected, class);
        ways[i % 3](&taking, fake, new_psw);
        assert_memory_equal(new_psw, fake->ram + PREFIX + class->new_psw, 16);
        assert_memory_equal(fake->ram, expected, fake->ram_size);
        si_apply_swap(&cpu, new_psw);
        assert_int_equal(cpu.psw_mask,
                         fake_load(fake, PREFIX + class->new_psw, 8));
        assert_int_equal(cpu.psw_address, 0x10000 + class->new_psw);
        free(expected);
        fake_discard(fake);
    }
}

/* The new PSW is loaded first and the old one stored last. */
static void order_of_accesses(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        const struct fake_class *class = &fake_classes[i];
        struct fake *fake = fake_new(FAKE_HOOK_MEMORY);
        struct si_taking taking = build(class);
        uint8_t new_psw[16];
        unsigned last;

        by_hooks(&taking, fake, new_psw);
        last = fake->accesses - 1;
        assert_int_equal(fake->accesses, taking.count + 2);
        assert_false(fake->access[0].is_write);
        assert_int_equal(fake->access[0].absolute, PREFIX + class->new_psw);
        assert_int_equal(fake->access[0].length, 16);
        for (unsigned at = 1; at <= last; at++)
            assert_true(fake->access[at].is_write);
        assert_int_equal(fake->access[last].absolute, PREFIX + class->old_psw);
        assert_int_equal(fake->access[last].length, 16);
        fake_discard(fake);
    }
}

/* Each access fails in turn, for every class. */
static void every_access_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < fake_class_count; i++) {
        struct si_taking taking = build(&fake_classes[i]);

        for (unsigned fails = 1; fails <= taking.count + 2; fails++) {
            struct fake *fake = fake_new(FAKE_HOOK_MEMORY);
            struct si_host host = host_of(fake);
            uint64_t fault = 0;
            uint8_t new_psw[16];

            fake->fail_at = fails;
            assert_false(
                si_apply_hooks(&taking, &host, NULL, PREFIX, new_psw, &fault));
            assert_int_equal(fake->accesses, fails);
            assert_int_equal(fault, fake->failed_absolute);
            assert_int_equal(fault, fake->access[fails - 1].absolute);
            fake_discard(fake);
        }
    }
}

/* A field of each length, at the place where it belongs, and no byte more. */
static void lengths(void **state)
{
    static const struct {
        uint32_t offset;
        uint32_t length;
        uint8_t bytes[8];
    } rows[] = {
        { LOWCORE_EXCEPTION_ACCESS, 1, { 0x88 } },
        { LOWCORE_MONITOR_CLASS, 2, { 0x77, 0x88 } },
        { LOWCORE_EXTERNAL_PARAMETER, 4, { 0x55, 0x66, 0x77, 0x88 } },
        { LOWCORE_MONITOR_CODE,
          8,
          { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 } },
    };

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        struct fake *fake = fake_new(FAKE_HOOK_MEMORY);
        struct si_taking taking = { .old_psw = LOWCORE_EXTERNAL_OLD,
                                    .new_psw = LOWCORE_EXTERNAL_NEW };
        const uint8_t *at = fake->ram + PREFIX + rows[i / 2].offset;
        uint64_t value = UINT64_C(0x1122334455667788);
        uint8_t new_psw[16];

        if (rows[i / 2].length < 8)
            value &= SI_BIT(8 * rows[i / 2].length) - 1;
        si_taking_store(&taking, rows[i / 2].offset, rows[i / 2].length, value);
        (i % 2 ? by_hooks : by_pointer)(&taking, fake, new_psw);
        assert_memory_equal(at, rows[i / 2].bytes, rows[i / 2].length);
        assert_int_equal(at[-1], 0);
        assert_int_equal(at[rows[i / 2].length], 0);
        fake_discard(fake);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "apply: the same bytes in three ways, for every class", three_ways,
          NULL, NULL, NULL },
        { "apply: load first, old PSW last", order_of_accesses, NULL, NULL,
          NULL },
        { "apply: every access fails in turn", every_access_fails, NULL, NULL,
          NULL },
        { "apply: fields of every length", lengths, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
