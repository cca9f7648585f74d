/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Adapters: registered, masked (V-16), suppressed by the mode of their ISC
 * (AIS), one interruption for each ISC (V-14).
 */
#include "fake.h"

#define OPEN         (PSW_64 | PSW_IO)
#define WAITING      (OPEN | PSW_WAIT)
#define MASKABLE     S390IRQ_ADAPTER_MASKABLE
#define SUPPRESSIBLE S390IRQ_ADAPTER_SUPPRESSIBLE
#define SWAP         S390IRQ_ADAPTER_SWAP

static void add(struct fake *fake, uint32_t id, uint32_t isc, uint32_t flags)
{
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, id, isc, flags), 0);
}

static int signal_it(struct fake *fake, uint32_t id)
{
    return s390irq_vm_signal_adapter(fake->vm, id);
}

static int mask(struct fake *fake, uint32_t id, int masked)
{
    return s390irq_vm_mask_adapter(fake->vm, id, masked);
}

static struct s390irq_adapter get(struct fake *fake, uint32_t id)
{
    struct s390irq_adapter adapter = S390IRQ_ADAPTER_INIT;

    assert_int_equal(s390irq_vm_get_adapter(fake->vm, id, &adapter), 0);
    assert_int_equal(adapter.size, sizeof adapter);
    assert_int_equal(adapter.id, id);
    return adapter;
}

static void modes_are(struct fake *fake, uint8_t single, uint8_t suppressed)
{
    uint8_t one = 0xee, other = 0xee;

    assert_int_equal(s390irq_vm_get_ais_all(fake->vm, &one, &other), 0);
    assert_int_equal(one, single);
    assert_int_equal(other, suppressed);
}

/* Takes one on CPU 0, which is open for every ISC. */
static void delivered(struct fake *fake, uint32_t isc)
{
    fake_load_masks(fake, 0, OPEN, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken_kinds,
                     1u << S390IRQ_KIND_ADAPTER);
    assert_int_equal(fake_load(fake, fake_prefix(0) + LOWCORE_IO_WORD, 4),
                     IO_ADAPTER_WORD(isc));
}

static void registered(void **state)
{
    struct fake *fake = fake_usual(1);
    struct s390irq_adapter adapter = S390IRQ_ADAPTER_INIT;

    (void)state;
    for (uint32_t flags = 0; flags < 8; flags++)
        for (uint32_t isc = 0; isc < 8; isc++) {
            uint32_t id = 64 + flags * 8 + isc;

            add(fake, id, isc, flags);
            adapter = get(fake, id);
            assert_int_equal(adapter.isc, isc);
            assert_int_equal(adapter.flags, flags);
            assert_int_equal(adapter.masked, 0);
            assert_int_equal(adapter.remembered, 0);
        }
    add(fake, 0, 1, 0);
    add(fake, S390IRQ_MAX_ADAPTERS - 1, 1, 0);
    assert_int_equal(s390irq_vm_add_adapter(fake->vm, 0, 2, SWAP),
                     S390IRQ_E_EXISTS);
    assert_int_equal(get(fake, 0).isc, 1);
    assert_int_equal(s390irq_vm_remove_adapter(fake->vm, 0), 0);
    assert_int_equal(s390irq_vm_remove_adapter(fake->vm, 0),
                     S390IRQ_E_NO_ADAPTER);
    assert_int_equal(s390irq_vm_get_adapter(fake->vm, 0, &adapter),
                     S390IRQ_E_NO_ADAPTER);
    assert_int_equal(signal_it(fake, 0), S390IRQ_E_NO_ADAPTER);
    assert_int_equal(mask(fake, 0, 1), S390IRQ_E_NO_ADAPTER);
    add(fake, 0, 2, SWAP);
    assert_int_equal(get(fake, 0).flags, SWAP);
    fake_close(fake);
}

static void sizes_of_an_adapter(void **state)
{
    struct fake *fake = fake_usual(1);
    struct {
        struct s390irq_adapter adapter;
        uint32_t tail[2];
    } newer = { S390IRQ_ADAPTER_INIT, { 0, 0 } };

    (void)state;
    add(fake, 7, 3, MASKABLE);
    newer.adapter.size = sizeof newer;
    assert_int_equal(s390irq_vm_get_adapter(fake->vm, 7, &newer.adapter), 0);
    assert_int_equal(newer.adapter.isc, 3);
    assert_int_equal(newer.adapter.size, sizeof newer);
    newer.tail[1] = 1;
    assert_int_equal(s390irq_vm_get_adapter(fake->vm, 7, &newer.adapter),
                     S390IRQ_E_STRUCT_TOO_NEW);
    newer.adapter.size = sizeof newer.adapter - 1;
    assert_int_equal(s390irq_vm_get_adapter(fake->vm, 7, &newer.adapter),
                     S390IRQ_E_STRUCT_TOO_SMALL);
    fake_close(fake);
}

