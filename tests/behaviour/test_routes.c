/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Routes of adapters: the indicator, then the summary indicator, then one
 * interruption unless the summary was set. Through config.ram, which others
 * log as dirty, and through the set_bit hook.
 */
#include "fake.h"

#define INDICATOR UINT64_C(0x4000)
#define SUMMARY   UINT64_C(0x5000)

static struct fake *machine(unsigned hooks)
{
    struct fake_options options = { .cpus = 4, .hooks = FAKE_USUAL | hooks };
    struct fake *fake = fake_open(&options);

    /* Two pages without PSWs. */
    memset(fake->ram + INDICATOR, 0, 0x2000);
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 1, 4, 0), 0);
    assert_int_equal(
        s390irq_vm_add_adapter(fake->vm, 2, 4, S390IRQ_ADAPTER_SWAP), 0);
    return fake;
}

static struct s390irq_route route(uint32_t adapter, uint64_t indicator,
                                  uint64_t summary)
{
    struct s390irq_route made = S390IRQ_ROUTE_INIT;

    made.adapter = adapter;
    made.indicator_absolute = INDICATOR;
    made.indicator_offset = indicator;
    made.summary_absolute = SUMMARY;
    made.summary_offset = summary;
    return made;
}

/* Exactly these bytes are set in the two pages; 0: no such byte. */
static void pages_are(const struct fake *fake, uint64_t indicator, uint8_t bits,
                      uint64_t summary, uint8_t summary_bits)
{
    for (uint64_t at = INDICATOR; at < SUMMARY + 0x1000; at++) {
        uint8_t expected = 0;

        if (at == indicator)
            expected = bits;
        if (at == summary)
            expected = summary_bits;
        if (fake->ram[at] != expected)
            fail_msg("byte at %#llx is %02x, should be %02x",
                     (unsigned long long)at, fake->ram[at], expected);
    }
}

static const unsigned both_ways[] = { 0, FAKE_HOOK_MEMORY | FAKE_HOOK_SET_BIT };

static void both_bit_orders(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct fake *fake = machine(both_ways[i / 2]);
        uint32_t adapter = 1 + (uint32_t)i % 2;
        struct s390irq_route made = route(adapter, 3, 64 + 10);

        assert_int_equal(s390irq_vm_check_route(fake->vm, &made), 0);
        pages_are(fake, 0, 0, 0, 0);
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         S390IRQ_QUEUED);
        if (adapter == 1)
            pages_are(fake, INDICATOR + 7, 0x08, SUMMARY + 14, 0x04);
        else
            pages_are(fake, INDICATOR, 0x10, SUMMARY + 9, 0x20);
        assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_ADAPTER);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* The guest clears the summary when it looks: then comes the next one. */
static void signals_once_for_a_summary(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct fake *fake = machine(both_ways[i]);
        struct s390irq_route first = route(2, 0, 0), second = route(2, 9, 0);

        assert_int_equal(s390irq_vm_fire_route(fake->vm, &first),
                         S390IRQ_QUEUED);
        assert_int_equal(s390irq_vm_reset(fake->vm), 0);
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &second),
                         S390IRQ_COALESCED);
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &first),
                         S390IRQ_COALESCED);
        assert_int_equal(fake_floating(fake), 0);
        assert_int_equal(fake->ram[INDICATOR], 0x80);
        assert_int_equal(fake->ram[INDICATOR + 1], 0x40);
        fake->ram[SUMMARY] = 0x7f;
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &first),
                         S390IRQ_QUEUED);
        assert_int_equal(fake->ram[SUMMARY], 0xff);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).coalesced, 2);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).injected, 4);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* L5, H-17: beyond the page is refused, for either bit, and nothing is set. */
static void end_of_the_page(void **state)
{
    static const struct {
        uint64_t address; /* in its page */
        uint64_t offset;
        int answer;
    } rows[] = {
        { 0, 8 * 4096, S390IRQ_E_INVALID },
        { 0, 8 * 4096 - 4, 0 },
        { 0, UINT64_MAX, S390IRQ_E_INVALID },
        { 0xfff, 8, S390IRQ_E_INVALID },
        { 0xfff, 7, 0 },
        { 8, 8 * 4096 - 64, S390IRQ_E_INVALID },
        { 8, 8 * 4096 - 65, 0 },
    };

    (void)state;
    for (size_t i = 0; i < 4 * (sizeof rows / sizeof *rows); i++) {
        struct fake *fake = machine(both_ways[i % 2]);
        struct s390irq_route made = route(1, 0, 0);
        int answer = rows[i / 4].answer;

        if (i / 2 % 2) {
            made.summary_absolute += rows[i / 4].address;
            made.summary_offset = rows[i / 4].offset;
        } else {
            made.indicator_absolute += rows[i / 4].address;
            made.indicator_offset = rows[i / 4].offset;
        }
        assert_int_equal(s390irq_vm_check_route(fake->vm, &made), answer);
        pages_are(fake, 0, 0, 0, 0);
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         answer ? answer : S390IRQ_QUEUED);
        if (answer) {
            pages_are(fake, 0, 0, 0, 0);
            assert_int_equal(fake_floating(fake), 0);
        }
        fake_close(fake);
    }
}

