/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What a VMM does for TEST PENDING INTERRUPTION, TEST SUBCHANNEL and CLEAR
 * SUBCHANNEL (PoP ch. 14): taken out, put back where it was when an operand
 * cannot be stored (V-13), cleared.
 */
#include "fake.h"

#define OPEN       (PSW_64 | PSW_IO)
#define WAITING    (OPEN | PSW_WAIT)
#define ID(number) (0x00010000u | (uint32_t)(number))

/* With subchannels 0 to 9, the first `count` of them pending in this ISC. */
static struct fake *machine(uint32_t count, uint32_t isc)
{
    struct fake *fake = fake_usual(2);

    for (uint32_t i = 0; i < 10; i++)
        assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(i)), 0);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(
            s390irq_vm_inject_io(fake->vm, ID(i), 0x100 + i, IO_WORD(isc)),
            S390IRQ_QUEUED);
    return fake;
}

static int inject_adapter(struct fake *fake, uint32_t isc)
{
    struct s390irq_interruption record = { .kind = S390IRQ_KIND_ADAPTER };

    record.u.io.word = IO_ADAPTER_WORD(isc);
    return s390irq_vm_inject(fake->vm, &record);
}

static int take(struct fake *fake, uint32_t isc_mask, uint32_t subchannel,
                struct s390irq_interruption *out)
{
    memset(out, 0xa5, sizeof *out);
    return s390irq_queue_take_io(s390irq_vm_queue(fake->vm), isc_mask,
                                 subchannel, out);
}

static int put_back(struct fake *fake, const struct s390irq_interruption *what)
{
    return s390irq_queue_put_back_io(s390irq_vm_queue(fake->vm), what);
}

/* The parameters that pend, in the order in which they would be taken. */
static void pending(struct fake *fake, size_t expected, const uint32_t *list)
{
    struct s390irq_interruption array[16];
    size_t count = 16;

    assert_int_equal(
        s390irq_queue_list(s390irq_vm_queue(fake->vm), array, &count), 0);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(array[i].parameter, list[i]);
        assert_int_equal(array[i].u.io.sequence, 0);
    }
    fake_assert_counters(fake);
}

#define PENDING(fake, ...)                                              \
    pending(fake, sizeof(uint32_t[]){ __VA_ARGS__ } / sizeof(uint32_t), \
            (const uint32_t[]){ __VA_ARGS__ })

/* The bytes that TPI stores: identification, parameter, word. */
static void bytes_of_tpi(void **state)
{
    static const uint8_t subchannel[12] = {
        0x00, 0x01, 0x00, 0x42, 0x8b, 0xad, 0xf0, 0x0d, 0x10, 0x00, 0x00, 0x00
    };
    static const uint8_t adapter[12] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0xa8, 0, 0, 0
    };
    struct fake *fake = fake_usual(1);
    struct s390irq_interruption what;
    uint8_t code[12];

    (void)state;
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_IO));
    fake_raise(fake, 0, fake_class_of(S390IRQ_KIND_ADAPTER));
    assert_int_equal(take(fake, 0xdf, 0, &what), 1);
    assert_int_equal(s390irq_interruption_io_code(&what, code), 0);
    assert_memory_equal(code, adapter, sizeof code);
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(s390irq_interruption_io_code(&what, code), 0);
    assert_memory_equal(code, subchannel, sizeof code);
    assert_int_equal(take(fake, 0xff, 0, &what), 0);
    fake_close(fake);
}