/* V-14: however many signal, whatever they are: one for the ISC. */
static void one_for_each_isc(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    for (uint32_t id = 0; id < 16; id++)
        add(fake, id, id / 2, 0);
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t id = 16; id-- > 0;)
            assert_int_equal(signal_it(fake, id), !round && id % 2
                                                      ? S390IRQ_QUEUED
                                                      : S390IRQ_COALESCED);
    for (uint32_t isc = 0; isc < 8; isc++)
        delivered(fake, isc);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).taken, 8);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).coalesced, 40);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* V-16: the signal is not lost, it wakes when the adapter is unmasked. */
static void masked(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, WAITING, 0, S390IRQ_WAIT);
    add(fake, 9, 6, MASKABLE);
    assert_int_equal(mask(fake, 9, 5), 0);
    assert_int_equal(get(fake, 9).masked, 1);
    assert_int_equal(signal_it(fake, 9), S390IRQ_REMEMBERED);
    assert_int_equal(signal_it(fake, 9), S390IRQ_REMEMBERED);
    assert_int_equal(get(fake, 9).remembered, 1);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_wakes(fake, 0), 0);
    assert_int_equal(mask(fake, 9, 0), 1);
    assert_int_equal(fake_wakes(fake, 0), 1);
    assert_int_equal(get(fake, 9).masked, 0);
    assert_int_equal(get(fake, 9).remembered, 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).refused, 2);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).injected, 3);
    assert_int_equal(mask(fake, 9, 0), 0);
    assert_int_equal(fake_floating(fake), 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void masked_and_coalesced(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    add(fake, 0, 6, MASKABLE);
    add(fake, 1, 6, 0);
    assert_int_equal(mask(fake, 1, 1), S390IRQ_E_UNSUPPORTED);
    assert_int_equal(mask(fake, 0, 1), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_REMEMBERED);
    assert_int_equal(signal_it(fake, 1), S390IRQ_QUEUED);
    assert_int_equal(mask(fake, 0, 0), 1);
    assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 1);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).coalesced, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* ALL, SINGLE, suppressed: SET INTERRUPTION CONTROLS ends a suppression. */
static void suppression(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    add(fake, 0, 3, SUPPRESSIBLE);
    add(fake, 1, 3, 0);
    modes_are(fake, 0, 0);
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_SINGLE), 0);
    modes_are(fake, 0x10, 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_QUEUED);
    modes_are(fake, 0x10, 0x10);
    delivered(fake, 3);
    assert_int_equal(signal_it(fake, 0), S390IRQ_SUPPRESSED);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(signal_it(fake, 1), S390IRQ_QUEUED);
    delivered(fake, 3);
    /* Set anew, nothing comes by itself: the guest looks at indicators. */
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_SINGLE), 0);
    modes_are(fake, 0x10, 0);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_ALL), 0);
    modes_are(fake, 0, 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_COALESCED);
    modes_are(fake, 0, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_ADAPTER).refused, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* The mode changes only with an interruption that is presented. */
static void refused_does_not_suppress(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    add(fake, 0, 3, SUPPRESSIBLE | MASKABLE);
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_SINGLE), 0);
    assert_int_equal(mask(fake, 0, 1), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_REMEMBERED);
    modes_are(fake, 0x10, 0);
    assert_int_equal(mask(fake, 0, 0), 1);
    modes_are(fake, 0x10, 0x10);
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_SINGLE), 0);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_CLOSED);
    modes_are(fake, 0x10, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

static void all_modes(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    for (unsigned single = 0; single < 256; single += 5)
        for (unsigned suppressed = 0; suppressed < 256; suppressed += 3) {
            int wrong = (suppressed & ~single) != 0;

            assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x0f, 0x03), 0);
            assert_int_equal(s390irq_vm_set_ais_all(fake->vm, (uint8_t)single,
                                                    (uint8_t)suppressed),
                             wrong ? S390IRQ_E_INVALID : 0);
            modes_are(fake, wrong ? 0x0f : (uint8_t)single,
                      wrong ? 0x03 : (uint8_t)suppressed);
        }
    for (uint32_t isc = 0; isc < 8; isc++) {
        assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0xff, 0xff), 0);
        assert_int_equal(s390irq_vm_set_ais(fake->vm, isc, S390IRQ_AIS_ALL), 0);
        modes_are(fake, (uint8_t) ~(0x80u >> isc), (uint8_t) ~(0x80u >> isc));
        assert_int_equal(s390irq_vm_set_ais(fake->vm, isc, S390IRQ_AIS_SINGLE),
                         0);
        modes_are(fake, 0xff, (uint8_t) ~(0x80u >> isc));
    }
    fake_close(fake);
}