/* H-16: the guest's pages are told, by their guest addresses. */
static void dirty_pages(void **state)
{
    struct fake *fake = machine(0);
    struct s390irq_route made = route(1, 8 * 0xff8, 0);

    (void)state;
    atomic_store(&fake->dirty_pages, 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made), S390IRQ_QUEUED);
    assert_int_equal(atomic_load(&fake->dirty_pages), 1u << 4 | 1u << 5);
    /* Also if the bit was set: another may be about to tell. */
    atomic_store(&fake->dirty_pages, 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made), S390IRQ_COALESCED);
    assert_int_equal(atomic_load(&fake->dirty_pages), 1u << 4 | 1u << 5);
    fake_close(fake);
    /* What goes through a hook is its host's to log. */
    fake = machine(FAKE_HOOK_MEMORY | FAKE_HOOK_SET_BIT);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made), S390IRQ_QUEUED);
    assert_int_equal(atomic_load(&fake->dirty_pages), 0);
    fake_close(fake);
}

static void without_storage(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct fake *fake = machine(both_ways[i]);
        struct s390irq_route made = route(1, 0, 0);
        struct fake_snapshot *before = fake_snapshot(fake);

        made.indicator_absolute = fake->ram_size;
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         S390IRQ_E_GUEST_MEMORY);
        pages_are(fake, 0, 0, 0, 0);
        made = route(1, 0, 0);
        made.summary_absolute = UINT64_MAX - 4095;
        assert_int_equal(s390irq_vm_check_route(fake->vm, &made), 0);
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         S390IRQ_E_GUEST_MEMORY);
        pages_are(fake, INDICATOR + 7, 1, 0, 0);
        fake_assert_unchanged(fake, before);
        fake_close(fake);
    }
}

/* Each of the two accesses fails, and the next try goes well. */
static void failing_hook(void **state)
{
    (void)state;
    for (unsigned fails = 1; fails <= 2; fails++) {
        struct fake *fake = machine(FAKE_HOOK_MEMORY | FAKE_HOOK_SET_BIT);
        struct s390irq_route made = route(1, 0, 0);

        fake->accesses = 0;
        fake->fail_at = fails;
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         S390IRQ_E_GUEST_MEMORY);
        assert_int_equal(fake_floating(fake), 0);
        fake->fail_at = 0;
        assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                         S390IRQ_QUEUED);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).injected, 1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void no_way_to_set_bits(void **state)
{
    struct fake *fake = machine(FAKE_HOOK_MEMORY);
    struct s390irq_route made = route(1, 0, 0);

    (void)state;
    assert_int_equal(s390irq_vm_check_route(fake->vm, &made), 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                     S390IRQ_E_UNSUPPORTED);
    pages_are(fake, 0, 0, 0, 0);
    fake_close(fake);
}

static void wrong_routes(void **state)
{
    struct fake *fake = machine(0);
    struct {
        struct s390irq_route route;
        uint64_t tail;
    } newer = { route(1, 0, 0), 0 };
    struct s390irq_route made = route(3, 0, 0);

    (void)state;
    assert_int_equal(s390irq_vm_check_route(fake->vm, &made),
                     S390IRQ_E_NO_ADAPTER);
    made.adapter = UINT32_MAX;
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                     S390IRQ_E_NO_ADAPTER);
    made = route(1, 0, 0);
    made.size--;
    assert_int_equal(s390irq_vm_check_route(fake->vm, &made),
                     S390IRQ_E_STRUCT_TOO_SMALL);
    newer.route.size = sizeof newer;
    assert_int_equal(s390irq_vm_check_route(fake->vm, &newer.route), 0);
    newer.tail = 1;
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &newer.route),
                     S390IRQ_E_STRUCT_TOO_NEW);
    pages_are(fake, 0, 0, 0, 0);
    fake_close(fake);
}