/* CR6 decides, and not the PSW: TPI is for a CPU that is closed. */
static void masks(void **state)
{
    (void)state;
    for (uint32_t mask = 0; mask < 256; mask++) {
        struct fake *fake = machine(0, 0);
        struct s390irq_interruption what;

        for (uint32_t isc = 0; isc < 8; isc++)
            assert_int_equal(
                s390irq_vm_inject_io(fake->vm, ID(7 - isc), isc, IO_WORD(isc)),
                S390IRQ_QUEUED);
        for (uint32_t isc = 0; isc < 8; isc++) {
            if (!(mask & 0x80u >> isc))
                continue;
            assert_int_equal(take(fake, mask, 0, &what), 1);
            assert_int_equal(what.parameter, isc);
            assert_int_equal(what.u.io.word, IO_WORD(isc));
            assert_int_equal(what.u.io.subchannel, ID(7 - isc));
        }
        assert_int_equal(take(fake, mask, 0, &what), 0);
        assert_int_equal(what.kind, 0xa5a5);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void taken_is_not_delivered(void **state)
{
    struct fake *fake = machine(1, 3);
    struct s390irq_interruption what;

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    fake_load_masks(fake, 0, OPEN, 0);
    assert_true(fake_attention(fake, 0));
    assert_int_equal(take(fake, 0x10, 0, &what), 1);
    assert_false(fake_attention(fake, 0));
    assert_int_equal(fake_floating(fake), 0);
    assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
    assert_int_equal(fake->cpu[0].report.taken, 0);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).taken, 1);
    assert_int_equal(fake_cpu_counter(fake, 0, S390IRQ_KIND_IO).taken, 0);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* Three CPUs take, and fail in another order than they took. */
static void put_back_in_order(void **state)
{
    struct fake *fake = machine(5, 3);
    struct s390irq_interruption what[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(fake, 0xff, 0, &what[i]), 1);
    PENDING(fake, 0x103, 0x104);
    assert_int_equal(put_back(fake, &what[1]), 0);
    PENDING(fake, 0x101, 0x103, 0x104);
    assert_int_equal(put_back(fake, &what[2]), 0);
    assert_int_equal(put_back(fake, &what[0]), 0);
    PENDING(fake, 0x100, 0x101, 0x102, 0x103, 0x104);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).taken, 0);
    /* TSCH, from the middle, fails, too. */
    assert_int_equal(take(fake, 0xff, ID(3), &what[0]), 1);
    PENDING(fake, 0x100, 0x101, 0x102, 0x104);
    assert_int_equal(put_back(fake, &what[0]), 0);
    PENDING(fake, 0x100, 0x101, 0x102, 0x103, 0x104);
    fake_close(fake);
}

/* One CPU has it taken out while another prepares and a third delivers. */
static void beside_prepare_and_deliver(void **state)
{
    struct fake *fake = machine(4, 3);
    struct s390irq_interruption what;
    struct s390irq_plan plan = { .size = sizeof plan };

    (void)state;
    fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
    fake_boot(fake, 1, PSW_64, 0, S390IRQ_RUN);
    fake_load_masks(fake, 0, OPEN, 0);
    fake_load_masks(fake, 1, OPEN, 0);
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(
        s390irq_vcpu_prepare(fake->cpu[0].vcpu, &fake->cpu[0].cpu, &plan), 1);
    assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
    assert_int_equal(fake_load(fake, fake_prefix(1) + LOWCORE_IO_PARAMETER, 4),
                     0x102);
    PENDING(fake, 0x101, 0x103);
    assert_int_equal(put_back(fake, &what), 0);
    PENDING(fake, 0x100, 0x101, 0x103);
    assert_int_equal(s390irq_vcpu_abort(fake->cpu[0].vcpu), 0);
    PENDING(fake, 0x100, 0x101, 0x103);
    fake_close(fake);
}

/* Put back, it is for whoever is open: also for one who slept meanwhile. */
static void put_back_wakes(void **state)
{
    (void)state;
    for (int adapter = 0; adapter < 2; adapter++) {
        struct fake *fake = machine(!adapter, 3);
        struct s390irq_interruption what;

        if (adapter)
            assert_int_equal(inject_adapter(fake, 3), S390IRQ_QUEUED);
        assert_int_equal(take(fake, 0xff, 0, &what), 1);
        fake_boot(fake, 1, WAITING, 0, S390IRQ_WAIT);
        assert_int_equal(put_back(fake, &what), 0);
        assert_int_equal(fake_wakes(fake, 1), 1);
        assert_int_equal(fake_deliver(fake, 1), S390IRQ_RUN);
        assert_int_equal(fake->cpu[1].report.taken, 1);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void injected_again_meanwhile(void **state)
{
    struct fake *fake = machine(3, 3);
    struct s390irq_interruption what;

    (void)state;
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(s390irq_vm_inject_io(fake->vm, ID(0), 0x900, IO_WORD(3)),
                     S390IRQ_QUEUED);
    PENDING(fake, 0x101, 0x102, 0x900);
    assert_int_equal(put_back(fake, &what), S390IRQ_COALESCED);
    PENDING(fake, 0x900, 0x101, 0x102);
    /* V-15: in another ISC it stays where it is. */
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(s390irq_vm_inject_io(fake->vm, ID(0), 0x901, IO_WORD(6)),
                     S390IRQ_QUEUED);
    assert_int_equal(put_back(fake, &what), S390IRQ_COALESCED);
    PENDING(fake, 0x101, 0x102, 0x901);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).coalesced, 2);
    fake_close(fake);
}