/* Without facility 72 nothing is ever suppressed. */
static void without_the_facility(void **state)
{
    static const uint8_t none[16] = { 0 };
    struct fake_options options = { .cpus = 1, .hooks = FAKE_USUAL };
    struct fake *fake = fake_prepare(&options);
    uint8_t one = 1, other = 2;

    (void)state;
    fake->config.facilities = none;
    fake->config.facilities_size = sizeof none;
    fake_create_vm(fake);
    fake_create_cpu(fake, 0);
    add(fake, 0, 3, SUPPRESSIBLE);
    assert_int_equal(s390irq_vm_set_ais(fake->vm, 3, S390IRQ_AIS_SINGLE),
                     S390IRQ_E_UNSUPPORTED);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0xff, 0xff),
                     S390IRQ_E_UNSUPPORTED);
    assert_int_equal(s390irq_vm_get_ais_all(fake->vm, &one, &other),
                     S390IRQ_E_UNSUPPORTED);
    assert_int_equal(one, 1);
    assert_int_equal(other, 2);
    assert_int_equal(signal_it(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(signal_it(fake, 0), S390IRQ_COALESCED);
    fake_close(fake);
}

/* Subsystem reset: modes and masks go, adapters stay. */
static void reset(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    add(fake, 0, 3, SUPPRESSIBLE | MASKABLE | SWAP);
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0xff, 0xff), 0);
    assert_int_equal(mask(fake, 0, 1), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_REMEMBERED);
    assert_int_equal(s390irq_vm_reset(fake->vm), 0);
    modes_are(fake, 0, 0);
    assert_int_equal(get(fake, 0).masked, 0);
    assert_int_equal(get(fake, 0).remembered, 0);
    assert_int_equal(get(fake, 0).flags, SUPPRESSIBLE | MASKABLE | SWAP);
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_QUEUED);
    /* Clearing the queue is not a reset. */
    assert_int_equal(s390irq_vm_set_ais_all(fake->vm, 0x10, 0x10), 0);
    assert_int_equal(mask(fake, 0, 1), 0);
    assert_int_equal(s390irq_queue_clear(s390irq_vm_queue(fake->vm)), 1);
    modes_are(fake, 0x10, 0x10);
    assert_int_equal(get(fake, 0).masked, 1);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* What pends stays when the adapter goes. */
static void removed(void **state)
{
    struct fake *fake = fake_usual(1);

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    add(fake, 0, 2, 0);
    assert_int_equal(signal_it(fake, 0), S390IRQ_QUEUED);
    assert_int_equal(s390irq_vm_remove_adapter(fake->vm, 0), 0);
    delivered(fake, 2);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "adapters: registered and removed", registered, NULL, NULL, NULL },
        { "adapters: sizes of the structure", sizes_of_an_adapter, NULL, NULL,
          NULL },
        { "V-14 adapters: one for each ISC", one_for_each_isc, NULL, NULL,
          NULL },
        { "V-16 adapters: masked remembers, unmasked presents", masked, NULL,
          NULL, NULL },
        { "V-16 adapters: unmasked while another pends", masked_and_coalesced,
          NULL, NULL, NULL },
        { "adapters: suppression", suppression, NULL, NULL, NULL },
        { "adapters: what is refused does not suppress",
          refused_does_not_suppress, NULL, NULL, NULL },
        { "adapters: modes of all ISCs", all_modes, NULL, NULL, NULL },
        { "adapters: without facility 72", without_the_facility, NULL, NULL,
          NULL },
        { "adapters: subsystem reset", reset, NULL, NULL, NULL },
        { "adapters: removed while something pends", removed, NULL, NULL,
          NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