/* Masked or suppressed: the indicators are set, the guest finds them. */
static void kept_back(void **state)
{
    const uint32_t flags =
        S390IRQ_ADAPTER_MASKABLE | S390IRQ_ADAPTER_SUPPRESSIBLE;
    struct fake *fake = machine(0);
    struct s390irq_route made = route(8, 0, 0);

    (void)state;
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 8, 4, flags), 0);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x08, 0x08), 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                     S390IRQ_SUPPRESSED);
    pages_are(fake, INDICATOR + 7, 1, SUMMARY + 7, 1);
    fake->ram[SUMMARY + 7] = 0;
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 4, S390IRQ_AIS_ALL), 0);
    assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 8, 1), 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                     S390IRQ_REMEMBERED);
    assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 8, 0), 1);
    assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_ADAPTER);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Refused whole: a device that is told CLOSED signals again elsewhere. */
static void closed(void **state)
{
    struct fake *fake = machine(0);
    struct s390irq_route made = route(1, 0, 0);

    (void)state;
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made), S390IRQ_CLOSED);
    pages_are(fake, 0, 0, 0, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).refused, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* What happens between the two bits: the summary is set, so it must pend. */
static void close_and_mask(struct fake *fake, const char *hook,
                           struct fake_cpu *cpu)
{
    int *what = fake->during_argument;

    (void)cpu;
    if (strcmp(hook, "set_bit") != 0)
        return;
    fake->during = NULL;
    if (*what & 1)
        assert_int_equal(s390irq_vm_close(fake->vm), 0);
    if (*what & 2)
        assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 8, 1), 0);
    if (*what & 4)
        assert_int_equal(s390irq_vm_remove_adapter(fake->vm, 8), 0);
}

static void between_the_two_bits(void **state)
{
    (void)state;
    for (int what = 0; what < 8; what++) {
        struct fake *fake = machine(FAKE_HOOK_MEMORY | FAKE_HOOK_SET_BIT);
        struct s390irq_route made = route(8, 0, 0);
        int removed = (what & 4) != 0;

        assert_int_equal(
            s390irq_vm_add_adapter(fake->vm, 8, 4, S390IRQ_ADAPTER_MASKABLE),
            0);
        fake->during = close_and_mask;
        fake->during_argument = &what;
        if ((what & 6) == 2) {
            assert_true(s390irq_vm_fire_route(fake->vm, &made) >= 0);
            assert_int_equal(s390irq_vm_mask_adapter(fake->vm, 8, 0), 1);
        } else {
            assert_int_equal(s390irq_vm_fire_route(fake->vm, &made),
                             S390IRQ_QUEUED);
        }
        assert_null(fake->during);
        pages_are(fake, INDICATOR + 7, 1, SUMMARY + 7, 1);
        assert_int_equal(fake_floating(fake), 1u << S390IRQ_KIND_ADAPTER);
        assert_int_equal(s390irq_vm_check_route(fake->vm, &made),
                         removed ? S390IRQ_E_NO_ADAPTER : 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* A sleeper is told after everything is in storage. */
static void look_at_the_bits(struct fake *fake, const char *hook,
                             struct fake_cpu *cpu)
{
    (void)cpu;
    if (strcmp(hook, "wake") == 0)
        pages_are(fake, INDICATOR + 7, 1, SUMMARY + 7, 1);
}

static void bits_before_the_wake(void **state)
{
    struct fake *fake = machine(0);
    struct s390irq_route made = route(1, 0, 0);

    (void)state;
    fake->cpu[3].cpu.prefix = fake_prefix(3);
    fake_boot(fake, 3, PSW_64 | PSW_IO | PSW_WAIT, 0, S390IRQ_WAIT);
    fake->during = look_at_the_bits;
    assert_int_equal(s390irq_vm_fire_route(fake->vm, &made), S390IRQ_QUEUED);
    assert_int_equal(fake_wakes(fake, 3), 1);
    fake->during = NULL;
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "routes: both bit orders, by pointer and by hook", both_bit_orders,
          NULL, NULL, NULL },
        { "routes: one interruption for a summary indicator",
          signals_once_for_a_summary, NULL, NULL, NULL },
        { "H-17 routes: bits stay in their page", end_of_the_page, NULL, NULL,
          NULL },
        { "H-16 routes: dirty pages", dirty_pages, NULL, NULL, NULL },
        { "routes: no such storage", without_storage, NULL, NULL, NULL },
        { "routes: the hook fails", failing_hook, NULL, NULL, NULL },
        { "routes: no way to set bits", no_way_to_set_bits, NULL, NULL, NULL },
        { "routes: wrong ones", wrong_routes, NULL, NULL, NULL },
        { "V-16 routes: adapters that are kept back", kept_back, NULL, NULL,
          NULL },
        { "routes: closed", closed, NULL, NULL, NULL },
        { "routes: nothing is lost between the two bits", between_the_two_bits,
          NULL, NULL, NULL },
        { "routes: the bits come before the wake", bits_before_the_wake, NULL,
          NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