static int clear_queue(struct fake *fake)
{
    return s390irq_queue_clear(s390irq_vm_queue(fake->vm));
}

static int reset_vm(struct fake *fake)
{
    return 2 + s390irq_vm_reset(fake->vm);
}

static int clear_subchannel(struct fake *fake)
{
    return 2 + s390irq_queue_clear_io(s390irq_vm_queue(fake->vm), ID(0));
}

/* Cleared meanwhile: it is gone, also if something pends anew. */
static void cleared_meanwhile(void **state)
{
    static int (*const ways[])(struct fake *) = { clear_queue, reset_vm,
                                                  clear_subchannel };

    (void)state;
    for (int i = 0; i < 6; i++) {
        struct fake *fake = machine(3, 3);
        struct s390irq_interruption what;

        assert_int_equal(take(fake, 0xff, ID(0), &what), 1);
        assert_int_equal(ways[i / 2](fake), 2);
        if (i % 2)
            assert_int_equal(
                s390irq_vm_inject_io(fake->vm, ID(0), 0x900, IO_WORD(3)),
                S390IRQ_QUEUED);
        assert_int_equal(put_back(fake, &what), S390IRQ_CLEARED);
        assert_int_equal(put_back(fake, &what), S390IRQ_E_INVALID);
        assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).taken, 0);
        assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)),
                         i % 2 + (i / 2 == 2 ? 2 : 0));
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

static void removed_meanwhile(void **state)
{
    struct fake *fake = machine(1, 3);
    struct s390irq_interruption what;

    (void)state;
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(s390irq_vm_remove_subchannel(fake->vm, ID(0)), 0);
    assert_int_equal(put_back(fake, &what), S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(s390irq_vm_add_subchannel(fake->vm, ID(0)), 0);
    assert_int_equal(put_back(fake, &what), S390IRQ_CLEARED);
    fake_assert_counters(fake);
    fake_close(fake);
}

/* The same take comes back once, whatever happened to it then. */
static void put_back_twice(void **state)
{
    (void)state;
    for (int adapter = 0; adapter < 2; adapter++) {
        struct fake *fake = machine(!adapter, 3);
        struct s390irq_interruption first, second;

        if (adapter)
            assert_int_equal(inject_adapter(fake, 3), S390IRQ_QUEUED);
        assert_int_equal(take(fake, 0xff, 0, &first), 1);
        assert_int_equal(put_back(fake, &first), 0);
        assert_int_equal(put_back(fake, &first), S390IRQ_E_INVALID);
        assert_int_equal(take(fake, 0xff, 0, &second), 1);
        assert_int_equal(put_back(fake, &first), S390IRQ_E_INVALID);
        assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 0);
        assert_int_equal(put_back(fake, &second), 0);
        fake_boot(fake, 0, PSW_64, 0, S390IRQ_RUN);
        fake_load_masks(fake, 0, OPEN, 0);
        assert_int_equal(fake_deliver(fake, 0), S390IRQ_RUN);
        assert_int_equal(fake->cpu[0].report.taken, 1);
        assert_int_equal(put_back(fake, &second), S390IRQ_E_INVALID);
        assert_int_equal(s390irq_queue_count(s390irq_vm_queue(fake->vm)), 0);
        fake_assert_counters(fake);
        fake_close(fake);
    }
}

/* Each member of the record that is not as it was. */
static void not_a_record_that_was_taken(void **state)
{
    struct fake *fake = machine(2, 3);
    struct s390irq_interruption what, wrong[12];
    struct fake_snapshot *before;

    (void)state;
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    for (size_t i = 0; i < 12; i++)
        wrong[i] = what;
    wrong[0].kind = S390IRQ_KIND_ADAPTER;
    wrong[1].kind = S390IRQ_KIND_VIRTIO;
    wrong[2].kind = 0;
    wrong[3].source = 1;
    wrong[4].parameter64 = 1;
    wrong[5].u.io.subchannel = 0;
    wrong[6].u.io.subchannel = ID(1);
    wrong[7].u.io.word |= 1;
    wrong[8].u.io.word = IO_WORD(4);
    wrong[9].u.io.sequence = 0;
    wrong[10].u.io.sequence++;
    wrong[11].u.io.reserved[3] = 1;
    before = fake_snapshot(fake);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(put_back(fake, &wrong[i]), S390IRQ_E_INVALID);
    fake_assert_unchanged(fake, before);
    assert_int_equal(put_back(fake, &what), 0);
    PENDING(fake, 0x100, 0x101);
    /* A record with a sequence is none that can be injected. */
    assert_int_equal(s390irq_vm_inject(fake->vm, &what), S390IRQ_E_INVALID);
    fake_close(fake);
}

/* V-13: who was taken and put back has not had its turn. */
static void turns(void **state)
{
    struct fake *fake = machine(2, 3);
    struct s390irq_interruption what;

    (void)state;
    assert_int_equal(inject_adapter(fake, 3), S390IRQ_QUEUED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(take(fake, 0xff, 0, &what), 1);
        assert_int_equal(what.kind, S390IRQ_KIND_IO);
        assert_int_equal(put_back(fake, &what), 0);
    }
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(take(fake, 0xff, 0, &what), 1);
        assert_int_equal(what.kind, S390IRQ_KIND_ADAPTER);
        assert_int_equal(put_back(fake, &what), 0);
    }
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(what.parameter, 0x101);
    fake_close(fake);
}

/* CLEAR SUBCHANNEL: one or none, and the next goes to the end. */
static void clear_subchannels(void **state)
{
    struct fake *fake = machine(3, 3);
    struct s390irq_queue *queue = s390irq_vm_queue(fake->vm);

    (void)state;
    assert_int_equal(s390irq_queue_clear_io(queue, ID(0)), 1);
    assert_int_equal(s390irq_queue_clear_io(queue, ID(0)), 0);
    assert_int_equal(s390irq_queue_clear_io(queue, ID(20)),
                     S390IRQ_E_NO_SUBCHANNEL);
    assert_int_equal(s390irq_vm_inject_io(fake->vm, ID(0), 0x900, IO_WORD(3)),
                     S390IRQ_QUEUED);
    PENDING(fake, 0x101, 0x102, 0x900);
    assert_int_equal(fake_counter(fake, S390IRQ_KIND_IO).cleared, 1);
    fake_close(fake);
}

/* A VM that is closed gives what pends, and takes back what it gave. */
static void closed(void **state)
{
    struct fake *fake = machine(2, 3);
    struct s390irq_interruption what;

    (void)state;
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    assert_int_equal(s390irq_vm_close(fake->vm), 0);
    assert_int_equal(put_back(fake, &what), 0);
    PENDING(fake, 0x100, 0x101);
    assert_int_equal(take(fake, 0xff, 0, &what), 1);
    fake_close(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        { "TPI: what it stores", bytes_of_tpi, NULL, NULL, NULL },
        { "H-7 TPI: each of the masks of ISCs", masks, NULL, NULL, NULL },
        { "TPI: what is taken is not delivered", taken_is_not_delivered, NULL,
          NULL, NULL },
        { "V-13 TPI: put back by several CPUs", put_back_in_order, NULL, NULL,
          NULL },
        { "V-13 TPI: beside prepare and deliver", beside_prepare_and_deliver,
          NULL, NULL, NULL },
        { "TPI: put back, it is routed", put_back_wakes, NULL, NULL, NULL },
        { "V-15 TPI: injected again meanwhile", injected_again_meanwhile, NULL,
          NULL, NULL },
        { "TPI: cleared meanwhile", cleared_meanwhile, NULL, NULL, NULL },
        { "TPI: removed meanwhile", removed_meanwhile, NULL, NULL, NULL },
        { "TPI: put back twice", put_back_twice, NULL, NULL, NULL },
        { "TPI: not a record that was taken", not_a_record_that_was_taken, NULL,
          NULL, NULL },
        { "V-13 TPI: whose turn it is", turns, NULL, NULL, NULL },
        { "V-15 CSCH: what pends for a subchannel", clear_subchannels, NULL,
          NULL, NULL },
        { "TPI: closed", closed, NULL, NULL, NULL },
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
